//! What a report says of the people around the citizen, of consents given elsewhere and of who acts: read as statements,
//! which no import writes into a plan.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::bundle::Entry;
use super::citizen::{name, whole_name};
use super::element::{Elements, Reading};
use super::report::Reason;
use super::resource::take_meta;
use super::{own, terms};
use crate::plan::{ItemKey, Provenance, Section, When};
use crate::statements::{Said, StatedConsent, StatedRelation, StatedRole, Statement};
use crate::{Cpr, Kommunekode, Narrative, danish_midnight};

/// Whether resources of this type are read as statements.
pub(super) fn is_statement(resource_type: &str) -> bool {
    matches!(resource_type, "RelatedPerson" | "Consent")
}

/// The statement that a resource is, as far as it is understood. `citizens` are the keys of the one citizen.
pub(super) fn read(
    entry: &Entry,
    citizens: &BTreeSet<ItemKey>,
    provenance: &Provenance,
    reading: &Reading<'_>,
) -> Option<Statement> {
    let Some(key) = entry.key() else {
        reading.note(&entry.resource_type, Reason::NoId);
        return None;
    };
    let mut elements = Elements::new(reading, entry.resource_type.clone(), entry.body.clone());
    let of_the_citizen = elements
        .child("patient")
        .and_then(|mut patient| patient.reference())
        .is_some_and(|patient| citizens.contains(&patient));
    if !of_the_citizen {
        elements.give_up(Reason::AnotherCitizen);
        return None;
    }
    let mut provenance = provenance.clone();
    take_meta(&mut elements, &mut provenance);
    let read = match entry.resource_type.as_str() {
        "RelatedPerson" => related_person(&mut elements),
        _ => consent(&mut elements, citizens),
    };
    let Some((said, is_over)) = read else {
        elements.give_up(Reason::UnknownMeaning);
        return None;
    };
    Some(Statement { key, provenance, is_over, said })
}

/// Who somebody is to the citizen: their number, their name and what they are. Where they live and how to reach them is not
/// needed to decide, so it is listed and not kept.
fn related_person(elements: &mut Elements<'_>) -> Option<(Said, bool)> {
    let codes = elements.lists_of_codes("relationship");
    let mut guardianship = None;
    elements.extensions(|name, extension| {
        let known = name == terms::GUARDIANSHIP_FORM;
        if known {
            guardianship = extension.child("valueCoding").and_then(Elements::coding);
        }
        known
    });
    let cpr = number(elements);
    let name = name(elements);
    for beside in ["address", "telecom", "photo", "communication"] {
        elements.children(beside).into_iter().for_each(|one| one.give_up(Reason::ThirdPerson));
    }
    if cpr.is_some() {
        // The number says as much.
        elements.skip(&["gender", "birthDate"]);
    }
    let (mut starts, mut ends) = (None, None);
    if let Some(mut period) = elements.child("period") {
        (starts, ends) = (period.when("start"), period.when("end"));
    }
    let is_over = elements.flag("active") == Some(false);
    if codes.is_empty() && cpr.is_none() && name.is_empty() {
        return None;
    }
    let relation = StatedRelation { codes, guardianship, cpr, name, starts, ends };
    Some((Said::Relation(relation), is_over))
}

fn number(elements: &mut Elements<'_>) -> Option<Cpr> {
    let mut found = None;
    for mut identifier in elements.children("identifier") {
        let system = identifier.text("system").unwrap_or_default();
        let is_cpr = system == terms::CPR || system.starts_with(terms::ELECTRONIC_CPR);
        if !is_cpr || found.is_some() {
            identifier.give_up(Reason::UnknownElement);
            continue;
        }
        identifier.skip(&["use", "type"]);
        found = identifier.text("value").and_then(|value| value.parse().ok());
        if found.is_none() {
            identifier.note(Reason::WrongForm);
        }
    }
    found
}

