//! What everybody must agree on before the first message.

use std::collections::BTreeSet;
use std::ops::Range;

use aws_lc_rs::digest::{Context, SHA256};

use super::dealing::PER_CELL;
use crate::cube::{Cell, Cube, MOST_CELLS};
use crate::manifest::Manifest;
use crate::sharing::ELEMENT_BYTES;

/// The terms of one computation: the same on every node, or their messages are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Binds every message to this computation: a digest of the epoch, the manifest, who takes part, their commitments and
    /// which attempt it is. Never used twice.
    pub run: [u8; 32],
    /// How many nodes bring counts. A node is called by its place among them.
    pub dealers: usize,
    /// How many of them compute, the first ones; the others bring their counts, vote and hear the outcome.
    pub computers: usize,
    /// How many cells there are.
    pub cells: usize,
    /// Those that nobody can stand in: nothing is ever said of them.
    pub impossible: Vec<Cell>,
    /// The tables that they lie in.
    pub tables: Vec<TableGate>,
    /// The fewest people in an open cell, whoever's citizens are left out.
    pub threshold: u16,
    /// The fewest nodes with anybody in an open cell.
    pub present: u16,
    /// The fewest people by whom a table changes, whoever's citizens are left out.
    pub changed: u16,
}

/// What is asked of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableGate {
    /// Where its cells lie.
    pub cells: Range<usize>,
    /// Whether it was published before, so that its changes must not tell of a single citizen.
    pub compared: bool,
}

/// Why a computation can't be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotASetup {
    /// Fewer than three nodes, or more that compute than bring counts.
    #[error(
        "at least three nodes compute, of those that bring counts, and at most {MOST_DEALERS} bring them"
    )]
    Nodes,
    /// Cells outside the list, or too many of them.
    #[error("the tables and the impossible cells must lie in the list of at most {MOST_CELLS} cells")]
    Cells,
    /// The thresholds protect nobody, or are so high that computing them costs too much.
    #[error("the thresholds must be from 1 to {MOST_THRESHOLD}")]
    Thresholds,
    /// This node is not one of them.
    #[error("this node does not take part")]
    NotAmongThem,
    /// What this node brings is out of range. It is not said where: that would tell a count.
    #[error("bring one number for each cell, within its range, and nobody in an impossible one")]
    Input,
}

/// The most nodes that bring counts. Denmark has ninety-eight municipalities.
const MOST_DEALERS: usize = 128;

/// The highest threshold of any kind: each step of it is one more multiplication for each cell and node.
const MOST_THRESHOLD: u16 = 32;

/// How many nodes may go away after they shared.
const MAY_GO_AWAY: usize = 2;

impl Setup {
    /// The terms of a manifest's tables; for each, whether it was published before.
    pub fn of(run: [u8; 32], nodes: Nodes, manifest: &Manifest, cube: &Cube, compared: &[bool]) -> Self {
        let tables = cube.tables().iter().enumerate().map(|(at, table)| TableGate {
            cells: table.cells.clone(),
            // Where it is not known, the stricter way.
            compared: compared.get(at).copied().unwrap_or(true),
        });
        Self {
            run,
            dealers: nodes.dealers,
            computers: nodes.computers,
            cells: cube.len(),
            impossible: cube.tables().iter().flat_map(|table| table.impossible.iter().copied()).collect(),
            tables: tables.collect(),
            threshold: manifest.threshold,
            present: manifest.present,
            changed: manifest.changed,
        }
    }

    /// The degree of the polynomials: so many computing nodes that put their shares together learn nothing. As high as
    /// leaves a product of two to be put together when two nodes have gone away; at least one.
    pub fn tolerance(&self) -> usize {
        (self.computers.saturating_sub(1 + MAY_GO_AWAY) / 2).max(1)
    }

    /// How many nodes a multiplication needs.
    pub fn needed(&self) -> usize {
        2 * self.tolerance() + 1
    }

    pub(super) fn check(&self) -> Result<(), NotASetup> {
        let nodes = self.computers >= 3 && self.computers <= self.dealers && self.dealers <= MOST_DEALERS;
        let thresholds = [self.threshold, self.present, self.changed];
        let within = self.tables.iter().all(|table| table.cells.end <= self.cells);
        let inside = self.impossible.iter().all(|cell| cell.0 < self.cells);
        if !nodes {
            return Err(NotASetup::Nodes);
        }
        if !(within && inside && (1..=MOST_CELLS).contains(&self.cells)) {
            return Err(NotASetup::Cells);
        }
        if !thresholds.iter().all(|threshold| (1..=MOST_THRESHOLD).contains(threshold)) {
            return Err(NotASetup::Thresholds);
        }
        Ok(())
    }

    /// The cells that somebody can stand in, in order: the only ones that are shared.
    pub(super) fn possible(&self) -> Vec<Cell> {
        let impossible: BTreeSet<Cell> = self.impossible.iter().copied().collect();
        (0..self.cells).map(Cell).filter(|cell| !impossible.contains(cell)).collect()
    }

    /// The most cells that the sums of one question may have together.
    pub(super) fn most_summed(&self) -> usize {
        4 * self.cells
    }

    /// No message says more bytes than this.
    pub(super) fn longest(&self) -> usize {
        let [threshold, present, changed] = [self.threshold, self.present, self.changed].map(usize::from);
        let level = self.dealers * threshold + present + 1;
        let elements = self.cells * (PER_CELL + level + self.dealers * (changed + 5)) + 2 * self.dealers;
        (elements + 64) * ELEMENT_BYTES + self.computers * 32 + self.tables.len()
    }

    /// A digest of all of it.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Digest::of("terms");
        digest.bytes(&self.run);
        let tables = self
            .tables
            .iter()
            .flat_map(|table| [table.cells.start, table.cells.end, usize::from(table.compared)].into_iter());
        digest.numbers([self.dealers, self.computers, self.cells]);
        digest.numbers([self.threshold, self.present, self.changed].map(usize::from));
        digest.numbers(self.impossible.iter().map(|cell| cell.0));
        digest.numbers(tables);
        digest.done()
    }
}

/// How many nodes take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nodes {
    /// Bring counts.
    pub dealers: usize,
    /// The first of them, that compute.
    pub computers: usize,
}

/// A digest of public facts, in which no two lists of facts read alike.
pub(super) struct Digest(Context);

impl Digest {
    /// Begins one for a purpose.
    pub(super) fn of(purpose: &str) -> Self {
        let mut digest = Self(Context::new(&SHA256));
        digest.bytes(b"enplan statistics");
        digest.bytes(purpose.as_bytes());
        digest
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(super) fn numbers(&mut self, numbers: impl IntoIterator<Item = usize>) {
        let bytes: Vec<u8> = numbers.into_iter().flat_map(|number| (number as u64).to_be_bytes()).collect();
        self.bytes(&bytes);
    }

    pub(super) fn done(self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.finish().as_ref());
        digest
    }
}
