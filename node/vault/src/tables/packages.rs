//! `package_chunks`.

use enplan_domain::TransferId;
use enplan_domain::handover::Digest;
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};

use super::{Columns, number};
use crate::error::StorageError;

const TABLE: &str = "package_chunks";

/// A chunk of a whole package.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    transfer: TransferId,
    digest: Digest,
    starts_at: u64,
    ciphertext: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO package_chunks (transfer_id, digest, starts_at, ciphertext) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (transfer_id, digest, starts_at) DO UPDATE SET ciphertext = excluded.ciphertext",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(digest.0.to_vec())
    .bind(number(starts_at))
    .bind(ciphertext)
    .execute(connection)
    .await?;
    Ok(())
}

/// A chunk as it arrives: only where the ones that are here end. Elsewhere, nothing happens.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    transfer: TransferId,
    digest: Digest,
    starts_at: u64,
    ciphertext: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO package_chunks (transfer_id, digest, starts_at, ciphertext) SELECT $1, $2, $3, $4 \
         WHERE $3 = COALESCE((SELECT starts_at + LENGTH(ciphertext) FROM package_chunks \
         WHERE transfer_id = $1 AND digest = $2 ORDER BY starts_at DESC LIMIT 1), 0)",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(digest.0.to_vec())
    .bind(number(starts_at))
    .bind(ciphertext)
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops the handover's packages, all but one if one is to be kept.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    transfer: TransferId,
    keep: Option<Digest>,
) -> Result<(), sqlx::Error> {
    // No digest is empty: keeping the empty one keeps none.
    sqlx::query("DELETE FROM package_chunks WHERE transfer_id = $1 AND digest <> $2")
        .bind(transfer.to_bytes().to_vec())
        .bind(keep.map_or_else(Vec::new, |digest| digest.0.to_vec()))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many bytes are here: chunks follow each other without a gap.
pub(crate) async fn length(
    executor: impl SqliteExecutor<'_>,
    transfer: TransferId,
    digest: Digest,
) -> Result<u64, StorageError> {
    let row = sqlx::query(
        "SELECT starts_at + LENGTH(ciphertext) AS ends_at FROM package_chunks WHERE transfer_id = $1 AND digest = $2 \
         ORDER BY starts_at DESC LIMIT 1",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(digest.0.to_vec())
    .fetch_optional(executor)
    .await?;
    row.map_or(Ok(0), |row| Columns::of(TABLE, &row).number("ends_at"))
}

/// The chunks that start in a range, in order.
pub(crate) async fn chunks(
    pool: &SqlitePool,
    transfer: TransferId,
    digest: Digest,
    from: u64,
    before: u64,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let rows = sqlx::query(
        "SELECT ciphertext FROM package_chunks \
         WHERE transfer_id = $1 AND digest = $2 AND starts_at >= $3 AND starts_at < $4 ORDER BY starts_at",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(digest.0.to_vec())
    .bind(number(from))
    .bind(number(before))
    .fetch_all(pool)
    .await?;
    rows.iter().map(|row| Columns::of(TABLE, row).get("ciphertext")).collect()
}
