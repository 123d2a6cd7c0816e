//! What a follow-up found of the goals that it looked at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::command::ItemChange;
use super::item::{Item, ItemKind, Link, LinkRole, Status};
use super::key::ItemKey;
use super::provenance::Source;
use super::when::When;
use super::writing::new_item;
use super::{Plan, PlanEvent, PlanRefusal};
use crate::{Context, Narrative};

/// How far a goal is, compared with last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It is reached.
    Reached,
    /// It is closer.
    Closer,
    /// It is as far away as before.
    Unchanged,
    /// It is further away.
    FurtherAway,
}

impl Reach {
    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::Reached => "nået",
            Self::Closer => "nærmere",
            Self::Unchanged => "uændret",
            Self::FurtherAway => "længere væk",
        }
    }
}

/// How far a follow-up found a goal to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The id of what is written of it.
    pub id: Uuid,
    /// The goal.
    pub goal: ItemKey,
    /// How far.
    pub reach: Reach,
    /// In words; may be empty.
    pub text: Narrative,
}

impl Plan {
    /// Holds a follow-up and says how far the goals are that it looked at: all of it, or nothing. A goal that is reached is
    /// finished with it, unless a report keeps it or siblings share it.
    pub(super) fn hold_and_evaluate(
        &self,
        follow_up: &ItemKey,
        (on, outcome): (When, Narrative),
        evaluations: Vec<Evaluation>,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let mut events = self.change(follow_up, ItemChange::Hold { on, outcome }, false, context)?;
        if events.is_empty() && !evaluations.is_empty() {
            return Err(PlanRefusal::ItemIsOver);
        }
        let mut seen = BTreeSet::new();
        for Evaluation { id, goal, reach, text } in evaluations {
            if !seen.insert(goal.clone()) {
                return Err(PlanRefusal::EvaluatedTwice);
            }
            let there = self.items.get(&goal).ok_or(PlanRefusal::NoSuchGoal)?;
            if !matches!(there.kind, ItemKind::Goal | ItemKind::SubGoal) {
                return Err(PlanRefusal::NoSuchGoal);
            }
            if matches!(there.status, Status::Ended | Status::Cancelled | Status::Withdrawn) {
                return Err(PlanRefusal::ItemIsOver);
            }
            let mut found =
                new_item(("Observation", id), ItemKind::FollowUpResult, there.sector.clone(), context)?;
            found.status = Status::Ended;
            found.recorded = Some(on);
            found.reach = Some(reach);
            found.text = text.clone();
            found.links = [(LinkRole::Focus, goal.clone()), (LinkRole::BasedOn, follow_up.clone())]
                .into_iter()
                .map(|(role, target)| Link { role, target, rank: None })
                .collect();
            events.extend(self.record_new(found, context)?);
            if reach == Reach::Reached && is_this_plans_own(there) {
                events.extend(self.change(
                    &goal,
                    ItemChange::Finish { on, outcome: text },
                    false,
                    context,
                )?);
            }
        }
        Ok(events)
    }
}

/// What a report brought, or siblings share, is finished where that is done.
fn is_this_plans_own(item: &Item) -> bool {
    matches!(item.provenance.source, Source::Staff { .. }) && item.shared.is_empty()
}
