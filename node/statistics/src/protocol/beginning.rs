//! How a node begins a phase, what it says first, and what all it says looks like.

use std::cmp::Ordering;

use super::check::commitment;
use super::dealing::Held;
use super::gate::Question;
use super::letter::{Letter, Round, read, written};
use super::party::{Party, Work};
use super::phase::{Phase, Task};
use super::setup::{Digest, TableGate};
use super::steps::encoded;
use crate::sharing::{Draws, Element, share, small};

impl Party {
    /// Goes into the next phase, when this is what came of the last.
    pub(super) fn enter(&mut self, task: Task, outcome: &[u8], draws: &mut Draws<'_>) -> Vec<Letter> {
        let before = self.here().agreed_after(outcome);
        self.phases.push(Phase::new(&self.setup, self.me, before, task));
        self.begin(draws)
    }

    /// Begins the phase that it is in, or begins it anew. Messages that came before are looked at now that it is known what
    /// they must look like.
    pub(super) fn begin(&mut self, draws: &mut Draws<'_>) -> Vec<Letter> {
        self.forget_what_is_not_wanted();
        let setup = self.setup.clone();
        match &self.here().task {
            Task::Share => Vec::new(),
            // Who does not compute hears of the check if it fails.
            Task::Check if !self.computes() => self.enter(Task::Gate(self.first_question()), &[], draws),
            Task::Check => {
                let value = draws.bytes();
                let commitment = commitment(&setup, self.me, self.attempt, &value).to_vec();
                self.work = Work::Committed(value);
                self.post(0, setup.computers, |_| commitment.clone())
            }
            Task::Gate(_) if !self.computes() => {
                self.work = Work::Answered;
                Vec::new()
            }
            Task::Gate(question) => {
                let answers = question.answers();
                self.work = Work::Masked;
                if !self.multiplying().contains(&self.me) {
                    return Vec::new();
                }
                let masks = draws.elements(answers);
                self.post_shares(0, &masks, draws)
            }
            Task::Open(cells) => {
                let places = cells.iter().filter_map(|cell| self.possible.binary_search(cell).ok());
                let with_noise = |place: usize| {
                    let of_one = |held: &Held| held.cells()[place].count + held.cells()[place].noise;
                    self.held.iter().fold(small(0), |sum, held| sum + of_one(held))
                };
                let shares = encoded(&places.map(with_noise).collect::<Vec<_>>());
                self.work = Work::Opened;
                if self.computes() { self.post(0, setup.dealers, |_| shares.clone()) } else { Vec::new() }
            }
            Task::Vote => {
                self.work = if self.computes() { Work::Voted } else { Work::Echoed };
                let vote: Vec<u8> = self.vote.iter().map(|vote| u8::from(*vote)).collect();
                self.post(0, setup.computers, |_| vote.clone())
            }
        }
    }

    fn forget_what_is_not_wanted(&mut self) {
        let (here, attempt) = (self.phase(), self.attempt);
        let (setup, me, phase) = (&self.setup, self.me, self.phases.last());
        self.mail.keep_only(|round, from, bytes| {
            let looks_right = || {
                let content = read(&setup.run, bytes).map(|(_, content)| content);
                phase
                    .zip(content.ok())
                    .is_some_and(|(phase, content)| phase.check(setup, me, round, from, content).is_ok())
            };
            match round.phase.cmp(&here) {
                Ordering::Less => round.attempt > attempt,
                Ordering::Equal => round.attempt >= attempt && looks_right(),
                Ordering::Greater => round.attempt >= attempt,
            }
        });
    }

    /// Writes a message to each of the first so many nodes, if it is one of those that are left. What it says to itself it
    /// hears at once.
    pub(super) fn post(&mut self, step: u8, nodes: usize, content: impl Fn(usize) -> Vec<u8>) -> Vec<Letter> {
        if !self.quorum.contains(&self.me) {
            return Vec::new();
        }
        let round = self.round(step);
        let agreed = self.agreed(round);
        let mut letters = Vec::with_capacity(nodes);
        for to in 0..nodes {
            let bytes = written(&self.setup.run, &agreed, &content(to));
            if to == self.me {
                self.mail.keep(round, to, bytes);
            } else {
                letters.push(Letter { to, round: round.into(), bytes });
            }
        }
        letters
    }

    pub(super) fn post_shares(
        &mut self,
        step: u8,
        secrets: &[Element],
        draws: &mut Draws<'_>,
    ) -> Vec<Letter> {
        let computers = self.setup.computers;
        let shares = share(secrets, self.setup.tolerance(), computers, draws);
        self.post(step, computers, |to| encoded(&shares[to]))
    }

    /// Of each possible cell whether enough people stand in it, of each table that was published whether enough changed.
    pub(super) fn first_question(&self) -> Question {
        let levels = (0..self.possible.len()).map(|place| vec![place]).collect();
        let places = |table: &TableGate| {
            let cells = self.possible.iter().enumerate();
            cells.filter(|(_, cell)| table.cells.contains(&cell.0)).map(|(place, _)| place).collect()
        };
        let compared = self.setup.tables.iter().filter(|table| table.compared);
        Question { levels, changes: compared.map(places).collect() }
    }

    /// The nodes that are left and compute: all of them check and open.
    pub(super) fn computing(&self) -> Vec<usize> {
        self.quorum.iter().copied().filter(|node| *node < self.setup.computers).collect()
    }

    /// The first of them, as many as a multiplication needs.
    pub(super) fn multiplying(&self) -> Vec<usize> {
        let mut nodes = self.computing();
        nodes.truncate(self.setup.needed());
        nodes
    }

    pub(super) fn computes(&self) -> bool {
        self.me < self.setup.computers
    }

    pub(super) fn here(&self) -> &Phase {
        &self.phases[self.phases.len() - 1]
    }

    pub(super) fn round(&self, step: u8) -> Round {
        Round { phase: self.phase(), attempt: self.attempt, step }
    }

    /// What every message of a round carries: whoever was told something else in public carries something else.
    pub(super) fn agreed(&self, round: Round) -> [u8; 32] {
        let mut digest = Digest::of("message");
        digest.bytes(&self.here().agreed);
        digest.numbers(self.quorum.iter().copied());
        digest.bytes(&u32::from(round).to_be_bytes());
        digest.done()
    }
}
