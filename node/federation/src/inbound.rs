//! The handover's steps as they come from other nodes. Who is calling is read from the certificate.

use enplan_domain::handover::{
    Destination, DestinationInput, DestinationPhase, Ending, SourceInput, SourcePhase, Stage, Thread,
};
use enplan_domain::plan::PlanDocument;
use enplan_domain::{Kommunekode, TransferId};
use enplan_proto::handover::v1 as proto;
use enplan_proto::handover::v1::handover_peer_service_server::HandoverPeerService;
use enplan_transport::peer_identity;
use enplan_vault::{Actor, Expected};
use tonic::{Request, Response, Status, Streaming};

use crate::engine::{Change, Handovers, Inner, retrying};
use crate::error::{HandoverError, ending_of};
use crate::record::{HandoverRecord, Machine, Stored};
use crate::wire;

/// Serves the other nodes.
pub struct HandoverPeers {
    handovers: Handovers,
}

impl HandoverPeers {
    /// For these handovers.
    pub fn new(handovers: Handovers) -> Self {
        Self { handovers }
    }

    fn inner(&self) -> Result<&std::sync::Arc<Inner>, Status> {
        // Before the fence is passed, what lies here may be an older copy.
        if self.handovers.inner.fence.is_confirmed() {
            Ok(&self.handovers.inner)
        } else {
            Err(Status::unavailable("this node has not yet learnt what it owns"))
        }
    }
}

/// What a peer learns of a refusal: the stable code, and whether it is worth trying again.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn status(error: HandoverError) -> Status {
    match &error {
        HandoverError::NotConfirmed
        | HandoverError::ClockWrong
        | HandoverError::NotServed { .. }
        | HandoverError::Busy
        | HandoverError::Vault(_)
        | HandoverError::Write(_) => {
            tracing::warn!(code = error.code(), %error, "a peer's message could not be taken in");
            Status::unavailable(error.code())
        }
        HandoverError::NoSuchHandover => Status::not_found(error.code()),
        _ => Status::failed_precondition(error.code()),
    }
}

#[tonic::async_trait]
impl HandoverPeerService for HandoverPeers {
    async fn show_preview(
        &self,
        request: Request<proto::ShowPreviewRequest>,
    ) -> Result<Response<proto::ShowPreviewResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let shown: wire::Shown = request.into_inner().try_into()?;
        self.inner()?.previewed(from, shown).await.map_err(status)?;
        Ok(Response::new(proto::ShowPreviewResponse {}))
    }

    async fn accept_preview(
        &self,
        request: Request<proto::AcceptPreviewRequest>,
    ) -> Result<Response<proto::AcceptPreviewResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let request = request.into_inner();
        let inner = self.inner()?;
        let signature = enplan_domain::handover::Signature(request.signature.clone());
        if !inner.signed_by(from, &wire::acceptance_bytes(&request), &signature) {
            return Err(Status::permission_denied("the signature is not the caller's"));
        }
        if request.schema != PlanDocument::SCHEMA {
            // Before anything is sealed: what the receiver could not open would be nobody's.
            return Err(Status::failed_precondition("SCHEMA_DIFFERS"));
        }
        let transfer = wire::transfer(&request.transfer)?;
        let version = wire::version(&request.version)?;
        inner.freeze(from, transfer, version, request.public_key).await.map_err(status)?;
        Ok(Response::new(proto::AcceptPreviewResponse {}))
    }

    async fn ask_package_offset(
        &self,
        request: Request<proto::AskPackageOffsetRequest>,
    ) -> Result<Response<proto::AskPackageOffsetResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let request = request.into_inner();
        let (transfer, digest) = (wire::transfer(&request.transfer)?, wire::digest(&request.digest)?);
        let inner = self.inner()?;
        inner.awaited_from(from, transfer).await.map_err(status)?;
        let offset = inner.vault.package_len(transfer, digest).await.map_err(|e| status(e.into()))?;
        Ok(Response::new(proto::AskPackageOffsetResponse { offset }))
    }

    async fn send_package(
        &self,
        request: Request<Streaming<proto::SendPackageRequest>>,
    ) -> Result<Response<proto::SendPackageResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        self.inner()?.receive_package(from, request.into_inner()).await?;
        Ok(Response::new(proto::SendPackageResponse {}))
    }

    async fn send_receipt(
        &self,
        request: Request<proto::SendReceiptRequest>,
    ) -> Result<Response<proto::SendReceiptResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let (receipt, signature) = wire::receipt(request.get_ref())?;
        let inner = self.inner()?;
        if !inner.signed_by(from, &receipt.signed_bytes(), &signature) {
            return Err(Status::permission_denied("the signature is not the caller's"));
        }
        let stored = inner.of_counterpart(from, receipt.transfer).await.map_err(status)?;
        inner.fence.may_write(stored.record.handle()).map_err(status)?;
        let basis = inner.terms_still_hold(&stored.record).await.map_err(status)?;
        let input = SourceInput::Received { receipt, signature, basis };
        inner
            .step_source(receipt.transfer, input, Actor::node(from), "handover.receipt")
            .await
            .map_err(status)?;
        Ok(Response::new(proto::SendReceiptResponse {}))
    }

    async fn say_ending(
        &self,
        request: Request<proto::SayEndingRequest>,
    ) -> Result<Response<proto::SayEndingResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let transfer = wire::transfer(&request.get_ref().transfer)?;
        let ending = wire::ending(request.get_ref())?;
        self.inner()?.told_ending(from, transfer, ending).await.map_err(status)?;
        Ok(Response::new(proto::SayEndingResponse {}))
    }

    async fn say_message(
        &self,
        request: Request<proto::SayMessageRequest>,
    ) -> Result<Response<proto::SayMessageResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let (transfer, message) = wire::message(from, &request.into_inner())?;
        self.inner()?.hear(from, transfer, message).await.map_err(status)?;
        Ok(Response::new(proto::SayMessageResponse {}))
    }

    async fn ask_again(
        &self,
        request: Request<proto::AskAgainRequest>,
    ) -> Result<Response<proto::AskAgainResponse>, Status> {
        let from = peer_identity(&request)?.municipality;
        let transfer = wire::transfer(&request.get_ref().transfer)?;
        self.inner()?.asked_again(from, transfer).await.map_err(status)?;
        Ok(Response::new(proto::AskAgainResponse {}))
    }
}

