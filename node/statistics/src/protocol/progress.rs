//! How far a computation has come, and how it ends.

use super::Letter;
use crate::cube::Cell;

/// What a node does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing, until messages of these nodes have come.
    Waiting(Vec<usize>),
    /// Send these, and ask again.
    Send(Vec<Letter>),
    /// Find out which cells must be hidden beside those that did not pass. Goes on with `gate_sums` or `open`.
    Cells {
        /// For each cell of the list, whether enough people stand in it.
        passed: Vec<bool>,
        /// For each table, whether so little changed that it must say what it said before.
        unchanged: Vec<bool>,
    },
    /// For each of the sums that was asked about, whether it may be known. Goes on with `gate_sums` or `open`.
    Sums(Vec<bool>),
    /// Find out what these cells would give away together with what this node alone knows. Goes on with `vote`.
    Candidate(Vec<(Cell, i32)>),
    /// It is over.
    Done(Outcome),
}

/// What everybody knows in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For each table, whether it must say what it said before.
    pub unchanged: Vec<bool>,
    /// For each table, whether a node found that it says too much.
    pub vetoed: Vec<bool>,
    /// The open cells, with their noise. Those of a vetoed table are for nobody.
    pub opened: Vec<(Cell, i32)>,
    /// Nodes that opened false shares: proved, and set right.
    pub wrong: Vec<usize>,
}

/// Why a phase cannot end. Nothing was opened by it that would not have been opened otherwise. The phase may be begun anew
/// without the nodes that are named, while enough are left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Aborted {
    /// Somebody was told something else than this node was.
    #[error("node {with} takes something else for agreed")]
    Disagreement {
        /// Who; which of the two was deceived, and by whom, is not known.
        with: usize,
    },
    /// It revealed another value than it had committed to.
    #[error("node {node} changed its part of the common random number")]
    Coin {
        /// Who.
        node: usize,
    },
    /// What it shared does not belong together, so that different nodes would compute on different numbers.
    #[error("the shares of node {node} do not belong together")]
    Degree {
        /// Who.
        node: usize,
    },
    /// What it shared are no counts.
    #[error("what node {node} shared is out of range")]
    Range {
        /// Who, unless as many nodes as are needed to deceive lied together.
        node: usize,
    },
    /// One of them is at fault, and it is not known which: who shared, or who said of its shares that they don't fit.
    #[error("either node {dealer} shared what does not fit, or {computers:?} did not say what they hold")]
    Either {
        /// Who shared.
        dealer: usize,
        /// Whose shares do not fit those of the others.
        computers: Vec<usize>,
    },
    /// Too many false shares to say whose they are.
    #[error("what was opened does not fit together")]
    Unreadable,
}

impl Aborted {
    /// The node that is proved to be at fault.
    pub fn proved(&self) -> Option<usize> {
        match self {
            Self::Coin { node } | Self::Degree { node } | Self::Range { node } => Some(*node),
            Self::Disagreement { .. } | Self::Either { .. } | Self::Unreadable => None,
        }
    }
}

/// Why a step can't be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// The computation is somewhere else.
    #[error("the computation is not where this can be done: it has come to phase {0}")]
    Phase(u16),
    /// An attempt has a number above the last, and a check can be made only a few times.
    #[error("give the attempt the number after {0}; a check is made at most {MOST_CHECKS} times", MOST_CHECKS = super::dealing::MOST_CHECKS)]
    Attempt(u8),
    /// Too few nodes that compute, or nodes that do not take part.
    #[error("name at least {0} nodes that compute, in order, each once")]
    Quorum(usize),
    /// Cells that may not be opened, or that are not there.
    #[error("name cells that passed, of tables that changed, each once")]
    Cells,
    /// One vote for each table.
    #[error("vote on each table once")]
    Votes,
}
