//! What other nodes send while an epoch is counted. Who is calling is read from the certificate.

use std::sync::{Arc, PoisonError};

use enplan_domain::Kommunekode;
use enplan_proto::statistics::v1 as proto;
use enplan_proto::statistics::v1::statistics_peer_service_server::StatisticsPeerService;
use enplan_statistics::Epoch;
use enplan_statistics::computation::{Computation, NotSeated, Terms};
use enplan_statistics::protocol::Refused;
use enplan_transport::peer_identity;
use tonic::{Request, Response, Status};

use super::seat::{News, Seat};
use super::{ComputationId, Counting, CountingError, Inner, SystemRandomness};

/// Serves the other nodes.
pub struct CountingPeers(Counting);

impl CountingPeers {
    /// For this node's part.
    pub fn new(counting: Counting) -> Self {
        Self(counting)
    }
}

#[tonic::async_trait]
impl StatisticsPeerService for CountingPeers {
    async fn freeze_counts(
        &self,
        request: Request<proto::FreezeCountsRequest>,
    ) -> Result<Response<proto::FreezeCountsResponse>, Status> {
        peer_identity(&request)?;
        let epoch = epoch(&request.into_inner().epoch)?;
        self.0.inner.freeze(epoch).await.map_err(status)?;
        Ok(Response::new(proto::FreezeCountsResponse {}))
    }

    async fn begin_computation(
        &self,
        request: Request<proto::BeginComputationRequest>,
    ) -> Result<Response<proto::BeginComputationResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let proto::BeginComputationRequest { epoch: text, computation } = request.into_inner();
        self.0.inner.sit_down(from, epoch(&text)?, id(&computation)?).await.map_err(status)?;
        Ok(Response::new(proto::BeginComputationResponse {}))
    }

    async fn deliver(
        &self,
        request: Request<proto::DeliverRequest>,
    ) -> Result<Response<proto::DeliverResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let proto::DeliverRequest { computation, round, content } = request.into_inner();
        let seat = self.0.inner.seat(id(&computation)?).map_err(status)?;
        match seat.receive(from, round, content).await {
            Ok(()) => Ok(Response::new(proto::DeliverResponse {})),
            Err(Refused::Round) => Err(Status::unavailable("not there yet")),
            Err(_) => Err(Status::invalid_argument("the message was refused")),
        }
    }

    async fn proceed(
        &self,
        request: Request<proto::ProceedRequest>,
    ) -> Result<Response<proto::ProceedResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        Ok(Response::new(self.0.inner.proceed(from, request.into_inner()).await?))
    }
}

impl Inner {
    /// Goes on as whoever conducts says, and says how it stands once there are news.
    pub(super) async fn proceed(
        &self,
        conductor: Kommunekode,
        request: proto::ProceedRequest,
    ) -> Result<proto::ProceedResponse, Status> {
        let proto::ProceedRequest { computation, quorum, phase, attempt } = request;
        let seat = self.seat(id(&computation)?).map_err(status)?;
        if seat.conductor() != conductor {
            return Err(Status::permission_denied("another node conducts this computation"));
        }
        let malformed = |_| Status::invalid_argument("no such phase, attempt or node");
        let attempt = u8::try_from(attempt).map_err(malformed)?;
        if attempt > 0 {
            let phase = u16::try_from(phase).map_err(malformed)?;
            let quorum =
                quorum.into_iter().map(usize::try_from).collect::<Result<_, _>>().map_err(malformed)?;
            seat.restart(phase, attempt, quorum).await;
        }
        let news = seat.news().await;
        let (phase, attempt) = seat.phase_and_attempt();
        let mut response = proto::ProceedResponse {
            phase: phase.into(),
            attempt: attempt.into(),
            bytes_sent: seat.bytes_sent(),
            ..proto::ProceedResponse::default()
        };
        match news {
            News::Waiting(missing) => {
                response.set_state(proto::ComputationState::Waiting);
                response.missing =
                    missing.into_iter().filter_map(|place| u32::try_from(place).ok()).collect();
            }
            News::Ended(release, signature) => {
                response.set_state(proto::ComputationState::Ended);
                response.release = release.to_bytes();
                response.signature = signature.0;
            }
            News::Stopped(why) => {
                response.set_state(proto::ComputationState::Stopped);
                response.stopped_because = why;
            }
        }
        Ok(response)
    }

