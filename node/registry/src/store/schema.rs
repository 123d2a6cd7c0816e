//! The file: who it belongs to, its tables, and the seal on each row.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use enplan_domain::Kommunekode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor, SqlitePool};

use crate::founding::Founding;
use crate::signing::VerifyingKey;

/// Written to `user_version`. A file with a higher one was written by a later program and is refused.
const SCHEMA_VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS log (log_index INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshot (
    place INTEGER PRIMARY KEY CHECK (place = 1),
    last_index INTEGER NOT NULL,
    meta BLOB NOT NULL,
    data BLOB NOT NULL
);
";

/// A part of SHA-256 in front of each row: not against an attacker, who could write it too, but so that a disk that
/// loses or turns a bit is noticed before anything is decided by it.
const SEAL: usize = 8;

/// Why the registry's file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it.
    #[error("another process uses the registry in {dir}: stop it first, or choose another directory")]
    Locked {
        /// Which directory.
        dir: PathBuf,
    },
    /// The directory or the lock file.
    #[error("the registry's directory {dir} can't be used: check that it exists, is writable and has room")]
    Directory {
        /// Which directory.
        dir: PathBuf,
        /// What the operating system says.
        #[source]
        source: std::io::Error,
    },
    /// SQLite.
    #[error("the registry's file can't be read or written: check the disk")]
    Database(#[from] sqlx::Error),
    /// A row that is not what was written.
    #[error(
        "the registry's file is damaged ({what}): never restore it; let the node join again under a new raft id"
    )]
    Corrupt {
        /// What could not be read.
        what: String,
    },
    /// A later program's file.
    #[error(
        "the registry's file has schema {found}, this program knows {SCHEMA_VERSION}: use the newer program"
    )]
    NewerSchema {
        /// The file's schema.
        found: i64,
    },
    /// Another node's file.
    #[error(
        "the registry's file belongs to {stored}, not to {given}: check the data directory and the founding list"
    )]
    AnotherNode {
        /// Whose it is.
        stored: Identity,
        /// Who asked.
        given: Identity,
    },
    /// Another founding.
    #[error("the founding list names other members, raft ids or keys than when this node first started")]
    AnotherFounding,
    /// A value that has no encoding.
    #[error("a value can't be encoded for the registry's file")]
    Unencodable(#[source] postcard::Error),
}

/// Whose file it is. Set once, when the file is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The federation's name.
    pub federation: String,
    /// The municipality.
    pub municipality: Kommunekode,
    /// Its node's raft id.
    pub raft_id: u64,
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "municipality {} (raft id {}) of {}", self.municipality, self.raft_id, self.federation)
    }
}

/// Held as long as the registry runs: one process per directory.
#[derive(Debug)]
pub(crate) struct DirectoryLock(File);

impl Drop for DirectoryLock {
    /// Closing would do, if it were the last copy: a process that is just being started may for a moment hold another.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl DirectoryLock {
    /// Makes the directory if need be and takes its lock.
    pub(crate) fn take(dir: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Directory { dir: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let file = File::create(dir.join("registry.lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { dir: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

/// The open file. Clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    /// One writer; what it has committed is on the disk.
    pub(crate) durable: SqlitePool,
    /// One writer whose commits outlive the process but perhaps not the machine. For what can be found out again.
    pub(crate) relaxed: SqlitePool,
    /// Readers, beside the writers.
    pub(crate) readers: SqlitePool,
}

impl Database {
    /// Opens `registry.db` in this directory and makes it the node's own, or refuses it.
    pub(crate) async fn open(
        dir: &Path,
        identity: &Identity,
        founding: &Founding,
    ) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(dir.join("registry.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(30));
        let full = options.clone().synchronous(SqliteSynchronous::Full);
        let normal = options.synchronous(SqliteSynchronous::Normal);
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).min_connections(1);
        let database = Self {
            durable: pool(1).connect_with(full).await?,
            relaxed: pool(1).connect_with(normal.clone()).await?,
            readers: pool(2).connect_with(normal.read_only(true)).await?,
        };
        database.prepare().await?;
        database.belongs_to(identity, founding).await?;
        Ok(database)
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.durable).await?;
        if found > SCHEMA_VERSION {
            return Err(StoreError::NewerSchema { found });
        }
        if found < SCHEMA_VERSION {
            let mut transaction = self.durable.begin_with("BEGIN IMMEDIATE").await?;
            transaction.execute(TABLES).await?;
            transaction.execute("PRAGMA user_version = 1").await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn belongs_to(&self, identity: &Identity, founding: &Founding) -> Result<(), StoreError> {
        // Addresses may change; who is who may not.
        let members: Vec<_> = founding
            .members()
            .iter()
            .map(|member| (member.raft_id, member.municipality, member.key))
            .collect();
        let Some((stored, founders)) =
            self.fact::<(Identity, Vec<(u64, Kommunekode, VerifyingKey)>)>("identity").await?
        else {
            return save_fact(&self.durable, "identity", &(identity, &members)).await;
        };
        if stored != *identity {
            return Err(StoreError::AnotherNode { stored, given: identity.clone() });
        }
        if founders != members {
            return Err(StoreError::AnotherFounding);
        }
        Ok(())
    }

    /// A single value by its name.
    pub(crate) async fn fact<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let row: Option<Vec<u8>> = sqlx::query_scalar("SELECT value FROM fact WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| unseal(&row, || name.to_owned())).transpose()
    }

    /// Closes every connection, once what is under way is done.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.relaxed.close().await;
        self.durable.close().await;
    }
}

/// Saves a single value under its name, for as long as the connection given promises.
pub(crate) async fn save_fact<'c, T: Serialize>(
    connection: impl Executor<'c, Database = sqlx::Sqlite>,
    name: &'static str,
    value: &T,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(seal(value)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// A row: the seal, then the value in postcard's encoding.
pub(crate) fn seal<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    let bytes = postcard::to_stdvec(value).map_err(StoreError::Unencodable)?;
    Ok(seal_bytes(&bytes))
}

/// A row of bytes.
pub(crate) fn seal_bytes(bytes: &[u8]) -> Vec<u8> {
    [&digest(&SHA256, bytes).as_ref()[..SEAL], bytes].concat()
}

/// SQLite's integers have a sign. No log comes to 2^63 entries.
pub(crate) fn column(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// The value in a row, if the row is what was written.
pub(crate) fn unseal<T: DeserializeOwned>(row: &[u8], what: impl Fn() -> String) -> Result<T, StoreError> {
    let bytes = unseal_bytes(row, &what)?;
    postcard::from_bytes(bytes).map_err(|_| StoreError::Corrupt { what: what() })
}

/// The bytes in a row, if the row is what was written.
pub(crate) fn unseal_bytes(row: &[u8], what: impl Fn() -> String) -> Result<&[u8], StoreError> {
    match row.split_at_checked(SEAL) {
        Some((seal, bytes)) if digest(&SHA256, bytes).as_ref()[..SEAL] == *seal => Ok(bytes),
        _ => Err(StoreError::Corrupt { what: what() }),
    }
}
