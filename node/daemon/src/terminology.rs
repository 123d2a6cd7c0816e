//! The code systems that the node has loaded: kept in the vault, read once at start, and from then on in memory.

use std::sync::{Arc, PoisonError, RwLock};

use enplan_domain::terminology::{Admission, CodeSystem, CodeSystemRefusal, Loaded, Terminology};
use enplan_domain::{Stamp, Timestamp, UserName};
use enplan_vault::{AuditEntry, StoredCodeSystem, Vault, VaultError, Write, WriteError};

use crate::failure::Failure;

/// What is loaded.
pub(crate) struct CodeSystems {
    vault: Vault,
    loaded: RwLock<Arc<Terminology>>,
    /// Held from the decision about a system until it is loaded, so that of two at once the second sees the first.
    importing: tokio::sync::Mutex<()>,
}

/// Why a code system was not loaded.
pub(crate) enum ImportError {
    /// It may not be, beside what is loaded.
    Refused(CodeSystemRefusal),
    /// The node could not.
    Failed(Failure),
}

impl From<WriteError> for ImportError {
    fn from(error: WriteError) -> Self {
        Self::Failed(error.into())
    }
}

impl CodeSystems {
    /// Reads what is kept. A system that can't be read is left out, loudly: codes without words are no reason to keep
    /// plans from people, and loading the system again puts it right.
    pub(crate) async fn open(vault: Vault) -> Result<Self, VaultError> {
        let mut terminology = Terminology::default();
        for stored in vault.code_systems().await? {
            if let Some(loaded) = loaded(&stored) {
                terminology.load(loaded);
            } else {
                tracing::error!(url = stored.url, "a code system in the vault can't be read: load it again");
            }
        }
        let (loaded, importing) = (RwLock::new(Arc::new(terminology)), tokio::sync::Mutex::default());
        Ok(Self { vault, loaded, importing })
    }

    /// What is loaded now.
    pub(crate) fn loaded(&self) -> Arc<Terminology> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads a code system, if it may be, with `entry` in the audit log before it is used. Where it is loaded already, the
    /// log alone says that somebody did it.
    pub(crate) async fn import(
        &self,
        system: CodeSystem,
        replace: bool,
        stamp: Stamp,
        entry: AuditEntry,
    ) -> Result<Admission, ImportError> {
        let _alone = self.importing.lock().await;
        let mut terminology = Terminology::clone(&self.loaded());
        let admission = terminology.admit(&system, replace).map_err(ImportError::Refused)?;
        if admission == Admission::Unchanged {
            self.vault.write(Write::of(entry)).await?;
            return Ok(admission);
        }
        let content =
            serde_json::to_vec(&system).map_err(|error| ImportError::Failed(Failure::inside(&error)))?;
        let (url, loaded_by) = (system.url.clone(), stamp.by.to_string());
        // To the millisecond, as it is kept: after the next start it must not be another.
        let at = Timestamp::from_millisecond(stamp.at.as_millisecond()).unwrap_or(stamp.at);
        let stamp = Stamp { at, ..stamp };
        let stored = StoredCodeSystem { url, loaded_at: stamp.at, loaded_by, content };
        self.vault.put_code_system(stored, entry).await?;
        terminology.load(Loaded { system, stamp });
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(terminology);
        Ok(admission)
    }
}

fn loaded(stored: &StoredCodeSystem) -> Option<Loaded> {
    let system: CodeSystem = serde_json::from_slice(&stored.content).ok()?;
    let by: UserName = stored.loaded_by.parse().ok()?;
    (system.url == stored.url).then_some(Loaded { system, stamp: Stamp { at: stored.loaded_at, by } })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use enplan_domain::terminology::{Limits, read_code_system};
    use enplan_domain::{Clock, Kommunekode};
    use enplan_vault::{Actor, KeyEncryptionKey, VaultOptions};
    use serde_json::json;

    use super::*;
    use crate::clock::SystemClock;

    const URL: &str = "urn:oid:2.999.1";

    fn here() -> Kommunekode {
        Kommunekode::find("0270").unwrap()
    }

    async fn vault(folder: &Path, key_encryption_key: &KeyEncryptionKey) -> Vault {
        let options = VaultOptions {
            dir: folder.to_owned(),
            municipality: here(),
            key_encryption_key: key_encryption_key.clone(),
            clock: Arc::new(SystemClock::exact()),
        };
        Vault::open(options).await.unwrap()
    }

    fn system(version: u32) -> CodeSystem {
        let file = json!({
            "resourceType": "CodeSystem", "url": URL, "content": "complete", "version": version.to_string(),
            "concept": [{ "code": "1", "display": format!("Ydelse {version}") }]
        });
        read_code_system(file.to_string().as_bytes(), Limits::default()).unwrap()
    }

    fn stamp() -> Stamp {
        Stamp { at: SystemClock::exact().now(), by: "drift".parse().unwrap() }
    }

    fn entry() -> AuditEntry {
        AuditEntry::done(Actor::user("drift", here()), "manage-terminology", Vec::new())
    }

    fn words(systems: &CodeSystems) -> Option<String> {
        systems.loaded().concept(URL, "1").and_then(|concept| concept.display.clone())
    }

    #[tokio::test]
    async fn what_was_loaded_is_there_at_once_and_after_the_next_start() {
        let (folder, key) = (tempfile::tempdir().unwrap(), KeyEncryptionKey::generate().unwrap());
        let opened = vault(folder.path(), &key).await;
        let systems = CodeSystems::open(opened.clone()).await.unwrap();
        assert_eq!(words(&systems), None);
        systems.import(system(2), false, stamp(), entry()).await.ok().unwrap();
        assert_eq!(words(&systems).as_deref(), Some("Ydelse 2"));
        let older = systems.import(system(1), false, stamp(), entry()).await;
        assert!(matches!(older, Err(ImportError::Refused(CodeSystemRefusal::NotNewer { .. }))));
        let again = systems.import(system(2), false, stamp(), entry()).await.ok().unwrap();
        assert_eq!(again, Admission::Unchanged);
        assert_eq!(opened.audit_head().await.unwrap().size, 2, "what was refused is recorded by who refuses");
        opened.close().await;
        let again = CodeSystems::open(vault(folder.path(), &key).await).await.unwrap();
        let all = |systems: &CodeSystems| systems.loaded().systems().cloned().collect::<Vec<_>>();
        assert_eq!(all(&again), all(&systems));
    }

    #[tokio::test]
    async fn a_system_that_cannot_be_read_keeps_nothing_else_away_and_can_be_loaded_again() {
        let (folder, key) = (tempfile::tempdir().unwrap(), KeyEncryptionKey::generate().unwrap());
        let vault = vault(folder.path(), &key).await;
        let (url, loaded_by) = (URL.to_owned(), "drift".to_owned());
        let broken = StoredCodeSystem { url, loaded_at: stamp().at, loaded_by, content: b"{".to_vec() };
        vault.put_code_system(broken, entry()).await.unwrap();
        let systems = CodeSystems::open(vault).await.unwrap();
        assert_eq!(systems.loaded().systems().count(), 0);
        systems.import(system(1), false, stamp(), entry()).await.ok().unwrap();
        assert_eq!(words(&systems).as_deref(), Some("Ydelse 1"));
    }
}
