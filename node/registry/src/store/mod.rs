//! What a node of the registry keeps on its own disk, in one SQLite file.
//!
//! The log, the vote and the current snapshot are flushed to disk before openraft hears that they are saved. The state
//! machine itself lives in memory: it is the snapshot and the log after it, and is rebuilt from them at each start. So
//! an entry costs one flush, not two, and a state that could disagree with its log is nowhere on the disk.

mod log;
mod machine;
mod schema;

pub(crate) use log::LogStore;
pub(crate) use machine::{LARGEST_SNAPSHOT, StateMachine};
pub(crate) use schema::{Database, DirectoryLock};
pub use schema::{Identity, StoreError};

#[cfg(test)]
mod tests;
