//! Network meetings with their agendas and decisions, follow-ups that evaluate, and a plan that changes hands.

use std::collections::BTreeSet;

use enplan_domain::catalogue::Adopted;
use enplan_domain::fhir::{Exporting, Import, Limits, export, import, read_bundle};
use enplan_domain::plan::coordination::agenda;
use enplan_domain::plan::{
    Agreement, DecidedAction, Evaluation, Held, Item, ItemChange, ItemKey, ItemKind, LinkRole, NewDecision,
    NewItem, NewMeeting, Participant, Plan, PlanCommand, PlanEvent, PlanRefusal, Reach, SectionKind, Status,
    Topic, Voice, When, decide, history,
};
use enplan_domain::statements::Received;
use enplan_domain::{Context, Date};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use crate::sample::{add, after, context, empty_plan, new_action, new_goal, text};

const TODAY: Date = date(2026, 6, 1);

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", Uuid::from_u128(n)).parse().unwrap()
}

fn refused(plan: &Plan, command: PlanCommand) -> PlanRefusal {
    decide(Some(plan), command, &context()).unwrap_err()
}

fn participant(relation: Voice, name: &str) -> Participant {
    Participant { name: text(name), relation, represents: text(""), invited: true, came: None }
}

fn meeting() -> Box<NewMeeting> {
    Box::new(NewMeeting {
        sector: "social".parse().unwrap(),
        on: When::Day(TODAY),
        at: "14:00".parse().ok(),
        place: text("Rådhuset"),
        text: text(""),
        participants: vec![participant(Voice::Citizen, ""), participant(Voice::Professional, "Bo Lund")],
    })
}

fn decision(n: u128, words: &str) -> NewDecision {
    let (id, by) = (Uuid::from_u128(n), When::Day(date(2026, 7, 1)));
    NewDecision { id, text: text(words), doer: text("Bo Lund"), by, action: None }
}

#[expect(clippy::unnecessary_box_returns, reason = "a command keeps it in a box")]
fn held(decisions: Vec<NewDecision>) -> Box<Held> {
    Box::new(Held { minutes: text("Alle var enige"), decisions, ..Held::default() })
}

fn convene(n: u128, held: Option<Box<Held>>) -> PlanCommand {
    PlanCommand::Convene { id: Uuid::from_u128(n), meeting: meeting(), held }
}

fn hold(n: u128, held: Box<Held>) -> PlanCommand {
    PlanCommand::HoldMeeting { meeting: key("Encounter", n), on: When::Day(TODAY), held }
}

fn topics(plan: &Plan) -> Vec<Topic> {
    agenda(plan, TODAY, &Adopted::default()).into_iter().map(|point| point.topic).collect()
}

#[test]
fn an_agenda_takes_conflicts_first_then_the_citizens_own_wishes_and_last_what_was_not_done() {
    use Topic::{Conflict, DecisionNotDone, GoalWithoutAction, OverdueFollowUp, WaitsForReadiness, Wish};
    let wish = |words: &str, said_by| NewItem::Wish {
        sector: "social".parse().unwrap(),
        text: text(words),
        said_by,
    };
    let mut plan = after(empty_plan(), add(1, wish("Hjælp i hjemmet", Voice::Relative)));
    plan = after(plan, add(2, wish("Fred og ro", Voice::Citizen)));
    plan = after(plan, add(3, new_goal("social", "Egen bolig")));
    plan = after(plan, add(4, new_action("social", "Samtaler", None)));
    plan = after(plan, add(5, new_action("employment", "Samtaler", None)));
    let ready = Agreement { ready_when: text("Når boligen er der"), ..Agreement::default() };
    let NewItem::Action { sector, text: words, .. } = new_action("housing", "Flytning", None) else {
        unreachable!("an action")
    };
    let flytning = NewItem::Action {
        sector,
        text: words,
        starts: None,
        ends: None,
        goal: None,
        taken_from: None,
        agreed: ready,
    };
    plan = after(plan, add(6, flytning));
    let follow_up = |on: &str| NewItem::FollowUp {
        sector: "social".parse().unwrap(),
        on: on.parse().unwrap(),
        text: text(""),
    };
    plan = after(plan, add(7, follow_up("2026-05-31")));
    plan = after(plan, add(8, follow_up("2026-06-01")));
    plan = after(plan, convene(10, Some(held(vec![decision(11, "Ringe til banken")]))));
    assert_eq!(
        topics(&plan),
        [Conflict, Wish, Wish, GoalWithoutAction, WaitsForReadiness, OverdueFollowUp, DecisionNotDone]
    );
    let points = agenda(&plan, TODAY, &Adopted::default());
    assert_eq!(points[1].items, BTreeSet::from([key("Goal", 2)]), "the citizen's own words come first");
    assert_eq!(points[5].items, BTreeSet::from([key("Encounter", 7)]), "a follow-up of today is not overdue");
    // What the meeting had before it is kept with it, as it was.
    let kept = &plan.items[&key("Encounter", 10)].meeting.as_ref().unwrap().agenda;
    assert_eq!(kept[..], points[..6]);
}

