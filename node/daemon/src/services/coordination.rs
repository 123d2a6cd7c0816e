//! The coordination of a plan: findings, and network meetings with their agendas and decisions.

use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::plan::coordination::agenda;
use enplan_domain::plan::{FindingCode, ItemKey, PlanCommand, PlanRefusal, When};
use enplan_domain::{Date, danish_day};
use enplan_proto::plan::v1 as proto;
use enplan_proto::plan::v1::coordination_service_server::CoordinationService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::field::{case_id, day, item, missing, narrative};
use super::{Desk, meeting, show_coordination};
use crate::failure::Failure;

pub(super) struct Coordination(pub(super) Arc<Desk>);

/// What these looks are called in the audit log.
const SEE_FINDINGS: &str = "see-findings";
const SEE_AGENDA: &str = "see-agenda";

#[tonic::async_trait]
impl CoordinationService for Coordination {
    async fn list_findings(
        &self,
        request: Request<proto::ListFindingsRequest>,
    ) -> Result<Response<proto::ListFindingsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let case = self.0.see_of_case(&caller, SEE_FINDINGS, case_id(&request.get_ref().case_id)?).await?;
        let words = self.0.code_systems.loaded();
        let findings = show_coordination::findings(&self.0, &case.plan, self.today(), &words);
        Ok(Response::new(proto::ListFindingsResponse { findings, version: case.stored.row.version }))
    }

    async fn acknowledge_finding(
        &self,
        request: Request<proto::AcknowledgeFindingRequest>,
    ) -> Result<Response<proto::AcknowledgeFindingResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let code = FindingCode::ALL.into_iter().find(|code| code.as_str() == request.code);
        let code = code.ok_or(PlanRefusal::NoSuchFinding).map_err(Failure::from)?;
        let named = |id: &String| named(id, PlanRefusal::NoSuchFinding);
        let items: Vec<ItemKey> = request.items.iter().map(named).collect::<Result<_, _>>()?;
        let (id, reason) = (Uuid::new_v4(), narrative("reason", &request.reason)?);
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                Ok(PlanCommand::Acknowledge { id, code, items: items.clone(), reason: reason.clone() })
            })
            .await?;
        let (item_id, version) = (note(id), changed.version);
        Ok(Response::new(proto::AcknowledgeFindingResponse { item_id, version }))
    }

    async fn mark_opposing(
        &self,
        request: Request<proto::MarkOpposingRequest>,
    ) -> Result<Response<proto::MarkOpposingResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let between = [
            named(&request.item_id, PlanRefusal::NoSuchItem)?,
            named(&request.other_id, PlanRefusal::NoSuchItem)?,
        ];
        let (id, how) = (Uuid::new_v4(), narrative("text", &request.text)?);
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                Ok(PlanCommand::Oppose { id, between: between.clone(), how: how.clone() })
            })
            .await?;
        let (item_id, version) = (note(id), changed.version);
        Ok(Response::new(proto::MarkOpposingResponse { item_id, version }))
    }

    async fn get_agenda(
        &self,
        request: Request<proto::GetAgendaRequest>,
    ) -> Result<Response<proto::GetAgendaResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let case = self.0.see_of_case(&caller, SEE_AGENDA, case_id(&request.get_ref().case_id)?).await?;
        let points = agenda(&case.plan, self.today(), &self.0.adopted);
        let points = show_coordination::agenda(&case.plan, &points, &self.0.code_systems.loaded());
        Ok(Response::new(proto::GetAgendaResponse { points, version: case.stored.row.version }))
    }

    async fn plan_meeting(
        &self,
        request: Request<proto::PlanMeetingRequest>,
    ) -> Result<Response<proto::PlanMeetingResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let mut request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let held = request.held.take().map(meeting::held).transpose()?;
        let decisions = held.as_ref().map(meeting::taken).unwrap_or_default();
        let (id, new) = (Uuid::new_v4(), meeting::new(&request)?);
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                let (meeting, held) = (Box::new(new.clone()), held.clone().map(Box::new));
                Ok(PlanCommand::Convene { id, meeting, held })
            })
            .await?;
        let item_id = format!("Encounter/{id}");
        Ok(Response::new(proto::PlanMeetingResponse { item_id, decisions, version: changed.version }))
    }

    async fn hold_meeting(
        &self,
        request: Request<proto::HoldMeetingRequest>,
    ) -> Result<Response<proto::HoldMeetingResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let meeting = named(&request.item_id, PlanRefusal::NoSuchItem)?;
        let on = day("on", &request.on)?.unwrap_or(When::Day(self.today()));
        let held = meeting::held(request.held.ok_or_else(|| missing("held"))?)?;
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                let held = Box::new(held.clone());
                Ok(PlanCommand::HoldMeeting { meeting: meeting.clone(), on, held })
            })
            .await?;
        let decisions = meeting::taken(&held);
        Ok(Response::new(proto::HoldMeetingResponse { decisions, version: changed.version }))
    }
}

impl Coordination {
    fn today(&self) -> Date {
        danish_day(self.0.clock.now())
    }
}

/// Something in the plan, which has to be named.
fn named(id: &str, missing: PlanRefusal) -> Result<ItemKey, Failure> {
    item(id, missing.clone())?.ok_or_else(|| missing.into())
}

fn note(id: Uuid) -> String {
    format!("Communication/{id}")
}
