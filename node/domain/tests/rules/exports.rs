//! A plan as a bundle: it imports again to the same plan, it keeps the profiles' rules, and it holds no more than it may.

use crate::sample::{CITIZEN, context, text};
use enplan_domain::basis::{BasisDraft, ConsentForm, ConsentGiver, Ground, LegalBasis};
use enplan_domain::fhir::{Exporting, Import, Limits, Reason, export, import, read_bundle};
use enplan_domain::plan::{
    Acknowledgement, Agreement, Aspect, Citizen, Code, Contact, Custody, Decided, Detail, FindingCode, Item,
    ItemKey, ItemKind, Kinship, Life, Link, LinkRole, Meeting, Participant, PersonGround, Plan, Provenance,
    Reach, RelatedPerson, Relation, Score, Source, Status, TargetGroupAssessment, Voice, When, Worded,
};
use enplan_domain::statements::{Heard, Received, Said, StatedRole, Statement, Taken, TakingOver};
use enplan_domain::{BasisId, Context, Timestamp, UserName};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};

/// The names that a type has for its fields or variants, as its reader tells them when it is asked for one it has not.
fn names<T: serde::de::DeserializeOwned>(asked: &Value) -> Vec<String> {
    let Err(error) = serde_json::from_value::<T>(asked.clone()) else { panic!("{asked} is none") };
    let error = error.to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn every<T: serde::de::DeserializeOwned>() -> Vec<T> {
    let names = names::<T>(&json!("no such word"));
    names.into_iter().map(|name| serde_json::from_value(json!(name)).unwrap()).collect()
}

fn exporting() -> Exporting {
    Exporting {
        bundle: uuid::Uuid::from_u128(1),
        citizen: uuid::Uuid::from_u128(2),
        at: "2026-06-01T09:00:00Z".parse().unwrap(),
    }
}

fn exported(plan: &Plan) -> Value {
    export(plan, &Received::default(), &exporting())
}

fn imported(bundle: &Value) -> Import {
    let bytes = serde_json::to_vec(bundle).unwrap();
    import(None, &read_bundle(&bytes, Limits::default()).unwrap(), &context()).unwrap()
}

fn any_text() -> impl Strategy<Value = enplan_domain::Narrative> {
    prop_oneof![
        Just(String::new()),
        "[A-Za-zæøåÆØÅ0-9 .,\"\\\\§]{1,30}".boxed(),
        Just("Linje 1\nLinje 2".to_owned())
    ]
    .prop_map(|words| text(&words))
}

fn any_when() -> impl Strategy<Value = When> {
    prop_oneof![
        Just("2026-05-01"),
        Just("2026-07-15"),
        Just("2026-05-30T12:13:41Z"),
        Just("2026-05-30T12:13:41.123Z")
    ]
    .prop_map(|when| when.parse().unwrap())
}

fn any_code() -> impl Strategy<Value = Code> {
    let system = prop_oneof![
        Just("urn:oid:1.2.208.176.2.22"),
        Just("urn:oid:1.2.208.176.2.21"),
        Just("http://fhir.kl.dk/term/CodeSystem/CareSocialCodes"),
        Just("http://snomed.info/sct"),
        Just(""),
        Just("not a uri"),
    ];
    let code = prop_oneof![
        Just("416fe27d-3ccf-4390-8742-8b52a9d8dc78"),
        Just("424827b1-23aa-4848-962b-56ee47def560"),
        Just("0bb3daef-538d-45dc-b444-abdbcb63f6bc"),
        Just("9f03dfbb-7a97-45a5-94db-d4c3501714a9"),
        Just("effe55c7-572c-4a99-8fb4-2a9dda2f6572"),
        Just("712744002"),
        Just("completed"),
        Just("order"),
        Just("5cfc9530-a193-4f66-9981-3b980ee9ea7b"),
        Just(" to  spaces"),
        Just(""),
    ];
    let display = option::of(prop_oneof![Just(""), Just("Støtte til daglige opgaver")]);
    (system, code, display).prop_map(|(system, code, display)| Code {
        system: system.to_owned(),
        code: code.to_owned(),
        display: display.map(str::to_owned),
    })
}

fn any_key() -> impl Strategy<Value = ItemKey> {
    let types = prop_oneof![
        4 => proptest::sample::select(vec![
            "Goal", "CarePlan", "CareTeam", "ServiceRequest", "Condition", "Observation", "ClinicalImpression",
            "Encounter", "Communication", "Basic",
        ]),
        1 => proptest::sample::select(vec!["Meeting", "RelatedPerson", "Patient"]),
    ];
    (types, 0..20_u8).prop_map(|(resource_type, n)| ItemKey::new(resource_type, &format!("id-{n}")).unwrap())
}

fn any_link() -> impl Strategy<Value = Link> {
    (proptest::sample::select(every::<LinkRole>()), any_key(), option::of(0..3_u32))
        .prop_map(|(role, target, rank)| Link { role, target, rank })
}

fn any_agreement() -> impl Strategy<Value = Agreement> {
    let word = || option::of(Just("serviceloven-85".to_owned()));
    let contact = option::of((any_text(), any_text(), any_text()))
        .prop_map(|contact| contact.map(|(name, place, phone)| Contact { name, place, phone }));
    (word(), word(), contact, any_text()).prop_map(|(provision, exemption, contact, ready_when)| Agreement {
        provision,
        exemption,
        contact,
        ready_when,
        ..Agreement::default()
    })
}

/// An item with anything in it. A field that an item gets later is given something here: the test below says so.
fn any_item() -> impl Strategy<Value = Item> {
    let detail = (proptest::sample::select(every::<Aspect>()), any_code());
    let details = vec(detail.prop_map(|(aspect, code)| Detail { aspect, code }), 0..4);
    let what = (
        any_key(),
        proptest::sample::select(every::<ItemKind>()),
        proptest::sample::select(vec!["social", "health", "employment", "unsorted"]),
        proptest::sample::select(every::<Status>()),
        vec(any_code(), 0..3),
        details,
        btree_set(any_link(), 0..4),
    );
    let words = (any_text(), any_text(), any_text(), any_agreement());
    let days =
        (option::of(any_when()), option::of(any_when()), option::of(any_when()), option::of(any_when()));
    let kinship = proptest::sample::select(every::<Kinship>());
    let custody = option::of(proptest::sample::select(every::<Custody>()));
    let relation = (kinship, custody)
        .prop_map(|(kinship, custody)| Box::new(Relation { kinship, custody, person: None }));
    let meeting = (any_text(), any_text(), any::<bool>()).prop_map(|(place, name, invited)| {
        let (relation, represents) = (Voice::Professional, text(""));
        let participants = vec![Participant { name, relation, represents, invited, came: None }];
        Box::new(Meeting { place, participants, ..Meeting::default() })
    });
    let state = "[0-9a-f]{4}".prop_map(|state| Acknowledgement { code: every::<FindingCode>()[0], state });
    let of_meetings = (
        option::of(meeting),
        any_text(),
        option::of(proptest::sample::select(every::<Reach>())),
        option::of(state),
        option::of(Just("anne.jensen".parse::<UserName>().unwrap())),
    );
    let decided =
        option::of((any::<bool>(), any_text()).prop_map(|(belongs, reason)| Decided { belongs, reason }));
    let target_group = decided.prop_map(|decided| TargetGroupAssessment {
        group: "unge-15-30".to_owned(),
        decided,
        wording: vec![Worded { id: "unge-15-30".to_owned(), words: text("Unge") }],
        ..TargetGroupAssessment::default()
    });
    let of_assessments = (
        option::of((1..=10_u8).prop_map(|number| Score::try_from(number).unwrap())),
        option::of(target_group),
    );
    let rest = (
        of_meetings,
        of_assessments,
        option::of(relation),
        option::of(proptest::sample::select(every::<Voice>())),
        option::of(Just("bolig".to_owned())),
        option::of(Just("min-plan".to_owned())),
    );
    (what, words, days, rest).prop_map(|(what, words, days, rest)| {
        let (key, kind, sector, status, codes, details, links) = what;
        let provenance = Provenance {
            source: Source::Staff { by: "anne.jensen".parse().unwrap() },
            as_of: "2026-05-20T08:00:00Z".parse().unwrap(),
            municipality: context().municipality,
        };
        let mut item = Item::new(key, kind, sector.parse().unwrap(), status, provenance);
        if status == Status::Withdrawn {
            return item;
        }
        (item.codes, item.details, item.links) = (codes, details, links);
        (item.text, item.case_number, item.outcome, item.agreed) = words;
        (item.starts, item.ends, item.recorded, item.last_asserted) = days;
        let (of_meetings, of_assessments);
        (of_meetings, of_assessments, item.relation, item.said_by, item.area, item.plan_kind) = rest;
        (item.meeting, item.doer, item.reach, item.acknowledges, item.note_to) = of_meetings;
        (item.score, item.target_group) = of_assessments;
        item
    })
}

/// Items whose ids are each their own, as ids are.
fn any_plan() -> impl Strategy<Value = Plan> {
    let items = btree_map("[a-z]{1,3}[0-9]{1,3}", any_item(), 0..8);
    (items, any::<bool>(), any_text(), any_text(), btree_set("p[0-9]", 0..3)).prop_map(
        |(items, protected, name, address, known_as)| {
            let mut citizen = Citizen::new(CITIZEN.parse().unwrap()).living_at(address);
            (citizen.name, citizen.protected) = (name, protected);
            citizen.known_as = known_as.iter().map(|id| ItemKey::new("Patient", id).unwrap()).collect();
            let mut plan = crate::sample::empty_plan();
            plan.citizen = citizen;
            plan.items = items
                .into_iter()
                .map(|(id, item)| {
                    let key = ItemKey::new(item.key.resource_type(), &id).unwrap();
                    (key.clone(), Item { key, ..item })
                })
                .collect();
            plan
        },
    )
}

/// Consents as somebody recorded them, each under an id of its own.
fn any_consents() -> impl Strategy<Value = Vec<LegalBasis>> {
    let one = (
        proptest::sample::select(every::<ConsentGiver>()),
        proptest::sample::select(every::<ConsentForm>()),
        any_text().prop_filter("for a purpose", |purpose| !purpose.is_empty()),
        1_i64..1_000_000_000,
        any::<bool>(),
    );
    vec(one, 0..4).prop_map(|consents| {
        let basis = |(n, (given_by, form, purpose, ends, withdrawn)): (usize, _)| {
            let after: Timestamp = "2026-06-02T00:00:00Z".parse().unwrap();
            let draft = BasisDraft {
                id: BasisId::from_bytes([u8::try_from(n + 1).unwrap(); 16]),
                until: Some(after + jiff::SignedDuration::from_secs(ends)),
                ground: Ground::Consent { purpose, form, given_by },
                ..crate::sample::consent()
            };
            // As it is stored: not every giver can be recorded for this citizen, and a bundle must tell the difference.
            let stored = json!({ "basis": draft, "recorded": context().stamp() });
            let basis: LegalBasis = serde_json::from_value(stored).unwrap();
            if withdrawn { basis.withdrawn(context().stamp()) } else { basis }
        };
        consents.into_iter().enumerate().map(basis).collect()
    })
}

fn with_consents(mut plan: Plan, consents: &[LegalBasis]) -> Plan {
    plan.bases = consents.iter().map(|basis| (basis.id(), basis.clone())).collect();
    plan
}

fn is_the_citizens_own(basis: &LegalBasis) -> bool {
    let Ground::Consent { given_by, .. } = basis.ground() else { return false };
    matches!(given_by, ConsentGiver::Citizen | ConsentGiver::YoungPerson)
}

/// What was said of who cooperates in the teams of a plan, and of who acts in what is granted.
fn who_acts(plan: &Plan) -> Received {
    let mut received = Received::default();
    let is_over = |item: &&Item| matches!(item.status, Status::Ended | Status::Cancelled);
    for item in plan.live_items().filter(|item| !is_over(item)) {
        let said = match (item.key.resource_type(), item.kind) {
            ("CarePlan", ItemKind::GrantedPlan) => Said::Acting { municipality: crate::sample::hilleroed() },
            ("CareTeam", ItemKind::Provider) => {
                let system =
                    "http://fhir.kl.dk/ffbmessaging/CodeSystem/kl-messaging-ffb-participantRoleCodes";
                let role = Code {
                    system: system.to_owned(),
                    code: "koordinerende-myndighed".to_owned(),
                    display: None,
                };
                let (contact, phone) = (text("Karen Karlsen"), text("99775533"));
                let organisation = text("Socialrådgivergruppe B");
                Said::Cooperation {
                    roles: vec![StatedRole { role: Some(role), organisation, contact, phone }],
                }
            }
            _ => continue,
        };
        let (key, provenance) = (item.key.clone(), item.provenance.clone());
        received.take_in(Statement { key, provenance, is_over: false, said }, plan, &context());
    }
    received
}

/// The plan as its bundle says it: from a report, without what stays behind.
fn as_reported(plan: &Plan, context: &Context) -> Plan {
    let mut plan = Plan { bases: std::collections::BTreeMap::new(), ..plan.clone() };
    // Of those who do something, only who came to a meeting for work, the citizen and the caseworker are told.
    let folded = |name: &enplan_domain::Narrative| name.reveal().trim().to_lowercase();
    let meetings = plan.items.values().filter_map(|item| item.meeting.as_ref());
    let participants = meetings.flat_map(|meeting| &meeting.participants);
    let at_work = participants.filter(|one| one.relation == Voice::Professional).map(|one| folded(&one.name));
    let told: std::collections::BTreeSet<String> =
        at_work.chain([folded(&plan.citizen.name), plan.caseworker.to_string().to_lowercase()]).collect();
    for item in plan.items.values_mut() {
        item.provenance.source =
            Source::Report { bundle: Some(exporting().bundle.to_string()), organisation: None };
        if !told.contains(&folded(&item.doer)) {
            item.doer = text("");
        }
    }
    if plan.citizen.protected {
        plan.citizen = plan.citizen.living_at(text(""));
    }
    // A report does not say when it began.
    plan.citizen.protected_since = None;
    plan.citizen.protection_heard_of = plan.citizen.protected.then(|| context.today());
    if plan.citizen.known_as.is_empty() {
        plan.citizen.known_as.insert(ItemKey::new("Patient", &exporting().citizen.to_string()).unwrap());
    }
    plan.caseworker = UserName::clone(&context.actor);
    plan.life = Life::Open;
    plan
}

/// For `.ci/run`, which has another reader of FHIR validate them.
#[test]
fn written_where_they_can_be_validated() {
    let Some(folder) = std::env::var_os("ENPLAN_EXPORTS") else { return };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for n in 0..100 {
        let (plan, consents) = (any_plan(), any_consents()).new_tree(&mut runner).unwrap().current();
        let plan = with_consents(plan, &consents);
        let bundle = export(&plan, &who_acts(&plan), &exporting());
        let bundle = serde_json::to_vec_pretty(&bundle).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("plan-{n}.json")), bundle).unwrap();
    }
}

