//! `terminology ..`.

use enplan_proto::terminology::v1::{GetConceptRequest, ImportCodeSystemRequest, ListCodeSystemsRequest};

use crate::arguments::TerminologyVerb;
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{CodeSystemImported, CodeSystems, Concept};
use crate::terminal::Terminal;

/// Carries out what can be done with code systems.
pub(crate) async fn run(verb: TerminologyVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        TerminologyVerb::Import { file, replace } => {
            let request = ImportCodeSystemRequest { code_system: input::bytes(&file)?, replace };
            let answer = node.terminology().import_code_system(request).await?.into_inner();
            let imported = CodeSystemImported::of(answer).ok_or_else(Failure::incomplete_answer)?;
            terminal.show(&imported)?;
            terminal.suggest(&["terminology list".to_owned()]);
            Ok(())
        }
        TerminologyVerb::List => {
            let answer = node.terminology().list_code_systems(ListCodeSystemsRequest {}).await?.into_inner();
            terminal.show(&CodeSystems::from(answer))
        }
        TerminologyVerb::Show { system, code } => {
            let answer = node.terminology().get_concept(GetConceptRequest { system, code }).await?;
            terminal.show(&Concept::from(answer.into_inner()))
        }
    }
}
