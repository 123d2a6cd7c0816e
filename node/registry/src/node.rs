//! The registry as the rest of a node sees it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use enplan_domain::handover::CaseRecord;
use enplan_domain::handover::ledger::{self, Effect, Refused};
use enplan_domain::{CaseHandle, Incarnation, Kommunekode, RequestId, TransferId};
use enplan_statistics::ledger as statistics;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::answering::{self, AnswerError};
use crate::command::{AuditHead, Command, HeadRefused, Rejected, Verdict};
use crate::error::{RegistryError, Unavailable};
use crate::forwarding::{Forwarder, Reply, Request, Unanswered};
use crate::founding::{Founding, Member};
use crate::network::{PeerNetwork, Peers, RaftCall};
use crate::proposer::Proposer;
use crate::raft::Raft;
use crate::signing::{SignedCommand, SigningKey};
use crate::state::MemberState;
use crate::store::{Database, DirectoryLock, Identity, LogStore, StateMachine};
use crate::timing::{Compaction, Timing};
use crate::watchdog;

/// What a registry needs to start.
pub struct RegistryOptions {
    /// A directory of its own. Never restored from a copy.
    pub dir: PathBuf,
    /// Whose node this is.
    pub me: Kommunekode,
    /// The founders, verified.
    pub founding: Founding,
    /// The municipality's signing key, the one whose public half the founding list names.
    pub signer: Arc<SigningKey>,
    /// The way to the other nodes.
    pub network: Arc<dyn PeerNetwork>,
    /// How long to wait for what.
    pub timing: Timing,
    /// How much of the log to keep.
    pub compaction: Compaction,
}

/// How the registry of this node is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whom this node takes for the leader; nobody if it leads itself without a majority.
    pub leader: Option<Kommunekode>,
    /// Raft's term.
    pub term: u64,
    /// The last entry of the log that is in this node's state.
    pub last_applied: Option<u64>,
    /// Who votes.
    pub voters: Vec<Kommunekode>,
    /// Runs, and knows a leader: worth asking.
    pub is_ready: bool,
}

/// This node's part in what the municipalities agree on. Clones share it.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
}