    /// Takes a seat in a computation that another node conducts, if the registry has its epoch, and shares this node's
    /// counts. A computation that still runs here gives way to a new one of the same epoch: whoever conducted it may be gone,
    /// and what either computes is the same.
    pub(super) async fn sit_down(
        &self,
        conductor: Kommunekode,
        epoch: Epoch,
        id: ComputationId,
    ) -> Result<(), CountingError> {
        self.node.registry.confirm().await?;
        let ledger = self.node.registry.statistics().await;
        let terms = Terms::of(&ledger, epoch, &id)?;
        let place = terms.participants().iter().position(|participant| *participant == self.node.me);
        let place = place.ok_or(CountingError::TakesNoPart(epoch))?;
        if !terms.participants().contains(&conductor) {
            return Err(CountingError::TakesNoPart(epoch));
        }
        let committed = ledger.epoch(epoch).and_then(|record| record.commitments.get(&self.node.me));
        let frozen = self.frozen(epoch).await?.map(|(_, frozen)| frozen);
        // Never other counts than those that the registry holds this node to.
        let frozen = frozen.filter(|frozen| committed == Some(&frozen.commitment()));
        let frozen = frozen.ok_or(CountingError::AnotherFreeze(epoch))?;
        if self.seat(id).is_ok() {
            return Ok(());
        }
        let begun = tokio::task::spawn_blocking(move || {
            Computation::begin(terms, place, &frozen, &mut SystemRandomness)
        });
        let begun = begun.await.map_err(|_| CountingError::Uncountable)?;
        let (computation, letters) = begun.map_err(|error| match error {
            NotSeated::AnotherFreeze => CountingError::AnotherFreeze(epoch),
            NotSeated::Setup(_) => CountingError::Uncountable,
        })?;
        let seat = Arc::new(Seat::new(
            id,
            conductor,
            computation,
            self.node.peers.clone(),
            Arc::clone(&self.node.signer),
        ));
        {
            let mut taken = self.seat.lock().unwrap_or_else(PoisonError::into_inner);
            if taken.as_ref().is_some_and(|taken| taken.id() == id) {
                return Ok(());
            }
            *taken = Some(Arc::clone(&seat));
        }
        seat.begin(letters).await;
        Ok(())
    }

    pub(super) fn seat(&self, id: ComputationId) -> Result<Arc<Seat>, CountingError> {
        let taken = self.seat.lock().unwrap_or_else(PoisonError::into_inner);
        taken.as_ref().filter(|seat| seat.id() == id).cloned().ok_or(CountingError::NoSuchComputation)
    }
}

fn epoch(text: &str) -> Result<Epoch, Status> {
    text.parse().map_err(|_| Status::invalid_argument("no such epoch"))
}

fn id(bytes: &[u8]) -> Result<ComputationId, Status> {
    bytes.try_into().map_err(|_| Status::invalid_argument("a computation has an id of 16 bytes"))
}

/// What a peer learns of a refusal: the stable code.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn status(error: CountingError) -> Status {
    tracing::info!(code = error.code(), %error, "a peer's part of the counting was refused");
    match error {
        CountingError::NoSuchComputation => Status::not_found(error.code()),
        CountingError::NotServed
        | CountingError::Registry(_)
        | CountingError::Vault(_)
        | CountingError::Write(_) => Status::unavailable(error.code()),
        _ => Status::failed_precondition(error.code()),
    }
}
