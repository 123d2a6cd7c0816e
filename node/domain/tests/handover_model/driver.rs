//! How a node acts: the thinnest driver that the state machines allow, and the ways to get it wrong.
//!
//! It does what the real one does: each input is one transaction of a machine's state, the case's hold and the
//! packages; whatever a machine wants afterwards is sent at once. That nothing need be sent again later is no
//! restriction: what was sent once may arrive at any time, or never.

use enplan_domain::handover::{
    CaseRecord, CommittedPackage, Destination, DestinationInput, DestinationPhase, DestinationWant, Digest,
    Ending, Finding, Hold, Local, PreviewVersion, Rejection, Source, SourceInput, SourcePhase, SourceWant,
    WrappedKey, compare,
};
use enplan_domain::{Epoch, Incarnation, Narrative, Timestamp, TransferId};

use crate::world::{HANDLE, Message, NODES, Node, Proposal, Row, Vault, World};

/// What every preview in the model says.
pub(crate) const PREVIEW: PreviewVersion = PreviewVersion([1; 32]);

/// A driver that is wrong in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// A restored node serves at once, without reading the log or comparing.
    NoFence,
    /// A start does not raise the node's incarnation.
    NoStarted,
    /// When no answer comes in time the source takes its plan back without asking the log.
    UnfreezingByTimer,
    /// The source deletes its package as soon as the handover is committed.
    ShreddingAtCommit,
    /// The source commits when the package is sent, and the registry does not look at receipts.
    CommitWithoutReceipt,
    /// The destination opens a package as soon as it has it.
    ImportingEarly,
}

/// What a node would send in its present state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outgoing {
    pub(crate) messages: Vec<Message>,
    pub(crate) proposals: Vec<Proposal>,
}

/// A package's digest: it says in the clear what a real one hides, so that the properties can look.
pub(crate) fn sealed(transfer: TransferId, version: u8, by: Incarnation) -> Digest {
    let mut bytes = [0; 32];
    bytes[0] = transfer.to_bytes()[0];
    bytes[1] = version;
    bytes[2] = u8::try_from(by.0).unwrap_or(u8::MAX);
    Digest(bytes)
}

/// The version of the plan in a package.
pub(crate) fn content(package: Digest) -> u8 {
    package.0[1]
}

fn is_of(package: Digest, transfer: TransferId) -> bool {
    package.0[0] == transfer.to_bytes()[0]
}

/// What this node's machines want sent now.
pub(crate) fn outgoing(world: &World, node: Node) -> Outgoing {
    let mut out = Outgoing::default();
    let municipality = world.node(node);
    if !municipality.is_up {
        return out;
    }
    let propose = |transfer, command| Proposal { by: node, transfer, command };
    for (&transfer, source) in &municipality.vault.sources {
        for want in source.wants(municipality.incarnation) {
            match want {
                SourceWant::Propose(command) => out.proposals.push(propose(transfer, command)),
                SourceWant::SendPreview => out.messages.push(Message::Preview(transfer)),
                SourceWant::SendPackage(digest) => out.messages.push(Message::Package(transfer, digest)),
                SourceWant::SendEnding(_) => out.messages.push(Message::Ending(transfer)),
            }
        }
    }
    for (&transfer, destination) in &municipality.vault.destinations {
        for want in destination.wants() {
            match want {
                DestinationWant::Propose(command) => out.proposals.push(propose(transfer, command)),
                DestinationWant::SendAcceptance => out.messages.push(Message::Acceptance(transfer)),
                DestinationWant::SendReceipt(receipt) => out.messages.push(Message::Receipt(receipt)),
                DestinationWant::SendRejection(_) => out.messages.push(Message::Rejection(transfer)),
                // Opening is an action of its own; asking for the bytes is in `asked_again`.
                DestinationWant::Open(_) => {}
            }
        }
    }
    out
}

/// The package that a destination, lacking the bytes of what was committed, would get from the source's escrow now.
pub(crate) fn asked_again(world: &World) -> Vec<Message> {
    let mut found = Vec::new();
    for node in NODES.into_iter().filter(|node| world.node(*node).is_up) {
        let vault = &world.node(node).vault;
        for (&transfer, destination) in &vault.destinations {
            if let DestinationPhase::Opening { package } = &destination.phase
                && !vault.staged.contains(&package.digest)
                && world.node(node.other()).is_up
                && world.node(node.other()).vault.escrow.contains(&package.digest)
            {
                found.push(Message::Package(transfer, package.digest));
            }
        }
    }
    found
}

/// Sends all that is wanted.
pub(crate) fn send(world: &mut World, node: Node) {
    let Outgoing { messages, proposals } = outgoing(world, node);
    for message in messages {
        world.say(message);
    }
    for proposal in proposals {
        world.propose(proposal);
    }
}

