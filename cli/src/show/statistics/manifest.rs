//! What is counted: the manifest, who has agreed to it, and each definition.

use enplan_proto::statistics::v1;
use serde::Serialize;

use super::super::layout::{Align, Column, Page};
use super::super::words::Municipality;
use super::dimensions_of;
use crate::terminal::View;

/// A manifest, shortly.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    version: u32,
    digest: String,
    in_force: bool,
    approved_by: Vec<Municipality>,
    awaits: Vec<Municipality>,
}

impl From<v1::ManifestSummary> for Summary {
    fn from(manifest: v1::ManifestSummary) -> Self {
        let municipalities = |codes: Vec<String>| codes.into_iter().filter_map(Municipality::of).collect();
        Self {
            version: manifest.version,
            digest: hexadecimal(&manifest.digest),
            in_force: manifest.in_force,
            approved_by: municipalities(manifest.approved_by),
            awaits: municipalities(manifest.awaits),
        }
    }
}

impl Summary {
    fn standing(&self) -> String {
        if self.in_force {
            "Gælder".to_owned()
        } else if self.awaits.is_empty() {
            "Afløst".to_owned()
        } else {
            format!("Venter på {}", names(&self.awaits))
        }
    }
}

fn names(municipalities: &[Municipality]) -> String {
    municipalities.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The manifests that there are.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Manifests {
    manifests: Vec<Summary>,
}

impl From<v1::ListManifestsResponse> for Manifests {
    fn from(answer: v1::ListManifestsResponse) -> Self {
        Self { manifests: answer.manifests.into_iter().map(Summary::from).collect() }
    }
}

const LIST: &[Column] = &[
    ("NUMMER", Align::Right),
    ("STATUS", Align::Left),
    ("SAGT JA", Align::Right),
    ("FINGERAFTRYK", Align::Left),
];

impl View for Manifests {
    fn page(&self) -> Page {
        if self.manifests.is_empty() {
            return Page::new().line("Kommunerne har endnu ingen aftale om, hvad de tæller.");
        }
        let rows = self.manifests.iter().map(|manifest| {
            vec![
                manifest.version.to_string(),
                manifest.standing(),
                manifest.approved_by.len().to_string(),
                manifest.digest.clone(),
            ]
        });
        Page::new().table(LIST, rows.collect())
    }
}

/// A manifest that was put forward or agreed to, as it now stands.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct ManifestChanged {
    manifest: Summary,
}

impl ManifestChanged {
    /// What was answered, if it says of which.
    pub(crate) fn of(manifest: Option<v1::ManifestSummary>) -> Option<Self> {
        Some(Self { manifest: manifest?.into() })
    }
}

impl View for ManifestChanged {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Aftale", self.manifest.version.to_string()),
            ("Status", self.manifest.standing()),
            ("Har sagt ja", names(&self.manifest.approved_by)),
            ("Fingeraftryk", self.manifest.digest.clone()),
        ])
    }
}

/// One bin.
#[derive(Debug, PartialEq, Serialize)]
struct Bin {
    name: String,
    danish: String,
}

/// A dimension with its definition.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Dimension {
    name: String,
    danish: String,
    definition: String,
    definition_english: String,
    bins: Vec<Bin>,
}

impl From<&v1::Dimension> for Dimension {
    fn from(dimension: &v1::Dimension) -> Self {
        let bins = dimension.bins.iter();
        Self {
            name: dimension.name.clone(),
            danish: dimension.danish.clone(),
            definition: dimension.definition_danish.clone(),
            definition_english: dimension.definition_english.clone(),
            bins: bins.map(|bin| Bin { name: bin.name.clone(), danish: bin.danish.clone() }).collect(),
        }
    }
}

/// What some names mean: the dimensions of a table, one dimension, or all.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Described {
    dimensions: Vec<Dimension>,
}

