//! The registry's rules for statistics: which manifest holds, who brings counts in an epoch, and what was released.
//!
//! Pure, and the same on every node. A command may come any number of times; a repetition changes nothing. Nothing here is
//! a count of one municipality: a commitment is a salted hash, and what is released is what passed the gates.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::Kommunekode;
use enplan_domain::handover::{Digest, Signature};
use serde::{Deserialize, Serialize};

use crate::cube::{Cube, NotACube};
use crate::manifest::Manifest;
use crate::release::{CellStatus, Epoch, EpochRelease, TableRelease};

/// The most nodes that compute; others only bring their counts.
pub const MOST_COMPUTING: usize = 9;

/// How many nodes may be away when an epoch is started, and how many of those that compute may go away after that.
pub const AWAY: usize = 2;

/// The fewest nodes that an epoch is started with, however small the federation.
pub const FEWEST: usize = 3;

/// What everybody holds alike of the statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    manifests: BTreeMap<u32, ManifestRecord>,
    epochs: BTreeMap<Epoch, EpochRecord>,
}

/// A manifest, and who has agreed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRecord {
    /// What it says.
    pub manifest: Manifest,
    /// Its digest: what is agreed to.
    pub digest: Digest,
    /// The members who have agreed. It holds when all have.
    pub approved_by: BTreeSet<Kommunekode>,
}

/// One epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// The manifest that it is counted by.
    pub manifest: u32,
    /// What each node has bound itself to bring: a salted hash of its frozen counts.
    pub commitments: BTreeMap<Kommunekode, [u8; 32]>,
    /// Who brings counts: fixed when the epoch was started, and nobody before that.
    pub participants: Vec<Kommunekode>,
    /// What was released, once it was.
    pub release: Option<EpochRelease>,
}

/// A command about statistics, as its proposer signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A member puts a manifest forward, and agrees to it.
    Propose(Box<Manifest>),
    /// A member agrees to a manifest.
    Approve {
        /// Which.
        version: u32,
        /// What it says.
        digest: Digest,
    },
    /// A member binds itself to its frozen counts.
    Commit {
        /// Of which epoch.
        epoch: Epoch,
        /// Counted by which manifest.
        manifest: u32,
        /// A salted hash of them.
        commitment: [u8; 32],
    },
    /// The epoch's participants are those who have committed by now.
    Start {
        /// Which.
        epoch: Epoch,
    },
    /// What the participants computed, signed by those who did.
    Release {
        /// What.
        release: Box<EpochRelease>,
        /// By whom.
        signatures: BTreeMap<Kommunekode, Signature>,
    },
}

/// Why a command was refused. The same on every node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// The manifest contradicts itself or protects nobody.
    #[error("the manifest can't be counted by: {0}")]
    NotACube(String),
    /// Another manifest of that version is there, or the version is not the next.
    #[error("the manifest is not the next one: give it version {next}")]
    NotTheNext {
        /// The version that a new manifest must have.
        next: u32,
    },
    /// There is no such manifest, or it says something else.
    #[error("there is no manifest {0} that says this")]
    NoSuchManifest(u32),
    /// The manifest is not the one that holds.
    #[error("manifest {0} does not hold: every member must approve it first")]
    NotInForce(u32),
    /// A later epoch has been released, or is under way.
    #[error("epoch {0} can't be counted any more: a later one has been started")]
    Past(Epoch),
    /// The epoch has been started: who brings what is fixed.
    #[error("epoch {0} has been started: its participants and their counts are fixed")]
    Started(Epoch),
    /// Too few have committed.
    #[error("epoch {epoch} can't be started: {have} have committed, {need} must")]
    TooFew {
        /// Which.
        epoch: Epoch,
        /// How many have.
        have: usize,
        /// How many must.
        need: usize,
    },
    /// The epoch has not been started, or its participants are others.
    #[error("epoch {0} has not been started so")]
    NotStarted(Epoch),
    /// The epoch has been released already, and says something else.
    #[error("epoch {0} has been released already")]
    Released(Epoch),
    /// The release has not the shape of the manifest's tables.
    #[error("the release does not fit the manifest")]
    WrongShape,
    /// Too few of those who computed have signed it.
    #[error("the release is signed by {have} of those who computed; {need} must")]
    TooFewSignatures {
        /// How many have.
        have: usize,
        /// How many must.
        need: usize,
    },
}

/// Who is a member, and whose signature is whose: the registry knows.
pub trait Members {
    /// The members.
    fn all(&self) -> BTreeSet<Kommunekode>;
    /// Whether the member signed this.
    fn has_signed(&self, by: Kommunekode, message: &[u8], signature: &Signature) -> bool;
}

