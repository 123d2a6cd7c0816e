//! What may be done to a plan, how it is cut, and that it arrives whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::sample::{
    add, after, consent, context, empty_plan, hilleroed, new_action, new_goal, sections, text,
};
use enplan_domain::basis::{Ground, LegalBasis};
use enplan_domain::plan::document::DocumentRefusal;
use enplan_domain::plan::{
    Citizen, CloseReason, ItemChange, ItemKind, Life, NewItem, Plan, PlanCommand, PlanDocument, PlanEvent,
    PlanRefusal, SectionKind, decide,
};
use enplan_domain::{Context, Epoch, TransferId};
use proptest::prelude::*;

fn add_goal(n: u128, sector_id: &str, words: &str) -> PlanCommand {
    add(n, new_goal(sector_id, words))
}

/// The plan goes to another caseworker, with a note.
fn handed_on_to(caseworker: &str) -> PlanCommand {
    let note = text("TESTDATA Ring til borgeren om formiddagen");
    PlanCommand::ChangeCaseworker {
        caseworker: caseworker.parse().unwrap(),
        id: uuid::Uuid::from_u128(900),
        note,
    }
}

fn refused(plan: &Plan, command: PlanCommand) -> PlanRefusal {
    decide(Some(plan), command, &context()).unwrap_err()
}

fn transfer() -> TransferId {
    TransferId::from_bytes([9; 16])
}

fn receive(plan: Plan) -> PlanCommand {
    PlanCommand::Receive {
        from: hilleroed(),
        transfer: transfer(),
        epoch: Epoch(2),
        left_out: BTreeSet::from([SectionKind::Notes]),
        caseworker: "bo.holm".parse().unwrap(),
        plan: Box::new(plan),
    }
}

fn handed_over() -> Plan {
    after(empty_plan(), PlanCommand::HandOver { to: hilleroed(), transfer: transfer() })
}

#[test]
fn a_command_sent_twice_is_done_once() {
    let plan = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let later = Context { now: "2026-06-01T11:00:00Z".parse().unwrap(), ..context() };
    assert_eq!(decide(Some(&plan), add_goal(1, "social", "Egen bolig"), &later), Ok(vec![]));
    assert_eq!(refused(&plan, add_goal(1, "social", "Et andet mål")), PlanRefusal::IdInUse);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let plan = empty_plan();
    assert_eq!(decide(None, add_goal(1, "social", "x"), &context()), Err(PlanRefusal::NoPlan));
    assert_eq!(refused(&plan, add_goal(1, "social", "  ")), PlanRefusal::EmptyText);
    assert_eq!(refused(&plan, add_goal(1, "astrology", "x")), PlanRefusal::UnknownSector);
    let citizen = Citizen::new(crate::sample::CITIZEN.parse().unwrap());
    let register = PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() };
    assert_eq!(refused(&plan, register), PlanRefusal::AlreadyHere);
    let orphan = add(2, new_action("social", "x", Some("Goal/missing".parse().unwrap())));
    assert_eq!(refused(&plan, orphan), PlanRefusal::NoSuchGoal);
}

#[test]
fn setting_what_is_set_makes_no_event() {
    let plan = empty_plan();
    for command in [
        PlanCommand::SetProtected { protected: false },
        handed_on_to(plan.caseworker.as_str()),
        PlanCommand::ChangeCpr { cpr: plan.citizen.cpr.clone() },
    ] {
        assert_eq!(decide(Some(&plan), command, &context()), Ok(vec![]));
    }
}

#[test]
fn a_new_number_keeps_the_former_one() {
    let new: enplan_domain::Cpr = "6101811003".parse().unwrap();
    let plan = after(empty_plan(), PlanCommand::ChangeCpr { cpr: new.clone() });
    assert_eq!(plan.citizen.cpr, new);
    assert!(plan.citizen.has_number(&crate::sample::CITIZEN.parse().unwrap()));
}

#[test]
fn a_frozen_plan_takes_what_protects_the_citizen_and_nothing_else() {
    let plan = after(empty_plan(), PlanCommand::RecordBasis(Box::new(consent())));
    let frozen = Context { frozen: true, ..context() };
    for taken in [
        PlanCommand::WithdrawBasis { id: consent().id },
        PlanCommand::SetProtected { protected: true },
        PlanCommand::ChangeCpr { cpr: "6101811003".parse().unwrap() },
        PlanCommand::Close { reason: CloseReason::Died, note: text("") },
    ] {
        assert_eq!(decide(Some(&plan), taken, &frozen).unwrap().len(), 1);
    }
    for edit in [
        add_goal(1, "social", "x"),
        handed_on_to("bo.holm"),
        PlanCommand::Close { reason: CloseReason::Finished, note: text("") },
    ] {
        assert_eq!(decide(Some(&plan), edit, &frozen), Err(PlanRefusal::HandoverUnderWay));
    }
}

