//! What siblings share, written into each of their plans: all of them can take it, or nothing is written.

use std::collections::BTreeSet;

use enplan_domain::access::Action;
use enplan_domain::plan::{PlanCommand, PlanRefusal, Status, When, decide};
use enplan_domain::{CaseId, household};
use enplan_proto::household::v1 as proto;
use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::change_item_request::Change;
use uuid::Uuid;

use super::Desk;
use super::casework::Case;
use super::field::{case_id, item, missing};
use super::writing::{item_change, new_item};
use crate::failure::Failure;
use crate::sessions::Caller;

/// Writes a goal or an action into each child's plan.
pub(super) async fn add(
    desk: &Desk,
    caller: &Caller,
    request: proto::AddSharedRequest,
) -> Result<proto::AddSharedResponse, Failure> {
    let mut with = Vec::new();
    for id in &request.case_ids {
        let id = case_id(id)?;
        if !with.contains(&id) {
            with.push(id);
        }
    }
    let today = desk.context(caller, None).today();
    let new = match request.item.ok_or_else(|| missing("item"))? {
        proto::add_shared_request::Item::Goal(goal) => Item::Goal(goal),
        proto::add_shared_request::Item::Action(action) => Item::Action(action),
    };
    let (id, new) = (Uuid::new_v4(), new_item(desk, new, When::Day(today))?);
    let item_id = format!("{}/{id}", new.resource_type());
    let share = PlanCommand::Share { id, item: Box::new(new), with: with.iter().copied().collect() };
    let cases = open(desk, caller, &with).await?;
    household::may_share(&cases.iter().map(|case| &case.plan).collect::<Vec<_>>(), today)?;
    let plans = write(desk, caller, &cases, &share).await?;
    Ok(proto::AddSharedResponse { item_id, plans })
}

/// Changes what siblings share, in the plan of each who has it here still.
pub(super) async fn change(
    desk: &Desk,
    caller: &Caller,
    request: proto::ChangeSharedRequest,
) -> Result<proto::ChangeSharedResponse, Failure> {
    use proto::change_shared_request::Change as Asked;
    let first = case_id(&request.case_id)?;
    let key = item(&request.item_id, PlanRefusal::NoSuchItem)?.ok_or(PlanRefusal::NoSuchItem)?;
    let asked = match request.change.ok_or_else(|| missing("change"))? {
        Asked::Reword(reword) => Change::Reword(reword),
        Asked::Begin(begin) => Change::Begin(begin),
        Asked::Finish(finish) => Change::Finish(finish),
        Asked::Drop(drop) => Change::Drop(drop),
        Asked::Withdraw(withdraw) => Change::Withdraw(withdraw),
    };
    let change = item_change(asked, When::Day(desk.context(caller, None).today()))?;
    let case = desk.open_case(caller, Action::EditPlan, first).await?;
    let shared = case.plan.items.get(&key).ok_or(PlanRefusal::NoSuchItem)?.shared.clone();
    let mut with = vec![first];
    for other in shared.into_iter().filter(|other| *other != first) {
        if has_it_still(desk, other, &key).await? {
            with.push(other);
        }
    }
    let cases = open(desk, caller, &with).await?;
    let change = PlanCommand::ChangeShared { item: key, change };
    Ok(proto::ChangeSharedResponse { plans: write(desk, caller, &cases, &change).await? })
}

/// Whether a plan is here, open, and shares it: what went along with a handover is the child's own, even when it is back.
async fn has_it_still(
    desk: &Desk,
    case: CaseId,
    key: &enplan_domain::plan::ItemKey,
) -> Result<bool, Failure> {
    let Some(stored) = desk.vault.case_for_protocol(case).await? else { return Ok(false) };
    if !stored.row.hold.is_readable() {
        return Ok(false);
    }
    let plan = stored.plan()?;
    let shares = plan
        .items
        .get(key)
        .is_some_and(|item| item.status != Status::Withdrawn && item.shared.contains(&case));
    Ok(shares && !plan.is_closed())
}

/// The cases, for somebody who may change every one of them.
async fn open(desk: &Desk, caller: &Caller, with: &[CaseId]) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for case in with {
        let case = desk.open_case(caller, Action::EditPlan, *case).await?;
        desk.may_change(&case, false)?;
        cases.push(case);
    }
    Ok(cases)
}

/// Writes one command into each, after each was found to take it. What changes between the two is told plan by plan.
async fn write(
    desk: &Desk,
    caller: &Caller,
    cases: &[Case],
    command: &PlanCommand,
) -> Result<Vec<proto::PlanWritten>, Failure> {
    for case in cases {
        decide(Some(&case.plan), command.clone(), &desk.context(caller, Some(&case.stored.row)))?;
    }
    let mut written = Vec::new();
    let mut told = BTreeSet::new();
    for id in cases.iter().map(|case| case.stored.row.case).filter(|case| told.insert(*case)) {
        let changed = desk.change_case(caller, Action::EditPlan, id, 0, |_, _| Ok(command.clone())).await;
        written.push(match changed {
            Ok(changed) => proto::PlanWritten {
                case_id: id.to_string(),
                version: changed.version,
                ..proto::PlanWritten::default()
            },
            Err(refusal) => proto::PlanWritten {
                case_id: id.to_string(),
                version: 0,
                refusal: refusal.code().to_owned(),
                message: refusal.danish().to_owned(),
            },
        });
    }
    Ok(written)
}
