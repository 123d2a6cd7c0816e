//! Why nothing was done about a move.

use super::DAYS_AHEAD;

/// Why a move, or a decision on one, is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelocationRefusal {
    /// From a place to the same place.
    #[error("a move is from one place to another")]
    NotAMove,
    /// No day that somebody means.
    #[error("the day of a move lies after 1999")]
    DayOutOfRange,
    /// A day that nobody tells of yet.
    #[error("the day of a move lies at most {DAYS_AHEAD} days ahead")]
    DayTooFarAhead,
    /// The same id was told of another move of the citizen.
    #[error("another move of the citizen has this event id")]
    EventIdInUse,
    /// No move of this id stands in the citizen's case.
    #[error("no move of the citizen has this event id, or it was taken back")]
    NoSuchMove,
    /// No move of the citizen waits for a decision.
    #[error("no move of the citizen waits for a decision")]
    NothingToDecide,
    /// Somebody changed it since it was seen.
    #[error("the citizen's moves have changed since they were seen")]
    Changed,
    /// The catalogue has no such reason on the day.
    #[error("the catalogue has no such reason for staying the acting municipality")]
    UnknownReason,
    /// Keeping without saying why.
    #[error("staying the acting municipality needs a note of what it rests on")]
    NoteMissing,
    /// Nobody there can take it over.
    #[error("the municipality that the citizen moved to is not in the network")]
    NotInTheNetwork,
    /// Somebody there can take it over.
    #[error("the municipality that the citizen moved to is in the network")]
    InTheNetwork,
    /// Nobody has asked for the plan.
    #[error("nobody has asked for the plan")]
    NobodyAsked,
}

impl RelocationRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAMove => "NOT_A_MOVE",
            Self::DayOutOfRange => "DAY_OUT_OF_RANGE",
            Self::DayTooFarAhead => "DAY_TOO_FAR_AHEAD",
            Self::NoSuchMove => "NO_SUCH_MOVE",
            Self::EventIdInUse => "EVENT_ID_IN_USE",
            Self::NothingToDecide => "NO_RELOCATION_WAITS",
            Self::Changed => "RELOCATION_CHANGED",
            Self::UnknownReason => "UNKNOWN_KEEP_REASON",
            Self::NoteMissing => "NOTE_MISSING",
            Self::NotInTheNetwork => "NOT_IN_THE_NETWORK",
            Self::InTheNetwork => "IN_THE_NETWORK",
            Self::NobodyAsked => "NOBODY_ASKED",
        }
    }

    /// What to do about it, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::NotAMove => "Flytningen er fra og til samme sted. Ret det ene.",
            Self::DayOutOfRange => "Flyttedagen skal ligge efter 1999. Ret den.",
            Self::DayTooFarAhead => "Flyttedagen ligger mere end 60 dage frem. Ret den, eller vent.",
            Self::NoSuchMove => {
                "Sagen har ingen flytning med det id, eller den er taget tilbage. Se id'erne med `enplan relocation show SAG`."
            }
            Self::EventIdInUse => {
                "Hændelsens id er brugt om en anden flytning for samme borger. Ret id'et i udtrækket."
            }
            Self::NothingToDecide => {
                "Ingen flytning venter på en afgørelse i sagen. Se `enplan relocation show SAG`."
            }
            Self::Changed => {
                "Der er kommet nyt om borgerens flytning, siden du så den. Se den igen med `enplan relocation show SAG`."
            }
            Self::UnknownReason => {
                "Begrundelsen findes ikke i kataloget. Brug en af dem, som `enplan relocation reasons` viser."
            }
            Self::NoteMissing => "Skriv med --note, hvad afgørelsen om at forblive handlekommune hviler på.",
            Self::NotInTheNetwork => {
                "Tilflytningskommunen er ikke med i netværket. Brug --not-in-trial, eller behold sagen med --keep."
            }
            Self::InTheNetwork => {
                "Tilflytningskommunen er med i netværket. Brug --hand-over, eller behold sagen med --keep."
            }
            Self::NobodyAsked => {
                "Ingen kommune har bedt om planen. Brug --hand-over, --keep eller --not-in-trial."
            }
        }
    }
}