#[test]
fn the_generated_items_have_every_field_that_an_item_can_have() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut filled = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let item = any_item().new_tree(&mut runner).unwrap();
        let item = serde_json::to_value(item.current()).unwrap();
        filled.extend(item.as_object().unwrap().keys().cloned());
    }
    for field in names::<Item>(&json!({ "no such field": 1 })) {
        // The cases that share an item stay where they are.
        assert!(field == "shared" || filled.contains(&field), "any_item gives nothing for {field}");
    }
}

/// What a citizen or a plan gets later is named here once somebody has thought of whether a bundle tells it.
#[test]
fn every_part_of_a_citizen_and_of_a_plan_is_exported_or_known_to_stay_behind() {
    let no_such_field = json!({ "no such field": 1 });
    let exported = ["cpr", "name", "protected", "address", "known_as"];
    let stays = ["protected_since", "protection_heard_of", "former_numbers"];
    for field in names::<Citizen>(&no_such_field) {
        assert!(exported.contains(&&*field) || stays.contains(&&*field), "is a citizen's {field} exported?");
    }
    let exported = ["citizen", "municipality", "items", "bases"];
    let stays = ["caseworker", "life", "arrivals", "merged_into"];
    for field in names::<Plan>(&no_such_field) {
        assert!(exported.contains(&&*field) || stays.contains(&&*field), "is a plan's {field} exported?");
    }
}

