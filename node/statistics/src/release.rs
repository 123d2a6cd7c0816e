//! What everybody may know: the tables of one epoch, as they stand in the registry for good.

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
