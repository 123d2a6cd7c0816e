//! Nothing of a report is dropped in silence: whatever is put into it is in the plan or in what the import lists.

use crate::sample::{bundle, context, goal, patient};
use enplan_domain::fhir::{Limits, import, read_bundle};
use enplan_domain::plan::Plan;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const MARK: &str = "6f1e7f2a-mark";

/// Resources with most of what is read in them.
fn resources() -> Vec<Value> {
    let subject = json!({ "reference": "Patient/citizen" });
    let code = json!({ "coding": [{ "system": "urn:oid:1.2.208.176.2.22", "code": "x" }] });
    let mut aim = goal("g", "active");
    aim["category"] = json!([code]);
    aim["target"] = json!([{ "measure": code, "detailCodeableConcept": code }]);
    aim["addresses"] = json!([{ "reference": "Condition/c" }]);
    let mut citizen = patient();
    citizen["name"] = json!([{ "given": ["Test"], "family": "Data" }]);
    citizen["address"] = json!([{ "line": ["Testvej 1"] }]);
    vec![
        citizen,
        aim,
        json!({ "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "order", "subject": subject,
            "period": { "start": "2026-05-01" }, "careTeam": [{ "reference": "CareTeam/t" }],
            "activity": [{ "detail": { "status": "in-progress", "code": code } }] }),
        json!({ "resourceType": "Condition", "id": "c", "subject": subject, "code": code, "severity": code,
            "clinicalStatus": { "coding": [{ "code": "active" }] } }),
        json!({ "resourceType": "CareTeam", "id": "t", "subject": subject, "category": [code] }),
        json!({ "resourceType": "ClinicalImpression", "id": "i", "status": "completed", "subject": subject,
            "finding": [{ "itemReference": { "reference": "Condition/c" } }], "investigation": [{ "code": code }] }),
        json!({ "resourceType": "Observation", "id": "o", "status": "final", "subject": subject,
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "712744002" }] },
            "valueCodeableConcept": code, "focus": [{ "reference": "CarePlan/p" }] }),
        json!({ "resourceType": "Encounter", "id": "e", "status": "planned", "subject": subject,
            "class": { "code": "HH" }, "period": { "start": "2026-08-29" }, "type": [{ "coding": [{
                "system": "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes",
                "code": "9f03dfbb-7a97-45a5-94db-d4c3501714a9" }] }] }),
        json!({ "resourceType": "Communication", "id": "n", "status": "completed", "subject": subject,
            "payload": [{ "contentString": "TESTDATA" }] }),
        json!({ "resourceType": "ServiceRequest", "id": "r", "status": "active", "intent": "proposal",
            "subject": subject, "extension": [{
                "url": "http://fhir.kl.dk/core/StructureDefinition/MunicipalityCaseNumber",
                "extension": [{ "url": "official", "valueIdentifier": { "value": "Sag1" } }] }] }),
        json!({ "resourceType": "Basic", "id": "b", "subject": subject, "code": code }),
        json!({ "resourceType": "RelatedPerson", "id": "k", "patient": subject }),
        json!({ "resourceType": "Consent", "id": "s", "patient": subject, "status": "active",
            "dateTime": "2026-05-01", "performer": [subject], "category": [{ "text": "TESTDATA" }],
            "organization": [{ "reference": "Organization/g" }],
            "provision": { "period": { "end": "2026-08-29" }, "actor": [{ "reference": { "reference": "Organization/g" } }] } }),
        json!({ "resourceType": "Organization", "id": "g", "name": "TESTDATA", "contact": [{ "name": { "family": "x" } }] }),
        json!({ "resourceType": "Appointment", "id": "a", "status": "booked" }),
    ]
}

/// The object at the place with this number, in the order that they are found.
fn nth(value: &mut Value, path: &str, left: &mut usize, put: &mut impl FnMut(&str, &mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            if *left == 0 {
                put(path, map);
                *left = usize::MAX;
                return;
            }
            *left = left.saturating_sub(1);
            for (name, value) in map.iter_mut() {
                if *left != usize::MAX {
                    nth(value, &format!("{path}.{name}"), left, put);
                }
            }
        }
        Value::Array(list) => {
            for (n, value) in list.iter_mut().enumerate() {
                if *left != usize::MAX {
                    nth(value, &format!("{path}[{n}]"), left, put);
                }
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn whatever_is_put_into_a_report_is_in_the_plan_or_in_the_list(
        which in 0_usize..15,
        place in 0_usize..12,
        name in proptest::sample::select(vec![
            "note", "text", "display", "description", "value", "comment", "name", "reference", "author", "_status",
            "summary", "reasonCode", "extension", "contained", "start", "end", "code", "modifierExtension",
        ]),
        form in 0_u8..4,
    ) {
        let mark = match form {
            0 => json!(MARK),
            1 => json!([MARK]),
            2 => json!({ "text": MARK }),
            _ => json!([{ "url": MARK, "text": MARK }]),
        };
        let mut resources = resources();
        let (mut left, mut put_at) = (place, None);
        let resource = &mut resources[which];
        let (resource_type, id) = (resource["resourceType"].as_str().unwrap().to_owned(), resource["id"].as_str().unwrap().to_owned());
        nth(resource, &resource_type, &mut left, &mut |path, map| {
            if !map.contains_key(name) {
                map.insert(name.to_owned(), mark.clone());
                put_at = Some(format!("{path}.{name}"));
            }
        });
        let Some(put_at) = put_at else { return Ok(()) };
        let bytes = bundle("2026-05-01T10:00:00Z", &resources);
        // A refusal drops nothing: nothing was taken.
        let read = read_bundle(&bytes, Limits::default()).unwrap();
        let Ok(import) = import(None, &read, &context()) else { return Ok(()) };
        let plan = serde_json::to_string(&Plan::from_events(&import.events).unwrap()).unwrap();
        let said = serde_json::to_string(&import.statements).unwrap();
        let listed = import.report.not_understood.iter().any(|not| {
            let here = (&not.resource_type, &not.id) == (&resource_type, &id);
            here && (put_at.starts_with(&not.path) || not.path.starts_with(&put_at))
        });
        prop_assert!(plan.contains(MARK) || said.contains(MARK) || listed, "{} of {resource_type} is gone", put_at);
    }
}
