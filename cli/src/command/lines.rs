//! Several fields in one line, with a stroke between: people at a meeting, what it decided, how far goals are. A file has one
//! a line, so that a long list need not stand on the command line.

use clap::ValueEnum;
use enplan_domain::Date;
use enplan_proto::plan::v1;

use crate::arguments::{Voice, Words};
use crate::failure::Failure;
use crate::input;

/// Each line of these, read.
pub(super) fn of<T>(
    words: &[Words],
    read: impl Fn(&[&str]) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut lines = Vec::new();
    for words in words {
        let text = input::words(words)?;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let fields: Vec<_> = line.split('|').map(str::trim).collect();
            lines.push(read(&fields)?);
        }
    }
    Ok(lines)
}

/// Somebody at a meeting: relation, name, whom they represent.
pub(super) fn participant(fields: &[&str]) -> Result<v1::NewParticipant, Failure> {
    let [relation, rest @ ..] = fields else { return Err(not_a_participant()) };
    let relation = Voice::from_str(relation, false).map_err(|_| not_a_participant())?;
    let (name, represents) = match rest {
        [] => ("", ""),
        [name] => (*name, ""),
        [name, represents] => (*name, *represents),
        _ => return Err(not_a_participant()),
    };
    Ok(v1::NewParticipant {
        name: name.to_owned(),
        relation: v1::Voice::from(relation).into(),
        represents: represents.to_owned(),
    })
}

fn not_a_participant() -> Failure {
    Failure::usage(
        "USAGE",
        "Skriv en deltager som »RELATION | NAVN | HVEM DE REPRÆSENTERER«. Relationen er citizen, custody-holder, guardian, \
         relative eller professional.",
    )
}

/// A decision: what, who, by when, and the sector and goal of the action that it becomes.
pub(super) fn decision(fields: &[&str]) -> Result<v1::NewDecision, Failure> {
    let (text, doer, by, sector, goal) = match fields {
        [text, doer, by] => (text, doer, by, "", ""),
        [text, doer, by, sector] => (text, doer, by, *sector, ""),
        [text, doer, by, sector, goal] => (text, doer, by, *sector, *goal),
        _ => return Err(not_a_decision()),
    };
    let by: Date = by.parse().map_err(|_| not_a_decision())?;
    Ok(v1::NewDecision {
        text: (*text).to_owned(),
        doer: (*doer).to_owned(),
        by: by.to_string(),
        action_sector: sector.to_owned(),
        action_goal_id: goal.to_owned(),
    })
}

fn not_a_decision() -> Failure {
    Failure::usage(
        "USAGE",
        "Skriv en beslutning som »HVAD | HVEM | SENEST«, hvor SENEST er en dag som 2027-03-01. Skal den blive til en indsats, \
         så tilføj »| SEKTOR« og eventuelt »| MÅLETS ID«.",
    )
}

/// How far a goal is: its id, how far, and words.
pub(super) fn evaluation(fields: &[&str]) -> Result<v1::GoalEvaluation, Failure> {
    let (goal, reach, text) = match fields {
        [goal, reach] => (goal, reach, ""),
        [goal, reach, text] => (goal, reach, *text),
        _ => return Err(not_an_evaluation()),
    };
    let reach = match *reach {
        "reached" => v1::Reach::Reached,
        "closer" => v1::Reach::Closer,
        "unchanged" => v1::Reach::Unchanged,
        "further-away" => v1::Reach::FurtherAway,
        _ => return Err(not_an_evaluation()),
    };
    Ok(v1::GoalEvaluation { goal_id: (*goal).to_owned(), reach: reach.into(), text: text.to_owned() })
}

fn not_an_evaluation() -> Failure {
    Failure::usage(
        "USAGE",
        "Skriv en vurdering som »ID | HVOR LANGT | ORD«. Hvor langt er reached, closer, unchanged eller further-away.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Vec<Words> {
        vec![Words::Given(text.to_owned())]
    }

    #[test]
    fn a_participant_has_a_relation_and_where_it_is_needed_a_name() {
        let read = of(&given("citizen\nprofessional | Bo Lund | Jobcentret\n\n"), participant).unwrap();
        let read: Vec<_> = read.iter().map(|one| (one.name.as_str(), one.represents.as_str())).collect();
        assert_eq!(read, [("", ""), ("Bo Lund", "Jobcentret")]);
        for wrong in ["Bo Lund", "nabo | Bo", "relative | a | b | c"] {
            assert_eq!(of(&given(wrong), participant).unwrap_err().code, "USAGE", "{wrong}");
        }
    }

    #[test]
    fn a_decision_says_who_does_it_by_when_and_may_become_an_action() {
        let read = of(&given("Søge bolig | Bo Lund | 2027-03-01 | housing | Goal/1"), decision).unwrap();
        assert_eq!((read[0].by.as_str(), read[0].action_sector.as_str()), ("2027-03-01", "housing"));
        for wrong in
            ["Søge bolig", "Søge bolig | Bo", "Søge bolig | Bo | snart", "a | b | 2027-03-01 | c | d | e"]
        {
            let refusal = of(&given(wrong), decision).unwrap_err();
            assert_eq!(refusal.code, "USAGE", "{wrong}");
            assert!(!refusal.message.contains("Bo"), "{}", refusal.message);
        }
    }

    #[test]
    fn an_evaluation_says_how_far_a_goal_is() {
        let read = of(&given("Goal/1 | closer | Tager bussen"), evaluation).unwrap();
        assert_eq!(read[0].reach, i32::from(v1::Reach::Closer));
        for wrong in ["Goal/1", "Goal/1 | næsten"] {
            assert_eq!(of(&given(wrong), evaluation).unwrap_err().code, "USAGE", "{wrong}");
        }
    }
}
