//! A package opens for its receiver, in its handover, and for nobody and nothing else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use enplan_domain::Epoch;
use enplan_domain::handover::{Digest, WrappedKey};
use enplan_vault::{PackageContext, PackageError, SealedPackage, Vault, sha256};
use proptest::prelude::*;
use support::{Place, gribskov, handle, transfer_id};

fn context(n: u8) -> PackageContext {
    PackageContext {
        handle: handle(n),
        transfer: transfer_id(n),
        epoch: Epoch(3),
        from: gribskov(),
        to: "0219".parse().unwrap(),
        schema: 1,
    }
}

async fn seal(vault: &Vault, plan: &[u8]) -> SealedPackage {
    let public = vault.create_transfer_key(transfer_id(1)).await.unwrap();
    vault.seal_package(plan, &context(1), &public).await.unwrap()
}

async fn open(
    vault: &Vault,
    package: &SealedPackage,
    context: PackageContext,
) -> Result<Vec<u8>, PackageError> {
    vault.open_package(package.ciphertext.clone(), &context, package.digest, &package.wrapped_key).await
}

#[tokio::test]
async fn a_transfer_key_is_the_same_until_it_is_destroyed() {
    let place = Place::new();
    let vault = place.open().await;
    let key = vault.create_transfer_key(transfer_id(1)).await.unwrap();
    assert_eq!(vault.create_transfer_key(transfer_id(1)).await.unwrap(), key);
    assert_ne!(vault.create_transfer_key(transfer_id(2)).await.unwrap(), key);
    let package = seal(&vault, b"plan").await;
    vault.destroy_transfer_key(transfer_id(1)).await.unwrap();
    vault.destroy_transfer_key(transfer_id(1)).await.unwrap();
    assert!(matches!(open(&vault, &package, context(1)).await, Err(PackageError::NoTransferKey)));
    assert_ne!(vault.create_transfer_key(transfer_id(1)).await.unwrap(), key);
    assert!(matches!(open(&vault, &package, context(1)).await, Err(PackageError::WrongKey)));
}

#[tokio::test]
async fn every_field_of_the_context_is_bound() {
    let place = Place::new();
    let vault = place.open().await;
    let package = seal(&vault, b"plan").await;
    assert_eq!(open(&vault, &package, context(1)).await.unwrap(), b"plan");
    let right = context(1);
    for wrong in [
        PackageContext { handle: handle(2), ..right },
        PackageContext { epoch: Epoch(4), ..right },
        PackageContext { from: "0219".parse().unwrap(), ..right },
        PackageContext { to: gribskov(), ..right },
        PackageContext { schema: 2, ..right },
    ] {
        let refused = open(&vault, &package, wrong).await;
        assert!(matches!(refused, Err(PackageError::WrongKey)), "{wrong:?}: {refused:?}");
    }
    vault.create_transfer_key(transfer_id(2)).await.unwrap();
    let elsewhere = PackageContext { transfer: transfer_id(2), ..right };
    assert!(matches!(open(&vault, &package, elsewhere).await, Err(PackageError::WrongKey)));
}

#[tokio::test]
async fn another_package_of_the_same_handover_does_not_open_with_this_ones_key() {
    let place = Place::new();
    let vault = place.open().await;
    let (one, other) = (seal(&vault, b"plan").await, seal(&vault, b"plan").await);
    assert_ne!(one.digest, other.digest);
    let mixed = SealedPackage { wrapped_key: other.wrapped_key.clone(), ..one.clone() };
    assert!(matches!(open(&vault, &mixed, context(1)).await, Err(PackageError::WrongKey)));
    let swapped = SealedPackage { ciphertext: other.ciphertext, ..one };
    assert!(matches!(open(&vault, &swapped, context(1)).await, Err(PackageError::WrongDigest { .. })));
}

