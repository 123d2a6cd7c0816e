//! Calling another node, and knowing that it is the one.

use std::collections::HashMap;
use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use enplan_domain::{Clock, Kommunekode};
use hyper_util::rt::TokioIo;
use rustls::client::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint, Uri};

use crate::Cause;
use crate::credentials::{CredentialStore, Credentials, roots};
use crate::identity::PeerIdentity;
use crate::limits::Limits;
use crate::tls::{self, HTTP2};
use crate::verify::{CertificateRefusal, stock_server_verifier};

/// What requests to peers carry as their authority. Who the peer is was proved in the handshake, not by this name.
const PEER_ORIGIN: &str = "https://peer.enplan.internal";

/// The other end could not be reached, or is not who it should be. No request has been sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// Nothing answers there.
    #[error("{address} cannot be reached: check the address, and that the network lets it through")]
    Unreachable {
        /// The address that was called.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something answers, but not to an end.
    #[error("{address} did not finish the handshake within {} seconds: try again later", limit.as_secs_f32())]
    TimedOut {
        /// The address that was called.
        address: String,
        /// How long it was given.
        limit: Duration,
    },
    /// Its certificate is not to be believed, or is another's.
    #[error("the node at {address} has not proved who it is, so nothing was sent to it")]
    Refused {
        /// The address that was called.
        address: String,
        /// Why.
        source: CertificateRefusal,
    },
    /// It refused this end, or does not speak TLS 1.3 and HTTP/2.
    #[error("no secure connection to {address}: check that the address is the right listener's, and its log")]
    Handshake {
        /// The address that was called.
        address: String,
        /// What went wrong.
        source: io::Error,
    },
    /// The address is no `https://` URL.
    #[error("{url} is no address to call: give it as https://<host>:<port>")]
    Url {
        /// What was given.
        url: String,
    },
    /// The authority's file holds no certificate that can be trusted.
    #[error(
        "the authority's file holds no certificate in PEM: give the one that the node's operator handed out"
    )]
    Authority {
        /// What the library said.
        source: Cause,
    },
}

impl DialError {
    /// The dial error behind a failed call, if that is why it failed.
    pub fn behind(status: &tonic::Status) -> Option<&Self> {
        let mut next = status.source();
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

/// Calls other nodes. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Dialer {
    store: CredentialStore,
    limits: Limits,
    open: Arc<Mutex<HashMap<Kommunekode, Open>>>,
}

/// A channel, and what it was made for.
#[derive(Debug)]
struct Open {
    address: String,
    credentials: Arc<Credentials>,
    channel: Channel,
}

impl Dialer {
    /// Calls with the newest credentials of the store, nodes of its federation only.
    pub fn new(store: CredentialStore, limits: Limits) -> Self {
        Self { store, limits, open: Arc::default() }
    }

    /// The channel to a municipality's node at `host:port`: one connection, made at the first request and again when it
    /// is lost. Before any request is sent, the node has proved that it is this municipality's.
    ///
    /// Ask for it before each request rather than keep it: after [`CredentialStore::reload`] it is a new one, so that a node
    /// whose certificate was revoked is not called again. A request that finds no such node fails; [`DialError::behind`]
    /// says why. Must be called within a `tokio` runtime.
    pub fn peer(&self, municipality: Kommunekode, address: &str) -> Channel {
        let credentials = self.store.newest();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get(&municipality) {
            Some(known) if known.address == address && Arc::ptr_eq(&known.credentials, &credentials) => {
                known.channel.clone()
            }
            _ => {
                let channel = self.connect(municipality, address);
                let made = Open { address: address.to_owned(), credentials, channel: channel.clone() };
                open.insert(municipality, made);
                channel
            }
        }
    }

