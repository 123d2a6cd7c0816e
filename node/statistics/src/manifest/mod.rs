//! Which questions are ever asked of the citizens' plans: agreed by every member before it takes effect, and the same on
//! every node. There are no other questions, so nobody can ask for two tables whose difference is one citizen.

mod canonical;
mod description;
mod first;

use serde::{Deserialize, Serialize};

pub use canonical::NotEncoded;
pub use first::first;

/// What the federation counts, and how it is kept from saying too much.
///
/// Every table counts the same people: the citizens who had a plan at some time of the epoch. A citizen stands in exactly
/// one bin of each dimension, so in exactly one cell of each table, and the tables share their margins.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Manifest {
    /// One above the manifest that it follows on; the first is 1.
    pub version: u32,
    /// The fewest people in a published cell, whoever's citizens are left out (k).
    pub threshold: u16,
    /// The fewest municipalities with anybody in a published cell.
    pub present: u16,
    /// The fewest people by whom a published table changes, whoever's citizens are left out.
    pub changed: u16,
    /// What citizens are told apart by.
    pub dimensions: Vec<Dimension>,
    /// Which dimensions are seen together.
    pub tables: Vec<Table>,
}

/// Something that citizens are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dimension {
    /// Its name in files and on the wire, such as `age-band`. Which function puts a citizen in a bin is found by it.
    pub name: String,
    /// Its name on the screen.
    pub danish: String,
    /// What it says, exactly, in Danish.
    pub definition_danish: String,
    /// What it says, exactly, in English.
    pub definition_english: String,
    /// Its bins, in the order in which they are shown. Everybody stands in one.
    pub bins: Vec<Bin>,
}

/// One bin of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bin {
    /// Its name in files and on the wire, such as `15-29`.
    pub name: String,
    /// Its name on the screen.
    pub danish: String,
    /// For a dimension that is a number: the smallest number in it. The bin goes on to the next bin's, exclusive.
    /// Nothing for a bin that is no number: a kind, or "not known".
    #[serde(default)]
    pub from: Option<u32>,
}

/// One table: how many citizens stand in each combination of bins of no, one or two dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Table {
    /// Its name in files and on the wire, such as `outcome-by-target-group`.
    pub name: String,
    /// Its name on the screen.
    pub danish: String,
    /// The dimensions, by name: none counts everybody, two are rows and columns.
    pub dimensions: Vec<String>,
    /// Combinations of bins that nobody can stand in, as positions of bins in the order of the dimensions.
    #[serde(default)]
    pub impossible: Vec<Vec<u16>>,
}
