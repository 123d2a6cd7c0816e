//! A vault of an earlier version of enplan is taken over whole.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use enplan_vault::{AuditBroken, Expected, Side, TransferWrite, Write};
use sqlx::ConnectOptions as _;
use support::{Place, audit, case_id, change, cpr, look, transfer_id, write};

/// What `vault.db` was before its fourth migration. The former index of numbers is here by what it is now.
const BEFORE_THE_FOURTH: [&str; 11] = [
    "DROP TABLE received_statements",
    "DROP TABLE statistics",
    "DROP TABLE relocations",
    "DROP TABLE plan_requests",
    "ALTER TABLE cases ADD COLUMN cpr_index BLOB",
    "UPDATE cases SET cpr_index = (SELECT n.cpr_index FROM case_numbers n WHERE n.case_id = cases.case_id)",
    "CREATE INDEX cases_by_cpr ON cases (cpr_index)",
    "DROP TABLE case_numbers",
    "DROP TRIGGER audit_transfers_are_kept",
    "DELETE FROM audit_transfers WHERE position = 2",
    "DELETE FROM _sqlx_migrations WHERE version >= 4",
];

async fn run(place: &Place, statements: &[&'static str]) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path().join("vault.db"));
    let mut connection = options.connect().await.unwrap();
    for statement in statements {
        sqlx::query(*statement).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
}

/// Three leaves, of which the second and the third name a handover of the case.
async fn with_a_handover(place: &Place) {
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    vault.write(Write::of(audit("handover.refused", None).of_transfer(transfer_id(1)))).await.unwrap();
    let transfer = TransferWrite {
        transfer: transfer_id(1),
        case: Some(case_id(1)),
        side: Side::Destination,
        open: true,
        state: b"offered".to_vec(),
        expected: Expected::New,
    };
    let step = audit("handover.step", None).of_transfer(transfer_id(1));
    vault.write(Write { transfers: vec![transfer], ..Write::of(step) }).await.unwrap();
    vault.close().await;
}

#[tokio::test]
async fn a_citizen_of_an_earlier_version_is_found_by_number() {
    let place = Place::new();
    with_a_handover(&place).await;
    run(&place, &BEFORE_THE_FOURTH).await;
    let vault = place.open().await;
    assert_eq!(vault.look_by_cpr(&cpr(1), look()).await.unwrap().unwrap().row.case, case_id(1));
    assert_eq!(vault.look_by_cpr(&cpr(2), look()).await.unwrap(), None);
}

#[tokio::test]
async fn a_log_from_before_the_index_by_handover_verifies_and_is_found_by_its_case() {
    let place = Place::new();
    with_a_handover(&place).await;
    run(&place, &BEFORE_THE_FOURTH).await;
    let vault = place.open().await;
    assert_eq!(vault.verify_audit().await.unwrap().size, 3);
    let log = vault.audit_of_case(case_id(1), look()).await.unwrap();
    let actions: Vec<_> = log.iter().map(|leaf| leaf.entry.action.as_str()).collect();
    assert_eq!(actions, ["plan.edit", "handover.refused", "handover.step", "plan.show"]);
}

/// The index is filled once, from leaves that were there: who takes something out of it later is found.
#[tokio::test]
async fn what_is_taken_out_of_the_index_after_the_upgrade_is_found() {
    let place = Place::new();
    with_a_handover(&place).await;
    run(&place, &BEFORE_THE_FOURTH).await;
    place.open().await.close().await;
    run(&place, &["DELETE FROM audit_transfers WHERE position = 2"]).await;
    let vault = place.open().await;
    let verified = vault.verify_audit().await;
    assert!(matches!(verified, Err(AuditBroken::Index { position: 2 })), "{verified:?}");
}
