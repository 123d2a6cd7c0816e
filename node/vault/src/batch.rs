//! The admitted writes of one transaction, gathered by table: what every write has goes in with one statement per table,
//! the rest one by one in the order of the writes.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::{CaseId, TransferId};
use sqlx::SqliteConnection;

use crate::audit::AuditHead;
use crate::package::CHUNK;
use crate::prepare::{Change, PreparedCase, PreparedWrite};
use crate::tables::audit_leaves::{self, NewLeaf};
use crate::tables::{
    accounts, beside, case_numbers, cases, code_systems, inbox, meta, outbox, packages, plan_requests,
    statistics, transfers,
};
use crate::write::PackageWrite;

/// The writes of one transaction.
#[derive(Default)]
pub(crate) struct Batch<'w> {
    writes: Vec<&'w PreparedWrite>,
    leaves: Vec<NewLeaf<'w>>,
    leaf_cases: Vec<(CaseId, u64)>,
    leaf_transfers: Vec<(TransferId, u64)>,
    /// The last state of each case: one statement must not write a row twice.
    cases: BTreeMap<CaseId, &'w PreparedCase>,
    snapshots: BTreeMap<CaseId, (&'w PreparedCase, &'w Vec<u8>)>,
    /// Of every write, not of each case's last: a number that was had for a moment was had.
    numbers: BTreeSet<([u8; 32], CaseId)>,
}

impl<'w> Batch<'w> {
    /// Adds a write, with the audit log as it is after it.
    pub(crate) fn add(&mut self, write: &'w PreparedWrite, head: AuditHead) {
        self.writes.push(write);
        if let Some(leaf) = &write.leaf {
            self.leaves.push(NewLeaf { head, sealed: &leaf.sealed });
            self.leaf_cases.extend(leaf.cases.iter().map(|case| (*case, head.size)));
            self.leaf_transfers.extend(leaf.transfer.map(|transfer| (transfer, head.size)));
        }
        for case in write.cases() {
            self.cases.insert(case.case, case);
            self.numbers.extend(case.cpr_indices.iter().map(|index| (*index, case.case)));
            if let Some(snapshot) = &case.snapshot_sealed {
                self.snapshots.insert(case.case, (case, snapshot));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Inserts everything, inside the caller's transaction.
    pub(crate) async fn insert(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        audit_leaves::append(connection, &self.leaves, &self.leaf_cases, &self.leaf_transfers).await?;
        let rows: Vec<&PreparedCase> = self.cases.values().copied().collect();
        cases::put(connection, &rows).await?;
        case_numbers::add(connection, &self.numbers).await?;
        cases::append_events(connection, self.writes.iter().flat_map(|write| write.cases())).await?;
        let snapshots: Vec<_> = self.snapshots.values().copied().collect();
        cases::put_snapshots(connection, &snapshots).await?;
        for write in &self.writes {
            for transfer in &write.transfers {
                transfers::put(connection, transfer).await?;
            }
            for package in &write.packages {
                keep_or_drop(connection, package).await?;
            }
            for row in &write.outbox {
                outbox::apply(connection, row).await?;
            }
            for record in &write.beside {
                beside::put(connection, record).await?;
            }
            for request in &write.plan_requests {
                plan_requests::put(connection, request).await?;
            }
            if let Some(mark) = &write.inbox {
                inbox::put(connection, mark).await?;
            }
            for change in &write.changes {
                apply(connection, change).await?;
            }
        }
        Ok(())
    }
}

async fn keep_or_drop(connection: &mut SqliteConnection, package: &PackageWrite) -> Result<(), sqlx::Error> {
    match package {
        PackageWrite::Put { transfer, digest, bytes } => {
            for (starts_at, chunk) in (0..).step_by(CHUNK).zip(bytes.chunks(CHUNK)) {
                packages::put(connection, *transfer, *digest, starts_at, chunk).await?;
            }
            Ok(())
        }
        PackageWrite::DeleteAll { transfer } => packages::remove(connection, *transfer, None).await,
        PackageWrite::DeleteOthers { transfer, keep } => {
            packages::remove(connection, *transfer, Some(*keep)).await
        }
    }
}

async fn apply(connection: &mut SqliteConnection, change: &Change) -> Result<(), sqlx::Error> {
    match change {
        Change::PutAccount(account) => accounts::put(connection, account).await,
        Change::FailedLogin { username, locked_until } => {
            accounts::failed_login(connection, username, *locked_until).await
        }
        Change::StartSession { token_hash, session } => {
            accounts::start_session(connection, *token_hash, session).await
        }
        Change::EndSession { token_hash } => accounts::end_session(connection, *token_hash).await,
        Change::EndSessionsOf { username } => accounts::end_sessions_of(connection, username).await,
        Change::PutCodeSystem(system) => code_systems::put(connection, system).await,
        Change::Freeze { epoch, version, at, sealed } => {
            statistics::put(connection, epoch, *version, *at, sealed).await
        }
        Change::Quarantine { reason } => meta::put(&mut *connection, meta::QUARANTINE, reason).await,
        Change::EndQuarantine => meta::remove(connection, meta::QUARANTINE).await,
        Change::Postpone { transfer, kind, until } => {
            outbox::postpone(connection, *transfer, kind, *until).await
        }
        Change::PutChunk { transfer, digest, starts_at, bytes } => {
            packages::append(connection, *transfer, *digest, *starts_at, bytes).await
        }
    }
}
