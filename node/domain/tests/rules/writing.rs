//! What a caseworker writes, what becomes of it, and the history that it leaves.

use std::collections::BTreeSet;

use enplan_domain::catalogue::{Adopted, Adoption, ExemptionProblem, Validity};
use enplan_domain::plan::{
    Address, Agreement, Bearing, Contact, ItemChange, ItemKey, ItemKind, LinkRole, NewItem, Plan,
    PlanCommand, PlanEvent, PlanRefusal, Status, Voice, decide, history,
};
use enplan_domain::{Context, Epoch, Narrative, TransferId};
use jiff::civil::date;

use crate::sample::{add, after, context, empty_plan, new_action, new_goal, text};

/// A caseworker's day in the trial's second year.
fn in_the_trial() -> Context {
    let validity = Validity { from: date(2018, 1, 1), until: None };
    let adopted = [Adoption::new("frikommune-33", validity).unwrap()].into_iter().collect();
    Context { now: "2018-09-03T08:00:00Z".parse().unwrap(), adopted, ..context() }
}

fn refused(plan: &Plan, command: PlanCommand, context: &Context) -> PlanRefusal {
    decide(Some(plan), command, context).unwrap_err()
}

fn change(key: &ItemKey, change: ItemChange) -> PlanCommand {
    PlanCommand::Change { item: key.clone(), change }
}

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", uuid::Uuid::from_u128(n)).parse().unwrap()
}

fn leaning_on(exemption: &str, starts: Option<&str>) -> NewItem {
    let agreed = Agreement { exemption: Some(exemption.to_owned()), ..Agreement::default() };
    let NewItem::Action { sector, text, .. } = new_action("employment", "Tilbud sat i bero", None) else {
        unreachable!("an action")
    };
    let starts = starts.map(|day| day.parse().unwrap());
    NewItem::Action { sector, text, starts, ends: None, goal: None, taken_from: None, agreed }
}

fn agreed(agreed: Agreement) -> NewItem {
    let NewItem::Action { sector, text, .. } = new_action("employment", "Praktik", None) else {
        unreachable!("an action")
    };
    NewItem::Action { sector, text, starts: None, ends: None, goal: None, taken_from: None, agreed }
}

#[test]
fn a_goal_is_part_of_a_purpose_and_a_sub_goal_of_a_goal() {
    let wish = NewItem::Wish {
        sector: "social".parse().unwrap(),
        text: text("Jeg vil gerne have ro på"),
        said_by: Voice::Citizen,
    };
    let purpose = |wish| NewItem::Purpose { sector: "social".parse().unwrap(), text: text("Ro"), wish };
    let part_of = |words: &str, part_of: Option<ItemKey>| NewItem::Goal {
        sector: "social".parse().unwrap(),
        text: text(words),
        part_of,
        taken_from: None,
    };
    let plan = after(empty_plan(), add(1, wish));
    let plan = after(plan, add(2, purpose(Some(key("Goal", 1)))));
    let plan = after(plan, add(3, part_of("Egen bolig", Some(key("Goal", 2)))));
    let plan = after(plan, add(4, part_of("Skrevet op", Some(key("Goal", 3)))));
    let kinds: Vec<ItemKind> = plan.items.values().map(|item| item.kind).collect();
    assert_eq!(kinds, [ItemKind::Wish, ItemKind::Purpose, ItemKind::Goal, ItemKind::SubGoal]);
    assert_eq!(plan.items[&key("Goal", 1)].said_by, Some(Voice::Citizen));
    assert_eq!(
        plan.items[&key("Goal", 4)].links_to(LinkRole::BasedOn).collect::<Vec<_>>(),
        [&key("Goal", 3)]
    );
    assert_eq!(
        refused(&plan, add(5, part_of("x", Some(key("Goal", 99)))), &context()),
        PlanRefusal::NoSuchGoal
    );
    assert_eq!(
        refused(&plan, add(5, purpose(Some(key("Goal", 3)))), &context()),
        PlanRefusal::NoSuchWish,
        "a purpose comes from a wish"
    );
}

