//! What is due in a plan, and how it stands on a day.

use enplan_domain::calendar::{holiday, is_working_day, working_day_from, working_days_after};
use enplan_domain::catalogue::terms::{COMPLAINT, RELOCATION, TERMS};
use enplan_domain::catalogue::{Adopted, Adoption, Validity};
use enplan_domain::deadlines::{
    Deadline, DeadlineKind, Urgency, WaitsFor, asked_elsewhere, deadlines, of_moves, offered_away,
    offered_here,
};
use enplan_domain::plan::{
    Agreement, Citizen, CloseReason, DecidedAction, Grant, Held, ItemChange, ItemKey, Lasting, NewDecision,
    NewItem, NewMeeting, Plan, PlanCommand, PlanSummary, decide,
};
use enplan_domain::relocation::{Asked, Decision, Docket, Move};
use enplan_domain::{BasisId, Context, RequestId};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use crate::sample::{
    add, after, consent, context, empty_plan, gribskov, hilleroed, new_action, new_goal, text,
};

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", uuid::Uuid::from_u128(n)).parse().unwrap()
}

fn action(starts: Option<Date>, ends: Option<Date>, agreed: Agreement) -> NewItem {
    let NewItem::Action { sector, text, .. } = new_action("social", "Støtte i hjemmet", None) else {
        unreachable!("an action")
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string().parse().unwrap());
    NewItem::Action {
        sector,
        text,
        starts: day(starts),
        ends: day(ends),
        goal: None,
        taken_from: None,
        agreed,
    }
}

fn plan_with(item: NewItem) -> Plan {
    after(empty_plan(), add(1, item))
}

#[track_caller]
fn only(plan: &Plan, kind: DeadlineKind) -> Deadline {
    let found: Vec<_> = deadlines(plan).into_iter().filter(|deadline| deadline.kind == kind).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn kinds(plan: &Plan) -> Vec<DeadlineKind> {
    deadlines(plan).iter().map(|deadline| deadline.kind).collect()
}

fn urgency(deadline: &Deadline, today: Date) -> Option<Urgency> {
    deadline.standing(today, &Adopted::default()).map(|standing| standing.urgency)
}

fn granted(provision: &str, decided: Date, binds_until: Option<Date>) -> Agreement {
    let granted = Some(Grant { decided, binds_until });
    Agreement { provision: Some(provision.to_owned()), granted, ..Agreement::default() }
}

/// A child of ten, in June 2026.
fn childs_plan() -> Plan {
    let citizen = Citizen::new("6101165001".parse().unwrap());
    let register = PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() };
    Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap()
}

#[test]
fn a_follow_up_that_is_not_held_is_overdue_from_the_day_after() {
    let on = "2026-06-15".parse().unwrap();
    let plan = plan_with(NewItem::FollowUp {
        sector: "social".parse().unwrap(),
        on,
        text: text("Om boligen\nog mere"),
    });
    let due = only(&plan, DeadlineKind::FollowUp);
    assert_eq!((due.due, due.waits_for), (date(2026, 6, 15), WaitsFor::Caseworker));
    assert_eq!((due.item.as_ref(), due.text.reveal()), (Some(&key("Encounter", 1)), "Om boligen"));
    // The 5th is Constitution Day, so that five working days before the 15th are before the weekend of the 6th.
    let days = [date(2026, 6, 5), date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 16), date(2036, 6, 16)];
    let expected = [Urgency::Upcoming, Urgency::Due, Urgency::Due, Urgency::Overdue, Urgency::Overdue];
    assert_eq!(days.map(|day| urgency(&due, day)), expected.map(Some));

    let held = ItemChange::Hold { on: "2026-06-01".parse().unwrap(), outcome: text("Det går") };
    assert_eq!(kinds(&after(plan, PlanCommand::Change { item: key("Encounter", 1), change: held })), []);
}

#[test]
fn an_action_should_begin_on_its_day_and_ends_by_itself() {
    let provided = Agreement { provider: text("Bostøtten"), ..Agreement::default() };
    let plan = plan_with(action(Some(date(2026, 7, 1)), Some(date(2026, 9, 30)), provided));
    assert_eq!(kinds(&plan), [DeadlineKind::ActionBegins, DeadlineKind::ActionEnds]);
    let begins = only(&plan, DeadlineKind::ActionBegins);
    assert_eq!((begins.due, begins.waits_for), (date(2026, 7, 1), WaitsFor::Provider));
    assert_eq!(urgency(&begins, date(2026, 9, 30)), Some(Urgency::Overdue));
    assert_eq!(urgency(&begins, date(2026, 10, 1)), None, "what is over cannot begin any more");
    let ends = only(&plan, DeadlineKind::ActionEnds);
    assert_eq!(
        (urgency(&ends, date(2026, 9, 30)), urgency(&ends, date(2026, 10, 1))),
        (Some(Urgency::Due), None)
    );
}

