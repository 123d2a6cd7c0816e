//! `relocation ..`, `subscription ..`, and asking for a plan.

use enplan_proto::relocation::v1::{
    AddRelocationRequest, AskForPlanRequest, DecideRelocationRequest, Decision, GetRelocationsRequest,
    ImportRelocationsRequest, ListEndedSubscriptionsRequest, ListKeepReasonsRequest, ListPlanRequestsRequest,
    ListRelocationsRequest, RevealRelocationsRequest, WithdrawRelocationRequest,
};

use crate::arguments::{DecideRelocation, RelocationVerb, RequestArguments, SubscriptionVerb};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{
    CaseRelocations, EndedSubscriptions, KeepReasons, PlanRequest, PlanRequests, Relocations,
    RelocationsImported,
};
use crate::terminal::Terminal;

/// Carries out what can be done with moves.
pub(crate) async fn run(verb: RelocationVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let incomplete = Failure::incomplete_answer;
    let case = match verb {
        RelocationVerb::Import { file, skip_bad_lines } => {
            let request = ImportRelocationsRequest { extract: input::bytes(&file)?, skip_bad_lines };
            let answer = node.relocations().import_relocations(request).await?.into_inner();
            terminal.show(&RelocationsImported::from(answer))?;
            terminal.suggest(&["relocation list".to_owned()]);
            return Ok(());
        }
        RelocationVerb::List { all } => {
            let request = ListRelocationsRequest { include_decided: all };
            let listed = Relocations::from(node.relocations().list_relocations(request).await?.into_inner());
            terminal.show(&listed)?;
            let next = listed.first_case().map(|case| format!("relocation show {case}"));
            terminal.suggest(next.as_slice());
            return Ok(());
        }
        RelocationVerb::Reasons => {
            let answer = node.relocations().list_keep_reasons(ListKeepReasonsRequest {}).await?;
            return terminal.show(&KeepReasons::from(answer.into_inner()));
        }
        RelocationVerb::Add(add) => {
            let request = AddRelocationRequest {
                case_id: add.case.to_string(),
                moved_on: add.moved_on.to_string(),
                to: add.to,
                from: add.from.unwrap_or_default(),
            };
            node.relocations().add_relocation(request).await?.into_inner().relocations
        }
        RelocationVerb::Withdraw { case, event, seen } => {
            let request =
                WithdrawRelocationRequest { case_id: case.to_string(), version: seen, event_id: event };
            node.relocations().withdraw_relocation(request).await?.into_inner().relocations
        }
        RelocationVerb::Show { case } => {
            let request = GetRelocationsRequest { case_id: case.to_string() };
            node.relocations().get_relocations(request).await?.into_inner().relocations
        }
        RelocationVerb::Reveal { case, reason } => {
            let request = RevealRelocationsRequest { case_id: case.to_string(), reason };
            node.relocations().reveal_relocations(request).await?.into_inner().relocations
        }
        RelocationVerb::Decide(decision) => {
            let request = decided(decision)?;
            node.relocations().decide_relocation(request).await?.into_inner().relocations
        }
    };
    let case = CaseRelocations::from(case.ok_or_else(incomplete)?);
    terminal.show(&case)?;
    terminal.suggest(&case.next());
    Ok(())
}

fn decided(decision: DecideRelocation) -> Result<DecideRelocationRequest, Failure> {
    let note = decision.note.as_ref().map(input::words).transpose()?;
    // The command line has exactly one of the four.
    let what = match (decision.hand_over, decision.not_in_trial, decision.decline) {
        (true, _, _) => Decision::HandOver,
        (_, true, _) => Decision::NotInTrial,
        (_, _, true) => Decision::Decline,
        _ => Decision::Keep,
    };
    Ok(DecideRelocationRequest {
        case_id: decision.case.to_string(),
        version: decision.seen,
        decision: what.into(),
        reason: decision.keep.unwrap_or_default(),
        note: note.unwrap_or_default(),
    })
}

/// Asks another municipality for a plan.
pub(crate) async fn request(
    asked: RequestArguments,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let cpr = input::citizen_number(&asked.number, terminal)?;
    let request = AskForPlanRequest {
        cpr: cpr.reveal().to_owned(),
        from: asked.from.to_string(),
        moved_on: asked.moved_on.to_string(),
        reason: input::words(&asked.reason)?,
    };
    let answer = node.relocations().ask_for_plan(request).await?.into_inner();
    terminal.show(&PlanRequest::from(answer.request.ok_or_else(Failure::incomplete_answer)?))?;
    terminal.suggest(&["handover requests".to_owned(), "handover list".to_owned()]);
    Ok(())
}

/// Shows what was asked for.
pub(crate) async fn requests(node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let answer = node.relocations().list_plan_requests(ListPlanRequestsRequest {}).await?;
    terminal.show(&PlanRequests::from(answer.into_inner()))
}

/// Shows the subscriptions that end.
pub(crate) async fn subscriptions(
    verb: SubscriptionVerb,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let SubscriptionVerb::List { after, limit } = verb;
    let request =
        ListEndedSubscriptionsRequest { after: after.unwrap_or_default(), limit: limit.unwrap_or_default() };
    let answer = node.relocations().list_ended_subscriptions(request).await?;
    terminal.show(&EndedSubscriptions::from(answer.into_inner()))
}
