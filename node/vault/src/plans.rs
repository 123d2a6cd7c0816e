//! Plans, as cases hold them: from stored events to a plan, and from what was decided to a write.
//!
//! A plan's snapshot is written with every [`EVENTS_PER_SNAPSHOT`]th event, so that a read opens one record and a few
//! events, whatever the plan's age.

use enplan_domain::handover::Hold;
use enplan_domain::plan::{BrokenHistory, Plan, PlanEvent, PlanSummary};
use enplan_domain::{CaseHandle, CaseId, Date, Epoch};

use crate::{CaseRow, CaseSummary, CaseWrite, Expected, StoredCase, Under};

/// How many events a read replays at most, beside the snapshot.
pub const EVENTS_PER_SNAPSHOT: u64 = 32;

/// What is stored of a case is not a plan: written by a newer version, or damaged.
#[derive(Debug, thiserror::Error)]
pub enum NotAPlan {
    /// An event, a snapshot or a summary can't be read. Its source would quote the plan, so it has none.
    #[error("a stored event, snapshot or summary of the case can't be read")]
    Unreadable,
    /// The events make no plan.
    #[error("the stored events make no plan")]
    History(#[from] BrokenHistory),
}

impl StoredCase {
    /// The plan as it is now.
    pub fn plan(&self) -> Result<Plan, NotAPlan> {
        let events = self.events_after.iter().map(|(_, event)| read_event(event));
        if let Some((_, snapshot)) = &self.snapshot {
            let plan: Plan = serde_json::from_slice(snapshot).map_err(|_| NotAPlan::Unreadable)?;
            events.into_iter().try_fold(plan, |plan, event| Ok(plan.apply(&event?)))
        } else {
            let events = events.collect::<Result<Vec<_>, _>>()?;
            Ok(Plan::from_events(&events)?)
        }
    }
}

impl CaseSummary {
    /// What a list shows of the plan.
    pub fn plan_summary(&self) -> Result<PlanSummary, NotAPlan> {
        serde_json::from_slice(&self.summary).map_err(|_| NotAPlan::Unreadable)
    }
}

/// One stored event.
pub fn read_event(event: &[u8]) -> Result<PlanEvent, NotAPlan> {
    serde_json::from_slice(event).map_err(|_| NotAPlan::Unreadable)
}

/// What a decision does to a case: its events, and the plan after them.
#[derive(Debug, Clone)]
pub struct PlanChange<'a> {
    /// The case's row, if there is one already.
    pub before: Option<&'a CaseRow>,
    /// The case.
    pub case: CaseId,
    /// Its handle.
    pub handle: CaseHandle,
    /// The plan after the events.
    pub plan: &'a Plan,
    /// The events, in order.
    pub events: &'a [PlanEvent],
    /// In what capacity.
    pub under: Under,
    /// The epoch after it.
    pub epoch: Epoch,
    /// Where the case stands after it.
    pub hold: Hold,
    /// The unit that works with it.
    pub unit: Option<String>,
    /// The day, for what a list shows.
    pub today: Date,
}

impl<'a> PlanChange<'a> {
    /// The first events of a case that is new here, and that nobody else knows of: it gets a random id and a random
    /// handle, and is this municipality's. The registry learns the handle with the first offer.
    pub fn beginning(plan: &'a Plan, events: &'a [PlanEvent], unit: Option<String>, today: Date) -> Self {
        Self {
            before: None,
            case: CaseId::from(uuid::Uuid::new_v4()),
            handle: CaseHandle::from(uuid::Uuid::new_v4()),
            plan,
            events,
            under: Under::Caseworker,
            epoch: Epoch::FIRST,
            hold: Hold::Active,
            unit,
            today,
        }
    }

    /// More events of a case that stays where it is.
    pub fn of(row: &'a CaseRow, plan: &'a Plan, events: &'a [PlanEvent], under: Under, today: Date) -> Self {
        Self {
            before: Some(row),
            case: row.case,
            handle: row.handle,
            plan,
            events,
            under,
            epoch: row.epoch,
            hold: row.hold,
            unit: row.unit.clone(),
            today,
        }
    }

    /// The write of it.
    pub fn write(&self) -> Result<CaseWrite, NotAPlan> {
        let last = self.before.map_or(0, |row| row.last_seq);
        let after = last + self.events.len() as u64;
        let due = self.before.is_none() || last / EVENTS_PER_SNAPSHOT != after / EVENTS_PER_SNAPSHOT;
        let arrived = self.events.iter().any(|event| matches!(event, PlanEvent::Received { .. }));
        let encode = |value: &Plan| serde_json::to_vec(value).map_err(|_| NotAPlan::Unreadable);
        Ok(CaseWrite {
            case: self.case,
            expected: self.before.map_or(Expected::New, |row| Expected::Version(row.version)),
            under: self.under,
            handle: self.handle,
            epoch: self.epoch,
            hold: self.hold,
            cpr: self.plan.citizen.cpr.clone(),
            former_numbers: self.plan.citizen.former_numbers.iter().cloned().collect(),
            unit: self.unit.clone(),
            caseworker: Some(self.plan.caseworker.to_string()),
            summary: serde_json::to_vec(&self.summary()).map_err(|_| NotAPlan::Unreadable)?,
            events: self
                .events
                .iter()
                .map(|event| serde_json::to_vec(event).map_err(|_| NotAPlan::Unreadable))
                .collect::<Result<_, _>>()?,
            snapshot: if due || arrived { Some(encode(self.plan)?) } else { None },
        })
    }

    fn summary(&self) -> PlanSummary {
        let changed_at = self.events.last().map(|event| event.stamp().at);
        PlanSummary { changed_at, ..self.plan.summary(self.today) }
    }
}
