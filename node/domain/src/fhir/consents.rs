//! A consent as a `Consent`: one that names nobody but the citizen and municipalities.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::own::{self, Told};
use super::{shape, terms};
use crate::basis::{ConsentGiver, Ground, LegalBasis};
use crate::{danish_day, danish_midnight};

/// Whether a bundle tells of this legal basis: it is the citizen's own consent. Who else consents for a citizen is a third
/// person, and what rests on a statute is not the citizen's to have given.
pub fn is_told(basis: &LegalBasis) -> bool {
    matches!(
        basis.ground(),
        Ground::Consent { given_by: ConsentGiver::Citizen | ConsentGiver::YoungPerson, .. }
    )
}

/// The resource. KL's profile for messages asks for a related person who gets to know it; this one is between
/// municipalities, so it claims none.
pub(super) fn written(basis: &LegalBasis, subject: &str) -> Map<String, Value> {
    let draft = basis.draft();
    let municipality =
        |code: String| json!({ "identifier": { "system": terms::MUNICIPALITIES, "value": code } });
    let coded = |name: &str, code: &str| shape::coded(&own::uri(name), code);
    let sections: Vec<_> =
        draft.sections.iter().map(|section| coded(own::SECTION, &section.to_string())).collect();
    let mut period = json!({ "start": draft.valid_from });
    if let Some(until) = draft.until {
        period["end"] = ends(until);
    }
    let mut told = Told::new();
    if let Ground::Consent { purpose, form, given_by } = basis.ground() {
        told.insert("purpose".to_owned(), json!(purpose.reveal()));
        told.insert("form".to_owned(), json!(form));
        told.insert("given_by".to_owned(), json!(given_by));
    }
    let consent = json!({
        "resourceType": "Consent",
        "id": basis.id().to_string(),
        "meta": { "lastUpdated": basis.withdrawal().unwrap_or(basis.recorded()).at },
        "extension": [own::extension(own::CONSENT, &told)],
        "status": if basis.withdrawal().is_some() { "inactive" } else { "active" },
        "scope": shape::coded(terms::CONSENT_SCOPE, terms::PRIVACY),
        "category": [shape::coded(terms::ACT_CODE, terms::DISCLOSURE)],
        "patient": { "reference": subject },
        "dateTime": basis.recorded().at,
        "performer": [{ "reference": subject }],
        "organization": [municipality(draft.from.to_string())],
        "policyRule": coded(own::PROVISION, &draft.provision),
        "provision": {
            "type": "permit",
            "period": period,
            "actor": [{
                "role": shape::coded(terms::PARTICIPATION_TYPE, terms::RECIPIENT),
                "reference": municipality(basis.recipient().to_string()),
            }],
            "code": sections,
        },
    });
    match consent {
        Value::Object(consent) => consent,
        _ => Map::new(),
    }
}

/// The last day, where the consent holds to the end of one: FHIR counts it in. Any other instant is told as it is.
fn ends(until: Timestamp) -> Value {
    let next = danish_day(until);
    match next.yesterday() {
        Ok(last) if danish_midnight(next) == Some(until) => json!(last),
        _ => json!(until),
    }
}
