//! A member of the demo's staff who is logged in to their node, as they would be from a program of their own.

use std::str::FromStr;
use std::sync::Arc;

use enplan_domain::{Clock, Kommunekode};
use enplan_proto::session::v1::session_service_client::SessionServiceClient;
use enplan_proto::session::v1::{LogInRequest, LogOutRequest};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;

use super::network::DemoNode;

/// Somebody who is logged in to a node.
pub(super) struct Login {
    /// Whose node.
    pub(super) municipality: Kommunekode,
    /// The way to it.
    pub(super) channel: Channel,
    token: MetadataValue<Ascii>,
}

impl Login {
    /// Logs a member of staff in.
    pub(super) async fn of(
        username: &str,
        node: &DemoNode,
        password: &str,
        clock: &Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let authority = tokio::fs::read(node.authority()).await?;
        let channel = enplan_transport::user_channel(&authority, &node.url(), clock)?;
        let login = LogInRequest { username: username.into(), password: password.into() };
        let token = SessionServiceClient::new(channel.clone()).log_in(login).await?.into_inner().token;
        let token = MetadataValue::from_str(&format!("Bearer {token}"))?;
        Ok(Self { municipality: node.municipality, channel, token })
    }

    /// Logs them out.
    pub(super) async fn end(&self) -> anyhow::Result<()> {
        SessionServiceClient::new(self.channel.clone()).log_out(self.request(LogOutRequest {})).await?;
        Ok(())
    }

    /// What they ask.
    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }
}
