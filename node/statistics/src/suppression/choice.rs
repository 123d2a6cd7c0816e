//! Which further cells to hide, so that those that must stay hidden do not follow from the rest: as few people as can be
//! guessed without knowing a count.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::rank::determined;
use crate::cube::{Cell, Cube};

/// How many people a cell is guessed to hold, to compare it with other cells. From public bits alone: where many of a bin's
/// cells have enough people in them, the bin is large, and so is the cell of two large bins.
#[derive(Debug, Clone)]
pub(super) struct Guess(Vec<u64>);

impl Guess {
    /// The guesses for all cells from which have enough people.
    pub(super) fn from_level(cube: &Cube, level: &[bool]) -> Self {
        let mut bins: BTreeMap<(usize, usize), (u64, u64)> = BTreeMap::new();
        let pairs = || cube.tables().iter().filter(|table| table.dimensions.len() == 2);
        for (table, cell) in
            pairs().flat_map(|table| table.cells.clone().map(move |cell| (table, Cell(cell))))
        {
            for (dimension, _) in &table.dimensions {
                let bin = table.bin(cell, *dimension).unwrap_or(0);
                let (enough, all) = bins.entry((*dimension, bin)).or_default();
                *all += 1;
                *enough += u64::from(level[cell.0]);
            }
        }
        let share = |dimension: usize, bin: Option<usize>| {
            let (enough, all) = bins.get(&(dimension, bin.unwrap_or(0))).copied().unwrap_or((0, 0));
            // Of two bins that look alike the later is taken for the smaller: a manifest lists what is rare, or not known, last.
            let late = u64::try_from(30 * bin.unwrap_or(0)).unwrap_or(u64::MAX / 2);
            1000 * (1 + enough) / (1 + all) * 1000 / (1000 + late)
        };
        let mut guesses = Vec::with_capacity(cube.len());
        for table in cube.tables() {
            for cell in table.cells.clone().map(Cell) {
                let shares = table
                    .dimensions
                    .iter()
                    .map(|(dimension, _)| share(*dimension, table.bin(cell, *dimension)));
                // A cell of one bin holds as many people as all of its parts in another table.
                let whole =
                    1000_u64.pow(2_u32.saturating_sub(u32::try_from(table.dimensions.len()).unwrap_or(2)));
                guesses.push(1 + shares.product::<u64>() * whole / 1000);
            }
        }
        Self(guesses)
    }

    /// These cells, those guessed to hold most people first.
    pub(super) fn largest_first(&self, cells: impl Iterator<Item = usize>) -> Vec<Cell> {
        let mut cells: Vec<Cell> = cells.map(Cell).collect();
        cells.sort_by_key(|cell| (Reverse(self.of(*cell)), *cell));
        cells
    }

    /// The guess for one cell, never 0.
    pub(super) fn of(&self, cell: Cell) -> u64 {
        self.0[cell.0]
    }
}

/// The cells to hide such that none of those that must be hidden follows from the published ones.
///
/// Cells are added along the cheapest ring of hidden cells through each cell that still follows: in a table, cells can be
/// moved round such a ring without moving any margin. Then those that turn out not to be needed are published again, the
/// largest first.
pub(super) fn hide_further(cube: &Cube, guess: &Guess, must: &[bool]) -> Vec<bool> {
    let mut hidden = must.to_vec();
    while let Some(cell) = found_out(cube, must, &hidden) {
        let added =
            ring(cube, guess, &hidden, cell).or_else(|| cheapest(guess, &hidden).map(|cell| vec![cell]));
        let Some(added) = added else { break };
        for cell in added {
            hidden[cell.0] = true;
        }
    }
    for cell in guess.largest_first((0..must.len()).filter(|cell| hidden[*cell] && !must[*cell])) {
        hidden[cell.0] = false;
        hidden[cell.0] = !nothing_follows(cube, must, &hidden);
    }
    hidden
}

/// Whether none of the cells that must be hidden follows from the published ones.
pub(super) fn nothing_follows(cube: &Cube, must: &[bool], hidden: &[bool]) -> bool {
    found_out(cube, must, hidden).is_none()
}

/// The first of the cells that must be hidden that follows from the published ones. One that follows even where nothing is
/// published is empty by the manifest, and no secret.
fn found_out(cube: &Cube, must: &[bool], hidden: &[bool]) -> Option<Cell> {
    let mut found = determined(cube.equations(), hidden);
    found.retain(|cell| must[cell.0]);
    if found.is_empty() {
        return None;
    }
    let empty: BTreeSet<Cell> = determined(cube.equations(), &vec![true; must.len()]).into_iter().collect();
    found.into_iter().find(|cell| !empty.contains(cell))
}

/// The published cell that is guessed to hold the fewest people.
fn cheapest(guess: &Guess, hidden: &[bool]) -> Option<Cell> {
    (0..hidden.len()).filter(|cell| !hidden[*cell]).map(Cell).min_by_key(|cell| (guess.of(*cell), *cell))
}

