//! `outbox`.

use enplan_domain::{Timestamp, TransferId};
use sqlx::{SqliteConnection, SqlitePool};

use super::Columns;
use crate::error::StorageError;
use crate::outbox::OutboxRow;
use crate::write::OutboxWrite;

pub(crate) async fn apply(connection: &mut SqliteConnection, write: &OutboxWrite) -> Result<(), sqlx::Error> {
    let query = match write {
        OutboxWrite::Put { transfer, kind, next_attempt } => sqlx::query(
            "INSERT INTO outbox (transfer_id, kind, next_attempt, attempts) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (transfer_id, kind) DO UPDATE SET next_attempt = excluded.next_attempt, attempts = 0",
        )
        .bind(transfer.to_bytes().to_vec())
        .bind(kind)
        .bind(next_attempt.as_millisecond()),
        OutboxWrite::Remove { transfer, kind } => {
            sqlx::query("DELETE FROM outbox WHERE transfer_id = $1 AND kind = $2")
                .bind(transfer.to_bytes().to_vec())
                .bind(kind)
        }
        OutboxWrite::Clear { transfer } => {
            sqlx::query("DELETE FROM outbox WHERE transfer_id = $1").bind(transfer.to_bytes().to_vec())
        }
    };
    query.execute(connection).await?;
    Ok(())
}

pub(crate) async fn postpone(
    connection: &mut SqliteConnection,
    transfer: TransferId,
    kind: &str,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE outbox SET next_attempt = $3, attempts = attempts + 1 WHERE transfer_id = $1 AND kind = $2",
    )
    .bind(transfer.to_bytes().to_vec())
    .bind(kind)
    .bind(until.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// What is due by an instant, the longest due first.
pub(crate) async fn due(
    pool: &SqlitePool,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OutboxRow>, StorageError> {
    let rows = sqlx::query(
        "SELECT transfer_id, kind, next_attempt, attempts FROM outbox WHERE next_attempt <= $1 \
         ORDER BY next_attempt, transfer_id, kind LIMIT $2",
    )
    .bind(now.as_millisecond())
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of("outbox", row);
            Ok(OutboxRow {
                transfer: TransferId::from_bytes(columns.bytes("transfer_id")?),
                kind: columns.get("kind")?,
                next_attempt: columns.time("next_attempt")?,
                attempts: columns.number("attempts")?,
            })
        })
        .collect()
}

/// When the next thing is due, if anything is waiting.
pub(crate) async fn next_due(pool: &SqlitePool) -> Result<Option<Timestamp>, StorageError> {
    let row = sqlx::query("SELECT MIN(next_attempt) AS next_attempt FROM outbox").fetch_one(pool).await?;
    Columns::of("outbox", &row).time_if_any("next_attempt")
}
