//! What the configuration names, read: keys and the list of founders.

use std::path::{Path, PathBuf};

use enplan_registry::{Founding, FoundingError, NotAKey, SignedFounding, SigningKey, VerifyingKey};
use enplan_vault::{KeyEncryptionKey, KeyFileError};

use super::Config;
use crate::files::{self, FileError};

/// Something that the configuration names cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MaterialError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key is none.
    #[error("{} cannot be used", .0.display())]
    Key(PathBuf, #[source] NotAKey),
    /// The key that seals all others cannot be used.
    #[error(transparent)]
    KeyEncryptionKey(#[from] KeyFileError),
    /// The list of founders is no such list.
    #[error("{} cannot be read as a list of founders: ask the federation for the file again", .0.display())]
    NoFounding(PathBuf, #[source] serde_json::Error),
    /// The list of founders does not count.
    #[error("{} cannot be used", .0.display())]
    Founding(PathBuf, #[source] FoundingError),
}

impl Config {
    /// The key that the node signs its commands and receipts with.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, MaterialError> {
        signing_key(&self.keys.signing)
    }

    /// The key that seals every other key in the vault.
    pub(crate) fn key_encryption_key(&self) -> Result<KeyEncryptionKey, MaterialError> {
        let path = &self.keys.key_encryption;
        let not_a_key = || KeyFileError::NotAKey { path: path.clone() };
        Ok(KeyEncryptionKey::parse(&files::read_private(path)?).ok_or_else(not_a_key)?)
    }

    /// The founders, signed with the founding key.
    pub(crate) fn founding(&self) -> Result<Founding, MaterialError> {
        founding(&self.registry.members, &self.registry.founding_key)
    }
}

/// A private Ed25519 key in PKCS#8 DER.
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, MaterialError> {
    let bytes = files::read_private(path)?;
    SigningKey::from_pkcs8(&bytes).map_err(|error| MaterialError::Key(path.to_owned(), error))
}

/// A list of founders, signed with the key in the other file.
pub(crate) fn founding(members: &Path, founding_key: &Path) -> Result<Founding, MaterialError> {
    let key = files::read_text(founding_key)?;
    let key = VerifyingKey::try_from(key.trim().to_owned())
        .map_err(|error| MaterialError::Key(founding_key.to_owned(), error))?;
    let signed: SignedFounding = serde_json::from_str(&files::read_text(members)?)
        .map_err(|error| MaterialError::NoFounding(members.to_owned(), error))?;
    signed.verify(&key).map_err(|error| MaterialError::Founding(members.to_owned(), error))
}
