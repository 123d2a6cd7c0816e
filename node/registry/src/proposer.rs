//! On the leader: takes the commands that wait and writes them as one entry.
//!
//! openraft 0.9 waits for one flush per entry, so that the flushes, not the commands, are what there is too little of.
//! While a few entries are on their way, all that arrives waits and then goes together.

use std::sync::Arc;
use std::time::Duration;

use openraft::error::{ClientWriteError, RaftError};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::command::{Batch, Verdict};
use crate::raft::Raft;
use crate::signing::{LARGEST_COMMAND, SignedCommand};

const MOST_COMMANDS: usize = 256;
const MOST_BYTES: usize = 1024 * 1024;
const MOST_WRITES: usize = 4;
const MOST_WAITING: usize = 4096;

/// Why a command was not written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotWritten {
    /// This node does not lead; perhaps that one does.
    NotLeader(Option<u64>),
    /// No answer in time: it may or may not be done.
    Unknown,
    /// This node's registry has stopped.
    Stopped,
}

struct Waiting {
    command: SignedCommand,
    answer: oneshot::Sender<Result<Verdict, NotWritten>>,
}

/// The way into the leader's log. Clones share it.
#[derive(Clone)]
pub(crate) struct Proposer {
    queue: mpsc::Sender<Waiting>,
}

impl Proposer {
    /// Starts the task that writes; it ends when the last proposer is dropped or it is aborted.
    pub(crate) fn start(raft: Raft, patience: Duration) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        (Self { queue }, tokio::spawn(write_all(raft, patience, waiting)))
    }

    /// Writes a command, if this node leads, and returns what came of it once it is applied.
    pub(crate) async fn propose(&self, command: SignedCommand) -> Result<Verdict, NotWritten> {
        if command.size() > LARGEST_COMMAND {
            return Ok(Verdict::Rejected(crate::command::Rejected::Malformed));
        }
        let (answer, answered) = oneshot::channel();
        self.queue.send(Waiting { command, answer }).await.map_err(|_| NotWritten::Stopped)?;
        answered.await.unwrap_or(Err(NotWritten::Unknown))
    }
}

async fn write_all(raft: Raft, patience: Duration, mut queue: mpsc::Receiver<Waiting>) {
    let writes = Arc::new(Semaphore::new(MOST_WRITES));
    let mut kept = None;
    loop {
        // First the permit, then the commands: what arrives while all writes are under way goes into one entry.
        let Ok(permit) = Arc::clone(&writes).acquire_owned().await else { return };
        let Some(batch) = next_batch(&mut queue, &mut kept).await else { return };
        let raft = raft.clone();
        tokio::spawn(async move {
            write(&raft, patience, batch).await;
            drop(permit);
        });
    }
}

/// Waits for one command and takes all that wait behind it, as far as they fit into an entry.
async fn next_batch(queue: &mut mpsc::Receiver<Waiting>, kept: &mut Option<Waiting>) -> Option<Vec<Waiting>> {
    let first = match kept.take() {
        Some(kept) => kept,
        None => queue.recv().await?,
    };
    let mut bytes = first.command.size();
    let mut batch = vec![first];
    while batch.len() < MOST_COMMANDS {
        let Ok(next) = queue.try_recv() else { break };
        // Nobody waits for it any more: whoever asked has asked again, or been told that it is unavailable.
        if next.answer.is_closed() {
            continue;
        }
        bytes += next.command.size();
        if bytes > MOST_BYTES {
            *kept = Some(next);
            break;
        }
        batch.push(next);
    }
    Some(batch)
}

async fn write(raft: &Raft, patience: Duration, batch: Vec<Waiting>) {
    let (commands, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.command, waiting.answer)).unzip();
    // A leader that has lost its majority without knowing it would wait for ever, and hold its permit.
    let failure = match timeout(patience, raft.client_write(Batch(commands))).await {
        Ok(Ok(written)) if written.data.0.len() == answers.len() => {
            for (answer, verdict) in answers.into_iter().zip(written.data.0) {
                // Who no longer waits for it will ask again.
                let _ = answer.send(Ok(verdict));
            }
            return;
        }
        Ok(Ok(_)) | Err(_) => NotWritten::Unknown,
        Ok(Err(RaftError::APIError(ClientWriteError::ForwardToLeader(forward)))) => {
            NotWritten::NotLeader(forward.leader_id)
        }
        Ok(Err(RaftError::APIError(ClientWriteError::ChangeMembershipError(_)))) => {
            NotWritten::NotLeader(None)
        }
        Ok(Err(RaftError::Fatal(_))) => NotWritten::Stopped,
    };
    for answer in answers {
        let _ = answer.send(Err(failure));
    }
}
