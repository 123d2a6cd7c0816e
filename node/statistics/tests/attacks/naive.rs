//! Publishers that do less than ours, for the attacks to break. What they show of each cell.

use enplan_statistics::cube::Cube;
use enplan_statistics::input::CellInput;
use enplan_statistics::release::CellStatus;

use super::support::totals;

const THRESHOLD: u32 = 5;

fn shown(cube: &Cube, counts: impl IntoIterator<Item = Option<i32>>) -> Vec<CellStatus> {
    let status = |count: Option<i32>| count.map_or(CellStatus::Suppressed, CellStatus::Published);
    let mut shown: Vec<CellStatus> = counts.into_iter().map(status).collect();
    let impossible = cube.tables().iter().flat_map(|table| &table.impossible);
    for cell in impossible {
        shown[cell.0] = CellStatus::Impossible;
    }
    shown
}

fn signed(count: u32) -> i32 {
    i32::try_from(count).unwrap()
}

/// Each node leaves out its own small cells, and the rest is added up.
pub(crate) fn threshold_at_each_node(cube: &Cube, nodes: &[Vec<CellInput>]) -> Vec<CellStatus> {
    let large = |cell: usize| {
        nodes.iter().map(move |inputs| u32::from(inputs[cell].count)).filter(|count| *count >= THRESHOLD)
    };
    let count = |cell| (large(cell).count() > 0).then(|| signed(large(cell).sum()));
    shown(cube, (0..cube.len()).map(count))
}

/// Exact sums, of cells with enough people in all.
pub(crate) fn threshold_of_the_sum(cube: &Cube, nodes: &[Vec<CellInput>]) -> Vec<CellStatus> {
    shown(cube, totals(nodes).into_iter().map(|count| (count >= THRESHOLD).then(|| signed(count))))
}

/// Every cell, with noise that is the same each time.
pub(crate) fn sticky_noise(cube: &Cube, nodes: &[Vec<CellInput>]) -> Vec<CellStatus> {
    let noise = |cell: usize| [-1, 0, 2, 1, 0, -2, 1, 0, -1, 3, 0][cell * 7 % 11];
    shown(cube, totals(nodes).into_iter().enumerate().map(|(cell, count)| Some(signed(count) + noise(cell))))
}

/// Every cell, rounded to the nearest five.
pub(crate) fn rounded_to_five(cube: &Cube, nodes: &[Vec<CellInput>]) -> Vec<CellStatus> {
    shown(cube, totals(nodes).into_iter().map(|count| Some(signed((count + 2) / 5 * 5))))
}

/// Every cell, exactly.
pub(crate) fn exact(cube: &Cube, nodes: &[Vec<CellInput>]) -> Vec<CellStatus> {
    shown(cube, totals(nodes).into_iter().map(|count| Some(signed(count))))
}
