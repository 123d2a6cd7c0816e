//! What every engine's vault promises of moves, and of what other municipalities were asked for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
#[path = "support/engine.rs"]
mod engine;
mod support;

use std::collections::HashSet;

use engine::Engine;
use enplan_domain::RequestId;
use enplan_vault::{Expected, MovesWrite, PlanRequestWrite, Vault, Write, WriteError};
use support::{audit, case_id, change, write};

mod sqlite {
    use super::engine::Sqlite;
    use super::support::Place;

    keeps_every_promise! {
        Sqlite(Place::new()),
        moves_come_back_as_they_were_written_with_their_version_checked
        a_case_that_is_not_there_has_no_moves_and_its_neighbours_are_not_harmed
        what_waits_is_found_at_once_and_what_is_decided_no_more
        moves_are_written_with_the_rest_of_their_decision_or_not_at_all
        of_two_decisions_at_once_on_one_case_exactly_one_is_made
        what_was_asked_for_is_kept_until_it_is_forgotten
        nothing_of_a_move_or_a_request_is_shown_where_it_is_debugged
    }

    #[tokio::test]
    async fn what_is_stored_is_there_after_a_restart_and_opens_with_no_other_case_s_moves() {
        super::what_is_stored_is_there_after_a_restart(&Place::new()).await;
    }
}

fn moves(n: u8, expected: Expected, is_waiting: bool, moves: &[u8]) -> MovesWrite {
    MovesWrite { case: case_id(n), expected, is_waiting, moves: moves.to_vec() }
}

fn of_moves(moves: Vec<MovesWrite>) -> Write {
    Write { moves, ..Write::of(audit("decide-relocation", None)) }
}

fn request(n: u8) -> RequestId {
    RequestId::from_bytes([n; 16])
}

fn of_requests(plan_requests: Vec<PlanRequestWrite>) -> Write {
    Write { plan_requests, ..Write::of(audit("ask-for-plan", None)) }
}

fn put(n: u8, version: u64, content: &[u8]) -> PlanRequestWrite {
    PlanRequestWrite::Put { request: request(n), version, content: content.to_vec() }
}

/// Cases 1 to `last`.
async fn with_cases(engine: &impl Engine, last: u8) -> Vault {
    let vault = engine.vault().await;
    for n in 1..=last {
        vault.write(write(change(n, Expected::New, &[]))).await.unwrap();
    }
    vault
}

async fn waiting(vault: &Vault) -> Vec<(u8, Vec<u8>)> {
    let stored = vault.waiting_moves().await.unwrap();
    stored.into_iter().map(|stored| (stored.case.to_bytes()[0], stored.moves)).collect()
}

async fn moves_come_back_as_they_were_written_with_their_version_checked(engine: &impl Engine) {
    let vault = with_cases(engine, 1).await;
    assert_eq!(vault.moves_of(case_id(1)).await.unwrap(), None);
    vault.write(of_moves(vec![moves(1, Expected::New, true, b"moved")])).await.unwrap();
    let again = vault.write(of_moves(vec![moves(1, Expected::New, true, b"lost")])).await;
    assert!(matches!(again, Err(WriteError::Conflict { found: Some(1), .. })), "{again:?}");
    vault.write(of_moves(vec![moves(1, Expected::Version(1), false, b"decided")])).await.unwrap();
    let before = vault.audit_head().await.unwrap();
    let stale = vault.write(of_moves(vec![moves(1, Expected::Version(1), true, b"lost")])).await;
    assert!(matches!(stale, Err(WriteError::Conflict { found: Some(2), .. })), "{stale:?}");
    assert_eq!(vault.audit_head().await.unwrap(), before, "what was refused left no leaf");
    let stored = vault.moves_of(case_id(1)).await.unwrap().unwrap();
    assert_eq!((stored.moves.as_slice(), stored.version, stored.is_waiting), (&b"decided"[..], 2, false));
}

async fn a_case_that_is_not_there_has_no_moves_and_its_neighbours_are_not_harmed(engine: &impl Engine) {
    let vault = with_cases(engine, 1).await;
    let neighbour = vault.write(of_moves(vec![moves(1, Expected::New, true, b"moved")]));
    let nobody = vault.write(of_moves(vec![moves(9, Expected::New, true, b"lost")]));
    let (neighbour, nobody) = tokio::join!(neighbour, nobody);
    neighbour.unwrap();
    assert!(nobody.is_err(), "{nobody:?}");
    assert_eq!(vault.moves_of(case_id(9)).await.unwrap(), None);
    assert_eq!(waiting(&vault).await, [(1, b"moved".to_vec())]);
}

async fn what_waits_is_found_at_once_and_what_is_decided_no_more(engine: &impl Engine) {
    let vault = with_cases(engine, 3).await;
    let all = vec![
        moves(1, Expected::New, true, b"one"),
        moves(2, Expected::New, false, b"two"),
        moves(3, Expected::New, true, b"three"),
    ];
    vault.write(of_moves(all)).await.unwrap();
    assert_eq!(waiting(&vault).await, [(1, b"one".to_vec()), (3, b"three".to_vec())]);
    let cases = |ns: &[u8]| ns.iter().map(|n| case_id(*n)).collect::<HashSet<_>>();
    assert_eq!(vault.cases_with_moves(true).await.unwrap(), cases(&[1, 3]));
    assert_eq!(vault.cases_with_moves(false).await.unwrap(), cases(&[1, 2, 3]));
    vault.write(of_moves(vec![moves(1, Expected::Version(1), false, b"decided")])).await.unwrap();
    assert_eq!(waiting(&vault).await, [(3, b"three".to_vec())]);
    assert_eq!(vault.cases_with_moves(true).await.unwrap(), cases(&[3]));
}

