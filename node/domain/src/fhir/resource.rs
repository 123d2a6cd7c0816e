//! From one resource to one item: what all types have in common.

use std::collections::BTreeSet;

use super::bundle::Entry;
use super::element::{Elements, Reading};
use super::report::Reason;
use super::{careplan, observed, terms};
use crate::Narrative;
use crate::plan::{
    Aspect, Code, Detail, Item, ItemKey, ItemKind, Link, LinkRole, Provenance, Sector, Status, When,
};

/// The most characters of a status word that are taken.
const LONGEST_WORD: usize = 50;

/// The profiles that a resource claims.
pub(super) struct Profiles(Vec<String>);

impl Profiles {
    /// Whether one of the guides' profiles with a name that ends so is claimed.
    pub(super) fn claim(&self, ending: &str) -> bool {
        self.names().any(|name| name.ends_with(ending))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|url| terms::name_in_guides(url))
    }
}

/// How the elements of one type say what it is; nothing where it is something that the plan has no place for.
type Mapping = fn(&mut Elements<'_>, &Profiles, &mut Item) -> Option<ItemKind>;

fn mapping(resource_type: &str) -> Option<Mapping> {
    Some(match resource_type {
        "Goal" => |elements, _, item| Some(careplan::goal(elements, item)),
        "CarePlan" => |elements, profiles, item| Some(careplan::care_plan(elements, profiles, item)),
        "CareTeam" => |elements, _, item| Some(careplan::care_team(elements, item)),
        "ServiceRequest" => |elements, _, item| Some(careplan::service_request(elements, item)),
        "Condition" => |elements, profiles, item| Some(observed::condition(elements, profiles, item)),
        "Observation" => |elements, _, item| observed::observation(elements, item),
        "ClinicalImpression" => |elements, _, item| Some(observed::clinical_impression(elements, item)),
        "Encounter" => observed::encounter,
        _ => return None,
    })
}

/// The item that a resource is, as far as it is understood. `citizens` are the keys of the one citizen.
pub(super) fn read_item(
    entry: &Entry,
    citizens: &BTreeSet<ItemKey>,
    provenance: &Provenance,
    reading: &Reading<'_>,
) -> Option<Item> {
    let Some(mapping) = mapping(&entry.resource_type) else {
        reading.note(&entry.resource_type, Reason::UnknownResource);
        return None;
    };
    let Some(key) = entry.key() else {
        reading.note(&entry.resource_type, Reason::NoId);
        return None;
    };
    let mut elements = Elements::new(reading, entry.resource_type.clone(), entry.body.clone());
    if let Some(mut subject) = elements.child("subject")
        && !subject.reference().is_some_and(|subject| citizens.contains(&subject))
    {
        elements.give_up(Reason::AnotherCitizen);
        return None;
    }
    let mut provenance = provenance.clone();
    let mut profiles = Profiles(Vec::new());
    if let Some(mut meta) = elements.child("meta") {
        meta.skip(&["versionId"]);
        profiles.0 = meta.texts("profile");
        if let Some(When::Instant(updated)) = meta.when("lastUpdated") {
            provenance.as_of = updated;
        }
    }
    let unsorted = Sector::known("unsorted");
    let mut item = Item::new(key, ItemKind::Note, unsorted, Status::Unknown, provenance);
    take_extensions(&mut elements, &mut item);
    let Some(kind) = mapping(&mut elements, &profiles, &mut item) else {
        elements.give_up(Reason::UnknownMeaning);
        return None;
    };
    item.kind = kind;
    match sector(&profiles, &item) {
        Some(sector) => item.sector = sector,
        None => elements.note(Reason::UnknownSector),
    }
    if item.status == Status::Withdrawn {
        item = item.withdrawn();
    }
    Some(item)
}

/// FFB is social care for adults, FSIII is health; the data have no word for it.
fn sector(profiles: &Profiles, item: &Item) -> Option<Sector> {
    let speaks = |system: &str| {
        let details = item.details.iter().map(|detail| &detail.code);
        item.codes.iter().chain(details).any(|code| code.system == system)
    };
    if profiles.names().any(|name| name.starts_with("kl-reporting-ffb")) || speaks(terms::FFB) {
        Some(Sector::known("social"))
    } else if speaks(terms::FSIII) {
        Some(Sector::known("health"))
    } else {
        None
    }
}

fn take_extensions(elements: &mut Elements<'_>, item: &mut Item) {
    elements.extensions(|name, extension| {
        match name {
            terms::CASE_NUMBER => case_number(extension, item),
            terms::FOLLOW_UP_DATE => value_reference(extension, LinkRole::FollowedUpBy, item),
            terms::BASED_ON_REQUEST => value_reference(extension, LinkRole::BasedOn, item),
            terms::LAST_ASSERTED => item.last_asserted = extension.when("valueDateTime"),
            _ => return false,
        }
        true
    });
}

fn value_reference(extension: &mut Elements<'_>, role: LinkRole, item: &mut Item) {
    if let Some(target) = extension.child("valueReference").and_then(|mut value| value.reference()) {
        item.links.insert(Link { role, target, rank: None });
    }
}

/// The municipality's own number, or the official one; a second one is listed.
fn case_number(extension: &mut Elements<'_>, item: &mut Item) {
    for mut number in extension.children("extension") {
        let url = number.text("url").unwrap_or_default();
        if !matches!(url.as_str(), "municipalitySpecific" | "official") || !item.case_number.is_empty() {
            number.give_up(Reason::UnknownExtension { url: url.chars().take(200).collect() });
            continue;
        }
        if let Some(mut identifier) = number.child("valueIdentifier") {
            identifier.skip(&["system", "use"]);
            item.case_number = identifier.narrative("value");
        }
    }
}

/// Takes a status word: into the item's status, and as it was written into its details.
pub(super) fn take_status(elements: &mut Elements<'_>, name: &str, item: &mut Item) {
    let Some(word) = take_word(elements, name, Aspect::ReportedStatus, item) else { return };
    match status(&word) {
        Some(status) => item.status = status,
        None => elements.note(Reason::UnknownCode),
    }
}

/// Takes a word from one of FHIR's own lists into the item's details.
pub(super) fn take_word(
    elements: &mut Elements<'_>,
    name: &str,
    aspect: Aspect,
    item: &mut Item,
) -> Option<String> {
    let word = elements.text(name)?;
    if word.chars().count() > LONGEST_WORD {
        elements.note(Reason::WrongForm);
        return None;
    }
    let code = Code { system: String::new(), code: word.clone(), display: None };
    item.details.push(Detail { aspect, code });
    Some(word)
}

/// Takes a `CodeableConcept` into the item's details, and returns its codes.
pub(super) fn take_detail(
    elements: &mut Elements<'_>,
    name: &str,
    aspect: Aspect,
    item: &mut Item,
) -> Vec<Code> {
    let codes = elements.codes(name);
    item.details.extend(codes.iter().map(|code| Detail { aspect, code: code.clone() }));
    codes
}

/// Takes a list of references into the item's links, each with its rank where it has one.
pub(super) fn take_links(elements: &mut Elements<'_>, name: &str, role: LinkRole, item: &mut Item) {
    for (target, mut entry) in elements.references(name) {
        let mut rank = None;
        entry.extensions(|name, extension| {
            let known = name == terms::CONDITION_RANK;
            if known {
                rank = extension.number("valuePositiveInt").and_then(|rank| rank.try_into().ok());
            }
            known
        });
        item.links.insert(Link { role, target, rank });
    }
}

/// Takes a period into the item's days.
pub(super) fn take_period(elements: &mut Elements<'_>, item: &mut Item) {
    if let Some(mut period) = elements.child("period") {
        item.starts = period.when("start");
        item.ends = period.when("end");
    }
}

/// Takes words into the item's text.
pub(super) fn take_text(elements: &mut Elements<'_>, name: &str, item: &mut Item) {
    let text = elements.narrative(name);
    if item.text == Narrative::default() {
        item.text = text;
    } else if !text.is_empty() {
        elements.note(Reason::UnknownElement);
    }
}

/// What FHIR's status words mean, of all the types read here; no word means two things.
pub(super) fn status(word: &str) -> Option<Status> {
    Some(match word {
        "proposed" | "draft" => Status::Proposed,
        "planned" | "accepted" | "registered" => Status::Planned,
        "active" | "in-progress" | "arrived" | "triaged" | "onleave" | "preliminary" | "recurrence"
        | "relapse" => Status::Active,
        "on-hold" | "suspended" => Status::OnHold,
        "completed" | "finished" | "final" | "amended" | "corrected" | "inactive" | "remission"
        | "resolved" => Status::Ended,
        "cancelled" | "rejected" | "revoked" | "stopped" => Status::Cancelled,
        "entered-in-error" => Status::Withdrawn,
        "unknown" => Status::Unknown,
        _ => return None,
    })
}
