//! What one node has bound itself to bring to an epoch: counted once, kept in its own vault, and known to the others by a
//! salted hash alone.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::cube::{Cell, Cube};
use crate::input::CellInput;
use crate::membership::Membership;
use crate::noise::{NoiseKey, Version};
use crate::{Epoch, Randomness};

/// A node's own counts of an epoch, with all that decides what it brings. `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    epoch: Epoch,
    manifest: u32,
    /// Nobody finds the counts by trying hashes of likely ones.
    salt: [u8; 32],
    /// Drawn with the counts, and used for nothing else: the same counts always have the same noise.
    noise: [u8; 32],
    tables: Vec<FrozenTable>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FrozenTable {
    membership: Membership,
    /// The epoch that the changes are counted from; nothing where the table was never published.
    compared: Option<Epoch>,
    changed: Vec<u16>,
}

/// What a table was when it was last published anew, for one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// When.
    pub epoch: Epoch,
    /// Who stood where, of this node's citizens.
    pub membership: Membership,
}

/// What was kept is not what this program froze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was kept of the frozen counts can't be read")]
pub struct NotFrozen;

impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frozen").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Frozen {
    /// Freezes who stands where in each of the cube's tables, and by how many people each cell differs from the former.
    pub fn new(
        epoch: Epoch,
        manifest: u32,
        cube: &Cube,
        memberships: Vec<Membership>,
        former: &[Option<Former>],
        randomness: &mut dyn Randomness,
    ) -> Self {
        let mut salt = [0; 32];
        let mut noise = [0; 32];
        randomness.fill(&mut salt);
        randomness.fill(&mut noise);
        let nobody = Membership::default();
        let tables =
            memberships.into_iter().zip(cube.tables()).enumerate().map(|(at, (membership, table))| {
                let former = former.get(at).and_then(Option::as_ref);
                let before = former.map_or(&nobody, |former| &former.membership);
                FrozenTable {
                    changed: membership.changed_since(before, table),
                    compared: former.map(|former| former.epoch),
                    membership,
                }
            });
        let tables = tables.collect();
        Self { epoch, manifest, salt, noise, tables }
    }

    /// What the registry holds the node to.
    pub fn commitment(&self) -> [u8; 32] {
        let mut bytes = b"enplan statistics freeze v1\0".to_vec();
        bytes.extend(self.to_bytes());
        let mut commitment = [0; 32];
        commitment.copy_from_slice(digest(&SHA256, &bytes).as_ref());
        commitment
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain values always have an encoding.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// What was kept.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotFrozen> {
        postcard::from_bytes(bytes).map_err(|_| NotFrozen)
    }

    /// The epoch.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The manifest that it was counted by.
    pub fn manifest(&self) -> u32 {
        self.manifest
    }

    /// Who of the node's citizens stands where in a table.
    pub fn membership(&self, table: usize) -> Option<&Membership> {
        self.tables.get(table).map(|table| &table.membership)
    }

    /// For each table the epoch that it is compared with.
    pub fn compared(&self) -> Vec<Option<Epoch>> {
        self.tables.iter().map(|table| table.compared).collect()
    }

    /// How many of the node's citizens stand in each cell of the cube.
    pub fn counts(&self, cube: &Cube) -> Vec<u16> {
        let tables = self.tables.iter().zip(cube.tables());
        tables.flat_map(|(frozen, table)| frozen.membership.counts(table)).collect()
    }

    /// What the node brings to a computation of so many nodes, cell by cell.
    pub fn inputs(&self, cube: &Cube, nodes: usize) -> Vec<CellInput> {
        let key = NoiseKey::new(&self.noise);
        let version = Version { manifest: self.manifest, epoch: self.epoch };
        let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
        let changed = self.tables.iter().flat_map(|table| &table.changed);
        self.counts(cube)
            .into_iter()
            .zip(changed)
            .enumerate()
            .map(|(cell, (count, changed))| CellInput {
                count,
                changed: *changed,
                noise: key.part(version, Cell(cell), nodes),
            })
            .collect()
    }
}
