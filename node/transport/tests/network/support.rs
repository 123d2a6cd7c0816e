//! A small federation of its own for each test: an authority, a clock to turn, nodes, and clients that follow no rules.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fs, io};

use enplan_domain::{Clock, Kommunekode, Timestamp};
use enplan_transport::authority::{Authority, NodeKey, Validity};
use enplan_transport::{
    CredentialFiles, CredentialStore, Dialer, Limits, PeerListener, UserListener, peer_identity,
    server_builder,
};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, SanType, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::body::Body;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::NamedService;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

pub(crate) const HOUR: i64 = 60 * 60;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const LOCALHOST: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The first bytes of a well-behaved HTTP/2 client: the preface and empty settings.
pub(crate) const OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    /// Turns the clock on (or back) by so many seconds.
    pub(crate) fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl TimeProvider for TestClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.load(Ordering::SeqCst).try_into().unwrap();
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

pub(crate) fn code(text: &str) -> Kommunekode {
    text.parse().unwrap()
}

pub(crate) struct Federation {
    pub(crate) authority: Authority,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) folder: TempDir,
}

impl Federation {
    pub(crate) fn new() -> Self {
        Self::named("test.example")
    }

    pub(crate) fn named(name: &str) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(1_780_000_000)));
        let authority = Authority::create(name, 365, clock.now()).unwrap();
        Self { authority, clock, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A node's files, with a certificate for 30 days; the same ones when asked again.
    pub(crate) fn files(&self, municipality: &str) -> CredentialFiles {
        let files = CredentialFiles {
            certificate: self.path(&format!("{municipality}.pem")),
            key: self.path(&format!("{municipality}-key.pem")),
            authority: self.path("trusted.pem"),
            revocations: None,
        };
        if !files.key.exists() {
            let key = NodeKey::generate().unwrap();
            key.save(&files.key).unwrap();
            fs::write(&files.authority, self.authority.certificate_pem()).unwrap();
            fs::write(&files.certificate, self.certify(&key, municipality)).unwrap();
        }
        files
    }

    pub(crate) fn certify(&self, key: &NodeKey, municipality: &str) -> String {
        let request = key.request_pem().unwrap();
        let valid = Validity::days(self.clock.now(), 30);
        let localhost = ["localhost".to_owned()];
        self.authority.sign(&request, code(municipality), &localhost, &[LOCALHOST.ip()], valid).unwrap()
    }

    pub(crate) fn open(&self, files: CredentialFiles) -> CredentialStore {
        CredentialStore::open(files, self.authority.federation(), self.clock()).unwrap()
    }

    pub(crate) fn store(&self, municipality: &str) -> CredentialStore {
        self.open(self.files(municipality))
    }

    pub(crate) fn dialer(&self, municipality: &str) -> Dialer {
        Dialer::new(self.store(municipality), Limits::peers())
    }

    /// A certificate with any names at all, signed with the authority's key behind its back.
    pub(crate) fn forge(&self, dns: &str, uris: &[&str], purposes: &[ExtendedKeyUsagePurpose]) -> Shown {
        let signer = KeyPair::from_pem(&self.authority.key_pem()).unwrap();
        let issuer = Issuer::from_ca_cert_pem(self.authority.certificate_pem(), signer).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([dns.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2030, 1, 1);
        params.distinguished_name.push(DnType::CommonName, "m0270.enplan.internal");
        for uri in uris {
            params.subject_alt_names.push(SanType::URI((*uri).try_into().unwrap()));
        }
        params.extended_key_usages = purposes.to_vec();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        Shown {
            chain: vec![certificate.der().clone()],
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        }
    }

    /// A forged node: everything is right but the URI names.
    pub(crate) fn forge_node(&self, uris: &[&str]) -> Shown {
        let both = [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        self.forge("m0270.enplan.internal", uris, &both)
    }

    /// A client that trusts this federation's authority and shows what it is given.
    pub(crate) fn raw_client(&self, shown: Option<Shown>) -> RawClient {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.authority.certificate_pem().as_bytes()).unwrap();
        roots.add(authority).unwrap();
        let builder = ClientConfig::builder_with_details(Arc::new(default_provider()), self.clock.clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match shown {
            Some(Shown { chain, key }) => builder.with_client_auth_cert(chain, key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        RawClient(Arc::new(config))
    }
}

/// A chain and a key, as one end shows and uses them.
pub(crate) struct Shown {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Shown {
    pub(crate) fn of(files: &CredentialFiles) -> Self {
        Self {
            chain: CertificateDer::pem_file_iter(&files.certificate).unwrap().map(Result::unwrap).collect(),
            key: PrivateKeyDer::from_pem_file(&files.key).unwrap(),
        }
    }
}

/// A client below gRPC.
#[derive(Clone)]
pub(crate) struct RawClient(pub(crate) Arc<ClientConfig>);

impl RawClient {
    pub(crate) async fn handshake(&self, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("m0219.enplan.internal").unwrap();
        TlsConnector::from(self.0.clone()).connect(name, stream).await
    }

    /// A connection on which the server has spoken, which it does only to those it lets in.
    pub(crate) async fn enter(&self, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        let mut stream = self.handshake(address).await?;
        stream.write_all(OPENING).await?;
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        stream.read_exact(&mut vec![0; usize::from(head[2])]).await?;
        Ok(stream)
    }
}

/// Answers with what it was sent, and with whom it came from.
#[derive(Clone)]
pub(crate) struct Echo {
    max_message_bytes: usize,
}

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = tower::service_fn(|request: Request<String>| async move {
            let peer = peer_identity(&request).map(|peer| peer.to_string());
            let from = peer.unwrap_or_else(|status| status.code().to_string());
            Ok::<_, Status>(Response::new(format!("{} from {from}", request.into_inner())))
        });
        let mut grpc = tonic::server::Grpc::new(ProstCodec::<String, String>::default())
            .apply_max_message_size_config(Some(self.max_message_bytes), None);
        Box::pin(async move { Ok(grpc.unary(answer, request).await) })
    }
}

pub(crate) async fn say(channel: &Channel, text: impl Into<String>) -> Result<String, Status> {
    say_with(channel, Request::new(text.into())).await
}

pub(crate) async fn say_with(channel: &Channel, request: Request<String>) -> Result<String, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::from_error(error.into()))?;
    let path = PathAndQuery::from_static("/test.Echo/Say");
    let codec = ProstCodec::<String, String>::default();
    client.unary(request, path, codec).await.map(Response::into_inner)
}

/// A peers' listener with an echo behind it.
pub(crate) async fn serve_peers(store: CredentialStore, limits: Limits) -> SocketAddr {
    let listener = PeerListener::bind(LOCALHOST, store, limits.clone()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = Echo { max_message_bytes: limits.max_message_bytes };
    tokio::spawn(server_builder(&limits).add_service(echo).serve_with_incoming(listener.incoming()));
    address
}

/// A users' listener with an echo behind it.
pub(crate) async fn serve_users(store: CredentialStore, limits: Limits) -> SocketAddr {
    let listener = UserListener::bind(LOCALHOST, store, limits.clone()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = Echo { max_message_bytes: limits.max_message_bytes };
    tokio::spawn(server_builder(&limits).add_service(echo).serve_with_incoming(listener.incoming()));
    address
}

pub(crate) fn echo(limits: &Limits) -> Echo {
    Echo { max_message_bytes: limits.max_message_bytes }
}

/// Reads until the server has ended the connection, in any way. It is given far more time than it should need.
pub(crate) async fn until_ended(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut heard = Vec::new();
    let reading = stream.read_to_end(&mut heard);
    // A reset ends it as well as a clean close does.
    let _ =
        tokio::time::timeout(Duration::from_secs(30), reading).await.expect("the connection was not ended");
    heard
}

/// Reads until the server says that it is going away (GOAWAY, RFC 9113, section 6.8), and returns its error code.
pub(crate) async fn until_goaway(stream: &mut (impl AsyncRead + Unpin)) -> u32 {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut body = vec![0; length.try_into().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        if head[3] == 7 {
            return u32::from_be_bytes(body[4..8].try_into().unwrap());
        }
    }
}

/// An error and all that it comes from, as a log shows it.
pub(crate) fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}

pub(crate) fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