/// A consent that says who may know what. One that is not in force yet is none.
fn consent(elements: &mut Elements<'_>, citizens: &BTreeSet<ItemKey>) -> Option<(Said, bool)> {
    let is_over = match elements.text("status").as_deref() {
        Some("active") => false,
        Some("inactive" | "rejected" | "entered-in-error") => true,
        _ => return None,
    };
    if elements.codes("scope").iter().any(|scope| scope.code != terms::PRIVACY) {
        return None;
    }
    let mut stated = StatedConsent { given: elements.when("dateTime"), ..StatedConsent::default() };
    for mut category in elements.children("category") {
        if category.codings().iter().any(|code| code.code != terms::DISCLOSURE) {
            category.note(Reason::UnknownCode);
        }
        stated.words = category.narrative("text");
    }
    let (mut by_the_citizen, mut told) = (false, own::Told::new());
    for (performer, entry) in elements.references("performer") {
        by_the_citizen |= citizens.contains(&performer);
        if !citizens.contains(&performer) {
            entry.note(Reason::ThirdPerson);
        }
    }
    for mut organisation in elements.children("organization") {
        let here = municipality(&mut organisation);
        stated.from = stated.from.or(here);
    }
    for rule in elements.codes("policyRule") {
        if rule.system == own::uri(own::PROVISION) {
            stated.provision = Some(rule.code);
        } else {
            elements.note(Reason::UnknownCode);
        }
    }
    if let Some(provision) = elements.child("provision") {
        covered(provision, &mut stated);
    }
    elements.extensions(|name, extension| {
        let known = own::name_of(name) == Some(own::CONSENT) && told.is_empty();
        if known {
            match extension.take("extension").and_then(|children| own::told(&children)) {
                Some(fields) => told = fields,
                None => extension.note(Reason::WrongForm),
            }
        }
        known
    });
    let mut field = |name: &str| told.remove(name).unwrap_or_default();
    stated.form = serde_json::from_value(field("form")).ok();
    // By whom else, the element can't say; that it was not the citizen, it can.
    stated.given_by = serde_json::from_value(field("given_by")).ok().filter(|_| by_the_citizen);
    if let Some(purpose) = field("purpose").as_str() {
        stated.purpose = Narrative::parse(purpose).unwrap_or_default();
    }
    for field in told.into_iter().map(|(field, _)| field) {
        elements.note(Reason::Contradicted { field });
    }
    Some((Said::Consent(stated), is_over))
}

/// What a consent is to: which sections, to whom, and when.
fn covered(mut provision: Elements<'_>, stated: &mut StatedConsent) {
    stated.refuses = provision.text("type").as_deref() == Some("deny");
    if let Some(mut period) = provision.child("period") {
        stated.valid_from = period.when("start").and_then(begins);
        stated.until = period.when("end").and_then(ends);
    }
    for mut actor in provision.children("actor") {
        actor.skip(&["role"]);
        let there = actor.child("reference").and_then(|mut actor| municipality(&mut actor));
        match (stated.to, there) {
            (None, Some(there)) => stated.to = Some(there),
            // To several is to nobody in particular.
            _ => actor.note(Reason::UnknownMeaning),
        }
    }
    for code in provision.lists_of_codes("code") {
        match code.code.parse::<Section>() {
            Ok(section) if code.system == own::uri(own::SECTION) => drop(stated.sections.insert(section)),
            _ => provision.note(Reason::UnknownCode),
        }
    }
    for purpose in provision.children("purpose").into_iter().filter_map(Elements::coding) {
        let words = purpose.display.as_deref().and_then(|words| Narrative::parse(words).ok());
        match words.filter(|_| stated.purpose.is_empty()) {
            Some(words) => stated.purpose = words,
            None => provision.note(Reason::UnknownCode),
        }
    }
}

fn begins(start: When) -> Option<Timestamp> {
    match start {
        When::Day(day) => danish_midnight(day),
        When::Instant(at) => Some(at),
    }
}

/// A day that something ends on is in it.
fn ends(end: When) -> Option<Timestamp> {
    match end {
        When::Day(day) => danish_midnight(day.tomorrow().ok()?),
        When::Instant(at) => Some(at),
    }
}

/// The municipality that a reference means: by its official code, or by an organisation of the bundle that has one.
fn municipality(reference: &mut Elements<'_>) -> Option<Kommunekode> {
    if let Some(mut identifier) = reference.child("identifier") {
        return official_code(&mut identifier);
    }
    let found = reference.organisation().and_then(|organisation| organisation.municipality);
    if found.is_none() {
        reference.note(Reason::UnknownCode);
    }
    found
}

fn official_code(identifier: &mut Elements<'_>) -> Option<Kommunekode> {
    identifier.skip(&["use"]);
    let system = identifier.text("system").unwrap_or_default();
    let value = identifier.text("value").unwrap_or_default();
    let code = value.parse().ok().filter(|_| system == terms::MUNICIPALITIES);
    if code.is_none() {
        identifier.note(Reason::UnknownCode);
    }
    code
}

