//! Legal bases.

use enplan_proto::basis;

use super::{BASIS, ITEM, TRANSFER, at};

/// What withdrawing the consent would do.
pub(crate) const EFFECT: &str = "Overdragelsen stoppes, og planen bliver i kommunen.";

pub(crate) fn effect() -> basis::v1::WithdrawalEffect {
    basis::v1::WithdrawalEffect {
        code: "stops_handover".into(),
        transfer_id: TRANSFER.into(),
        text: EFFECT.into(),
    }
}

pub(crate) fn basis() -> basis::v1::Basis {
    basis::v1::Basis {
        basis_id: BASIS.into(),
        kind: "consent".into(),
        standing: "in_force".into(),
        sender: "0270".into(),
        recipient: "0219".into(),
        sections: vec!["social/goals".into(), "social/interventions".into()],
        provision: "retssikkerhedsloven-11-a".into(),
        citation: "retssikkerhedsloven § 11 a".into(),
        valid_from: "2027-01-12".into(),
        valid_until: "2027-06-30".into(),
        recorded_at: Some(at(0)),
        recorded_by: "anna".into(),
        purpose: "Fortsat støtte".into(),
        form: basis::v1::ConsentForm::Written.into(),
        giver: basis::v1::ConsentGiver::Citizen.into(),
        article_6: "6(1)(e)".into(),
        article_9: "9(2)(f)".into(),
        text: "Samtykke til at sende oplysninger fra Gribskov Kommune til Hillerød Kommune\n\nFormålet\nFortsat støtte\n"
            .into(),
        ..basis::v1::Basis::default()
    }
}

pub(crate) fn bases() -> basis::v1::ListBasesResponse {
    let duty = basis::v1::Basis {
        basis_id: ITEM.into(),
        kind: "statutory_duty".into(),
        provision: "barnets-lov-132".into(),
        citation: "barnets lov § 132".into(),
        valid_until: String::new(),
        recorded_at: Some(at(-60)),
        purpose: String::new(),
        form: 0,
        giver: 0,
        assessment: "Der er behov for særlig støtte".into(),
        summary: "Skolen og kommunen er enige".into(),
        material: vec!["Goal/goal-1".into()],
        text: "Underretning efter barnets lov § 132\n".into(),
        ..basis()
    };
    basis::v1::ListBasesResponse { bases: vec![basis(), duty] }
}