/// One transaction: a source's step, and what it means for the case and the escrow. Whatever the input, the machine
/// then hears what the replica says now: what it waits for may have been said before it began to wait.
pub(crate) fn step_source(world: &mut World, node: Node, transfer: TransferId, input: SourceInput) {
    let Some(before) = world.node(node).vault.sources.get(&transfer).cloned() else { return };
    let Ok(mut after) = before.step(input) else { return };
    if after == before {
        return;
    }
    if let Some(Ok(informed)) =
        world.seen_by(node).map(|record| after.step(SourceInput::Log((*record).clone())))
    {
        after = informed;
    }
    let writes_hold = after.hold() != before.hold();
    put_source(world, node, after, writes_hold);
}

/// Writes a source's state, with the case's hold where that has changed.
pub(crate) fn put_source(world: &mut World, node: Node, source: Source, writes_hold: bool) {
    let vault = world.vault_mut(node);
    if let (true, Some(row)) = (writes_hold, vault.row.as_mut()) {
        row.hold = source.hold();
    }
    match &source.phase {
        SourcePhase::Frozen { package, .. } => {
            vault.escrow.insert(package.digest);
        }
        SourcePhase::Aborted { .. } => vault.escrow.retain(|package| !is_of(*package, source.transfer)),
        _ => {}
    }
    vault.sources.insert(source.transfer, source);
}

/// One transaction: a destination's step, and what it means for the case and the packages; then what the replica says.
pub(crate) fn step_destination(
    world: &mut World,
    node: Node,
    transfer: TransferId,
    input: DestinationInput,
) -> bool {
    let Some(before) = world.node(node).vault.destinations.get(&transfer).cloned() else { return false };
    let Ok(mut after) = before.step(input) else { return false };
    if after == before {
        return true;
    }
    let seen = world.seen_by(node);
    if let Some(Ok(informed)) = seen.map(|record| after.step(DestinationInput::Log((*record).clone()))) {
        after = informed;
    }
    let vault = world.vault_mut(node);
    match (after.hold(), vault.row.as_mut()) {
        (Some(hold), Some(row)) if before.hold() != after.hold() => row.hold = hold,
        _ => {}
    }
    if after.has_ended() {
        vault.staged.retain(|package| !is_of(*package, transfer));
    }
    vault.destinations.insert(transfer, after);
    true
}

/// The receiver's acceptance: unless the package is sealed already, seal the plan as it is now.
pub(crate) fn accepted(world: &mut World, node: Node, transfer: TransferId) {
    let municipality = world.node(node);
    let Some(source) = municipality.vault.sources.get(&transfer) else { return };
    let (SourcePhase::Offered { .. }, Some(row)) = (&source.phase, municipality.vault.row) else { return };
    let package = CommittedPackage {
        digest: sealed(transfer, row.version, municipality.incarnation),
        wrapped_key: WrappedKey(vec![transfer.to_bytes()[0]]),
    };
    let now = Timestamp::UNIX_EPOCH;
    let input = SourceInput::Accepted { version: PREVIEW, current: Ok(PREVIEW), package, now };
    step_source(world, node, transfer, input);
}

/// A package has come. It is kept where it is awaited, or where it is the one that was committed.
pub(crate) fn package_came(world: &mut World, node: Node, transfer: TransferId, digest: Digest) {
    if !step_destination(world, node, transfer, DestinationInput::Staged(digest)) {
        return;
    }
    let vault = world.vault_mut(node);
    let keeps = vault.destinations.get(&transfer).is_some_and(|destination| match &destination.phase {
        DestinationPhase::Staged { .. } => true,
        DestinationPhase::Opening { package } => package.digest == digest,
        _ => false,
    });
    if keeps {
        vault.staged.insert(digest);
    }
}

/// A preview has come, for the first time or again.
pub(crate) fn preview_came(world: &mut World, node: Node, transfer: TransferId) {
    if world.node(node).vault.knows(transfer) {
        step_destination(world, node, transfer, DestinationInput::PreviewedAgain);
        return;
    }
    let Some((from, epoch)) = world.offers.get(&transfer).copied() else { return };
    let destination = Destination::previewed(transfer, HANDLE, epoch, from.code(), PREVIEW);
    world.vault_mut(node).destinations.insert(transfer, destination);
    if let Some(record) = world.seen_by(node) {
        step_destination(world, node, transfer, DestinationInput::Log((*record).clone()));
    }
}

