//! `plan print`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use enplan_domain::CaseId;
use enplan_proto::print::v1::PrintPlanRequest;

use crate::connection::Node;
use crate::failure::Failure;
use crate::show::PlanPrinted;
use crate::terminal::Terminal;

/// Writes the citizen's copy of a plan to a new file that nobody else can read. The file is made before the node is asked: a
/// copy that cannot be kept is no look at the citizen.
pub(crate) async fn print(
    case: CaseId,
    path: &Path,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let unwritable = |cause: std::io::Error| {
        let (code, message) = match cause.kind() {
            ErrorKind::AlreadyExists => {
                ("FILE_EXISTS", "Filen findes allerede. Vælg et andet navn, eller slet den først.")
            }
            _ => ("FILE_UNWRITABLE", "Filen kan ikke skrives. Vælg en mappe, du kan skrive i."),
        };
        Failure::usage(code, message).because(&cause)
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(unwritable)?;
    let printed = node.printer().print_plan(PrintPlanRequest { case_id: case.to_string() }).await;
    let written = match printed {
        Ok(answer) => file.write_all(&answer.into_inner().html).map_err(unwritable),
        Err(status) => Err(Failure::from(status)),
    };
    if let Err(failure) = written {
        // Nothing half done: what was made for it goes again.
        let _ = std::fs::remove_file(path);
        return Err(failure);
    }
    terminal.show(&PlanPrinted { case_id: case.to_string(), file: path.display().to_string() })
}
