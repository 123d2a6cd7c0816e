//! Børge Mogensen's reports, made by others: what their story says a correct import shows.
//!
//! The reports lie beside the project, not in it; where they are absent these tests say so and pass.

use enplan_domain::basis::{BasisDraft, LegalBasis};
use enplan_domain::fhir::{BundleRefusal, Import, ImportReport, Limits, Reason, import, read_bundle};
use enplan_domain::plan::{Aspect, ItemKey, ItemKind, LinkRole, Plan, PlanDocument, Status};
use enplan_domain::{Context, Date};

const SECOND: &str = "ffb-reporting_borge-mogensen_2nd-encounter_2021-05-28";
const THIRD: &str = "ffb-reporting_borge-mogensen_3rd-encounter_2021-05-29";
const FIFTH: &str = "ffb-reporting_borge-mogensen_5th-encounter_2021-05-29";
const SIXTH: &str = "ffb-reporting_borge-mogensen_6th-encounter_2021-06-18";
const SEVENTH: &str = "ffb-reporting_borge-mogensen_7th-encounter_2021-08-30";
const LATE_CORRECTION: &str = "ffb-reporting_borge-mogensen_unused-instances";
const FAMILIES: &str = "medcom-test-persons_families";

const PLAN_A: &str = "CarePlan/944c7c24-37b4-455e-9319-cd9f35a7aec9";
const PLAN_B: &str = "CarePlan/8ea1d7f3-3c40-4826-bf35-d16b313610d4";
const PLAN_C: &str = "CarePlan/d54a2bb0-4fdc-4ea8-adaf-1241836a94f5";
const SOCIAL_ACTIVITY: &str = "CarePlan/e9374e0c-fea8-48d5-a545-6f893d527e98";

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn report(name: &str) -> Option<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures/fhir");
    let read = std::fs::read(format!("{folder}/{name}.json")).ok();
    if read.is_none() {
        println!("skipped: {name}.json does not lie beside the project");
    }
    read
}

