//! Packages: a plan sealed to travel (TRANSFER steps 2, 3 and 6).
//!
//! The receiver makes an HPKE key pair for one handover (RFC 9180, KEM X-Wing, HKDF-SHA-256, ChaCha20-Poly1305). The
//! sender seals the plan under a fresh key with AES-256-GCM-SIV and wraps that key to the receiver's. Both bind the same
//! context; the wrap binds the package's digest too, so that a key opens one package, in one handover, at one epoch.
//!
//! A package is `1 | nonce (12) | ciphertext | tag (16)`; a wrapped key is `1 | encapsulated key (1120) | ciphertext (48)`.

use std::convert::Infallible;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::rand;
use enplan_domain::handover::{Digest, WrappedKey};
use enplan_domain::{CaseHandle, Epoch, Kommunekode, TransferId};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::Vault;
use crate::error::{PackageError, StorageError, Tampered, VaultError};
use crate::prepare::Change;
use crate::seal::{Place, random, sha256};
use crate::tables::keys::{self as table, TransferKeyRow};
use crate::tables::packages;

/// Packages are stored and sent in chunks of this many bytes; the last one is shorter.
pub const CHUNK: usize = 64 * 1024;

const FORMAT: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + NONCE;
const ENCAPSULATED: usize = 1_120;

type PublicKey = <XWing as Kem>::PublicKey;
type PrivateKey = <XWing as Kem>::PrivateKey;
type EncapsulatedKey = <XWing as Kem>::EncappedKey;

/// What a package is bound to. It opens with exactly this and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageContext {
    /// The case.
    pub handle: CaseHandle,
    /// The handover.
    pub transfer: TransferId,
    /// The epoch that it was offered at.
    pub epoch: Epoch,
    /// Who sends.
    pub from: Kommunekode,
    /// Who receives.
    pub to: Kommunekode,
    /// The version of the plan's form inside.
    pub schema: u32,
}

impl PackageContext {
    /// A label, then each field at its full width.
    fn bytes(&self, label: &[u8]) -> Vec<u8> {
        let mut bytes = label.to_vec();
        bytes.extend(self.handle.to_bytes());
        bytes.extend(self.transfer.to_bytes());
        bytes.extend(self.epoch.0.to_be_bytes());
        bytes.extend(self.from.number().to_be_bytes());
        bytes.extend(self.to.number().to_be_bytes());
        bytes.extend(self.schema.to_be_bytes());
        bytes
    }

    fn content(&self) -> Vec<u8> {
        self.bytes(b"enplan package v1\0")
    }

    fn key(&self) -> Vec<u8> {
        self.bytes(b"enplan package key v1\0")
    }
}

/// A package, ready to be kept and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPackage {
    /// What is sent.
    pub ciphertext: Vec<u8>,
    /// SHA-256 of it.
    pub digest: Digest,
    /// The key to it, for the receiver alone. Travels in the commit.
    pub wrapped_key: WrappedKey,
}

impl fmt::Debug for SealedPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedPackage({:?}, {} bytes)", self.digest, self.ciphertext.len())
    }
}

const fn private_place(transfer: &[u8; 16]) -> Place<'_> {
    Place { table: "transfer_keys", column: "private_sealed", row: transfer, version: 1 }
}

const fn escrow_place(transfer_and_digest: &[u8]) -> Place<'_> {
    Place { table: "escrow", column: "key_sealed", row: transfer_and_digest, version: 1 }
}

fn escrow_row(transfer: TransferId, digest: Digest) -> Vec<u8> {
    [&transfer.to_bytes()[..], &digest.0].concat()
}

