//! The phases of a computation: what each is about, and what every message in it looks like.

use super::check::VALUE;
use super::dealing;
use super::gate::Question;
use super::letter::{Refused, Round};
use super::setup::{Digest, Setup};
use crate::cube::Cell;
use crate::sharing::{ELEMENT_BYTES, decode};

/// What a phase is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    Share,
    Check,
    Gate(Question),
    Open(Vec<Cell>),
    Vote,
}

/// A phase, as this node has come to it.
pub(super) struct Phase {
    pub(super) task: Task,
    /// A digest of all that was said publicly before, and of the task.
    pub(super) agreed: [u8; 32],
    /// How long what this node is told in each step is.
    lengths: Vec<usize>,
}

impl Phase {
    pub(super) fn new(setup: &Setup, me: usize, before: [u8; 32], task: Task) -> Self {
        let mut digest = Digest::of("phase");
        digest.bytes(&before);
        let lengths = match &task {
            Task::Share => vec![dealing::length(setup, me)],
            Task::Check => vec![VALUE, VALUE, 2 * setup.dealers * ELEMENT_BYTES],
            Task::Gate(question) => {
                question.describe(&mut digest);
                question.lengths(setup).into_iter().map(|elements| elements * ELEMENT_BYTES).collect()
            }
            Task::Open(cells) => {
                digest.numbers(cells.iter().map(|cell| cell.0));
                vec![cells.len() * ELEMENT_BYTES]
            }
            Task::Vote => vec![setup.tables.len(); 2],
        };
        Self { agreed: digest.done(), task, lengths }
    }

    /// The digest of what is agreed after this phase: all before, and what came of it.
    pub(super) fn agreed_after(&self, outcome: &[u8]) -> [u8; 32] {
        let mut digest = Digest::of("outcome");
        digest.bytes(&self.agreed);
        digest.bytes(outcome);
        digest.done()
    }

    /// The last step.
    pub(super) fn last_step(&self) -> u8 {
        u8::try_from(self.lengths.len() - 1).unwrap_or(u8::MAX)
    }

    /// Whether a message looks as every message of its step must.
    pub(super) fn check(
        &self,
        setup: &Setup,
        me: usize,
        round: Round,
        from: usize,
        content: &[u8],
    ) -> Result<(), Refused> {
        let speaks = match self.task {
            Task::Share => true,
            Task::Vote if round.step == 0 => true,
            _ => from < setup.computers,
        };
        let length = self.lengths.get(usize::from(round.step)).ok_or(Refused::Round)?;
        if !speaks {
            return Err(Refused::Sender(from));
        }
        if content.len() != *length {
            return Err(Refused::Length);
        }
        match self.task {
            Task::Share if me >= setup.computers => Ok(()),
            Task::Share if !dealing::is_committed_to(setup, from, me, content) => {
                Err(Refused::NotCommittedTo(from))
            }
            Task::Share => dealing::is_readable(setup, content).then_some(()).ok_or(Refused::Number),
            Task::Check if round.step < 2 => Ok(()),
            Task::Vote => content.iter().all(|vote| *vote < 2).then_some(()).ok_or(Refused::Number),
            _ => decode(content).map(|_| ()).ok_or(Refused::Number),
        }
    }
}
