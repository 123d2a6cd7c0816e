//! What the vault holds is compared with what the registry says: behind a linearizable read after each start, whenever
//! the registry changes a case, and again every minute.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::handover::{
    CaseRecord, Destination, Finding, Hold, Local, Source, SourceInput, Thread, compare,
};
use enplan_domain::{CaseHandle, CaseId, Kommunekode, TransferId};
use enplan_vault::{AuditEntry, Expected, TransferFilter, Write};

use crate::engine::{Change, Inner, retrying};
use crate::error::HandoverError;
use crate::fence::Alarm;
use crate::preview::Preview;
use crate::record::{HandoverRecord, Machine, StoredHandovers};

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
        // Each life leaves a leaf of its own, soon in the registry's memory: a copy from before it is known by its absence,
        // also where nothing else happened since.
        let entry = AuditEntry::done(self.node(), "node.started", Vec::new());
        self.vault.write(Write::of(entry.saying(self.incarnation().to_string()))).await?;
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

    /// Examines every case that the vault or the registry thinks is here, and those of handovers still open here: one
    /// that was aborted while this node was away concerns nobody in the registry any more.
    pub(crate) async fn compare_all(self: &Arc<Self>) -> Result<(), HandoverError> {
        let holdings = self.vault.holdings().await?;
        let held = holdings.iter().map(|holding| holding.handle);
        let recorded = self.registry.concerning(self.me).await.into_iter().map(|(handle, _)| handle);
        let mut handles: BTreeSet<CaseHandle> = held.chain(recorded).collect();
        let StoredHandovers { readable, unreadable } = self.handovers(TransferFilter::Open).await?;
        handles.extend(readable.iter().map(|stored| stored.record.handle()));
        let of_unreadable = holdings.iter().filter(|holding| unreadable.contains(&Some(holding.case)));
        let mut damaged: BTreeSet<CaseHandle> = of_unreadable.map(|holding| holding.handle).collect();
        for handle in handles {
            match self.examine(handle).await {
                // One case is not served; the others are.
                Err(error) if error.is_damage() => {
                    damaged.insert(handle);
                }
                examined => examined?,
            }
        }
        self.fence.damaged(damaged);
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
            let mut is_awaited = false;
            for transfer in record.iter().flat_map(CaseRecord::transfers) {
                if let Some(handover) = self.heard(transfer).await? {
                    known.insert(transfer);
                    is_awaited |= handover.is_opening();
                }
            }
            let local = self.vault.case_by_handle(handle).await?;
            if local.is_none() && !concerned {
                return Ok(());
            }
            if self.registry.local(handle).await != record {
                // A row written since the record was read would seem to be ahead of the registry.
                continue;
            }
            let local = local.map(|row| Local { epoch: row.epoch, hold: row.hold });
            let finding = compare(self.me, local, record.as_ref(), |transfer| known.contains(&transfer));
            match self.act_on(handle, record, finding).await? {
                Standing::Served => {
                    // An alarm about a package stands until the package is opened.
                    if !is_awaited {
                        self.fence.unblock(handle);
                    }
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
        to: Kommunekode,
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

    async fn remember(&self, machine: Machine, case: Option<CaseId>) -> Result<(), HandoverError> {
        let record = self.forgotten(machine, case);
        let _lock = self.lock(record.transfer()).await;
        if self.load(record.transfer()).await?.is_none() {
            self.save(Expected::New, Change::of(record), self.node(), "handover.remembered").await?;
        }
        Ok(())
    }

    fn forgotten(&self, machine: Machine, case: Option<CaseId>) -> HandoverRecord {
        let now = self.clock.now();
        HandoverRecord {
            machine,
            case,
            preview: Preview::unknown(now),
            basis: None,
            public_key: None,
            sealed_events: None,
            caseworker: None,
            unit: self.arrival_unit.clone(),
            thread: Thread::default(),
            family: None,
            handed_over_at: None,
            began_at: now,
            updated_at: now,
        }
    }

    /// Time has passed: offers run out, receipts are overdue.
    pub(crate) async fn tick(&self) -> Result<(), HandoverError> {
        if self.fence.may_begin().is_err() {
            // A clock that is wrong judges no deadline.
            return Ok(());
        }
        let now = self.clock.now();
        self.forget_lapsed_requests(now).await?;
        for stored in self.handovers(TransferFilter::Open).await?.readable {
            self.remind_by_time(&stored.record, now).await?;
            if let Machine::Source(source) = &stored.record.machine
                && source.step(SourceInput::Tick(now))? != *source
            {
                let input = SourceInput::Tick(now);
                self.step_source(stored.record.transfer(), input, self.node(), "handover.time").await?;
            }
        }
        Ok(())
    }

    /// After a start, everything that is wanted is sent again.
    pub(crate) async fn want_again(&self) -> Result<(), HandoverError> {
        for stored in self.handovers(TransferFilter::Open).await?.readable {
            let _lock = self.lock(stored.record.transfer()).await;
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
