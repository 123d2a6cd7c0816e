//! `node ..`, `account ..`, `audit ..`.

use enplan_proto::administration::v1::{
    GetNodeStatusRequest, ListAccessesRequest, PutAccountRequest, list_accesses_request,
};

use super::plan::{Found, find};
use crate::arguments::{AccountVerb, AuditVerb, NodeVerb};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{Accesses, AccountPut, NodeStatus};
use crate::terminal::Terminal;

/// Shows how the node is doing.
pub(crate) async fn status(verb: &NodeVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let NodeVerb::Status = verb;
    let answer = node.administration().get_node_status(GetNodeStatusRequest {}).await?.into_inner();
    terminal.show(&NodeStatus::from(answer))
}

/// Adds or changes an account.
pub(crate) async fn account(verb: AccountVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let AccountVerb::Put(account) = verb;
    let password = match &account.password_file {
        Some(file) => input::password(Some(file), terminal)?.0,
        None => String::new(),
    };
    let request = PutAccountRequest {
        username: account.user.clone(),
        display_name: account.name,
        roles: account.roles.iter().map(|role| role.id().to_owned()).collect(),
        unit: account.unit,
        password,
    };
    node.administration().put_account(request).await?;
    terminal.show(&AccountPut { username: account.user })
}

/// Shows who looked at or changed a citizen's case.
pub(crate) async fn audit(verb: AuditVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let AuditVerb::Citizen(which) = verb;
    let which = match find(which, terminal)? {
        Found::Case(case) => list_accesses_request::Which::CaseId(case.to_string()),
        Found::Citizen(cpr) => list_accesses_request::Which::Cpr(cpr.reveal().to_owned()),
    };
    let answer = node.administration().list_accesses(ListAccessesRequest { which: Some(which) }).await?;
    terminal.show(&Accesses::from(answer.into_inner()))
}