/// Another municipality acts for the citizen.
pub(super) fn acting(extension: &mut Elements<'_>) {
    let code = extension.child("valueCoding").and_then(Elements::coding);
    let municipality = code.filter(|code| code.system == terms::MUNICIPALITIES).map(|code| code.code.parse());
    match municipality {
        Some(Ok(municipality)) => extension.say(Said::Acting { municipality }),
        _ => extension.note(Reason::UnknownCode),
    }
}

/// Who takes part in a team: organisations are said, each in their role; of anybody else it is listed that they take part.
pub(super) fn participants(elements: &mut Elements<'_>) {
    let mut roles = Vec::new();
    for mut participant in elements.children("participant") {
        let role = participant.lists_of_codes("role").into_iter().next();
        let member = participant.child("member");
        if let Some(Organisation { name, contact, phone, .. }) = member.and_then(organisation) {
            roles.push(StatedRole { role, organisation: name, contact, phone });
        } else {
            let role = role.map(|role| role.code.chars().take(50).collect()).unwrap_or_default();
            participant.give_up(Reason::Participant { role });
        }
    }
    if !roles.is_empty() {
        elements.say(Said::Cooperation { roles });
    }
}

/// The organisation that a member is: by name, or one of the bundle's.
fn organisation(mut member: Elements<'_>) -> Option<Organisation> {
    let display = member.narrative("display");
    if member.has("reference") {
        let is_organisation = member.peek("reference").is_some_and(|text| text.contains("Organization/"));
        if !is_organisation {
            member.skip(&["reference", "type"]);
            return None;
        }
        let found = member.organisation().cloned().unwrap_or_default();
        let name = if found.name.is_empty() { display } else { found.name.clone() };
        return (!name.is_empty()).then_some(Organisation { name, ..found });
    }
    let is_organisation = member.text("type").is_none_or(|what| what == "Organization");
    (is_organisation && !display.is_empty())
        .then(|| Organisation { name: display, ..Organisation::default() })
}

/// What a bundle says of an organisation that matters here.
#[derive(Clone, Default)]
pub(super) struct Organisation {
    pub(super) name: Narrative,
    pub(super) contact: Narrative,
    pub(super) phone: Narrative,
    pub(super) municipality: Option<Kommunekode>,
}

impl Organisation {
    /// What one of a bundle's resources says; what else is in it is listed.
    pub(super) fn read(entry: &Entry, reading: &Reading<'_>) -> Self {
        let mut elements = Elements::new(reading, entry.resource_type.clone(), entry.body.clone());
        elements.skip(&["meta", "active"]);
        let mut read = Self { name: elements.narrative("name"), ..Self::default() };
        let mut contacts = elements.children("contact");
        if !contacts.is_empty() {
            let mut contact = contacts.remove(0);
            if let Some(mut name) = contact.child("name") {
                let title = name.texts("prefix").join(" ");
                let whole = format!("{title} {}", whole_name(&mut name).reveal());
                read.contact = Narrative::parse(&whole).unwrap_or_default();
            }
            for mut telecom in contact.children("telecom") {
                if telecom.peek("system") == Some("phone") && read.phone.is_empty() {
                    telecom.skip(&["system", "use", "rank"]);
                    read.phone = telecom.narrative("value");
                }
            }
        }
        for mut identifier in elements.children("identifier") {
            if identifier.peek("system") == Some(terms::MUNICIPALITIES) {
                read.municipality = official_code(&mut identifier);
            }
        }
        read
    }

    /// Those of a bundle, by what names them.
    pub(super) fn all(entries: &[Entry]) -> HashMap<ItemKey, Self> {
        let (full_urls, known, none) = (HashMap::new(), HashSet::new(), HashMap::new());
        let organisations = entries.iter().filter(|entry| entry.resource_type == "Organization");
        let read = |entry: &Entry| {
            let reading = Reading::new(&entry.resource_type, &entry.id, &full_urls, &known, &none);
            Some((entry.key()?, Self::read(entry, &reading)))
        };
        organisations.filter_map(read).collect()
    }
}

/// Lists what nothing here needs of an organisation: all of it, where nobody refers to it.
pub(super) fn note_organisation(entry: &Entry, entries: &[Entry], reading: &Reading<'_>) {
    let needs = |other: &&Entry| matches!(other.resource_type.as_str(), "CareTeam" | "Consent");
    if entries.iter().filter(needs).any(|other| other.refers_to(entry)) {
        Organisation::read(entry, reading);
    } else {
        reading.note(&entry.resource_type, Reason::UnknownResource);
    }
}
