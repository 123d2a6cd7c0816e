//! A federation in one process: nodes that call each other through memory, with partitions and a forger on the line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use enplan_domain::handover::{CaseRecord, CommittedPackage, Digest, Receipt, WrappedKey, ledger};
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{CaseHandle, Epoch, Incarnation, Kommunekode, TransferId};
use enplan_registry::{
    AnswerError, Compaction, Founding, Member, MemberState, PeerNetwork, RaftCall, Registry, RegistryError,
    RegistryOptions, SigningKey, Timing, Unreachable,
};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct Federation {
    pub(crate) founding: Founding,
    pub(crate) wire: Arc<Wire>,
    pub(crate) timing: Timing,
    pub(crate) compaction: Compaction,
    keys: Vec<Arc<SigningKey>>,
    dir: TempDir,
    nodes: BTreeMap<usize, Registry>,
}

/// What lies between the nodes.
#[derive(Default)]
pub(crate) struct Wire {
    nodes: Mutex<BTreeMap<Kommunekode, Registry>>,
    cut_off: Mutex<BTreeSet<Kommunekode>>,
    cut_lines: Mutex<BTreeSet<[Kommunekode; 2]>>,
    pub(crate) snapshot_pieces: AtomicU64,
    pub(crate) forges_proposals: AtomicBool,
    last_entries: Mutex<Option<Vec<u8>>>,
}

struct Line {
    from: Kommunekode,
    wire: Arc<Wire>,
}

#[async_trait]
impl PeerNetwork for Line {
    async fn call(&self, to: Kommunekode, call: RaftCall, mut body: Vec<u8>) -> Result<Vec<u8>, Unreachable> {
        let is_cut = {
            let cut_off = self.wire.cut_off.lock().unwrap();
            let lines = self.wire.cut_lines.lock().unwrap();
            let is_line_cut = lines.contains(&[self.from, to]) || lines.contains(&[to, self.from]);
            cut_off.contains(&self.from) != cut_off.contains(&to) || is_line_cut
        };
        let node = self.wire.nodes.lock().unwrap().get(&to).cloned();
        let Some(node) = node.filter(|_| !is_cut) else { return Err(Unreachable::not_delivered("cut off")) };
        match call {
            RaftCall::InstallSnapshot => {
                self.wire.snapshot_pieces.fetch_add(1, Ordering::Relaxed);
            }
            RaftCall::AppendEntries => *self.wire.last_entries.lock().unwrap() = Some(body.clone()),
            // The signature comes last.
            RaftCall::Propose if self.wire.forges_proposals.load(Ordering::Relaxed) => {
                *body.last_mut().unwrap() ^= 1;
            }
            _ => {}
        }
        node.answer(self.from, call, body).await.map_err(Unreachable::new)
    }
}

impl Federation {
    /// Founded, nobody started.
    pub(crate) fn of(count: usize) -> Self {
        let keys: Vec<_> = (0..count).map(|_| Arc::new(SigningKey::generate().unwrap())).collect();
        let members = keys.iter().zip(THE_NINE).zip(1..).map(|((key, (municipality, _)), raft_id)| Member {
            municipality,
            raft_id,
            key: key.public(),
            address: format!("memory:{raft_id}"),
        });
        Self {
            founding: Founding::new("nord", members.collect()).unwrap(),
            wire: Arc::default(),
            timing: Timing::fast(),
            compaction: Compaction::default(),
            keys,
            dir: TempDir::new().unwrap(),
            nodes: BTreeMap::new(),
        }
    }

    /// Founded, all started.
    pub(crate) async fn running(count: usize) -> Self {
        let mut federation = Self::of(count);
        federation.start_all().await;
        federation
    }

    pub(crate) async fn start_all(&mut self) {
        for node in 0..self.keys.len() {
            self.start(node).await;
        }
    }

    pub(crate) fn options(&self, node: usize) -> RegistryOptions {
        let me = self.code(node);
        RegistryOptions {
            dir: self.dir.path().join(me.to_string()),
            me,
            founding: self.founding.clone(),
            signer: Arc::clone(&self.keys[node]),
            network: Arc::new(Line { from: me, wire: Arc::clone(&self.wire) }),
            timing: self.timing.clone(),
            compaction: self.compaction,
        }
    }

