//! Many rows in one statement: what makes a shared transaction cheaper than many.
//!
//! Each statement is a trip to the database's thread, so a batch is cut into a few statements of fixed sizes, the
//! largest first. The sizes are fixed so that every statement is prepared once.

use std::sync::{Arc, OnceLock};

use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, SqliteConnection};

const SIZES: [usize; 8] = [128, 64, 32, 16, 8, 4, 2, 1];

/// A statement that is being given its values.
pub(crate) type Binding<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// A statement over a list of rows: `head (..), (..) tail`.
pub(crate) struct ManyRows {
    head: &'static str,
    /// How many values a row has.
    width: usize,
    tail: &'static str,
    /// Whether each row stands in brackets, as in `VALUES`, or bare, as in `IN (..)`.
    bracketed: bool,
    texts: [OnceLock<Arc<str>>; SIZES.len()],
}

impl ManyRows {
    /// `head` ends with `VALUES`.
    pub(crate) const fn insert(head: &'static str, width: usize, tail: &'static str) -> Self {
        Self { head, width, tail, bracketed: true, texts: [const { OnceLock::new() }; SIZES.len()] }
    }

    /// `head` ends with `IN (`.
    pub(crate) const fn select(head: &'static str) -> Self {
        Self { head, width: 1, tail: ")", bracketed: false, texts: [const { OnceLock::new() }; SIZES.len()] }
    }

    fn text(&self, size: usize) -> Arc<str> {
        let make = || {
            let mut parameter = 0;
            let rows: Vec<String> = (0..SIZES[size])
                .map(|_| {
                    let mut next = || {
                        parameter += 1;
                        format!("${parameter}")
                    };
                    let row = (0..self.width).map(|_| next()).collect::<Vec<_>>().join(", ");
                    if self.bracketed { format!("({row})") } else { row }
                })
                .collect();
            format!("{} {} {}", self.head, rows.join(", "), self.tail).into()
        };
        self.texts[size].get_or_init(make).clone()
    }

    /// Cuts the rows into statements and gives each its values.
    fn statements<'r, R>(
        &self,
        mut rows: &'r [R],
        mut bind: impl FnMut(Binding<'static>, &'r R) -> Binding<'static>,
    ) -> Vec<Binding<'static>> {
        let mut statements = Vec::new();
        for (size, &length) in SIZES.iter().enumerate() {
            while let Some((these, rest)) = rows.split_at_checked(length) {
                let statement = sqlx::query(AssertSqlSafe(self.text(size)));
                statements.push(these.iter().fold(statement, &mut bind));
                rows = rest;
            }
        }
        statements
    }

    /// Writes the rows.
    pub(crate) async fn execute<'r, R>(
        &self,
        connection: &mut SqliteConnection,
        rows: &'r [R],
        bind: impl FnMut(Binding<'static>, &'r R) -> Binding<'static>,
    ) -> Result<(), sqlx::Error> {
        for statement in self.statements(rows, bind) {
            statement.execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Reads the rows with these keys.
    pub(crate) async fn fetch<'r, R>(
        &self,
        connection: &mut SqliteConnection,
        keys: &'r [R],
        bind: impl FnMut(Binding<'static>, &'r R) -> Binding<'static>,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut found = Vec::new();
        for statement in self.statements(keys, bind) {
            found.extend(statement.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }
}
