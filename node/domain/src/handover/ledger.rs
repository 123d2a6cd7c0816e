//! The registry's rules for one case: who owns it, at which epoch, and what came of each handover.
//!
//! Every command is a compare-and-set on (handover, epoch) and may be sent any number of times: its idempotency key is
//! (handover, kind), and a repetition changes nothing (invariant I11).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Digest, Receipt, Signature, WrappedKey};
use crate::{CaseHandle, Epoch, Incarnation, Kommunekode, TransferId};

/// What the registry knows of one case. No name, number or text of a citizen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The one municipality that may change the plan.
    pub owner: Kommunekode,
    /// Grows by one with each committed handover.
    pub epoch: Epoch,
    /// The handover under way, at most one.
    pub open: Option<OpenTransfer>,
    /// What came of each handover that ended.
    pub outcomes: BTreeMap<TransferId, Outcome>,
}

/// A handover under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OpenTransfer {
    /// Which.
    pub transfer: TransferId,
    /// Who offered it.
    pub from: Kommunekode,
    /// To whom.
    pub to: Kommunekode,
    /// The epoch it was offered at; the new owner's is one above.
    pub epoch: Epoch,
    /// How far it has come.
    pub stage: Stage,
}

/// How far an open handover has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Offered: either side may still abort.
    Offered,
    /// Past the point of no return: the receiver owns the case and must open this package.
    Committed(CommittedPackage),
}

/// The package that a commit chose, and the key to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommittedPackage {
    /// Which package.
    pub digest: Digest,
    /// Its key, for the receiver alone.
    pub wrapped_key: WrappedKey,
}

/// How a handover ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It will never be committed (invariant I5).
    Aborted,
    /// The receiver has opened the plan and serves it.
    HandedOver {
        /// The former owner.
        from: Kommunekode,
        /// The new owner.
        to: Kommunekode,
        /// The new owner's epoch.
        epoch: Epoch,
        /// The package, kept for a receiver that must open it again.
        package: CommittedPackage,
        /// Whether the source has put its live plan away.
        retired: bool,
    },
}

/// A command about one case, as its proposer signs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Command {
    /// The owner offers the case to another municipality. The registry learns the handle here.
    Offer {
        /// To whom.
        to: Kommunekode,
        /// The owner's epoch.
        epoch: Epoch,
    },
    /// The owner gives the case away, holding the receiver's receipt. The point of no return.
    Commit {
        /// The owner's epoch.
        epoch: Epoch,
        /// The proposer's life; any but its newest is refused.
        incarnation: Incarnation,
        /// The package.
        package: CommittedPackage,
        /// The receiver's signature over [`Receipt`].
        receipt: Signature,
    },
    /// Either side ends a handover that is not committed.
    Abort,
    /// The receiver has opened the package and serves the plan.
    Activated,
    /// The source has put its live plan away.
    Retired,
}

/// What the rules must know of the federation around a case.
pub trait Federation {
    /// Whether this municipality is a member.
    fn is_member(&self, municipality: Kommunekode) -> bool;
    /// The newest life that this municipality has started.
    fn newest_incarnation(&self, municipality: Kommunekode) -> Incarnation;
    /// Whether this municipality's signing key made this signature over this receipt.
    fn is_genuine(&self, by: Kommunekode, receipt: &Receipt, signature: &Signature) -> bool;
}

/// Why a command changed nothing. Deterministic: every node gives the same answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error,
)]
pub enum Refused {
    /// No such case.
    #[error("the registry knows no such case")]
    UnknownCase,
    /// No such handover of this case.
    #[error("the registry knows no such handover of this case")]
    UnknownTransfer,
    /// Only the owner may offer or commit.
    #[error("another municipality owns the case")]
    NotTheOwner,
    /// The proposer is on neither side of the handover, or on the wrong one.
    #[error("the proposer may not say this of the handover")]
    NotAParty,
    /// The epoch named is not the case's.
    #[error("the case is at another epoch")]
    WrongEpoch,
    /// One handover at a time.
    #[error("another handover of the case is under way")]
    AnotherUnderWay,
    /// To itself.
    #[error("a case can't be handed over to its own owner")]
    ToItself,
    /// To somebody who is not a member.
    #[error("the receiver is not a member of the federation")]
    NotAMember,
    /// An earlier life of the proposer said this.
    #[error("the proposer has started again since")]
    OldIncarnation,
    /// The receipt is not the receiver's over this package.
    #[error("the receipt is not the receiver's over this package")]
    FalseReceipt,
    /// It was aborted.
    #[error("the handover was aborted")]
    WasAborted,
    /// It was committed: too late to abort, or committed with another package.
    #[error("the handover is already committed")]
    AlreadyCommitted,
    /// It is not yet committed, or not yet activated.
    #[error("the handover has not come that far")]
    TooEarly,
}