/// Published cells that, hidden too, make a ring of hidden cells through this one. Nothing where there is no such ring, or
/// where all of it is hidden already.
fn ring(cube: &Cube, guess: &Guess, hidden: &[bool], cell: Cell) -> Option<Vec<Cell>> {
    let at = cube.tables().iter().position(|table| table.cells.contains(&cell.0))?;
    let table = &cube.tables()[at];
    match table.dimensions.as_slice() {
        [(dimension, _)] => {
            let bin = table.bin(cell, *dimension)?;
            let others = table.cells.clone().map(Cell).filter(|other| *other != cell);
            let others = others.filter(|other| !table.impossible.contains(other));
            let rings = others.filter_map(|other| {
                let other_bin = table.bin(other, *dimension)?;
                let mut added: Vec<Cell> = (!hidden[other.0]).then_some(other).into_iter().collect();
                for (pair, _) in cube.tables().iter().enumerate().filter(|(_, pair)| {
                    pair.dimensions.len() == 2 && pair.dimensions.iter().any(|(own, _)| own == dimension)
                }) {
                    let grid = Grid::of(cube, pair, hidden, guess, false);
                    added.extend(grid.path(
                        grid.node(*dimension, bin)?,
                        grid.node(*dimension, other_bin)?,
                        cell,
                    )?);
                }
                Some(added)
            });
            rings.filter(|added| !added.is_empty()).min_by_key(|added| (cost(guess, added), added.clone()))
        }
        [(rows, _), (columns, _)] => [true, false].into_iter().find_map(|by_margins| {
            let grid = Grid::of(cube, at, hidden, guess, by_margins);
            let from = grid.node(*rows, table.bin(cell, *rows)?)?;
            let to = grid.node(*columns, table.bin(cell, *columns)?)?;
            grid.path(from, to, cell).filter(|added| !added.is_empty())
        }),
        _ => None,
    }
}

fn cost(guess: &Guess, cells: &[Cell]) -> u64 {
    cells.iter().map(|cell| guess.of(*cell)).sum()
}

/// A table as a net: its rows and columns are the knots, and its cells tie them. Hidden cells cost nothing to walk along.
struct Grid {
    dimensions: [usize; 2],
    rows: usize,
    knots: usize,
    ties: Vec<(usize, usize, Cell, u64)>,
}

impl Grid {
    /// The net of a table of two dimensions. `by_margins`: rows and columns whose margin is hidden too are tied to each
    /// other, since people can be moved between them; whether that holds in the other tables too, the rank test says.
    fn of(cube: &Cube, at: usize, hidden: &[bool], guess: &Guess, by_margins: bool) -> Self {
        let table = &cube.tables()[at];
        let (rows, columns) = (table.dimensions[0], table.dimensions[1]);
        let mut grid = Self {
            dimensions: [rows.0, columns.0],
            rows: rows.1,
            knots: rows.1 + columns.1 + 1,
            ties: Vec::with_capacity(table.cells.len()),
        };
        let price = |cell: Cell| if hidden[cell.0] { 0 } else { guess.of(cell) };
        for cell in table.cells.clone().map(Cell).filter(|cell| !table.impossible.contains(cell)) {
            let place = cell.0 - table.cells.start;
            grid.ties.push((place / columns.1, rows.1 + place % columns.1, cell, price(cell)));
        }
        if by_margins {
            let own = table.cells.clone();
            let outside = grid.knots - 1;
            let margins = cube.equations().iter().filter(|equation| {
                hidden[equation.margin.0] && equation.parts.first().is_some_and(|part| own.contains(&part.0))
            });
            for equation in margins {
                let margin = cube.tables().iter().find(|table| table.cells.contains(&equation.margin.0));
                let knot = margin.and_then(|margin| {
                    let (dimension, _) = *margin.dimensions.first()?;
                    grid.node(dimension, margin.bin(equation.margin, dimension)?)
                });
                grid.ties.extend(knot.map(|knot| (knot, outside, equation.margin, 0)));
            }
        }
        grid
    }

    /// The knot of a bin.
    fn node(&self, dimension: usize, bin: usize) -> Option<usize> {
        match self.dimensions.iter().position(|own| *own == dimension)? {
            0 => Some(bin),
            _ => Some(self.rows + bin),
        }
    }

    /// The cells that are not hidden yet on the cheapest way from one knot to another that does not use this cell.
    fn path(&self, from: usize, to: usize, without: Cell) -> Option<Vec<Cell>> {
        let mut best: Vec<Option<(u64, Option<usize>)>> = vec![None; self.knots];
        let mut done = vec![false; self.knots];
        best[from] = Some((0, None));
        while let Some((so_far, here)) =
            (0..self.knots).filter(|knot| !done[*knot]).filter_map(|knot| Some((best[knot]?.0, knot))).min()
        {
            done[here] = true;
            for (tie, (one, other, cell, price)) in self.ties.iter().enumerate() {
                let next = if *one == here {
                    *other
                } else if *other == here {
                    *one
                } else {
                    continue;
                };
                let dearer = best[next].is_some_and(|(known, _)| known <= so_far + price);
                if *cell != without && !done[next] && !dearer {
                    best[next] = Some((so_far + price, Some(tie)));
                }
            }
        }
        let mut added = Vec::new();
        let mut here = to;
        while here != from {
            let (one, other, cell, price) = self.ties[best[here]?.1?];
            if price > 0 {
                added.push(cell);
            }
            here = if one == here { other } else { one };
        }
        Some(added)
    }
}
