//! What the nodes say to each other, from their counts to what may be known: one node's side of it, with no network.
//!
//! A [`Party`] is told of every message that comes and says what to send; it never waits, and it draws its randomness from
//! whoever calls it. The same code runs in a node and in the tests, where the network lies. What is promised, and what is
//! not, stands in docs/decisions/0011.

mod beginning;
mod check;
mod dealing;
mod gate;
mod letter;
mod mailbox;
mod opening;
mod party;
mod phase;
mod progress;
mod setup;
mod steps;

pub use letter::{Letter, Refused, Round};
pub use party::Party;
pub use progress::{Aborted, NotNow, Outcome, Progress};
pub use setup::{Nodes, NotASetup, Setup, TableGate};
