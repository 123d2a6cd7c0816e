//! Why a municipality stays the acting one (handlekommune) when the citizen lives in another: retssikkerhedsloven § 9.

use jiff::civil::{Date, date};

use super::Validity;

/// A reason to stay the acting municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepReason {
    /// What programs call it.
    pub id: &'static str,
    /// What the screen calls it.
    pub danish: &'static str,
    /// The provision that it rests on, by its id in the catalogue.
    pub provision: &'static str,
    /// When it holds.
    pub validity: Validity,
}

/// The day the act came into force.
const ACT: Date = date(1998, 7, 1);

const fn section_9(id: &'static str, danish: &'static str) -> KeepReason {
    KeepReason {
        id,
        danish,
        provision: "retssikkerhedsloven-9",
        validity: Validity { from: ACT, until: None },
    }
}

/// Every reason. Which subsection each is, the municipality's lawyers confirm: the words are what the decision rests on.
pub const KEEP_REASONS: &[KeepReason] = &[
    section_9("helped-into-residence", "Kommunen har medvirket til opholdet i en boform i den anden kommune"),
    section_9("child-placed", "Barnet eller den unge er anbragt uden for hjemmet af kommunen"),
    section_9("in-custody", "Borgeren opholder sig i en af Kriminalforsorgens institutioner"),
    section_9("in-hospital", "Borgeren er indlagt i den anden kommune"),
    section_9("agreed-between-municipalities", "De to kommuner har aftalt, hvem der er handlekommune"),
];
