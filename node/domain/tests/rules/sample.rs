//! TESTDATA: citizens with replacement numbers (day + 60) and small bundles about them.

use enplan_domain::basis::{BasisDraft, ConsentForm, ConsentGiver, DataProtectionBasis, Ground};
use enplan_domain::plan::{Agreement, Citizen, ItemKey, NewItem, Plan, PlanCommand, Section, decide};
use enplan_domain::{BasisId, CaseHandle, Context, Kommunekode, Narrative};
use serde_json::{Value, json};

/// Born 1 January 1981.
pub(crate) const CITIZEN: &str = "6101811001";

/// Gribskov, on a summer's day.
pub(crate) fn context() -> Context {
    Context {
        now: "2026-06-01T10:00:00Z".parse().unwrap(),
        actor: "anne.jensen".parse().unwrap(),
        municipality: gribskov(),
        frozen: false,
        adopted: enplan_domain::catalogue::Adopted::default(),
    }
}

pub(crate) fn gribskov() -> Kommunekode {
    "0270".parse().unwrap()
}

pub(crate) fn hilleroed() -> Kommunekode {
    "0219".parse().unwrap()
}

pub(crate) fn text(words: &str) -> Narrative {
    Narrative::parse(words).unwrap()
}

/// Written under an id made of a number.
pub(crate) fn add(n: u128, item: NewItem) -> PlanCommand {
    PlanCommand::Add { id: uuid::Uuid::from_u128(n), item: Box::new(item) }
}

pub(crate) fn new_goal(sector: &str, words: &str) -> NewItem {
    NewItem::Goal { sector: sector.parse().unwrap(), text: text(words), part_of: None, taken_from: None }
}

pub(crate) fn new_action(sector: &str, words: &str, goal: Option<ItemKey>) -> NewItem {
    NewItem::Action {
        sector: sector.parse().unwrap(),
        text: text(words),
        starts: None,
        ends: None,
        goal,
        taken_from: None,
        agreed: Agreement::default(),
    }
}

pub(crate) fn case() -> CaseHandle {
    CaseHandle::from_bytes([7; 16])
}

pub(crate) fn sections(names: &[&str]) -> std::collections::BTreeSet<Section> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// A consent to send the social goals and interventions to Hillerød, in June 2026.
pub(crate) fn consent() -> BasisDraft {
    BasisDraft {
        id: BasisId::from_bytes([1; 16]),
        case: case(),
        from: gribskov(),
        to: Some(hilleroed()),
        sections: sections(&["social/goals", "social/interventions"]),
        provision: "retssikkerhedsloven-11-a".to_owned(),
        valid_from: "2026-06-01T00:00:00Z".parse().unwrap(),
        until: Some("2026-07-01T00:00:00Z".parse().unwrap()),
        data_protection: DataProtectionBasis::NORMAL,
        ground: Ground::Consent {
            purpose: text("Planen skal følge med til Hillerød"),
            form: ConsentForm::Written,
            given_by: ConsentGiver::Citizen,
        },
    }
}

/// A plan with nothing in it.
pub(crate) fn empty_plan() -> Plan {
    let citizen = Citizen::new(CITIZEN.parse().unwrap());
    let register = PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() };
    Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap()
}

/// A plan after one more command.
pub(crate) fn after(plan: Plan, command: PlanCommand) -> Plan {
    let events = decide(Some(&plan), command, &context()).unwrap();
    events.iter().fold(plan, Plan::apply)
}

pub(crate) fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "citizen",
        "identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": CITIZEN }],
    })
}

pub(crate) fn goal(id: &str, status: &str) -> Value {
    json!({
        "resourceType": "Goal",
        "id": id,
        "meta": { "profile": ["http://fhir.kl.dk/ffbreporting/StructureDefinition/kl-reporting-ffb-interventionGoal"] },
        "lifecycleStatus": status,
        "subject": { "reference": "Patient/citizen" },
    })
}

/// A collection of these resources, as of a time.
pub(crate) fn bundle(timestamp: &str, resources: &[Value]) -> Vec<u8> {
    let entries: Vec<_> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({
        "resourceType": "Bundle",
        "id": format!("at-{}", &timestamp[..10]),
        "type": "collection",
        "timestamp": timestamp,
        "entry": entries,
    });
    serde_json::to_vec(&bundle).unwrap()
}
