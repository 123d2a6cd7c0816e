//! Answers as people and scripts see them: pure functions from the wire's messages.
//!
//! Each view is a `serde` struct of its own: its JSON is a promise to scripts, documented in `docs/cli.md`, and does not
//! change when the wire does. What is empty on the wire is `null` in JSON and left out on the screen. Nothing is masked
//! here: what a caller may see, the node has decided.

mod assessing;
mod basis;
mod catalogue;
mod contents;
mod coordination;
mod deadline;
mod exchange;
mod family;
mod handover;
mod history;
mod household;
mod import;
mod item;
mod layout;
mod meeting;
mod merging;
mod node;
mod plan;
mod relocation;
mod request;
mod residence;
mod session;
mod statement;
mod statistics;
mod terminology;
mod thread;
mod tree;
mod words;

pub(crate) use basis::{Bases, BasisShown, ConsentWithdrawn, Recorded, WithdrawalPreview};
pub(crate) use catalogue::Catalogue;
pub(crate) use coordination::{Agenda, CaseFindings};
pub(crate) use deadline::Worklist;
pub(crate) use exchange::{CitizensImported, PlanExported};
pub(crate) use family::{FamilyOffered, FamilyShown};
pub(crate) use handover::{Handover, Handovers};
pub(crate) use history::History;
pub(crate) use household::{Household, SharedWritten};
pub(crate) use import::Import;
pub(crate) use layout::{Page, printable};
pub(crate) use meeting::MeetingWritten;
pub(crate) use merging::{MergePreview, MergeProposals, Merged, PlansMerged};
pub(crate) use node::{Accesses, AccountPut, NodeStatus};
pub(crate) use plan::{ItemAdded, Plan, PlanChanged, PlanPrinted, Plans};
pub(crate) use relocation::{CaseRelocations, KeepReasons, Relocations, RelocationsImported};
pub(crate) use request::{EndedSubscriptions, PlanRequest, PlanRequests};
pub(crate) use session::{LoggedIn, LoggedOut};
pub(crate) use statement::{StatementDismissed, StatementTaken, Statements};
pub(crate) use statistics::{
    CellStatus as StatisticsCellStatus, Comparison, Described, EpochRun, Epochs, Manifest, ManifestChanged,
    Manifests, Table as StatisticsTable, Tables as StatisticsTables,
};
pub(crate) use terminology::{CodeSystemImported, CodeSystems, Concept};
pub(crate) use words::{State, instant, on_the_wire};

#[cfg(test)]
pub(crate) mod samples;
