//! The other municipalities' nodes: where they are and how to call them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use enplan_domain::Kommunekode;
use enplan_proto::handover::v1::handover_peer_service_client::HandoverPeerServiceClient;
use enplan_proto::registry::v1::registry_peer_service_client::RegistryPeerServiceClient;
use enplan_proto::registry::v1::{CallKind, CallRequest};
use enplan_proto::relocation::v1::relocation_peer_service_client::RelocationPeerServiceClient;
use enplan_proto::statistics::v1::statistics_peer_service_client::StatisticsPeerServiceClient;
use enplan_registry::{Founding, PeerNetwork, RaftCall, Unreachable};
use enplan_transport::{DialError, Dialer, Limits};
use tonic::transport::Channel;

/// The largest message of the registry's own traffic. Its snapshots travel in pieces.
pub const REGISTRY_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// The largest message of a computation: the shares of every cell that a manifest may have.
pub const COUNTING_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// Calls the other members' nodes, over one connection each.
#[derive(Clone)]
pub struct Peers {
    dialer: Arc<Dialer>,
    addresses: Arc<BTreeMap<Kommunekode, String>>,
}

impl Peers {
    /// The members of the founding list, reached through this dialer.
    pub fn new(dialer: Dialer, founding: &Founding) -> Self {
        let addresses =
            founding.members().iter().map(|member| (member.municipality, member.address.clone())).collect();
        Self { dialer: Arc::new(dialer), addresses: Arc::new(addresses) }
    }

    fn channel(&self, to: Kommunekode) -> Result<Channel, NoSuchPeer> {
        let address = self.addresses.get(&to).ok_or(NoSuchPeer)?;
        Ok(self.dialer.peer(to, address))
    }

    /// The handover's calls to one municipality.
    pub(crate) fn handover(&self, to: Kommunekode) -> Result<HandoverPeerServiceClient<Channel>, NoSuchPeer> {
        let limit = Limits::peers().max_message_bytes;
        Ok(HandoverPeerServiceClient::new(self.channel(to)?).max_decoding_message_size(limit))
    }

    /// What one municipality is asked about citizens who have moved.
    pub(crate) fn relocation(
        &self,
        to: Kommunekode,
    ) -> Result<RelocationPeerServiceClient<Channel>, NoSuchPeer> {
        let limit = Limits::peers().max_message_bytes;
        Ok(RelocationPeerServiceClient::new(self.channel(to)?).max_decoding_message_size(limit))
    }

    /// What one municipality is told while an epoch is counted.
    pub(crate) fn statistics(
        &self,
        to: Kommunekode,
    ) -> Result<StatisticsPeerServiceClient<Channel>, NoSuchPeer> {
        Ok(StatisticsPeerServiceClient::new(self.channel(to)?)
            .max_decoding_message_size(COUNTING_MESSAGE_BYTES)
            .max_encoding_message_size(COUNTING_MESSAGE_BYTES))
    }

    /// The registry's calls to one municipality.
    pub(crate) fn registry(&self, to: Kommunekode) -> Result<RegistryPeerServiceClient<Channel>, NoSuchPeer> {
        Ok(RegistryPeerServiceClient::new(self.channel(to)?)
            .max_decoding_message_size(REGISTRY_MESSAGE_BYTES)
            .max_encoding_message_size(REGISTRY_MESSAGE_BYTES))
    }
}

/// The municipality is not on the list: there is nobody to call.
#[derive(Debug, thiserror::Error)]
#[error("the municipality is not a member of the federation")]
pub struct NoSuchPeer;

#[async_trait]
impl PeerNetwork for Peers {
    async fn call(&self, to: Kommunekode, call: RaftCall, body: Vec<u8>) -> Result<Vec<u8>, Unreachable> {
        let mut client = self.registry(to).map_err(Unreachable::new)?;
        let mut request = tonic::Request::new(CallRequest { kind: kind(call).into(), body });
        request.set_timeout(Duration::from_secs(30));
        match client.call(request).await {
            Ok(response) => Ok(response.into_inner().body),
            // Where there was no connection, nothing can have been done.
            Err(status) if DialError::behind(&status).is_some() => Err(Unreachable::not_delivered(status)),
            Err(status) => Err(Unreachable::new(status)),
        }
    }
}

fn kind(call: RaftCall) -> CallKind {
    match call {
        RaftCall::AppendEntries => CallKind::AppendEntries,
        RaftCall::Vote => CallKind::Vote,
        RaftCall::InstallSnapshot => CallKind::InstallSnapshot,
        RaftCall::Propose => CallKind::Propose,
        RaftCall::ReadIndex => CallKind::ReadIndex,
    }
}
