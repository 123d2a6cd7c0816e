//! From bytes to a bundle, within limits.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::citizen::bears_restriction;
use super::json::{NotJson, read_json};
use super::profile::Profile;
use super::refusal::BundleRefusal;
use super::report::{NotUnderstood, Reason};
use crate::plan::ItemKey;

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Entries.
    pub entries: usize,
    /// Objects and lists within each other. JSON's reader itself takes no more than 127.
    pub depth: usize,
}

impl Default for Limits {
    /// 8 MiB, 5,000 entries, 64 levels.
    fn default() -> Self {
        Self { bytes: 8 * 1024 * 1024, entries: 5_000, depth: 64 }
    }
}

/// A FHIR R4 bundle of type collection or message. `Debug` shows only how much is in it.
#[derive(Clone, PartialEq)]
pub struct Bundle {
    pub(super) id: Option<String>,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) entries: Vec<Entry>,
    pub(super) not_understood: Vec<NotUnderstood>,
    /// Whether the bundle itself bears a protected citizen's label.
    pub(super) labelled: bool,
    /// Whether it or any resource in it does.
    pub(super) restricted: bool,
}

/// One resource of a bundle.
#[derive(Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) full_url: Option<String>,
    pub(super) resource_type: String,
    pub(super) id: String,
    pub(super) body: Map<String, Value>,
}

impl Entry {
    /// Its key, if type and id have FHIR's form.
    pub(super) fn key(&self) -> Option<ItemKey> {
        ItemKey::new(&self.resource_type, &self.id).ok()
    }

    /// Whether it bears a protected citizen's label.
    pub(super) fn is_restricted(&self) -> bool {
        bears_restriction(self.body.get("meta"))
    }

    /// Which version of the resource it says it is; versions that are no numbers have no order.
    pub(super) fn version(&self) -> u64 {
        let version = self.body.get("meta").and_then(|meta| meta.get("versionId"));
        version.and_then(Value::as_str).and_then(|version| version.parse().ok()).unwrap_or_default()
    }

    /// The profiles that it claims, of those whose rules are known.
    pub(super) fn claims(&self) -> impl Iterator<Item = Profile> {
        let profiles = self.body.get("meta").and_then(|meta| meta.get("profile")).and_then(Value::as_array);
        profiles.into_iter().flatten().filter_map(Value::as_str).filter_map(Profile::of_url)
    }
}

impl Bundle {
    /// When the report was made, where it says so.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    /// How many resources are in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({} entries)", self.entries.len())
    }
}

/// Reads a bundle from JSON (UTF-8, with or without a byte order mark).
///
/// # Errors
/// [`BundleRefusal`], before anything of it is looked at as a citizen's data.
pub fn read_bundle(bytes: &[u8], limits: Limits) -> Result<Bundle, BundleRefusal> {
    if bytes.len() > limits.bytes {
        return Err(BundleRefusal::TooLarge { limit: limits.bytes });
    }
    let value = read_json(bytes, limits.depth).map_err(|error| match error {
        NotJson::TooDeep => BundleRefusal::TooDeep { limit: limits.depth },
        NotJson::Truncated { line } => BundleRefusal::Truncated { line },
        NotJson::Malformed { line, column } => BundleRefusal::NotJson { line, column },
    })?;
    let Value::Object(mut bundle) = value else { return Err(BundleRefusal::NotABundle) };
    if take_text(&mut bundle, "resourceType").as_deref() != Some("Bundle") {
        return Err(BundleRefusal::NotABundle);
    }
    // A message is a collection with a letterhead, which is listed like whatever else has no place.
    if !matches!(take_text(&mut bundle, "type").as_deref(), Some("collection" | "message")) {
        return Err(BundleRefusal::NotACollection);
    }
    let timestamp = match bundle.remove("timestamp") {
        None => None,
        Some(Value::String(text)) => Some(text.parse().map_err(|_| BundleRefusal::BadTimestamp)?),
        Some(_) => return Err(BundleRefusal::BadTimestamp),
    };
    let entries = match bundle.remove("entry") {
        None => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(BundleRefusal::NotABundle),
    };
    if entries.len() > limits.entries {
        return Err(BundleRefusal::TooManyEntries { limit: limits.entries });
    }
    // A bundle's own profile and total say nothing of the citizen; its label does.
    let labelled = bears_restriction(bundle.remove("meta").as_ref());
    bundle.remove("total");
    let id = take_text(&mut bundle, "id").filter(|id| ItemKey::new("Bundle", id).is_ok());
    let (read_entries, not_understood) = (Vec::with_capacity(entries.len()), Vec::new());
    let mut read =
        Bundle { id, timestamp, entries: read_entries, not_understood, labelled, restricted: labelled };
    for name in bundle.keys() {
        read.note(format!("Bundle.{name}"), Reason::UnknownElement);
    }
    for (n, entry) in entries.into_iter().enumerate() {
        read.take_entry(n, entry);
    }
    Ok(read)
}

impl Bundle {
    fn note(&mut self, path: String, reason: Reason) {
        let (resource_type, id) = ("Bundle".to_owned(), self.id.clone().unwrap_or_default());
        self.not_understood.push(NotUnderstood { resource_type, id, path, reason });
    }

    fn take_entry(&mut self, n: usize, entry: Value) {
        let Value::Object(mut entry) = entry else {
            return self.note(format!("Bundle.entry[{n}]"), Reason::WrongForm);
        };
        let full_url = take_text(&mut entry, "fullUrl");
        let resource = entry.remove("resource");
        for name in entry.keys() {
            self.note(format!("Bundle.entry[{n}].{name}"), Reason::UnknownElement);
        }
        let Some(Value::Object(mut body)) = resource else {
            return self.note(format!("Bundle.entry[{n}].resource"), Reason::WrongForm);
        };
        match take_text(&mut body, "resourceType") {
            Some(resource_type) if ItemKey::new(&resource_type, "x").is_ok() => {
                // A bundle may name its resources by full URL alone.
                let by_url =
                    full_url.as_deref().and_then(|url| url.strip_prefix("urn:uuid:")).map(str::to_owned);
                let id = take_text(&mut body, "id").or(by_url).unwrap_or_default();
                let entry = Entry { full_url, resource_type, id, body };
                self.restricted |= entry.is_restricted();
                self.entries.push(entry);
            }
            _ => self.note(format!("Bundle.entry[{n}].resource"), Reason::WrongForm),
        }
    }
}

fn take_text(map: &mut Map<String, Value>, name: &str) -> Option<String> {
    match map.remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}
