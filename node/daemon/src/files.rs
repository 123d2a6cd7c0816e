//! Files that the node's own commands write and read: never overwritten, and private where they must be.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// A file or folder could not be written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It is there already.
    #[error("{} is there already and is never overwritten: choose another place, or move it away first", .0.display())]
    Exists(PathBuf),
    /// It is missing, or this user may not read it.
    #[error("{} cannot be read: check the path, and that this user may read it", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// The disk or the folder refused it.
    #[error("{} cannot be written: check that the folder is there, writable and not full", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    /// A secret that others may read is none.
    #[error("{} may be read by others than its owner (mode {:04o}): run chmod 600 on it, and consider the secret known", .0.display(), .1)]
    NotPrivate(PathBuf, u32),
}

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner alone: a secret.
    Owner,
    /// Everyone.
    Everyone,
}

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everyone => 0o644,
        }
    }
}

/// Makes a folder, and those above it, for their owner alone. One that is there is left as it is.
pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| FileError::Unwritable(path.to_owned(), error))
}

/// Writes a file that was not there, durably, or leaves none behind.
pub(crate) fn write_new(path: &Path, contents: &[u8], readers: Readers) -> Result<(), FileError> {
    let unwritable = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists(path.to_owned()),
        _ => FileError::Unwritable(path.to_owned(), error),
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(readers.mode())
        .open(path)
        .map_err(unwritable)?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(|error| {
        // The file is ours and half written. If it cannot be removed either, the first error is the one to tell.
        let _ = fs::remove_file(path);
        unwritable(error)
    })
}

/// Puts a file in place whole: a reader sees the former one or this one, never a part.
pub(crate) fn replace(path: &Path, contents: &[u8], readers: Readers) -> Result<(), FileError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // One left by a process that was killed holds nothing that anybody relies on.
    let _ = fs::remove_file(&beside);
    write_new(&beside, contents, readers)?;
    fs::rename(&beside, path).map_err(|error| {
        let _ = fs::remove_file(&beside);
        FileError::Unwritable(path.to_owned(), error)
    })
}

/// Reads a file with a secret. Refused if others than its owner may read it. Its bytes are wiped when they are dropped.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let unreadable = |error| FileError::Unreadable(path.to_owned(), error);
    let mut file = File::open(path).map_err(unreadable)?;
    // Asked of the open file, not of the path: it cannot be exchanged in between.
    let about = file.metadata().map_err(unreadable)?;
    let mode = about.mode() & 0o7777;
    if !is_private(about.uid(), mode) {
        return Err(FileError::NotPrivate(path.to_owned(), mode));
    }
    let room = usize::try_from(about.len()).unwrap_or_default().saturating_add(1);
    let mut contents = Zeroizing::new(Vec::with_capacity(room));
    file.read_to_end(&mut contents).map_err(unreadable)?;
    Ok(contents)
}

/// The bits that let the group and everybody else in.
const OTHERS: u32 = 0o077;

/// systemd hands a service its credentials as root's files with mode 0440, opened to that service by an access list: the
/// group's bit is then the list's, and the group is root.
fn is_private(owner: u32, mode: u32) -> bool {
    let is_credential = owner == 0 && mode == 0o440 && !rustix::process::geteuid().is_root();
    is_credential || mode & OTHERS == 0
}

/// Reads a file of text that is no secret.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|error| FileError::Unreadable(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, b"first", Readers::Owner).unwrap();
        assert!(matches!(write_new(&path, b"second", Readers::Owner), Err(FileError::Exists(_))));
        assert_eq!(&**read_private(&path).unwrap(), b"first");
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, b"secret", Readers::Owner).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(read_private(&path), Err(FileError::NotPrivate(_, found)) if found == mode));
        }
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready.json");
        fs::write(folder.path().join("ready.json.new"), "left by one who was killed").unwrap();
        replace(&path, b"one", Readers::Everyone).unwrap();
        replace(&path, b"two", Readers::Everyone).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
