//! `consent ..`, `duty ..`, `statute ..`.

use enplan_domain::{BasisId, CaseId};
use enplan_proto::basis::v1::{
    ConsentForm, ConsentGiver, RecordConsentRequest, RecordOtherStatuteRequest, RecordStatutoryDutyRequest,
    WithdrawConsentRequest,
};

use crate::arguments::{ConsentVerb, DutyVerb, Recipient, StatuteVerb};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{ConsentWithdrawn, Recorded};
use crate::terminal::Terminal;

/// Records or withdraws a consent.
pub(crate) async fn consent(verb: ConsentVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let (recipient, request) = match verb {
        ConsentVerb::Withdraw { case, basis, yes } => {
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
    recorded(&recipient, answer.basis_id, answer.sections, terminal)
}

async fn withdraw(
    case: CaseId,
    basis: BasisId,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if !yes {
        terminal.tell(
            "Når samtykket er trukket tilbage, kan planen ikke længere sendes på det.\n\
             En overdragelse, der er i gang på det, stoppes, hvis den ikke er besluttet endnu.\n\
             Er den besluttet, er planen den anden kommunes, og at få den tilbage er en ny overdragelse.\n\
             Tilbagetrækningen slettes ikke igen; et nyt samtykke registreres for sig.",
        );
        if !terminal.confirm("Registrér tilbagetrækningen?", "--yes")? {
            return Err(not_done());
        }
    }
    let request = WithdrawConsentRequest { case_id: case.to_string(), basis_id: basis.to_string() };
    let answer = node.bases().withdraw_consent(request).await?.into_inner();
    let withdrawn = ConsentWithdrawn::new(case.to_string(), basis.to_string(), answer);
    terminal.show(&withdrawn)?;
    let next = withdrawn
        .transfer_id()
        .map_or_else(|| format!("plan show {case}"), |transfer| format!("handover watch {transfer}"));
    terminal.suggest(&[next]);
    Ok(())
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
        sections: sections.clone(),
        material,
    };
    let answer = node.bases().record_statutory_duty(request).await?.into_inner();
    recorded(&recipient, answer.basis_id, sections, terminal)
}

/// Records another provision.
pub(crate) async fn statute(verb: StatuteVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let StatuteVerb::Record { recipient, provision, reason, sections } = verb;
    let request = RecordOtherStatuteRequest {
        case_id: recipient.case.to_string(),
        recipient: recipient.to.to_string(),
        provision,
        reason: input::words(&reason)?,
        sections: sections.clone(),
    };
    let answer = node.bases().record_other_statute(request).await?.into_inner();
    recorded(&recipient, answer.basis_id, sections, terminal)
}

fn recorded(
    recipient: &Recipient,
    basis_id: String,
    sections: Vec<String>,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let recorded = Recorded { case_id: recipient.case.to_string(), basis_id, sections };
    terminal.show(&recorded)?;
    let to = recipient.to.name().map_or_else(|| recipient.to.to_string(), str::to_owned);
    let offer = format!("handover offer {} --to {to} --basis {}", recorded.case_id, recorded.basis_id);
    terminal.suggest(&[format!("{offer} --preview"), offer]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;
    use crate::arguments::{Arguments, Verb, command};
    use crate::command::rehearsal::PlayedNode;
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
        assert_eq!(played.asked(), Vec::<String>::new());
        let told = messages.text();
        assert!(told.find("ny overdragelse") < told.find("[j/N]"), "{told}");
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
