//! `plan ..`.

use enplan_domain::{CaseId, Cpr};
use enplan_proto::plan::v1::{
    AddActionRequest, AddGoalRequest, AssignPlanRequest, ClosePlanRequest, GetPlanRequest,
    ImportBundleRequest, ListPlansRequest, RegisterCitizenRequest, SetProtectionRequest, get_plan_request,
};

use crate::arguments::{AddActionArguments, AddGoalArguments, CitizenNumber, Input, PlanVerb, Which};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{Import, ItemAdded, Plan, PlanChanged, Plans};
use crate::terminal::Terminal;

/// Carries out what can be done with plans.
pub(crate) async fn run(verb: PlanVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        PlanVerb::List { all } => list(all, node, terminal).await,
        PlanVerb::Show(which) => show(which, node, terminal).await,
        PlanVerb::Register { number, name } => {
            let cpr = input::citizen_number(&number, terminal)?;
            let name = name.as_ref().map(input::words).transpose()?.unwrap_or_default();
            let request = RegisterCitizenRequest { cpr: cpr.reveal().to_owned(), name };
            let answer = node.plans().register_citizen(request).await?.into_inner();
            show_plan(answer.plan, terminal)
        }
        PlanVerb::Import { file } => import(&file, node, terminal).await,
        PlanVerb::AddGoal(goal) => add_goal(goal, node, terminal).await,
        PlanVerb::AddAction(action) => add_action(action, node, terminal).await,
        PlanVerb::Protect { case, protection } => {
            let request = SetProtectionRequest { case_id: case.to_string(), protected: protection.on };
            let version = node.plans().set_protection(request).await?.into_inner().version;
            changed(case, version, terminal)
        }
        PlanVerb::Assign { case, caseworker } => {
            let request = AssignPlanRequest { case_id: case.to_string(), caseworker };
            let version = node.plans().assign_plan(request).await?.into_inner().version;
            changed(case, version, terminal)
        }
        PlanVerb::Close { case, reason } => {
            let request = ClosePlanRequest {
                case_id: case.to_string(),
                reason: reason.id().to_owned(),
                note: String::new(),
            };
            let version = node.plans().close_plan(request).await?.into_inner().version;
            changed(case, version, terminal)
        }
    }
}

/// What a case or a citizen is found by.
pub(crate) enum Found {
    /// The case's id.
    Case(CaseId),
    /// The citizen's number.
    Citizen(Cpr),
}

/// Reads what a case is to be found by.
pub(crate) fn find(which: Which, terminal: &mut Terminal) -> Result<Found, Failure> {
    if let Some(case) = which.case {
        return Ok(Found::Case(case));
    }
    let number = CitizenNumber { cpr_file: which.cpr_file, cpr: which.cpr };
    input::citizen_number(&number, terminal).map(Found::Citizen)
}

async fn list(all: bool, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ListPlansRequest { include_handed_over: all };
    let plans = Plans::from(node.plans().list_plans(request).await?.into_inner());
    terminal.show(&plans)?;
    let next = plans.first_case().map_or_else(
        || vec!["plan register --cpr -".to_owned(), "plan import FIL".to_owned()],
        |case| vec![format!("plan show {case}")],
    );
    terminal.suggest(&next);
    Ok(())
}

async fn show(which: Which, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let which = match find(which, terminal)? {
        Found::Case(case) => get_plan_request::Which::CaseId(case.to_string()),
        Found::Citizen(cpr) => get_plan_request::Which::Cpr(cpr.reveal().to_owned()),
    };
    let answer = node.plans().get_plan(GetPlanRequest { which: Some(which) }).await?.into_inner();
    show_plan(answer.plan, terminal)
}

fn show_plan(plan: Option<enplan_proto::plan::v1::Plan>, terminal: &mut Terminal) -> Result<(), Failure> {
    let plan = Plan::from(plan.ok_or_else(Failure::incomplete_answer)?);
    terminal.show(&plan)?;
    let next = if plan.is_served() {
        vec![
            format!("plan add-goal {} --text @FIL --sector SEKTOR", plan.case_id()),
            format!("consent record {} --help", plan.case_id()),
        ]
    } else {
        vec!["handover list --all".to_owned()]
    };
    terminal.suggest(&next);
    Ok(())
}

async fn import(file: &Input, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ImportBundleRequest { bundle: input::bytes(file)? };
    let import = Import::from(node.plans().import_bundle(request).await?.into_inner());
    terminal.show(&import)?;
    terminal.suggest(&[format!("plan show {}", import.case_id())]);
    Ok(())
}

async fn add_goal(goal: AddGoalArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = AddGoalRequest {
        case_id: goal.case.to_string(),
        version: goal.seen,
        text: input::words(&goal.text)?,
        sector: goal.sector.clone(),
    };
    let answer = node.plans().add_goal(request).await?.into_inner();
    let added =
        ItemAdded { case_id: goal.case.to_string(), item_id: answer.item_id, version: answer.version };
    terminal.show(&added)?;
    terminal.suggest(&[format!(
        "plan add-action {} --text @FIL --sector {} --goal {}",
        added.case_id, goal.sector, added.item_id
    )]);
    Ok(())
}

async fn add_action(action: AddActionArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = AddActionRequest {
        case_id: action.case.to_string(),
        version: action.seen,
        text: input::words(&action.text)?,
        sector: action.sector,
        goal_id: action.goal.unwrap_or_default(),
        starts_on: action.from.map(|day| day.to_string()).unwrap_or_default(),
    };
    let answer = node.plans().add_action(request).await?.into_inner();
    let added =
        ItemAdded { case_id: action.case.to_string(), item_id: answer.item_id, version: answer.version };
    terminal.show(&added)?;
    terminal.suggest(&[format!("plan show {}", added.case_id)]);
    Ok(())
}

fn changed(case: CaseId, version: u64, terminal: &mut Terminal) -> Result<(), Failure> {
    let changed = PlanChanged { case_id: case.to_string(), version };
    terminal.show(&changed)?;
    terminal.suggest(&[format!("plan show {case}")]);
    Ok(())
}