#[test]
fn a_plan_handed_over_refuses_every_change_and_says_where_it_went() {
    let refusal = refused(&handed_over(), add_goal(1, "social", "x"));
    assert_eq!(refusal, PlanRefusal::HandedOver { to: hilleroed() });
    assert!(refusal.what_to_do().contains("Hillerød (0219)"));
}

#[test]
fn a_closed_plan_takes_what_protects_the_citizen_and_nothing_else() {
    let close = || PlanCommand::Close { reason: CloseReason::Finished, note: text("Målet er nået") };
    let plan = after(empty_plan(), PlanCommand::RecordBasis(Box::new(consent())));
    let plan = after(plan, close());
    for refusal in [add_goal(1, "social", "x"), close(), PlanCommand::SetAddress { address: text("x") }] {
        assert_eq!(refused(&plan, refusal), PlanRefusal::Closed);
    }
    for taken in [
        PlanCommand::WithdrawBasis { id: consent().id },
        PlanCommand::SetProtected { protected: true },
        PlanCommand::ChangeCpr { cpr: "6101811003".parse().unwrap() },
    ] {
        assert_eq!(decide(Some(&plan), taken, &context()).unwrap().len(), 1);
    }
}

#[test]
fn a_plan_arrives_under_its_new_caseworker_and_remembers_where_from() {
    let sent = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let events = decide(None, receive(sent.clone()), &context()).unwrap();
    let plan = Plan::from_events(&events).unwrap();
    assert_eq!(plan.items, sent.items);
    assert_eq!(plan.caseworker.as_str(), "bo.holm");
    let [arrival] = &plan.arrivals[..] else { panic!("one arrival") };
    assert_eq!((arrival.from, arrival.transfer, arrival.epoch), (hilleroed(), transfer(), Epoch(2)));
    assert_eq!(decide(Some(&plan), receive(sent), &context()), Ok(vec![]), "sent twice is done once");
}

#[test]
fn a_plan_comes_back_to_where_it_left_and_nowhere_else() {
    assert_eq!(refused(&empty_plan(), receive(empty_plan())), PlanRefusal::AlreadyHere);
    let back = after(handed_over(), receive(empty_plan()));
    assert_eq!((back.life, back.arrivals.len()), (Life::Open, 1));
    assert_eq!(decide(None, receive(handed_over()), &context()), Err(PlanRefusal::ArrivedNotOpen));
}

#[test]
fn a_plan_that_comes_back_under_a_new_number_is_known_by_the_old_one_here() {
    let mut left = handed_over();
    left.citizen.known_as.insert("Patient/here".parse().unwrap());
    let mut sent = empty_plan();
    sent.citizen = Citizen::new("6202821002".parse().unwrap());
    let back = after(left, receive(sent));
    assert_eq!(back.citizen.cpr, "6202821002".parse().unwrap());
    assert!(back.citizen.has_number(&crate::sample::CITIZEN.parse().unwrap()));
    assert!(back.citizen.known_as.contains(&"Patient/here".parse().unwrap()));
}

#[test]
fn every_event_says_its_name_in_json() {
    let mut plan = empty_plan();
    let mut events = vec![];
    for command in [
        add_goal(1, "social", "Egen bolig"),
        PlanCommand::SetName { name: text("TESTDATA Testesen") },
        PlanCommand::SetAddress { address: text("Granvej 7, 3200 Helsinge") },
        PlanCommand::SetProtected { protected: true },
        PlanCommand::RecordBasis(Box::new(consent())),
        PlanCommand::WithdrawBasis { id: consent().id },
        PlanCommand::ChangeCpr { cpr: "6101811003".parse().unwrap() },
        handed_on_to("bo.holm"),
        PlanCommand::Close { reason: CloseReason::MovedAway, note: text("Til København") },
    ] {
        let new = decide(Some(&plan), command, &context()).unwrap();
        plan = new.iter().fold(plan, Plan::apply);
        events.extend(new);
    }
    events.extend(decide(None, receive(empty_plan()), &context()).unwrap());
    for event in events {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], event.name());
        assert_eq!(serde_json::from_value::<PlanEvent>(json).unwrap(), event);
        let shown = format!("{event:?}");
        for word in ["Egen", "Testesen", "Granvej", "6101", "København", "Hillerød"] {
            assert!(!shown.contains(word), "{} shows {word}", event.name());
        }
    }
}