#[test]
fn a_goal_of_another_plan_is_no_goal_of_this_one() {
    let other = after(empty_plan(), add(1, new_goal("social", "Egen bolig")));
    let theirs = other.items.keys().next().cloned();
    let command = add(2, new_action("social", "Boligsøgning", theirs));
    assert_eq!(refused(&empty_plan(), command, &context()), PlanRefusal::NoSuchGoal);
}

#[test]
fn an_action_waits_for_a_day_or_for_the_citizen_to_be_ready() {
    let day = |day: &str| NewItem::Action {
        sector: "employment".parse().unwrap(),
        text: text("Praktik"),
        starts: Some(day.parse().unwrap()),
        ends: None,
        goal: None,
        taken_from: None,
        agreed: Agreement::default(),
    };
    let ready = Agreement { ready_when: text("Når medicinen virker"), ..Agreement::default() };
    let plan = after(empty_plan(), add(1, day("2026-06-02")));
    let plan = after(plan, add(2, day("2026-06-01")));
    let plan = after(plan, add(3, agreed(ready)));
    let status = |plan: &Plan, n| plan.items[&key("CarePlan", n)].status;
    assert_eq!(status(&plan, 1), Status::Planned);
    assert_eq!(status(&plan, 2), Status::Active);
    assert_eq!(status(&plan, 3), Status::Planned);
    assert!(plan.items[&key("CarePlan", 3)].waits_for_readiness());

    let begin = |on: &str| change(&key("CarePlan", 3), ItemChange::Begin { on: on.parse().unwrap() });
    assert_eq!(refused(&plan, begin("2026-06-02"), &context()), PlanRefusal::DayNotCome);
    let plan = after(plan, begin("2026-06-01"));
    assert_eq!(status(&plan, 3), Status::Active);
    assert!(!plan.items[&key("CarePlan", 3)].waits_for_readiness());
}

#[test]
fn an_action_runs_through_its_last_day_and_does_not_begin_after_it() {
    let action = NewItem::Action {
        sector: "employment".parse().unwrap(),
        text: text("Praktik"),
        starts: None,
        ends: Some("2026-06-01".parse().unwrap()),
        goal: None,
        taken_from: None,
        agreed: Agreement { ready_when: text("Når medicinen virker"), ..Agreement::default() },
    };
    let plan = after(empty_plan(), add(1, action));
    let begin = || change(&key("CarePlan", 1), ItemChange::Begin { on: "2026-06-01".parse().unwrap() });
    let running = after(plan.clone(), begin());
    let status = |day| running.items[&key("CarePlan", 1)].status_on(day);
    assert_eq!(status(date(2026, 6, 1)), Status::Active, "the last day is one of its days");
    assert_eq!(status(date(2026, 6, 2)), Status::Ended);
    let mut late = plan;
    late.items.get_mut(&key("CarePlan", 1)).unwrap().ends = Some("2026-05-31".parse().unwrap());
    assert_eq!(refused(&late, begin(), &context()), PlanRefusal::EndsBeforeItBegins);
}

#[test]
fn an_action_leans_on_an_exemption_only_where_and_while_it_is_adopted() {
    let plan = empty_plan();
    assert!(decide(Some(&plan), add(1, leaning_on("frikommune-33", None)), &in_the_trial()).is_ok());
    let no = |item, context: &Context| match refused(&plan, add(1, item), context) {
        PlanRefusal::Exemption(problem) => problem,
        other => panic!("{other}"),
    };
    assert_eq!(no(leaning_on("frikommune-29", None), &in_the_trial()), ExemptionProblem::NotAdopted);
    assert_eq!(no(leaning_on("frikommune-30", None), &in_the_trial()), ExemptionProblem::Unknown);
    let after_the_trial = leaning_on("frikommune-33", Some("2020-08-01"));
    assert_eq!(no(after_the_trial, &in_the_trial()), ExemptionProblem::OutOfTime);
    let today = Context { adopted: in_the_trial().adopted, ..context() };
    assert_eq!(no(leaning_on("frikommune-33", None), &today), ExemptionProblem::OutOfTime);
    let elsewhere = Context { adopted: Adopted::default(), ..in_the_trial() };
    assert_eq!(no(leaning_on("frikommune-33", None), &elsewhere), ExemptionProblem::NotAdopted);
}

