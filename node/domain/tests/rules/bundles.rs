//! What the importer takes, lists and refuses, on bundles of our own (TESTDATA).

use crate::sample::{bundle, context, goal, patient};
use enplan_domain::fhir::{
    Bundle, BundleRefusal, Import, Limits, NotUnderstood, Reason, Remark, import, read_bundle,
};
use enplan_domain::plan::{ItemKind, Plan, PlanRefusal, Source, Status};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(bytes: &[u8]) -> Result<Bundle, BundleRefusal> {
    read_bundle(bytes, Limits::default())
}

fn take(plan: Option<&Plan>, timestamp: &str, resources: &[Value]) -> Result<Import, BundleRefusal> {
    import(plan, &read(&bundle(timestamp, resources)).unwrap(), &context())
}

fn plan_of(timestamp: &str, resources: &[Value]) -> Plan {
    Plan::from_events(&take(None, timestamp, resources).unwrap().events).unwrap()
}

fn after(plan: Plan, timestamp: &str, resources: &[Value]) -> Plan {
    take(Some(&plan), timestamp, resources).unwrap().events.iter().fold(plan, Plan::apply)
}

fn notes(resources: &[Value]) -> Vec<(String, Reason)> {
    let report = take(None, "2026-05-01T10:00:00Z", resources).unwrap().report;
    report.not_understood.into_iter().map(|NotUnderstood { path, reason, .. }| (path, reason)).collect()
}

