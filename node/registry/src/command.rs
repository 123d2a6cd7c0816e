//! What a municipality asks of the registry, and what the registry answers.

use enplan_domain::handover::ledger::{self, Effect, Refused};
use enplan_domain::{CaseHandle, Incarnation, TransferId};
use enplan_statistics::ledger as statistics;
use serde::{Deserialize, Serialize};

use crate::signing::{SignedCommand, to_hex};

/// What a municipality asks of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Command {
    /// Something about one case's handover.
    Case { handle: CaseHandle, transfer: TransferId, command: ledger::Command },
    /// The proposer's node has started, and this is its new life.
    Started(Incarnation),
    /// The proposer's audit log has come this far.
    AuditHead(AuditHead),
    /// Something about the federation's statistics.
    Statistics(statistics::Command),
}

/// How far a municipality's audit log has come: what it can no longer deny.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditHead {
    /// How many leaves the log has.
    pub size: u64,
    /// The hash over them.
    pub head: [u8; 32],
}

impl std::fmt::Debug for AuditHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditHead({} leaves, {}..)", self.size, to_hex(&self.head[..4]))
    }
}

/// What came of one command, the same on every node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// Of [`Command::Case`].
    Case(Result<Effect, Refused>),
    /// Of [`Command::Started`].
    Started(Result<(), NotTheNext>),
    /// Of [`Command::AuditHead`].
    AuditHead(Result<(), HeadRefused>),
    /// The envelope was not a member's: nothing in it was looked at.
    Rejected(Rejected),
    /// Of [`Command::Statistics`].
    Statistics(Result<(), statistics::Refused>),
}

/// A life that does not follow on the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NotTheNext {
    /// The newest life that the registry knows.
    pub(crate) newest: Incarnation,
}

/// Why an audit head was refused. Either means that the log it belongs to is not the one that was shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum HeadRefused {
    /// The log has become shorter.
    #[error("the audit log is shorter than the {recorded} leaves that the registry has recorded")]
    Shrunk {
        /// The size that the registry holds.
        recorded: u64,
    },
    /// Another log of the same length.
    #[error("the audit log has another head at {size} leaves than the registry has recorded")]
    Forked {
        /// The size at which they part.
        size: u64,
    },
}

/// Why an envelope was not opened. The same on every node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Rejected {
    /// Not an envelope, or a command that is none.
    #[error("the command can't be read")]
    Malformed,
    /// A form that the federation has not agreed on.
    #[error("the command is of a later version than the federation has agreed on")]
    NotYetAgreed,
    /// Signed for another federation.
    #[error("the command was signed for another federation")]
    AnotherFederation,
    /// Its proposer is not a member.
    #[error("the command's proposer is not a member of the federation")]
    NotAMember,
    /// The signature is not its proposer's.
    #[error("the command is not signed with its proposer's key")]
    FalseSignature,
}

/// One entry of the log: commands that are each applied or refused alone. One flush serves them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Batch(pub(crate) Vec<SignedCommand>);

/// What came of a [`Batch`], one verdict per command in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdicts(pub(crate) Vec<Verdict>);
