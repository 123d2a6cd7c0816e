//! The model: everything that can happen next.

use std::sync::Arc;

use enplan_domain::handover::ledger::Effect;
use enplan_domain::handover::{
    Command, DestinationInput, DestinationPhase, Ending, Receipt, Source, SourceInput, SourcePhase,
};
use enplan_domain::{Timestamp, TransferId};
use stateright::{Model, Property};

use crate::driver::{self, Mutant};
use crate::properties;
use crate::world::{HANDLE, Message, NODES, Node, Proposal, World};

/// How much may happen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Crashes and restores.
    pub(crate) faults: u8,
    /// Offers.
    pub(crate) offers: u8,
    /// Edits of the plan.
    pub(crate) edits: u8,
    /// Whether a vault may be restored; if not, nodes only crash.
    pub(crate) restores: bool,
    /// Whether everybody is willing: nobody rejects or withdraws, and nothing takes too long before the first fault.
    pub(crate) willing: bool,
}

/// The handover of one plan between two municipalities.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handover {
    pub(crate) bounds: Bounds,
    pub(crate) mutant: Option<Mutant>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// A person changes the plan.
    Edit(Node),
    /// A person offers the plan to the other municipality.
    Offer(Node),
    /// A person accepts the preview.
    Accept(Node, TransferId),
    /// A person says no.
    Reject(Node, TransferId),
    /// The offer is taken back, or the citizen withdraws the consent.
    Withdraw(Node, TransferId),
    /// The source has waited too long.
    Tick(Node, TransferId),
    /// A message arrives.
    Deliver(Message),
    /// A proposal is appended to the registry's log.
    Append(Proposal),
    /// A replica reads the next entry.
    Read(Node),
    /// The case is compared with the registry again, as it is periodically.
    Compare(Node),
    /// The destination opens the package.
    Open(Node, TransferId),
    /// A copy of the vault is taken.
    Backup(Node),
    /// The node stops. What is on its disk stays.
    Crash(Node),
    /// The node stops, and its vault is what it was when the copy was taken.
    Restore(Node),
    /// The node starts.
    Boot(Node),
}

impl Action {
    /// Whether it happens without a person and without a fault. With `before`, a message or a proposal counts only
    /// where its sender would send it in that very state: nothing settled may lean on luck with old messages.
    pub(crate) fn is_unaided(&self, bounds: Bounds, before: &World) -> bool {
        let wanted = || NODES.into_iter().map(|node| driver::outgoing(before, node));
        match self {
            Self::Tick(..) | Self::Read(_) | Self::Compare(_) | Self::Open(..) | Self::Boot(_) => true,
            Self::Deliver(Message::OfferRefused(transfer, refused)) => wanted()
                .flat_map(|out| out.proposals)
                .filter(|proposal| {
                    proposal.transfer == *transfer && matches!(proposal.command, Command::Offer { .. })
                })
                .any(|proposal| before.registry.apply(&proposal) == Err(*refused)),
            Self::Deliver(message) => {
                wanted().any(|out| out.messages.contains(message))
                    || driver::asked_again(before).contains(message)
            }
            // Where nothing takes too long, somebody answers.
            Self::Accept(..) => bounds.willing,
            Self::Append(proposal) => wanted().any(|out| out.proposals.contains(proposal)),
            Self::Edit(_)
            | Self::Offer(_)
            | Self::Reject(..)
            | Self::Withdraw(..)
            | Self::Backup(_)
            | Self::Crash(_)
            | Self::Restore(_) => false,
        }
    }

    /// Whether it may come twice, and so must change nothing the second time (I11).
    pub(crate) fn may_be_repeated(&self) -> bool {
        matches!(self, Self::Deliver(_) | Self::Append(_))
    }
}

impl Model for Handover {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let verifies_receipts = self.mutant != Some(Mutant::CommitWithoutReceipt);
        vec![World::at_first(self.bounds.faults, self.bounds.edits, verifies_receipts)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for node in NODES {
            self.faults(world, node, actions);
            if world.node(node).is_up {
                self.persons(world, node, actions);
                self.machines(world, node, actions);
            }
        }
        actions.extend(world.messages.iter().cloned().map(Action::Deliver));
        actions.extend(world.proposals.iter().cloned().map(Action::Append));
    }

