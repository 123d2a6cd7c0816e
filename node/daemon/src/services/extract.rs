//! Extracts of the registry of persons: taken in by whoever fetches them. Each attempt is in the log.

use enplan_domain::access::{self, Action, Resource};
use enplan_domain::relocation::extract::{self, BadLine, Extract};
use enplan_domain::{Date, danish_day};
use enplan_federation::{EXTRACT_LINES_BAD, Imported};
use enplan_proto::relocation::v1 as proto;
use enplan_vault::{AuditEntry, Write};
use tonic::Code;

use super::Desk;
use crate::failure::Failure;
use crate::sessions::Caller;

/// How many bad lines a refusal names.
const NAMED_LINES: usize = 20;

/// Takes an extract in. Who is told how many of its citizens have a plan here, access decides.
pub(super) async fn import(
    desk: &Desk,
    caller: &Caller,
    request: &proto::ImportRelocationsRequest,
) -> Result<proto::ImportRelocationsResponse, Failure> {
    let action = Action::ImportRelocations.as_str();
    let actor = caller.actor.clone();
    let extract = match read(request, danish_day(desk.clock.now())) {
        Ok(extract) => extract,
        Err(refusal) => {
            let entry = AuditEntry::refused(actor, action, Vec::new(), refusal.code());
            desk.vault.write(Write::of(entry)).await?;
            return Err(refusal);
        }
    };
    let counted = access::decide(&caller.user, Action::CountRelocations, &Resource::Node).is_ok();
    // That a line contradicts what is known tells that something is.
    let skip_bad = request.skip_bad_lines || !counted;
    let imported = desk.handovers.import_moves(&extract.lines, skip_bad, actor, action).await?;
    if !imported.bad.is_empty() && !skip_bad {
        return Err(bad_lines(&imported.bad));
    }
    let imported = if counted { imported } else { Imported::default() };
    let bad = extract.bad.iter().chain(&imported.bad);
    Ok(proto::ImportRelocationsResponse {
        lines: u32::try_from(extract.lines.len()).unwrap_or(u32::MAX),
        counted,
        waiting: imported.waiting,
        home: imported.home,
        out_of_order: imported.out_of_order,
        duplicates: imported.duplicates,
        unknown: imported.unknown,
        unknown_moved_here: imported.unknown_moved_here,
        bad_lines: bad
            .map(|bad| proto::BadLine { line: bad.number, text: bad.problem.what_to_do().to_owned() })
            .collect(),
    })
}

/// What an extract holds, if all of it can be read, or the rest is to be skipped.
fn read(request: &proto::ImportRelocationsRequest, today: Date) -> Result<Extract, Failure> {
    let extract = extract::read(&request.extract, today).map_err(|refusal| {
        let danish = refusal.what_to_do();
        Failure::field("extract", refusal.code(), refusal.to_string(), danish)
    })?;
    if extract.bad.is_empty() || request.skip_bad_lines { Ok(extract) } else { Err(bad_lines(&extract.bad)) }
}

/// The refusal of an extract with lines that can't be read: each by its number, and nothing of it.
fn bad_lines(bad: &[BadLine]) -> Failure {
    let named: Vec<_> = bad
        .iter()
        .take(NAMED_LINES)
        .map(|bad| format!("linje {}: {}", bad.number, bad.problem.what_to_do()))
        .collect();
    let more = match bad.len().saturating_sub(NAMED_LINES) {
        0 => String::new(),
        more => format!("; og {more} linjer mere"),
    };
    let danish = format!(
        "Intet er taget ind: {}{more}. Ret linjerne og prøv igen, eller tag de andre linjer ind med --skip-bad-lines.",
        named.join("; ")
    );
    let english = format!("{} lines can't be read", bad.len());
    Failure::new(Code::InvalidArgument, EXTRACT_LINES_BAD, english, danish)
}
