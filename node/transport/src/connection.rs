//! A connection that was let in, and how long it is waited for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use crate::caller::ConnectInfo;
use crate::limits::Limits;

/// The first bytes of HTTP/2: its preface, and the header of the first frame (RFC 9113, section 3.4).
const OPENING_BYTES: usize = 24 + 9;

/// A connection that was let in. Its requests' extensions hold its [`ConnectInfo`].
#[derive(Debug)]
pub struct Conn {
    stream: TlsStream<TcpStream>,
    info: ConnectInfo,
    patience: Patience,
    /// Given back when the connection is dropped.
    _place: OwnedSemaphorePermit,
}

impl Conn {
    pub(crate) fn new(
        stream: TlsStream<TcpStream>,
        info: ConnectInfo,
        limits: &Limits,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self { stream, info, patience: Patience::new(limits), _place: place }
    }
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
