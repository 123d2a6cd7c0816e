//! Getting handovers ready to be accepted: citizens with a small plan and a consent, offered, and arrived as previews.
//! None of it is measured.

use std::time::Duration;

use anyhow::Context;
use enplan_domain::{Clock, Timestamp};
use enplan_proto::administration::v1::administration_service_client::AdministrationServiceClient;
use enplan_proto::administration::v1::{GetNodeStatusRequest, GetNodeStatusResponse};
use enplan_proto::basis::v1::basis_service_client::BasisServiceClient;
use enplan_proto::basis::v1::{ConsentForm, ConsentGiver, RecordConsentRequest};
use enplan_proto::handover::v1::handover_service_client::HandoverServiceClient;
use enplan_proto::handover::v1::{AcceptRequest, GetHandoverRequest, OfferRequest, State};
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Code;

use crate::support::caller::{AT_ONCE, Authorized, Caller};
use crate::support::goal_text;
use crate::support::network::MachineClock;

/// Goals in each plan: with their text, a package of about 10 KB.
const GOALS: usize = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// Longer than any test run.
const CONSENT_UNTIL: &str = "2099-12-31";

/// A handover that waits for the destination's answer.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    transfer_id: String,
    preview_version: String,
}

/// A handover that was accepted.
#[derive(Debug)]
pub(crate) struct Accepted {
    transfer_id: String,
    /// When it was, by this machine's clock, which is the nodes' too.
    pub(crate) at: Timestamp,
}

/// A handover that has come to its end at the destination.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Completed {
    /// When.
    pub(crate) at: Timestamp,
    /// How long after its acceptance.
    pub(crate) took: Duration,
}

/// The two ends of the handovers.
#[derive(Clone)]
pub(crate) struct Ends {
    /// A caseworker who offers.
    pub(crate) source: Caller,
    /// A caseworker who accepts.
    pub(crate) destination: Caller,
    /// The destination's municipality.
    pub(crate) to: String,
    /// Who looks at the source's state.
    pub(crate) source_operator: Caller,
    /// Who looks at the destination's state.
    pub(crate) destination_operator: Caller,
}

impl Ends {
    /// So many handovers, each offered and arrived as a preview, and nothing more to do at either end.
    pub(crate) async fn offer(&self, count: usize) -> anyhow::Result<Vec<Offered>> {
        let cases = self.source.register_citizens(count).await?;
        let offered = stream::iter(cases).map(|case| self.offer_one(case)).buffer_unordered(AT_ONCE);
        let offered = offered.try_collect().await?;
        self.settled().await?;
        Ok(offered)
    }

    async fn offer_one(&self, case_id: String) -> anyhow::Result<Offered> {
        for _ in 0..GOALS {
            self.source.add_goal(case_id.clone(), goal_text()).await?;
        }
        let consent = RecordConsentRequest {
            case_id: case_id.clone(),
            recipient: self.to.clone(),
            purpose: "TESTDATA flytning".to_owned(),
            valid_until: CONSENT_UNTIL.to_owned(),
            form: ConsentForm::Written.into(),
            giver: ConsentGiver::Citizen.into(),
            all_present_sections: true,
            ..RecordConsentRequest::default()
        };
        let basis_id = BasisServiceClient::new(self.source.channel())
            .record_consent(consent)
            .await?
            .into_inner()
            .basis_id;
        let offer = OfferRequest { case_id, to: self.to.clone(), basis_id, ..OfferRequest::default() };
        let answer = handovers(&self.source).offer(offer).await?.into_inner();
        let handover = answer.handover.context("an offer was answered without a handover")?;
        let offered =
            Offered { transfer_id: handover.transfer_id, preview_version: handover.preview_version };
        self.arrived(&offered).await?;
        Ok(offered)
    }

    async fn arrived(&self, offered: &Offered) -> anyhow::Result<()> {
        loop {
            let request =
                GetHandoverRequest { transfer_id: offered.transfer_id.clone(), reveal_reason: String::new() };
            match handovers(&self.destination).get_handover(request).await {
                Ok(_) => return Ok(()),
                Err(status) if status.code() == Code::NotFound => tokio::time::sleep(BETWEEN_LOOKS).await,
                Err(status) => return Err(status.into()),
            }
        }
    }

    /// Waits until neither end has anything left to send.
    pub(crate) async fn settled(&self) -> anyhow::Result<()> {
        for operator in [&self.source_operator, &self.destination_operator] {
            while status(operator).await?.outbox > 0 {
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
        }
        Ok(())
    }

    /// Accepts: from here on the time counts.
    pub(crate) async fn accept(&self, offered: Offered) -> anyhow::Result<Accepted> {
        let Offered { transfer_id, preview_version } = offered;
        let accepted = Accepted { transfer_id: transfer_id.clone(), at: MachineClock.now() };
        let request = AcceptRequest { transfer_id, preview_version, caseworker: String::new() };
        handovers(&self.destination).accept(request).await?;
        Ok(accepted)
    }

    /// When the destination wrote that the plan is active and its own, if it has.
    ///
    /// The time is read from what the node wrote instead of being met by looking all the time: a caseworker's look is
    /// itself written durably before it is answered, and looking every millisecond slows down what is looked at.
    pub(crate) async fn completed(&self, accepted: &Accepted) -> anyhow::Result<Option<Completed>> {
        let request =
            GetHandoverRequest { transfer_id: accepted.transfer_id.clone(), reveal_reason: String::new() };
        let answer = handovers(&self.destination).get_handover(request).await?.into_inner();
        let handover = answer.handover.context("a question was answered without a handover")?;
        if handover.state() != State::Completed {
            return Ok(None);
        }
        let written = handover.updated_at.context("a handover has a last change")?;
        let at = Timestamp::new(written.seconds, written.nanos)?;
        Ok(Some(Completed { at, took: at.duration_since(accepted.at).try_into()? }))
    }

    /// How many cases are active at the destination: one more for each handover that is completed.
    pub(crate) async fn active(&self) -> anyhow::Result<u64> {
        Ok(status(&self.destination_operator).await?.active)
    }
}

fn handovers(caller: &Caller) -> HandoverServiceClient<Authorized> {
    HandoverServiceClient::new(caller.channel())
}

async fn status(operator: &Caller) -> anyhow::Result<GetNodeStatusResponse> {
    let mut administration = AdministrationServiceClient::new(operator.channel());
    Ok(administration.get_node_status(GetNodeStatusRequest {}).await?.into_inner())
}
