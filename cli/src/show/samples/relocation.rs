//! Moves, requests for plans and ended subscriptions.

use enplan_proto::relocation;

use super::{CASE, ITEM, TRANSFER, at};

pub(crate) fn relocations_imported() -> relocation::v1::ImportRelocationsResponse {
    relocation::v1::ImportRelocationsResponse {
        lines: 9,
        counted: true,
        waiting: 2,
        home: 1,
        out_of_order: 1,
        duplicates: 1,
        unknown: 4,
        unknown_moved_here: vec![5, 8],
        bad_lines: vec![relocation::v1::BadLine { line: 3, text: "cpr er ikke et CPR-nummer".into() }],
    }
}

fn relocation(moved_on: &str, event_id: &str, to: &str) -> relocation::v1::Relocation {
    relocation::v1::Relocation {
        moved_on: moved_on.into(),
        event_id: event_id.into(),
        from: "0270".into(),
        to: to.into(),
        heard_at: Some(at(0)),
        standing: relocation::v1::Standing::Waiting.into(),
        ..relocation::v1::Relocation::default()
    }
}

pub(crate) fn case_relocations() -> relocation::v1::CaseRelocations {
    let kept = relocation::v1::Relocation {
        standing: relocation::v1::Standing::Decided.into(),
        decision: relocation::v1::Decision::Keep.into(),
        reason: "in-hospital".into(),
        reason_text: "Borgeren er indlagt i den anden kommune (retssikkerhedsloven § 9)".into(),
        note: "Indlagt på Nordsjællands Hospital".into(),
        decided_by: "anna".into(),
        decided_at: Some(at(10)),
        ..relocation("2026-09-01", "cpr-1", "0101")
    };
    let asked = relocation::v1::Relocation {
        asked: true,
        asked_reason: "Borgeren har søgt om støtte her".into(),
        asked_contact: "Modtagelsen, Hillerød".into(),
        asked_waits: true,
        ..relocation("2026-12-01", "cpr-2", "0219")
    };
    relocation::v1::CaseRelocations {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        cpr_masked: "610181-****".into(),
        protected: false,
        caseworker: "anna".into(),
        acting: "0270".into(),
        relocations: vec![kept, asked],
        version: 4,
    }
}

pub(crate) fn relocations() -> relocation::v1::ListRelocationsResponse {
    let first = relocation::v1::CaseRelocations {
        relocations: vec![relocation("2026-12-01", "cpr-2", "0219")],
        ..case_relocations()
    };
    let second = relocation::v1::CaseRelocations {
        case_id: ITEM.into(),
        name: "Bo Lund".into(),
        cpr_masked: "710190-****".into(),
        relocations: vec![relocation("2027-01-02", "cpr-3", "abroad")],
        ..case_relocations()
    };
    relocation::v1::ListRelocationsResponse { cases: vec![first, second] }
}

pub(crate) fn keep_reasons() -> relocation::v1::ListKeepReasonsResponse {
    let reason = relocation::v1::KeepReason {
        id: "in-hospital".into(),
        name: "Borgeren er indlagt i den anden kommune".into(),
        citation: "retssikkerhedsloven § 9".into(),
    };
    relocation::v1::ListKeepReasonsResponse { reasons: vec![reason] }
}

pub(crate) fn plan_request() -> relocation::v1::PlanRequest {
    relocation::v1::PlanRequest {
        request_id: TRANSFER.into(),
        cpr_masked: "610181-****".into(),
        from: "0270".into(),
        moved_on: "2026-12-01".into(),
        asked_by: "bo".into(),
        asked_at: Some(at(0)),
        received_at: None,
        lapses_at: Some(at(30 * 24 * 60)),
        case_id: String::new(),
    }
}

pub(crate) fn plan_requests() -> relocation::v1::ListPlanRequestsResponse {
    let arrived = relocation::v1::PlanRequest {
        request_id: ITEM.into(),
        received_at: Some(at(1)),
        case_id: CASE.into(),
        ..plan_request()
    };
    relocation::v1::ListPlanRequestsResponse { requests: vec![plan_request(), arrived] }
}

pub(crate) fn ended_subscriptions() -> relocation::v1::ListEndedSubscriptionsResponse {
    let ended = |cursor: &str, cpr: &str, resumed| relocation::v1::EndedSubscription {
        cursor: cursor.into(),
        cpr: cpr.into(),
        masked: false,
        ended_at: Some(at(0)),
        resumed,
        case_id: CASE.into(),
    };
    relocation::v1::ListEndedSubscriptionsResponse {
        subscriptions: vec![ended(TRANSFER, "6101811001", false), ended(ITEM, "7101901001", true)],
    }
}
