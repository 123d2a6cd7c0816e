//! What does not hang together in a plan: found, explained, acknowledged, and found again when it changes.

use std::collections::BTreeSet;

use enplan_domain::catalogue::{Adopted, MOST_CONTACTS};
use enplan_domain::plan::findings::findings;
use enplan_domain::plan::{
    Agreement, Aspect, Code, Contact, Detail, Finding, FindingCode, Item, ItemChange, ItemKey, Link,
    LinkRole, NewItem, Plan, PlanCommand, PlanRefusal, SectionKind, Source, When, decide,
};
use enplan_domain::terminology::Terminology;
use enplan_domain::{Context, Date};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use crate::sample::{add, after, context, empty_plan, new_action, new_goal, text};

const TODAY: Date = date(2026, 6, 1);

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", uuid::Uuid::from_u128(n)).parse().unwrap()
}

fn found(plan: &Plan) -> Vec<Finding> {
    findings(plan, TODAY, &Adopted::default())
}

fn codes(plan: &Plan) -> Vec<FindingCode> {
    found(plan).iter().map(|finding| finding.code).collect()
}

fn conflicts(plan: &Plan) -> Vec<FindingCode> {
    codes(plan).into_iter().filter(|code| code.is_conflict()).collect()
}

fn said(plan: &Plan, finding: &Finding) -> String {
    finding.in_danish(plan, TODAY, &Terminology::default())
}

/// An action under a provision, on some days.
fn granted(sector: &str, words: &str, provision: &str, days: (Option<Date>, Option<Date>)) -> NewItem {
    NewItem::Action {
        sector: sector.parse().unwrap(),
        text: text(words),
        starts: days.0.map(When::Day),
        ends: days.1.map(When::Day),
        goal: None,
        taken_from: None,
        agreed: Agreement { provision: Some(provision.to_owned()), ..Agreement::default() },
    }
}

fn acknowledge(n: u128, finding: &Finding, reason: &str) -> PlanCommand {
    PlanCommand::Acknowledge {
        id: uuid::Uuid::from_u128(n),
        code: finding.code,
        items: finding.items.iter().cloned().collect(),
        reason: text(reason),
    }
}

fn two_that_take_the_day() -> Plan {
    let days = |from| (Some(from), Some(date(2026, 9, 30)));
    let practice = granted("employment", "Praktik på lageret", "lab-57", days(date(2026, 6, 1)));
    let treatment = granted("social", "Behandling", "servicelov-101", days(date(2026, 8, 1)));
    after(after(empty_plan(), add(1, practice)), add(2, treatment))
}

#[test]
fn two_actions_that_each_take_the_day_at_the_same_time_are_found_and_explained() {
    let plan = two_that_take_the_day();
    assert_eq!(conflicts(&plan), [FindingCode::OverlappingActions]);
    let sentence = said(&plan, &found(&plan)[0]);
    assert_eq!(
        sentence,
        "»Praktik på lageret« og »Behandling« tager borgerens dag på samme tid fra 01.08.2026 til 30.09.2026. Aftal, \
         hvad der går forud."
    );
}

#[test]
fn what_takes_a_few_hours_or_waits_or_takes_the_home_does_not_stand_in_the_way_of_the_day() {
    let practice = || granted("employment", "Praktik", "lab-57", (Some(TODAY), None));
    let with = |other: NewItem| conflicts(&after(after(empty_plan(), add(1, practice())), add(2, other)));
    assert_eq!(with(granted("social", "Mentor", "lab-167", (Some(TODAY), None))), []);
    assert_eq!(with(granted("social", "Botilbud", "servicelov-107", (Some(TODAY), None))), []);
    let NewItem::Action { sector, text: words, mut agreed, .. } =
        granted("social", "Værksted", "servicelov-103", (None, None))
    else {
        unreachable!("an action")
    };
    agreed.ready_when = text("Når medicinen virker");
    let waiting = NewItem::Action {
        sector,
        text: words,
        starts: None,
        ends: None,
        goal: None,
        taken_from: None,
        agreed,
    };
    assert_eq!(with(waiting), []);
    assert_eq!(
        with(granted("social", "Værksted", "servicelov-103", (Some(TODAY), None))),
        [FindingCode::OverlappingActions]
    );
}

