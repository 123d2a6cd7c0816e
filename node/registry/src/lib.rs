//! What the municipalities agree on: who is a member, which life each node lives, who owns which case, and
//! what was counted of all.
//!
//! Nine nodes replicate one log with raft; openraft is used in this crate and nowhere else. The log holds batches of
//! signed commands, and every node applies them by the same pure rules ([`enplan_domain::handover::ledger`]).
//!
//! What may enter: commands about random case handles, audit heads, and what is agreed and released of statistics (by
//! the rules of [`enplan_statistics::ledger`]), each signed by the municipality that proposes it and verified by every
//! node as it applies it. A leader can delay a command, never forge one. No name, number or text of a citizen comes in.
//!
//! What leaves: a [`CaseRecord`](enplan_domain::handover::CaseRecord) per handle, either as this node has it
//! ([`Registry::local`], perhaps out of date) or with everything that was committed before the question
//! ([`Registry::read`]); and a notice for each handle that changes.
//!
//! The crate speaks to no network itself. The daemon gives it a [`PeerNetwork`] and hands it what authenticated peers
//! send ([`Registry::answer`]). It reads no clock: nothing in the registry is decided by time.
//!
//! The directory of a registry is never restored from a copy: a node that forgets what it has voted can undo what was
//! agreed. A node that has lost its directory joins again under a new raft id.

mod answering;
mod command;
mod error;
mod forwarding;
mod founding;
mod network;
mod node;
mod proposer;
mod raft;
mod signing;
mod state;
mod store;
mod timing;
mod watchdog;

pub use answering::AnswerError;
pub use command::{AuditHead, HeadRefused, Rejected};
pub use error::{RegistryError, Unavailable};
pub use founding::{Founding, FoundingError, MOST_FOUNDERS, Member, SignedFounding};
pub use network::{PeerNetwork, RaftCall, Unreachable};
pub use node::{Registry, RegistryOptions, Status};
pub use signing::{NotAKey, SigningKey, VerifyingKey};
pub use state::MemberState;
pub use store::{Identity, StoreError};
pub use timing::{Compaction, Timing};