fn on(now: &str) -> Context {
    Context {
        now: now.parse().unwrap(),
        actor: "anne.jensen".parse().unwrap(),
        municipality: "0270".parse().unwrap(),
        frozen: false,
        adopted: enplan_domain::catalogue::Adopted::default(),
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

fn take(plan: Option<Plan>, name: &str, now: &str) -> Option<(Plan, ImportReport)> {
    let bundle = read_bundle(&report(name)?, Limits::default()).unwrap();
    let Import { events, report, .. } = import(plan.as_ref(), &bundle, &on(now)).unwrap();
    let plan = match plan {
        None => Plan::from_events(&events).unwrap(),
        Some(plan) => events.iter().fold(plan, Plan::apply),
    };
    Some((plan, report))
}

fn take_all(names: &[&str], now: &str) -> Option<Plan> {
    names.iter().try_fold(None, |plan, name| take(plan, name, now).map(|(plan, _)| Some(plan)))?
}

fn codes(plan: &Plan, kind: ItemKind) -> Vec<String> {
    plan.items_of(kind).flat_map(|item| &item.codes).map(|code| code.code[..8].to_owned()).collect()
}

#[test]
fn every_report_is_understood_whole() {
    let mut plan = None;
    for name in [SECOND, THIRD, FIFTH, SIXTH, SEVENTH] {
        let Some((next, report)) = take(plan, name, "2021-09-01T08:00:00Z") else { return };
        assert_eq!(report.not_understood, [], "{name}");
        assert_eq!(report.remarks, []);
        plan = Some(next);
    }
}

#[test]
fn the_second_report_is_an_assessment_with_fifteen_findings() {
    let Some((plan, report)) = take(None, SECOND, "2021-05-28T18:00:00Z") else { return };
    assert_eq!(report.added.len(), 17);
    assert_eq!(plan.items_of(ItemKind::Condition).count(), 15);
    let levels = plan.items_of(ItemKind::Condition).filter(|item| item.detail(Aspect::Severity).count() == 1);
    assert_eq!(levels.count(), 5);
    let assessment = plan.items_of(ItemKind::Assessment).next().unwrap();
    assert_eq!(assessment.status, Status::Active);
    assert_eq!(assessment.starts.unwrap().day(), day("2021-05-26"));
    assert_eq!(assessment.links_to(LinkRole::Finding).count(), 15);
    let request = plan.items_of(ItemKind::Request).next().unwrap();
    assert_eq!(request.case_number.reveal(), "Sag154689");
    assert_eq!(request.detail(Aspect::Intent).next().unwrap().code, "proposal");
    assert!(plan.live_items().all(|item| item.sector.as_str() == "social"));
    assert_eq!(plan.citizen.cpr.reveal(), "0101814321");
    assert!(plan.citizen.name.is_empty());
}

#[test]
fn the_third_report_updates_the_assessment_and_adds_three_goals() {
    let Some(plan) = take_all(&[SECOND], "2021-05-28T18:00:00Z") else { return };
    let Some((plan, report)) = take(Some(plan), THIRD, "2021-05-29T12:30:00Z") else { return };
    assert_eq!(report.updated, [key("ClinicalImpression/26d1a3de-0bd0-43d6-b52c-9c5687f01e45")]);
    assert_eq!(report.added.len(), 4, "three goals and the need for support");
    assert_eq!(plan.items_of(ItemKind::Condition).count(), 15, "still fifteen, not thirty");
    assert_eq!(plan.items_of(ItemKind::Assessment).next().unwrap().status, Status::Ended);
    let mut types: Vec<_> = plan
        .items_of(ItemKind::Goal)
        .map(|goal| {
            assert_eq!(goal.status_on(day("2021-05-29")), Status::Active);
            assert_eq!(goal.detail(Aspect::TargetLevel).count(), 1);
            assert_eq!(goal.links.iter().filter(|link| link.rank == Some(1)).count(), 1);
            goal.detail(Aspect::GoalType).next().unwrap().code[..8].to_owned()
        })
        .collect();
    types.sort();
    assert_eq!(types, ["10752a63", "d41c8072", "e47c22bd"], "keep, develop, limit a loss");
}

#[test]
fn the_fifth_report_grants_two_plans_that_share_one_follow_up() {
    let Some(plan) = take_all(&[SECOND, THIRD, FIFTH], "2021-05-29T18:00:00Z") else { return };
    assert_eq!(plan.items_of(ItemKind::GrantedPlan).count(), 2);
    assert_eq!(codes(&plan, ItemKind::Intervention).len(), 3);
    assert_eq!(plan.items_of(ItemKind::TargetGroup).count(), 3, "two with the same code are not merged");
    assert_eq!(plan.items_of(ItemKind::FollowUp).count(), 1, "once in the calendar");
    for granted in plan.items_of(ItemKind::GrantedPlan) {
        assert_eq!(granted.links_to(LinkRole::FollowedUpBy).count(), 1);
        assert_eq!(granted.links_to(LinkRole::Addresses).count(), 3);
        assert_eq!(granted.links_to(LinkRole::Outcome).count(), 1);
        assert_eq!(granted.case_number.reveal(), "Sag154689");
    }
    let summary = plan.summary(day("2021-05-29"));
    assert_eq!(summary.next_follow_up.unwrap().day(), day("2021-08-29"));
    assert_eq!((summary.counts.goals, summary.counts.actions), (3, 3), "absence is not an end");
}

#[test]
fn the_sixth_report_ends_one_plan_and_one_intervention_and_starts_others() {
    let Some(plan) = take_all(&[SECOND, THIRD, FIFTH], "2021-05-29T18:00:00Z") else { return };
    let Some((plan, report)) = take(Some(plan), SIXTH, "2021-06-18T17:00:00Z") else { return };
    assert_eq!(report.ended, [key(PLAN_B), key(SOCIAL_ACTIVITY)]);
    let added = |kind| report.added.iter().filter(|key| plan.items[key].kind == kind).count();
    assert_eq!(added(ItemKind::GrantedPlan), 1);
    assert_eq!(added(ItemKind::Intervention), 1);
    assert_eq!(added(ItemKind::Goal), 1);
    assert_eq!(added(ItemKind::Assessment), 1);
    assert_eq!(added(ItemKind::FollowUpResult), 2);
    let social_activity = &plan.items[&key(SOCIAL_ACTIVITY)];
    assert_eq!(social_activity.status, Status::Active, "as the source says");
    assert_eq!(social_activity.status_on(day("2021-06-18")), Status::Ended, "as its period says");
    let [moved] = &report.moved[..] else { panic!("one intervention hangs on another plan: {report:?}") };
    assert_eq!(moved.item, key(SOCIAL_ACTIVITY));
    assert_eq!((&moved.from[..], &moved.to[..]), (&[key(PLAN_B)][..], &[key(PLAN_A)][..]));
    let reassessed = plan.items_of(ItemKind::Condition).filter(|item| item.last_asserted.is_some());
    assert_eq!(reassessed.count(), 1);
    let counts = plan.counts(day("2021-06-18"));
    assert_eq!((counts.goals, counts.actions), (4, 3), "the old goal stays beside its successor");
}

#[test]
fn the_fifth_and_sixth_reports_alone_make_a_plan() {
    let Some(plan) = take_all(&[FIFTH, SIXTH], "2021-06-18T17:00:00Z") else { return };
    assert_eq!(plan.items_of(ItemKind::Goal).count(), 1);
    assert_eq!(plan.items_of(ItemKind::GrantedPlan).count(), 3);
    assert_eq!(plan.items_of(ItemKind::Intervention).count(), 4);
    assert_eq!(plan.items_of(ItemKind::TargetGroup).count(), 3);
    assert_eq!(plan.items_of(ItemKind::Condition).count(), 15);
    assert_eq!(plan.sections().len(), 6);
}

#[test]
fn the_fifth_and_sixth_reports_arrive_whole_in_another_municipality() {
    let Some(plan) = take_all(&[FIFTH, SIXTH], "2021-06-18T17:00:00Z") else { return };
    let draft = BasisDraft { sections: plan.sections(), ..crate::sample::consent() };
    let basis = LegalBasis::record(draft, &plan.citizen.cpr, &crate::sample::context()).unwrap();
    let bytes = PlanDocument::new(&plan, &basis).to_bytes().unwrap();
    let arrived = PlanDocument::from_bytes(&bytes).unwrap();
    assert_eq!(arrived.plan.items, plan.items);
    assert!(arrived.left_out.is_empty());
}

#[test]
fn after_the_seventh_report_only_what_the_data_leaves_open_is_active() {
    let all = [SECOND, THIRD, FIFTH, SIXTH, SEVENTH];
    let Some(plan) = take_all(&all, "2021-08-30T19:00:00Z") else { return };
    let today = day("2021-08-30");
    let active = |kind| plan.items_of(kind).filter(move |item| item.status_on(today) == Status::Active);
    assert_eq!(active(ItemKind::Intervention).count(), 0);
    assert_eq!(active(ItemKind::GrantedPlan).map(|item| item.key.to_string()).collect::<Vec<_>>(), [PLAN_C]);
    assert_eq!(plan.counts(today).goals, 4, "no goal gets an outcome");
    let follow_up = plan.items_of(ItemKind::FollowUp).next().unwrap();
    assert_eq!(follow_up.status_on(today), Status::Planned, "not shown as missed without asking");
}

#[test]
fn a_late_correction_without_a_patient_closes_plan_c_once_the_citizen_is_known() {
    let all = [SECOND, THIRD, FIFTH, SIXTH, SEVENTH];
    let Some(plan) = take_all(&all, "2021-08-30T19:00:00Z") else { return };
    let Some((plan, report)) = take(Some(plan), LATE_CORRECTION, "2021-09-01T08:00:00Z") else { return };
    assert_eq!(report.ended, [key(PLAN_C)]);
    assert_eq!(report.not_understood, []);
    assert_eq!(plan.items[&key(PLAN_C)].status, Status::Ended);
}

#[test]
fn a_bundle_without_a_patient_or_with_thirty_eight_is_refused() {
    let context = on("2021-09-01T08:00:00Z");
    for (name, refusal) in
        [(LATE_CORRECTION, BundleRefusal::NoPatient), (FAMILIES, BundleRefusal::SeveralPatients)]
    {
        let Some(bytes) = report(name) else { return };
        let bundle = read_bundle(&bytes, Limits::default()).unwrap();
        assert_eq!(import(None, &bundle, &context), Err(refusal));
    }
}

#[test]
fn the_same_reports_again_change_nothing() {
    let all = [SECOND, THIRD, FIFTH, SIXTH, SEVENTH];
    let Some(plan) = take_all(&all, "2021-08-30T19:00:00Z") else { return };
    for name in all {
        let Some(bytes) = report(name) else { return };
        let bundle = read_bundle(&bytes, Limits::default()).unwrap();
        let again = import(Some(&plan), &bundle, &on("2021-08-31T08:00:00Z")).unwrap();
        assert_eq!(again.events, [], "{name}");
    }
}

#[test]
fn whichever_order_the_reports_come_in_the_plan_is_the_same() {
    let now = "2021-08-30T19:00:00Z";
    let Some(plan) = take_all(&[SECOND, THIRD, FIFTH, SIXTH, SEVENTH], now) else { return };
    for order in [
        [SEVENTH, SIXTH, FIFTH, THIRD, SECOND],
        [SIXTH, SECOND, SEVENTH, FIFTH, THIRD],
        [FIFTH, SEVENTH, SECOND, THIRD, SIXTH],
    ] {
        assert_eq!(take_all(&order, now).unwrap(), plan);
    }
}

#[test]
fn references_to_what_is_missing_are_listed_and_the_links_kept() {
    let Some((mut plan, _)) = take(None, SEVENTH, "2021-08-30T19:00:00Z") else { return };
    plan.items.clear();
    let Some((plan, report)) = take(Some(plan), LATE_CORRECTION, "2021-09-01T08:00:00Z") else { return };
    let unresolved = report.not_understood.iter().filter(|one| one.reason == Reason::UnresolvedReference);
    assert_eq!(unresolved.count(), 5, "the sixth, to the Patient, is known");
    assert_eq!(plan.items[&key(PLAN_C)].links.len(), 5);
}
