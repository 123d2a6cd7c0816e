//! Why the vault refuses. No text here holds a citizen's data, and none repeats its source.

use std::path::PathBuf;

use enplan_domain::handover::Digest;
use enplan_domain::{CaseId, Kommunekode, TransferId};

use crate::audit::AuditHead;
use crate::write::Hold;

/// The storage underneath failed, or is not there any more.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A write could not be made durable. The vault takes no more of them until the node is started again and has
    /// recovered: what an operating system says after a failed fsync cannot be trusted. The write that met the
    /// failure is in doubt.
    #[error("the vault has stopped: its storage failed, and the node must be started again")]
    Stopped,
    /// The vault was closed.
    #[error("the vault is closed")]
    Closed,
    /// There is no room left on the disk.
    #[error("no room left on the disk; free some and try again")]
    DiskFull,
    /// The database refused.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A migration failed.
    #[error("the database's schema could not be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A file or directory failed.
    #[error("the file {path} failed")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row holds what this vault never wrote.
    #[error("a row of {table} is not one that this vault wrote")]
    Malformed {
        /// The table.
        table: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("no secure random bytes are to be had")]
    Randomness,
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match crate::failure::classify(&error) {
            crate::failure::Kind::Full => Self::DiskFull,
            _ if matches!(error, sqlx::Error::PoolClosed) => Self::Closed,
            _ => Self::Database(error),
        }
    }
}

/// A sealed value that does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{table}.{column} holds a value that was not sealed there by this vault, or was changed since")]
pub struct Tampered {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
}

/// The vault could not be opened, read or looked into.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Two processes on one data directory.
    #[error("another process has the vault in {dir} open; stop it first")]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// The key-encryption key is not the one that sealed `keys.db`.
    #[error("this is not the key-encryption key of this vault; give the one it was made with")]
    WrongKeyEncryptionKey,
    /// A later version of the software has used this directory.
    #[error(
        "{database} has schema version {found}, and this version of enplan knows {known}: start a newer one"
    )]
    SchemaTooNew {
        /// Which file.
        database: &'static str,
        /// Its version.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// The data directory belongs to another municipality's node.
    #[error("{database} belongs to municipality {found}, not to {configured}")]
    ForeignDatabase {
        /// Which file.
        database: &'static str,
        /// Whose it is.
        found: String,
        /// Who asked.
        configured: Kommunekode,
    },
    /// `vault.db` and `keys.db` were not made together.
    #[error(
        "keys.db and vault.db are not of the same vault: restore the keys.db that belongs to this vault.db"
    )]
    KeysOfAnotherVault,
    /// There is a `vault.db`, but no keys to it.
    #[error("vault.db is there but its keys are not: restore keys.db from its own backup")]
    KeysMissing,
    /// The data key of this case is not in `keys.db`: destroyed, or an old copy was restored.
    #[error("a case's key is not in keys.db: restore a newer keys.db, unless the case was erased")]
    KeyOfCaseMissing {
        /// The case.
        case: CaseId,
    },
    /// A sealed value does not open.
    #[error(transparent)]
    Tampered(#[from] Tampered),
    /// Nobody may look when it cannot be recorded.
    #[error("the look could not be recorded in the audit log, so nothing is shown")]
    LookNotRecorded(#[source] WriteError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Why a write changed nothing. The whole of it: neither its events nor its audit leaf were written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody else has changed the case since it was read. Read it again and decide again.
    #[error("the case has changed since it was read; read it again")]
    Conflict {
        /// The case.
        case: CaseId,
        /// The version now, if the case is there.
        found: Option<u64>,
    },
    /// The handover's state has changed since it was read.
    #[error("the handover has changed since it was read; read it again")]
    TransferConflict {
        /// The handover.
        transfer: TransferId,
        /// The version now, if it is there.
        found: Option<u64>,
    },
    /// A new case with an id that is taken.
    #[error("there is a case with this id already")]
    CaseExists {
        /// The case.
        case: CaseId,
    },
    /// A new handover with an id that is taken.
    #[error("there is a handover with this id already")]
    TransferExists {
        /// The handover.
        transfer: TransferId,
    },
    /// Another case has this handle.
    #[error("another case has this handle")]
    HandleTaken {
        /// Which case.
        by: CaseId,
    },
    /// The case is in a handover, or has been handed over, and what was asked is not among the few things that are
    /// taken all the same.
    #[error("the case is not open to this change: it is {}", .hold.name())]
    Held {
        /// Where it stands.
        hold: Hold,
    },
    /// The message was taken in before; its reply is in the inbox.
    #[error("this message was taken in before")]
    AlreadyReceived,
    /// There is no account of that name.
    #[error("there is no such account")]
    UnknownAccount,
    /// The vault was restored from a copy and has not been checked against the registry.
    #[error("the vault is in quarantine after a restore: plans cannot be changed until it is lifted")]
    Quarantined,
    /// There is no room left on the disk. Works again when there is.
    #[error("no room left on the disk; free some and try again")]
    DiskFull,
    /// The write contradicts itself.
    #[error("the write contradicts itself: {0}")]
    Contradiction(&'static str),
    /// The case's key is missing or does not open.
    #[error("the write could not be sealed")]
    Sealing(#[source] Box<VaultError>),
    /// The storage failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for WriteError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::DiskFull => Self::DiskFull,
            other => Self::Storage(other),
        }
    }
}

impl From<sqlx::Error> for WriteError {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

impl From<VaultError> for WriteError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Storage(storage) => storage.into(),
            other => Self::Sealing(Box::new(other)),
        }
    }
}

