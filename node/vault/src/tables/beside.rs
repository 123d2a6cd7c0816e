//! What is kept beside the plan of a case, one record of each sort: `relocations` and `received_statements`.

use std::collections::HashSet;

use enplan_domain::{CaseId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::rows::ManyRows;
use super::{Columns, number};
use crate::error::StorageError;
use crate::prepare::PreparedBeside;
use crate::seal::Place;

/// A sort of record beside a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Beside {
    /// Where the citizen has moved.
    Moves,
    /// What reports have said of others.
    Statements,
}

/// How a sort of record lies in the database.
struct Table {
    name: &'static str,
    sealed: &'static str,
    versions: ManyRows,
    put: &'static str,
    one: &'static str,
    cases: &'static str,
    waiting: &'static str,
}

static MOVES: Table = Table {
    name: "relocations",
    sealed: "moves_sealed",
    versions: ManyRows::select("SELECT case_id, version FROM relocations WHERE case_id IN ("),
    put: "INSERT INTO relocations (case_id, is_waiting, version, updated_at, moves_sealed) \
          VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id) DO UPDATE SET is_waiting = excluded.is_waiting, \
          version = excluded.version, updated_at = excluded.updated_at, moves_sealed = excluded.moves_sealed",
    one: "SELECT * FROM relocations WHERE case_id = $1",
    cases: "SELECT case_id FROM relocations WHERE is_waiting >= $1",
    waiting: "SELECT * FROM relocations WHERE is_waiting = 1 ORDER BY case_id",
};

static STATEMENTS: Table = Table {
    name: "received_statements",
    sealed: "statements_sealed",
    versions: ManyRows::select("SELECT case_id, version FROM received_statements WHERE case_id IN ("),
    put: "INSERT INTO received_statements (case_id, is_waiting, version, updated_at, statements_sealed) \
          VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id) DO UPDATE SET is_waiting = excluded.is_waiting, \
          version = excluded.version, updated_at = excluded.updated_at, statements_sealed = excluded.statements_sealed",
    one: "SELECT * FROM received_statements WHERE case_id = $1",
    cases: "SELECT case_id FROM received_statements WHERE is_waiting >= $1",
    waiting: "SELECT * FROM received_statements WHERE is_waiting = 1 ORDER BY case_id",
};

/// A record as it is stored.
pub(crate) struct SealedBeside {
    pub(crate) case: CaseId,
    pub(crate) is_waiting: bool,
    pub(crate) version: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) sealed: Vec<u8>,
}

impl Beside {
    /// Every sort.
    pub(crate) const ALL: [Self; 2] = [Self::Moves, Self::Statements];

    fn table(self) -> &'static Table {
        match self {
            Self::Moves => &MOVES,
            Self::Statements => &STATEMENTS,
        }
    }

    /// Where the record of a case lives.
    pub(crate) fn place(self, case: &[u8; 16], version: u64) -> Place<'_> {
        let table = self.table();
        Place { table: table.name, column: table.sealed, row: case, version }
    }
}

pub(crate) async fn versions(
    connection: &mut SqliteConnection,
    which: Beside,
    cases: &[CaseId],
) -> Result<Vec<(CaseId, u64)>, StorageError> {
    let table = which.table();
    let rows =
        table.versions.fetch(connection, cases, |query, case| query.bind(case.to_bytes().to_vec())).await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::of(table.name, row);
            Ok((CaseId::from_bytes(columns.bytes("case_id")?), columns.number("version")?))
        })
        .collect()
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    record: &PreparedBeside,
) -> Result<(), sqlx::Error> {
    sqlx::query(record.which.table().put)
        .bind(record.case.to_bytes().to_vec())
        .bind(i64::from(record.is_waiting))
        .bind(number(record.expected.next()))
        .bind(record.at.as_millisecond())
        .bind(&record.sealed[..])
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn of_case(
    pool: &SqlitePool,
    which: Beside,
    case: CaseId,
) -> Result<Option<SealedBeside>, StorageError> {
    let table = which.table();
    let row = sqlx::query(table.one).bind(case.to_bytes().to_vec()).fetch_optional(pool).await?;
    row.map(|row| sealed(table, &row)).transpose()
}

/// The records where something waits.
pub(crate) async fn waiting(pool: &SqlitePool, which: Beside) -> Result<Vec<SealedBeside>, StorageError> {
    let table = which.table();
    let rows = sqlx::query(table.waiting).fetch_all(pool).await?;
    rows.iter().map(|row| sealed(table, row)).collect()
}

fn sealed(table: &Table, row: &SqliteRow) -> Result<SealedBeside, StorageError> {
    let columns = Columns::of(table.name, row);
    Ok(SealedBeside {
        case: CaseId::from_bytes(columns.bytes("case_id")?),
        is_waiting: columns.number("is_waiting")? == 1,
        version: columns.number("version")?,
        updated_at: columns.time("updated_at")?,
        sealed: columns.get(table.sealed)?,
    })
}

pub(crate) async fn cases(
    pool: &SqlitePool,
    which: Beside,
    waiting_only: bool,
) -> Result<HashSet<CaseId>, StorageError> {
    let table = which.table();
    let rows = sqlx::query(table.cases).bind(i64::from(waiting_only)).fetch_all(pool).await?;
    rows.iter().map(|row| Ok(CaseId::from_bytes(Columns::of(table.name, row).bytes("case_id")?))).collect()
}
