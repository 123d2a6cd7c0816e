//! A node's attack on a release before it is released, with all that it alone knows.
//!
//! A node knows its own citizens, so from every published sum it knows the others' part. With that, with "no cell holds
//! fewer than nobody", and with which cells add up to which, it bounds what the others have in each cell by linear programming.
//! Where only one whole number is left, the release would tell this node, and whoever reads its data, what others count:
//! it vetoes the tables that say so.
//!
//! What this can and can't say: published counts have noise, which has no bound in principle. Here it counts as within
//! [`PRACTICALLY_CERTAIN`], which it is but for 7 cells in 100,000; so "pinned down" means "with practical certainty", and a
//! reader who takes smaller chances for granted can claim more, and be wrong more often. The bounds are those of linear
//! programming: that people come whole is used at the end alone. Nothing is used of former releases.

use std::collections::BTreeSet;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};

use crate::cube::{Cell, Cube};
use crate::release::CellStatus;

/// How far from the truth a published count is taken to be at most: more is drawn for 7 cells in 100,000.
pub const PRACTICALLY_CERTAIN: u32 = 6;

/// What one reader of a release knows beside it.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// How many of each cell's people the reader knows: a node its own, somebody outside none.
    pub own: &'a [u16],
    /// How many people of others stand in a published cell at least: the threshold, since the gate left the reader out.
    pub others: u16,
    /// How far a published count is from the truth at most.
    pub noise: u32,
}

/// From how many people to how many the others can have in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// At least so many.
    pub least: f64,
    /// At most so many.
    pub most: f64,
}

/// Rounding of the solver, far below a person.
const ROUNDING: f64 = 1e-6;

/// More people than there can be: 98 municipalities of 4095. Bounds every program.
const EVERYBODY: f64 = 500_000.0;

impl Bounds {
    /// The one number that is left, if only one is.
    pub fn pinned(self) -> Option<i64> {
        let (least, most) = ((self.least - ROUNDING).ceil(), (self.most + ROUNDING).floor());
        #[expect(clippy::cast_possible_truncation, reason = "bounded by everybody")]
        (most - least < 0.5).then_some(least as i64)
    }
}

/// Why a reader can't bound anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBounds {
    /// The release and what the reader knows contradict each other: more noise was drawn than the reader reckons with.
    #[error("the release contradicts what is known by more than its noise")]
    Contradiction,
    /// The solver gave up.
    #[error("the bounds could not be computed: {0}")]
    Unsolved(String),
}

