//! `handover family ..`.

use std::ops::ControlFlow;

use enplan_domain::TransferId;
use enplan_proto::handover::v1::{
    AcceptFamilyRequest, GetFamilyMoveRequest, OfferFamilyRequest, RejectFamilyRequest, SeenPreview,
};

use super::basis::not_done;
use super::handover::follow;
use crate::arguments::{
    FamilyAcceptArguments, FamilyOfferArguments, FamilyVerb, FamilyWatchArguments, WhichFamily,
};
use crate::connection::Node;
use crate::failure::{Exit, Failure};
use crate::input;
use crate::show::{FamilyOffered, FamilyShown, on_the_wire};
use crate::terminal::{Terminal, View};

/// What a receiver's node says of a family before its first preview has come.
const NOT_HERE_YET: &str = "NO_SUCH_FAMILY_MOVE";

/// Carries out what can be done with a family that moves together.
pub(crate) async fn run(verb: FamilyVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        FamilyVerb::Offer(offer) => make_offer(offer, node, terminal).await,
        FamilyVerb::Show(which) => {
            let family = get(&which, node).await?;
            terminal.show(&family)?;
            terminal.suggest(&next(&family));
            Ok(())
        }
        FamilyVerb::Accept(acceptance) => accept(acceptance, node, terminal).await,
        FamilyVerb::Reject { family: which, reason, comment } => {
            let comment = input::words(&comment)?;
            let seen = get(&which, node).await?;
            let transfer_ids =
                seen.awaiting_answer().map(|(transfer, _)| transfer.to_owned()).collect::<Vec<_>>();
            if transfer_ids.is_empty() {
                return Err(nothing_to_answer());
            }
            let (family_id, from) = named(&which);
            let request = RejectFamilyRequest { family_id, from, transfer_ids, reason, comment };
            let answer = node.handovers().reject_family(request).await?.into_inner();
            answered(&FamilyShown::of(answer.family, answer.members)?, terminal)
        }
        FamilyVerb::Watch(watching) => watch(watching, node, terminal).await,
    }
}

fn named(which: &WhichFamily) -> (String, String) {
    (which.family.to_string(), which.from.map(|from| from.to_string()).unwrap_or_default())
}

async fn get(which: &WhichFamily, node: &Node) -> Result<FamilyShown, Failure> {
    let (family_id, from) = named(which);
    let answer =
        node.handovers().get_family_move(GetFamilyMoveRequest { family_id, from }).await?.into_inner();
    FamilyShown::of(answer.family, answer.members)
}

fn next(family: &FamilyShown) -> Vec<String> {
    let id = family.id();
    if family.is_offered_here() && family.awaiting_answer().next().is_some() {
        vec![
            format!("handover family accept {id}"),
            format!("handover family reject {id} --reason ÅRSAG --comment @FIL"),
        ]
    } else if let Some(case) = family.arrived() {
        vec![format!("household show {case}")]
    } else {
        vec![format!("handover family watch {id}")]
    }
}

async fn make_offer(
    offer: FamilyOfferArguments,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = OfferFamilyRequest {
        case_id: offer.case.to_string(),
        to: offer.to.to_string(),
        basis_ids: offer.basis.iter().map(ToString::to_string).collect(),
        staying_case_ids: offer.stays.iter().map(ToString::to_string).collect(),
        deadline: offer.deadline.map(|deadline| on_the_wire(deadline.0)),
        preview_only: offer.preview,
    };
    let offered = FamilyOffered::from(node.handovers().offer_family(request).await?.into_inner());
    terminal.show(&offered)?;
    match offered.family_id() {
        _ if offer.preview => {
            let (case, to) = (offer.case, offer.to);
            terminal.suggest(&[format!("handover family offer {case} --to {to}")]);
            Ok(())
        }
        Some(family) => {
            terminal.suggest(&[format!("handover family show {family}")]);
            Ok(())
        }
        None => Err(Failure::new(
            Exit::Refused,
            "NOBODY_TO_OFFER",
            "Ingen i familien kan tilbydes endnu. Svaret siger for hver, hvad der skal til.",
        )
        .then(format!("consent record {} --help", offer.case))),
    }
}

/// Accepts what was seen: the previews that are named, or those that are shown here, never one that came later.
async fn accept(
    acceptance: FamilyAcceptArguments,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let FamilyAcceptArguments { family: which, caseworker, seen, yes } = acceptance;
    let seen = if seen.is_empty() { seen_now(&which, yes, node, terminal).await? } else { seen };
    let seen = seen.into_iter().map(|(transfer, preview_version)| SeenPreview {
        transfer_id: transfer.to_string(),
        preview_version,
    });
    let (family_id, from) = named(&which);
    let caseworker = caseworker.unwrap_or_default();
    let request = AcceptFamilyRequest { family_id, from, seen: seen.collect(), caseworker };
    let answer = node.handovers().accept_family(request).await?.into_inner();
    answered(&FamilyShown::of(answer.family, answer.members)?, terminal)
}

