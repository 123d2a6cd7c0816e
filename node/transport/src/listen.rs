//! Being called: accepting connections, and letting in those who prove who they are.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::Stream;
use tonic::transport::server::Connected;

use crate::caller::ConnectInfo;
use crate::credentials::CredentialStore;
use crate::identity::{IdentityError, PeerIdentity};
use crate::limits::Limits;
use crate::tls::HTTP2;
use crate::verify::CertificateRefusal;

/// After the system refused a connection (too many open files, say), how long to leave it alone.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// The first bytes of HTTP/2: its preface, and the header of the first frame (RFC 9113, section 3.4).
const OPENING_BYTES: usize = 24 + 9;

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
                return Some(Conn { stream, info, patience: Patience::new(&limits), _place: place });
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

/// A connection that was let in. Its requests' extensions hold its [`ConnectInfo`].
#[derive(Debug)]
pub struct Conn {
    stream: TlsStream<TcpStream>,
    info: ConnectInfo,
    patience: Patience,
    /// Given back when the connection is dropped.
    _place: OwnedSemaphorePermit,
}

impl Connected for Conn {
    type ConnectInfo = ConnectInfo;

    fn connect_info(&self) -> ConnectInfo {
        self.info.clone()
    }
}

impl AsyncRead for Conn {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(outcome) => {
                self.patience.heard(buffer.filled().len() - before);
                Poll::Ready(outcome)
            }
            Poll::Pending => self.patience.poll_end(context).map(Err),
        }
    }
}

impl AsyncWrite for Conn {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// How long a connection is waited for. HTTP/2's own keepalive begins only after its opening, and its graceful end waits
/// for the other side: who sends one byte a second at the start, or never finishes, is cut off here.
#[derive(Debug)]
struct Patience {
    timer: Pin<Box<Sleep>>,
    opening_bytes_missing: usize,
    last_moment: Instant,
}

impl Patience {
    fn new(limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            timer: Box::pin(tokio::time::sleep_until(now + limits.handshake_timeout)),
            opening_bytes_missing: OPENING_BYTES,
            last_moment: now + limits.max_connection_age + limits.request_timeout,
        }
    }

    fn heard(&mut self, bytes: usize) {
        if self.opening_bytes_missing == 0 {
            return;
        }
        self.opening_bytes_missing = self.opening_bytes_missing.saturating_sub(bytes);
        if self.opening_bytes_missing == 0 {
            self.timer.as_mut().reset(self.last_moment);
        }
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        self.timer.as_mut().poll(context).map(|()| io::ErrorKind::TimedOut.into())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_does_not_open_http2_ends_after_the_handshake_timeout() {
        let limits = Limits::peers();
        let begin = Instant::now();
        let mut patience = Patience::new(&limits);
        patience.heard(OPENING_BYTES - 1);
        poll_fn(|context| patience.poll_end(context)).await;
        assert!(begin.elapsed() < limits.handshake_timeout * 2, "{:?}", begin.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_never_ends_by_itself_ends_after_its_age_and_one_request() {
        let limits = Limits::peers();
        let begin = Instant::now();
        let mut patience = Patience::new(&limits);
        patience.heard(OPENING_BYTES);
        poll_fn(|context| patience.poll_end(context)).await;
        assert!(
            begin.elapsed() >= limits.max_connection_age + limits.request_timeout,
            "{:?}",
            begin.elapsed()
        );
    }
}
