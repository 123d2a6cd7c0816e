//! All SQL, one file per table. Columns are TEXT, BIGINT and BLOB; numbers above `i64::MAX` do not occur.

pub(crate) mod accounts;
pub(crate) mod audit_leaves;
pub(crate) mod beside;
pub(crate) mod case_numbers;
pub(crate) mod cases;
pub(crate) mod code_systems;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod meta;
pub(crate) mod outbox;
pub(crate) mod packages;
pub(crate) mod plan_requests;
pub(crate) mod rows;
pub(crate) mod statistics;
pub(crate) mod transfers;

use enplan_domain::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};

use crate::error::StorageError;

/// Reads one row's columns, and says of which table when one is not what this vault writes.
pub(crate) struct Columns<'r> {
    table: &'static str,
    row: &'r SqliteRow,
}

impl<'r> Columns<'r> {
    pub(crate) fn of(table: &'static str, row: &'r SqliteRow) -> Self {
        Self { table, row }
    }

    pub(crate) fn malformed(&self) -> StorageError {
        StorageError::Malformed { table: self.table }
    }

    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T, StorageError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        self.row.try_get(column).map_err(|_| self.malformed())
    }

    /// A number that is never negative.
    pub(crate) fn number(&self, column: &'static str) -> Result<u64, StorageError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.malformed())
    }

    /// An id, or other bytes of a fixed length.
    pub(crate) fn bytes<const N: usize>(&self, column: &'static str) -> Result<[u8; N], StorageError> {
        self.get::<&[u8]>(column)?.try_into().map_err(|_| self.malformed())
    }

    pub(crate) fn bytes_if_any<const N: usize>(
        &self,
        column: &'static str,
    ) -> Result<Option<[u8; N]>, StorageError> {
        let bytes: Option<&[u8]> = self.get(column)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| self.malformed())).transpose()
    }

    /// An instant, in milliseconds.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StorageError> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|_| self.malformed())
    }

    pub(crate) fn time_if_any(&self, column: &'static str) -> Result<Option<Timestamp>, StorageError> {
        let time: Option<i64> = self.get(column)?;
        time.map(|time| Timestamp::from_millisecond(time).map_err(|_| self.malformed())).transpose()
    }
}

/// A number as a column holds it.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
