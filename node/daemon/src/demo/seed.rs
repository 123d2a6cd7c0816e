//! The demo's citizens, into the vault of a node that is not started yet: what the domain decided, written as every
//! case's beginning is, with its leaf in the audit log.

use std::sync::Arc;

use anyhow::Context;
use enplan_domain::access::Action;
use enplan_domain::{CaseId, Clock, Kommunekode, danish_day};
use enplan_vault::plans::PlanChange;
use enplan_vault::{AuditEntry, Vault, Write};
use futures::future::try_join_all;

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
    try_join_all(here.into_iter().map(async |resident| {
        let Resident { case, unit, plan, events, .. } = resident;
        let case = *case;
        let change =
            PlanChange { case, ..PlanChange::beginning(plan, events, Some((*unit).to_owned()), today) };
        // No caseworker did this today, whatever day the story has it on.
        let action = Action::RegisterCitizen.as_str();
        let entry = AuditEntry::done(whoever_runs_this(municipality), action, vec![case]);
        let write = change.write().context("a plan could not be encoded")?;
        vault.write(Write { case: Some(write), ..Write::of(entry) }).await?;
        Ok(Registered { case, name: plan.citizen.name.reveal().to_owned() })
    }))
    .await
}
