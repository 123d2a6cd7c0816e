//! openraft's types, as this crate fills them in.

use std::io::Cursor;

use openraft::EmptyNode;

use crate::command::{Batch, Verdicts};

openraft::declare_raft_types!(
    /// A log of batches of signed commands. A node's address is no part of the log: it comes from the founding list.
    pub(crate) TypeConfig:
        D = Batch,
        R = Verdicts,
        NodeId = u64,
        Node = EmptyNode,
);

pub(crate) type Raft = openraft::Raft<TypeConfig>;
pub(crate) type Entry = openraft::Entry<TypeConfig>;
pub(crate) type LogId = openraft::LogId<u64>;
pub(crate) type Vote = openraft::Vote<u64>;
pub(crate) type StorageError = openraft::StorageError<u64>;
pub(crate) type StorageIoError = openraft::StorageIOError<u64>;
pub(crate) type StoredMembership = openraft::StoredMembership<u64, EmptyNode>;
pub(crate) type SnapshotMeta = openraft::SnapshotMeta<u64, EmptyNode>;
pub(crate) type Snapshot = openraft::Snapshot<TypeConfig>;
pub(crate) type SnapshotData = Cursor<Vec<u8>>;
pub(crate) type AppendEntriesRequest = openraft::raft::AppendEntriesRequest<TypeConfig>;
pub(crate) type AppendEntriesResponse = openraft::raft::AppendEntriesResponse<u64>;
pub(crate) type VoteRequest = openraft::raft::VoteRequest<u64>;
pub(crate) type VoteResponse = openraft::raft::VoteResponse<u64>;
pub(crate) type InstallSnapshotRequest = openraft::raft::InstallSnapshotRequest<TypeConfig>;
pub(crate) type InstallSnapshotResponse = openraft::raft::InstallSnapshotResponse<u64>;
