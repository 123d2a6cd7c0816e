//! What every engine's vault promises of cases, the audit log and accounts. Each test is a function over an engine, so
//! that another engine runs the same ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
#[path = "support/engine.rs"]
mod engine;
mod support;

use std::collections::BTreeSet;

use engine::Engine;
use enplan_domain::{Epoch, Timestamp};
use enplan_vault::{
    Account, AuditEntry, AuditHead, AuditOutcome, CaseFilter, CaseWrite, Expected, Hold, Quarantine,
    StatementsWrite, StoredCodeSystem, StoredFreeze, Under, Write, WriteError,
};
use support::{anna, audit, case_id, change, cpr, handle, handover, look, transfer_id, write};

mod sqlite {
    use super::engine::Sqlite;
    use super::support::Place;

    keeps_every_promise! {
        Sqlite(Place::new()),
        a_case_comes_back_as_it_was_written
        a_snapshot_stands_for_the_events_before_it
        a_stale_write_changes_nothing_and_is_told_the_version
        of_two_writes_on_one_version_exactly_one_is_made
        no_two_cases_have_one_handle_and_none_changes_its_own
        two_cases_of_one_write_change_together_or_not_at_all
        a_frozen_plan_takes_a_withdrawal_but_no_edit
        a_plan_that_is_pending_or_handed_over_takes_nothing_but_the_protocol
        a_caseworker_moves_neither_hold_nor_epoch
        what_is_kept_beside_a_plan_is_written_over_with_its_case_or_not_at_all
        a_citizen_is_found_by_number_the_live_case_first
        every_number_that_a_citizen_has_or_had_finds_all_their_cases
        every_look_leaves_its_leaf_even_when_there_is_nothing_to_see
        a_list_writes_one_leaf_that_names_everybody_shown_and_nobody_else
        holdings_name_every_case_with_its_epoch_and_hold
        quarantine_stops_people_but_not_the_protocol_until_it_is_lifted
        accounts_and_sessions_come_back_and_count_failures
        a_code_system_comes_back_as_it_was_written_and_stands_in_the_place_of_the_one_before
        what_was_frozen_of_an_epoch_comes_back_and_gives_way_to_what_is_frozen_anew
        sixty_four_writers_at_once_all_succeed_and_the_log_verifies
        a_bad_write_does_not_harm_its_neighbours
        the_log_knows_its_own_former_heads_and_no_other
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn account(username: &str) -> Account {
    Account {
        username: username.to_owned(),
        display_name: "Anna Ø".to_owned(),
        roles: vec!["caseworker".to_owned(), "reviewer".to_owned()],
        unit: Some("handicap".to_owned()),
        password_hash: "$argon2id$v=19$...".to_owned(),
        failed_logins: 0,
        locked_until: None,
    }
}

async fn a_case_comes_back_as_it_was_written(engine: &impl Engine) {
    let vault = engine.vault().await;
    let new = change(1, Expected::New, &[b"one", b"two"]);
    let written = vault.write(write(new)).await.unwrap();
    assert_eq!((written.version, written.last_seq), (Some(1), Some(2)));
    let found = vault.look(case_id(1), look()).await.unwrap().unwrap();
    assert_eq!(found.cpr, cpr(1));
    assert_eq!(found.summary, b"summary of 1");
    assert_eq!(found.snapshot, None);
    assert_eq!(found.events_after, [(1, b"one".to_vec()), (2, b"two".to_vec())]);
    assert_eq!((found.row.handle, found.row.hold, found.row.version), (handle(1), Hold::Active, 1));
    assert_eq!(
        (found.row.unit.as_deref(), found.row.caseworker.as_deref()),
        (Some("handicap"), Some("anna"))
    );
}

async fn a_snapshot_stands_for_the_events_before_it(engine: &impl Engine) {
    let vault = engine.vault().await;
    let first =
        CaseWrite { snapshot: Some(b"after two".to_vec()), ..change(1, Expected::New, &[b"one", b"two"]) };
    vault.write(write(first)).await.unwrap();
    vault.write(write(change(1, Expected::Version(1), &[b"three"]))).await.unwrap();
    let found = vault.look(case_id(1), look()).await.unwrap().unwrap();
    assert_eq!(found.snapshot, Some((2, b"after two".to_vec())));
    assert_eq!(found.events_after, [(3, b"three".to_vec())]);
    let history = vault.events(case_id(1), 2, look()).await.unwrap();
    let history: Vec<_> = history.iter().map(|event| (event.seq, event.event.as_slice())).collect();
    assert_eq!(history, [(2, &b"two"[..]), (3, &b"three"[..])]);
}

async fn a_stale_write_changes_nothing_and_is_told_the_version(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    vault.write(write(change(1, Expected::Version(1), &[b"two"]))).await.unwrap();
    let before = vault.audit_head().await.unwrap();
    let stale = vault.write(write(change(1, Expected::Version(1), &[b"lost"]))).await;
    assert!(matches!(stale, Err(WriteError::Conflict { found: Some(2), .. })), "{stale:?}");
    let absent = vault.write(write(change(9, Expected::Version(1), &[b"lost"]))).await;
    assert!(matches!(absent, Err(WriteError::Conflict { found: None, .. })), "{absent:?}");
    let again = vault.write(write(change(1, Expected::New, &[b"lost"]))).await;
    assert!(matches!(again, Err(WriteError::CaseExists { .. })), "{again:?}");
    assert_eq!(vault.audit_head().await.unwrap(), before);
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap().unwrap().events_after.len(), 2);
}

async fn of_two_writes_on_one_version_exactly_one_is_made(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    let attempts = (0..16).map(|_| {
        let vault = vault.clone();
        tokio::spawn(async move { vault.write(write(change(1, Expected::Version(1), &[b"mine"]))).await })
    });
    let mut made = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(WriteError::Conflict { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap().unwrap().row.last_seq, 1);
}

async fn no_two_cases_have_one_handle_and_none_changes_its_own(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    let thief = CaseWrite { handle: handle(1), ..change(2, Expected::New, &[]) };
    let refused = vault.write(write(thief)).await;
    assert!(matches!(refused, Err(WriteError::HandleTaken { by }) if by == case_id(1)), "{refused:?}");
    let changed = CaseWrite { handle: handle(3), ..change(1, Expected::Version(1), &[]) };
    assert!(matches!(vault.write(write(changed)).await, Err(WriteError::Contradiction(_))));
    assert_eq!(vault.case_by_handle(handle(1)).await.unwrap().unwrap().case, case_id(1));
    assert_eq!(vault.case_by_handle(handle(3)).await.unwrap(), None);
}

async fn two_cases_of_one_write_change_together_or_not_at_all(engine: &impl Engine) {
    let vault = engine.vault().await;
    for n in [1, 2] {
        vault.write(write(change(n, Expected::New, &[b"one"]))).await.unwrap();
    }
    let both = |of_one: u64, of_other: u64| Write {
        other_case: Some(change(2, Expected::Version(of_other), &[b"two", b"three"])),
        ..write(change(1, Expected::Version(of_one), &[b"two"]))
    };
    let written = vault.write(both(1, 1)).await.unwrap();
    assert_eq!((written.version, written.last_seq, written.other_case), (Some(2), Some(2), Some((2, 3))));
    let before = vault.audit_head().await.unwrap();
    // Whichever of the two is not what the writer believes, neither is changed, and no leaf says so.
    for stale in [both(1, 2), both(2, 1)] {
        assert!(matches!(vault.write(stale).await, Err(WriteError::Conflict { found: Some(2), .. })));
    }
    let twice = Write {
        other_case: Some(change(1, Expected::Version(2), &[b"lost"])),
        ..write(change(1, Expected::Version(2), &[b"lost"]))
    };
    assert!(matches!(vault.write(twice).await, Err(WriteError::Contradiction(_))));
    assert_eq!(vault.audit_head().await.unwrap(), before);
    for (n, events) in [(1, 2), (2, 3)] {
        let found = vault.case_for_protocol(case_id(n)).await.unwrap().unwrap();
        assert_eq!((found.row.version, found.events_after.len()), (2, events));
    }
}

async fn a_frozen_plan_takes_a_withdrawal_but_no_edit(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    let frozen = Hold::Frozen(transfer_id(7));
    vault.write(handover(1, 1, frozen, 1)).await.unwrap();
    let edit = CaseWrite { hold: frozen, ..change(1, Expected::Version(2), &[b"edit"]) };
    let refused = vault.write(write(edit.clone())).await;
    assert!(matches!(refused, Err(WriteError::Held { hold }) if hold == frozen), "{refused:?}");
    let withdrawal = CaseWrite { under: Under::ProtectedDespiteFreeze, ..edit };
    vault.write(write(withdrawal.clone())).await.unwrap();
    let thaw = CaseWrite { hold: Hold::Active, expected: Expected::Version(3), ..withdrawal };
    assert!(matches!(vault.write(write(thaw)).await, Err(WriteError::Contradiction(_))));
}

async fn a_plan_that_is_pending_or_handed_over_takes_nothing_but_the_protocol(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    for (version, hold) in [(1, Hold::Pending(transfer_id(7))), (2, Hold::HandedOver(transfer_id(7)))] {
        vault.write(handover(1, version, hold, 2)).await.unwrap();
        for under in [Under::Caseworker, Under::ProtectedDespiteFreeze] {
            let edit = change(1, Expected::Version(version + 1), &[b"edit"]);
            let refused = vault.write(write(CaseWrite { under, hold, ..edit })).await;
            assert!(matches!(refused, Err(WriteError::Held { .. })), "{under:?} {hold:?} {refused:?}");
        }
    }
    let back = vault.write(handover(1, 3, Hold::Active, 1)).await;
    assert!(matches!(back, Err(WriteError::Contradiction(_))), "an epoch fell: {back:?}");
    vault.write(handover(1, 3, Hold::Active, 3)).await.unwrap();
    vault
        .write(write(CaseWrite { epoch: Epoch(3), ..change(1, Expected::Version(4), &[b"edit"]) }))
        .await
        .unwrap();
}

async fn a_caseworker_moves_neither_hold_nor_epoch(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    let froze = CaseWrite { hold: Hold::Frozen(transfer_id(1)), ..change(1, Expected::Version(1), &[]) };
    assert!(matches!(vault.write(write(froze)).await, Err(WriteError::Contradiction(_))));
    let moved = CaseWrite { epoch: Epoch(2), ..change(1, Expected::Version(1), &[]) };
    assert!(matches!(vault.write(write(moved)).await, Err(WriteError::Contradiction(_))));
    let held = CaseWrite { hold: Hold::Pending(transfer_id(1)), ..change(2, Expected::New, &[]) };
    assert!(matches!(vault.write(write(held)).await, Err(WriteError::Contradiction(_))));
}

async fn what_is_kept_beside_a_plan_is_written_over_with_its_case_or_not_at_all(engine: &impl Engine) {
    let vault = engine.vault().await;
    let said = |expected, words: &[u8], is_waiting| StatementsWrite {
        case: case_id(1),
        expected,
        is_waiting,
        statements: words.to_vec(),
    };
    let with = |case, statements| Write { statements: vec![statements], ..write(case) };
    let new = with(change(1, Expected::New, &[b"begun"]), said(Expected::New, b"mor", true));
    vault.write(new).await.unwrap();
    let stored = vault.statements_of(case_id(1)).await.unwrap().unwrap();
    assert_eq!((stored.version, &stored.statements[..]), (1, &b"mor"[..]));
    assert!(vault.cases_with_statements().await.unwrap().contains(&case_id(1)));

    let stale = with(change(1, Expected::Version(1), &[b"edit"]), said(Expected::New, b"far", true));
    assert!(matches!(vault.write(stale).await, Err(WriteError::Conflict { .. })));
    let case = vault.look(case_id(1), look()).await.unwrap().unwrap();
    assert_eq!(case.row.version, 1, "neither of the two was written");

    let decided = Write {
        statements: vec![said(Expected::Version(1), b"-", false)],
        ..Write::of(audit("decide", Some(case_id(1))))
    };
    vault.write(decided).await.unwrap();
    assert_eq!(vault.statements_of(case_id(1)).await.unwrap().unwrap().statements, b"-");
    assert!(vault.cases_with_statements().await.unwrap().is_empty());
}

async fn a_citizen_is_found_by_number_the_live_case_first(engine: &impl Engine) {
    let vault = engine.vault().await;
    let former = CaseWrite { cpr: cpr(1), ..change(2, Expected::New, &[]) };
    vault.write(write(former)).await.unwrap();
    let gone = CaseWrite {
        cpr: cpr(1),
        under: Under::Handover,
        hold: Hold::HandedOver(transfer_id(2)),
        ..change(2, Expected::Version(1), &[])
    };
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.write(write(gone)).await.unwrap();
    let cases: Vec<_> = vault.cases_of_citizen(&cpr(1)).await.unwrap().iter().map(|row| row.case).collect();
    assert_eq!(cases, [case_id(1), case_id(2)]);
    assert_eq!(vault.look_by_cpr(&cpr(1), look()).await.unwrap().unwrap().row.case, case_id(1));
    assert_eq!(vault.look_by_cpr(&cpr(3), look()).await.unwrap(), None);
}

async fn every_number_that_a_citizen_has_or_had_finds_all_their_cases(engine: &impl Engine) {
    let vault = engine.vault().await;
    // The first case stays under the number that it was closed with; the second got a new one, and the third began under
    // that one and got a third.
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.write(write(CaseWrite { cpr: cpr(1), ..change(2, Expected::New, &[]) })).await.unwrap();
    let renumbered = CaseWrite { former_numbers: vec![cpr(1)], ..change(2, Expected::Version(1), &[]) };
    vault.write(write(renumbered)).await.unwrap();
    vault.write(write(CaseWrite { cpr: cpr(2), ..change(3, Expected::New, &[]) })).await.unwrap();
    vault.write(write(change(3, Expected::Version(1), &[]))).await.unwrap();
    let arrived = CaseWrite { former_numbers: vec![cpr(5)], ..change(4, Expected::New, &[]) };
    vault.write(write(arrived)).await.unwrap();
    for n in 1..=5 {
        let found = vault.cases_of_citizen(&cpr(n)).await.unwrap();
        let found: BTreeSet<_> = found.iter().map(|row| row.case).collect();
        let expected = if n <= 3 { 1..=3 } else { 4..=4 };
        assert_eq!(found, expected.map(case_id).collect(), "number {n}");
    }
}

async fn every_look_leaves_its_leaf_even_when_there_is_nothing_to_see(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.look(case_id(1), look()).await.unwrap();
    vault.look(case_id(2), look()).await.unwrap();
    vault.look_by_cpr(&cpr(1), look()).await.unwrap();
    vault.events(case_id(1), 1, look()).await.unwrap();
    let log = vault.audit_of_case(case_id(1), look()).await.unwrap();
    let actions: Vec<_> = log.iter().map(|leaf| leaf.entry.action.as_str()).collect();
    assert_eq!(actions, ["plan.edit", "plan.show", "plan.show", "plan.show", "plan.show"]);
    assert_eq!(log[1].entry.actor, anna());
    assert_eq!(log[1].entry.detail, "follow-up");
    let missed = vault.audit_of_case(case_id(2), look()).await.unwrap();
    assert_eq!(missed[0].entry.outcome, AuditOutcome::Refused("not-found".to_owned()));
    assert_eq!(vault.verify_audit().await.unwrap().size, 7);
}

async fn a_list_writes_one_leaf_that_names_everybody_shown_and_nobody_else(engine: &impl Engine) {
    let vault = engine.vault().await;
    for n in 1..=5 {
        let unit = Some(if n == 5 { "psykiatri" } else { "handicap" }.to_owned());
        vault.write(write(CaseWrite { unit, ..change(n, Expected::New, &[]) })).await.unwrap();
    }
    vault.write(handover(4, 1, Hold::HandedOver(transfer_id(4)), 2)).await.unwrap();
    let before = vault.audit_head().await.unwrap().size;
    let filter = CaseFilter { unit: Some("handicap".to_owned()), ..CaseFilter::default() };
    let list = vault.list(filter.clone(), look()).await.unwrap();
    let shown: Vec<_> = list.iter().map(|case| (case.row.case, case.summary.clone())).collect();
    let expected: Vec<_> = (1..=3).map(|n| (case_id(n), format!("summary of {n}").into_bytes())).collect();
    assert_eq!(shown, expected);
    assert_eq!(vault.audit_head().await.unwrap().size, before + 1);
    let leaf = vault.audit_of_case(case_id(1), look()).await.unwrap().remove(1);
    assert_eq!(leaf.entry.cases, [case_id(1), case_id(2), case_id(3)]);
    let next = CaseFilter { after: Some(case_id(2)), limit: 1, handed_over_too: true, ..filter };
    let next = vault.list(next, look()).await.unwrap();
    assert_eq!(next.iter().map(|case| case.row.case).collect::<Vec<_>>(), [case_id(3)]);
    let mine = CaseFilter { caseworker: Some("bo".to_owned()), ..CaseFilter::default() };
    assert_eq!(vault.list(mine, look()).await.unwrap(), []);
}

async fn holdings_name_every_case_with_its_epoch_and_hold(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.write(write(change(2, Expected::New, &[]))).await.unwrap();
    vault.write(handover(2, 1, Hold::HandedOver(transfer_id(2)), 2)).await.unwrap();
    let holdings: Vec<_> = vault
        .holdings()
        .await
        .unwrap()
        .iter()
        .map(|held| (held.case, held.handle, held.epoch.0, held.hold))
        .collect();
    assert_eq!(
        holdings,
        [
            (case_id(1), handle(1), 1, Hold::Active),
            (case_id(2), handle(2), 2, Hold::HandedOver(transfer_id(2))),
        ]
    );
}

async fn quarantine_stops_people_but_not_the_protocol_until_it_is_lifted(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.set_quarantine("restored", audit("quarantine.set", None)).await.unwrap();
    assert_eq!(vault.quarantine().await.unwrap(), Some(Quarantine { reason: "restored".to_owned() }));
    let edit = || write(change(1, Expected::Version(1), &[b"edit"]));
    assert!(matches!(vault.write(edit()).await, Err(WriteError::Quarantined)));
    let withdrawal =
        CaseWrite { under: Under::ProtectedDespiteFreeze, ..change(1, Expected::Version(1), &[]) };
    assert!(matches!(vault.write(write(withdrawal)).await, Err(WriteError::Quarantined)));
    assert!(matches!(vault.write(write(change(2, Expected::New, &[]))).await, Err(WriteError::Quarantined)));
    vault.look(case_id(1), look()).await.unwrap();
    vault.write(handover(1, 1, Hold::Active, 1)).await.unwrap();
    vault.clear_quarantine(audit("quarantine.clear", None)).await.unwrap();
    assert_eq!(vault.quarantine().await.unwrap(), None);
    vault.write(write(change(1, Expected::Version(2), &[b"edit"]))).await.unwrap();
}

async fn accounts_and_sessions_come_back_and_count_failures(engine: &impl Engine) {
    let vault = engine.vault().await;
    let unknown = vault.record_failed_login("nobody", None, audit("login", None)).await;
    assert!(matches!(unknown, Err(WriteError::UnknownAccount)), "{unknown:?}");
    vault.put_account(account("anna"), audit("account.put", None)).await.unwrap();
    assert_eq!(vault.account("anna").await.unwrap(), Some(account("anna")));
    vault.record_failed_login("anna", None, audit("login", None)).await.unwrap();
    vault.record_failed_login("anna", Some(at(1_800_000_000)), audit("login", None)).await.unwrap();
    let locked = vault.account("anna").await.unwrap().unwrap();
    assert_eq!((locked.failed_logins, locked.locked_until), (2, Some(at(1_800_000_000))));
    vault.start_session(b"token", "anna", at(1_900_000_000), audit("login", None)).await.unwrap();
    assert_eq!(vault.account("anna").await.unwrap(), Some(account("anna")));
    assert_eq!(vault.session(b"token").await.unwrap().unwrap().username, "anna");
    assert_eq!(vault.session(b"guess").await.unwrap(), None);
    vault.start_session(b"old", "anna", at(1), audit("login", None)).await.unwrap();
    assert_eq!(vault.session(b"old").await.unwrap(), None, "it has run out");
    vault.end_session(b"token", audit("logout", None)).await.unwrap();
    assert_eq!(vault.session(b"token").await.unwrap(), None);
    vault.start_session(b"one", "anna", at(1_900_000_000), audit("login", None)).await.unwrap();
    vault.end_sessions_of("anna", audit("account.put", None)).await.unwrap();
    assert_eq!(vault.session(b"one").await.unwrap(), None);
    assert_eq!(vault.accounts().await.unwrap(), [account("anna")]);
}

fn code_system(url: &str, second: i64, content: &[u8]) -> StoredCodeSystem {
    let (url, loaded_by) = (url.to_owned(), "drift".to_owned());
    StoredCodeSystem { url, loaded_at: at(second), loaded_by, content: content.to_vec() }
}

async fn a_code_system_comes_back_as_it_was_written_and_stands_in_the_place_of_the_one_before(
    engine: &impl Engine,
) {
    let vault = engine.vault().await;
    assert_eq!(vault.code_systems().await.unwrap(), []);
    let (first, second) =
        (code_system("urn:oid:2.999.2", 1, b"first"), code_system("urn:oid:2.999.1", 2, b""));
    for system in [&first, &second] {
        vault.put_code_system(system.clone(), audit("terminology.import", None)).await.unwrap();
    }
    assert_eq!(vault.code_systems().await.unwrap(), [second.clone(), first]);
    let newer = code_system("urn:oid:2.999.2", 3, &vec![7; 8 << 20]);
    vault.put_code_system(newer.clone(), audit("terminology.import", None)).await.unwrap();
    assert_eq!(vault.audit_head().await.unwrap().size, 3, "each left its leaf");
    vault.close().await;
    let vault = engine.vault().await;
    assert_eq!(vault.code_systems().await.unwrap(), [second, newer]);
}

async fn what_was_frozen_of_an_epoch_comes_back_and_gives_way_to_what_is_frozen_anew(engine: &impl Engine) {
    let vault = engine.vault().await;
    assert_eq!(vault.frozen("2019-Q3").await.unwrap(), None);
    let freeze = |epoch: &str, version, content: &[u8]| StoredFreeze {
        epoch: epoch.to_owned(),
        version,
        content: content.to_vec(),
    };
    for (epoch, version, content) in [("2019-Q3", 1, b"one"), ("2019-Q4", 1, b"two"), ("2019-Q3", 2, b"new")]
    {
        let frozen = freeze(epoch, version, content);
        vault.freeze(&frozen, audit("statistics.freeze", None)).await.unwrap();
        assert_eq!(vault.frozen(epoch).await.unwrap(), Some(frozen));
    }
    assert_eq!(vault.frozen("2019-Q4").await.unwrap(), Some(freeze("2019-Q4", 1, b"two")));
    assert_eq!(vault.audit_head().await.unwrap().size, 3);
}

async fn sixty_four_writers_at_once_all_succeed_and_the_log_verifies(engine: &impl Engine) {
    let vault = engine.vault().await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..64 {
        let vault = vault.clone();
        writers.spawn(async move {
            vault.write(write(change(n, Expected::New, &[b"one"]))).await.unwrap();
            for version in 1..6 {
                vault.write(write(change(n, Expected::Version(version), &[b"more"]))).await.unwrap();
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let head = vault.verify_audit().await.unwrap();
    assert_eq!((head.size, head), (64 * 6, vault.audit_head().await.unwrap()));
    for n in 0..64 {
        let found = vault.case_for_protocol(case_id(n)).await.unwrap().unwrap();
        assert_eq!((found.row.version, found.events_after.len()), (6, 6));
    }
}

async fn a_bad_write_does_not_harm_its_neighbours(engine: &impl Engine) {
    let vault = engine.vault().await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..48_u8 {
        let vault = vault.clone();
        // Every third takes a handle that another one has, or a case that is not there.
        let case = match n % 3 {
            0 => change(n, Expected::New, &[b"good"]),
            1 => CaseWrite { handle: handle(n - 1), ..change(n, Expected::New, &[b"bad"]) },
            _ => change(n, Expected::Version(4), &[b"bad"]),
        };
        writers.spawn(async move { (n, vault.write(write(case)).await) });
    }
    let mut cases = 0;
    while let Some(outcome) = writers.join_next().await {
        let (n, outcome) = outcome.unwrap();
        // Of a pair that wants one handle, whoever comes first has it.
        cases += usize::from(outcome.is_ok());
        assert!(n % 3 != 2 || outcome.is_err(), "{n}");
    }
    assert_eq!(cases, 16);
    assert_eq!(vault.verify_audit().await.unwrap().size, 16);
    assert_eq!(vault.holdings().await.unwrap().len(), 16);
}

async fn the_log_knows_its_own_former_heads_and_no_other(engine: &impl Engine) {
    let vault = engine.vault().await;
    assert!(vault.audit_contains(AuditHead::EMPTY).await.unwrap());
    let first = vault.write(Write::of(audit("login", None))).await.unwrap().audit;
    let second =
        vault.write(Write::of(AuditEntry::refused(anna(), "login", vec![], "locked"))).await.unwrap().audit;
    assert_eq!((first.size, second.size), (1, 2));
    assert!(vault.audit_contains(first).await.unwrap() && vault.audit_contains(second).await.unwrap());
    assert!(!vault.audit_contains(AuditHead { size: 2, ..first }).await.unwrap());
    assert!(!vault.audit_contains(AuditHead { size: 3, ..second }).await.unwrap());
    assert!(!vault.audit_contains(AuditHead { size: 0, ..second }).await.unwrap());
}
