//! What every engine's vault promises of handovers: their states, packages, outbox and inbox.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
#[path = "support/engine.rs"]
mod engine;
mod support;

use engine::Engine;
use enplan_domain::handover::Digest;
use enplan_domain::{RequestId, Timestamp};
use enplan_vault::{
    Expected, InboxMark, OutboxWrite, PACKAGE_CHUNK, PackageError, PackageWrite, Side, TransferFilter,
    TransferWrite, Write, WriteError, sha256,
};
use support::{audit, case_id, change, gribskov, transfer_id, write};

mod sqlite {
    use super::engine::Sqlite;
    use super::support::Place;

    keeps_every_promise! {
        Sqlite(Place::new()),
        a_handover_is_written_with_its_version_checked
        a_write_is_made_whole_or_not_at_all
        the_outbox_gives_what_is_due_and_forgets_what_is_done
        a_message_is_taken_in_once_and_its_reply_is_kept
        a_package_arrives_chunk_by_chunk_and_goes_on_where_it_stopped
        a_package_is_kept_whole_until_it_is_dropped
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn transfer_write(n: u8, expected: Expected, open: bool, state: &[u8]) -> TransferWrite {
    let (case, side) = (Some(case_id(n)), Side::Source);
    TransferWrite { transfer: transfer_id(n), case, side, open, state: state.to_vec(), expected }
}

fn of_transfers(transfers: Vec<TransferWrite>) -> Write {
    Write { transfers, ..Write::of(audit("handover.step", None)) }
}

fn of_outbox(outbox: Vec<OutboxWrite>) -> Write {
    Write { outbox, ..Write::of(audit("handover.step", None)) }
}

fn of_packages(packages: Vec<PackageWrite>) -> Write {
    Write { packages, ..Write::of(audit("handover.step", None)) }
}

async fn a_handover_is_written_with_its_version_checked(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(of_transfers(vec![transfer_write(1, Expected::New, true, b"offered")])).await.unwrap();
    vault.write(of_transfers(vec![transfer_write(2, Expected::New, true, b"offered")])).await.unwrap();
    let again = vault.write(of_transfers(vec![transfer_write(1, Expected::New, true, b"lost")])).await;
    assert!(matches!(again, Err(WriteError::TransferExists { .. })), "{again:?}");
    vault.write(of_transfers(vec![transfer_write(1, Expected::Version(1), false, b"done")])).await.unwrap();
    let stale = vault.write(of_transfers(vec![transfer_write(1, Expected::Version(1), true, b"lost")])).await;
    assert!(matches!(stale, Err(WriteError::TransferConflict { found: Some(2), .. })), "{stale:?}");
    let twice = vec![
        transfer_write(3, Expected::New, true, b"a"),
        transfer_write(3, Expected::Version(1), true, b"b"),
    ];
    assert!(matches!(vault.write(of_transfers(twice)).await, Err(WriteError::Contradiction(_))));
    let stored = vault.transfer(transfer_id(1)).await.unwrap().unwrap();
    assert_eq!(
        (stored.state.as_slice(), stored.version, stored.open, stored.side),
        (&b"done"[..], 2, false, Side::Source)
    );
    let vault = &vault;
    let ids = |filter| async move {
        vault.transfers(filter).await.unwrap().readable.iter().map(|t| t.transfer).collect::<Vec<_>>()
    };
    assert_eq!(ids(TransferFilter::Open).await, [transfer_id(2)]);
    assert_eq!(ids(TransferFilter::All).await, [transfer_id(1), transfer_id(2)]);
    assert_eq!(vault.transfer(transfer_id(9)).await.unwrap(), None);
}

async fn a_write_is_made_whole_or_not_at_all(engine: &impl Engine) {
    let vault = engine.vault().await;
    vault.write(of_transfers(vec![transfer_write(1, Expected::New, true, b"offered")])).await.unwrap();
    let before = vault.audit_head().await.unwrap();
    let half = Write {
        transfers: vec![transfer_write(1, Expected::Version(7), true, b"lost")],
        outbox: vec![OutboxWrite::Put {
            transfer: transfer_id(1),
            kind: "offer".to_owned(),
            next_attempt: at(0),
        }],
        ..write(change(1, Expected::New, &[b"lost"]))
    };
    assert!(matches!(vault.write(half).await, Err(WriteError::TransferConflict { .. })));
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap(), None);
    assert_eq!(vault.due(at(10), 10).await.unwrap(), []);
    assert_eq!(vault.audit_head().await.unwrap(), before);
}

async fn the_outbox_gives_what_is_due_and_forgets_what_is_done(engine: &impl Engine) {
    let vault = engine.vault().await;
    let put = |n, kind: &str, second| OutboxWrite::Put {
        transfer: transfer_id(n),
        kind: kind.to_owned(),
        next_attempt: at(second),
    };
    vault
        .write(of_outbox(vec![put(1, "offer", 20), put(1, "preview", 10), put(2, "offer", 99)]))
        .await
        .unwrap();
    let due = |now| {
        let vault = vault.clone();
        async move {
            let rows = vault.due(at(now), 10).await.unwrap();
            rows.into_iter().map(|row| (row.transfer, row.kind, row.attempts)).collect::<Vec<_>>()
        }
    };
    assert_eq!(vault.next_due().await.unwrap(), Some(at(10)));
    assert_eq!(
        due(20).await,
        [(transfer_id(1), "preview".to_owned(), 0), (transfer_id(1), "offer".to_owned(), 0)]
    );
    vault.postpone(transfer_id(1), "preview", at(30)).await.unwrap();
    vault.postpone(transfer_id(5), "preview", at(30)).await.unwrap();
    assert_eq!(due(20).await, [(transfer_id(1), "offer".to_owned(), 0)]);
    assert_eq!(due(30).await[1], (transfer_id(1), "preview".to_owned(), 1));
    vault
        .write(of_outbox(vec![OutboxWrite::Remove { transfer: transfer_id(1), kind: "offer".to_owned() }]))
        .await
        .unwrap();
    assert_eq!(due(98).await, [(transfer_id(1), "preview".to_owned(), 1)]);
    vault
        .write(of_outbox(vec![put(1, "preview", 5), OutboxWrite::Clear { transfer: transfer_id(2) }]))
        .await
        .unwrap();
    assert_eq!(due(1_000).await, [(transfer_id(1), "preview".to_owned(), 0)]);
}

async fn a_message_is_taken_in_once_and_its_reply_is_kept(engine: &impl Engine) {
    let vault = engine.vault().await;
    let mark =
        InboxMark { from: gribskov(), request: RequestId::from_bytes([5; 16]), reply: b"yes".to_vec() };
    let take = || Write { inbox: Some(mark.clone()), ..Write::of(audit("handover.received", None)) };
    vault.write(take()).await.unwrap();
    assert!(matches!(vault.write(take()).await, Err(WriteError::AlreadyReceived)));
    assert_eq!(vault.inbox_reply(gribskov(), mark.request).await.unwrap(), Some(b"yes".to_vec()));
    assert_eq!(vault.inbox_reply("0219".parse().unwrap(), mark.request).await.unwrap(), None);
}

async fn a_package_arrives_chunk_by_chunk_and_goes_on_where_it_stopped(engine: &impl Engine) {
    let vault = engine.vault().await;
    let bytes: Vec<u8> = (0..=255).cycle().take(2 * PACKAGE_CHUNK + 77).collect();
    let (transfer, digest) = (transfer_id(1), Digest(sha256(&bytes)));
    let chunk = |n: usize| &bytes[n * PACKAGE_CHUNK..((n + 1) * PACKAGE_CHUNK).min(bytes.len())];
    let put = |n: usize| vault.package_put_chunk(transfer, digest, (n * PACKAGE_CHUNK) as u64, chunk(n));
    let gap = put(1).await;
    assert!(matches!(gap, Err(PackageError::Gap { have: 0 })), "{gap:?}");
    assert_eq!(put(0).await.unwrap(), PACKAGE_CHUNK as u64);
    assert_eq!(put(0).await.unwrap(), PACKAGE_CHUNK as u64);
    assert!(!vault.package_verify(transfer, digest).await.unwrap());
    put(1).await.unwrap();
    assert_eq!(put(2).await.unwrap(), bytes.len() as u64);
    assert_eq!(vault.package_len(transfer, digest).await.unwrap(), bytes.len() as u64);
    assert!(vault.package_verify(transfer, digest).await.unwrap());
    let read = vault.package_read(transfer, digest, 65_000, 66_000).await.unwrap();
    assert_eq!(read, bytes[65_000..131_000]);
    assert_eq!(vault.package_read(transfer, digest, bytes.len() as u64, 10).await.unwrap(), b"");
    assert!(vault.package_read(transfer, digest, u64::MAX, 10).await.unwrap().is_empty());
    for (starts_at, length) in [(1, 5), (0, 0), (0, PACKAGE_CHUNK + 1)] {
        let odd = vault.package_put_chunk(transfer_id(2), digest, starts_at, &vec![0; length]).await;
        assert!(matches!(odd, Err(PackageError::NotAChunk)), "{odd:?}");
    }
}

async fn a_package_is_kept_whole_until_it_is_dropped(engine: &impl Engine) {
    let vault = engine.vault().await;
    let package = |n: u8| vec![n; PACKAGE_CHUNK + usize::from(n)];
    let digest = |n: u8| Digest(sha256(&package(n)));
    let put = |n: u8| PackageWrite::Put { transfer: transfer_id(1), digest: digest(n), bytes: package(n) };
    let length = |n: u8| vault.package_len(transfer_id(1), digest(n));
    vault.write(of_packages(vec![put(1), put(2), put(3)])).await.unwrap();
    vault.write(of_packages(vec![put(1)])).await.unwrap();
    assert!(vault.package_verify(transfer_id(1), digest(1)).await.unwrap());
    let keep = PackageWrite::DeleteOthers { transfer: transfer_id(1), keep: digest(2) };
    vault.write(of_packages(vec![keep])).await.unwrap();
    assert_eq!((length(1).await.unwrap(), length(3).await.unwrap()), (0, 0));
    assert!(vault.package_verify(transfer_id(1), digest(2)).await.unwrap());
    vault.write(of_packages(vec![PackageWrite::DeleteAll { transfer: transfer_id(1) }])).await.unwrap();
    assert_eq!(length(2).await.unwrap(), 0);
}
