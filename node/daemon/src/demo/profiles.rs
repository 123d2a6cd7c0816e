//! Profiles for the command line, so that a login in the demo network needs a name and the password's file, no more. Their
//! form is the one that docs/cli.md gives.

use std::path::PathBuf;

use serde::Serialize;

use super::network::DemoNode;
use super::place::Place;
use super::staff::{FIRST_CASEWORKER, STAFF};
use crate::files::{self, FileError, Readers};

/// A profile without a session: who would log in, and where.
#[derive(Debug, Serialize)]
struct Profile<'a> {
    node: String,
    ca: PathBuf,
    user: &'a str,
}

/// Where they lie.
pub(super) fn folder(place: &Place) -> PathBuf {
    place.folder().join("profiles")
}

/// The profile of a member of staff: the municipality's own name for its first caseworker.
pub(super) fn name(node: &DemoNode, username: &str) -> String {
    if username == FIRST_CASEWORKER { node.profile.clone() } else { format!("{}-{username}", node.profile) }
}

/// Writes a profile for each member of staff of each municipality.
pub(super) fn write(place: &Place, nodes: &[DemoNode]) -> Result<(), ProfilesError> {
    let folder = folder(place);
    files::make_folder(&folder)?;
    for node in nodes {
        for staff in &STAFF {
            let profile = Profile { node: node.url(), ca: node.authority(), user: staff.username };
            let path = folder.join(format!("{}.json", name(node, staff.username)));
            files::replace(&path, &serde_json::to_vec_pretty(&profile)?, Readers::Owner)?;
        }
    }
    Ok(())
}

/// The profiles could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProfilesError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A path that is no text.
    #[error("the command line's profiles cannot be written: a folder's name is no text")]
    Json(#[from] serde_json::Error),
}
