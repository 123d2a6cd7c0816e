//! Why a handover ended before it was committed.

use serde::{Deserialize, Serialize};

use crate::Narrative;

/// Why a handover came to nothing. Travels between the two municipalities, never through the registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ending {
    /// The sender took the offer back.
    Revoked,
    /// The citizen withdrew the consent it rested on.
    BasisWithdrawn,
    /// The legal basis ran out, or no longer covers what was to be sent.
    BasisLapsed,
    /// Sections, legal basis or protection changed after the receiver saw the preview.
    PreviewChanged,
    /// The receiver said no.
    Rejected(Rejection),
    /// Nobody answered before the deadline.
    Expired,
    /// The receiver accepted, but no receipt for the package came in time.
    NoReceipt,
    /// This node, restored from an older copy, does not know what it did: that it made the offer, or that it has given
    /// the case on since.
    Forgotten,
    /// The registry refused the offer.
    Refused(super::ledger::Refused),
    /// The other side ended it; why is not known here (yet).
    ByTheOther,
}

/// The receiver's no: a reason from the catalogue and what it wants to add.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rejection {
    /// The reason's id in the catalogue.
    pub reason: String,
    /// In words, for the sender's caseworker.
    pub comment: Narrative,
}
