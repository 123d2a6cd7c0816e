//! The destination's side of one handover: from the preview to the plan served.
//!
//! ```text
//! Previewed ── Accept ──▶ Accepted ── package ──▶ Staged ── log: committed ──▶ Opening ──▶ Imported ── log ──▶ Active
//!     └───────── Reject ─────┴──────────────────────┴──▶ Rejecting ── log: aborted ──▶ Ended
//! ```
//! Nothing of the citizen is readable here before `Opening` (invariant I6): until then there is a preview without a
//! name, and bytes without a key.

use serde::{Deserialize, Serialize};

use super::ledger::{CaseRecord, Command, CommittedPackage};
use super::{Digest, Ending, Hold, PreviewVersion, Receipt, Rejection};
use crate::{CaseHandle, Epoch, Kommunekode, TransferId};

/// One handover, as its destination knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// Which handover.
    pub transfer: TransferId,
    /// Of which case.
    pub handle: CaseHandle,
    /// The epoch it is offered at; here it will be one above.
    pub epoch: Epoch,
    /// From whom.
    pub from: Kommunekode,
    /// What was shown.
    pub version: PreviewVersion,
    /// How far it has come.
    pub phase: DestinationPhase,
}

/// How far a handover has come at its destination.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DestinationPhase {
    /// Somebody here must answer.
    Previewed,
    /// Accepted: the package is awaited.
    Accepted,
    /// A package lies here, unreadable. The newest; earlier ones may lie beside it, and the commit chooses.
    Staged {
        /// Of the newest package.
        digest: Digest,
    },
    /// Committed: this municipality owns the case, and must open this package.
    Opening {
        /// What was committed.
        package: CommittedPackage,
    },
    /// Opened and sealed again under a key of this municipality's own. Served when the registry has heard.
    Imported,
    /// Served here.
    Active,
    /// Somebody here said no, and the registry has yet to hear.
    Rejecting {
        /// What the sender is told.
        rejection: Rejection,
        /// Whether the sender has been told.
        told: bool,
    },
    /// It will never be committed, or this municipality has given the case on since and this copy of its vault does
    /// not know. Nothing of the citizen was kept.
    Ended {
        /// Why.
        why: Ending,
        /// Whether the sender has been told, where it was this side that said no.
        told: bool,
    },
}

/// What can happen to a handover at its destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationInput {
    /// A person here accepts the preview of this version. The key for this handover is on disk.
    Accept(PreviewVersion),
    /// A person here says no.
    Reject(Rejection),
    /// The sender shows the preview again: restored from an older copy, it may not know that it was accepted.
    PreviewedAgain,
    /// A whole package of this digest is on disk.
    Staged(Digest),
    /// What the registry says of the case, in log order.
    Log(CaseRecord),
    /// The committed package was opened, and is written under a key of this municipality's own in this transaction.
    Imported(Digest),
    /// The sender says why it ended.
    SenderEnded(Ending),
    /// The sender has been told of the rejection.
    Told,
}

/// What a destination wants done now. Each may be done any number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationWant {
    /// Propose this to the registry.
    Propose(Command),
    /// Tell the source that somebody here accepted, with the public key made for this handover.
    SendAcceptance,
    /// Sign and send this receipt.
    SendReceipt(Receipt),
    /// Tell the source why somebody here said no.
    SendRejection(Rejection),
    /// Open this package; where its bytes are missing, ask the source for them.
    Open(CommittedPackage),
}

/// Why an input was refused. The state stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationRefusal {
    /// The version named is not the one that lies here.
    #[error("the preview has changed since it was looked at")]
    PreviewChanged,
    /// Accepted, rejected, committed or ended already.
    #[error("the handover has been answered or has ended")]
    AlreadyAnswered,
    /// This municipality owns the case already: going back is a new handover.
    #[error("it is too late: the handover is committed")]
    TooLate,
    /// A package that was not asked for.
    #[error("no package is awaited for this handover")]
    NotAwaited,
}

impl Destination {
    /// A preview has arrived.
    pub fn previewed(
        transfer: TransferId,
        handle: CaseHandle,
        epoch: Epoch,
        from: Kommunekode,
        version: PreviewVersion,
    ) -> Self {
        Self { transfer, handle, epoch, from, version, phase: DestinationPhase::Previewed }
    }

    /// A committed handover that the registry knows and this vault, restored from an older copy, does not. The package
    /// is asked for again.
    pub fn remembered(
        transfer: TransferId,
        handle: CaseHandle,
        epoch: Epoch,
        from: Kommunekode,
        package: CommittedPackage,
    ) -> Self {
        let phase = DestinationPhase::Opening { package };
        Self { transfer, handle, epoch, from, version: PreviewVersion([0; 32]), phase }
    }

    /// Takes one input and returns the state after it, which is the same where the input changes nothing.
    ///
    /// # Errors
    /// [`DestinationRefusal`], when somebody must be told no.
    pub fn step(&self, input: DestinationInput) -> Result<Self, DestinationRefusal> {
        let phase = match input {
            DestinationInput::Accept(version) => self.accept(version)?,
            DestinationInput::Reject(rejection) => self.reject(rejection)?,
            DestinationInput::PreviewedAgain => self.previewed_again(),
            DestinationInput::Staged(digest) => self.staged(digest)?,
            DestinationInput::Log(record) => self.log(&record),
            DestinationInput::Imported(digest) => self.imported(digest),
            DestinationInput::SenderEnded(why) => self.sender_ended(why),
            DestinationInput::Told => self.told(),
        };
        Ok(Self { phase, ..self.clone() })
    }

