//! The boot fence and the watch on the registry: nothing is served before the registry has confirmed it, and whatever
//! the registry says later is acted on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use enplan_domain::handover::{CaseRecord, Destination, Finding, Hold, Local, Source, SourceInput, compare};
use enplan_domain::{CaseHandle, TransferId};
use enplan_vault::{AuditEntry, Expected, TransferFilter};

use crate::engine::{Change, Inner, retrying};
use crate::error::HandoverError;
use crate::preview::Preview;
use crate::record::{HandoverRecord, Machine, Stored};

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
        match self.read().blocked.get(&handle) {
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

    fn unblock(&self, handle: CaseHandle) {
        self.change(|state| {
            state.blocked.remove(&handle);
        });
    }

    pub(crate) fn confirm(&self, confirmed: bool) {
        self.change(|state| state.confirmed = confirmed);
    }

    pub(crate) fn clock_wrong(&self, wrong: bool) {
        self.change(|state| state.clock_wrong = wrong);
    }

    pub(crate) fn audit_rolled_back(&self, rolled_back: bool) {
        self.change(|state| state.audit_rolled_back = rolled_back);
    }
}

/// How many findings one case can hide behind each other.
const MOST_FINDINGS: usize = 8;

/// Where a case stands after a finding was acted on.
enum Standing {
    /// Vault and registry agree.
    Served,
    /// An alarm keeps it from being served.
    Blocked,
    /// Something was written: compare again.
    Changed,
}

impl Inner {
    /// Begins a new life: everything that an earlier life proposed and that is not yet committed never will be. Then
    /// learns all that was committed, compares every case with it, and only then lets cases be served.
    pub(crate) async fn pass_fence(self: &Arc<Self>) -> Result<(), HandoverError> {
        let unavailable = |error: enplan_registry::Unavailable| {
            tracing::info!(%error, "waiting for the registry");
            HandoverError::NotConfirmed
        };
        self.registry.start_life().await.map_err(unavailable)?;
        self.registry.confirm().await.map_err(unavailable)?;
        if !self.check_audit_log().await? {
            let entry = AuditEntry::done(self.node(), "node.quarantine", Vec::new());
            self.vault
                .set_quarantine("the audit log is older than the registry's memory of it", entry)
                .await?;
        }
        self.compare_all().await?;
        if self.vault.quarantine().await?.is_some() {
            // Each case has been compared: what this vault still owns is served, the rest is blocked one by one.
            let entry = AuditEntry::done(self.node(), "node.quarantine-ended", Vec::new());
            self.vault.clear_quarantine(entry).await?;
        }
        self.fence.confirm(true);
        tracing::info!(incarnation = %self.incarnation(), "the registry has confirmed what this node owns");
        Ok(())
    }

    /// A restore is detected without trusting the disk: the audit log must hold what the registry remembers of it.
    pub(crate) async fn check_audit_log(&self) -> Result<bool, HandoverError> {
        let remembered = self.registry.member_state(self.me).await.and_then(|state| state.audit_head);
        let holds = match remembered {
            Some(head) => {
                let head = enplan_vault::AuditHead { size: head.size, head: head.head };
                self.vault.audit_contains(head).await?
            }
            None => true,
        };
        self.fence.audit_rolled_back(!holds);
        Ok(holds)
    }

    /// Examines every case that the vault or the registry thinks is here.
    pub(crate) async fn compare_all(self: &Arc<Self>) -> Result<(), HandoverError> {
        let held = self.vault.holdings().await?.into_iter().map(|holding| holding.handle);
        let recorded = self.registry.concerning(self.me).await.into_iter().map(|(handle, _)| handle);
        let handles: BTreeSet<CaseHandle> = held.chain(recorded).collect();
        for handle in handles {
            self.examine(handle).await?;
        }
        Ok(())
    }

    /// Brings one case in line with the registry: its handovers here hear what the log says, and only then is the row
    /// compared; what the comparison finds is acted on, and compared again, since one finding can hide the next. The
    /// case is let through the fence last.
    pub(crate) async fn examine(self: &Arc<Self>, handle: CaseHandle) -> Result<(), HandoverError> {
        for _ in 0..MOST_FINDINGS {
            let record = self.registry.local(handle).await;
            let concerned = record.as_ref().is_some_and(|record| record.concerns(self.me));
            let mut known = BTreeSet::new();
            for transfer in record.iter().flat_map(CaseRecord::transfers) {
                if self.vault.transfer(transfer).await?.is_some() {
                    known.insert(transfer);
                    self.heard(transfer).await?;
                }
            }
            let local = self.vault.case_by_handle(handle).await?;
            if local.is_none() && !concerned {
                return Ok(());
            }
            let local = local.map(|row| Local { epoch: row.epoch, hold: row.hold });
            let finding = compare(self.me, local, record.as_ref(), |transfer| known.contains(&transfer));
            match self.act_on(handle, record, finding).await? {
                Standing::Served => {
                    self.fence.unblock(handle);
                    return Ok(());
                }
                Standing::Blocked => return Ok(()),
                Standing::Changed => {}
            }
        }
        Err(HandoverError::Busy)
    }

