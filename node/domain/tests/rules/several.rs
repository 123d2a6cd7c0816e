//! Several citizens in one file, and the people around them: each citizen's part is theirs alone, and nothing is dropped.
//!
//! MedCom's test persons lie beside the project, not in it; where they are absent their tests say so and pass.

use crate::sample::{CITIZEN, bundle, context, goal, patient};
use enplan_domain::fhir::{
    Apart, Bundle, BundleRefusal, Import, Limits, Reason, Remark, import, read_bundle,
};
use enplan_domain::plan::{Plan, PlanEvent};
use enplan_domain::statements::Said;
use serde_json::{Value, json};

const AT: &str = "2026-05-01T10:00:00Z";
const OTHER: &str = "6202821002";

fn read(resources: &[Value]) -> Bundle {
    read_bundle(&bundle(AT, resources), Limits::default()).unwrap()
}

fn other() -> Value {
    let mut other = patient();
    other["id"] = json!("other");
    other["identifier"][0]["value"] = json!(OTHER);
    other
}

fn of_other(id: &str) -> Value {
    let mut goal = goal(id, "active");
    goal["subject"]["reference"] = json!("https://example.org/fhir/Patient/other");
    goal
}

fn begun(part: &Bundle) -> (Plan, Import) {
    let import = import(None, part, &context()).unwrap();
    (Plan::from_events(&import.events).unwrap(), import)
}

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn families() -> Option<Apart> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/fhir/medcom-test-persons_families.json"
    );
    if let Ok(bytes) = std::fs::read(path) {
        Some(read_bundle(&bytes, Limits::default()).unwrap().apart())
    } else {
        println!("MedCom's test persons are not beside the project: nothing is tested");
        None
    }
}

#[test]
fn each_citizens_part_goes_to_their_own_plan() {
    let apart = read(&[patient(), other(), goal("a", "active"), of_other("b")]).apart();
    let [first, second] = &apart.citizens[..] else { panic!("two citizens: {apart:?}") };
    assert_eq!(
        (first.citizen(), second.citizen()),
        (Ok(CITIZEN.parse().unwrap()), Ok(OTHER.parse().unwrap()))
    );
    let (plan, import) = begun(second);
    assert_eq!(plan.items.keys().map(ToString::to_string).collect::<Vec<_>>(), ["Goal/b"]);
    assert_eq!(import.report.not_understood, []);
    assert_eq!(apart.rest, []);
}

#[test]
fn of_two_citizens_with_one_id_on_two_servers_each_gets_what_is_theirs_in_either_order() {
    // As two systems' files come when somebody has put them into one.
    let bundle_of = |order: [usize; 2]| {
        let entry = |server: &str, mut resource: Value, id: &str| {
            resource["id"] = json!(id);
            let url = format!("https://{server}/{}/{id}", resource["resourceType"].as_str().unwrap());
            json!({ "fullUrl": url, "resource": resource })
        };
        let goal_of = |reference: &str, id: &str| {
            let mut goal = goal(id, "active");
            goal["subject"]["reference"] = json!(reference);
            goal
        };
        let mut patients = vec![entry("a.example", patient(), "1"), entry("b.example", other(), "1")];
        patients.swap(order[0], 0);
        let goals = vec![
            entry("a.example", goal_of("Patient/1", "of-a"), "of-a"),
            entry("b.example", goal_of("https://b.example/Patient/1", "of-b"), "of-b"),
            entry("b.example", goal_of("Patient/1", "of-b-too"), "of-b-too"),
            entry("c.example", goal_of("https://c.example/Patient/1", "of-nobody"), "of-nobody"),
        ];
        let mut whole: Value = serde_json::from_slice(&bundle(AT, &[])).unwrap();
        whole["entry"] = Value::Array([patients, goals].concat());
        read_bundle(&serde_json::to_vec(&whole).unwrap(), Limits::default()).unwrap()
    };
    for order in [[0, 1], [1, 0]] {
        let apart = bundle_of(order).apart();
        let mut goals = std::collections::BTreeMap::new();
        for part in &apart.citizens {
            let keys: Vec<_> = begun(part).0.items.keys().map(ToString::to_string).collect();
            goals.insert(part.citizen().unwrap().reveal().to_owned(), keys);
        }
        assert_eq!(goals[CITIZEN], ["Goal/of-a"]);
        assert_eq!(goals[OTHER], ["Goal/of-b", "Goal/of-b-too"]);
        assert_eq!(apart.rest.len(), 1, "what names neither is neither's");
    }
}

