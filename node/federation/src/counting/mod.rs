//! Counting together: one epoch's statistics, from each node's frozen counts to a release in the registry.
//!
//! What is computed, and what may be known, is `enplan-statistics`'; here it is carried. [`freezing`] counts this node's own
//! citizens and binds it to them. [`seat`] holds this node's part of a computation while it runs. [`peers`] takes in what
//! other nodes send, with the caller's identity from its certificate. [`conducting`] leads: it says when to begin and with
//! whom to go on when a node has gone away, and brings what was computed to the registry. Whoever conducts sees nothing
//! that the others do not.

mod conducting;
mod error;
mod freezing;
mod peers;
mod seat;

use std::sync::{Arc, Mutex};

use enplan_statistics::Randomness;
use enplan_vault::Actor;

pub use conducting::Counted;
pub use error::CountingError;
pub use peers::CountingPeers;

use crate::engine::Handovers;
use seat::Seat;

/// What names one computation of an epoch: drawn by the node that conducts it.
pub(crate) type ComputationId = [u8; 16];

/// Counts together with the other nodes. A cheap handle.
#[derive(Clone)]
pub struct Counting {
    inner: Arc<Inner>,
}

struct Inner {
    /// What the handing over of plans stands on too: the vault, the registry, the peers, the fence.
    node: Arc<crate::engine::Inner>,
    /// This node's part in a computation: in one at a time.
    seat: Mutex<Option<Arc<Seat>>>,
    /// Held while this node freezes: two freezes of one epoch would bind it to one and keep the other.
    freezing: tokio::sync::Mutex<()>,
    /// Held while this node conducts.
    conducting: tokio::sync::Mutex<()>,
}

impl Counting {
    /// On what handing over stands on. Nothing is counted before somebody asks, here or on another node.
    pub fn new(handovers: &Handovers) -> Self {
        Self {
            inner: Arc::new(Inner {
                node: Arc::clone(&handovers.inner),
                seat: Mutex::default(),
                freezing: tokio::sync::Mutex::default(),
                conducting: tokio::sync::Mutex::default(),
            }),
        }
    }
}

impl Inner {
    fn actor(&self) -> Actor {
        Actor::system("statistics", self.node.me)
    }
}

/// The operating system's randomness.
struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&mut self, bytes: &mut [u8]) {
        let filled = aws_lc_rs::rand::fill(bytes);
        // Counts shared by anything that could be foreseen would be counts told.
        assert!(filled.is_ok(), "the operating system gives no randomness");
    }
}