#[test]
fn an_action_that_lasts_longer_than_expected_is_asked_about() {
    let agreed = Agreement { expected: Some(Lasting::weeks(13).unwrap()), ..Agreement::default() };
    let plan = plan_with(action(Some(date(2026, 6, 1)), None, agreed));
    assert_eq!(only(&plan, DeadlineKind::ActionOutlasts).due, date(2026, 8, 30));
    let over = ItemChange::Finish { on: "2026-06-01".parse().unwrap(), outcome: text("") };
    assert_eq!(kinds(&after(plan, PlanCommand::Change { item: key("CarePlan", 1), change: over })), []);
}

#[test]
fn what_waits_for_the_citizen_to_be_ready_is_talked_about_again_after_three_months() {
    let plan = plan_with(action(
        None,
        None,
        Agreement { ready_when: text("Boligen er der"), ..Agreement::default() },
    ));
    let waits = only(&plan, DeadlineKind::Readiness);
    assert_eq!((waits.due, waits.waits_for), (date(2026, 9, 1), WaitsFor::Citizen));
}

/// Retssikkerhedsloven § 67: four weeks; where the last day is no working day, the next one.
#[test]
fn a_citizen_can_complain_for_four_weeks_and_no_weekend_takes_a_day_of_them() {
    let of =
        |decided| plan_with(action(None, None, granted("servicelov-85", decided, Some(date(2026, 12, 31)))));
    let plan = of(date(2026, 6, 1));
    assert_eq!(only(&plan, DeadlineKind::Complaint).due, date(2026, 6, 29));
    assert_eq!(only(&plan, DeadlineKind::GrantEnds).due, date(2026, 12, 31));
    // Four weeks from the Thursday before Easter's week end on Maundy Thursday.
    assert_eq!(only(&of(date(2026, 3, 5)), DeadlineKind::Complaint).due, date(2026, 4, 7));
    // What was given up was decided all the same; and after the last day there is nothing left to do.
    let given_up = ItemChange::Drop { reason: text("Borgeren ønsker det ikke") };
    let plan = after(plan, PlanCommand::Change { item: key("CarePlan", 1), change: given_up });
    let complaint = only(&plan, DeadlineKind::Complaint);
    assert_eq!(
        (urgency(&complaint, date(2026, 6, 29)), urgency(&complaint, date(2026, 6, 30))),
        (Some(Urgency::Due), None)
    );
}

#[test]
fn an_exemption_runs_out_when_this_municipality_s_does() {
    let validity = |until| Validity { from: date(2018, 1, 1), until };
    let adopted = |until| -> Adopted {
        [Adoption::new("frikommune-33", validity(until)).unwrap()].into_iter().collect()
    };
    let then = Context { now: "2018-09-03T08:00:00Z".parse().unwrap(), adopted: adopted(None), ..context() };
    let agreed = Agreement { exemption: Some("frikommune-33".to_owned()), ..Agreement::default() };
    let events = decide(Some(&empty_plan()), add(1, action(None, None, agreed)), &then).unwrap();
    let plan = events.iter().fold(empty_plan(), Plan::apply);
    let ends = only(&plan, DeadlineKind::ExemptionEnds);
    let due = |adopted: &Adopted| ends.standing(date(2018, 9, 3), adopted).map(|standing| standing.due);
    assert_eq!(due(&adopted(None)), Some(date(2020, 7, 1)));
    assert_eq!(due(&adopted(Some(date(2018, 12, 31)))), Some(date(2018, 12, 31)));
    assert_eq!(
        urgency(&ends, date(2020, 7, 2)),
        Some(Urgency::Overdue),
        "until somebody decides what follows"
    );
}