#[test]
fn what_is_not_a_bundle_is_refused_with_what_it_is() {
    let whole = bundle("2026-05-01T10:00:00Z", &[patient()]);
    assert_eq!(read(&whole[..whole.len() - 5]), Err(BundleRefusal::Truncated { line: 1 }));
    assert!(matches!(read(b"<Bundle/>"), Err(BundleRefusal::NotJson { .. })));
    assert!(matches!(read(b""), Err(BundleRefusal::NotJson { .. })));
    assert!(matches!(read(b"\xff\xfe{}"), Err(BundleRefusal::NotJson { .. })));
    assert_eq!(read(b"[]"), Err(BundleRefusal::NotABundle));
    assert_eq!(read(br#"{"resourceType":"Patient"}"#), Err(BundleRefusal::NotABundle));
    assert_eq!(
        read(br#"{"resourceType":"Bundle","type":"transaction"}"#),
        Err(BundleRefusal::NotACollection)
    );
    assert_eq!(
        read(br#"{"resourceType":"Bundle","type":"collection","timestamp":"2021-05"}"#),
        Err(BundleRefusal::BadTimestamp)
    );
}

#[test]
fn a_bundle_over_a_limit_is_refused() {
    let two = bundle("2026-05-01T10:00:00Z", &[patient(), goal("a", "active")]);
    let with = |limits| read_bundle(&two, limits);
    let limits = Limits::default();
    assert_eq!(with(Limits { bytes: 10, ..limits }), Err(BundleRefusal::TooLarge { limit: 10 }));
    assert_eq!(with(Limits { entries: 1, ..limits }), Err(BundleRefusal::TooManyEntries { limit: 1 }));
    assert_eq!(with(Limits { depth: 3, ..limits }), Err(BundleRefusal::TooDeep { limit: 3 }));
    assert_eq!(read("[".repeat(1_000_000).as_bytes()), Err(BundleRefusal::TooDeep { limit: 64 }));
    let brackets_in_text = format!(r#"{{"resourceType":"Bundle","type":"{}"}}"#, "[\\\"[".repeat(100));
    assert_eq!(read(brackets_in_text.as_bytes()), Err(BundleRefusal::NotACollection));
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let bytes = [b"\xef\xbb\xbf".as_slice(), &bundle("2026-05-01T10:00:00Z", &[patient()])].concat();
    assert_eq!(read(&bytes).unwrap().len(), 1);
}

#[test]
fn a_bundle_that_does_not_name_one_citizen_is_refused() {
    let at = "2026-05-01T10:00:00Z";
    let named = |identifier: Value| json!({ "resourceType": "Patient", "id": "p", "identifier": identifier });
    let cpr = |value: &str| json!({ "system": "urn:oid:1.2.208.176.1.2", "value": value });
    assert_eq!(take(None, at, &[]), Err(BundleRefusal::NoPatient));
    assert_eq!(take(None, at, &[patient(), patient()]), Err(BundleRefusal::SeveralPatients));
    assert_eq!(take(None, at, &[named(json!([]))]), Err(BundleRefusal::NoCpr));
    let foreign = json!([{ "system": "urn:example", "value": "6101811001" }]);
    assert_eq!(take(None, at, &[named(foreign)]), Err(BundleRefusal::NoCpr));
    for wrong in ["", "61018", "9901811001"] {
        let refused = take(None, at, &[named(json!([cpr(wrong)]))]).unwrap_err();
        assert_eq!(refused.code(), "BUNDLE_MALFORMED_CPR", "{wrong}");
    }
    let two = json!([cpr("6101811001"), cpr("6101811002")]);
    assert_eq!(take(None, at, &[named(two)]), Err(BundleRefusal::SeveralNumbers));
    let plan = plan_of(at, &[patient()]);
    let other = named(json!([cpr("6202821002")]));
    assert_eq!(take(Some(&plan), at, &[other]), Err(BundleRefusal::OtherCitizen));
}

#[test]
fn a_bundle_says_whom_it_is_about_before_it_is_imported() {
    let of = |resources: &[Value]| read(&bundle("2026-05-01T10:00:00Z", resources)).unwrap().citizen();
    assert_eq!(of(&[patient(), goal("a", "active")]), Ok(crate::sample::CITIZEN.parse().unwrap()));
    assert_eq!(of(&[goal("a", "active")]), Err(BundleRefusal::NoPatient));
}

#[test]
fn a_report_from_the_day_after_tomorrow_is_refused() {
    assert!(take(None, "2026-06-02T09:00:00Z", &[patient()]).is_ok(), "clocks may differ by a day");
    assert_eq!(take(None, "2026-06-02T11:00:00Z", &[patient()]), Err(BundleRefusal::FromTheFuture));
}

#[test]
fn a_plan_that_is_frozen_takes_no_report() {
    let plan = plan_of("2026-05-01T10:00:00Z", &[patient()]);
    let next = read(&bundle("2026-05-02T10:00:00Z", &[patient(), goal("a", "active")])).unwrap();
    let frozen = enplan_domain::Context { frozen: true, ..context() };
    assert_eq!(import(Some(&plan), &next, &frozen), Err(BundleRefusal::Plan(PlanRefusal::HandoverUnderWay)));
}

#[test]
fn what_is_not_understood_is_listed_with_its_place() {
    let mut odd = goal("a", "active");
    odd["note"] = json!([{ "text": "Hun bor hos sin søster" }]);
    odd["extension"] = json!([{ "url": "http://example.org/mood", "valueString": "glad" }]);
    odd["addresses"] = json!([{ "reference": "Condition/missing" }]);
    odd["startDate"] = json!("2026-05");
    let medication = json!({ "resourceType": "MedicationRequest", "id": "m" });
    let another = json!({ "resourceType": "Goal", "id": "b", "subject": { "reference": "Patient/other" } });
    let unnamed = json!({ "resourceType": "Goal", "lifecycleStatus": "active" });
    let lab = json!({ "resourceType": "Observation", "id": "o", "code": { "coding": [{ "code": "x" }] } });
    let listed = notes(&[patient(), odd, medication, another, unnamed, lab]);
    for (path, reason) in [
        ("Goal.note", Reason::UnknownElement),
        ("Goal.extension[0]", Reason::UnknownExtension { url: "http://example.org/mood".to_owned() }),
        ("Goal.addresses[0]", Reason::UnresolvedReference),
        ("Goal.startDate", Reason::WrongForm),
        ("MedicationRequest", Reason::UnknownResource),
        ("Goal", Reason::AnotherCitizen),
        ("Goal", Reason::NoId),
        ("Observation", Reason::UnknownMeaning),
    ] {
        assert!(listed.contains(&(path.to_owned(), reason.clone())), "{path}: {reason:?} in {listed:?}");
    }
    assert!(!format!("{listed:?}").contains("søster"), "a report quotes nothing");
}

#[test]
fn a_resource_that_says_two_things_is_taken_once_and_listed() {
    let listed = notes(&[patient(), goal("a", "active"), goal("a", "completed")]);
    assert_eq!(listed, [("Goal".to_owned(), Reason::Repeated)]);
    assert_eq!(notes(&[patient(), goal("a", "active"), goal("a", "active")]), []);
}

#[test]
fn a_later_report_updates_and_an_older_one_does_not_undo_it() {
    let plan = plan_of("2026-05-02T10:00:00Z", &[patient(), goal("a", "completed")]);
    let older = take(Some(&plan), "2026-05-01T10:00:00Z", &[patient(), goal("a", "active")]).unwrap();
    assert_eq!((older.events.len(), older.report.kept_newer.len()), (0, 1));
    let newer = take(Some(&plan), "2026-05-03T10:00:00Z", &[patient(), goal("a", "cancelled")]).unwrap();
    assert_eq!(newer.report.updated.len(), 1);
}

#[test]
fn a_repetition_counts_as_newer_than_what_comes_late() {
    let plan = plan_of("2026-05-01T10:00:00Z", &[patient(), goal("a", "active")]);
    let plan = after(plan, "2026-05-03T10:00:00Z", &[patient(), goal("a", "active")]);
    let late = take(Some(&plan), "2026-05-02T10:00:00Z", &[patient(), goal("a", "on-hold")]).unwrap();
    assert_eq!((late.events.len(), late.report.kept_newer.len()), (0, 1));
}

#[test]
fn entered_in_error_takes_the_content_away_and_an_older_report_cannot_bring_it_back() {
    let mut wrong = goal("a", "active");
    wrong["description"] = json!({ "text": "Hun vil have en kat" });
    let plan = plan_of("2026-05-01T10:00:00Z", &[patient(), wrong.clone()]);
    let plan = after(plan, "2026-05-03T10:00:00Z", &[patient(), goal("a", "entered-in-error")]);
    assert_eq!(plan.items_of(ItemKind::Goal).count(), 0);
    assert!(!serde_json::to_string(&plan).unwrap().contains("kat"));
    let plan = after(plan, "2026-05-02T10:00:00Z", &[patient(), wrong]);
    assert_eq!(plan.items_of(ItemKind::Goal).count(), 0);
}

#[test]
fn an_intervention_is_over_on_its_end_date_whatever_its_status() {
    let intervention = json!({
        "resourceType": "CarePlan", "id": "i", "status": "active", "intent": "order",
        "basedOn": [{ "reference": "CarePlan/p" }],
        "period": { "start": "2026-04-01", "end": "2026-05-01" },
        "activity": [{ "detail": { "code": { "coding": [{ "system": "urn:oid:1.2.208.176.2.22", "code": "x" }] } } }],
    });
    let plan = plan_of("2026-04-15T10:00:00Z", &[patient(), intervention]);
    let item = plan.items_of(ItemKind::Intervention).next().unwrap();
    assert_eq!(item.status_on("2026-04-30".parse().unwrap()), Status::Active);
    assert_eq!(item.status_on("2026-05-01".parse().unwrap()), Status::Ended);
}

#[test]
fn what_differs_from_the_number_is_remarked_and_never_refused() {
    let mut odd = patient();
    odd["gender"] = json!("female");
    odd["birthDate"] = json!("1981-01-02");
    let report = take(None, "2026-05-01T10:00:00Z", &[odd]).unwrap().report;
    assert_eq!(report.remarks, [Remark::GenderDiffersFromCpr, Remark::BirthDateDiffersFromCpr]);
}

#[test]
fn a_restricted_patient_is_protected_and_a_report_without_the_label_does_not_end_it() {
    let mut restricted = patient();
    restricted["meta"] = json!({ "security": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"
    }] });
    let plan = plan_of("2026-05-01T10:00:00Z", &[patient()]);
    let plan = after(plan, "2026-05-02T10:00:00Z", &[restricted]);
    assert!(plan.citizen.protected);
    assert!(after(plan, "2026-05-03T10:00:00Z", &[patient()]).citizen.protected);
}

#[test]
fn resources_named_by_full_url_alone_find_each_other() {
    let (citizen, wish) = ("0a4d3bd0-6f4b-4a52-9b3d-6a1f6a2f7c01", "0a4d3bd0-6f4b-4a52-9b3d-6a1f6a2f7c02");
    let mut patient = patient();
    patient.as_object_mut().unwrap().remove("id");
    let entry =
        |id: &str, resource: Value| json!({ "fullUrl": format!("urn:uuid:{id}"), "resource": resource });
    let goal = json!({
        "resourceType": "Goal", "lifecycleStatus": "active",
        "subject": { "reference": format!("urn:uuid:{citizen}") },
        "category": [{ "coding": [{
            "system": "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes",
            "code": "416fe27d-3ccf-4390-8742-8b52a9d8dc78",
        }] }],
    });
    let bundle = json!({
        "resourceType": "Bundle", "type": "collection",
        "entry": [entry(citizen, patient), entry(wish, goal)],
    });
    let bundle = read(&serde_json::to_vec(&bundle).unwrap()).unwrap();
    let taken = import(None, &bundle, &context()).unwrap();
    assert_eq!(taken.report.added, [format!("Goal/{wish}").parse().unwrap()]);
    let plan = Plan::from_events(&taken.events).unwrap();
    assert_eq!(plan.items_of(ItemKind::Wish).count(), 1);
}

fn versioned(mut goal: Value, version: &str, updated: &str) -> Value {
    goal["meta"]["versionId"] = json!(version);
    goal["meta"]["lastUpdated"] = json!(updated);
    goal
}

#[test]
fn of_several_versions_in_one_report_the_latest_is_taken_whichever_comes_first() {
    let at = "2026-05-01T08:00:00Z";
    let first = versioned(goal("a", "active"), "9", at);
    let second = versioned(goal("a", "on-hold"), "10", at);
    let third = versioned(goal("a", "completed"), "1", "2026-05-01T09:00:00Z");
    for order in [[&first, &second, &third], [&third, &second, &first], [&second, &third, &first]] {
        let resources = [&patient(), order[0], order[1], order[2]].map(Clone::clone);
        let taken = take(None, "2026-05-01T10:00:00Z", &resources).unwrap();
        let plan = Plan::from_events(&taken.events).unwrap();
        assert_eq!(plan.items_of(ItemKind::Goal).next().unwrap().status, Status::Ended);
        let older = taken.report.not_understood.iter().filter(|not| not.reason == Reason::OlderVersion);
        assert_eq!(older.count(), 2);
    }
    let plan = plan_of("2026-05-01T10:00:00Z", &[patient(), second, first]);
    assert_eq!(plan.items_of(ItemKind::Goal).next().unwrap().status, Status::OnHold, "10 is later than 9");
}

#[test]
fn what_is_dated_in_the_future_does_not_stand_forever() {
    let ahead = versioned(goal("a", "active"), "1", "2030-01-01T00:00:00Z");
    let at = "2026-05-01T10:00:00Z";
    let taken = take(None, at, &[patient(), ahead]).unwrap();
    assert_eq!(taken.report.not_understood[0].reason, Reason::FromTheFuture);
    let plan = Plan::from_events(&taken.events).unwrap();
    let plan = after(plan, "2026-05-02T10:00:00Z", &[patient(), goal("a", "completed")]);
    assert_eq!(plan.items_of(ItemKind::Goal).next().unwrap().status, Status::Ended);
}

#[test]
fn both_forms_of_an_organisation_at_kombit_are_the_same_organisation() {
    let id = "d4e3f4fb-6761-4d6c-9086-74c49231f11e";
    for (system, value) in [
        ("https://www.kombit.dk/organisation", id.to_owned()),
        ("https://kombit.dk/sts/organisation", format!("urn:uuid:{id}")),
    ] {
        let mut patient = patient();
        patient["managingOrganization"] = json!({ "identifier": { "system": system, "value": value } });
        let plan = plan_of("2026-05-01T10:00:00Z", &[patient, goal("a", "active")]);
        let source = &plan.items_of(ItemKind::Goal).next().unwrap().provenance.source;
        let Source::Report { organisation, .. } = source else { panic!("{source:?}") };
        assert_eq!(organisation.as_deref(), Some(id));
    }
}

fn any_report() -> impl Strategy<Value = (u8, Vec<(u8, &'static str)>)> {
    let status = prop_oneof![Just("active"), Just("on-hold"), Just("completed"), Just("entered-in-error")];
    (
        1_u8..=28,
        proptest::collection::btree_map(0_u8..4, status, 0..4).prop_map(|goals| goals.into_iter().collect()),
    )
}

fn written((day, goals): &(u8, Vec<(u8, &'static str)>)) -> (String, Vec<Value>) {
    let goals = goals.iter().map(|(n, status)| goal(&format!("g{n}"), status));
    (format!("2026-05-{day:02}T10:00:00Z"), std::iter::once(patient()).chain(goals).collect())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in any::<Vec<u8>>(), cut in 0_usize..2_000) {
        let _ = read(&bytes);
        let whole = bundle("2026-05-01T10:00:00Z", &[patient(), goal("a", "active")]);
        let _ = read(&whole[..cut.min(whole.len())]);
    }

    #[test]
    fn the_order_in_which_reports_come_makes_no_difference(
        reports in proptest::collection::btree_map(1_u8..=28, any_report(), 1..6),
        seed in any::<u64>(),
    ) {
        let reports: Vec<_> = reports.into_iter().map(|(day, (_, goals))| written(&(day, goals))).collect();
        let plan = |order: &[(String, Vec<Value>)]| {
            let first = plan_of(&order[0].0, &order[0].1);
            order[1..].iter().fold(first, |plan, (at, resources)| after(plan, at, resources))
        };
        let mut shuffled = reports.clone();
        shuffled.sort_by_key(|(at, _)| at.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)));
        prop_assert_eq!(plan(&shuffled), plan(&reports));
    }

    #[test]
    fn the_same_report_again_makes_no_event(report in any_report()) {
        let (at, resources) = written(&report);
        let plan = plan_of(&at, &resources);
        prop_assert_eq!(take(Some(&plan), &at, &resources).unwrap().events, []);
    }
}
