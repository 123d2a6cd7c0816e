//! Small manifests for the tests.

use crate::manifest::{Bin, Dimension, Manifest, Table};

/// A manifest of dimensions with so many bins, with a table of everybody, one of each dimension, and one of each of these pairs.
pub(crate) fn manifest(bins: &[usize], pairs: &[(usize, usize)]) -> Manifest {
    let name = |dimension: usize| format!("dimension-{dimension}");
    let dimension = |(at, bins): (usize, &usize)| Dimension {
        name: name(at),
        danish: String::new(),
        definition_danish: String::new(),
        definition_english: String::new(),
        bins: (0..*bins)
            .map(|bin| Bin { name: format!("{bin}"), danish: String::new(), from: None })
            .collect(),
    };
    let table = |dimensions: Vec<String>| Table {
        name: format!("by {}", dimensions.join(" and ")),
        danish: String::new(),
        dimensions,
        impossible: Vec::new(),
    };
    let mut tables = vec![table(Vec::new())];
    tables.extend((0..bins.len()).map(|at| table(vec![name(at)])));
    tables.extend(pairs.iter().map(|(rows, columns)| table(vec![name(*rows), name(*columns)])));
    Manifest {
        version: 1,
        threshold: 5,
        present: 3,
        changed: 3,
        dimensions: bins.iter().enumerate().map(dimension).collect(),
        tables,
    }
}
