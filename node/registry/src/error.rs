//! Why the registry does not start, and why it does not answer.

use enplan_domain::Kommunekode;

use crate::command::Rejected;
use crate::store::StoreError;

/// Why a registry did not start, or can't go on.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Not in the list.
    #[error(
        "municipality {0} is not in the founding list: check the node's municipality code and federation.json"
    )]
    NotAFounder(Kommunekode),
    /// Another key than the list says.
    #[error(
        "the signing key is not the one that the founding list names for municipality {0}: check the key file"
    )]
    AnotherKey(Kommunekode),
    /// Timings that make no sense together.
    #[error("the registry's timings do not fit together: heartbeat < shortest < longest election timeout")]
    Timing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Raft can't go on from what is on the disk.
    #[error(
        "the registry of this node can't take part: check its directory and disk, then start the node again"
    )]
    Raft(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why the registry gave no answer. Asking again is always safe: what was done is not done twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// No leader.
    #[error(
        "no majority of the municipalities' nodes can be reached, and nothing was changed: \
         check the network, then try again"
    )]
    NoQuorum,
    /// No answer in time.
    #[error(
        "the registry did not answer in time, and may or may not have done it: try again, it is done at most once"
    )]
    Timeout,
    /// The envelope was refused: this node's key or federation is not what the others know.
    #[error("the registry refuses this node's signature: check its signing key and founding list")]
    Rejected(#[source] Rejected),
    /// This node has been started elsewhere while it tried to start.
    #[error("another process starts as this municipality's node: stop one of them")]
    AnotherLife,
    /// This node's registry has stopped.
    #[error(
        "the registry of this node has stopped: look for the cause in its log, then start the node again"
    )]
    Stopped,
}
