//! `cases`, `events` and `snapshots`.

use enplan_domain::{CaseHandle, CaseId, Epoch, Timestamp, TransferId};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, SqliteConnection, SqliteExecutor, SqlitePool};

use super::rows::ManyRows;
use super::{Columns, number};
use crate::error::StorageError;
use crate::prepare::PreparedCase;
use crate::reader::{CaseFilter, CaseRow, Holding};
use crate::write::Hold;

const TABLE: &str = "cases";

/// What the writer must know of a case before it changes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseState {
    pub(crate) handle: CaseHandle,
    pub(crate) epoch: Epoch,
    pub(crate) hold: Hold,
    pub(crate) version: u64,
    pub(crate) last_seq: u64,
}

/// A case as it is stored.
pub(crate) struct SealedCase {
    pub(crate) row: CaseRow,
    pub(crate) cpr_sealed: Vec<u8>,
    pub(crate) summary_sealed: Vec<u8>,
    pub(crate) snapshot: Option<(u64, Vec<u8>)>,
}

fn hold(columns: &Columns<'_>) -> Result<Hold, StorageError> {
    let transfer = columns.bytes_if_any("transfer_id")?.map(TransferId::from_bytes);
    Hold::from_parts(columns.get("hold")?, transfer).ok_or_else(|| columns.malformed())
}

fn case_row(row: &SqliteRow) -> Result<CaseRow, StorageError> {
    let columns = Columns::of(TABLE, row);
    Ok(CaseRow {
        case: CaseId::from_bytes(columns.bytes("case_id")?),
        handle: CaseHandle::from_bytes(columns.bytes("handle")?),
        epoch: Epoch(columns.number("epoch")?),
        hold: hold(&columns)?,
        version: columns.number("version")?,
        last_seq: columns.number("last_seq")?,
        unit: columns.get("unit")?,
        caseworker: columns.get("caseworker")?,
        updated_at: columns.time("updated_at")?,
    })
}

macro_rules! row_columns {
    () => {
        "case_id, handle, epoch, hold, transfer_id, version, last_seq, unit, caseworker, updated_at"
    };
}

static STATES: ManyRows = ManyRows::select(
    "SELECT case_id, handle, epoch, hold, transfer_id, version, last_seq FROM cases WHERE case_id IN (",
);
static BY_HANDLE: ManyRows = ManyRows::select("SELECT handle, case_id FROM cases WHERE handle IN (");

pub(crate) async fn states(
    connection: &mut SqliteConnection,
    cases: &[CaseId],
) -> Result<Vec<(CaseId, CaseState)>, StorageError> {
    let rows = STATES.fetch(connection, cases, |query, case| query.bind(case.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(TABLE, row);
            let state = CaseState {
                handle: CaseHandle::from_bytes(columns.bytes("handle")?),
                epoch: Epoch(columns.number("epoch")?),
                hold: hold(&columns)?,
                version: columns.number("version")?,
                last_seq: columns.number("last_seq")?,
            };
            Ok((CaseId::from_bytes(columns.bytes("case_id")?), state))
        })
        .collect()
}

pub(crate) async fn owners_of_handles(
    connection: &mut SqliteConnection,
    handles: &[CaseHandle],
) -> Result<Vec<(CaseHandle, CaseId)>, StorageError> {
    let rows =
        BY_HANDLE.fetch(connection, handles, |query, handle| query.bind(handle.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(TABLE, row);
            let handle = CaseHandle::from_bytes(columns.bytes("handle")?);
            Ok((handle, CaseId::from_bytes(columns.bytes("case_id")?)))
        })
        .collect()
}

static CASES: ManyRows = ManyRows::insert(
    "INSERT INTO cases (case_id, handle, epoch, hold, transfer_id, version, last_seq, unit, caseworker, updated_at, \
     cpr_sealed, summary_sealed) VALUES",
    12,
    "ON CONFLICT (case_id) DO UPDATE SET epoch = excluded.epoch, hold = excluded.hold, \
     transfer_id = excluded.transfer_id, version = excluded.version, last_seq = excluded.last_seq, \
     unit = excluded.unit, caseworker = excluded.caseworker, updated_at = excluded.updated_at, \
     cpr_sealed = excluded.cpr_sealed, summary_sealed = excluded.summary_sealed",
);
static EVENTS: ManyRows =
    ManyRows::insert("INSERT INTO events (case_id, seq, recorded_at, sealed) VALUES", 4, "");
