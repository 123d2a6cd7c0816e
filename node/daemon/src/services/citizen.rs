//! What becomes known of the citizen: name, address, a new number.

use enplan_domain::access::Action;
use enplan_domain::plan::PlanCommand;
use enplan_domain::{CaseId, Cpr};
use enplan_proto::plan::v1 as proto;
use enplan_vault::{AuditEntry, Write};
use tonic::Code;

use super::Desk;
use super::field::{case_id, cpr, missing, narrative};
use crate::failure::Failure;
use crate::sessions::Caller;

/// The citizen has a plan here.
const ALREADY_HERE: &str = "CITIZEN_ALREADY_HERE";

/// Sets or corrects one thing.
pub(super) async fn change(
    desk: &Desk,
    caller: &Caller,
    request: proto::ChangeCitizenRequest,
) -> Result<proto::ChangeCitizenResponse, Failure> {
    use proto::change_citizen_request::Change;
    let case = case_id(&request.case_id)?;
    let command = match request.change.ok_or_else(|| missing("change"))? {
        Change::Name(name) => PlanCommand::SetName { name: narrative("name", &name)? },
        Change::Address(address) => PlanCommand::SetAddress { address: narrative("address", &address)? },
        Change::Cpr(number) => {
            let number = cpr(&number)?;
            return change_number(desk, caller, case, request.version, number).await;
        }
    };
    let changed =
        desk.change_case(caller, Action::EditPlan, case, request.version, |_, _| Ok(command.clone())).await?;
    Ok(proto::ChangeCitizenResponse { version: changed.version })
}

/// A number that another citizen with a plan here has or had stays theirs. Whoever may not change this plan does not learn
/// of it.
async fn change_number(
    desk: &Desk,
    caller: &Caller,
    id: CaseId,
    version: u64,
    number: Cpr,
) -> Result<proto::ChangeCitizenResponse, Failure> {
    let _alone = desk.beginning.lock().await;
    let case = desk.open_case(caller, Action::EditPlan, id).await?;
    desk.may_change(&case, true)?;
    // A number of the citizen's own, now or before, has this case under it too.
    let theirs = desk.vault.cases_of_citizen(&number).await?;
    if theirs.iter().all(|row| row.case != id)
        && let Some(row) = desk.case_of_citizen(caller, Action::EditPlan, &number).await?
    {
        return Err(refuse_already_here(desk, caller, Action::EditPlan, vec![id, row.case]).await?);
    }
    let command = PlanCommand::ChangeCpr { cpr: number };
    let changed = desk.change_case(caller, Action::EditPlan, id, version, |_, _| Ok(command.clone())).await?;
    // Cases under both numbers are one citizen's from now on, and so is the protection that any of them has.
    let citizen = desk.open_case(caller, Action::EditPlan, id).await?.plan.citizen;
    if desk.handovers.is_protected(&citizen).await? {
        desk.handovers.protect(&citizen, &caller.actor, &caller.user.name).await?;
    }
    Ok(proto::ChangeCitizenResponse { version: changed.version })
}

/// The refusal to give a citizen a second plan, recorded before it is given.
pub(super) async fn refuse_already_here(
    desk: &Desk,
    caller: &Caller,
    action: Action,
    cases: Vec<CaseId>,
) -> Result<Failure, Failure> {
    let entry = AuditEntry::refused(caller.actor.clone(), action.as_str(), cases, ALREADY_HERE);
    desk.vault.write(Write::of(entry)).await?;
    Ok(Failure::new(
        Code::AlreadyExists,
        ALREADY_HERE,
        "the citizen has a plan here",
        "Borgeren har allerede en plan her. Find den med `enplan plan show --cpr -`.",
    ))
}
