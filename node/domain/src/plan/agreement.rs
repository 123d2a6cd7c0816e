//! What was agreed of an intervention: on which provision, who the citizen can turn to, when it can begin.

use serde::{Deserialize, Serialize};

use crate::Narrative;

/// Whom the citizen turns to about an intervention (kontaktperson).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The person's name.
    pub name: Narrative,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub place: Narrative,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub phone: Narrative,
}

/// What was agreed of an intervention, beside what it is and its dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The provision that it is granted under, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision: Option<String>,
    /// The exemption (paragraffritagelse) that it leans on, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<String>,
    /// Whom the citizen turns to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What must be so before it begins, where that and not a day decides: "a placement starts when the citizen is ready
    /// and the match is found". Kept when it has begun.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub ready_when: Narrative,
}

impl Agreement {
    /// Whether nothing was agreed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
