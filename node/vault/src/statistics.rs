//! What the node has bound itself to bring to an epoch's statistics. What it says, the vault does not know.

use std::fmt;

use crate::Vault;
use crate::audit::AuditEntry;
use crate::error::{VaultError, WriteError};
use crate::prepare::{Change, places};
use crate::tables::statistics;

/// A node's own part in an epoch's statistics, as it was frozen.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFreeze {
    /// The epoch, as everybody names it.
    pub epoch: String,
    /// Grows by one each time it is frozen anew.
    pub version: u64,
    /// What was frozen. Sealed by the vault under the node's key.
    pub content: Vec<u8>,
}

impl fmt::Debug for StoredFreeze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredFreeze({}, {})", self.epoch, self.version)
    }
}

impl Vault {
    /// Freezes an epoch's part, in place of what was frozen of it before.
    pub async fn freeze(&self, freeze: &StoredFreeze, audit: AuditEntry) -> Result<(), WriteError> {
        let StoredFreeze { epoch, version, content } = freeze;
        let sealed = self.inner.keys.node().seal(places::freeze(epoch.as_bytes(), *version), content)?;
        let change =
            Change::Freeze { epoch: epoch.clone(), version: *version, at: self.inner.clock.now(), sealed };
        self.change(Some(audit), vec![change]).await?;
        Ok(())
    }

    /// What was frozen of an epoch, for the rules: whoever shows it records the look.
    pub async fn frozen(&self, epoch: &str) -> Result<Option<StoredFreeze>, VaultError> {
        let Some((version, sealed)) = statistics::frozen(&self.inner.readers, epoch).await? else {
            return Ok(None);
        };
        let content = self.inner.keys.node().open(places::freeze(epoch.as_bytes(), version), &sealed)?;
        Ok(Some(StoredFreeze { epoch: epoch.to_owned(), version, content }))
    }
}
