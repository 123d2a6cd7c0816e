//! One node, reached over TLS, with the caller's token on every request.

use std::sync::Arc;

use enplan_domain::{Clock, Timestamp};
use enplan_proto::administration::v1::administration_service_client::AdministrationServiceClient;
use enplan_proto::basis::v1::basis_service_client::BasisServiceClient;
use enplan_proto::exchange::v1::exchange_service_client::ExchangeServiceClient;
use enplan_proto::handover::v1::handover_service_client::HandoverServiceClient;
use enplan_proto::household::v1::household_service_client::HouseholdServiceClient;
use enplan_proto::plan::v1::coordination_service_client::CoordinationServiceClient;
use enplan_proto::plan::v1::merging_service_client::MergingServiceClient;
use enplan_proto::plan::v1::plan_service_client::PlanServiceClient;
use enplan_proto::print::v1::print_service_client::PrintServiceClient;
use enplan_proto::relocation::v1::relocation_service_client::RelocationServiceClient;
use enplan_proto::session::v1::session_service_client::SessionServiceClient;
use enplan_proto::statement::v1::statement_service_client::StatementServiceClient;
use enplan_proto::statistics::v1::statistics_service_client::StatisticsServiceClient;
use enplan_proto::terminology::v1::terminology_service_client::TerminologyServiceClient;
use enplan_proto::worklist::v1::worklist_service_client::WorklistServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::arguments::Input;
use crate::failure::{Exit, Failure};
use crate::input::{self, Secret};
use crate::profile::Profile;

/// The largest plan that is read back: what a node takes in, and then some.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

type Authorized = InterceptedService<Channel, Bearer>;

/// This machine's clock: what a certificate's days are held against.
struct MachineClock;

impl Clock for MachineClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program reads the wall clock in one place, and this is the one"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A node, and who asks.
pub(crate) struct Node {
    url: String,
    channel: Authorized,
}

impl Node {
    /// The node of a profile. Without a token, only logging in is possible.
    pub(crate) fn connect(profile: &Profile, token: Option<&Secret>) -> Result<Self, Failure> {
        let ca = input::bytes(&Input::File(profile.ca.clone()))?;
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let channel = enplan_transport::user_channel(&ca, &profile.node, &clock).map_err(|cause| {
            let message = "Nodens adresse eller CA-filen kan ikke bruges: skriv adressen som https://VÆRT:PORT, og brug \
                           den CA-fil, du har fået af driften.";
            Failure::usage("CONNECTION_MISCONFIGURED", message).because(&cause)
        })?;
        Self::over(channel, &profile.node, token)
    }

    /// A node at the other end of a channel.
    pub(crate) fn over(channel: Channel, url: &str, token: Option<&Secret>) -> Result<Self, Failure> {
        let bearer = Bearer::new(token)?;
        Ok(Self { url: url.to_owned(), channel: InterceptedService::new(channel, bearer) })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Plans.
    pub(crate) fn plans(&self) -> PlanServiceClient<Authorized> {
        PlanServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// The work list.
    pub(crate) fn worklist(&self) -> WorklistServiceClient<Authorized> {
        WorklistServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Households.
    pub(crate) fn households(&self) -> HouseholdServiceClient<Authorized> {
        HouseholdServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// The coordination of plans.
    pub(crate) fn coordination(&self) -> CoordinationServiceClient<Authorized> {
        CoordinationServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Several plans that become one.
    pub(crate) fn merging(&self) -> MergingServiceClient<Authorized> {
        MergingServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Plans on paper.
    pub(crate) fn printer(&self) -> PrintServiceClient<Authorized> {
        PrintServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Legal bases.
    pub(crate) fn bases(&self) -> BasisServiceClient<Authorized> {
        BasisServiceClient::new(self.channel.clone())
    }

    /// Plans as files.
    pub(crate) fn exchange(&self) -> ExchangeServiceClient<Authorized> {
        ExchangeServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Handovers.
    pub(crate) fn handovers(&self) -> HandoverServiceClient<Authorized> {
        HandoverServiceClient::new(self.channel.clone())
    }

    /// Moves.
    pub(crate) fn relocations(&self) -> RelocationServiceClient<Authorized> {
        RelocationServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Sessions.
    pub(crate) fn sessions(&self) -> SessionServiceClient<Authorized> {
        SessionServiceClient::new(self.channel.clone())
    }

    /// What reports say of others.
    pub(crate) fn statements(&self) -> StatementServiceClient<Authorized> {
        StatementServiceClient::new(self.channel.clone())
    }

    /// Statistics.
    pub(crate) fn statistics(&self) -> StatisticsServiceClient<Authorized> {
        StatisticsServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    /// Code systems.
    pub(crate) fn terminology(&self) -> TerminologyServiceClient<Authorized> {
        TerminologyServiceClient::new(self.channel.clone())
    }

    /// Administration.
    pub(crate) fn administration(&self) -> AdministrationServiceClient<Authorized> {
        AdministrationServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }
}

/// Puts the token on each request.
#[derive(Clone)]
pub(crate) struct Bearer(Option<MetadataValue<Ascii>>);

impl Bearer {
    fn new(token: Option<&Secret>) -> Result<Self, Failure> {
        let Some(token) = token else { return Ok(Self(None)) };
        let mut value: MetadataValue<Ascii> = format!("Bearer {}", token.0).parse().map_err(|_| {
            Failure::new(Exit::Denied, "NOT_LOGGED_IN", "Profilens session kan ikke bruges. Log ind igen.")
        })?;
        // Never indexed by header compression, never shown by `Debug`.
        value.set_sensitive(true);
        Ok(Self(Some(value)))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_bears_the_token_and_no_log_shows_it() {
        let mut bearer = Bearer::new(Some(&Secret("abc".to_owned()))).unwrap();
        let request = bearer.call(Request::new(())).unwrap();
        let value = request.metadata().get("authorization").unwrap();
        assert_eq!(value.to_str().unwrap(), "Bearer abc");
        assert!(value.is_sensitive());
        assert!(!format!("{request:?}").contains("abc"));
    }

    #[test]
    fn a_token_that_can_t_be_sent_means_logging_in_again() {
        let failure = Bearer::new(Some(&Secret("a\nb".to_owned()))).err().unwrap();
        assert_eq!(failure.code, "NOT_LOGGED_IN");
    }
}
