//! `plan_requests`.

use enplan_domain::{RequestId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::{Columns, number};
use crate::error::StorageError;
use crate::prepare::PreparedRequest;

const REQUESTS: &str = "plan_requests";

/// A request as it is stored.
pub(crate) struct SealedRequest {
    pub(crate) request: RequestId,
    pub(crate) version: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) request_sealed: Vec<u8>,
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    request: &PreparedRequest,
) -> Result<(), sqlx::Error> {
    let query = match request {
        PreparedRequest::Put { request, version, at, request_sealed } => sqlx::query(
            "INSERT INTO plan_requests (request_id, version, updated_at, request_sealed) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (request_id) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at, \
             request_sealed = excluded.request_sealed",
        )
        .bind(request.to_bytes().to_vec())
        .bind(number(*version))
        .bind(at.as_millisecond())
        .bind(&request_sealed[..]),
        PreparedRequest::Remove { request } => {
            sqlx::query("DELETE FROM plan_requests WHERE request_id = $1").bind(request.to_bytes().to_vec())
        }
    };
    query.execute(connection).await?;
    Ok(())
}

fn sealed_request(row: &SqliteRow) -> Result<SealedRequest, StorageError> {
    let columns = Columns::of(REQUESTS, row);
    Ok(SealedRequest {
        request: RequestId::from_bytes(columns.bytes("request_id")?),
        version: columns.number("version")?,
        updated_at: columns.time("updated_at")?,
        request_sealed: columns.get("request_sealed")?,
    })
}

pub(crate) async fn request(
    pool: &SqlitePool,
    request: RequestId,
) -> Result<Option<SealedRequest>, StorageError> {
    let row = sqlx::query("SELECT * FROM plan_requests WHERE request_id = $1")
        .bind(request.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| sealed_request(&row)).transpose()
}

pub(crate) async fn requests(pool: &SqlitePool) -> Result<Vec<SealedRequest>, StorageError> {
    let rows =
        sqlx::query("SELECT * FROM plan_requests ORDER BY updated_at, request_id").fetch_all(pool).await?;
    rows.iter().map(sealed_request).collect()
}
