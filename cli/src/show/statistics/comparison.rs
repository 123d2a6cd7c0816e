//! One table of two epochs, side by side.

use serde::Serialize;

use super::super::layout::{Align, Column, Page};
use super::quarter;
use super::table::{Cell, Table};
use crate::terminal::View;

/// A cell in both epochs.
#[derive(Debug, PartialEq, Serialize)]
struct Compared {
    bins: Vec<String>,
    labels: Vec<String>,
    from: Option<i32>,
    to: Option<i32>,
    change: Option<i32>,
}

/// A table of two epochs.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Comparison {
    table: String,
    danish: String,
    from: String,
    to: String,
    cells: Vec<Compared>,
    #[serde(skip)]
    shown: Vec<[String; 3]>,
}

impl Comparison {
    /// The two, if they are counted alike: of the same table, with the same cells.
    pub(crate) fn of(from: &Table, to: &Table) -> Option<Self> {
        let alike = from.name == to.name
            && (from.cells.is_empty() || to.cells.is_empty() || bins(&from.cells).eq(bins(&to.cells)));
        if !alike {
            return None;
        }
        // A table that was left out of an epoch has no cells there.
        let longer = if from.cells.is_empty() { &to.cells } else { &from.cells };
        let pairs = longer.iter().enumerate().map(|(at, cell)| (cell, from.cells.get(at), to.cells.get(at)));
        let shown = |cell: Option<&Cell>| cell.map_or_else(|| "udeladt".to_owned(), Cell::shown);
        let (cells, shown) = pairs
            .map(|(cell, from, to)| {
                let (before, after) = (from.and_then(|cell| cell.value), to.and_then(|cell| cell.value));
                let compared = Compared {
                    bins: cell.bins.clone(),
                    labels: cell.labels.clone(),
                    from: before,
                    to: after,
                    change: before.zip(after).map(|(before, after)| after - before),
                };
                (compared, [cell.label(), shown(from), shown(to)])
            })
            .unzip();
        Some(Self {
            table: to.name.clone(),
            danish: to.danish.clone(),
            from: from.epoch.clone(),
            to: to.epoch.clone(),
            cells,
            shown,
        })
    }
}

fn bins(cells: &[Cell]) -> impl Iterator<Item = &Vec<String>> {
    cells.iter().map(|cell| &cell.bins)
}

const CELLS: &[Column] =
    &[("GRUPPE", Align::Left), ("FØR", Align::Right), ("NU", Align::Right), ("FORSKEL", Align::Right)];

impl View for Comparison {
    fn page(&self) -> Page {
        let rows = self.cells.iter().zip(&self.shown).map(|(cell, shown)| {
            let change = cell.change.map(|change| format!("{change:+}")).unwrap_or_default();
            shown.iter().cloned().chain([change]).collect()
        });
        Page::new()
            .title(format!("{} · {} og {}", self.danish, quarter(&self.from), quarter(&self.to)))
            .table(CELLS, rows.collect())
            .line("Hvert tal er tilføjet lidt tilfældighed: en forskel på op til 4 kan være tilfældig.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    fn table(name: &str, epoch: &str) -> Table {
        let mut release = samples::release();
        epoch.clone_into(&mut release.epoch);
        Table::of(name, &samples::manifest(), &release, None).unwrap()
    }

    #[test]
    fn two_epochs_of_a_table_are_shown_side_by_side_and_a_hidden_figure_has_no_difference() {
        let mut later = table("outcome-by-age", "2019-Q4");
        later.cells[0].value = later.cells[0].value.map(|value| value + 6);
        let comparison = Comparison::of(&table("outcome-by-age", "2019-Q3"), &later).unwrap();
        insta::assert_snapshot!("statistics_compare_screen", comparison.page().human(false));
        insta::assert_json_snapshot!("statistics_compare_json", comparison);
    }

    #[test]
    fn two_tables_are_not_compared() {
        assert_eq!(Comparison::of(&table("outcome-by-age", "2019-Q3"), &table("age-band", "2019-Q3")), None);
    }

    #[test]
    fn a_table_that_was_left_out_of_one_epoch_is_shown_as_left_out() {
        let mut dropped = table("age-band", "2019-Q4");
        dropped.cells.clear();
        let page = Comparison::of(&table("age-band", "2019-Q3"), &dropped).unwrap().page().human(false);
        assert!(page.contains("udeladt"), "{page}");
    }
}
