//! The state machine: the state in memory, its snapshots on the disk.

use std::io::Cursor;
use std::sync::Arc;

use enplan_domain::CaseHandle;
use enplan_statistics::ledger as statistics;
use openraft::storage::RaftStateMachine;
use openraft::{AnyError, EntryPayload, OptionalSend, RaftSnapshotBuilder};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tokio::sync::{RwLock, RwLockReadGuard, broadcast};

use super::schema::{Database, StoreError, column, seal, seal_bytes, unseal, unseal_bytes};
use crate::command::Verdicts;
use crate::founding::Founding;
use crate::raft::{
    Entry, LogId, Snapshot, SnapshotData, SnapshotMeta, StorageError, StorageIoError, StoredMembership,
    TypeConfig,
};
use crate::state::State;

/// No snapshot larger than this is taken in, so that a peer can't fill this node's memory. Room for some fifty thousand
/// handovers.
pub(crate) const LARGEST_SNAPSHOT: u64 = 64 * 1024 * 1024;

/// The form of a snapshot's bytes. The first had no statistics.
const SNAPSHOT_VERSION: u16 = 2;

/// How many changes a slow listener may lie behind before it is told that it missed some.
const CHANGES_KEPT: usize = 4096;

/// openraft's state machine. Clones share the state.
#[derive(Debug, Clone)]
pub(crate) struct StateMachine {
    database: Database,
    applied: Arc<RwLock<Applied>>,
    changes: broadcast::Sender<CaseHandle>,
}

/// The state, and how much of the log is in it.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    last: Option<LogId>,
    membership: StoredMembership,
    state: State,
}

#[derive(Serialize, Deserialize)]
struct SnapshotBytes<S> {
    version: u16,
    state: S,
}

impl StateMachine {
    /// The state of the last snapshot, or the state before the first entry if there is none.
    pub(crate) async fn open(database: Database, founding: &Founding) -> Result<Self, StoreError> {
        let mut applied =
            Applied { last: None, membership: StoredMembership::default(), state: State::founded(founding) };
        if let Some((meta, data)) = read_snapshot(&database).await? {
            applied = Applied {
                last: meta.last_log_id,
                membership: meta.last_membership,
                state: state_in(&data, applied.state.federation())?,
            };
        }
        let changes = broadcast::Sender::new(CHANGES_KEPT);
        Ok(Self { database, applied: Arc::new(RwLock::new(applied)), changes })
    }

    /// The state as it now is on this node.
    pub(crate) async fn state(&self) -> RwLockReadGuard<'_, State> {
        RwLockReadGuard::map(self.applied.read().await, |applied| &applied.state)
    }

    /// Each case whose record changes from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<CaseHandle> {
        self.changes.subscribe()
    }

    fn tell(&self, changed: impl IntoIterator<Item = CaseHandle>) {
        for handle in changed {
            // Nobody listening is no failure.
            let _ = self.changes.send(handle);
        }
    }
}

impl RaftStateMachine<TypeConfig> for StateMachine {
    type SnapshotBuilder = SnapshotBuilder;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, StoredMembership), StorageError> {
        let applied = self.applied.read().await;
        Ok((applied.last, applied.membership.clone()))
    }

    async fn apply<I>(&mut self, entries: I) -> Result<Vec<Verdicts>, StorageError>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let mut verdicts = Vec::new();
        let mut all_changed = Vec::new();
        let mut applied = self.applied.write().await;
        for entry in entries {
            verdicts.push(match entry.payload {
                EntryPayload::Blank => Verdicts::default(),
                EntryPayload::Normal(batch) => {
                    let (verdicts, changed) = applied.state.apply(&batch);
                    all_changed.extend(changed);
                    verdicts
                }
                EntryPayload::Membership(membership) => {
                    applied.membership = StoredMembership::new(Some(entry.log_id), membership);
                    Verdicts::default()
                }
            });
            applied.last = Some(entry.log_id);
        }
        drop(applied);
        self.tell(all_changed);
        Ok(verdicts)
    }

    async fn get_snapshot_builder(&mut self) -> SnapshotBuilder {
        SnapshotBuilder { database: self.database.clone(), applied: self.applied.read().await.clone() }
    }

    async fn begin_receiving_snapshot(&mut self) -> Result<Box<SnapshotData>, StorageError> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }

    async fn install_snapshot(
        &mut self,
        meta: &SnapshotMeta,
        snapshot: Box<SnapshotData>,
    ) -> Result<(), StorageError> {
        let failed = |error: StoreError| {
            StorageError::from(StorageIoError::write_snapshot(Some(meta.signature()), AnyError::new(&error)))
        };
        let data = snapshot.into_inner();
        let mut applied = self.applied.write().await;
        let state = state_in(&data, applied.state.federation()).map_err(failed)?;
        // On the disk before in memory: openraft may purge the log that it stands for as soon as this returns.
        save_snapshot(&self.database, meta, &data).await.map_err(failed)?;
        let before = std::mem::replace(&mut applied.state, state);
        applied.last = meta.last_log_id;
        applied.membership = meta.last_membership.clone();
        let changed: Vec<_> = applied
            .state
            .cases()
            .filter(|(handle, record)| before.case(**handle) != Some(*record))
            .map(|(handle, _)| *handle)
            .collect();
        drop(applied);
        self.tell(changed);
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, StorageError> {
        let read = read_snapshot(&self.database).await;
        let read = read.map_err(|error| StorageIoError::read_snapshot(None, AnyError::new(&error)))?;
        Ok(read.map(|(meta, data)| Snapshot { meta, snapshot: Box::new(Cursor::new(data)) }))
    }
}

