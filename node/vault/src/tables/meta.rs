//! `meta`, in both databases: what a database says of itself.

use std::collections::HashMap;

use sqlx::{SqliteConnection, SqliteExecutor};

use super::Columns;
use crate::error::StorageError;

/// Set while the vault is in quarantine; its value is the reason.
pub(crate) const QUARANTINE: &str = "quarantine";
/// Set by a migration, until the leaves that are older than their index by handover are in it.
pub(crate) const HANDOVERS_TO_INDEX: &str = "handovers_to_index";

pub(crate) async fn read(executor: impl SqliteExecutor<'_>) -> Result<HashMap<String, String>, StorageError> {
    let rows = sqlx::query("SELECT name, value FROM meta").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of("meta", row);
            Ok((columns.get("name")?, columns.get("value")?))
        })
        .collect()
}

pub(crate) async fn put(
    executor: impl SqliteExecutor<'_>,
    name: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(executor)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM meta WHERE name = $1").bind(name).execute(connection).await?;
    Ok(())
}
