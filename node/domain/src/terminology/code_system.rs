//! One code system.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A code system, whole: FHIR's `CodeSystem` as far as it says what codes mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeSystem {
    /// The canonical URI that names it. Two with the same one are two versions of one system.
    pub url: String,
    /// The other URIs that it goes by, such as `urn:oid:1.2.208.176.2.22`.
    pub identifiers: BTreeSet<String>,
    /// Its version, in its publisher's own way of counting.
    pub version: Option<String>,
    /// What people call it.
    pub name: String,
    /// What its codes mean.
    pub concepts: BTreeMap<String, Concept>,
}

/// What one code means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its words, in Danish where the system has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What it means, at length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The code of the wider concept that it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

impl CodeSystem {
    /// Every URI that it goes by, the canonical one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let others = self.identifiers.iter().filter(|name| **name != self.url);
        std::iter::once(self.url.as_str()).chain(others.map(String::as_str))
    }

    /// The wider concepts that a code stands under, the widest first, each with its code.
    pub fn above(&self, code: &str) -> Vec<(&str, &Concept)> {
        let parent = |code: &str| {
            let parent = self.concepts.get(code)?.parent.as_deref()?;
            Some((parent, self.concepts.get(parent)?))
        };
        // A tree that was read has no circle; what is stored may have been changed by hand.
        let mut above: Vec<_> =
            std::iter::successors(parent(code), |(code, _)| parent(code)).take(self.concepts.len()).collect();
        above.reverse();
        above
    }
}
