//! Opening the data directory: one process alone, schemas that are known, files that belong together.

use std::collections::HashMap;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use enplan_domain::Kommunekode;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use tokio::sync::watch;

use crate::error::{StorageError, VaultError};
use crate::keys::KeyStore;
use crate::tables::{audit_leaves, meta};
use crate::writer::Writer;
use crate::{Inner, Vault, VaultOptions, audit};

static VAULT_MIGRATIONS: Migrator = sqlx::migrate!("migrations/vault");
static KEYS_MIGRATIONS: Migrator = sqlx::migrate!("migrations/keys");

const LOCK_FILE: &str = "vault.lock";
const READERS: u32 = 4;
/// One statement per batch size and table, and the readers' own.
const STATEMENTS: usize = 256;

/// The two databases of a data directory.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Database {
    Vault,
    Keys,
}

impl Database {
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Vault => "vault.db",
            Self::Keys => "keys.db",
        }
    }

    fn migrations(self) -> &'static Migrator {
        match self {
            Self::Vault => &VAULT_MIGRATIONS,
            Self::Keys => &KEYS_MIGRATIONS,
        }
    }
}

/// The lock on the data directory, held until dropped.
pub(crate) struct DirectoryLock(File);

impl Drop for DirectoryLock {
    /// Closing would do, if it were the last copy: a process that is just being started may for a moment hold another.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Vault {
    /// Opens the vault in this directory, or makes one there.
    ///
    /// Refused when another process has it open, when a later version of enplan has used it, when it is another
    /// municipality's, when its keys are missing or another vault's, and with a wrong key-encryption key.
    pub async fn open(options: VaultOptions) -> Result<Self, VaultError> {
        let VaultOptions { dir, municipality, key_encryption_key, clock } = options;
        make_directory(&dir)?;
        let lock = lock(&dir)?;

        let mut connection = connect(&dir, Database::Vault).await?;
        let stored = meta::read(&mut connection).await?;
        let identity = check_identity(Database::Vault, &stored, municipality)?;
        let vault_id = identity.as_ref().map(|identity| identity.vault_id.as_str());
        let keys = KeyStore::open(&dir, municipality, &key_encryption_key, vault_id).await?;
        if identity.is_none() {
            let mut transaction = sqlx::Connection::begin(&mut connection).await?;
            meta::put(&mut *transaction, "municipality", &municipality.to_string()).await?;
            meta::put(&mut *transaction, "vault_id", keys.vault_id()).await?;
            transaction.commit().await?;
        }

        if stored.contains_key(meta::HANDOVERS_TO_INDEX) {
            let mut transaction = sqlx::Connection::begin(&mut connection).await?;
            audit::index_handovers(&mut transaction, keys.node()).await?;
            meta::remove(&mut transaction, meta::HANDOVERS_TO_INDEX).await?;
            transaction.commit().await?;
        }

        let quarantined = stored.contains_key(meta::QUARANTINE);
        let head = audit_leaves::head(&mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(settings(&dir.join(Database::Vault.file_name())).read_only(true))
            .await?;
        let (published, head_watch) = watch::channel(head);
        let writes = Writer::start(connection, lock, head, quarantined, published);
        let inner = Inner {
            municipality,
            clock,
            keys,
            readers,
            writes,
            head: head_watch,
            positions: std::sync::Mutex::default(),
        };
        Ok(Self { inner: inner.into() })
    }
}

fn file_failed(path: &Path) -> impl FnOnce(io::Error) -> StorageError + use<> {
    let path: PathBuf = path.to_owned();
    move |source| StorageError::File { path, source }
}

/// For its owner alone.
fn make_directory(dir: &Path) -> Result<(), StorageError> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(file_failed(dir))
}

/// SQLite itself would let a second process in, and sqlx's lock around migrations does nothing there.
fn lock(dir: &Path) -> Result<DirectoryLock, VaultError> {
    let path = dir.join(LOCK_FILE);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(file_failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(DirectoryLock(file)),
        Err(TryLockError::WouldBlock) => Err(VaultError::InUse { dir: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StorageError::File { path, source }.into()),
    }
}

/// How both databases are opened: nothing acknowledged is lost, not even to a power cut.
fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // What is deleted is overwritten: keys above all.
        .pragma("secure_delete", "ON")
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
}

/// Makes the file for its owner alone before SQLite does it for everybody, and makes its name durable.
fn make_file(dir: &Path, path: &Path) -> Result<(), StorageError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => {
            file.sync_all().map_err(file_failed(path))?;
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(file_failed(dir))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(file_failed(path)(error)),
    }
}

/// One connection to a database whose schema is up to date.
async fn connect(dir: &Path, database: Database) -> Result<SqliteConnection, VaultError> {
    let path = dir.join(database.file_name());
    make_file(dir, &path)?;
    let mut connection = settings(&path).connect().await?;
    match database.migrations().run(&mut connection).await {
        Ok(()) => Ok(connection),
        Err(MigrateError::VersionMissing(found)) => {
            let known = database.migrations().iter().map(|migration| migration.version).max().unwrap_or(0);
            Err(VaultError::SchemaTooNew { database: database.file_name(), found, known })
        }
        Err(error) => Err(StorageError::Migration(error).into()),
    }
}

/// A pool on a database whose schema is up to date.
pub(crate) async fn pool(dir: &Path, database: Database) -> Result<SqlitePool, VaultError> {
    sqlx::Connection::close(connect(dir, database).await?).await?;
    let path = dir.join(database.file_name());
    Ok(SqlitePoolOptions::new().max_connections(2).connect_with(settings(&path)).await?)
}

/// What a database says of itself.
pub(crate) struct Identity<'a> {
    pub(crate) vault_id: String,
    meta: &'a HashMap<String, String>,
}

impl Deref for Identity<'_> {
    type Target = HashMap<String, String>;

    fn deref(&self) -> &Self::Target {
        self.meta
    }
}

/// Nothing for a database that is new; refused if it is another municipality's.
pub(crate) fn check_identity(
    database: Database,
    meta: &HashMap<String, String>,
    configured: Kommunekode,
) -> Result<Option<Identity<'_>>, VaultError> {
    let (Some(found), Some(vault_id)) = (meta.get("municipality"), meta.get("vault_id")) else {
        return Ok(None);
    };
    if *found != configured.to_string() {
        let database = database.file_name();
        return Err(VaultError::ForeignDatabase { database, found: found.clone(), configured });
    }
    Ok(Some(Identity { vault_id: vault_id.clone(), meta }))
}
