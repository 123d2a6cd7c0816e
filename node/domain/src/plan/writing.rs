//! What a caseworker writes into a plan, and what becomes of it.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::agreement::Agreement;
use super::command::{Bearing, ItemChange, NewItem};
use super::convening::moved;
use super::item::{Item, ItemKind, Link, LinkRole, Status};
use super::key::ItemKey;
use super::merging::MergeRefusal;
use super::provenance::{Provenance, Source};
use super::section::{SectionKind, Sector};
use super::when::When;
use super::{Plan, PlanEvent, PlanRefusal};
use crate::{CaseId, Context, Narrative, catalogue};

/// No day in a plan is before this one.
const EARLIEST: Date = date(1900, 1, 1);
/// Nor more years ahead than this.
const YEARS_AHEAD: i64 = 50;

impl Plan {
    /// Writes something new. The same thing under the same id once more changes nothing.
    pub(super) fn add(
        &self,
        id: Uuid,
        new: NewItem,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let item = self.made_of(id, new, context)?;
        self.record_new(item, context)
    }

    /// Writes something that siblings share: a goal or an action, under the same id in each of their plans.
    pub(super) fn share(
        &self,
        id: Uuid,
        new: NewItem,
        with: BTreeSet<CaseId>,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if !matches!(new, NewItem::Goal { .. } | NewItem::Action { .. }) {
            return Err(PlanRefusal::NotForThisKind);
        }
        let item = Item { shared: with, ..self.made_of(id, new, context)? };
        self.record_new(item, context)
    }

    /// Records something new, if it can be in a plan.
    pub(super) fn record_new(&self, item: Item, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if catalogue::sector(item.sector.as_str(), context.today()).is_none() {
            return Err(PlanRefusal::UnknownSector);
        }
        for day in [item.starts, item.ends].into_iter().flatten() {
            check_day(day, context)?;
        }
        check_order(item.starts, item.ends)?;
        self.check_relation(&item, context)?;
        match self.items.get(&item.key) {
            None => Ok(vec![PlanEvent::ItemRecorded { stamp: context.stamp(), item: Box::new(item) }]),
            Some(there) if there.says_the_same_as(&item) => Ok(Vec::new()),
            Some(_) => Err(PlanRefusal::IdInUse),
        }
    }