#[test]
fn a_provision_must_hold_on_its_day_and_be_one_for_interventions() {
    let provision = |id: &str| agreed(Agreement { provision: Some(id.to_owned()), ..Agreement::default() });
    let plan = empty_plan();
    assert!(decide(Some(&plan), add(1, provision("lab-57")), &context()).is_ok());
    assert!(decide(Some(&plan), add(1, provision("lab-2014-42")), &in_the_trial()).is_ok());
    for id in ["lab-2014-42", "barnets-lov-132", "straffeloven-1"] {
        assert_eq!(refused(&plan, add(1, provision(id)), &context()), PlanRefusal::UnknownProvision, "{id}");
    }
    let begun = |id: &str, day: &str| {
        let NewItem::Action { sector, text, agreed, .. } = provision(id) else { unreachable!("an action") };
        let starts = Some(day.parse().unwrap());
        NewItem::Action { sector, text, starts, ends: None, goal: None, taken_from: None, agreed }
    };
    assert!(decide(Some(&plan), add(1, begun("lab-2014-42", "2018-01-01")), &context()).is_ok());
    let too_early = add(1, begun("lab-57", "2018-01-01"));
    assert_eq!(refused(&plan, too_early, &context()), PlanRefusal::UnknownProvision);
    let nobody = Contact { phone: text("12 34 56 78"), ..Contact::default() };
    let nobody = agreed(Agreement { contact: Some(nobody), ..Agreement::default() });
    assert_eq!(refused(&plan, add(1, nobody), &context()), PlanRefusal::ContactWithoutName);
}

#[test]
fn a_day_in_1899_is_a_slip_of_the_pen() {
    for day in ["1899-12-31", "2077-01-01"] {
        let on = day.parse().unwrap();
        let command = add(1, NewItem::FollowUp { sector: "social".parse().unwrap(), on, text: text("") });
        assert_eq!(refused(&empty_plan(), command, &context()), PlanRefusal::DayOutOfRange, "{day}");
    }
    let backwards = NewItem::Action {
        sector: "social".parse().unwrap(),
        text: text("Støtte"),
        starts: Some("2026-07-01".parse().unwrap()),
        ends: Some("2026-06-30".parse().unwrap()),
        goal: None,
        taken_from: None,
        agreed: Agreement::default(),
    };
    assert_eq!(refused(&empty_plan(), add(1, backwards), &context()), PlanRefusal::EndsBeforeItBegins);
}

#[test]
fn what_was_gathered_remembers_the_plan_that_it_came_from() {
    let source = |kind: &str, made: &str| NewItem::SourcePlan {
        sector: "employment".parse().unwrap(),
        plan_kind: kind.to_owned(),
        made: Some(made.parse().unwrap()),
        text: text("Jobcentret"),
    };
    let plan = after(empty_plan(), add(1, source("min-plan", "2018-03-01")));
    let gathered = |taken_from| NewItem::Goal {
        sector: "employment".parse().unwrap(),
        text: text("20 timer om ugen"),
        part_of: None,
        taken_from,
    };
    let plan = after(plan, add(2, gathered(Some(key("CarePlan", 1)))));
    let goal = &plan.items[&key("Goal", 2)];
    assert_eq!(goal.links_to(LinkRole::TakenFrom).collect::<Vec<_>>(), [&key("CarePlan", 1)]);
    assert_eq!(
        refused(&plan, add(3, gathered(Some(key("Goal", 2)))), &context()),
        PlanRefusal::NoSuchSourcePlan
    );
    assert_eq!(
        refused(&plan, add(3, source("youth-plan", "2018-03-01")), &context()),
        PlanRefusal::UnknownPlanKind,
        "there were no youth plans in 2018"
    );
}

