//! What is assessed again and again: the citizen's own view of their life, and the target groups.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::Context;
use enplan_domain::catalogue::TARGET_GROUPS;
use enplan_domain::plan::{
    Answer, AssessmentRefusal, CriterionFinding, Decided, ItemKind, Membership, NewItem, Plan, PlanCommand,
    PlanRefusal, Score, SectionKind, Status, TargetGroupAssessment, Voice, decide,
};
use proptest::prelude::*;

use crate::sample::{add, after, context, empty_plan, hilleroed, text};

fn self_assessment(area: &str, score: u8, on: &str) -> NewItem {
    NewItem::SelfAssessment {
        sector: "social".parse().unwrap(),
        area: area.to_owned(),
        score: Score::try_from(score).unwrap(),
        on: on.parse().unwrap(),
        text: text(""),
        said_by: Voice::Citizen,
    }
}

fn answer(finding: CriterionFinding, reason: &str) -> Answer {
    Answer { finding, reason: text(reason) }
}

fn assessment(group: &str, answers: &[(&str, CriterionFinding)]) -> TargetGroupAssessment {
    let answers = answers.iter().map(|(id, finding)| ((*id).to_owned(), answer(*finding, "Se journalen")));
    TargetGroupAssessment { group: group.to_owned(), answers: answers.collect(), decided: None }
}

fn assessed(on: &str, assessment: TargetGroupAssessment) -> NewItem {
    let sector = "employment".parse().unwrap();
    NewItem::TargetGroup { sector, on: on.parse().unwrap(), assessment, text: text("") }
}

fn refused(item: NewItem, context: &Context) -> PlanRefusal {
    decide(Some(&empty_plan()), add(9, item), context).unwrap_err()
}

fn only(plan: &Plan) -> &TargetGroupAssessment {
    plan.items_of(ItemKind::TargetGroupAssessment).next().unwrap().target_group.as_ref().unwrap()
}

#[test]
fn the_citizens_own_assessment_is_kept_each_time_with_its_day() {
    let plan = after(empty_plan(), add(1, self_assessment("home", 3, "2026-03-01")));
    let plan = after(plan, add(2, self_assessment("home", 7, "2026-06-01")));
    let mut series: Vec<_> = plan
        .items_of(ItemKind::SelfAssessment)
        .map(|item| (item.starts.unwrap().to_string(), item.score.unwrap().number(), item.said_by))
        .collect();
    series.sort();
    let by_citizen = Some(Voice::Citizen);
    assert_eq!(series, [("2026-03-01".to_owned(), 3, by_citizen), ("2026-06-01".to_owned(), 7, by_citizen)]);
    assert_eq!(plan.sections(), crate::sample::sections(&["social/situation"]));
    assert_eq!(plan.counts(context().today()).goals, 0);
}

#[test]
fn a_score_runs_from_one_to_ten_and_an_assessment_is_of_an_area_and_a_day_that_has_come() {
    assert!((1..=10).all(|number| Score::try_from(number).is_ok()));
    assert!([0, 11, 255].into_iter().all(|number| Score::try_from(number).is_err()));
    assert_eq!(refused(self_assessment("mood", 5, "2026-06-01"), &context()), PlanRefusal::UnknownArea);
    assert_eq!(refused(self_assessment("home", 5, "2026-06-02"), &context()), PlanRefusal::DayNotCome);
}

#[test]
fn the_target_group_has_the_documents_six_criteria_and_what_nobody_answers_is_unclear() {
    let plan = after(
        empty_plan(),
        add(1, assessed("2026-06-01", assessment("complex-problems", &[("complex", CriterionFinding::Met)]))),
    );
    let found = only(&plan);
    assert_eq!(found.answers.len(), 6);
    assert_eq!(
        found.answers.values().filter(|answer| answer.finding == CriterionFinding::Unclear).count(),
        5
    );
    assert_eq!(found.membership(), Membership::Unclear);
    let item = plan.items_of(ItemKind::TargetGroupAssessment).next().unwrap();
    assert_eq!(item.section().kind, SectionKind::TargetGroups);
    assert_eq!(item.status, Status::Ended, "an assessment is done when it is written");
}

