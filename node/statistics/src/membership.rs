//! Who stands in which cell: what a node counts, and what it remembers of a table's last published version to tell how many
//! people have come or gone since.

use std::collections::BTreeMap;
use std::fmt;

use enplan_domain::CaseId;
use serde::{Deserialize, Serialize};

use crate::cube::{Cube, CubeTable};
use crate::input::MOST_PEOPLE;
use crate::population::Population;

/// Where each citizen of a municipality stands in one table: as places of cells in it. Kept in the node's own vault, for
/// the manifest that it was made by, and never sent.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Membership(BTreeMap<CaseId, u16>);

/// Why a population can't be put in the cells. Then nothing is counted: a citizen left out would be a wrong number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlaced {
    /// The manifest calls impossible what has happened.
    #[error(
        "a citizen stands in a cell of table {table} that the manifest calls impossible: it must be amended"
    )]
    Impossible {
        /// The table's place in the manifest.
        table: usize,
    },
    /// Its citizens' bins are not one for each of the manifest's dimensions.
    #[error("the citizens were counted by another manifest")]
    AnotherManifest,
    /// More than a count has bits for.
    #[error("a municipality can bring at most {MOST_PEOPLE} citizens, not {0}")]
    TooMany(usize),
}

impl fmt::Debug for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Membership(masked)")
    }
}

/// Where everybody stands, for each table in the manifest's order.
///
/// # Errors
/// [`NotPlaced`] where somebody stands nowhere.
pub fn memberships(cube: &Cube, population: &Population) -> Result<Vec<Membership>, NotPlaced> {
    if population.len() > usize::from(MOST_PEOPLE) {
        return Err(NotPlaced::TooMany(population.len()));
    }
    let mut memberships = vec![Membership::default(); cube.tables().len()];
    for (person, bins) in population.iter() {
        let fits = |(place, count): &(usize, usize)| bins.get(*place).is_some_and(|bin| bin < count);
        if !cube.tables().iter().flat_map(|table| &table.dimensions).all(fits) {
            return Err(NotPlaced::AnotherManifest);
        }
        for (table, cell) in cube.cells_of(bins).enumerate() {
            let cell = cell.ok_or(NotPlaced::Impossible { table })?;
            let place = cell.0 - cube.tables()[table].cells.start;
            let place = u16::try_from(place).map_err(|_| NotPlaced::AnotherManifest)?;
            memberships[table].0.insert(person, place);
        }
    }
    Ok(memberships)
}

impl Membership {
    /// How many stand in each cell of the table.
    pub fn counts(&self, table: &CubeTable) -> Vec<u16> {
        tally(table, self.0.values())
    }

    /// By how many people each cell of the table differs from what it was: those who came and those who went. Who moved from
    /// one cell to another changed both. A table that was never published is changed by everybody in it.
    pub fn changed_since(&self, former: &Self, table: &CubeTable) -> Vec<u16> {
        let came = self.0.iter().filter(|(person, place)| former.0.get(person) != Some(place));
        let went = former.0.iter().filter(|(person, place)| self.0.get(person) != Some(place));
        tally(table, came.chain(went).map(|(_, place)| place))
    }
}

/// No cell has more than a count has bits for: of more changes than that, none is told from another.
fn tally<'p>(table: &CubeTable, places: impl Iterator<Item = &'p u16>) -> Vec<u16> {
    let mut counts = vec![0_u16; table.cells.len()];
    for place in places {
        if let Some(count) = counts.get_mut(usize::from(*place)) {
            *count = (*count + 1).min(MOST_PEOPLE);
        }
    }
    counts
}
