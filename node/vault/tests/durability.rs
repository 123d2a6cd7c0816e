//! What was acknowledged is there again; what cannot be trusted is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use enplan_vault::{
    AuditBroken, Expected, KeyEncryptionKey, Side, StorageError, TransferWrite, VaultError, VaultOptions,
    Write, WriteError,
};
use support::{Place, audit, case_id, change, look, transfer_id, write};

#[tokio::test]
async fn a_vault_that_is_opened_again_is_the_same() {
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    let key = vault.create_transfer_key(transfer_id(1)).await.unwrap();
    vault.set_quarantine("restored", audit("quarantine.set", None)).await.unwrap();
    let (case, head) =
        (vault.case_for_protocol(case_id(1)).await.unwrap(), vault.audit_head().await.unwrap());
    vault.close().await;

    let vault = place.open().await;
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap(), case);
    assert_eq!(vault.audit_head().await.unwrap(), head);
    assert_eq!(vault.create_transfer_key(transfer_id(1)).await.unwrap(), key);
    let edit = vault.write(write(change(1, Expected::Version(1), &[b"two"]))).await;
    assert!(matches!(edit, Err(WriteError::Quarantined)), "{edit:?}");
    vault.clear_quarantine(audit("quarantine.clear", None)).await.unwrap();
    vault.write(write(change(1, Expected::Version(1), &[b"two"]))).await.unwrap();
    assert_eq!(vault.verify_audit().await.unwrap().size, head.size + 2);
}