proptest! {
    #[test]
    fn a_plan_that_is_exported_imports_to_the_same_plan(plan in any_plan(), consents in any_consents()) {
        let plan = with_consents(plan, &consents);
        let bundle = export(&plan, &who_acts(&plan), &exporting());
        let Import { events, report, .. } = imported(&bundle);
        let read = Plan::from_events(&events).unwrap();
        prop_assert_eq!(read, as_reported(&plan, &context()));
        prop_assert_eq!(report.broken_rules, []);
        // A link may lead to what the plan hasn't got, and a code may be one that nothing here knows: both are kept, and
        // listed. Whatever else is in the bundle is understood.
        let left: Vec<_> = report
            .not_understood
            .into_iter()
            .filter(|one| !matches!(one.reason, Reason::UnresolvedReference | Reason::UnknownCode))
            .collect();
        prop_assert_eq!(left, []);
    }

    #[test]
    fn exported_again_it_is_the_same_bundle(plan in any_plan()) {
        let bundle = exported(&plan);
        let read = Plan::from_events(&imported(&bundle).events).unwrap();
        prop_assert_eq!(exported(&read), bundle);
    }

    #[test]
    fn a_consent_of_the_citizens_own_comes_out_of_a_bundle_as_it_was_and_no_other_does(
        plan in any_plan(),
        consents in any_consents(),
    ) {
        let plan = with_consents(Plan { citizen: Citizen::new(plan.citizen.cpr.clone()), ..plan }, &consents);
        let said = imported(&exported(&plan)).statements;
        let mut received = Received::default();
        let unknowing = as_reported(&plan, &context());
        for one in said {
            received.take_in(one, &unknowing, &context());
        }
        for basis in &consents {
            let key: ItemKey = format!("Consent/{}", basis.id()).parse().unwrap();
            let taking = TakingOver { case: crate::sample::case(), basis: BasisId::from_bytes([9; 16]), relation: None };
            let taken = received.take_over(&key, &unknowing, &taking, &context());
            if is_the_citizens_own(basis) && basis.withdrawal().is_none() {
                let draft = Box::new(basis.draft().clone());
                let id = basis.id().to_string();
                prop_assert_eq!(taken, Ok(Taken::Command(enplan_domain::plan::PlanCommand::RecordBasis(draft), id)));
            } else {
                prop_assert!(taken.is_err(), "{:?}", taken);
            }
        }
    }

    #[test]
    fn who_acts_and_who_cooperates_comes_out_of_a_bundle_as_it_was_said(plan in any_plan()) {
        let before = who_acts(&plan);
        let mut after = Received::default();
        for one in imported(&export(&plan, &before, &exporting())).statements {
            let heard = after.take_in(one, &plan, &context());
            prop_assert!(heard == Heard::New, "{:?}", heard);
        }
        // Whom to ask for somewhere is theirs to tell, and the report is this one now.
        let said = |received: &Received| -> Vec<(ItemKey, Said)> {
            let without_people = |said: &Said| match said.clone() {
                Said::Cooperation { mut roles } => {
                    for role in &mut roles {
                        (role.contact, role.phone) = (text(""), text(""));
                    }
                    Said::Cooperation { roles }
                }
                said => said,
            };
            received.waiting().map(|one| (one.statement.key.clone(), without_people(&one.statement.said))).collect()
        };
        prop_assert_eq!(said(&after), said(&before));
    }

    #[test]
    fn where_a_protected_citizen_lives_and_where_their_plan_may_go_is_in_no_bundle(
        mut plan in any_plan(),
        consents in any_consents(),
    ) {
        plan = with_consents(plan, &consents);
        plan.citizen.protected = true;
        plan.citizen = plan.citizen.living_at(text("Testvej 999"));
        let bundle = exported(&plan);
        prop_assert!(!bundle.to_string().contains("Testvej 999"));
        prop_assert!(!bundle.to_string().contains("0219"), "the recipient of each consent");
        for entry in bundle["entry"].as_array().unwrap() {
            prop_assert_eq!(&entry["resource"]["meta"]["security"][0]["code"], "R");
        }
    }
}

