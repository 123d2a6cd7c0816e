//! What there is in the model: two nodes, their vaults, the registry's log, and everything ever sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use enplan_domain::handover::ledger::{self, Effect, Federation, Refused};
use enplan_domain::handover::{CaseRecord, Command, Destination, Digest, Hold, Receipt, Signature, Source};
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{CaseHandle, Epoch, Incarnation, Kommunekode, TransferId};

/// The one plan's handle.
pub(crate) const HANDLE: CaseHandle = CaseHandle::from_bytes([7; 16]);

/// One of the two municipalities. The plan is A's at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Node {
    A,
    B,
}

pub(crate) const NODES: [Node; 2] = [Node::A, Node::B];

impl Node {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    pub(crate) fn code(self) -> Kommunekode {
        match self {
            Self::A => THE_NINE[5].0,
            Self::B => THE_NINE[8].0,
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }

    /// What this node's signing key makes of a receipt: as hard to forge as the model needs.
    pub(crate) fn sign(self, receipt: &Receipt) -> Signature {
        let mut bytes = receipt.digest.0[..3].to_vec();
        bytes.extend([
            receipt.transfer.to_bytes()[0],
            receipt.epoch.0.to_be_bytes()[7],
            u8::from(self == Self::B),
        ]);
        Signature(bytes)
    }
}

/// The case as a vault holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) epoch: Epoch,
    pub(crate) hold: Hold,
    /// How many edits the plan has seen.
    pub(crate) version: u8,
}

/// What a node has on disk, and a restore brings back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Vault {
    pub(crate) row: Option<Row>,
    pub(crate) sources: BTreeMap<TransferId, Source>,
    pub(crate) destinations: BTreeMap<TransferId, Destination>,
    /// Packages received, unreadable.
    pub(crate) staged: BTreeSet<Digest>,
    /// Packages sent, kept for a receiver that must ask again.
    pub(crate) escrow: BTreeSet<Digest>,
}

impl Vault {
    pub(crate) fn knows(&self, transfer: TransferId) -> bool {
        self.sources.contains_key(&transfer) || self.destinations.contains_key(&transfer)
    }

    /// Whether a handover of the case is under way, as far as this vault knows.
    pub(crate) fn is_busy(&self) -> bool {
        self.sources.values().any(|source| !source.has_ended())
            || self.destinations.values().any(|destination| !destination.has_ended())
    }
}

/// One municipality's node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Municipality {
    pub(crate) vault: Arc<Vault>,
    /// Which handovers it made a key for. A store of its own: no restore touches it.
    pub(crate) keys: BTreeSet<TransferId>,
    /// Which life this is.
    pub(crate) incarnation: Incarnation,
    /// Whether it has started, and so passed the fence, in this life.
    pub(crate) is_up: bool,
    /// Whether its latest comparison with the registry lets it serve what the vault's hold allows.
    pub(crate) may_serve: bool,
    /// How many entries of the log its replica has not read.
    pub(crate) lag: usize,
}

impl Municipality {
    fn new(row: Option<Row>) -> Self {
        Self {
            vault: Arc::new(Vault { row, ..Vault::default() }),
            keys: BTreeSet::new(),
            incarnation: Incarnation(1),
            is_up: true,
            may_serve: true,
            lag: 0,
        }
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.is_up && self.may_serve && self.vault.row.is_some_and(|row| row.hold.is_writable())
    }

    pub(crate) fn is_readable(&self) -> bool {
        self.is_up && self.may_serve && self.vault.row.is_some_and(|row| row.hold.is_readable())
    }
}

/// What one node says to the other. Once sent it may arrive at any time, any number of times, or never.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Message {
    Preview(TransferId),
    Acceptance(TransferId),
    Package(TransferId, Digest),
    Receipt(Receipt),
    Rejection(TransferId),
    Ending(TransferId),
    /// The registry's answer to an offer.
    OfferRefused(TransferId, Refused),
}

/// What a node said to the registry: like a message, it may come at any time, any number of times, or never. A leader
/// that crashes is no more than that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Proposal {
    pub(crate) by: Node,
    pub(crate) transfer: TransferId,
    pub(crate) command: Command,
}

/// The registry, as the last entry of its log left it, and what lagging replicas still have to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Registry {
    /// What the case's record was after each entry that some replica has not passed. The last is the log's head.
    pub(crate) records: Vec<Option<Arc<CaseRecord>>>,
    /// The newest life that each node has started.
    pub(crate) newest: [Incarnation; 2],
    /// Whether receipts are looked at; not so under one of the mutants.
    pub(crate) verifies_receipts: bool,
}

impl Registry {
    pub(crate) fn head(&self) -> Option<&Arc<CaseRecord>> {
        self.records.last().and_then(Option::as_ref)
    }

    pub(crate) fn seen_with_lag(&self, lag: usize) -> Option<Arc<CaseRecord>> {
        self.records.iter().rev().nth(lag).cloned().flatten()
    }

    pub(crate) fn apply(&self, proposal: &Proposal) -> Result<(CaseRecord, Effect), Refused> {
        let Proposal { by, transfer, command } = proposal;
        ledger::apply(self.head().map(Arc::as_ref), HANDLE, *transfer, by.code(), command, self)
    }
}