    async fn act_on(
        self: &Arc<Self>,
        handle: CaseHandle,
        record: Option<CaseRecord>,
        finding: Finding,
    ) -> Result<Standing, HandoverError> {
        match finding {
            Finding::Agreed => Ok(Standing::Served),
            Finding::AbortForgotten { transfer, to } | Finding::GivenAway { transfer, to } => {
                if let Some(record) = &record {
                    self.remember_source(handle, transfer, to, record).await?;
                }
                Ok(Standing::Changed)
            }
            Finding::Missing { transfer, from, offered_at, package } => {
                self.fence.block(handle, Alarm::AwaitingRedelivery);
                let machine = Destination::remembered(transfer, handle, offered_at, from, package);
                self.remember(Machine::Destination(machine), None).await?;
                Ok(Standing::Blocked)
            }
            Finding::PreviewMissing { transfer, from } => {
                let this = Arc::clone(self);
                tokio::spawn(async move { this.ask_again(from, transfer).await });
                Ok(Standing::Served)
            }
            Finding::RegistryBehind => {
                self.fence.block(handle, Alarm::RegistryBehind);
                Ok(Standing::Blocked)
            }
            Finding::Lost => {
                self.fence.block(handle, Alarm::CaseLost);
                Ok(Standing::Blocked)
            }
        }
    }

    /// Takes up a handover that an earlier life began and this vault has forgotten: its outcome is in the log.
    async fn remember_source(
        self: &Arc<Self>,
        handle: CaseHandle,
        transfer: TransferId,
        to: enplan_domain::Kommunekode,
        record: &CaseRecord,
    ) -> Result<(), HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let row = self.vault.case_by_handle(handle).await?;
            let (Some(row), None) = (row, self.load(transfer).await?) else { return Ok(()) };
            let case = self.case(row.case).await?;
            let source = Source::remembered(transfer, handle, row.epoch, to, self.clock.now())
                .step(SourceInput::Log(record.clone()))?;
            let hold = source.hold();
            let mut change = Change::of(self.forgotten(Machine::Source(source), Some(row.case)));
            if hold != Hold::Active {
                change.case = Some(self.hold_case(&case, hold, transfer, to)?);
            }
            self.save(Expected::New, change, self.node(), "handover.remembered").await?;
            Ok(())
        })
    }

    async fn remember(
        &self,
        machine: Machine,
        case: Option<enplan_domain::CaseId>,
    ) -> Result<(), HandoverError> {
        let record = self.forgotten(machine, case);
        let _lock = self.lock(record.transfer()).await;
        if self.load(record.transfer()).await?.is_none() {
            self.save(Expected::New, Change::of(record), self.node(), "handover.remembered").await?;
        }
        Ok(())
    }

    fn forgotten(&self, machine: Machine, case: Option<enplan_domain::CaseId>) -> HandoverRecord {
        let now = self.clock.now();
        HandoverRecord {
            machine,
            case,
            preview: Preview::unknown(now),
            basis: None,
            public_key: None,
            caseworker: None,
            unit: self.arrival_unit.clone(),
            began_at: now,
            updated_at: now,
        }
    }

    /// Time has passed: offers run out, receipts are overdue.
    pub(crate) async fn tick(&self) -> Result<(), HandoverError> {
        let now = self.clock.now();
        for transfer in self.vault.transfers(TransferFilter::Open).await? {
            let stored = Stored::try_from(&transfer)?;
            if let Machine::Source(source) = &stored.record.machine
                && source.step(SourceInput::Tick(now))? != *source
            {
                let input = SourceInput::Tick(now);
                self.step_source(transfer.transfer, input, self.node(), "handover.time").await?;
            }
        }
        Ok(())
    }

    /// After a start, everything that is wanted is sent again.
    pub(crate) async fn want_again(&self) -> Result<(), HandoverError> {
        for transfer in self.vault.transfers(TransferFilter::Open).await? {
            let stored = Stored::try_from(&transfer)?;
            let _lock = self.lock(transfer.transfer).await;
            let change = Change::of(stored.record);
            match self.save(Expected::Version(stored.version), change, self.node(), "handover.resumed").await
            {
                Err(error) if !error.is_conflict() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
