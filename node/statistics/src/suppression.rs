//! Which cells are hidden beside those that too few people stand in, so that nobody finds those out by subtraction.
//!
//! Every node runs this on the same public bits and comes to the same cells. No count goes in: bits say which cells, and
//! which sums of hidden cells, enough people stand in. Two rules are held:
//!
//! - No cell that must be hidden follows from the published ones by addition ([`rank`]).
//! - Whatever is left of a published margin when its published parts are subtracted is a sum that enough people stand in,
//!   by the same gate as a cell. Else "two cells hold four people together" would say nearly as much as the cells.
//!
//! The second rule needs answers in secret, so this is a dialogue: [`Suppression::residuals`] says which sums to test,
//! [`Suppression::heard`] takes the answers, until there is a [`Suppression::pattern`].

mod choice;
mod rank;
mod sums;

use std::collections::BTreeSet;

use choice::{Guess, hide_further, nothing_follows};
use sums::{HiddenSum, hidden_sums};

use crate::cube::{Cell, Cube};

/// What is shown of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Its count, with noise.
    Open,
    /// That it is hidden.
    Suppressed,
    /// That nobody can stand in it, by the manifest.
    Impossible,
}

/// The choice of hidden cells, on its way.
#[derive(Debug, Clone)]
pub struct Suppression {
    cube: Cube,
    guess: Guess,
    level: Vec<bool>,
    /// Cells that must be hidden: those below the level, and those that a sum needed to become large enough.
    must: Vec<bool>,
    hidden: Vec<bool>,
    enough: BTreeSet<Vec<Cell>>,
    too_few: BTreeSet<Vec<Cell>>,
    asked: Vec<Vec<Cell>>,
}

impl Suppression {
    /// Begins with the bits of the level gate, one for each cell: true where enough people stand in it. A bit that is
    /// missing counts as false.
    pub fn begin(cube: &Cube, level: &[bool]) -> Self {
        let mut level = level.to_vec();
        level.resize(cube.len(), false);
        for cell in cube.tables().iter().flat_map(|table| &table.impossible) {
            level[cell.0] = false;
        }
        let must: Vec<bool> = level.iter().map(|enough| !enough).collect();
        let begun = Self {
            cube: cube.clone(),
            guess: Guess::from_level(cube, &level),
            level,
            hidden: must.clone(),
            must,
            enough: BTreeSet::new(),
            too_few: BTreeSet::new(),
            asked: Vec::new(),
        };
        begun.settled()
    }

    /// The sums of hidden cells that must now be tested in secret, each by the level gate: counts and presence of each
    /// node summed over these cells. Empty when there is a [`Self::pattern`].
    pub fn residuals(&self) -> &[Vec<Cell>] {
        &self.asked
    }

    /// Goes on with the answers, one for each of [`Self::residuals`]: true where enough people stand in the sum. An answer
    /// that is missing counts as "too few", which hides more.
    ///
    /// For each sum of too few people, in the order of the equations, one more published part of its margin is hidden: one
    /// that needs no further cell beside it, then the one guessed to hold the fewest people for each such sum that it helps,
    /// then the first. The margin itself goes where it has no published part left.
    #[must_use]
    pub fn heard(mut self, passed: &[bool]) -> Self {
        for (at, sum) in std::mem::take(&mut self.asked).into_iter().enumerate() {
            let known =
                if passed.get(at).copied().unwrap_or(false) { &mut self.enough } else { &mut self.too_few };
            known.insert(sum);
        }
        self.settled()
    }

    /// What is shown of each cell, once no sum is left to be tested.
    pub fn pattern(&self) -> Option<Vec<Shown>> {
        if !self.asked.is_empty() {
            return None;
        }
        let mut pattern: Vec<Shown> =
            self.hidden.iter().map(|hidden| if *hidden { Shown::Suppressed } else { Shown::Open }).collect();
        for cell in self.cube.tables().iter().flat_map(|table| &table.impossible) {
            pattern[cell.0] = Shown::Impossible;
        }
        Some(pattern)
    }