async fn seen_now(
    which: &WhichFamily,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<Vec<(TransferId, String)>, Failure> {
    if !yes && !terminal.asks() {
        return Err(Failure::usage(
            "CONFIRMATION_NEEDED",
            "Forhåndsvisningerne skal ses først, og her kan der ikke spørges. Brug --seen OVERDRAGELSE=HEX med de versioner, \
             du har set, eller --yes.",
        ));
    }
    let family = get(which, node).await?;
    let seen: Vec<_> = family
        .awaiting_answer()
        .filter_map(|(transfer, version)| Some((transfer.parse().ok()?, version?.to_owned())))
        .collect();
    if seen.is_empty() {
        return Err(nothing_to_answer());
    }
    if !yes {
        terminal.present(&family.page());
        for preview in family.previews() {
            terminal.present(&preview.page());
        }
        let question = format!(
            "Accepter de {} planer, som forhåndsvisningerne viser dem? Kommunen får ansvaret for dem.",
            seen.len()
        );
        if !terminal.confirm(&question, "--seen eller --yes")? {
            return Err(not_done());
        }
    }
    Ok(seen)
}

fn nothing_to_answer() -> Failure {
    let message = "Ingen af familiens planer venter på svar. Se enplan handover family show.";
    Failure::new(Exit::Refused, "NOTHING_TO_ANSWER", message)
}

/// What came of each is shown; that one of them was refused is a failure all the same.
fn answered(family: &FamilyShown, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.show(family)?;
    let id = family.id();
    if family.has_refusal() {
        let message = "Ikke alle familiens planer blev besvaret. Svaret siger hvilke, og hvorfor; de andre er besvaret.";
        return Err(Failure::new(Exit::Refused, "FAMILY_ANSWERED_IN_PART", message)
            .then(format!("handover family show {id}")));
    }
    terminal.suggest(&[format!("handover family watch {id}")]);
    Ok(())
}

/// Waits until nothing of a family is open, or until what its sender has announced has come.
async fn watch(watching: FamilyWatchArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let FamilyWatchArguments { family: which, preview, timeout } = watching;
    let not_here_yet = preview.then_some(NOT_HERE_YET);
    let look = async || get(&which, node).await;
    let judge = |family: FamilyShown| {
        let enough = if preview { family.has_come() } else { family.is_settled() };
        if enough { ControlFlow::Break(family) } else { ControlFlow::Continue(family.progress()) }
    };
    let family = follow(timeout, not_here_yet, node, terminal, look, judge).await?;
    terminal.show(&family)?;
    if !preview && family.came_to_nothing() {
        let message = "Ikke alle familiens planer blev overdraget. Svaret siger hvilke.";
        return Err(Failure::new(Exit::Refused, "HANDOVER_NOT_COMPLETED", message));
    }
    terminal.suggest(&next(&family));
    Ok(())
}

#[cfg(test)]
mod tests {
    use enplan_proto::handover::v1::{Handover, State};

    use super::*;
    use crate::command::rehearsal::PlayedNode;
    use crate::show::samples;
    use crate::terminal::Format;
    use crate::terminal::rehearsal::terminal as rehearsed;

    fn which() -> WhichFamily {
        WhichFamily { family: samples::FAMILY.parse().unwrap(), from: None }
    }

    fn acceptance(seen: &[(&str, &str)], yes: bool) -> FamilyVerb {
        let seen = seen.iter().map(|(transfer, version)| (transfer.parse().unwrap(), (*version).to_owned()));
        let (family, caseworker) = (which(), Some("bo".to_owned()));
        FamilyVerb::Accept(FamilyAcceptArguments { family, caseworker, seen: seen.collect(), yes })
    }

    fn in_state(state: State) -> Handover {
        Handover { state: state.into(), ..samples::handover() }
    }

    #[tokio::test]
    async fn what_is_accepted_of_a_family_is_what_was_shown_and_confirmed() {
        let played = PlayedNode::new([in_state(State::Received), in_state(State::Accepted)]);
        let (mut terminal, _, messages) = rehearsed(Format::Human, Some("ja\n"));
        run(acceptance(&[], false), &played.connect(), &mut terminal).await.unwrap();
        let asked = played.asked();
        assert!(asked.len() == 2 && asked[1].starts_with("AcceptFamilyRequest"), "{asked:?}");
        assert!(asked[1].contains(samples::VERSION) && asked[1].contains("\"bo\""), "{asked:?}");
        assert!(messages.text().contains("Sendes ikke"), "{}", messages.text());

        let played = PlayedNode::new([in_state(State::Received)]);
        let (mut terminal, _, _) = rehearsed(Format::Human, Some("nej\n"));
        let refused = run(acceptance(&[], false), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((refused.code.as_str(), played.asked().len()), ("NOT_CONFIRMED", 1));
    }

    #[tokio::test]
    async fn where_nobody_can_be_asked_the_versions_seen_are_named_and_nothing_else_is_accepted() {
        let played = PlayedNode::new([in_state(State::Accepted)]);
        let (mut terminal, _, _) = rehearsed(Format::Json, None);
        let refused = run(acceptance(&[], false), &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((refused.code.as_str(), played.asked().len()), ("CONFIRMATION_NEEDED", 0));
        let other = "ab".repeat(32);
        run(acceptance(&[(samples::ITEM, &other)], false), &played.connect(), &mut terminal).await.unwrap();
        let asked = played.asked();
        assert!(
            asked.len() == 1 && asked[0].contains(&other) && asked[0].contains(samples::ITEM),
            "{asked:?}"
        );
    }

    #[tokio::test]
    async fn a_family_with_nothing_to_answer_is_neither_accepted_nor_rejected() {
        let played = PlayedNode::new([in_state(State::Completed)]);
        let (mut terminal, _, _) = rehearsed(Format::Json, None);
        let comment = "Flytningen er udsat".parse().unwrap();
        let reject = FamilyVerb::Reject { family: which(), reason: "not-moved-here".into(), comment };
        for verb in [acceptance(&[], true), reject] {
            let refused = run(verb, &played.connect(), &mut terminal).await.unwrap_err();
            assert_eq!(refused.code, "NOTHING_TO_ANSWER");
        }
        assert!(played.asked().iter().all(|asked| asked.starts_with("GetFamilyMoveRequest")));
    }
}
