//! Actions compared with each other: at the same time, twice, with too many to turn to, for no goal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::goals::Aims;
use super::{Finding, FindingCode};
use crate::catalogue::{self, Adopted, Occupies};
use crate::plan::Plan;
use crate::plan::item::{Item, ItemKind, Status};
use crate::plan::key::ItemKey;
use crate::plan::when::When;

/// The days of an action, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) until: Option<Date>,
}

impl Days {
    /// The days on which an action runs, as far as they are known. One that waits for the citizen to be ready has none yet,
    /// and one on hold takes none.
    pub(super) fn of(action: &Item) -> Option<Self> {
        if action.status == Status::OnHold || action.waits_for_readiness() {
            return None;
        }
        // What runs, and never said from when, runs since before anybody asks.
        let from = action.starts.map_or(Date::MIN, When::day);
        Some(Self { from, until: action.ends.map(When::day) })
    }

    /// The days that both have.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        until.is_none_or(|until| from <= until).then_some(Self { from, until })
    }
}

/// Actions that stand in each other's way.
pub(super) fn conflicts(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    overlapping(plan, today).chain(twice(plan, today)).chain(too_many_contacts(plan, today))
}

/// What of the citizen an action takes while it runs.
pub(super) fn occupied(action: &Item) -> Option<Occupies> {
    catalogue::occupies(action.agreed.provision.as_deref()?)
}

/// Each group of actions in which every one has a day in common with one before it, and all take the same.
fn overlapping(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let mut groups = Vec::new();
    for takes in [Occupies::Day, Occupies::Home] {
        let mut actions: Vec<(Days, &Item)> = plan
            .running_actions(today)
            .filter(|action| occupied(action) == Some(takes))
            .filter_map(|action| Days::of(action).map(|days| (days, action)))
            .collect();
        actions.sort_by_key(|(days, action)| (days.from, &action.key));
        groups.extend(clusters(&actions));
    }
    groups.into_iter().map(|keys| Finding::of(FindingCode::OverlappingActions, keys))
}

/// From actions in order of their first day, those that hang together in time.
fn clusters(actions: &[(Days, &Item)]) -> Vec<Vec<ItemKey>> {
    let mut groups: Vec<(Days, Vec<ItemKey>)> = Vec::new();
    for (days, action) in actions {
        match groups.last_mut() {
            Some((reach, group)) if reach.and(*days).is_some() => {
                reach.until = reach.until.zip(days.until).map(|(one, other)| one.max(other));
                group.push(action.key.clone());
            }
            _ => groups.push((*days, vec![action.key.clone()])),
        }
    }
    groups.into_iter().map(|(_, group)| group).filter(|group| group.len() > 1).collect()
}

/// The same provision, or the same words, in more than one sector at the same time.
fn twice(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let mut alike: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    for action in plan.running_actions(today) {
        let provision = action.agreed.provision.as_ref().map(|id| format!("§{id}"));
        let words = Some(normalised(action.text.reveal())).filter(|words| !words.is_empty());
        for key in [provision, words].into_iter().flatten() {
            alike.entry(key).or_default().push(action);
        }
    }
    let groups: BTreeSet<Vec<ItemKey>> =
        alike.into_values().flat_map(|alike| in_two_sectors(&alike)).collect();
    groups.into_iter().map(|keys| Finding::of(FindingCode::DoubleEffort, keys))
}

/// Those of several actions that run at the same time as one in another sector.
fn in_two_sectors(alike: &[&Item]) -> Vec<Vec<ItemKey>> {
    let mut days: Vec<(Days, &Item)> =
        alike.iter().filter_map(|action| Days::of(action).map(|days| (days, *action))).collect();
    days.sort_by_key(|(days, action)| (days.from, &action.key));
    let sectors: BTreeMap<_, _> = alike.iter().map(|action| (&action.key, &action.sector)).collect();
    let sector = |key: &ItemKey| sectors.get(key).copied();
    let mut groups = clusters(&days);
    groups.retain(|group| group.iter().filter_map(sector).collect::<BTreeSet<_>>().len() > 1);
    groups
}

/// Words without case, signs and extra spaces.
pub(in crate::plan) fn normalised(text: &str) -> String {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// The contact persons of the actions that run, each once, as they were first written.
pub(super) fn contacts(plan: &Plan, today: Date) -> BTreeMap<String, (&str, Vec<ItemKey>)> {
    let mut contacts: BTreeMap<String, (&str, Vec<ItemKey>)> = BTreeMap::new();
    for action in plan.running_actions(today) {
        if let Some(contact) = &action.agreed.contact {
            let name = contact.name.reveal();
            contacts.entry(normalised(name)).or_insert((name, Vec::new())).1.push(action.key.clone());
        }
    }
    contacts
}

fn too_many_contacts(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let contacts = contacts(plan, today);
    let too_many = contacts.len() > catalogue::MOST_CONTACTS;
    let actions = contacts.into_values().flat_map(|(_, actions)| actions);
    too_many.then(|| Finding::of(FindingCode::TooManyContacts, actions)).into_iter()
}

/// Actions that serve no goal. One that names a goal which was not sent along serves that.
pub(super) fn without_goal(plan: &Plan, today: Date) -> impl Iterator<Item = Finding> {
    let aims = Aims::of(plan, today);
    let alone: Vec<_> = plan
        .running_actions(today)
        .filter(|action| !aims.serves_any(action))
        .map(|action| Finding::of(FindingCode::ActionWithoutGoal, [action.key.clone()]))
        .collect();
    alone.into_iter()
}

/// Actions that lean on an exemption which the municipality cannot lean on that day.
pub(super) fn exemption_over(plan: &Plan, today: Date, adopted: &Adopted) -> impl Iterator<Item = Finding> {
    let over =
        |action: &&Item| action.agreed.exemption.as_ref().is_some_and(|id| adopted.check(id, today).is_err());
    let over: Vec<_> = plan
        .items_of(ItemKind::Intervention)
        .filter(|action| action.is_running(today))
        .filter(over)
        .map(|action| Finding::of(FindingCode::ExemptionOver, [action.key.clone()]))
        .collect();
    over.into_iter()
}