impl Inner {
    pub(crate) fn signed_by(
        &self,
        municipality: Kommunekode,
        bytes: &[u8],
        signature: &enplan_domain::handover::Signature,
    ) -> bool {
        self.registry
            .members()
            .iter()
            .any(|member| member.municipality == municipality && member.key.verify(bytes, signature))
    }

    /// A handover that this caller is the other side of. Anybody else learns no more than that there is none.
    pub(crate) async fn of_counterpart(
        &self,
        from: Kommunekode,
        transfer: TransferId,
    ) -> Result<Stored, HandoverError> {
        match self.load(transfer).await? {
            Some(stored) if stored.record.counterpart() == from => Ok(stored),
            _ => Err(HandoverError::NoSuchHandover),
        }
    }

    async fn previewed(&self, from: Kommunekode, shown: wire::Shown) -> Result<(), HandoverError> {
        if let Some(stored) = self.load(shown.transfer).await? {
            if stored.record.counterpart() != from {
                return Err(HandoverError::NoSuchHandover);
            }
            let input = DestinationInput::PreviewedAgain;
            self.step_destination(shown.transfer, input, Actor::node(from), "handover.preview", |_| {})
                .await?;
            return Ok(());
        }
        self.check_offered(from, &shown).await?;
        let destination =
            Destination::previewed(shown.transfer, shown.handle, shown.epoch, from, shown.version);
        let now = self.clock.now();
        let record = HandoverRecord {
            machine: Machine::Destination(destination),
            case: None,
            preview: shown.preview,
            basis: None,
            public_key: None,
            sealed_events: None,
            caseworker: None,
            unit: self.arrival_unit.clone(),
            thread: Thread::default(),
            family: shown.family,
            handed_over_at: None,
            began_at: now,
            updated_at: now,
        };
        let _lock = self.lock(shown.transfer).await;
        match self.save(Expected::New, Change::of(record), Actor::node(from), "handover.preview").await {
            // The same preview twice at once.
            Err(error) if error.is_conflict() => Ok(()),
            result => result.map(|_| ()),
        }
    }

