//! `worklist`.

use enplan_proto::worklist::v1::ListDeadlinesRequest;

use crate::arguments::WorklistArguments;
use crate::connection::Node;
use crate::failure::Failure;
use crate::show::Worklist;
use crate::terminal::Terminal;

/// Shows what is due.
pub(crate) async fn list(
    arguments: WorklistArguments,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = ListDeadlinesRequest {
        overdue_only: arguments.overdue,
        until: arguments.until.map(|day| day.to_string()).unwrap_or_default(),
        unit: arguments.unit.unwrap_or_default(),
    };
    let worklist = Worklist::from(node.worklist().list_deadlines(request).await?.into_inner());
    terminal.show(&worklist)?;
    terminal.suggest(&[worklist.next_command().unwrap_or_else(|| "plan list".to_owned())]);
    Ok(())
}
