//! `transfers`.

use enplan_domain::{CaseId, Timestamp, TransferId};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::rows::ManyRows;
use super::{Columns, number};
use crate::error::StorageError;
use crate::prepare::PreparedTransfer;
use crate::write::Side;

const TABLE: &str = "transfers";

/// A handover as it is stored.
pub(crate) struct SealedTransfer {
    pub(crate) transfer: TransferId,
    pub(crate) case: Option<CaseId>,
    pub(crate) side: Side,
    pub(crate) open: bool,
    pub(crate) version: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) state_sealed: Vec<u8>,
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Source => "source",
        Side::Destination => "destination",
    }
}

fn sealed_transfer(row: &SqliteRow) -> Result<SealedTransfer, StorageError> {
    let columns = Columns::of(TABLE, row);
    let side = match columns.get("side")? {
        "source" => Side::Source,
        "destination" => Side::Destination,
        _ => return Err(columns.malformed()),
    };
    Ok(SealedTransfer {
        transfer: TransferId::from_bytes(columns.bytes("transfer_id")?),
        case: columns.bytes_if_any("case_id")?.map(CaseId::from_bytes),
        side,
        open: columns.number("is_open")? == 1,
        version: columns.number("version")?,
        updated_at: columns.time("updated_at")?,
        state_sealed: columns.get("state_sealed")?,
    })
}

static VERSIONS: ManyRows =
    ManyRows::select("SELECT transfer_id, version FROM transfers WHERE transfer_id IN (");

pub(crate) async fn versions(
    connection: &mut SqliteConnection,
    transfers: &[TransferId],
) -> Result<Vec<(TransferId, u64)>, StorageError> {
    let rows = VERSIONS.fetch(connection, transfers, |query, id| query.bind(id.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(TABLE, row);
            Ok((TransferId::from_bytes(columns.bytes("transfer_id")?), columns.number("version")?))
        })
        .collect()
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    transfer: &PreparedTransfer,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO transfers (transfer_id, case_id, side, is_open, version, updated_at, state_sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (transfer_id) DO UPDATE SET case_id = excluded.case_id, \
         side = excluded.side, is_open = excluded.is_open, version = excluded.version, \
         updated_at = excluded.updated_at, state_sealed = excluded.state_sealed",
    )
    .bind(transfer.transfer.to_bytes().to_vec())
    .bind(transfer.case.map(|case| case.to_bytes().to_vec()))
    .bind(side_name(transfer.side))
    .bind(i64::from(transfer.open))
    .bind(number(transfer.expected.next()))
    .bind(transfer.at.as_millisecond())
    .bind(&transfer.state_sealed[..])
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn one(
    pool: &SqlitePool,
    transfer: TransferId,
) -> Result<Option<SealedTransfer>, StorageError> {
    let row = sqlx::query("SELECT * FROM transfers WHERE transfer_id = $1")
        .bind(transfer.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| sealed_transfer(&row)).transpose()
}

pub(crate) async fn all(pool: &SqlitePool, open_only: bool) -> Result<Vec<SealedTransfer>, StorageError> {
    let rows = sqlx::query("SELECT * FROM transfers WHERE is_open >= $1 ORDER BY transfer_id")
        .bind(i64::from(open_only))
        .fetch_all(pool)
        .await?;
    rows.iter().map(sealed_transfer).collect()
}
