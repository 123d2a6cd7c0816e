//! One table, or the list of them.

use enplan_proto::statistics::v1;
use enplan_proto::statistics::v1::{CellStatus as WireCellStatus, TableState as WireTableState};
use serde::Serialize;

use super::super::layout::{Align, Column, Page};
use super::super::words::{Municipality, day, some, word};
use super::{bins_of, dimensions_of, quarter};
use crate::terminal::View;

word! {
    /// What is shown of a cell.
    CellStatus from WireCellStatus {
        Published = "Vist",
        Suppressed = "Skjult af hensyn til diskretion",
        Impossible = "Kan ikke forekomme",
    }
}

word! {
    /// What became of a table in an epoch.
    TableState from WireTableState {
        Published = "Offentliggjort",
        Unchanged = "Uændret: for få har ændret sig siden",
        Dropped = "Udeladt: tallene ville have sagt for meget",
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Cell {
    /// The name of its bin in each dimension.
    pub(crate) bins: Vec<String>,
    /// The same in Danish.
    pub(crate) labels: Vec<String>,
    /// What is shown of it.
    pub(crate) status: CellStatus,
    /// The figure, where it is shown.
    pub(crate) value: Option<i32>,
    /// The municipality's own, where it was asked for.
    pub(crate) own: Option<u32>,
}

/// A dimension, as far as a table needs it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Dimension {
    /// Its name.
    pub(crate) name: String,
    /// In Danish.
    pub(crate) danish: String,
    /// What it says exactly.
    pub(crate) definition: String,
}

/// One table of one epoch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Table {
    /// Its name.
    #[serde(rename = "table")]
    pub(crate) name: String,
    /// In Danish.
    pub(crate) danish: String,
    /// The epoch that was asked for.
    pub(crate) epoch: String,
    /// What became of it then.
    pub(crate) state: TableState,
    /// The epoch whose figures these are.
    pub(crate) published: Option<String>,
    /// The day that the epoch ended on.
    pub(crate) as_of: String,
    /// Whose citizens are counted.
    pub(crate) participants: Vec<Municipality>,
    /// Members whose citizens are not.
    pub(crate) absent: Vec<Municipality>,
    /// The fewest people in a cell that is shown.
    pub(crate) threshold: u32,
    /// The fewest municipalities with anybody in it.
    pub(crate) present: u32,
    /// What its citizens are told apart by.
    pub(crate) dimensions: Vec<Dimension>,
    /// The cells, rows before columns.
    pub(crate) cells: Vec<Cell>,
}

impl Table {
    /// A table of a release, if both have it.
    pub(crate) fn of(
        name: &str,
        manifest: &v1::GetManifestResponse,
        release: &v1::GetReleaseResponse,
        own: Option<&v1::GetOwnFiguresResponse>,
    ) -> Option<Self> {
        let table = manifest.tables.iter().find(|table| table.name == name)?;
        let released = release.tables.iter().find(|table| table.name == name)?;
        let own = own.and_then(|own| own.tables.iter().find(|table| table.name == name));
        let municipalities =
            |codes: &[String]| codes.iter().cloned().filter_map(Municipality::of).collect::<Vec<_>>();
        let cells = bins_of(manifest, table).into_iter().zip(&released.cells).enumerate();
        let cells = cells.map(|(at, (bins, cell))| {
            let status = CellStatus::of(cell.status);
            Cell {
                labels: bins.iter().map(|bin| bin.danish.clone()).collect(),
                bins: bins.into_iter().map(|bin| bin.name.clone()).collect(),
                value: (status == CellStatus::Published).then_some(cell.value),
                own: own.and_then(|own| own.counts.get(at).copied()),
                status,
            }
        });
        Some(Self {
            name: table.name.clone(),
            danish: table.danish.clone(),
            epoch: release.epoch.clone(),
            state: TableState::of(released.state),
            published: some(released.published.clone()),
            as_of: release.as_of.clone(),
            participants: municipalities(&release.participants),
            absent: municipalities(&release.absent),
            threshold: manifest.threshold,
            present: manifest.present,
            dimensions: dimensions_of(manifest, table)
                .map(|dimension| Dimension {
                    name: dimension.name.clone(),
                    danish: dimension.danish.clone(),
                    definition: dimension.definition_danish.clone(),
                })
                .collect(),
            cells: cells.collect(),
        })
    }
}