#[test]
fn a_consent_runs_out_unless_it_was_withdrawn() {
    let plan = plan_with(new_goal("social", "Bo selv"));
    let plan = after(plan, add(2, action(None, None, Agreement::default())));
    let plan = after(plan, PlanCommand::RecordBasis(Box::new(consent())));
    let ends = only(&plan, DeadlineKind::BasisEnds);
    assert_eq!((ends.due, ends.basis), (date(2026, 6, 30), Some(BasisId::from_bytes([1; 16]))));
    assert_eq!(urgency(&ends, date(2026, 7, 1)), None);
    assert_eq!(kinds(&after(plan, PlanCommand::WithdrawBasis { id: BasisId::from_bytes([1; 16]) })), []);
}

fn meeting(on: &str) -> Box<NewMeeting> {
    Box::new(NewMeeting {
        sector: "social".parse().unwrap(),
        on: on.parse().unwrap(),
        at: None,
        place: text(""),
        text: text("Om boligen"),
        participants: Vec::new(),
    })
}

#[test]
fn a_planned_network_meeting_is_due_on_its_day_and_waits_for_its_minutes_from_then_on() {
    let (id, planned) = (uuid::Uuid::from_u128(1), meeting("2026-06-15"));
    let plan = after(empty_plan(), PlanCommand::Convene { id, meeting: planned, held: None });
    let due = only(&plan, DeadlineKind::NetworkMeeting);
    assert_eq!(
        (due.due, due.waits_for, due.text.reveal()),
        (date(2026, 6, 15), WaitsFor::Caseworker, "Om boligen")
    );
    let days = [date(2026, 6, 5), date(2026, 6, 15), date(2026, 6, 16)];
    let expected = [Urgency::Upcoming, Urgency::Due, Urgency::Overdue];
    assert_eq!(days.map(|day| urgency(&due, day)), expected.map(Some));
    let held = Box::new(Held { minutes: text("Alle var enige"), ..Held::default() });
    let on = "2026-06-01".parse().unwrap();
    let minuted = PlanCommand::HoldMeeting { meeting: key("Encounter", 1), on, held };
    assert_eq!(kinds(&after(plan, minuted)), []);
}

#[test]
fn what_a_meeting_decided_waits_for_whom_it_was_given_to_until_it_or_its_action_is_over() {
    let action =
        DecidedAction { id: uuid::Uuid::from_u128(3), sector: "housing".parse().unwrap(), goal: None };
    let decision = NewDecision {
        id: uuid::Uuid::from_u128(2),
        text: text("Søge bolig"),
        doer: text("Bo Lund"),
        by: "2026-06-20".parse().unwrap(),
        action: Some(action),
    };
    let held = Held { minutes: text("Alle var enige"), decisions: vec![decision], ..Held::default() };
    let (id, meeting) = (uuid::Uuid::from_u128(1), meeting("2026-06-01"));
    let plan = after(empty_plan(), PlanCommand::Convene { id, meeting, held: Some(Box::new(held)) });
    let due = only(&plan, DeadlineKind::Decision);
    assert_eq!((due.due, due.waits_for, due.whom.reveal()), (date(2026, 6, 20), WaitsFor::Doer, "Bo Lund"));
    assert_eq!(urgency(&due, date(2030, 1, 1)), Some(Urgency::Overdue), "it does not go away by itself");
    for over in [key("Task", 2), key("CarePlan", 3)] {
        let done = ItemChange::Finish { on: "2026-06-01".parse().unwrap(), outcome: text("") };
        let plan = after(plan.clone(), PlanCommand::Change { item: over, change: done });
        assert_eq!(kinds(&plan), []);
    }
}

/// Barnets lov § 5, at the age from which the support's own provision makes a child party to the case.
#[test]
fn a_child_is_to_be_heard_by_the_day_of_the_decision_and_nobody_else_is() {
    let support = |decided| action(None, None, granted("barnets-lov-32", decided, None));
    let plan = after(childs_plan(), add(1, support(date(2026, 6, 1))));
    let due = only(&plan, DeadlineKind::ChildHearing);
    assert_eq!((due.due, due.waits_for), (date(2026, 6, 1), WaitsFor::Caseworker));
    assert_eq!(urgency(&due, date(2034, 1, 1)), None, "grown up");
    let sector = "children".parse().unwrap();
    let heard =
        NewItem::Hearing { sector, on: "2026-06-01".parse().unwrap(), text: text("Jeg vil bo hos min mor") };
    assert!(!kinds(&after(plan, add(2, heard))).contains(&DeadlineKind::ChildHearing));
    let before_ten = after(childs_plan(), add(1, support(date(2025, 6, 1))));
    assert!(!kinds(&before_ten).contains(&DeadlineKind::ChildHearing));
    let adult = plan_with(action(None, None, granted("servicelov-85", date(2026, 6, 1), None)));
    assert!(!kinds(&adult).contains(&DeadlineKind::ChildHearing));
}

