//! What a caller asks the vault to write: everything of one decision, in one transaction.

use std::fmt;

use enplan_domain::handover::Digest;
use enplan_domain::{CaseHandle, CaseId, Cpr, Epoch, Kommunekode, RequestId, Timestamp, TransferId};

use crate::audit::{AuditEntry, AuditHead};
use crate::relocations::{MovesWrite, PlanRequestWrite};
use crate::statements::StatementsWrite;

/// One decision and all that follows from it. Written whole, with its audit leaf, or not at all.
#[derive(Debug, Clone)]
pub struct Write {
    /// Who did what: the leaf that precedes the effect.
    pub audit: AuditEntry,
    /// The change of a case.
    pub case: Option<CaseWrite>,
    /// The change of another case that happens with it: both, or neither.
    pub other_case: Option<CaseWrite>,
    /// Changes of handovers' states.
    pub transfers: Vec<TransferWrite>,
    /// Packages to keep or to drop.
    pub packages: Vec<PackageWrite>,
    /// What is to be sent.
    pub outbox: Vec<OutboxWrite>,
    /// What is known of citizens' moves.
    pub moves: Vec<MovesWrite>,
    /// What reports have said of others.
    pub statements: Vec<StatementsWrite>,
    /// What other municipalities are asked for.
    pub plan_requests: Vec<PlanRequestWrite>,
    /// The message that this write answers, so that a repetition is recognised.
    pub inbox: Option<InboxMark>,
}

impl Write {
    /// A write of nothing but an audit leaf: a refusal, a login.
    pub fn of(audit: AuditEntry) -> Self {
        Self {
            audit,
            case: None,
            other_case: None,
            transfers: Vec::new(),
            packages: Vec::new(),
            outbox: Vec::new(),
            moves: Vec::new(),
            statements: Vec::new(),
            plan_requests: Vec::new(),
            inbox: None,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The case's version now, if the write had a case.
    pub version: Option<u64>,
    /// The number of the case's last event now, if the write had a case.
    pub last_seq: Option<u64>,
    /// The same two of the other case, if the write had one.
    pub other_case: Option<(u64, u64)>,
    /// The audit log with this write's leaf as its last.
    pub audit: AuditHead,
}

/// What the writer believes is stored. A write whose belief is wrong changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing of this id. What is written becomes version 1.
    New,
    /// This version. What is written becomes the next.
    Version(u64),
}

impl Expected {
    /// The version after a write that expected this.
    pub(crate) fn next(self) -> u64 {
        match self {
            Self::New => 1,
            Self::Version(version) => version.saturating_add(1),
        }
    }
}

pub use enplan_domain::handover::Hold;

/// In what capacity a case is written. The vault refuses what the capacity does not allow, whatever the caller forgot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// Somebody edits the plan: only while the case is active, and without touching hold or epoch.
    Caseworker,
    /// Withdrawal of consent, address protection, death, change of CPR: taken while active and while frozen, and
    /// without touching hold or epoch (TRANSFER: what `Frozen` takes).
    ProtectedDespiteFreeze,
    /// The handover protocol, which alone moves hold and epoch. The epoch never falls.
    Handover,
}

/// A change of one case.
#[derive(Clone)]
pub struct CaseWrite {
    /// The case.
    pub case: CaseId,
    /// What the writer believes is stored.
    pub expected: Expected,
    /// In what capacity.
    pub under: Under,
    /// The case's handle. Never changes.
    pub handle: CaseHandle,
    /// The epoch after this write.
    pub epoch: Epoch,
    /// Where the case stands after this write.
    pub hold: Hold,
    /// The citizen. Sealed; found again by the node's own index alone.
    pub cpr: Cpr,
    /// Numbers that the citizen had before. They find the case too, as does every number that it was ever written with.
    pub former_numbers: Vec<Cpr>,
    /// The unit that works with the case.
    pub unit: Option<String>,
    /// The caseworker, by username.
    pub caseworker: Option<String>,
    /// What a list shows of the case. Sealed by the vault.
    pub summary: Vec<u8>,
    /// New events, in order. Each sealed by the vault.
    pub events: Vec<Vec<u8>>,
    /// The plan after these events, so that a read opens one record. Sealed by the vault.
    pub snapshot: Option<Vec<u8>>,
}

impl fmt::Debug for CaseWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseWrite")
            .field("case", &self.case)
            .field("expected", &self.expected)
            .field("under", &self.under)
            .field("epoch", &self.epoch)
            .field("hold", &self.hold)
            .field("events", &self.events.len())
            .finish_non_exhaustive()
    }
}

/// Which side of a handover this node is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// It gives the case away.
    Source,
    /// It receives the case.
    Destination,
}

/// A change of one handover's state.
#[derive(Clone)]
pub struct TransferWrite {
    /// The handover.
    pub transfer: TransferId,
    /// The case, once there is one here.
    pub case: Option<CaseId>,
    /// Which side this node is on.
    pub side: Side,
    /// Whether it still needs driving.
    pub open: bool,
    /// The state. Sealed by the vault under the node's own key.
    pub state: Vec<u8>,
    /// What the writer believes is stored.
    pub expected: Expected,
}

impl fmt::Debug for TransferWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferWrite")
            .field("transfer", &self.transfer)
            .field("side", &self.side)
            .field("open", &self.open)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// A package to keep or to drop. Packages are ciphertext already.
#[derive(Clone)]
pub enum PackageWrite {
    /// Keep this one, whole. Kept already: nothing happens.
    Put {
        /// The handover.
        transfer: TransferId,
        /// SHA-256 of the bytes.
        digest: Digest,
        /// The ciphertext.
        bytes: Vec<u8>,
    },
    /// Drop every package of the handover.
    DeleteAll {
        /// The handover.
        transfer: TransferId,
    },
    /// Drop every package of the handover but one.
    DeleteOthers {
        /// The handover.
        transfer: TransferId,
        /// The one to keep.
        keep: Digest,
    },
}

impl fmt::Debug for PackageWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { transfer, digest, bytes } => {
                write!(f, "Put({transfer}, {digest:?}, {} bytes)", bytes.len())
            }
            Self::DeleteAll { transfer } => write!(f, "DeleteAll({transfer})"),
            Self::DeleteOthers { transfer, keep } => write!(f, "DeleteOthers({transfer}, {keep:?})"),
        }
    }
}

/// Something to send, or to send no more. The key is (handover, kind); what is sent is derived from the handover's
/// state when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxWrite {
    /// To be sent. Replaces what was there under the same key, its attempts too.
    Put {
        /// The handover.
        transfer: TransferId,
        /// What: the caller's word for it.
        kind: String,
        /// Not before.
        next_attempt: Timestamp,
    },
    /// No more.
    Remove {
        /// The handover.
        transfer: TransferId,
        /// What.
        kind: String,
    },
    /// Nothing more of this handover.
    Clear {
        /// The handover.
        transfer: TransferId,
    },
}

/// A message that was taken in, with the reply that a repetition is to get.
#[derive(Clone)]
pub struct InboxMark {
    /// Who sent it.
    pub from: Kommunekode,
    /// The sender's id of it.
    pub request: RequestId,
    /// The reply. Sealed by the vault under the node's own key.
    pub reply: Vec<u8>,
}

impl fmt::Debug for InboxMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InboxMark({}, {})", self.from, self.request)
    }
}
