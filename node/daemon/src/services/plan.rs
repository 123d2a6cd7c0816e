//! Plans: the work list, one plan, importing, changing.

use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::fhir::{self, Limits};
use enplan_domain::plan::{Citizen, CloseReason, Plan, PlanCommand, When, decide};
use enplan_domain::{CaseId, Cpr, UserName};
use enplan_proto::plan::v1 as proto;
use enplan_proto::plan::v1::plan_service_server::PlanService;
use enplan_vault::{CaseSummary, Under, WriteError};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::casework::elsewhere;
use super::field::{case_id, cpr, day, narrative, which_missing};
use super::statement::Known;
use super::{Desk, catalogue, citizen, history, show, worklist, writing};
use crate::failure::Failure;
use crate::sessions::Caller;

pub(super) struct Plans(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl PlanService for Plans {
    async fn list_plans(
        &self,
        request: Request<proto::ListPlansRequest>,
    ) -> Result<Response<proto::ListPlansResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ListPlans).await?;
        let plans = self.work_list(&caller, request.get_ref().include_handed_over).await?;
        Ok(Response::new(proto::ListPlansResponse { plans }))
    }

    async fn get_plan(
        &self,
        request: Request<proto::GetPlanRequest>,
    ) -> Result<Response<proto::GetPlanResponse>, Status> {
        use proto::get_plan_request::Which;
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let as_of = day("as_of", &request.as_of)?.map(When::day);
        let id = match request.which.ok_or_else(which_missing)? {
            Which::CaseId(id) => case_id(&id)?,
            Which::Cpr(number) => self.by_number(&caller, &cpr(&number)?).await?,
        };
        let case = match as_of {
            None => self.0.see_case(&caller, id).await?,
            Some(day) => history::on_day(&self.0, &caller, id, day).await?,
        };
        let plan = show::plan(&self.0, &case, as_of).await?;
        Ok(Response::new(proto::GetPlanResponse { plan: Some(plan) }))
    }

    async fn get_history(
        &self,
        request: Request<proto::GetHistoryRequest>,
    ) -> Result<Response<proto::GetHistoryResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(history::page(&self.0, &caller, request.get_ref()).await?))
    }

    async fn register_citizen(
        &self,
        request: Request<proto::RegisterCitizenRequest>,
    ) -> Result<Response<proto::RegisterCitizenResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::RegisterCitizen).await?;
        let request = request.into_inner();
        let mut citizen = Citizen::new(cpr(&request.cpr)?);
        citizen.name = narrative("name", &request.name)?;
        let _alone = self.0.beginning.lock().await;
        let action = Action::RegisterCitizen;
        if let Some(row) = self.0.case_of_citizen(&caller, action, &citizen.cpr).await? {
            return Err(citizen::refuse_already_here(&self.0, &caller, action, vec![row.case]).await?.into());
        }
        let context = self.0.context(&caller, None);
        let command = PlanCommand::Register { citizen, caseworker: caller.user.name.clone() };
        let events = decide(None, command, &context).map_err(Failure::from)?;
        let (id, _) = self.0.begin_case(&caller, events, None, &context).await?;
        let case = self.0.open_case(&caller, Action::SeePlan, id).await?;
        let plan = show::plan(&self.0, &case, None).await?;
        Ok(Response::new(proto::RegisterCitizenResponse { plan: Some(plan) }))
    }

    async fn import_bundle(
        &self,
        request: Request<proto::ImportBundleRequest>,
    ) -> Result<Response<proto::ImportBundleResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::RegisterCitizen).await?;
        let bundle =
            fhir::read_bundle(&request.get_ref().bundle, Limits::default()).map_err(Failure::from)?;
        Ok(Response::new(self.import(&caller, &bundle).await?))
    }

    async fn add_item(
        &self,
        request: Request<proto::AddItemRequest>,
    ) -> Result<Response<proto::AddItemResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(writing::add(&self.0, &caller, request.into_inner()).await?))
    }

    async fn change_item(
        &self,
        request: Request<proto::ChangeItemRequest>,
    ) -> Result<Response<proto::ChangeItemResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(writing::change(&self.0, &caller, request.into_inner()).await?))
    }

    async fn change_citizen(
        &self,
        request: Request<proto::ChangeCitizenRequest>,
    ) -> Result<Response<proto::ChangeCitizenResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(citizen::change(&self.0, &caller, request.into_inner()).await?))
    }

    async fn set_protection(
        &self,
        request: Request<proto::SetProtectionRequest>,
    ) -> Result<Response<proto::SetProtectionResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let proto::SetProtectionRequest { case_id: id, protected } = request.into_inner();
        let case = case_id(&id)?;
        let changed = self
            .0
            .change_case(&caller, Action::SetProtection, case, 0, |_, _| {
                Ok(PlanCommand::SetProtected { protected })
            })
            .await?;
        if protected
            && let Some(stored) = self.0.vault.case_for_protocol(case).await.map_err(Failure::from)?
        {
            let plan = stored.plan().map_err(Failure::from)?;
            self.0.protect_citizen(&caller, &plan.citizen).await?;
        }
        Ok(Response::new(proto::SetProtectionResponse { version: changed.version }))
    }

    async fn assign_plan(
        &self,
        request: Request<proto::AssignPlanRequest>,
    ) -> Result<Response<proto::AssignPlanResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let caseworker = self.caseworker(&request.caseworker).await?;
        let (id, note) = (Uuid::new_v4(), narrative("note", &request.note)?);
        let case = case_id(&request.case_id)?;
        let changed = self
            .0
            .change_case(&caller, Action::AssignCaseworker, case, 0, |_, _| {
                Ok(PlanCommand::ChangeCaseworker { caseworker: caseworker.clone(), id, note: note.clone() })
            })
            .await?;
        Ok(Response::new(proto::AssignPlanResponse { version: changed.version }))
    }

    async fn close_plan(
        &self,
        request: Request<proto::ClosePlanRequest>,
    ) -> Result<Response<proto::ClosePlanResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let reason = close_reason(&request.reason)?;
        let note = narrative("note", &request.note)?;
        let case = case_id(&request.case_id)?;
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, 0, |_, _| {
                Ok(PlanCommand::Close { reason, note: note.clone() })
            })
            .await?;
        Ok(Response::new(proto::ClosePlanResponse { version: changed.version }))
    }

    async fn list_catalogue(
        &self,
        request: Request<proto::ListCatalogueRequest>,
    ) -> Result<Response<proto::ListCatalogueResponse>, Status> {
        self.0.caller(&request).await?;
        Ok(Response::new(catalogue::on(&self.0, &request.get_ref().on)?))
    }
}