/// Barnets lov §§ 91 and 108: what is written under the provision of such a plan is that plan.
#[test]
fn a_childs_plan_and_a_youth_plan_are_found_by_the_provision_of_what_is_in_the_plan() {
    let support = action(None, None, granted("barnets-lov-32", date(2026, 3, 1), None));
    let plan = after(childs_plan(), add(1, support));
    for (provision, kind) in
        [("barnets-lov-91", DeadlineKind::ChildPlan), ("barnets-lov-108", DeadlineKind::YouthPlan)]
    {
        let agreed = Agreement { provision: Some(provision.to_owned()), ..Agreement::default() };
        let before = kinds(&plan);
        let written = after(plan.clone(), add(2, action(None, None, agreed)));
        let expected: Vec<_> = before.into_iter().filter(|there| *there != kind).collect();
        assert_eq!(kinds(&written), expected, "{provision}");
        let given_up = ItemChange::Drop { reason: text("Skal laves om") };
        let plan = after(written, PlanCommand::Change { item: key("CarePlan", 2), change: given_up });
        assert!(kinds(&plan).contains(&kind), "{provision}");
    }
}

fn moved(on: Date) -> Move {
    Move::new("e1".parse().unwrap(), on, "0270".parse().unwrap(), "0219".parse().unwrap(), date(2026, 6, 1))
        .unwrap()
}

#[test]
fn a_move_that_nobody_has_decided_on_is_due_two_weeks_after_it_was_heard_of_or_its_day() {
    let of = |on| {
        let mut docket = Docket::default();
        docket.take_in(moved(on), gribskov(), context().now).unwrap();
        docket
    };
    let heard = of(date(2026, 5, 1));
    let undecided = of_moves(&heard).unwrap();
    assert_eq!((undecided.kind, undecided.due), (DeadlineKind::RelocationUndecided, date(2026, 6, 15)));
    assert_eq!(of_moves(&of(date(2026, 7, 1))).unwrap().due, RELOCATION.last_day(date(2026, 7, 1)));
    assert!(undecided.text.is_empty() && undecided.whom.is_empty(), "where to is not told");

    let asked = Asked {
        request: RequestId::from_bytes([1; 16]),
        by: hilleroed(),
        at: "2026-06-10T08:00:00Z".parse().unwrap(),
        reason: text("Borgeren er flyttet hertil"),
        contact: String::new(),
        answered: None,
    };
    let mut docket = heard;
    docket.take_request(&moved(date(2026, 5, 1)), asked, gribskov()).unwrap();
    let asked = of_moves(&docket).unwrap();
    assert_eq!((asked.kind, asked.due), (DeadlineKind::PlanAskedFor, date(2026, 6, 24)));
    docket.decide(Decision::HandOver, &context(), |_| true).unwrap();
    assert_eq!(of_moves(&docket), None);
}

#[test]
fn an_offer_waits_for_whose_turn_it_is_and_a_request_is_no_longer_due_when_it_is_forgotten() {
    let until = date(2026, 6, 15);
    assert_eq!(offered_away(until, false).waits_for, WaitsFor::Municipality);
    assert_eq!(offered_away(until, true).waits_for, WaitsFor::Caseworker);
    let offered = offered_here(until, hilleroed());
    assert_eq!((offered.waits_for, offered.text.reveal()), (WaitsFor::Staff, "Hillerød"));
    let requested = asked_elsewhere(until, hilleroed());
    assert_eq!(
        (urgency(&requested, until), urgency(&requested, date(2026, 6, 16))),
        (Some(Urgency::Due), None)
    );
}

/// Barnets lov §§ 91-92: within three months of the decision to support.
#[test]
fn a_childs_plan_is_there_three_months_after_the_decision() {
    let support = action(None, None, granted("barnets-lov-32", date(2026, 3, 1), None));
    let plan = after(childs_plan(), add(1, support));
    let due = only(&plan, DeadlineKind::ChildPlan);
    assert_eq!((due.due, due.waits_for), (date(2026, 6, 1), WaitsFor::Caseworker));
    let has_goal = after(plan, add(2, new_goal("children", "At gå i skole")));
    assert!(!kinds(&has_goal).contains(&DeadlineKind::ChildPlan));
    // An adult's support is another law's.
    let adult = plan_with(action(None, None, granted("servicelov-85", date(2026, 3, 1), None)));
    assert!(!kinds(&adult).contains(&DeadlineKind::ChildPlan));
}

