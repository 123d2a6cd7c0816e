//! The floor: a bare gRPC service behind the nodes' own mutual TLS, which appends what it is sent to a file and makes it
//! durable before it answers, or gives 10 KB back at once. No key, no audit, no rules: what a node does more is the price
//! of its promises.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use anyhow::Context as _;
use enplan_domain::{Clock, Kommunekode};
use enplan_transport::authority::{Authority, NodeKey, Validity};
use enplan_transport::{CredentialFiles, CredentialStore, Dialer, Limits, PeerListener, server_builder};
use tokio::sync::oneshot;
use tonic::body::Body;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::NamedService;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use super::disk::GrowingFiles;
use super::network::MachineClock;

const FEDERATION: &str = "floor.example";
const SERVER: &str = "0270";
const CLIENT: &str = "0219";

/// What one request or answer carries: a small plan's package.
pub(crate) const BYTES: usize = 10_000;

/// The service, running on threads of its own as a node does.
pub(crate) struct Bare {
    address: SocketAddr,
    client: CredentialStore,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Bare {
    /// Starts it, with its files in this folder.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let authority = Authority::create(FEDERATION, 1, clock.now())?;
        let server = credentials(&authority, SERVER, folder, &clock)?;
        let client = credentials(&authority, CLIENT, folder, &clock)?;
        let store = Store(Arc::new(GrowingFiles::in_folder(folder)));
        let ((stop, stopped), (ready, address)) = (oneshot::channel(), oneshot::channel());
        let running = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(async {
                let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let listener = PeerListener::bind(local, server, Limits::peers()).await?;
                // Nobody waits for it any more: then nobody calls either.
                let _ = ready.send(listener.local_addr()?);
                server_builder(&Limits::peers())
                    .add_service(store)
                    .serve_with_incoming_shutdown(listener.incoming(), async { drop(stopped.await) })
                    .await?;
                Ok(())
            })
        });
        let address = address.await.context("the bare service did not start")?;
        Ok(Self { address, client, stop: Some(stop), running: Some(running) })
    }

    /// Clients, each with a connection of its own.
    pub(crate) fn clients(&self, count: usize) -> anyhow::Result<Vec<BareClient>> {
        let server: Kommunekode = SERVER.parse()?;
        let channel =
            || Dialer::new(self.client.clone(), Limits::peers()).peer(server, &self.address.to_string());
        Ok((0..count).map(|_| BareClient(channel())).collect())
    }

    /// Stops it, once every client is gone.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        drop(self.stop.take());
        match self.running.take().map(JoinHandle::join) {
            Some(Ok(ended)) => ended,
            Some(Err(_)) => anyhow::bail!("the bare service panicked"),
            None => Ok(()),
        }
    }
}

fn credentials(
    authority: &Authority,
    municipality: &str,
    folder: &Path,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<CredentialStore> {
    let file = |name: &str| folder.join(format!("{municipality}-{name}.pem"));
    let files = CredentialFiles {
        certificate: file("certificate"),
        key: file("key"),
        authority: file("authority"),
        revocations: None,
    };
    let key = NodeKey::generate()?;
    key.save(&files.key)?;
    let valid = Validity::days(clock.now(), 1);
    let certificate = authority.sign(&key.request_pem()?, municipality.parse()?, &[], &[], valid)?;
    std::fs::write(&files.certificate, certificate)?;
    std::fs::write(&files.authority, authority.certificate_pem())?;
    Ok(CredentialStore::open(files, FEDERATION, Arc::clone(clock))?)
}

/// One connection to the service.
#[derive(Debug, Clone)]
pub(crate) struct BareClient(Channel);

impl BareClient {
    /// Has bytes stored durably, so many times in a row: the least that so many commits on other machines can cost. With
    /// no bytes nothing is stored, and 10 KB come back: the least that a look can cost.
    pub(crate) async fn send(self, bytes: usize, times: usize) -> anyhow::Result<()> {
        for _ in 0..times {
            let mut client = tonic::client::Grpc::new(self.0.clone());
            client.ready().await?;
            let path = PathAndQuery::from_static("/floor.Store/Append");
            let request = Request::new(vec![0x5A; bytes]);
            client.unary(request, path, ProstCodec::<Vec<u8>, Vec<u8>>::default()).await?;
        }
        Ok(())
    }
}

/// The service itself.
#[derive(Debug, Clone)]
struct Store(Arc<GrowingFiles>);

impl NamedService for Store {
    const NAME: &'static str = "floor.Store";
}

impl Service<http::Request<Body>> for Store {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let files = Arc::clone(&self.0);
        let append = tower::service_fn(move |request: Request<Vec<u8>>| {
            let files = Arc::clone(&files);
            async move {
                if request.get_ref().is_empty() {
                    return Ok(Response::new(vec![0x5A; BYTES]));
                }
                let appended = tokio::task::spawn_blocking(move || files.append(request.get_ref())).await;
                appended.map_err(|error| Status::from_error(error.into()))??;
                Ok::<_, Status>(Response::new(Vec::new()))
            }
        });
        let mut grpc = tonic::server::Grpc::new(ProstCodec::<Vec<u8>, Vec<u8>>::default());
        Box::pin(async move { Ok(grpc.unary(append, request).await) })
    }
}
