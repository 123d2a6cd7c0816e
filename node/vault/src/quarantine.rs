//! Quarantine: a vault that was restored from a copy takes no change of a plan until the registry has said what it still
//! owns (TRANSFER: restore). The flag lies in the vault, so that it outlives a restart.

use crate::Vault;
use crate::audit::AuditEntry;
use crate::error::{VaultError, WriteError};
use crate::prepare::Change;
use crate::tables::meta;

/// That the vault is in quarantine, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// Why.
    pub reason: String,
}

impl Vault {
    /// Whether the vault is in quarantine.
    pub async fn quarantine(&self) -> Result<Option<Quarantine>, VaultError> {
        let mut stored = meta::read(&self.inner.readers).await?;
        Ok(stored.remove(meta::QUARANTINE).map(|reason| Quarantine { reason }))
    }

    /// Puts the vault in quarantine: from now on only the handover protocol changes cases.
    pub async fn set_quarantine(&self, reason: &str, audit: AuditEntry) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::Quarantine { reason: reason.to_owned() }]).await?;
        Ok(())
    }

    /// Ends the quarantine.
    pub async fn clear_quarantine(&self, audit: AuditEntry) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::EndQuarantine]).await?;
        Ok(())
    }
}