#[tokio::test]
async fn a_receiver_with_another_key_cannot_open_and_a_false_public_key_is_refused() {
    let (here, there) = (Place::new(), Place::new());
    let (here, there) = (here.open().await, there.open().await);
    let package = seal(&here, b"plan").await;
    assert!(matches!(open(&there, &package, context(1)).await, Err(PackageError::NoTransferKey)));
    there.create_transfer_key(transfer_id(1)).await.unwrap();
    assert!(matches!(open(&there, &package, context(1)).await, Err(PackageError::WrongKey)));
    for public in [vec![], vec![7; 32], vec![0xff; 1216]] {
        let refused = here.seal_package(b"plan", &context(1), &public).await;
        assert!(matches!(refused, Err(PackageError::NotAPublicKey)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_key_in_escrow_can_be_wrapped_again_for_a_receiver_that_lost_its_own() {
    let (source, destination) = (Place::new(), Place::new());
    let (source, destination) = (source.open().await, destination.open().await);
    let lost = destination.create_transfer_key(transfer_id(1)).await.unwrap();
    let package = source.seal_package(b"plan", &context(1), &lost).await.unwrap();
    destination.destroy_transfer_key(transfer_id(1)).await.unwrap();
    let new = destination.create_transfer_key(transfer_id(1)).await.unwrap();
    let wrapped_key = source.rewrap_package_key(&context(1), package.digest, &new).await.unwrap();
    let package = SealedPackage { wrapped_key, ..package };
    assert_eq!(open(&destination, &package, context(1)).await.unwrap(), b"plan");
    source.discard_escrow(transfer_id(1)).await.unwrap();
    let refused = source.rewrap_package_key(&context(1), package.digest, &new).await;
    assert!(matches!(refused, Err(PackageError::NoTransferKey)), "{refused:?}");
}

#[tokio::test]
async fn a_package_that_lies_in_the_vault_opens_from_there() {
    let place = Place::new();
    let vault = place.open().await;
    let plan = vec![42; 200_000];
    let package = seal(&vault, &plan).await;
    let mut offset = 0;
    for chunk in package.ciphertext.chunks(enplan_vault::PACKAGE_CHUNK) {
        offset = vault.package_put_chunk(transfer_id(1), package.digest, offset, chunk).await.unwrap();
    }
    let opened =
        vault.open_stored_package(transfer_id(1), package.digest, &context(1), &package.wrapped_key).await;
    assert_eq!(opened.unwrap(), plan);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_package_opens_as_it_was_sealed_and_no_flipped_bit_or_cut_passes(
        plan in prop::collection::vec(any::<u8>(), 0..2_000),
        at: prop::sample::Index,
        bit in 0..8,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let place = Place::new();
            let vault = place.open().await;
            let package = seal(&vault, &plan).await;
            assert_eq!(open(&vault, &package, context(1)).await.unwrap(), plan);

            let mut flipped = package.clone();
            flipped.ciphertext[at.index(package.ciphertext.len())] ^= 1_u8 << bit;
            assert!(matches!(open(&vault, &flipped, context(1)).await, Err(PackageError::WrongDigest { .. })));
            // Whoever changes the digest too still lacks the key to it.
            flipped.digest = Digest(sha256(&flipped.ciphertext));
            assert!(matches!(open(&vault, &flipped, context(1)).await, Err(PackageError::WrongKey)));

            let mut cut = package.clone();
            cut.ciphertext.truncate(at.index(package.ciphertext.len()));
            assert!(matches!(
                open(&vault, &cut, context(1)).await,
                Err(PackageError::WrongDigest { .. } | PackageError::Truncated)
            ));

            let WrappedKey(mut wrapped) = package.wrapped_key.clone();
            let length = wrapped.len();
            wrapped[at.index(length)] ^= 1_u8 << bit;
            let flipped = SealedPackage { wrapped_key: WrappedKey(wrapped.clone()), ..package.clone() };
            assert!(matches!(open(&vault, &flipped, context(1)).await, Err(PackageError::WrongKey)));
            wrapped.truncate(at.index(length));
            let cut = SealedPackage { wrapped_key: WrappedKey(wrapped), ..package };
            assert!(matches!(open(&vault, &cut, context(1)).await, Err(PackageError::WrongKey)));
        });
    }
}
