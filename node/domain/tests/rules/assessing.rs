//! What is assessed again and again: the citizen's own view of their life, and the target groups.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::Context;
use enplan_domain::catalogue::{Adopted, Criterion, NotATargetGroup, TARGET_GROUPS, TargetGroup, Validity};
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
    TargetGroupAssessment {
        group: group.to_owned(),
        answers: answers.collect(),
        ..TargetGroupAssessment::default()
    }
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

fn validity(text: &str) -> Validity {
    text.parse().unwrap()
}

fn criterion(id: &str, danish: &str, days: &str) -> Criterion {
    Criterion::own(id, danish, validity(days), None).unwrap()
}

fn own_group(id: &str, days: &str, criteria: Vec<Criterion>) -> Result<TargetGroup, NotATargetGroup> {
    TargetGroup::own(id, "Unge uden egen bolig", validity(days), "Byrådet, punkt 12", criteria)
}

/// A municipality whose group has one criterion in 2025 and another wording, and one more, since.
fn with_own_group() -> Context {
    let first = own_group(
        "no-home",
        "2025-01-01/2025-12-31",
        vec![criterion("home", "Har ingen bolig", "2025-01-01/2025-12-31")],
    );
    let then = vec![
        criterion("home", "Har ikke egen bolig", "2026-01-01"),
        criterion("alone", "Bor alene", "2026-03-01/2026-06-30"),
        Criterion::own("aged-18-to-25", "Er fra 18 til 25 år", validity("2026-01-01"), Some((18, 25)))
            .unwrap(),
    ];
    let groups = vec![first.unwrap(), own_group("no-home", "2026-01-01", then).unwrap()];
    Context { adopted: Adopted::default().with_target_groups(groups).unwrap(), ..context() }
}

fn words(assessment: &TargetGroupAssessment, on: &str) -> Vec<String> {
    let on = on.parse().unwrap();
    assessment.worded(on).iter().map(|worded| worded.words.reveal().to_owned()).collect()
}

#[test]
fn a_municipalitys_own_group_is_assessed_by_the_criteria_of_the_day_and_reads_so_ever_after() {
    let context = with_own_group();
    let of_day = |on: &str| {
        let events = decide(Some(&empty_plan()), add(1, assessed(on, assessment("no-home", &[]))), &context);
        let plan = events.unwrap().iter().fold(empty_plan(), Plan::apply);
        only(&plan).clone()
    };
    let ids = |assessment: &TargetGroupAssessment| assessment.answers.keys().cloned().collect::<Vec<_>>();
    let (before, now) = (of_day("2025-06-01"), of_day("2026-04-01"));
    assert_eq!(ids(&before), ["home"]);
    assert_eq!(words(&before, "2025-06-01"), ["Unge uden egen bolig", "Har ingen bolig"]);
    assert_eq!(ids(&now), ["aged-18-to-25", "alone", "home"]);
    let in_order = ["Unge uden egen bolig", "Har ikke egen bolig", "Bor alene", "Er fra 18 til 25 år"];
    assert_eq!(words(&now, "2026-04-01"), in_order);
    assert_eq!(ids(&of_day("2026-01-31")), ["aged-18-to-25", "home"], "before that criterion's first day");
    assert_eq!(
        refused(assessed("2024-12-31", assessment("no-home", &[])), &context),
        AssessmentRefusal::UnknownGroup.into()
    );
    // Nothing of it is known to anybody else, and yet it reads there.
    let elsewhere =
        serde_json::from_str::<TargetGroupAssessment>(&serde_json::to_string(&now).unwrap()).unwrap();
    assert_eq!(words(&elsewhere, "2026-04-01"), in_order);
    assert_eq!(
        refused(assessed("2026-04-01", assessment("no-home", &[])), &crate::sample::context()),
        AssessmentRefusal::UnknownGroup.into()
    );
}

#[test]
fn an_assessment_that_an_older_version_wrote_reads_in_the_catalogues_words_and_an_unknown_one_by_its_id() {
    let kept = assessment("gribskov-families", &[]);
    let in_words = [
        "Familier med sager i flere centre",
        "Er en familie med børn",
        "Har sager i flere af kommunens centre",
    ];
    assert_eq!(words(&kept, "2019-06-01"), in_words);
    assert!(words(&assessment("somebody-elses", &[]), "2019-06-01").is_empty());
}

#[test]
fn a_target_group_that_is_none_is_refused_with_what_is_wrong() {
    let home = || vec![criterion("home", "Har ingen bolig", "2026-01-01")];
    for (wrong, why) in [
        (own_group("Unge!", "2026-01-01", home()), NotATargetGroup::NotAnId),
        (own_group("gribskov-families", "2026-01-01", home()), NotATargetGroup::OfTheCatalogue),
        (own_group("no-home", "2026-01-01", Vec::new()), NotATargetGroup::NoCriteria),
        (own_group("no-home", "2025-12-31", home()), NotATargetGroup::NoCriteria),
        (own_group("no-home", "2026-01-01/2025-01-01", home()), NotATargetGroup::EndsBeforeItBegins),
        (own_group("no-home", "2026-02-01", home()), NotATargetGroup::OutsideTheGroup),
        (own_group("no-home", "2026-01-01/2026-12-31", home()), NotATargetGroup::OutsideTheGroup),
        (own_group("home", "2026-01-01", home()), NotATargetGroup::SameDay),
        (own_group("no-home", "2026-01-01", [home(), home()].concat()), NotATargetGroup::SameDay),
        (
            TargetGroup::own("no-home", "Unge", validity("2026-01-01"), " ", home()),
            NotATargetGroup::NoDecision,
        ),
        (
            TargetGroup::own("no-home", "Unge\n", validity("2026-01-01"), "Byrådet", home()).and_then(|_| {
                TargetGroup::own("no-home", "To\nlinjer", validity("2026-01-01"), "Byrådet", home())
            }),
            NotATargetGroup::NoName,
        ),
    ] {
        assert_eq!(wrong.unwrap_err(), why);
    }
    let ages = |ages| Criterion::own("age", "Alder", validity("2026-01-01"), Some(ages)).unwrap_err();
    assert_eq!([ages((-1, 5)), ages((5, 131)), ages((9, 5))], [NotATargetGroup::NotAges; 3]);
    let twice = vec![own_group("no-home", "2026-01-01", home()).unwrap(); 2];
    assert_eq!(Adopted::default().with_target_groups(twice), Err(NotATargetGroup::SameDay));
}

#[test]
fn no_criterion_stands_twice_in_a_group() {
    for group in TARGET_GROUPS {
        let ids: BTreeSet<_> = group.criteria.iter().map(|criterion| &criterion.id).collect();
        assert_eq!(ids.len(), group.criteria.len(), "{}", group.id);
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
