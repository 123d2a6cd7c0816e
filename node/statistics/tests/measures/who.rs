//! Who the citizens are.

use enplan_domain::plan::{
    Answer as Found, Custody, Decided, Kinship, NewItem, PersonGround, RelatedPerson, Relation,
    TargetGroupAssessment,
};
use enplan_domain::plan::{CriterionFinding, ItemChange};
use enplan_statistics::measure::Answer;

use crate::pen::{GRIBSKOV, Pen, text};

fn assessed(pen: &mut Pen, group: &str, belongs: bool) {
    let decided = Some(Decided { belongs, reason: text("Efter en samlet vurdering") });
    let on = pen.context.today().to_string().parse().unwrap();
    let assessment =
        TargetGroupAssessment { group: group.to_owned(), answers: [].into(), decided, wording: Vec::new() };
    pen.adds(NewItem::TargetGroup { sector: "social".parse().unwrap(), on, assessment, text: text("") });
}

fn related(kinship: Kinship, cpr: Option<&str>) -> NewItem {
    let person = cpr.map(|cpr| RelatedPerson {
        cpr: Some(cpr.parse().unwrap()),
        name: text(""),
        ground: PersonGround::Consent { given_on: "2019-01-01".parse().unwrap() },
    });
    let custody = (kinship == Kinship::CustodyHolder).then_some(Custody::Sole);
    NewItem::Relation {
        sector: "social".parse().unwrap(),
        relation: Relation { kinship, custody, person },
        starts: None,
        ends: None,
    }
}

#[test]
fn the_age_is_that_of_the_quarters_last_day() {
    let pen = Pen::begun_by(GRIBSKOV, "9103891001", "2018-01-02");
    assert_eq!(pen.says_of("age-band", "2018-Q4"), Answer::Number(29));
    assert_eq!(pen.says_of("age-band", "2019-Q1"), Answer::Number(30));
}

#[test]
fn the_target_group_is_that_of_the_latest_assessment_by_the_epochs_end() {
    let mut pen = Pen::begun_by(GRIBSKOV, "6101811001", "2019-01-07");
    assert_eq!(pen.says_of("target-group", "2019-Q1"), Answer::Kind("not-assessed"));
    assessed(&mut pen, "complex-problems", false);
    assert_eq!(pen.says_of("target-group", "2019-Q1"), Answer::Kind("none-of-them"));
    assessed(pen.on("2019-05-06"), "complex-problems", true);
    assert_eq!(pen.says_of("target-group", "2019-Q1"), Answer::Kind("none-of-them"));
    assert_eq!(pen.says_of("target-group", "2019-Q2"), Answer::Kind("complex-problems"));
    assessed(pen.on("2019-08-05"), "gribskov-families", true);
    assert_eq!(pen.says_of("target-group", "2019-Q3"), Answer::Kind("families"));
    assessed(pen.on("2019-11-04"), "gribskov-families", false);
    assert_eq!(pen.says_of("target-group", "2019-Q4"), Answer::Kind("complex-problems"));
    assessed(pen.on("2019-12-02"), "gribskov-young-people", true);
    assert_eq!(pen.says_of("target-group", "2019-Q4"), Answer::Kind("young-people"));
}

#[test]
fn an_assessment_that_nobody_could_conclude_puts_a_citizen_in_no_group() {
    let mut pen = Pen::begun("2019-01-07");
    let answers = [("complex".to_owned(), Found { finding: CriterionFinding::Met, reason: text("Ja") })];
    let assessment = TargetGroupAssessment {
        group: "complex-problems".to_owned(),
        answers: answers.into(),
        decided: None,
        wording: Vec::new(),
    };
    let (sector, on) = ("social".parse().unwrap(), "2019-01-07".parse().unwrap());
    let key = pen.adds(NewItem::TargetGroup { sector, on, assessment, text: text("") });
    assert_eq!(pen.says_of("target-group", "2019-Q1"), Answer::Kind("none-of-them"));
    pen.on("2019-01-08").changes(&key, ItemChange::Withdraw);
    assert_eq!(pen.says_of("target-group", "2019-Q1"), Answer::Kind("not-assessed"));
}

#[test]
fn young_is_from_fifteen_to_thirty_and_a_family_is_one_with_a_child() {
    let says = |pen: &Pen| pen.says_of("family-or-young", "2019-Q1");
    let mut adult = Pen::begun("2019-01-07");
    assert_eq!(says(&adult), Answer::Kind("neither"));
    adult.adds(related(Kinship::Partner, None));
    adult.adds(related(Kinship::Parent, None));
    assert_eq!(says(&adult), Answer::Kind("neither"));
    let child = adult.adds(related(Kinship::Child, None));
    assert_eq!(says(&adult), Answer::Kind("family"));
    adult.changes(&child, ItemChange::Withdraw);
    assert_eq!(says(&adult), Answer::Kind("neither"));

    let mut young = Pen::begun_by(GRIBSKOV, "6101931001", "2019-01-07");
    assert_eq!(says(&young), Answer::Kind("young"));
    young.adds(related(Kinship::Child, None));
    assert_eq!(says(&young), Answer::Kind("family-and-young"));

    let mut child = Pen::begun_by(GRIBSKOV, "6101084001", "2019-01-07");
    assert_eq!(says(&child), Answer::Kind("neither"));
    child.adds(related(Kinship::CustodyHolder, None));
    assert_eq!(says(&child), Answer::Kind("family"));
}

#[test]
fn a_child_known_to_be_of_age_makes_no_family() {
    let mut pen = Pen::begun("2019-01-07");
    pen.adds(related(Kinship::Child, Some("6103014001")));
    assert_eq!(pen.says_of("family-or-young", "2019-Q1"), Answer::Kind("neither"));
    let mut pen = Pen::begun("2019-01-07");
    pen.adds(related(Kinship::Child, Some("6104014001")));
    assert_eq!(pen.says_of("family-or-young", "2019-Q1"), Answer::Kind("family"));
    assert_eq!(pen.says_of("family-or-young", "2019-Q2"), Answer::Kind("neither"));
}
