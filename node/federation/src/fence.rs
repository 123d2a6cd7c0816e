//! What stands between the vault and those who ask: nothing is changed before the registry has confirmed it since this
//! start, and a case with an alarm is not served at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};

use enplan_domain::CaseHandle;

use crate::error::HandoverError;

/// Why a case is not served although it lies here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// The vault was restored from an older copy: the former owner is asked for the plan again.
    AwaitingRedelivery,
    /// The registry is older than the vault or contradicts it.
    RegistryBehind,
    /// The registry says that the case is ours, and the vault has lost it.
    CaseLost,
    /// The package that the registry chose can't be opened.
    PackageUnreadable,
    /// What is stored of a handover of the case can't be read.
    HandoverUnreadable,
    /// The audit log does not hold what the registry remembers of it: the vault was restored from an older copy.
    AuditRolledBack,
    /// This machine's clock differs from the other nodes'.
    ClockWrong,
}

impl Alarm {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::AwaitingRedelivery => "AWAITING_REDELIVERY",
            Self::RegistryBehind => "REGISTRY_BEHIND",
            Self::CaseLost => "CASE_LOST",
            Self::PackageUnreadable => "PACKAGE_UNREADABLE",
            Self::HandoverUnreadable => "HANDOVER_UNREADABLE",
            Self::AuditRolledBack => "AUDIT_ROLLED_BACK",
            Self::ClockWrong => "CLOCK_WRONG",
        }
    }

    /// What the operator does, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::AwaitingRedelivery => {
                "Noden er genskabt fra en ældre kopi. Den henter selv planen hos den tidligere kommune; hold øje."
            }
            Self::RegistryBehind => {
                "Registret er ældre end nodens egne data. Stop noden, og kontakt netværkets drift, før I gør mere."
            }
            Self::CaseLost => {
                "Registret siger, at sagen er jeres, men den findes ikke her. Genskab en nyere sikkerhedskopi."
            }
            Self::PackageUnreadable => {
                "En modtaget plan kan ikke åbnes. Kontakt afsenderkommunens drift; planen ligger stadig hos dem."
            }
            Self::HandoverUnreadable => {
                "En overdragelses oplysninger er beskadiget på disken. Sagen vises ikke, før noden er genskabt fra en sikkerhedskopi."
            }
            Self::AuditRolledBack => {
                "Opslagsloggen er kortere end den, registret husker: noden er genskabt fra en ældre kopi. \
                 Noter hændelsen, og find de manglende opslag i en nyere kopi."
            }
            Self::ClockWrong => {
                "Maskinens ur afviger fra de andre kommuners noder. Ret uret (NTP); noden skriver ikke før da."
            }
        }
    }
}

/// What stands between the vault and those who ask.
#[derive(Debug, Default)]
pub struct Fence {
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    confirmed: bool,
    blocked: BTreeMap<CaseHandle, Alarm>,
    damaged: BTreeSet<CaseHandle>,
    audit_rolled_back: bool,
    clock_wrong: bool,
}

impl Fence {
    /// Whether the registry has confirmed, since this start, what this node owns.
    pub fn is_confirmed(&self) -> bool {
        self.read().confirmed
    }

    /// Whether this case may be shown.
    pub fn may_read(&self, handle: CaseHandle) -> Result<(), HandoverError> {
        let state = self.read();
        let damaged = state.damaged.contains(&handle).then_some(&Alarm::HandoverUnreadable);
        match damaged.or_else(|| state.blocked.get(&handle)) {
            Some(alarm) => Err(HandoverError::NotServed { code: alarm.code() }),
            None => Ok(()),
        }
    }

    /// Whether this case may be changed.
    pub fn may_write(&self, handle: CaseHandle) -> Result<(), HandoverError> {
        self.may_begin()?;
        self.may_read(handle)
    }

    /// Whether a case may begin here.
    pub fn may_begin(&self) -> Result<(), HandoverError> {
        let state = self.read();
        if !state.confirmed {
            return Err(HandoverError::NotConfirmed);
        }
        if state.clock_wrong { Err(HandoverError::ClockWrong) } else { Ok(()) }
    }

    /// What an operator must look at, with the number of cases.
    pub fn alarms(&self) -> Vec<(Alarm, u64)> {
        let state = self.read();
        let mut counts: BTreeMap<Alarm, u64> = BTreeMap::new();
        for alarm in state.blocked.values() {
            *counts.entry(*alarm).or_default() += 1;
        }
        if !state.damaged.is_empty() {
            counts.insert(Alarm::HandoverUnreadable, state.damaged.len() as u64);
        }
        if state.audit_rolled_back {
            counts.insert(Alarm::AuditRolledBack, 0);
        }
        if state.clock_wrong {
            counts.insert(Alarm::ClockWrong, 0);
        }
        counts.into_iter().collect()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn block(&self, handle: CaseHandle, alarm: Alarm) {
        self.change(|state| {
            if state.blocked.insert(handle, alarm) != Some(alarm) {
                tracing::error!(alarm = alarm.code(), "a case is not served");
            }
        });
    }

    pub(crate) fn unblock(&self, handle: CaseHandle) {
        self.change(|state| {
            state.blocked.remove(&handle);
        });
    }

    /// The cases of which a handover can't be read: all of them, as the last comparison found.
    pub(crate) fn damaged(&self, damaged: BTreeSet<CaseHandle>) {
        self.change(|state| {
            if !damaged.is_subset(&state.damaged) {
                tracing::error!(alarm = Alarm::HandoverUnreadable.code(), "a case is not served");
            }
            state.damaged = damaged;
        });
    }

    pub(crate) fn confirm(&self, confirmed: bool) {
        self.change(|state| state.confirmed = confirmed);
    }

    pub(crate) fn clock_wrong(&self, wrong: bool) {
        self.change(|state| state.clock_wrong = wrong);
    }

    pub(crate) fn is_audit_rolled_back(&self) -> bool {
        self.read().audit_rolled_back
    }

    pub(crate) fn audit_rolled_back(&self, rolled_back: bool) {
        self.change(|state| state.audit_rolled_back = rolled_back);
    }
}
