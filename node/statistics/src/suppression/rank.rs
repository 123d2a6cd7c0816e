//! Which hidden cells follow from the published ones by addition alone.

use std::collections::BTreeMap;

use crate::cube::{Cell, Equation};

/// One equation in the hidden cells, whatever the published ones say: factors by cell, never zero.
type Row = BTreeMap<usize, i64>;

/// The hidden cells that whoever knows all others can work out, whatever the counts are.
///
/// A cell follows from the published ones exactly if it stands alone in a combination of the equations. In their reduced
/// form such a cell has a row of its own. The rows are of whole numbers, so nothing is rounded; should a number grow out of
/// bounds, all hidden cells count as found out, which is the safe answer.
pub(super) fn determined(equations: &[Equation], hidden: &[bool]) -> Vec<Cell> {
    match reduced(equations, hidden) {
        Some(rows) => {
            rows.into_iter().filter(|(_, row)| row.len() == 1).map(|(cell, _)| Cell(cell)).collect()
        }
        None => (0..hidden.len()).filter(|cell| hidden[*cell]).map(Cell).collect(),
    }
}

/// The equations such that each has a cell of its own that no other has, by that cell. Nothing if a number grew out of bounds.
fn reduced(equations: &[Equation], hidden: &[bool]) -> Option<BTreeMap<usize, Row>> {
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    for equation in equations {
        let mut row: Row =
            equation.parts.iter().filter(|part| hidden[part.0]).map(|part| (part.0, 1)).collect();
        if hidden[equation.margin.0] {
            row.insert(equation.margin.0, -1);
        }
        let known: Vec<usize> = row.keys().copied().filter(|cell| rows.contains_key(cell)).collect();
        for cell in known {
            row = without(&row, &rows[&cell], cell)?;
        }
        let Some((&own, _)) = row.first_key_value() else { continue };
        for other in rows.values_mut() {
            if other.contains_key(&own) {
                *other = without(other, &row, own)?;
            }
        }
        rows.insert(own, row);
    }
    Some(rows)
}

/// This row less as much of another as takes `cell` out of it, divided by what its factors have in common.
fn without(row: &Row, other: &Row, cell: usize) -> Option<Row> {
    let (Some(here), Some(there)) = (row.get(&cell), other.get(&cell)) else { return Some(row.clone()) };
    let mut left = Row::new();
    for (at, factor) in row {
        left.insert(*at, factor.checked_mul(*there)?);
    }
    for (at, factor) in other {
        let factor = left.get(at).copied().unwrap_or(0).checked_sub(factor.checked_mul(*here)?)?;
        if factor == 0 {
            left.remove(at);
        } else {
            left.insert(*at, factor);
        }
    }
    let common =
        left.values().fold(0, |common, factor| greatest_common_divisor(common, factor.unsigned_abs()));
    let common = i64::try_from(common).ok()?.max(1);
    for factor in left.values_mut() {
        *factor /= common;
    }
    Some(left)
}

fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of rows and columns with both margins and the total: cells first, then rows' sums, columns' sums, all.
    fn table(rows: usize, columns: usize) -> Vec<Equation> {
        let sums = rows * columns;
        let all = Cell(sums + rows + columns);
        let row = |row: usize| Equation {
            margin: Cell(sums + row),
            parts: (0..columns).map(|column| Cell(row * columns + column)).collect(),
        };
        let column = |column: usize| Equation {
            margin: Cell(sums + rows + column),
            parts: (0..rows).map(|row| Cell(row * columns + column)).collect(),
        };
        let mut equations: Vec<Equation> = (0..rows).map(row).chain((0..columns).map(column)).collect();
        equations.push(Equation { margin: all, parts: (0..rows).map(|row| Cell(sums + row)).collect() });
        equations
            .push(Equation { margin: all, parts: (0..columns).map(|at| Cell(sums + rows + at)).collect() });
        equations
    }

    fn hidden(cells: usize, which: &[usize]) -> Vec<bool> {
        (0..cells).map(|cell| which.contains(&cell)).collect()
    }

    #[test]
    fn a_cell_hidden_alone_follows_from_its_margin() {
        assert_eq!(determined(&table(3, 3), &hidden(16, &[4])), [Cell(4)]);
    }

    #[test]
    fn two_cells_hidden_in_one_row_follow_from_their_columns() {
        assert_eq!(determined(&table(3, 3), &hidden(16, &[3, 4])), [Cell(3), Cell(4)]);
    }

    #[test]
    fn four_cells_at_the_corners_of_a_rectangle_do_not_follow_from_their_margins() {
        assert!(determined(&table(3, 3), &hidden(16, &[0, 1, 3, 4])).is_empty());
    }

    #[test]
    fn a_cell_that_hangs_on_a_rectangle_alone_still_follows() {
        assert_eq!(determined(&table(3, 3), &hidden(16, &[0, 1, 3, 4, 5])), [Cell(5)]);
    }

    #[test]
    fn a_hidden_margin_follows_from_its_parts() {
        assert_eq!(determined(&table(3, 3), &hidden(16, &[9, 10])), [Cell(9), Cell(10)]);
    }

    #[test]
    fn nothing_follows_where_nothing_is_published() {
        assert!(determined(&table(3, 3), &[true; 16]).is_empty());
    }
}
