//! What is assessed again and again, and codes chosen for it: to and from messages.

use std::collections::BTreeMap;

use enplan_domain::plan::{
    Answer, Code, CriterionFinding, Decided, Membership, NewItem, Score, TargetGroupAssessment, When,
};
use enplan_proto::plan::v1 as proto;

use super::field::{day, narrative, sector};
use super::{Desk, voice};
use crate::failure::Failure;
use crate::sessions::Caller;

impl Desk {
    /// The day that it is, as plans are told it.
    pub(super) fn today(&self, caller: &Caller) -> When {
        When::Day(self.context(caller, None).today())
    }

    /// A code that somebody chose: one that the node can say the meaning of.
    pub(super) fn chosen(&self, code: &proto::Coding) -> Result<Code, Failure> {
        let chosen = self.code_systems.loaded().chosen(code.system.trim(), code.code.trim());
        chosen.map_err(|why| Failure::field("code", why.code(), why.to_string(), why.what_to_do()))
    }
}

/// How the citizen sees an area of their life.
pub(super) fn self_assessment(asked: proto::NewSelfAssessment, today: When) -> Result<NewItem, Failure> {
    Ok(NewItem::SelfAssessment {
        sector: sector(&asked.sector)?,
        score: score(asked.score)?,
        on: day("on", &asked.on)?.unwrap_or(today),
        text: narrative("text", &asked.text)?,
        said_by: voice::read(asked.said_by)?,
        area: asked.area,
    })
}

fn score(number: u32) -> Result<Score, Failure> {
    u8::try_from(number).ok().and_then(|number| Score::try_from(number).ok()).ok_or_else(|| {
        Failure::field(
            "score",
            "SCORE_OUT_OF_RANGE",
            "a score is a number from 1 to 10",
            "Skriv et tal fra 1 (så dårligt, det kan være) til 10 (så godt, det kan være).",
        )
    })
}

/// Whether the citizen belongs to a target group.
pub(super) fn target_group(asked: proto::NewTargetGroupAssessment, today: When) -> Result<NewItem, Failure> {
    let mut answers = BTreeMap::new();
    for answer in asked.answers {
        let reason = narrative("answers.reason", &answer.reason)?;
        let given = Answer { finding: finding(answer.finding)?, reason };
        if answers.insert(answer.criterion, given).is_some() {
            return Err(Failure::field(
                "answers",
                "CRITERION_TWICE",
                "a criterion is answered twice",
                "Et kriterium er besvaret to gange. Skriv det kun én gang.",
            ));
        }
    }
    let decided = asked.decision.map(|decision| {
        let reason = narrative("decision.reason", &decision.reason)?;
        Ok::<_, Failure>(Decided { belongs: decision.belongs, reason })
    });
    Ok(NewItem::TargetGroup {
        sector: sector(&asked.sector)?,
        on: day("on", &asked.on)?.unwrap_or(today),
        assessment: TargetGroupAssessment {
            group: asked.group,
            answers,
            decided: decided.transpose()?,
            ..TargetGroupAssessment::default()
        },
        text: narrative("text", &asked.text)?,
    })
}

fn finding(finding: i32) -> Result<CriterionFinding, Failure> {
    match proto::CriterionFinding::try_from(finding) {
        Ok(proto::CriterionFinding::Met) => Ok(CriterionFinding::Met),
        Ok(proto::CriterionFinding::NotMet) => Ok(CriterionFinding::NotMet),
        Ok(proto::CriterionFinding::Unclear) => Ok(CriterionFinding::Unclear),
        Ok(proto::CriterionFinding::Unspecified) | Err(_) => Err(Failure::field(
            "answers.finding",
            "FINDING_MISSING",
            "say whether the criterion holds",
            "Angiv, om kriteriet er opfyldt, ikke opfyldt eller uafklaret.",
        )),
    }
}

/// An assessment, as plans show it, in the words and the order of its day; what nobody has words for, by id alone.
pub(super) fn shown(assessment: &TargetGroupAssessment, on: Option<When>) -> proto::TargetGroupAssessment {
    let wording = on.map(|on| assessment.worded(on.day())).unwrap_or_default();
    let place = |id: &str| wording.iter().position(|worded| worded.id == id);
    let worded = |id: &str| place(id).map(|at| wording[at].words.reveal().to_owned()).unwrap_or_default();
    let answer = |(id, answer): (&String, &Answer)| proto::CriterionAnswer {
        criterion: id.clone(),
        finding: match answer.finding {
            CriterionFinding::Met => proto::CriterionFinding::Met,
            CriterionFinding::NotMet => proto::CriterionFinding::NotMet,
            CriterionFinding::Unclear => proto::CriterionFinding::Unclear,
        }
        .into(),
        reason: answer.reason.reveal().to_owned(),
        name: worded(id),
    };
    let mut answers: Vec<_> = assessment.answers.iter().collect();
    answers.sort_by_key(|(id, _)| place(id));
    proto::TargetGroupAssessment {
        group: assessment.group.clone(),
        name: worded(&assessment.group),
        answers: answers.into_iter().map(answer).collect(),
        conclusion: membership(assessment.conclusion()).into(),
        decision: assessment.decided.as_ref().map(|decided| proto::TargetGroupDecision {
            belongs: decided.belongs,
            reason: decided.reason.reveal().to_owned(),
        }),
        membership: membership(assessment.membership()).into(),
    }
}

fn membership(membership: Membership) -> proto::Membership {
    match membership {
        Membership::Inside => proto::Membership::Inside,
        Membership::Outside => proto::Membership::Outside,
        Membership::Unclear => proto::Membership::Unclear,
    }
}
