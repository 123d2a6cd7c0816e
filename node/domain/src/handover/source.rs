//! The source's side of one handover: from the offer to the plan put away.
//!
//! ```text
//! Offered ── Accepted ──▶ Frozen ── Receipt ──▶ Committing ── log ──▶ Pending ── log ──▶ HandedOver
//!    └──────────┴──── End, basis, time ────┴──▶ Aborting ──── log ──▶ Aborted
//! ```
//! Only the log moves a handover past `Committing` or out of `Aborting`: a commit already sent may win.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ledger::{CaseRecord, Command, CommittedPackage, Refused, Stage};
use super::{Ending, Hold, PreviewVersion, Receipt, Signature};
use crate::{CaseHandle, Epoch, Incarnation, Kommunekode, TransferId};

/// How long the source waits for a receipt before it proposes to abort. Only proposes: the log decides.
pub const RECEIPT_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// One handover, as its source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Which handover.
    pub transfer: TransferId,
    /// Of which case.
    pub handle: CaseHandle,
    /// The case's epoch when it was offered.
    pub epoch: Epoch,
    /// To whom.
    pub to: Kommunekode,
    /// What the receiver was shown.
    pub version: PreviewVersion,
    /// When the offer runs out unanswered.
    pub deadline: Timestamp,
    /// How far it has come.
    pub phase: SourcePhase,
}

/// How far a handover has come at its source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SourcePhase {
    /// The receiver is asked. Nothing is sealed; the plan is written as usual.
    Offered {
        /// Whether the registry has the offer; the preview is sent after that.
        registered: bool,
    },
    /// The plan is sealed for the receiver and can't be written.
    Frozen {
        /// The package and its key, sealed to the receiver.
        package: CommittedPackage,
        /// Since when: a receipt is awaited for [`RECEIPT_WITHIN`].
        since: Timestamp,
    },
    /// The receipt is here: the source intends to commit.
    Committing {
        /// The package and its key.
        package: CommittedPackage,
        /// The receiver's signature over the receipt.
        receipt: Signature,
    },
    /// The source wants it aborted, and waits for the log.
    Aborting {
        /// Why.
        why: Ending,
        /// Whether the plan was frozen, and stays so until the log says that the abort won.
        frozen: bool,
    },
    /// Committed: the receiver owns the plan. Kept here, not served, until the receiver has opened it.
    Pending {
        /// What was committed.
        package: CommittedPackage,
    },
    /// The receiver serves the plan.
    HandedOver {
        /// Whether the registry has heard that the live plan is put away here.
        retired: bool,
    },
    /// It will never be committed.
    Aborted {
        /// Why.
        why: Ending,
        /// Whether the receiver has been told.
        told: bool,
    },
}

/// What can happen to a handover at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceInput {
    /// The receiver accepted. The driver has sealed the plan as it is now, under the same lock on the case.
    Accepted {
        /// What the receiver was looking at.
        version: PreviewVersion,
        /// What a preview made now would say, if the legal basis still covers it.
        current: Result<PreviewVersion, Ending>,
        /// The plan sealed for the receiver.
        package: CommittedPackage,
        /// Now.
        now: Timestamp,
    },
    /// The receiver says that the package lies on its disk. The driver has verified the signature.
    Received {
        /// What was signed.
        receipt: Receipt,
        /// The signature, for the registry to verify again.
        signature: Signature,
        /// Whether the legal basis still holds.
        basis: Result<(), Ending>,
    },
    /// Somebody or something wants it ended: a revocation, a withdrawn consent, a rejection.
    End(Ending),
    /// Time has passed.
    Tick(Timestamp),
    /// What the registry says of the case, in log order.
    Log(CaseRecord),
    /// The registry refused the offer; or an abort, of a case that has gone another way since.
    OfferRefused(Refused),
    /// The receiver has been told why it ended.
    Told,
}

/// What a source wants sent now. Each may be sent any number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceWant {
    /// Propose this to the registry.
    Propose(Command),
    /// Show the receiver the preview.
    SendPreview,
    /// Bring the receiver the package of this digest.
    SendPackage(super::Digest),
    /// Tell the receiver why it ended.
    SendEnding(Ending),
}

/// Why an input was refused. The state stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SourceRefusal {
    /// The registry has not confirmed the offer yet: try again.
    #[error("the registry has not confirmed the offer yet")]
    NotYetOffered,
    /// The receiver names another preview than the one it was sent.
    #[error("the preview has changed since it was accepted")]
    PreviewChanged,
    /// It is committed, or over.
    #[error("it is too late: the handover is committed or has ended")]
    TooLate,
}

