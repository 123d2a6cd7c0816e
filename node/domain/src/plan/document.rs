//! A plan as it lies in a package.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Plan;
use super::section::SectionKind;
use crate::basis::LegalBasis;

/// The most bytes that a document may have.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A plan on its way, with the basis it is sent under and what that left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// The form of the rest: [`PlanDocument::SCHEMA`].
    pub schema: u32,
    /// The plan, restricted to what the basis covers.
    pub plan: Plan,
    /// The basis that it is sent under.
    pub basis: LegalBasis,
    /// The kinds of information left out.
    pub left_out: BTreeSet<SectionKind>,
}

/// Why a package's content is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DocumentRefusal {
    /// More bytes than [`LARGEST`].
    #[error("the plan's document has more than {LARGEST} bytes")]
    TooLarge,
    /// A form that this version doesn't know.
    #[error("the plan's document has schema {0}; this node reads {schema}", schema = PlanDocument::SCHEMA)]
    UnknownSchema(u64),
    /// Not a plan's document, or not a whole one. Its source would quote the plan, so it has none.
    #[error("the bytes are not a whole plan's document (at line {line}, column {column})")]
    Malformed {
        /// Where, as far as it is known.
        line: usize,
        /// Where, as far as it is known.
        column: usize,
    },
    /// Reading it would lose something.
    #[error("the plan's document holds something that this node would lose")]
    NotWhole,
}

#[derive(Deserialize)]
struct Head {
    schema: u64,
}

impl PlanDocument {
    /// The form that this version writes and reads. A field or a word more makes a new one, since a node that does not
    /// know it refuses the whole document. Two nodes hand over only where they have the same.
    pub const SCHEMA: u32 = 4;

    /// The document of what this basis covers of a plan.
    pub fn new(plan: &Plan, basis: &LegalBasis) -> Self {
        let (plan, left_out) = plan.disclosed_under(basis);
        Self { schema: Self::SCHEMA, plan, basis: basis.clone(), left_out }
    }

    /// The document as bytes (JSON).
    pub fn to_bytes(&self) -> Result<Vec<u8>, DocumentRefusal> {
        let bytes = serde_json::to_vec(self).map_err(|e| malformed(&e))?;
        if bytes.len() > LARGEST { Err(DocumentRefusal::TooLarge) } else { Ok(bytes) }
    }

    /// The document that these bytes are, whole: what this version would lose in reading is refused instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DocumentRefusal> {
        if bytes.len() > LARGEST {
            return Err(DocumentRefusal::TooLarge);
        }
        let Head { schema } = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
        if schema != u64::from(Self::SCHEMA) {
            return Err(DocumentRefusal::UnknownSchema(schema));
        }
        let document: Self = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
        let sent: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
        let read = serde_json::to_value(&document).map_err(|e| malformed(&e))?;
        if sent == read { Ok(document) } else { Err(DocumentRefusal::NotWhole) }
    }
}

fn malformed(error: &serde_json::Error) -> DocumentRefusal {
    DocumentRefusal::Malformed { line: error.line(), column: error.column() }
}
