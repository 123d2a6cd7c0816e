//! `plan findings`, and what is said about what was found.

use enplan_domain::CaseId;
use enplan_proto::plan::v1::{AcknowledgeFindingRequest, ListFindingsRequest, MarkOpposingRequest};

use super::plan::not_changed;
use crate::arguments::CoordinationVerb;
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{CaseFindings, ItemAdded};
use crate::terminal::Terminal;

/// Carries out what can be done about what does not hang together.
pub(crate) async fn run(verb: CoordinationVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        CoordinationVerb::Findings { case } => {
            let findings = found(case, node).await?;
            terminal.show(&findings)?;
            let see_to =
                findings.first_open().map(|code| format!("plan acknowledge {case} {code} --reason @FIL"));
            let agenda = format!("meeting agenda {case}");
            terminal.suggest(&see_to.into_iter().chain([agenda]).collect::<Vec<_>>());
            Ok(())
        }
        CoordinationVerb::Acknowledge { case, code, items, reason, seen } => {
            let items = if items.is_empty() { found(case, node).await?.the_only(&code)? } else { items };
            let reason = input::words(&reason)?;
            let request = AcknowledgeFindingRequest {
                case_id: case.to_string(),
                version: seen.version,
                code,
                items,
                reason,
            };
            let answer = node.coordination().acknowledge_finding(request).await;
            let answer = answer.map_err(|status| not_changed(status, case))?.into_inner();
            added(case, answer.item_id, answer.version, terminal)
        }
        CoordinationVerb::Oppose { case, one, other, text, seen } => {
            let request = MarkOpposingRequest {
                case_id: case.to_string(),
                version: seen.version,
                item_id: one,
                other_id: other,
                text: input::words(&text.words)?,
            };
            let answer = node.coordination().mark_opposing(request).await;
            let answer = answer.map_err(|status| not_changed(status, case))?.into_inner();
            added(case, answer.item_id, answer.version, terminal)
        }
    }
}

async fn found(case: CaseId, node: &Node) -> Result<CaseFindings, Failure> {
    let request = ListFindingsRequest { case_id: case.to_string() };
    Ok(CaseFindings::of(case.to_string(), node.coordination().list_findings(request).await?.into_inner()))
}

fn added(case: CaseId, item_id: String, version: u64, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.show(&ItemAdded { case_id: case.to_string(), item_id, version })?;
    terminal.suggest(&[format!("plan findings {case}")]);
    Ok(())
}