/// Holds the state as it was when the snapshot was asked for, while later entries are applied.
pub(crate) struct SnapshotBuilder {
    database: Database,
    applied: Applied,
}

impl RaftSnapshotBuilder<TypeConfig> for SnapshotBuilder {
    async fn build_snapshot(&mut self) -> Result<Snapshot, StorageError> {
        let Applied { last, membership, state } = &self.applied;
        // Equal states at equal entries are equal bytes, so that the id needs nothing more.
        let snapshot_id = last.map_or_else(|| "empty".to_owned(), |last| last.to_string());
        let meta = SnapshotMeta { last_log_id: *last, last_membership: membership.clone(), snapshot_id };
        let failed = |error: &(dyn std::error::Error + 'static)| {
            StorageIoError::write_snapshot(Some(meta.signature()), AnyError::from_dyn(error, None))
        };
        let data = postcard::to_stdvec(&SnapshotBytes { version: SNAPSHOT_VERSION, state })
            .map_err(|error| failed(&StoreError::Unencodable(error)))?;
        save_snapshot(&self.database, &meta, &data).await.map_err(|error| failed(&error))?;
        Ok(Snapshot { meta, snapshot: Box::new(Cursor::new(data)) })
    }
}

/// The state in a snapshot's bytes, if it is this federation's.
fn state_in(data: &[u8], federation: &str) -> Result<State, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt { what: what.to_owned() };
    let (version, _) = postcard::take_from_bytes::<u16>(data).map_err(|_| corrupt("a snapshot"))?;
    let none_yet = match version {
        SNAPSHOT_VERSION => Vec::new(),
        // The same but for the state's last field, which had not been thought of.
        1 => postcard::to_stdvec(&statistics::Ledger::default()).map_err(StoreError::Unencodable)?,
        _ => return Err(corrupt("a snapshot of another version")),
    };
    let SnapshotBytes::<State> { state, .. } =
        postcard::from_bytes(&[data, &none_yet].concat()).map_err(|_| corrupt("a snapshot"))?;
    if state.federation() == federation {
        Ok(state)
    } else {
        Err(corrupt("a snapshot of another federation"))
    }
}

async fn read_snapshot(database: &Database) -> Result<Option<(SnapshotMeta, Vec<u8>)>, StoreError> {
    let row = sqlx::query("SELECT meta, data FROM snapshot").fetch_optional(&database.readers).await?;
    let Some(row) = row else { return Ok(None) };
    let what = || "the snapshot".to_owned();
    let meta = unseal(row.try_get("meta")?, what)?;
    let data = unseal_bytes(row.try_get("data")?, what)?.to_vec();
    Ok(Some((meta, data)))
}

/// Flushed when it returns. One that was slow to build never takes the place of a newer one from the leader.
async fn save_snapshot(database: &Database, meta: &SnapshotMeta, data: &[u8]) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO snapshot (place, last_index, meta, data) VALUES (1, $1, $2, $3)
         ON CONFLICT (place) DO UPDATE
         SET last_index = excluded.last_index, meta = excluded.meta, data = excluded.data
         WHERE excluded.last_index >= snapshot.last_index",
    )
    .bind(meta.last_log_id.map_or(-1, |last| column(last.index)))
    .bind(seal(meta)?)
    .bind(seal_bytes(data))
    .execute(&database.durable)
    .await?;
    Ok(())
}
