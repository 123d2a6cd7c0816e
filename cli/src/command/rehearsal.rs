//! A node's handovers and legal bases, played over a pipe in memory: what was asked is kept, what it answers is given.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use enplan_proto::basis::v1::basis_service_server::{BasisService, BasisServiceServer};
use enplan_proto::basis::v1::{
    GetBasisRequest, GetBasisResponse, ListBasesRequest, ListBasesResponse, PreviewWithdrawalRequest,
    PreviewWithdrawalResponse, RecordConsentRequest, RecordConsentResponse, RecordOtherStatuteRequest,
    RecordOtherStatuteResponse, RecordStatutoryDutyRequest, RecordStatutoryDutyResponse,
    WithdrawConsentRequest, WithdrawConsentResponse, WithdrawalEffect,
};
use enplan_proto::handover::v1::handover_service_server::{HandoverService, HandoverServiceServer};
use enplan_proto::handover::v1::{
    AcceptFamilyRequest, AcceptFamilyResponse, AcceptRequest, AcceptResponse, EscalateHandoverRequest,
    EscalateHandoverResponse, FamilyMember, FamilyMove, GetFamilyMoveRequest, GetFamilyMoveResponse,
    GetHandoverRequest, GetHandoverResponse, Handover, ListHandoversRequest, ListHandoversResponse,
    OfferFamilyRequest, OfferFamilyResponse, OfferRequest, OfferResponse, RejectFamilyRequest,
    RejectFamilyResponse, RejectRequest, RejectResponse, RemindHandoverRequest, RemindHandoverResponse,
    RevokeRequest, RevokeResponse, SayInHandoverRequest, SayInHandoverResponse,
};
use hyper_util::rt::TokioIo;
use tonic::transport::{Endpoint, Server};
use tonic::{Request, Response, Status};

use crate::connection::Node;
use crate::input::Secret;
use crate::show::samples;

/// What the node is asked to answer about handovers, in turn; the last answer is given again and again.
type Answers = VecDeque<Result<Handover, Status>>;

#[derive(Clone)]
pub(super) struct PlayedNode {
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<String>>>,
    effect: WithdrawalEffect,
}

impl PlayedNode {
    /// One that answers with these handovers.
    pub(super) fn new(answers: impl IntoIterator<Item = Handover>) -> Self {
        Self::failing(answers.into_iter().map(Ok))
    }

    /// One that fails now and then.
    pub(super) fn failing(answers: impl IntoIterator<Item = Result<Handover, Status>>) -> Self {
        Self {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            asked: Arc::default(),
            effect: samples::effect(),
        }
    }

    /// The same, where withdrawing a consent does this.
    pub(super) fn whose_withdrawal(self, effect: WithdrawalEffect) -> Self {
        Self { effect, ..self }
    }

    /// A connection to it, logged in.
    pub(super) fn connect(&self) -> Node {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let server = Server::builder()
            .add_service(HandoverServiceServer::new(self.clone()))
            .add_service(BasisServiceServer::new(self.clone()))
            .serve_with_incoming(tokio_stream::once(Ok::<_, io::Error>(far)));
        tokio::spawn(server);
        let mut near = Some(near);
        let connector = tower::service_fn(move |_| {
            let near = near.take().map(TokioIo::new).ok_or_else(|| io::Error::other("connected already"));
            async move { near }
        });
        let channel = Endpoint::from_static("https://node.invalid").connect_with_connector_lazy(connector);
        Node::over(channel, "https://node.invalid", Some(&Secret("token".to_owned()))).unwrap()
    }

    /// The requests so far, by name and what they hold.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// A family of one, whose handover is the next answer.
    fn family<T: std::fmt::Debug>(
        &self,
        request: &Request<T>,
    ) -> Result<(Option<FamilyMove>, Vec<FamilyMember>), Status> {
        let handover = self.answer(request)?;
        let member = FamilyMember { standing: "offered".to_owned(), handover, ..FamilyMember::default() };
        Ok((Some(samples::family_comes()), vec![member]))
    }

    fn answer<T: std::fmt::Debug>(&self, request: &Request<T>) -> Result<Option<Handover>, Status> {
        assert!(request.metadata().contains_key("authorization"), "every request bears the token");
        self.asked.lock().unwrap().push(format!("{:?}", request.get_ref()));
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        answer.transpose()
    }
}

#[tonic::async_trait]
impl HandoverService for PlayedNode {
    async fn offer(&self, request: Request<OfferRequest>) -> Result<Response<OfferResponse>, Status> {
        Ok(Response::new(OfferResponse { handover: self.answer(&request)? }))
    }

