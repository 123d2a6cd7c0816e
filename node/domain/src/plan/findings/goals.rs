//! Goals: whether anybody acts on them, and whether they pull the same way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Finding, FindingCode};
use crate::catalogue::{self, Aim};
use crate::plan::Plan;
use crate::plan::item::{Aspect, Item, ItemKind, LinkRole, Status};
use crate::plan::key::ItemKey;
use crate::plan::section::SectionKind;

/// What a plan's actions lead up to. A caseworker's action names its goal; a report's action and goal name the condition
/// that both are about, and the action often only through the plan that granted it.
pub(super) struct Aims<'p> {
    plan: &'p Plan,
    today: Date,
    /// The conditions that goals are about which are not over.
    aimed_at: BTreeSet<&'p ItemKey>,
}

impl<'p> Aims<'p> {
    pub(super) fn of(plan: &'p Plan, today: Date) -> Self {
        let goals = plan.live_items().filter(|item| is_goal(item.kind) && is_open(item, today));
        Self { plan, today, aimed_at: goals.flat_map(|goal| goal.links_to(LinkRole::Addresses)).collect() }
    }

    /// Everything that an action leads up to, itself included.
    fn above(&self, action: &'p Item) -> BTreeSet<&'p ItemKey> {
        let mut above = BTreeSet::new();
        let mut next = vec![&action.key];
        while let Some(key) = next.pop() {
            if above.insert(key)
                && let Some(item) = self.plan.items.get(key)
                // What a goal is a part of is the goal's affair.
                && !is_goal(item.kind)
            {
                next.extend(item.links.iter().filter(|link| leads_up(link.role)).map(|link| &link.target));
            }
        }
        above
    }

    /// Whether an action serves a goal that is not over, or one that is not in the plan: it may have been left out.
    pub(super) fn serves_any(&self, action: &'p Item) -> bool {
        let is_served = |key: &ItemKey| match self.plan.items.get(key) {
            Some(item) => is_goal(item.kind) && is_open(item, self.today) || self.aimed_at.contains(key),
            None => self.aimed_at.contains(key),
        };
        action.links_to(LinkRole::Serves).any(|key| !self.plan.items.contains_key(key))
            || self.above(action).into_iter().any(is_served)
    }
}

fn leads_up(role: LinkRole) -> bool {
    matches!(role, LinkRole::BasedOn | LinkRole::Serves | LinkRole::Addresses)
}

fn is_goal(kind: ItemKind) -> bool {
    kind.section_kind() == SectionKind::Goals
}

/// Goals on which no action runs, nor on any part of them. A part of a goal that runs is the goal's affair.
pub(super) fn without_action(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let aims = Aims::of(plan, today);
    let reached: BTreeSet<&ItemKey> =
        plan.running_actions(today).flat_map(|action| aims.above(action)).collect();
    let goals: BTreeMap<&ItemKey, &Item> = plan
        .live_items()
        .filter(|item| matches!(item.kind, ItemKind::Goal | ItemKind::SubGoal) && item.is_running(today))
        .map(|goal| (&goal.key, goal))
        .collect();
    let is_acted_on = |goal: &Item| {
        reached.contains(&goal.key) || goal.links_to(LinkRole::Addresses).any(|key| reached.contains(key))
    };
    // What is acted on, and all that it is part of.
    let mut served: BTreeSet<&ItemKey> = BTreeSet::new();
    for goal in goals.values().filter(|goal| is_acted_on(goal)) {
        let mut next = vec![&goal.key];
        while let Some(key) = next.pop() {
            if served.insert(key) {
                next.extend(goals.get(key).into_iter().flat_map(|goal| wholes(goal, &goals)));
            }
        }
    }
    let idle: Vec<_> = goals
        .values()
        .filter(|goal| !served.contains(&goal.key) && wholes(goal, &goals).next().is_none())
        .map(|goal| Finding::of(FindingCode::GoalWithoutAction, [goal.key.clone()]))
        .collect();
    idle.into_iter()
}

fn is_open(item: &Item, today: Date) -> bool {
    !matches!(item.status_on(today), Status::Ended | Status::Cancelled | Status::Withdrawn)
}

/// The running goals that a goal is a part of.
fn wholes<'p>(goal: &'p Item, goals: &BTreeMap<&'p ItemKey, &'p Item>) -> impl Iterator<Item = &'p ItemKey> {
    goal.links_to(LinkRole::BasedOn).filter(|key| goals.contains_key(*key))
}

/// Aims that pull against each other: goals to do more and goals to keep, first of all about the same condition; and what
/// somebody has said pulls against each other.
pub(super) fn opposing(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let mut by_condition: BTreeMap<&ItemKey, Vec<(Aim, &ItemKey)>> = BTreeMap::new();
    for goal in plan.live_items().filter(|item| is_goal(item.kind) && item.is_running(today)) {
        let Some(aim) = goal.detail(Aspect::GoalType).find_map(|code| catalogue::aim(&code.code)) else {
            continue;
        };
        let first = goal
            .links
            .iter()
            .filter(|link| link.role == LinkRole::Addresses && link.rank.is_none_or(|rank| rank == 1));
        for link in first {
            by_condition.entry(&link.target).or_default().push((aim, &goal.key));
        }
    }
    let coded = by_condition.into_values().filter(|goals| {
        let aims: BTreeSet<_> = goals.iter().map(|(aim, _)| aim).collect();
        aims.len() > 1
    });
    let coded = coded.map(|goals| goals.into_iter().map(|(_, key)| key.clone()).collect::<Vec<_>>());
    let said = plan.items_of(ItemKind::Note).filter(|note| note.status == Status::Active).map(|note| {
        let running = |key: &&ItemKey| plan.items.get(key).is_some_and(|item| item.is_running(today));
        note.links_to(LinkRole::Opposes).filter(running).cloned().collect::<Vec<_>>()
    });
    let found: Vec<_> = coded
        .chain(said)
        .filter(|keys| keys.len() > 1)
        .map(|keys| Finding::of(FindingCode::OpposingAims, keys))
        .collect();
    found.into_iter()
}
