//! Users of a node: a token on every request, and as many connections as they ask for.

use std::sync::atomic::{AtomicU32, Ordering};

use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::plan_service_client::PlanServiceClient;
use enplan_proto::plan::v1::{AddItemRequest, NewGoal, RegisterCitizenRequest};
use enplan_proto::session::v1::LogInRequest;
use enplan_proto::session::v1::session_service_client::SessionServiceClient;
use futures::{StreamExt, TryStreamExt, stream};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::network::{Network, Node};

/// Who does a caseworker's work in every demo network.
pub(crate) const CASEWORKER: &str = "sagsbehandler";

/// How much is prepared at once.
pub(crate) const AT_ONCE: usize = 16;

/// All are born on the first of a January; the year and the last four digits tell them apart.
const NUMBERS_PER_YEAR: u32 = 4_000;

static NEXT_CITIZEN: AtomicU32 = AtomicU32::new(0);

/// A connection that carries a token.
pub(crate) type Authorized = InterceptedService<Channel, Bearer>;

/// Somebody who is logged in to a node.
#[derive(Clone)]
pub(crate) struct Session {
    node: Node,
    token: MetadataValue<Ascii>,
}

impl Session {
    /// Logs a user of the network in to one of its nodes.
    pub(crate) async fn log_in(network: &Network, node: &Node, username: &str) -> anyhow::Result<Self> {
        let login = LogInRequest { username: username.to_owned(), password: network.password().to_owned() };
        let answer = SessionServiceClient::new(node.channel()?).log_in(login).await?.into_inner();
        Ok(Self { node: node.clone(), token: format!("Bearer {}", answer.token).parse()? })
    }

    /// A connection of its own to the node.
    pub(crate) fn connect(&self) -> anyhow::Result<Caller> {
        Ok(Caller { channel: InterceptedService::new(self.node.channel()?, Bearer(self.token.clone())) })
    }
}

/// One connection of somebody who is logged in.
#[derive(Clone)]
pub(crate) struct Caller {
    channel: Authorized,
}

impl Caller {
    /// The channel, for a client of any of the node's services.
    pub(crate) fn channel(&self) -> Authorized {
        self.channel.clone()
    }

    /// Registers a citizen who does not exist, and returns the case.
    pub(crate) async fn register_citizen(&self) -> anyhow::Result<String> {
        let number = NEXT_CITIZEN.fetch_add(1, Ordering::Relaxed);
        let (year, last) = (number / NUMBERS_PER_YEAR, number % NUMBERS_PER_YEAR);
        let cpr = format!("6101{year:02}{last:04}");
        let name = "TESTDATA Måling".to_owned();
        let answer = PlanServiceClient::new(self.channel())
            .register_citizen(RegisterCitizenRequest { cpr, name })
            .await?
            .into_inner();
        Ok(answer.plan.unwrap_or_default().case_id)
    }

    /// Registers so many citizens, several at once.
    pub(crate) async fn register_citizens(&self, count: usize) -> anyhow::Result<Vec<String>> {
        stream::iter(0..count).map(|_| self.register_citizen()).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Appends one event to a plan: a goal of this text, whatever happened since the caller looked.
    pub(crate) async fn add_goal(&self, case_id: String, text: String) -> anyhow::Result<()> {
        let goal = NewGoal { sector: "social".to_owned(), text, ..NewGoal::default() };
        let request = AddItemRequest { case_id, version: 0, item: Some(Item::Goal(goal)) };
        PlanServiceClient::new(self.channel()).add_item(request).await?;
        Ok(())
    }
}

/// Puts the token on each request.
#[derive(Clone)]
pub(crate) struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}
