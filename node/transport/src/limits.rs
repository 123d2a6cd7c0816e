//! How much one other end may ask of this node.

use std::time::Duration;

use tonic::transport::Server;

/// The limits of one listener, and of the connections that a [`Dialer`](crate::Dialer) makes.
///
/// They bound what anyone can make this node hold in memory, open or wait for: a stalled handshake, one byte a second, a
/// flood of resets, a huge header. [`Limits::peers`] and [`Limits::users`] are to be used as they are; the fields are
/// public so that a test can make one of them small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once. The next ones wait in the system's queue until one closes.
    pub max_connections: usize,
    /// Of these, how many may be in the middle of their handshake: a crowd that stalls cannot take all the places.
    pub max_handshakes: usize,
    /// How long a handshake may take, and after it the first bytes of HTTP/2; also how long a dialed connection may take.
    pub handshake_timeout: Duration,
    /// Requests under way at once on one connection.
    pub max_concurrent_streams: u32,
    /// The largest message. Give it to each service's `max_decoding_message_size`; it is no larger than `tonic`'s own
    /// default, so that a service which forgets to is not wider open.
    pub max_message_bytes: usize,
    /// How long a request may take until its answer begins; for a streamed request, until all of it was received.
    pub request_timeout: Duration,
    /// How often a quiet connection is asked whether the other end is still there.
    pub keepalive_interval: Duration,
    /// How long the answer to that may take.
    pub keepalive_timeout: Duration,
    /// When a connection is asked to end, so that the next one meets newer certificates and lists of revoked ones. Requests
    /// under way may finish for another [`Limits::request_timeout`]; then it is closed.
    pub max_connection_age: Duration,
    /// All headers of one request together, in bytes.
    pub max_header_list_bytes: u32,
    /// Requests that the other end opened and reset before they were looked at (CVE-2023-44487).
    pub max_pending_resets: usize,
    /// Requests that this end had to reset because of the other's mistakes.
    pub max_local_resets: usize,
}

/// `tonic`'s own limit for a service that sets none.
const MESSAGE_BYTES: usize = 4 * 1024 * 1024;

impl Limits {
    /// For nodes: few, known, talking all the time.
    pub fn peers() -> Self {
        Self {
            max_connections: 256,
            max_handshakes: 64,
            handshake_timeout: Duration::from_secs(5),
            max_concurrent_streams: 200,
            max_message_bytes: MESSAGE_BYTES,
            request_timeout: Duration::from_mins(1),
            keepalive_interval: Duration::from_secs(10),
            keepalive_timeout: Duration::from_secs(5),
            max_connection_age: Duration::from_hours(1),
            max_header_list_bytes: 16 * 1024,
            max_pending_resets: 20,
            max_local_resets: 100,
        }
    }

    /// For people and scripts: many, and unknown until they log in.
    pub fn users() -> Self {
        Self {
            max_connections: 1024,
            max_handshakes: 128,
            max_concurrent_streams: 64,
            request_timeout: Duration::from_secs(30),
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            ..Self::peers()
        }
    }
}

/// A server with these limits, for the connections of a listener of this room. No service is added, and no compression.
pub fn server_builder(limits: &Limits) -> Server {
    // `max_connection_age_grace` stays unset: with it, tonic 0.14 never asks the other end to finish, it only cuts the
    // connection. `Conn` itself ends what has not ended in time.
    Server::builder()
        .timeout(limits.request_timeout)
        .max_concurrent_streams(limits.max_concurrent_streams)
        .http2_keepalive_interval(Some(limits.keepalive_interval))
        .http2_keepalive_timeout(Some(limits.keepalive_timeout))
        .max_connection_age(limits.max_connection_age)
        .http2_max_header_list_size(limits.max_header_list_bytes)
        .http2_max_pending_accept_reset_streams(Some(limits.max_pending_resets))
        .http2_max_local_error_reset_streams(Some(limits.max_local_resets))
}
