//! Moves: what the registry of persons tells, what it means for a case, and asking another municipality for a plan.

use std::sync::Arc;

use enplan_domain::access::{self, Action};
use enplan_domain::relocation::{
    Decided, Decision, Docket, EventId, Move, Place, Relocation, RelocationRefusal, Standing,
};
use enplan_domain::{CaseId, Narrative, RequestId, catalogue, danish_day};
use enplan_federation::wire::proto_time;
use enplan_federation::{KnownMoves, PlanRequest};
use enplan_proto::relocation::v1 as proto;
use enplan_proto::relocation::v1::relocation_service_server::RelocationService;
use enplan_vault::{AuditEntry, Write};
use tonic::{Request, Response, Status};

use super::casework::{Case, resource};
use super::field::{case_id, cpr, day, missing, narrative};
use super::handover::municipality;
use super::masking::Masking;
use super::{Desk, citizen, extract, subscriptions};
use crate::failure::Failure;
use crate::sessions::Caller;

/// The look at what is known of a citizen's moves, in the log.
const LOOK: &str = "see-relocations";

/// Taking a move back, in the log.
const WITHDRAW: &str = "withdraw-relocation";

pub(super) struct Relocations(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl RelocationService for Relocations {
    async fn import_relocations(
        &self,
        request: Request<proto::ImportRelocationsRequest>,
    ) -> Result<Response<proto::ImportRelocationsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ImportRelocations).await?;
        Ok(Response::new(extract::import(&self.0, &caller, request.get_ref()).await?))
    }

    async fn add_relocation(
        &self,
        request: Request<proto::AddRelocationRequest>,
    ) -> Result<Response<proto::AddRelocationResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let relocations = Some(self.add(&caller, request.get_ref()).await?);
        Ok(Response::new(proto::AddRelocationResponse { relocations }))
    }

    async fn withdraw_relocation(
        &self,
        request: Request<proto::WithdrawRelocationRequest>,
    ) -> Result<Response<proto::WithdrawRelocationResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let relocations = Some(self.withdraw(&caller, request.get_ref()).await?);
        Ok(Response::new(proto::WithdrawRelocationResponse { relocations }))
    }

    async fn list_relocations(
        &self,
        request: Request<proto::ListRelocationsRequest>,
    ) -> Result<Response<proto::ListRelocationsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ListPlans).await?;
        let cases = self.list(&caller, request.get_ref().include_decided).await?;
        Ok(Response::new(proto::ListRelocationsResponse { cases }))
    }

    async fn get_relocations(
        &self,
        request: Request<proto::GetRelocationsRequest>,
    ) -> Result<Response<proto::GetRelocationsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let case = self.0.see_of_case(&caller, LOOK, case_id(&request.get_ref().case_id)?).await?;
        let relocations = Some(self.shown(&case, self.masking(&case)).await?);
        Ok(Response::new(proto::GetRelocationsResponse { relocations }))
    }

    async fn reveal_relocations(
        &self,
        request: Request<proto::RevealRelocationsRequest>,
    ) -> Result<Response<proto::RevealRelocationsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = self.0.reveal(&caller, case_id(&request.case_id)?, &request.reason).await?;
        let relocations = Some(self.shown(&case, Masking::off(self.0.municipality)).await?);
        Ok(Response::new(proto::RevealRelocationsResponse { relocations }))
    }

    async fn decide_relocation(
        &self,
        request: Request<proto::DecideRelocationRequest>,
    ) -> Result<Response<proto::DecideRelocationResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let relocations = Some(self.decide(&caller, request.into_inner()).await?);
        Ok(Response::new(proto::DecideRelocationResponse { relocations }))
    }

    async fn ask_for_plan(
        &self,
        request: Request<proto::AskForPlanRequest>,
    ) -> Result<Response<proto::AskForPlanResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = Some(self.ask(&caller, request.into_inner()).await?);
        Ok(Response::new(proto::AskForPlanResponse { request }))
    }

    async fn list_plan_requests(
        &self,
        request: Request<proto::ListPlanRequestsRequest>,
    ) -> Result<Response<proto::ListPlanRequestsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::AskForPlan).await?;
        let requests = self.requests(&caller).await?;
        Ok(Response::new(proto::ListPlanRequestsResponse { requests }))
    }

    async fn list_ended_subscriptions(
        &self,
        request: Request<proto::ListEndedSubscriptionsRequest>,
    ) -> Result<Response<proto::ListEndedSubscriptionsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(subscriptions::ended(&self.0, &caller, request.get_ref()).await?))
    }

    async fn list_keep_reasons(
        &self,
        request: Request<proto::ListKeepReasonsRequest>,
    ) -> Result<Response<proto::ListKeepReasonsResponse>, Status> {
        self.0.caller(&request).await?;
        let today = danish_day(self.0.clock.now());
        let hold = catalogue::KEEP_REASONS.iter().filter(|reason| reason.validity.holds_on(today));
        let reasons = hold.map(|reason| proto::KeepReason {
            id: reason.id.to_owned(),
            name: reason.danish.to_owned(),
            citation: citation(reason.provision, today).to_owned(),
        });
        Ok(Response::new(proto::ListKeepReasonsResponse { reasons: reasons.collect() }))
    }
}