    pub(crate) async fn try_start(&self, node: usize) -> Result<Registry, RegistryError> {
        Registry::start(self.options(node)).await
    }

    pub(crate) async fn start(&mut self, node: usize) {
        let registry = self.try_start(node).await.unwrap();
        self.wire.nodes.lock().unwrap().insert(self.code(node), registry.clone());
        self.nodes.insert(node, registry);
    }

    pub(crate) async fn stop(&mut self, node: usize) {
        self.wire.nodes.lock().unwrap().remove(&self.code(node));
        self.nodes.remove(&node).unwrap().shutdown().await;
    }

    /// Nobody hears from these, but they hear from each other.
    pub(crate) fn cut_off(&self, nodes: &[usize]) {
        *self.wire.cut_off.lock().unwrap() = nodes.iter().map(|node| self.code(*node)).collect();
    }

    /// These two don't hear from each other.
    pub(crate) fn cut_line(&self, one: usize, other: usize) {
        self.wire.cut_lines.lock().unwrap().insert([self.code(one), self.code(other)]);
    }

    pub(crate) fn heal(&self) {
        self.cut_off(&[]);
    }

    pub(crate) fn node(&self, node: usize) -> &Registry {
        &self.nodes[&node]
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = (usize, &Registry)> {
        self.nodes.iter().map(|(node, registry)| (*node, registry))
    }

    pub(crate) fn code(&self, node: usize) -> Kommunekode {
        self.founding.members()[node].municipality
    }

    /// Who leads, as a running node that has just heard from it says.
    pub(crate) async fn leader(&self) -> usize {
        let (_, any) = self.nodes().next().unwrap();
        any.confirm().await.unwrap();
        let leader = any.status().leader.unwrap();
        (0..self.keys.len()).find(|node| self.code(*node) == leader).unwrap()
    }

    pub(crate) async fn follower(&self) -> usize {
        let leader = self.leader().await;
        self.nodes().map(|(node, _)| node).find(|node| *node != leader).unwrap()
    }

    /// Sends again what the last leader sent, as if another member had.
    pub(crate) async fn replay_entries(&self, from: Kommunekode, to: usize) -> Result<Vec<u8>, AnswerError> {
        let body = self.wire.last_entries.lock().unwrap().clone().unwrap();
        self.node(to).answer(from, RaftCall::AppendEntries, body).await
    }

    pub(crate) fn commit(&self, to: usize, number: u128, incarnation: Incarnation) -> ledger::Command {
        let package = CommittedPackage { digest: Digest([7; 32]), wrapped_key: WrappedKey(vec![1; 1200]) };
        let (handle, transfer) = case(number);
        let claim = Receipt { handle, transfer, epoch: Epoch::FIRST, digest: package.digest };
        let receipt = self.keys[to].sign(&claim.signed_bytes());
        ledger::Command::Commit { epoch: Epoch::FIRST, incarnation, package, receipt }
    }

    pub(crate) fn offer(&self, to: usize) -> ledger::Command {
        ledger::Command::Offer { to: self.code(to), epoch: Epoch::FIRST }
    }

    /// All that a node has to say, once it is up to date.
    pub(crate) async fn everything(
        &self,
        node: usize,
    ) -> (Vec<Vec<(CaseHandle, CaseRecord)>>, Vec<Option<MemberState>>) {
        let registry = self.node(node);
        registry.confirm().await.unwrap();
        let (mut cases, mut members) = (Vec::new(), Vec::new());
        for Member { municipality, .. } in self.founding.members() {
            cases.push(registry.concerning(*municipality).await);
            members.push(registry.member_state(*municipality).await);
        }
        (cases, members)
    }

    pub(crate) async fn assert_all_agree(&self) {
        let mut nodes = self.nodes().map(|(node, _)| node);
        let first = self.everything(nodes.next().unwrap()).await;
        for node in nodes {
            assert_eq!(self.everything(node).await, first, "node {node}");
        }
    }
}

/// A case and its one handover.
pub(crate) fn case(number: u128) -> (CaseHandle, TransferId) {
    (CaseHandle::from(Uuid::from_u128(number)), TransferId::from(Uuid::from_u128(number)))
}

/// Timings for a node that is expected to get no answer.
pub(crate) fn impatient() -> Timing {
    Timing { deadline: Duration::from_secs(2), call: Duration::from_millis(500), ..Timing::fast() }
}
