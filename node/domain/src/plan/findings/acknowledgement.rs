//! Somebody has seen to a finding: it is as it should be, for a reason, until what it concerns changes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Finding, FindingCode, findings};
use crate::fingerprint::fingerprint;
use crate::plan::item::{Item, ItemKind, Link, LinkRole, Status};
use crate::plan::key::ItemKey;
use crate::plan::section::Sector;
use crate::plan::writing::new_note;
use crate::plan::{Plan, PlanEvent, PlanRefusal};
use crate::{Context, Narrative};

/// What a note says has been seen to. The items are those that the note is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// The finding.
    pub code: FindingCode,
    /// What the items said then, as a number that changes when they do. It tells nothing of them.
    pub state: String,
}

impl Item {
    /// Whether this note says that a finding is as it should be, of its items as they are.
    pub(super) fn acknowledges_now(&self, finding: &Finding, plan: &Plan) -> bool {
        let about = self.links_to(LinkRole::Addresses);
        self.acknowledges.as_ref().is_some_and(|acknowledged| {
            acknowledged.code == finding.code
                && about.eq(finding.items.iter())
                && acknowledged.state == state(plan, finding)
        })
    }
}

impl Plan {
    /// Says why a finding is as it should be.
    pub(in crate::plan) fn acknowledge(
        &self,
        id: Uuid,
        (code, items): (FindingCode, &[ItemKey]),
        reason: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let items: BTreeSet<_> = items.iter().cloned().collect();
        if code == FindingCode::SameThing {
            return self.keep_apart(id, &items, reason, context);
        }
        let found = findings(self, context.today(), &context.adopted);
        let finding = found
            .iter()
            .find(|finding| finding.code == code && finding.items == items)
            .ok_or(PlanRefusal::NoSuchFinding)?;
        let mut note = self.note_across(id, finding.items.iter(), reason, context)?;
        note.links = links(LinkRole::Addresses, finding.items.iter()).collect();
        note.acknowledges = Some(Acknowledgement { code, state: state(&self.joined(), finding) });
        self.record_new(note, context)
    }

    /// Says that two things pull against each other, and how.
    pub(in crate::plan) fn oppose(
        &self,
        id: Uuid,
        between: &[ItemKey; 2],
        how: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let [one, other] = between;
        if one == other {
            return Err(PlanRefusal::OpposesItself);
        }
        for key in between {
            let there = self.items.get(key).ok_or(PlanRefusal::NoSuchItem)?;
            let is_aim = matches!(
                there.kind,
                ItemKind::Wish | ItemKind::Goal | ItemKind::SubGoal | ItemKind::Intervention
            );
            match (is_aim, there.is_running(context.today())) {
                (false, _) => return Err(PlanRefusal::NotForThisKind),
                (true, false) => return Err(PlanRefusal::ItemIsOver),
                (true, true) => {}
            }
        }
        let mut note = self.note_across(id, between.iter(), how, context)?;
        note.status = Status::Active;
        note.links = links(LinkRole::Opposes, between.iter()).collect();
        self.record_new(note, context)
    }

    /// A note on several things: in their sector where it is one and the same, and otherwise in none.
    pub(in crate::plan) fn note_across<'k>(
        &self,
        id: Uuid,
        keys: impl Iterator<Item = &'k ItemKey>,
        text: Narrative,
        context: &Context,
    ) -> Result<Item, PlanRefusal> {
        let mut sectors: Vec<&Sector> =
            keys.filter_map(|key| self.items.get(key)).map(|item| &item.sector).collect();
        sectors.dedup();
        let sector = match sectors.as_slice() {
            [one] => Sector::clone(one),
            _ => Sector::known("unsorted"),
        };
        new_note(id, sector, text, context)
    }
}

fn links<'k>(role: LinkRole, keys: impl Iterator<Item = &'k ItemKey>) -> impl Iterator<Item = Link> {
    keys.map(move |key| Link { role, target: key.clone(), rank: None })
}

/// What the items of a finding say, as a number. Who said it, and when it was confirmed again, is no part of it.
fn state(plan: &Plan, finding: &Finding) -> String {
    let items = finding.items.iter().filter_map(|key| plan.items.get(key));
    marked(items.map(|item| Item { recorded: None, last_asserted: None, ..item.clone() }))
}

/// What something says it is, as a number: how far it has come and what it leans on is no part of it either.
pub(in crate::plan) fn mark_of(item: &Item) -> String {
    let Item { key, kind, sector, provenance, .. } = item.clone();
    marked([Item {
        codes: item.codes.clone(),
        details: item.details.clone(),
        text: item.text.clone(),
        starts: item.starts,
        ends: item.ends,
        said_by: item.said_by,
        area: item.area.clone(),
        plan_kind: item.plan_kind.clone(),
        agreed: item.agreed.clone(),
        relation: item.relation.clone(),
        ..Item::new(key, kind, sector, Status::Unknown, provenance)
    }])
}

/// A number of what items would be stored as, but for where they come from.
fn marked(items: impl IntoIterator<Item = Item>) -> String {
    fingerprint(items.into_iter().map(|item| {
        let mut said = serde_json::to_value(&item).unwrap_or_default();
        if let Some(fields) = said.as_object_mut() {
            fields.remove("provenance");
        }
        said
    }))
}
