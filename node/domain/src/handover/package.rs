//! What travels with a package, other than the package itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{CaseHandle, Epoch, TransferId};

/// SHA-256 of a sealed package.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

/// In lower-case hexadecimal.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

/// The package's key, sealed to the receiver's public key made for this handover (HPKE, RFC 9180).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WrappedKey(pub Vec<u8>);

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({} bytes)", self.0.len())
    }
}

/// An Ed25519 signature (RFC 8032), made with a municipality's signing key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Signature(pub Vec<u8>);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} bytes)", self.0.len())
    }
}

/// The receiver's word that this package lies on its disk: what `Commit` must carry, signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Receipt {
    /// The case.
    pub handle: CaseHandle,
    /// The handover.
    pub transfer: TransferId,
    /// The epoch that the handover was offered at.
    pub epoch: Epoch,
    /// Which package.
    pub digest: Digest,
}

impl Receipt {
    /// The bytes that are signed: a fixed context, then each field at its full width.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"enplan receipt v1\0".to_vec();
        bytes.extend(self.handle.to_bytes());
        bytes.extend(self.transfer.to_bytes());
        bytes.extend(self.epoch.0.to_be_bytes());
        bytes.extend(self.digest.0);
        bytes
    }
}

/// Names exactly what a preview said: a digest over the sections, the legal basis and the citizen's protection. Other
/// edits of the plan don't change it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PreviewVersion(pub [u8; 32]);

/// In lower-case hexadecimal, as people name it.
impl fmt::Display for PreviewVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, f)
    }
}

/// What was given is not the version of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the version of a preview is 64 hexadecimal digits")]
pub struct NotAPreviewVersion;

impl FromStr for PreviewVersion {
    type Err = NotAPreviewVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pairs = text.as_bytes().chunks_exact(2);
        let whole = pairs.remainder().is_empty();
        let byte = |pair| {
            let pair: &str = str::from_utf8(pair).map_err(|_| NotAPreviewVersion)?;
            let digits = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
            u8::from_str_radix(pair, 16).ok().filter(|_| digits && whole).ok_or(NotAPreviewVersion)
        };
        let bytes = pairs.map(byte).collect::<Result<Vec<_>, _>>()?;
        bytes.try_into().map(Self).map_err(|_| NotAPreviewVersion)
    }
}

impl fmt::Debug for PreviewVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreviewVersion({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

fn hexadecimal(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_version_is_read_as_it_is_shown() {
        let version = PreviewVersion(std::array::from_fn(|i| u8::try_from(i * 7).unwrap_or(255)));
        assert_eq!(version.to_string().parse(), Ok(version));
    }

    #[test]
    fn what_is_not_64_hexadecimal_digits_is_no_preview_version() {
        for text in
            ["", "00", &"0".repeat(63), &"0".repeat(65), &"+1".repeat(32), &"zz".repeat(32), &"å".repeat(32)]
        {
            assert_eq!(text.parse::<PreviewVersion>(), Err(NotAPreviewVersion), "{text}");
        }
    }
}
