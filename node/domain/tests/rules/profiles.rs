//! The rules of KL's profiles: what is exported keeps those that it claims, and what breaks one is reported and taken.

use crate::sample::{bundle, context, patient};
use enplan_domain::fhir::{Import, Limits, Profile, Rule, import, read_bundle};
use serde_json::{Value, json};

const RANK: &str = "http://fhir.kl.dk/core/StructureDefinition/ConditionRank";
const CARE_SOCIAL: &str = "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes";

fn taken(resources: &[Value]) -> Import {
    let resources = [&[patient()], resources].concat();
    let bytes = bundle("2026-05-01T10:00:00Z", &resources);
    import(None, &read_bundle(&bytes, Limits::default()).unwrap(), &context()).unwrap()
}

fn broken(resources: &[Value]) -> Vec<(Rule, String)> {
    let report = taken(resources).report;
    report.broken_rules.into_iter().map(|(_, broken)| (broken.rule, broken.element)).collect()
}

fn claiming(profile: Profile, mut resource: Value) -> Value {
    resource["meta"] = json!({ "profile": [profile.url()] });
    resource["subject"] = json!({ "reference": "Patient/citizen" });
    resource
}

fn concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn ranked(target: &str, rank: u32) -> Value {
    json!({ "extension": [{ "url": RANK, "valuePositiveInt": rank }], "reference": target })
}

fn care_plan(goals: &[&str]) -> Value {
    let goals: Vec<_> = goals.iter().map(|goal| json!({ "reference": goal })).collect();
    claiming(
        Profile::CarePlan,
        json!({
            "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "order", "created": "2026-05-01",
            "category": [concept(CARE_SOCIAL, "e459386d-1474-4c31-89c5-c8bc7a25e3d4")], "goal": goals,
        }),
    )
}

fn goal(id: &str, category: &str) -> Value {
    claiming(
        Profile::Goal,
        json!({
            "resourceType": "Goal", "id": id, "lifecycleStatus": "active", "description": { "text": "TESTDATA" },
            "category": [concept(CARE_SOCIAL, category)],
        }),
    )
}

fn purpose(id: &str) -> Value {
    goal(id, "424827b1-23aa-4848-962b-56ee47def560")
}

#[test]
fn a_plan_granted_has_one_category_and_serves_exactly_one_purpose() {
    let other = goal("g", "0bb3daef-538d-45dc-b444-abdbcb63f6bc");
    assert_eq!(broken(&[care_plan(&["Goal/a", "Goal/g"]), purpose("a"), other.clone()]), []);
    let none = [care_plan(&["Goal/g"]), other];
    assert_eq!(broken(&none), [(Rule::OnePurpose, "goal".to_owned())]);
    let two = [care_plan(&["Goal/a", "Goal/b"]), purpose("a"), purpose("b")];
    assert_eq!(broken(&two), [(Rule::OnePurpose, "goal".to_owned())]);
    assert_eq!(broken(&[care_plan(&["Goal/elsewhere"])]), [], "what is not there is not judged");
    let mut without = care_plan(&["Goal/a"]);
    without.as_object_mut().unwrap().remove("category");
    assert_eq!(broken(&[without, purpose("a")]), [(Rule::Cardinality, "category".to_owned())]);
}

#[test]
fn an_intervention_of_ffb_reporting_is_based_on_its_plan() {
    let intervention = claiming(
        Profile::FfbIntervention,
        json!({
            "resourceType": "CarePlan", "id": "i", "status": "active", "intent": "order", "created": "2026-05-01",
            "period": { "start": "2026-05-01" },
            "activity": [{ "detail": { "status": "in-progress", "code": concept("urn:oid:1.2.208.176.2.22", "x") } }],
        }),
    );
    assert_eq!(broken(&[intervention]), [(Rule::Cardinality, "basedOn".to_owned())]);
}

#[test]
fn the_two_invariants_that_test_nothing_in_the_guides_are_the_rule_that_was_meant() {
    let target = |measure: &str| json!({ "measure": concept(CARE_SOCIAL, measure) });
    let goal = |addresses: &[Value]| {
        claiming(
            Profile::FfbInterventionGoal,
            json!({
                "resourceType": "Goal", "id": "g", "lifecycleStatus": "active",
                "category": [concept(CARE_SOCIAL, "0bb3daef-538d-45dc-b444-abdbcb63f6bc")],
                "description": concept("http://snomed.info/sct", "410518001"),
                "target": [target("66959f77-6e2a-4574-8423-3ff097f8b9fa"), target("90c48f03-f194-4b2f-ad7d-6cba1069ae48")],
                "addresses": addresses,
            }),
        )
    };
    let primary = || (Rule::OnePrimary, "addresses".to_owned());
    assert_eq!(broken(&[goal(&[ranked("Condition/a", 1), ranked("Condition/b", 2)])]), []);
    assert_eq!(broken(&[goal(&[ranked("Condition/a", 1), ranked("Condition/b", 1)])]), [primary()]);
    assert_eq!(broken(&[goal(&[ranked("Condition/a", 2)])]), [primary()]);
    let plan = claiming(
        Profile::FfbCarePlan,
        json!({
            "resourceType": "CarePlan", "id": "p", "status": "completed", "intent": "order",
            "period": { "start": "2026-05-01" },
            "extension": [{
                "url": "http://fhir.kl.dk/ffbreporting/StructureDefinition/kl-reporting-ffb-municipalityCaseNumber",
                "extension": [{ "url": "municipalitySpecific", "valueIdentifier": { "value": "Sag1" } }],
            }],
            "addresses": [ranked("Condition/a", 1), ranked("Condition/b", 1)],
        }),
    );
    assert_eq!(broken(&[plan]), [primary()]);
}

