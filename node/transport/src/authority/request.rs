//! A node's key, and its request for a certificate.

use std::fmt;
use std::path::Path;

use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DistinguishedName, KeyPair, PKCS_ECDSA_P256_SHA256,
    PublicKey, PublicKeyData,
};
use zeroize::{Zeroize, Zeroizing};

use super::AuthorityError;
use crate::files::{self, Readers};

/// The length of an uncompressed point on P-256.
const P256_POINT: usize = 65;

/// A node's private key: ECDSA P-256, which every program that its users may have understands.
///
/// It is made on the node's machine and stays there; only [`NodeKey::request_pem`] travels.
pub struct NodeKey(KeyPair);

impl NodeKey {
    /// A new key, from the system's randomness.
    pub fn generate() -> Result<Self, AuthorityError> {
        Ok(Self(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?))
    }

    /// Writes it to a file that was not there, in PKCS#8 PEM, mode 0600.
    pub fn save(&self, path: &Path) -> Result<(), AuthorityError> {
        let pem = Zeroizing::new(self.0.serialize_pem());
        Ok(files::write_new(path, pem.as_bytes(), Readers::Owner)?)
    }

    /// Reads what [`NodeKey::save`] wrote, to ask for the next certificate with the same key. Refuses a key that others may
    /// read.
    pub fn load(path: &Path) -> Result<Self, AuthorityError> {
        let pem = files::read_private(path)?;
        let pem = std::str::from_utf8(&pem).map_err(|_| AuthorityError::Key)?;
        KeyPair::from_pem_and_sign_algo(pem, &PKCS_ECDSA_P256_SHA256)
            .map(Self)
            .map_err(|_| AuthorityError::Key)
    }

    /// A request to certify it (PKCS#10, PEM), signed with it. It asks for no names: the authority knows them.
    pub fn request_pem(&self) -> Result<String, AuthorityError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        Ok(params.serialize_request(&self.0)?.pem()?)
    }
}

impl Drop for NodeKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeKey(masked)")
    }
}

/// The key to certify, from a request that was signed with it.
pub(super) fn certified_key(request_pem: &str) -> Result<PublicKey, AuthorityError> {
    let request = CertificateSigningRequestParams::from_pem(request_pem)
        .map_err(|error| AuthorityError::Request { source: Box::new(error) })?;
    let key = request.public_key;
    // The algorithm is the one that the request was signed with; the length tells the key's own.
    if key.algorithm() != &PKCS_ECDSA_P256_SHA256 || key.der_bytes().len() != P256_POINT {
        return Err(AuthorityError::RequestKey);
    }
    Ok(key)
}