/// The committed package lies here and so does its key: the plan is opened and written as this municipality's own.
pub(crate) fn open(world: &mut World, node: Node, transfer: TransferId, digest: Digest) {
    let Some(destination) = world.node(node).vault.destinations.get(&transfer) else { return };
    let row =
        Row { epoch: destination.epoch.next(), hold: Hold::Pending(transfer), version: content(digest) };
    world.vault_mut(node).row = Some(row);
    step_destination(world, node, transfer, DestinationInput::Imported(digest));
    world.vault_mut(node).staged.retain(|package| !is_of(*package, transfer));
}

/// The packages that this node could open now.
pub(crate) fn can_open(vault: &Vault, early: bool) -> Vec<(TransferId, Digest)> {
    let openable = |destination: &Destination| match &destination.phase {
        DestinationPhase::Opening { package } => Some(package.digest),
        DestinationPhase::Staged { digest } if early => Some(*digest),
        _ => None,
    };
    vault
        .destinations
        .iter()
        .filter_map(|(transfer, destination)| Some((*transfer, openable(destination)?)))
        .filter(|(_, digest)| vault.staged.contains(digest))
        .collect()
}

/// The replica has moved on: every machine hears of it, and the case is compared again.
pub(crate) fn observe(world: &mut World, node: Node, mutant: Option<Mutant>) {
    let record = world.seen_by(node);
    hear(world, node, record.as_deref());
    if let (Some(record), Some(Mutant::ShreddingAtCommit)) = (record, mutant) {
        let committed =
            |package: &Digest| record.committed(TransferId::from_bytes([package.0[0]; 16])).is_some();
        world.vault_mut(node).escrow.retain(|package| !committed(package));
    }
    if mutant != Some(Mutant::NoFence) {
        fence(world, node);
    }
}

/// Every machine hears what the replica says.
fn hear(world: &mut World, node: Node, record: Option<&CaseRecord>) {
    let Some(record) = record else { return };
    for transfer in world.node(node).vault.sources.keys().copied().collect::<Vec<_>>() {
        step_source(world, node, transfer, SourceInput::Log(record.clone()));
    }
    for transfer in world.node(node).vault.destinations.keys().copied().collect::<Vec<_>>() {
        step_destination(world, node, transfer, DestinationInput::Log((*record).clone()));
    }
}

/// Compares the case with the registry and acts on what is found. What that leads to is found by the next comparison.
pub(crate) fn fence(world: &mut World, node: Node) {
    let record = world.seen_by(node);
    let vault = &world.node(node).vault;
    let local = vault.row.map(|row| Local { epoch: row.epoch, hold: row.hold });
    let finding = compare(node.code(), local, record.as_deref(), |transfer| vault.knows(transfer));
    let mut may_serve = true;
    match finding {
        Finding::AbortForgotten { transfer, to } | Finding::GivenAway { transfer, to } => {
            let epoch = local.map_or(Epoch::FIRST, |local| local.epoch);
            let forgotten = Source::remembered(transfer, HANDLE, epoch, to, Timestamp::UNIX_EPOCH);
            put_source(world, node, forgotten, true);
            hear(world, node, record.as_deref());
        }
        Finding::Missing { transfer, from, offered_at, package } => {
            may_serve = false;
            let destination = Destination::remembered(transfer, HANDLE, offered_at, from, package);
            world.vault_mut(node).destinations.insert(transfer, destination);
        }
        Finding::RegistryBehind | Finding::Lost => {
            may_serve = false;
            world.witness.alarm = true;
        }
        // A source that has not been answered shows its preview again by itself.
        Finding::Agreed | Finding::PreviewMissing { .. } => {}
    }
    world.node_mut(node).may_serve = may_serve;
}

/// Starts a node: a new life, a linearizable read, the fence.
pub(crate) fn boot(world: &mut World, node: Node, mutant: Option<Mutant>) {
    if mutant != Some(Mutant::NoStarted) {
        let newest = world.registry.newest[node.index()].next();
        world.registry.newest[node.index()] = newest;
        world.node_mut(node).incarnation = newest;
    }
    world.node_mut(node).is_up = true;
    world.node_mut(node).lag = 0;
    if mutant == Some(Mutant::NoFence) {
        world.node_mut(node).may_serve = true;
    } else {
        observe(world, node, mutant);
    }
}

/// The mutant that waits for no log: the plan is served again because nobody answered in time.
pub(crate) fn thaw(world: &mut World, node: Node, transfer: TransferId) {
    let Some(source) = world.node(node).vault.sources.get(&transfer) else { return };
    let phase = SourcePhase::Aborted { why: Ending::NoReceipt, told: true };
    let thawed = Source { phase, ..source.clone() };
    put_source(world, node, thawed, true);
}

/// What a rejection in the model says.
pub(crate) fn rejection() -> Rejection {
    Rejection { reason: "not-resident".to_owned(), comment: Narrative::default() }
}
