//! The boot fence: what a vault holds, compared with what the registry says, before anything is served.
//!
//! The comparison is made for every case after each start, behind a linearizable read, and again whenever the registry
//! changes a case. A vault restored from an older copy is found here, however it came about.

use super::Hold;
use super::ledger::{CaseRecord, CommittedPackage, OpenTransfer, Outcome, Stage};
use crate::{Epoch, Kommunekode, TransferId};

/// What the vault holds of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Local {
    /// The epoch at which this municipality last owned it.
    pub epoch: Epoch,
    /// What its handovers let happen to it.
    pub hold: Hold,
}

/// What the comparison of one case found, and so what the node must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The vault and the registry agree: serve what the vault's hold allows.
    Agreed,
    /// The registry has an open offer of ours that the vault does not know: abort it. Served meanwhile: nothing that
    /// an earlier life proposed can be committed.
    AbortForgotten {
        /// The offer.
        transfer: TransferId,
        /// To whom it was made.
        to: Kommunekode,
    },
    /// We gave it away, and the vault does not know: it is another's now.
    GivenAway {
        /// By which handover.
        transfer: TransferId,
        /// To whom.
        to: Kommunekode,
    },
    /// We own a version that the vault does not have: the source must bring its package again.
    Missing {
        /// By which handover it came.
        transfer: TransferId,
        /// From whom.
        from: Kommunekode,
        /// The epoch it was offered at.
        offered_at: Epoch,
        /// What was committed.
        package: CommittedPackage,
    },
    /// Someone offered us a case in a preview that the vault does not have: ask for it again.
    PreviewMissing {
        /// Which handover.
        transfer: TransferId,
        /// From whom.
        from: Kommunekode,
    },
    /// The registry is older than the vault, or contradicts it: don't serve, raise the alarm.
    RegistryBehind,
    /// The registry says that we own a case the vault has lost, and no package of it exists: raise the alarm.
    Lost,
}

/// Compares one case. `knows` says whether the vault has a record of a handover.
pub fn compare(
    me: Kommunekode,
    local: Option<Local>,
    record: Option<&CaseRecord>,
    knows: impl Fn(TransferId) -> bool,
) -> Finding {
    match (local, record) {
        (None, None) => Finding::Agreed,
        (Some(local), None) => {
            let never_offered = local.epoch == Epoch::FIRST && local.hold == Hold::Active;
            if never_offered { Finding::Agreed } else { Finding::RegistryBehind }
        }
        (local, Some(record)) => {
            let held = local.map_or(Epoch(0), |local| local.epoch);
            if record.epoch < held {
                Finding::RegistryBehind
            } else if record.owner == me {
                owner(me, local, held, record, knows)
            } else {
                other(me, local, held, record, knows)
            }
        }
    }
}

/// The registry says that we own the case.
fn owner(
    me: Kommunekode,
    local: Option<Local>,
    held: Epoch,
    record: &CaseRecord,
    knows: impl Fn(TransferId) -> bool,
) -> Finding {
    if record.epoch == held {
        return match (&record.open, local.map(|local| local.hold)) {
            (_, Some(Hold::HandedOver(_))) => Finding::RegistryBehind,
            (Some(OpenTransfer { transfer, from, to, stage: Stage::Offered, .. }), _)
                if *from == me && !knows(*transfer) =>
            {
                Finding::AbortForgotten { transfer: *transfer, to: *to }
            }
            _ => Finding::Agreed,
        };
    }
    // A row from before it was given away comes first: it would be served as soon as its way back is known.
    if let Some(given_away) = given_away(me, local, held, record, &knows) {
        return given_away;
    }
    match arrival(me, record) {
        Some((transfer, _, _)) if knows(transfer) => Finding::Agreed,
        Some((transfer, from, package)) => Finding::Missing {
            transfer,
            from,
            offered_at: Epoch(record.epoch.0 - 1),
            package: package.clone(),
        },
        None => Finding::Lost,
    }
}

/// The registry says that somebody else owns the case.
fn other(
    me: Kommunekode,
    local: Option<Local>,
    held: Epoch,
    record: &CaseRecord,
    knows: impl Fn(TransferId) -> bool,
) -> Finding {
    if local.is_some() && record.epoch == held {
        return Finding::RegistryBehind;
    }
    // Before any preview: what was given away must not be served while one is awaited.
    if let Some(given_away) = given_away(me, local, held, record, &knows) {
        return given_away;
    }
    match &record.open {
        Some(OpenTransfer { transfer, from, to, stage: Stage::Offered, .. })
            if *to == me && !knows(*transfer) =>
        {
            Finding::PreviewMissing { transfer: *transfer, from: *from }
        }
        _ => Finding::Agreed,
    }
}

/// What a row says that was given away since, unless the vault has put it away or knows the handover that did it: that
/// one's own state follows the log.
fn given_away(
    me: Kommunekode,
    local: Option<Local>,
    held: Epoch,
    record: &CaseRecord,
    knows: impl Fn(TransferId) -> bool,
) -> Option<Finding> {
    if matches!(local?.hold, Hold::HandedOver(_)) {
        return None;
    }
    match departure(me, held, record) {
        Some((transfer, _)) if knows(transfer) => None,
        Some((transfer, to)) => Some(Finding::GivenAway { transfer, to }),
        None => Some(Finding::RegistryBehind),
    }
}

/// The handover that made us owner at the record's epoch.
fn arrival(me: Kommunekode, record: &CaseRecord) -> Option<(TransferId, Kommunekode, &CommittedPackage)> {
    if let Some(OpenTransfer { transfer, from, to, stage: Stage::Committed(package), .. }) = &record.open
        && *to == me
    {
        return Some((*transfer, *from, package));
    }
    record.outcomes.iter().find_map(|(transfer, outcome)| match outcome {
        Outcome::HandedOver { from, to, epoch, package, .. } if *to == me && *epoch == record.epoch => {
            Some((*transfer, *from, package))
        }
        _ => None,
    })
}

/// The handover by which we gave away what we held at this epoch.
fn departure(me: Kommunekode, held: Epoch, record: &CaseRecord) -> Option<(TransferId, Kommunekode)> {
    if let Some(OpenTransfer { transfer, from, to, epoch, stage: Stage::Committed(_) }) = &record.open
        && *from == me
        && *epoch >= held
    {
        return Some((*transfer, *to));
    }
    record
        .outcomes
        .iter()
        .filter_map(|(transfer, outcome)| match outcome {
            Outcome::HandedOver { from, to, epoch, .. } if *from == me && *epoch > held => {
                Some((*epoch, *transfer, *to))
            }
            _ => None,
        })
        .max()
        .map(|(_, transfer, to)| (transfer, to))
}
