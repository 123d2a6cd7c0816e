//! What reports say of others: kept beside the plan, decided by a person, and in no package.

use crate::sample::{CITIZEN, after, bundle, case, context, empty_plan, hilleroed, patient, text};
use enplan_domain::basis::BasisRefusal;
use enplan_domain::catalogue::STATEMENT_RETENTION;
use enplan_domain::fhir::{Import, Limits, import, read_bundle};
use enplan_domain::plan::{
    Citizen, Custody, ItemKey, ItemKind, Kinship, PersonGround, Plan, PlanCommand, PlanRefusal, decide,
};
use enplan_domain::statements::{
    Entry, Heard, Outcome, Received, RelationChoice, Said, StatementRefusal, Taken, TakingOver,
};
use enplan_domain::{BasisId, Context};
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::{Value, json};

const MOTHER: &str = "6202851002";
const NAME: &str = "TESTDATA Mor";
const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const MUNICIPALITIES: &str = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes";

fn related(code: &str) -> Value {
    json!({
        "resourceType": "RelatedPerson", "id": "mor", "patient": { "reference": "Patient/citizen" },
        "identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": MOTHER }], "name": [{ "text": NAME }],
        "relationship": [{ "coding": [{ "system": ROLES, "code": code }] }],
    })
}

fn consent() -> Value {
    let here = |code: &str| json!({ "identifier": { "system": MUNICIPALITIES, "value": code } });
    let own = |name: &str| format!("urn:uuid:7591bb1c-8bcd-4b40-bdff-47981762bd94#{name}");
    json!({
        "resourceType": "Consent", "id": "01890a5d-ac96-774b-bcce-b302099a8057", "status": "active",
        "patient": { "reference": "Patient/citizen" }, "dateTime": "2026-05-01T10:00:00Z",
        "performer": [{ "reference": "Patient/citizen" }], "organization": [here("0270")],
        "policyRule": { "coding": [{ "system": own("provision"), "code": "retssikkerhedsloven-11-a" }] },
        "provision": {
            "period": { "end": "2026-08-31" }, "actor": [{ "reference": here("0219") }],
            "code": [{ "coding": [{ "system": own("section"), "code": "social/goals" }] }],
        },
        "extension": [{ "url": own("consent"), "extension": [
            { "url": "form", "valueString": "written" }, { "url": "given_by", "valueString": "citizen" },
            { "url": "purpose", "valueString": "Fortsat indsats" },
        ] }],
    })
}

fn said_at(at: &str, resources: &[Value]) -> Import {
    let bytes = bundle(at, &[&[patient()], resources].concat());
    import(Some(&empty_plan()), &read_bundle(&bytes, Limits::default()).unwrap(), &context()).unwrap()
}

/// What a record makes of a report of these resources.
fn hear(received: &mut Received, plan: &Plan, at: &str, resources: &[Value]) -> Vec<Heard> {
    let said = said_at(at, resources).statements;
    said.into_iter().map(|one| received.take_in(one, plan, &context())).collect()
}

