//! Being called: accepting connections, and letting in those who prove who they are.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::Stream;

use crate::caller::ConnectInfo;
use crate::connection::Conn;
use crate::credentials::CredentialStore;
use crate::identity::{IdentityError, PeerIdentity};
use crate::limits::Limits;
use crate::tls::HTTP2;
use crate::verify::CertificateRefusal;

/// After the system refused a connection (too many open files, say), how long to leave it alone.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Listens for other nodes. Every connection has proved to be a node of this federation, with a certificate that is
/// valid now and not revoked.
#[derive(Debug)]
pub struct PeerListener(Listener);

/// Listens for users' programs. Connections are as secret as between nodes, and prove nothing about who calls.
#[derive(Debug)]
pub struct UserListener(Listener);

macro_rules! listener {
    ($name:ident, $audience:expr) => {
        impl $name {
            /// Takes an address (port 0 for any free port). Connections wait until [`Self::incoming`] is polled.
            pub async fn bind(
                address: SocketAddr,
                store: CredentialStore,
                limits: Limits,
            ) -> io::Result<Self> {
                let socket = TcpListener::bind(address).await?;
                Ok(Self(Listener { socket, store, limits, audience: $audience }))
            }

            /// The address it has.
            pub fn local_addr(&self) -> io::Result<SocketAddr> {
                self.0.socket.local_addr()
            }

            /// Starts to accept. Dropping the stream closes the address and breaks off handshakes; connections that it has
            /// yielded go on. Must be called within a `tokio` runtime.
            pub fn incoming(self) -> Incoming {
                self.0.incoming()
            }
        }
    };
}

listener!(PeerListener, Audience::Peers);
listener!(UserListener, Audience::Users);

#[derive(Debug, Clone, Copy)]
enum Audience {
    Peers,
    Users,
}

#[derive(Debug)]
struct Listener {
    socket: TcpListener,
    store: CredentialStore,
    limits: Limits,
    audience: Audience,
}

/// Connections whose handshake is done, for `serve_with_incoming`.
#[derive(Debug)]
pub struct Incoming {
    ready: mpsc::Receiver<Conn>,
    /// Aborted with the stream.
    _accepting: JoinSet<()>,
}

impl Stream for Incoming {
    type Item = io::Result<Conn>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.ready.poll_recv(context).map(|conn| conn.map(Ok))
    }
}

impl Listener {
    fn incoming(self) -> Incoming {
        let (sender, ready) = mpsc::channel(1);
        let mut accepting = JoinSet::new();
        accepting.spawn(self.accept(sender));
        Incoming { ready, _accepting: accepting }
    }

    async fn accept(self, ready: mpsc::Sender<Conn>) {
        let places = Arc::new(Semaphore::new(self.limits.max_connections));
        let turns = Arc::new(Semaphore::new(self.limits.max_handshakes));
        let mut handshakes = JoinSet::new();
        loop {
            // Both before accepting: who finds no place waits in the system's queue, and costs this node nothing.
            let (Ok(place), Ok(turn)) =
                (places.clone().acquire_owned().await, turns.clone().acquire_owned().await)
            else {
                return;
            };
            let (stream, remote) = match self.socket.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "the system refuses to accept a connection");
                    tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
                    continue;
                }
            };
            while handshakes.try_join_next().is_some() {}
            let handshake = Handshake {
                stream,
                remote,
                store: self.store.clone(),
                limits: self.limits.clone(),
                audience: self.audience,
            };
            let ready = ready.clone();
            handshakes.spawn(async move {
                let accepted = handshake.finish(place).await;
                drop(turn);
                if let Some(conn) = accepted {
                    // Fails only when nobody accepts any more.
                    let _ = ready.send(conn).await;
                }
            });
        }
    }
}

struct Handshake {
    stream: TcpStream,
    remote: SocketAddr,
    store: CredentialStore,
    limits: Limits,
    audience: Audience,
}

impl Handshake {
    /// The connection, if the other end is let in in time. A refusal is a line in the log: the other end is told no more
    /// than TLS tells it.
    async fn finish(self, place: OwnedSemaphorePermit) -> Option<Conn> {
        let (remote, audience) = (self.remote, self.audience);
        let limits = self.limits.clone();
        let outcome = tokio::time::timeout(limits.handshake_timeout, self.run()).await;
        let reason = match outcome {
            Ok(Ok((stream, peer))) => {
                let info = ConnectInfo { remote, peer };
                return Some(Conn::new(stream, info, &limits, place));
            }
            Ok(Err(error)) => match CertificateRefusal::of_handshake(&error) {
                Some(refusal) => refusal.to_string(),
                None => error.to_string(),
            },
            Err(_) => "the handshake took too long".to_owned(),
        };
        match audience {
            Audience::Peers => tracing::warn!(%remote, reason, "refused a peer's connection"),
            // Anyone's port scan ends here: not worth an operator's look.
            Audience::Users => tracing::debug!(%remote, reason, "refused a user's connection"),
        }
        None
    }

    async fn run(self) -> io::Result<(TlsStream<TcpStream>, Option<PeerIdentity>)> {
        self.stream.set_nodelay(true)?;
        let newest = self.store.newest();
        let config = match self.audience {
            Audience::Peers => newest.for_peers(),
            Audience::Users => newest.for_users(),
        };
        let stream = TlsAcceptor::from(config).accept(self.stream).await?;
        let session = stream.get_ref().1;
        if session.alpn_protocol() != Some(HTTP2) {
            return Err(io::Error::other("the other end does not speak HTTP/2"));
        }
        let peer = match self.audience {
            Audience::Users => None,
            Audience::Peers => {
                let shown = session.peer_certificates().and_then(<[_]>::first);
                let identity =
                    shown.ok_or(IdentityError::Missing).and_then(|der| PeerIdentity::of_certificate(der));
                Some(identity.map_err(io::Error::other)?)
            }
        };
        Ok((stream, peer))
    }
}