    fn connect(&self, municipality: Kommunekode, address: &str) -> Channel {
        let (store, limit) = (self.store.clone(), self.limits.handshake_timeout);
        let address: Arc<str> = address.into();
        let connector = tower::service_fn(move |_: Uri| {
            let (store, address) = (store.clone(), address.clone());
            async move {
                // Asked at each connection, so that new credentials serve from the next one on.
                let newest = store.newest();
                let config = newest
                    .towards(municipality)
                    .map_err(|error| handshake_error(&address, io::Error::other(error)))?;
                let peer = PeerIdentity { federation: newest.identity().federation.clone(), municipality };
                let stream = connect(&address, &peer.dns_name(), config, limit).await?;
                Ok::<_, DialError>(TokioIo::new(stream))
            }
        });
        endpoint(Endpoint::from_static(PEER_ORIGIN), &self.limits)
            // A peer that is cut off is found out before the next request needs it.
            .keep_alive_while_idle(true)
            .connect_with_connector_lazy(connector)
    }
}

/// A channel to a node's users' listener, for a user's program: `https://host:port`, trusted by the given authorities (PEM)
/// and no others. Made at the first request. Must be called within a `tokio` runtime.
pub fn user_channel(authority_pem: &[u8], url: &str, clock: &Arc<dyn Clock>) -> Result<Channel, DialError> {
    let authority = |source: Cause| DialError::Authority { source };
    let certificates = CertificateDer::pem_slice_iter(authority_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| authority(Box::new(error)))?;
    let trusted = roots(certificates).map_err(|error| authority(Box::new(error)))?;
    let verifier = stock_server_verifier(trusted, Vec::new()).map_err(|error| authority(Box::new(error)))?;
    let config = tls::client_config(None, verifier, clock).map_err(|error| authority(Box::new(error)))?;
    let config = Arc::new(config);

    let no_url = || DialError::Url { url: url.to_owned() };
    let uri: Uri = url.parse().map_err(|_| no_url())?;
    let host = uri.host().filter(|_| uri.scheme_str() == Some("https")).ok_or_else(no_url)?;
    let address = format!("{host}:{}", uri.port_u16().unwrap_or(443));
    // An IPv6 address stands in brackets in a URL and in an address to call, but not in a certificate.
    let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    ServerName::try_from(name.as_str()).map_err(|_| no_url())?;

    let limits = Limits::users();
    let limit = limits.handshake_timeout;
    let connector = tower::service_fn(move |_: Uri| {
        let (config, address, name) = (config.clone(), address.clone(), name.clone());
        async move { Ok::<_, DialError>(TokioIo::new(connect(&address, &name, config, limit).await?)) }
    });
    Ok(endpoint(Channel::builder(uri), &limits).connect_with_connector_lazy(connector))
}

fn endpoint(endpoint: Endpoint, limits: &Limits) -> Endpoint {
    endpoint
        .timeout(limits.request_timeout)
        .http2_keep_alive_interval(limits.keepalive_interval)
        .keep_alive_timeout(limits.keepalive_timeout)
        .http2_max_header_list_size(limits.max_header_list_bytes)
}

/// A connection to whom this name belongs, or none, within the limit.
async fn connect(
    address: &str,
    name: &str,
    config: Arc<ClientConfig>,
    limit: Duration,
) -> Result<TlsStream<TcpStream>, DialError> {
    let handshake = async {
        let unreachable = |source| DialError::Unreachable { address: address.to_owned(), source };
        let stream = TcpStream::connect(address).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let name = ServerName::try_from(name.to_owned())
            .map_err(|error| handshake_error(address, io::Error::other(error)))?;
        let stream = TlsConnector::from(config)
            .connect(name, stream)
            .await
            .map_err(|error| handshake_error(address, error))?;
        if stream.get_ref().1.alpn_protocol() == Some(HTTP2) {
            Ok(stream)
        } else {
            Err(handshake_error(address, io::Error::other("the other end does not speak HTTP/2")))
        }
    };
    tokio::time::timeout(limit, handshake)
        .await
        .unwrap_or_else(|_| Err(DialError::TimedOut { address: address.to_owned(), limit }))
}

fn handshake_error(address: &str, source: io::Error) -> DialError {
    let address = address.to_owned();
    match CertificateRefusal::of_handshake(&source) {
        Some(source) => DialError::Refused { address, source },
        None => DialError::Handshake { address, source },
    }
}
