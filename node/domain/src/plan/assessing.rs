//! What is assessed again and again: how the citizen sees an area of their life, and whether a citizen belongs to a target
//! group. Each assessment is a thing of its own with its day; the former ones stay.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Criterion, TargetGroup};
use crate::{Context, Cpr, Narrative, catalogue};

/// How somebody sees an area of their life: from 1, as bad as it can be, to 10, as good as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Score(u8);

/// What was given is not a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a score is a number from 1 to 10")]
pub struct NotAScore;

impl Score {
    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Score {
    type Error = NotAScore;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if (1..=10).contains(&number) { Ok(Self(number)) } else { Err(NotAScore) }
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> Self {
        score.0
    }
}

/// Whether a criterion holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionFinding {
    /// It does.
    Met,
    /// It does not.
    NotMet,
    /// Nobody knows yet.
    Unclear,
}

/// What was found of one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether it holds.
    pub finding: CriterionFinding,
    /// Why; may be empty where nobody knows yet.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub reason: Narrative,
}

/// Whether a citizen belongs to a target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// They do.
    Inside,
    /// They do not.
    Outside,
    /// It cannot be said yet.
    Unclear,
}

/// What somebody decided, whatever the criteria say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Whether the citizen belongs to the group.
    pub belongs: bool,
    /// Why; it must be said where the criteria say otherwise.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub reason: Narrative,
}

/// One assessment of whether a citizen belongs to a target group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetGroupAssessment {
    /// The target group, by its id in the catalogue.
    pub group: String,
    /// What was found, for each criterion that the group had on the day.
    pub answers: BTreeMap<String, Answer>,
    /// What somebody decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// How the group and its criteria, in their order, were worded on the day: they are the municipality's own, and whoever gets
    /// the plan may know none of them. Nothing in what an older version wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<Worded>,
}

/// What something in the catalogue was called on the day of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worded {
    /// Its id.
    pub id: String,
    /// Its words.
    pub words: Narrative,
}

/// Why an assessment is none. `Display` is for the log and the program, [`AssessmentRefusal::what_to_do`] for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum AssessmentRefusal {
    /// The catalogue had no such group for this municipality on that day.
    #[error("the municipality has no such target group on that day")]
    UnknownGroup,
    /// The group has no such criterion.
    #[error("the target group has no such criterion on that day")]
    UnknownCriterion,
    /// The number answers it.
    #[error("the criterion is an age and is answered by the number")]
    AnsweredByTheNumber,
    /// A criterion that holds or does not, and nobody says why.
    #[error("a finding has no reason")]
    FindingWithoutReason,
    /// A decision that the criteria do not carry, and nobody says why.
    #[error("a decision that differs from the criteria has no reason")]
    DecisionWithoutReason,
}

impl AssessmentRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownGroup => "TARGET_GROUP_UNKNOWN",
            Self::UnknownCriterion => "CRITERION_UNKNOWN",
            Self::AnsweredByTheNumber => "CRITERION_ANSWERED_BY_THE_NUMBER",
            Self::FindingWithoutReason => "FINDING_WITHOUT_REASON",
            Self::DecisionWithoutReason => "DECISION_WITHOUT_REASON",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::UnknownGroup => "Vælg en af kommunens målgrupper fra kataloget: `enplan catalogue`.",
            Self::UnknownCriterion => "Vælg målgruppens egne kriterier fra kataloget: `enplan catalogue`.",
            Self::AnsweredByTheNumber => "Alderen regnes ud af CPR-nummeret. Lad det kriterium være.",
            Self::FindingWithoutReason => "Skriv, hvorfor kriteriet er opfyldt eller ikke er det.",
            Self::DecisionWithoutReason => "Afgørelsen er en anden, end kriterierne siger. Skriv, hvorfor.",
        }
    }
}

