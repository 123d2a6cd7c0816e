//! The tables of `keys.db`: `data_keys`, `node_keys`, `transfer_keys`, `escrow`.

use enplan_domain::handover::Digest;
use enplan_domain::{CaseId, Timestamp, TransferId};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteExecutor, SqlitePool};

use super::Columns;
use super::rows::ManyRows;
use crate::error::StorageError;
use crate::seal::KeyId;

/// A wrapped key as it is stored.
pub(crate) struct KeyRow {
    pub(crate) id: KeyId,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) check_value: Vec<u8>,
}

fn key_row(table: &'static str, row: &SqliteRow) -> Result<KeyRow, StorageError> {
    let columns = Columns::of(table, row);
    Ok(KeyRow {
        id: KeyId(columns.bytes("key_id")?),
        wrapped: columns.get("wrapped")?,
        check_value: columns.get("check_value")?,
    })
}

pub(crate) async fn data_key(pool: &SqlitePool, case: CaseId) -> Result<Option<KeyRow>, StorageError> {
    let row = sqlx::query("SELECT key_id, wrapped, check_value FROM data_keys WHERE case_id = $1")
        .bind(case.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| key_row("data_keys", &row)).transpose()
}

static DATA_KEYS: ManyRows =
    ManyRows::select("SELECT case_id, key_id, wrapped, check_value FROM data_keys WHERE case_id IN (");

pub(crate) async fn data_keys(
    pool: &SqlitePool,
    cases: &[CaseId],
) -> Result<Vec<(CaseId, KeyRow)>, StorageError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = pool.acquire().await?;
    let rows =
        DATA_KEYS.fetch(&mut connection, cases, |query, case| query.bind(case.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let case = CaseId::from_bytes(Columns::of("data_keys", row).bytes("case_id")?);
            Ok((case, key_row("data_keys", row)?))
        })
        .collect()
}

/// Keeps the key that is there already, if one is.
pub(crate) async fn put_data_key(
    pool: &SqlitePool,
    case: CaseId,
    row: &KeyRow,
    now: Timestamp,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO data_keys (case_id, key_id, wrapped, check_value, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(case.to_bytes().to_vec())
    .bind(row.id.0.to_vec())
    .bind(&row.wrapped[..])
    .bind(&row.check_value[..])
    .bind(now.as_millisecond())
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn node_key(pool: &SqlitePool, name: &str) -> Result<Option<KeyRow>, StorageError> {
    let row = sqlx::query("SELECT key_id, wrapped, check_value FROM node_keys WHERE name = $1")
        .bind(name)
        .fetch_optional(pool)
        .await?;
    row.map(|row| key_row("node_keys", &row)).transpose()
}

pub(crate) async fn put_node_key(
    executor: impl SqliteExecutor<'_>,
    name: &str,
    row: &KeyRow,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO node_keys (name, key_id, wrapped, check_value) VALUES ($1, $2, $3, $4)")
        .bind(name)
        .bind(row.id.0.to_vec())
        .bind(&row.wrapped[..])
        .bind(&row.check_value[..])
        .execute(executor)
        .await?;
    Ok(())
}

/// A handover's key pair as it is stored.
pub(crate) struct TransferKeyRow {
    pub(crate) public: Vec<u8>,
    pub(crate) private_sealed: Vec<u8>,
}

pub(crate) async fn transfer_key(
    pool: &SqlitePool,
    transfer: TransferId,
) -> Result<Option<TransferKeyRow>, StorageError> {
    let row = sqlx::query("SELECT public, private_sealed FROM transfer_keys WHERE transfer_id = $1")
        .bind(transfer.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        let columns = Columns::of("transfer_keys", &row);
        Ok(TransferKeyRow { public: columns.get("public")?, private_sealed: columns.get("private_sealed")? })
    })
    .transpose()
}

/// Keeps the key pair that is there already, if one is.
pub(crate) async fn put_transfer_key(
    pool: &SqlitePool,
    transfer: TransferId,
    row: &TransferKeyRow,
    now: Timestamp,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO transfer_keys (transfer_id, public, private_sealed, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (transfer_id) DO NOTHING",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(&row.public[..])
    .bind(&row.private_sealed[..])
    .bind(now.as_millisecond())
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn remove_transfer_key(pool: &SqlitePool, transfer: TransferId) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM transfer_keys WHERE transfer_id = $1")
        .bind(transfer.to_bytes().to_vec())
        .execute(pool)
        .await?;
    Ok(())
}

pub(crate) async fn put_escrow(
    pool: &SqlitePool,
    transfer: TransferId,
    digest: Digest,
    key_sealed: &[u8],
    now: Timestamp,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO escrow (transfer_id, digest, key_sealed, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (transfer_id, digest) DO NOTHING",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(digest.0.to_vec())
    .bind(key_sealed)
    .bind(now.as_millisecond())
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn escrow(
    pool: &SqlitePool,
    transfer: TransferId,
    digest: Digest,
) -> Result<Option<Vec<u8>>, StorageError> {
    let row = sqlx::query("SELECT key_sealed FROM escrow WHERE transfer_id = $1 AND digest = $2")
        .bind(transfer.to_bytes().to_vec())
        .bind(digest.0.to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| Columns::of("escrow", &row).get("key_sealed")).transpose()
}

pub(crate) async fn remove_escrow(pool: &SqlitePool, transfer: TransferId) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM escrow WHERE transfer_id = $1")
        .bind(transfer.to_bytes().to_vec())
        .execute(pool)
        .await?;
    Ok(())
}