    pub(super) fn made_of(&self, id: Uuid, new: NewItem, context: &Context) -> Result<Item, PlanRefusal> {
        let resource_type = new.resource_type();
        let item =
            |kind, sector, status, text| written(resource_type, id, kind, sector, status, text, context);
        Ok(match new {
            NewItem::Wish { sector, text, said_by } => {
                let mut wish = item(ItemKind::Wish, sector, Status::Active, required(text)?)?;
                wish.said_by = Some(said_by);
                wish
            }
            NewItem::Situation { sector, area, bearing, text, code, said_by } => {
                check_area(&area, context.today())?;
                let kind = match bearing {
                    Bearing::Barrier => ItemKind::Barrier,
                    Bearing::Resource => ItemKind::Resource,
                };
                let mut situation = item(kind, sector, Status::Active, required(text)?)?;
                situation.area = Some(area);
                situation.codes.extend(code);
                situation.said_by = Some(said_by);
                situation
            }
            NewItem::SourcePlan { sector, plan_kind, made, text } => {
                made.map_or(Ok(()), |made| check_day(made, context))?;
                // A plan of a kind that has ended since can still be gathered: its own day decides.
                let day = made.map_or(context.today(), When::day);
                if catalogue::plan_kind(&plan_kind, day).is_none() {
                    return Err(PlanRefusal::UnknownPlanKind);
                }
                let mut source = item(ItemKind::SourcePlan, sector, Status::Ended, text)?;
                source.plan_kind = Some(plan_kind);
                source.recorded = made;
                source
            }
            NewItem::Purpose { sector, text, wish } => {
                let mut purpose = item(ItemKind::Purpose, sector, Status::Active, required(text)?)?;
                let is_wish = |kind| kind == ItemKind::Wish;
                self.link(&mut purpose, LinkRole::BasedOn, wish, is_wish, PlanRefusal::NoSuchWish)?;
                purpose
            }
            NewItem::Goal { sector, text, part_of, taken_from } => {
                let whole = part_of.as_ref().and_then(|key| self.items.get(key)).map(|whole| whole.kind);
                let kind = match whole {
                    Some(ItemKind::Goal | ItemKind::SubGoal) => ItemKind::SubGoal,
                    _ => ItemKind::Goal,
                };
                let mut goal = item(kind, sector, Status::Active, required(text)?)?;
                self.link(&mut goal, LinkRole::BasedOn, part_of, is_goal_or_wish, PlanRefusal::NoSuchGoal)?;
                let (role, missing) = (LinkRole::TakenFrom, PlanRefusal::NoSuchSourcePlan);
                self.link(&mut goal, role, taken_from, is_source_plan, missing)?;
                goal
            }
            NewItem::Action { sector, text, starts, ends, goal, taken_from, agreed } => {
                check_agreement(&agreed, starts, context)?;
                let begun = starts.is_some_and(|starts| starts.day() <= context.today());
                let by_readiness = !agreed.ready_when.is_empty() && starts.is_none();
                let by_day = starts.is_some() && !begun;
                let status = if by_readiness || by_day { Status::Planned } else { Status::Active };
                let mut action = item(ItemKind::Intervention, sector, status, required(text)?)?;
                (action.starts, action.ends, action.agreed) = (starts, ends, agreed);
                let is_goal = |kind: ItemKind| kind.section_kind() == SectionKind::Goals;
                self.link(&mut action, LinkRole::Serves, goal, is_goal, PlanRefusal::NoSuchGoal)?;
                let (role, missing) = (LinkRole::TakenFrom, PlanRefusal::NoSuchSourcePlan);
                self.link(&mut action, role, taken_from, is_source_plan, missing)?;
                action
            }
            NewItem::FollowUp { sector, on, text } => {
                let mut follow_up = item(ItemKind::FollowUp, sector, Status::Planned, text)?;
                follow_up.starts = Some(on);
                follow_up
            }
            NewItem::SelfAssessment { sector, area, score, on, text, said_by } => {
                check_held(on, context)?;
                check_area(&area, on.day())?;
                let mut assessed = item(ItemKind::SelfAssessment, sector, Status::Ended, text)?;
                (assessed.area, assessed.score, assessed.starts) = (Some(area), Some(score), Some(on));
                assessed.said_by = Some(said_by);
                assessed
            }
            NewItem::TargetGroup { sector, on, assessment, text } => {
                check_held(on, context)?;
                let mut assessed = item(ItemKind::TargetGroupAssessment, sector, Status::Ended, text)?;
                assessed.target_group = Some(assessment.completed(&self.citizen.cpr, on.day(), context)?);
                assessed.starts = Some(on);
                assessed
            }
            NewItem::Note { sector, text } => item(ItemKind::Note, sector, Status::Ended, required(text)?)?,
            NewItem::Relation { sector, relation, starts, ends } => {
                let mut there = item(ItemKind::Relation, sector, Status::Active, Narrative::default())?;
                (there.starts, there.ends) = (starts, ends);
                there.relation = Some(Box::new(relation));
                there
            }
            NewItem::Hearing { sector, on, text } => {
                check_held(on, context)?;
                let mut hearing = item(ItemKind::Hearing, sector, Status::Ended, required(text)?)?;
                hearing.starts = Some(on);
                hearing
            }
        })
    }

    /// Links a new item to one of this plan. One of another plan is not there.
    fn link(
        &self,
        item: &mut Item,
        role: LinkRole,
        target: Option<ItemKey>,
        fits: impl Fn(ItemKind) -> bool,
        missing: PlanRefusal,
    ) -> Result<(), PlanRefusal> {
        let Some(target) = target else { return Ok(()) };
        let there = self.items.get(&target);
        if !there.is_some_and(|there| fits(there.kind) && there.status != Status::Withdrawn) {
            return Err(missing);
        }
        item.links.insert(Link { role, target, rank: None });
        Ok(())
    }