#[test]
fn the_stored_form_of_an_event_is_fixed() {
    let events = decide(Some(&empty_plan()), add_goal(1, "social", "Egen bolig"), &context()).unwrap();
    assert_eq!(
        serde_json::to_string(&events[0]).unwrap(),
        concat!(
            r#"{"type":"item_recorded.v1","stamp":{"at":"2026-06-01T10:00:00Z","by":"anne.jensen"},"#,
            r#""item":{"key":"Goal/00000000-0000-0000-0000-000000000001","kind":"goal","sector":"social","#,
            r#""status":"active","text":"Egen bolig","provenance":{"source":{"type":"staff","by":"anne.jensen"},"#,
            r#""as_of":"2026-06-01T10:00:00Z","municipality":"0270"}}}"#
        )
    );
}

#[test]
fn a_list_shows_no_more_than_the_birth_date_of_the_number() {
    let plan = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let summary = plan.summary("2026-06-01".parse().unwrap());
    assert_eq!(summary.masked_cpr.reveal(), "610181-****");
    assert_eq!((summary.counts.goals, summary.counts.actions), (1, 0));
}

fn recorded_consent() -> LegalBasis {
    LegalBasis::record(consent(), &crate::sample::CITIZEN.parse().unwrap(), &context()).unwrap()
}

#[test]
fn a_duty_sends_only_the_material_that_it_names() {
    let plan = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let plan = after(plan, add_goal(2, "social", "Uddannelse"));
    let named = plan.items.keys().next().unwrap().clone();
    let mut draft = consent();
    draft.provision = String::from("barnets-lov-132");
    draft.ground = Ground::StatutoryDuty {
        assessment: text("Behov for særlig støtte"),
        summary: text("Sammenfatning"),
        material: BTreeSet::from([named.clone()]),
    };
    let duty = LegalBasis::record(draft, &plan.citizen.cpr, &context()).unwrap();
    let (sent, left_out) = plan.disclosed_under(&duty);
    assert_eq!(sent.items.keys().collect::<Vec<_>>(), [&named]);
    assert_eq!(left_out, BTreeSet::from([SectionKind::Goals]));
}

#[test]
fn what_was_entered_in_error_is_no_content_and_does_not_travel() {
    let plan = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let plan = after(plan, add_goal(2, "health", "En andens mål"));
    let wrong = plan.items.values().find(|item| item.sector.as_str() == "health").unwrap().key.clone();
    let plan = after(plan, PlanCommand::Change { item: wrong.clone(), change: ItemChange::Withdraw });
    assert_eq!(plan.sections(), sections(&["social/goals"]));
    let (sent, left_out) = plan.restricted_to(&sections(&["social/goals", "health/goals"]));
    assert!(!sent.items.contains_key(&wrong));
    assert_eq!(left_out, BTreeSet::new());
    let (_, left_out) = plan.restricted_to(&sections(&["social/goals"]));
    assert_eq!(left_out, BTreeSet::new(), "nothing was left out that anybody could ask for");
}

#[test]
fn a_link_to_what_is_left_out_goes_with_it() {
    let plan = after(empty_plan(), add_goal(1, "social", "Egen bolig"));
    let goal = plan.items.keys().next().cloned();
    let plan = after(plan, add(2, new_action("social", "Boligsøgning", goal)));
    let links = |names| {
        let (kept, _) = plan.restricted_to(&sections(names));
        kept.items_of(ItemKind::Intervention).map(|item| item.links.len()).sum::<usize>()
    };
    assert_eq!(links(&["social/goals", "social/interventions"]), 1);
    assert_eq!(links(&["social/interventions"]), 0);
}

#[test]
fn a_document_of_an_unknown_form_is_refused() {
    let document = PlanDocument::new(&empty_plan(), &recorded_consent());
    let mut json = serde_json::to_value(&document).unwrap();
    json["schema"] = 99.into();
    let read = |json: &serde_json::Value| PlanDocument::from_bytes(&serde_json::to_vec(json).unwrap());
    assert!(matches!(read(&json), Err(DocumentRefusal::UnknownSchema(99))));
    json["schema"] = 1.into();
    assert!(matches!(read(&json), Err(DocumentRefusal::UnknownSchema(1))));
    json["schema"] = PlanDocument::SCHEMA.into();
    assert_eq!(read(&json).unwrap(), document);
    json["plan"]["mood"] = "glad".into();
    assert!(matches!(read(&json), Err(DocumentRefusal::Malformed { .. })));
    let bytes = document.to_bytes().unwrap();
    assert!(matches!(PlanDocument::from_bytes(&bytes[1..]), Err(DocumentRefusal::Malformed { .. })));
}

