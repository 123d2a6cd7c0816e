//! Handing plans over: what people ask.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::access::{self, Action, Resource};
use enplan_domain::handover::{
    DestinationPhase, Ending, Message, MessageKind, PreviewVersion, Rejection, SourcePhase,
};
use enplan_domain::{BasisId, CaseId, Kommunekode, Narrative, TransferId, UserName, catalogue, danish_day};
use enplan_federation::wire::{ending_code, from_proto_time, proto_time};
use enplan_federation::{HandoverRecord, Machine, Offer, Preview};
use enplan_proto::handover::v1 as proto;
use enplan_proto::handover::v1::handover_service_server::HandoverService;
use enplan_vault::{AuditEntry, Write};
use tonic::{Request, Response, Status};

use super::casework::resource;
use super::field::{case_id, narrative};
use super::masking::Masking;
use super::{Desk, answering, family};
use crate::failure::Failure;
use crate::sessions::Caller;

pub(super) struct Exchange(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl HandoverService for Exchange {
    async fn offer(
        &self,
        request: Request<proto::OfferRequest>,
    ) -> Result<Response<proto::OfferResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let offer = Offer {
            case: case_id(&request.case_id)?,
            to: municipality(&request.to)?,
            basis: request.basis_id.parse::<BasisId>().map_err(|_| no_such_basis())?,
            deadline: request.deadline.map(|at| from_proto_time(at).ok_or_else(bad_deadline)).transpose()?,
            family: None,
        };
        let case = self.0.open_case(&caller, Action::OfferHandover, offer.case).await?;
        self.0.may_show(&case)?;
        let handover = if request.preview_only {
            let (preview, version) = self.0.handovers.preview(&offer).await.map_err(Failure::from)?;
            let entry = AuditEntry::done(caller.actor, "preview-handover", vec![offer.case]);
            self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
            let masking = Masking::of(self.0.municipality, case.hides_destination);
            let shown = previewed(&offer, &preview, version);
            proto::Handover {
                counterpart: masking.municipality(offer.to),
                counterpart_masked: masking.hides(offer.to),
                ..shown
            }
        } else {
            let record = self.0.handovers.offer(&offer, caller.actor).await.map_err(Failure::from)?;
            self.show(&record).await?
        };
        Ok(Response::new(proto::OfferResponse { handover: Some(handover) }))
    }

    async fn accept(
        &self,
        request: Request<proto::AcceptRequest>,
    ) -> Result<Response<proto::AcceptResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (transfer, _) = self.incoming(&caller, Action::AcceptHandover, &request.transfer_id).await?;
        let version = preview_version(&request.preview_version)?;
        let (caseworker, unit) = self.coordinator(&caller, &request.caseworker).await?;
        let accepted = self
            .0
            .handovers
            .accept(transfer, version, &caseworker, unit, caller.actor)
            .await
            .map_err(Failure::from)?;
        Ok(Response::new(proto::AcceptResponse { handover: Some(self.show(&accepted).await?) }))
    }

    async fn reject(
        &self,
        request: Request<proto::RejectRequest>,
    ) -> Result<Response<proto::RejectResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (transfer, _) = self.incoming(&caller, Action::RejectHandover, &request.transfer_id).await?;
        let rejection = rejection(request.reason, &request.comment)?;
        let rejected =
            self.0.handovers.reject(transfer, rejection, caller.actor).await.map_err(Failure::from)?;
        Ok(Response::new(proto::RejectResponse { handover: Some(self.show(&rejected).await?) }))
    }

    async fn revoke(
        &self,
        request: Request<proto::RevokeRequest>,
    ) -> Result<Response<proto::RevokeResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let transfer = transfer_id(&request.get_ref().transfer_id)?;
        self.visible(&caller, Action::RevokeHandover, transfer).await?;
        let revoked = self.0.handovers.revoke(transfer, caller.actor).await.map_err(Failure::from)?;
        Ok(Response::new(proto::RevokeResponse { handover: Some(self.show(&revoked).await?) }))
    }

    async fn get_handover(
        &self,
        request: Request<proto::GetHandoverRequest>,
    ) -> Result<Response<proto::GetHandoverResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let transfer = transfer_id(&request.transfer_id)?;
        self.0.allow_here(&caller, Action::ListHandovers).await?;
        let record = self.0.handovers.find(transfer).await.map_err(Failure::from)?;
        let (action, resource) = self.followed_as(&record).await?;
        self.0.allow(&caller, action, &resource, record.case.as_slice(), Some(transfer)).await?;
        let look = Action::ListHandovers.as_str();
        self.record_look(&caller, look, std::slice::from_ref(&record), &BTreeSet::new()).await?;
        let handover = match (request.reveal_reason.as_str(), record.case) {
            ("", _) | (_, None) => self.show(&record).await?,
            (reason, Some(case)) => {
                // It is shown of everybody protected who goes along, and is in the log of each.
                for hidden in BTreeSet::from([case]).union(&self.hidden_by(&record).await?) {
                    self.0.reveal(&caller, *hidden, reason).await?;
                }
                show(&record, Masking::off(self.0.municipality))
            }
        };
        Ok(Response::new(proto::GetHandoverResponse { handover: Some(handover) }))
    }

    async fn list_handovers(
        &self,
        request: Request<proto::ListHandoversRequest>,
    ) -> Result<Response<proto::ListHandoversResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ListHandovers).await?;
        let ended = request.get_ref().include_ended;
        let mut records = Vec::new();
        for record in self.0.handovers.list(ended).await.map_err(Failure::from)? {
            let (action, resource) = self.followed_as(&record).await?;
            if access::decide(&caller.user, action, &resource).is_ok() {
                records.push(record);
            }
        }
        let look = Action::ListHandovers.as_str();
        self.record_look(&caller, look, &records, &BTreeSet::new()).await?;
        // What a leader was asked to see to stands first.
        records.sort_by_key(|record| !record.is_escalated());
        let mut handovers = Vec::with_capacity(records.len());
        for record in &records {
            handovers.push(self.show(record).await?);
        }
        let families = family::list(self, &caller, ended).await?;
        Ok(Response::new(proto::ListHandoversResponse { handovers, families }))
    }

    async fn offer_family(
        &self,
        request: Request<proto::OfferFamilyRequest>,
    ) -> Result<Response<proto::OfferFamilyResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(family::offer(self, &caller, request.into_inner()).await?))
    }

    async fn get_family_move(
        &self,
        request: Request<proto::GetFamilyMoveRequest>,
    ) -> Result<Response<proto::GetFamilyMoveResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(family::get(self, &caller, &request.into_inner()).await?))
    }

    async fn accept_family(
        &self,
        request: Request<proto::AcceptFamilyRequest>,
    ) -> Result<Response<proto::AcceptFamilyResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(answering::accept(self, &caller, request.into_inner()).await?))
    }

    async fn reject_family(
        &self,
        request: Request<proto::RejectFamilyRequest>,
    ) -> Result<Response<proto::RejectFamilyResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(answering::reject(self, &caller, request.into_inner()).await?))
    }

    async fn say_in_handover(
        &self,
        request: Request<proto::SayInHandoverRequest>,
    ) -> Result<Response<proto::SayInHandoverResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let proto::SayInHandoverRequest { transfer_id, text, answer } = request.into_inner();
        let kind = if answer { MessageKind::Answer } else { MessageKind::Question };
        let handover = Some(self.say(caller, &transfer_id, kind, &text).await?);
        Ok(Response::new(proto::SayInHandoverResponse { handover }))
    }

    async fn remind_handover(
        &self,
        request: Request<proto::RemindHandoverRequest>,
    ) -> Result<Response<proto::RemindHandoverResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = request.into_inner().transfer_id;
        let handover = Some(self.say(caller, &id, MessageKind::Reminder, "").await?);
        Ok(Response::new(proto::RemindHandoverResponse { handover }))
    }

    async fn escalate_handover(
        &self,
        request: Request<proto::EscalateHandoverRequest>,
    ) -> Result<Response<proto::EscalateHandoverResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let proto::EscalateHandoverRequest { transfer_id, text } = request.into_inner();
        let handover = Some(self.say(caller, &transfer_id, MessageKind::Escalation, &text).await?);
        Ok(Response::new(proto::EscalateHandoverResponse { handover }))
    }
}