    /// Says what became of something, in this plan alone or in all that share it. Saying the same once more changes nothing.
    pub(super) fn change(
        &self,
        key: &ItemKey,
        change: ItemChange,
        in_all_plans: bool,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let there = self.items.get(key).ok_or(PlanRefusal::NoSuchItem)?;
        match (there.shared.is_empty(), in_all_plans) {
            (false, false) => return Err(PlanRefusal::SharedWithSiblings),
            (true, true) => return Err(PlanRefusal::NotShared),
            (true, false) | (false, true) => {}
        }
        if matches!(there.provenance.source, Source::Report { .. }) {
            return Err(PlanRefusal::FromAReport);
        }
        self.check_reader(there, &change, context)?;
        let is_correction = matches!(
            change,
            ItemChange::Reword { .. } | ItemChange::CorrectMinutes { .. } | ItemChange::Withdraw
        );
        let changed = Item { provenance: here(context), ..changed(there.clone(), change, context)? };
        if changed.says_the_same_as(there) {
            return Ok(Vec::new());
        }
        if self.is_part(there) && !is_correction {
            return Err(MergeRefusal::JoinedToAnother.into());
        }
        let is_over = matches!(there.status, Status::Ended | Status::Cancelled);
        if there.status == Status::Withdrawn || is_over && !is_correction {
            return Err(PlanRefusal::ItemIsOver);
        }
        Ok(vec![PlanEvent::ItemRecorded { stamp: context.stamp(), item: Box::new(changed) }])
    }
}

fn changed(mut item: Item, change: ItemChange, context: &Context) -> Result<Item, PlanRefusal> {
    match (change, item.kind) {
        (ItemChange::Reword { .. }, ItemKind::Relation) => return Err(PlanRefusal::NotForThisKind),
        (ItemChange::Reword { text }, _) => item.text = required(text)?,
        (ItemChange::Begin { on }, ItemKind::Intervention) => {
            check_held(on, context)?;
            check_order(Some(on), item.ends)?;
            check_agreement(&item.agreed, Some(on), context)?;
            item.status = Status::Active;
            item.starts = Some(on);
        }
        (ItemChange::Grant { grant, provision }, ItemKind::Intervention) => {
            item.agreed.granted = Some(grant);
            item.agreed.provision = provision.or(item.agreed.provision);
            check_agreement(&item.agreed, None, context)?;
            if item.status == Status::Proposed {
                item.status = Status::Planned;
            }
        }
        (ItemChange::Hold { on, outcome }, ItemKind::FollowUp) => {
            check_held(on, context)?;
            item.status = Status::Ended;
            item.starts = Some(on);
            item.outcome = required(outcome)?;
        }
        (ItemChange::Finish { on, outcome }, kind) if can_be_finished(kind) => {
            check_held(on, context)?;
            check_order(item.starts, Some(on))?;
            item.status = Status::Ended;
            item.ends = Some(on);
            item.outcome = outcome;
        }
        (ItemChange::Adjust { text, reason }, kind) if is_goal(kind) => {
            item.text = required(text)?;
            item.outcome = required(reason)?;
        }
        (ItemChange::Move { on, at, place }, ItemKind::NetworkMeeting) => {
            moved(&mut item, on, at, place, context)?;
        }
        (ItemChange::CorrectMinutes { minutes }, ItemKind::NetworkMeeting | ItemKind::FollowUp)
            if item.status == Status::Ended =>
        {
            item.outcome = required(minutes)?;
        }
        (ItemChange::Finish { outcome, .. }, ItemKind::Note) if item.status == Status::Active => {
            item.status = Status::Ended;
            item.outcome = outcome;
        }
        (ItemChange::Drop { reason }, kind) if can_be_dropped(kind) => {
            item.status = Status::Cancelled;
            item.outcome = required(reason)?;
        }
        (ItemChange::Withdraw, _) => return Ok(item.withdrawn()),
        _ => return Err(PlanRefusal::NotForThisKind),
    }
    Ok(item)
}

fn can_be_finished(kind: ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Wish
            | ItemKind::Purpose
            | ItemKind::Goal
            | ItemKind::SubGoal
            | ItemKind::Intervention
            | ItemKind::Barrier
            | ItemKind::Resource
            | ItemKind::Relation
            | ItemKind::Decision
    )
}

fn can_be_dropped(kind: ItemKind) -> bool {
    can_be_finished(kind) || matches!(kind, ItemKind::FollowUp | ItemKind::NetworkMeeting)
}

fn is_goal(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Goal | ItemKind::SubGoal)
}

fn is_goal_or_wish(kind: ItemKind) -> bool {
    matches!(kind.section_kind(), SectionKind::Goals | SectionKind::Wishes)
}

