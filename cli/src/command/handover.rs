//! `handover ..`.

use std::ops::ControlFlow;
use std::time::Duration;

use enplan_domain::TransferId;
use enplan_proto::handover::v1::{
    self, AcceptRequest, EscalateHandoverRequest, GetHandoverRequest, ListHandoversRequest, OfferRequest,
    RejectRequest, RemindHandoverRequest, RevokeRequest, SayInHandoverRequest,
};
use tokio::time::{Instant, sleep, timeout_at};

use super::basis::not_done;
use super::{family, relocation};
use crate::arguments::{AcceptArguments, HandoverVerb, OfferArguments, SayArguments, WatchArguments};
use crate::connection::Node;
use crate::failure::{Exit, Failure};
use crate::input;
use crate::show::{Handover, Handovers, State, on_the_wire};
use crate::terminal::{Format, Terminal, View};

/// Carries out what can be done with handovers.
pub(crate) async fn run(verb: HandoverVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        HandoverVerb::Offer(offer) => make_offer(offer, node, terminal).await,
        HandoverVerb::List { all } => list(all, node, terminal).await,
        HandoverVerb::Show { transfer, reveal } => {
            let reveal_reason = reveal.unwrap_or_default();
            let request = GetHandoverRequest { transfer_id: transfer.to_string(), reveal_reason };
            let handover = received(node.handovers().get_handover(request).await?.into_inner().handover)?;
            terminal.show(&handover)?;
            terminal.suggest(&next(&handover));
            Ok(())
        }
        HandoverVerb::Accept(acceptance) => accept(acceptance, node, terminal).await,
        HandoverVerb::Reject { transfer, reason, comment } => {
            let comment = input::words(&comment)?;
            let request = RejectRequest { transfer_id: transfer.to_string(), reason, comment };
            set_in_motion(node.handovers().reject(request).await?.into_inner().handover, terminal)
        }
        HandoverVerb::Revoke { transfer, yes } => revoke(transfer, yes, node, terminal).await,
        HandoverVerb::Request(asked) => relocation::request(asked, node, terminal).await,
        HandoverVerb::Requests => relocation::requests(node, terminal).await,
        HandoverVerb::Ask(said) => say(said, false, node, terminal).await,
        HandoverVerb::Answer(said) => say(said, true, node, terminal).await,
        HandoverVerb::Remind { transfer } => {
            let request = RemindHandoverRequest { transfer_id: transfer.to_string() };
            set_in_motion(node.handovers().remind_handover(request).await?.into_inner().handover, terminal)
        }
        HandoverVerb::Escalate(SayArguments { transfer, text }) => {
            let request =
                EscalateHandoverRequest { transfer_id: transfer.to_string(), text: input::words(&text)? };
            set_in_motion(node.handovers().escalate_handover(request).await?.into_inner().handover, terminal)
        }
        HandoverVerb::Family(verb) => family::run(verb, node, terminal).await,
        HandoverVerb::Watch(watching) => watch(&watching, node, terminal).await,
    }
}

fn received(handover: Option<v1::Handover>) -> Result<Handover, Failure> {
    handover.map(Handover::from).ok_or_else(Failure::incomplete_answer)
}

async fn get(transfer: TransferId, node: &Node) -> Result<Handover, Failure> {
    let request = GetHandoverRequest { transfer_id: transfer.to_string(), ..GetHandoverRequest::default() };
    received(node.handovers().get_handover(request).await?.into_inner().handover)
}

/// What can be done with a handover now.
fn next(handover: &Handover) -> Vec<String> {
    let Some(id) = handover.transfer_id() else { return Vec::new() };
    match (handover.awaits_answer(), handover.state().is_settled(), handover.case_id()) {
        (true, _, _) => vec![
            format!("handover accept {id}"),
            format!("handover reject {id} --reason ÅRSAG --comment @FIL"),
        ],
        (false, false, _) => vec![format!("handover watch {id}")],
        (false, true, Some(case)) => vec![format!("plan show {case}")],
        (false, true, None) => vec!["handover list".to_owned()],
    }
}

/// Shows what a step set in motion. It is settled later: `watch` waits for that.
fn set_in_motion(handover: Option<v1::Handover>, terminal: &mut Terminal) -> Result<(), Failure> {
    let handover = received(handover)?;
    terminal.show(&handover)?;
    terminal.suggest(&next(&handover));
    Ok(())
}

async fn say(said: SayArguments, answer: bool, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = input::words(&said.text)?;
    let request = SayInHandoverRequest { transfer_id: said.transfer.to_string(), text, answer };
    set_in_motion(node.handovers().say_in_handover(request).await?.into_inner().handover, terminal)
}