    async fn accept(&self, request: Request<AcceptRequest>) -> Result<Response<AcceptResponse>, Status> {
        Ok(Response::new(AcceptResponse { handover: self.answer(&request)? }))
    }

    async fn reject(&self, request: Request<RejectRequest>) -> Result<Response<RejectResponse>, Status> {
        Ok(Response::new(RejectResponse { handover: self.answer(&request)? }))
    }

    async fn revoke(&self, request: Request<RevokeRequest>) -> Result<Response<RevokeResponse>, Status> {
        Ok(Response::new(RevokeResponse { handover: self.answer(&request)? }))
    }

    async fn say_in_handover(
        &self,
        request: Request<SayInHandoverRequest>,
    ) -> Result<Response<SayInHandoverResponse>, Status> {
        Ok(Response::new(SayInHandoverResponse { handover: self.answer(&request)? }))
    }

    async fn remind_handover(
        &self,
        request: Request<RemindHandoverRequest>,
    ) -> Result<Response<RemindHandoverResponse>, Status> {
        Ok(Response::new(RemindHandoverResponse { handover: self.answer(&request)? }))
    }

    async fn escalate_handover(
        &self,
        request: Request<EscalateHandoverRequest>,
    ) -> Result<Response<EscalateHandoverResponse>, Status> {
        Ok(Response::new(EscalateHandoverResponse { handover: self.answer(&request)? }))
    }

    async fn get_handover(
        &self,
        request: Request<GetHandoverRequest>,
    ) -> Result<Response<GetHandoverResponse>, Status> {
        Ok(Response::new(GetHandoverResponse { handover: self.answer(&request)? }))
    }

    async fn list_handovers(
        &self,
        request: Request<ListHandoversRequest>,
    ) -> Result<Response<ListHandoversResponse>, Status> {
        let handovers = self.answer(&request)?.into_iter().collect();
        Ok(Response::new(ListHandoversResponse { handovers, families: Vec::new() }))
    }

    async fn offer_family(
        &self,
        request: Request<OfferFamilyRequest>,
    ) -> Result<Response<OfferFamilyResponse>, Status> {
        self.answer(&request)?;
        Ok(Response::new(samples::family_offered()))
    }

    async fn get_family_move(
        &self,
        request: Request<GetFamilyMoveRequest>,
    ) -> Result<Response<GetFamilyMoveResponse>, Status> {
        let (family, members) = self.family(&request)?;
        Ok(Response::new(GetFamilyMoveResponse { family, members }))
    }

    async fn accept_family(
        &self,
        request: Request<AcceptFamilyRequest>,
    ) -> Result<Response<AcceptFamilyResponse>, Status> {
        let (family, members) = self.family(&request)?;
        Ok(Response::new(AcceptFamilyResponse { family, members }))
    }

    async fn reject_family(
        &self,
        request: Request<RejectFamilyRequest>,
    ) -> Result<Response<RejectFamilyResponse>, Status> {
        let (family, members) = self.family(&request)?;
        Ok(Response::new(RejectFamilyResponse { family, members }))
    }
}

#[tonic::async_trait]
impl BasisService for PlayedNode {
    async fn record_consent(
        &self,
        request: Request<RecordConsentRequest>,
    ) -> Result<Response<RecordConsentResponse>, Status> {
        self.answer(&request)?;
        Ok(Response::new(RecordConsentResponse {
            basis_id: samples::BASIS.to_owned(),
            sections: vec!["social/goals".to_owned()],
            not_covered: vec!["employment/goals".to_owned()],
        }))
    }

    async fn record_statutory_duty(
        &self,
        _: Request<RecordStatutoryDutyRequest>,
    ) -> Result<Response<RecordStatutoryDutyResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn record_other_statute(
        &self,
        _: Request<RecordOtherStatuteRequest>,
    ) -> Result<Response<RecordOtherStatuteResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn withdraw_consent(
        &self,
        request: Request<WithdrawConsentRequest>,
    ) -> Result<Response<WithdrawConsentResponse>, Status> {
        self.answer(&request)?;
        Ok(Response::new(WithdrawConsentResponse { effect: Some(self.effect.clone()) }))
    }

    async fn preview_withdrawal(
        &self,
        request: Request<PreviewWithdrawalRequest>,
    ) -> Result<Response<PreviewWithdrawalResponse>, Status> {
        self.answer(&request)?;
        Ok(Response::new(PreviewWithdrawalResponse { effect: Some(self.effect.clone()) }))
    }

    async fn list_bases(&self, _: Request<ListBasesRequest>) -> Result<Response<ListBasesResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn get_basis(&self, _: Request<GetBasisRequest>) -> Result<Response<GetBasisResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }
}