#[test]
fn a_system_that_changed_an_element_is_believed_and_the_extension_beside_it_is_not() {
    let mut plan = crate::sample::empty_plan();
    let mut goal = Item::new(
        "Goal/g".parse().unwrap(),
        ItemKind::Goal,
        "employment".parse().unwrap(),
        Status::Unknown,
        Provenance {
            source: Source::Staff { by: "anne.jensen".parse().unwrap() },
            as_of: "2026-05-20T08:00:00Z".parse().unwrap(),
            municipality: context().municipality,
        },
    );
    goal.said_by = Some(Voice::Citizen);
    plan.items.insert(goal.key.clone(), goal);
    let mut bundle = exported(&plan);
    // FHIR has no unknown status of a goal, so it is told beside the word.
    bundle["entry"][1]["resource"]["lifecycleStatus"] = json!("completed");
    let Import { events, report, .. } = imported(&bundle);
    let read = Plan::from_events(&events).unwrap();
    let goal = read.items.values().next().unwrap();
    assert_eq!(goal.status, Status::Ended);
    assert_eq!((goal.said_by, goal.sector.as_str()), (Some(Voice::Citizen), "employment"));
    assert!(
        report
            .not_understood
            .iter()
            .any(|one| one.reason == Reason::Contradicted { field: "status".to_owned() })
    );
}