/// What a command did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// It changed the record.
    Changed,
    /// It had been done before.
    Already,
}

/// Applies one command to one case: the record after it and what it did, or why nothing changed.
///
/// # Errors
/// [`Refused`], the same on every node; the record stays as it was.
pub fn apply(
    record: Option<&CaseRecord>,
    handle: CaseHandle,
    transfer: TransferId,
    by: Kommunekode,
    command: &Command,
    federation: &impl Federation,
) -> Result<(CaseRecord, Effect), Refused> {
    if let Command::Offer { to, epoch } = command {
        return offer(record, transfer, by, *to, *epoch, federation);
    }
    let mut record = match (record, command) {
        (Some(record), _) => record.clone(),
        // The abort overtook its offer: the offer must find it.
        (None, Command::Abort) => CaseRecord::new(by),
        (None, _) => return Err(Refused::UnknownCase),
    };
    let effect = match command {
        Command::Offer { .. } => Effect::Already,
        Command::Commit { epoch, incarnation, package, receipt } => {
            let claim = Receipt { handle, transfer, epoch: *epoch, digest: package.digest };
            record.commit(&claim, by, *incarnation, package, receipt, federation)?
        }
        Command::Abort => record.abort(transfer, by)?,
        Command::Activated => record.activated(transfer, by)?,
        Command::Retired => record.retired(transfer, by)?,
    };
    Ok((record, effect))
}

fn offer(
    record: Option<&CaseRecord>,
    transfer: TransferId,
    by: Kommunekode,
    to: Kommunekode,
    epoch: Epoch,
    federation: &impl Federation,
) -> Result<(CaseRecord, Effect), Refused> {
    let mut record = match record {
        Some(record) => record.clone(),
        None if epoch == Epoch::FIRST => CaseRecord::new(by),
        None => return Err(Refused::WrongEpoch),
    };
    match record.outcomes.get(&transfer) {
        Some(Outcome::Aborted) => return Err(Refused::WasAborted),
        Some(Outcome::HandedOver { from, .. }) if *from == by => return Ok((record, Effect::Already)),
        Some(Outcome::HandedOver { .. }) => return Err(Refused::NotAParty),
        None => {}
    }
    if let Some(open) = &record.open {
        let same = open.transfer == transfer && open.from == by && open.to == to && open.epoch == epoch;
        return if same { Ok((record, Effect::Already)) } else { Err(Refused::AnotherUnderWay) };
    }
    if record.owner != by {
        return Err(Refused::NotTheOwner);
    }
    if record.epoch != epoch {
        return Err(Refused::WrongEpoch);
    }
    if to == by {
        return Err(Refused::ToItself);
    }
    if !federation.is_member(to) {
        return Err(Refused::NotAMember);
    }
    record.open = Some(OpenTransfer { transfer, from: by, to, epoch, stage: Stage::Offered });
    Ok((record, Effect::Changed))
}

impl CaseRecord {
    fn new(owner: Kommunekode) -> Self {
        Self { owner, epoch: Epoch::FIRST, open: None, outcomes: BTreeMap::new() }
    }

    /// The package that a commit of this handover chose, once there is one.
    pub fn committed(&self, transfer: TransferId) -> Option<&CommittedPackage> {
        match (&self.open, self.outcomes.get(&transfer)) {
            (_, Some(Outcome::HandedOver { package, .. })) => Some(package),
            (Some(OpenTransfer { transfer: open, stage: Stage::Committed(package), .. }), _)
                if *open == transfer =>
            {
                Some(package)
            }
            _ => None,
        }
    }

    /// The handovers of the case: the one under way and those that ended.
    pub fn transfers(&self) -> impl Iterator<Item = TransferId> {
        self.open.iter().map(|open| open.transfer).chain(self.outcomes.keys().copied())
    }

    /// Whether a municipality owns the case, is a party to its open handover, or was to one that went through.
    pub fn concerns(&self, municipality: Kommunekode) -> bool {
        let open = self.open.as_ref();
        self.owner == municipality
            || open.is_some_and(|open| open.from == municipality || open.to == municipality)
            || self.outcomes.values().any(|outcome| {
                matches!(outcome, Outcome::HandedOver { from, to, .. } if *from == municipality || *to == municipality)
            })
    }

    /// Whether the receiver has opened this handover's package.
    pub fn is_activated(&self, transfer: TransferId) -> bool {
        matches!(self.outcomes.get(&transfer), Some(Outcome::HandedOver { .. }))
    }

