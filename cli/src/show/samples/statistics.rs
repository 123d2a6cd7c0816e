//! What the municipalities have counted together.

use enplan_proto::statistics;

/// Two dimensions and three tables.
pub(crate) fn manifest() -> statistics::v1::GetManifestResponse {
    let bin = |name: &str, danish: &str| statistics::v1::Bin { name: name.into(), danish: danish.into() };
    let dimension = |name: &str, danish: &str, definition: [&str; 2], bins| statistics::v1::Dimension {
        name: name.into(),
        danish: danish.into(),
        definition_danish: definition[0].into(),
        definition_english: definition[1].into(),
        bins,
    };
    let table = |name: &str, danish: &str, dimensions: &[&str]| statistics::v1::Table {
        name: name.into(),
        danish: danish.into(),
        dimensions: dimensions.iter().map(|name| (*name).to_owned()).collect(),
    };
    let years = ["Borgerens alder den sidste dag i kvartalet.", "The citizen's age on the epoch's last day."];
    let came_of_it = ["Hvad borgeren har nået.", "What the citizen has reached."];
    statistics::v1::GetManifestResponse {
        version: 1,
        digest: vec![7; 32],
        threshold: 5,
        present: 3,
        changed: 3,
        dimensions: vec![
            dimension(
                "age-band",
                "Alder",
                years,
                vec![bin("0-29", "Under 30 år"), bin("30-", "30 år og over")],
            ),
            dimension(
                "outcome",
                "Resultat",
                came_of_it,
                vec![bin("work", "Arbejde"), bin("none", "Intet endnu")],
            ),
        ],
        tables: vec![
            table("citizens", "Borgere med én plan", &[]),
            table("age-band", "Alder", &["age-band"]),
            table("outcome-by-age", "Resultat efter alder", &["outcome", "age-band"]),
        ],
    }
}

/// The third quarter of 2019: one cell is hidden, and another with it; one can't be.
pub(crate) fn release() -> statistics::v1::GetReleaseResponse {
    use statistics::v1::{Cell, CellStatus, ReleasedTable, TableState};
    let shown = |value| Cell { status: CellStatus::Published.into(), value };
    let hidden = Cell { status: CellStatus::Suppressed.into(), value: 0 };
    let impossible = Cell { status: CellStatus::Impossible.into(), value: 0 };
    let table = |name: &str, state: TableState, published: &str, cells| ReleasedTable {
        name: name.into(),
        state: state.into(),
        published: published.into(),
        cells,
    };
    statistics::v1::GetReleaseResponse {
        epoch: "2019-Q3".into(),
        as_of: "2019-09-30".into(),
        manifest: 1,
        participants: ["0201", "0151", "0210", "0250", "0190", "0270", "0260", "0217"]
            .map(str::to_owned)
            .into(),
        absent: vec!["0219".into()],
        tables: vec![
            table("citizens", TableState::Published, "2019-Q3", vec![shown(211)]),
            table("age-band", TableState::Unchanged, "2019-Q2", vec![shown(90), shown(119)]),
            table(
                "outcome-by-age",
                TableState::Published,
                "2019-Q3",
                vec![shown(31), hidden, shown(58), impossible],
            ),
        ],
    }
}

/// What the municipality itself counted.
pub(crate) fn own_figures() -> statistics::v1::GetOwnFiguresResponse {
    let table = |name: &str, counts| statistics::v1::OwnTable { name: name.into(), counts };
    statistics::v1::GetOwnFiguresResponse {
        epoch: "2019-Q3".into(),
        tables: vec![
            table("citizens", vec![23]),
            table("age-band", vec![9, 14]),
            table("outcome-by-age", vec![3, 1, 6, 0]),
        ],
    }
}

/// One manifest that holds, and one that waits for two.
pub(crate) fn manifests() -> statistics::v1::ListManifestsResponse {
    let manifest = |version, awaits: &[&str], in_force| statistics::v1::ManifestSummary {
        version,
        digest: vec![7; 32],
        approved_by: vec!["0201".into()],
        awaits: awaits.iter().map(|code| (*code).to_owned()).collect(),
        in_force,
    };
    statistics::v1::ListManifestsResponse {
        manifests: vec![manifest(1, &[], true), manifest(2, &["0270", "0219"], false)],
    }
}

/// One epoch that was released, and one that is under way.
pub(crate) fn epochs() -> statistics::v1::ListEpochsResponse {
    let epoch = |epoch: &str, state: statistics::v1::EpochState| statistics::v1::EpochSummary {
        epoch: epoch.into(),
        manifest: 1,
        state: state.into(),
        participants: vec!["0201".into(), "0151".into(), "0210".into()],
        absent: vec!["0219".into()],
    };
    statistics::v1::ListEpochsResponse {
        epochs: vec![
            epoch("2019-Q3", statistics::v1::EpochState::Released),
            epoch("2019-Q4", statistics::v1::EpochState::Started),
        ],
    }
}