impl Source {
    /// A handover offered now. The registry has yet to hear of it.
    pub fn offer(
        transfer: TransferId,
        handle: CaseHandle,
        epoch: Epoch,
        to: Kommunekode,
        version: PreviewVersion,
        deadline: Timestamp,
    ) -> Self {
        Self {
            transfer,
            handle,
            epoch,
            to,
            version,
            deadline,
            phase: SourcePhase::Offered { registered: false },
        }
    }

    /// A handover that the registry knows and this vault, restored from an older copy, does not: its outcome follows
    /// from the log.
    pub fn remembered(
        transfer: TransferId,
        handle: CaseHandle,
        epoch: Epoch,
        to: Kommunekode,
        now: Timestamp,
    ) -> Self {
        // Not frozen: whatever an earlier life of this node proposed is refused as of another incarnation.
        let phase = SourcePhase::Aborting { why: Ending::Forgotten, frozen: false };
        Self { transfer, handle, epoch, to, version: PreviewVersion([0; 32]), deadline: now, phase }
    }

    /// Takes one input and returns the state after it, which is the same where the input changes nothing.
    ///
    /// # Errors
    /// [`SourceRefusal`], when somebody must be told no.
    pub fn step(&self, input: SourceInput) -> Result<Self, SourceRefusal> {
        let phase = match input {
            SourceInput::Accepted { version, current, package, now } => {
                self.accepted(version, current, package, now)?
            }
            SourceInput::Received { receipt, signature, basis } => self.received(receipt, signature, basis),
            SourceInput::End(why) => self.end(why)?,
            SourceInput::Tick(now) => self.tick(now),
            SourceInput::Log(record) => self.log(&record),
            SourceInput::OfferRefused(refused) => self.offer_refused(refused),
            SourceInput::Told => self.told(),
        };
        Ok(Self { phase, ..self.clone() })
    }

    /// What it wants sent now, in its present state.
    pub fn wants(&self, incarnation: Incarnation) -> Vec<SourceWant> {
        match &self.phase {
            SourcePhase::Offered { registered: false } => {
                vec![SourceWant::Propose(Command::Offer { to: self.to, epoch: self.epoch })]
            }
            SourcePhase::Offered { registered: true } => vec![SourceWant::SendPreview],
            SourcePhase::Frozen { package, .. } => vec![SourceWant::SendPackage(package.digest)],
            SourcePhase::Committing { package, receipt } => {
                let (package, receipt) = (package.clone(), receipt.clone());
                vec![SourceWant::Propose(Command::Commit {
                    epoch: self.epoch,
                    incarnation,
                    package,
                    receipt,
                })]
            }
            SourcePhase::Aborting { .. } => vec![SourceWant::Propose(Command::Abort)],
            SourcePhase::HandedOver { retired: false } => vec![SourceWant::Propose(Command::Retired)],
            SourcePhase::Aborted { why, told: false } => vec![SourceWant::SendEnding(why.clone())],
            SourcePhase::Pending { .. }
            | SourcePhase::HandedOver { retired: true }
            | SourcePhase::Aborted { told: true, .. } => Vec::new(),
        }
    }

    /// What this handover lets happen to the case here.
    pub fn hold(&self) -> Hold {
        match &self.phase {
            SourcePhase::Offered { .. }
            | SourcePhase::Aborted { .. }
            | SourcePhase::Aborting { frozen: false, .. } => Hold::Active,
            SourcePhase::Frozen { .. }
            | SourcePhase::Committing { .. }
            | SourcePhase::Aborting { frozen: true, .. } => Hold::Frozen(self.transfer),
            SourcePhase::Pending { .. } => Hold::Pending(self.transfer),
            SourcePhase::HandedOver { .. } => Hold::HandedOver(self.transfer),
        }
    }