/// Barnets lov § 108: from sixteen.
#[test]
fn a_young_persons_plan_is_there_at_sixteen_and_is_no_longer_asked_for_at_eighteen() {
    let plan =
        after(childs_plan(), add(1, action(None, None, granted("barnets-lov-32", date(2026, 3, 1), None))));
    let due = only(&plan, DeadlineKind::YouthPlan);
    assert_eq!(due.due, date(2032, 1, 1));
    assert_eq!(urgency(&due, date(2033, 12, 31)), Some(Urgency::Overdue));
    assert_eq!(urgency(&due, date(2034, 1, 1)), None);
    let grown = after(plan, add(2, new_goal("education", "At begynde på en uddannelse")));
    assert!(!kinds(&grown).contains(&DeadlineKind::YouthPlan));
}

/// CPR-loven § 28: a year, unless it is asked for anew.
#[test]
fn protection_lapses_after_a_year_and_can_be_renewed_in_the_last_month() {
    let plan = after(empty_plan(), PlanCommand::SetProtected { protected: true });
    let lapses = only(&plan, DeadlineKind::Protection);
    assert_eq!((lapses.due, lapses.waits_for), (date(2027, 6, 1), WaitsFor::Citizen));
    let renew = |day: &str| {
        let context = Context { now: format!("{day}T10:00:00Z").parse().unwrap(), ..context() };
        decide(Some(&plan), PlanCommand::SetProtected { protected: true }, &context).unwrap()
    };
    assert_eq!(renew("2027-04-30"), [], "the protection that there is stands");
    let renewed = renew("2027-05-01").iter().fold(plan.clone(), Plan::apply);
    assert_eq!(only(&renewed, DeadlineKind::Protection).due, date(2028, 5, 1));
    assert_eq!(kinds(&after(plan, PlanCommand::SetProtected { protected: false })), []);
}

/// The new municipality goes on with it (CPR-loven § 28): how long it has lasted comes along.
#[test]
fn a_protection_that_arrives_lapses_when_it_would_have_and_one_of_unknown_age_is_asked_about_at_once() {
    let plan = after(empty_plan(), PlanCommand::SetProtected { protected: true });
    let arrived = |sent: &Plan, on: &str| {
        let receive = PlanCommand::Receive {
            from: hilleroed(),
            transfer: enplan_domain::TransferId::from_bytes([7; 16]),
            epoch: enplan_domain::Epoch(2),
            left_out: std::collections::BTreeSet::new(),
            caseworker: context().actor,
            plan: Box::new(sent.clone()),
        };
        let context = Context { now: format!("{on}T10:00:00Z").parse().unwrap(), ..context() };
        Plan::from_events(&decide(None, receive, &context).unwrap()).unwrap()
    };
    let (sent, _) = plan.restricted_to(&plan.sections());
    let here = arrived(&sent, "2027-05-27");
    assert_eq!(only(&here, DeadlineKind::Protection).due, date(2027, 6, 1), "five days after it came");

    // As an older version sent it, and as a report tells of it.
    let mut unknown = sent.clone();
    unknown.citizen.protected_since = None;
    let here = arrived(&unknown, "2027-05-27");
    let due = only(&here, DeadlineKind::Protection);
    assert_eq!((due.due, due.waits_for), (date(2027, 5, 27), WaitsFor::Caseworker));
    let sent_on = here.restricted_to(&here.sections()).0;
    let further = arrived(&sent_on, "2027-09-01");
    assert_eq!(only(&further, DeadlineKind::Protection).due, date(2027, 9, 1), "nobody there knows either");
    let renewed = after(here, PlanCommand::SetProtected { protected: true });
    assert_eq!(
        only(&renewed, DeadlineKind::Protection).due,
        date(2027, 6, 1),
        "said here, it counts from today"
    );
}

#[test]
fn a_plan_that_is_over_has_nothing_due() {
    let plan = plan_with(action(Some(date(2026, 7, 1)), None, Agreement::default()));
    let close = PlanCommand::Close { reason: CloseReason::Finished, note: text("") };
    assert_eq!(kinds(&after(plan, close)), []);
}