fn heard(resources: &[Value]) -> Received {
    let mut received = Received::default();
    hear(&mut received, &empty_plan(), "2026-05-01T10:00:00Z", resources);
    received
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

fn mother() -> ItemKey {
    key("RelatedPerson/mor")
}

fn by_law() -> RelationChoice {
    RelationChoice {
        id: uuid::Uuid::from_u128(5),
        sector: "social".parse().unwrap(),
        kinship: None,
        custody: None,
        ground: Some(PersonGround::Provision { provision: "databeskyttelsesloven-11".to_owned() }),
        without_person: false,
    }
}

fn taking(relation: RelationChoice) -> TakingOver {
    TakingOver { case: case(), basis: BasisId::from_bytes([9; 16]), relation: Some(relation) }
}

/// Takes over as the node does: what is decided of the plan, and then what is kept of the statement.
fn take_over(received: &mut Received, plan: Plan, key: &ItemKey, taking: &TakingOver) -> Plan {
    let (plan, into) = match received.take_over(key, &plan, taking, &context()).unwrap() {
        Taken::Command(command, into) => (after(plan, command), into),
        Taken::Already(into) => (plan, into),
    };
    received.taken_over(key, into, &context());
    plan
}

fn command(received: &Received, plan: &Plan, key: &ItemKey, taking: &TakingOver) -> PlanCommand {
    match received.take_over(key, plan, taking, &context()) {
        Ok(Taken::Command(command, _)) => command,
        other => panic!("{other:?}"),
    }
}

fn stored(received: &Received) -> String {
    serde_json::to_string(received).unwrap()
}

#[test]
fn a_report_writes_nobody_else_and_no_legal_basis_into_a_plan() {
    let import = said_at("2026-05-01T10:00:00Z", &[related("MTH"), consent()]);
    let plan = import.events.iter().fold(empty_plan(), Plan::apply);
    assert!(plan.items.is_empty() && plan.bases.is_empty());
    let events = serde_json::to_string(&import.events).unwrap();
    assert!(!events.contains(NAME) && !events.contains(MOTHER), "an event is kept for ever");
    assert_eq!(import.report.not_understood, [], "what is kept for somebody to decide is not listed as lost");
}

#[test]
fn no_more_is_kept_of_somebody_than_a_relation_can_name_and_the_rest_is_listed() {
    let mut person = related("MTH");
    person["address"] = json!([{ "line": ["Testvej 999"] }]);
    person["telecom"] = json!([{ "system": "phone", "value": "99775533" }]);
    let import = said_at("2026-05-01T10:00:00Z", &[person]);
    let kept = serde_json::to_string(&import.statements).unwrap();
    assert!(kept.contains(NAME) && !kept.contains("Testvej") && !kept.contains("9977"), "{kept}");
    let listed: Vec<_> = import.report.not_understood.iter().map(|not| not.path.as_str()).collect();
    assert_eq!(listed, ["RelatedPerson.address[0]", "RelatedPerson.telecom[0]"]);
    assert!(!format!("{:?}", import.statements).contains("TESTDATA"), "masked in Debug");
}

#[test]
fn a_relation_is_taken_over_with_a_ground_or_without_saying_who() {
    let mut received = heard(&[related("MTH")]);
    let plan = empty_plan();
    let without_ground = taking(RelationChoice { ground: None, ..by_law() });
    let refused = decide(Some(&plan), command(&received, &plan, &mother(), &without_ground), &context());
    assert_eq!(refused, Err(PlanRefusal::NoGroundForThirdPerson));
    let nameless = taking(RelationChoice { ground: None, without_person: true, ..by_law() });
    let anonymous = after(plan.clone(), command(&received, &plan, &mother(), &nameless));
    assert_eq!(anonymous.relations_on(context().today()).next().unwrap().1.person, None);

    let plan = take_over(&mut received, plan, &mother(), &taking(by_law()));
    let relation = plan.relations_on(context().today()).next().unwrap().1;
    assert_eq!((relation.kinship, relation.cpr()), (Kinship::Parent, Some(&MOTHER.parse().unwrap())));
    assert!(
        !stored(&received).contains(NAME) && !stored(&received).contains(MOTHER),
        "it is in the plan now"
    );
}

#[test]
fn a_guardian_is_a_childs_holder_of_custody_and_an_adults_guardian() {
    let received = heard(&[related("GUARD")]);
    let adult = empty_plan();
    let made = after(adult.clone(), command(&received, &adult, &mother(), &taking(by_law())));
    assert_eq!(made.relations_on(context().today()).next().unwrap().1.kinship, Kinship::Guardian);
    let mut child = adult;
    child.citizen = Citizen::new("6101144000".parse().unwrap());
    let custody = RelationChoice { custody: Some(Custody::Sole), ..by_law() };
    let made = after(child.clone(), command(&received, &child, &mother(), &taking(custody)));
    assert_eq!(made.relations_on(context().today()).next().unwrap().1.kinship, Kinship::CustodyHolder);
    assert_eq!(made.custody_on(context().today()).len(), 1);
}

#[test]
fn what_the_codes_do_not_say_somebody_chooses() {
    let received = heard(&[related("GRPRN")]);
    let plan = empty_plan();
    let take = |choice| received.take_over(&mother(), &plan, &taking(choice), &context());
    assert_eq!(take(by_law()), Err(StatementRefusal::KinshipMissing));
    assert!(take(RelationChoice { kinship: Some(Kinship::SharesHome), ..by_law() }).is_ok());
    let nobody = received.take_over(&key("RelatedPerson/x"), &plan, &taking(by_law()), &context());
    assert_eq!(nobody, Err(StatementRefusal::NoSuchStatement));
    let without = TakingOver { relation: None, ..taking(by_law()) };
    let refused = received.take_over(&mother(), &plan, &without, &context());
    assert_eq!(refused, Err(StatementRefusal::SectorMissing));
}

#[test]
fn a_consent_becomes_a_legal_basis_only_where_it_is_specific() {
    let id = key("Consent/01890a5d-ac96-774b-bcce-b302099a8057");
    let plan = empty_plan();
    let decided = |consent: Value| {
        let taken = heard(&[consent]).take_over(&id, &plan, &taking(by_law()), &context());
        taken.map(|taken| match taken {
            Taken::Command(command, _) => decide(Some(&plan), command, &context()).map(|events| events.len()),
            Taken::Already(into) => panic!("{into}"),
        })
    };
    assert_eq!(decided(consent()), Ok(Ok(1)));
    let without = |path: &[&str]| {
        let mut consent = consent();
        let (last, above) = path.split_last().unwrap();
        let there = above.iter().fold(&mut consent, |value, name| &mut value[name]);
        there.as_object_mut().unwrap().remove(*last).unwrap();
        decided(consent)
    };
    let basis = |refusal| Ok(Err(PlanRefusal::Basis(refusal)));
    assert_eq!(without(&["provision", "actor"]), basis(BasisRefusal::NoRecipient));
    assert_eq!(without(&["provision", "code"]), basis(BasisRefusal::NoSections));
    assert_eq!(without(&["provision", "period"]), basis(BasisRefusal::NoEnd));
    assert_eq!(without(&["policyRule"]), basis(BasisRefusal::NoProvision));
    assert_eq!(without(&["organization"]), Err(StatementRefusal::ConsentWithoutSender));
    assert_eq!(without(&["performer"]), Err(StatementRefusal::ConsentWithoutGiver));
    assert_eq!(without(&["extension"]), Err(StatementRefusal::ConsentWithoutGiver));
    let mut denied = consent();
    denied["provision"]["type"] = json!("deny");
    assert_eq!(decided(denied), Err(StatementRefusal::ConsentRefused));
    let mut elsewhere = consent();
    elsewhere["organization"][0]["identifier"]["value"] = json!("0190");
    assert_eq!(decided(elsewhere), basis(BasisRefusal::ForeignSender));
    let mut over = consent();
    over["provision"]["period"]["end"] = json!("2026-05-31");
    assert_eq!(decided(over), basis(BasisRefusal::OverAlready));
}

#[test]
fn a_consent_that_a_plan_has_is_not_asked_about() {
    let id = key("Consent/01890a5d-ac96-774b-bcce-b302099a8057");
    let mut received = heard(&[consent()]);
    let plan = take_over(&mut received, empty_plan(), &id, &taking(by_law()));
    assert_eq!(plan.bases.len(), 1);
    let mut fresh = Received::default();
    assert_eq!(hear(&mut fresh, &plan, "2026-05-02T10:00:00Z", &[consent()]), [Heard::Known]);
    assert_eq!(fresh.waiting().count(), 0);
}

#[test]
fn who_cooperates_and_who_acts_is_information_that_stays_until_it_is_said_otherwise() {
    let acting = |code: &str| {
        json!({ "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "order",
            "subject": { "reference": "Patient/citizen" }, "extension": [{
                "url": "http://fhir.kl.dk/ffbmessaging/StructureDefinition/kl-messaging-ffb-actingMunicipality",
                "valueCoding": { "system": MUNICIPALITIES, "code": code },
            }] })
    };
    let mut received = heard(&[acting("0219")]);
    let one = received.waiting().next().unwrap();
    assert_eq!(one.statement.said, Said::Acting { municipality: hilleroed() });
    assert_eq!((one.until, received.to_decide()), (None, 0));
    let refused = received.take_over(&key("CarePlan/p"), &empty_plan(), &taking(by_law()), &context());
    assert_eq!(refused, Err(StatementRefusal::Information));
    let later = "2026-05-02T10:00:00Z";
    assert_eq!(hear(&mut received, &empty_plan(), later, &[acting("0270")]), [Heard::TakenBack]);
    assert_eq!(received.waiting().count(), 0, "the municipality that has the plan acts again");
}

#[test]
fn what_was_dismissed_is_not_asked_again_unless_it_is_said_otherwise() {
    let mut received = heard(&[related("MTH")]);
    let dismiss = |received: &mut Received, why: &str| received.dismiss(&mother(), text(why), &context());
    assert_eq!(dismiss(&mut received, " "), Err(StatementRefusal::ReasonMissing));
    assert_eq!(dismiss(&mut received, "Hun er farmor"), Ok(()));
    assert_eq!(dismiss(&mut received, "Hun er farmor"), Ok(()), "once more changes nothing");
    assert!(!stored(&received).contains(NAME) && !stored(&received).contains(MOTHER));
    let plan = empty_plan();
    let refused = received.take_over(&mother(), &plan, &taking(by_law()), &context());
    assert_eq!(refused, Err(StatementRefusal::Dismissed));
    assert_eq!(hear(&mut received, &plan, "2026-05-02T10:00:00Z", &[related("MTH")]), [Heard::Unchanged]);
    assert_eq!(received.waiting().count(), 0);
    assert_eq!(hear(&mut received, &plan, "2026-05-03T10:00:00Z", &[related("GRPRN")]), [Heard::Changed]);
    assert_eq!(received.to_decide(), 1);
}

#[test]
fn what_its_source_takes_back_is_gone_and_asked_about_only_where_it_is_in_the_plan() {
    let mut over = related("MTH");
    over["active"] = json!(false);
    let mut received = heard(&[related("MTH")]);
    let plan = empty_plan();
    let later = "2026-05-02T10:00:00Z";
    assert_eq!(hear(&mut received, &plan, later, std::slice::from_ref(&over)), [Heard::TakenBack]);
    assert!(!stored(&received).contains(NAME));
    assert_eq!(hear(&mut received, &plan, "2026-05-01T10:00:00Z", &[related("MTH")]), [Heard::Older]);

    let mut received = heard(&[related("MTH")]);
    let plan = take_over(&mut received, plan, &mother(), &taking(by_law()));
    assert_eq!(hear(&mut received, &plan, later, &[over]), [Heard::Changed]);
    let refused = received.take_over(&mother(), &plan, &taking(by_law()), &context());
    assert_eq!(refused, Err(StatementRefusal::NoLongerSo));
}

#[test]
fn what_nobody_decides_about_is_dropped_after_its_last_day_and_not_before() {
    let mut received = heard(&[related("MTH")]);
    let last = received.waiting().next().unwrap().until.unwrap();
    assert_eq!(last, context().today().checked_add(STATEMENT_RETENTION.days.days()).unwrap());
    received.drop_overdue(last);
    assert_eq!(received.to_decide(), 1);
    received.drop_overdue(last.tomorrow().unwrap());
    assert!(received.is_empty());
}

#[test]
fn a_statement_is_read_as_it_is_stored() {
    let mut received = heard(&[related("MTH"), consent()]);
    received.dismiss(&mother(), text("Nej"), &context()).unwrap();
    assert_eq!(serde_json::from_str::<Received>(&stored(&received)).unwrap(), received);
}

fn any_report() -> impl Strategy<Value = (u8, &'static str, bool)> {
    (1..9_u8, proptest::sample::select(vec!["MTH", "FTH", "GUARD", "SIB", "GRPRN"]), any::<bool>())
}

fn report((_, code, is_over): (u8, &str, bool)) -> Value {
    let mut person = related(code);
    if is_over {
        person["active"] = json!(false);
    }
    person
}

proptest! {
    #[test]
    fn repeating_a_report_changes_nothing(reports in proptest::collection::vec(any_report(), 1..6), decide_after in 0..6_usize) {
        let plan = empty_plan();
        let mut received = Received::default();
        for (n, one) in reports.iter().enumerate() {
            hear(&mut received, &plan, &format!("2026-05-0{}T10:00:00Z", one.0), &[report(*one)]);
            if n == decide_after {
                let _ = received.dismiss(&mother(), text("Nej"), &context());
            }
        }
        let before = received.clone();
        let last = reports.iter().max_by_key(|one| one.0).unwrap();
        hear(&mut received, &plan, &format!("2026-05-0{}T10:00:00Z", last.0), &[report(*last)]);
        prop_assert_eq!(received.waiting().count(), before.waiting().count());
        prop_assert_eq!(received, before);
    }

    #[test]
    fn taking_over_twice_changes_nothing(code in proptest::sample::select(vec!["MTH", "GUARD", "SPS", "SIB", "CHILD"])) {
        let mut received = heard(&[related(code)]);
        let plan = take_over(&mut received, empty_plan(), &mother(), &taking(by_law()));
        let (before, kept) = (plan.clone(), received.clone());
        let again = RelationChoice { id: uuid::Uuid::from_u128(6), ..by_law() };
        let plan = take_over(&mut received, plan, &mother(), &taking(again));
        prop_assert_eq!(&plan, &before);
        prop_assert_eq!(received, kept.clone());
        // Nor does a record that was lost, and hears it anew.
        let mut fresh = Received::default();
        prop_assert_eq!(hear(&mut fresh, &plan, "2026-05-02T10:00:00Z", &[related(code)]), [Heard::Known]);
        let Some((_, Entry::Settled { outcome, .. })) = fresh.entries().next() else { panic!("it is settled") };
        let is_there = matches!(outcome, Outcome::TakenOver { .. });
        prop_assert!(is_there);
    }

    #[test]
    fn a_statement_never_reaches_a_package(code in proptest::sample::select(vec!["MTH", "GUARD", "SPS"]), taken in any::<bool>()) {
        let import = said_at("2026-05-01T10:00:00Z", &[related(code), consent(), crate::sample::goal("g", "active")]);
        let mut plan = import.events.iter().fold(empty_plan(), Plan::apply);
        let mut received = Received::default();
        for one in import.statements {
            received.take_in(one, &plan, &context());
        }
        if taken {
            plan = take_over(&mut received, plan, &mother(), &taking(by_law()));
            prop_assert_eq!(plan.items_of(ItemKind::Relation).count(), 1);
        }
        let (sent, _) = plan.restricted_to(&plan.sections());
        let sent = serde_json::to_string(&sent).unwrap();
        prop_assert!(sent.contains("Goal/g"));
        for secret in [NAME, MOTHER, "Fortsat indsats", "Consent/"] {
            prop_assert!(!sent.contains(secret), "{}", secret);
        }
        prop_assert!(sent.contains(CITIZEN));
    }
}

#[test]
fn a_guardian_recorded_in_childhood_is_known_when_the_citizen_is_of_age() {
    // What a citizen's guardian is turns with their age: recorded in childhood, it is known to the adult too.
    let mut plan = empty_plan();
    plan.citizen = Citizen::new("6101094000".parse().unwrap());
    let mut received = heard(&[related("GUARD")]);
    let plan = take_over(&mut received, plan, &mother(), &taking(by_law()));
    let later = Context { now: "2027-06-01T10:00:00Z".parse().unwrap(), ..context() };
    assert!(plan.citizen.cpr.age_on(later.today()) >= 18);
    let mut fresh = Received::default();
    let said = said_at("2026-05-02T10:00:00Z", &[related("GUARD")]).statements;
    let heard: Vec<_> = said.into_iter().map(|one| fresh.take_in(one, &plan, &later)).collect();
    assert_eq!(heard, [Heard::Known]);
}
