//! What everybody may know: the tables of one epoch, as they stand in the registry for good.

use enplan_domain::Kommunekode;
use serde::{Deserialize, Serialize};

pub use crate::epoch::Epoch;

/// A cell as everybody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CellStatus {
    /// So many people, give or take the noise: it can be below zero, and cells do not add up.
    Published(i32),
    /// Hidden, so that nobody can be found out: too few people in it, or needed to hide another cell.
    Suppressed,
    /// Nobody can stand in it, by the manifest.
    Impossible,
}

/// What became of one table in one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TableRelease {
    /// Its cells, in the table's order.
    Published(Vec<CellStatus>),
    /// Too few people changed since this epoch's release: it says what that one said.
    Unchanged(Epoch),
    /// A node found that its cells say too much: it is left out of this epoch, and never computed again.
    Dropped,
}

/// What one epoch released.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EpochRelease {
    /// The epoch.
    pub epoch: Epoch,
    /// The manifest that it was counted by.
    pub manifest: u32,
    /// Whose citizens are counted, in the order of the computation.
    pub participants: Vec<Kommunekode>,
    /// What became of each table, in the manifest's order.
    pub tables: Vec<TableRelease>,
}

/// Signed before every release, so that no other signature of the same key can pass for one.
const RELEASE_CONTEXT: &[u8] = b"enplan statistics release v1\0";

impl EpochRelease {
    /// What those who computed sign.
    pub fn signed_bytes(&self) -> Vec<u8> {
        [RELEASE_CONTEXT, &self.to_bytes()].concat()
    }

    /// As it goes from node to node.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain values always have an encoding; should they not, nothing is signed and nothing taken.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// What another node sent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotARelease> {
        postcard::from_bytes(bytes).map_err(|_| NotARelease)
    }
}

/// What came is not a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came is not a release")]
pub struct NotARelease;
