//! Answers what other nodes send.
//!
//! The transport says who is calling; no field of a message is believed about that. What a message claims in raft's
//! terms has to be the caller's own.

use openraft::error::{InstallSnapshotError, RaftError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use enplan_domain::Kommunekode;

use crate::forwarding::{Forwarded, Forwarder, Reply, Unanswered};
use crate::founding::Founding;
use crate::network::{RaftCall, SnapshotAnswer};
use crate::raft::{AppendEntriesRequest, InstallSnapshotRequest, Raft, VoteRequest};
use crate::store::LARGEST_SNAPSHOT;

/// Larger than any body that a node of this version sends.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// Why a peer's message got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The caller is not a member.
    #[error("municipality {0} is not a member of this federation")]
    NotAMember(Kommunekode),
    /// The message speaks for another member.
    #[error("municipality {from} speaks for raft id {claimed}, which is not its own")]
    NotItsOwn {
        /// Who called.
        from: Kommunekode,
        /// Whom it spoke for.
        claimed: u64,
    },
    /// The body is none.
    #[error("the message can't be read")]
    Malformed,
    /// The body, or the snapshot that it is a piece of, is too large.
    #[error("the message is larger than a node of the registry takes")]
    TooLarge,
    /// This node's registry is not running.
    #[error("the registry of this node has stopped")]
    Stopped,
}

/// Answers one message of an authenticated peer.
pub(crate) async fn answer(
    founding: &Founding,
    raft: &Raft,
    forwarder: &Forwarder,
    from: Kommunekode,
    call: RaftCall,
    body: &[u8],
) -> Result<Vec<u8>, AnswerError> {
    let member = founding.member(from).ok_or(AnswerError::NotAMember(from))?;
    if body.len() > LARGEST_BODY {
        return Err(AnswerError::TooLarge);
    }
    let is_its_own = |vote: &crate::raft::Vote| {
        let claimed = vote.leader_id.node_id;
        if claimed == member.raft_id { Ok(()) } else { Err(AnswerError::NotItsOwn { from, claimed }) }
    };
    match call {
        RaftCall::AppendEntries => {
            let request: AppendEntriesRequest = read(body)?;
            is_its_own(&request.vote)?;
            written(&raft.append_entries(request).await.map_err(|_| AnswerError::Stopped)?)
        }
        RaftCall::Vote => {
            let request: VoteRequest = read(body)?;
            is_its_own(&request.vote)?;
            written(&raft.vote(request).await.map_err(|_| AnswerError::Stopped)?)
        }
        RaftCall::InstallSnapshot => {
            let request: InstallSnapshotRequest = read(body)?;
            is_its_own(&request.vote)?;
            // openraft writes at whatever offset it is told, and would fill the memory up to there.
            if request.offset.saturating_add(request.data.len() as u64) > LARGEST_SNAPSHOT {
                return Err(AnswerError::TooLarge);
            }
            written(&match raft.install_snapshot(request).await {
                Ok(response) => SnapshotAnswer::Taken(response),
                Err(RaftError::APIError(InstallSnapshotError::SnapshotMismatch(_))) => {
                    SnapshotAnswer::BeginAgain
                }
                Err(RaftError::Fatal(_)) => return Err(AnswerError::Stopped),
            })
        }
        RaftCall::Propose | RaftCall::ReadIndex => {
            let request: Forwarded = read(body)?;
            written(&match forwarder.answer(from, request).await {
                Ok(reply) => reply,
                Err(Unanswered::NoLeader) => Reply::NotLeader(None),
                Err(Unanswered::Unknown) => Reply::Unknown,
                Err(Unanswered::Stopped) => return Err(AnswerError::Stopped),
            })
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AnswerError> {
    postcard::from_bytes(body).map_err(|_| AnswerError::Malformed)
}

fn written<T: Serialize>(answer: &T) -> Result<Vec<u8>, AnswerError> {
    postcard::to_stdvec(answer).map_err(|_| AnswerError::Malformed)
}
