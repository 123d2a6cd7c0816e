//! What a vault needs to open: where it lies, whose it is, the key to its keys, and a clock.

use std::fmt::{self, Write as _};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand;
use enplan_domain::{Clock, Kommunekode};
use zeroize::Zeroizing;

use crate::error::KeyFileError;

/// How to open a vault.
#[derive(Clone)]
pub struct VaultOptions {
    /// The data directory. Made, for its owner alone, if it is not there.
    pub dir: PathBuf,
    /// Whose citizens these are. A directory of another municipality is refused.
    pub municipality: Kommunekode,
    /// The key that seals all other keys.
    pub key_encryption_key: KeyEncryptionKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for VaultOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultOptions")
            .field("dir", &self.dir)
            .field("municipality", &self.municipality)
            .finish_non_exhaustive()
    }
}

/// The key that seals the node's keys. 32 random bytes; overwritten with zeros when dropped; never shown.
#[derive(Clone)]
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

impl KeyEncryptionKey {
    /// A fresh one.
    pub fn generate() -> Result<Self, KeyFileError> {
        let mut secret = Zeroizing::new([0; 32]);
        rand::fill(&mut *secret).map_err(|_| KeyFileError::Randomness)?;
        Ok(Self(secret))
    }

    /// The one in this file: 64 hexadecimal digits. Refused if anybody but the file's owner may read it.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        let failed = |source| KeyFileError::File { path: path.to_owned(), source };
        if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyFileError::TooOpen { path: path.to_owned() });
        }
        let text = Zeroizing::new(fs::read(path).map_err(failed)?);
        Self::parse(&text).ok_or_else(|| KeyFileError::NotAKey { path: path.to_owned() })
    }

    /// The one in this text: 64 hexadecimal digits, as [`KeyEncryptionKey::create`] writes them. For whoever has its own
    /// rule of where a secret may lie.
    pub fn parse(text: &[u8]) -> Option<Self> {
        decode(text.trim_ascii()).map(Self)
    }

    /// A fresh one, written durably to a new file that only its owner may read. An existing file is left alone and
    /// refused.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        let failed = |source| KeyFileError::File { path: path.to_owned(), source };
        let key = Self::generate()?;
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        let digits = Zeroizing::new(hex(key.secret()));
        file.write_all(digits.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::File::open(parent).and_then(|dir| dir.sync_all()).map_err(failed)?;
        }
        Ok(key)
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn decode(digits: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    if digits.len() != 64 {
        return None;
    }
    let mut secret = Zeroizing::new([0; 32]);
    for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(secret)
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(masked)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_created_can_be_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kek");
        let created = KeyEncryptionKey::create(&path).unwrap();
        assert_eq!(KeyEncryptionKey::load(&path).unwrap().secret(), created.secret());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_existing_key_file_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kek");
        let first = KeyEncryptionKey::create(&path).unwrap();
        assert!(matches!(KeyEncryptionKey::create(&path), Err(KeyFileError::File { .. })));
        assert_eq!(KeyEncryptionKey::load(&path).unwrap().secret(), first.secret());
    }

    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kek");
        KeyEncryptionKey::create(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(KeyEncryptionKey::load(&path), Err(KeyFileError::TooOpen { .. })), "{mode:o}");
        }
    }

    #[test]
    fn a_file_without_a_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kek");
        KeyEncryptionKey::create(&path).unwrap();
        for text in [String::new(), "ab".repeat(31), "zz".repeat(32), "ab".repeat(33), "å".repeat(32)] {
            fs::write(&path, text).unwrap();
            assert!(matches!(KeyEncryptionKey::load(&path), Err(KeyFileError::NotAKey { .. })));
        }
    }

    #[test]
    fn a_key_never_shows_itself_in_debug() {
        let key = KeyEncryptionKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), "KeyEncryptionKey(masked)");
    }
}
