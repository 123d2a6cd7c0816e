//! The demo's citizens, into the vault of a node that is not started yet: what the domain decided, written as every
//! case's beginning is, with its leaf in the audit log.

use std::sync::Arc;

use anyhow::Context;
use enplan_domain::access::Action;
use enplan_domain::municipality::THE_NINE;
use enplan_domain::relocation::{Docket, Move, Place};
use enplan_domain::{CaseId, Clock, Date, Kommunekode, Timestamp, danish_day};
use enplan_vault::plans::PlanChange;
use enplan_vault::{AuditEntry, Expected, MovesWrite, Vault, Write};
use futures::future::try_join_all;
use jiff::ToSpan;

use super::people::Resident;
use crate::commands::account::whoever_runs_this;

/// Somebody who is in a vault.
#[derive(Debug)]
pub(super) struct Registered {
    /// Under which case.
    pub(super) case: CaseId,
    /// The name.
    pub(super) name: String,
}

/// Registers the citizens of one municipality, whoever changed last at the end. Their writes share commits.
pub(super) async fn register(
    vault: &Vault,
    municipality: Kommunekode,
    residents: &[Resident],
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Vec<Registered>> {
    let mut here: Vec<_> =
        residents.iter().filter(|resident| resident.municipality == municipality).collect();
    here.sort_by_key(|resident| resident.events.last().map(|event| event.stamp().at));
    let today = danish_day(clock.now());
    try_join_all(here.into_iter().enumerate().map(async |(nth, resident)| {
        let Resident { case, unit, plan, events, .. } = resident;
        let case = *case;
        let change =
            PlanChange { case, ..PlanChange::beginning(plan, events, Some((*unit).to_owned()), today) };
        // No caseworker did this today, whatever day the story has it on.
        let action = Action::RegisterCitizen.as_str();
        let entry = AuditEntry::done(whoever_runs_this(municipality), action, vec![case]);
        let write = change.write().context("a plan could not be encoded")?;
        vault.write(Write { case: Some(write), ..Write::of(entry) }).await?;
        if let Some(moved) = moved_lately(nth, municipality, today) {
            tell(vault, municipality, case, moved?, clock.now()).await?;
        }
        Ok(Registered { case, name: plan.citizen.name.reveal().to_owned() })
    }))
    .await
}

/// Who of a municipality's citizens has moved lately, so that the list of moves is not empty: every tenth, to a neighbour in
/// the network, out of it, or abroad.
fn moved_lately(nth: usize, from: Kommunekode, today: Date) -> Option<anyhow::Result<Move>> {
    if nth % 10 != 5 {
        return None;
    }
    let round = nth / 10;
    let neighbours = THE_NINE.iter().filter(|(code, _)| *code != from);
    let to = match round % 3 {
        0 => neighbours.map(|(code, _)| code.to_string()).nth(round % 8).unwrap_or_default(),
        1 => "0101".to_owned(),
        _ => "abroad".to_owned(),
    };
    let days = 5 + i64::try_from(nth % 20).unwrap_or_default();
    let moved = || {
        let on = today.checked_sub(days.days())?;
        Ok(Move::new(
            format!("demo-{from}-{nth}").parse()?,
            on,
            Place::Municipality(from),
            to.parse()?,
            today,
        )?)
    };
    Some(moved())
}

/// Tells a case that its citizen has moved, as an extract would.
async fn tell(
    vault: &Vault,
    municipality: Kommunekode,
    case: CaseId,
    relocation: Move,
    now: Timestamp,
) -> anyhow::Result<()> {
    let mut docket = Docket::default();
    docket.take_in(relocation, municipality, now)?;
    let moves = MovesWrite {
        case,
        expected: Expected::New,
        is_waiting: docket.is_waiting(),
        moves: serde_json::to_vec(&docket)?,
    };
    let action = Action::ImportRelocations.as_str();
    let entry = AuditEntry::done(whoever_runs_this(municipality), action, vec![case]);
    vault.write(Write { moves: vec![moves], ..Write::of(entry) }).await?;
    Ok(())
}