impl Vault {
    /// The public key of this handover, for the sender. Made on the first call and kept, durably, before it is returned;
    /// asked again, it is the same one until it is destroyed.
    pub async fn create_transfer_key(&self, transfer: TransferId) -> Result<Vec<u8>, VaultError> {
        let keys = &self.inner.keys;
        if let Some(row) = table::transfer_key(&keys.pool, transfer).await? {
            return Ok(row.public);
        }
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(random()?);
        let (private, public) = XWing::derive_keypair(&*seed);
        let private = Zeroizing::new(private.to_bytes());
        let private_sealed = keys.node().seal(private_place(&transfer.to_bytes()), &private)?;
        let row = TransferKeyRow { public: public.to_bytes().to_vec(), private_sealed };
        table::put_transfer_key(&keys.pool, transfer, &row, self.inner.clock.now()).await?;
        // Not `row`: somebody else may have been first.
        let row = table::transfer_key(&keys.pool, transfer).await?;
        Ok(row.ok_or(StorageError::Malformed { table: "transfer_keys" })?.public)
    }

    /// Destroys the handover's key pair: no package of it opens here again. Destroyed already: nothing happens.
    pub async fn destroy_transfer_key(&self, transfer: TransferId) -> Result<(), VaultError> {
        Ok(table::remove_transfer_key(&self.inner.keys.pool, transfer).await?)
    }

    /// Seals a plan to the receiver's public key. The package's own key is kept in escrow, durably, before the package is
    /// returned: until the receiver has a backup, it may have to be wrapped again.
    pub async fn seal_package(
        &self,
        plaintext: &[u8],
        context: &PackageContext,
        recipient_public: &[u8],
    ) -> Result<SealedPackage, PackageError> {
        let public = PublicKey::from_bytes(recipient_public).map_err(|_| PackageError::NotAPublicKey)?;
        let (plaintext, context) = (Zeroizing::new(plaintext.to_vec()), *context);
        let (package, secret) = on_a_thread_of_its_own(move || seal(&plaintext, &context, &public)).await?;
        let row = escrow_row(context.transfer, package.digest);
        let sealed = self.inner.keys.node().seal(escrow_place(&row), &*secret)?;
        let now = self.inner.clock.now();
        table::put_escrow(&self.inner.keys.pool, context.transfer, package.digest, &sealed, now).await?;
        Ok(package)
    }

    /// Wraps the key of a package in escrow to another public key of the same receiver.
    pub async fn rewrap_package_key(
        &self,
        context: &PackageContext,
        digest: Digest,
        recipient_public: &[u8],
    ) -> Result<WrappedKey, PackageError> {
        let public = PublicKey::from_bytes(recipient_public).map_err(|_| PackageError::NotAPublicKey)?;
        let sealed = table::escrow(&self.inner.keys.pool, context.transfer, digest)
            .await?
            .ok_or(PackageError::NoTransferKey)?;
        let row = escrow_row(context.transfer, digest);
        let opened = self.inner.keys.node().open(escrow_place(&row), &sealed).map_err(VaultError::from)?;
        let opened = Zeroizing::new(opened);
        let secret = opened
            .as_slice()
            .try_into()
            .map_err(|_| VaultError::from(Tampered { table: "escrow", column: "key_sealed" }))?;
        wrap(&Zeroizing::new(secret), context, digest, &public)
    }

    /// Drops the keys of the handover's packages: when it was aborted, or the receiver has a backup.
    pub async fn discard_escrow(&self, transfer: TransferId) -> Result<(), VaultError> {
        Ok(table::remove_escrow(&self.inner.keys.pool, transfer).await?)
    }

    /// Opens a package with the key that the commit brought. Refused if the bytes are not those that the digest names,
    /// or if anything of the context is not what the sender sealed.
    pub async fn open_package(
        &self,
        ciphertext: Vec<u8>,
        context: &PackageContext,
        digest: Digest,
        wrapped_key: &WrappedKey,
    ) -> Result<Vec<u8>, PackageError> {
        let keys = &self.inner.keys;
        let row = table::transfer_key(&keys.pool, context.transfer).await?;
        let row = row.ok_or(PackageError::NoTransferKey)?;
        let id = context.transfer.to_bytes();
        let private = keys.node().open(private_place(&id), &row.private_sealed).map_err(VaultError::from)?;
        let private = PrivateKey::from_bytes(&Zeroizing::new(private)).map_err(|_| PackageError::WrongKey)?;
        let (context, wrapped_key) = (*context, wrapped_key.clone());
        on_a_thread_of_its_own(move || open(&ciphertext, &context, digest, &wrapped_key, &private)).await
    }

