//! What is to be done with a plan that comes from another municipality.

/// A duty to go through an arrived plan with the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalReview {
    /// The provision, by its id in the catalogue.
    pub provision: &'static str,
    /// What the plan's follow-up calls it.
    pub danish: &'static str,
    /// Within how many days of the arrival. The order names none; this is how long a caseworker has here.
    pub days: i64,
}

/// Go through the plan with the citizen; keep what was granted as far as possible.
pub const ARRIVAL_REVIEW: ArrivalReview = ArrivalReview {
    provision: "bek-2006-2020-135",
    danish: "Gennemgå planen med borgeren efter flytningen",
    days: 30,
};
