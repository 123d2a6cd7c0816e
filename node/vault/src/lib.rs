//! The node's own citizens.
//!
//! This room keeps a municipality's cases: their events and snapshots, sealed under a key per case; the handovers under
//! way, with their packages, outbox and inbox; the audit log; the accounts; the code systems that are loaded; what the
//! node brings to the statistics. It keeps keys too, in a database of their own. It knows how to keep, not what is kept:
//! plans, states and replies come in as bytes and leave as the same bytes.
//!
//! What enters: a [`Write`], which is one decision with its audit entry and everything that follows from it, made in one
//! transaction or not at all; and a [`Look`], which is recorded durably before anything is shown. There is no other way
//! in. What leaves: opened records, to those who looked or to the handover's driver; sealed packages, to be sent; the
//! audit log's head, for the registry.
//!
//! Promises: what was acknowledged survives a power cut; a stale write changes nothing; a frozen or handed-over plan
//! cannot be edited, whatever the caller forgot ([`Under`]); a value that was moved, changed or put back elsewhere does
//! not open; after a failed fsync nothing is written any more; a second process on the directory is refused.
//!
//! `vault.db` holds records, `keys.db` keys; the two are kept and backed up apart. SQLite with one writer and group
//! commit; the queries are shaped for PostgreSQL.

mod accounts;
mod admission;
mod audit;
mod batch;
mod code_systems;
mod error;
mod failure;
mod keys;
mod open;
mod options;
mod outbox;
mod package;
pub mod plans;
mod prepare;
mod quarantine;
mod reader;
mod relocations;
mod seal;
mod statements;
mod statistics;
mod tables;
mod transfers;
mod write;
mod writer;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use enplan_domain::{CaseId, Clock, Kommunekode};
use sqlx::SqlitePool;
use tokio::sync::watch;

pub use accounts::{Account, Session};
pub use audit::{Actor, ActorKind, AuditEntry, AuditHead, AuditLeaf, AuditOutcome};
pub use code_systems::StoredCodeSystem;
pub use error::{AuditBroken, KeyFileError, PackageError, StorageError, Tampered, VaultError, WriteError};
pub use options::{KeyEncryptionKey, VaultOptions};
pub use outbox::OutboxRow;
pub use package::{CHUNK as PACKAGE_CHUNK, PackageContext, SealedPackage};
pub use quarantine::Quarantine;
pub use reader::{CaseFilter, CaseRow, CaseSummary, Holding, Look, StoredCase, StoredEvent};
pub use relocations::{MovesWrite, PlanRequestWrite, StoredMoves, StoredPlanRequest};
pub use seal::sha256;
pub use statements::{StatementsWrite, StoredStatements};
pub use statistics::StoredFreeze;
pub use transfers::{StoredTransfer, TransferFilter, Transfers};
pub use write::{
    CaseWrite, Expected, Hold, InboxMark, OutboxWrite, PackageWrite, Side, TransferWrite, Under, Write,
    Written,
};

use prepare::PreparedWrite;

/// How many cases' positions are remembered, so that a write in a row needs no read.
const REMEMBERED_POSITIONS: usize = 32_768;

/// One municipality's vault. A clone is another handle on the same vault.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    municipality: Kommunekode,
    clock: Arc<dyn Clock>,
    keys: keys::KeyStore,
    readers: SqlitePool,
    writes: writer::WriteQueue,
    /// The audit log's head after the last commit.
    head: watch::Receiver<AuditHead>,
    /// Version and last event number of cases lately written. Only a hint: the writer checks.
    positions: Mutex<HashMap<CaseId, (u64, u64)>>,
}

impl Vault {
    /// Makes a write, and answers when it is durable. Shares its transaction with other callers'.
    ///
    /// Whoever drops the returned future before it answers does not learn whether the write was made.
    pub async fn write(&self, write: Write) -> Result<Written, WriteError> {
        let case = write.case.as_ref().map(|case| case.case);
        let other_case = write.other_case.as_ref().map(|case| case.case);
        let prepared = self.inner.prepare(write).await?;
        let written = self.inner.writes.submit(prepared).await?;
        if let (Some(case), Some(version), Some(last_seq)) = (case, written.version, written.last_seq) {
            self.inner.remember(case, version, last_seq);
        }
        if let Some((case, (version, last_seq))) = other_case.zip(written.other_case) {
            self.inner.remember(case, version, last_seq);
        }
        Ok(written)
    }

    /// Makes a change that has a function of its own, with its audit leaf if it has one.
    async fn change(
        &self,
        audit: Option<AuditEntry>,
        changes: Vec<prepare::Change>,
    ) -> Result<Written, WriteError> {
        let now = self.inner.clock.now();
        let leaf = audit.map(|entry| self.inner.prepare_leaf(entry, now)).transpose()?;
        self.inner.writes.submit(PreparedWrite { leaf, changes, ..PreparedWrite::default() }).await
    }

    /// Refuses to let `vault.db` grow beyond this many pages of 4 KiB, as a full disk would: for a small disk, and for
    /// tests of a full one. Holds until the vault is closed.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StorageError> {
        self.inner.writes.limit(pages).await
    }

    /// Makes what is queued, then lets go of the directory. Other handles' calls are refused from then on.
    pub async fn close(self) {
        // The writer last: only it can fold the write-ahead log into `vault.db`, and only when nobody reads.
        self.inner.readers.close().await;
        self.inner.writes.close().await;
        self.inner.keys.pool.close().await;
    }
}

impl Inner {
    fn position(&self, case: CaseId) -> Option<(u64, u64)> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner).get(&case).copied()
    }

    fn remember(&self, case: CaseId, version: u64, last_seq: u64) {
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        if positions.len() >= REMEMBERED_POSITIONS {
            positions.clear();
        }
        positions.insert(case, (version, last_seq));
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.inner.municipality)
    }
}
