//! The nine agree on what they count: each municipality's data protection officer says yes, as they would in earnest.

use std::sync::Arc;

use anyhow::Context;
use enplan_domain::Clock;
use enplan_proto::statistics::v1::statistics_service_client::StatisticsServiceClient;
use enplan_proto::statistics::v1::{ApproveManifestRequest, ProposeManifestRequest};
use futures::future::try_join_all;

use super::login::Login;
use super::network::DemoNode;
use super::staff::DPO;

/// Puts the program's manifest forward in the first municipality, and lets the others agree to that very one.
pub(super) async fn make(nodes: &[DemoNode], password: &str, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    let officers =
        try_join_all(nodes.iter().map(async |node| Login::of(DPO, node, password, clock).await)).await?;
    let (first, others) = officers.split_first().context("the network has no node")?;
    let proposed = StatisticsServiceClient::new(first.channel.clone())
        .propose_manifest(first.request(ProposeManifestRequest {}))
        .await?;
    let manifest = proposed.into_inner().manifest.context("a manifest was put forward, and not shown")?;
    try_join_all(others.iter().map(async |officer| {
        let approve = ApproveManifestRequest { version: manifest.version, digest: manifest.digest.clone() };
        let mut statistics = StatisticsServiceClient::new(officer.channel.clone());
        statistics.approve_manifest(officer.request(approve)).await?;
        anyhow::Ok(())
    }))
    .await?;
    try_join_all(officers.iter().map(Login::end)).await?;
    Ok(())
}