impl Plans {
    /// The caller's cases and their unit's, newest change first. One audit leaf names every one that is shown.
    async fn work_list(
        &self,
        caller: &Caller,
        handed_over_too: bool,
    ) -> Result<Vec<proto::PlanSummary>, Failure> {
        let waiting = self.0.vault.cases_with_moves(true).await?;
        let summary = |case: &CaseSummary| Some(show::summary(&self.0, case, &waiting));
        let shown = worklist::cases(&self.0, caller, handed_over_too, summary).await?;
        let mut lines = shown.into_iter().map(|(_, line)| line).collect::<Result<Vec<_>, Failure>>()?;
        lines.sort_by_key(|line| std::cmp::Reverse(line.updated_at.map(|at| (at.seconds, at.nanos))));
        Ok(lines)
    }

    /// The case that a citizen's number leads to, for somebody who may look numbers up.
    async fn by_number(&self, caller: &Caller, cpr: &Cpr) -> Result<CaseId, Failure> {
        let found = self.0.look_up(caller, cpr).await?;
        found.first().copied().ok_or_else(Failure::no_such_case)
    }

    pub(super) async fn import(
        &self,
        caller: &Caller,
        bundle: &fhir::Bundle,
    ) -> Result<proto::ImportBundleResponse, Failure> {
        let cpr = bundle.citizen()?;
        let alone = self.0.beginning.lock().await;
        let Some(row) = self.0.case_of_citizen(caller, Action::ImportReport, &cpr).await? else {
            self.not_handed_over(caller, &cpr).await?;
            let context = self.0.context(caller, None);
            let import = fhir::import(None, bundle, &context)?;
            let plan = Plan::from_events(&import.events).map_err(|error| Failure::inside(&error))?;
            let mut said = Known::default();
            let heard = said.take_in(import.statements, &plan, &context);
            let said = Some(&said).filter(|said| !said.received.is_empty());
            let (case, version) = self.0.begin_case(caller, import.events, said, &context).await?;
            let taken = (version, &plan, &import.report, &heard[..]);
            return Ok(show::import(&self.0, case, true, taken));
        };
        drop(alone);
        let case = self.0.open_case(caller, Action::ImportReport, row.case).await?;
        let context = self.0.context(caller, Some(&case.stored.row));
        self.0.may_change(&case, false)?;
        // The vault found them by this number: an earlier case of theirs may know it where this one doesn't.
        let mut known = case.plan.clone();
        known.citizen.former_numbers.insert(cpr);
        let import = fhir::import(Some(&known), bundle, &context)?;
        let plan = import.events.iter().fold(case.plan.clone(), Plan::apply);
        let mut said = self.0.statements(row.case).await?;
        let before = said.received.clone();
        let heard = said.take_in(import.statements, &plan, &context);
        let statements = (said.received != before).then(|| said.write(row.case)).transpose()?;
        let (action, under) = (Action::ImportReport, Under::Caseworker);
        let written =
            self.0.write_with(caller, action, &case, &import.events, statements, under, &context).await;
        match written {
            Ok(version) => {
                if plan.citizen.protected {
                    self.0.protect_citizen(caller, &plan.citizen).await?;
                }
                Ok(show::import(&self.0, row.case, false, (version, &plan, &import.report, &heard[..])))
            }
            Err(WriteError::Conflict { .. }) => Err(self.0.changed_meanwhile(caller, row.case).await),
            Err(error) => Err(error.into()),
        }
    }

