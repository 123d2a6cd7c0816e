//! Whom a bundle is about.

use super::bundle::Entry;
use super::element::{Elements, Reading};
use super::refusal::BundleRefusal;
use super::report::{Reason, Remark};
use super::terms;
use crate::cpr::Gender;
use crate::plan::{ItemKey, When};
use crate::{Cpr, Narrative};

/// What a Patient says.
pub(super) struct Patient {
    pub(super) key: Option<ItemKey>,
    pub(super) cpr: Cpr,
    pub(super) name: Narrative,
    pub(super) protected: bool,
    pub(super) organisation: Option<String>,
    pub(super) remarks: Vec<Remark>,
}

/// Reads the one Patient: matched on CPR, the rest taken as far as the plan has a place for it.
pub(super) fn read_patient(entry: &Entry, reading: &Reading<'_>) -> Result<Patient, BundleRefusal> {
    let mut elements = Elements::new(reading, "Patient".to_owned(), entry.body.clone());
    elements.skip(&["active"]);
    let protected = is_restricted(&mut elements);
    let cpr = number(&mut elements)?;
    let mut remarks = Vec::new();
    let gender = match elements.text("gender").as_deref() {
        Some("male") => Some(Gender::Male),
        Some("female") => Some(Gender::Female),
        _ => None,
    };
    if gender.is_some_and(|gender| cpr.differs_from_gender(gender)) {
        remarks.push(Remark::GenderDiffersFromCpr);
    }
    if let Some(When::Day(day)) = elements.when("birthDate")
        && day != cpr.birth_date()
    {
        remarks.push(Remark::BirthDateDiffersFromCpr);
    }
    let name = name(&mut elements);
    let organisation = organisation(&mut elements);
    Ok(Patient { key: entry.key(), cpr, name, protected, organisation, remarks })
}

/// Whether `meta.security` says restricted: a protected citizen's label, end to end.
pub(super) fn is_restricted(elements: &mut Elements<'_>) -> bool {
    let Some(mut meta) = elements.child("meta") else { return false };
    meta.skip(&["profile", "versionId", "lastUpdated"]);
    let mut restricted = false;
    for label in meta.children("security") {
        let label = label.coding();
        restricted |= label.is_some_and(|label| {
            label.system == terms::CONFIDENTIALITY && matches!(label.code.as_str(), "R" | "V")
        });
    }
    restricted
}

fn number(elements: &mut Elements<'_>) -> Result<Cpr, BundleRefusal> {
    let mut ordinary = Vec::new();
    let mut electronic = Vec::new();
    for mut identifier in elements.children("identifier") {
        let system = identifier.text("system").unwrap_or_default();
        let kind = if system == terms::CPR {
            &mut ordinary
        } else if system.starts_with(terms::ELECTRONIC_CPR) {
            &mut electronic
        } else {
            identifier.give_up(Reason::UnknownElement);
            continue;
        };
        identifier.skip(&["use", "type"]);
        let value = identifier.text("value").unwrap_or_default();
        kind.push(value.parse::<Cpr>().map_err(BundleRefusal::MalformedCpr)?);
    }
    let mut numbers = if ordinary.is_empty() { electronic } else { ordinary };
    numbers.dedup();
    match <[Cpr; 1]>::try_from(numbers) {
        Ok([cpr]) => Ok(cpr),
        Err(none) if none.is_empty() => Err(BundleRefusal::NoCpr),
        Err(_) => Err(BundleRefusal::SeveralNumbers),
    }
}

/// The first official name, or the first name there is.
fn name(elements: &mut Elements<'_>) -> Narrative {
    let mut names = elements.children("name");
    if names.is_empty() {
        return Narrative::default();
    }
    let mut name = names.remove(0);
    for other in names {
        other.give_up(Reason::UnknownElement);
    }
    name.skip(&["use"]);
    let whole = name.narrative("text");
    let given = name.texts("given").join(" ");
    let family = name.text("family").unwrap_or_default();
    if whole.is_empty() { Narrative::parse(&format!("{given} {family}")).unwrap_or_default() } else { whole }
}

/// The managing organisation's id at KOMBIT, bare, from either of its two forms.
fn organisation(elements: &mut Elements<'_>) -> Option<String> {
    let mut managing = elements.child("managingOrganization")?;
    let mut identifier = managing.child("identifier")?;
    identifier.skip(&["use"]);
    let system = identifier.text("system").unwrap_or_default();
    let value = identifier.text("value").unwrap_or_default();
    let bare = match system.as_str() {
        terms::KOMBIT_BARE => value.as_str(),
        terms::KOMBIT_URN => value.strip_prefix("urn:uuid:").unwrap_or(&value),
        _ => "",
    };
    let id = bare.parse::<uuid::Uuid>().ok();
    if id.is_none() {
        identifier.give_up(Reason::UnknownCode);
    }
    id.map(|id| id.to_string())
}
