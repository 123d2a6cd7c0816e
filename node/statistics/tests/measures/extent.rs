//! How much one plan gathers.

use enplan_domain::plan::{Agreement, ItemChange, NewItem, SectionKind};
use enplan_statistics::measure::Answer;

use crate::pen::{GRIBSKOV, Pen, action, hand_over, text};

fn leaning_on(exemption: &str) -> Agreement {
    Agreement { exemption: Some(exemption.to_owned()), ..Agreement::default() }
}

fn source_plan(kind: &str) -> NewItem {
    let sector = "employment".parse().unwrap();
    NewItem::SourcePlan { sector, plan_kind: kind.to_owned(), made: None, text: text("") }
}

#[test]
fn sectors_are_those_with_anything_in_the_plan_by_the_epochs_end() {
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(pen.says_of("sectors", "2019-Q1"), Answer::Number(0));
    let first = pen.goal("social");
    pen.goal("social");
    pen.adds(NewItem::Note { sector: "unsorted".parse().unwrap(), text: text("Et notat") });
    assert_eq!(pen.says_of("sectors", "2019-Q1"), Answer::Number(1));
    let wrong = pen.goal("health");
    pen.changes(&wrong, ItemChange::Withdraw);
    pen.finishes(&first);
    pen.on("2019-04-01").goal("employment");
    assert_eq!(pen.says_of("sectors", "2019-Q1"), Answer::Number(1));
    assert_eq!(pen.says_of("sectors", "2019-Q2"), Answer::Number(2));
}

#[test]
fn what_was_found_later_to_be_entered_in_error_is_not_counted_in_the_epoch_before_either() {
    let mut pen = Pen::begun("2019-01-07");
    let wrong = pen.goal("health");
    assert_eq!(pen.says_of("goals", "2019-Q1"), Answer::Number(1));
    pen.on("2019-06-03").changes(&wrong, ItemChange::Withdraw);
    assert_eq!(pen.says_of("goals", "2019-Q1"), Answer::Number(0));
}

#[test]
fn source_plans_are_those_gathered_and_unknown_where_some_were_left_behind() {
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(pen.says_of("source-plans", "2019-Q1"), Answer::Number(0));
    pen.adds(source_plan("min-plan"));
    pen.adds(source_plan("mentor"));
    assert_eq!(pen.says_of("source-plans", "2019-Q1"), Answer::Number(2));
    let mut whole = Pen::of(GRIBSKOV);
    hand_over(&mut pen.clone(), &mut whole, "2019-02-04", &[]);
    assert_eq!(whole.says_of("source-plans", "2019-Q1"), Answer::Number(2));
    let mut cut = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut cut, "2019-02-04", &[SectionKind::SourcePlans]);
    assert_eq!(cut.says_of("source-plans", "2019-Q1"), Answer::Kind("unknown"));
}

#[test]
fn an_exemption_is_used_when_an_action_that_leans_on_it_has_begun() {
    let mut pen = Pen::begun("2019-01-07");
    pen.adds(action("employment", Some("2019-01-07"), Agreement::default()));
    let waits = Agreement { ready_when: text("Når borgeren er klar"), ..leaning_on("frikommune-29") };
    let waiting = pen.adds(action("employment", None, waits));
    assert_eq!(pen.says_of("exemptions", "2019-Q1"), Answer::Number(0));
    pen.adds(action("employment", Some("2019-01-07"), leaning_on("frikommune-33")));
    let given_up = pen.adds(action("employment", Some("2019-01-07"), leaning_on("frikommune-33")));
    pen.drops(&given_up);
    assert_eq!(pen.says_of("exemptions", "2019-Q1"), Answer::Number(1));
    pen.on("2019-04-01").changes(&waiting, ItemChange::Begin { on: "2019-04-01".parse().unwrap() });
    assert_eq!(pen.says_of("exemptions", "2019-Q1"), Answer::Number(1));
    assert_eq!(pen.says_of("exemptions", "2019-Q2"), Answer::Number(2));
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-05-06", &[SectionKind::Interventions]);
    assert_eq!(there.says_of("exemptions", "2019-Q2"), Answer::Kind("unknown"));
}

#[test]
fn an_action_given_up_before_it_began_used_no_exemption_whatever_day_it_was_to_begin() {
    let mut pen = Pen::begun("2019-01-07");
    let planned = pen.adds(action("employment", Some("2019-02-04"), leaning_on("frikommune-33")));
    pen.drops(&planned);
    assert_eq!(pen.says_of("exemptions", "2019-Q1"), Answer::Number(0));
}
