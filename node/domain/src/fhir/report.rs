//! What came of an import, for the person who started it.

use std::fmt;

use jiff::Timestamp;

use super::profile::Broken;
use crate::Kommunekode;
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
    /// Of those changed: what somebody has joined to something else. Worth a look: it may be another thing now.
    pub joined: Vec<ItemKey>,
    /// What was not taken in.
    pub not_understood: Vec<NotUnderstood>,
    /// Of what was taken in: which rules of a profile that it claims it breaks.
    pub broken_rules: Vec<(ItemKey, Broken)>,
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
    /// What enplan's own extension told of a field is not what the elements say now: the elements were believed.
    Contradicted {
        /// Which field.
        field: String,
    },
    /// Who a third person is: a plan names them on a ground of its own, which a report has not.
    ThirdPerson,
    /// Several citizens at once: each has a plan of their own, and there is none for a family.
    Family {
        /// How many.
        members: usize,
    },
    /// It names none of the bundle's citizens.
    NobodysAlone,
    /// What somebody's part is in the cooperation around the citizen.
    Participant {
        /// The code of it; empty where it has none.
        role: String,
    },
    /// A later version of the same resource is in the bundle, and was taken.
    OlderVersion,
    /// Where a protected citizen lives is not taken in.
    ProtectedAddress,
    /// It is dated further ahead than clocks differ: it counts as from the report's own time.
    FromTheFuture,
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
            Self::Contradicted { field } => {
                return write!(f, "the extension tells another {field} than the elements say");
            }
            Self::ThirdPerson => "this of a third person is not taken in: it needs a ground of its own",
            Self::Family { members } => {
                return write!(f, "a family of {members}: each has a plan of their own");
            }
            Self::NobodysAlone => "it names none of the bundle's citizens",
            Self::Participant { role } => return write!(f, "a participant in the cooperation: {role}"),
            Self::OlderVersion => "a later version of it is in the same report",
            Self::ProtectedAddress => "where a protected citizen lives is not taken in",
            Self::FromTheFuture => "it is dated in the future and counts as from the report's own time",
            Self::UnknownSector => "its sector can't be told; it is kept as unsorted",
        })
    }
}

impl Reason {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownResource => "UNKNOWN_RESOURCE",
            Self::UnknownMeaning => "UNKNOWN_MEANING",
            Self::UnknownElement => "UNKNOWN_ELEMENT",
            Self::UnknownExtension { .. } => "UNKNOWN_EXTENSION",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::UnresolvedReference => "UNRESOLVED_REFERENCE",
            Self::WrongForm => "WRONG_FORM",
            Self::NoId => "NO_ID",
            Self::AnotherCitizen => "ANOTHER_CITIZEN",
            Self::Repeated => "REPEATED",
            Self::Contradicted { .. } => "CONTRADICTED",
            Self::ThirdPerson => "THIRD_PERSON",
            Self::Family { .. } => "FAMILY",
            Self::NobodysAlone => "NOBODYS_ALONE",
            Self::Participant { .. } => "PARTICIPANT",
            Self::OlderVersion => "OLDER_VERSION",
            Self::ProtectedAddress => "PROTECTED_ADDRESS",
            Self::FromTheFuture => "FROM_THE_FUTURE",
            Self::UnknownSector => "UNKNOWN_SECTOR",
        }
    }

    /// What the caseworker reads, in Danish.
    pub fn danish(&self) -> String {
        match self {
            Self::UnknownResource => "den slags har ingen plads i planen",
            Self::UnknownMeaning => "koderne siger ikke noget, der har en plads i planen",
            Self::UnknownElement => "dette har ingen plads i planen",
            Self::UnknownExtension { url } => return format!("ukendt udvidelse {url}"),
            Self::UnknownCode => "koden er ikke en af dem, der kendes her",
            Self::UnresolvedReference => "det, der henvises til, er hverken i rapporten eller i planen",
            Self::WrongForm => "det har ikke den form, som FHIR giver det",
            Self::NoId => "der er intet id, eller det har ikke FHIR's form",
            Self::AnotherCitizen => "det handler om en anden",
            Self::Repeated => "samme id er der før med et andet indhold; det første blev taget",
            Self::Contradicted { field } => {
                return format!(
                    "enplans udvidelse siger noget andet om {field} end rapporten, som blev fulgt"
                );
            }
            Self::ThirdPerson => "det om en anden person tages ikke ind: det kræver sit eget grundlag",
            Self::Family { members } => {
                return format!("en familie på {members}: hver har sin egen plan");
            }
            Self::NobodysAlone => "det nævner ingen af rapportens borgere",
            Self::Participant { role } => {
                return format!("deltager i samarbejdet om borgeren: {}", part(role));
            }
            Self::OlderVersion => "en senere udgave er i samme rapport og blev taget",
            Self::ProtectedAddress => "en beskyttet borgers adresse tages ikke ind",
            Self::FromTheFuture => "tidspunktet ligger i fremtiden; rapportens eget blev brugt",
            Self::UnknownSector => "sektoren kan ikke ses; det står som usorteret",
        }
        .to_owned()
    }
}

/// The roles of KL's messages, which are Danish words already.
fn part(role: &str) -> &str {
    match role {
        "koordinerende-myndighed" => "koordinerende myndighed",
        "samarbejdende-myndighed" => "samarbejdende myndighed",
        "koordinerende-udfører" => "koordinerende udfører",
        _ => "uden kendt rolle",
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
    /// The address is another than the plan's, which stays.
    AddressDiffers,
    /// The address lies in another municipality.
    LivesElsewhere(Kommunekode),
    /// Another municipality manages the citizen.
    ManagedElsewhere(Kommunekode),
}

impl Remark {
    /// What the caseworker reads, in Danish.
    pub fn danish(self) -> String {
        let named = |code: Kommunekode| code.name().map_or_else(|| code.to_string(), str::to_owned);
        match self {
            Self::GenderDiffersFromCpr => "rapportens køn er et andet end CPR-nummerets".to_owned(),
            Self::BirthDateDiffersFromCpr => "rapportens fødselsdag er en anden end CPR-nummerets".to_owned(),
            Self::NameDiffers => "rapportens navn er et andet end planens, som bliver stående".to_owned(),
            Self::AddressDiffers => {
                "rapportens adresse er en anden end planens, som bliver stående".to_owned()
            }
            Self::LivesElsewhere(there) => format!("adressen ligger i en anden kommune: {}", named(there)),
            Self::ManagedElsewhere(there) => {
                format!("borgeren hører til en anden kommune i rapporten: {}", named(there))
            }
        }
    }
}
