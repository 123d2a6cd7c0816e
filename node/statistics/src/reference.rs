//! The whole way from counts to a release, in the open: what the computation in secret must come to, no more and no less.
//!
//! No node runs this on others' counts. The tests compare the secret computation with it, attack what it releases, and
//! measure what it keeps.

use std::collections::BTreeSet;

use crate::cube::{Cell, Cube};
use crate::input::CellInput;
use crate::manifest::Manifest;
use crate::release::{CellStatus, Epoch, TableRelease};
use crate::suppression::{Shown, Suppression};
use crate::veto;

/// What all nodes bring, and the thresholds.
#[derive(Debug, Clone, Copy)]
pub struct Gates<'a> {
    /// The thresholds.
    pub manifest: &'a Manifest,
    /// For each node, its part in each cell.
    pub nodes: &'a [Vec<CellInput>],
}

impl Gates<'_> {
    /// The level gate on a sum of cells: enough municipalities have anybody in them, and enough people stand in them whoever's
    /// citizens are left out.
    pub fn level(&self, cells: &[Cell]) -> bool {
        let counts = self.sums(cells, |input| input.count);
        let present = counts.iter().filter(|count| **count > 0).count();
        present >= usize::from(self.manifest.present) && without_any(&counts, self.manifest.threshold)
    }

    /// The delta gate on a sum of cells: nobody in them changed, or enough people did whoever's citizens are left out.
    pub fn delta(&self, cells: &[Cell]) -> bool {
        let changed = self.sums(cells, |input| input.changed);
        changed.iter().all(|changed| *changed == 0) || without_any(&changed, self.manifest.changed)
    }

    /// Whether anybody came to a cell or went from it.
    pub fn has_changed(&self, cell: Cell) -> bool {
        self.nodes.iter().any(|inputs| inputs[cell.0].changed > 0)
    }

    /// The bits of the level gate, for each cell.
    pub fn levels(&self, cube: &Cube) -> Vec<bool> {
        (0..cube.len()).map(|cell| self.level(&[Cell(cell)])).collect()
    }

    /// What is shown of each cell after complementary suppression.
    pub fn pattern(&self, cube: &Cube) -> Vec<Shown> {
        let mut suppression = Suppression::begin(cube, &self.levels(cube));
        loop {
            if let Some(pattern) = suppression.pattern() {
                return pattern;
            }
            let answers: Vec<bool> = suppression.residuals().iter().map(|cells| self.level(cells)).collect();
            suppression = suppression.heard(&answers);
        }
    }

    /// A cell's count with all noise.
    fn noisy(&self, cell: usize) -> i32 {
        self.nodes.iter().map(|inputs| i32::from(inputs[cell].count) + i32::from(inputs[cell].noise)).sum()
    }

    /// What each node has in a sum of cells.
    fn sums(&self, cells: &[Cell], what: impl Fn(&CellInput) -> u16) -> Vec<u32> {
        let of = |inputs: &Vec<CellInput>| cells.iter().map(|cell| u32::from(what(&inputs[cell.0]))).sum();
        self.nodes.iter().map(of).collect()
    }
}

fn without_any(parts: &[u32], least: u16) -> bool {
    let largest = parts.iter().max().copied().unwrap_or(0);
    parts.iter().sum::<u32>() - largest >= u32::from(least)
}

/// What would be released if nobody vetoes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// For each table, whether it is published anew.
    pub anew: Vec<bool>,
    /// What is seen of each cell; of tables that stay as they were, nothing.
    pub cells: Vec<CellStatus>,
}

impl Candidate {
    /// Of an epoch. `former` is for each table the epoch in which it was last published anew: nothing if it never was, and
    /// then the delta gate does not apply. `changed` of the inputs counts from that epoch on.
    pub fn of(gates: Gates<'_>, cube: &Cube, former: &[Option<Epoch>]) -> Self {
        let pattern = gates.pattern(cube);
        let mut candidate = Self { anew: Vec::new(), cells: Vec::with_capacity(cube.len()) };
        for (table, former) in cube.tables().iter().zip(former) {
            // What says the same is said in the same words: new noise on it would only wear the old noise off.
            let is_other = || table.cells.clone().any(|cell| gates.has_changed(Cell(cell)));
            let changed = || is_other() && table.cells.clone().all(|cell| gates.delta(&[Cell(cell)]));
            let anew = former.is_none() || changed();
            candidate.anew.push(anew);
            candidate.cells.extend(table.cells.clone().map(|cell| match pattern[cell] {
                Shown::Impossible => CellStatus::Impossible,
                Shown::Open if anew => CellStatus::Published(gates.noisy(cell)),
                Shown::Open | Shown::Suppressed => CellStatus::Suppressed,
            }));
        }
        candidate
    }
}

/// The release of an epoch: the candidate, less what any node vetoes. `former` as in [`Candidate::of`].
pub fn release(gates: Gates<'_>, cube: &Cube, former: &[Option<Epoch>]) -> Vec<TableRelease> {
    let candidate = Candidate::of(gates, cube, former);
    let mut dropped = BTreeSet::new();
    for inputs in gates.nodes {
        let own: Vec<u16> = inputs.iter().map(|input| input.count).collect();
        dropped.extend(veto::vetoed(cube, &candidate.cells, &own, gates.manifest.threshold));
    }
    let tables = cube.tables().iter().enumerate().map(|(at, table)| match former[at] {
        Some(epoch) if !candidate.anew[at] => TableRelease::Unchanged(epoch),
        _ if dropped.contains(&at) => TableRelease::Dropped,
        _ => TableRelease::Published(candidate.cells[table.cells.clone()].to_vec()),
    });
    tables.collect()
}
