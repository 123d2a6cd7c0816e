//! From bytes to a code system, within limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::code_system::{CodeSystem, Concept};
use super::refusal::CodeSystemRefusal;
use crate::fhir::{NotJson, read_json};

/// The most bytes of a URI, a code or its words that are taken: as many as a citizen's codes may have.
const LONGEST_TEXT: usize = 500;
/// The most bytes of a definition that are taken.
const LONGEST_DEFINITION: usize = 20_000;

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Codes.
    pub concepts: usize,
    /// Objects and lists within each other: a concept under another is two further down.
    pub depth: usize,
}

impl Default for Limits {
    /// 8 MiB, 50,000 codes, 64 levels.
    fn default() -> Self {
        Self { bytes: 8 * 1024 * 1024, concepts: 50_000, depth: 64 }
    }
}

/// Reads a FHIR R4 `CodeSystem` from JSON. Its words are Danish where it has Danish ones: its own, if it says that it is
/// in Danish, or else a designation's.
///
/// # Errors
/// [`CodeSystemRefusal`]; then nothing of it is to be used.
pub fn read_code_system(bytes: &[u8], limits: Limits) -> Result<CodeSystem, CodeSystemRefusal> {
    if bytes.len() > limits.bytes {
        return Err(CodeSystemRefusal::TooLarge { limit: limits.bytes });
    }
    let value = read_json(bytes, limits.depth).map_err(|error| match error {
        NotJson::TooDeep => CodeSystemRefusal::TooDeep { limit: limits.depth },
        NotJson::Truncated { line } => CodeSystemRefusal::Truncated { line },
        NotJson::Malformed { line, column } => CodeSystemRefusal::NotJson { line, column },
    })?;
    let Value::Object(system) = value else { return Err(CodeSystemRefusal::NotACodeSystem) };
    if system.get("resourceType").and_then(Value::as_str) != Some("CodeSystem") {
        return Err(CodeSystemRefusal::NotACodeSystem);
    }
    let url = url(&system)?;
    check_complete(&system)?;
    let mut reading =
        Reading { limits, is_danish: is_danish(system.get("language")), concepts: BTreeMap::new() };
    reading.take_all(system.get("concept"), "CodeSystem.concept", None)?;
    if reading.concepts.is_empty() {
        return Err(CodeSystemRefusal::Empty);
    }
    let text = |name: &str| text(&system, name, "CodeSystem", LONGEST_TEXT);
    let name = match (text("title")?, text("name")?) {
        (Some(title), _) => title,
        (None, Some(name)) => name,
        (None, None) => url.clone(),
    };
    let (version, identifiers) = (text("version")?, identifiers(&system)?);
    Ok(CodeSystem { url, identifiers, version, name, concepts: reading.concepts })
}

fn url(system: &Map<String, Value>) -> Result<String, CodeSystemRefusal> {
    let url = text(system, "url", "CodeSystem", LONGEST_TEXT)?.ok_or(CodeSystemRefusal::NoUrl)?;
    if is_uri(&url) { Ok(url) } else { Err(CodeSystemRefusal::NoUrl) }
}

/// A scheme, a colon and something after it, with no space in between.
fn is_uri(text: &str) -> bool {
    let scheme_and_rest = text.split_once(':');
    scheme_and_rest.is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn check_complete(system: &Map<String, Value>) -> Result<(), CodeSystemRefusal> {
    let content = match system.get("content").and_then(Value::as_str) {
        Some("complete") => return Ok(()),
        Some("fragment") => "fragment",
        Some("supplement") => "supplement",
        Some("example") => "example",
        Some("not-present") => "not-present",
        Some(_) | None => "unknown",
    };
    Err(CodeSystemRefusal::NotComplete { content })
}

/// The URIs among a system's identifiers. Some write an OID with its `urn:oid:`, some say so in the identifier's system.
fn identifiers(system: &Map<String, Value>) -> Result<BTreeSet<String>, CodeSystemRefusal> {
    let mut names = BTreeSet::new();
    for (n, identifier) in list(system.get("identifier"), "CodeSystem.identifier")?.iter().enumerate() {
        let place = format!("CodeSystem.identifier[{n}]");
        let identifier = object(identifier, &place)?;
        let of = text(identifier, "system", &place, LONGEST_TEXT)?;
        let Some(value) = text(identifier, "value", &place, LONGEST_TEXT)? else { continue };
        if value.starts_with("urn:") && is_uri(&value) {
            names.insert(value);
        } else if of.as_deref() == Some("urn:oid") && value.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            names.insert(format!("urn:oid:{value}"));
        }
    }
    Ok(names)
}