impl Exchange {
    /// A handover that was offered here, for somebody who may answer it.
    pub(super) async fn incoming(
        &self,
        caller: &Caller,
        action: Action,
        id: &str,
    ) -> Result<(TransferId, HandoverRecord), Failure> {
        let transfer = transfer_id(id)?;
        let record = self.0.handovers.find(transfer).await?;
        if matches!(record.machine, Machine::Source(_)) {
            return Err(enplan_federation::HandoverError::WrongSide.into());
        }
        let unit = record.unit.as_deref().and_then(|unit| unit.parse().ok());
        self.0.allow(caller, action, &Resource::IncomingHandover { unit }, &[], Some(transfer)).await?;
        Ok((transfer, record))
    }

    /// A handover of a case that the caller may do this to.
    async fn visible(&self, caller: &Caller, action: Action, transfer: TransferId) -> Result<(), Failure> {
        let record = self.0.handovers.find(transfer).await?;
        match (&record.machine, record.case) {
            (Machine::Source(_), Some(case)) => {
                self.0.open_case(caller, action, case).await?;
                Ok(())
            }
            _ => Err(enplan_federation::HandoverError::WrongSide.into()),
        }
    }

    /// What somebody must be allowed who follows a handover: to see its case where there is one here, else to answer it.
    pub(super) async fn followed_as(&self, record: &HandoverRecord) -> Result<(Action, Resource), Failure> {
        if let Some(row) = self.0.vault.case_by_handle(record.handle()).await?
            && record.case == Some(row.case)
        {
            return Ok((Action::SeePlan, resource(&row)?));
        }
        let unit = record.unit.as_deref().and_then(|unit| unit.parse().ok());
        Ok((Action::AcceptHandover, Resource::IncomingHandover { unit }))
    }

