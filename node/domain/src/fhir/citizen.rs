//! Whom a bundle is about.

use serde_json::Value;

use super::bundle::Entry;
use super::element::{Elements, Reading};
use super::refusal::BundleRefusal;
use super::report::{Reason, Remark};
use super::{own, terms};
use crate::cpr::Gender;
use crate::plan::{Code, ItemKey, When};
use crate::{Cpr, Kommunekode, Narrative};

/// What a Patient says.
pub(super) struct Patient {
    pub(super) key: Option<ItemKey>,
    pub(super) cpr: Cpr,
    pub(super) name: Narrative,
    pub(super) protected: bool,
    /// Where they live; empty where it isn't told, or where nobody is to know.
    pub(super) address: Narrative,
    /// What else names them in source systems, by enplan's own extension.
    pub(super) known_as: Vec<ItemKey>,
    pub(super) deceased: bool,
    pub(super) organisation: Option<String>,
    pub(super) remarks: Vec<Remark>,
}

/// Reads the one Patient: matched on CPR, the rest taken as far as the plan has a place for it. `restricted` says whether
/// the bundle bears a protected citizen's label anywhere; `here` is the municipality that reads it.
pub(super) fn read_patient(
    entry: &Entry,
    reading: &Reading<'_>,
    restricted: bool,
    here: Kommunekode,
) -> Result<Patient, BundleRefusal> {
    let mut elements = Elements::new(reading, "Patient".to_owned(), entry.body.clone());
    elements.skip(&["active"]);
    let protected = is_restricted(&mut elements) || restricted;
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
    let (address, lives_in) = address(&mut elements, protected);
    let (organisation, managed_by) = organisation(&mut elements);
    remarks.extend(lives_in.filter(|there| *there != here).map(Remark::LivesElsewhere));
    remarks.extend(managed_by.filter(|there| *there != here).map(Remark::ManagedElsewhere));
    let known_as = known_as(&mut elements);
    let deceased = deceased(&mut elements);
    let key = entry.key();
    Ok(Patient { key, cpr, name, protected, address, known_as, deceased, organisation, remarks })
}

/// The first address, and the municipality that it lies in. A protected citizen's is left where it is.
fn address(elements: &mut Elements<'_>, protected: bool) -> (Narrative, Option<Kommunekode>) {
    let mut addresses = elements.children("address");
    if addresses.is_empty() {
        return Default::default();
    }
    let mut address = addresses.remove(0);
    for other in addresses {
        other.give_up(Reason::UnknownElement);
    }
    if protected {
        address.give_up(Reason::ProtectedAddress);
        return Default::default();
    }
    address.skip(&["use", "type"]);
    let mut lives_in = None;
    address.extensions(|name, extension| match name {
        terms::MUNICIPALITY_CODE => {
            lives_in = extension.codes("valueCodeableConcept").iter().find_map(municipality);
            lives_in.is_some()
        }
        // Which region the municipality is in.
        terms::REGION_CODE => {
            extension.skip(&["valueCodeableConcept"]);
            true
        }
        _ => false,
    });
    let whole = address.narrative("text");
    let lines = address.texts("line");
    let town = [address.text("postalCode"), address.text("city")].into_iter().flatten().collect::<Vec<_>>();
    let parts = lines.into_iter().chain([town.join(" ")]).filter(|part| !part.is_empty());
    let parts = Narrative::parse(&parts.collect::<Vec<_>>().join(", ")).unwrap_or_default();
    (if whole.is_empty() { parts } else { whole }, lives_in)
}

fn municipality(code: &Code) -> Option<Kommunekode> {
    (code.system == terms::MUNICIPALITIES).then(|| code.code.parse().ok())?
}

fn known_as(elements: &mut Elements<'_>) -> Vec<ItemKey> {
    let mut known_as = Vec::new();
    elements.extensions(|name, extension| {
        let key = extension.text("valueString").filter(|_| own::name_of(name) == Some(own::KNOWN_AS));
        known_as.extend(key.as_deref().and_then(|key| key.parse::<ItemKey>().ok()));
        key.is_some()
    });
    known_as
}

/// Whether the citizen has died.
fn deceased(elements: &mut Elements<'_>) -> bool {
    match elements.take("deceasedBoolean") {
        Some(Value::Bool(deceased)) => deceased,
        Some(_) => {
            elements.note(Reason::WrongForm);
            false
        }
        // On which day, is listed: the plan is closed, and says no more.
        None => elements.has("deceasedDateTime"),
    }
}

/// Whether `meta.security` says restricted: a protected citizen's label, end to end.
fn is_restricted(elements: &mut Elements<'_>) -> bool {
    let Some(mut meta) = elements.child("meta") else { return false };
    meta.skip(&["profile", "versionId", "lastUpdated"]);
    take_restriction(&mut meta)
}

/// Takes the labels of a `meta`, and says whether one of them is that of a protected citizen. The others have no place.
pub(super) fn take_restriction(meta: &mut Elements<'_>) -> bool {
    let mut restricted = false;
    for mut label in meta.children("security") {
        let system = label.text("system").unwrap_or_default();
        let code = label.text("code").unwrap_or_default();
        label.skip(&["display"]);
        if system == terms::CONFIDENTIALITY && matches!(code.as_str(), "R" | "V") {
            restricted = true;
        } else {
            label.note(Reason::UnknownCode);
        }
    }
    restricted
}

/// Whether any resource, or the bundle itself, bears a protected citizen's label.
pub(super) fn bears_restriction(meta: Option<&Value>) -> bool {
    let labels = meta.and_then(|meta| meta.get("security")).and_then(Value::as_array);
    labels.into_iter().flatten().any(|label| {
        label.get("system").and_then(Value::as_str) == Some(terms::CONFIDENTIALITY)
            && matches!(label.get("code").and_then(Value::as_str), Some("R" | "V"))
    })
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
pub(super) fn name(elements: &mut Elements<'_>) -> Narrative {
    let mut names = elements.children("name");
    if names.is_empty() {
        return Narrative::default();
    }
    let mut name = names.remove(0);
    for other in names {
        other.give_up(Reason::UnknownElement);
    }
    whole_name(&mut name)
}

/// This name, in one.
pub(super) fn whole_name(name: &mut Elements<'_>) -> Narrative {
    name.skip(&["use"]);
    let whole = name.narrative("text");
    let given = name.texts("given").join(" ");
    let family = name.text("family").unwrap_or_default();
    if whole.is_empty() { Narrative::parse(&format!("{given} {family}")).unwrap_or_default() } else { whole }
}

/// Who manages the citizen: an organisation by its id at KOMBIT, bare, from either of its two forms; or a municipality.
fn organisation(elements: &mut Elements<'_>) -> (Option<String>, Option<Kommunekode>) {
    let Some(mut identifier) = elements.child("managingOrganization").and_then(|mut o| o.child("identifier"))
    else {
        return (None, None);
    };
    identifier.skip(&["use"]);
    let system = identifier.text("system").unwrap_or_default();
    let value = identifier.text("value").unwrap_or_default();
    let bare = match system.as_str() {
        terms::KOMBIT_BARE => value.as_str(),
        terms::KOMBIT_URN => value.strip_prefix("urn:uuid:").unwrap_or(&value),
        _ => "",
    };
    let id = bare.parse::<uuid::Uuid>().ok();
    let municipality = value.parse().ok().filter(|_| system == terms::MUNICIPALITIES);
    if id.is_none() && municipality.is_none() {
        identifier.give_up(Reason::UnknownCode);
    }
    (id.map(|id| id.to_string()), municipality)
}
