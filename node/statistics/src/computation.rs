//! One node's part in the computation of one epoch, from its frozen counts to the release: the protocol, the choice of
//! hidden cells and the node's own attack on the result, joined as a node runs them.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use enplan_domain::Kommunekode;

use crate::cube::{Cell, Cube};
use crate::frozen::Frozen;
use crate::ledger::{Ledger, Refused as NotStarted, computing};
use crate::manifest::Manifest;
use crate::protocol::{Aborted, Letter, Nodes, NotASetup, NotNow, Party, Progress, Refused, Setup};
use crate::release::{CellStatus, EpochRelease, TableRelease};
use crate::suppression::{Shown, Suppression};
use crate::veto::vetoed;
use crate::{Epoch, Randomness};

/// What is computed, and by whom: read from the registry, so the same on every node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    epoch: Epoch,
    version: u32,
    manifest: Manifest,
    cube: Cube,
    participants: Vec<Kommunekode>,
    /// For each table the epoch in which it was last published anew.
    former: Vec<Option<Epoch>>,
    run: [u8; 32],
}

impl Terms {
    /// The terms of an epoch that has been started. `computation` is drawn by whoever conducts, so that no two computations
    /// of an epoch take each other's messages.
    ///
    /// # Errors
    /// [`NotStarted`] where the registry knows of no such computation, or its epoch is over.
    pub fn of(ledger: &Ledger, epoch: Epoch, computation: &[u8; 16]) -> Result<Self, NotStarted> {
        let record = ledger.epoch(epoch).filter(|record| !record.participants.is_empty());
        let record = record.ok_or(NotStarted::NotStarted(epoch))?;
        if record.release.is_some() {
            return Err(NotStarted::Released(epoch));
        }
        let manifest = ledger.manifest(record.manifest).ok_or(NotStarted::NoSuchManifest(record.manifest))?;
        let cube = Cube::of(&manifest.manifest).map_err(|error| NotStarted::NotACube(error.to_string()))?;
        let mut run = Context::new(&SHA256);
        run.update(b"enplan statistics computation v1\0");
        run.update(computation);
        run.update(epoch.to_string().as_bytes());
        run.update(&manifest.digest.0);
        for (participant, commitment) in &record.commitments {
            run.update(&participant.number().to_be_bytes());
            run.update(commitment);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(run.finish().as_ref());
        let tables = 0..cube.tables().len();
        Ok(Self {
            epoch,
            version: record.manifest,
            manifest: manifest.manifest.clone(),
            former: tables.map(|table| ledger.published_before(epoch, table, record.manifest)).collect(),
            cube,
            participants: record.participants.clone(),
            run: digest,
        })
    }

    /// Who takes part, in the order of the computation: a node is called by its place here.
    pub fn participants(&self) -> &[Kommunekode] {
        &self.participants
    }

    /// Those of them who compute.
    pub fn computing(&self) -> &[Kommunekode] {
        computing(&self.participants)
    }

    fn setup(&self) -> Setup {
        let compared: Vec<bool> = self.former.iter().map(Option::is_some).collect();
        let nodes = Nodes { dealers: self.participants.len(), computers: self.computing().len() };
        Setup::of(self.run, nodes, &self.manifest, &self.cube, &compared)
    }
}

/// Why a node does not take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSeated {
    /// What it froze is not of this epoch and manifest, or compares with another epoch than the registry does.
    #[error("what was frozen is not what is computed")]
    AnotherFreeze,
    /// What the protocol says.
    #[error(transparent)]
    Setup(#[from] NotASetup),
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It waits for these nodes, by their places.
    Waiting(Vec<usize>),
    /// This is what may be known.
    Ended(Box<EpochRelease>),
}

/// One node's part. `Debug` is masked.
pub struct Computation {
    terms: Terms,
    party: Party,
    own: Vec<u16>,
    suppression: Option<Suppression>,
    pattern: Vec<Shown>,
    unchanged: Vec<bool>,
}

impl fmt::Debug for Computation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Computation").field("epoch", &self.terms.epoch).finish_non_exhaustive()
    }
}

impl Computation {
    /// Begins, as the node at this place among the participants, with what it froze. Gives the messages to send.
    pub fn begin(
        terms: Terms,
        me: usize,
        frozen: &Frozen,
        randomness: &mut dyn Randomness,
    ) -> Result<(Self, Vec<Letter>), NotSeated> {
        let fits = frozen.epoch() == terms.epoch
            && frozen.manifest() == terms.version
            && frozen.compared() == terms.former;
        if !fits {
            return Err(NotSeated::AnotherFreeze);
        }
        let inputs = frozen.inputs(&terms.cube, terms.participants.len());
        let (party, letters) = Party::start(Arc::new(terms.setup()), me, &inputs, randomness)?;
        let own = frozen.counts(&terms.cube);
        let unchanged = vec![false; terms.former.len()];
        Ok((Self { terms, party, own, suppression: None, pattern: Vec::new(), unchanged }, letters))
    }

