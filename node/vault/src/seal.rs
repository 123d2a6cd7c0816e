//! Sealing: AES-256-GCM-SIV (RFC 8452), bound to the place where the value is stored.
//!
//! A sealed value is `1 | key id (16) | nonce (12) | ciphertext | tag (16)`. Its associated data names the municipality,
//! table, column, row, version and key, so that a value moved to another row, or an old one put back, does not open.
//! The nonce is random, and the mode withstands a repeated one. Since it does not commit to its key, every key carries
//! a check value that is compared when the key is loaded.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hmac, rand};
use enplan_domain::Kommunekode;
use zeroize::Zeroizing;

use crate::error::{StorageError, Tampered};

const FORMAT: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + 16 + NONCE;

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StorageError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| StorageError::Randomness)?;
    Ok(bytes)
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// Which key: random, and no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct KeyId(pub(crate) [u8; 16]);

/// Where a sealed value lives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a [u8],
    /// The row's version, or the number of the row in its order.
    pub(crate) version: u64,
}

impl Place<'_> {
    fn tampered(&self) -> Tampered {
        Tampered { table: self.table, column: self.column }
    }

    /// Each part behind its length, so that no two places have the same bytes.
    fn associated_data(&self, municipality: Kommunekode, key: KeyId) -> Vec<u8> {
        let mut bytes = b"enplan sealed v1\0".to_vec();
        bytes.extend(municipality.number().to_be_bytes());
        for part in [self.table.as_bytes(), self.column.as_bytes(), self.row] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part);
        }
        bytes.extend(self.version.to_be_bytes());
        bytes.extend(key.0);
        bytes
    }
}

/// A key that seals and opens. Overwritten with zeros when dropped; has no `Debug`.
pub(crate) struct SealingKey {
    id: KeyId,
    municipality: Kommunekode,
    secret: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    pub(crate) fn new(id: KeyId, municipality: Kommunekode, secret: Zeroizing<[u8; 32]>) -> Self {
        Self { id, municipality, secret }
    }

    /// A fresh key under a fresh id.
    pub(crate) fn generate(municipality: Kommunekode) -> Result<Self, StorageError> {
        Ok(Self::new(KeyId(random()?), municipality, Zeroizing::new(random()?)))
    }

    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    /// The secret itself, to be sealed under another key.
    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// What shows that a key is the one it was: HMAC-SHA-256 of a constant and its id, under the key.
    pub(crate) fn check_value(&self) -> [u8; 32] {
        check_value(b"enplan key check v1\0", &self.secret, &self.id.0)
    }

    /// Whether this is the key that has this check value. In constant time.
    pub(crate) fn has_check_value(&self, stored: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.check_value(), stored).is_ok()
    }

    fn cipher(&self, place: &Place<'_>) -> Result<LessSafeKey, Tampered> {
        UnboundKey::new(&AES_256_GCM_SIV, &*self.secret).map(LessSafeKey::new).map_err(|_| place.tampered())
    }

    /// Seals a value for this place and no other.
    pub(crate) fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, StorageError> {
        let nonce: [u8; NONCE] = random()?;
        let mut sealed = Vec::with_capacity(HEADER + value.len() + TAG);
        sealed.push(FORMAT);
        sealed.extend(self.id.0);
        sealed.extend(nonce);
        sealed.extend_from_slice(value);
        let aad = Aad::from(place.associated_data(self.municipality, self.id));
        let cipher = self.cipher(&place).map_err(|_| StorageError::Malformed { table: place.table })?;
        // Fails only for a value longer than the mode takes, which is 64 GiB.
        let tag = cipher
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed[HEADER..])
            .map_err(|_| StorageError::Malformed { table: place.table })?;
        sealed.extend(tag.as_ref());
        Ok(sealed)
    }

    /// Opens a value, if it was sealed for this place under this key and is unchanged.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Tampered> {
        let (header, body) = sealed.split_at_checked(HEADER).ok_or_else(|| place.tampered())?;
        if header[0] != FORMAT || header[1..17] != self.id.0 || body.len() < TAG {
            return Err(place.tampered());
        }
        let nonce = Nonce::try_assume_unique_for_key(&header[17..]).map_err(|_| place.tampered())?;
        let aad = Aad::from(place.associated_data(self.municipality, self.id));
        let mut value = body.to_vec();
        let length =
            self.cipher(&place)?.open_in_place(nonce, aad, &mut value).map_err(|_| place.tampered())?.len();
        value.truncate(length);
        Ok(value)
    }
}

/// HMAC-SHA-256 under a secret of a constant and what it is for.
pub(crate) fn check_value(constant: &[u8], secret: &[u8; 32], of: &[u8]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(constant);
    context.update(of);
    let mut value = [0; 32];
    value.copy_from_slice(context.sign().as_ref());
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> SealingKey {
        SealingKey::generate("0270".parse().unwrap()).unwrap()
    }

    const PLACE: Place<'static> = Place { table: "events", column: "sealed", row: b"case", version: 3 };

    proptest! {
        #[test]
        fn what_is_sealed_opens_in_its_place_and_nowhere_else(value: Vec<u8>) {
            let key = key();
            let sealed = key.seal(PLACE, &value).unwrap();
            prop_assert_eq!(&key.open(PLACE, &sealed).unwrap(), &value);
            for elsewhere in [
                Place { table: "snapshots", ..PLACE },
                Place { column: "summary", ..PLACE },
                Place { row: b"another", ..PLACE },
                Place { version: 4, ..PLACE },
            ] {
                prop_assert!(key.open(elsewhere, &sealed).is_err());
            }
        }

        #[test]
        fn a_flipped_bit_or_a_cut_is_refused(value: Vec<u8>, at: prop::sample::Index, bit in 0..8) {
            let key = key();
            let mut sealed = key.seal(PLACE, &value).unwrap();
            let at = at.index(sealed.len());
            prop_assert!(key.open(PLACE, &sealed[..at]).is_err());
            sealed[at] ^= 1_u8 << bit;
            prop_assert!(key.open(PLACE, &sealed).is_err());
        }
    }

    #[test]
    fn another_municipality_with_the_same_key_cannot_open() {
        let here = key();
        let sealed = here.seal(PLACE, b"plan").unwrap();
        let there = SealingKey::new(here.id, "0219".parse().unwrap(), here.secret.clone());
        assert!(there.open(PLACE, &sealed).is_err());
    }

    #[test]
    fn the_same_value_is_never_sealed_the_same_way_twice() {
        let key = key();
        assert_ne!(key.seal(PLACE, b"plan").unwrap(), key.seal(PLACE, b"plan").unwrap());
    }

    #[test]
    fn a_key_knows_its_own_check_value_only() {
        let (one, other) = (key(), key());
        assert!(one.has_check_value(&one.check_value()));
        assert!(!one.has_check_value(&other.check_value()));
        assert!(!one.has_check_value(&[]));
    }
}
