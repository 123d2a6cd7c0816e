//! `code_systems`.

use sqlx::{SqliteConnection, SqlitePool};

use super::Columns;
use crate::code_systems::StoredCodeSystem;
use crate::error::StorageError;

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    system: &StoredCodeSystem,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO code_systems (url, loaded_at, loaded_by, content) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (url) DO UPDATE SET loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by, \
         content = excluded.content",
    )
    .bind(&system.url)
    .bind(system.loaded_at.as_millisecond())
    .bind(&system.loaded_by)
    .bind(&system.content)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<StoredCodeSystem>, StorageError> {
    let rows = sqlx::query("SELECT * FROM code_systems ORDER BY url").fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of("code_systems", row);
            Ok(StoredCodeSystem {
                url: columns.get("url")?,
                loaded_at: columns.time("loaded_at")?,
                loaded_by: columns.get("loaded_by")?,
                content: columns.get("content")?,
            })
        })
        .collect()
}
