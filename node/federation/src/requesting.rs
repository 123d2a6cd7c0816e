//! A new municipality asks the acting one for a citizen's plan.
//!
//! The request names the citizen, and so goes from node to node over mutual TLS, never through the registry. It is answered
//! in one way, whether there is such a plan or not: only an offer, with its own legal basis, tells. What was asked and came
//! to nothing is forgotten by a day that both can count on.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use enplan_domain::relocation::{Asked, Move, Place, Taken};
use enplan_domain::{
    Cpr, Date, Kommunekode, Narrative, RequestId, Timestamp, TransferId, UserName, danish_day,
};
use enplan_proto::relocation::v1 as proto;
use enplan_proto::relocation::v1::relocation_peer_service_server::RelocationPeerService;
use enplan_transport::peer_identity;
use enplan_vault::{
    Actor, AuditEntry, InboxMark, OutboxWrite, PlanRequestWrite, StoredPlanRequest, Write, WriteError,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tonic::{Request, Response, Status};

use crate::deliver::NotSent;
use crate::engine::{Handovers, Inner, retrying};
use crate::error::HandoverError;
use crate::inbound::status;
use crate::moving::moves_write;

/// The outbox's word for a request. Its row names the request where others name a handover.
pub(crate) const PLAN_REQUEST: &str = "plan-request";

/// How long a request is remembered where it was made.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many requests one municipality may make of another in an hour: more is somebody trying numbers.
const AN_HOUR: u32 = 60;

/// The most characters in each of a request's texts.
const LONGEST_TEXT: usize = 2_000;

/// What this municipality has asked another for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// Whose plan.
    pub cpr: Cpr,
    /// Who is asked.
    pub from: Kommunekode,
    /// The day that the citizen moved here.
    pub moved_on: Date,
    /// Why, for the caseworker there.
    pub reason: Narrative,
    /// Who asks here.
    pub asked_by: UserName,
    /// Their unit.
    pub unit: Option<String>,
    /// Who has asked for the same since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Asker>,
    /// When.
    pub asked_at: Timestamp,
    /// When the other node had it.
    pub received_at: Option<Timestamp>,
}

/// Somebody who asks for a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asker {
    /// Who.
    pub by: UserName,
    /// Their unit.
    pub unit: Option<String>,
}

impl PlanRequest {
    /// Everybody who asked, the first first.
    pub fn askers(&self) -> impl Iterator<Item = (&UserName, Option<&str>)> {
        let also = self.also.iter().map(|asker| (&asker.by, asker.unit.as_deref()));
        std::iter::once((&self.asked_by, self.unit.as_deref())).chain(also)
    }

    /// When it is forgotten.
    pub fn lapses_at(&self) -> Timestamp {
        self.asked_at + REMEMBERED
    }
}

/// Requests of the last hour, by who made them. Kept in memory: a restart forgives.
#[derive(Default)]
pub(crate) struct RequestLimits(Mutex<HashMap<Kommunekode, (Timestamp, u32)>>);

impl RequestLimits {
    fn count(&self, from: Kommunekode, now: Timestamp) -> Result<(), HandoverError> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = counted.entry(from).or_insert((now, 0));
        if *since + SignedDuration::from_hours(1) <= now {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        if *count > AN_HOUR { Err(HandoverError::TooManyRequests) } else { Ok(()) }
    }
}

