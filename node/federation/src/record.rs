//! What a node remembers of one handover: the state machine of its side, and what people need to see of it.

use enplan_domain::handover::{
    Command, Destination, DestinationPhase, DestinationWant, Ending, FamilyMove, PreviewVersion, Source,
    SourcePhase, SourceWant, Thread,
};
use enplan_domain::{CaseHandle, CaseId, Epoch, Incarnation, Kommunekode, RequestId, Timestamp, TransferId};
use enplan_vault::{Expected, OutboxWrite, Side, StoredTransfer, TransferWrite, Transfers};
use serde::{Deserialize, Serialize};

use crate::error::HandoverError;
use crate::preview::Preview;

/// One side's state machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Machine {
    /// This municipality gives the case away.
    Source(Source),
    /// This municipality receives the case.
    Destination(Destination),
}

/// What a node remembers of one handover. Sealed by the vault under the node's own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverRecord {
    /// How far it has come on this side.
    pub machine: Machine,
    /// The case here: at the source always, at the destination once it has arrived.
    pub case: Option<CaseId>,
    /// What the receiver sees before it answers.
    pub preview: Preview,
    /// The legal basis it rests on, at the source.
    pub basis: Option<String>,
    /// The receiver's public key made for this handover, once it has accepted.
    pub public_key: Option<Vec<u8>>,
    /// The number of the case's last event that is in the package, at the source once it is sealed.
    #[serde(default)]
    pub sealed_events: Option<u64>,
    /// Who will coordinate, at the destination.
    pub caseworker: Option<String>,
    /// The unit it will belong to, at the destination.
    pub unit: Option<String>,
    /// What the two sides have said.
    #[serde(default)]
    pub thread: Thread,
    /// The family that it moves with, where it is offered so.
    #[serde(default)]
    pub family: Option<FamilyMove>,
    /// When the plan was the receiver's for certain, at the source.
    #[serde(default)]
    pub handed_over_at: Option<Timestamp>,
    /// When it began here.
    pub began_at: Timestamp,
    /// When it last changed here.
    pub updated_at: Timestamp,
}

/// A record as it is stored, with the version to name when it is written again.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) record: HandoverRecord,
    pub(crate) version: u64,
}

/// Many records, each read by itself: one that can't be read doesn't hide the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoredHandovers {
    pub(crate) readable: Vec<Stored>,
    /// The cases, where known, of those that can't.
    pub(crate) unreadable: Vec<Option<CaseId>>,
}

impl From<Transfers> for StoredHandovers {
    fn from(Transfers { readable, mut unreadable }: Transfers) -> Self {
        let mut stored = Vec::with_capacity(readable.len());
        for transfer in &readable {
            match Stored::try_from(transfer) {
                Ok(one) => stored.push(one),
                Err(_) => unreadable.push(transfer.case),
            }
        }
        Self { readable: stored, unreadable }
    }
}

/// What is to be sent or done, by the name it has in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    Source(SourceWant),
    Destination(DestinationWant),
    /// Something that somebody said.
    Message(RequestId),
}

impl Want {
    /// The outbox's key for it within its handover. What is sent again under the same key is the same thing.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Source(SourceWant::Propose(command))
            | Self::Destination(DestinationWant::Propose(command)) => proposal_kind(command),
            Self::Source(SourceWant::SendPreview) => "preview".into(),
            Self::Source(SourceWant::SendPackage(digest)) => format!("package:{digest}"),
            Self::Source(SourceWant::SendEnding(_)) => "ending".into(),
            Self::Destination(DestinationWant::SendAcceptance) => "acceptance".into(),
            Self::Destination(DestinationWant::SendReceipt(receipt)) => {
                format!("receipt:{}", receipt.digest)
            }
            Self::Destination(DestinationWant::SendRejection(_)) => "rejection".into(),
            Self::Destination(DestinationWant::Open(_)) => "open".into(),
            Self::Message(id) => format!("message:{id}"),
        }
    }
}

/// The outbox's key for a proposal of this command.
pub(crate) fn proposal_kind(command: &Command) -> String {
    let name = match command {
        Command::Offer { .. } => "offer",
        Command::Commit { .. } => "commit",
        Command::Abort => "abort",
        Command::Activated => "activated",
        Command::Retired => "retired",
    };
    format!("propose:{name}")
}

impl Machine {
    pub(crate) fn wants(&self, incarnation: Incarnation) -> Vec<Want> {
        match self {
            Self::Source(source) => source.wants(incarnation).into_iter().map(Want::Source).collect(),
            Self::Destination(destination) => {
                destination.wants().into_iter().map(Want::Destination).collect()
            }
        }
    }

    pub(crate) fn side(&self) -> Side {
        match self {
            Self::Source(_) => Side::Source,
            Self::Destination(_) => Side::Destination,
        }
    }
}

