//! The network's folder: marked as a demo's, used by one demo at a time, and never anybody else's folder removed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ports::Ports;
use crate::files::{self, FileError, Readers};
use enplan_domain::Kommunekode;

/// What tells a demo network's folder from any other.
const MARKER: &str = ".enplan-demo-network";
const MARKER_TEXT: &str =
    "A demo network of enplan. `enplan-node demo --fresh` removes everything in this folder.\n";
/// Locked by every node of the network, for as long as it runs.
const NODES_LOCK: &str = "nodes.lock";
/// What is remembered of a network that has been up once, with everything in it.
const NETWORK: &str = "network.json";

/// The folder cannot be used for a demo network.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    /// Somebody else's.
    #[error("{} is not empty and holds no demo network: choose another folder with --dir", .0.display())]
    NotADemo(PathBuf),
    /// Not a folder at all.
    #[error("{} is a file: choose a folder with --dir", .0.display())]
    NotAFolder(PathBuf),
    /// Two demos in one folder.
    #[error("a demo network is running in {}: stop it first, or choose another folder with --dir", .0.display())]
    InUse(PathBuf),
    /// The nodes of a demo that was killed have not ended yet.
    #[error("nodes of a former demo are still running in {}: end them, or choose another folder with --dir", .0.display())]
    StillEnding(PathBuf),
    /// What was remembered cannot be read.
    #[error("{} is damaged: begin anew with --fresh", .0.display())]
    Damaged(PathBuf, #[source] serde_json::Error),
    /// The folder failed.
    #[error("the folder {} cannot be used", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// A file failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What a network remembers from one start to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remembered {
    /// Each node's place. Peers' ports are in the signed list of founders too, so they cannot change.
    pub(crate) nodes: Vec<RememberedNode>,
}

/// One node's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RememberedNode {
    /// Whose.
    pub(crate) municipality: Kommunekode,
    /// Where it listens.
    pub(crate) ports: Ports,
}

/// A demo network's folder, locked for this process.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    lock: File,
}

impl Drop for Place {
    /// Closing would do, if it were the last copy: a process that is just being started may for a moment hold another.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

impl Place {
    /// Opens a network's folder, or makes one; empties it first if asked to, or if its creation was never finished.
    pub(crate) fn open(folder: &Path, fresh: bool) -> Result<Self, PlaceError> {
        let failed = |error| PlaceError::Folder(folder.to_owned(), error);
        let folder = std::path::absolute(folder).map_err(failed)?;
        let marker = folder.join(MARKER);
        match fs::metadata(&folder) {
            Ok(about) if !about.is_dir() => return Err(PlaceError::NotAFolder(folder)),
            Ok(_) => {
                let is_empty = fs::read_dir(&folder).map_err(failed)?.next().is_none();
                if !is_empty && !marker.is_file() {
                    return Err(PlaceError::NotADemo(folder));
                }
            }
            Err(_) => files::make_folder(&folder)?,
        }
        let mut lock = lock(&folder, MARKER, PlaceError::InUse)?;
        lock.write_all(MARKER_TEXT.as_bytes()).map_err(failed)?;
        // Before anything is removed: what a node still writes to must stay until it has ended.
        self::lock(&folder, NODES_LOCK, PlaceError::StillEnding)?.unlock().map_err(failed)?;
        let place = Self { folder, lock };
        if fresh || !place.network_file().exists() {
            place.empty()?;
        }
        Ok(place)
    }

    /// The folder, absolute.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A lock for a node to inherit: the folder cannot be taken over before every process that holds one has ended.
    pub(crate) fn nodes_lock(&self) -> io::Result<File> {
        let file = OpenOptions::new().write(true).open(self.folder.join(NODES_LOCK))?;
        file.lock_shared()?;
        Ok(file)
    }

    /// What was remembered, if there is a network.
    pub(crate) fn remembered(&self) -> Result<Option<Remembered>, PlaceError> {
        let path = self.network_file();
        if !path.exists() {
            return Ok(None);
        }
        let text = files::read_text(&path)?;
        serde_json::from_str(&text).map(Some).map_err(|error| PlaceError::Damaged(path, error))
    }

    /// Remembers the network: only from now on does it exist.
    pub(crate) fn remember(&self, network: &Remembered) -> Result<(), PlaceError> {
        let path = self.network_file();
        let text =
            serde_json::to_vec_pretty(network).map_err(|error| PlaceError::Damaged(path.clone(), error))?;
        Ok(files::replace(&path, &text, Readers::Everyone)?)
    }