    /// Says something, for somebody who may offer the case, or answer the offer.
    async fn say(
        &self,
        caller: Caller,
        id: &str,
        kind: MessageKind,
        text: &str,
    ) -> Result<proto::Handover, Failure> {
        let transfer = transfer_id(id)?;
        let record = self.0.handovers.find(transfer).await?;
        if let (Machine::Source(_), Some(case)) = (&record.machine, record.case) {
            self.0.open_case(&caller, Action::OfferHandover, case).await?;
        } else {
            let (_, resource) = self.followed_as(&record).await?;
            let action = match resource {
                Resource::Case { .. } => Action::SeePlan,
                _ => Action::AcceptHandover,
            };
            self.0.allow(&caller, action, &resource, record.case.as_slice(), Some(transfer)).await?;
        }
        let text = narrative("text", text)?;
        let by = caller.user.name.clone();
        let record = self.0.handovers.say(transfer, kind, text, by, caller.actor).await?;
        self.show(&record).await
    }

    /// A handover, as its side here sees it. Where a protected citizen goes is masked at the source.
    pub(super) async fn show(&self, record: &HandoverRecord) -> Result<proto::Handover, Failure> {
        let is_hidden = !self.hidden_by(record).await?.is_empty();
        Ok(show(record, Masking::of(self.0.municipality, is_hidden)))
    }

    /// Those who are protected and go where this handover goes: its own citizen, and those of the family that moves along.
    async fn hidden_by(&self, record: &HandoverRecord) -> Result<BTreeSet<CaseId>, Failure> {
        let mut hidden = match record.family_key() {
            Some(key) => self.0.handovers.protected_among(&self.0.handovers.families().await?, key).await?,
            None => BTreeSet::new(),
        };
        if let (Machine::Source(_), Some(case)) = (&record.machine, record.case)
            && let Some(stored) = self.0.vault.case_for_protocol(case).await?
            && stored.plan()?.citizen.protected
        {
            hidden.insert(case);
        }
        Ok(hidden)
    }