impl Ledger {
    /// Applies a command of a member.
    ///
    /// # Errors
    /// [`Refused`]; then nothing has changed.
    pub fn apply(
        &mut self,
        by: Kommunekode,
        command: Command,
        members: &impl Members,
    ) -> Result<(), Refused> {
        match command {
            Command::Propose(manifest) => self.propose(by, *manifest),
            Command::Approve { version, digest } => {
                let record = self.manifests.get_mut(&version).filter(|record| record.digest == digest);
                record.ok_or(Refused::NoSuchManifest(version))?.approved_by.insert(by);
                Ok(())
            }
            Command::Commit { epoch, manifest, commitment } => {
                self.commit(by, epoch, manifest, commitment, members)
            }
            Command::Start { epoch } => self.start(epoch, members),
            Command::Release { release, signatures } => self.release(*release, &signatures, members),
        }
    }

    fn propose(&mut self, by: Kommunekode, manifest: Manifest) -> Result<(), Refused> {
        Cube::of(&manifest).map_err(|error: NotACube| Refused::NotACube(error.to_string()))?;
        let digest = manifest.digest().map_err(|error| Refused::NotACube(error.to_string()))?;
        if let Some(record) =
            self.manifests.get_mut(&manifest.version).filter(|record| record.digest == digest)
        {
            record.approved_by.insert(by);
            return Ok(());
        }
        let next = self.manifests.last_key_value().map_or(1, |(version, _)| version.saturating_add(1));
        if manifest.version != next {
            return Err(Refused::NotTheNext { next });
        }
        self.manifests
            .insert(manifest.version, ManifestRecord { manifest, digest, approved_by: BTreeSet::from([by]) });
        Ok(())
    }

    fn commit(
        &mut self,
        by: Kommunekode,
        epoch: Epoch,
        manifest: u32,
        commitment: [u8; 32],
        members: &impl Members,
    ) -> Result<(), Refused> {
        if let Some(record) = self.epochs.get(&epoch).filter(|record| !record.participants.is_empty()) {
            let repeated = record.commitments.get(&by) == Some(&commitment) && record.manifest == manifest;
            return if repeated { Ok(()) } else { Err(Refused::Started(epoch)) };
        }
        if self.in_force(members).is_none_or(|(version, _)| version != manifest) {
            return Err(Refused::NotInForce(manifest));
        }
        self.is_next(epoch)?;
        let record = self.epochs.entry(epoch).or_insert_with(|| EpochRecord {
            manifest,
            commitments: BTreeMap::new(),
            participants: Vec::new(),
            release: None,
        });
        if record.manifest != manifest {
            // A new manifest came into force before the epoch was started: everybody counts anew.
            record.manifest = manifest;
            record.commitments.clear();
        }
        record.commitments.insert(by, commitment);
        Ok(())
    }

    fn start(&mut self, epoch: Epoch, members: &impl Members) -> Result<(), Refused> {
        self.is_next(epoch)?;
        let need = fewest_participants(members.all().len());
        let Some(record) = self.epochs.get_mut(&epoch) else {
            return Err(Refused::TooFew { epoch, have: 0, need });
        };
        if record.participants.is_empty() {
            let have = record.commitments.len();
            if have < need {
                return Err(Refused::TooFew { epoch, have, need });
            }
            record.participants = in_order_of(epoch, record.commitments.keys().copied().collect());
        }
        Ok(())
    }

    fn release(
        &mut self,
        release: EpochRelease,
        signatures: &BTreeMap<Kommunekode, Signature>,
        members: &impl Members,
    ) -> Result<(), Refused> {
        let epoch = release.epoch;
        let Some(record) = self.epochs.get(&epoch).filter(|record| !record.participants.is_empty()) else {
            return Err(Refused::NotStarted(epoch));
        };
        if let Some(released) = &record.release {
            return if *released == release { Ok(()) } else { Err(Refused::Released(epoch)) };
        }
        self.is_next(epoch)?;
        if release.manifest != record.manifest || release.participants != record.participants {
            return Err(Refused::NotStarted(epoch));
        }
        let manifest =
            self.manifests.get(&record.manifest).ok_or(Refused::NoSuchManifest(record.manifest))?;
        if !self.fits(&manifest.manifest, &release) {
            return Err(Refused::WrongShape);
        }
        let computing = computing(&record.participants);
        let message = release.signed_bytes();
        let signed = |by: &&Kommunekode| {
            signatures.get(by).is_some_and(|signature| members.has_signed(**by, &message, signature))
        };
        let (have, need) = (computing.iter().filter(signed).count(), fewest_computing(computing.len()));
        if have < need {
            return Err(Refused::TooFewSignatures { have, need });
        }
        if let Some(record) = self.epochs.get_mut(&epoch) {
            record.release = Some(release);
        }
        // Who has frozen a later epoch compared with what had been published until then: they freeze anew.
        for (_, later) in self.epochs.range_mut(epoch..).filter(|(other, _)| **other > epoch) {
            later.commitments.clear();
        }
        Ok(())
    }