    /// Hides cells until what is known of the sums does not ask for more. Each turn but the last adds a cell that must be
    /// hidden, so there are no more turns than cells. When nothing is left to ask, cells that turn out not to be needed are
    /// shown again, the largest first.
    fn settled(mut self) -> Self {
        loop {
            self.hidden = hide_further(&self.cube, &self.guess, &self.must);
            let (small, open): (Vec<_>, Vec<_>) =
                self.doubtful().into_iter().partition(|sum| self.is_too_few(sum));
            if !self.enlarge(&small) {
                let open: BTreeSet<Vec<Cell>> = open.into_iter().map(|sum| sum.cells).collect();
                self.asked = open.into_iter().collect();
                if self.asked.is_empty() {
                    self.show_what_can_be();
                }
                return self;
            }
        }
    }

    /// The sums that not enough people are known to stand in.
    fn doubtful(&self) -> Vec<HiddenSum> {
        let mut sums = hidden_sums(&self.cube, &self.hidden);
        for sum in &mut sums {
            sum.cells.sort_unstable();
        }
        sums.retain(|sum| !self.is_enough(sum));
        sums
    }

    /// Shows again, one after another, cells of enough people without which both rules still hold. No cell that stays
    /// hidden may follow then, also none of enough people: it may be what makes a sum large enough.
    fn show_what_can_be(&mut self) {
        let could = (0..self.hidden.len()).filter(|cell| self.hidden[*cell] && self.level[*cell]);
        for cell in self.guess.largest_first(could) {
            self.hidden[cell.0] = false;
            let follows = !nothing_follows(&self.cube, &self.hidden, &self.hidden);
            self.hidden[cell.0] = follows || !self.doubtful().is_empty();
        }
    }

    /// Whether enough people are known to stand in a sum: in one of its cells, or in a smaller sum.
    fn is_enough(&self, sum: &HiddenSum) -> bool {
        let larger = |known: &Vec<Cell>| known.iter().all(|cell| sum.cells.binary_search(cell).is_ok());
        sum.cells.iter().any(|cell| self.level[cell.0]) || self.enough.iter().any(larger)
    }

    /// Whether too few people are known to stand in a sum: it is one small cell, or part of a small margin or sum.
    fn is_too_few(&self, sum: &HiddenSum) -> bool {
        let small = self.cube.equations().iter().filter(|equation| !self.level[equation.margin.0]);
        sum.cells.len() <= 1
            || small.into_iter().any(|margin| sum.cells.iter().all(|cell| margin.parts.contains(cell)))
            || self.too_few.iter().any(|known| sum.cells.iter().all(|cell| known.contains(cell)))
    }

    /// Marks a further cell to be hidden for each sum that is too small; whether there was any.
    fn enlarge(&mut self, small: &[HiddenSum]) -> bool {
        let mut chosen: BTreeSet<Cell> = BTreeSet::new();
        for sum in small {
            if sum.could_join.iter().any(|cell| chosen.contains(cell)) || chosen.contains(&sum.margin) {
                continue;
            }
            let helped =
                |cell: &Cell| small.iter().map(|sum| u64::from(sum.could_join.contains(cell))).sum::<u64>();
            let alone = |cell: &Cell| {
                self.cube.equations().iter().any(|equation| {
                    equation.parts.contains(cell) && !equation.parts.iter().any(|part| self.hidden[part.0])
                })
            };
            let order = |cell: &Cell| (alone(cell), 60 * self.guess.of(*cell) / helped(cell).max(1), *cell);
            let cell = sum.could_join.iter().copied().min_by_key(order).unwrap_or(sum.margin);
            chosen.insert(cell);
        }
        for cell in &chosen {
            self.must[cell.0] = true;
        }
        !chosen.is_empty()
    }
}

#[cfg(test)]
mod tests;
