use std::collections::BTreeSet;
use std::path::Path;

use enplan_domain::handover::{CaseRecord, ledger};
use enplan_domain::{CaseHandle, Epoch, Kommunekode, RequestId, TransferId};
use openraft::entry::FromAppData;
use openraft::storage::{RaftLogStorage, RaftLogStorageExt, RaftStateMachine};
use openraft::testing::{StoreBuilder, Suite};
use openraft::{Membership, RaftLogReader, RaftSnapshotBuilder, StorageHelper};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::command::{Batch, Command};
use crate::founding::{Founding, Member};
use crate::raft::{Entry, LogId, TypeConfig, Vote};
use crate::signing::{SignedCommand, SigningKey};

struct Node {
    dir: TempDir,
    founding: Founding,
    key: SigningKey,
}

struct Opened {
    database: Database,
    log: LogStore,
    machine: StateMachine,
    _lock: DirectoryLock,
}

impl Node {
    fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        let member = |name: &str, raft_id, key: &SigningKey| Member {
            municipality: Kommunekode::find(name).unwrap(),
            raft_id,
            key: key.public(),
            address: format!("host:700{raft_id}"),
        };
        let other = SigningKey::generate().unwrap();
        let members = vec![member("Gribskov", 1, &key), member("Hillerød", 2, &other)];
        Self { dir: TempDir::new().unwrap(), founding: Founding::new("nord", members).unwrap(), key }
    }

    fn identity(&self) -> Identity {
        let Member { municipality, raft_id, .. } = self.founding.members()[0];
        Identity { federation: "nord".to_owned(), municipality, raft_id }
    }

    async fn open(&self) -> Result<Opened, StoreError> {
        open(self.dir.path(), &self.identity(), &self.founding).await
    }

    /// An entry that offers a case of its own.
    fn entry(&self, index: u64) -> Entry {
        let [me, to] = [0, 1].map(|member| self.founding.members()[member].municipality);
        let command = Command::Case {
            handle: handle(index),
            transfer: TransferId::from(Uuid::from_u128(u128::from(index))),
            command: ledger::Command::Offer { to, epoch: Epoch::FIRST },
        };
        let request = RequestId::from(Uuid::from_u128(u128::from(index)));
        let signed = SignedCommand::sign("nord", request, me, &command, &self.key).unwrap();
        let mut entry = Entry::from_app_data(Batch(vec![signed]));
        entry.log_id = log_id(index);
        entry
    }
}

async fn open(dir: &Path, identity: &Identity, founding: &Founding) -> Result<Opened, StoreError> {
    let lock = DirectoryLock::take(dir)?;
    let database = Database::open(dir, identity, founding).await?;
    let log = LogStore::new(database.clone());
    log.verify().await?;
    let machine = StateMachine::open(database.clone(), founding).await?;
    Ok(Opened { database, log, machine, _lock: lock })
}

fn log_id(index: u64) -> LogId {
    LogId::new(openraft::CommittedLeaderId::new(1, 1), index)
}

fn handle(index: u64) -> CaseHandle {
    CaseHandle::from(Uuid::from_u128(u128::from(index)))
}

fn membership_entry(index: u64) -> Entry {
    let voters = BTreeSet::from([1, 2]);
    Entry {
        log_id: log_id(index),
        payload: openraft::EntryPayload::Membership(Membership::new(vec![voters], None)),
    }
}

/// Starts as openraft does: the snapshot, then the log up to what was known to be committed.
async fn start(opened: &mut Opened) -> Vec<CaseRecord> {
    StorageHelper::new(&mut opened.log, &mut opened.machine).get_initial_state().await.unwrap();
    opened.machine.state().await.cases().map(|(_, record)| record.clone()).collect()
}

struct Stores;

impl StoreBuilder<TypeConfig, LogStore, StateMachine, Node> for Stores {
    async fn build(&self) -> Result<(Node, LogStore, StateMachine), crate::raft::StorageError> {
        let node = Node::new();
        let opened = node.open().await.unwrap();
        Ok((node, opened.log, opened.machine))
    }
}

#[test]
fn the_store_passes_openrafts_own_suite() {
    Suite::test_all(Stores).unwrap();
}

#[tokio::test]
async fn a_vote_is_there_after_a_reopening() {
    let node = Node::new();
    let vote = Vote::new_committed(3, 2);
    let mut opened = node.open().await.unwrap();
    assert_eq!(opened.log.read_vote().await.unwrap(), None);
    opened.log.save_vote(&vote).await.unwrap();
    drop(opened);
    let mut opened = node.open().await.unwrap();
    assert_eq!(opened.log.read_vote().await.unwrap(), Some(vote));
}