    /// A preview is taken in only where the registry has its offer, from this sender to us.
    async fn check_offered(&self, from: Kommunekode, shown: &wire::Shown) -> Result<(), HandoverError> {
        let matches = |record: Option<enplan_domain::handover::CaseRecord>| {
            record.and_then(|record| record.open).is_some_and(|open| {
                open.transfer == shown.transfer
                    && open.from == from
                    && open.to == self.me
                    && open.epoch == shown.epoch
                    && open.stage == Stage::Offered
            })
        };
        let unavailable = |_| HandoverError::NotConfirmed;
        let local = self.registry.local(shown.handle).await;
        if matches(local) || matches(self.registry.read(shown.handle).await.map_err(unavailable)?) {
            Ok(())
        } else {
            Err(HandoverError::NoSuchHandover)
        }
    }

    /// Checked again before the commit: while the plan was frozen, a consent may have run out; or something was recorded
    /// that a frozen plan takes (protection of the address, a death, another number) and that the package lacks.
    pub(crate) async fn terms_still_hold(
        &self,
        record: &HandoverRecord,
    ) -> Result<Result<(), Ending>, HandoverError> {
        let case = self.case(record.case.ok_or(HandoverError::NoSuchCase)?).await?;
        let plan = case.plan().map_err(|_| HandoverError::Unreadable)?;
        let basis = record.basis.as_deref().unwrap_or_default();
        if let Err(error) = self.covering(&plan, &case, basis, record.counterpart()) {
            return Ok(Err(ending_of(&error)));
        }
        let is_whole = record.sealed_events == Some(case.row.last_seq);
        Ok(if is_whole { Ok(()) } else { Err(Ending::PreviewChanged) })
    }

    /// A handover from this sender whose package is awaited here, or was.
    pub(crate) async fn awaited_from(
        &self,
        from: Kommunekode,
        transfer: TransferId,
    ) -> Result<Stored, HandoverError> {
        let stored = self.of_counterpart(from, transfer).await?;
        match &stored.record.machine {
            Machine::Destination(destination) => match destination.phase {
                DestinationPhase::Accepted
                | DestinationPhase::Staged { .. }
                | DestinationPhase::Opening { .. } => Ok(stored),
                _ => Err(HandoverError::AlreadyAnswered),
            },
            Machine::Source(_) => Err(HandoverError::WrongSide),
        }
    }

    async fn told_ending(
        &self,
        from: Kommunekode,
        transfer: TransferId,
        ending: Ending,
    ) -> Result<(), HandoverError> {
        let stored = self.of_counterpart(from, transfer).await?;
        match (&stored.record.machine, &ending) {
            (Machine::Source(_), Ending::Rejected(_)) => {
                let input = SourceInput::End(ending);
                self.step_source(transfer, input, Actor::node(from), "handover.rejected").await?;
            }
            (Machine::Source(_), _) => return Err(HandoverError::WrongSide),
            (Machine::Destination(_), _) => {
                // Log order decides; the words are kept beside it. Where they overtake the log, they come again.
                self.heard(transfer).await?;
                let input = DestinationInput::SenderEnded(ending);
                let record = self
                    .step_destination(transfer, input, Actor::node(from), "handover.ended", |_| {})
                    .await?;
                if !record.is_over() {
                    return Err(HandoverError::NotConfirmed);
                }
            }
        }
        Ok(())
    }

    async fn asked_again(
        self: &std::sync::Arc<Self>,
        from: Kommunekode,
        transfer: TransferId,
    ) -> Result<(), HandoverError> {
        let stored = self.of_counterpart(from, transfer).await?;
        if let Machine::Source(source) = &stored.record.machine
            && matches!(source.phase, SourcePhase::Pending { .. } | SourcePhase::HandedOver { .. })
            && let Some(record) = self.registry.local(source.handle).await
            && let Some(package) = record.committed(transfer)
        {
            // Past the commit nothing is wanted of the source but this: the package, from its escrow.
            let (this, digest) = (std::sync::Arc::clone(self), package.digest);
            tokio::spawn(async move {
                if let Err(error) = this.send_package(from, transfer, digest).await {
                    tracing::info!(%transfer, %error, "a package that was asked for again was not delivered");
                }
            });
            return Ok(());
        }
        self.resend(transfer).await
    }

    /// Puts everything that a handover wants into the outbox anew.
    pub(crate) async fn resend(&self, transfer: TransferId) -> Result<(), HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let change = Change::of(stored.record);
            self.save(Expected::Version(stored.version), change, self.node(), "handover.resend").await?;
            Ok(())
        })
    }
}