    /// What is computed, and by whom.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Takes a message from the node at this place; the channel has proved whose it is.
    pub fn receive(&mut self, from: usize, round: u32, bytes: &[u8]) -> Result<(), Refused> {
        self.party.receive(from, round, bytes)
    }

    /// The phase and the attempt that it is in.
    pub fn phase_and_attempt(&self) -> (u16, u8) {
        (self.party.phase(), self.party.attempt())
    }

    /// Begins a phase anew with these nodes, since others have gone away. Gives the messages to send.
    pub fn restart(
        &mut self,
        phase: u16,
        attempt: u8,
        quorum: &[usize],
        randomness: &mut dyn Randomness,
    ) -> Result<Vec<Letter>, NotNow> {
        self.party.restart(phase, attempt, quorum, randomness)
    }

    /// Goes on as far as it can, and gives the messages to send.
    ///
    /// # Errors
    /// [`Aborted`]: this phase can't end with these nodes.
    pub fn go_on(&mut self, randomness: &mut dyn Randomness) -> Result<(Vec<Letter>, Standing), Aborted> {
        let mut letters = Vec::new();
        loop {
            let more = match self.party.advance(randomness)? {
                Progress::Waiting(missing) => return Ok((letters, Standing::Waiting(missing))),
                Progress::Send(more) => Ok(more),
                Progress::Cells { passed, unchanged } => {
                    self.unchanged = unchanged;
                    self.suppression = Some(Suppression::begin(&self.terms.cube, &passed));
                    self.hide_or_open(randomness)
                }
                Progress::Sums(passed) => {
                    self.suppression = self.suppression.take().map(|suppression| suppression.heard(&passed));
                    self.hide_or_open(randomness)
                }
                Progress::Candidate(opened) => self.vote(&opened, randomness),
                Progress::Done(outcome) => {
                    let release = self.release(&outcome.opened, &outcome.vetoed);
                    return Ok((letters, Standing::Ended(Box::new(release))));
                }
            };
            // The party asked for it in this very state, with what it said itself: it refuses only what it did not ask.
            letters.extend(more.map_err(|_| Aborted::Unreadable)?);
        }
    }

    fn hide_or_open(&mut self, randomness: &mut dyn Randomness) -> Result<Vec<Letter>, NotNow> {
        let Some(suppression) = &self.suppression else { return Ok(Vec::new()) };
        let Some(pattern) = suppression.pattern() else {
            return self.party.gate_sums(suppression.residuals(), randomness);
        };
        self.pattern = pattern;
        self.open(randomness)
    }

    fn open(&mut self, randomness: &mut dyn Randomness) -> Result<Vec<Letter>, NotNow> {
        let tables = self.terms.cube.tables().iter().zip(&self.unchanged);
        let anew = tables.filter(|(_, unchanged)| !**unchanged).flat_map(|(table, _)| table.cells.clone());
        let cells: Vec<Cell> = anew.filter(|cell| self.pattern[*cell] == Shown::Open).map(Cell).collect();
        self.party.open(&cells, randomness)
    }

    fn vote(
        &mut self,
        opened: &[(Cell, i32)],
        randomness: &mut dyn Randomness,
    ) -> Result<Vec<Letter>, NotNow> {
        let candidate = self.candidate(opened);
        let vetoed = vetoed(&self.terms.cube, &candidate, &self.own, self.terms.manifest.threshold);
        let votes: Vec<bool> =
            (0..self.terms.cube.tables().len()).map(|table| vetoed.contains(&table)).collect();
        self.party.vote(&votes, randomness)
    }

    /// What each cell would show.
    fn candidate(&self, opened: &[(Cell, i32)]) -> Vec<CellStatus> {
        let hidden = |shown: &Shown| match shown {
            Shown::Impossible => CellStatus::Impossible,
            Shown::Open | Shown::Suppressed => CellStatus::Suppressed,
        };
        let mut candidate: Vec<CellStatus> = self.pattern.iter().map(hidden).collect();
        for (cell, value) in opened {
            candidate[cell.0] = CellStatus::Published(*value);
        }
        candidate
    }

    fn release(&self, opened: &[(Cell, i32)], vetoed: &[bool]) -> EpochRelease {
        let candidate = self.candidate(opened);
        let tables = self.terms.cube.tables().iter().enumerate().map(|(at, table)| {
            match self.terms.former[at].filter(|_| self.unchanged[at]) {
                Some(since) => TableRelease::Unchanged(since),
                None if vetoed.get(at).copied().unwrap_or(true) => TableRelease::Dropped,
                None => TableRelease::Published(candidate[table.cells.clone()].to_vec()),
            }
        });
        EpochRelease {
            epoch: self.terms.epoch,
            manifest: self.terms.version,
            participants: self.terms.participants.clone(),
            tables: tables.collect(),
        }
    }
}