async fn moves_are_written_with_the_rest_of_their_decision_or_not_at_all(engine: &impl Engine) {
    let vault = with_cases(engine, 2).await;
    let before = vault.audit_head().await.unwrap();
    let half = Write {
        moves: vec![moves(1, Expected::New, true, b"lost"), moves(2, Expected::Version(7), true, b"lost")],
        plan_requests: vec![put(1, 1, b"lost")],
        ..write(change(1, Expected::Version(1), &[b"lost"]))
    };
    assert!(matches!(vault.write(half).await, Err(WriteError::Conflict { .. })));
    assert_eq!(vault.cases_with_moves(false).await.unwrap(), HashSet::new());
    assert_eq!(vault.plan_requests().await.unwrap(), []);
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap().unwrap().row.last_seq, 0);
    assert_eq!(vault.audit_head().await.unwrap(), before);
}

async fn of_two_decisions_at_once_on_one_case_exactly_one_is_made(engine: &impl Engine) {
    let vault = with_cases(engine, 1).await;
    vault.write(of_moves(vec![moves(1, Expected::New, true, b"moved")])).await.unwrap();
    let attempts = (0..16_u8).map(|n| {
        let vault = vault.clone();
        tokio::spawn(
            async move { vault.write(of_moves(vec![moves(1, Expected::Version(1), false, &[n])])).await },
        )
    });
    let mut made = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        made.push(attempt.await.unwrap());
    }
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    let lost = |made: &Result<_, _>| matches!(made, Ok(_) | Err(WriteError::Conflict { found: Some(2), .. }));
    assert!(made.iter().all(lost), "{made:?}");
    assert_eq!(vault.moves_of(case_id(1)).await.unwrap().unwrap().version, 2);
}

async fn what_was_asked_for_is_kept_until_it_is_forgotten(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(of_requests(vec![put(2, 1, b"asked")])).await.unwrap();
    vault.write(of_requests(vec![put(1, 1, b"asked later")])).await.unwrap();
    let listed = |stored: Vec<enplan_vault::StoredPlanRequest>| -> Vec<_> {
        stored.into_iter().map(|stored| (stored.request, stored.version, stored.content)).collect()
    };
    let both = [(request(2), 1, b"asked".to_vec()), (request(1), 1, b"asked later".to_vec())];
    assert_eq!(listed(vault.plan_requests().await.unwrap()), both, "the oldest first");
    vault.write(of_requests(vec![put(2, 2, b"received")])).await.unwrap();
    let stored = vault.plan_request(request(2)).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.content.as_slice()), (2, &b"received"[..]));
    vault.write(of_requests(vec![PlanRequestWrite::Remove { request: request(2) }])).await.unwrap();
    assert_eq!(vault.plan_request(request(2)).await.unwrap(), None);
    assert_eq!(listed(vault.plan_requests().await.unwrap()), [both[1].clone()]);
    // What is gone already can be forgotten once more.
    vault.write(of_requests(vec![PlanRequestWrite::Remove { request: request(2) }])).await.unwrap();
}

async fn nothing_of_a_move_or_a_request_is_shown_where_it_is_debugged(engine: &impl Engine) {
    let vault = with_cases(engine, 1).await;
    let (moved, asked) = (moves(1, Expected::New, true, b"SECRET"), put(1, 1, b"SECRET"));
    let shown = format!("{moved:?} {asked:?}");
    let secret = Write { moves: vec![moved], ..of_requests(vec![asked]) };
    vault.write(secret).await.unwrap();
    let stored = (vault.waiting_moves().await.unwrap(), vault.plan_requests().await.unwrap());
    let shown = format!("{shown} {stored:?}");
    let bytes = format!("{:?}", b"SECRET");
    assert!(!shown.contains("SECRET") && !shown.contains(&bytes[1..bytes.len() - 1]), "{shown}");
}

async fn what_is_stored_is_there_after_a_restart(place: &support::Place) {
    let vault = place.open().await;
    for n in [1, 2] {
        vault.write(write(change(n, Expected::New, &[]))).await.unwrap();
        vault.write(of_moves(vec![moves(n, Expected::New, true, &[n])])).await.unwrap();
    }
    vault.write(of_requests(vec![put(1, 1, b"asked")])).await.unwrap();
    vault.close().await;
    let vault = place.open().await;
    assert_eq!(waiting(&vault).await, [(1, vec![1]), (2, vec![2])]);
    assert_eq!(vault.plan_requests().await.unwrap()[0].content, b"asked");
    vault.close().await;

    // Each is sealed under its own case's key and place: another case's is none.
    let swap = "UPDATE relocations SET moves_sealed = (SELECT moves_sealed FROM relocations WHERE case_id = \
                X'02020202020202020202020202020202') WHERE case_id = X'01010101010101010101010101010101'";
    place.tamper("vault.db", swap).await;
    let vault = place.open().await;
    assert!(vault.moves_of(case_id(1)).await.is_err(), "somebody else's moves");
    assert!(vault.waiting_moves().await.is_err());
    assert_eq!(vault.moves_of(case_id(2)).await.unwrap().unwrap().moves, [2]);
    vault.close().await;
}
