//! What is assessed again and again in the demo's plans: how the citizen sees their life, and whether they belong to the
//! municipality's target group, criterion by criterion.

use std::collections::BTreeMap;

use enplan_domain::catalogue::Criterion;
use enplan_domain::plan::{
    Answer, CriterionFinding, Decided, ItemKind, NewItem, Score, TargetGroupAssessment, Voice, When,
};

use super::lives::{CHILDREN, Life, PARENTS, SEVENTEEN, YOUNG};
use super::pen::{sector, words};
use super::story::Story;

/// What is found of each criterion, by its id: why it holds, and why it does not.
const REASONS: [(&str, &str, &str); 8] = [
    (
        "complex",
        "Ledighed, helbred og bolig hænger sammen",
        "Der er ét problem tilbage, og det er der hjælp til",
    ),
    ("can-develop", "Har flyttet sig, når én person fulgte med", "Er, hvor borgeren gerne vil være"),
    ("motivated", "Kommer til aftalerne og foreslår selv det næste", "Har sagt nej tak til flere møder"),
    ("activity-ready", "Er aktivitetsparat på kontanthjælp", "Er kommet i arbejde og får ikke ydelse mere"),
    (
        "resource-course",
        "Rehabiliteringsteamet har indstillet til ressourceforløb",
        "Er ikke i målgruppen mere",
    ),
    ("supplementary", "Får støtte hjemme efter serviceloven", "Støtten hjemme er afsluttet"),
    ("family", "Familie med børn under atten", "Børnene er flyttet hjemmefra"),
    ("several-centres", "Har sager i to af kommunens centre", "Sagen i det ene center er lukket"),
];

/// The area that the citizen is asked about where the life names none.
const ANY_AREA: &str = "everyday-life";

/// What the citizen says beside the number, from bad to good.
const SAID: [(u8, &str); 3] = [
    (3, "Jeg ved ikke, hvor jeg skal begynde"),
    (6, "Det er blevet lidt nemmere"),
    (10, "Jeg kan godt selv nu"),
];

/// When in a story a target group is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// At the start: one criterion may be unclear.
    Beginning,
    /// Later, when what was unclear is known.
    Underway,
    /// When one plan is no longer needed.
    Ending,
}

impl Story<'_> {
    /// How the citizen sees two areas of their life: a little better each round, now and then worse.
    pub(super) fn ask_the_citizen(&mut self, round: usize) -> anyhow::Result<()> {
        let mut areas: Vec<&str> = self.life.situation.iter().map(|side| side.area).collect();
        areas.dedup();
        areas.resize(areas.len().max(2), ANY_AREA);
        let on = When::Day(self.pen.today());
        for (nth, area) in areas.into_iter().take(2).enumerate() {
            let since = i16::try_from(round)?.min(4);
            let number = (2 + i16::try_from(nth)? + since + self.aside.number(-1..=1)).clamp(1, 10);
            let number = u8::try_from(number)?;
            let said = SAID.iter().find(|(until, _)| number <= *until).map_or("", |(_, said)| said);
            let assessed = NewItem::SelfAssessment {
                sector: sector(self.life.purpose.0)?,
                area: area.to_owned(),
                score: Score::try_from(number)?,
                on,
                text: words(said)?,
                said_by: Voice::Citizen,
            };
            self.add_aside(assessed)?;
        }
        Ok(())
    }

    /// Whether the citizen belongs to the municipality's target group: the last that it has for somebody like them.
    pub(super) fn assess_target_group(&mut self, stage: Stage) -> anyhow::Result<()> {
        let (today, municipality) = (self.pen.today(), self.pen.context().municipality);
        let is_one_of = |lives: &[Life]| lives.iter().any(|life| life.purpose == self.life.purpose);
        let fits = |id: &str| match id {
            "gribskov-young-people" => is_one_of(YOUNG) || self.life.purpose == SEVENTEEN.purpose,
            "gribskov-families" => is_one_of(PARENTS) || is_one_of(CHILDREN),
            _ => true,
        };
        let adopted = self.pen.context().adopted.clone();
        let Some(group) = adopted.target_groups(municipality, today).filter(|group| fits(&group.id)).last()
        else {
            return Ok(());
        };
        let criteria: Vec<&Criterion> = group.criteria_on(today).filter(|one| one.ages.is_none()).collect();
        // One of them decides: unclear at first for some, and no longer so at the end.
        let the_one = usize::try_from(self.aside.number(0..=100))? % criteria.len().max(1);
        let is_unclear = stage == Stage::Beginning && (self.whole || self.aside.once_in(4));
        let mut answers = BTreeMap::new();
        for (nth, criterion) in criteria.into_iter().enumerate() {
            let (_, met, not_met) =
                REASONS.iter().find(|(id, ..)| *id == criterion.id).copied().unwrap_or(("", "Ja", "Nej"));
            let (finding, reason) = match (nth == the_one, stage) {
                (true, Stage::Beginning) if is_unclear => (CriterionFinding::Unclear, ""),
                (true, Stage::Ending) => (CriterionFinding::NotMet, not_met),
                _ => (CriterionFinding::Met, met),
            };
            answers.insert(criterion.id.to_string(), Answer { finding, reason: words(reason)? });
        }
        // Some are taken in although one thing is unclear.
        let decided = (is_unclear && !self.whole).then(|| {
            anyhow::Ok(Decided {
                belongs: true,
                reason: words("Begynder, mens det sidste bliver undersøgt")?,
            })
        });
        let assessment = TargetGroupAssessment {
            group: group.id.to_string(),
            answers,
            decided: decided.transpose()?,
            ..TargetGroupAssessment::default()
        };
        let (sector, on, text) = (sector(self.life.purpose.0)?, When::Day(today), words("")?);
        self.add_aside(NewItem::TargetGroup { sector, on, assessment, text })
    }

    /// How often the target group has been assessed.
    pub(super) fn target_groups_assessed(&self) -> usize {
        self.pen.plan().items_of(ItemKind::TargetGroupAssessment).count()
    }

    /// Writes something that the rest of the story does not hang on.
    fn add_aside(&mut self, item: NewItem) -> anyhow::Result<()> {
        self.pen.add(item, &mut self.aside).map(|_| ())
    }
}
