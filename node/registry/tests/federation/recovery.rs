//! What the municipalities still agree on when nodes crash, lag behind and lose sight of each other.

use std::sync::atomic::Ordering;

use crate::network::{Federation, case, impatient};
use enplan_domain::handover::ledger::{Command, Effect};
use enplan_domain::{Epoch, Incarnation};
use enplan_registry::{Compaction, Unavailable};

#[tokio::test(flavor = "multi_thread")]
async fn a_minority_makes_no_progress_and_the_majority_goes_on() {
    let mut federation = Federation::of(5);
    federation.timing = impatient();
    federation.start_all().await;
    let leader = federation.leader().await;
    let minority = [leader, (leader + 1) % 5];
    let [one, another] = [(leader + 2) % 5, (leader + 3) % 5];
    federation.cut_off(&minority);

    let (handle, transfer) = case(1);
    for alone in minority {
        let offered = federation.node(alone).propose(handle, transfer, federation.offer(one)).await;
        assert!(matches!(offered, Err(Unavailable::NoQuorum | Unavailable::Timeout)), "{offered:?}");
        assert_eq!(federation.node(alone).confirm().await, Err(Unavailable::NoQuorum));
        assert_eq!(federation.node(alone).local(handle).await, None);
    }
    let (handle, transfer) = case(2);
    let offer = federation.offer(another);
    let offered = eventually_done(&federation, one, &offer, 2).await;
    assert_eq!(offered, Effect::Changed);

    federation.heal();
    for (_, node) in federation.nodes() {
        wait_for_a_leader(node).await;
        let open = node.read(handle).await.unwrap().unwrap().open.unwrap();
        assert_eq!(open.transfer, transfer);
    }
    federation.assert_all_agree().await;
}

/// Proposes until there is a leader to take it. An election may take longer than an impatient node waits.
async fn eventually_done(federation: &Federation, node: usize, command: &Command, number: u128) -> Effect {
    let (handle, transfer) = case(number);
    for _ in 0..10 {
        if let Ok(done) = federation.node(node).propose(handle, transfer, command.clone()).await {
            return done.unwrap();
        }
    }
    panic!("no leader after ten deadlines");
}