/// A process that dies does not close: here its whole runtime is dropped in the middle of writing.
#[test]
fn a_process_that_dies_loses_nothing_that_it_acknowledged() {
    let place = Place::new();
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let dying = runtime();
    let acknowledged = dying.block_on(async {
        let vault = place.open().await;
        let (done, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
        for n in 0..16 {
            let (vault, done) = (vault.clone(), done.clone());
            tokio::spawn(async move {
                vault.write(write(change(n, Expected::New, &[b"one"]))).await.unwrap();
                for version in 1.. {
                    vault.write(write(change(n, Expected::Version(version), &[b"more"]))).await.unwrap();
                    done.send((n, version + 1)).unwrap();
                }
            });
        }
        let mut newest = [0; 16];
        for _ in 0..200 {
            let (n, version) = acknowledged.recv().await.unwrap();
            newest[usize::from(n)] = version;
        }
        newest
    });
    drop(dying);

    runtime().block_on(async {
        let vault = place.open().await;
        for (n, version) in (0..).zip(acknowledged) {
            if version > 0 {
                let found = vault.case_for_protocol(case_id(n)).await.unwrap().unwrap();
                assert!(found.row.version >= version, "case {n}: {} < {version}", found.row.version);
                assert_eq!(found.events_after.len() as u64, found.row.version);
            }
        }
        vault.verify_audit().await.unwrap();
    });
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let place = Place::new();
    let first = place.open().await;
    let second = place.try_open().await;
    assert!(matches!(second, Err(VaultError::InUse { .. })), "{second:?}");
    first.close().await;
    place.open().await;
}

#[tokio::test]
async fn calls_after_closing_are_refused() {
    let vault = Place::new().open().await;
    let other = vault.clone();
    vault.close().await;
    assert!(matches!(other.write(Write::of(audit("login", None))).await, Err(WriteError::Storage(_))));
    assert!(other.look(case_id(1), look()).await.is_err());
}

#[tokio::test]
async fn a_wrong_key_encryption_key_is_told_so() {
    let place = Place::new();
    place.open().await.close().await;
    let options =
        VaultOptions { key_encryption_key: KeyEncryptionKey::generate().unwrap(), ..place.options() };
    let refused = enplan_vault::Vault::open(options).await;
    assert!(matches!(refused, Err(VaultError::WrongKeyEncryptionKey)), "{refused:?}");
    place.open().await;
}

#[tokio::test]
async fn another_municipalitys_directory_is_refused() {
    let place = Place::new();
    place.open().await.close().await;
    let options = VaultOptions { municipality: "0219".parse().unwrap(), ..place.options() };
    let refused = enplan_vault::Vault::open(options).await;
    assert!(matches!(refused, Err(VaultError::ForeignDatabase { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_schema_of_a_later_version_is_refused() {
    for database in ["vault.db", "keys.db"] {
        let place = Place::new();
        place.open().await.close().await;
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9000, 'later', TRUE, x'00', 1)";
        place.tamper(database, later).await;
        let refused = place.try_open().await;
        assert!(matches!(refused, Err(VaultError::SchemaTooNew { found: 9000, .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_vault_without_its_keys_or_with_anothers_is_refused() {
    let (one, other) = (Place::new(), Place::new());
    one.open().await.close().await;
    let options = VaultOptions { dir: other.path().to_owned(), ..one.options() };
    enplan_vault::Vault::open(options).await.unwrap().close().await;
    fs::copy(other.path().join("keys.db"), one.path().join("keys.db")).unwrap();
    let refused = one.try_open().await;
    assert!(matches!(refused, Err(VaultError::KeysOfAnotherVault)), "{refused:?}");
    fs::remove_file(one.path().join("keys.db")).unwrap();
    let refused = one.try_open().await;
    assert!(matches!(refused, Err(VaultError::KeysMissing)), "{refused:?}");
}

#[tokio::test]
async fn an_old_copy_of_the_vault_keeps_todays_keys_and_is_recognised_as_old() {
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    vault.close().await;
    let copy = fs::read(place.path().join("vault.db")).unwrap();

    let vault = place.open().await;
    vault.write(write(change(2, Expected::New, &[b"one"]))).await.unwrap();
    let key = vault.create_transfer_key(transfer_id(1)).await.unwrap();
    let published = vault.audit_head().await.unwrap();
    vault.close().await;

    fs::write(place.path().join("vault.db"), copy).unwrap();
    let vault = place.open().await;
    assert!(!vault.audit_contains(published).await.unwrap());
    assert_eq!(vault.create_transfer_key(transfer_id(1)).await.unwrap(), key);
    assert!(vault.case_for_protocol(case_id(1)).await.unwrap().is_some());
    vault.write(write(change(2, Expected::New, &[b"again"]))).await.unwrap();
    // Written again, the log is as long as it was, and another.
    assert_eq!(vault.audit_head().await.unwrap().size, published.size);
    assert!(!vault.audit_contains(published).await.unwrap());
}

#[tokio::test]
async fn an_old_copy_of_the_keys_says_which_case_it_cannot_open() {
    let place = Place::new();
    place.open().await.close().await;
    let copy = fs::read(place.path().join("keys.db")).unwrap();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.close().await;
    fs::write(place.path().join("keys.db"), copy).unwrap();
    let vault = place.open().await;
    let refused = vault.case_for_protocol(case_id(1)).await;
    assert!(
        matches!(refused, Err(VaultError::KeyOfCaseMissing { case }) if case == case_id(1)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_full_disk_is_told_leaves_nothing_half_done_and_passes() {
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    let before = vault.audit_head().await.unwrap();
    vault.limit_pages(1).await.unwrap();
    let large = vec![7; 1_000_000];
    let refused = vault.write(write(change(1, Expected::Version(1), &[&large]))).await;
    assert!(matches!(refused, Err(WriteError::DiskFull)), "{refused:?}");
    let mut unseen = 0;
    while vault.look(case_id(1), look()).await.is_ok() {
        unseen += 1;
        assert!(unseen < 10_000, "an audit log that cannot grow went on growing");
    }
    let refused = vault.look(case_id(1), look()).await;
    assert!(matches!(refused, Err(VaultError::LookNotRecorded(WriteError::DiskFull))), "{refused:?}");
    assert_eq!(vault.verify_audit().await.unwrap().size, before.size + unseen);
    assert_eq!(vault.case_for_protocol(case_id(1)).await.unwrap().unwrap().row.version, 1);

    vault.limit_pages(1_000_000).await.unwrap();
    vault.write(write(change(1, Expected::Version(1), &[&large]))).await.unwrap();
    assert!(vault.look(case_id(1), look()).await.unwrap().is_some());
    vault.verify_audit().await.unwrap();
}

/// A disk that returns nonsense stands for one that fails to write: both are failures after which nothing is trusted.
#[tokio::test]
async fn a_vault_whose_disk_has_failed_stops_and_stays_stopped_until_it_is_opened_again() {
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    vault.close().await;
    let vault = place.open().await;
    let file = place.path().join("vault.db");
    let sound = fs::read(&file).unwrap();
    let mut broken = sound.clone();
    broken[4_096..].fill(0xff);
    fs::write(&file, broken).unwrap();
    // The writer is the first to read the table of accounts.
    let failed = vault.record_failed_login("anna", None, audit("login", None)).await;
    assert!(matches!(failed, Err(WriteError::Storage(StorageError::Stopped))), "{failed:?}");
    fs::write(&file, &sound).unwrap();
    for _ in 0..2 {
        let refused = vault.write(Write::of(audit("login", None))).await;
        assert!(matches!(refused, Err(WriteError::Storage(StorageError::Stopped))), "{refused:?}");
    }
    vault.close().await;
    let vault = place.open().await;
    vault.write(write(change(1, Expected::Version(1), &[b"two"]))).await.unwrap();
    vault.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_sealed_value_that_was_changed_moved_or_put_back_does_not_open() {
    let statements = [
        "UPDATE cases SET cpr_sealed = (SELECT o.cpr_sealed FROM cases o WHERE o.rowid <> cases.rowid)",
        "UPDATE cases SET summary_sealed = cpr_sealed",
        "UPDATE cases SET version = version + 1",
        "UPDATE cases SET summary_sealed = x'00'",
        "UPDATE cases SET last_seq = last_seq + 1",
        "UPDATE events SET sealed = (SELECT o.sealed FROM events o WHERE o.case_id = events.case_id AND o.seq = 1)",
        "UPDATE events SET sealed = (SELECT o.sealed FROM events o WHERE o.case_id <> events.case_id AND o.seq = events.seq)",
        "DELETE FROM events WHERE seq = 1",
        "UPDATE snapshots SET seq = 1",
    ];
    for statement in statements {
        let place = Place::new();
        let vault = place.open().await;
        for n in 1..=2 {
            vault.write(write(change(n, Expected::New, &[b"one", b"two"]))).await.unwrap();
        }
        if statement.contains("snapshots") {
            let case = change(1, Expected::Version(1), &[b"three"]);
            let case = enplan_vault::CaseWrite { snapshot: Some(b"three".to_vec()), ..case };
            vault.write(write(case)).await.unwrap();
        }
        vault.close().await;
        place.tamper("vault.db", statement).await;
        let vault = place.open().await;
        let found = vault.case_for_protocol(case_id(1)).await;
        assert!(matches!(found, Err(VaultError::Tampered(_))), "{statement}: {found:?}");
    }
}

#[tokio::test]
async fn a_handovers_state_and_a_wrapped_key_that_were_changed_do_not_open() {
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[]))).await.unwrap();
    vault.write(write(change(2, Expected::New, &[]))).await.unwrap();
    let transfer = TransferWrite {
        transfer: transfer_id(1),
        case: None,
        side: Side::Destination,
        open: true,
        state: b"offered".to_vec(),
        expected: Expected::New,
    };
    vault.write(Write { transfers: vec![transfer], ..Write::of(audit("step", None)) }).await.unwrap();
    vault.close().await;
    place.tamper("vault.db", "UPDATE transfers SET version = 2").await;
    let swap =
        "UPDATE data_keys SET wrapped = (SELECT o.wrapped FROM data_keys o WHERE o.rowid <> data_keys.rowid)";
    place.tamper("keys.db", swap).await;
    let vault = place.open().await;
    assert!(matches!(vault.transfer(transfer_id(1)).await, Err(VaultError::Tampered(_))));
    assert!(matches!(vault.case_for_protocol(case_id(1)).await, Err(VaultError::Tampered(_))));
}

#[tokio::test]
async fn tampering_with_the_audit_log_is_found_and_where() {
    type Found = fn(&AuditBroken) -> bool;
    let cases: [(&str, Found); 6] = [
        ("UPDATE audit_leaves SET leaf_sealed = x'00' WHERE position = 2", |found| {
            matches!(found, AuditBroken::Leaf { position: 2 })
        }),
        ("UPDATE audit_leaves SET chain = x'00' || substr(chain, 2) WHERE position = 2", |found| {
            matches!(found, AuditBroken::Leaf { position: 2 } | AuditBroken::Vault(_))
        }),
        ("DELETE FROM audit_leaves WHERE position = 2", |found| {
            matches!(found, AuditBroken::Missing { position: 2 })
        }),
        (
            "UPDATE audit_leaves SET leaf_sealed = (SELECT o.leaf_sealed FROM audit_leaves o WHERE o.position = 1) \
             WHERE position = 2",
            |found| matches!(found, AuditBroken::Leaf { position: 2 }),
        ),
        ("DELETE FROM audit_cases WHERE position = 3", |found| {
            matches!(found, AuditBroken::Index { position: 3 })
        }),
        ("INSERT INTO audit_cases (case_id, position) VALUES (x'01', 3)", |found| {
            matches!(found, AuditBroken::Index { position: 3 } | AuditBroken::Vault(_))
        }),
    ];
    for (statement, expected) in cases {
        let place = Place::new();
        let vault = place.open().await;
        for n in 1..=3 {
            vault.write(write(change(n, Expected::New, &[]))).await.unwrap();
        }
        vault.verify_audit().await.unwrap();
        vault.close().await;
        place.tamper("vault.db", statement).await;
        let found = place.open().await.verify_audit().await.unwrap_err();
        assert!(expected(&found), "{statement}: {found:?}");
    }
}

#[tokio::test]
async fn a_log_that_is_cut_while_it_is_open_is_found() {
    let place = Place::new();
    let vault = place.open().await;
    for n in 1..=3 {
        vault.write(write(change(n, Expected::New, &[]))).await.unwrap();
    }
    place.tamper("vault.db", "DELETE FROM audit_leaves WHERE position = 3").await;
    let found = vault.verify_audit().await.unwrap_err();
    assert!(matches!(found, AuditBroken::Head { .. }), "{found:?}");
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_has_happened() {
    use sqlx::ConnectOptions as _;
    let place = Place::new();
    let vault = place.open().await;
    vault.write(write(change(1, Expected::New, &[b"one"]))).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path().join("vault.db"));
    let mut connection = options.connect().await.unwrap();
    for statement in [
        "UPDATE events SET sealed = x'00'",
        "DELETE FROM events",
        "UPDATE audit_leaves SET leaf_sealed = x'00'",
        "DELETE FROM audit_leaves",
        "DELETE FROM audit_cases",
    ] {
        let refused = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn nothing_of_a_citizen_lies_readable_on_the_disk() {
    let place = Place::new();
    let vault = place.open().await;
    let mut case = change(1, Expected::New, &[b"event-in-plain-words"]);
    case.summary = b"summary-in-plain-words".to_vec();
    case.snapshot = Some(b"snapshot-in-plain-words".to_vec());
    vault.write(write(case)).await.unwrap();
    let mut purpose = look();
    purpose.purpose = "purpose-in-plain-words".to_owned();
    vault.look(case_id(1), purpose).await.unwrap();
    let public = vault.create_transfer_key(transfer_id(1)).await.unwrap();
    let context = enplan_vault::PackageContext {
        handle: support::handle(1),
        transfer: transfer_id(1),
        epoch: enplan_domain::Epoch::FIRST,
        from: support::gribskov(),
        to: support::gribskov(),
        schema: 1,
    };
    let package = vault.seal_package(b"package-in-plain-words", &context, &public).await.unwrap();
    let put = enplan_vault::PackageWrite::Put {
        transfer: transfer_id(1),
        digest: package.digest,
        bytes: package.ciphertext,
    };
    vault.write(Write { packages: vec![put], ..Write::of(audit("step", None)) }).await.unwrap();
    let mut bytes = 0;
    for file in fs::read_dir(place.path()).unwrap() {
        let on_disk = fs::read(file.unwrap().path()).unwrap();
        bytes += on_disk.len();
        for word in [&b"in-plain-words"[..], support::cpr(1).reveal().as_bytes()] {
            assert!(!on_disk.windows(word.len()).any(|window| window == word));
        }
    }
    assert!(bytes > 10_000);
}
