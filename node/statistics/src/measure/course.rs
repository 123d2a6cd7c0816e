//! One citizen's plan as of the end of an epoch, as far as this municipality knows it; and whether it is counted here.

use std::fmt;

use enplan_domain::plan::{
    BrokenHistory, Item, ItemKey, ItemKind, Life, Plan, PlanEvent, SectionKind, Status, When,
};
use enplan_domain::{Date, danish_day};

use crate::Epoch;

/// A plan that is counted here in an epoch, as it was at the end of it.
pub struct Course<'e> {
    pub(super) epoch: Epoch,
    pub(super) plan: Plan,
    /// What had happened by then, here.
    pub(super) events: &'e [PlanEvent],
}

impl fmt::Debug for Course<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Course(masked)")
    }
}

impl<'e> Course<'e> {
    /// The plan whose events these are, all of them; nothing where it is not counted here in that epoch.
    ///
    /// It is counted by the municipality that has it open at the epoch's end, or closed it in the epoch. Who gives a plan
    /// away and who receives it write that down at different moments, and either may have been down meanwhile: so whoever
    /// has given a plan away, on whatever day, does not count it in an epoch before that any more, and whoever received it
    /// counts it from the day on which it was opened there. A citizen on the way over the end of an epoch is then counted
    /// by nobody in it; never by two.
    ///
    /// # Errors
    /// [`BrokenHistory`] where the events are not a plan's.
    pub fn of(events: &'e [PlanEvent], epoch: Epoch) -> Result<Option<Self>, BrokenHistory> {
        let last = epoch.last_day();
        let Some(plan) = Plan::on_day(events, last)? else { return Ok(None) };
        let until = events.iter().take_while(|event| danish_day(event.stamp().at) <= last).count();
        let (events, since) = events.split_at(until);
        let is_given_away = since.iter().any(|event| matches!(event, PlanEvent::HandedOver { .. }));
        let is_counted = match plan.life {
            Life::Open => true,
            Life::Closed { at, .. } => danish_day(at) >= epoch.first_day(),
            Life::HandedOver { .. } => false,
        };
        // What a person has joined is one thing, and counted once.
        let plan = plan.joined().into_owned();
        Ok((is_counted && !is_given_away).then_some(Self { epoch, plan, events }))
    }

    /// Whether the plan is open at the end of the epoch.
    pub fn is_open(&self) -> bool {
        self.plan.life == Life::Open
    }

    pub(super) fn last_day(&self) -> Date {
        self.epoch.last_day()
    }

    /// The day on which the plan began, where it began here. When it began elsewhere does not travel.
    pub(super) fn began(&self) -> Option<Date> {
        match self.events.first() {
            Some(PlanEvent::CitizenRegistered { stamp, .. }) => Some(danish_day(stamp.at)),
            _ => None,
        }
    }

    /// Whether no handover left out anything of this kind.
    pub(super) fn is_whole(&self, kind: SectionKind) -> bool {
        !self.plan.arrivals.iter().any(|arrival| arrival.left_out.contains(&kind))
    }

    /// What of one kind is in the plan.
    pub(super) fn items(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.plan.items_of(kind)
    }

    /// An item as it was each time that it was written here, with the day, the oldest first.
    pub(super) fn versions<'c>(&'c self, key: &'c ItemKey) -> impl Iterator<Item = (Date, &'e Item)> + 'c {
        self.events.iter().filter_map(|event| {
            let item = match event {
                PlanEvent::ItemRecorded { item, .. } => Some(&**item).filter(|item| item.key == *key),
                PlanEvent::ReportImported { recorded, .. } => recorded.iter().find(|item| item.key == *key),
                PlanEvent::Received { plan, .. } => plan.items.get(key),
                _ => None,
            };
            item.map(|item| (danish_day(event.stamp().at), item))
        })
    }

    /// The day on which an action began, by the end of the epoch: the day that the plan says, or else the first on which
    /// it was under way here. One that was given up before it began never did.
    pub(super) fn begun(&self, action: &Item) -> Option<Date> {
        let is_under_way =
            |item: &Item| matches!(item.status, Status::Active | Status::OnHold | Status::Ended);
        let (first_seen, _) = self.versions(&action.key).find(|(_, item)| is_under_way(item))?;
        let given_up = self.versions(&action.key).find(|(_, item)| item.status == Status::Cancelled);
        let latest =
            given_up.filter(|_| action.status == Status::Cancelled).map_or(self.last_day(), |(day, _)| day);
        let begun = action.starts.map_or(first_seen, When::day);
        (begun <= latest).then_some(begun)
    }
}

/// How many days from one to another; none where it is before.
pub(super) fn days_between(from: Date, to: Date) -> u32 {
    from.until(to).ok().and_then(|span| u32::try_from(span.get_days()).ok()).unwrap_or_default()
}