#[test]
fn what_is_several_citizens_or_nobodys_is_listed_and_goes_to_no_plan() {
    let family = json!({ "resourceType": "Group", "id": "f", "type": "person", "actual": true,
        "member": [{ "entity": { "reference": "Patient/citizen" } }, { "entity": { "reference": "Patient/other" } }] });
    let mut stray = goal("c", "active");
    stray["subject"]["reference"] = json!("Patient/somebody-else");
    let apart = read(&[patient(), other(), family, stray]).apart();
    let reasons: Vec<_> = apart.rest.iter().map(|not| not.reason.clone()).collect();
    assert_eq!(reasons, [Reason::Family { members: 2 }, Reason::NobodysAlone]);
    assert!(apart.citizens.iter().all(|part| begun(part).0.items.is_empty()));
}

#[test]
fn what_names_nobody_goes_with_whatever_refers_to_it() {
    let plan = json!({ "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "order",
        "subject": { "reference": "Patient/other" }, "careTeam": [{ "reference": "CareTeam/t" }] });
    let team = json!({ "resourceType": "CareTeam", "id": "t", "name": "Botilbuddet Lillested" });
    let apart = read(&[patient(), other(), plan, team]).apart();
    assert_eq!(begun(&apart.citizens[0]).0.items.len(), 0);
    assert_eq!(begun(&apart.citizens[1]).0.items.len(), 2);
}

#[test]
fn one_citizens_protection_protects_nobody_else() {
    let mut secret = of_other("b");
    secret["meta"] = json!({ "security": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"
    }] });
    let apart = read(&[patient(), other(), secret]).apart();
    assert!(!begun(&apart.citizens[0]).0.citizen.protected);
    assert!(begun(&apart.citizens[1]).0.citizen.protected, "a label on any resource of theirs protects them");
}

#[test]
fn who_has_died_gets_no_plan_and_an_open_one_is_closed() {
    let mut died = patient();
    died["deceasedDateTime"] = json!("2026-04-30");
    assert_eq!(import(None, &read(&[died.clone()]), &context()).err(), Some(BundleRefusal::Deceased));
    let (plan, _) = begun(&read(&[patient()]));
    let closed = import(Some(&plan), &read(&[died]), &context()).unwrap();
    assert!(matches!(closed.events.last(), Some(PlanEvent::Closed { .. })));
    let listed: Vec<_> = closed.report.not_understood.iter().map(|not| not.path.as_str()).collect();
    assert_eq!(listed, ["Patient.deceasedDateTime"], "on which day, a closed plan doesn't say");
}

#[test]
fn a_protected_citizens_address_is_not_taken_in_and_anothers_is() {
    let mut lives = patient();
    lives["address"] = json!([{ "line": ["Testvej 1, 2. th"], "postalCode": "3200", "city": "Helsinge" }]);
    let (plan, _) = begun(&read(&[lives.clone()]));
    assert!(plan.citizen.lives_at(&crate::sample::text("Testvej 1, 2. th, 3200 Helsinge")));
    lives["meta"] = json!({ "security": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"
    }] });
    let (plan, import) = begun(&read(&[lives]));
    assert!(plan.citizen.lives_at(&crate::sample::text("")));
    assert_eq!(import.report.not_understood[0].reason, Reason::ProtectedAddress);
}

