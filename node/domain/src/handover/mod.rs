//! Handing a plan over: Paxos Commit with the registry as coordinator, epoch fencing, and sealed escrow.
//!
//! [`ledger`] is what all municipalities agree on, one record per case; the source's and the destination's sides are
//! state machines that take an input and return what to write and what to send. None of them does I/O: the node's
//! driver, the model checker and the simulation run the same functions.

pub mod ledger;
pub mod package;

pub use ledger::{CaseRecord, Command, Outcome, Stage};
pub use package::{Digest, Receipt, Signature, WrappedKey};