#[test]
fn a_situation_is_told_by_area_of_life_and_by_whom() {
    let situation = |area: &str| NewItem::Situation {
        sector: "social".parse().unwrap(),
        area: area.to_owned(),
        bearing: Bearing::Barrier,
        text: text("Bor hos en ven"),
        code: None,
        said_by: Voice::Professional,
    };
    let plan = after(empty_plan(), add(1, situation("home")));
    let barrier = plan.items_of(ItemKind::Barrier).next().unwrap();
    assert_eq!((barrier.area.as_deref(), barrier.said_by), (Some("home"), Some(Voice::Professional)));
    assert_eq!(refused(&plan, add(2, situation("mood")), &context()), PlanRefusal::UnknownArea);
}

#[test]
fn what_is_said_of_an_item_fits_its_kind_and_is_said_once() {
    let day = || "2026-06-01".parse().unwrap();
    let plan = after(empty_plan(), add(1, new_goal("social", "Egen bolig")));
    let reach = || change(&key("Goal", 1), ItemChange::Finish { on: day(), outcome: text("Lejlighed") });
    let hold = change(&key("Goal", 1), ItemChange::Hold { on: day(), outcome: text("x") });
    assert_eq!(refused(&plan, hold, &context()), PlanRefusal::NotForThisKind);
    let nothing = change(&key("Goal", 9), ItemChange::Withdraw);
    assert_eq!(refused(&plan, nothing, &context()), PlanRefusal::NoSuchItem);
    let without_reason = change(&key("Goal", 1), ItemChange::Drop { reason: Narrative::default() });
    assert_eq!(refused(&plan, without_reason, &context()), PlanRefusal::EmptyText);

    let plan = after(plan, reach());
    assert_eq!(plan.items[&key("Goal", 1)].status, Status::Ended);
    assert_eq!(decide(Some(&plan), reach(), &context()), Ok(vec![]), "said twice is done once");
    let drop = change(&key("Goal", 1), ItemChange::Drop { reason: text("Alligevel ikke") });
    assert_eq!(refused(&plan, drop, &context()), PlanRefusal::ItemIsOver);
    let plan = after(plan, change(&key("Goal", 1), ItemChange::Reword { text: text("Egen lejlighed") }));
    assert_eq!(plan.items[&key("Goal", 1)].text, text("Egen lejlighed"));
}

#[test]
fn what_was_entered_in_error_loses_its_words_and_stays_gone() {
    let plan = after(empty_plan(), add(1, new_goal("social", "En andens mål")));
    let plan = after(plan, change(&key("Goal", 1), ItemChange::Withdraw));
    assert!(plan.items[&key("Goal", 1)].text.is_empty());
    assert_eq!(plan.live_items().count(), 0);
    let reword = change(&key("Goal", 1), ItemChange::Reword { text: text("Tilbage") });
    assert_eq!(refused(&plan, reword, &context()), PlanRefusal::ItemIsOver);
    let again = change(&key("Goal", 1), ItemChange::Withdraw);
    assert_eq!(decide(Some(&plan), again, &context()), Ok(vec![]));
}

#[test]
fn a_protected_address_has_no_way_to_a_screen() {
    let plan = after(empty_plan(), PlanCommand::SetAddress { address: text("Granvej 7") });
    assert_eq!(plan.citizen.address(), Address::Known(&text("Granvej 7")));
    let plan = after(plan, PlanCommand::SetProtected { protected: true });
    assert_eq!(plan.citizen.address(), Address::Protected);
    assert!(!format!("{plan:?}").contains("Granvej"));
    assert_eq!(
        after(plan, PlanCommand::SetProtected { protected: false }).citizen.address(),
        Address::Known(&text("Granvej 7"))
    );
}

fn two_days() -> Vec<PlanEvent> {
    let citizen = empty_plan().citizen;
    let caseworker = context().actor;
    let mut events = decide(None, PlanCommand::Register { citizen, caseworker }, &in_the_trial()).unwrap();
    let monday = in_the_trial();
    let tuesday = Context { now: "2018-09-04T08:00:00Z".parse().unwrap(), ..in_the_trial() };
    for (command, context) in [
        (add(1, new_goal("social", "Egen bolig")), &monday),
        (change(&key("Goal", 1), ItemChange::Reword { text: text("Egen lejlighed") }), &tuesday),
        (
            change(
                &key("Goal", 1),
                ItemChange::Finish { on: "2018-09-04".parse().unwrap(), outcome: text("") },
            ),
            &tuesday,
        ),
    ] {
        let plan = Plan::from_events(&events).unwrap();
        events.extend(decide(Some(&plan), command, context).unwrap());
    }
    events
}