/// How wide the longest bar is.
const BAR: usize = 30;

/// What stands where a bar would, for a hidden cell: hatched, and the same for all.
const HATCHED: &str = "////";

impl Cell {
    /// The figure as people read it.
    pub(super) fn shown(&self) -> String {
        match (self.value, self.status) {
            (Some(value), _) => value.to_string(),
            (None, CellStatus::Impossible) => "–".to_owned(),
            (None, _) => "skjult".to_owned(),
        }
    }

    fn bar(&self, largest: i32) -> String {
        match (self.value, self.status) {
            (Some(value), _) => {
                let value = usize::try_from(value).unwrap_or_default();
                let largest = usize::try_from(largest).unwrap_or_default().max(1);
                "█".repeat((value * BAR).div_ceil(largest).min(BAR))
            }
            (None, CellStatus::Suppressed) => HATCHED.to_owned(),
            (None, _) => String::new(),
        }
    }

    /// Its bins in Danish, as one text.
    pub(crate) fn label(&self) -> String {
        if self.labels.is_empty() { "Alle".to_owned() } else { self.labels.join(" · ") }
    }
}

const CELLS: &[Column] = &[("GRUPPE", Align::Left), ("BORGERE", Align::Right), ("", Align::Left)];
const WITH_OWN: &[Column] =
    &[("GRUPPE", Align::Left), ("BORGERE", Align::Right), ("EGNE", Align::Right), ("", Align::Left)];

impl View for Table {
    fn page(&self) -> Page {
        let largest = self.cells.iter().filter_map(|cell| cell.value).max().unwrap_or_default();
        let has_own = self.cells.iter().any(|cell| cell.own.is_some());
        let rows = self.cells.iter().map(|cell| {
            let own = has_own.then(|| cell.own.map(|own| own.to_string()).unwrap_or_default());
            let ends = std::iter::once(cell.shown()).chain(own).chain([cell.bar(largest)]);
            std::iter::once(cell.label()).chain(ends).collect()
        });
        let columns = if has_own { WITH_OWN } else { CELLS };
        let names = |municipalities: &[Municipality]| {
            municipalities.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let published = match (&self.published, self.state) {
            (Some(published), TableState::Unchanged) => {
                format!("{} (tal fra {})", TableState::Unchanged.danish(), quarter(published))
            }
            (_, state) => state.danish().to_owned(),
        };
        let page = Page::new().title(format!("{} · {}", self.danish, quarter(&self.epoch)));
        let page = page.table(columns, rows.collect()).fields([
            ("Data til og med", day(Some(&self.as_of))),
            ("Status", published),
            ("Med er", names(&self.participants)),
            ("Ikke med", names(&self.absent)),
        ]);
        let page = self.dimensions.iter().fold(page, |page, dimension| {
            page.line(format!("{}: {}", dimension.danish, dimension.definition))
        });
        page.line(format!(
            "Et tal vises, når mindst {} borgere i mindst {} kommuner står i gruppen, også når en hvilken som helst kommune \
             regnes fra. Tal, der ellers kunne bruges til at finde et skjult tal, er skjult med. Hvert tal er tilføjet lidt \
             tilfældighed (oftest højst 2), så tallene lægger ikke sammen.",
            self.threshold, self.present
        ))
    }
}

/// A table in the list.
#[derive(Debug, PartialEq, Serialize)]
struct Listed {
    table: String,
    danish: String,
    dimensions: Vec<String>,
    cells: usize,
    state: Option<TableState>,
    published: Option<String>,
    shown: Option<usize>,
}

/// Every table of the manifest that holds, as it stands in the latest release.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Tables {
    epoch: Option<String>,
    manifest: u32,
    #[serde(rename = "tables")]
    listed: Vec<Listed>,
}

