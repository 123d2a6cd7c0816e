//! What names an item of a plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What names an item: its FHIR resource type and id, written `Goal/76b9d91b-4b28-4c4a-944c-aa16b8cca82c`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemKey {
    resource_type: String,
    id: String,
}

/// What was given is not a resource type and an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a FHIR resource type and id, such as Goal/76b9d91b-4b28-4c4a-944c-aa16b8cca82c")]
pub struct NotAnItemKey;

impl ItemKey {
    /// The key of this resource, if type and id have FHIR's form: letters, and 1 to 64 of `A-Z a-z 0-9 - .`.
    pub fn new(resource_type: &str, id: &str) -> Result<Self, NotAnItemKey> {
        let type_fits =
            (1..=64).contains(&resource_type.len()) && resource_type.bytes().all(|b| b.is_ascii_alphabetic());
        let id_fits = (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if type_fits && id_fits {
            Ok(Self { resource_type: resource_type.to_owned(), id: id.to_owned() })
        } else {
            Err(NotAnItemKey)
        }
    }

    /// The FHIR resource type.
    pub fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// The id, as its maker gave it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl FromStr for ItemKey {
    type Err = NotAnItemKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (resource_type, id) = text.split_once('/').ok_or(NotAnItemKey)?;
        Self::new(resource_type, id)
    }
}

impl TryFrom<String> for ItemKey {
    type Error = NotAnItemKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ItemKey> for String {
    fn from(key: ItemKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.resource_type, self.id)
    }
}
