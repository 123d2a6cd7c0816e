//! The fields that requests share, parsed at the edge: what can't be read is refused by the field's name.

use enplan_domain::plan::{ItemKey, PlanRefusal, Sector, When};
use enplan_domain::{CaseId, Cpr, Narrative};

use crate::failure::Failure;

pub(super) fn case_id(text: &str) -> Result<CaseId, Failure> {
    text.parse().map_err(|_| Failure::no_such_case())
}

pub(super) fn cpr(text: &str) -> Result<Cpr, Failure> {
    text.parse().map_err(|error: enplan_domain::cpr::NotACpr| {
        Failure::field(
            "cpr",
            "NOT_A_CPR",
            error.to_string(),
            "CPR-nummeret er ikke gyldigt: skriv ti cifre, DDMMÅÅ og fire mere, gerne med bindestreg.",
        )
    })
}

pub(super) fn which_missing() -> Failure {
    Failure::field(
        "which",
        "CASE_OR_CPR_MISSING",
        "name a case or a CPR number",
        "Angiv enten en sag eller et CPR-nummer.",
    )
}

pub(super) fn narrative(field: &'static str, text: &str) -> Result<Narrative, Failure> {
    Narrative::parse(text).map_err(|error| {
        let most = enplan_domain::narrative::LONGEST;
        let danish = format!("Teksten er for lang: højst {most} tegn.");
        Failure::field(field, "TEXT_TOO_LONG", error.to_string(), danish)
    })
}

pub(super) fn day(field: &'static str, text: &str) -> Result<Option<When>, Failure> {
    optional(text)
        .map(|text| {
            text.parse()
                .map_err(|_| Failure::field(field, "NOT_A_DAY", "not a day", "Skriv datoen som ÅÅÅÅ-MM-DD."))
        })
        .transpose()
}

pub(super) fn sector(text: &str) -> Result<Sector, Failure> {
    text.parse().map_err(|_| {
        Failure::field(
            "sector",
            "UNKNOWN_SECTOR",
            "the catalogue has no such sector",
            "Sektoren findes ikke i kataloget. Brug for eksempel social, employment eller health.",
        )
    })
}

/// A field without which the request says nothing.
pub(super) fn missing(field: &'static str) -> Failure {
    Failure::field(
        field,
        "FIELD_MISSING",
        format!("{field} is missing"),
        format!("Der mangler noget i forespørgslen: {field}."),
    )
}

/// Something in the plan that is named, where it is; what no item can be called is refused as one that is not there.
pub(super) fn item(text: &str, missing: PlanRefusal) -> Result<Option<ItemKey>, Failure> {
    optional(text).map(|text| text.parse().map_err(|_| missing.into())).transpose()
}

pub(super) fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}