    /// Whether a release has the manifest's tables with their cells, and refers to releases that there are.
    fn fits(&self, manifest: &Manifest, release: &EpochRelease) -> bool {
        let Ok(cube) = Cube::of(manifest) else { return false };
        release.tables.len() == cube.tables().len()
            && release.tables.iter().zip(cube.tables()).enumerate().all(|(at, (table, shape))| match table {
                TableRelease::Dropped => true,
                TableRelease::Unchanged(since) => {
                    self.published_before(release.epoch, at, release.manifest) == Some(*since)
                }
                TableRelease::Published(cells) => {
                    cells.len() == shape.cells.len()
                        && cells.iter().zip(shape.cells.clone()).all(|(status, cell)| {
                            let impossible = shape.impossible.contains(&crate::cube::Cell(cell));
                            (*status == CellStatus::Impossible) == impossible
                        })
                }
            })
    }

    /// An epoch before one that has been started is never counted: what was released later would be compared with it.
    ///
    /// # Errors
    /// [`Refused::Past`]: a later one has been started.
    pub fn is_next(&self, epoch: Epoch) -> Result<(), Refused> {
        let later = self
            .epochs
            .range(epoch..)
            .any(|(other, record)| *other > epoch && !record.participants.is_empty());
        if later { Err(Refused::Past(epoch)) } else { Ok(()) }
    }

    /// The manifest that holds: the newest that every member has agreed to.
    pub fn in_force(&self, members: &impl Members) -> Option<(u32, &ManifestRecord)> {
        let all = members.all();
        self.manifests
            .iter()
            .rev()
            .find(|(_, record)| all.is_subset(&record.approved_by))
            .map(|(version, record)| (*version, record))
    }

    /// Every manifest that was put forward, the oldest first.
    pub fn manifests(&self) -> impl Iterator<Item = (u32, &ManifestRecord)> {
        self.manifests.iter().map(|(version, record)| (*version, record))
    }

    /// One manifest.
    pub fn manifest(&self, version: u32) -> Option<&ManifestRecord> {
        self.manifests.get(&version)
    }

    /// Every epoch that somebody has committed to, the oldest first.
    pub fn epochs(&self) -> impl Iterator<Item = (Epoch, &EpochRecord)> {
        self.epochs.iter().map(|(epoch, record)| (*epoch, record))
    }

    /// One epoch.
    pub fn epoch(&self, epoch: Epoch) -> Option<&EpochRecord> {
        self.epochs.get(&epoch)
    }

    /// The last epoch before this one in which a table was published anew under the same manifest.
    pub fn published_before(&self, epoch: Epoch, table: usize, manifest: u32) -> Option<Epoch> {
        let before = self.epochs.range(..epoch).rev().filter(|(_, record)| record.manifest == manifest);
        before
            .filter_map(|(epoch, record)| Some((epoch, record.release.as_ref()?)))
            .find(|(_, release)| matches!(release.tables.get(table), Some(TableRelease::Published(_))))
            .map(|(epoch, _)| *epoch)
    }

    /// How many times a table has been published anew: each time its noise was drawn anew. Kept as an account of what was
    /// said, not as a guarantee.
    pub fn times_published(&self, table: usize, manifest: u32) -> usize {
        let releases = self.epochs.values().filter(|record| record.manifest == manifest);
        releases
            .filter_map(|record| record.release.as_ref())
            .filter(|release| matches!(release.tables.get(table), Some(TableRelease::Published(_))))
            .count()
    }
}

/// The fewest who must have committed before an epoch is started: all but two of the members, and never below three.
pub fn fewest_participants(members: usize) -> usize {
    members.saturating_sub(AWAY).max(FEWEST)
}

/// Those of the participants who compute: the first of them, in their order.
pub fn computing(participants: &[Kommunekode]) -> &[Kommunekode] {
    &participants[..participants.len().min(MOST_COMPUTING)]
}

/// The degree of the polynomials: how many who collude learn nothing.
pub fn tolerance(computing: usize) -> usize {
    (computing.saturating_sub(1 + AWAY) / 2).max(1)
}

/// How many of those who compute must be there for a product, and must have signed a release.
pub fn fewest_computing(computing: usize) -> usize {
    2 * tolerance(computing) + 1
}

/// Turns with the epoch, so that in a large federation it is not always the same who compute.
fn in_order_of(epoch: Epoch, mut members: Vec<Kommunekode>) -> Vec<Kommunekode> {
    members.sort_unstable();
    let quarters =
        usize::try_from(i64::from(epoch.year()) * 4 + i64::from(epoch.quarter())).unwrap_or_default();
    let turn = quarters % members.len().max(1);
    members.rotate_left(turn);
    members
}

#[cfg(test)]
mod tests;