    /// Whether nothing more can happen but telling the other side.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase, SourcePhase::HandedOver { .. } | SourcePhase::Aborted { .. })
    }

    fn is_frozen(&self) -> bool {
        matches!(self.hold(), Hold::Frozen(_))
    }

    fn accepted(
        &self,
        version: PreviewVersion,
        current: Result<PreviewVersion, Ending>,
        package: CommittedPackage,
        now: Timestamp,
    ) -> Result<SourcePhase, SourceRefusal> {
        match &self.phase {
            SourcePhase::Offered { registered: false } => Err(SourceRefusal::NotYetOffered),
            // Again after a freeze: the receiver has another key now, or did not hear the first answer.
            SourcePhase::Offered { registered: true } | SourcePhase::Frozen { .. } => {
                if version != self.version {
                    return Err(SourceRefusal::PreviewChanged);
                }
                Ok(match current {
                    Ok(current) if current == version => SourcePhase::Frozen { package, since: now },
                    Ok(_) => self.aborting(Ending::PreviewChanged),
                    Err(why) => self.aborting(why),
                })
            }
            SourcePhase::Committing { .. } => Ok(self.phase.clone()),
            _ => Err(SourceRefusal::TooLate),
        }
    }

    fn received(&self, receipt: Receipt, signature: Signature, basis: Result<(), Ending>) -> SourcePhase {
        match &self.phase {
            SourcePhase::Frozen { package, .. } if receipt == self.expected_receipt(package) => match basis {
                Ok(()) => SourcePhase::Committing { package: package.clone(), receipt: signature },
                Err(why) => self.aborting(why),
            },
            // A receipt for a package that an earlier life of this node sealed, or one already acted on.
            _ => self.phase.clone(),
        }
    }

    fn expected_receipt(&self, package: &CommittedPackage) -> Receipt {
        Receipt { handle: self.handle, transfer: self.transfer, epoch: self.epoch, digest: package.digest }
    }

    fn end(&self, why: Ending) -> Result<SourcePhase, SourceRefusal> {
        match &self.phase {
            SourcePhase::Offered { .. } | SourcePhase::Frozen { .. } | SourcePhase::Committing { .. } => {
                Ok(self.aborting(why))
            }
            // The receiver's reason may come after its abort was seen in the log.
            SourcePhase::Aborted { why: Ending::ByTheOther, told } => {
                Ok(SourcePhase::Aborted { why, told: *told })
            }
            SourcePhase::Aborting { .. } | SourcePhase::Aborted { .. } => Ok(self.phase.clone()),
            SourcePhase::Pending { .. } | SourcePhase::HandedOver { .. } => Err(SourceRefusal::TooLate),
        }
    }

    fn aborting(&self, why: Ending) -> SourcePhase {
        SourcePhase::Aborting { why, frozen: self.is_frozen() }
    }

    fn tick(&self, now: Timestamp) -> SourcePhase {
        match &self.phase {
            SourcePhase::Offered { .. } if now >= self.deadline => self.aborting(Ending::Expired),
            SourcePhase::Frozen { since, .. } if now.duration_since(*since) >= RECEIPT_WITHIN => {
                self.aborting(Ending::NoReceipt)
            }
            phase => phase.clone(),
        }
    }

    fn log(&self, record: &CaseRecord) -> SourcePhase {
        if self.has_ended() {
            return match &self.phase {
                SourcePhase::HandedOver { .. } => {
                    SourcePhase::HandedOver { retired: record.is_retired(self.transfer) }
                }
                // The registry refused the offer, and took a late copy of it after all.
                SourcePhase::Aborted { why, .. } if self.is_open_in(record) => {
                    SourcePhase::Aborting { why: why.clone(), frozen: false }
                }
                phase => phase.clone(),
            };
        }
        if record.is_activated(self.transfer) {
            return SourcePhase::HandedOver { retired: record.is_retired(self.transfer) };
        }
        if let Some(package) = record.committed(self.transfer) {
            return SourcePhase::Pending { package: package.clone() };
        }
        if record.is_aborted(self.transfer) {
            return match &self.phase {
                SourcePhase::Aborting { why, .. } => {
                    SourcePhase::Aborted { why: why.clone(), told: matches!(why, Ending::Rejected(_)) }
                }
                _ => SourcePhase::Aborted { why: Ending::ByTheOther, told: true },
            };
        }
        match &self.phase {
            SourcePhase::Offered { .. } if self.is_open_in(record) => {
                SourcePhase::Offered { registered: true }
            }
            phase => phase.clone(),
        }
    }

    fn is_open_in(&self, record: &CaseRecord) -> bool {
        record
            .open
            .as_ref()
            .is_some_and(|open| open.transfer == self.transfer && open.stage == Stage::Offered)
    }

    fn offer_refused(&self, refused: Refused) -> SourcePhase {
        match &self.phase {
            SourcePhase::Offered { registered: false } => {
                SourcePhase::Aborted { why: Ending::Refused(refused), told: true }
            }
            // Neither open nor ours: an abort has nothing left to end.
            SourcePhase::Aborting { why, .. } if refused == Refused::UnknownTransfer => {
                SourcePhase::Aborted { why: why.clone(), told: true }
            }
            phase => phase.clone(),
        }
    }

    fn told(&self) -> SourcePhase {
        match &self.phase {
            SourcePhase::Aborted { why, .. } => SourcePhase::Aborted { why: why.clone(), told: true },
            phase => phase.clone(),
        }
    }
}
