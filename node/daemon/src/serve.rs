//! Running the node: every room wired to every other, and closed again in order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use enplan_domain::Clock;
use enplan_federation::{
    COUNTING_MESSAGE_BYTES, Counting, CountingPeers, HandoverPeers, Handovers, HandoversOptions, Peers,
    REGISTRY_MESSAGE_BYTES, RegistryPeers, RelocationPeers,
};
use enplan_proto::handover::v1::handover_peer_service_server::HandoverPeerServiceServer;
use enplan_proto::registry::v1::registry_peer_service_server::RegistryPeerServiceServer;
use enplan_proto::relocation::v1::relocation_peer_service_server::RelocationPeerServiceServer;
use enplan_proto::statistics::v1::statistics_peer_service_server::StatisticsPeerServiceServer;
use enplan_registry::{Compaction, Registry, RegistryOptions};
use enplan_transport::{
    CredentialStore, Dialer, Limits, MembershipCheck, PeerListener, UserListener, members_only,
    server_builder,
};
use enplan_vault::{Vault, VaultOptions};
use tokio::sync::watch;
use tonic::service::{InterceptorLayer, Routes};

use crate::config::Config;
use crate::notify::Notify;
use crate::refresh;
use crate::services::{self, Desk};
use crate::sessions::Sessions;
use crate::terminology::CodeSystems;

/// How long requests under way may take to finish after a stop signal.
const GRACE: Duration = Duration::from_secs(5);

/// Serves until a stop signal comes and everything is closed.
pub(crate) async fn run(config: Config, clock: Arc<dyn Clock>, notify: Notify) -> anyhow::Result<()> {
    enplan_transport::install_crypto_provider();
    let stopped = stop_signal()?;
    notify.status("opening the vault");
    let founding = config.founding()?;
    let signer = Arc::new(config.signing_key()?);
    let credentials =
        CredentialStore::open(config.credential_files(), &config.federation, Arc::clone(&clock))?;
    let vault = open_vault(&config, &clock).await?;

    let peers_at = PeerListener::bind(config.listen.peer, credentials.clone(), Limits::peers())
        .await
        .with_context(|| format!("the peers' address {} can't be listened on", config.listen.peer))?;
    let users_at = UserListener::bind(config.listen.api, credentials.clone(), Limits::users())
        .await
        .with_context(|| format!("the users' address {} can't be listened on", config.listen.api))?;

    let peers = Peers::new(Dialer::new(credentials.clone(), Limits::peers()), &founding);
    let registry = Registry::start(RegistryOptions {
        dir: config.registry_dir(),
        me: config.municipality,
        founding: founding.clone(),
        signer: Arc::clone(&signer),
        network: Arc::new(peers.clone()),
        timing: config.timing(),
        compaction: Compaction::default(),
    })
    .await?;
    let handovers = Handovers::new(HandoversOptions {
        me: config.municipality,
        vault: vault.clone(),
        registry: registry.clone(),
        signer,
        peers,
        clock: Arc::clone(&clock),
        contact: config.contact.clone(),
        arrival_unit: None,
    });
    let counting = Counting::new(&handovers);
    let desk = Arc::new(Desk {
        municipality: config.municipality,
        vault: vault.clone(),
        registry: registry.clone(),
        handovers: handovers.clone(),
        counting: counting.clone(),
        sessions: Sessions::new(
            vault.clone(),
            Arc::clone(&clock),
            config.municipality,
            config.session_lifetime(),
        ),
        code_systems: CodeSystems::open(vault.clone()).await?,
        credentials,
        clock: Arc::clone(&clock),
        adopted: config.adopted.clone(),
        beginning: tokio::sync::Mutex::default(),
    });

    let is_member: MembershipCheck = Arc::new(move |peer| founding.member(peer.municipality).is_some());
    let peers_served = server_builder(&Limits::peers())
        .layer(InterceptorLayer::new(members_only(is_member)))
        .add_routes(peer_routes(&registry, &handovers, counting, &clock))
        .serve_with_incoming_shutdown(peers_at.incoming(), until(stopped.clone()));
    let beside = beside_requests(handovers, Arc::clone(&desk), notify.clone());
    let users_served = server_builder(&Limits::users())
        .add_routes(services::routes(desk, Limits::users().max_message_bytes))
        .serve_with_incoming_shutdown(users_at.incoming(), until(stopped.clone()));

    notify.status("waiting for a majority of the municipalities' nodes");
    let mut handing_over = tokio::spawn(beside);
    let mut serving = tokio::spawn(async move {
        tokio::try_join!(async { peers_served.await.context("the peers' listener failed") }, async {
            users_served.await.context("the users' listener failed")
        },)
    });
    // A node that no longer hands over, or no longer listens, must not look as if it did: it ends, to be started again.
    let stopping = tokio::select! {
        biased;
        () = until(stopped) => Ok(()),
        ended = &mut handing_over => Err(anyhow::anyhow!("handing over has ended: {ended:?}")),
        ended = &mut serving => Err(match ended {
            Ok(Err(error)) => error,
            ended => anyhow::anyhow!("the listeners have ended: {ended:?}"),
        }),
    };
    notify.stopping();
    // First no new step of a handover, then the requests under way, then what they stand on.
    handing_over.abort();
    let served = if stopping.is_ok() {
        tokio::time::timeout(GRACE, serving).await.ok()
    } else {
        serving.abort();
        None
    };
    registry.shutdown().await;
    vault.close().await;
    stopping?;
    match served {
        Some(served) => served.context("the listeners' task failed")?.map(|((), ())| ()),
        // What still ran after the grace ends with the process.
        None => Ok(()),
    }
}