    /// Opens a package that lies here, as [`Self::open_package`] does.
    pub async fn open_stored_package(
        &self,
        transfer: TransferId,
        digest: Digest,
        context: &PackageContext,
        wrapped_key: &WrappedKey,
    ) -> Result<Vec<u8>, PackageError> {
        let ciphertext = packages::chunks(&self.inner.readers, transfer, digest, 0, u64::MAX).await?.concat();
        self.open_package(ciphertext, context, digest, wrapped_key).await
    }

    /// Takes one chunk of a package that arrives, and returns how many bytes are here. A chunk that is here already
    /// changes nothing; one that leaves a gap is refused and told where to go on.
    pub async fn package_put_chunk(
        &self,
        transfer: TransferId,
        digest: Digest,
        starts_at: u64,
        bytes: &[u8],
    ) -> Result<u64, PackageError> {
        if bytes.is_empty() || bytes.len() > CHUNK || !starts_at.is_multiple_of(CHUNK as u64) {
            return Err(PackageError::NotAChunk);
        }
        let ends_at = starts_at + bytes.len() as u64;
        let have = self.package_len(transfer, digest).await?;
        if have >= ends_at {
            return Ok(have);
        }
        if have == starts_at {
            let chunk = Change::PutChunk { transfer, digest, starts_at, bytes: bytes.to_vec() };
            self.change(None, vec![chunk]).await.map_err(PackageError::Write)?;
        }
        let have = self.package_len(transfer, digest).await?;
        if have >= ends_at { Ok(have) } else { Err(PackageError::Gap { have }) }
    }

    /// How many bytes of a package are here.
    pub async fn package_len(&self, transfer: TransferId, digest: Digest) -> Result<u64, VaultError> {
        Ok(packages::length(&self.inner.readers, transfer, digest).await?)
    }

    /// At most `max` bytes of a package from `offset` on; fewer at its end, and never more than 1 MiB.
    pub async fn package_read(
        &self,
        transfer: TransferId,
        digest: Digest,
        offset: u64,
        max: usize,
    ) -> Result<Vec<u8>, VaultError> {
        let max = max.min(16 * CHUNK);
        let from = offset - offset % CHUNK as u64;
        let before = offset.saturating_add(max as u64);
        let chunks = packages::chunks(&self.inner.readers, transfer, digest, from, before).await?;
        let mut bytes = chunks.concat();
        let skipped = usize::try_from(offset - from).unwrap_or(CHUNK);
        bytes.drain(..skipped.min(bytes.len()));
        bytes.truncate(max);
        Ok(bytes)
    }

    /// Whether the bytes that are here are those that the digest names. Reads them one chunk at a time.
    pub async fn package_verify(&self, transfer: TransferId, digest: Digest) -> Result<bool, VaultError> {
        let mut context = Context::new(&SHA256);
        let mut offset = 0;
        loop {
            let piece = self.package_read(transfer, digest, offset, CHUNK).await?;
            context.update(&piece);
            offset += piece.len() as u64;
            if piece.len() < CHUNK {
                return Ok(context.finish().as_ref() == digest.0);
            }
        }
    }
}

/// Sealing ten megabytes takes long enough to hold up other tasks.
async fn on_a_thread_of_its_own<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PackageError> + Send + 'static,
) -> Result<T, PackageError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StorageError::Closed)?
}

fn cipher(secret: &[u8; 32]) -> Result<LessSafeKey, PackageError> {
    UnboundKey::new(&AES_256_GCM_SIV, secret).map(LessSafeKey::new).map_err(|_| PackageError::NotGenuine)
}

