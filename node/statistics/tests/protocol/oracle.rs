//! The same rules on counts that everybody sees: written apart from the computation, to compare it with.

use enplan_statistics::cube::Cell;
use enplan_statistics::input::CellInput;
use enplan_statistics::protocol::{Outcome, Setup};

use crate::network::{hidden, to_open};

/// Whether so many people stand in these cells together, whoever's are left out, at so many nodes.
pub(crate) fn passes(setup: &Setup, inputs: &[Vec<CellInput>], cells: &[Cell]) -> bool {
    let of_each: Vec<u64> =
        inputs.iter().map(|input| cells.iter().map(|cell| u64::from(input[cell.0].count)).sum()).collect();
    let all: u64 = of_each.iter().sum();
    let largest = of_each.iter().max().copied().unwrap_or(0);
    let present = of_each.iter().filter(|count| **count > 0).count();
    all - largest >= u64::from(setup.threshold) && present >= usize::from(setup.present)
}

/// Whether a cell changed by so little that it must not be seen.
pub(crate) fn hardly_changed(setup: &Setup, inputs: &[Vec<CellInput>], cell: Cell) -> bool {
    let of_each: Vec<u64> = inputs.iter().map(|input| u64::from(input[cell.0].changed)).collect();
    let all: u64 = of_each.iter().sum();
    all > 0 && all - of_each.iter().max().copied().unwrap_or(0) < u64::from(setup.changed)
}

/// What must come of these counts, when nobody vetoes anything.
pub(crate) fn outcome(setup: &Setup, inputs: &[Vec<CellInput>]) -> Outcome {
    let possible = |cell: &Cell| !setup.impossible.contains(cell);
    let passed: Vec<bool> =
        (0..setup.cells).map(Cell).map(|cell| possible(&cell) && passes(setup, inputs, &[cell])).collect();
    let tables = setup.tables.iter();
    let unchanged: Vec<bool> = tables
        .map(|table| {
            let mut cells = table.cells.clone().map(Cell).filter(possible);
            let nothing = |cell: Cell| inputs.iter().all(|input: &Vec<CellInput>| input[cell.0].changed == 0);
            table.compared
                && (cells.clone().any(|cell| hardly_changed(setup, inputs, cell)) || cells.all(nothing))
        })
        .collect();
    let answers: Vec<bool> = hidden(setup, &passed).iter().map(|sum| passes(setup, inputs, sum)).collect();
    let sum = |cell: Cell| {
        inputs.iter().map(|input| i32::from(input[cell.0].count) + i32::from(input[cell.0].noise)).sum()
    };
    let cells = to_open(setup, &passed, &unchanged, &answers);
    Outcome {
        vetoed: vec![false; setup.tables.len()],
        opened: cells.into_iter().map(|cell| (cell, sum(cell))).collect(),
        unchanged,
        wrong: Vec::new(),
    }
}
