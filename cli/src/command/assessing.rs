//! `plan add-self-assessment` and `plan add-target-group`.

use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::{self};

use super::writing::{optional, send};
use crate::arguments::{AssessVerb, Assessed, Finding, TargetGroup};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::terminal::Terminal;

/// Writes an assessment into a plan.
pub(crate) async fn add(verb: AssessVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let (new, item) = match verb {
        AssessVerb::Own { item, text, area, score, day, said_by } => {
            let assessment = v1::NewSelfAssessment {
                sector: item.sector.clone(),
                area,
                score,
                on: on(&day),
                text: optional(&text)?,
                said_by: v1::Voice::from(said_by).into(),
            };
            (item, Item::SelfAssessment(assessment))
        }
        AssessVerb::TargetGroup(asked) => {
            let TargetGroup { item, text, group, met, not_met, decision, because, day } = *asked;
            let met = met.iter().map(|given| answer(given, v1::CriterionFinding::Met));
            let not_met = not_met.iter().map(|given| answer(given, v1::CriterionFinding::NotMet));
            let reason = because.as_ref().map(input::words).transpose()?.unwrap_or_default();
            let decided = decision.belongs || decision.does_not_belong;
            let assessment = v1::NewTargetGroupAssessment {
                sector: item.sector.clone(),
                group,
                answers: met.chain(not_met).collect::<Result<_, _>>()?,
                decision: decided.then_some(v1::TargetGroupDecision { belongs: decision.belongs, reason }),
                on: on(&day),
                text: optional(&text)?,
            };
            (item, Item::TargetGroup(assessment))
        }
    };
    send(&new, item, node, terminal).await
}

fn on(day: &Assessed) -> String {
    day.on.map(|day| day.to_string()).unwrap_or_default()
}

fn answer(given: &Finding, finding: v1::CriterionFinding) -> Result<v1::CriterionAnswer, Failure> {
    let reason = input::words(&given.reason)?;
    Ok(v1::CriterionAnswer {
        criterion: given.criterion.clone(),
        finding: finding.into(),
        reason,
        ..v1::CriterionAnswer::default()
    })
}
