//! A message, as it goes from one node to another.

use std::fmt;

/// A message to be sent, over a channel that proves to the other who it is from and that nobody else reads.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The node that it is for.
    pub to: usize,
    /// The round that it belongs to.
    pub round: u32,
    /// What it says.
    pub bytes: Vec<u8>,
}

/// Where in the computation a message belongs. Written as a number: the phase in the upper half, then the attempt, then the
/// step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// Sharing, checking, each gate, opening, voting.
    pub phase: u16,
    /// How many times anything was begun anew because a node had gone away.
    pub attempt: u8,
    /// Within the phase.
    pub step: u8,
}

/// Why a message is not taken. Whoever sent it is at fault, or does not take part in the same computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not one of the nodes, or one that has nothing to say in that round.
    #[error("node {0} has nothing to say in this round")]
    Sender(usize),
    /// There is no such round, or it is too far ahead.
    #[error("there is no such round now")]
    Round,
    /// Of another computation, epoch or attempt.
    #[error("the message belongs to another computation")]
    AnotherRun,
    /// Every message of a round has one length.
    #[error("the message has not the length that it must have")]
    Length,
    /// A number in it is out of range.
    #[error("a number in the message is out of range")]
    Number,
    /// The node said something else before, in the same round.
    #[error("node {0} has already said something else in this round")]
    Equivocates(usize),
    /// The shares are not those whose hash it told everybody.
    #[error("the shares of node {0} are not those that it committed to")]
    NotCommittedTo(usize),
    /// It has sent more than anybody needs to before the others have caught up.
    #[error("node {0} has sent too much ahead of the others")]
    TooMuch(usize),
}

/// How long the part of a message is that says which computation it belongs to, and what its sender takes for agreed.
pub(super) const HEADER: usize = RUN + 32;

const RUN: usize = 16;

/// A message: which computation, what is agreed, and what it says.
pub(super) fn written(run: &[u8; 32], agreed: &[u8; 32], content: &[u8]) -> Vec<u8> {
    [&run[..RUN], agreed, content].concat()
}

/// What a message says, with what its sender takes for agreed.
pub(super) fn read<'a>(run: &[u8; 32], bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), Refused> {
    let (header, content) = bytes.split_at_checked(HEADER).ok_or(Refused::Length)?;
    let (of, agreed) = header.split_at(RUN);
    if of == &run[..RUN] { Ok((agreed, content)) } else { Err(Refused::AnotherRun) }
}

impl From<u32> for Round {
    fn from(number: u32) -> Self {
        let [phase, more, attempt, step] = number.to_be_bytes();
        Self { phase: u16::from_be_bytes([phase, more]), attempt, step }
    }
}

impl From<Round> for u32 {
    fn from(round: Round) -> Self {
        let [phase, more] = round.phase.to_be_bytes();
        Self::from_be_bytes([phase, more, round.attempt, round.step])
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("to", &self.to)
            .field("round", &Round::from(self.round))
            .field("length", &self.bytes.len())
            .finish()
    }
}
