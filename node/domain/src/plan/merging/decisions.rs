//! What a person decides of what looks like the same.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::likeness::can_be_joined;
use super::proposals::is_open;
use super::refusal::MergeRefusal;
use crate::plan::command::ItemChange;
use crate::plan::findings::{Acknowledgement, FindingCode, mark_of};
use crate::plan::item::{Item, Link, LinkRole, Status};
use crate::plan::key::ItemKey;
use crate::plan::{Plan, PlanEvent, PlanRefusal};
use crate::{Context, Narrative};

/// What is written where nobody says why two things are two.
const NOT_THE_SAME: &str = "Det er ikke det samme.";

/// What a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeDecision {
    /// They are the same.
    Join {
        /// The one that leads: its words are read first, and it is what is changed from now on.
        leading: ItemKey,
        /// Those that are joined to it, with all that was joined to them before.
        others: BTreeSet<ItemKey>,
        /// What the one that leads is to say instead, where nobody has said it well enough.
        text: Option<Narrative>,
    },
    /// They are not the same.
    Apart {
        /// The id of the note that says so.
        id: Uuid,
        /// Which, two or more.
        items: BTreeSet<ItemKey>,
        /// Why; may be empty.
        reason: Narrative,
    },
}

impl Plan {
    /// Decides in order, all or nothing.
    pub(in crate::plan) fn merge(
        &self,
        decisions: Vec<MergeDecision>,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if decisions.is_empty() {
            return Err(MergeRefusal::NothingToMerge.into());
        }
        let (mut plan, mut events) = (self.clone(), Vec::new());
        for decision in decisions {
            let decided = match decision {
                MergeDecision::Join { leading, others, text } => {
                    plan.join(&leading, &others, text, context)?
                }
                MergeDecision::Apart { id, items, reason } => plan.keep_apart(id, &items, reason, context)?,
            };
            plan = decided.iter().fold(plan, Self::apply);
            events.extend(decided);
        }
        Ok(events)
    }

    fn join(
        &self,
        leading: &ItemKey,
        others: &BTreeSet<ItemKey>,
        text: Option<Narrative>,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let named = self.living(leading)?;
        let (led_by, mut members) = (self.leading(named), BTreeMap::new());
        let mut changes_the_lead = false;
        for key in std::iter::once(leading).chain(others) {
            let first = self.leading(self.living(key)?);
            changes_the_lead |= *key == led_by.key && key != leading;
            members.insert(&first.key, first);
            members.extend(self.parts_of(first).map(|part| (&part.key, part)));
        }
        let leads = if changes_the_lead { named } else { led_by };
        if others.iter().all(|key| key == leading) {
            return Err(MergeRefusal::NothingToMerge.into());
        }
        let mut events = Vec::new();
        for item in members.into_values() {
            if !can_be_joined(item.kind) {
                return Err(PlanRefusal::NotForThisKind);
            } else if item.kind != leads.kind {
                return Err(MergeRefusal::KindsDiffer.into());
            } else if item.key != leads.key && !item.shared.is_empty() {
                return Err(MergeRefusal::SharedLeads.into());
            }
            let joined = item.clone().joining(&leads.key);
            if joined != *item {
                if !is_open(item, context.today()) {
                    return Err(PlanRefusal::ItemIsOver);
                }
                events.push(recorded(joined, context));
            }
        }
        if !is_open(leads, context.today()) {
            return Err(PlanRefusal::ItemIsOver);
        }
        if let Some(text) = text {
            let plan = events.iter().fold(self.clone(), Self::apply);
            events.extend(plan.change(&leads.key, ItemChange::Reword { text }, false, context)?);
        }
        Ok(events)
    }

    /// Says that these are not the same, in a note.
    pub(in crate::plan) fn keep_apart(
        &self,
        id: Uuid,
        items: &BTreeSet<ItemKey>,
        reason: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let mut leading = BTreeSet::new();
        let mut members: BTreeMap<&ItemKey, &Item> = BTreeMap::new();
        for key in items {
            let first = self.leading(self.living(key)?);
            leading.insert(&first.key);
            members.insert(&first.key, first);
            members.extend(self.parts_of(first).map(|part| (&part.key, part)));
        }
        if leading.len() < 2 {
            return Err(MergeRefusal::NothingToMerge.into());
        }
        self.said_to_be_two(id, &members, reason, context)
    }

    /// Takes something out again of what it was joined to, and says that the two are not the same.
    pub(in crate::plan) fn separate(
        &self,
        id: Uuid,
        key: &ItemKey,
        reason: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let item = self.living(key)?;
        if item.links_to(LinkRole::JoinedTo).next().is_none() {
            return Err(MergeRefusal::NotJoined.into());
        }
        let leading = self.leading(item);
        let mut events = vec![recorded(item.clone().joining(key), context)];
        if leading.key != *key {
            let both = BTreeMap::from([(key, item), (&leading.key, leading)]);
            events.extend(self.said_to_be_two(id, &both, reason, context)?);
        }
        Ok(events)
    }

    fn said_to_be_two(
        &self,
        id: Uuid,
        items: &BTreeMap<&ItemKey, &Item>,
        reason: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let mut kinds = items.values().map(|item| item.kind);
        let kind = kinds.next();
        if kinds.any(|other| Some(other) != kind) {
            return Err(MergeRefusal::KindsDiffer.into());
        }
        let reason = if reason.is_empty() { said(NOT_THE_SAME) } else { reason };
        let mut note = self.note_across(id, items.keys().copied(), reason, context)?;
        let about =
            |key: &&ItemKey| Link { role: LinkRole::Addresses, target: ItemKey::clone(key), rank: None };
        note.links = items.keys().map(about).collect();
        let marks: Vec<_> = items.values().map(|item| mark_of(item)).collect();
        note.acknowledges = Some(Acknowledgement { code: FindingCode::SameThing, state: marks.join(" ") });
        self.record_new(note, context)
    }

    fn living(&self, key: &ItemKey) -> Result<&Item, PlanRefusal> {
        let there = self.items.get(key).filter(|item| item.status != Status::Withdrawn);
        there.ok_or(PlanRefusal::NoSuchItem)
    }
}

/// Where it comes from stays as it was: whoever joins two things has written neither.
fn recorded(item: Item, context: &Context) -> PlanEvent {
    PlanEvent::ItemRecorded { stamp: context.stamp(), item: Box::new(item) }
}

fn said(text: &str) -> Narrative {
    Narrative::parse(text).unwrap_or_default()
}