#[test]
fn a_meeting_is_planned_moved_and_held_and_what_it_was_stays_in_the_history() {
    let mut events = decide(Some(&empty_plan()), convene(1, None), &context()).unwrap();
    let plan = events.iter().fold(empty_plan(), Plan::apply);
    let mut say = |plan: Plan, command| {
        let new = decide(Some(&plan), command, &context()).unwrap();
        let plan = new.iter().fold(plan, Plan::apply);
        events.extend(new);
        plan
    };
    let change = |change| PlanCommand::Change { item: key("Encounter", 1), change };
    let moved = ItemChange::Move { on: When::Day(TODAY), at: "09:30".parse().ok(), place: text("") };
    let plan = say(plan, change(moved));
    let mut what = held(vec![]);
    what.absent = BTreeSet::from([2]);
    what.also = vec![participant(Voice::Relative, "Søsteren")];
    let plan = say(plan, hold(1, what));
    let plan = say(plan, change(ItemChange::CorrectMinutes { minutes: text("Alle var næsten enige") }));
    let item = &plan.items[&key("Encounter", 1)];
    let meeting = item.meeting.as_ref().unwrap();
    assert_eq!((item.status, item.outcome.reveal()), (Status::Ended, "Alle var næsten enige"));
    assert_eq!((meeting.at, meeting.place.reveal()), ("09:30".parse().ok(), "Rådhuset"));
    let came: Vec<_> = meeting.participants.iter().map(|one| (one.invited, one.came)).collect();
    assert_eq!(came, [(true, Some(true)), (true, Some(false)), (false, Some(true))]);

    let told = history(std::iter::once(&registered()).chain(&events)).unwrap();
    let told: Vec<_> = told.iter().map(|change| change.text.reveal()).collect();
    assert_eq!(
        told[1..],
        ["Netværksmøde planlagt", "Netværksmøde ændret", "Netværksmøde holdt", "Netværksmøde ændret"]
    );
    assert_eq!(refused(&plan, hold(1, held(vec![]))), PlanRefusal::ItemIsOver);
    let cancel = ItemChange::Drop { reason: text("Sygdom") };
    assert_eq!(refused(&plan, change(cancel.clone())), PlanRefusal::ItemIsOver);
    let cancelled = after(after(empty_plan(), convene(1, None)), change(cancel));
    assert_eq!(cancelled.items[&key("Encounter", 1)].status, Status::Cancelled);
    assert_eq!(refused(&cancelled, hold(1, held(vec![]))), PlanRefusal::ItemIsOver);
}

fn registered() -> PlanEvent {
    let plan = empty_plan();
    let register = PlanCommand::Register { citizen: plan.citizen, caseworker: plan.caseworker };
    decide(None, register, &context()).unwrap().remove(0)
}

#[test]
fn a_decision_becomes_an_action_at_once_and_is_done_when_the_action_is_over() {
    let plan = after(empty_plan(), add(1, new_goal("social", "Egen bolig")));
    let mut decided = decision(11, "Søge bolig");
    let (id, sector) = (Uuid::from_u128(12), "housing".parse().unwrap());
    decided.action = Some(DecidedAction { id, sector, goal: Some(key("Goal", 1)) });
    let plan = after(plan, convene(10, Some(held(vec![decided, decision(13, "Ringe til banken")]))));
    let action = &plan.items[&key("CarePlan", 12)];
    assert_eq!(action.links_to(LinkRole::DecidedAt).collect::<Vec<_>>(), [&key("Encounter", 10)]);
    assert_eq!(action.links_to(LinkRole::Serves).collect::<Vec<_>>(), [&key("Goal", 1)]);
    assert_eq!(
        (action.kind, action.status, action.doer.reveal()),
        (ItemKind::Intervention, Status::Active, "Bo Lund")
    );
    let not_done =
        |plan: &Plan| topics(plan).iter().filter(|topic| **topic == Topic::DecisionNotDone).count();
    assert_eq!(not_done(&plan), 2);
    let over = |item: ItemKey| PlanCommand::Change {
        item,
        change: ItemChange::Finish { on: When::Day(TODAY), outcome: text("Gjort") },
    };
    let plan = after(plan, over(key("CarePlan", 12)));
    assert_eq!(not_done(&plan), 1);
    let plan = after(plan, over(key("Task", 13)));
    assert_eq!(not_done(&plan), 0);
}

