//! One plan of a citizen's laid into another: after a handover to a municipality that has a plan of its own.

use std::collections::BTreeSet;

use super::refusal::MergeRefusal;
use crate::plan::item::{Item, ItemKind, LinkRole};
use crate::plan::key::ItemKey;
use crate::plan::refusal::PlanRefusal;
use crate::plan::{Arrival, Life, Plan, PlanEvent};
use crate::{CaseId, Context};

/// What comes of taking in another plan, thing by thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenIn {
    /// What is new here, under its own key, with where it came from.
    pub new: Vec<ItemKey>,
    /// What both plans have under one key, and the other has newer: that is taken.
    pub newer: Vec<ItemKey>,
    /// What both plans have under one key, and this one has newer or says as well: that stays.
    pub kept: Vec<ItemKey>,
    /// Of what is new: the relations that this plan has already, with the same person. They are joined to it.
    pub relations: Vec<ItemKey>,
    items: Vec<Item>,
}

/// What comes of it if a plan takes in another one of the same citizen's.
///
/// Legal bases stay with the plan that they were given for: a consent covers the case that it names, and no other. The
/// registry's handles stay what they are, and so do both audit logs.
///
/// # Errors
/// [`PlanRefusal`]: the plans are not the same citizen's, not both open, or would contradict each other.
pub fn taken_in(into: &Plan, from: &Plan, context: &Context) -> Result<TakenIn, PlanRefusal> {
    let is_theirs = into.citizen.has_number(&from.citizen.cpr) || from.citizen.has_number(&into.citizen.cpr);
    if !is_theirs {
        return Err(MergeRefusal::NotTheirPlan.into());
    }
    for plan in [into, from] {
        match plan.life {
            Life::HandedOver { to, .. } => return Err(PlanRefusal::HandedOver { to }),
            Life::Closed { .. } => return Err(PlanRefusal::Closed),
            Life::Open => {}
        }
    }
    from.check_nothing_shared(context)?;
    let mut taken = TakenIn::default();
    // Each relation is held against those that are there and those that came before it.
    let mut with_relations = into.clone();
    for item in from.items.values() {
        let Some(there) = into.items.get(&item.key) else {
            let item = Item { shared: BTreeSet::new(), ..item.clone() };
            let item = with_relations.relation_taken_in(item, context, &mut taken)?;
            taken.new.push(item.key.clone());
            taken.items.push(item);
            continue;
        };
        if item.provenance.as_of <= there.provenance.as_of || there.says_the_same_as(item) {
            taken.kept.push(item.key.clone());
        } else {
            taken.newer.push(item.key.clone());
            let item = Item { shared: there.shared.clone(), ..item.clone() };
            taken.items.push(item.joined_as(there));
        }
    }
    Ok(taken)
}

impl Plan {
    pub(in crate::plan) fn take_in(
        &self,
        from: CaseId,
        plan: &Self,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let recorded = taken_in(self, plan, context)?.items;
        let known: BTreeSet<_> = self.arrivals.iter().map(|arrival| arrival.transfer).collect();
        let is_new = |arrival: &&Arrival| !known.contains(&arrival.transfer);
        let arrivals = plan.arrivals.iter().filter(is_new).cloned().collect();
        let mut events = Vec::new();
        if plan.citizen.protected && !self.citizen.protected {
            // Its day stays with the plan that ends: as with a report, it is asked about at once.
            let stamp = context.stamp();
            events.push(PlanEvent::ProtectionChanged { stamp, protected: true, told_by_report: true });
        }
        let citizen = Box::new(plan.citizen.clone());
        events.push(PlanEvent::TakenIn { stamp: context.stamp(), from, citizen, arrivals, recorded });
        Ok(events)
    }

    pub(in crate::plan) fn merge_into(
        &self,
        into: CaseId,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        self.check_nothing_shared(context)?;
        Ok(vec![PlanEvent::MergedInto { stamp: context.stamp(), into }])
    }

    /// What siblings share names the cases that share it, so the plan that has it goes on.
    fn check_nothing_shared(&self, context: &Context) -> Result<(), PlanRefusal> {
        let is_shared = |item: &Item| !item.shared.is_empty() && item.is_running(context.today());
        if self.live_items().any(is_shared) { Err(MergeRefusal::EndsWhatIsShared.into()) } else { Ok(()) }
    }

    /// A relation as it can stand beside those that are here: joined to the one with the same person, if there is one. Anything
    /// else is as it was.
    fn relation_taken_in(
        &mut self,
        item: Item,
        context: &Context,
        taken: &mut TakenIn,
    ) -> Result<Item, PlanRefusal> {
        if item.kind != ItemKind::Relation || !item.holds_on(context.today()) {
            return Ok(item);
        }
        let item = match self.check_relation(&item, context) {
            Err(PlanRefusal::CustodyHeldByAnother) => return Err(PlanRefusal::CustodyHeldByAnother),
            Err(PlanRefusal::RelationAlreadyThere) => {
                let same = |there: &&Item| {
                    let both = there.relation.as_deref().zip(item.relation.as_deref());
                    !self.is_part(there)
                        && both.is_some_and(|(one, other)| {
                            one.kinship == other.kinship && one.cpr() == other.cpr()
                        })
                };
                let leading = self.items_of(ItemKind::Relation).find(same).map(|there| there.key.clone());
                match leading {
                    Some(leading) => {
                        taken.relations.push(item.key.clone());
                        item.joining(&leading)
                    }
                    None => item,
                }
            }
            // Whatever else is to be said of it was said when it was written.
            Ok(()) | Err(_) => item,
        };
        if item.links_to(LinkRole::JoinedTo).next().is_none() {
            self.items.insert(item.key.clone(), item.clone());
        }
        Ok(item)
    }
}
