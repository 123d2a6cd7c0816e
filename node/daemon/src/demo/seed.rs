//! The demo's citizens, registered as a caseworker would register them: through each node's own service.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use enplan_domain::Clock;
use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::plan_service_client::PlanServiceClient;
use enplan_proto::plan::v1::{AddItemRequest, NewAction, NewGoal, RegisterCitizenRequest};
use enplan_proto::session::v1::session_service_client::SessionServiceClient;
use enplan_proto::session::v1::{LogInRequest, LogOutRequest};
use futures::future::try_join_all;
use tokio::time::sleep;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

use super::network::DemoNode;
use super::people::{CITIZENS, Citizen, Goal, REGISTRAR};

/// A network that has just come together may still be choosing its leader.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// Registers every citizen, in all municipalities at once. Whoever is registered already is left as they are.
pub(super) async fn register(
    nodes: &[DemoNode],
    password: &str,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<()> {
    try_join_all(nodes.iter().map(async |node| {
        register_in(node, password, clock)
            .await
            .with_context(|| format!("the test citizens of {} could not be registered", node.name))
    }))
    .await?;
    Ok(())
}

async fn register_in(node: &DemoNode, password: &str, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    let authority = tokio::fs::read(node.authority()).await?;
    let channel = enplan_transport::user_channel(&authority, &node.url(), clock)?;
    let mut sessions = SessionServiceClient::new(channel.clone());
    let login = LogInRequest { username: REGISTRAR.into(), password: password.into() };
    let token = sessions.log_in(login).await?.into_inner().token;
    let caller = Caller { token: MetadataValue::from_str(&format!("Bearer {token}"))?, channel };
    for citizen in CITIZENS.iter().filter(|citizen| citizen.municipality == node.name) {
        register_citizen(&caller, citizen).await?;
    }
    sessions.log_out(caller.request(LogOutRequest {})).await?;
    Ok(())
}

/// Somebody who is logged in to a node.
struct Caller {
    token: MetadataValue<Ascii>,
    channel: Channel,
}

impl Caller {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    fn plans(&self) -> PlanServiceClient<Channel> {
        PlanServiceClient::new(self.channel.clone())
    }
}

async fn register_citizen(caller: &Caller, citizen: &Citizen) -> anyhow::Result<()> {
    let registered = patiently(async || {
        let message = RegisterCitizenRequest { cpr: citizen.cpr.into(), name: citizen.name.into() };
        caller.plans().register_citizen(caller.request(message)).await
    });
    let plan = match registered.await {
        Ok(response) => response.plan.context("the node registered a citizen and returned no plan")?,
        // By a demo that was stopped before it had finished.
        Err(status) if status.code() == Code::AlreadyExists => return Ok(()),
        Err(status) => return Err(status.into()),
    };
    for goal in citizen.goals {
        add_goal(caller, &plan.case_id, goal).await?;
    }
    Ok(())
}

async fn add_goal(caller: &Caller, case_id: &str, goal: &Goal) -> Result<(), Status> {
    // Version 0: nobody else writes on this plan yet.
    let (case_id, sector) = (case_id.to_owned(), goal.sector.to_owned());
    let add = async |item: Item| {
        let message = AddItemRequest { case_id: case_id.clone(), version: 0, item: Some(item) };
        Ok::<_, Status>(caller.plans().add_item(caller.request(message)).await?.into_inner().item_id)
    };
    let new = NewGoal { sector: sector.clone(), text: goal.text.into(), ..NewGoal::default() };
    let goal_id = add(Item::Goal(new)).await?;
    for action in goal.actions {
        let action = NewAction {
            sector: sector.clone(),
            text: (*action).into(),
            goal_id: goal_id.clone(),
            ..NewAction::default()
        };
        add(Item::Action(action)).await?;
    }
    Ok(())
}

/// Asks again while the node says that it cannot answer yet.
async fn patiently<T>(mut ask: impl AsyncFnMut() -> Result<Response<T>, Status>) -> Result<T, Status> {
    let mut tries = 0;
    loop {
        match ask().await {
            Ok(response) => return Ok(response.into_inner()),
            Err(status) if status.code() == Code::Unavailable && tries < TRIES => tries += 1,
            Err(status) => return Err(status),
        }
        sleep(BETWEEN_TRIES).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_node_that_is_not_yet_there_is_asked_again_and_one_that_refuses_is_not() {
        let mut asked = 0;
        let answer = patiently(async || {
            asked += 1;
            if asked < 3 { Err(Status::unavailable("no leader yet")) } else { Ok(Response::new(asked)) }
        });
        assert_eq!(answer.await.unwrap(), 3);

        let mut asked = 0;
        let refused = patiently(async || {
            asked += 1;
            Err::<Response<()>, _>(Status::permission_denied("no"))
        });
        assert_eq!(refused.await.unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(asked, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_never_answers_is_given_up() {
        let gone = patiently(async || Err::<Response<()>, _>(Status::unavailable("gone")));
        assert_eq!(gone.await.unwrap_err().code(), Code::Unavailable);
    }
}