#[test]
fn a_decision_whose_day_has_passed_is_not_thereby_done() {
    let plan = after(empty_plan(), convene(10, Some(held(vec![decision(11, "Ringe til banken")]))));
    let later = date(2027, 1, 1);
    assert_eq!(plan.items[&key("Task", 11)].status_on(later), Status::Active);
    let points = agenda(&plan, later, &Adopted::default());
    assert_eq!(points.last().unwrap().topic, Topic::DecisionNotDone);
}

#[test]
fn a_meeting_that_can_not_have_been_so_is_refused_whole() {
    let plan = empty_plan();
    let with = |change: fn(&mut Held)| {
        let mut what = held(vec![decision(11, "Ringe til banken"), decision(12, "Skrive til banken")]);
        change(&mut what);
        refused(&plan, convene(10, Some(what)))
    };
    assert_eq!(with(|held| held.minutes = text(" ")), PlanRefusal::EmptyText);
    assert_eq!(with(|held| held.absent = BTreeSet::from([3])), PlanRefusal::NoSuchParticipant);
    assert_eq!(with(|held| held.absent = BTreeSet::from([0])), PlanRefusal::NoSuchParticipant);
    assert_eq!(
        with(|held| held.also = vec![participant(Voice::Professional, "")]),
        PlanRefusal::ParticipantWithoutName
    );
    assert_eq!(with(|held| held.decisions[1].text = text("")), PlanRefusal::EmptyText);
    assert_eq!(with(|held| held.decisions[1].doer = text("")), PlanRefusal::DecisionWithoutDoer);
    assert_eq!(
        with(|held| held.decisions[1].by = When::Day(date(2026, 5, 31))),
        PlanRefusal::DecisionBeforeMeeting
    );
    assert_eq!(with(|held| held.decisions[1].id = held.decisions[0].id), PlanRefusal::IdInUse);
    assert_eq!(
        with(|held| held.also = vec![participant(Voice::Relative, "Søsteren"); 100]),
        PlanRefusal::TooManyAtAMeeting
    );
    let no_goal = |held: &mut Held| {
        let (id, sector) = (Uuid::from_u128(13), "social".parse().unwrap());
        held.decisions[1].action = Some(DecidedAction { id, sector, goal: Some(key("Goal", 99)) });
    };
    assert_eq!(with(no_goal), PlanRefusal::NoSuchGoal);

    let tomorrow = Box::new(NewMeeting { on: When::Day(date(2026, 6, 2)), ..*meeting() });
    let early = PlanCommand::Convene { id: Uuid::from_u128(1), meeting: tomorrow, held: Some(held(vec![])) };
    assert_eq!(refused(&plan, early), PlanRefusal::DayNotCome);
    let nowhere = Box::new(NewMeeting { sector: "space".parse().unwrap(), ..*meeting() });
    let nowhere = PlanCommand::Convene { id: Uuid::from_u128(1), meeting: nowhere, held: None };
    assert_eq!(refused(&plan, nowhere), PlanRefusal::UnknownSector);
    let goal = after(plan, add(1, new_goal("social", "Egen bolig")));
    let not_a_meeting =
        PlanCommand::HoldMeeting { meeting: key("Goal", 1), on: When::Day(TODAY), held: held(vec![]) };
    assert_eq!(refused(&goal, not_a_meeting), PlanRefusal::NotForThisKind);
}

#[test]
fn a_kept_agenda_names_nothing_that_is_not_sent_along() {
    let plan = after(empty_plan(), add(1, new_goal("employment", "Fleksjob")));
    let plan = after(plan, add(2, new_goal("social", "Egen bolig")));
    let plan = after(plan, convene(10, Some(held(vec![]))));
    let kept = |plan: &Plan| plan.items[&key("Encounter", 10)].meeting.as_ref().unwrap().agenda.clone();
    assert_eq!(kept(&plan).len(), 2);
    let mut sent = plan.sections();
    sent.retain(|section| section.sector.as_str() == "social");
    let (part, _) = plan.restricted_to(&sent);
    let about: Vec<_> = kept(&part).into_iter().flat_map(|point| point.items).collect();
    assert_eq!(about, [key("Goal", 2)]);
}