#[test]
fn a_document_with_a_general_basis_is_refused() {
    let document = PlanDocument::new(&empty_plan(), &recorded_consent());
    let mut json = serde_json::to_value(&document).unwrap();
    json["basis"]["basis"]["sections"] = serde_json::json!([]);
    let read = PlanDocument::from_bytes(&serde_json::to_vec(&json).unwrap());
    assert!(matches!(read, Err(DocumentRefusal::Malformed { .. })));
}

fn any_words() -> impl Strategy<Value = String> {
    "[a-zæøå \"\\\\\n\u{0}-\u{1f}]{0,20}".prop_map(|words| format!("x{words}"))
}

fn any_command() -> impl Strategy<Value = PlanCommand> {
    let sectors = prop_oneof![Just("social"), Just("health"), Just("employment")];
    (0_u128..20, sectors, any_words(), 0..4).prop_map(|(n, id, words, verb)| {
        let (sector, on) = (id.parse().unwrap(), "2026-08-29".parse().unwrap());
        let item = match verb {
            0 => new_goal(id, &words),
            1 => new_action(id, &words, None),
            2 => NewItem::FollowUp { sector, on, text: text(&words) },
            _ => NewItem::Note { sector, text: text(&words) },
        };
        add(n, item)
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    proptest::collection::vec(any_command(), 0..12).prop_map(|commands| {
        commands.into_iter().fold(empty_plan(), |plan, command| {
            match decide(Some(&plan), command, &context()) {
                Ok(events) => events.iter().fold(plan, Plan::apply),
                Err(_) => plan,
            }
        })
    })
}

proptest! {
    #[test]
    fn a_plan_arrives_as_it_was_sent(plan in any_plan()) {
        let document = PlanDocument::new(&plan, &recorded_consent());
        let read = PlanDocument::from_bytes(&document.to_bytes().unwrap()).unwrap();
        prop_assert_eq!(read, document);
    }

    #[test]
    fn nothing_but_the_sections_and_who_the_citizen_is_is_in_a_package(plan in any_plan()) {
        let mut plan = after(plan, PlanCommand::SetName { name: text("TESTDATA Testesen") });
        plan = after(plan, PlanCommand::SetAddress { address: text("Granvej 7") });
        plan = after(plan, PlanCommand::SetProtected { protected: true });
        plan = after(plan, PlanCommand::ChangeCpr { cpr: "6101811003".parse().unwrap() });
        plan.citizen.known_as.insert("Patient/elsewhere".parse().unwrap());
        plan = after(after(plan.clone(), PlanCommand::HandOver { to: hilleroed(), transfer: transfer() }), receive(plan));
        let document = PlanDocument::new(&plan, &recorded_consent());
        let mut citizen = Citizen::new(plan.citizen.cpr.clone());
        (citizen.name, citizen.protected) = (plan.citizen.name.clone(), true);
        citizen.protected_since = Some(context().today());
        let mut whole = Plan { citizen, bases: BTreeMap::new(), arrivals: Vec::new(), ..plan.clone() };
        whole.items.retain(|_, item| consent().sections.contains(&item.section()));
        prop_assert_eq!(&document.plan, &whole);
        let bytes = String::from_utf8(document.to_bytes().unwrap()).unwrap();
        for word in ["Granvej", crate::sample::CITIZEN, "Patient/elsewhere", &transfer().to_string()] {
            prop_assert!(!bytes.contains(word), "{} is in the package", word);
        }
    }

    #[test]
    fn what_is_left_out_of_a_package_is_said(plan in any_plan()) {
        let wanted = sections(&["social/goals", "health/notes"]);
        let (kept, left_out) = plan.restricted_to(&wanted);
        prop_assert!(kept.sections().is_subset(&wanted));
        prop_assert!(kept.bases.is_empty());
        let gone = plan.items.values().filter(|item| !kept.items.contains_key(&item.key));
        prop_assert_eq!(left_out, gone.map(|item| item.kind.section_kind()).collect::<BTreeSet<_>>());
        let (all, nothing) = plan.restricted_to(&plan.sections());
        prop_assert_eq!(all.items, plan.items);
        prop_assert!(nothing.is_empty());
    }

    #[test]
    fn a_preview_counts_what_is_there(plan in any_plan()) {
        let counts = plan.counts("2026-06-01".parse().unwrap());
        prop_assert_eq!(counts.goals, plan.items_of(ItemKind::Goal).count());
        prop_assert_eq!(counts.actions, plan.items_of(ItemKind::Intervention).count());
        prop_assert_eq!(counts.follow_ups, plan.items_of(ItemKind::FollowUp).count());
    }

    #[test]
    fn no_bytes_make_the_document_reader_panic(bytes in any::<Vec<u8>>()) {
        prop_assert!(PlanDocument::from_bytes(&bytes).is_err());
    }
}
