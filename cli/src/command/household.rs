//! `household ..`, and what is written for several siblings at once.

use enplan_domain::CaseId;
use enplan_proto::household::v1::{
    AddSharedRequest, ChangeSharedRequest, GetHouseholdRequest, add_shared_request, change_shared_request,
};
use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::change_item_request::Change;

use crate::arguments::HouseholdVerb;
use crate::connection::Node;
use crate::failure::{Exit, Failure};
use crate::show::{Household, SharedWritten};
use crate::terminal::Terminal;

/// Shows a family.
pub(crate) async fn run(verb: HouseholdVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let HouseholdVerb::Show { case } = verb;
    let request = GetHouseholdRequest { case_id: case.to_string() };
    let household = Household::from(node.households().get_household(request).await?.into_inner());
    terminal.show(&household)?;
    terminal.suggest(&[format!("plan add-relation {case} --help"), format!("plan show {case}")]);
    Ok(())
}

/// Writes something into the plans of siblings.
pub(crate) async fn share(
    cases: &[CaseId],
    item: Item,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let item = match item {
        Item::Goal(goal) => add_shared_request::Item::Goal(goal),
        Item::Action(action) => add_shared_request::Item::Action(action),
        _ => return Err(Failure::usage("USAGE", "Kun mål og indsatser kan være fælles for søskende.")),
    };
    let case_ids = cases.iter().map(ToString::to_string).collect();
    let answer =
        node.households().add_shared(AddSharedRequest { case_ids, item: Some(item) }).await?.into_inner();
    finish(&SharedWritten::of(answer.item_id, answer.plans), terminal)
}

/// Changes what siblings share in all their plans.
pub(crate) async fn change(
    case: CaseId,
    item: String,
    change: Change,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let change = match change {
        Change::Reword(reword) => change_shared_request::Change::Reword(reword),
        Change::Begin(begin) => change_shared_request::Change::Begin(begin),
        Change::Finish(finish) => change_shared_request::Change::Finish(finish),
        Change::Drop(drop) => change_shared_request::Change::Drop(drop),
        Change::Withdraw(withdraw) => change_shared_request::Change::Withdraw(withdraw),
        _ => return Err(Failure::usage("USAGE", "Det kan ikke siges om det, søskende har fælles.")),
    };
    let request =
        ChangeSharedRequest { case_id: case.to_string(), item_id: item.clone(), change: Some(change) };
    let answer = node.households().change_shared(request).await?.into_inner();
    finish(&SharedWritten::of(item, answer.plans), terminal)
}

/// What was written is shown whole; that some of it was not is a failure all the same.
fn finish(written: &SharedWritten, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.show(written)?;
    if let Some(case) = written.not_written() {
        return Err(Failure::new(
            Exit::Refused,
            "SHARED_IN_PART",
            "Det blev ikke skrevet i alle planerne. Svaret siger hvilke, og hvorfor. Gentag ændringen, når det er løst; et nyt \
             mål tages ud med --siblings og skrives igen.",
        )
        .then(format!("plan show {case}")));
    }
    terminal.suggest(
        &written.first_case().map(|case| format!("household show {case}")).into_iter().collect::<Vec<_>>(),
    );
    Ok(())
}
