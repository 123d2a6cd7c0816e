//! A family's plans side by side (husstand): computed over each person's own plan, and kept nowhere.
//!
//! Every item stays in one person's plan. Whose plans may be seen is decided, and recorded, person by person before they
//! come here; who may not be seen is a number and nothing else. Somebody whose name and address are protected is masked
//! towards the others: what stands in their plan is seen by opening it.

pub mod leaving;
mod siblings;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub use siblings::may_share;

use crate::plan::{Custody, Item, ItemKey, ItemKind, Kinship, Plan, Relation, SectionKind, Status};
use crate::{CaseId, Cpr, UserName};

/// A plan that the caller may see.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'p> {
    /// Its case here.
    pub case: CaseId,
    /// The plan.
    pub plan: &'p Plan,
}

/// A family, as seen from one person's plan.
#[derive(Debug, PartialEq, Eq)]
pub struct Household<'p> {
    /// Whoever it is seen from, and then the others, the oldest first.
    pub members: Vec<Member<'p>>,
    /// How many have a plan here that the caller may not see.
    pub hidden: usize,
    /// The relations of whoever it is seen from that lead to no plan here.
    pub without_plan: Vec<&'p Item>,
    /// What siblings share, once.
    pub shared: Vec<SharedItem<'p>>,
    /// Where the plans get in each other's way.
    pub overlaps: Vec<Overlap>,
}

/// Somebody of the family.
#[derive(Debug, PartialEq, Eq)]
pub struct Member<'p> {
    /// The case.
    pub case: CaseId,
    /// The plan. What a screen may show of it, [`Member::is_masked`] says.
    pub plan: &'p Plan,
    /// What they are to whoever it is seen from; nothing for that person.
    pub kinship: BTreeSet<Kinship>,
    /// Whether nothing may be shown but that they are there and who coordinates.
    pub is_masked: bool,
    /// Who holds custody over them, where that is recorded.
    pub custody: Vec<Holder>,
    /// The goals, actions and follow-ups of their own that are in force, by kind.
    pub items: Vec<&'p Item>,
}

/// Who holds custody over a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What they are to the child.
    pub kinship: Kinship,
    /// How.
    pub custody: Custody,
    /// Their case, where they are among the members and not masked.
    pub case: Option<CaseId>,
}

/// Something that siblings share.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedItem<'p> {
    /// As it stands in the plan of the first of them.
    pub item: &'p Item,
    /// Those among the members who have it.
    pub cases: BTreeSet<CaseId>,
}

/// Where the plans of a family get in each other's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlap {
    /// The family has more than one coordinating caseworker.
    Caseworkers(BTreeSet<UserName>),
    /// The same is done for several of them, each by themselves.
    SameAction(Vec<(CaseId, ItemKey)>),
}

impl Overlap {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Caseworkers(_) => "TWO_CASEWORKERS",
            Self::SameAction(_) => "SAME_ACTION",
        }
    }
}

