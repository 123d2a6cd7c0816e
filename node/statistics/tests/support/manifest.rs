//! The questions asked of the invented citizens: what the trial's evaluation asks.

use enplan_statistics::manifest::{Bin, Dimension, Manifest, Table};

use super::people::DIMENSIONS;

const PAIRS: &[[&str; 2]] = &[
    ["target-group", "age-band"],
    ["age-band", "family-or-young"],
    ["outcome", "target-group"],
    ["outcome", "family-or-young"],
    ["outcome", "age-band"],
    ["outcome", "source-plans"],
    ["outcome", "exemptions"],
    ["goals-reached", "sectors"],
    ["goals-reached", "network-meetings"],
    ["self-assessment", "family-or-young"],
    ["self-assessment", "caseworkers"],
    ["days-to-first-action", "family-or-young"],
];

/// The manifest that is attacked and measured.
pub(crate) fn manifest() -> Manifest {
    let text = |text: &str| text.to_owned();
    let dimension = |(name, weights): (&str, usize)| Dimension {
        name: text(name),
        danish: text(name),
        definition_danish: text(name),
        definition_english: text(name),
        bins: (0..weights)
            .map(|bin| Bin { name: bin.to_string(), danish: bin.to_string(), from: None })
            .collect(),
    };
    let table = |dimensions: &[&str]| Table {
        name: dimensions.join("-by-"),
        danish: dimensions.join("-by-"),
        dimensions: dimensions.iter().map(|name| text(name)).collect(),
        impossible: match dimensions {
            ["age-band", "family-or-young"] => {
                vec![[0, 1], [0, 2], [1, 0], [1, 3], [3, 1], [3, 2], [4, 1], [4, 2]]
            }
            _ => Vec::new(),
        }
        .into_iter()
        .map(|pair: [u16; 2]| pair.to_vec())
        .collect(),
    };
    let mut tables = vec![Table { name: text("citizens"), ..table(&[]) }];
    tables.extend(DIMENSIONS.iter().map(|(name, ..)| table(&[name])));
    tables.extend(PAIRS.iter().map(|pair| table(pair)));
    let dimensions =
        DIMENSIONS.iter().map(|(name, weights, _)| dimension((name, weights[0].len()))).collect();
    Manifest { version: 1, threshold: 5, present: 3, changed: 3, dimensions, tables }
}
