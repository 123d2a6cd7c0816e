//! The citizens whose plans were handed over: the municipality's subscription to their data in the registry of persons ends
//! (Datatilsynet 2018-32-0232). A feed that others read from where they got to; reading it again changes nothing.

use enplan_domain::access::Action;
use enplan_domain::handover::SourcePhase;
use enplan_domain::{CaseId, Timestamp, TransferId};
use enplan_federation::Machine;
use enplan_federation::wire::proto_time;
use enplan_proto::relocation::v1 as proto;
use enplan_vault::{AuditEntry, Write};

use super::Desk;
use crate::failure::Failure;
use crate::sessions::Caller;

const USUAL: usize = 100;
const MOST: usize = 500;

/// A page of the feed.
pub(super) async fn ended(
    desk: &Desk,
    caller: &Caller,
    request: &proto::ListEndedSubscriptionsRequest,
) -> Result<proto::ListEndedSubscriptionsResponse, Failure> {
    desk.allow_here(caller, Action::SeeEndedSubscriptions).await?;
    let whole = enplan_domain::access::decide(
        &caller.user,
        Action::EndSubscriptions,
        &enplan_domain::access::Resource::Node,
    )
    .is_ok();
    let mut feed: Vec<(Timestamp, TransferId, CaseId)> = Vec::new();
    for record in desk.handovers.list(true).await? {
        if let (Machine::Source(source), Some(case)) = (&record.machine, record.case)
            && matches!(source.phase, SourcePhase::HandedOver { .. })
        {
            let at = record.handed_over_at.unwrap_or(record.updated_at);
            feed.push((at, source.transfer, case));
        }
    }
    feed.sort_unstable();
    let begin = match request.after.as_str() {
        "" => 0,
        after => {
            let seen = feed.iter().position(|(_, transfer, _)| transfer.to_string() == after);
            seen.ok_or_else(no_such_cursor)? + 1
        }
    };
    let limit = match request.limit as usize {
        0 => USUAL,
        limit => limit.min(MOST),
    };
    let page: Vec<_> = feed.into_iter().skip(begin).take(limit).collect();
    let mut subscriptions = Vec::with_capacity(page.len());
    for (at, transfer, case) in &page {
        let Some(stored) = desk.vault.case_for_protocol(*case).await? else { continue };
        let resumed = !desk.handovers.open_cases(&stored.cpr).await?.is_empty();
        subscriptions.push(proto::EndedSubscription {
            cursor: transfer.to_string(),
            cpr: if whole { stored.cpr.reveal().to_owned() } else { stored.cpr.masked() },
            masked: !whole,
            ended_at: Some(proto_time(*at)),
            resumed,
            case_id: case.to_string(),
        });
    }
    let action = if whole { Action::EndSubscriptions } else { Action::SeeEndedSubscriptions };
    let cases = page.iter().map(|(_, _, case)| *case).collect();
    let entry = AuditEntry::done(caller.actor.clone(), action.as_str(), cases);
    desk.vault.write(Write::of(entry)).await?;
    Ok(proto::ListEndedSubscriptionsResponse { subscriptions })
}

fn no_such_cursor() -> Failure {
    Failure::field(
        "after",
        "NO_SUCH_CURSOR",
        "no subscription ended at this place in the feed",
        "Stedet i listen findes ikke. Brug det sidste, du fik, eller hent forfra.",
    )
}