#[test]
fn the_name_of_a_private_person_at_a_meeting_stays_here_and_that_it_does_is_said() {
    let mut what = held(vec![]);
    what.also = vec![participant(Voice::Relative, "Søsteren Sif")];
    let plan = after(empty_plan(), convene(10, Some(what)));
    let (sent, left_out) = plan.restricted_to(&plan.sections());
    let meeting = sent.items[&key("Encounter", 10)].meeting.as_ref().unwrap();
    let told: Vec<_> = meeting.participants.iter().map(|one| (one.relation, one.name.reveal())).collect();
    assert_eq!(told, [(Voice::Citizen, ""), (Voice::Professional, "Bo Lund"), (Voice::Relative, "")]);
    assert_eq!(left_out, BTreeSet::from([SectionKind::Meetings]));
}

/// A meeting with somebody of the family, who is to do what was decided; and a relation who is named.
fn with_private_people() -> Plan {
    let mut grandmother = participant(Voice::Relative, "Karen Kvist");
    grandmother.represents = text("mormor, Nygade 4");
    let fetches = NewDecision { doer: text("Karen Kvist"), ..decision(30, "Hente børnene") };
    let mut what = held(vec![decision(31, "Søge bolig"), fetches]);
    what.also = vec![grandmother];
    after(empty_plan(), convene(10, Some(what)))
}

#[test]
fn a_private_person_is_named_in_nothing_that_leaves_whatever_they_are_to_do() {
    let plan = with_private_people();
    let (sent, left_out) = plan.restricted_to(&plan.sections());
    let package = serde_json::to_string(&sent).unwrap();
    let file = exported(&plan).to_string();
    for leaves in [&package, &file] {
        assert!(!leaves.contains("Kvist") && !leaves.contains("Nygade"), "{leaves}");
        assert!(leaves.contains("Bo Lund"), "who came for work is told");
    }
    assert!(left_out.contains(&SectionKind::Meetings));
    assert!(plan.names_third_persons() && !sent.names_third_persons());
}

#[test]
fn a_plan_s_own_file_that_comes_home_changes_nothing_in_it() {
    let plan = with_private_people();
    let bytes = serde_json::to_vec(&exported(&plan)).unwrap();
    let read = read_bundle(&bytes, Limits::default()).unwrap();
    let Import { events, report, .. } = import(Some(&plan), &read, &context()).unwrap();
    let home = events.iter().fold(plan.clone(), Plan::apply);
    assert_eq!(home.items, plan.items, "{report:?}");
}

fn exported(plan: &Plan) -> serde_json::Value {
    let (bundle, citizen) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let exporting = Exporting { bundle, citizen, at: "2026-06-01T09:00:00Z".parse().unwrap() };
    export(plan, &Received::default(), &exporting)
}

#[test]
fn a_follow_up_says_how_far_each_goal_is_and_finishes_the_one_that_is_reached() {
    let mut plan = after(empty_plan(), add(1, new_goal("social", "Egen bolig")));
    plan = after(plan, add(2, new_goal("social", "Tage bussen")));
    let on = When::Day(TODAY);
    let follow_up = NewItem::FollowUp { sector: "social".parse().unwrap(), on, text: text("") };
    plan = after(plan, add(3, follow_up));
    let evaluation = |n, goal, reach| Evaluation {
        id: Uuid::from_u128(n),
        goal: key("Goal", goal),
        reach,
        text: text("Det går"),
    };
    let hold = |evaluations| PlanCommand::HoldFollowUp {
        follow_up: key("Encounter", 3),
        on,
        outcome: text("God samtale"),
        evaluations,
    };
    let both = || vec![evaluation(4, 1, Reach::Closer), evaluation(5, 2, Reach::Reached)];
    let seen = after(plan.clone(), hold(both()));
    let result = &seen.items[&key("Observation", 4)];
    assert_eq!((result.kind, result.reach), (ItemKind::FollowUpResult, Some(Reach::Closer)));
    assert_eq!(result.links_to(LinkRole::Focus).collect::<Vec<_>>(), [&key("Goal", 1)]);
    let status = |n| seen.items[&key("Goal", n)].status;
    assert_eq!((status(1), status(2)), (Status::Active, Status::Ended));
    assert_eq!(seen.items[&key("Goal", 2)].outcome, text("Det går"));

    let twice = vec![evaluation(4, 1, Reach::Closer), evaluation(5, 1, Reach::Reached)];
    assert_eq!(refused(&plan, hold(twice)), PlanRefusal::EvaluatedTwice);
    assert_eq!(refused(&plan, hold(vec![evaluation(4, 9, Reach::Closer)])), PlanRefusal::NoSuchGoal);
    assert_eq!(refused(&seen, hold(both())), PlanRefusal::ItemIsOver);
    let again = PlanCommand::HoldFollowUp {
        follow_up: key("Encounter", 3),
        on,
        outcome: text("God samtale"),
        evaluations: vec![],
    };
    assert_eq!(decide(Some(&seen), again, &context()), Ok(vec![]), "the same once more changes nothing");
}

