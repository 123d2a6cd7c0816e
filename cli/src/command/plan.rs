//! `plan ..`.

use enplan_domain::{CaseId, Cpr, Date};
use enplan_proto::plan::v1::change_citizen_request::Change;
use enplan_proto::plan::v1::{
    AssignPlanRequest, ChangeCitizenRequest, ClosePlanRequest, GetHistoryRequest, GetPlanRequest,
    ImportBundleRequest, ListCatalogueRequest, ListPlansRequest, RegisterCitizenRequest,
    SetProtectionRequest, get_plan_request,
};
use tonic::Status;

use super::{assessing, coordination, exchange, merging, printing, writing};
use crate::arguments::{CitizenNumber, Input, PlanVerb, Seen, Which};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{Catalogue, History, Import, Plan, PlanChanged, Plans};
use crate::terminal::Terminal;

/// Carries out what can be done with plans.
pub(crate) async fn run(verb: PlanVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        PlanVerb::List { all } => list(all, node, terminal).await,
        PlanVerb::Show { which, on } => show(which, on, node, terminal).await,
        PlanVerb::Register { number, name } => {
            let cpr = input::citizen_number(&number, terminal)?;
            let name = name.as_ref().map(input::words).transpose()?.unwrap_or_default();
            let request = RegisterCitizenRequest { cpr: cpr.reveal().to_owned(), name };
            let answer = node.plans().register_citizen(request).await?.into_inner();
            show_plan(answer.plan, terminal)
        }
        PlanVerb::Import { file, several: false } => import(&file, node, terminal).await,
        PlanVerb::Import { file, several: true } => exchange::import_citizens(&file, node, terminal).await,
        PlanVerb::Export { case, file } => exchange::export(case, file.as_deref(), node, terminal).await,
        PlanVerb::History { case, before, limit } => history(case, before, limit, node, terminal).await,
        PlanVerb::Print { case, file } => printing::print(case, &file, node, terminal).await,
        PlanVerb::Add(verb) => writing::add(verb, node, terminal).await,
        PlanVerb::Assess(verb) => assessing::add(verb, node, terminal).await,
        PlanVerb::Change(verb) => writing::change(verb, node, terminal).await,
        PlanVerb::Coordinate(verb) => coordination::run(verb, node, terminal).await,
        PlanVerb::Merge(verb) => merging::run(verb, node, terminal).await,
        PlanVerb::Name { case, name, seen } => {
            change_citizen(case, &seen, Change::Name(input::words(&name)?), node, terminal).await
        }
        PlanVerb::Address { case, address, seen } => {
            change_citizen(case, &seen, Change::Address(input::words(&address)?), node, terminal).await
        }
        PlanVerb::NewCpr { case, number, seen } => {
            let cpr = input::citizen_number(&number, terminal)?;
            change_citizen(case, &seen, Change::Cpr(cpr.reveal().to_owned()), node, terminal).await
        }
        PlanVerb::Protect { case, protection } => {
            let request = SetProtectionRequest { case_id: case.to_string(), protected: protection.on };
            let version = node.plans().set_protection(request).await?.into_inner().version;
            changed(case, version, terminal)
        }
        PlanVerb::Assign { case, caseworker, note } => {
            let request =
                AssignPlanRequest { case_id: case.to_string(), caseworker, note: input::words(&note)? };
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

async fn show(which: Which, on: Option<Date>, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let which = match find(which, terminal)? {
        Found::Case(case) => get_plan_request::Which::CaseId(case.to_string()),
        Found::Citizen(cpr) => get_plan_request::Which::Cpr(cpr.reveal().to_owned()),
    };
    let as_of = on.map(|day| day.to_string()).unwrap_or_default();
    let request = GetPlanRequest { which: Some(which), as_of };
    let answer = node.plans().get_plan(request).await?.into_inner();
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

async fn history(
    case: CaseId,
    before: u64,
    limit: u32,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = GetHistoryRequest { case_id: case.to_string(), before, limit };
    let history = History::of(case.to_string(), node.plans().get_history(request).await?.into_inner());
    terminal.show(&history)?;
    let older =
        history.older().map(|before| format!("plan history {case} --before {before} --limit {limit}"));
    terminal.suggest(&[format!("plan show {case}")].into_iter().chain(older).collect::<Vec<_>>());
    Ok(())
}

async fn change_citizen(
    case: CaseId,
    seen: &Seen,
    change: Change,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request =
        ChangeCitizenRequest { case_id: case.to_string(), version: seen.version, change: Some(change) };
    let answer = node.plans().change_citizen(request).await.map_err(|status| not_changed(status, case))?;
    changed(case, answer.into_inner().version, terminal)
}

/// What a node's refusal to change a plan is told as: where somebody else was first, the history says what they did.
pub(crate) fn not_changed(status: Status, case: CaseId) -> Failure {
    let failure = Failure::from(status);
    if failure.code == "PLAN_CHANGED" { failure.then(format!("plan history {case}")) } else { failure }
}

/// The words that plans are written with.
pub(crate) async fn catalogue(on: Option<Date>, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ListCatalogueRequest { on: on.map(|day| day.to_string()).unwrap_or_default() };
    terminal.show(&Catalogue::from(node.plans().list_catalogue(request).await?.into_inner()))
}

pub(crate) fn changed(case: CaseId, version: u64, terminal: &mut Terminal) -> Result<(), Failure> {
    let changed = PlanChanged { case_id: case.to_string(), version };
    terminal.show(&changed)?;
    terminal.suggest(&[format!("plan show {case}")]);
    Ok(())
}