    /// Records a look at handovers, and at these cases besides.
    pub(super) async fn record_look(
        &self,
        caller: &Caller,
        look: &str,
        records: &[HandoverRecord],
        besides: &BTreeSet<CaseId>,
    ) -> Result<(), Failure> {
        let of = |cases| AuditEntry::done(caller.actor.clone(), look, cases);
        let cases: Vec<_> =
            records.iter().filter_map(|record| record.case).chain(besides.iter().copied()).collect();
        // An offer has no case here yet: it is named by its handover, so that the citizen's log has it if the plan comes.
        let offers = records.iter().filter(|record| record.case.is_none() && !record.is_over());
        let mut looks: Vec<_> = offers.map(|record| of(Vec::new()).of_transfer(record.transfer())).collect();
        if looks.is_empty() || !cases.is_empty() {
            looks.push(of(cases));
        }
        let writes = looks.into_iter().map(|entry| self.0.vault.write(Write::of(entry)));
        futures::future::try_join_all(writes).await?;
        Ok(())
    }

    /// Who will coordinate, and in which unit: a caseworker of this municipality.
    pub(super) async fn coordinator(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<(UserName, Option<String>), Failure> {
        let name = if name.is_empty() { caller.user.name.as_str() } else { name };
        let account = self.0.vault.account(name).await?;
        let caseworker = account
            .filter(|account| account.roles.iter().any(|role| role == "caseworker" || role == "team-lead"));
        let Some(account) = caseworker else {
            return Err(Failure::field(
                "caseworker",
                "NO_SUCH_CASEWORKER",
                "no caseworker of that name here",
                "Der er ingen sagsbehandler med det brugernavn i kommunen.",
            ));
        };
        let name = account.username.parse().map_err(|error| Failure::inside(&error))?;
        Ok((name, account.unit))
    }
}

fn show(record: &HandoverRecord, masking: Masking) -> proto::Handover {
    let me = masking.me();
    let (state, mut waiting_for) = state(record);
    let is_escalated = record.is_escalated();
    if is_escalated && matches!(record.machine, Machine::Destination(_)) {
        waiting_for = "jeres svar: afsenderen har bedt jeres leder se på det";
    } else if record.thread.awaits_answer_of(me) && !record.is_over() {
        waiting_for = "jeres svar på et spørgsmål i tråden";
    }
    let said = |message: &Message| proto::Message {
        municipality: masking.municipality(message.from),
        ours: message.from == me,
        by: message
            .by
            .as_ref()
            .map(|by| masking.words(message.from, by.as_str()).to_owned())
            .unwrap_or_default(),
        at: Some(proto_time(message.at)),
        kind: message.kind.as_str().to_owned(),
        text: masking.words(message.from, message.text.reveal()).to_owned(),
        delivered: message.delivered,
    };
    proto::Handover {
        transfer_id: record.transfer().to_string(),
        side: match record.machine {
            Machine::Source(_) => proto::Side::Source,
            Machine::Destination(_) => proto::Side::Destination,
        }
        .into(),
        counterpart: masking.municipality(record.counterpart()),
        counterpart_masked: masking.hides(record.counterpart()),
        thread: record.thread.messages().iter().map(said).collect(),
        escalated: is_escalated,
        state: state.into(),
        phase: record.phase().to_owned(),
        ending: record.ending().map(ending_code).unwrap_or_default().to_owned(),
        comment: comment(record, masking),
        preview_version: record.version().to_string(),
        preview: Some(show_preview(&record.preview)),
        case_id: record.case.map(|case| case.to_string()).unwrap_or_default(),
        began_at: Some(proto_time(record.began_at)),
        updated_at: Some(proto_time(record.updated_at)),
        waiting_for: waiting_for.to_owned(),
        family_id: record.family.as_ref().map(|family| family.id.to_string()).unwrap_or_default(),
    }
}

/// What an offer would show its receiver.
pub(super) fn previewed(offer: &Offer, preview: &Preview, version: PreviewVersion) -> proto::Handover {
    proto::Handover {
        side: proto::Side::Source.into(),
        counterpart: offer.to.to_string(),
        preview_version: version.to_string(),
        preview: Some(show_preview(preview)),
        case_id: offer.case.to_string(),
        ..proto::Handover::default()
    }
}

/// What people call it, and what it waits for.
fn state(record: &HandoverRecord) -> (proto::State, &'static str) {
    let ended = |why: &Ending| match why {
        Ending::Rejected(_) => proto::State::Rejected,
        Ending::Revoked | Ending::BasisWithdrawn => proto::State::Revoked,
        Ending::Expired => proto::State::Expired,
        _ => proto::State::Ended,
    };
    match &record.machine {
        Machine::Source(source) => match &source.phase {
            SourcePhase::Offered { registered: false } => (proto::State::Sent, "registret"),
            SourcePhase::Offered { registered: true } => (proto::State::Sent, "modtagerens svar"),
            SourcePhase::Frozen { .. } => (proto::State::Accepted, "modtagerens kvittering for pakken"),
            SourcePhase::Committing { .. } => (proto::State::Accepted, "registret"),
            SourcePhase::Pending { .. } => (proto::State::Accepted, "at modtageren åbner planen"),
            SourcePhase::Aborting { .. } => (proto::State::Ending, "registret"),
            SourcePhase::HandedOver { .. } => (proto::State::Completed, ""),
            SourcePhase::Aborted { why, .. } => (ended(why), ""),
        },
        Machine::Destination(destination) => match &destination.phase {
            DestinationPhase::Previewed => (proto::State::Received, "jeres svar"),
            DestinationPhase::Accepted => (proto::State::Accepted, "afsenderens pakke"),
            DestinationPhase::Staged { .. } => (proto::State::Accepted, "at afsenderen gennemfører"),
            DestinationPhase::Opening { .. } => (proto::State::Accepted, "at planen åbnes"),
            DestinationPhase::Imported => (proto::State::Accepted, "registret"),
            DestinationPhase::Active => (proto::State::Completed, ""),
            DestinationPhase::Rejecting { .. } => (proto::State::Ending, "registret"),
            DestinationPhase::Ended { why, .. } => (ended(why), ""),
        },
    }
}

/// Why the receiver said no, in the catalogue's words and its own.
fn comment(record: &HandoverRecord, masking: Masking) -> String {
    let Some(Ending::Rejected(Rejection { reason, comment })) = record.ending() else {
        return String::new();
    };
    let theirs = |words| masking.words(record.counterpart(), words);
    let entry = catalogue::rejection_reason(reason, danish_day(record.updated_at));
    let reason = entry.map_or_else(|| theirs(reason), |entry| entry.danish);
    match theirs(comment.reveal()) {
        "" => reason.to_owned(),
        comment => format!("{reason}: {comment}"),
    }
}

fn show_preview(preview: &Preview) -> proto::Preview {
    proto::Preview {
        sectors: preview.sectors.clone(),
        goals: preview.goals,
        actions: preview.actions,
        sections: preview.sections.clone(),
        left_out: preview.left_out.clone(),
        basis_kind: preview.basis_kind.clone(),
        provision: preview.provision.clone(),
        contact: preview.contact.clone(),
        deadline: Some(proto_time(preview.deadline)),
    }
}

pub(super) fn municipality(text: &str) -> Result<Kommunekode, Failure> {
    Kommunekode::find(text).ok_or_else(|| {
        Failure::field(
            "municipality",
            "NOT_A_MUNICIPALITY",
            "not a municipality's code or name",
            "Kommunen kendes ikke. Skriv en kommunekode med fire cifre eller navnet på en af netværkets kommuner.",
        )
    })
}

pub(super) fn transfer_id(text: &str) -> Result<TransferId, Failure> {
    text.parse().map_err(|_| enplan_federation::HandoverError::NoSuchHandover.into())
}

fn no_such_basis() -> Failure {
    enplan_federation::HandoverError::NoSuchBasis.into()
}

pub(super) fn bad_deadline() -> Failure {
    Failure::field("deadline", "NOT_A_TIME", "the deadline is no point in time", "Fristen er ikke en dato.")
}

/// A no, with a reason of the catalogue's that is checked where it is said.
pub(super) fn rejection(reason: String, comment: &str) -> Result<Rejection, Failure> {
    let comment = Narrative::parse(comment).map_err(|error| {
        Failure::field("comment", "TEXT_TOO_LONG", error.to_string(), "Kommentaren er for lang.")
    })?;
    Ok(Rejection { reason, comment })
}

pub(super) fn preview_version(text: &str) -> Result<PreviewVersion, Failure> {
    text.parse().map_err(|error: enplan_domain::handover::package::NotAPreviewVersion| {
        Failure::field(
            "preview_version",
            "NOT_A_PREVIEW_VERSION",
            error.to_string(),
            "Angiv forhåndsvisningens version, som `enplan handover show` viser den.",
        )
    })
}
