//! One node's part in a computation: what it is told, and how its caller leads it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::check::VALUE;
use super::dealing::{Dealing, Held, MOST_CHECKS};
use super::gate::{Gate, Question};
use super::letter::{HEADER, Letter, Refused, Round, read};
use super::mailbox::Mailbox;
use super::phase::{Phase, Task};
use super::progress::NotNow;
use super::setup::{NotASetup, Setup};
use crate::Randomness;
use crate::cube::Cell;
use crate::input::CellInput;
use crate::sharing::Draws;

/// One node in one computation: what it holds, what it has heard and how far it has come. `Debug` is masked.
///
/// Send what it gives, tell it what comes ([`Party::receive`]), and ask it to go on ([`Party::advance`]) until it is done.
/// If it waits for nodes that have gone away, begin the phase anew without them, on every node ([`Party::restart`]).
pub struct Party {
    pub(super) setup: Arc<Setup>,
    pub(super) me: usize,
    pub(super) mail: Mailbox,
    /// Those that are over, and the one that it is in.
    pub(super) phases: Vec<Phase>,
    pub(super) attempt: u8,
    pub(super) quorum: Vec<usize>,
    pub(super) possible: Vec<Cell>,
    pub(super) held: Vec<Held>,
    pub(super) work: Work,
    pub(super) known: Known,
    pub(super) vote: Vec<bool>,
}

/// What has become public.
#[derive(Default)]
pub(super) struct Known {
    pub(super) passed: Vec<bool>,
    pub(super) unchanged: Vec<bool>,
    pub(super) opened: Vec<(Cell, i32)>,
    pub(super) wrong: Vec<usize>,
    pub(super) vetoed: Vec<bool>,
}

/// What the node does within its phase: what it has said last, and waits for the others to say.
pub(super) enum Work {
    Shared,
    /// What it commits to, the values that are committed to, what the shares come to.
    Committed([u8; VALUE]),
    Revealed(Vec<Vec<u8>>),
    Stated,
    Masked,
    /// How many products it has shared.
    Multiplied(u8, Gate),
    Answered,
    /// It waits for its caller.
    Gated(Vec<bool>),
    Opened,
    Candidate,
    Voted,
    Echoed,
    Done,
}

/// How many attempts ahead of its own a node hears of: the nodes that may go away, and some found out.
const ATTEMPTS_AHEAD: u8 = 4;

impl Party {
    /// Begins a computation as one of its nodes, with what it brings for each cell of the list. Gives the messages to send.
    pub fn start(
        setup: Arc<Setup>,
        me: usize,
        input: &[CellInput],
        randomness: &mut dyn Randomness,
    ) -> Result<(Self, Vec<Letter>), NotASetup> {
        setup.check()?;
        if me >= setup.dealers {
            return Err(NotASetup::NotAmongThem);
        }
        let dealing = Dealing::of(&setup, me, input, &mut Draws::from(randomness))?;
        let mut party = Self {
            phases: vec![Phase::new(&setup, me, setup.digest(), Task::Share)],
            me,
            mail: Mailbox::default(),
            attempt: 0,
            quorum: (0..setup.dealers).collect(),
            possible: setup.possible(),
            held: Vec::new(),
            work: Work::Shared,
            known: Known::default(),
            vote: Vec::new(),
            setup,
        };
        let letters = party.post(0, party.setup.dealers, |to| dealing.content(to));
        Ok((party, letters))
    }

    /// Takes a message from a node, of this round or one to come; the channel has proved whose it is. One that has come
    /// before, or too late, changes nothing.
    pub fn receive(&mut self, from: usize, round: u32, bytes: &[u8]) -> Result<(), Refused> {
        let round = Round::from(round);
        if from >= self.setup.dealers || from == self.me {
            return Err(Refused::Sender(from));
        }
        if bytes.len() > HEADER + self.setup.longest() {
            return Err(Refused::Length);
        }
        let (_, content) = read(&self.setup.run, bytes)?;
        if self.mail.is_repeated(round, from, bytes)? || self.is_over(round) {
            return Ok(());
        }
        let is_far =
            round.phase > self.phase() + 1 || round.attempt > self.attempt.saturating_add(ATTEMPTS_AHEAD);
        let is_shared_again = round.phase == 0 && round.attempt > 0;
        if is_far || is_shared_again {
            return Err(Refused::Round);
        }
        if let Some(phase) = self.phases.get(usize::from(round.phase)) {
            phase.check(&self.setup, self.me, round, from, content)?;
        }
        self.mail.put(round, from, bytes, 8 * (HEADER + self.setup.longest()))
    }

    /// Which phase it is in, from 0. A phase that has to be begun anew is the lowest that any of the nodes is in that are
    /// still there; they are never more than one apart.
    pub fn phase(&self) -> u16 {
        u16::try_from(self.phases.len() - 1).unwrap_or(u16::MAX)
    }

    /// Which attempt it is in, from 0.
    pub fn attempt(&self) -> u8 {
        self.attempt
    }

