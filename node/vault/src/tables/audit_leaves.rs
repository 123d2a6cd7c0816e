//! `audit_leaves` and its indices `audit_cases` and `audit_transfers`.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::{CaseId, TransferId};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};

use super::rows::{Binding, ManyRows};
use super::{Columns, number};
use crate::audit::AuditHead;
use crate::error::StorageError;

const TABLE: &str = "audit_leaves";

/// A leaf to be written.
pub(crate) struct NewLeaf<'w> {
    pub(crate) head: AuditHead,
    pub(crate) sealed: &'w [u8],
}

/// A leaf as it is stored.
pub(crate) struct LeafRow {
    pub(crate) position: u64,
    pub(crate) sealed: Vec<u8>,
    pub(crate) chain: [u8; 32],
}

fn leaf_row(row: &SqliteRow) -> Result<LeafRow, StorageError> {
    let columns = Columns::of(TABLE, row);
    Ok(LeafRow {
        position: columns.number("position")?,
        sealed: columns.get("leaf_sealed")?,
        chain: columns.bytes("chain")?,
    })
}

static LEAVES: ManyRows =
    ManyRows::insert("INSERT INTO audit_leaves (position, leaf_sealed, chain) VALUES", 3, "");
static CASES: ManyRows = ManyRows::insert("INSERT INTO audit_cases (case_id, position) VALUES", 2, "");
static TRANSFERS: ManyRows =
    ManyRows::insert("INSERT INTO audit_transfers (transfer_id, position) VALUES", 2, "");
static TRANSFERS_AGAIN: ManyRows = ManyRows::insert(
    "INSERT INTO audit_transfers (transfer_id, position) VALUES",
    2,
    "ON CONFLICT (transfer_id, position) DO NOTHING",
);

pub(crate) async fn append(
    connection: &mut SqliteConnection,
    leaves: &[NewLeaf<'_>],
    cases: &[(CaseId, u64)],
    transfers: &[(TransferId, u64)],
) -> Result<(), sqlx::Error> {
    LEAVES
        .execute(connection, leaves, |query, leaf| {
            query.bind(number(leaf.head.size)).bind(leaf.sealed.to_vec()).bind(leaf.head.head.to_vec())
        })
        .await?;
    CASES
        .execute(connection, cases, |query, (case, position)| {
            query.bind(case.to_bytes().to_vec()).bind(number(*position))
        })
        .await?;
    TRANSFERS.execute(connection, transfers, bind_transfer).await
}

/// Names handovers for leaves that are there; those that are named already stay.
pub(crate) async fn index_transfers(
    connection: &mut SqliteConnection,
    transfers: &[(TransferId, u64)],
) -> Result<(), sqlx::Error> {
    TRANSFERS_AGAIN.execute(connection, transfers, bind_transfer).await
}

fn bind_transfer(query: Binding<'static>, (transfer, position): &(TransferId, u64)) -> Binding<'static> {
    query.bind(transfer.to_bytes().to_vec()).bind(number(*position))
}

pub(crate) async fn head(executor: impl SqliteExecutor<'_>) -> Result<AuditHead, StorageError> {
    let row = sqlx::query("SELECT position, chain FROM audit_leaves ORDER BY position DESC LIMIT 1")
        .fetch_optional(executor)
        .await?;
    let Some(row) = row else { return Ok(AuditHead::EMPTY) };
    let columns = Columns::of(TABLE, &row);
    Ok(AuditHead { size: columns.number("position")?, head: columns.bytes("chain")? })
}

/// The chain at this position; zeros before the first.
pub(crate) async fn chain_at(pool: &SqlitePool, position: u64) -> Result<Option<[u8; 32]>, StorageError> {
    if position == 0 {
        return Ok(Some(AuditHead::EMPTY.head));
    }
    let row = sqlx::query("SELECT chain FROM audit_leaves WHERE position = $1")
        .bind(number(position))
        .fetch_optional(pool)
        .await?;
    row.map(|row| Columns::of(TABLE, &row).bytes("chain")).transpose()
}

pub(crate) async fn of_case(pool: &SqlitePool, case: CaseId) -> Result<Vec<LeafRow>, StorageError> {
    let rows = sqlx::query(
        "SELECT position, leaf_sealed, chain FROM audit_leaves WHERE position IN (\
         SELECT position FROM audit_cases WHERE case_id = $1 UNION \
         SELECT a.position FROM transfers t JOIN audit_transfers a ON a.transfer_id = t.transfer_id \
         WHERE t.case_id = $1) ORDER BY position",
    )
    .bind(case.to_bytes().to_vec())
    .fetch_all(pool)
    .await?;
    rows.iter().map(leaf_row).collect()
}

/// Leaves after a position, in order.
pub(crate) async fn page(
    executor: impl SqliteExecutor<'_>,
    after: u64,
    limit: u32,
) -> Result<Vec<LeafRow>, StorageError> {
    let rows = sqlx::query(
        "SELECT position, leaf_sealed, chain FROM audit_leaves WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(number(after))
    .bind(i64::from(limit))
    .fetch_all(executor)
    .await?;
    rows.iter().map(leaf_row).collect()
}

/// Which cases the index names for each leaf in a range of positions.
pub(crate) async fn index(
    pool: &SqlitePool,
    after: u64,
    to: u64,
) -> Result<BTreeMap<u64, BTreeSet<CaseId>>, StorageError> {
    let rows =
        sqlx::query("SELECT case_id, position FROM audit_cases WHERE position > $1 AND position <= $2")
            .bind(number(after))
            .bind(number(to))
            .fetch_all(pool)
            .await?;
    let mut index = BTreeMap::<u64, BTreeSet<CaseId>>::new();
    for row in &rows {
        let columns = Columns::of("audit_cases", row);
        let case = CaseId::from_bytes(columns.bytes("case_id")?);
        index.entry(columns.number("position")?).or_default().insert(case);
    }
    Ok(index)
}

/// Which handover the index names for each leaf in a range of positions.
pub(crate) async fn transfer_index(
    pool: &SqlitePool,
    after: u64,
    to: u64,
) -> Result<BTreeMap<u64, TransferId>, StorageError> {
    let rows = sqlx::query(
        "SELECT transfer_id, position FROM audit_transfers WHERE position > $1 AND position <= $2",
    )
    .bind(number(after))
    .bind(number(to))
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of("audit_transfers", row);
            Ok((columns.number("position")?, TransferId::from_bytes(columns.bytes("transfer_id")?)))
        })
        .collect()
}