async fn wait_for_a_leader(node: &enplan_registry::Registry) {
    for _ in 0..10 {
        if node.confirm().await.is_ok() {
            return;
        }
    }
    panic!("no leader after ten deadlines");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_majority_the_caller_is_told_so_and_what_is_local_can_still_be_read() {
    let mut federation = Federation::running(3).await;
    let (handle, transfer) = case(1);
    federation.node(0).propose(handle, transfer, federation.offer(1)).await.unwrap().unwrap();
    for node in [0, 1, 2] {
        federation.node(node).confirm().await.unwrap();
    }
    for node in [0, 1, 2] {
        federation.stop(node).await;
    }
    federation.timing = impatient();
    federation.start(2).await;
    let alone = federation.node(2);
    assert_eq!(alone.read(handle).await, Err(Unavailable::NoQuorum));
    assert_eq!(alone.start_life().await, Err(Unavailable::NoQuorum));
    assert!(!alone.status().is_ready);
    assert!(alone.local(handle).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_sent_again_after_the_leader_has_gone_is_done_once() {
    let mut federation = Federation::running(3).await;
    let leader = federation.leader().await;
    let [from, to] = [(leader + 1) % 3, (leader + 2) % 3];
    let life = federation.node(from).start_life().await.unwrap();
    let (handle, transfer) = case(1);
    federation.node(from).propose(handle, transfer, federation.offer(to)).await.unwrap().unwrap();
    let commit = federation.commit(to, 1, life);
    federation.node(from).propose(handle, transfer, commit.clone()).await.unwrap().unwrap();
    federation.stop(leader).await;
    let again = federation.node(from).propose(handle, transfer, commit).await.unwrap();
    assert_eq!(again, Ok(Effect::Already));
    let record = federation.node(to).read(handle).await.unwrap().unwrap();
    assert_eq!((record.owner, record.epoch), (federation.code(to), Epoch(2)));
    assert_ne!(federation.leader().await, leader);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_cannot_reach_the_leader_is_heard_by_way_of_another() {
    let federation = Federation::running(3).await;
    let leader = federation.leader().await;
    let [from, between] = [(leader + 1) % 3, (leader + 2) % 3];
    federation.cut_line(from, leader);
    let (handle, transfer) = case(1);
    let done = federation.node(from).propose(handle, transfer, federation.offer(leader)).await.unwrap();
    assert_eq!(done, Ok(Effect::Changed));
    assert!(federation.node(between).read(handle).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_again_catches_up_and_begins_a_new_life() {
    let mut federation = Federation::running(3).await;
    for (_, node) in federation.nodes() {
        assert_eq!(node.start_life().await, Ok(Incarnation(1)));
    }
    let away = federation.follower().await;
    federation.stop(away).await;
    let [from, to] = [(away + 1) % 3, (away + 2) % 3];
    let (handle, transfer) = case(1);
    federation.node(from).propose(handle, transfer, federation.offer(to)).await.unwrap().unwrap();
    federation.start(away).await;
    assert_eq!(federation.node(away).incarnation(), None);
    assert!(federation.node(away).read(handle).await.unwrap().is_some());
    assert_eq!(federation.node(away).start_life().await, Ok(Incarnation(2)));
    federation.assert_all_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_federation_that_was_stopped_whole_knows_all_that_it_knew() {
    let mut federation = Federation::running(3).await;
    for number in 0..10 {
        let (handle, transfer) = case(number);
        federation.node(0).propose(handle, transfer, federation.offer(1)).await.unwrap().unwrap();
    }
    let before = federation.everything(0).await;
    for node in [0, 1, 2] {
        federation.stop(node).await;
    }
    federation.start_all().await;
    for node in [0, 1, 2] {
        assert_eq!(federation.everything(node).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_reaches_a_node_that_lagged_past_the_purged_log() {
    let mut federation = Federation::of(3);
    federation.compaction = Compaction { entries_between_snapshots: 10, entries_kept: 0 };
    federation.start_all().await;
    let away = federation.follower().await;
    federation.stop(away).await;
    let from = (away + 1) % 3;
    for number in 0..60 {
        let (handle, transfer) = case(number);
        let offer = federation.offer((away + 2) % 3);
        federation.node(from).propose(handle, transfer, offer).await.unwrap().unwrap();
    }
    let before = federation.wire.snapshot_pieces.load(Ordering::Relaxed);
    federation.start(away).await;
    federation.assert_all_agree().await;
    assert_eq!(federation.node(away).concerning(federation.code(from)).await.len(), 60);
    assert!(federation.wire.snapshot_pieces.load(Ordering::Relaxed) > before);

    federation.stop(away).await;
    federation.start(away).await;
    federation.assert_all_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_federation_begins_without_its_first_founder() {
    let mut federation = Federation::of(3);
    federation.start(1).await;
    federation.start(2).await;
    let (handle, transfer) = case(1);
    federation.node(1).propose(handle, transfer, federation.offer(2)).await.unwrap().unwrap();
    federation.start(0).await;
    assert!(federation.node(0).read(handle).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_nodes_hold_the_same_after_commands_from_everywhere_and_a_lost_leader() {
    let mut federation = Federation::running(5).await;
    let mut random = Sequence(0x5eed);
    for round in 0..4 {
        let commands: Vec<_> = (0..25).map(|_| random_command(&federation, &mut random)).collect();
        let proposals = commands.into_iter().map(|(node, number, command)| {
            let (handle, transfer) = case(number);
            federation.node(node).propose(handle, transfer, command)
        });
        let answers = futures::future::join_all(proposals).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        if round == 1 {
            let leader = federation.leader().await;
            federation.stop(leader).await;
            wait_for_a_leader(federation.nodes().next().unwrap().1).await;
            federation.start(leader).await;
        }
    }
    federation.assert_all_agree().await;
}

fn random_command(federation: &Federation, random: &mut Sequence) -> (usize, u128, Command) {
    let [node, to] = [random.below(5), random.below(5)];
    let number = u128::try_from(random.below(6)).unwrap();
    let command = match random.below(5) {
        0 | 1 => federation.offer(to),
        2 => federation.commit(to, number, Incarnation(0)),
        3 => Command::Activated,
        _ => Command::Abort,
    };
    (node, number, command)
}

/// The same numbers in every run (an xorshift generator).
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, most: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most).unwrap()
    }
}
