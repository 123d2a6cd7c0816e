//! Finds the leader for a request and brings the answer back.
//!
//! What a node believes about the leader may be out of date, most of all just after a leader has crashed. So the belief
//! is only where to try first: a node that can't reach it asks the others in turn, each of which may pass the request on
//! once, until the deadline. Sending again is harmless, because every command is done at most once.

use std::sync::Arc;
use std::time::Duration;

use enplan_domain::Kommunekode;
use openraft::error::{CheckIsLeaderError, RaftError};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::command::Verdict;
use crate::founding::Founding;
use crate::network::{PeerNetwork, RaftCall};
use crate::proposer::{NotWritten, Proposer};
use crate::raft::Raft;
use crate::signing::SignedCommand;
use crate::timing::Timing;

/// From the asker to a member, and from that member to the leader.
const HOPS: u8 = 2;

/// What only a leader can answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Write this and say what came of it.
    Propose(SignedCommand),
    /// Up to which entry must a reader wait, to see all that is committed now?
    ReadIndex,
}

/// A request on its way, and how often it may still be passed on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Forwarded {
    hops: u8,
    request: Request,
}

/// What a node says to a [`Forwarded`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    Verdict(Verdict),
    ReadIndex(Option<u64>),
    /// Not led here; perhaps by that raft id. Nothing was done.
    NotLeader(Option<u64>),
    /// The leader did not answer in time: it may or may not be done.
    Unknown,
}

/// Why no leader answered before the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// None was found: nothing was done.
    NoLeader,
    /// One was, and may have done it.
    Unknown,
    /// This node's registry has stopped.
    Stopped,
}

/// Brings requests to the leader. Clones share everything.
#[derive(Clone)]
pub(crate) struct Forwarder {
    pub(crate) raft: Raft,
    pub(crate) raft_id: u64,
    pub(crate) proposer: Proposer,
    pub(crate) network: Arc<dyn PeerNetwork>,
    pub(crate) founding: Arc<Founding>,
    pub(crate) timing: Timing,
}

impl Forwarder {
    /// Tries until the deadline.
    pub(crate) async fn ask(&self, request: &Request, deadline: Instant) -> Result<Reply, Unanswered> {
        let mut unanswered = Unanswered::NoLeader;
        let mut believed = self.believed_leader();
        let mut missed = None;
        let mut has_followed_hint = false;
        let mut pause = Duration::from_millis(20);
        for round in 0_usize.. {
            let target = match believed {
                Some(leader) if missed != Some(leader) => leader,
                _ => self.next_member(round),
            };
            let hint = match timeout_at(deadline, self.ask_one(target, request, HOPS)).await {
                Ok(Ok(reply @ (Reply::Verdict(_) | Reply::ReadIndex(_)))) => return Ok(reply),
                Ok(Ok(Reply::NotLeader(hint))) => hint,
                Ok(Ok(Reply::Unknown)) | Err(_) => {
                    unanswered = Unanswered::Unknown;
                    None
                }
                Ok(Err(stopped)) => return Err(stopped),
            };
            missed = Some(target);
            // A hint is worth an immediate try, but two nodes may each take the other for the leader.
            has_followed_hint = !has_followed_hint && hint.is_some_and(|hint| hint != target);
            if has_followed_hint {
                believed = hint;
                continue;
            }
            let again = Instant::now() + pause;
            if again >= deadline {
                break;
            }
            sleep_until(again).await;
            pause = (pause * 2).min(self.timing.heartbeat);
            believed = self.believed_leader().or(hint);
        }
        Err(unanswered)
    }

    /// Answers a peer's request: here if this node leads, or from the leader if it may be passed on once more.
    pub(crate) async fn answer(&self, from: Kommunekode, forwarded: Forwarded) -> Result<Reply, Unanswered> {
        let Forwarded { hops, request } = forwarded;
        match self.believed_leader() {
            Some(leader) if leader != self.raft_id => {
                let asker_leads = self.founding.municipality(leader) == Some(from);
                // The hops come from a peer: what it claims is not more than what this node would grant.
                if asker_leads || hops.min(HOPS) <= 1 {
                    return Ok(Reply::NotLeader(Some(leader)));
                }
                self.ask_one(leader, &request, hops.min(HOPS) - 1).await
            }
            _ => self.ask_one(self.raft_id, &request, 1).await,
        }
    }

    /// Whom this node takes for the leader. Itself only once and while a majority answers it: a leader that starts again
    /// takes itself for one at first.
    pub(crate) fn believed_leader(&self) -> Option<u64> {
        let metrics = self.raft.metrics();
        let metrics = metrics.borrow();
        let leader = metrics.current_leader?;
        let is_alone = leader == self.raft_id
            && self.founding.members().len() > 1
            && metrics
                .millis_since_quorum_ack
                .is_none_or(|millis| Duration::from_millis(millis) > self.timing.election_to * 2);
        (!is_alone).then_some(leader)
    }

    /// The members in turn, beginning behind this one.
    fn next_member(&self, round: usize) -> u64 {
        let members = self.founding.members();
        let mine = members.iter().position(|member| member.raft_id == self.raft_id).unwrap_or(0);
        members[(mine + 1 + round) % members.len()].raft_id
    }

    async fn ask_one(&self, target: u64, request: &Request, hops: u8) -> Result<Reply, Unanswered> {
        if target == self.raft_id {
            return timeout(self.timing.call, self.ask_here(request)).await.unwrap_or(Ok(Reply::Unknown));
        }
        let Some(municipality) = self.founding.municipality(target) else {
            return Ok(Reply::NotLeader(None));
        };
        let call = match request {
            Request::Propose(_) => RaftCall::Propose,
            Request::ReadIndex => RaftCall::ReadIndex,
        };
        let Ok(body) = postcard::to_stdvec(&Forwarded { hops, request: request.clone() }) else {
            return Ok(Reply::NotLeader(None));
        };
        Ok(match timeout(self.timing.call, self.network.call(municipality, call, body)).await {
            Ok(Ok(answer)) => postcard::from_bytes(&answer).unwrap_or(Reply::Unknown),
            Ok(Err(unreachable)) if unreachable.is_certainly_not_delivered() => Reply::NotLeader(None),
            Ok(Err(_)) | Err(_) => Reply::Unknown,
        })
    }

    async fn ask_here(&self, request: &Request) -> Result<Reply, Unanswered> {
        match request {
            Request::Propose(command) => match self.proposer.propose(command.clone()).await {
                Ok(verdict) => Ok(Reply::Verdict(verdict)),
                Err(NotWritten::NotLeader(leader)) => Ok(Reply::NotLeader(leader)),
                Err(NotWritten::Unknown) => Ok(Reply::Unknown),
                Err(NotWritten::Stopped) => Err(Unanswered::Stopped),
            },
            Request::ReadIndex => match self.raft.get_read_log_id().await {
                Ok((read, _)) => Ok(Reply::ReadIndex(read.map(|read| read.index))),
                Err(RaftError::APIError(CheckIsLeaderError::ForwardToLeader(forward))) => {
                    Ok(Reply::NotLeader(forward.leader_id))
                }
                Err(RaftError::APIError(CheckIsLeaderError::QuorumNotEnough(_))) => {
                    Ok(Reply::NotLeader(None))
                }
                Err(RaftError::Fatal(_)) => Err(Unanswered::Stopped),
            },
        }
    }
}
