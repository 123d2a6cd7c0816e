//! How soon things happen.

use enplan_domain::plan::{Agreement, Item, ItemChange, ItemKind, NewItem, SectionKind, Status};
use enplan_statistics::measure::Answer;

use crate::pen::{GRIBSKOV, Pen, action, hand_over, text};

const UNKNOWN: Answer = Answer::Kind("unknown");

#[test]
fn days_to_the_plan_count_from_the_earliest_contact_that_the_plan_dates() {
    let mut pen = Pen::begun("2019-01-31");
    assert_eq!(pen.says_of("days-to-plan", "2019-Q1"), UNKNOWN);
    let sector = "employment".parse().unwrap();
    let made = Some("2019-01-21".parse().unwrap());
    pen.adds(NewItem::SourcePlan { sector, plan_kind: "min-plan".to_owned(), made, text: text("") });
    assert_eq!(pen.says_of("days-to-plan", "2019-Q1"), Answer::Number(10));
    let request = pen.reported("request", ItemKind::Request, Status::Active);
    pen.reports(vec![Item { starts: Some("2019-01-01".parse().unwrap()), ..request }]);
    assert_eq!(pen.says_of("days-to-plan", "2019-Q1"), Answer::Number(30));
}

#[test]
fn when_a_condition_began_or_an_action_is_to_begin_is_no_contact() {
    let mut pen = Pen::begun("2019-01-31");
    let condition = pen.reported("condition", ItemKind::Condition, Status::Active);
    pen.reports(vec![Item { starts: Some("1999-01-01".parse().unwrap()), ..condition }]);
    pen.adds(action("social", Some("2019-02-04"), Agreement::default()));
    assert_eq!(pen.says_of("days-to-plan", "2019-Q1"), UNKNOWN);
    pen.adds(action("social", Some("2019-01-31"), Agreement::default()));
    assert_eq!(pen.says_of("days-to-plan", "2019-Q1"), Answer::Number(0));
}

#[test]
fn days_to_the_first_action_count_from_the_plan_and_leave_out_what_was_under_way() {
    let mut pen = Pen::begun("2019-01-07");
    let says = |pen: &Pen, epoch| pen.says_of("days-to-first-action", epoch);
    pen.adds(action("social", Some("2018-12-03"), Agreement::default()));
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("not-begun"));
    let ready_when = text("Når borgeren er klar");
    let waiting = pen.adds(action("employment", None, Agreement { ready_when, ..Agreement::default() }));
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("not-begun"));
    pen.on("2019-04-09").changes(&waiting, ItemChange::Begin { on: "2019-04-08".parse().unwrap() });
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("not-begun"));
    assert_eq!(says(&pen, "2019-Q2"), Answer::Number(91));
    pen.finishes(&waiting);
    assert_eq!(says(&pen, "2019-Q3"), Answer::Number(91));
}

#[test]
fn an_action_without_a_date_began_when_it_was_written_down_as_begun() {
    let mut pen = Pen::begun("2019-01-07");
    let begun = pen.on("2019-01-14").adds(action("social", None, Agreement::default()));
    pen.on("2019-01-21").drops(&begun);
    assert_eq!(pen.says_of("days-to-first-action", "2019-Q1"), Answer::Number(7));
}

#[test]
fn an_action_whose_planned_day_has_passed_has_not_begun_until_somebody_says_so() {
    let mut pen = Pen::begun("2019-01-07");
    pen.adds(action("social", Some("2019-01-14"), Agreement::default()));
    assert_eq!(pen.says_of("days-to-first-action", "2019-Q1"), Answer::Kind("not-begun"));
}

#[test]
fn an_action_that_a_report_calls_active_begins_on_its_day_and_never_where_it_was_given_up_before() {
    let mut pen = Pen::begun("2019-01-07");
    let active = pen.reported("action", ItemKind::Intervention, Status::Active);
    let active = Item { starts: Some("2019-05-06".parse().unwrap()), ..active };
    pen.reports(vec![active.clone()]);
    assert_eq!(pen.says_of("days-to-first-action", "2019-Q1"), Answer::Kind("not-begun"));
    assert_eq!(pen.says_of("days-to-first-action", "2019-Q2"), Answer::Number(119));
    pen.on("2019-04-01").reports(vec![Item { status: Status::Cancelled, ..active }]);
    assert_eq!(pen.says_of("days-to-first-action", "2019-Q2"), Answer::Kind("not-begun"));
}

#[test]
fn a_plan_made_elsewhere_does_not_tell_when_it_began_and_one_that_came_back_does() {
    let mut home = Pen::begun("2019-01-07");
    home.on("2019-01-09").adds(action("social", Some("2019-01-09"), Agreement::default()));
    let mut away = Pen::of(GRIBSKOV);
    hand_over(&mut home, &mut away, "2019-02-04", &[]);
    assert_eq!(away.says_of("days-to-first-action", "2019-Q1"), UNKNOWN);
    assert_eq!(away.says_of("days-to-plan", "2019-Q1"), UNKNOWN);
    let mut back = home.clone();
    hand_over(&mut away.clone(), &mut back, "2019-03-04", &[]);
    assert_eq!(back.says_of("days-to-first-action", "2019-Q1"), Answer::Number(2));
    let mut back = home;
    hand_over(&mut away, &mut back, "2019-03-04", &[SectionKind::Interventions]);
    assert_eq!(back.says_of("days-to-first-action", "2019-Q1"), UNKNOWN);
}

#[test]
fn a_plan_that_came_is_counted_as_come_in_that_epoch_and_as_come_earlier_from_then_on() {
    let mut home = Pen::begun("2019-01-07");
    assert_eq!(home.says_of("handovers", "2019-Q1"), Answer::Kind("never"));
    let mut away = Pen::of(GRIBSKOV);
    hand_over(&mut home, &mut away, "2019-02-04", &[]);
    assert_eq!(away.says_of("handovers", "2019-Q1"), Answer::Kind("this-quarter"));
    assert_eq!(away.says_of("handovers", "2019-Q2"), Answer::Kind("earlier"));
}

#[test]
fn a_handovers_days_count_from_its_basis_to_the_plans_opening() {
    let mut home = Pen::begun("2019-01-07");
    assert_eq!(home.says_of("handover-days", "2019-Q1"), Answer::Kind("never"));
    let mut without = Pen::of(GRIBSKOV);
    hand_over(&mut home.clone(), &mut without, "2019-02-04", &[]);
    assert_eq!(without.says_of("handover-days", "2019-Q1"), UNKNOWN);
    home.on("2019-01-14").consents_to(GRIBSKOV);
    let mut away = Pen::of(GRIBSKOV);
    hand_over(&mut home, &mut away, "2019-02-04", &[]);
    assert_eq!(away.says_of("handover-days", "2019-Q1"), Answer::Number(21));
    assert_eq!(away.says_of("handover-days", "2020-Q1"), Answer::Number(21));
}
