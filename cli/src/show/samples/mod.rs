//! Messages as a node could send them. Everyone in them is invented: the numbers are replacement numbers.

mod basis;
mod coordination;
mod exchange;
mod handover;
mod household;
mod merging;
mod node;
mod plan;
mod relocation;
mod statement;
mod statistics;

use prost_types::Timestamp;

pub(crate) use basis::{EFFECT, bases, basis, effect};
pub(crate) use coordination::{agenda, findings};
pub(crate) use exchange::{citizens_imported, import};
pub(crate) use handover::{
    family_comes, family_leaves, family_members, family_offered, family_to_answer, handover, handovers,
};
pub(crate) use household::{household, shared};
pub(crate) use merging::{merge_preview, merge_proposals};
pub(crate) use node::{accesses, code_system_imported, code_systems, concept, node_status, user};
pub(crate) use plan::{catalogue, history, plan, plans, worklist};
pub(crate) use relocation::{
    case_relocations, ended_subscriptions, keep_reasons, plan_request, plan_requests, relocations,
    relocations_imported,
};
pub(crate) use statement::statements;
pub(crate) use statistics::{epochs, manifest, manifests, own_figures, release};

pub(crate) const CASE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
pub(crate) const BASIS: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
pub(crate) const TRANSFER: &str = "01890a5d-ac96-774b-bcce-b302099a8059";
pub(crate) const ITEM: &str = "01890a5d-ac96-774b-bcce-b302099a805a";
pub(crate) const VERSION: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
pub(crate) const FAMILY: &str = "01890a5d-ac96-774b-bcce-b302099a805b";

/// 12 January 2027, so many minutes after noon in UTC.
fn at(minutes: i64) -> Timestamp {
    Timestamp { seconds: 1_799_755_200 + minutes * 60, nanos: 0 }
}
