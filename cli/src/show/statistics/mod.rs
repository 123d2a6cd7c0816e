//! What the municipalities know together, as people and scripts see it: released cells with what each means.

mod comparison;
mod epoch;
mod manifest;
mod table;

use enplan_proto::statistics::v1;

pub(crate) use comparison::Comparison;
pub(crate) use epoch::{EpochRun, Epochs};
pub(crate) use manifest::{Described, Manifest, ManifestChanged, Manifests};
pub(crate) use table::{CellStatus, Table, Tables};

/// The dimensions of a table, in its order. One that the manifest does not have is left out.
fn dimensions_of<'m>(
    manifest: &'m v1::GetManifestResponse,
    table: &'m v1::Table,
) -> impl Iterator<Item = &'m v1::Dimension> {
    table
        .dimensions
        .iter()
        .filter_map(|name| manifest.dimensions.iter().find(|dimension| dimension.name == *name))
}

/// The bins of each cell of a table, rows before columns.
fn bins_of<'m>(manifest: &'m v1::GetManifestResponse, table: &'m v1::Table) -> Vec<Vec<&'m v1::Bin>> {
    dimensions_of(manifest, table).fold(vec![Vec::new()], |cells, dimension| {
        let with = |cell: Vec<&'m v1::Bin>| {
            dimension.bins.iter().map(move |bin| cell.iter().copied().chain([bin]).collect::<Vec<_>>())
        };
        cells.into_iter().flat_map(with).collect()
    })
}

/// `2019-Q3` as people say it; anything else as it is.
fn quarter(epoch: &str) -> String {
    match epoch.split_once("-Q") {
        Some((year, quarter)) => format!("{quarter}. kvartal {year}"),
        None => epoch.to_owned(),
    }
}
