//! All nodes of a computation in one process, over a network that turns messages round, loses nodes and lies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod away;
mod hostile;
mod lies;
mod network;
mod oracle;
mod outcome;
mod refusals;
mod secrecy;
