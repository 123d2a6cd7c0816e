//! Which sums of hidden cells a reader of the published ones can form.

use crate::cube::{Cell, Cube, Equation};

/// A sum of hidden cells that a reader can form by subtracting published cells from a published margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HiddenSum {
    /// The margin that it is what is left of.
    pub(super) margin: Cell,
    /// What it is the sum of.
    pub(super) cells: Vec<Cell>,
    /// Published cells of which one more hidden would make the sum larger.
    pub(super) could_join: Vec<Cell>,
}

/// The most ways in which the hidden parts of one margin are taken apart again by their own tables.
const MOST_WAYS: usize = 64;

/// Every margin less its published parts. A hidden part that is a margin itself, and of which a table publishes parts, is
/// taken apart too: those parts can be subtracted as well. Where there are more than [`MOST_WAYS`] of doing that, the
/// further parts' tables are taken one at a time.
pub(super) fn hidden_sums(cube: &Cube, hidden: &[bool]) -> Vec<HiddenSum> {
    let mut sums: Vec<HiddenSum> = Vec::new();
    for equation in cube.equations().iter().filter(|equation| !hidden[equation.margin.0]) {
        let (inside, outside) = split(equation, hidden);
        if inside.is_empty() {
            continue;
        }
        let mut ways = vec![HiddenSum { margin: equation.margin, cells: Vec::new(), could_join: outside }];
        for part in inside {
            let apart = taken_apart(cube, part, hidden);
            ways = if ways.len() * (apart.len() + 1) <= MOST_WAYS {
                ways.iter().flat_map(|way| joined(way, part, &apart)).collect()
            } else {
                ways.iter().enumerate().map(|(at, way)| one_of(way, part, &apart, at)).collect()
            };
        }
        sums.extend(ways);
    }
    sums
}

/// A sum with one more hidden part: whole, and taken apart by each table that can.
fn joined(sum: &HiddenSum, part: Cell, apart: &[(Vec<Cell>, Vec<Cell>)]) -> Vec<HiddenSum> {
    (0..=apart.len()).map(|way| one_of(sum, part, apart, way)).collect()
}

fn one_of(sum: &HiddenSum, part: Cell, apart: &[(Vec<Cell>, Vec<Cell>)], way: usize) -> HiddenSum {
    let mut sum = sum.clone();
    match (way % (apart.len() + 1)).checked_sub(1).map(|table| &apart[table]) {
        None => sum.cells.push(part),
        Some((inside, outside)) => {
            sum.cells.extend(inside);
            sum.could_join.extend(outside);
        }
    }
    sum
}

/// The hidden and the published parts of a cell by each table that publishes some.
fn taken_apart(cube: &Cube, cell: Cell, hidden: &[bool]) -> Vec<(Vec<Cell>, Vec<Cell>)> {
    let equations = cube.equations().iter().filter(|equation| equation.margin == cell);
    equations.map(|equation| split(equation, hidden)).filter(|(_, outside)| !outside.is_empty()).collect()
}

fn split(equation: &Equation, hidden: &[bool]) -> (Vec<Cell>, Vec<Cell>) {
    equation.parts.iter().partition(|part| hidden[part.0])
}