static SNAPSHOTS: ManyRows = ManyRows::insert(
    "INSERT INTO snapshots (case_id, seq, sealed) VALUES",
    3,
    "ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, sealed = excluded.sealed",
);

/// Writes each case's row, which must be the last one of that case, ...
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    cases: &[&PreparedCase],
) -> Result<(), sqlx::Error> {
    CASES
        .execute(connection, cases, |query, case| {
            query
                .bind(case.case.to_bytes().to_vec())
                .bind(case.handle.to_bytes().to_vec())
                .bind(number(case.epoch.0))
                .bind(case.hold.name())
                .bind(case.hold.transfer().map(|transfer| transfer.to_bytes().to_vec()))
                .bind(number(case.version))
                .bind(number(case.last_seq))
                .bind(case.unit.clone())
                .bind(case.caseworker.clone())
                .bind(case.at.as_millisecond())
                .bind(case.cpr_sealed.clone())
                .bind(case.summary_sealed.clone())
        })
        .await
}

/// ... the events of every write ...
pub(crate) async fn append_events(
    connection: &mut SqliteConnection,
    cases: impl Iterator<Item = &PreparedCase>,
) -> Result<(), sqlx::Error> {
    let events: Vec<_> = cases
        .flat_map(|case| {
            let first = case.last_seq - case.events_sealed.len() as u64 + 1;
            (first..).zip(&case.events_sealed).map(move |(seq, sealed)| (case, seq, sealed))
        })
        .collect();
    EVENTS
        .execute(connection, &events, |query, (case, seq, sealed)| {
            query
                .bind(case.case.to_bytes().to_vec())
                .bind(number(*seq))
                .bind(case.at.as_millisecond())
                .bind((*sealed).clone())
        })
        .await
}

/// ... and each case's snapshot.
pub(crate) async fn put_snapshots(
    connection: &mut SqliteConnection,
    snapshots: &[(&PreparedCase, &Vec<u8>)],
) -> Result<(), sqlx::Error> {
    SNAPSHOTS
        .execute(connection, snapshots, |query, (case, sealed)| {
            query.bind(case.case.to_bytes().to_vec()).bind(number(case.last_seq)).bind((*sealed).clone())
        })
        .await
}

/// The version and last event number of a case.
pub(crate) async fn position(pool: &SqlitePool, case: CaseId) -> Result<Option<(u64, u64)>, StorageError> {
    let row = sqlx::query("SELECT version, last_seq FROM cases WHERE case_id = $1")
        .bind(case.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        let columns = Columns::of(TABLE, &row);
        Ok((columns.number("version")?, columns.number("last_seq")?))
    })
    .transpose()
}

/// A case with its snapshot, both of one version.
pub(crate) async fn sealed(pool: &SqlitePool, case: CaseId) -> Result<Option<SealedCase>, StorageError> {
    let row = sqlx::query(
        "SELECT c.case_id, c.handle, c.epoch, c.hold, c.transfer_id, c.version, c.last_seq, c.unit, c.caseworker, \
         c.updated_at, c.cpr_sealed, c.summary_sealed, s.seq AS snapshot_seq, s.sealed AS snapshot_sealed \
         FROM cases c LEFT JOIN snapshots s ON s.case_id = c.case_id WHERE c.case_id = $1",
    )
    .bind(case.to_bytes().to_vec())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let columns = Columns::of(TABLE, &row);
    let snapshot = match (columns.get::<Option<i64>>("snapshot_seq")?, columns.get("snapshot_sealed")?) {
        (Some(_), Some(sealed)) => Some((columns.number("snapshot_seq")?, sealed)),
        _ => None,
    };
    Ok(Some(SealedCase {
        row: case_row(&row)?,
        cpr_sealed: columns.get("cpr_sealed")?,
        summary_sealed: columns.get("summary_sealed")?,
        snapshot,
    }))
}