impl HandoverRecord {
    /// Which handover.
    pub fn transfer(&self) -> TransferId {
        match &self.machine {
            Machine::Source(source) => source.transfer,
            Machine::Destination(destination) => destination.transfer,
        }
    }

    /// Of which case, by the name the registry knows.
    pub fn handle(&self) -> CaseHandle {
        match &self.machine {
            Machine::Source(source) => source.handle,
            Machine::Destination(destination) => destination.handle,
        }
    }

    /// The epoch it was offered at.
    pub fn epoch(&self) -> Epoch {
        match &self.machine {
            Machine::Source(source) => source.epoch,
            Machine::Destination(destination) => destination.epoch,
        }
    }

    /// The other municipality.
    pub fn counterpart(&self) -> Kommunekode {
        match &self.machine {
            Machine::Source(source) => source.to,
            Machine::Destination(destination) => destination.from,
        }
    }

    /// What the preview said, by name.
    pub fn version(&self) -> PreviewVersion {
        match &self.machine {
            Machine::Source(source) => source.version,
            Machine::Destination(destination) => destination.version,
        }
    }

    /// Why it came to nothing, if it did.
    pub fn ending(&self) -> Option<&Ending> {
        match &self.machine {
            Machine::Source(Source {
                phase: SourcePhase::Aborted { why, .. } | SourcePhase::Aborting { why, .. },
                ..
            })
            | Machine::Destination(Destination { phase: DestinationPhase::Ended { why, .. }, .. }) => {
                Some(why)
            }
            _ => None,
        }
    }

    /// The protocol's word for how far it has come.
    pub fn phase(&self) -> &'static str {
        match &self.machine {
            Machine::Source(source) => match source.phase {
                SourcePhase::Offered { registered: false } => "offering",
                SourcePhase::Offered { registered: true } => "offered",
                SourcePhase::Frozen { .. } => "frozen",
                SourcePhase::Committing { .. } => "committing",
                SourcePhase::Aborting { .. } => "aborting",
                SourcePhase::Pending { .. } => "pending",
                SourcePhase::HandedOver { .. } => "handed-over",
                SourcePhase::Aborted { .. } => "aborted",
            },
            Machine::Destination(destination) => match destination.phase {
                DestinationPhase::Previewed => "previewed",
                DestinationPhase::Accepted => "accepted",
                DestinationPhase::Staged { .. } => "staged",
                DestinationPhase::Opening { .. } => "opening",
                DestinationPhase::Imported => "imported",
                DestinationPhase::Active => "active",
                DestinationPhase::Rejecting { .. } => "rejecting",
                DestinationPhase::Ended { .. } => "ended",
            },
        }
    }

    /// Whether a package is committed to this municipality and not yet opened.
    pub(crate) fn is_opening(&self) -> bool {
        let Machine::Destination(destination) = &self.machine else { return false };
        matches!(destination.phase, DestinationPhase::Opening { .. })
    }

    /// What is to be sent or done now.
    pub(crate) fn wants(&self, incarnation: Incarnation) -> Vec<Want> {
        let mut wants = self.machine.wants(incarnation);
        wants.extend(self.thread.undelivered().map(|message| Want::Message(message.id)));
        wants
    }

    /// Whether the registry can still change it, or something is still to be sent.
    fn is_open(&self) -> bool {
        let ended = match &self.machine {
            Machine::Source(source) => source.has_ended(),
            Machine::Destination(destination) => destination.has_ended(),
        };
        !ended || !self.wants(Incarnation(0)).is_empty()
    }

    pub(crate) fn write(&self, expected: Expected) -> Result<TransferWrite, HandoverError> {
        Ok(TransferWrite {
            transfer: self.transfer(),
            case: self.case,
            side: self.machine.side(),
            open: self.is_open(),
            state: serde_json::to_vec(self).map_err(|_| HandoverError::Unreadable)?,
            expected,
        })
    }

    /// The outbox after this state was written: what it wants now, and nothing else.
    pub(crate) fn outbox(&self, now: Timestamp) -> Vec<OutboxWrite> {
        let transfer = self.transfer();
        let put = |want: Want| OutboxWrite::Put { transfer, kind: want.kind(), next_attempt: now };
        std::iter::once(OutboxWrite::Clear { transfer })
            .chain(self.wants(Incarnation(0)).into_iter().map(put))
            .collect()
    }
}

impl TryFrom<&StoredTransfer> for Stored {
    type Error = HandoverError;

    fn try_from(stored: &StoredTransfer) -> Result<Self, Self::Error> {
        let record = serde_json::from_slice(&stored.state).map_err(|_| HandoverError::Unreadable)?;
        Ok(Self { record, version: stored.version })
    }
}