    fn network_file(&self) -> PathBuf {
        self.folder.join(NETWORK)
    }

    /// Removes all but what this process has locked.
    fn empty(&self) -> Result<(), PlaceError> {
        let failed = |error| PlaceError::Folder(self.folder.clone(), error);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() == MARKER || entry.file_name() == NODES_LOCK {
                continue;
            }
            // The entry's own type: what a link leads to is not the demo's.
            let removed = if entry.file_type().map_err(failed)?.is_dir() {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
            removed.map_err(failed)?;
        }
        Ok(())
    }
}

fn lock(folder: &Path, name: &str, held: fn(PathBuf) -> PlaceError) -> Result<File, PlaceError> {
    let failed = |error| PlaceError::Folder(folder.to_owned(), error);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(name))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(held(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Remembered {
        let ports = Ports { api: 7400, peer: 7500 };
        Remembered { nodes: vec![RememberedNode { municipality: "0270".parse().unwrap(), ports }] }
    }

    #[test]
    fn what_is_remembered_is_there_at_the_next_start_and_gone_when_begun_anew() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("network");
        let place = Place::open(&folder, false).unwrap();
        assert_eq!(place.remembered().unwrap(), None);
        place.remember(&network()).unwrap();
        fs::create_dir_all(folder.join("gribskov/data")).unwrap();
        drop(place);

        let place = Place::open(&folder, false).unwrap();
        assert_eq!(place.remembered().unwrap(), Some(network()));
        assert!(folder.join("gribskov/data").is_dir());
        drop(place);

        let place = Place::open(&folder, true).unwrap();
        assert_eq!(place.remembered().unwrap(), None);
        assert!(!folder.join("gribskov").exists());
    }

    #[test]
    fn a_folder_that_is_not_a_demos_is_never_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("thesis.txt");
        fs::write(&file, "years of work").unwrap();
        for fresh in [false, true] {
            assert!(matches!(Place::open(folder.path(), fresh), Err(PlaceError::NotADemo(_))));
            assert!(matches!(Place::open(&file, fresh), Err(PlaceError::NotAFolder(_))));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(&file).unwrap(), "years of work");
    }

    #[test]
    fn what_a_link_leads_to_is_never_removed() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, elsewhere) = (parent.path().join("network"), parent.path().join("elsewhere"));
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("kept"), "").unwrap();
        drop(Place::open(&folder, false).unwrap());
        std::os::unix::fs::symlink(&elsewhere, folder.join("link")).unwrap();
        Place::open(&folder, true).unwrap();
        assert!(elsewhere.join("kept").exists());
        assert!(!folder.join("link").exists());
    }

    #[test]
    fn a_second_demo_in_the_same_folder_is_refused_and_removes_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("network");
        let place = Place::open(&folder, false).unwrap();
        place.remember(&network()).unwrap();
        assert!(matches!(Place::open(&folder, true), Err(PlaceError::InUse(_))));
        assert_eq!(place.remembered().unwrap(), Some(network()));
    }

    #[test]
    fn a_folder_whose_nodes_outlive_their_demo_is_not_taken_over_before_they_have_ended() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("network");
        let place = Place::open(&folder, false).unwrap();
        place.remember(&network()).unwrap();
        let mut node = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .stdout(place.nodes_lock().unwrap())
            .spawn()
            .unwrap();
        drop(place);
        assert!(matches!(Place::open(&folder, true), Err(PlaceError::StillEnding(_))));
        assert!(folder.join(NETWORK).exists());
        drop(node.stdin.take());
        node.wait().unwrap();
        // Another test's process, while it starts, may hold a copy of the lock for a moment longer.
        while matches!(Place::open(&folder, true), Err(PlaceError::StillEnding(_))) {
            std::thread::yield_now();
        }
        assert_eq!(Place::open(&folder, false).unwrap().remembered().unwrap(), None);
    }

    #[test]
    fn a_network_whose_creation_was_not_finished_is_begun_anew() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("network");
        drop(Place::open(&folder, false).unwrap());
        fs::write(folder.join("half"), "").unwrap();
        Place::open(&folder, false).unwrap();
        assert!(!folder.join("half").exists());
    }
}
