//! `basis ..`, `consent ..`, `duty ..`, `statute ..`.

use enplan_domain::{BasisId, CaseId};
use enplan_proto::basis::v1::{
    ConsentForm, ConsentGiver, GetBasisRequest, ListBasesRequest, PreviewWithdrawalRequest,
    RecordConsentRequest, RecordOtherStatuteRequest, RecordStatutoryDutyRequest, WithdrawConsentRequest,
    WithdrawalEffect,
};

use crate::arguments::{BasisVerb, ConsentVerb, DutyVerb, Recipient, StatuteVerb};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{Bases, BasisShown, ConsentWithdrawn, Recorded, WithdrawalPreview};
use crate::terminal::Terminal;

/// The effect of a withdrawal that comes after the handover was committed.
const TOO_LATE: &str = "too_late";

/// Shows a plan's legal bases, or one of them.
pub(crate) async fn look(verb: BasisVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        BasisVerb::List { case } => {
            let request = ListBasesRequest { case_id: case.to_string() };
            let bases = Bases::from(node.bases().list_bases(request).await?.into_inner());
            terminal.show(&bases)?;
            let next = bases.first().map(|basis| format!("basis show {case} {basis}"));
            terminal.suggest(next.as_slice());
            Ok(())
        }
        BasisVerb::Show { case, basis, reveal } => {
            let request = GetBasisRequest {
                case_id: case.to_string(),
                basis_id: basis.to_string(),
                reveal_reason: reveal.unwrap_or_default(),
            };
            let answer = node.bases().get_basis(request).await?.into_inner();
            terminal.show(&BasisShown::from(answer.basis.ok_or_else(Failure::incomplete_answer)?))
        }
    }
}

/// Records or withdraws a consent.
pub(crate) async fn consent(verb: ConsentVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let (recipient, request) = match verb {
        ConsentVerb::Withdraw { case, basis, preview: true, .. } => {
            let effect = effect_of(case, basis, node).await?;
            return terminal.show(&WithdrawalPreview::new(case.to_string(), basis.to_string(), effect));
        }
        ConsentVerb::Withdraw { case, basis, preview: false, yes } => {
            return withdraw(case, basis, yes, node, terminal).await;
        }
        ConsentVerb::Record { recipient, purpose, until, sections, form, giver, provision } => {
            let request = RecordConsentRequest {
                case_id: recipient.case.to_string(),
                recipient: recipient.to.to_string(),
                sections: sections.section,
                purpose: input::words(&purpose)?,
                valid_until: until.to_string(),
                form: ConsentForm::from(form).into(),
                giver: ConsentGiver::from(giver).into(),
                all_present_sections: sections.all_sections,
                provision: provision.unwrap_or_default(),
            };
            (recipient, request)
        }
    };
    let answer = node.bases().record_consent(request).await?.into_inner();
    recorded(&recipient, answer.basis_id, (answer.sections, answer.not_covered), terminal)
}

async fn withdraw(
    case: CaseId,
    basis: BasisId,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if !yes {
        if !terminal.asks() {
            // Before the node is asked: to see the effect alone, there is a flag.
            return Err(Failure::usage(
                "CONFIRMATION_NEEDED",
                "Det skal bekræftes, og her kan der ikke spørges. Brug --yes, eller --preview for at se, hvad det gør.",
            ));
        }
        let effect = effect_of(case, basis, node).await?;
        terminal.tell(&effect.text);
        // There is nothing to decide where it is too late: the node is asked all the same, for it is the node that
        // refuses, and records that the citizen asked.
        if effect.code != TOO_LATE {
            terminal.tell("Tilbagetrækningen slettes ikke igen; et nyt samtykke registreres for sig.");
            if !terminal.confirm("Registrér tilbagetrækningen?", "--yes")? {
                return Err(not_done());
            }
        }
    }
    let request = WithdrawConsentRequest { case_id: case.to_string(), basis_id: basis.to_string() };
    let answer = node.bases().withdraw_consent(request).await?.into_inner();
    let effect = answer.effect.ok_or_else(Failure::incomplete_answer)?;
    let withdrawn = ConsentWithdrawn::new(case.to_string(), basis.to_string(), effect);
    terminal.show(&withdrawn)?;
    let next = withdrawn
        .transfer_id()
        .map_or_else(|| format!("plan show {case}"), |transfer| format!("handover watch {transfer}"));
    terminal.suggest(&[next]);
    Ok(())
}

