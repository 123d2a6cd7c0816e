//! `accounts` and `sessions`.

use enplan_domain::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::{Columns, number};
use crate::accounts::{Account, Session};
use crate::error::StorageError;

fn account_of(row: &SqliteRow) -> Result<Account, StorageError> {
    let columns = Columns::of("accounts", row);
    let roles = serde_json::from_str(columns.get("roles")?).map_err(|_| columns.malformed())?;
    Ok(Account {
        username: columns.get("username")?,
        display_name: columns.get("display_name")?,
        roles,
        unit: columns.get("unit")?,
        password_hash: columns.get("password_hash")?,
        failed_logins: columns.number("failed_logins")?,
        locked_until: columns.time_if_any("locked_until")?,
    })
}

pub(crate) async fn put(connection: &mut SqliteConnection, account: &Account) -> Result<(), sqlx::Error> {
    let roles = serde_json::to_string(&account.roles).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO accounts (username, display_name, roles, unit, password_hash, failed_logins, locked_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (username) DO UPDATE SET \
         display_name = excluded.display_name, roles = excluded.roles, unit = excluded.unit, \
         password_hash = excluded.password_hash, failed_logins = excluded.failed_logins, \
         locked_until = excluded.locked_until",
    )
    .bind(&account.username)
    .bind(&account.display_name)
    .bind(roles)
    .bind(&account.unit)
    .bind(&account.password_hash)
    .bind(number(account.failed_logins))
    .bind(account.locked_until.map(Timestamp::as_millisecond))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn is_there(
    connection: &mut SqliteConnection,
    username: &str,
) -> Result<bool, StorageError> {
    let row = sqlx::query("SELECT username FROM accounts WHERE username = $1")
        .bind(username)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

pub(crate) async fn failed_login(
    connection: &mut SqliteConnection,
    username: &str,
    locked_until: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE accounts SET failed_logins = failed_logins + 1, locked_until = $2 WHERE username = $1",
    )
    .bind(username)
    .bind(locked_until.map(Timestamp::as_millisecond))
    .execute(connection)
    .await?;
    Ok(())
}

/// A session, and with it the end of the account's failed logins and of every session that has run out.
pub(crate) async fn start_session(
    connection: &mut SqliteConnection,
    token_hash: [u8; 32],
    session: &Session,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET failed_logins = 0, locked_until = NULL WHERE username = $1")
        .bind(&session.username)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(session.started_at.as_millisecond())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO sessions (token_hash, username, started_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash.to_vec())
    .bind(&session.username)
    .bind(session.started_at.as_millisecond())
    .bind(session.expires_at.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn end_session(
    connection: &mut SqliteConnection,
    token_hash: [u8; 32],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash.to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn end_sessions_of(
    connection: &mut SqliteConnection,
    username: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE username = $1").bind(username).execute(connection).await?;
    Ok(())
}

pub(crate) async fn one(pool: &SqlitePool, username: &str) -> Result<Option<Account>, StorageError> {
    let row =
        sqlx::query("SELECT * FROM accounts WHERE username = $1").bind(username).fetch_optional(pool).await?;
    row.map(|row| account_of(&row)).transpose()
}

pub(crate) async fn all(pool: &SqlitePool) -> Result<Vec<Account>, StorageError> {
    let rows = sqlx::query("SELECT * FROM accounts ORDER BY username").fetch_all(pool).await?;
    rows.iter().map(account_of).collect()
}

pub(crate) async fn session(
    pool: &SqlitePool,
    token_hash: [u8; 32],
) -> Result<Option<Session>, StorageError> {
    let row = sqlx::query("SELECT username, started_at, expires_at FROM sessions WHERE token_hash = $1")
        .bind(token_hash.to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        let columns = Columns::of("sessions", &row);
        Ok(Session {
            username: columns.get("username")?,
            started_at: columns.time("started_at")?,
            expires_at: columns.time("expires_at")?,
        })
    })
    .transpose()
}
