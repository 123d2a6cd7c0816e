//! From one resource to one item: what all types have in common.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::bundle::Entry;
use super::citizen::take_restriction;
use super::element::{Elements, Reading};
use super::own::Told;
use super::report::Reason;
use super::{careplan, observed, own, shape, stated, terms};
use crate::Narrative;
use crate::plan::{
    Aspect, Code, Detail, Item, ItemKey, ItemKind, Link, LinkRole, Provenance, Sector, Source, Status, When,
};

/// The most characters of a status word that are taken.
const LONGEST_WORD: usize = 50;

/// The profiles that a resource claims.
pub(super) struct Profiles(pub(super) Vec<String>);

impl Profiles {
    /// Of a resource that claims none.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

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
        "Communication" => |elements, _, item| Some(observed::communication(elements, item)),
        "Basic" => |elements, _, item| observed::basic(elements, item),
        _ => return None,
    })
}

/// Whether resources of this type are read into items.
pub(super) fn is_read(resource_type: &str) -> bool {
    mapping(resource_type).is_some()
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
    let profiles = take_meta(&mut elements, &mut provenance);
    let unsorted = Sector::known("unsorted");
    let mut item = Item::new(key, ItemKind::Note, unsorted, Status::Unknown, provenance);
    let told = take_extensions(&mut elements, &mut item);
    let Some(kind) = mapping(&mut elements, &profiles, &mut item) else {
        elements.give_up(Reason::UnknownMeaning);
        return None;
    };
    item.kind = kind;
    let sector = sector(&profiles, &item);
    if sector.is_none() && !told.contains_key("sector") {
        elements.note(Reason::UnknownSector);
    }
    item.sector = sector.unwrap_or(item.sector);
    if item.status == Status::Withdrawn {
        item = item.withdrawn();
    }
    if !told.is_empty() {
        item = believed(&item, told, &profiles, &elements);
    }
    if item.forget_third_persons() {
        elements.note(Reason::ThirdPerson);
    }
    // What siblings share is said here alone: a file knows no cases.
    item.shared.clear();
    Some(item)
}

/// Takes what a resource says of itself: which profiles it claims, and as of when it speaks.
pub(super) fn take_meta(elements: &mut Elements<'_>, provenance: &mut Provenance) -> Profiles {
    let Some(mut meta) = elements.child("meta") else { return Profiles::none() };
    meta.skip(&["versionId"]);
    take_restriction(&mut meta);
    if let Some(When::Instant(updated)) = meta.when("lastUpdated") {
        provenance.as_of = updated;
    }
    Profiles(meta.texts("profile"))
}

/// The item as its own extension tells it, as far as its elements are those that it was told beside.
fn believed(item: &Item, mut told: Told, profiles: &Profiles, elements: &Elements<'_>) -> Item {
    if item.key.resource_type() != "Basic" && told.remove("key").is_some() {
        elements.note(Reason::Contradicted { field: "key".to_owned() });
    }
    let (meant, mut wrong) = own::believe(item, &told);
    let changed = match read_back(&shape::readable(&meant), profiles) {
        Some(as_told) => own::differing(&as_told, item),
        None => told.keys().cloned().collect(),
    };
    wrong.extend(changed.into_iter().filter(|name| told.contains_key(name)));
    for field in wrong {
        if told.remove(&field).is_some() {
            elements.note(Reason::Contradicted { field });
        }
    }
    let (meant, _) = own::believe(item, &told);
    if meant.status == Status::Withdrawn { meant.withdrawn() } else { meant }
}

/// The item that these elements alone say, as an importer would read them.
pub(super) fn read_back(entry: &Entry, profiles: &Profiles) -> Option<Item> {
    let (full_urls, known, organisations) = (HashMap::new(), HashSet::new(), HashMap::new());
    let reading = Reading::new(&entry.resource_type, &entry.id, &full_urls, &known, &organisations);
    let mut body = entry.body.clone();
    body.insert("meta".to_owned(), serde_json::json!({ "profile": profiles.0 }));
    let provenance = Provenance {
        source: Source::Report { bundle: None, organisation: None },
        as_of: jiff::Timestamp::UNIX_EPOCH,
        municipality: crate::municipality::THE_NINE[0].0,
    };
    read_item(&Entry { body, ..entry.clone() }, &BTreeSet::new(), &provenance, &reading)
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

/// Takes the extensions of a resource, and returns what enplan's own tells.
fn take_extensions(elements: &mut Elements<'_>, item: &mut Item) -> Told {
    let mut told = Told::new();
    elements.extensions(|name, extension| {
        match name {
            terms::CASE_NUMBER | terms::CORE_CASE_NUMBER => case_number(extension, item),
            terms::FOLLOW_UP_DATE | terms::FOLLOW_UP_ENCOUNTER => {
                value_reference(extension, LinkRole::FollowedUpBy, item);
            }
            terms::BASED_ON_REQUEST => value_reference(extension, LinkRole::BasedOn, item),
            terms::GOAL_RELATIONSHIP => part_of_goal(extension, item),
            terms::ACTING_MUNICIPALITY => stated::acting(extension),
            terms::LAST_ASSERTED => item.last_asserted = extension.when("valueDateTime"),
            name if own::name_of(name) == Some(own::ITEM) && told.is_empty() => {
                match extension.take("extension").and_then(|children| own::told(&children)) {
                    Some(fields) => told = fields,
                    None => extension.note(Reason::WrongForm),
                }
            }
            _ => return false,
        }
        true
    });
    told
}

/// A goal's tie to another: what it is a part of. Any other tie has no place yet.
fn part_of_goal(extension: &mut Elements<'_>, item: &mut Item) {
    let mut parts = extension.children("extension");
    let is_part = parts.iter_mut().any(|part| {
        let concept = part.child("valueCodeableConcept");
        concept.and_then(|mut concept| concept.text("text")).as_deref() == Some(terms::PART_OF_GOAL)
    });
    if !is_part {
        extension.note(Reason::UnknownCode);
    }
    for mut part in parts {
        part.skip(&["url"]);
        if is_part {
            value_reference(&mut part, LinkRole::BasedOn, item);
        }
    }
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
            identifier.skip(&["system", "use", "assigner"]);
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

/// Takes a `CodeableConcept`: its words into the item's text, and returns its codes.
pub(super) fn take_concept(elements: &mut Elements<'_>, name: &str, item: &mut Item) -> Vec<Code> {
    let Some(mut concept) = elements.child(name) else { return Vec::new() };
    let codes = concept.codings();
    take_text(&mut concept, "text", item);
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
        "planned" | "accepted" | "registered" | "preparation" => Status::Planned,
        "active" | "in-progress" | "arrived" | "triaged" | "onleave" | "preliminary" | "recurrence"
        | "relapse" => Status::Active,
        "on-hold" | "suspended" => Status::OnHold,
        "completed" | "finished" | "final" | "amended" | "corrected" | "inactive" | "remission"
        | "resolved" => Status::Ended,
        "cancelled" | "rejected" | "revoked" | "stopped" | "not-done" => Status::Cancelled,
        "entered-in-error" => Status::Withdrawn,
        "unknown" => Status::Unknown,
        _ => return None,
    })
}