/// What withdrawing a consent would do now.
async fn effect_of(case: CaseId, basis: BasisId, node: &Node) -> Result<WithdrawalEffect, Failure> {
    let request = PreviewWithdrawalRequest { case_id: case.to_string(), basis_id: basis.to_string() };
    let answer = node.bases().preview_withdrawal(request).await?.into_inner();
    answer.effect.ok_or_else(Failure::incomplete_answer)
}

/// Somebody was asked and said no.
pub(crate) fn not_done() -> Failure {
    Failure::usage("NOT_CONFIRMED", "Det blev ikke bekræftet. Intet er ændret.")
}

/// Records a duty to notify.
pub(crate) async fn duty(verb: DutyVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let DutyVerb::Record { recipient, provision, assessment_file, summary_file, sections, material } = verb;
    let request = RecordStatutoryDutyRequest {
        case_id: recipient.case.to_string(),
        recipient: recipient.to.to_string(),
        provision,
        assessment: input::text(&assessment_file)?,
        summary: input::text(&summary_file)?,
        sections,
        material,
    };
    let answer = node.bases().record_statutory_duty(request).await?.into_inner();
    recorded(&recipient, answer.basis_id, (answer.sections, answer.not_covered), terminal)
}

/// Records another provision.
pub(crate) async fn statute(verb: StatuteVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let StatuteVerb::Record { recipient, provision, reason, sections } = verb;
    let request = RecordOtherStatuteRequest {
        case_id: recipient.case.to_string(),
        recipient: recipient.to.to_string(),
        provision,
        reason: input::words(&reason)?,
        sections,
    };
    let answer = node.bases().record_other_statute(request).await?.into_inner();
    recorded(&recipient, answer.basis_id, (answer.sections, answer.not_covered), terminal)
}

