//! How the citizen and those around them work together.

use enplan_domain::plan::{Held, NewItem, NewMeeting, Participant, PlanCommand, Score, SectionKind, Voice};
use enplan_statistics::measure::Answer;

use crate::pen::{GRIBSKOV, Pen, hand_over, text};

fn assesses(pen: &mut Pen, area: &str, score: u8, said_by: Voice) {
    let on = pen.context.today().to_string().parse().unwrap();
    let (sector, score) = ("social".parse().unwrap(), Score::try_from(score).unwrap());
    pen.adds(NewItem::SelfAssessment { sector, area: area.to_owned(), score, on, text: text(""), said_by });
}

fn meeting(on: &str, participants: Vec<Participant>) -> Box<NewMeeting> {
    let (sector, on) = ("social".parse().unwrap(), on.parse().unwrap());
    Box::new(NewMeeting { sector, on, at: None, place: text(""), text: text(""), participants })
}

fn held() -> Held {
    Held { minutes: text("Vi talte om det hele"), ..Held::default() }
}

#[test]
fn the_citizens_own_assessment_is_the_first_against_the_latest_over_all_areas() {
    let says = |pen: &Pen, epoch| pen.says_of("self-assessment", epoch);
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("none"));
    assesses(&mut pen, "home", 4, Voice::Citizen);
    assesses(&mut pen, "work", 5, Voice::Citizen);
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("only-once"));
    assesses(pen.on("2019-04-01"), "home", 6, Voice::Citizen);
    assert_eq!(says(&pen, "2019-Q1"), Answer::Kind("only-once"));
    assert_eq!(says(&pen, "2019-Q2"), Answer::Kind("better"));
    assesses(pen.on("2019-07-01"), "work", 3, Voice::Citizen);
    assert_eq!(says(&pen, "2019-Q3"), Answer::Kind("same"));
    assesses(pen.on("2019-10-01"), "home", 5, Voice::Guardian);
    assert_eq!(says(&pen, "2019-Q4"), Answer::Kind("worse"));
}

#[test]
fn what_others_think_of_it_is_not_the_citizens_own_assessment() {
    let mut pen = Pen::begun("2019-01-07");
    assesses(&mut pen, "home", 4, Voice::Professional);
    assesses(&mut pen, "home", 4, Voice::Relative);
    assert_eq!(pen.says_of("self-assessment", "2019-Q1"), Answer::Kind("none"));
}

#[test]
fn an_assessment_left_behind_in_another_municipality_makes_the_first_one_unknown() {
    let mut pen = Pen::begun("2019-01-07");
    assesses(&mut pen, "home", 4, Voice::Citizen);
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-02-04", &[SectionKind::Situation]);
    assesses(&mut there, "home", 4, Voice::Citizen);
    assert_eq!(there.says_of("self-assessment", "2019-Q1"), Answer::Kind("unknown"));
}

#[test]
fn network_meetings_are_those_held() {
    let mut pen = Pen::begun("2019-01-07");
    let id = pen.id();
    pen.says(PlanCommand::Convene { id, meeting: meeting("2019-02-04", Vec::new()), held: None });
    assert_eq!(pen.says_of("network-meetings", "2019-Q1"), Answer::Number(0));
    let id = pen.id();
    pen.says(PlanCommand::Convene {
        id,
        meeting: meeting("2019-01-07", Vec::new()),
        held: Some(Box::new(held())),
    });
    assert_eq!(pen.says_of("network-meetings", "2019-Q1"), Answer::Number(1));
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen.clone(), &mut there, "2019-02-04", &[]);
    assert_eq!(there.says_of("network-meetings", "2019-Q1"), Answer::Number(1));
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-02-04", &[SectionKind::Meetings]);
    assert_eq!(there.says_of("network-meetings", "2019-Q1"), Answer::Kind("unknown"));
}

#[test]
fn caseworkers_are_the_different_ones_that_the_plan_is_known_to_have_had() {
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(pen.says_of("caseworkers", "2019-Q1"), Answer::Number(1));
    for caseworker in ["bo.holm", "anne.jensen", "bo.holm"] {
        let (caseworker, id, note) = (caseworker.parse().unwrap(), pen.id(), text("Husk mødet"));
        pen.on("2019-04-01").says(PlanCommand::ChangeCaseworker { caseworker, id, note });
    }
    assert_eq!(pen.says_of("caseworkers", "2019-Q1"), Answer::Number(1));
    assert_eq!(pen.says_of("caseworkers", "2019-Q2"), Answer::Number(2));
    // Another person of the same name receives it there; who had it before the last is not known.
    let mut there = Pen::of(GRIBSKOV);
    hand_over(&mut pen, &mut there, "2019-07-01", &[]);
    assert_eq!(there.says_of("caseworkers", "2019-Q3"), Answer::Number(2));
}

#[test]
fn a_plan_that_waits_to_be_assigned_has_no_caseworker_there() {
    let mut pen = Pen::begun("2019-01-07");
    let mut there = Pen::of(GRIBSKOV);
    let package = pen.package(&[]);
    pen.on("2019-02-04").hands_over(&there);
    there.on("2019-02-04").receives_unassigned(&pen, package);
    assert_eq!(there.says_of("caseworkers", "2019-Q1"), Answer::Number(1));
}