impl Described {
    /// What a name means; everything where none is given. Nothing if the manifest has no such table or dimension.
    pub(crate) fn of(manifest: &v1::GetManifestResponse, name: Option<&str>) -> Option<Self> {
        let all = || manifest.dimensions.iter();
        let dimensions: Vec<Dimension> = match name {
            None => all().map(Dimension::from).collect(),
            Some(name) => match manifest.tables.iter().find(|table| table.name == name) {
                Some(table) if !table.dimensions.is_empty() => {
                    dimensions_of(manifest, table).map(Dimension::from).collect()
                }
                _ => all().filter(|dimension| dimension.name == name).map(Dimension::from).collect(),
            },
        };
        (!dimensions.is_empty()).then_some(Self { dimensions })
    }
}

const BINS: &[Column] = &[("GRUPPE", Align::Left), ("NAVN I FILER", Align::Left)];

impl Dimension {
    fn on(&self, page: Page) -> Page {
        let rows = self.bins.iter().map(|bin| vec![bin.danish.clone(), bin.name.clone()]);
        page.title(format!("{} ({})", self.danish, self.name))
            .line(self.definition.clone())
            .table(BINS, rows.collect())
    }
}

impl View for Described {
    fn page(&self) -> Page {
        self.dimensions.iter().fold(Page::new(), |page, dimension| dimension.on(page))
    }
}

/// A manifest, whole.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Manifest {
    version: u32,
    digest: String,
    threshold: u32,
    present: u32,
    changed: u32,
    dimensions: Vec<Dimension>,
    tables: Vec<Listed>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Listed {
    table: String,
    danish: String,
    dimensions: Vec<String>,
}

impl From<&v1::GetManifestResponse> for Manifest {
    fn from(manifest: &v1::GetManifestResponse) -> Self {
        let tables = manifest.tables.iter().map(|table| Listed {
            table: table.name.clone(),
            danish: table.danish.clone(),
            dimensions: table.dimensions.clone(),
        });
        Self {
            version: manifest.version,
            digest: hexadecimal(&manifest.digest),
            threshold: manifest.threshold,
            present: manifest.present,
            changed: manifest.changed,
            dimensions: manifest.dimensions.iter().map(Dimension::from).collect(),
            tables: tables.collect(),
        }
    }
}

const TABLES: &[Column] = &[("TABEL", Align::Left), ("NAVN", Align::Left), ("SPØRGSMÅL", Align::Left)];

impl View for Manifest {
    fn page(&self) -> Page {
        let page = Page::new().title(format!("Aftale {} om, hvad kommunerne tæller", self.version)).fields([
            ("Fingeraftryk", self.digest.clone()),
            (
                "Mindst i en gruppe",
                format!("{} borgere, også uden en hvilken som helst kommune", self.threshold),
            ),
            ("Mindst med i en gruppe", format!("{} kommuner", self.present)),
            ("Mindst ændret før nye tal", format!("{} borgere", self.changed)),
        ]);
        let rows = self
            .tables
            .iter()
            .map(|table| vec![table.table.clone(), table.danish.clone(), table.dimensions.join(", ")]);
        let page = page.titled_table("Tabeller", TABLES, rows.collect());
        self.dimensions.iter().fold(page, |page, dimension| dimension.on(page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_manifest_is_shown_whole_before_anybody_agrees_to_it() {
        let manifest = Manifest::from(&samples::manifest());
        insta::assert_snapshot!("statistics_manifest_show_screen", manifest.page().human(false));
        insta::assert_json_snapshot!("statistics_manifest_show_json", manifest);
    }

    #[test]
    fn the_list_says_whom_a_manifest_waits_for() {
        let manifests = Manifests::from(samples::manifests());
        insta::assert_snapshot!("statistics_manifest_list_screen", manifests.page().human(false));
        insta::assert_json_snapshot!("statistics_manifest_list_json", manifests);
    }

    #[test]
    fn a_name_is_a_table_s_or_a_dimension_s_and_any_other_is_none() {
        let manifest = samples::manifest();
        let names = |name| {
            Described::of(&manifest, name)
                .map(|found| found.dimensions.into_iter().map(|dimension| dimension.name).collect::<Vec<_>>())
        };
        assert_eq!(names(Some("outcome-by-age")), Some(vec!["outcome".to_owned(), "age-band".to_owned()]));
        assert_eq!(names(Some("age-band")), Some(vec!["age-band".to_owned()]));
        assert_eq!(names(None).map(|all| all.len()), Some(2));
        assert_eq!(names(Some("nothing")), None);
    }
}
