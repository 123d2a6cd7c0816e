//! `inbox`.

use enplan_domain::{Kommunekode, RequestId};
use sqlx::{SqliteConnection, SqlitePool};

use super::Columns;
use crate::error::StorageError;
use crate::prepare::PreparedMark;

pub(crate) async fn put(connection: &mut SqliteConnection, mark: &PreparedMark) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO inbox (sender, request_id, received_at, reply_sealed) VALUES ($1, $2, $3, $4)")
        .bind(mark.from.to_string())
        .bind(mark.request.to_bytes().to_vec())
        .bind(mark.at.as_millisecond())
        .bind(&mark.reply_sealed[..])
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn is_there(
    connection: &mut SqliteConnection,
    from: Kommunekode,
    request: RequestId,
) -> Result<bool, StorageError> {
    let row = sqlx::query("SELECT received_at FROM inbox WHERE sender = $1 AND request_id = $2")
        .bind(from.to_string())
        .bind(request.to_bytes().to_vec())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

pub(crate) async fn reply(
    pool: &SqlitePool,
    from: Kommunekode,
    request: RequestId,
) -> Result<Option<Vec<u8>>, StorageError> {
    let row = sqlx::query("SELECT reply_sealed FROM inbox WHERE sender = $1 AND request_id = $2")
        .bind(from.to_string())
        .bind(request.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| Columns::of("inbox", &row).get("reply_sealed")).transpose()
}
