//! The keys, in a database of their own: `keys.db` is kept and backed up apart from `vault.db`, so that restoring an old
//! copy of one does not lose, or bring back, the other.
//!
//! Key-encryption key -> one data key per case -> records. A key's row is durable before any record refers to it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::{constant_time, hmac};
use enplan_domain::{CaseId, Cpr, Kommunekode, Timestamp};
use sqlx::SqlitePool;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{StorageError, Tampered, VaultError};
use crate::open::{self, Database};
use crate::options::{KeyEncryptionKey, hex};
use crate::seal::{KeyId, Place, SealingKey, check_value};
use crate::tables::keys::{self as table, KeyRow};
use crate::tables::meta;

/// How many cases' keys are kept in memory: a whole big city's, in about 3 MB.
const KEPT_KEYS: usize = 32_768;

const NODE_KEY: &str = "node";
const CPR_INDEX_KEY: &str = "cpr-index";

/// The node's keys.
pub(crate) struct KeyStore {
    pub(crate) pool: SqlitePool,
    municipality: Kommunekode,
    vault_id: String,
    key_encryption: SealingKey,
    node: SealingKey,
    cpr_index: hmac::Key,
    kept: Mutex<HashMap<CaseId, Arc<SealingKey>>>,
}

impl KeyStore {
    /// Opens `keys.db`, or makes it. `vault_id` is what `vault.db` says it belongs to, if it says so yet.
    pub(crate) async fn open(
        dir: &Path,
        municipality: Kommunekode,
        key: &KeyEncryptionKey,
        vault_id: Option<&str>,
    ) -> Result<Self, VaultError> {
        let pool = open::pool(dir, Database::Keys).await?;
        let stored = meta::read(&pool).await?;
        let Some(stored) = open::check_identity(Database::Keys, &stored, municipality)? else {
            if vault_id.is_some() {
                return Err(VaultError::KeysMissing);
            }
            return Self::found(pool, municipality, key).await;
        };
        let key_encryption = key_encryption_key(municipality, key);
        let expected = stored.get("key_encryption_check").map(String::as_str).unwrap_or_default();
        let found = hex(&key_check(key, &stored.vault_id));
        if constant_time::verify_slices_are_equal(found.as_bytes(), expected.as_bytes()).is_err() {
            return Err(VaultError::WrongKeyEncryptionKey);
        }
        if vault_id.is_some_and(|vault_id| vault_id != stored.vault_id) {
            return Err(VaultError::KeysOfAnotherVault);
        }
        let named = async |name: &str| -> Result<SealingKey, VaultError> {
            let row = table::node_key(&pool, name).await?.ok_or(VaultError::KeysMissing)?;
            unwrap(&key_encryption, municipality, &stored.vault_id, name.as_bytes(), &row)
        };
        let (node, cpr_index) = (named(NODE_KEY).await?, named(CPR_INDEX_KEY).await?);
        Ok(Self::with(pool, municipality, stored.vault_id, key_encryption, node, &cpr_index))
    }

    /// The first keys of a new vault, in one transaction.
    async fn found(
        pool: SqlitePool,
        municipality: Kommunekode,
        key: &KeyEncryptionKey,
    ) -> Result<Self, VaultError> {
        let vault_id = Uuid::new_v4().to_string();
        let key_encryption = key_encryption_key(municipality, key);
        let (node, cpr_index) = (SealingKey::generate(municipality)?, SealingKey::generate(municipality)?);
        let mut transaction = pool.begin().await?;
        for (name, new) in [(NODE_KEY, &node), (CPR_INDEX_KEY, &cpr_index)] {
            let row = wrap(&key_encryption, &vault_id, name.as_bytes(), new)?;
            table::put_node_key(&mut *transaction, name, &row).await?;
        }
        for (name, value) in [
            ("municipality", municipality.to_string()),
            ("vault_id", vault_id.clone()),
            ("key_encryption_check", hex(&key_check(key, &vault_id))),
        ] {
            meta::put(&mut *transaction, name, &value).await?;
        }
        transaction.commit().await?;
        Ok(Self::with(pool, municipality, vault_id, key_encryption, node, &cpr_index))
    }

    fn with(
        pool: SqlitePool,
        municipality: Kommunekode,
        vault_id: String,
        key_encryption: SealingKey,
        node: SealingKey,
        cpr_index: &SealingKey,
    ) -> Self {
        let cpr_index = hmac::Key::new(hmac::HMAC_SHA256, cpr_index.secret());
        Self { pool, municipality, vault_id, key_encryption, node, cpr_index, kept: Mutex::default() }
    }

    /// Which vault these keys belong to.
    pub(crate) fn vault_id(&self) -> &str {
        &self.vault_id
    }

    /// The node's own key: for handovers' states, audit leaves and the keys of handovers.
    pub(crate) fn node(&self) -> &SealingKey {
        &self.node
    }

