//! `statistics`.

use enplan_domain::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::{Columns, number};
use crate::error::StorageError;

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    epoch: &str,
    version: u64,
    at: Timestamp,
    sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO statistics (epoch, version, frozen_at, frozen_sealed) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (epoch) DO UPDATE SET version = excluded.version, frozen_at = excluded.frozen_at, \
         frozen_sealed = excluded.frozen_sealed",
    )
    .bind(epoch)
    .bind(number(version))
    .bind(at.as_millisecond())
    .bind(sealed)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn frozen(pool: &SqlitePool, epoch: &str) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
    let row =
        sqlx::query("SELECT * FROM statistics WHERE epoch = $1").bind(epoch).fetch_optional(pool).await?;
    row.map(|row| {
        let columns = Columns::of("statistics", &row);
        Ok((columns.number("version")?, columns.get("frozen_sealed")?))
    })
    .transpose()
}
