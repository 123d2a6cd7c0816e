//! What a network meeting is to talk about: made from the plan, not typed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Plan;
use super::findings::wording::{list, quoted};
use super::findings::{FindingCode, findings};
use super::item::{Item, ItemKind, LinkRole, Status};
use super::key::ItemKey;
use super::meeting::{AgendaPoint, Topic};
use super::provenance::Voice;
use super::when::When;
use crate::catalogue::Adopted;
use crate::terminology::Terminology;

/// The agenda that a plan makes on a day: conflicts, then what is wished for with the citizen's own words first, goals
/// without actions, actions that wait for the citizen to be ready, follow-ups whose day has passed, and what earlier
/// meetings decided and nobody has done. What somebody has acknowledged is not taken up again.
pub fn agenda(plan: &Plan, today: Date, adopted: &Adopted) -> Vec<AgendaPoint> {
    let open = findings(plan, today, adopted).into_iter().filter(|finding| finding.acknowledged.is_none());
    let plan = &*plan.joined();
    let (conflicts, others): (Vec<_>, Vec<_>) = open.partition(|finding| finding.code.is_conflict());
    let conflicts = conflicts.into_iter().map(|finding| AgendaPoint {
        topic: Topic::Conflict,
        finding: Some(finding.code),
        items: finding.items,
    });
    let idle = others
        .into_iter()
        .filter(|finding| finding.code == FindingCode::GoalWithoutAction)
        .map(|finding| AgendaPoint { topic: Topic::GoalWithoutAction, finding: None, items: finding.items });

    let mut wishes: Vec<&Item> =
        plan.items_of(ItemKind::Wish).filter(|wish| wish.is_running(today)).collect();
    wishes.sort_by_key(|wish| (wish.said_by != Some(Voice::Citizen), wish.starts.map(When::day), &wish.key));
    let waiting = plan.items_of(ItemKind::Intervention).filter(|action| action.waits_for_readiness());
    let overdue = |item: &&Item| {
        let passed = item.starts.is_some_and(|on| on.day() < today);
        item.status == Status::Planned && passed
    };
    let overdue = plan.items_of(ItemKind::FollowUp).filter(overdue);
    let undone = plan.items_of(ItemKind::Decision).filter(|decision| !plan.is_carried_out(decision, today));

    conflicts
        .chain(points(Topic::Wish, wishes))
        .chain(idle)
        .chain(points(Topic::WaitsForReadiness, waiting))
        .chain(points(Topic::OverdueFollowUp, in_order_of_day(overdue)))
        .chain(points(Topic::DecisionNotDone, in_order_of_day(undone)))
        .collect()
}

fn points<'p>(topic: Topic, items: impl IntoIterator<Item = &'p Item>) -> Vec<AgendaPoint> {
    let point = |item: &Item| AgendaPoint { topic, finding: None, items: BTreeSet::from([item.key.clone()]) };
    items.into_iter().map(point).collect()
}

fn in_order_of_day<'p>(items: impl Iterator<Item = &'p Item>) -> Vec<&'p Item> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|item| (item.ends.or(item.starts).map(When::day), &item.key));
    items
}

impl Plan {
    /// Whether what a meeting decided is done or given up: itself, or the action that it became.
    pub fn is_carried_out(&self, decision: &Item, today: Date) -> bool {
        let is_over = |item: &Item| {
            matches!(item.status_on(today), Status::Ended | Status::Cancelled | Status::Withdrawn)
        };
        let became = |key: &ItemKey| self.items.get(key).is_some_and(is_over);
        is_over(decision) || decision.links_to(LinkRole::Outcome).any(became)
    }
}

impl AgendaPoint {
    /// What it is about in Danish, with the words that the plan has for it; nothing where they are gone.
    pub fn in_danish(&self, plan: &Plan, words: &Terminology) -> Option<String> {
        let items = self.items.iter().filter_map(|key| plan.items.get(key));
        let items: Vec<&Item> = items.filter(|item| item.status != Status::Withdrawn).collect();
        let named = list(items.iter().map(|item| quoted(item, words)));
        let said = match self.finding {
            Some(code) => format!("{}: {named}", code.danish()),
            None => named,
        };
        (!items.is_empty()).then_some(said)
    }

    /// The same point where everything that it is about is among these; otherwise none.
    #[must_use]
    pub(super) fn kept(self, keys: &BTreeSet<ItemKey>) -> Option<Self> {
        self.items.is_subset(keys).then_some(self)
    }
}