/// The family of the first of these, on a day: `others` are those of its relations with a plan here that the caller may
/// see, `hidden` how many they may not.
pub fn of<'p>(first: Seen<'p>, others: &[Seen<'p>], hidden: usize, day: Date) -> Household<'p> {
    let mut others = others.to_vec();
    others.sort_by_key(|seen| (seen.plan.citizen.cpr.birth_date(), seen.case));
    let all: Vec<_> = std::iter::once(first).chain(others).collect();
    let shared = shared(&all, day);
    let members: Vec<_> = all.iter().map(|seen| member(*seen, &all, day)).collect();
    let leads_here = |cpr: &Cpr| all.iter().any(|seen| seen.plan.citizen.has_number(cpr));
    let leads_nowhere = |relation: &Relation| !relation.cpr().is_some_and(leads_here);
    let without_plan = first.plan.relations_on(day).filter(|(_, relation)| leads_nowhere(relation));
    Household {
        hidden,
        without_plan: without_plan.map(|(item, _)| item).collect(),
        overlaps: overlaps(&members, day),
        shared,
        members,
    }
}

fn is_masked(seen: Seen<'_>, first: CaseId) -> bool {
    seen.case != first && seen.plan.citizen.protected
}

fn member<'p>(seen: Seen<'p>, all: &[Seen<'p>], day: Date) -> Member<'p> {
    let first = all[0];
    let is_masked = is_masked(seen, first.case);
    let to_first = first.plan.relations_on(day).filter(|(_, relation)| {
        seen.case != first.case && relation.cpr().is_some_and(|cpr| seen.plan.citizen.has_number(cpr))
    });
    let custody = if is_masked { Vec::new() } else { custody(seen.plan, all, day) };
    let mut items: Vec<_> = seen.plan.live_items().filter(|item| is_shown(item, day)).collect();
    items.retain(|item| !is_masked && item.shared.is_empty() && !seen.plan.is_part(item));
    items.sort_by_key(|item| (item.kind, item.starts, &item.key));
    Member {
        case: seen.case,
        plan: seen.plan,
        kinship: to_first.map(|(_, relation)| relation.kinship).collect(),
        is_masked,
        custody,
        items,
    }
}

fn custody(plan: &Plan, all: &[Seen<'_>], day: Date) -> Vec<Holder> {
    let first = all[0].case;
    let case_of = |cpr: &Cpr| {
        let holder = all.iter().find(|seen| seen.plan.citizen.has_number(cpr))?;
        (!is_masked(*holder, first)).then_some(holder.case)
    };
    let holder = |(item, custody): (&Item, Custody)| {
        let relation = item.relation.as_deref()?;
        Some(Holder { kinship: relation.kinship, custody, case: relation.cpr().and_then(case_of) })
    };
    plan.custody_on(day).into_iter().filter_map(holder).collect()
}

/// What stands side by side: goals, actions and follow-ups that are not over.
fn is_shown(item: &Item, day: Date) -> bool {
    let kind = matches!(item.kind, ItemKind::Intervention | ItemKind::FollowUp)
        || item.kind.section_kind() == SectionKind::Goals;
    kind && matches!(item.status_on(day), Status::Active | Status::Planned | Status::OnHold)
}

fn shared<'p>(all: &[Seen<'p>], day: Date) -> Vec<SharedItem<'p>> {
    let mut shared: BTreeMap<&ItemKey, SharedItem<'p>> = BTreeMap::new();
    for seen in all.iter().filter(|seen| !is_masked(**seen, all[0].case)) {
        for item in seen.plan.live_items().filter(|item| !item.shared.is_empty() && is_shown(item, day)) {
            let known = || SharedItem { item, cases: BTreeSet::new() };
            shared.entry(&item.key).or_insert_with(known).cases.insert(seen.case);
        }
    }
    shared.into_values().collect()
}

fn overlaps(members: &[Member<'_>], day: Date) -> Vec<Overlap> {
    let caseworkers: BTreeSet<_> = members
        .iter()
        .filter(|member| !member.plan.is_closed())
        .map(|member| member.plan.caseworker.clone())
        .collect();
    let mut overlaps = Vec::new();
    if caseworkers.len() > 1 {
        overlaps.push(Overlap::Caseworkers(caseworkers));
    }
    let mut alike: BTreeMap<String, Vec<(CaseId, ItemKey)>> = BTreeMap::new();
    for member in members {
        let actions = member.items.iter().filter(|item| item.kind == ItemKind::Intervention);
        for action in actions.filter(|action| action.holds_on(day)) {
            if let Some(what) = what_is_done(action) {
                alike.entry(what).or_default().push((member.case, action.key.clone()));
            }
        }
    }
    let several = |found: &Vec<(CaseId, ItemKey)>| {
        found.iter().map(|(case, _)| case).collect::<BTreeSet<_>>().len() > 1
    };
    overlaps.extend(alike.into_values().filter(several).map(Overlap::SameAction));
    overlaps
}

/// What tells that two actions are the same: their words, or else their code.
fn what_is_done(action: &Item) -> Option<String> {
    let words = action.text.reveal().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let code = || action.codes.first().map(|code| format!("{} {}", code.system, code.code));
    Some(words).filter(|words| !words.is_empty()).or_else(code)
}
