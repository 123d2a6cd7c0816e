//! What happened to a plan, as it is stored.
//!
//! The JSON form is kept for as long as plans are: each event's `type` ends in its version. A change of an event's
//! meaning is a new version beside the old one, never an edit. A field that can be absent, or a word more of a kind, may be
//! added to a version: what is stored still reads. An older node then refuses what a newer one wrote, so there is no
//! going back to an older version of the program.

use serde::{Deserialize, Serialize};

use super::item::Item;
use super::key::ItemKey;
use super::provenance::Provenance;
use super::{Arrival, Citizen, CloseReason, Plan};
use crate::basis::LegalBasis;
use crate::{BasisId, CaseId, Cpr, Kommunekode, Narrative, Stamp, TransferId, UserName};

/// One thing that happened to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum PlanEvent {
    /// The plan began here.
    #[serde(rename = "citizen_registered.v1")]
    CitizenRegistered {
        /// Who, when.
        stamp: Stamp,
        /// Whose node.
        municipality: Kommunekode,
        /// Whose plan.
        citizen: Citizen,
        /// The one coordinating caseworker.
        caseworker: UserName,
    },
    /// The plan arrived by a handover, whole as it was sent.
    #[serde(rename = "received.v1")]
    Received {
        /// Who, when.
        stamp: Stamp,
        /// Whose node.
        municipality: Kommunekode,
        /// From where, under which handover.
        arrival: Arrival,
        /// The coordinating caseworker here.
        caseworker: UserName,
        /// The plan as it was sent.
        plan: Box<Plan>,
    },
    /// The citizen's name became known, or changed.
    #[serde(rename = "citizen_named.v1")]
    CitizenNamed {
        /// Who, when.
        stamp: Stamp,
        /// The name.
        name: Narrative,
    },
    /// The citizen has another number; the former one is kept.
    #[serde(rename = "cpr_changed.v1")]
    CprChanged {
        /// Who, when.
        stamp: Stamp,
        /// The new number.
        cpr: Cpr,
    },
    /// Name and address protection began or ended.
    #[serde(rename = "protection_changed.v1")]
    ProtectionChanged {
        /// Who, when.
        stamp: Stamp,
        /// Whether the citizen is protected from now on.
        protected: bool,
        /// A report told of it, which does not say since when.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told_by_report: bool,
    },
    /// The citizen's address became known, or changed.
    #[serde(rename = "address_changed.v1")]
    AddressChanged {
        /// Who, when.
        stamp: Stamp,
        /// The address; empty where there is none any more.
        address: Narrative,
    },
    /// The plan has another coordinating caseworker.
    #[serde(rename = "caseworker_changed.v1")]
    CaseworkerChanged {
        /// Who, when.
        stamp: Stamp,
        /// The new one.
        caseworker: UserName,
    },
    /// A caseworker wrote something: a goal, an action, a follow-up, a note.
    #[serde(rename = "item_recorded.v1")]
    ItemRecorded {
        /// Who, when.
        stamp: Stamp,
        /// What.
        item: Box<Item>,
    },
    /// A report was taken in: all of it at once, so that nothing is half done.
    #[serde(rename = "report_imported.v1")]
    ReportImported {
        /// Who, when.
        stamp: Stamp,
        /// What names the citizen in the source system, where that is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        citizen: Option<ItemKey>,
        /// The new state of what is new or has changed.
        recorded: Vec<Item>,
        /// What a newer report only repeated.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirmed: Vec<Confirmed>,
    },
    /// A legal basis was recorded.
    #[serde(rename = "basis_recorded.v1")]
    BasisRecorded {
        /// Which; it carries its own author and time.
        basis: Box<LegalBasis>,
    },
    /// A consent was withdrawn.
    #[serde(rename = "basis_withdrawn.v1")]
    BasisWithdrawn {
        /// Who, when.
        stamp: Stamp,
        /// Which.
        basis: BasisId,
    },
    /// The plan ended.
    #[serde(rename = "closed.v1")]
    Closed {
        /// Who, when.
        stamp: Stamp,
        /// Why.
        reason: CloseReason,
        /// In words.
        note: Narrative,
    },
    /// The citizen's other plan here was laid into this one: all of it at once.
    #[serde(rename = "taken_in.v1")]
    TakenIn {
        /// Who, when.
        stamp: Stamp,
        /// The other plan's case.
        from: CaseId,
        /// What the other plan knew of the citizen.
        citizen: Box<Citizen>,
        /// How the other plan came here, where it did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        arrivals: Vec<Arrival>,
        /// What came in, or is newer than what was here.
        recorded: Vec<Item>,
    },
    /// The plan was laid into the citizen's other plan here, and ended with that.
    #[serde(rename = "merged_into.v1")]
    MergedInto {
        /// Who, when.
        stamp: Stamp,
        /// The other plan's case.
        into: CaseId,
    },
    /// The plan went to another municipality; here it can't be changed any more.
    #[serde(rename = "handed_over.v1")]
    HandedOver {
        /// Who, when.
        stamp: Stamp,
        /// To whom.
        to: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
    },
}

/// An item that a newer report repeated unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// Which.
    pub key: ItemKey,
    /// By which report.
    pub provenance: Provenance,
}

impl PlanEvent {
    /// Its `type` in JSON, for audit and projections. Holds nothing of the citizen.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CitizenRegistered { .. } => "citizen_registered.v1",
            Self::Received { .. } => "received.v1",
            Self::CitizenNamed { .. } => "citizen_named.v1",
            Self::CprChanged { .. } => "cpr_changed.v1",
            Self::ProtectionChanged { .. } => "protection_changed.v1",
            Self::AddressChanged { .. } => "address_changed.v1",
            Self::CaseworkerChanged { .. } => "caseworker_changed.v1",
            Self::ItemRecorded { .. } => "item_recorded.v1",
            Self::ReportImported { .. } => "report_imported.v1",
            Self::BasisRecorded { .. } => "basis_recorded.v1",
            Self::BasisWithdrawn { .. } => "basis_withdrawn.v1",
            Self::Closed { .. } => "closed.v1",
            Self::TakenIn { .. } => "taken_in.v1",
            Self::MergedInto { .. } => "merged_into.v1",
            Self::HandedOver { .. } => "handed_over.v1",
        }
    }

    /// Who did it, and when.
    pub fn stamp(&self) -> &Stamp {
        match self {
            Self::CitizenRegistered { stamp, .. }
            | Self::Received { stamp, .. }
            | Self::CitizenNamed { stamp, .. }
            | Self::CprChanged { stamp, .. }
            | Self::ProtectionChanged { stamp, .. }
            | Self::AddressChanged { stamp, .. }
            | Self::CaseworkerChanged { stamp, .. }
            | Self::ItemRecorded { stamp, .. }
            | Self::ReportImported { stamp, .. }
            | Self::BasisWithdrawn { stamp, .. }
            | Self::Closed { stamp, .. }
            | Self::TakenIn { stamp, .. }
            | Self::MergedInto { stamp, .. }
            | Self::HandedOver { stamp, .. } => stamp,
            Self::BasisRecorded { basis } => basis.recorded(),
        }
    }
}
