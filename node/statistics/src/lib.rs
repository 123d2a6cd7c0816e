//! What the municipalities may know together of their citizens, and nobody of anybody else's.
//!
//! One signed [`manifest`] fixes which questions are ever asked. Each node counts its own citizens by it ([`cube`]) and
//! shares the counts in secret; together the nodes find out which cells enough people stand in, and open those alone.
//! Nobody ever sees another municipality's count: not a node, not the coordinator, not whoever leads the computation.
//!
//! May enter: plans, the manifest, randomness, messages of other nodes. Leaves: messages to other nodes, and releases.
//! Everything here is pure: no I/O, no async, no clock; randomness comes in through [`Randomness`], so that the code that
//! is attacked in the tests is the code that runs in a node.

pub mod computation;
pub mod cube;
pub mod epoch;
#[cfg(test)]
mod example;
pub mod frozen;
pub mod input;
pub mod ledger;
pub mod manifest;
pub mod measure;
pub mod membership;
pub mod noise;
pub mod population;
pub mod protocol;
pub mod randomness;
pub mod reference;
pub mod release;
pub mod sharing;
pub mod suppression;
pub mod veto;

pub use epoch::Epoch;
pub use randomness::Randomness;