#[test]
fn the_same_provision_or_the_same_words_in_two_sectors_are_a_double_effort() {
    let twice = |one: NewItem, other: NewItem| after(after(empty_plan(), add(1, one)), add(2, other));
    let words = twice(
        new_action("social", "Hjælp til økonomien!", None),
        new_action("employment", "hjælp til  ØKONOMIEN", None),
    );
    assert_eq!(conflicts(&words), [FindingCode::DoubleEffort]);
    assert!(said(&words, &found(&words)[0]).contains("Aftal, hvem der gør det"));
    let same_sector = twice(new_action("social", "Samtaler", None), new_action("social", "Samtaler", None));
    assert_eq!(conflicts(&same_sector), []);
    let provision = twice(
        granted("social", "Værksted", "servicelov-103", (Some(TODAY), None)),
        granted("employment", "Beskyttet job", "servicelov-103", (Some(TODAY), None)),
    );
    assert_eq!(conflicts(&provision), [FindingCode::DoubleEffort], "that they overlap need not be said too");
}

#[test]
fn more_contact_persons_than_need_be_are_named_and_each_is_counted_once() {
    let with_contact = |n: usize, name: &str| {
        let contact = Some(Contact { name: text(name), ..Contact::default() });
        NewItem::Action {
            sector: "social".parse().unwrap(),
            text: text(&format!("Indsats {n}")),
            starts: None,
            ends: None,
            goal: None,
            taken_from: None,
            agreed: Agreement { contact, ..Agreement::default() },
        }
    };
    let mut plan = empty_plan();
    for n in 0..MOST_CONTACTS {
        plan = after(plan, add(n as u128, with_contact(n, &format!("Kontakt {n}"))));
    }
    plan = after(plan, add(50, with_contact(50, "KONTAKT  0")));
    assert_eq!(conflicts(&plan), []);
    plan = after(plan, add(51, with_contact(51, "Jens Holm")));
    assert_eq!(conflicts(&plan), [FindingCode::TooManyContacts]);
    let sentence = said(&plan, &found(&plan)[0]);
    assert!(sentence.starts_with("Borgeren har 4 kontaktpersoner: Jens Holm, Kontakt 0"), "{sentence}");
    let ended = ItemChange::Finish { on: When::Day(TODAY), outcome: text("") };
    let fewer = after(plan, PlanCommand::Change { item: key("CarePlan", 51), change: ended });
    assert_eq!(conflicts(&fewer), []);
}

#[test]
fn a_goal_that_nobody_acts_on_and_an_action_for_no_goal_are_found_until_one_serves_the_other() {
    let plan = after(empty_plan(), add(1, new_goal("social", "Egen bolig")));
    let part = NewItem::Goal {
        sector: "social".parse().unwrap(),
        text: text("Skrevet op"),
        part_of: Some(key("Goal", 1)),
        taken_from: None,
    };
    let plan = after(plan, add(2, part));
    let alone = after(plan.clone(), add(3, new_action("social", "Boligsøgning", None)));
    assert_eq!(codes(&alone), [FindingCode::GoalWithoutAction, FindingCode::ActionWithoutGoal]);
    assert_eq!(found(&alone)[0].items, BTreeSet::from([key("Goal", 1)]), "a part is its goal's affair");
    let served = after(plan, add(3, new_action("social", "Boligsøgning", Some(key("Goal", 2)))));
    assert_eq!(codes(&served), []);

    let reached = ItemChange::Finish { on: When::Day(TODAY), outcome: text("Flyttet ind") };
    let over = after(served, PlanCommand::Change { item: key("Goal", 2), change: reached });
    assert_eq!(codes(&over), [FindingCode::GoalWithoutAction, FindingCode::ActionWithoutGoal]);
}

/// A goal as a report brings it: of a type, about a condition.
fn reported_goal(n: u128, goal_type: &str, condition: &str) -> Item {
    let plan = after(empty_plan(), add(n, new_goal("social", "Mål")));
    let mut goal = plan.items.into_values().next().unwrap();
    goal.details.push(Detail {
        aspect: Aspect::GoalType,
        code: Code { system: "urn:oid:1.2.208.176.2.22".into(), code: goal_type.into(), display: None },
    });
    goal.links.insert(Link { role: LinkRole::Addresses, target: condition.parse().unwrap(), rank: Some(1) });
    goal.provenance.source = Source::Report { bundle: None, organisation: None };
    goal
}