    /// Begins a phase anew because nodes have gone away or were found out, with those that are left, in order: the same
    /// shares, fresh randomness. Every node that is left must be told the same. Gives the messages to send.
    pub fn restart(
        &mut self,
        phase: u16,
        attempt: u8,
        quorum: &[usize],
        randomness: &mut dyn Randomness,
    ) -> Result<Vec<Letter>, NotNow> {
        let here = self.phase();
        if phase == 0 || phase > here || phase + 1 < here {
            return Err(NotNow::Phase(here));
        }
        let follows = attempt > self.attempt && attempt <= self.attempt.saturating_add(ATTEMPTS_AHEAD);
        let is_check = self.phases[usize::from(phase)].task == Task::Check;
        // A mask that served two checks would give away their difference.
        if !follows || (is_check && attempt >= MOST_CHECKS) {
            return Err(NotNow::Attempt(self.attempt));
        }
        let computing = quorum.iter().filter(|node| **node < self.setup.computers).count();
        let in_order = quorum.is_sorted_by(|one, next| one < next);
        if !in_order || computing < self.setup.needed() || quorum.last() >= Some(&self.setup.dealers) {
            return Err(NotNow::Quorum(self.setup.needed()));
        }
        self.attempt = attempt;
        self.quorum = quorum.to_vec();
        self.phases.truncate(usize::from(phase) + 1);
        Ok(self.begin(&mut Draws::from(randomness)))
    }

    /// Asks of these sets of cells, each taken together, whether they may be known. Every node asks the same. Gives the
    /// messages to send.
    pub fn gate_sums(
        &mut self,
        sums: &[Vec<Cell>],
        randomness: &mut dyn Randomness,
    ) -> Result<Vec<Letter>, NotNow> {
        let outcome = self.gated()?;
        let places = |sum: &Vec<Cell>| -> Option<Vec<usize>> {
            let places = sum.iter().map(|cell| self.possible.binary_search(cell).ok());
            (!sum.is_empty() && are_distinct(sum)).then(|| places.collect())?
        };
        let levels: Option<Vec<Vec<usize>>> = sums.iter().map(places).collect();
        let levels = levels.filter(|levels| (1..=self.setup.cells).contains(&levels.len()));
        let levels =
            levels.filter(|levels| levels.iter().map(Vec::len).sum::<usize>() <= self.setup.most_summed());
        let levels = levels.ok_or(NotNow::Cells)?;
        let task = Task::Gate(Question { levels, changes: Vec::new() });
        Ok(self.enter(task, &outcome, &mut Draws::from(randomness)))
    }

    /// Opens these cells with their noise. Every node opens the same. Gives the messages to send.
    ///
    /// Cells that did not pass, or whose table must not change, are never opened, whoever asks.
    pub fn open(&mut self, cells: &[Cell], randomness: &mut dyn Randomness) -> Result<Vec<Letter>, NotNow> {
        let outcome = self.gated()?;
        let unchanged = self.setup.tables.iter().zip(&self.known.unchanged);
        let stays = |cell: &Cell| {
            unchanged.clone().any(|(table, unchanged)| *unchanged && table.cells.contains(&cell.0))
        };
        let may = |cell: &Cell| self.known.passed.get(cell.0).copied().unwrap_or(false) && !stays(cell);
        if !cells.iter().all(may) || !are_distinct(cells) {
            return Err(NotNow::Cells);
        }
        Ok(self.enter(Task::Open(cells.to_vec()), &outcome, &mut Draws::from(randomness)))
    }

    /// Says for each table whether it tells too much to somebody who knows what this node knows. Gives the messages to send.
    pub fn vote(&mut self, vetoes: &[bool], randomness: &mut dyn Randomness) -> Result<Vec<Letter>, NotNow> {
        let Work::Candidate = self.work else { return Err(NotNow::Phase(self.phase())) };
        if vetoes.len() != self.setup.tables.len() {
            return Err(NotNow::Votes);
        }
        let outcome: Vec<u8> = self.known.opened.iter().flat_map(|(_, value)| value.to_be_bytes()).collect();
        self.vote = vetoes.to_vec();
        Ok(self.enter(Task::Vote, &outcome, &mut Draws::from(randomness)))
    }

    /// The answers of a gate, when it is over and the caller decides what follows.
    fn gated(&self) -> Result<Vec<u8>, NotNow> {
        match &self.work {
            Work::Gated(answers) => Ok(answers.iter().map(|answer| u8::from(*answer)).collect()),
            _ => Err(NotNow::Phase(self.phase())),
        }
    }

    /// Whether a message belongs to a round that this node will not come to any more.
    fn is_over(&self, round: Round) -> bool {
        let earlier = round.phase < self.phase() && round.attempt <= self.attempt;
        earlier || (round.phase > 0 && round.attempt < self.attempt)
    }
}

fn are_distinct(cells: &[Cell]) -> bool {
    let distinct: BTreeSet<Cell> = cells.iter().copied().collect();
    distinct.len() == cells.len()
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Party")
            .field("me", &self.me)
            .field("phase", &self.phase())
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