impl Relocations {
    async fn add(
        &self,
        caller: &Caller,
        request: &proto::AddRelocationRequest,
    ) -> Result<proto::CaseRelocations, Failure> {
        let case = case_id(&request.case_id)?;
        let on = day("moved_on", &request.moved_on)?.ok_or_else(|| missing("moved_on"))?.day();
        let here = Place::Municipality(self.0.municipality);
        let from = if request.from.is_empty() { here } else { place(&request.from)? };
        let moved = self.moved(on, from, place(&request.to)?)?;
        let opened = self.0.open_case(caller, Action::RecordRelocation, case).await?;
        self.0.may_show(&opened)?;
        let (me, now) = (self.0.municipality, self.0.clock.now());
        let (actor, action) = (caller.actor.clone(), Action::RecordRelocation.as_str());
        let change = |docket: &mut Docket| docket.take_in(moved.clone(), me, now).map(|_| ());
        let known = self.0.handovers.change_moves(case, 0, actor, action, change).await?;
        Ok(self.show(&opened, &known, self.masking(&opened), false))
    }

    /// A move that somebody here tells of today.
    fn moved(&self, on: enplan_domain::Date, from: Place, to: Place) -> Result<Move, Failure> {
        let event = format!("typed:{}", uuid::Uuid::new_v4());
        let event: EventId = event.parse().map_err(|error| Failure::inside(&error))?;
        Ok(Move::new(event, on, from, to, self.today())?)
    }

    /// Takes a move back that never was.
    async fn withdraw(
        &self,
        caller: &Caller,
        request: &proto::WithdrawRelocationRequest,
    ) -> Result<proto::CaseRelocations, Failure> {
        let id = case_id(&request.case_id)?;
        let no_such_move = |_| Failure::from(RelocationRefusal::NoSuchMove);
        let event: EventId = request.event_id.trim().parse().map_err(no_such_move)?;
        let case = self.0.open_case(caller, Action::RecordRelocation, id).await?;
        self.0.may_show(&case)?;
        let context = self.0.context(caller, Some(&case.stored.row));
        let change = |docket: &mut Docket| docket.withdraw(&event, &context);
        let actor = caller.actor.clone();
        let known = self.0.handovers.change_moves(id, request.version, actor, WITHDRAW, change).await?;
        Ok(self.show(&case, &known, self.masking(&case), false))
    }

    async fn list(&self, caller: &Caller, decided_too: bool) -> Result<Vec<proto::CaseRelocations>, Failure> {
        let mut listed = Vec::new();
        for id in self.0.vault.cases_with_moves(!decided_too).await? {
            let Some(stored) = self.0.vault.case_for_protocol(id).await? else { continue };
            let may_see = access::decide(&caller.user, Action::SeePlan, &resource(&stored.row)?).is_ok();
            let served = self.0.handovers.fence().may_read(stored.row.handle).is_ok();
            if !may_see || !served || !stored.row.hold.is_readable() {
                continue;
            }
            let plan = stored.plan()?;
            let known = self.0.handovers.moves(id).await?;
            let is_decided =
                known.docket.last().is_some_and(|last| matches!(last.standing, Standing::Decided(_)));
            if !plan.is_closed() && (known.docket.is_waiting() || (decided_too && is_decided)) {
                let hides_destination = plan.citizen.protected;
                listed.push((Case { stored, plan, hides_destination }, known));
            }
        }
        listed.sort_by_key(|(case, known)| {
            (known.docket.last().map(|last| last.moved.on), case.stored.row.case)
        });
        let cases = listed.iter().map(|(case, _)| case.stored.row.case).collect();
        let entry = AuditEntry::done(caller.actor.clone(), LOOK, cases);
        self.0.vault.write(Write::of(entry)).await?;
        let shown = listed.iter().map(|(case, known)| self.show(case, known, self.masking(case), true));
        Ok(shown.collect())
    }

