//! Files with certificates and keys: never overwritten, and private where they must be.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// A file with a certificate or a key could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is missing, or the node may not read it.
    #[error("{} cannot be read: check the path, and that the node's user may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk or the folder refused it.
    #[error("{} cannot be written: check that the folder is there, writable and not full", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a file already. A key or an authority is never overwritten.
    #[error("{} is there already and is never overwritten: choose another place, or move it away first", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A key that others than its owner may read is no secret.
    #[error("{} may be read by others than its owner (mode {mode:04o}): run chmod 600 on it, and consider the key known", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// Who may read a file that is written here.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Readers {
    /// The owner alone: a private key.
    Owner,
    /// Everyone: a certificate.
    Everyone,
}

/// Writes a file that was not there, durably, or leaves none behind.
pub(crate) fn write_new(path: &Path, contents: &[u8], readers: Readers) -> Result<(), FileError> {
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::Everyone => 0o644,
    };
    let unwritable = |source| FileError::Unwritable { path: path.to_owned(), source };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(
        |source| match source.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists { path: path.to_owned() },
            _ => unwritable(source),
        },
    )?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(|source| {
        // The file is ours and half written. If it cannot be removed either, the first error is the one to tell.
        let _ = std::fs::remove_file(path);
        unwritable(source)
    })
}

/// Reads a file that anyone may read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(|source| FileError::Unreadable { path: path.to_owned(), source })
}

/// The bits that let the group and everybody else in.
const OTHERS: u32 = 0o077;

/// Whether nobody but the owner, and the service it was handed to, may read it. systemd hands a service its credentials
/// as root's files with mode 0440, opened to that service by an access list: the group's bit is then the list's, and the
/// group is root.
fn is_private(owner: u32, mode: u32) -> bool {
    let is_credential = owner == 0 && mode == 0o440 && !rustix::process::geteuid().is_root();
    is_credential || mode & OTHERS == 0
}

/// Reads a private key's file, refused if others than its owner may read it. Its bytes are wiped when they are dropped.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    // Asked of the open file, not of the path: it cannot be exchanged in between.
    let about = file.metadata().map_err(unreadable)?;
    let mode = about.mode() & 0o7777;
    if !is_private(about.uid(), mode) {
        return Err(FileError::NotPrivate { path: path.to_owned(), mode });
    }
    // With room for all of it from the start, no half-read copy is left behind by a growing buffer.
    let room = usize::try_from(about.len()).unwrap_or_default().saturating_add(1);
    let mut contents = Zeroizing::new(Vec::with_capacity(room));
    file.read_to_end(&mut contents).map_err(unreadable)?;
    Ok(contents)
}
