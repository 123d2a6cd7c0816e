//! Whether this machine's clock is right, as far as the other nodes' clocks can tell.
//!
//! No clock decides who owns a case. But a consent runs out on a day, and an offer at a time: a node whose clock is far
//! from the others' must not judge either.

use std::time::Duration;

use enplan_domain::{Kommunekode, Timestamp};
use enplan_proto::registry::v1::TellTimeRequest;
use futures::future::join_all;

use crate::engine::Inner;
use crate::wire::from_proto_time;

/// How far clocks may differ.
const TOLERATED: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// How many other clocks must be heard before this one can be called wrong: one of them may be wrong itself.
const FEWEST: usize = 3;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

impl Inner {
    /// Asks the other nodes for the time. The clock is wrong if at least [`FEWEST`] answer and it differs from the one
    /// in their middle by more than [`TOLERATED`].
    pub(crate) async fn check_clock(&self) {
        let others = self.registry.members().iter().map(|member| member.municipality);
        let asked = others.filter(|municipality| *municipality != self.me).map(|to| self.time_at(to));
        let mut ahead: Vec<jiff::SignedDuration> = join_all(asked)
            .await
            .into_iter()
            .flatten()
            .map(|theirs| self.clock.now().duration_since(theirs))
            .collect();
        if ahead.len() < FEWEST {
            return;
        }
        ahead.sort_unstable();
        let middle = ahead[ahead.len() / 2];
        let wrong = middle.abs() > TOLERATED;
        if wrong {
            tracing::error!(
                seconds_ahead = middle.as_secs(),
                "this machine's clock differs from the other nodes' clocks: set it right; nothing is written until then"
            );
        }
        self.fence.clock_wrong(wrong);
    }

    async fn time_at(&self, to: Kommunekode) -> Option<Timestamp> {
        let mut peer = self.peers.registry(to).ok()?;
        let answer = tokio::time::timeout(PATIENCE, peer.tell_time(TellTimeRequest {})).await.ok()?;
        from_proto_time(answer.ok()?.into_inner().now?)
    }
}