impl Membership {
    /// The one rule: the documents delimit a group by all of its criteria, so each must hold; one that does not is enough
    /// for no, whatever else is unclear.
    pub fn by(findings: impl IntoIterator<Item = CriterionFinding>) -> Self {
        findings.into_iter().fold(Self::Inside, |so_far, finding| match (so_far, finding) {
            (Self::Outside, _) | (_, CriterionFinding::NotMet) => Self::Outside,
            (Self::Unclear, _) | (_, CriterionFinding::Unclear) => Self::Unclear,
            (Self::Inside, CriterionFinding::Met) => Self::Inside,
        })
    }
}

impl TargetGroupAssessment {
    /// The words of the day for the group and its criteria, in their order: those that came along with it, or the catalogue's
    /// where an older version kept none; nothing where neither has any.
    pub fn worded(&self, on: Date) -> Vec<Worded> {
        let known = || catalogue::target_group(&self.group, on).map(|group| wording(group, on));
        if self.wording.is_empty() { known().unwrap_or_default() } else { self.wording.clone() }
    }

    /// What the criteria say. Computed, never stored: it cannot contradict the answers.
    pub fn conclusion(&self) -> Membership {
        Membership::by(self.answers.values().map(|answer| answer.finding))
    }

    /// What holds: the decision where there is one, or else what the criteria say.
    pub fn membership(&self) -> Membership {
        match &self.decided {
            Some(Decided { belongs: true, .. }) => Membership::Inside,
            Some(Decided { belongs: false, .. }) => Membership::Outside,
            None => self.conclusion(),
        }
    }

    /// The assessment made whole, as of a day: what nobody answered is unclear, and an age is the number's to say.
    pub(super) fn completed(
        mut self,
        cpr: &Cpr,
        on: Date,
        context: &Context,
    ) -> Result<Self, AssessmentRefusal> {
        let mut groups = context.adopted.target_groups(context.municipality, on);
        let group = groups.find(|group| group.id == self.group).ok_or(AssessmentRefusal::UnknownGroup)?;
        let wording = wording(group, on);
        let mut answers = BTreeMap::new();
        for Criterion { id, ages, .. } in group.criteria_on(on) {
            let given = self.answers.remove(&**id);
            let answer = match (ages, given) {
                (Some(_), Some(_)) => return Err(AssessmentRefusal::AnsweredByTheNumber),
                (Some(ages), None) => age(cpr, *ages, on),
                (None, Some(given))
                    if given.finding != CriterionFinding::Unclear && given.reason.is_empty() =>
                {
                    return Err(AssessmentRefusal::FindingWithoutReason);
                }
                (None, Some(given)) => given,
                (None, None) => Answer { finding: CriterionFinding::Unclear, reason: Narrative::default() },
            };
            answers.insert(id.to_string(), answer);
        }
        if !self.answers.is_empty() {
            return Err(AssessmentRefusal::UnknownCriterion);
        }
        let whole = Self { answers, wording, ..self };
        match &whole.decided {
            Some(decided) if decided.reason.is_empty() && whole.conclusion() != whole.membership() => {
                Err(AssessmentRefusal::DecisionWithoutReason)
            }
            _ => Ok(whole),
        }
    }
}

fn wording(group: &TargetGroup, on: Date) -> Vec<Worded> {
    let criteria = group.criteria_on(on).map(|criterion| (&criterion.id, &criterion.danish));
    let worded = |(id, danish): (&Cow<'static, str>, &Cow<'static, str>)| Worded {
        id: id.to_string(),
        words: Narrative::parse(danish).unwrap_or_default(),
    };
    std::iter::once((&group.id, &group.danish)).chain(criteria).map(worded).collect()
}

fn age(cpr: &Cpr, (youngest, oldest): (i16, i16), on: Date) -> Answer {
    let age = cpr.age_on(on);
    let finding =
        if (youngest..=oldest).contains(&age) { CriterionFinding::Met } else { CriterionFinding::NotMet };
    Answer { finding, reason: Narrative::parse(&format!("{age} år den dag")).unwrap_or_default() }
}