    /// Whether this handover will never be committed.
    pub fn is_aborted(&self, transfer: TransferId) -> bool {
        matches!(self.outcomes.get(&transfer), Some(Outcome::Aborted))
    }

    /// Whether the source has put its live plan away after this handover.
    pub fn is_retired(&self, transfer: TransferId) -> bool {
        matches!(self.outcomes.get(&transfer), Some(Outcome::HandedOver { retired: true, .. }))
    }

    fn commit(
        &mut self,
        claim: &Receipt,
        by: Kommunekode,
        incarnation: Incarnation,
        package: &CommittedPackage,
        receipt: &Signature,
        federation: &impl Federation,
    ) -> Result<Effect, Refused> {
        if self.is_aborted(claim.transfer) {
            return Err(Refused::WasAborted);
        }
        if let Some(committed) = self.committed(claim.transfer) {
            return if committed == package { Ok(Effect::Already) } else { Err(Refused::AlreadyCommitted) };
        }
        let open = self
            .open
            .as_mut()
            .filter(|open| open.transfer == claim.transfer)
            .ok_or(Refused::UnknownTransfer)?;
        if open.from != by || self.owner != by {
            return Err(Refused::NotTheOwner);
        }
        if open.epoch != claim.epoch || self.epoch != claim.epoch {
            return Err(Refused::WrongEpoch);
        }
        if incarnation != federation.newest_incarnation(by) {
            return Err(Refused::OldIncarnation);
        }
        if !federation.is_genuine(open.to, claim, receipt) {
            return Err(Refused::FalseReceipt);
        }
        self.owner = open.to;
        self.epoch = self.epoch.next();
        open.stage = Stage::Committed(package.clone());
        Ok(Effect::Changed)
    }

    fn abort(&mut self, transfer: TransferId, by: Kommunekode) -> Result<Effect, Refused> {
        match self.outcomes.get(&transfer) {
            Some(Outcome::Aborted) => return Ok(Effect::Already),
            Some(Outcome::HandedOver { .. }) => return Err(Refused::AlreadyCommitted),
            None => {}
        }
        match self.open.as_ref().filter(|open| open.transfer == transfer) {
            Some(OpenTransfer { stage: Stage::Committed(_), .. }) => Err(Refused::AlreadyCommitted),
            Some(open) if by == open.from || by == open.to => {
                self.open = None;
                self.outcomes.insert(transfer, Outcome::Aborted);
                Ok(Effect::Changed)
            }
            Some(_) => Err(Refused::NotAParty),
            // An offer that is still on its way: the owner makes sure that it never opens.
            None if by == self.owner => {
                self.outcomes.insert(transfer, Outcome::Aborted);
                Ok(Effect::Changed)
            }
            None => Err(Refused::UnknownTransfer),
        }
    }

    fn activated(&mut self, transfer: TransferId, by: Kommunekode) -> Result<Effect, Refused> {
        if let Some(Outcome::HandedOver { to, .. }) = self.outcomes.get(&transfer) {
            return if *to == by { Ok(Effect::Already) } else { Err(Refused::NotAParty) };
        }
        if self.is_aborted(transfer) {
            return Err(Refused::WasAborted);
        }
        let open =
            self.open.as_ref().filter(|open| open.transfer == transfer).ok_or(Refused::UnknownTransfer)?;
        if open.to != by {
            return Err(Refused::NotAParty);
        }
        let Stage::Committed(package) = &open.stage else {
            return Err(Refused::TooEarly);
        };
        let outcome = Outcome::HandedOver {
            from: open.from,
            to: open.to,
            epoch: open.epoch.next(),
            package: package.clone(),
            retired: false,
        };
        self.outcomes.insert(transfer, outcome);
        self.open = None;
        Ok(Effect::Changed)
    }

    fn retired(&mut self, transfer: TransferId, by: Kommunekode) -> Result<Effect, Refused> {
        match self.outcomes.get_mut(&transfer) {
            Some(Outcome::HandedOver { from, retired, .. }) if *from == by => {
                let effect = if *retired { Effect::Already } else { Effect::Changed };
                *retired = true;
                Ok(effect)
            }
            Some(Outcome::HandedOver { .. }) => Err(Refused::NotAParty),
            Some(Outcome::Aborted) => Err(Refused::WasAborted),
            None if self.open.as_ref().is_some_and(|open| open.transfer == transfer) => {
                Err(Refused::TooEarly)
            }
            None => Err(Refused::UnknownTransfer),
        }
    }
}
