//! Whole registries, several in one process, over a network in memory.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod agreement;
mod network;
mod recovery;
