//! `relocations` and `plan_requests`.

use std::collections::HashSet;

use enplan_domain::{CaseId, RequestId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::rows::ManyRows;
use super::{Columns, number};
use crate::error::StorageError;
use crate::prepare::{PreparedMoves, PreparedRequest};

const MOVES: &str = "relocations";
const REQUESTS: &str = "plan_requests";

/// A case's moves as they are stored.
pub(crate) struct SealedMoves {
    pub(crate) case: CaseId,
    pub(crate) is_waiting: bool,
    pub(crate) version: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) moves_sealed: Vec<u8>,
}

/// A request as it is stored.
pub(crate) struct SealedRequest {
    pub(crate) request: RequestId,
    pub(crate) version: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) request_sealed: Vec<u8>,
}

static VERSIONS: ManyRows = ManyRows::select("SELECT case_id, version FROM relocations WHERE case_id IN (");

pub(crate) async fn versions(
    connection: &mut SqliteConnection,
    cases: &[CaseId],
) -> Result<Vec<(CaseId, u64)>, StorageError> {
    let rows = VERSIONS.fetch(connection, cases, |query, case| query.bind(case.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(MOVES, row);
            Ok((CaseId::from_bytes(columns.bytes("case_id")?), columns.number("version")?))
        })
        .collect()
}

pub(crate) async fn put(connection: &mut SqliteConnection, moves: &PreparedMoves) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO relocations (case_id, is_waiting, version, updated_at, moves_sealed) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id) DO UPDATE SET is_waiting = excluded.is_waiting, \
         version = excluded.version, updated_at = excluded.updated_at, moves_sealed = excluded.moves_sealed",
    )
    .bind(moves.case.to_bytes().to_vec())
    .bind(i64::from(moves.is_waiting))
    .bind(number(moves.expected.next()))
    .bind(moves.at.as_millisecond())
    .bind(&moves.moves_sealed[..])
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn put_request(
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

pub(crate) async fn moves_of(pool: &SqlitePool, case: CaseId) -> Result<Option<SealedMoves>, StorageError> {
    let row = sqlx::query("SELECT * FROM relocations WHERE case_id = $1")
        .bind(case.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| sealed_moves(&row)).transpose()
}

pub(crate) async fn waiting(pool: &SqlitePool) -> Result<Vec<SealedMoves>, StorageError> {
    let rows = sqlx::query("SELECT * FROM relocations WHERE is_waiting = 1 ORDER BY case_id")
        .fetch_all(pool)
        .await?;
    rows.iter().map(sealed_moves).collect()
}

fn sealed_moves(row: &SqliteRow) -> Result<SealedMoves, StorageError> {
    let columns = Columns::of(MOVES, row);
    Ok(SealedMoves {
        case: CaseId::from_bytes(columns.bytes("case_id")?),
        is_waiting: columns.number("is_waiting")? == 1,
        version: columns.number("version")?,
        updated_at: columns.time("updated_at")?,
        moves_sealed: columns.get("moves_sealed")?,
    })
}

pub(crate) async fn cases(pool: &SqlitePool, waiting_only: bool) -> Result<HashSet<CaseId>, StorageError> {
    let rows = sqlx::query("SELECT case_id FROM relocations WHERE is_waiting >= $1")
        .bind(i64::from(waiting_only))
        .fetch_all(pool)
        .await?;
    rows.iter().map(|row| Ok(CaseId::from_bytes(Columns::of(MOVES, row).bytes("case_id")?))).collect()
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
