//! What the municipalities agree on while all is well, and what they refuse.

use std::sync::atomic::Ordering;

use crate::network::{Federation, case};
use enplan_domain::handover::ledger::{Command, Effect, Refused};
use enplan_domain::{Epoch, Incarnation};
use enplan_registry::{AnswerError, HeadRefused, RaftCall, RegistryError, Rejected, StoreError, Unavailable};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_at_a_follower_is_seen_by_all() {
    let federation = Federation::running(3).await;
    let follower = federation.follower().await;
    let mut changes = federation.node((follower + 1) % 3).changes();
    let (handle, transfer) = case(1);
    let to = (follower + 1) % 3;
    let done = federation.node(follower).propose(handle, transfer, federation.offer(to)).await.unwrap();
    assert_eq!(done, Ok(Effect::Changed));
    for (_, node) in federation.nodes() {
        let record = node.read(handle).await.unwrap().unwrap();
        assert_eq!(record.owner, federation.code(follower));
        assert_eq!(record.open.unwrap().to, federation.code(to));
    }
    assert_eq!(changes.recv().await, Ok(handle));
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_nodes_begin_their_lives_and_hand_a_case_over() {
    let federation = Federation::running(9).await;
    let lives = federation.nodes().map(|(_, node)| node.start_life());
    for life in futures::future::join_all(lives).await {
        assert_eq!(life, Ok(Incarnation(1)));
    }
    let (handle, transfer) = case(1);
    let (from, to) = (federation.node(3), federation.node(8));
    from.propose(handle, transfer, federation.offer(8)).await.unwrap().unwrap();
    let commit = federation.commit(8, 1, from.incarnation().unwrap());
    from.propose(handle, transfer, commit).await.unwrap().unwrap();
    to.propose(handle, transfer, Command::Activated).await.unwrap().unwrap();
    from.propose(handle, transfer, Command::Retired).await.unwrap().unwrap();
    for (_, node) in federation.nodes() {
        let record = node.read(handle).await.unwrap().unwrap();
        assert_eq!((record.owner, record.epoch), (federation.code(8), Epoch(2)));
        assert_eq!(node.status().voters.len(), 9);
        assert!(node.status().is_ready);
    }
    federation.assert_all_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_forged_on_its_way_is_refused_on_every_node() {
    let federation = Federation::running(3).await;
    let follower = federation.follower().await;
    let (handle, transfer) = case(1);
    federation.wire.forges_proposals.store(true, Ordering::Relaxed);
    let forged =
        federation.node(follower).propose(handle, transfer, federation.offer((follower + 1) % 3)).await;
    assert_eq!(forged, Err(Unavailable::Rejected(Rejected::FalseSignature)));
    federation.wire.forges_proposals.store(false, Ordering::Relaxed);
    for (_, node) in federation.nodes() {
        assert_eq!(node.read(handle).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_of_an_earlier_life_is_refused() {
    let federation = Federation::running(3).await;
    let node = federation.node(0);
    let old = node.start_life().await.unwrap();
    let (handle, transfer) = case(1);
    node.propose(handle, transfer, federation.offer(1)).await.unwrap().unwrap();
    let new = node.start_life().await.unwrap();
    assert_eq!(new, old.next());
    let refused = node.propose(handle, transfer, federation.commit(1, 1, old)).await.unwrap();
    assert_eq!(refused, Err(Refused::OldIncarnation));
    let committed = node.propose(handle, transfer, federation.commit(1, 1, new)).await.unwrap();
    assert_eq!(committed, Ok(Effect::Changed));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_log_that_shrinks_or_forks_is_told_so() {
    let federation = Federation::running(3).await;
    let node = federation.node(1);
    assert_eq!(node.record_audit_head(10, [1; 32]).await, Ok(Ok(())));
    assert_eq!(node.record_audit_head(9, [1; 32]).await, Ok(Err(HeadRefused::Shrunk { recorded: 10 })));
    assert_eq!(node.record_audit_head(10, [2; 32]).await, Ok(Err(HeadRefused::Forked { size: 10 })));
    let elsewhere = federation.node(2);
    elsewhere.confirm().await.unwrap();
    let recorded = elsewhere.member_state(federation.code(1)).await.unwrap().audit_head.unwrap();
    assert_eq!((recorded.size, recorded.head), (10, [1; 32]));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_commands_at_once_are_each_answered_with_their_own_verdict() {
    let federation = Federation::running(3).await;
    let node = federation.node(0);
    let proposals = (0..300_u128).map(|number| {
        let (handle, transfer) = case(number);
        // Every third is offered to its own owner.
        let to = usize::from(!number.is_multiple_of(3));
        node.propose(handle, transfer, federation.offer(to))
    });
    let before = node.status().last_applied.unwrap_or(0);
    for (number, verdict) in futures::future::join_all(proposals).await.into_iter().enumerate() {
        let expected = if number.is_multiple_of(3) { Err(Refused::ToItself) } else { Ok(Effect::Changed) };
        assert_eq!(verdict, Ok(expected), "{number}");
    }
    node.confirm().await.unwrap();
    let entries = node.status().last_applied.unwrap() - before;
    assert!(entries < 150, "300 commands took {entries} entries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_counts_only_from_the_member_that_it_speaks_for() {
    let federation = Federation::running(3).await;
    let leader = federation.leader().await;
    let [first, second] = [(leader + 1) % 3, (leader + 2) % 3];
    let stranger = "0999".parse().unwrap();
    let refused = federation.replay_entries(stranger, first).await;
    assert_eq!(refused, Err(AnswerError::NotAMember(stranger)));
    let refused = federation.replay_entries(federation.code(second), first).await;
    assert!(matches!(refused, Err(AnswerError::NotItsOwn { .. })), "{refused:?}");
    let nonsense = federation.node(first).answer(federation.code(second), RaftCall::Vote, vec![255; 9]).await;
    assert_eq!(nonsense, Err(AnswerError::Malformed));
    let large = vec![0; 9 * 1024 * 1024];
    let refused = federation.node(first).answer(federation.code(second), RaftCall::Vote, large).await;
    assert_eq!(refused, Err(AnswerError::TooLarge));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_not_who_the_founding_list_says_does_not_start() {
    let federation = Federation::of(2);
    let mut options = federation.options(0);
    options.signer = federation.options(1).signer;
    let refused = enplan_registry::Registry::start(options).await.map(|_| ());
    assert!(matches!(refused, Err(RegistryError::AnotherKey(_))), "{refused:?}");
    let mut options = federation.options(0);
    options.me = "0999".parse().unwrap();
    let refused = enplan_registry::Registry::start(options).await.map(|_| ());
    assert!(matches!(refused, Err(RegistryError::NotAFounder(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_has_one_registry_at_a_time() {
    let mut federation = Federation::of(1);
    federation.start(0).await;
    let second = federation.try_start(0).await.map(|_| ());
    assert!(matches!(second, Err(RegistryError::Store(StoreError::Locked { .. }))), "{second:?}");
    federation.stop(0).await;
    federation.start(0).await;
    federation.node(0).confirm().await.unwrap();
}
