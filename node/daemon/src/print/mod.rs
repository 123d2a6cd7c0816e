//! The citizen's own copy of the plan (Min plan): one HTML file in plain Danish, for A4 and for a screen reader.
//!
//! What comes in is a plan; what goes out is a whole file: no script, no resource from elsewhere. The template escapes every
//! text; [`words`] takes out what could make a line read as something else. A protected address is not in it, the number is
//! a birth date, notes stay the caseworkers', and what somebody close to the citizen said stays theirs.

mod paper;
mod words;

#[cfg(test)]
mod tests;

use askama::Template;
use enplan_domain::Date;
use enplan_domain::plan::Plan;
use enplan_domain::terminology::Terminology;

use paper::Paper;

/// Who and when a plan is printed by.
pub(crate) struct Printing<'a> {
    /// The day.
    pub(crate) today: Date,
    /// What the coordinating caseworker is called.
    pub(crate) caseworker: &'a str,
    /// What the codes mean.
    pub(crate) terminology: &'a Terminology,
}

/// The citizen's copy of a plan.
///
/// # Errors
/// [`askama::Error`]: the template could not be filled.
pub(crate) fn plan(plan: &Plan, printing: &Printing<'_>) -> Result<String, askama::Error> {
    Paper::of(plan, printing).render()
}