fn recorded(
    recipient: &Recipient,
    basis_id: String,
    (sections, not_covered): (Vec<String>, Vec<String>),
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let recorded = Recorded { case_id: recipient.case.to_string(), basis_id, sections, not_covered };
    terminal.show(&recorded)?;
    let to = recipient.to.called();
    let shown = format!("basis show {} {}", recorded.case_id, recorded.basis_id);
    let offer = format!("handover offer {} --to {to} --basis {}", recorded.case_id, recorded.basis_id);
    terminal.suggest(&[shown, format!("{offer} --preview"), offer]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;
    use tonic::Code;

    use super::*;
    use crate::arguments::{Arguments, Verb, command};
    use crate::command::rehearsal::PlayedNode;
    use crate::failure::Exit;
    use crate::failure::tests::refusal;
    use crate::show::samples;
    use crate::terminal::Format;
    use crate::terminal::rehearsal::terminal;

    fn parsed(words: &[&str]) -> ConsentVerb {
        let matches = command().try_get_matches_from(words).unwrap();
        match Arguments::from_arg_matches(&matches).unwrap().verb {
            Verb::Consent(verb) => verb,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_consent_is_recorded_as_it_was_given() {
        let played = PlayedNode::new([samples::handover()]);
        let (mut terminal, out, messages) = terminal(Format::Human, None);
        let verb = parsed(&[
            "enplan",
            "consent",
            "record",
            samples::CASE,
            "--to",
            "Hillerød",
            "--purpose",
            "Fortsat støtte",
            "--until",
            "2027-06-30",
            "--all-sections",
            "--form",
            "oral",
            "--giver",
            "custody-holder",
        ]);
        consent(verb, &played.connect(), &mut terminal).await.unwrap();
        insta::assert_snapshot!(played.asked()[0], @r#"RecordConsentRequest { case_id: "01890a5d-ac96-774b-bcce-b302099a8057", recipient: "0219", sections: [], purpose: "Fortsat støtte", valid_until: "2027-06-30", form: OralNoted, giver: CustodyHolder, all_present_sections: true, provision: "" }"#);
        assert!(out.text().contains("Mål og delmål"), "{}", out.text());
        assert!(messages.text().contains("--to Hillerød --basis"), "{}", messages.text());
    }

    #[tokio::test]
    async fn a_withdrawal_is_explained_before_it_is_asked_about() {
        let played = PlayedNode::new([samples::handover()]);
        let (mut terminal, _, messages) = terminal(Format::Human, Some("nej\n"));
        let verb = parsed(&["enplan", "consent", "withdraw", samples::CASE, samples::BASIS]);
        let failure = consent(verb, &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!(failure.code, "NOT_CONFIRMED");
        let asked = played.asked();
        assert!(asked.len() == 1 && asked[0].starts_with("PreviewWithdrawalRequest"), "{asked:?}");
        let told = messages.text();
        assert!(told.find(samples::EFFECT).unwrap() < told.find("[j/N]").unwrap(), "{told}");
    }

    #[tokio::test]
    async fn a_withdrawal_that_is_too_late_is_asked_of_nobody_and_refused_by_the_node() {
        let effect = WithdrawalEffect {
            code: TOO_LATE.to_owned(),
            transfer_id: String::new(),
            text: "Det er for sent".to_owned(),
        };
        let too_late = refusal(Code::FailedPrecondition, "TOO_LATE", "Planen er modtagerens.");
        let played = PlayedNode::failing([Ok(samples::handover()), Err(too_late)]).whose_withdrawal(effect);
        let (mut terminal, _, messages) = terminal(Format::Human, Some("j\n"));
        let verb = parsed(&["enplan", "consent", "withdraw", samples::CASE, samples::BASIS]);
        let failure = consent(verb, &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Refused, "TOO_LATE"));
        assert_eq!(failure.message, "Planen er modtagerens.");
        let asked = played.asked();
        assert!(asked.len() == 2 && asked[1].starts_with("WithdrawConsentRequest"), "{asked:?}");
        let told = messages.text();
        assert!(told.contains("Det er for sent") && !told.contains("[j/N]"), "{told}");
    }

    #[tokio::test]
    async fn a_withdrawal_that_is_only_looked_at_is_not_recorded() {
        let played = PlayedNode::new([samples::handover()]);
        let (mut terminal, out, _) = terminal(Format::Json, None);
        let verb = parsed(&["enplan", "consent", "withdraw", samples::CASE, samples::BASIS, "--preview"]);
        consent(verb, &played.connect(), &mut terminal).await.unwrap();
        assert!(out.text().contains(samples::EFFECT), "{}", out.text());
        let asked = played.asked();
        assert!(asked.len() == 1 && asked[0].starts_with("PreviewWithdrawalRequest"), "{asked:?}");
    }

    #[tokio::test]
    async fn a_withdrawal_that_nobody_can_confirm_is_not_asked_about() {
        let played = PlayedNode::new([samples::handover()]);
        let (mut terminal, _, _) = terminal(Format::Json, None);
        let verb = parsed(&["enplan", "consent", "withdraw", samples::CASE, samples::BASIS]);
        let failure = consent(verb, &played.connect(), &mut terminal).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Usage, "CONFIRMATION_NEEDED"));
        assert_eq!(played.asked(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_withdrawal_that_was_confirmed_beforehand_asks_nothing() {
        let played = PlayedNode::new([samples::handover()]);
        let (mut terminal, out, messages) = terminal(Format::Json, None);
        let verb = parsed(&["enplan", "consent", "withdraw", samples::CASE, samples::BASIS, "--yes"]);
        consent(verb, &played.connect(), &mut terminal).await.unwrap();
        assert!(played.asked()[0].starts_with("WithdrawConsentRequest"), "{:?}", played.asked());
        assert!(out.text().contains(samples::TRANSFER));
        assert_eq!(messages.text(), "");
    }
}