#[test]
fn goals_to_develop_and_to_keep_the_same_oppose_each_other() {
    const DEVELOP: &str = "d41c8072-52f8-42b5-9375-ddbea454d27f";
    const KEEP: &str = "10752a63-00b4-4958-b7f4-9f3a18f74266";
    let plan_of = |goals: [Item; 2]| {
        let mut plan = empty_plan();
        plan.items.extend(goals.into_iter().map(|goal| (goal.key.clone(), goal)));
        plan
    };
    let opposed = plan_of([reported_goal(1, DEVELOP, "Condition/a"), reported_goal(2, KEEP, "Condition/a")]);
    assert_eq!(conflicts(&opposed), [FindingCode::OpposingAims]);
    for same in [
        [reported_goal(1, KEEP, "Condition/a"), reported_goal(2, KEEP, "Condition/a")],
        [reported_goal(1, DEVELOP, "Condition/a"), reported_goal(2, KEEP, "Condition/b")],
    ] {
        assert_eq!(conflicts(&plan_of(same)), []);
    }
}

#[test]
fn somebody_can_say_that_two_things_pull_against_each_other_and_take_it_back() {
    let plan = after(empty_plan(), add(1, new_goal("social", "Ro på")));
    let plan = after(plan, add(2, new_goal("employment", "Fuld tid fra august")));
    let oppose = |between: [ItemKey; 2], how: &str| PlanCommand::Oppose {
        id: uuid::Uuid::from_u128(3),
        between,
        how: text(how),
    };
    let both = [key("Goal", 1), key("Goal", 2)];
    let opposed = after(plan.clone(), oppose(both.clone(), "Ro og fuld tid kan ikke forenes i år."));
    let finding = &found(&opposed)[0];
    assert_eq!(finding.code, FindingCode::OpposingAims);
    let sentence = said(&opposed, finding);
    assert!(sentence.contains("Ro og fuld tid kan ikke forenes i år. Aftal"), "{sentence}");
    let lifted = ItemChange::Finish { on: When::Day(TODAY), outcome: text("Aftalt: halv tid") };
    let lifted = after(opposed, PlanCommand::Change { item: key("Communication", 3), change: lifted });
    assert_eq!(conflicts(&lifted), []);

    let refused = |command| decide(Some(&plan), command, &context()).unwrap_err();
    assert_eq!(refused(oppose([key("Goal", 1), key("Goal", 1)], "x")), PlanRefusal::OpposesItself);
    assert_eq!(refused(oppose([key("Goal", 1), key("Goal", 9)], "x")), PlanRefusal::NoSuchItem);
    assert_eq!(refused(oppose(both, "")), PlanRefusal::EmptyText);
}

#[test]
fn an_exemption_that_does_not_carry_an_action_any_more_is_found() {
    let mut plan = after(empty_plan(), add(1, new_action("employment", "Tilbud i bero", None)));
    plan.items.get_mut(&key("CarePlan", 1)).unwrap().agreed.exemption = Some("frikommune-33".into());
    let finding =
        found(&plan).into_iter().find(|finding| finding.code == FindingCode::ExemptionOver).unwrap();
    assert!(said(&plan, &finding).contains("§ 33: ret- og pligttilbud sættes i bero"));
}

#[test]
fn a_finding_that_is_acknowledged_says_by_whom_and_why_until_what_it_concerns_changes() {
    let plan = two_that_take_the_day();
    let finding = found(&plan).remove(0);
    let plan = after(plan, acknowledge(9, &finding, "Aftalt: behandling om aftenen"));
    let seen = found(&plan).remove(0).acknowledged.unwrap();
    assert_eq!(seen.by.unwrap().as_str(), "anne.jensen");
    assert_eq!(seen.reason, text("Aftalt: behandling om aftenen"));
    assert_eq!(plan.items[&key("Communication", 9)].section().to_string(), "unsorted/notes");

    let reword = ItemChange::Reword { text: text("Praktik på kontoret") };
    let changed = after(plan.clone(), PlanCommand::Change { item: key("CarePlan", 1), change: reword });
    assert_eq!(found(&changed).remove(0).acknowledged, None);
    let taken_back =
        after(plan, PlanCommand::Change { item: key("Communication", 9), change: ItemChange::Withdraw });
    assert_eq!(found(&taken_back).remove(0).acknowledged, None);
}

#[test]
fn what_is_not_found_can_not_be_acknowledged_and_nothing_without_a_reason() {
    let plan = two_that_take_the_day();
    let finding = found(&plan).remove(0);
    let refused = |command| decide(Some(&plan), command, &context()).unwrap_err();
    assert_eq!(refused(acknowledge(9, &finding, " ")), PlanRefusal::EmptyText);
    let other = Finding { code: FindingCode::DoubleEffort, ..finding.clone() };
    assert_eq!(refused(acknowledge(9, &other, "x")), PlanRefusal::NoSuchFinding);
    let fewer = Finding { items: finding.items.iter().take(1).cloned().collect(), ..finding };
    assert_eq!(refused(acknowledge(9, &fewer, "x")), PlanRefusal::NoSuchFinding);
}

