//! The floor below the vault: SQLite itself, as the vault sets it up (write-ahead log, durable at each commit), driven
//! directly by one thread.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::support::load::Measured;

const ROW_BYTES: usize = 2_000;

/// Rows of 2 KB, so many to a commit. The rate is of rows, the times are of commits.
pub(crate) fn rows(folder: &Path, rows_per_commit: u32, lasting: Duration) -> anyhow::Result<Measured> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut connection = Connection::open(folder.path().join("floor.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT", [])?;
    let bytes = [0x5A_u8; ROW_BYTES];
    let (begin, mut took) = (Instant::now(), Vec::new());
    while begin.elapsed() < lasting {
        let commit = Instant::now();
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO rows (bytes) VALUES (?1)")?;
            for _ in 0..rows_per_commit {
                insert.execute(params![bytes])?;
            }
        }
        transaction.commit()?;
        took.push(commit.elapsed());
    }
    let commits = Measured::of(took, begin.elapsed());
    Ok(Measured { rate: commits.rate * f64::from(rows_per_commit), ..commits })
}
