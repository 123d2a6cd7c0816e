//! A bundle about several citizens, taken apart: each citizen's part, and what is nobody's alone.

use std::borrow::Cow;
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
                match self.patient_called(named, &self.entries[n], &patients) {
                    Some(patient) => parts.entry(patient).or_default().push(n),
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

    /// The one citizen whom a reference names. Two records of one id are two people's, on different servers: what names neither
    /// for certain is neither's.
    fn patient_called(&self, reference: &str, by: &Entry, patients: &[usize]) -> Option<usize> {
        let resolved = by.resolved(reference);
        let exactly = |patient: &&usize| self.entries[**patient].full_url.as_deref() == Some(&*resolved);
        if let Some(patient) = patients.iter().find(exactly) {
            return Some(*patient);
        }
        let mut called = patients.iter().filter(|patient| self.entries[**patient].is_called(reference));
        match (called.next(), called.next()) {
            (Some(patient), None) => Some(*patient),
            _ => None,
        }
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
    /// Whether a reference names it: by its full URL; or by type and id, where the reference does not say on which server, or
    /// it is not known on which this one is.
    fn is_called(&self, reference: &str) -> bool {
        let reference = unversioned(reference);
        let named = format!("{}/{}", self.resource_type, self.id);
        let Some(base) = reference.strip_suffix(&named) else {
            return self.full_url.as_deref() == Some(reference);
        };
        let own = self.full_url.as_deref().and_then(|url| url.strip_suffix(&named));
        base.is_empty() || (base.ends_with('/') && own.is_none_or(|own| own == base))
    }

    /// A reference as it is to be read here: one without a server is on this resource's own (FHIR R4, Bundle, "Resolving
    /// references in Bundles").
    fn resolved<'r>(&self, reference: &'r str) -> Cow<'r, str> {
        let reference = unversioned(reference);
        let named = format!("{}/{}", self.resource_type, self.id);
        let base = self.full_url.as_deref().and_then(|url| url.strip_suffix(&named));
        match base {
            Some(base) if !reference.contains(':') => Cow::Owned(format!("{base}{reference}")),
            _ => Cow::Borrowed(reference),
        }
    }

    pub(super) fn refers_to(&self, other: &Self) -> bool {
        self.body.values().any(|value| holds_reference(value, other))
    }
}

fn unversioned(reference: &str) -> &str {
    reference.split("/_history/").next().unwrap_or(reference)
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