#[test]
fn an_acknowledgement_does_not_travel_without_all_that_it_is_about() {
    let plan = two_that_take_the_day();
    let finding = found(&plan).remove(0);
    let plan = after(plan, acknowledge(9, &finding, "Aftalt"));
    let mut all = plan.sections();
    let (whole, _) = plan.restricted_to(&all);
    assert!(found(&whole).remove(0).acknowledged.is_some());
    all.retain(|section| {
        section.sector.as_str() != "employment" || section.kind != SectionKind::Interventions
    });
    let (part, _) = plan.restricted_to(&all);
    let note = &part.items[&key("Communication", 9)];
    assert_eq!((&note.acknowledges, note.links.len()), (&None, 1));
}

fn a_day() -> impl Strategy<Value = Date> {
    (0..200_i64).prop_map(|days| TODAY.checked_add(days.days()).unwrap())
}

fn some_days() -> impl Strategy<Value = (Date, Option<Date>)> {
    (a_day(), proptest::option::of(0..60_i64))
        .prop_map(|(from, length)| (from, length.map(|days| from.checked_add(days.days()).unwrap())))
}

/// Three actions under provisions that may take the day or the home, each on days of its own.
fn three_actions() -> impl Strategy<Value = Plan> {
    let provision = prop::sample::select(vec!["lab-57", "servicelov-101", "servicelov-107", "lab-167"]);
    proptest::collection::vec((provision, some_days()), 3).prop_map(|actions| {
        actions.into_iter().zip(1..).fold(empty_plan(), |plan, ((provision, (from, until)), n)| {
            let words = format!("Indsats {n}");
            after(plan, add(n, granted("social", &words, provision, (Some(from), until))))
        })
    })
}

proptest! {
    #[test]
    fn actions_overlap_exactly_where_there_is_a_day_that_two_of_them_take(plan in three_actions()) {
        let takes = |item: &Item| enplan_domain::catalogue::occupies(item.agreed.provision.as_deref().unwrap());
        let runs_on = |item: &Item, day: Date| {
            item.starts.unwrap().day() <= day && item.ends.is_none_or(|ends| day <= ends.day())
        };
        let days = (0..400_i64).map(|days| TODAY.checked_add(days.days()).unwrap());
        let mut clashing = BTreeSet::new();
        for day in days {
            for one in plan.items.values() {
                for other in plan.items.values().filter(|other| other.key != one.key) {
                    if takes(one).is_some() && takes(one) == takes(other) && runs_on(one, day) && runs_on(other, day) {
                        clashing.insert(one.key.clone());
                    }
                }
            }
        }
        let overlapping = found(&plan).into_iter().filter(|f| f.code == FindingCode::OverlappingActions);
        let found: BTreeSet<_> = overlapping.flat_map(|finding| finding.items).collect();
        prop_assert_eq!(found, clashing);
    }

    #[test]
    fn every_finding_concerns_what_is_in_the_plan_and_explains_itself(plan in three_actions()) {
        for finding in found(&plan) {
            prop_assert!(!finding.items.is_empty());
            prop_assert!(finding.items.iter().all(|key| plan.items.contains_key(key)));
            prop_assert!(said(&plan, &finding).ends_with('.'));
            prop_assert_eq!(finding.acknowledged, None);
        }
    }

    #[test]
    fn every_finding_can_be_acknowledged_and_then_no_other_is(plan in three_actions()) {
        for finding in found(&plan) {
            let seen = after(plan.clone(), acknowledge(9, &finding, "Set"));
            for again in found(&seen) {
                prop_assert_eq!(again.acknowledged.is_some(), again.items == finding.items && again.code == finding.code);
            }
        }
    }
}

/// Somebody else's clock: findings are of a day.
#[test]
fn what_has_ended_conflicts_with_nothing() {
    let plan = two_that_take_the_day();
    let after_both = findings(&plan, date(2026, 10, 1), &Adopted::default());
    assert!(after_both.is_empty(), "{after_both:?}");
    let later = Context { now: "2026-10-01T10:00:00Z".parse().unwrap(), ..context() };
    let finding = found(&plan).remove(0);
    let refusal = decide(Some(&plan), acknowledge(9, &finding, "Set"), &later).unwrap_err();
    assert_eq!(refusal, PlanRefusal::NoSuchFinding);
}