impl Handovers {
    /// Asks another municipality for a citizen's plan. It is sent until that node has it, once, however many ask here: each
    /// of them is in the log, and has the request on their list.
    pub async fn ask_for_plan(
        &self,
        request: PlanRequest,
        actor: Actor,
        action: &str,
    ) -> Result<RequestId, HandoverError> {
        let inner = &self.inner;
        inner.fence.may_begin()?;
        if request.from == inner.me {
            return Err(HandoverError::ToItself);
        }
        if !inner.is_member(request.from) {
            return Err(HandoverError::NotAMember);
        }
        let cases = inner.vault.cases_of_citizen(&request.cpr).await?;
        let audit = AuditEntry::done(actor, action, cases.into_iter().map(|row| row.case).collect());
        let mut write = Write::of(audit);
        let _alone = inner.requesting.lock().await;
        let id = if let Some((id, version, mut known)) = inner.same_request(&request).await? {
            if !known.askers().any(|(by, _)| *by == request.asked_by) {
                known.also.push(Asker { by: request.asked_by, unit: request.unit });
                write.plan_requests.push(put(id, version + 1, &known)?);
            }
            id
        } else {
            let id = RequestId::from(uuid::Uuid::new_v4());
            write.plan_requests.push(put(id, 1, &request)?);
            write.outbox.push(OutboxWrite::Put {
                transfer: row_of(id),
                kind: PLAN_REQUEST.to_owned(),
                next_attempt: inner.clock.now(),
            });
            id
        };
        inner.vault.write(write).await?;
        inner.wake.notify_one();
        Ok(id)
    }

    /// What this municipality has asked others for.
    pub async fn plan_requests(&self) -> Result<Vec<(RequestId, PlanRequest)>, HandoverError> {
        self.inner.requests().await
    }
}

fn row_of(request: RequestId) -> TransferId {
    TransferId::from_bytes(request.to_bytes())
}

fn opened(stored: &StoredPlanRequest) -> Result<PlanRequest, HandoverError> {
    serde_json::from_slice(&stored.content).map_err(|_| HandoverError::Unreadable)
}

fn put(request: RequestId, version: u64, asked: &PlanRequest) -> Result<PlanRequestWrite, HandoverError> {
    let content = serde_json::to_vec(asked).map_err(|_| HandoverError::Unreadable)?;
    Ok(PlanRequestWrite::Put { request, version, content })
}

impl Inner {
    /// The request that stands for the same plan, with its version.
    async fn same_request(
        &self,
        request: &PlanRequest,
    ) -> Result<Option<(RequestId, u64, PlanRequest)>, HandoverError> {
        for stored in self.vault.plan_requests().await? {
            let known = opened(&stored)?;
            if known.cpr == request.cpr && known.from == request.from {
                return Ok(Some((stored.request, stored.version, known)));
            }
        }
        Ok(None)
    }

    pub(crate) async fn requests(&self) -> Result<Vec<(RequestId, PlanRequest)>, HandoverError> {
        let stored = self.vault.plan_requests().await?;
        stored.iter().map(|stored| Ok((stored.request, opened(stored)?))).collect()
    }

    pub(crate) async fn send_plan_request(&self, row: TransferId) -> Result<(), NotSent> {
        let id = RequestId::from_bytes(row.to_bytes());
        let stored = self.vault.plan_request(id).await.map_err(HandoverError::from)?;
        // Forgotten meanwhile: nobody is asked.
        let Some(stored) = stored else { return Ok(()) };
        let request = opened(&stored)?;
        let message = proto::RequestPlanRequest {
            request: id.to_bytes().to_vec(),
            cpr: request.cpr.reveal().to_owned(),
            moved_on: request.moved_on.to_string(),
            reason: request.reason.reveal().to_owned(),
            contact: self.contact.clone(),
        };
        self.peers.relocation(request.from)?.request_plan(message).await?;
        let _alone = self.requesting.lock().await;
        // Somebody else may have asked for the same meanwhile.
        let stored = self.vault.plan_request(id).await.map_err(HandoverError::from)?;
        let Some(stored) = stored else { return Ok(()) };
        let received = PlanRequest { received_at: Some(self.clock.now()), ..opened(&stored)? };
        let audit = AuditEntry::done(self.node(), "relocation.request-received", Vec::new());
        let write =
            Write { plan_requests: vec![put(id, stored.version + 1, &received)?], ..Write::of(audit) };
        self.vault.write(write).await.map_err(HandoverError::from)?;
        Ok(())
    }

