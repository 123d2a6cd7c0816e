//! What came of an import, for the person who started it.

use std::fmt;

use jiff::Timestamp;

use crate::plan::ItemKey;

/// What an import did and what it didn't understand. Holds keys, places and reasons, no text of the citizen's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// The bundle's id.
    pub bundle: Option<String>,
    /// The bundle's time, where it has one.
    pub timestamp: Option<Timestamp>,
    /// New in the plan.
    pub added: Vec<ItemKey>,
    /// Changed.
    pub updated: Vec<ItemKey>,
    /// Entered in error, and taken out.
    pub withdrawn: Vec<ItemKey>,
    /// The same as before.
    pub unchanged: Vec<ItemKey>,
    /// The plan knows something newer, which stays.
    pub kept_newer: Vec<ItemKey>,
    /// Of those changed: what was under way before and is over now.
    pub ended: Vec<ItemKey>,
    /// Of those changed: what hangs on another plan than before. Worth a look: sources get it wrong.
    pub moved: Vec<Moved>,
    /// What was not taken in.
    pub not_understood: Vec<NotUnderstood>,
    /// What differs from what is known of the citizen.
    pub remarks: Vec<Remark>,
}

/// An intervention that hangs on another plan than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub item: ItemKey,
    /// What it hung on.
    pub from: Vec<ItemKey>,
    /// What it hangs on now.
    pub to: Vec<ItemKey>,
}

/// Something in the bundle that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// In which type of resource.
    pub resource_type: String,
    /// In which resource; empty where it has no id.
    pub id: String,
    /// Where in it, such as `CarePlan.activity[0].detail.goal`.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Why something is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A type of resource that the plan has no place for.
    UnknownResource,
    /// A resource of a known type, coded as something that the plan has no place for.
    UnknownMeaning,
    /// An element that the plan has no place for.
    UnknownElement,
    /// An extension that isn't known.
    UnknownExtension {
        /// Its URL, at most 200 characters of it.
        url: String,
    },
    /// A code where only certain codes are known.
    UnknownCode,
    /// What it refers to is neither in the bundle nor in the plan. The link is kept where it names a resource.
    UnresolvedReference,
    /// Not of the form that FHIR gives it here.
    WrongForm,
    /// No id, or not one of FHIR's form.
    NoId,
    /// Another's.
    AnotherCitizen,
    /// The same id twice, with different content: the first was taken.
    Repeated,
    /// The sector can't be told; the item is kept as unsorted. Only a remark: the item is in the plan.
    UnknownSector,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownResource => "this type of resource has no place in the plan",
            Self::UnknownMeaning => "its codes say nothing that has a place in the plan",
            Self::UnknownElement => "this element has no place in the plan",
            Self::UnknownExtension { url } => return write!(f, "unknown extension {url}"),
            Self::UnknownCode => "the code is not one of those known here",
            Self::UnresolvedReference => "what it refers to is neither in the bundle nor in the plan",
            Self::WrongForm => "not of the form that FHIR gives it here",
            Self::NoId => "no id, or not one of FHIR's form",
            Self::AnotherCitizen => "it is about somebody else",
            Self::Repeated => "the same id was there before with different content",
            Self::UnknownSector => "its sector can't be told; it is kept as unsorted",
        })
    }
}

/// What differs from what is known of the citizen: shown, never refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// The stated gender isn't the number's.
    GenderDiffersFromCpr,
    /// The stated day of birth isn't the number's.
    BirthDateDiffersFromCpr,
    /// The name is another than the plan's, which stays.
    NameDiffers,
}
