//! Citizens of the demo who move: real handovers between running nodes, as two caseworkers would make them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use enplan_domain::{Clock, danish_day};
use enplan_proto::basis::v1::basis_service_client::BasisServiceClient;
use enplan_proto::basis::v1::{ConsentForm, ConsentGiver, RecordConsentRequest};
use enplan_proto::handover::v1::handover_service_client::HandoverServiceClient;
use enplan_proto::handover::v1::{AcceptRequest, GetHandoverRequest, Handover, OfferRequest, State};
use jiff::ToSpan;
use tokio::time::sleep;
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::login::Login;
use super::network::DemoNode;
use super::people::well_known::MOVED;
use super::seed::Registered;
use super::staff::FIRST_CASEWORKER;

/// Where the citizen who comes back has been meanwhile.
const AWAY: &str = "Frederikssund";
/// A handover takes a fraction of a second; a network that has just come together may still be choosing its leader.
const TRIES: u32 = 1_200;
const BETWEEN_TRIES: Duration = Duration::from_millis(25);

/// Lets those who moved away and back do so.
pub(super) async fn make(
    nodes: &[DemoNode],
    registered: &[Registered],
    password: &str,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<()> {
    let log_in = async |name: &str| {
        let node = nodes.iter().find(|node| node.name == name);
        let node = node.with_context(|| format!("the network has no {name}"))?;
        Login::of(FIRST_CASEWORKER, node, password, clock).await
    };
    let citizen = registered.iter().find(|citizen| citizen.name == MOVED.name);
    let case = citizen.with_context(|| format!("{} was not registered", MOVED.name))?.case.to_string();
    let (home, away) = tokio::try_join!(log_in(MOVED.municipality), log_in(AWAY))?;
    let until = danish_day(clock.now()).checked_add(1.year())?.to_string();
    let case = hand_over(&home, &away, &case, "Flytning til en lejlighed i Frederikssund", &until).await?;
    hand_over(&away, &home, &case, "Flytning tilbage til familien", &until).await?;
    tokio::try_join!(home.end(), away.end())?;
    Ok(())
}

/// One handover with the citizen's consent, from the offer until both sides are done with it. The case at the receiver.
async fn hand_over(
    from: &Login,
    to: &Login,
    case: &str,
    purpose: &str,
    until: &str,
) -> anyhow::Result<String> {
    let consent = RecordConsentRequest {
        case_id: case.to_owned(),
        recipient: to.municipality.to_string(),
        purpose: purpose.to_owned(),
        valid_until: until.to_owned(),
        form: ConsentForm::Written.into(),
        giver: ConsentGiver::Citizen.into(),
        all_present_sections: true,
        ..RecordConsentRequest::default()
    };
    let mut bases = BasisServiceClient::new(from.channel.clone());
    let basis_id = bases.record_consent(from.request(consent)).await?.into_inner().basis_id;
    let offer = OfferRequest {
        case_id: case.to_owned(),
        to: to.municipality.to_string(),
        basis_id,
        ..OfferRequest::default()
    };
    let offered = from.handovers().offer(from.request(offer)).await?.into_inner().handover;
    let transfer = offered.context("a handover was offered, and not shown")?.transfer_id;

    let preview_version = to.awaits(&transfer, State::Received).await?.preview_version;
    let accept = AcceptRequest { transfer_id: transfer.clone(), preview_version, caseworker: String::new() };
    to.handovers().accept(to.request(accept)).await?;
    let (_, arrived) =
        tokio::try_join!(from.awaits(&transfer, State::Completed), to.awaits(&transfer, State::Completed))?;
    Ok(arrived.case_id)
}

/// What a caseworker does to hand over.
impl Login {
    fn handovers(&self) -> HandoverServiceClient<Channel> {
        HandoverServiceClient::new(self.channel.clone())
    }

    /// Waits until a handover has come so far, as seen here.
    async fn awaits(&self, transfer: &str, state: State) -> anyhow::Result<Handover> {
        until(state, async || {
            let message =
                GetHandoverRequest { transfer_id: transfer.to_owned(), ..GetHandoverRequest::default() };
            Ok(self.handovers().get_handover(self.request(message)).await?.into_inner().handover)
        })
        .await
    }
}

/// Asks until a handover is in this state. An offer is not known at once where it goes to.
async fn until(
    state: State,
    mut ask: impl AsyncFnMut() -> Result<Option<Handover>, Status>,
) -> anyhow::Result<Handover> {
    for _ in 0..TRIES {
        match ask().await {
            Ok(Some(handover)) if handover.state() == state => return Ok(handover),
            Ok(Some(handover)) if !handover.ending.is_empty() => {
                bail!("a handover of the demo has ended: {}", handover.ending);
            }
            Ok(_) => {}
            Err(status) if matches!(status.code(), Code::NotFound | Code::Unavailable) => {}
            Err(status) => return Err(status.into()),
        }
        sleep(BETWEEN_TRIES).await;
    }
    bail!("a handover of the demo has not come so far as {}", state.as_str_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handover(state: State) -> Handover {
        Handover { state: state.into(), ..Handover::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn an_offer_that_is_not_there_yet_is_asked_for_again() {
        let mut answers = vec![
            Ok(Some(handover(State::Received))),
            Ok(Some(handover(State::Sent))),
            Err(Status::not_found("not yet")),
            Err(Status::unavailable("no leader yet")),
        ];
        let found = until(State::Received, async || answers.pop().unwrap()).await.unwrap();
        assert_eq!(found.state(), State::Received);
        assert!(answers.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_and_an_end_are_not_waited_out() {
        assert!(until(State::Completed, async || Err(Status::permission_denied("no"))).await.is_err());
        let ended = Handover { ending: "EXPIRED".into(), ..Handover::default() };
        let error = until(State::Completed, async || Ok(Some(ended.clone()))).await.unwrap_err();
        assert!(error.to_string().contains("EXPIRED"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_handover_that_never_comes_is_given_up() {
        assert!(until(State::Received, async || Ok(Some(handover(State::Sent)))).await.is_err());
    }
}
