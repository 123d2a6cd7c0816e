//! Why nothing was done about a move.

/// Why a move, or a decision on one, is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelocationRefusal {
    /// From a place to the same place.
    #[error("a move is from one place to another")]
    NotAMove,
    /// No day that somebody means.
    #[error("the day of a move lies between 2000 and 2100")]
    DayOutOfRange,
    /// The same id was told of another move of the citizen.
    #[error("another move of the citizen has this event id")]
    EventIdInUse,
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
            Self::DayOutOfRange => "Flyttedagen skal ligge mellem 2000 og 2100. Ret den.",
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
