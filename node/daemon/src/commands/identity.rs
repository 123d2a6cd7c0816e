//! A node's keys, made on its own machine.

use std::path::{Path, PathBuf};

use enplan_domain::Kommunekode;
use enplan_registry::{NotAKey, SigningKey, VerifyingKey};
use enplan_transport::authority::{AuthorityError, NodeKey};
use enplan_vault::{KeyEncryptionKey, KeyFileError};
use serde::{Deserialize, Serialize};

use crate::arguments::IdentityCreate;
use crate::files::{self, FileError, Readers};

/// A node's keys could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The address is none.
    #[error("{0:?} is no address for peers: give a host and a port, such as enplan.gribskov.example:7500")]
    PeerAddress(String),
    /// The key for TLS, or the request.
    #[error(transparent)]
    Tls(#[from] AuthorityError),
    /// The signing key.
    #[error(transparent)]
    Signing(#[from] NotAKey),
    /// The key-encryption key.
    #[error(transparent)]
    KeyEncryption(#[from] KeyFileError),
    /// The description of the member.
    #[error("the description of the member could not be written as JSON")]
    Member(#[from] serde_json::Error),
}

/// What the federation has to know of a node before it can be one of its founders: a file, `member.json`. No secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberDescription {
    /// Which municipality.
    pub(crate) municipality: Kommunekode,
    /// Its name, for whoever compares.
    pub(crate) name: String,
    /// The key that its commands and receipts are verified with.
    pub(crate) key: VerifyingKey,
    /// Where its node listens for peers, `host:port`.
    pub(crate) address: String,
}

/// Where a node's keys lie in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdentityFiles {
    /// The private key for TLS.
    pub(crate) node_key: PathBuf,
    /// The request to certify it: for the authority.
    pub(crate) request: PathBuf,
    /// The private signing key.
    pub(crate) signing_key: PathBuf,
    /// The key that seals every other key in the vault.
    pub(crate) key_encryption_key: PathBuf,
    /// The description: for whoever founds the federation.
    pub(crate) member: PathBuf,
}

impl IdentityFiles {
    /// Those in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            node_key: folder.join("node-key.pem"),
            request: folder.join("request.pem"),
            signing_key: folder.join("signing-key.der"),
            key_encryption_key: folder.join("key-encryption-key"),
            member: folder.join("member.json"),
        }
    }

    fn all(&self) -> [&Path; 5] {
        [&self.node_key, &self.request, &self.signing_key, &self.key_encryption_key, &self.member]
    }
}

/// Makes a node's keys in a folder, which it makes too: all of them new, or none is touched.
pub(crate) fn create(arguments: &IdentityCreate) -> Result<IdentityFiles, IdentityError> {
    let IdentityCreate { municipality, peer_address, dir } = arguments;
    if !is_address(peer_address) {
        return Err(IdentityError::PeerAddress(peer_address.clone()));
    }
    let files = IdentityFiles::in_folder(dir);
    // A folder with some of these files is somebody's: half of an identity is of no use to anybody.
    if let Some(path) = files.all().into_iter().find(|path| path.exists()) {
        return Err(FileError::Exists(path.to_owned()).into());
    }
    files::make_folder(dir)?;

    let node_key = NodeKey::generate()?;
    node_key.save(&files.node_key)?;
    files::write_new(&files.request, node_key.request_pem()?.as_bytes(), Readers::Everyone)?;
    let signing_key = SigningKey::generate()?;
    files::write_new(&files.signing_key, &signing_key.to_pkcs8()?, Readers::Owner)?;
    KeyEncryptionKey::create(&files.key_encryption_key)?;

    let member = MemberDescription {
        municipality: *municipality,
        name: municipality.called(),
        key: signing_key.public(),
        address: peer_address.clone(),
    };
    let mut text = serde_json::to_string_pretty(&member)?;
    text.push('\n');
    files::write_new(&files.member, text.as_bytes(), Readers::Everyone)?;
    Ok(files)
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty()
            && !host.contains(char::is_whitespace)
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn arguments(dir: &Path) -> IdentityCreate {
        IdentityCreate {
            municipality: "0270".parse().unwrap(),
            peer_address: "enplan.gribskov.example:7500".into(),
            dir: dir.to_owned(),
        }
    }

    #[test]
    fn every_secret_is_its_owners_alone_and_what_is_sent_away_holds_none() {
        let folder = tempfile::tempdir().unwrap();
        let files = create(&arguments(&folder.path().join("new"))).unwrap();
        for secret in [&files.node_key, &files.signing_key, &files.key_encryption_key] {
            assert_eq!(
                fs::metadata(secret).unwrap().permissions().mode() & 0o777,
                0o600,
                "{}",
                secret.display()
            );
        }
        let member: MemberDescription =
            serde_json::from_str(&fs::read_to_string(&files.member).unwrap()).unwrap();
        assert_eq!(member.name, "Gribskov");
        let key = SigningKey::from_pkcs8(&fs::read(&files.signing_key).unwrap()).unwrap();
        assert_eq!(member.key, key.public());
        assert!(!fs::read_to_string(&files.request).unwrap().contains("PRIVATE"));
    }

    #[test]
    fn a_folder_that_holds_any_of_the_files_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let kept = IdentityFiles::in_folder(folder.path()).member;
        fs::write(&kept, "somebody's").unwrap();
        assert!(matches!(create(&arguments(folder.path())), Err(IdentityError::File(FileError::Exists(_)))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(&kept).unwrap(), "somebody's");
    }

    #[test]
    fn an_address_without_a_host_or_a_port_is_refused() {
        for address in ["", "host", ":7500", "host:0", "host:x", "ho st:7500"] {
            let folder = tempfile::tempdir().unwrap();
            let arguments = IdentityCreate { peer_address: address.into(), ..arguments(folder.path()) };
            assert!(matches!(create(&arguments), Err(IdentityError::PeerAddress(_))), "{address}");
        }
    }
}
