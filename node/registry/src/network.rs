//! What goes from node to node: openraft's messages, over whatever the daemon calls a network.

use std::sync::Arc;
use std::time::Duration;

use enplan_domain::Kommunekode;
use openraft::error::{
    InstallSnapshotError, NetworkError, RPCError, RaftError, RemoteError, SnapshotMismatch,
};
use openraft::network::{Backoff, RPCOption, RaftNetwork, RaftNetworkFactory};
use openraft::{AnyError, EmptyNode, SnapshotSegmentId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::founding::Founding;
use crate::raft::{
    AppendEntriesRequest, AppendEntriesResponse, InstallSnapshotRequest, InstallSnapshotResponse, TypeConfig,
    VoteRequest, VoteResponse,
};

/// Carries a call to another member's node. The daemon's runs over mutual TLS, so that each side knows who the other is.
#[async_trait::async_trait]
pub trait PeerNetwork: Send + Sync + 'static {
    /// Sends the body to that municipality's [`Registry::answer`](crate::Registry::answer) and returns its answer. May be
    /// given up at any moment by dropping the future; the registry bounds every call in time.
    async fn call(&self, to: Kommunekode, call: RaftCall, body: Vec<u8>) -> Result<Vec<u8>, Unreachable>;
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RaftCall {
    /// A leader's entries, or its heartbeat.
    AppendEntries,
    /// A candidate asks for a vote.
    Vote,
    /// A piece of a leader's snapshot.
    InstallSnapshot,
    /// A signed command on its way to the leader.
    Propose,
    /// The question up to which entry a reader must wait.
    ReadIndex,
}

/// No answer came from that municipality's node.
#[derive(Debug, thiserror::Error)]
#[error("the municipality's node did not answer")]
pub struct Unreachable {
    is_certainly_not_delivered: bool,
    #[source]
    reason: Box<dyn std::error::Error + Send + Sync>,
}

impl Unreachable {
    /// The message may have arrived: the answer is what is missing.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { is_certainly_not_delivered: false, reason: reason.into() }
    }

    /// The message has not left this node, for example because there is no connection. What was asked is then
    /// certainly not done, and the caller can be told so.
    pub fn not_delivered(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { is_certainly_not_delivered: true, reason: reason.into() }
    }

    pub(crate) fn is_certainly_not_delivered(&self) -> bool {
        self.is_certainly_not_delivered
    }
}

/// What a follower says of a piece of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum SnapshotAnswer {
    /// It has it; or it knows a later leader.
    Taken(InstallSnapshotResponse),
    /// It does not have what comes before: begin again.
    BeginAgain,
}

/// Makes openraft's connections out of a [`PeerNetwork`].
pub(crate) struct Peers {
    pub(crate) network: Arc<dyn PeerNetwork>,
    pub(crate) founding: Arc<Founding>,
    pub(crate) backoff: Duration,
}

impl RaftNetworkFactory<TypeConfig> for Peers {
    type Network = Peer;

    async fn new_client(&mut self, target: u64, _node: &EmptyNode) -> Peer {
        Peer {
            network: Arc::clone(&self.network),
            target,
            municipality: self.founding.municipality(target),
            backoff: self.backoff,
        }
    }
}

/// One member's node, as openraft sees it. openraft itself bounds each call by the time that it passes along.
pub(crate) struct Peer {
    network: Arc<dyn PeerNetwork>,
    target: u64,
    municipality: Option<Kommunekode>,
    backoff: Duration,
}

type RpcError<E> = RPCError<u64, EmptyNode, E>;

#[derive(Debug, thiserror::Error)]
enum BadExchange {
    #[error("no member has this raft id")]
    Unknown,
    #[error("a message of the registry can't be encoded or read")]
    Encoding(#[source] postcard::Error),
}

impl Peer {
    async fn exchange<Q: Serialize, A: DeserializeOwned, E: std::error::Error>(
        &self,
        call: RaftCall,
        question: &Q,
    ) -> Result<A, RpcError<E>> {
        let municipality = self.municipality.ok_or_else(|| unreachable(&BadExchange::Unknown))?;
        let body =
            postcard::to_stdvec(question).map_err(|error| unreachable(&BadExchange::Encoding(error)))?;
        let answer =
            self.network.call(municipality, call, body).await.map_err(|error| unreachable(&error))?;
        postcard::from_bytes(&answer)
            .map_err(|error| RPCError::Network(NetworkError::new(&BadExchange::Encoding(error))))
    }
}

/// Tells openraft to wait before it tries again.
fn unreachable<E: std::error::Error>(error: &(impl std::error::Error + 'static)) -> RpcError<E> {
    RPCError::Unreachable(AnyError::new(error).into())
}

impl RaftNetwork<TypeConfig> for Peer {
    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest,
        _option: RPCOption,
    ) -> Result<AppendEntriesResponse, RpcError<RaftError<u64>>> {
        self.exchange(RaftCall::AppendEntries, &rpc).await
    }

    async fn install_snapshot(
        &mut self,
        rpc: InstallSnapshotRequest,
        _option: RPCOption,
    ) -> Result<InstallSnapshotResponse, RpcError<RaftError<u64, InstallSnapshotError>>> {
        match self.exchange(RaftCall::InstallSnapshot, &rpc).await? {
            SnapshotAnswer::Taken(response) => Ok(response),
            SnapshotAnswer::BeginAgain => {
                let id = rpc.meta.snapshot_id;
                let mismatch = SnapshotMismatch {
                    expect: SnapshotSegmentId { id: id.clone(), offset: 0 },
                    got: SnapshotSegmentId { id, offset: rpc.offset },
                };
                Err(RPCError::RemoteError(RemoteError::new(
                    self.target,
                    RaftError::APIError(mismatch.into()),
                )))
            }
        }
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest,
        _option: RPCOption,
    ) -> Result<VoteResponse, RpcError<RaftError<u64>>> {
        self.exchange(RaftCall::Vote, &rpc).await
    }

    fn backoff(&self) -> Backoff {
        Backoff::new(std::iter::repeat(self.backoff))
    }
}
