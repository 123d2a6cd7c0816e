//! Why a plan was not changed.

use crate::Kommunekode;
use crate::basis::BasisRefusal;

/// Why a command changed nothing. `Display` is for the log and the program, [`PlanRefusal::what_to_do`] for the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// There is no plan to change.
    #[error("there is no plan for this citizen here")]
    NoPlan,
    /// The citizen has a plan here already.
    #[error("the citizen has a plan here already")]
    AlreadyHere,
    /// The plan is closed.
    #[error("the plan is closed")]
    Closed,
    /// Another municipality has it.
    #[error("the plan was handed over to municipality {to}")]
    HandedOver {
        /// Who.
        to: Kommunekode,
    },
    /// It is frozen while it is handed over.
    #[error("the plan is being handed over and can't be changed meanwhile")]
    HandoverUnderWay,
    /// A goal, an action or a note without words.
    #[error("the text is empty")]
    EmptyText,
    /// The catalogue has no such sector today.
    #[error("the catalogue has no such sector today")]
    UnknownSector,
    /// Something else has this id.
    #[error("the id is in use for something else in this plan")]
    IdInUse,
    /// The plan has no legal basis of this id.
    #[error("the plan has no such legal basis")]
    NoSuchBasis,
    /// Only a consent can be withdrawn.
    #[error("only a consent can be withdrawn, and this basis rests on a statute")]
    NotAConsent,
    /// The goal that an action names is not in the plan.
    #[error("the plan has no such goal")]
    NoSuchGoal,
    /// What arrived is another citizen's plan.
    #[error("the plan that arrived is another citizen's")]
    OtherCitizen,
    /// What arrived is not open.
    #[error("the plan that arrived is not open")]
    ArrivedNotOpen,
    /// The legal basis doesn't hold.
    #[error("the legal basis can't be recorded")]
    Basis(#[from] BasisRefusal),
}

impl PlanRefusal {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlan => "PLAN_NOT_FOUND",
            Self::AlreadyHere => "PLAN_ALREADY_HERE",
            Self::Closed => "PLAN_CLOSED",
            Self::HandedOver { .. } => "PLAN_HANDED_OVER",
            Self::HandoverUnderWay => "HANDOVER_UNDER_WAY",
            Self::EmptyText => "TEXT_EMPTY",
            Self::UnknownSector => "SECTOR_UNKNOWN",
            Self::IdInUse => "ID_IN_USE",
            Self::NoSuchBasis => "BASIS_NOT_FOUND",
            Self::NotAConsent => "BASIS_NOT_A_CONSENT",
            Self::NoSuchGoal => "GOAL_NOT_FOUND",
            Self::OtherCitizen => "ARRIVED_OTHER_CITIZEN",
            Self::ArrivedNotOpen => "ARRIVED_NOT_OPEN",
            Self::Basis(refusal) => refusal.code(),
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(&self) -> String {
        let text = match self {
            Self::NoPlan => "Borgeren har ingen plan her. Opret den, eller importer en rapport.",
            Self::AlreadyHere => "Borgeren har allerede en plan her. Åbn den i stedet.",
            Self::Closed => "Planen er afsluttet og kan kun læses.",
            Self::HandedOver { to } => {
                let name = to.name().map_or_else(|| to.to_string(), |name| format!("{name} ({to})"));
                return format!("Planen er overdraget til {name}. Kontakt den kommune om ændringer.");
            }
            Self::HandoverUnderWay => {
                "Planen er ved at blive overdraget. Vent, til overdragelsen er gennemført eller tilbagekaldt."
            }
            Self::EmptyText => "Skriv en tekst, og prøv igen.",
            Self::UnknownSector => "Vælg en sektor fra kataloget.",
            Self::IdInUse => "Prøv igen med et nyt id.",
            Self::NoSuchBasis => "Vælg et af de grundlag, der er registreret på planen.",
            Self::NotAConsent => {
                "Grundlaget er en lovbestemmelse og kan ikke trækkes tilbage. Tilbagekald overdragelsen i stedet."
            }
            Self::NoSuchGoal => "Vælg et mål, der findes i planen.",
            Self::OtherCitizen => "Planen hører til en anden borger. Kontakt afsenderen.",
            Self::ArrivedNotOpen => "Den modtagne plan er afsluttet. Kontakt afsenderen.",
            Self::Basis(refusal) => refusal.what_to_do(),
        };
        text.to_owned()
    }
}
