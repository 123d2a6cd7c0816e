//! The log and the vote: what raft must not forget.

use std::fmt::Debug;
use std::ops::{Bound, RangeBounds};

use futures::TryStreamExt;
use openraft::storage::{LogFlushed, LogState, RaftLogStorage};
use openraft::{AnyError, OptionalSend, RaftLogReader};
use sqlx::{QueryBuilder, Row, Sqlite};

use super::schema::{Database, StoreError, column, save_fact, seal, unseal};
use crate::raft::{Entry, LogId, StorageError, StorageIoError, TypeConfig, Vote};

/// As much of the log as one replication message carries, unless a single entry is larger.
const LARGEST_READ: usize = 2 * 1024 * 1024;

/// SQLite takes at most 32,766 parameters in a statement; two go to each row.
const ROWS_PER_INSERT: usize = 1000;

const VOTE: &str = "vote";
const COMMITTED: &str = "committed";
const PURGED: &str = "purged";

/// openraft's log on SQLite. Clones read and write the same file.
#[derive(Debug, Clone)]
pub(crate) struct LogStore {
    database: Database,
}

impl LogStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Reads the whole log once, so that damage is found at start and not when an old entry is first asked for.
    pub(crate) async fn verify(&self) -> Result<(), StoreError> {
        let purged: Option<LogId> = self.database.fact(PURGED).await?;
        self.database.fact::<Vote>(VOTE).await?;
        self.database.fact::<Option<LogId>>(COMMITTED).await?;
        let mut next = purged.map(|purged| purged.index + 1);
        let mut rows =
            sqlx::query("SELECT log_index, entry FROM log ORDER BY log_index").fetch(&self.database.readers);
        while let Some(row) = rows.try_next().await? {
            let entry = entry_in(&row)?;
            // The suite of openraft and an interrupted snapshot may leave a first entry further on; a hole is neither.
            if next.is_some_and(|next| entry.log_id.index > next) {
                return Err(StoreError::Corrupt {
                    what: format!("the log before entry {}", entry.log_id.index),
                });
            }
            next = Some(entry.log_id.index + 1);
        }
        Ok(())
    }

    async fn entries(&self, first: u64, last: u64, most_bytes: usize) -> Result<Vec<Entry>, StoreError> {
        let mut rows = sqlx::query(
            "SELECT log_index, entry FROM log WHERE log_index BETWEEN $1 AND $2 ORDER BY log_index",
        )
        .bind(column(first))
        .bind(column(last))
        .fetch(&self.database.readers);
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.try_next().await? {
            bytes += row.try_get::<&[u8], _>("entry")?.len();
            if bytes > most_bytes && !entries.is_empty() {
                break;
            }
            entries.push(entry_in(&row)?);
        }
        Ok(entries)
    }

    async fn last(&self) -> Result<Option<LogId>, StoreError> {
        let row = sqlx::query("SELECT log_index, entry FROM log ORDER BY log_index DESC LIMIT 1")
            .fetch_optional(&self.database.readers)
            .await?;
        row.map(|row| entry_in(&row).map(|entry| entry.log_id)).transpose()
    }

    /// One transaction, on the disk when it returns.
    async fn write(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let rows = entries.iter().map(|entry| Ok((column(entry.log_id.index), seal(entry)?)));
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        let mut transaction = self.database.durable.begin_with("BEGIN IMMEDIATE").await?;
        for rows in rows.chunks(ROWS_PER_INSERT) {
            let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO log (log_index, entry) ");
            insert.push_values(rows, |mut row, (index, entry)| {
                row.push_bind(*index).push_bind(entry.as_slice());
            });
            insert.build().persistent(rows.len() == 1).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn remove_from(&self, first: u64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM log WHERE log_index >= $1")
            .bind(column(first))
            .execute(&self.database.durable)
            .await?;
        Ok(())
    }

    async fn remove_up_to(&self, last: LogId) -> Result<(), StoreError> {
        let mut transaction = self.database.durable.begin_with("BEGIN IMMEDIATE").await?;
        save_fact(&mut *transaction, PURGED, &last).await?;
        sqlx::query("DELETE FROM log WHERE log_index <= $1")
            .bind(column(last.index))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn entry_in(row: &sqlx::sqlite::SqliteRow) -> Result<Entry, StoreError> {
    let index: i64 = row.try_get("log_index")?;
    let what = || format!("log entry {index}");
    let entry: Entry = unseal(row.try_get("entry")?, what)?;
    if column(entry.log_id.index) == index { Ok(entry) } else { Err(StoreError::Corrupt { what: what() }) }
}

fn reading(error: &StoreError) -> StorageError {
    StorageIoError::read_logs(AnyError::new(error)).into()
}

fn writing(error: &StoreError) -> StorageError {
    StorageIoError::write_logs(AnyError::new(error)).into()
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<Entry>, StorageError> {
        let first = match range.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let last = match range.end_bound() {
            Bound::Included(last) => *last,
            Bound::Excluded(0) => return Ok(Vec::new()),
            Bound::Excluded(end) => end - 1,
            Bound::Unbounded => u64::MAX,
        };
        self.entries(first, last, usize::MAX).await.map_err(|error| reading(&error))
    }

    async fn limited_get_log_entries(&mut self, start: u64, end: u64) -> Result<Vec<Entry>, StorageError> {
        let Some(last) = end.checked_sub(1) else { return Ok(Vec::new()) };
        self.entries(start, last, LARGEST_READ).await.map_err(|error| reading(&error))
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, StorageError> {
        let last_purged_log_id: Option<LogId> =
            self.database.fact(PURGED).await.map_err(|error| reading(&error))?;
        let last_log_id = self.last().await.map_err(|error| reading(&error))?.or(last_purged_log_id);
        Ok(LogState { last_purged_log_id, last_log_id })
    }

    async fn get_log_reader(&mut self) -> Self::LogReader {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), StorageError> {
        let saved = save_fact(&self.database.durable, VOTE, vote).await;
        saved.map_err(|error| StorageIoError::write_vote(AnyError::new(&error)).into())
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, StorageError> {
        let read = self.database.fact(VOTE).await;
        read.map_err(|error| StorageIoError::read_vote(AnyError::new(&error)).into())
    }

    /// Not flushed: it only tells a node that starts again how much of its log it may apply before it hears from a
    /// leader. An older value, or none, is a later start of the same state.
    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), StorageError> {
        save_fact(&self.database.relaxed, COMMITTED, &committed).await.map_err(|error| writing(&error))
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, StorageError> {
        Ok(self.database.fact::<Option<LogId>>(COMMITTED).await.map_err(|error| reading(&error))?.flatten())
    }

    async fn append<I>(&mut self, entries: I, callback: LogFlushed<TypeConfig>) -> Result<(), StorageError>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries: Vec<Entry> = entries.into_iter().collect();
        match self.write(&entries).await {
            Ok(()) => {
                callback.log_io_completed(Ok(()));
                Ok(())
            }
            Err(error) => {
                callback.log_io_completed(Err(std::io::Error::other(error.to_string())));
                Err(writing(&error))
            }
        }
    }

    async fn truncate(&mut self, log_id: LogId) -> Result<(), StorageError> {
        self.remove_from(log_id.index).await.map_err(|error| writing(&error))
    }

    async fn purge(&mut self, log_id: LogId) -> Result<(), StorageError> {
        self.remove_up_to(log_id).await.map_err(|error| writing(&error))
    }
}
