//! What reports say about the people around a citizen and about who acts for them: received statements (modtagne
//! oplysninger).
//!
//! A report's word is no ground. A third person's place in a plan needs a ground of its own, and a legal basis is for a
//! caseworker to record, so neither comes into a plan by an import. What was said waits in a record *beside* the plan: it
//! is no part of [`crate::plan::Plan`], so no package and no event can hold it, and it is really gone when somebody has
//! decided, or when nobody has within [`crate::catalogue::STATEMENT_RETENTION`]. A caseworker takes it over, with a ground,
//! or dismisses it. Who cooperates, and which municipality acts, is information: whom else to talk to.

mod consent;
mod received;
mod refusal;
mod relation;

use serde::{Deserialize, Serialize};

pub use consent::StatedConsent;
pub use received::{Entry, Heard, Outcome, Received, Taken, TakingOver, Waiting};
pub use refusal::StatementRefusal;
pub use relation::{RelationChoice, StatedRelation, relation_words};

use crate::plan::{Code, ItemKey, Plan, Provenance};
use crate::{Kommunekode, Narrative};

/// One thing that a report said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The resource that says it: the same one later is the same statement.
    pub key: ItemKey,
    /// Which report, and as of when.
    pub provenance: Provenance,
    /// Whether its source says that it no longer holds, or never did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_over: bool,
    /// What it says.
    pub said: Said,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Said {
    /// What somebody is to the citizen, and who.
    Relation(StatedRelation),
    /// A consent that was given elsewhere.
    Consent(StatedConsent),
    /// Who cooperates around the citizen, each in their role.
    Cooperation {
        /// The organisations, in the report's order.
        roles: Vec<StatedRole>,
    },
    /// Another municipality acts for the citizen (handlekommune).
    Acting {
        /// Which.
        municipality: Kommunekode,
    },
}

/// An organisation's part in the cooperation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedRole {
    /// The role, in KL's codes for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Code>,
    /// The organisation's name.
    pub organisation: Narrative,
    /// Whom to ask for there, with title.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub contact: Narrative,
    /// Their telephone number at work.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub phone: Narrative,
}

impl StatedRole {
    /// The role on the screen; empty where the report names none that is known.
    pub fn danish(&self) -> &'static str {
        match self.role.as_ref().map(|role| role.code.as_str()) {
            Some("koordinerende-myndighed") => "Koordinerende myndighed",
            Some("samarbejdende-myndighed") => "Samarbejdende myndighed",
            Some("koordinerende-udfører") => "Koordinerende udfører",
            _ => "",
        }
    }
}

impl Said {
    /// Whether it is about a third person or rests on the citizen's consent: then somebody decides, or it is dropped.
    pub fn must_be_decided(&self) -> bool {
        matches!(self, Self::Relation(_) | Self::Consent(_))
    }

    /// What became of it already, where the plan says as much.
    fn known_to(&self, key: &ItemKey, plan: &Plan) -> Option<Outcome> {
        match self {
            Self::Relation(stated) => {
                stated.recorded_in(plan).map(|there| Outcome::TakenOver { into: there.key.to_string() })
            }
            Self::Consent(_) => consent::basis_id(key)
                .filter(|id| plan.bases.contains_key(id))
                .map(|id| Outcome::TakenOver { into: id.to_string() }),
            Self::Cooperation { roles } => roles.is_empty().then_some(Outcome::TakenBack),
            Self::Acting { municipality } => {
                (*municipality == plan.municipality).then_some(Outcome::TakenBack)
            }
        }
    }
}