impl Federation for Registry {
    fn is_member(&self, municipality: Kommunekode) -> bool {
        NODES.iter().any(|node| node.code() == municipality)
    }

    fn newest_incarnation(&self, municipality: Kommunekode) -> Incarnation {
        let node = if municipality == Node::A.code() { Node::A } else { Node::B };
        self.newest[node.index()]
    }

    fn is_genuine(&self, by: Kommunekode, receipt: &Receipt, signature: &Signature) -> bool {
        let signer = if by == Node::A.code() { Node::A } else { Node::B };
        !self.verifies_receipts || *signature == signer.sign(receipt)
    }
}

/// What the properties must remember of the way here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Witness {
    /// Handovers that the log has ended.
    pub(crate) aborted: BTreeSet<TransferId>,
    /// Handovers that the log has committed.
    pub(crate) committed: BTreeSet<TransferId>,
    /// Whether the epoch has ever changed by anything but one with the owner, and not at all otherwise.
    pub(crate) epoch_jumped: bool,
    /// How many restores there have been.
    pub(crate) restores: u8,
    /// Whether a node has found the registry behind its vault, or a plan lost.
    pub(crate) alarm: bool,
}

/// One state of everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) nodes: [Municipality; 2],
    pub(crate) registry: Registry,
    pub(crate) messages: Arc<BTreeSet<Message>>,
    pub(crate) proposals: Arc<BTreeSet<Proposal>>,
    /// Who made each offer, and at which epoch.
    pub(crate) offers: BTreeMap<TransferId, (Node, Epoch)>,
    /// Older copies of vaults that a restore may yet bring back.
    pub(crate) snapshots: BTreeMap<Node, Arc<Vault>>,
    /// Crashes and restores that may yet happen.
    pub(crate) faults_left: u8,
    /// Edits that may yet happen.
    pub(crate) edits_left: u8,
    pub(crate) witness: Witness,
}

impl World {
    /// One plan at A, which no registry has heard of.
    pub(crate) fn at_first(faults: u8, edits: u8, verifies_receipts: bool) -> Self {
        let row = Row { epoch: Epoch::FIRST, hold: Hold::Active, version: 0 };
        Self {
            nodes: [Municipality::new(Some(row)), Municipality::new(None)],
            registry: Registry { records: vec![None], newest: [Incarnation(1); 2], verifies_receipts },
            messages: Arc::default(),
            proposals: Arc::default(),
            offers: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            faults_left: faults,
            edits_left: edits,
            witness: Witness::default(),
        }
    }

    pub(crate) fn node(&self, node: Node) -> &Municipality {
        &self.nodes[node.index()]
    }

    pub(crate) fn node_mut(&mut self, node: Node) -> &mut Municipality {
        &mut self.nodes[node.index()]
    }

    pub(crate) fn vault_mut(&mut self, node: Node) -> &mut Vault {
        Arc::make_mut(&mut self.node_mut(node).vault)
    }

    /// What this node's own replica says of the case.
    pub(crate) fn seen_by(&self, node: Node) -> Option<Arc<CaseRecord>> {
        self.registry.seen_with_lag(self.node(node).lag)
    }

    /// Who owns the case at which epoch, by the log's head.
    pub(crate) fn owner(&self) -> (Node, Epoch) {
        match self.registry.head() {
            None => (Node::A, Epoch::FIRST),
            Some(record) if record.owner == Node::A.code() => (Node::A, record.epoch),
            Some(record) => (Node::B, record.epoch),
        }
    }

    pub(crate) fn source_of(&self, transfer: TransferId) -> Node {
        self.offers.get(&transfer).map_or(Node::A, |(node, _)| *node)
    }

    pub(crate) fn destination_of(&self, transfer: TransferId) -> Node {
        self.source_of(transfer).other()
    }

    /// Appends what an entry of the log changed, and looks at how it changed (I5, I8).
    pub(crate) fn append(&mut self, transfer: TransferId, after: CaseRecord) {
        let (owner, epoch) = self.owner();
        let expected = if after.owner == owner.code() { epoch } else { epoch.next() };
        self.witness.epoch_jumped |= after.epoch != expected;
        if after.is_aborted(transfer) {
            self.witness.aborted.insert(transfer);
        }
        if after.committed(transfer).is_some() {
            self.witness.committed.insert(transfer);
        }
        self.registry.records.push(Some(Arc::new(after)));
        for municipality in &mut self.nodes {
            // A node that is down reads it all when it starts.
            municipality.lag = if municipality.is_up { municipality.lag + 1 } else { 0 };
        }
    }

    /// Sends a message: from now on it may arrive.
    pub(crate) fn say(&mut self, message: Message) {
        if !self.messages.contains(&message) {
            Arc::make_mut(&mut self.messages).insert(message);
        }
    }

    /// Proposes to the registry: from now on it may be appended.
    pub(crate) fn propose(&mut self, proposal: Proposal) {
        if !self.proposals.contains(&proposal) {
            Arc::make_mut(&mut self.proposals).insert(proposal);
        }
    }

    /// Forgets entries that every replica has passed: they can be seen no more.
    pub(crate) fn trim(&mut self) {
        let kept = 1 + self.nodes.iter().map(|municipality| municipality.lag).max().unwrap_or(0);
        let gone = self.registry.records.len().saturating_sub(kept);
        self.registry.records.drain(..gone);
    }
}
