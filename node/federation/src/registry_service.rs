//! The registry's traffic from other nodes, handed on to the registry with the caller's identity from its certificate.

use std::sync::Arc;

use enplan_domain::Clock;
use enplan_proto::registry::v1::registry_peer_service_server::RegistryPeerService;
use enplan_proto::registry::v1::{CallKind, CallRequest, CallResponse, TellTimeRequest, TellTimeResponse};
use enplan_registry::{RaftCall, Registry};
use tonic::{Request, Response, Status};

/// Serves the registry's traffic.
pub struct RegistryPeers {
    registry: Registry,
    clock: Arc<dyn Clock>,
}

impl RegistryPeers {
    /// For this registry, telling this clock's time.
    pub fn new(registry: Registry, clock: Arc<dyn Clock>) -> Self {
        Self { registry, clock }
    }
}

#[tonic::async_trait]
impl RegistryPeerService for RegistryPeers {
    async fn call(&self, request: Request<CallRequest>) -> Result<Response<CallResponse>, Status> {
        let from = enplan_transport::peer_identity(&request)?.municipality;
        let request = request.into_inner();
        let call = match request.kind() {
            CallKind::AppendEntries => RaftCall::AppendEntries,
            CallKind::Vote => RaftCall::Vote,
            CallKind::InstallSnapshot => RaftCall::InstallSnapshot,
            CallKind::Propose => RaftCall::Propose,
            CallKind::ReadIndex => RaftCall::ReadIndex,
            CallKind::Unspecified => return Err(Status::invalid_argument("no such kind of call")),
        };
        match self.registry.answer(from, call, request.body).await {
            Ok(body) => Ok(Response::new(CallResponse { body })),
            Err(error) => {
                tracing::debug!(%from, ?call, %error, "the registry refused a peer's call");
                Err(Status::failed_precondition("the registry refused the call"))
            }
        }
    }

    async fn tell_time(
        &self,
        request: Request<TellTimeRequest>,
    ) -> Result<Response<TellTimeResponse>, Status> {
        enplan_transport::peer_identity(&request)?;
        Ok(Response::new(TellTimeResponse { now: Some(crate::wire::proto_time(self.clock.now())) }))
    }
}
