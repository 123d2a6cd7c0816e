//! Legal bases as messages show them.

use enplan_domain::basis::{BasisProblem, ConsentForm, ConsentGiver, Ground, LegalBasis, WithdrawalEffect};
use enplan_domain::plan::Plan;
use enplan_domain::terminology::Terminology;
use enplan_domain::{Timestamp, danish_day};
use enplan_federation::basis_kind;
use enplan_federation::wire::proto_time;
use enplan_proto::basis::v1 as proto;

use super::masking::Masking;

/// A basis. Where its recipient is masked, so is all that was written for them: a purpose names whom it is for.
pub(super) fn show_basis(
    basis: &LegalBasis,
    plan: &Plan,
    terminology: &Terminology,
    now: Timestamp,
    masking: Masking,
) -> proto::Basis {
    let (draft, withdrawal) = (basis.draft(), basis.withdrawal());
    let words = |words: &str| masking.words(basis.recipient(), words).to_owned();
    let shown = proto::Basis {
        basis_id: basis.id().to_string(),
        kind: basis_kind(basis).to_owned(),
        standing: if basis.is_used(plan) { "used" } else { standing(basis.standing(now)) }.to_owned(),
        sender: draft.from.to_string(),
        recipient: masking.municipality(basis.recipient()),
        sections: basis.sections().iter().map(ToString::to_string).collect(),
        provision: draft.provision.clone(),
        citation: basis.citation().to_owned(),
        valid_from: danish_day(draft.valid_from).to_string(),
        valid_until: basis.last_day().map(|day| day.to_string()).unwrap_or_default(),
        recorded_at: Some(proto_time(basis.recorded().at)),
        recorded_by: basis.recorded().by.to_string(),
        withdrawn_at: withdrawal.map(|stamp| proto_time(stamp.at)),
        withdrawn_by: withdrawal.map(|stamp| stamp.by.to_string()).unwrap_or_default(),
        article_6: draft.data_protection.article_6.as_str().to_owned(),
        article_9: draft.data_protection.article_9.as_str().to_owned(),
        text: words(&basis.wording(plan, terminology, now).to_string()),
        ..proto::Basis::default()
    };
    match basis.ground() {
        Ground::Consent { purpose, form, given_by } => proto::Basis {
            purpose: words(purpose.reveal()),
            form: self::form(*form).into(),
            giver: giver(*given_by).into(),
            ..shown
        },
        Ground::StatutoryDuty { assessment, summary, material } => proto::Basis {
            assessment: words(assessment.reveal()),
            summary: words(summary.reveal()),
            material: material.iter().map(ToString::to_string).collect(),
            ..shown
        },
        Ground::OtherStatute { reason } => proto::Basis { reason: words(reason.reveal()), ..shown },
    }
}

pub(super) fn show_effect(effect: WithdrawalEffect) -> proto::WithdrawalEffect {
    proto::WithdrawalEffect {
        code: effect.code().to_owned(),
        transfer_id: effect.transfer().map(|transfer| transfer.to_string()).unwrap_or_default(),
        text: effect.danish().to_owned(),
    }
}

fn standing(problem: Option<BasisProblem>) -> &'static str {
    match problem {
        None => "in_force",
        Some(BasisProblem::Withdrawn) => "withdrawn",
        Some(BasisProblem::Expired) => "expired",
        Some(BasisProblem::NotYetValid) => "not_yet_valid",
        // Whose it is and to whom is not asked here.
        Some(BasisProblem::OtherRecipient | BasisProblem::OtherSender | BasisProblem::OtherCase) => "unknown",
    }
}

fn form(form: ConsentForm) -> proto::ConsentForm {
    match form {
        ConsentForm::Written => proto::ConsentForm::Written,
        ConsentForm::Digital => proto::ConsentForm::Digital,
        ConsentForm::OrallyNoted => proto::ConsentForm::OralNoted,
    }
}

fn giver(giver: ConsentGiver) -> proto::ConsentGiver {
    match giver {
        ConsentGiver::Citizen => proto::ConsentGiver::Citizen,
        ConsentGiver::Guardian => proto::ConsentGiver::Guardian,
        ConsentGiver::CustodyHolder => proto::ConsentGiver::CustodyHolder,
        ConsentGiver::CustodyHolders => proto::ConsentGiver::CustodyHolders,
        ConsentGiver::YoungPerson => proto::ConsentGiver::YoungPerson,
    }
}
