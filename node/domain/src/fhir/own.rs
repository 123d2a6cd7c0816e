//! What the guides have no place for, in extensions of enplan's own: told beside the elements, never instead of them.
//!
//! An item is exported as its elements can say it, read back as an importer would, and whatever the reading lost or made
//! otherwise is told here, field by field, whatever the field is. So no field of an item can be forgotten. An importer
//! believes what is told only as long as the elements are still those that it was told beside: a system that changed
//! them knows better.

use serde_json::{Map, Value, json};

use crate::narrative;
use crate::plan::Item;

/// Whose extensions these are. A random UUID made for this and nothing else, so that it can be nobody's: the project has
/// no domain to publish them under. What follows the `#` is the extension's name.
const BASE: &str = "urn:uuid:7591bb1c-8bcd-4b40-bdff-47981762bd94#";

/// The extension of a resource that tells its item's fields.
pub(super) const ITEM: &str = "item";
/// The extension of a Patient that tells what else names the citizen in source systems.
pub(super) const KNOWN_AS: &str = "known-as";
/// The code system of what an item is, for the resources of type Basic.
pub(super) const KIND: &str = "kind";
/// The extension of a Consent that tells what FHIR has no element for.
pub(super) const CONSENT: &str = "consent";
/// The code system of the sections that a consent names, and of the provisions that it leans on.
pub(super) const SECTION: &str = "section";
pub(super) const PROVISION: &str = "provision";

/// In a list, the name of each of its elements.
const ELEMENT: &str = "*";
/// The deepest that an extension is read.
const DEEPEST: usize = 12;

/// The whole URI of one of enplan's own names.
pub(super) fn uri(name: &str) -> String {
    format!("{BASE}{name}")
}

/// The name of one of enplan's own extensions; nothing for anybody else's.
pub(super) fn name_of(url: &str) -> Option<&str> {
    url.strip_prefix(BASE)
}

/// What is told of an item, by field. `Null` says that the item has nothing there.
pub(super) type Told = Map<String, Value>;

/// The fields of an item, but for where its state comes from: a report's own is where it comes from.
fn fields(item: &Item) -> Map<String, Value> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(item) else { return Map::new() };
    fields.remove("provenance");
    fields
}

/// What has to be told of an item whose elements are read back as `read`.
pub(super) fn untold(item: &Item, read: &Item) -> Told {
    let (wanted, mut read) = (fields(item), fields(read));
    let mut told = Told::new();
    for (name, value) in wanted {
        if read.remove(&name).as_ref() != Some(&value) {
            told.insert(name, value);
        }
    }
    told.extend(read.into_iter().map(|(name, _)| (name, Value::Null)));
    told
}

/// The item that was meant, where its elements are read as `item`; and the names of the fields that cannot be so.
pub(super) fn believe(item: &Item, told: &Told) -> (Item, Vec<String>) {
    let (mut meant, mut wrong) = (item.clone(), Vec::new());
    for (name, value) in told {
        match with(&meant, name, value) {
            Some(with) => meant = with,
            None => wrong.push(name.clone()),
        }
    }
    (meant, wrong)
}

fn with(item: &Item, name: &str, value: &Value) -> Option<Item> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(item) else { return None };
    match value {
        _ if name == "provenance" => return None,
        Value::Null => drop(fields.remove(name)?),
        value => drop(fields.insert(name.to_owned(), value.clone())),
    }
    serde_json::from_value(Value::Object(fields)).ok()
}

/// The names of the fields that two readings of the same elements have otherwise.
pub(super) fn differing(one: &Item, other: &Item) -> Vec<String> {
    untold(one, other).into_iter().map(|(name, _)| name).collect()
}

/// The extension that tells these fields.
pub(super) fn extension(name: &str, told: &Told) -> Value {
    let fields: Vec<_> = told.iter().map(|(name, value)| written(name, value)).collect();
    json!({ "url": uri(name), "extension": fields })
}

/// Any JSON value as an extension. FHIR has no empty text and no empty list, so those are named.
fn written(name: &str, value: &Value) -> Value {
    let nested = |children: Vec<Value>| json!({ "url": name, "extension": children });
    let empty = |what: &str| json!({ "url": name, "valueCode": what });
    match value {
        Value::Null => empty("nothing"),
        Value::String(text) if text.is_empty() => empty("no-text"),
        Value::Array(list) if list.is_empty() => empty("no-list"),
        Value::Object(map) if map.is_empty() => empty("no-fields"),
        Value::String(text) => json!({ "url": name, "valueString": text }),
        Value::Bool(yes) => json!({ "url": name, "valueBoolean": yes }),
        Value::Number(number) => json!({ "url": name, "valueDecimal": number }),
        Value::Array(list) => nested(list.iter().map(|value| written(ELEMENT, value)).collect()),
        Value::Object(map) => nested(map.iter().map(|(name, value)| written(name, value)).collect()),
    }
}

/// What an extension's children tell; nothing where they have not the form that they are written in.
pub(super) fn told(children: &Value) -> Option<Told> {
    let mut told = Told::new();
    for child in children.as_array()? {
        let (name, value) = read(child, DEEPEST)?;
        told.insert(name, value).is_none().then_some(())?;
    }
    Some(told)
}

fn read(extension: &Value, deepest: usize) -> Option<(String, Value)> {
    let extension = extension.as_object()?;
    let name = extension.get("url")?.as_str()?.to_owned();
    let mut rest = extension.iter().filter(|(name, _)| *name != "url");
    let (Some((form, value)), None) = (rest.next(), rest.next()) else { return None };
    let value = match (form.as_str(), value) {
        ("valueString", Value::String(text)) if text.chars().count() <= narrative::LONGEST => value.clone(),
        ("valueBoolean", Value::Bool(_)) | ("valueDecimal", Value::Number(_)) => value.clone(),
        ("valueCode", Value::String(what)) => match what.as_str() {
            "nothing" => Value::Null,
            "no-text" => json!(""),
            "no-list" => json!([]),
            "no-fields" => json!({}),
            _ => return None,
        },
        ("extension", Value::Array(children)) => {
            let children: Vec<_> =
                children.iter().map(|child| read(child, deepest.checked_sub(1)?)).collect::<Option<_>>()?;
            if children.iter().all(|(name, _)| name == ELEMENT) {
                children.into_iter().map(|(_, value)| value).collect()
            } else {
                let fields = children.len();
                let map: Map<_, _> = children.into_iter().collect();
                (map.len() == fields && !map.contains_key(ELEMENT)).then_some(Value::Object(map))?
            }
        }
        _ => return None,
    };
    Some((name, value))
}

/// The code that says what an item is, where no resource type does.
pub(super) fn kind_code(item: &Item) -> Value {
    let kind = serde_json::to_value(item.kind).unwrap_or_default();
    json!({ "coding": [{ "system": uri(KIND), "code": kind, "display": item.kind.danish() }] })
}