/// The vault, with what its lists keep found by today's rules.
async fn open_vault(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Vault> {
    let vault = Vault::open(VaultOptions {
        dir: config.vault_dir(),
        municipality: config.municipality,
        key_encryption_key: config.key_encryption_key()?,
        clock: Arc::clone(clock),
    })
    .await?;
    refresh::deadlines(&vault, &**clock).await?;
    Ok(vault)
}

/// What runs beside the requests for as long as the node does: handing over, and dropping in time what nobody decided about.
async fn beside_requests(handovers: Handovers, desk: Arc<Desk>, ready: Notify) {
    tokio::select! {
        () = handovers.run(move || ready.ready()) => {}
        () = desk.drop_statements_in_time() => {}
    }
}

/// The largest message about a citizen who has moved: a number, a day and a reason.
const RELOCATION_MESSAGE_BYTES: usize = 16 * 1024;

fn peer_routes(
    registry: &Registry,
    handovers: &Handovers,
    counting: Counting,
    clock: &Arc<dyn Clock>,
) -> Routes {
    let handover = HandoverPeerServiceServer::new(HandoverPeers::new(handovers.clone()))
        .max_decoding_message_size(Limits::peers().max_message_bytes);
    let registry = RegistryPeers::new(registry.clone(), Arc::clone(clock));
    let registry = RegistryPeerServiceServer::new(registry)
        .max_decoding_message_size(REGISTRY_MESSAGE_BYTES)
        .max_encoding_message_size(REGISTRY_MESSAGE_BYTES);
    let relocation = RelocationPeerServiceServer::new(RelocationPeers::new(handovers.clone()))
        .max_decoding_message_size(RELOCATION_MESSAGE_BYTES);
    let counting = StatisticsPeerServiceServer::new(CountingPeers::new(counting))
        .max_decoding_message_size(COUNTING_MESSAGE_BYTES)
        .max_encoding_message_size(COUNTING_MESSAGE_BYTES);
    Routes::new(handover).add_service(registry).add_service(relocation).add_service(counting)
}

/// Becomes true when the process is asked to stop: SIGTERM, or Ctrl-C.
fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody left to tell: then everything has stopped.
        let _ = stop.send(true);
    });
    Ok(stopped)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender goes away only after it has sent.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