#[test]
fn a_plan_can_be_read_as_it_was_on_any_day() {
    let events = two_days();
    assert_eq!(Plan::on_day(&events, date(2018, 9, 2)), Ok(None));
    let monday = Plan::on_day(&events, date(2018, 9, 3)).unwrap().unwrap();
    assert_eq!(monday.items[&key("Goal", 1)].text, text("Egen bolig"));
    let now = Plan::on_day(&events, date(2026, 1, 1)).unwrap().unwrap();
    assert_eq!(now, Plan::from_events(&events).unwrap());
}

#[test]
fn what_was_entered_in_error_is_quoted_by_no_history_and_shown_on_no_day() {
    let mut events = two_days();
    let wednesday = Context { now: "2018-09-05T08:00:00Z".parse().unwrap(), ..in_the_trial() };
    let plan = Plan::from_events(&events).unwrap();
    events.extend(decide(Some(&plan), change(&key("Goal", 1), ItemChange::Withdraw), &wednesday).unwrap());
    let texts = |events: &[PlanEvent]| -> Vec<String> {
        history(events).unwrap().into_iter().map(|line| line.text.reveal().to_owned()).collect()
    };
    let gone = [
        "Planen blev oprettet",
        "Mål tilføjet",
        "Mål ændret",
        "Mål nået",
        "Mål taget ud som fejlregistreret",
    ];
    assert_eq!(texts(&events), gone);
    let monday = Plan::on_day(&events, date(2018, 9, 3)).unwrap().unwrap();
    assert_eq!(monday.live_items().count(), 0);
    assert!(!serde_json::to_string(&monday).unwrap().contains("Egen"));

    // It stays gone when the plan has been away, though the package that brought it back had no trace of it.
    for command in [
        PlanCommand::HandOver { to: crate::sample::hilleroed(), transfer: TransferId::from_bytes([9; 16]) },
        PlanCommand::Receive {
            from: crate::sample::hilleroed(),
            transfer: TransferId::from_bytes([8; 16]),
            epoch: Epoch(3),
            left_out: BTreeSet::new(),
            caseworker: context().actor,
            plan: Box::new(empty_plan()),
        },
    ] {
        let plan = Plan::from_events(&events).unwrap();
        events.extend(decide(Some(&plan), command, &wednesday).unwrap());
    }
    assert_eq!(texts(&events)[..gone.len()], gone);
}

#[test]
fn a_line_of_the_history_is_short_however_long_the_words_are() {
    let plan = empty_plan();
    let events = decide(Some(&plan), add(1, new_goal("social", &"å".repeat(20_000))), &context()).unwrap();
    let beginning = decide(
        None,
        PlanCommand::Register { citizen: plan.citizen, caseworker: context().actor },
        &context(),
    );
    let lines = history(beginning.unwrap().iter().chain(&events)).unwrap();
    let text = lines[1].text.reveal();
    assert!(text.starts_with("Mål tilføjet: åå") && text.ends_with("å .."), "{text}");
    assert!(text.chars().count() < 250);
}

#[test]
fn the_history_says_what_happened_and_by_whom() {
    let events = two_days();
    let lines = history(&events).unwrap();
    let texts: Vec<&str> = lines.iter().map(|line| line.text.reveal()).collect();
    assert_eq!(
        texts,
        [
            "Planen blev oprettet",
            "Mål tilføjet: Egen bolig",
            "Mål ændret: Egen lejlighed",
            "Mål nået: Egen lejlighed"
        ]
    );
    assert_eq!(lines[1].by, context().actor);
    assert_eq!(lines[3].items, [key("Goal", 1)]);
}