struct Inner {
    me: Kommunekode,
    founding: Arc<Founding>,
    signer: Arc<SigningKey>,
    timing: Timing,
    raft: Raft,
    machine: StateMachine,
    forwarder: Forwarder,
    database: Database,
    /// 0 before [`Registry::start_life`].
    incarnation: AtomicU64,
    tasks: Vec<AbortHandle>,
    lock: Mutex<Option<DirectoryLock>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Registry {
    /// Opens the directory and takes part. Returns before there is a leader: [`Registry::status`] tells.
    pub async fn start(options: RegistryOptions) -> Result<Self, RegistryError> {
        let RegistryOptions { dir, me, founding, signer, network, timing, compaction } = options;
        let Member { raft_id, key, .. } = *founding.member(me).ok_or(RegistryError::NotAFounder(me))?;
        if signer.public() != key {
            return Err(RegistryError::AnotherKey(me));
        }
        let config = timing.config(founding.federation(), raft_id, compaction);
        let config = config.validate().map_err(|error| RegistryError::Timing(error.into()))?;

        let lock = DirectoryLock::take(&dir)?;
        let identity = Identity { federation: founding.federation().to_owned(), municipality: me, raft_id };
        let database = Database::open(&dir, &identity, &founding).await?;
        let log = LogStore::new(database.clone());
        log.verify().await?;
        let machine = StateMachine::open(database.clone(), &founding).await?;

        let founding = Arc::new(founding);
        let peers = Peers {
            network: Arc::clone(&network),
            founding: Arc::clone(&founding),
            backoff: timing.heartbeat,
        };
        let raft = Raft::new(raft_id, Arc::new(config), peers, log, machine.clone()).await;
        let raft = raft.map_err(|error| RegistryError::Raft(error.into()))?;
        let is_first = founding.members().first().is_some_and(|first| first.raft_id == raft_id);
        if is_first {
            watchdog::initialize(&raft, &founding)
                .await
                .map_err(|error| RegistryError::Raft(error.into()))?;
        }

        let (proposer, writing) = Proposer::start(raft.clone(), timing.deadline);
        let watching = watchdog::start(raft.clone(), Arc::clone(&founding), timing.leaderless);
        let forwarder = Forwarder {
            raft: raft.clone(),
            raft_id,
            proposer,
            network,
            founding: Arc::clone(&founding),
            timing: timing.clone(),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                me,
                founding,
                signer,
                timing,
                raft,
                machine,
                forwarder,
                database,
                incarnation: AtomicU64::new(0),
                tasks: vec![writing.abort_handle(), watching.abort_handle()],
                lock: Mutex::new(Some(lock)),
            }),
        })
    }

    /// Answers a message of another node. `from` is who the transport has authenticated.
    pub async fn answer(
        &self,
        from: Kommunekode,
        call: RaftCall,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, AnswerError> {
        let Inner { founding, raft, forwarder, .. } = &*self.inner;
        answering::answer(founding, raft, forwarder, from, call, &body).await
    }

    /// Signs a command about a case, brings it to the leader and returns what came of it, once it is applied there. A
    /// refusal is as definite as an effect.
    pub async fn propose(
        &self,
        handle: CaseHandle,
        transfer: TransferId,
        command: ledger::Command,
    ) -> Result<Result<Effect, Refused>, Unavailable> {
        match self.submit(&Command::Case { handle, transfer, command }).await? {
            Verdict::Case(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Begins a new life of this node, one above the newest that the registry knows, and returns it. From then on nothing
    /// that an earlier life proposed can be committed.
    pub async fn start_life(&self) -> Result<Incarnation, Unavailable> {
        self.confirm().await?;
        let newest = self.inner.machine.state().await.member(self.inner.me);
        let next = newest.map(|member| member.incarnation).unwrap_or_default().next();
        match self.submit(&Command::Started(next)).await? {
            Verdict::Started(Ok(())) => {
                self.inner.incarnation.store(next.0, Ordering::Release);
                Ok(next)
            }
            // The state was read up to date: whoever came in between speaks with this municipality's key.
            Verdict::Started(Err(_)) => Err(Unavailable::AnotherLife),
            other => Err(unexpected(&other)),
        }
    }

    /// The life that [`Registry::start_life`] began, if it has.
    pub fn incarnation(&self) -> Option<Incarnation> {
        match self.inner.incarnation.load(Ordering::Acquire) {
            0 => None,
            begun => Some(Incarnation(begun)),
        }
    }

    /// Makes known how far this node's audit log has come. Refused if the log has become shorter or another.
    pub async fn record_audit_head(
        &self,
        size: u64,
        head: [u8; 32],
    ) -> Result<Result<(), HeadRefused>, Unavailable> {
        match self.submit(&Command::AuditHead(AuditHead { size, head })).await? {
            Verdict::AuditHead(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Signs a command about statistics and returns what came of it.
    pub async fn propose_statistics(
        &self,
        command: statistics::Command,
    ) -> Result<Result<(), statistics::Refused>, Unavailable> {
        match self.submit(&Command::Statistics(command)).await? {
            Verdict::Statistics(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// What was agreed and released of statistics, as this node has it. [`Registry::confirm`] before it brings it up to
    /// date.
    pub async fn statistics(&self) -> statistics::Ledger {
        self.inner.machine.state().await.statistics().clone()
    }

    /// The manifest that every member has agreed to, as this node has it.
    pub async fn manifest_in_force(&self) -> Option<(u32, statistics::ManifestRecord)> {
        let state = self.inner.machine.state().await;
        state.manifest_in_force().map(|(version, record)| (version, record.clone()))
    }

    /// Waits until this node's state holds everything that was committed before the call (a linearizable read).
    pub async fn confirm(&self) -> Result<(), Unavailable> {
        let deadline = Instant::now() + self.inner.timing.deadline;
        let Reply::ReadIndex(index) = self.ask(&Request::ReadIndex, deadline).await? else {
            return Err(Unavailable::Timeout);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let applied =
            self.inner.raft.wait(Some(left)).applied_index_at_least(index, "a linearizable read").await;
        applied.map(|_| ()).map_err(|error| match error {
            openraft::metrics::WaitError::Timeout(..) => Unavailable::Timeout,
            openraft::metrics::WaitError::ShuttingDown => Unavailable::Stopped,
        })
    }

    /// The record of a case, with everything in it that was committed before the call.
    pub async fn read(&self, handle: CaseHandle) -> Result<Option<CaseRecord>, Unavailable> {
        self.confirm().await?;
        Ok(self.local(handle).await)
    }

    /// The record of a case as this node has it. It may be out of date, and whoever shows it says so.
    pub async fn local(&self, handle: CaseHandle) -> Option<CaseRecord> {
        self.inner.machine.state().await.case(handle).cloned()
    }

    /// The cases that this municipality owns, or is or was a side of a handover of, as this node has them.
    pub async fn concerning(&self, municipality: Kommunekode) -> Vec<(CaseHandle, CaseRecord)> {
        self.inner.machine.state().await.concerning(municipality)
    }

    /// A member's newest life and audit head, as this node has them.
    pub async fn member_state(&self, municipality: Kommunekode) -> Option<MemberState> {
        self.inner.machine.state().await.member(municipality)
    }

    /// The members, in the order of their raft ids.
    pub fn members(&self) -> &[Member] {
        self.inner.founding.members()
    }

    /// Each case whose record changes on this node from now on. Who is told that it lagged behind looks at all of its
    /// cases again.
    pub fn changes(&self) -> broadcast::Receiver<CaseHandle> {
        self.inner.machine.changes()
    }

    /// How the registry of this node is doing, without asking anybody.
    pub fn status(&self) -> Status {
        let metrics = self.inner.raft.metrics();
        let leader = self.inner.forwarder.believed_leader();
        let leader = leader.and_then(|leader| self.inner.founding.municipality(leader));
        let metrics = metrics.borrow();
        let voters = metrics.membership_config.voter_ids();
        Status {
            leader,
            term: metrics.current_term,
            last_applied: metrics.last_applied.map(|applied| applied.index),
            voters: voters.filter_map(|id| self.inner.founding.municipality(id)).collect(),
            is_ready: leader.is_some() && metrics.running_state.is_ok(),
        }
    }

    /// Stops taking part and releases the directory. What was answered is on the disk already.
    pub async fn shutdown(&self) {
        // The tasks first, so that the watchdog does not call on a raft that has stopped.
        for task in &self.inner.tasks {
            task.abort();
        }
        if let Err(error) = self.inner.raft.shutdown().await {
            tracing::error!(%error, "the registry did not stop in good order");
        }
        self.inner.database.close().await;
        self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    async fn submit(&self, command: &Command) -> Result<Verdict, Unavailable> {
        let Inner { founding, me, signer, timing, .. } = &*self.inner;
        let request = RequestId::from(Uuid::new_v4());
        // The types of commands always have an encoding; should one not, it is no command.
        let signed = SignedCommand::sign(founding.federation(), request, *me, command, signer)
            .map_err(|_| Unavailable::Rejected(Rejected::Malformed))?;
        match self.ask(&Request::Propose(signed), Instant::now() + timing.deadline).await? {
            Reply::Verdict(verdict) => Ok(verdict),
            _ => Err(Unavailable::Timeout),
        }
    }

    async fn ask(&self, request: &Request, deadline: Instant) -> Result<Reply, Unavailable> {
        self.inner.forwarder.ask(request, deadline).await.map_err(|unanswered| match (unanswered, request) {
            (Unanswered::Stopped, _) => Unavailable::Stopped,
            // A question changes nothing, whoever may have heard it.
            (Unanswered::NoLeader, _) | (Unanswered::Unknown, Request::ReadIndex) => Unavailable::NoQuorum,
            (Unanswered::Unknown, Request::Propose(_)) => Unavailable::Timeout,
        })
    }
}

/// A verdict of another kind than what was asked is a leader's that does not run this program.
fn unexpected(verdict: &Verdict) -> Unavailable {
    match verdict {
        Verdict::Rejected(rejected) => Unavailable::Rejected(*rejected),
        _ => Unavailable::Timeout,
    }
}