async fn make_offer(offer: OfferArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = OfferRequest {
        case_id: offer.case.to_string(),
        to: offer.to.to_string(),
        basis_id: offer.basis.to_string(),
        deadline: offer.deadline.map(|deadline| on_the_wire(deadline.0)),
        preview_only: offer.preview,
    };
    let handover = received(node.handovers().offer(request).await?.into_inner().handover)?;
    terminal.show(&handover)?;
    if offer.preview {
        let (case, to, basis) = (offer.case, offer.to, offer.basis);
        terminal.suggest(&[format!("handover offer {case} --to {to} --basis {basis}")]);
    } else {
        terminal.suggest(&next(&handover));
    }
    Ok(())
}

async fn list(all: bool, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ListHandoversRequest { include_ended: all };
    let handovers = Handovers::from(node.handovers().list_handovers(request).await?.into_inner());
    terminal.show(&handovers)?;
    let next = handovers
        .first_to_answer()
        .map(|id| format!("handover accept {id}"))
        .or_else(|| handovers.first_family_to_answer().map(|id| format!("handover family show {id}")))
        .or_else(|| handovers.first().map(|id| format!("handover show {id}")));
    terminal.suggest(next.as_slice());
    Ok(())
}

/// Accepts what was seen: the version that was named, or the preview that is shown here, never one that came later.
async fn accept(acceptance: AcceptArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let preview_version = match acceptance.version {
        Some(version) => version,
        None => seen_now(acceptance.transfer, acceptance.yes, node, terminal).await?,
    };
    let request = AcceptRequest {
        transfer_id: acceptance.transfer.to_string(),
        preview_version,
        caseworker: acceptance.caseworker.unwrap_or_default(),
    };
    set_in_motion(node.handovers().accept(request).await?.into_inner().handover, terminal)
}