#[tokio::test]
async fn log_applied_state_and_membership_are_there_after_a_reopening() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    let entries = [membership_entry(0), node.entry(1), node.entry(2), node.entry(3)];
    opened.log.blocking_append(entries.clone()).await.unwrap();
    opened.log.save_committed(Some(log_id(2))).await.unwrap();
    opened.machine.apply(entries[..3].to_vec()).await.unwrap();
    let (applied, membership) = opened.machine.applied_state().await.unwrap();
    let state = opened.machine.state().await.clone();
    drop(opened);

    let mut opened = node.open().await.unwrap();
    assert_eq!(start(&mut opened).await.len(), 2, "the third is not known to be committed");
    assert_eq!(opened.machine.applied_state().await.unwrap(), (applied, membership));
    assert_eq!(*opened.machine.state().await, state);
    assert_eq!(opened.log.try_get_log_entries(..).await.unwrap(), entries);
}

#[tokio::test]
async fn a_snapshot_stands_for_the_log_that_is_purged_after_a_reopening() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    let entries = [membership_entry(0), node.entry(1), node.entry(2)];
    opened.log.blocking_append(entries.clone()).await.unwrap();
    opened.machine.apply(entries).await.unwrap();
    let built = opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
    opened.log.purge(log_id(2)).await.unwrap();
    let state = opened.machine.state().await.clone();
    drop(opened);

    let mut opened = node.open().await.unwrap();
    assert_eq!(start(&mut opened).await.len(), 2);
    assert_eq!(*opened.machine.state().await, state);
    let kept = opened.machine.get_current_snapshot().await.unwrap().unwrap();
    assert_eq!((kept.meta, kept.snapshot), (built.meta, built.snapshot));
    let log = opened.log.get_log_state().await.unwrap();
    assert_eq!((log.last_purged_log_id, log.last_log_id), (Some(log_id(2)), Some(log_id(2))));
}

#[tokio::test]
async fn an_installed_snapshot_is_there_after_a_reopening_and_tells_what_changed() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    opened.machine.apply([membership_entry(0), node.entry(1), node.entry(2)]).await.unwrap();
    let snapshot = opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
    let state = opened.machine.state().await.clone();

    let mut other = Node::new();
    other.founding = node.founding.clone();
    let mut behind = other.open().await.unwrap();
    behind.machine.apply([node.entry(1)]).await.unwrap();
    let mut changes = behind.machine.changes();
    behind.machine.install_snapshot(&snapshot.meta, snapshot.snapshot).await.unwrap();
    assert_eq!(changes.try_recv(), Ok(handle(2)));
    assert!(changes.try_recv().is_err(), "the first case was the same before");
    drop(behind);

    let behind = other.open().await.unwrap();
    assert_eq!(*behind.machine.state().await, state);
}

#[tokio::test]
async fn a_snapshot_from_before_there_were_statistics_is_read_as_one_without_any() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    opened.machine.apply([membership_entry(0), node.entry(1)]).await.unwrap();
    let snapshot = opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
    let state = opened.machine.state().await.clone();
    let mut former = snapshot.snapshot.into_inner();
    let without = postcard::to_stdvec(&enplan_statistics::ledger::Ledger::default()).unwrap();
    assert_eq!((former[0], former.ends_with(&without)), (2, true));
    former.truncate(former.len() - without.len());
    former[0] = 1;

    let mut other = Node::new();
    other.founding = node.founding.clone();
    let mut behind = other.open().await.unwrap();
    behind.machine.install_snapshot(&snapshot.meta, Box::new(std::io::Cursor::new(former))).await.unwrap();
    assert_eq!(*behind.machine.state().await, state);
}

#[tokio::test]
async fn a_snapshot_slow_to_build_does_not_take_the_place_of_a_newer_one() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    opened.machine.apply([membership_entry(0), node.entry(1)]).await.unwrap();
    let mut slow = opened.machine.get_snapshot_builder().await;
    opened.machine.apply([node.entry(2)]).await.unwrap();
    opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
    slow.build_snapshot().await.unwrap();
    let kept = opened.machine.get_current_snapshot().await.unwrap().unwrap();
    assert_eq!(kept.meta.last_log_id, Some(log_id(2)));
}

#[tokio::test]
async fn what_is_not_a_snapshot_of_this_federation_is_not_installed() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    opened.machine.apply([membership_entry(0), node.entry(1)]).await.unwrap();
    let snapshot = opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
    let before = opened.machine.state().await.clone();
    let mut cut = snapshot.snapshot.clone();
    cut.get_mut().pop();
    assert!(opened.machine.install_snapshot(&snapshot.meta, cut).await.is_err());

    let mut foreign = Node::new();
    foreign.founding = Founding::new("syd", foreign.founding.members().to_vec()).unwrap();
    let identity = Identity { federation: "syd".to_owned(), ..foreign.identity() };
    let mut elsewhere = open(foreign.dir.path(), &identity, &foreign.founding).await.unwrap();
    assert!(elsewhere.machine.install_snapshot(&snapshot.meta, snapshot.snapshot).await.is_err());
    assert_eq!(*opened.machine.state().await, before);
}