/// A package, its key or a chunk of it was refused.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// This node made no key for the handover, or has destroyed it.
    #[error("there is no key for this handover: it was never made, or is destroyed")]
    NoTransferKey,
    /// The receiver's public key is not one.
    #[error("the receiver's public key is not an X-Wing key")]
    NotAPublicKey,
    /// The bytes are not those that the digest names.
    #[error("the package is not the one that its digest names")]
    WrongDigest {
        /// What the bytes have.
        found: Digest,
    },
    /// The wrapped key does not open: another receiver's, changed, or for another handle, handover, epoch, sender,
    /// receiver, schema or package.
    #[error("the package's key was not made for this handover, or was changed on its way")]
    WrongKey,
    /// The package does not open with its key.
    #[error("the package was not sealed for this handover, or was changed on its way")]
    NotGenuine,
    /// The package is shorter than any package.
    #[error("the package is cut short")]
    Truncated,
    /// A chunk must follow the last one.
    #[error("a chunk must start at byte {have}, where the ones that are here end")]
    Gap {
        /// How many bytes are here.
        have: u64,
    },
    /// A chunk is empty, longer than 64 KiB, or follows the last one of a package.
    #[error("a chunk has 1 to 65536 bytes, and only the last one of a package has fewer than 65536")]
    NotAChunk,
    /// The write was refused.
    #[error("the package could not be stored")]
    Write(#[source] WriteError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StorageError> for PackageError {
    fn from(error: StorageError) -> Self {
        Self::Vault(error.into())
    }
}

/// The audit log is not the one that was written.
#[derive(Debug, thiserror::Error)]
pub enum AuditBroken {
    /// A leaf was changed, or its place in the chain.
    #[error("the audit log is broken at leaf {position}")]
    Leaf {
        /// The first leaf that does not fit.
        position: u64,
    },
    /// A leaf is missing.
    #[error("the audit log lacks leaf {position}")]
    Missing {
        /// Which.
        position: u64,
    },
    /// The index from a case to its leaves does not say what the leaves say.
    #[error("the index of leaf {position} does not name the cases that the leaf names")]
    Index {
        /// Which leaf.
        position: u64,
    },
    /// The log is shorter than it was, or another, while this vault was open.
    #[error("the audit log ends at leaf {}, not at {}", .found.size, .expected.size)]
    Head {
        /// What is on disk.
        found: AuditHead,
        /// What was last written.
        expected: AuditHead,
    },
    /// It could not be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StorageError> for AuditBroken {
    fn from(error: StorageError) -> Self {
        Self::Vault(error.into())
    }
}

/// The key-encryption key could not be loaded or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Somebody else on the machine could read it.
    #[error("the key file {path} can be read by others than its owner; run: chmod 600 {path}")]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// It does not hold 32 bytes in hexadecimal.
    #[error("the key file {path} does not hold a key: expected 64 hexadecimal digits")]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("the key file {path} cannot be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("no secure random bytes are to be had")]
    Randomness,
}