/// Events after one number and up to another, in order.
pub(crate) async fn events(
    pool: &SqlitePool,
    case: CaseId,
    after: u64,
    to: u64,
) -> Result<Vec<(u64, Timestamp, Vec<u8>)>, StorageError> {
    let rows = sqlx::query(
        "SELECT seq, recorded_at, sealed FROM events WHERE case_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
    )
    .bind(case.to_bytes().to_vec())
    .bind(number(after))
    .bind(number(to))
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of("events", row);
            Ok((columns.number("seq")?, columns.time("recorded_at")?, columns.get("sealed")?))
        })
        .collect()
}

pub(crate) async fn by_handle(
    pool: &SqlitePool,
    handle: CaseHandle,
) -> Result<Option<CaseRow>, StorageError> {
    let row = sqlx::query(concat!("SELECT ", row_columns!(), " FROM cases WHERE handle = $1"))
        .bind(handle.to_bytes().to_vec())
        .fetch_optional(pool)
        .await?;
    row.map(|row| case_row(&row)).transpose()
}

/// The cases that a number leads to: those of whoever has or had it, and those that their other numbers lead to.
pub(crate) async fn by_cpr(pool: &SqlitePool, cpr_index: [u8; 32]) -> Result<Vec<CaseRow>, StorageError> {
    let rows = sqlx::query(concat!(
        "WITH RECURSIVE numbers (cpr_index) AS (SELECT $1 UNION SELECT other.cpr_index FROM numbers \
         JOIN case_numbers known ON known.cpr_index = numbers.cpr_index \
         JOIN case_numbers other ON other.case_id = known.case_id) SELECT ",
        row_columns!(),
        " FROM cases WHERE case_id IN (\
         SELECT case_id FROM case_numbers WHERE cpr_index IN (SELECT cpr_index FROM numbers))"
    ))
    .bind(cpr_index.to_vec())
    .fetch_all(pool)
    .await?;
    rows.iter().map(case_row).collect()
}

pub(crate) async fn holdings(pool: &SqlitePool) -> Result<Vec<Holding>, StorageError> {
    let rows = sqlx::query("SELECT case_id, handle, epoch, hold, transfer_id FROM cases ORDER BY case_id")
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(TABLE, row);
            Ok(Holding {
                case: CaseId::from_bytes(columns.bytes("case_id")?),
                handle: CaseHandle::from_bytes(columns.bytes("handle")?),
                epoch: Epoch(columns.number("epoch")?),
                hold: hold(&columns)?,
            })
        })
        .collect()
}

/// A page of cases and their sealed summaries, by id.
pub(crate) async fn list(
    executor: impl SqliteExecutor<'_>,
    filter: &CaseFilter,
) -> Result<Vec<(CaseRow, Vec<u8>)>, StorageError> {
    let mut query =
        QueryBuilder::<Sqlite>::new(concat!("SELECT ", row_columns!(), ", summary_sealed FROM cases WHERE "));
    let mut conditions = query.separated(" AND ");
    conditions
        .push("case_id > ")
        .push_bind_unseparated(filter.after.map_or_else(Vec::new, |case| case.to_bytes().to_vec()));
    match (&filter.unit, &filter.caseworker) {
        (Some(unit), Some(caseworker)) => {
            conditions.push("(unit = ").push_bind_unseparated(unit.clone());
            conditions.push_unseparated(" OR caseworker = ").push_bind_unseparated(caseworker.clone());
            conditions.push_unseparated(")");
        }
        (Some(unit), None) => {
            conditions.push("unit = ").push_bind_unseparated(unit.clone());
        }
        (None, Some(caseworker)) => {
            conditions.push("caseworker = ").push_bind_unseparated(caseworker.clone());
        }
        (None, None) => {}
    }
    if !filter.handed_over_too {
        conditions.push("hold <> 'handed-over'");
    }
    query.push(" ORDER BY case_id LIMIT ").push_bind(i64::from(filter.limit));
    let rows = query.build().fetch_all(executor).await?;
    rows.iter().map(|row| Ok((case_row(row)?, Columns::of(TABLE, row).get("summary_sealed")?))).collect()
}