impl Tables {
    /// The tables, with the latest release if there is one.
    pub(crate) fn of(manifest: &v1::GetManifestResponse, release: Option<&v1::GetReleaseResponse>) -> Self {
        let tables = manifest.tables.iter().map(|table| {
            let released =
                release.and_then(|release| release.tables.iter().find(|other| other.name == table.name));
            let shown = |released: &v1::ReleasedTable| {
                let shown = released.cells.iter().filter(|cell| cell.status() == v1::CellStatus::Published);
                shown.count()
            };
            Listed {
                table: table.name.clone(),
                danish: table.danish.clone(),
                dimensions: table.dimensions.clone(),
                cells: bins_of(manifest, table).len(),
                state: released.map(|released| TableState::of(released.state)),
                published: released.and_then(|released| some(released.published.clone())),
                shown: released.map(shown),
            }
        });
        Self {
            epoch: release.map(|release| release.epoch.clone()),
            manifest: manifest.version,
            listed: tables.collect(),
        }
    }
}

const LIST: &[Column] = &[
    ("TABEL", Align::Left),
    ("NAVN", Align::Left),
    ("CELLER", Align::Right),
    ("VIST", Align::Right),
    ("TAL FRA", Align::Left),
];

impl View for Tables {
    fn page(&self) -> Page {
        let rows = self.listed.iter().map(|table| {
            vec![
                table.table.clone(),
                table.danish.clone(),
                table.cells.to_string(),
                table.shown.map(|shown| shown.to_string()).unwrap_or_default(),
                table.published.as_deref().map(quarter).unwrap_or_default(),
            ]
        });
        let page = Page::new().table(LIST, rows.collect());
        match &self.epoch {
            Some(epoch) => page.line(format!("Seneste kvartal: {}.", quarter(epoch))),
            None => page.line("Der er endnu ikke offentliggjort noget kvartal."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    fn table(own: bool) -> Table {
        let own = own.then(samples::own_figures);
        let (manifest, release) = (samples::manifest(), samples::release());
        Table::of("outcome-by-age", &manifest, &release, own.as_ref()).unwrap()
    }

    #[test]
    fn a_table_shows_bars_hides_what_is_hidden_and_says_what_it_means() {
        insta::assert_snapshot!("statistics_table_screen", table(false).page().human(false));
        insta::assert_json_snapshot!("statistics_table_json", table(false));
    }

    #[test]
    fn a_municipality_sees_its_own_figures_beside_the_others() {
        insta::assert_snapshot!("statistics_table_own_screen", table(true).page().human(false));
    }

    #[test]
    fn a_hidden_cell_has_no_figure_and_no_height_whatever_it_holds() {
        let hidden = |own| Cell {
            bins: Vec::new(),
            labels: Vec::new(),
            status: CellStatus::Suppressed,
            value: None,
            own,
        };
        assert_eq!(hidden(Some(1)).bar(10), hidden(Some(9)).bar(10));
        assert_eq!(hidden(None).shown(), "skjult");
    }

    #[test]
    fn a_figure_below_zero_is_shown_as_it_is_and_has_no_bar() {
        let below = Cell { value: Some(-1), status: CellStatus::Published, ..table(false).cells[0].clone() };
        assert_eq!((below.shown(), below.bar(10)), ("-1".to_owned(), String::new()));
    }

    #[test]
    fn the_tables_are_listed_with_how_much_of_each_is_shown() {
        let tables = Tables::of(&samples::manifest(), Some(&samples::release()));
        insta::assert_snapshot!("statistics_list_screen", tables.page().human(false));
        insta::assert_json_snapshot!("statistics_list_json", tables);
        let none = Tables::of(&samples::manifest(), None);
        assert!(none.page().human(false).contains("endnu ikke offentliggjort"));
    }
}