#[test]
fn an_extension_that_is_not_of_its_form_is_listed_and_changes_nothing() {
    let plan = crate::sample::after(
        crate::sample::empty_plan(),
        crate::sample::add(1, crate::sample::new_goal("social", "Bo selv")),
    );
    let mut bundle = exported(&plan);
    let extensions = bundle["entry"][1]["resource"]["extension"].as_array_mut().unwrap();
    extensions[0]["extension"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "url": "said_by", "valueString": "nobody" }));
    let report = imported(&bundle).report;
    assert!(
        report
            .not_understood
            .iter()
            .any(|one| one.reason == Reason::Contradicted { field: "said_by".to_owned() })
    );
    let extensions = bundle["entry"][1]["resource"]["extension"].as_array_mut().unwrap();
    extensions[0]["extension"] = json!([{ "url": "said_by" }]);
    assert!(imported(&bundle).report.not_understood.iter().any(|one| one.reason == Reason::WrongForm));
}

#[test]
fn who_a_third_person_is_is_in_no_bundle_and_is_taken_from_none() {
    let mut plan = crate::sample::empty_plan();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut item = any_item().new_tree(&mut runner).unwrap().current();
    (item.kind, item.status) = (ItemKind::Relation, Status::Active);
    let ground = PersonGround::Consent { given_on: "2026-05-01".parse().unwrap() };
    let person = RelatedPerson { cpr: None, name: text("TESTDATA Mor"), ground };
    item.relation =
        Some(Box::new(Relation { kinship: Kinship::Parent, custody: None, person: Some(person) }));
    plan.items.insert(item.key.clone(), item);
    let mut bundle = exported(&plan);
    assert!(!bundle.to_string().contains("TESTDATA Mor"));
    let told = json!({ "url": "relation", "extension": [
        { "url": "kinship", "valueString": "parent" },
        { "url": "person", "extension": [
            { "url": "name", "valueString": "TESTDATA Mor" },
            { "url": "ground", "extension": [
                { "url": "type", "valueString": "consent" }, { "url": "given_on", "valueString": "2026-05-01" },
            ] },
        ] },
    ] });
    let extensions = bundle["entry"][1]["resource"]["extension"].as_array_mut().unwrap();
    let own = extensions.last_mut().unwrap()["extension"].as_array_mut().unwrap();
    own.retain(|field| field["url"] != "relation");
    own.push(told);
    let Import { events, report, .. } = imported(&bundle);
    let read = Plan::from_events(&events).unwrap();
    assert!(!serde_json::to_string(&read).unwrap().contains("TESTDATA Mor"));
    assert!(report.not_understood.iter().any(|one| one.reason == Reason::ThirdPerson), "{report:?}");
}
