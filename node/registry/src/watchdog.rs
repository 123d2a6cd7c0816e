//! Calls an election when there has been no leader for too long.
//!
//! openraft 0.9 draws each node's election timeout once per process, so that an unlucky set of nodes can stand against
//! each other again and again. The watchdog draws anew each time. It also founds a federation whose first founder does
//! not come: more than one node doing so with the same list is harmless.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::founding::Founding;
use crate::raft::Raft;

/// Starts the watch; it ends with the registry, or when it is aborted.
pub(crate) fn start(raft: Raft, founding: Arc<Founding>, leaderless: Duration) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut metrics = raft.metrics();
        loop {
            if metrics.wait_for(|metrics| metrics.current_leader.is_none()).await.is_err() {
                return;
            }
            let found = metrics.wait_for(|metrics| metrics.current_leader.is_some());
            if timeout(leaderless + random_below(leaderless), found).await.is_ok() {
                continue;
            }
            tracing::warn!("no leader of the registry for several seconds: calling an election");
            let called = match raft.is_initialized().await {
                Ok(true) => raft.trigger().elect().await,
                Ok(false) => initialize(&raft, &founding).await,
                Err(stopped) => Err(stopped),
            };
            if called.is_err() {
                return;
            }
        }
    })
}

/// Makes the founders the first voters, if nobody has done so.
pub(crate) async fn initialize(raft: &Raft, founding: &Founding) -> Result<(), openraft::error::Fatal<u64>> {
    let voters: std::collections::BTreeSet<_> =
        founding.members().iter().map(|member| member.raft_id).collect();
    match raft.initialize(voters).await {
        // Refused: an entry has arrived from somebody who did it first, which is just as well.
        Ok(()) | Err(openraft::error::RaftError::APIError(_)) => Ok(()),
        Err(openraft::error::RaftError::Fatal(stopped)) => Err(stopped),
    }
}

fn random_below(most: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness all nodes wait alike, which is what openraft would have done.
    let _ = aws_lc_rs::rand::fill(&mut byte);
    most * u32::from(byte[0]) / 256
}