    async fn decide(
        &self,
        caller: &Caller,
        request: proto::DecideRelocationRequest,
    ) -> Result<proto::CaseRelocations, Failure> {
        let id = case_id(&request.case_id)?;
        let note = narrative("note", &request.note)?;
        let decision = match request.decision() {
            proto::Decision::HandOver => Decision::HandOver,
            proto::Decision::Keep => Decision::Keep { reason: request.reason, note },
            proto::Decision::NotInTrial => Decision::NotInTrial,
            proto::Decision::Decline => Decision::Decline { note },
            proto::Decision::Unspecified => return Err(missing("decision")),
        };
        let case = self.0.open_case(caller, Action::DecideRelocation, id).await?;
        self.0.may_show(&case)?;
        let context = self.0.context(caller, Some(&case.stored.row));
        let known = self
            .0
            .handovers
            .change_moves(
                id,
                request.version,
                caller.actor.clone(),
                Action::DecideRelocation.as_str(),
                |docket| docket.decide(decision.clone(), &context, |code| self.0.handovers.is_member(code)),
            )
            .await?;
        Ok(self.show(&case, &known, self.masking(&case), false))
    }

    async fn ask(
        &self,
        caller: &Caller,
        request: proto::AskForPlanRequest,
    ) -> Result<proto::PlanRequest, Failure> {
        let action = Action::AskForPlan;
        self.0.allow_here(caller, action).await?;
        let number = cpr(&request.cpr)?;
        let from = municipality(&request.from)?;
        let moved_on = day("moved_on", &request.moved_on)?.ok_or_else(|| missing("moved_on"))?.day();
        let (there, here) = (Place::Municipality(from), Place::Municipality(self.0.municipality));
        self.moved(moved_on, there, here)?;
        let reason = narrative("reason", &request.reason)?;
        if reason.is_empty() {
            return Err(missing("reason"));
        }
        if reason.reveal().len() > 2_000 {
            return Err(Failure::field(
                "reason",
                "TEXT_TOO_LONG",
                "the reason is too long",
                "Begrundelsen er for lang: højst omkring 2000 tegn.",
            ));
        }
        if let Some(row) = self.0.case_of_citizen(caller, action, &number).await? {
            return Err(citizen::refuse_already_here(&self.0, caller, action, vec![row.case]).await?);
        }
        let asked = PlanRequest {
            cpr: number,
            from,
            moved_on,
            reason,
            asked_by: caller.user.name.clone(),
            unit: caller.user.unit.as_ref().map(|unit| unit.as_str().to_owned()),
            asked_at: self.0.clock.now(),
            also: Vec::new(),
            received_at: None,
        };
        let id = self.0.handovers.ask_for_plan(asked.clone(), caller.actor.clone(), action.as_str()).await?;
        Ok(request_shown(id, &asked, None))
    }

    async fn requests(&self, caller: &Caller) -> Result<Vec<proto::PlanRequest>, Failure> {
        let shown = self.0.plan_requests(caller).await?;
        let cases = shown.iter().filter_map(|(_, _, case)| *case).collect();
        let entry = AuditEntry::done(caller.actor.clone(), "see-plan-requests", cases);
        self.0.vault.write(Write::of(entry)).await?;
        Ok(shown.iter().map(|(id, asked, case)| request_shown(*id, asked, *case)).collect())
    }

    fn today(&self) -> enplan_domain::Date {
        danish_day(self.0.clock.now())
    }

    fn masking(&self, case: &Case) -> Masking {
        Masking::of(self.0.municipality, case.hides_destination)
    }

    async fn shown(&self, case: &Case, masking: Masking) -> Result<proto::CaseRelocations, Failure> {
        let known = self.0.handovers.moves(case.stored.row.case).await?;
        Ok(self.show(case, &known, masking, false))
    }

    fn show(
        &self,
        case: &Case,
        known: &KnownMoves,
        masking: Masking,
        last_only: bool,
    ) -> proto::CaseRelocations {
        let citizen = &case.plan.citizen;
        let last = known.docket.last();
        let is_shown = |one: &&Relocation| !last_only || Some(*one) == last || one.is_asked_for();
        let moves = known.docket.relocations().iter().filter(is_shown);
        proto::CaseRelocations {
            case_id: case.stored.row.case.to_string(),
            name: citizen.name.reveal().to_owned(),
            cpr_masked: citizen.cpr.masked(),
            protected: citizen.protected,
            caseworker: case.plan.caseworker.to_string(),
            acting: self.0.municipality.to_string(),
            relocations: moves.map(|one| relocation(one, masking)).collect(),
            version: known.version,
        }
    }
}

