//! Handovers, of one and of a family.

use enplan_proto::handover;

use super::{BASIS, CASE, FAMILY, ITEM, TRANSFER, VERSION, at};

pub(crate) fn handover() -> handover::v1::Handover {
    handover::v1::Handover {
        transfer_id: TRANSFER.into(),
        side: handover::v1::Side::Destination.into(),
        counterpart: "0270".into(),
        state: handover::v1::State::Received.into(),
        phase: "Previewed".into(),
        ending: String::new(),
        comment: String::new(),
        preview_version: VERSION.into(),
        preview: Some(handover::v1::Preview {
            sectors: vec!["social".into(), "employment".into()],
            goals: 2,
            actions: 11,
            sections: vec!["social/goals".into(), "employment/goals".into(), "social/interventions".into()],
            left_out: vec!["notes".into()],
            basis_kind: "consent".into(),
            provision: String::new(),
            contact: "Anna Friis, Familie, Gribskov".into(),
            deadline: Some(at(14 * 24 * 60)),
        }),
        case_id: String::new(),
        began_at: Some(at(0)),
        updated_at: Some(at(5)),
        waiting_for: "svar herfra".into(),
        thread: vec![
            handover::v1::Message {
                municipality: "0270".into(),
                ours: false,
                by: String::new(),
                at: Some(at(3)),
                kind: "reminder".into(),
                text: String::new(),
                delivered: true,
            },
            handover::v1::Message {
                municipality: "0219".into(),
                ours: true,
                by: "bo".into(),
                at: Some(at(5)),
                kind: "question".into(),
                text: "Hvornår flyttede borgeren?".into(),
                delivered: false,
            },
        ],
        escalated: false,
        counterpart_masked: false,
        family_id: String::new(),
    }
}

pub(crate) fn handovers() -> handover::v1::ListHandoversResponse {
    let sent = handover::v1::Handover {
        transfer_id: ITEM.into(),
        side: handover::v1::Side::Source.into(),
        counterpart: "0217".into(),
        state: handover::v1::State::Completed.into(),
        phase: "Retired".into(),
        preview: None,
        preview_version: String::new(),
        case_id: CASE.into(),
        waiting_for: String::new(),
        thread: Vec::new(),
        ..handover()
    };
    handover::v1::ListHandoversResponse { handovers: vec![handover(), sent], families: vec![family_comes()] }
}

pub(crate) fn family_comes() -> handover::v1::FamilyMove {
    handover::v1::FamilyMove {
        family_id: FAMILY.into(),
        side: handover::v1::Side::Destination.into(),
        counterpart: "0270".into(),
        plans: 2,
        awaiting_answer: 2,
        not_come: 1,
        deadline: Some(at(14 * 24 * 60)),
        ..handover::v1::FamilyMove::default()
    }
}

pub(crate) fn family_to_answer() -> Vec<handover::v1::FamilyMember> {
    let offered = |transfer: &str| handover::v1::FamilyMember {
        standing: "offered".into(),
        handover: Some(handover::v1::Handover {
            transfer_id: transfer.into(),
            family_id: FAMILY.into(),
            ..handover()
        }),
        ..handover::v1::FamilyMember::default()
    };
    vec![offered(TRANSFER), offered(ITEM)]
}

pub(crate) fn family_leaves() -> handover::v1::FamilyMove {
    handover::v1::FamilyMove {
        family_id: FAMILY.into(),
        side: handover::v1::Side::Source.into(),
        counterpart: String::new(),
        counterpart_masked: true,
        plans: 1,
        awaiting_answer: 1,
        waiting: 2,
        deadline: Some(at(14 * 24 * 60)),
        ..handover::v1::FamilyMove::default()
    }
}

pub(crate) fn family_members() -> Vec<handover::v1::FamilyMember> {
    let mother = handover::v1::FamilyMember {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        standing: "offered".into(),
        handover: Some(handover::v1::Handover {
            side: handover::v1::Side::Source.into(),
            state: handover::v1::State::Sent.into(),
            waiting_for: "modtagerens svar".into(),
            counterpart: String::new(),
            counterpart_masked: true,
            case_id: CASE.into(),
            family_id: FAMILY.into(),
            thread: Vec::new(),
            ..handover()
        }),
        ..handover::v1::FamilyMember::default()
    };
    let child = handover::v1::FamilyMember {
        case_id: BASIS.into(),
        name: "Ida Ærøe".into(),
        standing: "needs-basis".into(),
        message: "Registrer et grundlag for at sende netop denne plan til modtageren.".into(),
        consents: "custody-holder".into(),
        all_holders_consent: true,
        ..handover::v1::FamilyMember::default()
    };
    let protected = handover::v1::FamilyMember {
        case_id: TRANSFER.into(),
        masked: true,
        standing: "to-be-named".into(),
        message: "Personen er beskyttet og tilbydes kun på et grundlag, der er skrevet med --basis.".into(),
        ..handover::v1::FamilyMember::default()
    };
    vec![mother, child, protected]
}

pub(crate) fn family_offered() -> handover::v1::OfferFamilyResponse {
    handover::v1::OfferFamilyResponse { family_id: FAMILY.into(), members: family_members(), hidden: 1 }
}
