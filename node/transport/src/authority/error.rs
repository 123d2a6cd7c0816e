//! What an authority refuses.

use crate::Cause;
use crate::files::FileError;

/// The authority, or a node's request to it, could not be made, read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The name cannot be a federation's.
    #[error("a federation's name has 1 to 255 lowercase letters, digits, dots, hyphens and underscores")]
    FederationName,
    /// The time span is empty, before 1970, or ends after the authority's own.
    #[error(
        "a certificate must be valid for some time after 1970, and no longer than its authority: choose fewer days"
    )]
    Validity,
    /// An extra name is no DNS name, or is reserved for the nodes themselves.
    #[error("{name:?} cannot be an extra name: give a DNS name without wildcard, not under enplan.internal")]
    ExtraName {
        /// The name that was asked for.
        name: String,
    },
    /// The request is damaged, or was not signed with the key it holds.
    #[error("this is no certificate request signed with its own key: let the node make a new one")]
    Request {
        /// What the parser said.
        source: Cause,
    },
    /// The request's key is of a kind that nodes do not have.
    #[error("the key in the request is not ECDSA P-256: let the node make the key and the request")]
    RequestKey,
    /// The key's file holds no private key.
    #[error("this holds no private key in PKCS#8 PEM: restore the file from its backup")]
    Key,
    /// The key is not the certificate's.
    #[error("the authority's key and certificate do not belong together: restore both from the same backup")]
    KeyMismatch,
    /// The certificate is not one of a federation's authority.
    #[error("this is not the certificate of a federation's authority: give the one that was made with it")]
    NotAnAuthority,
    /// The certificate to revoke was issued by another authority, or is damaged.
    #[error(
        "this authority has not issued the certificate that is to be revoked: check which file was given"
    )]
    NotIssuedHere,
    /// The system's source of randomness failed.
    #[error("the system gave no random bytes: try again, and look at the system's log")]
    Randomness,
    /// The certificate could not be made.
    #[error("the certificate could not be made")]
    Certificate {
        /// What the library said.
        source: Cause,
    },
}

impl From<rcgen::Error> for AuthorityError {
    fn from(error: rcgen::Error) -> Self {
        Self::Certificate { source: Box::new(error) }
    }
}
