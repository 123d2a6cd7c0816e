//! What a database error means for the vault: try again, wait for room, or stop for good.

use sqlx::Error;

/// `SQLITE_IOERR_SHMSIZE`: the shared-memory file could not grow, which is what a full disk looks like there.
const SHARED_MEMORY_COULD_NOT_GROW: i32 = 4874;

/// The meaning of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No room on the disk: nothing was written, and it works again when there is room.
    Full,
    /// The disk or the file failed. Never write again.
    Fatal,
    /// Anything else: this statement alone was wrong.
    Other,
}

/// What this error means.
pub(crate) fn classify(error: &Error) -> Kind {
    match error {
        Error::Database(inner) => {
            inner.code().and_then(|code| code.parse().ok()).map_or(Kind::Other, of_code)
        }
        // The connection's own thread is gone: what it was doing is in doubt.
        Error::WorkerCrashed | Error::Io(_) => Kind::Fatal,
        _ => Kind::Other,
    }
}

/// By SQLite's extended result code, whose low byte is the primary one.
fn of_code(code: i32) -> Kind {
    const IO_ERROR: i32 = 10;
    const CORRUPT: i32 = 11;
    const FULL: i32 = 13;
    const NOT_A_DATABASE: i32 = 26;
    match code & 0xff {
        FULL => Kind::Full,
        _ if code == SHARED_MEMORY_COULD_NOT_GROW => Kind::Full,
        IO_ERROR | CORRUPT | NOT_A_DATABASE => Kind::Fatal,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_fsync_stops_the_vault_and_a_full_disk_does_not() {
        let fsync = 1034;
        assert_eq!(of_code(fsync), Kind::Fatal);
        assert_eq!(of_code(10), Kind::Fatal);
        assert_eq!(of_code(11), Kind::Fatal);
        assert_eq!(of_code(13), Kind::Full);
        assert_eq!(of_code(SHARED_MEMORY_COULD_NOT_GROW), Kind::Full);
        let unique = 2067;
        assert_eq!(of_code(unique), Kind::Other);
    }
}