    /// Where a citizen is found: HMAC-SHA-256 of the number under a key that never leaves this node.
    pub(crate) fn index_of(&self, cpr: &Cpr) -> [u8; 32] {
        let mut index = [0; 32];
        index.copy_from_slice(hmac::sign(&self.cpr_index, cpr.reveal().as_bytes()).as_ref());
        index
    }

    /// The case's data key.
    pub(crate) async fn of_case(&self, case: CaseId) -> Result<Arc<SealingKey>, VaultError> {
        if let Some(key) = self.kept().get(&case) {
            return Ok(key.clone());
        }
        let row = table::data_key(&self.pool, case).await?.ok_or(VaultError::KeyOfCaseMissing { case })?;
        self.keep(case, &row)
    }

    /// The data keys of many cases, with one query for those not in memory.
    pub(crate) async fn of_cases(
        &self,
        cases: impl Iterator<Item = CaseId>,
    ) -> Result<HashMap<CaseId, Arc<SealingKey>>, VaultError> {
        let (mut found, mut absent) = (HashMap::new(), Vec::new());
        {
            let kept = self.kept();
            for case in cases {
                match kept.get(&case) {
                    Some(key) => drop(found.insert(case, key.clone())),
                    None => absent.push(case),
                }
            }
        }
        for (case, row) in table::data_keys(&self.pool, &absent).await? {
            found.insert(case, self.keep(case, &row)?);
        }
        match absent.into_iter().find(|case| !found.contains_key(case)) {
            Some(case) => Err(VaultError::KeyOfCaseMissing { case }),
            None => Ok(found),
        }
    }

    /// The case's data key, made and written durably if there is none.
    pub(crate) async fn of_new_case(
        &self,
        case: CaseId,
        now: Timestamp,
    ) -> Result<Arc<SealingKey>, VaultError> {
        match self.of_case(case).await {
            Err(VaultError::KeyOfCaseMissing { .. }) => {}
            found => return found,
        }
        let new = SealingKey::generate(self.municipality)?;
        let row = wrap(&self.key_encryption, &self.vault_id, &case.to_bytes(), &new)?;
        table::put_data_key(&self.pool, case, &row, now).await?;
        // Not `new`: somebody else may have been first.
        self.of_case(case).await
    }

    fn keep(&self, case: CaseId, row: &KeyRow) -> Result<Arc<SealingKey>, VaultError> {
        let key = unwrap(&self.key_encryption, self.municipality, &self.vault_id, &case.to_bytes(), row)?;
        let key = Arc::new(key);
        let mut kept = self.kept();
        if kept.len() >= KEPT_KEYS {
            kept.clear();
        }
        kept.insert(case, key.clone());
        Ok(key)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<CaseId, Arc<SealingKey>>> {
        // A map that a panicking thread left is still a map.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key-encryption key as a sealing key. Its id follows from it, so that a rotation can tell which sealed what.
fn key_encryption_key(municipality: Kommunekode, key: &KeyEncryptionKey) -> SealingKey {
    let mut id = [0; 16];
    id.copy_from_slice(&check_value(b"enplan key-encryption key id v1\0", key.secret(), b"")[..16]);
    SealingKey::new(KeyId(id), municipality, Zeroizing::new(*key.secret()))
}

fn key_check(key: &KeyEncryptionKey, vault_id: &str) -> [u8; 32] {
    check_value(b"enplan key-encryption key check v1\0", key.secret(), vault_id.as_bytes())
}

/// A wrapped key is bound to its vault, to what it is for, to its id and to its check value.
fn binding(vault_id: &str, purpose: &[u8], id: KeyId, check_value: &[u8]) -> Vec<u8> {
    let mut bytes = vault_id.as_bytes().to_vec();
    bytes.extend((purpose.len() as u64).to_be_bytes());
    bytes.extend(purpose);
    bytes.extend(id.0);
    bytes.extend(check_value);
    bytes
}

const fn place(row: &[u8]) -> Place<'_> {
    Place { table: "keys", column: "wrapped", row, version: 1 }
}

fn wrap(
    under: &SealingKey,
    vault_id: &str,
    purpose: &[u8],
    key: &SealingKey,
) -> Result<KeyRow, StorageError> {
    let check_value = key.check_value().to_vec();
    let wrapped = under.seal(place(&binding(vault_id, purpose, key.id(), &check_value)), key.secret())?;
    Ok(KeyRow { id: key.id(), wrapped, check_value })
}

fn unwrap(
    under: &SealingKey,
    municipality: Kommunekode,
    vault_id: &str,
    purpose: &[u8],
    row: &KeyRow,
) -> Result<SealingKey, VaultError> {
    let binding = binding(vault_id, purpose, row.id, &row.check_value);
    let secret = Zeroizing::new(under.open(place(&binding), &row.wrapped)?);
    let tampered = Tampered { table: "keys", column: "wrapped" };
    let secret = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| tampered)?;
    let key = SealingKey::new(row.id, municipality, Zeroizing::new(secret));
    if key.has_check_value(&row.check_value) { Ok(key) } else { Err(tampered.into()) }
}
