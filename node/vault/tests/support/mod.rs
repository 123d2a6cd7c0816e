//! What the vault's tests share: a vault in a directory of its own, and writes about citizens who do not exist.

#![expect(dead_code, reason = "each test binary uses its own part of this")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use enplan_domain::{CaseHandle, CaseId, Clock, Cpr, Epoch, Kommunekode, Timestamp, TransferId};
use enplan_vault::{
    Actor, ActorKind, AuditEntry, CaseWrite, Expected, Hold, KeyEncryptionKey, Look, Under, Vault,
    VaultError, VaultOptions, Write,
};
use tempfile::TempDir;

/// A clock that moves one second with each look at it.
pub(crate) struct TickingClock(AtomicI64);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

/// A data directory and the key to it.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) key: KeyEncryptionKey,
    pub(crate) clock: Arc<TickingClock>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            key: KeyEncryptionKey::generate().unwrap(),
            clock: Arc::new(TickingClock(AtomicI64::new(1_790_000_000))),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn options(&self) -> VaultOptions {
        VaultOptions {
            dir: self.path().to_owned(),
            municipality: gribskov(),
            key_encryption_key: self.key.clone(),
            clock: self.clock.clone(),
        }
    }

    pub(crate) async fn open(&self) -> Vault {
        self.try_open().await.unwrap()
    }

    pub(crate) async fn try_open(&self) -> Result<Vault, VaultError> {
        Vault::open(self.options()).await
    }

    /// Does what no code of the vault does: changes the stored rows.
    pub(crate) async fn tamper(&self, database: &str, statement: &'static str) {
        use sqlx::ConnectOptions as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path().join(database));
        let mut connection = options.connect().await.unwrap();
        for trigger in ["events_stay", "events_are_kept", "audit_leaves_stay", "audit_leaves_are_kept"]
            .into_iter()
            .chain(["audit_cases_stay", "audit_cases_are_kept"])
        {
            let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER IF EXISTS {trigger}"));
            sqlx::query(drop).execute(&mut connection).await.unwrap();
        }
        let changed = sqlx::query(statement).execute(&mut connection).await.unwrap();
        assert!(changed.rows_affected() > 0, "nothing was tampered with by {statement}");
        sqlx::Connection::close(connection).await.unwrap();
    }
}

pub(crate) fn gribskov() -> Kommunekode {
    "0270".parse().unwrap()
}

pub(crate) fn case_id(n: u8) -> CaseId {
    CaseId::from_bytes([n; 16])
}

pub(crate) fn transfer_id(n: u8) -> TransferId {
    TransferId::from_bytes([n; 16])
}

pub(crate) fn handle(n: u8) -> CaseHandle {
    CaseHandle::from_bytes([n ^ 0x80; 16])
}

/// A replacement number (day + 60), so that it is nobody's.
pub(crate) fn cpr(n: u8) -> Cpr {
    format!("610190{n:04}").parse().unwrap()
}

pub(crate) fn anna() -> Actor {
    Actor { kind: ActorKind::User, name: "anna".to_owned(), municipality: gribskov() }
}

pub(crate) fn look() -> Look {
    Look { actor: anna(), action: "plan.show".to_owned(), purpose: "follow-up".to_owned() }
}

pub(crate) fn audit(action: &str, case: Option<CaseId>) -> AuditEntry {
    AuditEntry::done(anna(), action, case.into_iter().collect())
}

/// A caseworker's change of case `n`, with these events.
pub(crate) fn change(n: u8, expected: Expected, events: &[&[u8]]) -> CaseWrite {
    CaseWrite {
        case: case_id(n),
        expected,
        under: Under::Caseworker,
        handle: handle(n),
        epoch: Epoch::FIRST,
        hold: Hold::Active,
        cpr: cpr(n),
        former_numbers: Vec::new(),
        unit: Some("handicap".to_owned()),
        caseworker: Some("anna".to_owned()),
        summary: format!("summary of {n}").into_bytes(),
        events: events.iter().map(|event| event.to_vec()).collect(),
        snapshot: None,
    }
}

/// The write of a case's change.
pub(crate) fn write(case: CaseWrite) -> Write {
    Write { audit: audit("plan.edit", Some(case.case)), case: Some(case), ..Write::of(audit("", None)) }
}

/// The protocol's change of a case's hold and epoch.
pub(crate) fn handover(n: u8, version: u64, hold: Hold, epoch: u64) -> Write {
    let case = change(n, Expected::Version(version), &[]);
    write(CaseWrite { under: Under::Handover, hold, epoch: Epoch(epoch), ..case })
}