#[tokio::test]
async fn a_damaged_row_is_found_when_the_file_is_opened() {
    for damage in [
        "UPDATE log SET entry = substr(entry, 1, length(entry) - 1) WHERE log_index = 1",
        "UPDATE log SET entry = substr(entry, 1, 20) || x'00' || substr(entry, 22) WHERE log_index = 1",
        "UPDATE log SET entry = (SELECT entry FROM log WHERE log_index = 2) WHERE log_index = 1",
        "DELETE FROM log WHERE log_index = 1",
        "UPDATE fact SET value = x'' WHERE name = 'vote'",
        "UPDATE fact SET value = x'0102030405060708090a' WHERE name = 'identity'",
        "UPDATE snapshot SET data = substr(data, 1, length(data) - 1)",
        "UPDATE snapshot SET meta = x'00'",
    ] {
        let node = Node::new();
        let mut opened = node.open().await.unwrap();
        opened.log.save_vote(&Vote::new(1, 1)).await.unwrap();
        let entries = [membership_entry(0), node.entry(1), node.entry(2)];
        opened.log.blocking_append(entries.clone()).await.unwrap();
        opened.machine.apply(entries).await.unwrap();
        opened.machine.get_snapshot_builder().await.build_snapshot().await.unwrap();
        sqlx::query(damage).execute(&opened.database.durable).await.unwrap();
        drop(opened);
        let reopened = node.open().await.map(|_| ());
        assert!(matches!(reopened, Err(StoreError::Corrupt { .. })), "{damage}: {reopened:?}");
    }
}

#[tokio::test]
async fn a_second_process_on_the_directory_is_refused_until_the_first_has_gone() {
    let node = Node::new();
    let first = node.open().await.unwrap();
    assert!(matches!(node.open().await.map(|_| ()), Err(StoreError::Locked { .. })));
    drop(first);
    node.open().await.unwrap();
}

#[tokio::test]
async fn a_file_of_another_node_federation_or_founding_is_refused() {
    let node = Node::new();
    drop(node.open().await.unwrap());
    let dir = node.dir.path();
    let other = &node.founding.members()[1];
    for identity in [
        Identity { raft_id: 2, ..node.identity() },
        Identity { municipality: other.municipality, ..node.identity() },
        Identity { federation: "syd".to_owned(), ..node.identity() },
    ] {
        let refused = open(dir, &identity, &node.founding).await.map(|_| ());
        assert!(matches!(refused, Err(StoreError::AnotherNode { .. })), "{identity}: {refused:?}");
    }
    let mut members = node.founding.members().to_vec();
    members[1].key = SigningKey::generate().unwrap().public();
    let founding = Founding::new("nord", members).unwrap();
    let refused = open(dir, &node.identity(), &founding).await.map(|_| ());
    assert!(matches!(refused, Err(StoreError::AnotherFounding)), "{refused:?}");
}

#[tokio::test]
async fn a_member_may_move_to_another_address() {
    let node = Node::new();
    drop(node.open().await.unwrap());
    let mut members = node.founding.members().to_vec();
    members[1].address = "elsewhere:7777".to_owned();
    let founding = Founding::new("nord", members).unwrap();
    open(node.dir.path(), &node.identity(), &founding).await.unwrap();
}

#[tokio::test]
async fn a_file_of_a_later_program_is_refused() {
    let node = Node::new();
    let opened = node.open().await.unwrap();
    sqlx::query("PRAGMA user_version = 99").execute(&opened.database.durable).await.unwrap();
    drop(opened);
    let refused = node.open().await.map(|_| ());
    assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99 })), "{refused:?}");
}

#[tokio::test]
async fn what_must_not_be_forgotten_is_flushed_with_each_commit() {
    let node = Node::new();
    let opened = node.open().await.unwrap();
    let synchronous: i64 =
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&opened.database.durable).await.unwrap();
    assert_eq!(synchronous, 2, "FULL");
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&opened.database.durable).await.unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn one_read_of_the_log_is_bounded_in_bytes_but_never_empty() {
    let node = Node::new();
    let mut opened = node.open().await.unwrap();
    let mut entries: Vec<_> = (0..6).map(|index| node.entry(index)).collect();
    for entry in &mut entries {
        let openraft::EntryPayload::Normal(Batch(commands)) = &mut entry.payload else { unreachable!() };
        let one = commands[0].clone();
        commands.resize(3000, one);
    }
    opened.log.blocking_append(entries).await.unwrap();
    let read = opened.log.limited_get_log_entries(0, 6).await.unwrap();
    assert!((1..6).contains(&read.len()), "{} entries", read.len());
    assert_eq!(opened.log.limited_get_log_entries(5, 6).await.unwrap().len(), 1);
}
