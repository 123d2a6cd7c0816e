//! What came of the goals.

use enplan_domain::plan::{
    CloseReason, Evaluation, ItemChange, ItemKey, ItemKind, NewItem, PlanCommand, Reach, SectionKind, Status,
};
use enplan_statistics::measure::Answer;

use crate::pen::{GRIBSKOV, Pen, hand_over, text};

const UNKNOWN: Answer = Answer::Kind("unknown");

/// A follow-up held on this day, which found a goal to be so far.
fn followed_up(pen: &mut Pen, on: &str, goal: &ItemKey, reach: Reach) {
    let sector = "social".parse().unwrap();
    let on_day = on.parse().unwrap();
    let follow_up = pen.on(on).adds(NewItem::FollowUp { sector, on: on_day, text: text("") });
    let evaluations = vec![Evaluation { id: pen.id(), goal: goal.clone(), reach, text: text("") }];
    pen.says(PlanCommand::HoldFollowUp { follow_up, on: on_day, outcome: text("Talt sammen"), evaluations });
}

#[test]
fn goals_set_are_all_goals_but_sub_goals_and_those_entered_in_error() {
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(pen.says_of("goals", "2019-Q1"), Answer::Number(0));
    let first = pen.goal("social");
    let second = pen.goal("social");
    let wrong = pen.goal("social");
    let part_of = Some(first.clone());
    let sector = "social".parse().unwrap();
    pen.adds(NewItem::Goal { sector, text: text("Et delmål"), part_of, taken_from: None });
    pen.finishes(&first).drops(&second).changes(&wrong, ItemChange::Withdraw);
    let proposed = pen.reported("proposed", ItemKind::Goal, Status::Proposed);
    pen.reports(vec![proposed]);
    assert_eq!(pen.says_of("goals", "2019-Q1"), Answer::Number(2));
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-02-04", &[SectionKind::Goals]);
    for measure in ["goals", "goals-reached", "goals-dropped", "goals-adjusted", "outcome"] {
        assert_eq!(there.says_of(measure, "2019-Q1"), UNKNOWN, "{measure}");
    }
}

#[test]
fn shares_are_of_the_goals_set_and_a_goal_is_reached_or_dropped() {
    let mut pen = Pen::begun("2019-01-07");
    for measure in ["goals-reached", "goals-dropped", "goals-adjusted"] {
        assert_eq!(pen.says_of(measure, "2019-Q1"), Answer::Kind("no-goals"), "{measure}");
    }
    let goals: Vec<_> = (0..3).map(|_| pen.goal("social")).collect();
    for measure in ["goals-reached", "goals-dropped", "goals-adjusted"] {
        assert_eq!(pen.says_of(measure, "2019-Q1"), Answer::Kind("none"), "{measure}");
    }
    pen.on("2019-04-01").finishes(&goals[0]);
    assert_eq!(pen.says_of("goals-reached", "2019-Q1"), Answer::Kind("none"));
    assert_eq!(pen.says_of("goals-reached", "2019-Q2"), Answer::Kind("under-half"));
    pen.on("2019-07-01").drops(&goals[1]);
    assert_eq!(pen.says_of("goals-dropped", "2019-Q3"), Answer::Kind("under-half"));
    assert_eq!(pen.says_of("goals-reached", "2019-Q3"), Answer::Kind("under-half"));
    pen.on("2019-10-01").finishes(&goals[2]);
    assert_eq!(pen.says_of("goals-reached", "2019-Q4"), Answer::Kind("half-or-more"));
}

#[test]
fn half_of_the_goals_is_half_or_more() {
    let mut pen = Pen::begun("2019-01-07");
    let first = pen.goal("social");
    pen.goal("social");
    pen.drops(&first);
    assert_eq!(pen.says_of("goals-dropped", "2019-Q1"), Answer::Kind("half-or-more"));
}

#[test]
fn a_goal_that_a_report_keeps_is_reached_where_the_latest_follow_up_found_it_so() {
    let mut pen = Pen::begun("2019-01-07");
    let goal = pen.reported("goal", ItemKind::Goal, Status::Active);
    let key = goal.key.clone();
    pen.reports(vec![goal]);
    followed_up(&mut pen, "2019-02-04", &key, Reach::Closer);
    assert_eq!(pen.says_of("goals-reached", "2019-Q1"), Answer::Kind("none"));
    followed_up(&mut pen, "2019-05-06", &key, Reach::Reached);
    assert_eq!(pen.says_of("goals-reached", "2019-Q1"), Answer::Kind("none"));
    assert_eq!(pen.says_of("goals-reached", "2019-Q2"), Answer::Kind("half-or-more"));
    followed_up(&mut pen, "2019-08-05", &key, Reach::FurtherAway);
    assert_eq!(pen.says_of("goals-reached", "2019-Q3"), Answer::Kind("none"));
}

#[test]
fn a_goal_is_not_reached_because_its_date_has_passed() {
    let mut pen = Pen::begun("2019-01-07");
    let mut goal = pen.reported("goal", ItemKind::Goal, Status::Active);
    goal.ends = Some("2019-02-01".parse().unwrap());
    pen.reports(vec![goal]);
    assert_eq!(pen.says_of("goals-reached", "2019-Q1"), Answer::Kind("none"));
}

#[test]
fn a_goal_is_adjusted_by_new_words_and_a_reason_and_stays_so() {
    let mut pen = Pen::begun("2019-01-07");
    let goal = pen.goal("social");
    pen.changes(&goal, ItemChange::Reword { text: text("En slåfejl rettet") });
    assert_eq!(pen.says_of("goals-adjusted", "2019-Q1"), Answer::Kind("none"));
    let (words, reason) = (text("Et mindre mål"), text("Det var for stort"));
    pen.on("2019-04-01").changes(&goal, ItemChange::Adjust { text: words, reason });
    assert_eq!(pen.says_of("goals-adjusted", "2019-Q1"), Answer::Kind("none"));
    assert_eq!(pen.says_of("goals-adjusted", "2019-Q2"), Answer::Kind("half-or-more"));
    pen.on("2019-07-01").finishes(&goal);
    assert_eq!(pen.says_of("goals-adjusted", "2019-Q3"), Answer::Kind("half-or-more"));
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-10-01", &[]);
    assert_eq!(there.says_of("goals-adjusted", "2019-Q4"), UNKNOWN);
}

#[test]
fn what_came_of_it_is_a_goal_of_employment_before_one_of_education_before_an_end_without_need() {
    let outcome = |pen: &Pen| pen.says_of("outcome", "2019-Q1");
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(outcome(&pen), Answer::Kind("not-yet"));
    let [social, education, employment] =
        ["social", "education", "employment"].map(|sector| pen.goal(sector));
    pen.finishes(&social);
    assert_eq!(outcome(&pen), Answer::Kind("not-yet"));
    let mut declined = pen.clone();
    declined.closes(CloseReason::CitizenDeclined);
    assert_eq!(outcome(&declined), Answer::Kind("not-yet"));
    let mut finished = pen.clone();
    finished.closes(CloseReason::Finished);
    assert_eq!(outcome(&finished), Answer::Kind("finished"));
    pen.finishes(&education);
    assert_eq!(outcome(&pen), Answer::Kind("education-goal"));
    pen.finishes(&employment).closes(CloseReason::Finished);
    assert_eq!(outcome(&pen), Answer::Kind("employment-goal"));
}