    /// What it wants done now, in its present state.
    pub fn wants(&self) -> Vec<DestinationWant> {
        match &self.phase {
            DestinationPhase::Accepted => vec![DestinationWant::SendAcceptance],
            DestinationPhase::Staged { digest } => vec![DestinationWant::SendReceipt(self.receipt(*digest))],
            DestinationPhase::Opening { package } => vec![DestinationWant::Open(package.clone())],
            DestinationPhase::Imported => vec![DestinationWant::Propose(Command::Activated)],
            DestinationPhase::Rejecting { rejection, told } => {
                let mut wants = vec![DestinationWant::Propose(Command::Abort)];
                if !told {
                    wants.push(DestinationWant::SendRejection(rejection.clone()));
                }
                wants
            }
            DestinationPhase::Ended { why: Ending::Rejected(rejection), told: false } => {
                vec![DestinationWant::SendRejection(rejection.clone())]
            }
            DestinationPhase::Previewed | DestinationPhase::Active | DestinationPhase::Ended { .. } => {
                Vec::new()
            }
        }
    }

    /// What this handover lets happen to the case here; nothing before there is a case.
    pub fn hold(&self) -> Option<Hold> {
        match &self.phase {
            DestinationPhase::Imported => Some(Hold::Pending(self.transfer)),
            DestinationPhase::Active => Some(Hold::Active),
            _ => None,
        }
    }

    /// Whether nothing more can happen but telling the other side.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase, DestinationPhase::Active | DestinationPhase::Ended { .. })
    }

    fn receipt(&self, digest: Digest) -> Receipt {
        Receipt { handle: self.handle, transfer: self.transfer, epoch: self.epoch, digest }
    }

    fn is_past_commit(&self) -> bool {
        use DestinationPhase::{Active, Imported, Opening};
        matches!(self.phase, Opening { .. } | Imported | Active)
    }

    fn accept(&self, version: PreviewVersion) -> Result<DestinationPhase, DestinationRefusal> {
        match &self.phase {
            DestinationPhase::Previewed if version == self.version => Ok(DestinationPhase::Accepted),
            DestinationPhase::Previewed => Err(DestinationRefusal::PreviewChanged),
            _ => Err(DestinationRefusal::AlreadyAnswered),
        }
    }

    fn reject(&self, rejection: Rejection) -> Result<DestinationPhase, DestinationRefusal> {
        match &self.phase {
            DestinationPhase::Previewed | DestinationPhase::Accepted | DestinationPhase::Staged { .. } => {
                Ok(DestinationPhase::Rejecting { rejection, told: false })
            }
            _ if self.is_past_commit() => Err(DestinationRefusal::TooLate),
            _ => Err(DestinationRefusal::AlreadyAnswered),
        }
    }

    fn previewed_again(&self) -> DestinationPhase {
        match &self.phase {
            DestinationPhase::Staged { .. } => DestinationPhase::Accepted,
            phase => phase.clone(),
        }
    }

    fn staged(&self, digest: Digest) -> Result<DestinationPhase, DestinationRefusal> {
        match &self.phase {
            DestinationPhase::Accepted | DestinationPhase::Staged { .. } => {
                Ok(DestinationPhase::Staged { digest })
            }
            // Asked for again, or a late copy: the bytes are kept where they are the committed ones.
            _ if self.is_past_commit() => Ok(self.phase.clone()),
            _ => Err(DestinationRefusal::NotAwaited),
        }
    }

    fn imported(&self, digest: Digest) -> DestinationPhase {
        match &self.phase {
            DestinationPhase::Opening { package } if package.digest == digest => DestinationPhase::Imported,
            phase => phase.clone(),
        }
    }

    fn log(&self, record: &CaseRecord) -> DestinationPhase {
        match &self.phase {
            DestinationPhase::Active | DestinationPhase::Ended { .. } => self.phase.clone(),
            // Restored from an older copy, it would bring back a plan that has been given on by a later handover.
            _ if record.epoch > self.epoch.next() => {
                DestinationPhase::Ended { why: Ending::Forgotten, told: true }
            }
            DestinationPhase::Imported if record.is_activated(self.transfer) => DestinationPhase::Active,
            DestinationPhase::Imported | DestinationPhase::Opening { .. } => self.phase.clone(),
            before => {
                if let Some(package) = record.committed(self.transfer) {
                    return DestinationPhase::Opening { package: package.clone() };
                }
                if record.is_aborted(self.transfer) {
                    return match before {
                        DestinationPhase::Rejecting { rejection, told } => {
                            DestinationPhase::Ended { why: Ending::Rejected(rejection.clone()), told: *told }
                        }
                        _ => DestinationPhase::Ended { why: Ending::ByTheOther, told: true },
                    };
                }
                before.clone()
            }
        }
    }

    fn sender_ended(&self, why: Ending) -> DestinationPhase {
        match &self.phase {
            DestinationPhase::Ended { why: Ending::ByTheOther, told } => {
                DestinationPhase::Ended { why, told: *told }
            }
            phase => phase.clone(),
        }
    }

    fn told(&self) -> DestinationPhase {
        match &self.phase {
            DestinationPhase::Rejecting { rejection, .. } => {
                DestinationPhase::Rejecting { rejection: rejection.clone(), told: true }
            }
            DestinationPhase::Ended { why, .. } => DestinationPhase::Ended { why: why.clone(), told: true },
            phase => phase.clone(),
        }
    }
}
