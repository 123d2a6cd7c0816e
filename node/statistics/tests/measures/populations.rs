//! Each citizen once, whatever cases and numbers they have had here.

use enplan_domain::CaseId;
use enplan_domain::plan::{CloseReason, PlanCommand};
use enplan_statistics::Epoch;
use enplan_statistics::manifest::first;
use enplan_statistics::measure::Measures;
use enplan_statistics::population::{Census, NotCounted, Population};

use crate::pen::{CITIZEN, FURESOE, GRIBSKOV, Pen, hand_over};

fn case(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

fn population(cases: &[(u8, &Pen)], epoch: &str) -> Population {
    let measures = Measures::of(&first()).unwrap();
    let mut census = Census::new(&measures, epoch.parse::<Epoch>().unwrap());
    for (number, pen) in cases {
        census.see(case(*number), &pen.events).unwrap();
    }
    census.finish()
}

fn people(population: &Population) -> Vec<CaseId> {
    population.iter().map(|(person, _)| person).collect()
}

fn bin(population: &Population, dimension: &str) -> String {
    let manifest = first();
    let place = manifest.dimensions.iter().position(|one| one.name == dimension).unwrap();
    let (_, bins) = population.iter().next().unwrap();
    manifest.dimensions[place].bins[bins[place]].name.clone()
}

#[test]
fn a_citizen_whose_plan_ended_and_who_began_another_in_the_epoch_is_one_with_the_open_plan() {
    let mut former = Pen::begun("2019-01-07");
    former.goal("social");
    former.on("2019-02-04").closes(CloseReason::CitizenDeclined);
    let current = Pen::begun("2019-03-04");
    for cases in [[(1, &former), (2, &current)], [(2, &current), (1, &former)]] {
        let population = population(&cases, "2019-Q1");
        assert_eq!(people(&population), [case(1)]);
        assert_eq!(bin(&population, "goals"), "0");
    }
}

#[test]
fn a_citizen_stays_the_same_person_when_another_plan_begins() {
    let mut former = Pen::begun("2019-01-07");
    former.on("2019-02-04").closes(CloseReason::CitizenDeclined);
    let current = Pen::begun("2019-05-06");
    let cases = [(1, &former), (2, &current)];
    assert_eq!(people(&population(&cases, "2019-Q1")), [case(1)]);
    assert_eq!(people(&population(&cases, "2019-Q2")), [case(1)]);
}

#[test]
fn a_citizen_with_a_new_number_is_one_with_the_former() {
    let mut former = Pen::begun("2019-01-07");
    former.says(PlanCommand::ChangeCpr { cpr: "6201811001".parse().unwrap() });
    former.on("2019-02-04").closes(CloseReason::CitizenDeclined);
    let by_new_number = Pen::begun_by(FURESOE, "6201811001", "2019-03-04");
    let by_old_number = Pen::begun_by(FURESOE, CITIZEN, "2019-03-05");
    let somebody_else = Pen::begun_by(FURESOE, "6301811001", "2019-03-05");
    let cases = [(3, &by_old_number), (2, &by_new_number), (4, &somebody_else), (1, &former)];
    assert_eq!(people(&population(&cases, "2019-Q1")), [case(1), case(4)]);
}

#[test]
fn who_is_not_counted_is_nobody() {
    let mut given = Pen::begun("2019-01-07");
    let mut to = Pen::of(GRIBSKOV);
    hand_over(&mut given, &mut to, "2019-02-04", &[]);
    assert!(population(&[(1, &given)], "2019-Q1").is_empty());
    assert_eq!(population(&[(1, &to)], "2019-Q1").len(), 1);
    assert!(population(&[(1, &to)], "2018-Q4").is_empty());
}

#[test]
fn a_case_without_a_history_stops_the_count() {
    let measures = Measures::of(&first()).unwrap();
    let mut census = Census::new(&measures, "2019-Q1".parse().unwrap());
    assert!(matches!(census.see(case(1), &[]), Err(NotCounted::History { .. })));
}

#[test]
fn a_population_shows_nobody_in_debug() {
    let population = population(&[(1, &Pen::begun("2019-01-07"))], "2019-Q1");
    assert_eq!(format!("{population:?}"), "Population(masked)");
}
