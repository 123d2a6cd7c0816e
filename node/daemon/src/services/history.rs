//! A plan looked back upon: as it was on a day, and what happened to it. Each is a look, recorded before it is shown.

use enplan_domain::plan::{Change, Life, Plan, history};
use enplan_domain::{CaseId, Date};
use enplan_federation::wire::proto_time;
use enplan_proto::plan::v1 as proto;
use tonic::Code;

use super::Desk;
use super::casework::Case;
use super::field::case_id;
use crate::failure::Failure;
use crate::sessions::Caller;

/// How many changes a page has where nobody says.
const PAGE: u32 = 50;
/// And at most.
const LONGEST_PAGE: u32 = 500;

/// The case with its plan as it was at the end of a day.
pub(super) async fn on_day(desk: &Desk, caller: &Caller, id: CaseId, day: Date) -> Result<Case, Failure> {
    let (case, events) = desk.see_events(caller, id).await?;
    if day > desk.context(caller, None).today() {
        return Err(not_come());
    }
    let then = Plan::on_day(&events, day).map_err(|error| Failure::inside(&error))?;
    // While another municipality had it, it was changed there, and what lies here is not what it was.
    let mut plan =
        then.filter(|plan| !matches!(plan.life, Life::HandedOver { .. })).ok_or_else(not_here_then)?;
    // Protection counts from when it was given, whatever day is looked at.
    plan.citizen.protected |= case.plan.citizen.protected;
    Ok(Case { plan, ..case })
}

/// A page of what happened, the newest first.
pub(super) async fn page(
    desk: &Desk,
    caller: &Caller,
    request: &proto::GetHistoryRequest,
) -> Result<proto::GetHistoryResponse, Failure> {
    let (case, events) = desk.see_events(caller, case_id(&request.case_id)?).await?;
    let changes = history(&events).map_err(|error| Failure::inside(&error))?;
    let limit = match request.limit {
        0 => PAGE,
        limit => limit.min(LONGEST_PAGE),
    };
    let before = if request.before == 0 { u64::MAX } else { request.before };
    let changes = (1..=changes.len() as u64)
        .rev()
        .zip(changes.into_iter().rev())
        .filter(|(number, _)| *number < before)
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .map(|(number, change)| shown(number, &change));
    Ok(proto::GetHistoryResponse { changes: changes.collect(), version: case.stored.row.version })
}

fn shown(number: u64, change: &Change) -> proto::Change {
    proto::Change {
        number,
        at: Some(proto_time(change.at)),
        by: change.by.to_string(),
        event: change.event.to_owned(),
        text: change.text.reveal().to_owned(),
        items: change.items.iter().map(ToString::to_string).collect(),
    }
}

fn not_come() -> Failure {
    Failure::field(
        "as_of",
        "DAY_NOT_COME",
        "the day has not come",
        "Dagen er ikke kommet endnu. Vælg i dag eller en tidligere dag.",
    )
}

fn not_here_then() -> Failure {
    Failure::new(
        Code::FailedPrecondition,
        "PLAN_NOT_HERE_THEN",
        "the plan was not here on that day",
        "Planen var ikke her i kommunen den dag. Vælg en senere dag; `enplan plan history` viser, hvornår den kom.",
    )
}

impl Desk {
    /// The refusal of a change to a plan that somebody else changed first: it says what the caller did not see. That is a
    /// line of the plan's history, and so a look.
    pub(super) async fn changed_meanwhile(&self, caller: &Caller, id: CaseId) -> Failure {
        let newest = async {
            let (_, events) = self.see_events(caller, id).await?;
            history(&events).map_err(|error| Failure::inside(&error))
        };
        match newest.await {
            Ok(mut changes) => {
                changes.pop().map_or_else(Failure::changed, |change| Failure::changed_by(&change))
            }
            Err(failure) => failure,
        }
    }
}
