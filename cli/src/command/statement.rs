//! `statement ..`.

use enplan_domain::CaseId;
use enplan_proto::plan::v1::{Custody, Kinship};
use enplan_proto::statement::v1::{DismissStatementRequest, ListStatementsRequest, TakeOverStatementRequest};

use crate::arguments::{StatementVerb, TakeOverStatement};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{StatementDismissed, StatementTaken, Statements};
use crate::terminal::Terminal;

/// Carries out what can be done about what reports say of others.
pub(crate) async fn run(verb: StatementVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        StatementVerb::List { case, all } => list(case, all, node, terminal).await,
        StatementVerb::TakeOver(taking) => take_over(*taking, node, terminal).await,
        StatementVerb::Dismiss { case, statement, reason } => {
            let request = DismissStatementRequest {
                case_id: case.to_string(),
                statement_id: statement.clone(),
                reason: input::words(&reason)?,
            };
            node.statements().dismiss_statement(request).await?;
            terminal.show(&StatementDismissed { case_id: case.to_string(), statement_id: statement })?;
            terminal.suggest(&[format!("statement list {case}")]);
            Ok(())
        }
    }
}

async fn list(case: CaseId, all: bool, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ListStatementsRequest { case_id: case.to_string(), include_settled: all };
    let answer = node.statements().list_statements(request).await?.into_inner();
    let statements = Statements::of(case.to_string(), answer);
    terminal.show(&statements)?;
    let next = statements.first_open().map(|id| {
        vec![
            format!("statement take-over {case} {id} --help"),
            format!("statement dismiss {case} {id} --reason @FIL"),
        ]
    });
    terminal.suggest(&next.unwrap_or_else(|| vec![format!("plan show {case}")]));
    Ok(())
}

async fn take_over(taking: TakeOverStatement, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let case = taking.case;
    let request = TakeOverStatementRequest {
        case_id: case.to_string(),
        statement_id: taking.statement.clone(),
        sector: taking.sector.unwrap_or_default(),
        kinship: taking.kinship.map_or(Kinship::Unspecified, Kinship::from).into(),
        custody: taking.custody.map_or(Custody::Unspecified, Custody::from).into(),
        provision: taking.provision.unwrap_or_default(),
        consent_given_on: taking.consent_given.map(|day| day.to_string()).unwrap_or_default(),
        without_person: taking.without_person,
    };
    let answer = node.statements().take_over_statement(request).await?.into_inner();
    terminal.show(&StatementTaken {
        case_id: case.to_string(),
        statement_id: taking.statement,
        taken_over_as: answer.taken_over_as,
        version: answer.version,
    })?;
    terminal.suggest(&[format!("statement list {case}"), format!("household show {case}")]);
    Ok(())
}