#[test]
fn an_age_is_the_numbers_to_answer() {
    let several = [("several-centres", CriterionFinding::Met)];
    let plan =
        after(empty_plan(), add(1, assessed("2026-06-01", assessment("gribskov-young-people", &several))));
    assert_eq!(only(&plan).conclusion(), Membership::Outside, "45 years old");
    let earlier = assessed("2010-01-02", assessment("gribskov-young-people", &several));
    assert_eq!(
        refused(earlier, &context()),
        AssessmentRefusal::UnknownGroup.into(),
        "there were no target groups before the trial"
    );
    let said = assessment("gribskov-young-people", &[("aged-15-to-30", CriterionFinding::Met)]);
    assert_eq!(
        refused(assessed("2026-06-01", said), &context()),
        AssessmentRefusal::AnsweredByTheNumber.into()
    );
}

#[test]
fn an_assessment_that_is_none_is_refused() {
    let refused_here = |assessment| refused(assessed("2026-06-01", assessment), &context());
    let without_reason = TargetGroupAssessment {
        answers: BTreeMap::from([("complex".to_owned(), answer(CriterionFinding::Met, ""))]),
        ..assessment("complex-problems", &[])
    };
    assert_eq!(refused_here(without_reason), AssessmentRefusal::FindingWithoutReason.into());
    let stranger = assessment("complex-problems", &[("several-centres", CriterionFinding::Met)]);
    assert_eq!(refused_here(stranger), AssessmentRefusal::UnknownCriterion.into());
    assert_eq!(refused_here(assessment("no-such", &[])), AssessmentRefusal::UnknownGroup.into());
    let there = Context { municipality: hilleroed(), ..context() };
    assert_eq!(
        refused(assessed("2026-06-01", assessment("gribskov-families", &[])), &there),
        AssessmentRefusal::UnknownGroup.into(),
        "Gribskov's own"
    );
}

#[test]
fn a_decision_may_differ_from_the_criteria_where_somebody_says_why() {
    let decided = |reason| TargetGroupAssessment {
        decided: Some(Decided { belongs: true, reason: text(reason) }),
        ..assessment("complex-problems", &[("motivated", CriterionFinding::NotMet)])
    };
    assert_eq!(
        refused(assessed("2026-06-01", decided("")), &context()),
        AssessmentRefusal::DecisionWithoutReason.into()
    );
    let plan =
        after(empty_plan(), add(1, assessed("2026-06-01", decided("Motivationen kom med kontaktpersonen"))));
    assert_eq!(only(&plan).conclusion(), Membership::Outside);
    assert_eq!(only(&plan).membership(), Membership::Inside);
}

#[test]
fn an_assessment_is_read_as_it_is_stored_and_a_plan_without_any_too() {
    let plan = after(empty_plan(), add(1, self_assessment("home", 3, "2026-03-01")));
    let plan = after(plan, add(2, assessed("2026-06-01", assessment("gribskov-families", &[]))));
    let stored = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&stored).unwrap(), plan);
    assert!(!serde_json::to_string(&empty_plan()).unwrap().contains("score"));
}

#[test]
fn no_criterion_stands_twice_in_a_group() {
    for group in TARGET_GROUPS {
        let ids: BTreeSet<_> = group.criteria.iter().map(|criterion| criterion.entry.id).collect();
        assert_eq!(ids.len(), group.criteria.len(), "{}", group.entry.id);
    }
}

fn any_finding() -> impl Strategy<Value = CriterionFinding> {
    prop_oneof![Just(CriterionFinding::Met), Just(CriterionFinding::NotMet), Just(CriterionFinding::Unclear)]
}

proptest! {
    /// "Endvidere er målgruppen afgrænset til": each of the criteria must hold.
    #[test]
    fn a_citizen_is_inside_when_all_criteria_hold_and_outside_when_one_does_not(
        findings in proptest::collection::vec(any_finding(), 0..8)
    ) {
        let membership = Membership::by(findings.iter().copied());
        prop_assert_eq!(membership == Membership::Inside, findings.iter().all(|one| *one == CriterionFinding::Met));
        prop_assert_eq!(membership == Membership::Outside, findings.contains(&CriterionFinding::NotMet));
        let mut turned = findings.clone();
        turned.reverse();
        prop_assert_eq!(Membership::by(turned), membership, "the order does not count");
    }

    /// Whatever is assessed when, nothing that was assessed before is lost or changed.
    #[test]
    fn a_later_assessment_leaves_the_former_ones(scores in proptest::collection::vec(1_u8..=10, 1..12)) {
        let mut plan = empty_plan();
        for (n, score) in (1_u128..).zip(&scores) {
            let command: PlanCommand = add(n, self_assessment("work", *score, "2026-05-01"));
            plan = after(plan, command);
        }
        let kept: Vec<_> =
            plan.items_of(ItemKind::SelfAssessment).filter_map(|item| item.score).map(Score::number).collect();
        prop_assert_eq!(kept, scores);
    }
}
