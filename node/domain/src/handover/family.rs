//! A family that moves together: each plan is handed over by itself, and those of one family are shown as one thing.
//!
//! What ties them is a random id, which the sender makes and tells the receiver with each preview. It is no part of any
//! command, so the registry sees handovers that have nothing in common. An id is its sender's alone: whoever sends under
//! an id that another sender uses has a family of their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Destination, DestinationPhase, Source, SourcePhase};
use crate::{CaseHandle, CaseId, FamilyMoveId, Kommunekode, TransferId};

/// The most plans that one family can be said to have.
pub const MOST: u32 = 50;

/// What a handover's record says of the family that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyMove {
    /// Which.
    pub id: FamilyMoveId,
    /// How many plans the sender had offered in it by then: a count, and nothing of whom.
    #[serde(default)]
    pub announced: u32,
    /// Those of the family who cannot go yet, at the sender alone. What the newest handover's record says counts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub waiting: BTreeSet<CaseId>,
}

/// Which way a family goes, as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// This municipality sends it.
    Leaving,
    /// This municipality receives it.
    Arriving,
}

/// A family that moves together, as one municipality knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyKey {
    /// Which way.
    pub direction: Direction,
    /// The other municipality.
    pub counterpart: Kommunekode,
    /// The sender's id for it.
    pub id: FamilyMoveId,
}

/// How far one of a family's handovers has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// The receiver has still to answer.
    AwaitsAnswer,
    /// Answered, and not settled yet.
    UnderWay,
    /// The plan is the receiver's.
    Done,
    /// It will never be handed over by this handover.
    CameToNothing,
}

impl Source {
    /// How far it has come, for whoever follows a family.
    pub fn progress(&self) -> Progress {
        match self.phase {
            SourcePhase::Offered { .. } => Progress::AwaitsAnswer,
            SourcePhase::Frozen { .. }
            | SourcePhase::Committing { .. }
            | SourcePhase::Aborting { .. }
            | SourcePhase::Pending { .. } => Progress::UnderWay,
            SourcePhase::HandedOver { .. } => Progress::Done,
            SourcePhase::Aborted { .. } => Progress::CameToNothing,
        }
    }
}

impl Destination {
    /// How far it has come, for whoever follows a family.
    pub fn progress(&self) -> Progress {
        match self.phase {
            DestinationPhase::Previewed => Progress::AwaitsAnswer,
            DestinationPhase::Accepted
            | DestinationPhase::Staged { .. }
            | DestinationPhase::Opening { .. }
            | DestinationPhase::Imported
            | DestinationPhase::Rejecting { .. } => Progress::UnderWay,
            DestinationPhase::Active => Progress::Done,
            DestinationPhase::Ended { .. } => Progress::CameToNothing,
        }
    }
}

/// One handover that belongs to a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whose family.
    pub key: FamilyKey,
    /// Of which case, by the name that both sides know.
    pub handle: CaseHandle,
    /// Which handover.
    pub transfer: TransferId,
    /// When it began here.
    pub began: Timestamp,
    /// When its offer runs out.
    pub deadline: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// How many plans its sender had offered by then.
    pub announced: u32,
}

/// Handovers by the families that they belong to: of each case the newest alone, since whoever was rejected and is offered
/// again is one person.
pub fn families(parts: impl IntoIterator<Item = Part>) -> BTreeMap<FamilyKey, Vec<Part>> {
    let mut newest: BTreeMap<(FamilyKey, CaseHandle), Part> = BTreeMap::new();
    let order = |part: &Part| (part.began, part.transfer);
    for part in parts {
        let known = newest.entry((part.key, part.handle)).or_insert(part);
        if order(&part) > order(known) {
            *known = part;
        }
    }
    let mut families: BTreeMap<FamilyKey, Vec<Part>> = BTreeMap::new();
    for part in newest.into_values() {
        families.entry(part.key).or_default().push(part);
    }
    for parts in families.values_mut() {
        parts.sort_by_key(order);
    }
    families
}

/// A family as one line: counts, and nothing of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Plans that are or were offered.
    pub plans: u32,
    /// The receiver has still to answer these.
    pub awaiting_answer: u32,
    /// These are answered, and not settled.
    pub under_way: u32,
    /// These are the receiver's.
    pub done: u32,
    /// These came to nothing.
    pub came_to_nothing: u32,
    /// The sender has said that it offers these, and they have not come here.
    pub not_come: u32,
    /// The first deadline among those that await an answer.
    pub deadline: Option<Timestamp>,
}

impl Tally {
    /// Of one family's handovers.
    pub fn of(parts: &[Part]) -> Self {
        let count = |progress| {
            let such = parts.iter().filter(|part| part.progress == progress).count();
            u32::try_from(such).unwrap_or(u32::MAX)
        };
        let plans = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        let announced = parts.iter().map(|part| part.announced).max().unwrap_or_default();
        let open = parts.iter().filter(|part| part.progress == Progress::AwaitsAnswer);
        Self {
            plans,
            awaiting_answer: count(Progress::AwaitsAnswer),
            under_way: count(Progress::UnderWay),
            done: count(Progress::Done),
            came_to_nothing: count(Progress::CameToNothing),
            not_come: announced.saturating_sub(plans),
            deadline: open.map(|part| part.deadline).min(),
        }
    }

    /// Whether there is nothing left to follow in it.
    pub fn is_over(&self) -> bool {
        self.awaiting_answer == 0 && self.under_way == 0
    }
}

/// Who of a family cannot go yet, at its sender: what its newest handover's record says, less those who have a handover in it
/// by now.
pub fn still_waiting<'w>(
    written: impl IntoIterator<Item = (Timestamp, TransferId, &'w BTreeSet<CaseId>)>,
    offered: &BTreeSet<CaseId>,
) -> BTreeSet<CaseId> {
    let newest = written.into_iter().max_by_key(|(began, transfer, _)| (*began, *transfer));
    newest.map(|(_, _, waiting)| waiting - offered).unwrap_or_default()
}
