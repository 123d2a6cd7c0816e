//! What travels with a package, other than the package itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CaseHandle, Epoch, TransferId};

/// SHA-256 of a sealed package.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

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

impl fmt::Debug for PreviewVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreviewVersion({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}
