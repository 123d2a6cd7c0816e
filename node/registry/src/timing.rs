//! How long the registry waits: heartbeats, elections, answers.

use std::time::Duration;

use openraft::{Config, SnapshotPolicy};

use crate::founding::MOST_FOUNDERS;

/// How long the registry waits for what. All of it trades the time a crash is noticed in against false alarms; none of
/// it decides who owns a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// How often a leader says that it is there; also how long one round of replication may take.
    pub heartbeat: Duration,
    /// The shortest time without a leader before a node stands for election.
    pub election_from: Duration,
    /// The longest. Each raft id has a band of its own in between.
    pub election_to: Duration,
    /// How long one call to another node may take.
    pub call: Duration,
    /// How long a piece of a snapshot may take, from sent to installed.
    pub snapshot: Duration,
    /// How long without any leader before the watchdog calls an election; up to twice that, at random.
    pub leaderless: Duration,
    /// How long a proposal or a linearizable read is tried before the caller is told that it is unavailable.
    pub deadline: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self::lan()
    }
}

impl Timing {
    /// For municipalities in one country: a dead leader is replaced within about four seconds.
    pub fn lan() -> Self {
        Self {
            heartbeat: Duration::from_millis(500),
            election_from: Duration::from_millis(1500),
            election_to: Duration::from_secs(3),
            call: Duration::from_secs(3),
            snapshot: Duration::from_secs(10),
            leaderless: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
        }
    }

    /// For a whole federation on one machine: a dead leader is replaced within about two seconds.
    pub fn one_machine() -> Self {
        Self {
            heartbeat: Duration::from_millis(250),
            election_from: Duration::from_millis(750),
            election_to: Duration::from_millis(1500),
            call: Duration::from_secs(2),
            leaderless: Duration::from_secs(3),
            ..Self::lan()
        }
    }

    /// For tests in one process.
    pub fn fast() -> Self {
        Self {
            heartbeat: Duration::from_millis(100),
            election_from: Duration::from_millis(300),
            election_to: Duration::from_millis(600),
            call: Duration::from_secs(1),
            leaderless: Duration::from_millis(1500),
            ..Self::lan()
        }
    }

    /// openraft's configuration for one node.
    ///
    /// openraft 0.9 draws its election timeout once per process, so that two nodes that drew alike would go on standing
    /// against each other: each raft id gets a band that no other has. The longest timeout must stay below twice the
    /// shortest, since a node also waits out a lease as long as its own longest timeout before it grants a vote.
    pub(crate) fn config(&self, federation: &str, raft_id: u64, compaction: Compaction) -> Config {
        let (from, to) = (millis(self.election_from), millis(self.election_to));
        let band = to.saturating_sub(from) / MOST_FOUNDERS;
        let place = raft_id.saturating_sub(1) % MOST_FOUNDERS;
        Config {
            cluster_name: federation.to_owned(),
            heartbeat_interval: millis(self.heartbeat),
            election_timeout_min: from + band * place,
            election_timeout_max: from + band * (place + 1),
            install_snapshot_timeout: millis(self.snapshot),
            snapshot_max_chunk_size: 1024 * 1024,
            snapshot_policy: SnapshotPolicy::LogsSinceLast(compaction.entries_between_snapshots),
            // Below this, a follower that lags is sent entries; so it has to be above the distance of two snapshots.
            replication_lag_threshold: compaction.entries_between_snapshots + compaction.entries_kept,
            max_in_snapshot_log_to_keep: compaction.entries_kept,
            ..Config::default()
        }
    }
}

/// How much of the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compaction {
    /// A snapshot is made each time that so many entries have been applied since the last.
    pub entries_between_snapshots: u64,
    /// So many entries before the snapshot stay, for nodes that lag a little.
    pub entries_kept: u64,
}

impl Default for Compaction {
    fn default() -> Self {
        Self { entries_between_snapshots: 5000, entries_kept: 1000 }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_timing_is_one_that_openraft_takes_and_no_two_ids_share_a_band() {
        for timing in [Timing::lan(), Timing::one_machine(), Timing::fast()] {
            let configs: Vec<_> = (1..=MOST_FOUNDERS)
                .map(|id| timing.config("nord", id, Compaction::default()).validate().unwrap())
                .collect();
            for pair in configs.windows(2) {
                assert!(pair[0].election_timeout_max <= pair[1].election_timeout_min);
            }
        }
    }

    #[test]
    fn the_first_to_stand_is_not_refused_because_of_a_longer_lease_elsewhere() {
        for timing in [Timing::lan(), Timing::one_machine(), Timing::fast()] {
            let first = timing.config("nord", 1, Compaction::default());
            let last = timing.config("nord", MOST_FOUNDERS, Compaction::default());
            assert!(first.election_timeout_max + first.election_timeout_min > last.election_timeout_max);
        }
    }
}