fn seal(
    plaintext: &[u8],
    context: &PackageContext,
    recipient: &PublicKey,
) -> Result<(SealedPackage, Zeroizing<[u8; 32]>), PackageError> {
    let secret: Zeroizing<[u8; 32]> = Zeroizing::new(random()?);
    let nonce: [u8; NONCE] = random()?;
    let mut ciphertext = Vec::with_capacity(HEADER + plaintext.len() + TAG);
    ciphertext.push(FORMAT);
    ciphertext.extend(nonce);
    ciphertext.extend_from_slice(plaintext);
    let tag = cipher(&secret)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context.content()),
            &mut ciphertext[HEADER..],
        )
        .map_err(|_| PackageError::NotGenuine)?;
    ciphertext.extend(tag.as_ref());
    let digest = Digest(sha256(&ciphertext));
    let wrapped_key = wrap(&secret, context, digest, recipient)?;
    Ok((SealedPackage { ciphertext, digest, wrapped_key }, secret))
}

fn wrap(
    secret: &[u8; 32],
    context: &PackageContext,
    digest: Digest,
    recipient: &PublicKey,
) -> Result<WrappedKey, PackageError> {
    let mut randomness = SystemRandomness { failed: false };
    let (encapsulated, wrapped) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        recipient,
        &context.key(),
        secret,
        &digest.0,
        &mut randomness,
    )
    .map_err(|_| PackageError::NotAPublicKey)?;
    if randomness.failed {
        return Err(StorageError::Randomness.into());
    }
    Ok(WrappedKey([&[FORMAT][..], &encapsulated.to_bytes(), &wrapped].concat()))
}

fn open(
    ciphertext: &[u8],
    context: &PackageContext,
    digest: Digest,
    wrapped_key: &WrappedKey,
    private: &PrivateKey,
) -> Result<Vec<u8>, PackageError> {
    if ciphertext.len() < HEADER + TAG {
        return Err(PackageError::Truncated);
    }
    let found = Digest(sha256(ciphertext));
    if found != digest {
        return Err(PackageError::WrongDigest { found });
    }
    let secret = unwrap(wrapped_key, context, digest, private)?;
    let (header, body) = ciphertext.split_at(HEADER);
    if header[0] != FORMAT {
        return Err(PackageError::NotGenuine);
    }
    let nonce = Nonce::try_assume_unique_for_key(&header[1..]).map_err(|_| PackageError::NotGenuine)?;
    let mut plaintext = body.to_vec();
    let length = cipher(&secret)?
        .open_in_place(nonce, Aad::from(context.content()), &mut plaintext)
        .map_err(|_| PackageError::NotGenuine)?
        .len();
    plaintext.truncate(length);
    Ok(plaintext)
}

fn unwrap(
    wrapped_key: &WrappedKey,
    context: &PackageContext,
    digest: Digest,
    private: &PrivateKey,
) -> Result<Zeroizing<[u8; 32]>, PackageError> {
    let Some((&FORMAT, rest)) = wrapped_key.0.split_first() else { return Err(PackageError::WrongKey) };
    let (encapsulated, wrapped) = rest.split_at_checked(ENCAPSULATED).ok_or(PackageError::WrongKey)?;
    let encapsulated = EncapsulatedKey::from_bytes(encapsulated).map_err(|_| PackageError::WrongKey)?;
    let secret = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        private,
        &encapsulated,
        &context.key(),
        wrapped,
        &digest.0,
    )
    .map_err(|_| PackageError::WrongKey)?;
    let secret = Zeroizing::new(secret);
    secret.as_slice().try_into().map(Zeroizing::new).map_err(|_| PackageError::WrongKey)
}

/// The operating system's randomness, in the form that `hpke` takes. That form cannot fail, so a failure is noted, and
/// what was made of it is thrown away.
struct SystemRandomness {
    failed: bool,
}

impl TryRng for SystemRandomness {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.failed |= rand::fill(bytes).is_err();
        Ok(())
    }
}

impl TryCryptoRng for SystemRandomness {}
