//! What must be true of every state, and what it means that a state is settled.

use enplan_domain::Epoch;
use stateright::Property;

use crate::driver;
use crate::model::Handover;
use crate::world::{NODES, World};

/// The invariants that one state can show. I9 and I11 are in `graph`.
pub(crate) fn all() -> Vec<Property<Handover>> {
    vec![
        Property::always("I1 at most one writable owner", |_, world: &World| {
            NODES.into_iter().filter(|node| world.node(*node).is_writable()).count() <= 1
        }),
        Property::always("I2 writable implies registry owner and equal epoch", |_, world: &World| {
            NODES.into_iter().filter(|node| world.node(*node).is_writable()).all(|node| {
                let epoch = world.node(node).vault.row.map(|row| row.epoch);
                world.owner() == (node, epoch.unwrap_or(Epoch(0)))
            })
        }),
        Property::always("I3 the committed version can be recovered", |_, world: &World| {
            world.is_doubly_faulted() || world.is_recoverable()
        }),
        Property::always("I5 aborted is never committed", |_, world: &World| {
            world.witness.aborted.is_disjoint(&world.witness.committed)
        }),
        Property::always("I6 no plaintext before the commit", |_, world: &World| {
            let (_, epoch) = world.owner();
            NODES.into_iter().filter_map(|node| world.node(node).vault.row).all(|row| row.epoch <= epoch)
        }),
        Property::always("I8 the epoch rises by one with the owner", |_, world: &World| {
            !world.witness.epoch_jumped
        }),
        Property::always("no false alarm", |_, world: &World| !world.witness.alarm),
        Property::sometimes("a plan is handed over", |_, world: &World| {
            world.is_settled() && world.owner().1 > Epoch::FIRST
        }),
    ]
}

impl World {
    /// Whether more than one fault has brought an old vault back: I3 promises nothing after that.
    pub(crate) fn is_doubly_faulted(&self) -> bool {
        self.witness.restores > 1
    }

    /// Whether the version that the last commit chose exists: in its owner's vault, or unreadable there with its key,
    /// or in the source's escrow with the owner's key.
    pub(crate) fn is_recoverable(&self) -> bool {
        let (owner, epoch) = self.owner();
        let municipality = self.node(owner);
        let committed = self.registry.head().and_then(|record| {
            self.offers
                .iter()
                .filter(|(_, (_, offered_at))| offered_at.next() == epoch)
                .find_map(|(transfer, _)| Some((*transfer, record.committed(*transfer)?.digest)))
        });
        let Some((transfer, digest)) = committed else {
            // Never handed over: what an owner loses between its own backups is not this protocol's.
            return municipality.vault.row.is_some_and(|row| row.epoch == epoch);
        };
        let here = municipality
            .vault
            .row
            .is_some_and(|row| row.epoch == epoch && row.version >= driver::content(digest));
        let sealed = municipality.vault.staged.contains(&digest)
            || self.node(owner.other()).vault.escrow.contains(&digest);
        here || (sealed && municipality.keys.contains(&transfer))
    }

    /// Settled: both nodes have started and read the log to its end; the registry has no handover open; no machine
    /// wants anything; the owner can write; the other one neither reads nor writes.
    pub(crate) fn is_settled(&self) -> bool {
        let (owner, _) = self.owner();
        self.nodes.iter().all(|municipality| municipality.is_up && municipality.lag == 0)
            && self.registry.head().is_none_or(|record| record.open.is_none())
            && NODES.into_iter().all(|node| {
                let wanted = driver::outgoing(self, node);
                wanted.messages.is_empty() && wanted.proposals.is_empty() && !self.node(node).vault.is_busy()
            })
            && self.node(owner).is_writable()
            && !self.node(owner.other()).is_readable()
    }
}