    /// What was asked for and came to nothing is forgotten, the citizen's number with it.
    pub(crate) async fn forget_lapsed_requests(&self, now: Timestamp) -> Result<(), HandoverError> {
        for (request, asked) in self.requests().await? {
            if asked.lapses_at() > now {
                continue;
            }
            let audit = AuditEntry::done(self.node(), "relocation.request-lapsed", Vec::new());
            let write = Write {
                plan_requests: vec![PlanRequestWrite::Remove { request }],
                outbox: vec![OutboxWrite::Clear { transfer: row_of(request) }],
                ..Write::of(audit)
            };
            self.vault.write(write).await?;
        }
        Ok(())
    }

    /// Another municipality asks for a citizen's plan. In the log before anything comes of it; the same write, and the
    /// same answer, where nothing does.
    async fn plan_asked_for(
        &self,
        from: Kommunekode,
        request: RequestId,
        cpr: &Cpr,
        asked: &Asked,
        relocation: &Move,
    ) -> Result<(), HandoverError> {
        if self.vault.inbox_reply(from, request).await?.is_some() {
            return Ok(());
        }
        self.asking.count(from, self.clock.now())?;
        let written: Result<(), HandoverError> = retrying!({
            let open = self.open_cases(cpr).await?;
            let cases: Vec<_> = open.into_iter().map(|(row, _)| row.case).collect();
            let mut moves = Vec::new();
            for case in &cases {
                let mut known = self.moves(*case).await?;
                match known.docket.take_request(relocation, asked.clone(), self.me) {
                    Ok(Taken::Duplicate) | Err(_) => {}
                    Ok(_) => moves.push(moves_write(*case, &known)?),
                }
            }
            let audit = AuditEntry::done(Actor::node(from), "relocation.asked", cases);
            let inbox = Some(InboxMark { from, request, reply: Vec::new() });
            self.vault.write(Write { moves, inbox, ..Write::of(audit) }).await?;
            Ok(())
        });
        match written {
            // The same message twice at once.
            Err(HandoverError::Write(WriteError::AlreadyReceived)) => Ok(()),
            written => written,
        }
    }
}

/// Serves the other nodes' requests.
pub struct RelocationPeers {
    handovers: Handovers,
}

impl RelocationPeers {
    /// For these handovers.
    pub fn new(handovers: Handovers) -> Self {
        Self { handovers }
    }
}

#[tonic::async_trait]
impl RelocationPeerService for RelocationPeers {
    async fn request_plan(
        &self,
        request: Request<proto::RequestPlanRequest>,
    ) -> Result<Response<proto::RequestPlanResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let inner = &self.handovers.inner;
        inner.fence.may_begin().map_err(status)?;
        let request = request.into_inner();
        let malformed = |field: &str| Status::invalid_argument(format!("malformed field: {field}"));
        let id = RequestId::from_slice(&request.request).map_err(|_| malformed("request"))?;
        let cpr: Cpr = request.cpr.parse().map_err(|_| malformed("cpr"))?;
        let moved_on: Date = request.moved_on.parse().map_err(|_| malformed("moved_on"))?;
        // Whoever is asked for: a day that can't be is refused alike.
        let event = format!("asked:{id}").parse().map_err(|_| malformed("request"))?;
        let (here, there) = (Place::Municipality(inner.me), Place::Municipality(from));
        let today = danish_day(inner.clock.now());
        let moved = Move::new(event, moved_on, here, there, today).map_err(|_| malformed("moved_on"))?;
        if request.reason.len() > LONGEST_TEXT || request.contact.len() > LONGEST_TEXT {
            return Err(malformed("reason"));
        }
        let asked = Asked {
            request: id,
            by: from,
            at: inner.clock.now(),
            reason: Narrative::parse(&request.reason).map_err(|_| malformed("reason"))?,
            contact: request.contact,
            answered: None,
        };
        match inner.plan_asked_for(from, id, &cpr, &asked, &moved).await {
            Err(HandoverError::TooManyRequests) => Err(Status::resource_exhausted("TOO_MANY_REQUESTS")),
            answered => {
                answered.map_err(status)?;
                Ok(Response::new(proto::RequestPlanResponse {}))
            }
        }
    }
}
