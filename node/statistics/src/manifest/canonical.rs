//! The one form of a manifest in bytes, which members sign and releases name by its digest.

use aws_lc_rs::digest::{SHA256, digest};
use enplan_domain::handover::Digest;

use super::Manifest;

/// What the bytes begin with, so that a signature over them is over nothing else.
const CONTEXT: &[u8] = b"enplan statistics manifest v1\0";

/// A manifest that has no form in bytes: a list longer than the encoding has room for.
#[derive(Debug, thiserror::Error)]
#[error("the manifest can't be written as bytes")]
pub struct NotEncoded(#[from] postcard::Error);

impl Manifest {
    /// The bytes that are signed: a fixed context, then every field, none left out. Two manifests that differ in anything
    /// have different bytes.
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, NotEncoded> {
        Ok(postcard::to_extend(self, CONTEXT.to_vec())?)
    }

    /// The digest of [`Manifest::canonical_bytes`]: what a release, a commitment and a computation name it by.
    pub fn digest(&self) -> Result<Digest, NotEncoded> {
        let digest = digest(&SHA256, &self.canonical_bytes()?);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Ok(Digest(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::first;

    #[test]
    fn a_manifest_is_read_from_its_bytes_as_it_was() {
        let bytes = first().canonical_bytes().unwrap();
        let read: Manifest = postcard::from_bytes(bytes.strip_prefix(CONTEXT).unwrap()).unwrap();
        assert_eq!(read, first());
    }

    #[test]
    fn whatever_is_changed_in_a_manifest_changes_its_digest() {
        let changes: [fn(&mut Manifest); 8] = [
            |manifest| manifest.version += 1,
            |manifest| manifest.threshold += 1,
            |manifest| manifest.present -= 1,
            |manifest| manifest.changed += 1,
            |manifest| manifest.dimensions[0].definition_danish.push('.'),
            |manifest| manifest.dimensions[0].bins[1].from = Some(16),
            |manifest| manifest.tables.swap(1, 2),
            |manifest| drop(manifest.tables.pop()),
        ];
        let mut digests = std::collections::BTreeSet::from([first().digest().unwrap()]);
        for change in changes {
            let mut manifest = first();
            change(&mut manifest);
            assert!(digests.insert(manifest.digest().unwrap()));
        }
    }

    #[test]
    fn a_bin_without_a_number_is_not_taken_for_one_whose_name_is_longer() {
        // Left out where there is none, the number's place would be read as the next name's length.
        let mut manifests = [first(), first()];
        manifests[0].dimensions[0].bins[0].from = None;
        let bytes = manifests.map(|manifest| manifest.canonical_bytes().unwrap());
        assert_ne!(bytes[0], bytes[1]);
        let read: Manifest = postcard::from_bytes(bytes[0].strip_prefix(CONTEXT).unwrap()).unwrap();
        assert_eq!(read.dimensions[0].bins[0].from, None);
    }
}
