//! `plan export`, and `plan import --several`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use enplan_domain::CaseId;
use enplan_proto::exchange::v1::{ExportPlanRequest, ImportCitizensRequest};

use crate::arguments::Input;
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{CitizensImported, PlanExported};
use crate::terminal::Terminal;

/// Saves a plan as a file of the user's own, or writes it to standard output.
pub(crate) async fn export(
    case: CaseId,
    file: Option<&Path>,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if let Some(path) = file.filter(|path| path.exists()) {
        // Before the plan is asked for: a look that comes to nothing is a look all the same.
        return Err(already_there(path));
    }
    let answer = node.exchange().export_plan(ExportPlanRequest { case_id: case.to_string() }).await?;
    let answer = answer.into_inner();
    let Some(path) = file else {
        terminal.write(&answer.bundle)?;
        return terminal.write(b"\n");
    };
    save(path, &answer.bundle)?;
    let exported = PlanExported::of(case.to_string(), path.display().to_string(), answer);
    terminal.show(&exported)?;
    terminal.suggest(&[format!("plan show {case}")]);
    Ok(())
}

/// Writes a file that only its owner can read, and never over another.
fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|cause| {
        if cause.kind() == ErrorKind::AlreadyExists {
            return already_there(path);
        }
        let text = format!("Filen {} kan ikke skrives.", path.display());
        Failure::usage("FILE_UNWRITABLE", text).because(&cause)
    })
}

fn already_there(path: &Path) -> Failure {
    Failure::usage("FILE_EXISTS", format!("Filen {} findes allerede. Vælg et andet navn.", path.display()))
}

/// Takes a file about several citizens, each into their own plan.
pub(crate) async fn import_citizens(
    file: &Input,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = ImportCitizensRequest { bundle: input::bytes(file)? };
    let answer = node.exchange().import_citizens(request).await?.into_inner();
    terminal.show(&CitizensImported::from(answer))?;
    terminal.suggest(&["plan list".to_owned()]);
    Ok(())
}
