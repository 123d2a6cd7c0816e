//! What is due beside a plan: a move, an offer from either side, a request. Of a citizen, these say nothing.

use jiff::civil::Date;

use super::{Deadline, DeadlineKind, WaitsFor};
use crate::catalogue::terms;
use crate::relocation::Docket;
use crate::{Kommunekode, Narrative, danish_day};

/// The move that waits for somebody to say what it means for the case; where another municipality has asked for the plan, that
/// it waits for an answer.
pub fn of_moves(docket: &Docket) -> Option<Deadline> {
    let waiting = docket.waiting()?;
    let (kind, heard) = match &waiting.asked {
        Some(asked) => (DeadlineKind::PlanAskedFor, asked.at),
        None => (DeadlineKind::RelocationUndecided, waiting.heard_at),
    };
    // A move that is told of before its day can be decided on from that day.
    let since = danish_day(heard).max(waiting.moved.on);
    Some(Deadline::new(kind, terms::RELOCATION.last_day(since), WaitsFor::Caseworker))
}

/// An offer to another municipality that stands until a day. It waits for them, or for an answer to what they ask.
pub fn offered_away(until: Date, asks_us: bool) -> Deadline {
    if asks_us {
        Deadline::new(DeadlineKind::HandoverQuestion, until, WaitsFor::Caseworker)
    } else {
        Deadline::new(DeadlineKind::HandoverAnswer, until, WaitsFor::Municipality)
    }
}

/// An offer from another municipality: nobody's case yet, for whoever may answer.
pub fn offered_here(until: Date, from: Kommunekode) -> Deadline {
    Deadline {
        text: municipality(from),
        ..Deadline::new(DeadlineKind::HandoverOffered, until, WaitsFor::Staff)
    }
}

/// A request for a plan, which is forgotten after a day.
pub fn asked_elsewhere(until: Date, of: Kommunekode) -> Deadline {
    let requested = Deadline::new(DeadlineKind::PlanRequested, until, WaitsFor::Municipality);
    Deadline { last_day: Some(until), text: municipality(of), whom: municipality(of), ..requested }
}

fn municipality(code: Kommunekode) -> Narrative {
    Narrative::parse(&code.called()).unwrap_or_default()
}