#[test]
fn ffb_reporting_takes_no_words_and_what_breaks_a_rule_is_taken_all_the_same() {
    let condition = claiming(
        Profile::FfbCondition,
        json!({
            "resourceType": "Condition", "id": "c", "recordedDate": "2026-05-01",
            "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            "code": { "coding": [{ "system": "urn:oid:1.2.208.176.2.22", "code": "x" }], "text": "TESTDATA ord" },
        }),
    );
    let import = taken(std::slice::from_ref(&condition));
    assert_eq!(import.report.added.len(), 1);
    assert_eq!(broken(&[condition]), [(Rule::Closed, "text".to_owned())]);
}

fn of_the_citizen(profile: Profile, mut resource: Value) -> Value {
    resource["meta"] = json!({ "profile": [profile.url()] });
    resource["patient"] = json!({ "reference": "Patient/citizen" });
    resource
}

#[test]
fn a_guardian_of_ffb_messaging_has_one_form_of_those_that_the_act_on_guardianship_knows() {
    let guardian = |role: &str, forms: &[&str]| {
        let form = |code| {
            json!({
                "url": "http://fhir.kl.dk/ffbmessaging/StructureDefinition/kl-messaging-ffb-guardianshipForm",
                "valueCoding": { "system": "http://fhir.kl.dk/ffbmessaging/CodeSystem/x", "code": code },
            })
        };
        of_the_citizen(
            Profile::MessagingGuardian,
            json!({
                "resourceType": "RelatedPerson", "id": "g", "name": [{ "text": "TESTDATA" }],
                "relationship": [concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", role)],
                "extension": forms.iter().map(form).collect::<Vec<_>>(),
            }),
        )
    };
    assert_eq!(broken(&[guardian("GUARD", &["5"])]), []);
    assert_eq!(broken(&[guardian("GUARD", &[])]), [(Rule::Cardinality, "extension".to_owned())]);
    assert_eq!(broken(&[guardian("GUARD", &["8"])]), [(Rule::Bound, "extension".to_owned())]);
    let fixed = (Rule::Fixed, "relationship.coding.code".to_owned());
    assert_eq!(broken(&[guardian("MTH", &["5"])]), [fixed]);
}

#[test]
fn a_consent_of_ffb_messaging_says_when_and_whom_it_is_about() {
    let consent = of_the_citizen(
        Profile::MessagingConsent,
        json!({
            "resourceType": "Consent", "id": "c", "status": "active", "dateTime": "2026-05-01",
            "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
            "category": [concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IDSCL")],
            "performer": [{ "reference": "Patient/citizen" }],
        }),
    );
    assert_eq!(broken(std::slice::from_ref(&consent)), []);
    for element in ["dateTime", "performer", "category"] {
        let mut without = consent.clone();
        without.as_object_mut().unwrap().remove(element);
        assert_eq!(broken(&[without]), [(Rule::Cardinality, element.to_owned())]);
    }
}

#[test]
fn a_team_of_ffb_messaging_has_known_roles_and_a_plan_one_acting_municipality() {
    let team = |role: &str| {
        claiming(
            Profile::MessagingServicePerformer,
            json!({
                "resourceType": "CareTeam", "id": "t", "participant": [{
                    "role": [concept("http://fhir.kl.dk/ffbmessaging/CodeSystem/x", role)], "member": { "display": "B" },
                }],
            }),
        )
    };
    assert_eq!(broken(&[team("koordinerende-udfører")]), []);
    assert_eq!(broken(&[team("kok")]), [(Rule::Bound, "participant.role".to_owned())]);
    let ordered = |codes: &[&str]| {
        let acting = |code| {
            json!({
                "url": "http://fhir.kl.dk/ffbmessaging/StructureDefinition/kl-messaging-ffb-actingMunicipality",
                "valueCoding": {
                    "system": "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes", "code": code,
                },
            })
        };
        let mut plan = care_plan(&["Goal/a"]);
        plan["extension"] = json!(codes.iter().map(acting).collect::<Vec<_>>());
        [plan, purpose("a")]
    };
    assert_eq!(broken(&ordered(&["0219"])), []);
    assert_eq!(broken(&ordered(&["0219", "0270"])), [(Rule::Cardinality, "extension".to_owned())]);
    assert_eq!(broken(&ordered(&["9999"])), [(Rule::Bound, "extension".to_owned())]);
}
