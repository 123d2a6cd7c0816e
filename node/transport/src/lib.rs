//! Who is on the other end.
//!
//! Every connection that a node accepts or makes comes through this room, and nothing else in the house touches
//! `rustls`. It is TLS 1.3 with X25519MLKEM768 first, and between nodes both ends prove who they are: a
//! [`PeerIdentity`] is read from the certificate's one URI name (`spiffe://<federation>/municipality/0270`), never from a
//! common name and never from a field of a message.
//!
//! What may enter: files with certificates and keys ([`Credentials`], checked before they are used), addresses, a
//! [`Clock`](enplan_domain::Clock), [`Limits`]. What leaves: streams of connections for `tonic` ([`PeerListener`],
//! [`UserListener`]), channels to peers ([`Dialer`]) and, on each request, who sent it ([`peer_identity`]). No key
//! leaves, and no error or log line holds one.
//!
//! - [`authority`]: the federation's certificate authority and the nodes' requests to it.
//! - [`credentials`]: this node's own certificate, reloaded without a restart.
//! - [`listen`] and [`dial`]: the two ends of a connection; sessions are never resumed, since a resumed session would
//!   slip past a certificate revoked in the meantime.
//! - [`caller`]: who sent a request, and whether they are still a member, asked again on each request.

pub mod authority;
pub mod caller;
mod connection;
pub mod credentials;
pub mod dial;
mod files;
pub mod identity;
pub mod limits;
pub mod listen;
mod tls;
mod verify;

pub use caller::{ConnectInfo, MembershipCheck, members_only, peer_identity, peer_identity_of_member};
pub use connection::Conn;
pub use credentials::{CredentialFiles, CredentialStore, Credentials, CredentialsError};
pub use dial::{DialError, Dialer, user_channel};
pub use files::FileError;
pub use identity::{IdentityError, PeerIdentity};
pub use limits::{Limits, server_builder};
pub use listen::{Incoming, PeerListener, UserListener};
pub use tls::install_crypto_provider;
pub use verify::CertificateRefusal;

/// An error of a library below this room, kept as the source of one of ours without naming that library.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;
