//! The whole network from outside: real processes, real sockets, the programs as people run them.
//!
//! This room knows the house only by what leaves it: the two programs, their exit codes, their JSON, their signals and
//! their data directories. In come the programs that were built (never this workspace's inner crates); out goes a
//! network of nine nodes on loopback, with keys and certificates of its own, in a folder of its own, that is gone when
//! the test process is.
//!
//! - [`programs`]: where the two programs are.
//! - [`network`]: nine nodes, shared by tests that harm nothing or owned by one that does.
//! - [`node`]: one node's process and data directory: killed, stopped, started, put back to an older copy.
//! - [`person`]: somebody who is logged in to a node, and what the command line answers them.
//! - [`casework`]: citizens who do not exist, and the everyday steps of handing their plans over.
//! - [`journey`]: one plan on its way, and what must hold when it has arrived.
//! - [`patience`]: waiting for a condition, never for a time.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "this is the ground that tests stand on: where something is missing they stop and say what"
)]

pub mod casework;
pub mod journey;
pub mod network;
pub mod node;
pub mod patience;
pub mod person;
pub mod programs;

pub use casework::{Citizen, HILLEROED, items};
pub use journey::Journey;
pub use network::{Network, OwnNetwork};
pub use node::{Node, VaultCopy};
pub use patience::eventually;
pub use person::{Answer, Person, Refusal};
