//! Code systems that the node has loaded. They are the node's and no citizen's: public knowledge, kept in the clear. What
//! is in one, the vault does not know.

use std::fmt;

use enplan_domain::Timestamp;

use crate::Vault;
use crate::audit::AuditEntry;
use crate::error::{VaultError, WriteError};
use crate::prepare::Change;
use crate::tables::code_systems;

/// A code system, as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCodeSystem {
    /// The URI that names it.
    pub url: String,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// Who loaded it, by username.
    pub loaded_by: String,
    /// The system, as it was written.
    pub content: Vec<u8>,
}

impl fmt::Debug for StoredCodeSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredCodeSystem({}, {} bytes)", self.url, self.content.len())
    }
}

impl Vault {
    /// Keeps a code system, in place of the one of that URI.
    pub async fn put_code_system(
        &self,
        system: StoredCodeSystem,
        audit: AuditEntry,
    ) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::PutCodeSystem(system)]).await?;
        Ok(())
    }

    /// Every code system, by URI.
    pub async fn code_systems(&self) -> Result<Vec<StoredCodeSystem>, VaultError> {
        Ok(code_systems::all(&self.inner.readers).await?)
    }
}