/// What a reader can say of each cell, as others' people: nothing for a cell nobody can stand in. With `all` both bounds are
/// the tightest; without, a cell in which two whole numbers are seen to be possible is left at those.
pub fn bounds(
    cube: &Cube,
    shown: &[CellStatus],
    reader: Reader<'_>,
    all: bool,
) -> Result<Vec<Option<Bounds>>, NoBounds> {
    let program = Program { cube, ranges: ranges(shown, reader) };
    let mut found: Vec<Option<Bounds>> = vec![None; cube.len()];
    // Two solutions that differ everywhere settle most cells without programs of their own.
    for direction in [OptimizationDirection::Minimize, OptimizationDirection::Maximize] {
        for phase in 0..3 {
            program.solve(direction, |cell| if cell % 3 == phase { 1.0 } else { -0.5 }, &mut found)?;
        }
    }
    for cell in (0..cube.len()).filter(|cell| program.ranges[*cell].is_some()) {
        if all
            || found[cell].is_none_or(|bounds| bounds.pinned().is_some() || bounds.most - bounds.least < 1.0)
        {
            for direction in [OptimizationDirection::Minimize, OptimizationDirection::Maximize] {
                program.solve(direction, |other| if other == cell { 1.0 } else { 0.0 }, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// The tables, by position, that this node vetoes of a candidate: with their cells hidden too, it can pin down nothing.
///
/// At most two programs per cell are solved for each table that is vetoed. Where a release can't have come of this node's
/// counts whatever the noise, or can't be judged, all of it is vetoed.
pub fn vetoed(cube: &Cube, candidate: &[CellStatus], own: &[u16], threshold: u16) -> BTreeSet<usize> {
    let mut shown = candidate.to_vec();
    let mut vetoed = BTreeSet::new();
    while let Some(cell) = match pinned_down(cube, &shown, own, threshold) {
        Ok(cells) => cells.into_iter().next(),
        Err(_) => return (0..cube.tables().len()).collect(),
    } {
        let Some(table) = table_to_blame(cube, &shown, cell) else { break };
        for cell in cube.tables()[table]
            .cells
            .clone()
            .filter(|cell| matches!(candidate[*cell], CellStatus::Published(_)))
        {
            shown[cell] = CellStatus::Suppressed;
        }
        vetoed.insert(table);
    }
    vetoed
}

/// The cells whose others' part is certain, reckoning with more noise where the usual bound contradicts what the node knows.
fn pinned_down(
    cube: &Cube,
    shown: &[CellStatus],
    own: &[u16],
    threshold: u16,
) -> Result<Vec<Cell>, NoBounds> {
    let mut reader = Reader { own, others: threshold, noise: PRACTICALLY_CERTAIN };
    loop {
        match bounds(cube, shown, reader, false) {
            Ok(bounds) => {
                let pinned = |cell: &usize| bounds[*cell].is_some_and(|bounds| bounds.pinned().is_some());
                return Ok((0..cube.len()).filter(pinned).map(Cell).collect());
            }
            Err(NoBounds::Contradiction) if reader.noise < 4 * PRACTICALLY_CERTAIN => reader.noise *= 2,
            Err(error) => return Err(error),
        }
    }
}

/// The table that a pinned cell stands in, if it shows anything; else one that shows anything and shares a sum with it; else
/// the last that shows anything.
fn table_to_blame(cube: &Cube, shown: &[CellStatus], cell: Cell) -> Option<usize> {
    let says_anything = |table: &usize| {
        cube.tables()[*table].cells.clone().any(|cell| matches!(shown[cell], CellStatus::Published(_)))
    };
    let of = |cell: Cell| cube.tables().iter().position(|table| table.cells.contains(&cell.0));
    let own = of(cell).filter(says_anything);
    let tied = || {
        let equations = cube.equations().iter();
        let equations =
            equations.filter(|equation| equation.margin == cell || equation.parts.contains(&cell));
        let cells = equations.flat_map(|equation| equation.parts.iter().chain([&equation.margin]));
        cells.filter_map(|cell| of(*cell)).filter(says_anything).max()
    };
    own.or_else(tied).or_else(|| (0..cube.tables().len()).rev().find(says_anything))
}

/// From what to what the others' people in each cell can be before anything is added up; nothing for impossible cells.
fn ranges(shown: &[CellStatus], reader: Reader<'_>) -> Vec<Option<Bounds>> {
    let range = |(status, own): (&CellStatus, &u16)| match status {
        CellStatus::Impossible => None,
        CellStatus::Suppressed => Some(Bounds { least: 0.0, most: EVERYBODY }),
        CellStatus::Published(count) => {
            let (others, noise) = (f64::from(*count) - f64::from(*own), f64::from(reader.noise));
            Some(Bounds { least: (others - noise).max(f64::from(reader.others)), most: others + noise })
        }
    };
    shown.iter().zip(reader.own).map(range).collect()
}

struct Program<'a> {
    cube: &'a Cube,
    ranges: Vec<Option<Bounds>>,
}

impl Program<'_> {
    /// Solves for one aim, and widens what has been seen of each cell by the solution.
    fn solve(
        &self,
        direction: OptimizationDirection,
        aim: impl Fn(usize) -> f64,
        found: &mut [Option<Bounds>],
    ) -> Result<(), NoBounds> {
        let mut problem = Problem::new(direction);
        let mut variables = vec![None; self.ranges.len()];
        for (cell, range) in self.ranges.iter().enumerate() {
            let Some(range) = range else { continue };
            if range.least > range.most {
                return Err(NoBounds::Contradiction);
            }
            variables[cell] = Some(problem.add_var(aim(cell), (range.least, range.most)));
        }
        for equation in self.cube.equations() {
            let parts = equation.parts.iter().filter_map(|part| Some((variables[part.0]?, 1.0)));
            let margin = variables[equation.margin.0].map(|margin| (margin, -1.0));
            let terms: Vec<_> = parts.chain(margin).collect();
            problem.add_constraint(&terms, ComparisonOp::Eq, 0.0);
        }
        let outcome = problem.solve().map_err(|error| match error {
            Error::Infeasible => NoBounds::Contradiction,
            other => NoBounds::Unsolved(other.to_string()),
        })?;
        let solution = outcome
            .into_solution()
            .map_err(|stopped| NoBounds::Unsolved(format!("{:?}", stopped.termination_reason())))?;
        for (variable, found) in variables.iter().zip(found) {
            if let Some(variable) = variable {
                let value = solution.var_value(*variable);
                let bounds = found.get_or_insert(Bounds { least: value, most: value });
                *bounds = Bounds { least: bounds.least.min(value), most: bounds.most.max(value) };
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