impl Desk {
    /// What the caller and their unit have asked for, and the case here where it has come and the caller may see it. Whoever
    /// shows it records the look.
    pub(super) async fn plan_requests(
        &self,
        caller: &Caller,
    ) -> Result<Vec<(RequestId, PlanRequest, Option<CaseId>)>, Failure> {
        let unit = caller.user.unit.as_ref().map(|unit| unit.as_str().to_owned());
        let theirs = |asked: &PlanRequest| {
            asked.askers().any(|(by, of)| *by == caller.user.name || (of.is_some() && of == unit.as_deref()))
        };
        let mut shown = Vec::new();
        for (id, asked) in self.handovers.plan_requests().await? {
            if theirs(&asked) {
                let mut arrived = None;
                for (row, plan) in self.handovers.open_cases(&asked.cpr).await? {
                    let may_see = access::decide(&caller.user, Action::SeePlan, &resource(&row)?).is_ok();
                    let has_come = plan.arrivals.iter().any(|arrival| arrival.at >= asked.asked_at);
                    arrived = arrived.or(Some(row.case).filter(|_| may_see && has_come));
                }
                shown.push((id, asked, arrived));
            }
        }
        Ok(shown)
    }
}

/// A move. Where a protected citizen lives is in both its ends: a later one begins there.
fn relocation(one: &Relocation, masking: Masking) -> proto::Relocation {
    let mut shown = proto::Relocation {
        moved_on: one.moved.on.to_string(),
        event_id: one.moved.event.as_str().to_owned(),
        from: masking.place(one.moved.from),
        to: masking.place(one.moved.to),
        to_masked: masking.is_on(),
        heard_at: Some(proto_time(one.heard_at)),
        standing: match one.standing {
            _ if !one.is_live() => proto::Standing::Withdrawn,
            Standing::Waiting => proto::Standing::Waiting,
            Standing::Decided(_) => proto::Standing::Decided,
            Standing::Passed => proto::Standing::Passed,
        }
        .into(),
        ..proto::Relocation::default()
    };
    if let Some(asked) = &one.asked {
        shown.asked = true;
        shown.asked_waits = one.is_asked_for();
        masking.words(asked.by, asked.reason.reveal()).clone_into(&mut shown.asked_reason);
        masking.words(asked.by, &asked.contact).clone_into(&mut shown.asked_contact);
    }
    if let Some(withdrawn) = &one.withdrawn {
        shown.withdrawn_by = withdrawn.by.to_string();
        shown.withdrawn_at = Some(proto_time(withdrawn.at));
    }
    let answered = one.asked.as_ref().and_then(|asked| asked.answered.as_ref());
    let decided = match &one.standing {
        Standing::Decided(decided) => Some(decided),
        Standing::Waiting | Standing::Passed => answered,
    };
    if let Some(Decided { decision, stamp }) = decided {
        shown.decided_by = stamp.by.to_string();
        shown.decided_at = Some(proto_time(stamp.at));
        let (named, note) = match decision {
            Decision::HandOver => (proto::Decision::HandOver, None),
            Decision::NotInTrial => (proto::Decision::NotInTrial, None),
            Decision::Decline { note } => (proto::Decision::Decline, Some(note)),
            Decision::Keep { reason, note } => {
                shown.reason.clone_from(reason);
                shown.reason_text = reason_text(reason, danish_day(stamp.at));
                (proto::Decision::Keep, Some(note))
            }
        };
        shown.decision = named.into();
        note.map(Narrative::reveal).unwrap_or_default().clone_into(&mut shown.note);
    }
    shown
}

fn citation(provision: &str, day: enplan_domain::Date) -> &'static str {
    catalogue::provision(provision, day).map(|provision| provision.citation).unwrap_or_default()
}

/// A reason to stay the acting municipality, in words, with its provision.
pub(super) fn reason_text(reason: &str, day: enplan_domain::Date) -> String {
    match catalogue::keep_reason(reason, day) {
        Some(known) => format!("{} ({})", known.danish, citation(known.provision, day)),
        None => reason.to_owned(),
    }
}

fn request_shown(id: RequestId, asked: &PlanRequest, case: Option<CaseId>) -> proto::PlanRequest {
    proto::PlanRequest {
        request_id: id.to_string(),
        cpr_masked: asked.cpr.masked(),
        from: asked.from.to_string(),
        moved_on: asked.moved_on.to_string(),
        asked_by: asked.asked_by.to_string(),
        asked_at: Some(proto_time(asked.asked_at)),
        received_at: asked.received_at.map(proto_time),
        lapses_at: Some(proto_time(asked.lapses_at())),
        case_id: case.map(|case| case.to_string()).unwrap_or_default(),
    }
}

fn place(text: &str) -> Result<Place, Failure> {
    match text.trim() {
        "abroad" | "udlandet" => Ok(Place::Abroad),
        text => municipality(text).map(Place::Municipality),
    }
}
