//! Where what is in a plan comes from: which source wrote it, and whose words it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Kommunekode, UserName};

/// Where an item's present state comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Who said it.
    pub source: Source,
    /// As of when: a report's own time, or when it was written here. An older one never overwrites a newer one.
    pub as_of: Timestamp,
    /// The municipality that took it in.
    pub municipality: Kommunekode,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A member of staff.
    Staff {
        /// Who.
        by: UserName,
    },
    /// A report from a sector system.
    Report {
        /// The bundle's id, where it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bundle: Option<String>,
        /// The organisation that manages the citizen there: its id at KOMBIT, bare.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organisation: Option<String>,
    },
}

/// Whose words something is. Not a name: who a third person is needs a legal basis of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The citizen's own.
    Citizen,
    /// The holder of custody over a child.
    CustodyHolder,
    /// The citizen's guardian (værge).
    Guardian,
    /// Somebody close to the citizen.
    Relative,
    /// Somebody who works with the citizen.
    Professional,
}
