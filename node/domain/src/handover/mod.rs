//! Handing a plan over: Paxos Commit with the registry as coordinator, epoch fencing, and sealed escrow.
//!
//! [`ledger`] is what all municipalities agree on, one record per case. [`Source`] and [`Destination`] are the two
//! sides of one handover: state machines that take one input at a time. What a side wants sent is a function of its
//! state alone (`wants`), so that after any crash the state that was written says what to send again, and sending
//! again is always allowed. [`fence`] compares what a vault holds with the registry before anything is served.
//!
//! None of them does I/O: the node's driver and the model checker run the same functions.

pub mod destination;
pub mod ending;
pub mod family;
pub mod fence;
pub mod ledger;
pub mod package;
pub mod source;
pub mod thread;

use serde::{Deserialize, Serialize};

pub use destination::{Destination, DestinationInput, DestinationPhase, DestinationWant};
pub use ending::{Ending, Rejection};
pub use family::{Direction, FamilyKey, FamilyMove, Progress};
pub use fence::{Finding, Local, compare};
pub use ledger::{CaseRecord, Command, CommittedPackage, Outcome, Stage};
pub use package::{Digest, PreviewVersion, Receipt, Signature, WrappedKey};
pub use source::{Source, SourceInput, SourcePhase, SourceWant};
pub use thread::{Message, MessageKind, Thread, ThreadRefusal};

use crate::TransferId;

/// What a handover lets happen to a case in one municipality's vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Hold {
    /// Served: read and written.
    Active,
    /// At the source, sealed and sent: read, not written, until the log says how it ended.
    Frozen(TransferId),
    /// Kept, not served: at the source after the commit, at the destination before activation.
    Pending(TransferId),
    /// Another municipality's now; kept as the archive asks, neither served nor written.
    HandedOver(TransferId),
}

impl Hold {
    /// The handover that holds it.
    pub fn transfer(self) -> Option<TransferId> {
        match self {
            Self::Active => None,
            Self::Frozen(transfer) | Self::Pending(transfer) | Self::HandedOver(transfer) => Some(transfer),
        }
    }

    /// Its name: `active`, `frozen`, `pending` or `handed-over`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Frozen(_) => "frozen",
            Self::Pending(_) => "pending",
            Self::HandedOver(_) => "handed-over",
        }
    }

    /// The hold of this name and handover, if there is such a one.
    pub fn from_parts(name: &str, transfer: Option<TransferId>) -> Option<Self> {
        match (name, transfer) {
            ("active", None) => Some(Self::Active),
            ("frozen", Some(transfer)) => Some(Self::Frozen(transfer)),
            ("pending", Some(transfer)) => Some(Self::Pending(transfer)),
            ("handed-over", Some(transfer)) => Some(Self::HandedOver(transfer)),
            _ => None,
        }
    }

    /// Whether the plan may be changed, as far as the vault alone can tell.
    pub fn is_writable(self) -> bool {
        self == Self::Active
    }

    /// Whether the plan may be shown, as far as the vault alone can tell.
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Active | Self::Frozen(_))
    }
}
