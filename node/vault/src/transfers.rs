//! The handovers that this node takes part in, as the driver left them.

use std::fmt;

use enplan_domain::{CaseId, Timestamp, TransferId};

use crate::Vault;
use crate::error::VaultError;
use crate::prepare::places;
use crate::tables::transfers::{self, SealedTransfer};
use crate::write::Side;

/// Which handovers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferFilter {
    /// Those that still need driving.
    Open,
    /// All that there ever were.
    All,
}

/// A handover as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredTransfer {
    /// The handover.
    pub transfer: TransferId,
    /// The case, once there is one here.
    pub case: Option<CaseId>,
    /// Which side this node is on.
    pub side: Side,
    /// Whether it still needs driving.
    pub open: bool,
    /// Its version, for the next write.
    pub version: u64,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Its state, as it was written.
    pub state: Vec<u8>,
}

impl fmt::Debug for StoredTransfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTransfer")
            .field("transfer", &self.transfer)
            .field("side", &self.side)
            .field("open", &self.open)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Many handovers, each read by itself: one that can't be read doesn't hide the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transfers {
    /// Those that could be read, by id.
    pub readable: Vec<StoredTransfer>,
    /// The cases, where known, of those that could not.
    pub unreadable: Vec<Option<CaseId>>,
}

impl Vault {
    /// One handover.
    pub async fn transfer(&self, transfer: TransferId) -> Result<Option<StoredTransfer>, VaultError> {
        let sealed = transfers::one(&self.inner.readers, transfer).await?;
        sealed.map(|sealed| self.open_transfer(sealed)).transpose()
    }

    /// Many handovers, by id.
    pub async fn transfers(&self, filter: TransferFilter) -> Result<Transfers, VaultError> {
        let mut transfers = Transfers::default();
        for sealed in transfers::all(&self.inner.readers, filter == TransferFilter::Open).await? {
            let case = sealed.case;
            match self.open_transfer(sealed) {
                Ok(transfer) => transfers.readable.push(transfer),
                Err(_) => transfers.unreadable.push(case),
            }
        }
        Ok(transfers)
    }

    fn open_transfer(&self, sealed: SealedTransfer) -> Result<StoredTransfer, VaultError> {
        let SealedTransfer { transfer, case, side, open, version, updated_at, state_sealed } = sealed;
        let id = transfer.to_bytes();
        let state = self.inner.keys.node().open(places::transfer(&id, version), &state_sealed)?;
        Ok(StoredTransfer { transfer, case, side, open, version, updated_at, state })
    }
}