fn is_source_plan(kind: ItemKind) -> bool {
    kind == ItemKind::SourcePlan
}

pub(super) fn required(text: Narrative) -> Result<Narrative, PlanRefusal> {
    if text.is_empty() { Err(PlanRefusal::EmptyText) } else { Ok(text) }
}

fn check_area(area: &str, day: Date) -> Result<(), PlanRefusal> {
    catalogue::area_of_life(area, day).map(|_| ()).ok_or(PlanRefusal::UnknownArea)
}

/// A day that a plan can hold: a slip of the pen is refused, not kept.
pub(super) fn check_day(day: When, context: &Context) -> Result<(), PlanRefusal> {
    let latest = context.today().checked_add(YEARS_AHEAD.years()).unwrap_or(Date::MAX);
    if (EARLIEST..=latest).contains(&day.day()) { Ok(()) } else { Err(PlanRefusal::DayOutOfRange) }
}

/// A day on which something has happened.
pub(super) fn check_held(day: When, context: &Context) -> Result<(), PlanRefusal> {
    check_day(day, context)?;
    if day.day() > context.today() { Err(PlanRefusal::DayNotCome) } else { Ok(()) }
}

/// Two days in their order, as far as they are known.
fn check_order(starts: Option<When>, ends: Option<When>) -> Result<(), PlanRefusal> {
    match (starts, ends) {
        (Some(starts), Some(ends)) if ends.day() < starts.day() => Err(PlanRefusal::EndsBeforeItBegins),
        _ => Ok(()),
    }
}

/// Whether what was agreed holds: the provision on the day that it was decided, or else on the day it begins, or today
/// where no day is known; the exemption today and when it begins, since who agrees today can lean on none that has run out.
fn check_agreement(agreed: &Agreement, starts: Option<When>, context: &Context) -> Result<(), PlanRefusal> {
    let today = context.today();
    if let Some(grant) = &agreed.granted {
        check_held(When::Day(grant.decided), context)?;
        grant.binds_until.map_or(Ok(()), |until| check_day(When::Day(until), context))?;
        check_order(Some(When::Day(grant.decided)), grant.binds_until.map(When::Day))?;
        if agreed.provision.is_none() {
            return Err(PlanRefusal::GrantWithoutProvision);
        }
    }
    if let Some(provision) = &agreed.provision {
        let day = agreed.granted.map_or(starts.map_or(today, When::day), |grant| grant.decided);
        let provision = catalogue::provision(provision, day);
        if !provision.is_some_and(|found| found.uses.contains(&catalogue::Use::Intervention)) {
            return Err(PlanRefusal::UnknownProvision);
        }
    }
    if let Some(exemption) = &agreed.exemption {
        context.adopted.check(exemption, today)?;
        if let Some(starts) = starts {
            context.adopted.check(exemption, starts.day())?;
        }
    }
    if agreed.contact.as_ref().is_some_and(|contact| contact.name.is_empty()) {
        return Err(PlanRefusal::ContactWithoutName);
    }
    Ok(())
}

pub(super) fn here(context: &Context) -> Provenance {
    Provenance {
        source: Source::Staff { by: context.actor.clone() },
        as_of: context.now,
        municipality: context.municipality,
    }
}

/// Something new of a kind, with nothing told of it yet.
pub(super) fn new_item(
    (resource_type, id): (&str, Uuid),
    kind: ItemKind,
    sector: Sector,
    context: &Context,
) -> Result<Item, PlanRefusal> {
    written(resource_type, id, kind, sector, Status::Planned, Narrative::default(), context)
}

/// A new note, which has to say something.
pub(super) fn new_note(
    id: Uuid,
    sector: Sector,
    text: Narrative,
    context: &Context,
) -> Result<Item, PlanRefusal> {
    written("Communication", id, ItemKind::Note, sector, Status::Ended, required(text)?, context)
}

fn written(
    resource_type: &str,
    id: Uuid,
    kind: ItemKind,
    sector: Sector,
    status: Status,
    text: Narrative,
    context: &Context,
) -> Result<Item, PlanRefusal> {
    let key = ItemKey::new(resource_type, &id.to_string()).map_err(|_| PlanRefusal::IdInUse)?;
    let mut item = Item::new(key, kind, sector, status, here(context));
    item.text = text;
    Ok(item)
}