#[test]
fn a_goal_is_adjusted_with_a_reason_that_the_history_keeps() {
    let plan = after(empty_plan(), add(1, new_goal("social", "Fuldtidsjob")));
    let adjust = |words: &str, reason: &str| PlanCommand::Change {
        item: key("Goal", 1),
        change: ItemChange::Adjust { text: text(words), reason: text(reason) },
    };
    assert_eq!(refused(&plan, adjust("Deltidsjob", "")), PlanRefusal::EmptyText);
    let adjusted = after(plan, adjust("Deltidsjob", "Lægen fraråder fuld tid"));
    let goal = &adjusted.items[&key("Goal", 1)];
    assert_eq!((goal.text.reveal(), goal.outcome.reveal()), ("Deltidsjob", "Lægen fraråder fuld tid"));
    let over = ItemChange::Finish { on: When::Day(TODAY), outcome: text("Nået") };
    let over = after(adjusted, PlanCommand::Change { item: key("Goal", 1), change: over });
    assert_eq!(refused(&over, adjust("Et andet", "Nyt")), PlanRefusal::ItemIsOver);
}

#[test]
fn a_plan_changes_hands_with_a_note_that_the_new_one_alone_can_say_is_read() {
    let hand_on = |n: u128, to: &str, note: &str| PlanCommand::ChangeCaseworker {
        caseworker: to.parse().unwrap(),
        id: Uuid::from_u128(n),
        note: text(note),
    };
    let plan = empty_plan();
    assert_eq!(refused(&plan, hand_on(1, "bo.holm", "")), PlanRefusal::EmptyText);
    let plan = after(plan, hand_on(1, "bo.holm", "Ring om formiddagen"));
    assert_eq!(plan.caseworker.as_str(), "bo.holm");
    assert_eq!(
        plan.unread_notes().map(|note| note.text.reveal()).collect::<Vec<_>>(),
        ["Ring om formiddagen"]
    );
    let read = || PlanCommand::Change {
        item: key("Communication", 1),
        change: ItemChange::Finish { on: When::Day(TODAY), outcome: text("") },
    };
    assert_eq!(refused(&plan, read()), PlanRefusal::NotTheirNote);
    // Whoever has the plan next has what the one before never read.
    let next = after(plan, hand_on(2, "carl.dam", "Se også overleveringen fra Anne"));
    assert_eq!(next.unread_notes().count(), 2);
    let carl = Context { actor: "carl.dam".parse().unwrap(), ..context() };
    let events = decide(Some(&next), read(), &carl).unwrap();
    let next = events.iter().fold(next, Plan::apply);
    assert_eq!(next.unread_notes().count(), 1);
    let told: Vec<_> = [registered()].iter().chain(&events).cloned().collect();
    assert_eq!(history(&told).unwrap().len(), 2);
}

proptest! {
    #[test]
    fn a_meeting_and_all_that_it_decided_are_recorded_together_or_not_at_all(
        wrong in proptest::option::of(0..5_usize),
        as_actions in proptest::collection::vec(any::<bool>(), 5),
    ) {
        let plan = empty_plan();
        let decisions: Vec<_> = as_actions
            .iter()
            .zip(100_u128..)
            .map(|(as_action, n)| {
                let mut decided = decision(n, "Ringe");
                if wrong == usize::try_from(n - 100).ok() {
                    decided.doer = text("");
                }
                let (id, sector) = (Uuid::from_u128(n + 100), "social".parse().unwrap());
                decided.action = as_action.then_some(DecidedAction { id, sector, goal: None });
                decided
            })
            .collect();
        let decided = decide(Some(&plan), convene(1, Some(held(decisions))), &context());
        if wrong.is_some() {
            prop_assert_eq!(decided, Err(PlanRefusal::DecisionWithoutDoer));
        } else {
            let plan = decided.unwrap().iter().fold(plan, Plan::apply);
            let of = |kind| plan.items_of(kind).collect::<Vec<&Item>>();
            let actions = as_actions.iter().filter(|as_action| **as_action).count();
            prop_assert_eq!(of(ItemKind::Decision).len(), 5);
            prop_assert_eq!(of(ItemKind::Intervention).len(), actions);
            for item in of(ItemKind::Decision).into_iter().chain(of(ItemKind::Intervention)) {
                prop_assert_eq!(item.links_to(LinkRole::DecidedAt).collect::<Vec<_>>(), [&key("Encounter", 1)]);
            }
        }
    }
}