    fn next_state(&self, before: &World, action: Action) -> Option<World> {
        let mut world = before.clone();
        match action {
            Action::Edit(node) => {
                world.edits_left -= 1;
                if let Some(row) = world.vault_mut(node).row.as_mut() {
                    row.version += 1;
                }
            }
            Action::Offer(node) => offer(&mut world, node),
            Action::Accept(node, transfer) => {
                world.node_mut(node).keys.insert(transfer);
                let input = DestinationInput::Accept(driver::PREVIEW);
                driver::step_destination(&mut world, node, transfer, input);
            }
            Action::Reject(node, transfer) => {
                let input = DestinationInput::Reject(driver::rejection());
                driver::step_destination(&mut world, node, transfer, input);
            }
            Action::Withdraw(node, transfer) => {
                let input = SourceInput::End(Ending::BasisWithdrawn);
                driver::step_source(&mut world, node, transfer, input);
            }
            Action::Tick(node, transfer) if self.mutant == Some(Mutant::UnfreezingByTimer) => {
                driver::thaw(&mut world, node, transfer);
            }
            Action::Tick(node, transfer) => {
                driver::step_source(&mut world, node, transfer, SourceInput::Tick(Timestamp::MAX));
            }
            Action::Deliver(message) => self.deliver(&mut world, &message),
            Action::Append(proposal) => append(&mut world, &proposal),
            Action::Read(node) => {
                world.node_mut(node).lag -= 1;
                driver::observe(&mut world, node, self.mutant);
            }
            Action::Compare(node) => driver::fence(&mut world, node),
            Action::Open(node, transfer) => {
                let early = self.mutant == Some(Mutant::ImportingEarly);
                let vault = Arc::clone(&world.node(node).vault);
                let found = driver::can_open(&vault, early).into_iter().find(|(id, _)| *id == transfer);
                let (_, digest) = found?;
                driver::open(&mut world, node, transfer, digest);
            }
            Action::Backup(node) => {
                let copy = Arc::clone(&world.node(node).vault);
                world.snapshots.insert(node, copy);
            }
            Action::Crash(node) => stop(&mut world, node),
            Action::Restore(node) => {
                let copy = world.snapshots.remove(&node)?;
                world.node_mut(node).vault = copy;
                world.witness.restores += 1;
                stop(&mut world, node);
            }
            Action::Boot(node) => driver::boot(&mut world, node, self.mutant),
        }
        for node in NODES {
            driver::send(&mut world, node);
        }
        world.trim();
        (world != *before).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Handover {
    fn faults(self, world: &World, node: Node, actions: &mut Vec<Action>) {
        if !world.node(node).is_up {
            actions.push(Action::Boot(node));
        } else if world.faults_left > 0 {
            actions.push(Action::Crash(node));
        }
        if world.snapshots.contains_key(&node) {
            actions.push(Action::Restore(node));
        } else if self.bounds.restores && world.snapshots.len() < usize::from(world.faults_left) {
            actions.push(Action::Backup(node));
        }
    }

    fn persons(self, world: &World, node: Node, actions: &mut Vec<Action>) {
        let municipality = world.node(node);
        if municipality.is_writable() {
            if world.edits_left > 0 {
                actions.push(Action::Edit(node));
            }
            if world.offers.len() < usize::from(self.bounds.offers) && !municipality.vault.is_busy() {
                actions.push(Action::Offer(node));
            }
        }
        for (&transfer, source) in &municipality.vault.sources {
            // From the earlier phases `Tick` leads to the same states but for the reason they name.
            if !self.bounds.willing && matches!(source.phase, SourcePhase::Committing { .. }) {
                actions.push(Action::Withdraw(node, transfer));
            }
        }
        for (&transfer, destination) in &municipality.vault.destinations {
            match &destination.phase {
                DestinationPhase::Previewed => actions.push(Action::Accept(node, transfer)),
                DestinationPhase::Accepted | DestinationPhase::Staged { .. } => {}
                _ => continue,
            }
            if !self.bounds.willing {
                actions.push(Action::Reject(node, transfer));
            }
        }
    }

    fn machines(self, world: &World, node: Node, actions: &mut Vec<Action>) {
        let municipality = world.node(node);
        for (&transfer, source) in &municipality.vault.sources {
            let waits = match &source.phase {
                SourcePhase::Offered { .. } | SourcePhase::Frozen { .. } => {
                    !self.bounds.willing || world.faults_left < self.bounds.faults
                }
                SourcePhase::Committing { .. } => self.mutant == Some(Mutant::UnfreezingByTimer),
                _ => false,
            };
            if waits {
                actions.push(Action::Tick(node, transfer));
            }
        }
        if municipality.lag > 0 {
            actions.push(Action::Read(node));
        }
        if self.mutant != Some(Mutant::NoFence) {
            actions.push(Action::Compare(node));
        }
        let early = self.mutant == Some(Mutant::ImportingEarly);
        for (transfer, _) in driver::can_open(&municipality.vault, early) {
            if municipality.keys.contains(&transfer) {
                actions.push(Action::Open(node, transfer));
            }
        }
    }

    fn deliver(self, world: &mut World, message: &Message) {
        let to = match message {
            Message::Preview(transfer) | Message::Package(transfer, _) | Message::Ending(transfer) => {
                world.destination_of(*transfer)
            }
            Message::Acceptance(transfer)
            | Message::Rejection(transfer)
            | Message::OfferRefused(transfer, _)
            | Message::Receipt(Receipt { transfer, .. }) => world.source_of(*transfer),
        };
        if !world.node(to).is_up {
            return;
        }
        match *message {
            Message::Preview(transfer) => driver::preview_came(world, to, transfer),
            Message::Package(transfer, digest) => driver::package_came(world, to, transfer, digest),
            Message::Ending(transfer) => {
                let input = DestinationInput::SenderEnded(Ending::Revoked);
                driver::step_destination(world, to, transfer, input);
                told(world, to.other(), transfer);
            }
            Message::Acceptance(transfer) => {
                driver::accepted(world, to, transfer);
                if self.mutant == Some(Mutant::CommitWithoutReceipt) {
                    commit_without_receipt(world, to, transfer);
                }
            }
            Message::Rejection(transfer) => {
                let input = SourceInput::End(Ending::Rejected(driver::rejection()));
                driver::step_source(world, to, transfer, input);
                told(world, to.other(), transfer);
            }
            Message::OfferRefused(transfer, refused) => {
                driver::step_source(world, to, transfer, SourceInput::OfferRefused(refused));
            }
            Message::Receipt(receipt) => {
                let signature = to.other().sign(&receipt);
                let input = SourceInput::Received { receipt, signature, basis: Ok(()) };
                driver::step_source(world, to, receipt.transfer, input);
            }
        }
    }
}

fn stop(world: &mut World, node: Node) {
    let municipality = world.node_mut(node);
    municipality.is_up = false;
    municipality.may_serve = false;
    municipality.lag = 0;
    world.faults_left -= 1;
    if world.faults_left == 0 {
        world.snapshots.clear();
    }
}

fn offer(world: &mut World, node: Node) {
    let Some(row) = world.node(node).vault.row else { return };
    let number = u8::try_from(world.offers.len() + 1).unwrap_or(u8::MAX);
    let transfer = TransferId::from_bytes([number; 16]);
    let to = node.other().code();
    let deadline = Timestamp::MAX;
    let source = Source::offer(transfer, HANDLE, row.epoch, to, driver::PREVIEW, deadline);
    world.offers.insert(transfer, (node, row.epoch));
    driver::put_source(world, node, source, true);
}

fn append(world: &mut World, proposal: &Proposal) {
    match world.registry.apply(proposal) {
        Ok((after, Effect::Changed)) => world.append(proposal.transfer, after),
        Ok((_, Effect::Already)) => {}
        Err(refused) => {
            if matches!(proposal.command, Command::Offer { .. }) {
                world.say(Message::OfferRefused(proposal.transfer, refused));
            }
        }
    }
}

/// The one who sent a reason hears that it came, where it is there to hear it.
fn told(world: &mut World, node: Node, transfer: TransferId) {
    if world.node(node).is_up {
        driver::step_source(world, node, transfer, SourceInput::Told);
        driver::step_destination(world, node, transfer, DestinationInput::Told);
    }
}

fn commit_without_receipt(world: &mut World, node: Node, transfer: TransferId) {
    let Some(source) = world.node(node).vault.sources.get(&transfer) else { return };
    let SourcePhase::Frozen { package, .. } = &source.phase else { return };
    let (handle, epoch, digest) = (source.handle, source.epoch, package.digest);
    let receipt = Receipt { handle, transfer, epoch, digest };
    let signature = enplan_domain::handover::Signature(Vec::new());
    let input = SourceInput::Received { receipt, signature, basis: Ok(()) };
    driver::step_source(world, node, transfer, input);
}