    /// A report that comes late is not where a citizen's next plan begins: whose plan was handed over has it elsewhere.
    async fn not_handed_over(&self, caller: &Caller, cpr: &Cpr) -> Result<(), Failure> {
        for row in self.0.vault.cases_of_citizen(cpr).await? {
            if !row.hold.is_readable() {
                let case = self.0.open_case(caller, Action::ImportReport, row.case).await?;
                return Err(elsewhere(&case).into());
            }
        }
        Ok(())
    }

    /// Somebody who can have a plan. One municipality's caseworkers are in its own accounts alone.
    async fn caseworker(&self, name: &str) -> Result<UserName, Failure> {
        let no_such = || {
            Failure::field(
                "caseworker",
                "NO_SUCH_CASEWORKER",
                "no caseworker of that name here",
                "Der er ingen med det brugernavn i kommunen. Skal en anden kommune have planen, så overdrag den.",
            )
        };
        let account = self.0.vault.account(name).await?.ok_or_else(no_such)?;
        if !account.roles.iter().any(|role| role == "caseworker" || role == "team-lead") {
            return Err(Failure::field(
                "caseworker",
                "NOT_A_CASEWORKER",
                "that user is no caseworker",
                "Brugeren er ikke sagsbehandler og kan ikke få en plan. Vælg en sagsbehandler eller en teamleder.",
            ));
        }
        account.username.parse().map_err(|_| no_such())
    }
}

fn close_reason(text: &str) -> Result<CloseReason, Failure> {
    match text {
        "finished" => Ok(CloseReason::Finished),
        "citizen_declined" => Ok(CloseReason::CitizenDeclined),
        "moved_away" => Ok(CloseReason::MovedAway),
        "died" => Ok(CloseReason::Died),
        _ => Err(Failure::field(
            "reason",
            "UNKNOWN_CLOSE_REASON",
            "a plan is closed as finished, citizen_declined, moved_away or died",
            "Angiv, hvorfor planen afsluttes: finished, citizen_declined, moved_away eller died.",
        )),
    }
}
