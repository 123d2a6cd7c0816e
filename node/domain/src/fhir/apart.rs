//! A bundle about several citizens, taken apart: each citizen's part, and what is nobody's alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bundle::{Bundle, Entry};
use super::report::{NotUnderstood, Reason};

/// A bundle by citizen.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// One bundle for each Patient, in their order.
    pub citizens: Vec<Bundle>,
    /// What belongs to none of them, or to several at once: families, organisations, what names nobody.
    pub rest: Vec<NotUnderstood>,
}

impl Bundle {
    /// How many citizens it is about.
    pub fn citizens(&self) -> usize {
        self.entries.iter().filter(|entry| entry.resource_type == "Patient").count()
    }

    /// The bundle taken apart, so that each citizen's part can be imported to their own plan, and nobody's to another's.
    ///
    /// A resource goes to the citizen whom it names as its subject, patient or individual; one that names none goes to
    /// each whose resources refer to it. Links between Patients are no reason to see one person in two records.
    pub fn apart(&self) -> Apart {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut unnamed = Vec::new();
        let patients: Vec<_> = (0..self.entries.len()).filter(|n| self.is_patient(*n)).collect();
        for n in 0..self.entries.len() {
            if self.is_patient(n) {
                parts.entry(n).or_default().push(n);
            } else if let Some(named) = named(&self.entries[n]) {
                match patients.iter().find(|patient| self.entries[**patient].is_called(named)) {
                    Some(patient) => parts.entry(*patient).or_default().push(n),
                    None => unnamed.push(n),
                }
            } else {
                unnamed.push(n);
            }
        }
        let mut rest = self.not_understood.clone();
        for n in unnamed {
            let entry = &self.entries[n];
            let referring = |part: &&mut Vec<usize>| part.iter().any(|n| self.entries[*n].refers_to(entry));
            let mut of_somebody = false;
            for part in parts.values_mut().filter(|_| named(entry).is_none()).filter(referring) {
                part.push(n);
                of_somebody = true;
            }
            if !of_somebody {
                rest.push(left_over(entry));
            }
        }
        let part = |entries: Vec<usize>| {
            let wanted: BTreeSet<_> = entries.into_iter().collect();
            let entries: Vec<_> = wanted.into_iter().map(|n| self.entries[n].clone()).collect();
            // One citizen's label says nothing of another.
            let labelled = entries.iter().any(Entry::is_restricted);
            let (id, timestamp, not_understood) = (self.id.clone(), self.timestamp, Vec::new());
            Self {
                id,
                timestamp,
                entries,
                not_understood,
                restricted: self.labelled || labelled,
                labelled: self.labelled,
            }
        };
        Apart { citizens: parts.into_values().map(part).collect(), rest }
    }

    fn is_patient(&self, n: usize) -> bool {
        self.entries[n].resource_type == "Patient"
    }
}

/// Whom a resource says that it is about.
fn named(entry: &Entry) -> Option<&str> {
    ["subject", "patient", "individual", "for"]
        .into_iter()
        .find_map(|name| entry.body.get(name)?.get("reference")?.as_str())
}

fn left_over(entry: &Entry) -> NotUnderstood {
    let members = entry.body.get("member").and_then(Value::as_array).map_or(0, Vec::len);
    let reason = match entry.resource_type.as_str() {
        "Group" => Reason::Family { members },
        _ => Reason::NobodysAlone,
    };
    let (resource_type, id) = (entry.resource_type.clone(), entry.id.clone());
    NotUnderstood { path: resource_type.clone(), resource_type, id, reason }
}

impl Entry {
    /// Whether a reference names it: by its full URL, or by the end of its own.
    fn is_called(&self, reference: &str) -> bool {
        let reference = reference.split("/_history/").next().unwrap_or(reference);
        let named = format!("{}/{}", self.resource_type, self.id);
        self.full_url.as_deref() == Some(reference)
            || reference.strip_suffix(&named).is_some_and(|base| base.is_empty() || base.ends_with('/'))
    }

    pub(super) fn refers_to(&self, other: &Self) -> bool {
        self.body.values().any(|value| holds_reference(value, other))
    }
}

fn holds_reference(value: &Value, to: &Entry) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(name, value)| match value {
            Value::String(reference) if name == "reference" => to.is_called(reference),
            value => holds_reference(value, to),
        }),
        Value::Array(list) => list.iter().any(|value| holds_reference(value, to)),
        _ => false,
    }
}
