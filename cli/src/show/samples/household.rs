//! A family, side by side.

use enplan_proto::{household, plan};

use super::plan::{beside_goals, item};
use super::{BASIS, CASE, ITEM, TRANSFER};

/// A mother, a child in her custody and the father's, and somebody protected.
pub(crate) fn household() -> household::v1::GetHouseholdResponse {
    let holder = |case: &str| household::v1::Holder {
        kinship: plan::v1::Kinship::Parent.into(),
        custody: plan::v1::Custody::Shared.into(),
        case_id: case.to_owned(),
    };
    let mother = household::v1::Member {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        cpr_masked: "610181-****".into(),
        age: 46,
        caseworker: "anna".into(),
        unit: "Familie".into(),
        consents: "citizen".into(),
        items: vec![item(plan::v1::ItemKind::Goal, "goal-1", "Tage bussen alene")],
        ..household::v1::Member::default()
    };
    let child = household::v1::Member {
        case_id: BASIS.into(),
        name: "Ida Ærøe".into(),
        cpr_masked: "620414-****".into(),
        age: 12,
        kinship: vec![plan::v1::Kinship::Child.into()],
        custody: vec![holder(CASE), holder("")],
        consents: "custody-holder".into(),
        all_holders_consent: true,
        to_be_heard: true,
        items: vec![item(plan::v1::ItemKind::Action, "action-1", "Familierådgivning")],
        ..mother.clone()
    };
    let protected = household::v1::Member {
        case_id: TRANSFER.into(),
        masked: true,
        kinship: vec![plan::v1::Kinship::Partner.into()],
        caseworker: "bo".into(),
        ..household::v1::Member::default()
    };
    let shared = household::v1::SharedItem {
        item: Some(plan::v1::Item {
            shared: true,
            ..item(plan::v1::ItemKind::Goal, "shared-1", "At trives")
        }),
        case_ids: vec![BASIS.into()],
    };
    let overlap = household::v1::Overlap {
        code: "TWO_CASEWORKERS".into(),
        text: "Familien har flere koordinerende sagsbehandlere: anna, bo".into(),
        ..household::v1::Overlap::default()
    };
    let [_, _, _, brother] = beside_goals();
    household::v1::GetHouseholdResponse {
        members: vec![mother, child, protected],
        hidden: 1,
        without_plan: vec![brother],
        shared: vec![shared],
        overlaps: vec![overlap],
        arrived_together: vec![household::v1::ArrivedTogether {
            case_id: ITEM.into(),
            name: "Bo Ærøe".into(),
            masked: false,
        }],
    }
}

/// Written in one plan, and not in the other.
pub(crate) fn shared() -> Vec<household::v1::PlanWritten> {
    let written = household::v1::PlanWritten {
        case_id: CASE.into(),
        version: 8,
        ..household::v1::PlanWritten::default()
    };
    let refused = household::v1::PlanWritten {
        case_id: BASIS.into(),
        version: 0,
        refusal: "HANDOVER_UNDER_WAY".into(),
        message: "Planen er ved at blive overdraget.".into(),
    };
    vec![written, refused]
}