/// The concepts, as they are found on the way down.
struct Reading {
    limits: Limits,
    is_danish: bool,
    concepts: BTreeMap<String, Concept>,
}

impl Reading {
    fn take_all(
        &mut self,
        concepts: Option<&Value>,
        place: &str,
        parent: Option<&str>,
    ) -> Result<(), CodeSystemRefusal> {
        for (n, concept) in list(concepts, place)?.iter().enumerate() {
            let place = format!("{place}[{n}]");
            let concept = object(concept, &place)?;
            let code = text(concept, "code", &place, LONGEST_TEXT)?
                .ok_or_else(|| CodeSystemRefusal::WrongForm { place: format!("{place}.code") })?;
            if self.concepts.contains_key(&code) {
                return Err(CodeSystemRefusal::DuplicateCode { code });
            }
            if self.concepts.len() >= self.limits.concepts {
                return Err(CodeSystemRefusal::TooManyConcepts { limit: self.limits.concepts });
            }
            let read = Concept {
                display: self.display(concept, &place)?,
                definition: text(concept, "definition", &place, LONGEST_DEFINITION)?,
                parent: parent.map(str::to_owned),
            };
            self.concepts.insert(code.clone(), read);
            self.take_all(concept.get("concept"), &format!("{place}.concept"), Some(&code))?;
        }
        Ok(())
    }

    fn display(
        &self,
        concept: &Map<String, Value>,
        place: &str,
    ) -> Result<Option<String>, CodeSystemRefusal> {
        let display = text(concept, "display", place, LONGEST_TEXT)?;
        if self.is_danish && display.is_some() {
            return Ok(display);
        }
        let at = format!("{place}.designation");
        for (n, designation) in list(concept.get("designation"), &at)?.iter().enumerate() {
            let at = format!("{at}[{n}]");
            let designation = object(designation, &at)?;
            if is_danish(designation.get("language")) {
                return Ok(text(designation, "value", &at, LONGEST_TEXT)?.or(display));
            }
        }
        Ok(display)
    }
}

/// `da`, or `da-DK`.
fn is_danish(language: Option<&Value>) -> bool {
    let language = language.and_then(Value::as_str).unwrap_or_default();
    let primary = language.split('-').next().unwrap_or_default();
    primary.eq_ignore_ascii_case("da")
}

fn object<'v>(value: &'v Value, place: &str) -> Result<&'v Map<String, Value>, CodeSystemRefusal> {
    value.as_object().ok_or_else(|| CodeSystemRefusal::WrongForm { place: place.to_owned() })
}

fn list<'v>(value: Option<&'v Value>, place: &str) -> Result<&'v [Value], CodeSystemRefusal> {
    match value {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(CodeSystemRefusal::WrongForm { place: place.to_owned() }),
    }
}

/// A text, without white space around it; nothing where it is absent or blank.
fn text(
    from: &Map<String, Value>,
    name: &str,
    place: &str,
    longest: usize,
) -> Result<Option<String>, CodeSystemRefusal> {
    match from.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= longest => {
            Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(CodeSystemRefusal::WrongForm { place: format!("{place}.{name}") }),
    }
}
