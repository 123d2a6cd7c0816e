//! A node, its users, its log and its code systems.

use enplan_proto::{administration, session, terminology};

use super::{TRANSFER, at};

pub(crate) fn user() -> session::v1::User {
    session::v1::User {
        username: "anna".into(),
        display_name: "Anna Friis".into(),
        roles: vec!["caseworker".into(), "team-lead".into()],
        unit: "Familie".into(),
        municipality: "0270".into(),
    }
}

pub(crate) fn node_status() -> administration::v1::GetNodeStatusResponse {
    administration::v1::GetNodeStatusResponse {
        municipality: "0270".into(),
        version: "0.1.0".into(),
        ready: true,
        not_ready_because: String::new(),
        incarnation: 3,
        leader: "0201".into(),
        registry_applied: 4711,
        members: 9,
        active: 42,
        frozen: 1,
        pending: 0,
        handed_over: 7,
        open_handovers: 2,
        outbox: 1,
        audit_size: 1234,
        certificate_not_after: Some(at(90 * 24 * 60)),
        alarms: vec![administration::v1::Alarm {
            code: "CASE_NOT_CONFIRMED".into(),
            cases: 1,
            what_to_do: "Vent på registret, eller se enplan node status hos lederen.".into(),
        }],
    }
}

pub(crate) fn accesses() -> administration::v1::ListAccessesResponse {
    let anna = administration::v1::Access {
        sequence: 17,
        at: Some(at(0)),
        actor: "anna".into(),
        actor_kind: "user".into(),
        actor_name: "Anna Friis".into(),
        unit: "Familie".into(),
        municipality: "0270".into(),
        action: "see-plan".into(),
        what: "Så planen".into(),
        outcome: "done".into(),
        outcome_text: "Udført".into(),
        transfer_id: String::new(),
    };
    let bo = administration::v1::Access {
        sequence: 112,
        at: Some(at(3)),
        actor: "bo".into(),
        actor_name: String::new(),
        unit: String::new(),
        outcome: "refused: ACCESS_ROLE".into(),
        outcome_text: "Afvist: rollen giver ikke adgang".into(),
        ..anna.clone()
    };
    let node = administration::v1::Access {
        sequence: 113,
        at: Some(at(4)),
        actor: "node of 0219".into(),
        actor_kind: "node".into(),
        actor_name: "Noden i Hillerød".into(),
        unit: String::new(),
        municipality: "0219".into(),
        action: "handover.receipt".into(),
        what: "Kvitterede for den forseglede pakke".into(),
        transfer_id: TRANSFER.into(),
        ..anna.clone()
    };
    administration::v1::ListAccessesResponse { accesses: vec![anna, bo, node] }
}

fn code_system() -> terminology::v1::CodeSystem {
    terminology::v1::CodeSystem {
        url: "urn:oid:1.2.208.176.2.22".into(),
        identifiers: vec![],
        name: "FFB".into(),
        version: "20240530".into(),
        codes: 220,
        loaded_at: Some(at(0)),
        loaded_by: "drift".into(),
    }
}

pub(crate) fn code_systems() -> terminology::v1::ListCodeSystemsResponse {
    let other = terminology::v1::CodeSystem {
        url: "http://example.org/CodeSystem/ydelser".into(),
        identifiers: vec!["urn:oid:2.999.1".into()],
        name: "Ydelser".into(),
        version: String::new(),
        codes: 7,
        loaded_at: Some(at(5)),
        ..code_system()
    };
    terminology::v1::ListCodeSystemsResponse { code_systems: vec![other, code_system()] }
}

pub(crate) fn code_system_imported() -> terminology::v1::ImportCodeSystemResponse {
    terminology::v1::ImportCodeSystemResponse {
        code_system: Some(code_system()),
        outcome: terminology::v1::Outcome::Replaced.into(),
        replaced_version: "20230601".into(),
    }
}

pub(crate) fn concept() -> terminology::v1::GetConceptResponse {
    terminology::v1::GetConceptResponse {
        system: "urn:oid:2.999.1".into(),
        code: "1.1".into(),
        display: "Afklaring".into(),
        definition: "En ydelse, der skal afdække en borgers situation.".into(),
        above: vec!["Indsats".into(), "Ydelse".into()],
    }
}
