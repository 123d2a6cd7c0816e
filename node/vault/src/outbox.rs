//! The outbox: what is to be sent, and when next. A row names the handover and the kind of message; what is sent is
//! derived from the handover's state at the time, so that an old message is never sent.

use enplan_domain::{Kommunekode, RequestId, Timestamp, TransferId};

use crate::Vault;
use crate::error::{VaultError, WriteError};
use crate::prepare::{Change, inbox_row, places};
use crate::tables::{inbox, outbox};

/// Something that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The handover.
    pub transfer: TransferId,
    /// What: the caller's word for it.
    pub kind: String,
    /// Not before.
    pub next_attempt: Timestamp,
    /// How often it was postponed since it was put here.
    pub attempts: u64,
}

impl Vault {
    /// What is due, the longest due first.
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>, VaultError> {
        Ok(outbox::due(&self.inner.readers, now, limit).await?)
    }

    /// When the next thing is due; nothing if nothing waits.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, VaultError> {
        Ok(outbox::next_due(&self.inner.readers).await?)
    }

    /// Counts an attempt and tries again at `until`. What is no longer there stays away.
    pub async fn postpone(
        &self,
        transfer: TransferId,
        kind: &str,
        until: Timestamp,
    ) -> Result<(), WriteError> {
        self.change(None, vec![Change::Postpone { transfer, kind: kind.to_owned(), until }]).await?;
        Ok(())
    }

    /// The reply that this message got, if it was taken in before.
    pub async fn inbox_reply(
        &self,
        from: Kommunekode,
        request: RequestId,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let Some(sealed) = inbox::reply(&self.inner.readers, from, request).await? else { return Ok(None) };
        Ok(Some(self.inner.keys.node().open(places::reply(&inbox_row(from, request)), &sealed)?))
    }
}