async fn seen_now(
    transfer: TransferId,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<String, Failure> {
    if !yes && !terminal.asks() {
        return Err(Failure::usage(
            "CONFIRMATION_NEEDED",
            "Forhåndsvisningen skal ses først, og her kan der ikke spørges. Brug --version HEX med den version, du har \
             set, eller --yes.",
        ));
    }
    let handover = get(transfer, node).await?;
    let Some(version) = handover.preview_version().map(str::to_owned) else {
        return Err(Failure::new(
            Exit::Refused,
            "NO_PREVIEW",
            "Overdragelsen har ingen forhåndsvisning at acceptere. Se enplan handover show.",
        ));
    };
    if !yes {
        terminal.present(&handover.page());
        let question = "Accepter planen, som forhåndsvisningen viser den? Kommunen får ansvaret for den.";
        if !terminal.confirm(question, "--version eller --yes")? {
            return Err(not_done());
        }
    }
    Ok(version)
}

async fn revoke(
    transfer: TransferId,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if !yes {
        let question = "Kald tilbuddet tilbage? Er overdragelsen besluttet, er det for sent.";
        if !terminal.confirm(question, "--yes")? {
            return Err(not_done());
        }
    }
    let request = RevokeRequest { transfer_id: transfer.to_string() };
    set_in_motion(node.handovers().revoke(request).await?.into_inner().handover, terminal)
}

/// The first pause between two looks; each quiet look makes it half as long again, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a receiver's node says of a handover before its preview has come.
const NOT_HERE_YET: &str = "NO_SUCH_HANDOVER";

/// Waits until a handover is settled, or its preview has come.
async fn watch(watching: &WatchArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let not_here_yet = watching.preview.then_some(NOT_HERE_YET);
    let look = async || get(watching.transfer, node).await;
    let judge = |handover: Handover| {
        let has_come = watching.preview && handover.is_offered_here();
        if has_come || handover.state().is_settled() {
            ControlFlow::Break(handover)
        } else {
            ControlFlow::Continue(handover.progress())
        }
    };
    let handover = follow(watching.timeout, not_here_yet, node, terminal, look, judge).await?;
    if watching.preview && handover.is_offered_here() {
        terminal.show(&handover)?;
        terminal.suggest(&next(&handover));
        return Ok(());
    }
    settled(&handover, terminal)
}

/// Looks again and again, less and less often, until what is seen is enough, and tells each new state once. A node that is
/// away for a while is waited for too, and so is what is not there yet, where its code is named.
pub(super) async fn follow<T>(
    timeout: u64,
    not_here_yet: Option<&str>,
    node: &Node,
    terminal: &mut Terminal,
    look: impl AsyncFn() -> Result<T, Failure>,
    judge: impl Fn(T) -> ControlFlow<T, String>,
) -> Result<T, Failure> {
    let end = Instant::now() + Duration::from_secs(timeout);
    let mut last = None;
    let mut pause = FIRST_PAUSE;
    loop {
        let progress = match timeout_at(end, look()).await {
            Ok(Ok(seen)) => match judge(seen) {
                ControlFlow::Break(seen) => return Ok(seen),
                ControlFlow::Continue(progress) => progress,
            },
            Ok(Err(failure))
                if matches!(failure.exit, Exit::Unreachable | Exit::TryAgain)
                    || not_here_yet == Some(failure.code.as_str()) =>
            {
                failure.at(node.url()).message
            }
            Ok(Err(failure)) => return Err(failure),
            Err(_) => return Err(still_open(last)),
        };
        if last.as_ref() != Some(&progress) {
            pause = FIRST_PAUSE;
            tell_progress(&progress, terminal);
            last = Some(progress);
        }
        if Instant::now() + pause > end {
            return Err(still_open(last));
        }
        sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

fn tell_progress(progress: &str, terminal: &mut Terminal) {
    if terminal.format == Format::Human {
        terminal.tell(progress);
    }
}

/// Shows how it ended. Anything but a completed handover is a failure, so that a script does not go on as if it were.
fn settled(handover: &Handover, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.show(handover)?;
    if handover.state() == State::Completed {
        terminal.suggest(&next(handover));
        return Ok(());
    }
    let message = format!("Overdragelsen blev ikke gennemført: {}.", handover.progress());
    Err(Failure::new(Exit::Refused, "HANDOVER_NOT_COMPLETED", message))
}

fn still_open(last: Option<String>) -> Failure {
    let state = last.map(|state| format!(" Sidst set: {state}.")).unwrap_or_default();
    Failure::new(
        Exit::TryAgain,
        "STILL_OPEN",
        format!("Overdragelsen er ikke afgjort endnu.{state} Prøv igen senere."),
    )
}

#[cfg(test)]
mod tests {
    use enplan_proto::handover::v1::State as WireState;
    use tonic::{Code, Status};

    use super::*;
    use crate::command::rehearsal::PlayedNode;
    use crate::show::samples;
    use crate::terminal::rehearsal::terminal;

    fn in_state(state: WireState) -> v1::Handover {
        v1::Handover { state: state.into(), ..samples::handover() }
    }

    fn acceptance(version: Option<&str>, yes: bool) -> HandoverVerb {
        HandoverVerb::Accept(AcceptArguments {
            transfer: samples::TRANSFER.parse().unwrap(),
            version: version.map(str::to_owned),
            caseworker: Some("bo".to_owned()),
            yes,
        })
    }

    fn watching(timeout: u64) -> HandoverVerb {
        let transfer = samples::TRANSFER.parse().unwrap();
        HandoverVerb::Watch(WatchArguments { transfer, preview: false, timeout })
    }

    #[tokio::test]
    async fn what_is_accepted_is_the_preview_that_was_shown_and_confirmed() {
        let played = PlayedNode::new([in_state(WireState::Received), in_state(WireState::Accepted)]);
        let (mut terminal, _, messages) = terminal(Format::Human, Some("ja\n"));
        run(acceptance(None, false), &played.connect(), &mut terminal).await.unwrap();
        let asked = played.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert!(asked[1].contains(samples::VERSION) && asked[1].contains("\"bo\""), "{asked:?}");
        assert!(messages.text().contains("Sendes ikke"), "{}", messages.text());
    }

    #[tokio::test]
    async fn a_no_accepts_nothing() {
        let played = PlayedNode::new([in_state(WireState::Received)]);
        let (mut terminal, out, _) = terminal(Format::Human, Some("\n"));
        let failure = run(acceptance(None, false), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Usage, "NOT_CONFIRMED"));
        assert!(played.asked().iter().all(|asked| asked.starts_with("GetHandoverRequest")));
        assert_eq!(out.text(), "");
    }

    #[tokio::test]
    async fn where_nobody_can_see_the_preview_nothing_is_accepted_without_saying_so() {
        let played = PlayedNode::new([in_state(WireState::Received)]);
        let (mut terminal, _, _) = terminal(Format::Json, None);
        let failure = run(acceptance(None, false), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!(failure.code, "CONFIRMATION_NEEDED");
        assert_eq!(played.asked(), Vec::<String>::new());

        run(acceptance(None, true), &played.connect(), &mut terminal).await.unwrap();
        assert!(played.asked()[1].contains(samples::VERSION));
    }

    #[tokio::test]
    async fn a_version_that_was_named_is_the_one_that_is_accepted() {
        let played = PlayedNode::new([in_state(WireState::Accepted)]);
        let (mut terminal, _, _) = terminal(Format::Json, None);
        let other = "ab".repeat(32);
        run(acceptance(Some(&other), false), &played.connect(), &mut terminal).await.unwrap();
        let asked = played.asked();
        assert!(asked.len() == 1 && asked[0].contains(&other), "{asked:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn watching_tells_each_new_state_once_and_ends_when_it_is_settled() {
        let played = PlayedNode::failing([
            Ok(in_state(WireState::Received)),
            Ok(in_state(WireState::Received)),
            Err(Status::unavailable("away")),
            Ok(in_state(WireState::Accepted)),
            Ok(in_state(WireState::Completed)),
        ]);
        let (mut terminal, out, messages) = terminal(Format::Human, None);
        run(watching(600), &played.connect(), &mut terminal).await.unwrap();
        assert_eq!(messages.text().matches("Modtaget:").count(), 1, "{}", messages.text());
        assert!(messages.text().contains("kan ikke nås"), "{}", messages.text());
        assert!(out.text().contains("Gennemført"), "{}", out.text());
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_can_wait_for_an_offer_that_has_not_come_yet() {
        let not_yet = || {
            Err(crate::failure::tests::refusal(Code::NotFound, "NO_SUCH_HANDOVER", "Den findes ikke her."))
        };
        let played = PlayedNode::failing([not_yet(), not_yet(), Ok(in_state(WireState::Received))]);
        let (mut terminal, out, _) = terminal(Format::Human, None);
        let transfer = samples::TRANSFER.parse().unwrap();
        let watching = |preview| HandoverVerb::Watch(WatchArguments { transfer, preview, timeout: 600 });
        run(watching(true), &played.connect(), &mut terminal).await.unwrap();
        assert!(out.text().contains("Modtaget"), "{}", out.text());

        let played = PlayedNode::failing([not_yet()]);
        let failure = run(watching(false), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!(failure.code, "NO_SUCH_HANDOVER", "who waits for the end names one that is there");
    }

    #[tokio::test(start_paused = true)]
    async fn a_handover_that_came_to_nothing_is_shown_and_is_a_failure() {
        let played = PlayedNode::new([in_state(WireState::Rejected)]);
        let (mut terminal, out, _) = terminal(Format::Json, None);
        let failure = run(watching(600), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Refused, "HANDOVER_NOT_COMPLETED"));
        assert!(out.text().contains("\"rejected\""), "{}", out.text());
    }

    #[tokio::test(start_paused = true)]
    async fn watching_ends_when_its_time_is_up() {
        let played = PlayedNode::new([in_state(WireState::Received)]);
        let (mut terminal, out, _) = terminal(Format::Json, None);
        let failure = run(watching(30), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::TryAgain, "STILL_OPEN"));
        assert_eq!(out.text(), "");
        let looks = played.asked().len();
        assert!((5..20).contains(&looks), "polite: {looks} looks in 30 seconds");
    }

    #[tokio::test]
    async fn revoking_asks_first() {
        let played = PlayedNode::new([in_state(WireState::Revoked)]);
        let transfer = samples::TRANSFER.parse().unwrap();
        let (mut human, _, _) = terminal(Format::Human, Some("nej\n"));
        let refused = run(HandoverVerb::Revoke { transfer, yes: false }, &played.connect(), &mut human).await;
        assert_eq!(refused.unwrap_err().code, "NOT_CONFIRMED");
        assert_eq!(played.asked(), Vec::<String>::new());

        let (mut script, _, _) = terminal(Format::Json, None);
        run(HandoverVerb::Revoke { transfer, yes: true }, &played.connect(), &mut script).await.unwrap();
        assert!(played.asked()[0].starts_with("RevokeRequest"), "{:?}", played.asked());
    }

    #[tokio::test]
    async fn a_list_suggests_what_needs_an_answer() {
        let played = PlayedNode::new([in_state(WireState::Received)]);
        let (mut terminal, _, messages) = terminal(Format::Human, None);
        run(HandoverVerb::List { all: false }, &played.connect(), &mut terminal).await.unwrap();
        assert!(messages.text().contains(&format!("enplan handover accept {}", samples::TRANSFER)));
    }
}