#[test]
fn a_list_keeps_what_is_due_and_reads_what_an_older_version_kept() {
    let plan = plan_with(action(Some(date(2026, 7, 1)), None, Agreement::default()));
    let summary = plan.summary(date(2026, 6, 1));
    let mut stored = serde_json::to_value(&summary).unwrap();
    let read: PlanSummary = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(read.due(), Some(&*deadlines(&plan)));
    stored.as_object_mut().unwrap().remove("found_by");
    assert_eq!(serde_json::from_value::<PlanSummary>(stored.clone()).unwrap().due(), None, "by other rules");
    stored.as_object_mut().unwrap().remove("deadlines");
    assert_eq!(serde_json::from_value::<PlanSummary>(stored).unwrap().due(), None);
}

#[test]
fn every_kind_has_a_code_and_words_of_its_own() {
    let mut codes: Vec<_> =
        DeadlineKind::ALL.iter().flat_map(|kind| [kind.as_str(), kind.danish()]).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 2 * DeadlineKind::ALL.len());
    for kind in DeadlineKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}

#[test]
fn the_holidays_of_known_years_are_those_of_the_calendar() {
    let of = |year: i16| -> Vec<_> {
        let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
        days.filter(|day| holiday(*day).is_some()).map(|day| day.to_string()[5..].to_owned()).collect()
    };
    let with_prayer_day =
        ["01-01", "04-06", "04-07", "04-09", "04-10", "05-05", "05-18", "05-28", "05-29", "12-25", "12-26"];
    assert_eq!(of(2023), with_prayer_day);
    assert_eq!(
        of(2024),
        ["01-01", "03-28", "03-29", "03-31", "04-01", "05-09", "05-19", "05-20", "12-25", "12-26"]
    );
    assert_eq!(holiday(date(2023, 5, 5)), Some("Store bededag"));
    assert_eq!((holiday(date(2026, 6, 5)), is_working_day(date(2026, 6, 5))), (None, false));
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..73_000_i64).prop_map(|days| date(1950, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn a_citizens_term_never_ends_on_a_closed_day_and_is_never_shorter_than_the_law_gives(decided in any_day()) {
        let last = COMPLAINT.last_day(decided);
        let weekend = matches!(last.weekday(), Weekday::Saturday | Weekday::Sunday);
        prop_assert!(!weekend && holiday(last).is_none() && is_working_day(last));
        let given = (last - decided).get_days();
        prop_assert!((28..=33).contains(&given), "{given}");
    }

    #[test]
    fn no_term_ends_earlier_because_it_began_later(one in any_day(), days in 0..400_i64) {
        let later = one.checked_add(days.days()).unwrap();
        for term in TERMS {
            prop_assert!(term.last_day(one) <= term.last_day(later), "{}", term.id);
        }
    }

    #[test]
    fn working_days_are_counted_one_by_one(day in any_day(), number in 0..30_usize) {
        let after = working_days_after(day, number);
        let between = day.series(1.day()).skip(1).take_while(|between| *between <= after);
        prop_assert_eq!(between.filter(|day| is_working_day(*day)).count(), number);
        prop_assert!(number == 0 || is_working_day(after));
        prop_assert_eq!(working_day_from(working_day_from(day)), working_day_from(day));
    }

    #[test]
    fn as_days_pass_a_deadline_only_becomes_more_urgent_and_then_is_none(
        due in any_day(), before in 0..60_i64, last in prop::option::of(0..60_i64)
    ) {
        let plan = plan_with(action(Some(date(2026, 7, 1)), None, Agreement::default()));
        let last_day = last.map(|days| due.checked_add(days.days()).unwrap());
        let deadline = Deadline { due, last_day, ..only(&plan, DeadlineKind::ActionBegins) };
        let first = due.checked_sub(before.days()).unwrap();
        let standings: Vec<_> = first.series(1.day()).take(130).map(|day| urgency(&deadline, day)).collect();
        let rank = |urgency: &Option<Urgency>| match urgency {
            Some(Urgency::Upcoming) => 0,
            Some(Urgency::Due) => 1,
            Some(Urgency::Overdue) => 2,
            None => 3,
        };
        prop_assert!(standings.is_sorted_by_key(rank), "{standings:?}");
        let on_the_day = usize::try_from(before).unwrap();
        prop_assert_eq!(standings[on_the_day], Some(Urgency::Due));
    }
}
