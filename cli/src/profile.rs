//! Profiles: which node, and who is logged in to it, one private file each.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arguments::ProfileName;
use crate::failure::{Exit, Failure};
use crate::input::Secret;

/// One node and one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// The node's address.
    pub(crate) node: String,
    /// The file with the authority that the node's certificate must come from.
    pub(crate) ca: PathBuf,
    /// The user name.
    pub(crate) user: String,
    /// The session, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Session>,
}

/// A session that a node gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// What proves it.
    #[serde(with = "secret")]
    pub(crate) token: Secret,
    /// When it ends, if the node said so.
    pub(crate) expires_at: Option<Timestamp>,
}

mod secret {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::input::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&secret.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret)
    }
}

/// The folder with the profiles, and the one that is used now.
#[derive(Debug)]
pub(crate) struct Profiles {
    folder: PathBuf,
    name: ProfileName,
}

impl Profiles {
    /// Profiles in this folder, or where the system's conventions put them (XDG Base Directory).
    pub(crate) fn new(folder: Option<PathBuf>, name: ProfileName) -> Result<Self, Failure> {
        let absolute =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = folder
            .or_else(|| absolute("XDG_CONFIG_HOME").map(|base| base.join("enplan")))
            .or_else(|| absolute("HOME").map(|home| home.join(".config/enplan")))
            .ok_or_else(|| {
                Failure::usage(
                    "CONFIG_DIR_UNKNOWN",
                    "Der er ingen mappe til profiler. Brug --config-dir MAPPE.",
                )
            })?;
        Ok(Self { folder, name })
    }

    /// The profile's name.
    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name.as_str()))
    }

    /// The profile as it was saved, if it was.
    pub(crate) fn load(&self) -> Result<Option<Profile>, Failure> {
        let path = self.path();
        let contents = match fs::read(&path) {
            Ok(contents) => contents,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(unreadable(&path).because(&cause)),
        };
        let mode = fs::metadata(&path).map_err(|cause| unreadable(&path).because(&cause))?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Failure::usage(
                "PROFILE_NOT_PRIVATE",
                format!(
                    "{} kan læses af andre end dig. Kør chmod 600 på den, og log ind igen.",
                    path.display()
                ),
            ));
        }
        serde_json::from_slice(&contents).map(Some).map_err(|_| {
            Failure::usage(
                "PROFILE_UNREADABLE",
                format!("{} er ikke en profil. Slet den, og log ind igen.", path.display()),
            )
        })
    }

    /// The profile and its session.
    pub(crate) fn logged_in(&self) -> Result<(Profile, Session), Failure> {
        let profile = self.load()?;
        let session = profile.as_ref().and_then(|profile| profile.session.clone());
        profile.zip(session).ok_or_else(|| {
            Failure::new(
                Exit::Denied,
                "NOT_LOGGED_IN",
                format!("Du er ikke logget ind i profilen »{}«. Log ind, og prøv igen.", self.name()),
            )
        })
    }

    /// Saves the profile: readable by nobody else, and whole or not at all.
    pub(crate) fn save(&self, profile: &Profile) -> Result<(), Failure> {
        let path = self.path();
        let unwritable = |cause: &dyn std::error::Error| {
            Failure::usage("PROFILE_UNWRITABLE", format!("{} kan ikke skrives.", path.display()))
                .because(cause)
        };
        let contents = serde_json::to_vec_pretty(profile).map_err(|cause| unwritable(&cause))?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|cause| unwritable(&cause))?;
        let new = self.folder.join(format!(".{}.{}.new", self.name.as_str(), std::process::id()));
        write_private(&new, &contents).and_then(|()| fs::rename(&new, &path)).map_err(|cause| {
            // A half-written file holds a token; if it can't be removed either, the first error is the one to tell.
            let _ = fs::remove_file(&new);
            unwritable(&cause)
        })
    }
}

fn write_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

fn unreadable(path: &Path) -> Failure {
    Failure::usage("PROFILE_UNREADABLE", format!("{} kan ikke læses.", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn profiles(folder: &Path) -> Profiles {
        Profiles::new(Some(folder.join("enplan")), "gribskov".parse().unwrap()).unwrap()
    }

    fn anna() -> Profile {
        Profile {
            node: "https://localhost:7401".to_owned(),
            ca: "/etc/enplan/ca.pem".into(),
            user: "anna".to_owned(),
            session: Some(Session { token: Secret("hemmelig".to_owned()), expires_at: None }),
        }
    }

    #[test]
    fn a_profile_is_read_as_it_was_saved_and_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        profiles.save(&anna()).unwrap();
        assert_eq!(profiles.load().unwrap(), Some(anna()));
        assert_eq!(fs::metadata(profiles.path()).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&profiles.folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&profiles.folder).unwrap().count(), 1, "nothing half-written is left");
    }

    #[test]
    fn a_profile_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        profiles.save(&anna()).unwrap();
        fs::set_permissions(profiles.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(profiles.load().unwrap_err().code, "PROFILE_NOT_PRIVATE");
    }

    #[test]
    fn saving_again_keeps_the_file_private_and_replaces_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles(folder.path());
        profiles.save(&anna()).unwrap();
        profiles.save(&Profile { session: None, ..anna() }).unwrap();
        assert_eq!(profiles.logged_in().unwrap_err().exit, Exit::Denied);
        assert!(!fs::read_to_string(profiles.path()).unwrap().contains("hemmelig"));
    }

    #[test]
    fn where_nobody_logged_in_the_profile_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let failure = profiles(folder.path()).logged_in().unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Denied, "NOT_LOGGED_IN"));
        assert!(failure.message.contains("»gribskov«"));
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert!(!format!("{:?}", anna()).contains("hemmelig"));
    }
}
