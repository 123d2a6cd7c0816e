//! What the coordination of a plan counts by: which interventions take the citizen's day or home, and how many people to
//! turn to are few.
//!
//! No law says it. The list is what the provisions describe; a municipality that arranges one of them otherwise
//! acknowledges the finding, with its reason.

/// What an intervention takes of the citizen while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occupies {
    /// The working day: two of them at once ask to be arranged.
    Day,
    /// Where the citizen lives.
    Home,
}

/// What interventions take, by the provision that they are granted under. One that isn't here takes a few hours, or the
/// model doesn't know.
pub const OCCUPATIONS: &[(&str, Occupies)] = &[
    ("servicelov-101", Occupies::Day),
    ("servicelov-103", Occupies::Day),
    ("servicelov-104", Occupies::Day),
    ("servicelov-107", Occupies::Home),
    ("lab-57", Occupies::Day),
    ("lab-63", Occupies::Day),
    ("lab-91", Occupies::Day),
    ("lab-2014-32", Occupies::Day),
    ("lab-2014-42", Occupies::Day),
];

/// How many contact persons a citizen can have before it is asked whether it need be so many: "few contact persons".
pub const MOST_CONTACTS: usize = 3;

/// The codes of FFB's goal types (måltype), and whether each aims at more than there is.
pub const GOAL_TYPES: &[(&str, Aim)] = &[
    ("d41c8072-52f8-42b5-9375-ddbea454d27f", Aim::Develop),
    ("10752a63-00b4-4958-b7f4-9f3a18f74266", Aim::Keep),
    ("e47c22bd-d88d-48ab-882b-419923e1f44e", Aim::Keep),
];

/// Which way a goal pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aim {
    /// To do more than today.
    Develop,
    /// To keep what there is, or lose less of it.
    Keep,
}

/// What an intervention under this provision takes of the citizen.
pub fn occupies(provision: &str) -> Option<Occupies> {
    OCCUPATIONS.iter().find(|(id, _)| *id == provision).map(|(_, occupies)| *occupies)
}

/// Which way a goal of this type pulls.
pub fn aim(goal_type: &str) -> Option<Aim> {
    GOAL_TYPES.iter().find(|(code, _)| *code == goal_type).map(|(_, aim)| *aim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{PROVISIONS, Use};

    #[test]
    fn what_takes_the_citizens_day_is_a_provision_that_interventions_are_granted_under() {
        for (id, _) in OCCUPATIONS {
            let known = PROVISIONS.iter().any(|law| law.id == *id && law.uses.contains(&Use::Intervention));
            assert!(known, "{id}");
        }
    }
}