#[test]
fn a_message_brings_its_plan_and_what_it_says_of_people_and_its_letterhead_is_listed() {
    let mut plan = json!({ "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "order",
        "subject": { "reference": "Patient/citizen" } });
    plan["meta"] = json!({ "profile":
        ["http://ffb/messaging/kl.dk/1.0/StructureDefinition/kl-messaging-ffb-orderCarePlan"] });
    plan["extension"] = json!([{
        "url": "http://ffb/messaging/kl.dk/1.0/StructureDefinition/kl-messaging-ffb-actingMunicipality",
        "valueCoding": { "system": "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes", "code": "0157" },
    }]);
    let wish = json!({ "resourceType": "Goal", "id": "w", "lifecycleStatus": "accepted",
        "category": [{ "coding": [{
            "system": "http://kl.dk/fhir/common/caresocial/CodeSystem/KLCommonCareSocialCodes",
            "code": "416fe27d-3ccf-4390-8742-8b52a9d8dc78",
        }] }],
        "description": { "text": "Et sted, hvor jeg ikke skal flytte igen" },
        "subject": { "reference": "Patient/citizen" } });
    let role = "http://ffb/messaging/kl.dk/1.0/CodeSystem/kl-messaging-ffb-participantRoleCodes";
    let team = json!({ "resourceType": "CareTeam", "id": "t", "subject": { "reference": "Patient/citizen" },
        "participant": [{ "role": [{ "coding": [{ "system": role, "code": "koordinerende-myndighed" }] }],
            "member": { "display": "Socialrådgivergruppe B" } }] });
    let guardian = json!({ "resourceType": "RelatedPerson", "id": "g", "patient": { "reference": "Patient/citizen" },
        "relationship": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "GUARD" }] }] });
    let consent = json!({ "resourceType": "Consent", "id": "c", "status": "active",
        "patient": { "reference": "Patient/citizen" } });
    let letterhead = json!({ "resourceType": "MessageHeader", "id": "h" });
    let mut message: Value =
        serde_json::from_slice(&bundle(AT, &[letterhead, patient(), plan, wish, team, guardian, consent]))
            .unwrap();
    message["type"] = json!("message");
    let message = read_bundle(&serde_json::to_vec(&message).unwrap(), Limits::default()).unwrap();
    let (plan, import) = begun(&message);
    let kinds: Vec<_> = plan.items.values().map(|item| item.kind.danish()).collect();
    assert_eq!(kinds, ["Bevilget plan", "Tilbud", "Ønske"]);
    let said: Vec<_> = import.statements.iter().map(|one| one.key.to_string()).collect();
    assert_eq!(said, ["CarePlan/p", "CareTeam/t", "Consent/c", "RelatedPerson/g"]);
    let reasons: Vec<_> = import.report.not_understood.iter().map(|not| not.reason.code()).collect();
    assert!(reasons.contains(&"UNKNOWN_RESOURCE"), "the letterhead: {reasons:?}");
    assert!(
        !reasons.contains(&"UNKNOWN_CODE"),
        "the old code systems are known by their present names: {reasons:?}"
    );
}

#[test]
fn medcoms_test_persons_are_thirty_eight_citizens_and_six_families() {
    let Some(apart) = families() else { return };
    assert_eq!(apart.citizens.len(), 38);
    let members: Vec<_> = apart
        .rest
        .iter()
        .map(|not| match not.reason {
            Reason::Family { members } => members,
            ref other => panic!("{other:?} at {}", not.path),
        })
        .collect();
    assert_eq!((members.len(), members.iter().sum::<usize>()), (6, 32));
    let (mut plans, mut died, mut relations, mut elsewhere) = (Vec::new(), 0, Vec::new(), 0);
    for part in &apart.citizens {
        match import(None, part, &context()) {
            Ok(import) => {
                relations.extend(import.statements.iter().flat_map(|one| match &one.said {
                    Said::Relation(stated) => stated.codes.iter().map(|code| code.code.clone()).collect(),
                    _ => Vec::new(),
                }));
                let lives = |remark: &Remark| matches!(remark, Remark::LivesElsewhere(_));
                elsewhere += usize::from(import.report.remarks.iter().any(lives));
                plans.push(Plan::from_events(&import.events).unwrap());
            }
            Err(BundleRefusal::Deceased) => died += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((plans.len(), died), (37, 1));
    let of = |code: &str| relations.iter().filter(|relation| *relation == code).count();
    assert_eq!(relations.len(), 40);
    assert_eq!((of("MTH"), of("FTH"), of("GUARD"), of("SPS"), of("SIB"), of("GRPRN")), (19, 12, 5, 2, 1, 1));
    assert!(elsewhere > 0, "most of them live outside Gribskov");
    let names: Vec<_> = plans.iter().map(|plan| plan.citizen.name.reveal().to_owned()).collect();
    assert!(names.contains(&"Åge Test Berggren".to_owned()), "{names:?}");
    let numbers: std::collections::BTreeSet<_> = plans.iter().map(|plan| &plan.citizen.cpr).collect();
    assert_eq!(numbers.len(), 37, "links between twins and spouses make nobody one person");
}
