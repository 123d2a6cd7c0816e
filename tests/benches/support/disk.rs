//! The disk: the yardstick that every round is held against, and files that the bare service appends to.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

const YARDSTICK_LASTS: Duration = Duration::from_secs(2);
const YARDSTICK_BYTES: usize = 4 * 1024;

/// How often a second 4 KiB are appended to a growing file and made durable, one after the other.
pub(crate) fn durable_appends(folder: &Path) -> io::Result<f64> {
    let path = folder.join("yardstick");
    let mut file = File::create(&path)?;
    let bytes = [0x5A; YARDSTICK_BYTES];
    let (begin, mut done) = (Instant::now(), 0_u32);
    while begin.elapsed() < YARDSTICK_LASTS {
        file.write_all(&bytes)?;
        file.sync_data()?;
        done += 1;
    }
    let rate = f64::from(done) / begin.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// Files that grow: each append has one to itself, so that appends at once need not wait for each other.
#[derive(Debug)]
pub(crate) struct GrowingFiles {
    folder: PathBuf,
    free: Mutex<Vec<NamedTempFile>>,
}

impl GrowingFiles {
    /// In this folder; made when they are needed.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), free: Mutex::default() }
    }

    /// Appends to one of them, durably.
    pub(crate) fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut file = match free {
            Some(file) => file,
            None => NamedTempFile::new_in(&self.folder)?,
        };
        file.write_all(bytes)?;
        file.as_file().sync_data()?;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        Ok(())
    }
}
