//! Plans: whole, in lists, and looked back upon.

use enplan_proto::worklist::v1::ListDeadlinesResponse;
use enplan_proto::{plan, worklist};

use super::coordination::{agenda, findings};
use super::{BASIS, CASE, ITEM, TRANSFER, at};

pub(crate) fn plans() -> plan::v1::ListPlansResponse {
    let first = plan::v1::PlanSummary {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        cpr_masked: "610181-****".into(),
        protected: false,
        test_data: true,
        caseworker: "anna".into(),
        unit: "Familie".into(),
        hold: plan::v1::Hold::Active.into(),
        goals: 2,
        actions: 11,
        updated_at: Some(at(0)),
        next_due_on: "2027-01-08".into(),
        overdue: 1,
        note_waits: true,
        relocation_waits: true,
    };
    let second = plan::v1::PlanSummary {
        case_id: ITEM.into(),
        name: String::new(),
        cpr_masked: "710190-****".into(),
        protected: true,
        hold: plan::v1::Hold::Frozen.into(),
        goals: 1,
        actions: 0,
        updated_at: Some(at(-60)),
        next_due_on: "2027-02-01".into(),
        overdue: 0,
        note_waits: false,
        relocation_waits: false,
        ..first.clone()
    };
    plan::v1::ListPlansResponse { plans: vec![first, second] }
}

fn deadlines() -> [plan::v1::Deadline; 2] {
    let held = plan::v1::Deadline {
        kind: "follow-up".into(),
        due_on: "2027-01-08".into(),
        urgency: plan::v1::Urgency::Overdue.into(),
        waits_for: plan::v1::WaitsFor::Caseworker.into(),
        item_id: "follow-up-1".into(),
        sector: "social".into(),
        text: "Om støtten hjemme".into(),
        ..plan::v1::Deadline::default()
    };
    let complaint = plan::v1::Deadline {
        kind: "complaint".into(),
        due_on: "2027-02-01".into(),
        urgency: plan::v1::Urgency::Upcoming.into(),
        waits_for: plan::v1::WaitsFor::Citizen.into(),
        item_id: ITEM.into(),
        text: "Støtte til transport".into(),
        provision: "retssikkerhedsloven § 67".into(),
        ..held.clone()
    };
    [held, complaint]
}

pub(crate) fn worklist() -> ListDeadlinesResponse {
    let line = |deadline| worklist::v1::Line {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        cpr_masked: "610181-****".into(),
        protected: false,
        test_data: true,
        caseworker: "anna".into(),
        unit: "Familie".into(),
        deadline: Some(deadline),
    };
    let offered = plan::v1::Deadline {
        kind: "handover-offered".into(),
        due_on: "2027-01-20".into(),
        urgency: plan::v1::Urgency::Upcoming.into(),
        waits_for: plan::v1::WaitsFor::Staff.into(),
        text: "Hillerød".into(),
        transfer_id: TRANSFER.into(),
        ..plan::v1::Deadline::default()
    };
    let decided = plan::v1::Deadline {
        kind: "decision".into(),
        due_on: "2027-01-22".into(),
        waits_for: plan::v1::WaitsFor::Doer.into(),
        whom: "Bo Lund".into(),
        text: "Søge bolig".into(),
        item_id: "decision-1".into(),
        ..offered.clone()
    };
    let decided = plan::v1::Deadline { transfer_id: String::new(), ..decided };
    let requested = plan::v1::Deadline {
        kind: "plan-requested".into(),
        due_on: "2027-02-02".into(),
        waits_for: plan::v1::WaitsFor::Municipality.into(),
        whom: "Furesø".into(),
        text: "Furesø".into(),
        transfer_id: String::new(),
        request_id: "01890a5d-ac96-774b-bcce-b302099a8058".into(),
        ..offered.clone()
    };
    let nobodys = worklist::v1::Line { deadline: Some(offered), ..worklist::v1::Line::default() };
    let asked = worklist::v1::Line {
        cpr_masked: "620290-****".into(),
        test_data: true,
        caseworker: "anna".into(),
        unit: "Familie".into(),
        deadline: Some(requested),
        ..worklist::v1::Line::default()
    };
    let [held, complaint] = deadlines().map(line);
    ListDeadlinesResponse {
        today: "2027-01-12".into(),
        until: "2027-02-11".into(),
        lines: vec![held, nobodys, line(decided), complaint, asked],
    }
}

pub(super) fn item(kind: plan::v1::ItemKind, id: &str, title: &str) -> plan::v1::Item {
    plan::v1::Item {
        kind: kind.into(),
        id: id.into(),
        title: title.into(),
        status: "active".into(),
        starts_on: "2026-06-18".into(),
        sector: "social".into(),
        in_force: true,
        ..plan::v1::Item::default()
    }
}

fn link(role: plan::v1::LinkRole, item_id: &str) -> plan::v1::Link {
    plan::v1::Link { role: role.into(), item_id: item_id.into(), rank: 0 }
}

fn wish() -> plan::v1::Item {
    plan::v1::Item {
        section: "wishes".into(),
        said_by: plan::v1::Voice::Citizen.into(),
        ..item(plan::v1::ItemKind::Wish, "wish-1", "Jeg vil gerne kunne besøge min søster")
    }
}

fn joined() -> plan::v1::Item {
    plan::v1::Item {
        section: "goals".into(),
        links: vec![
            link(plan::v1::LinkRole::TakenFrom, "plan-1"),
            link(plan::v1::LinkRole::JoinedTo, "goal-1"),
        ],
        ..item(plan::v1::ItemKind::Goal, "goal-2", "At kunne tage bussen selv")
    }
}

/// The level that a goal aims at.
fn aims_at() -> plan::v1::Detail {
    let code = plan::v1::Coding {
        system: "urn:oid:1.2.208.176.2.22".into(),
        code: "8328ce4a".into(),
        display: "Let nedsat funktionsevne".into(),
    };
    plan::v1::Detail { aspect: plan::v1::Aspect::TargetLevel.into(), code: Some(code) }
}

pub(crate) fn plan() -> plan::v1::Plan {
    let goal = plan::v1::Item {
        resource_type: "Goal".into(),
        section: "goals".into(),
        codes: vec![plan::v1::Coding {
            system: "urn:oid:1.2.208.176.2.22".into(),
            code: "8e7f9a3c".into(),
            display: "Udvikle funktionsevne".into(),
        }],
        links: vec![link(plan::v1::LinkRole::BasedOn, "wish-1")],
        details: vec![aims_at()],
        provenance: Some(plan::v1::Provenance {
            municipality: "0270".into(),
            source: "bundle-6".into(),
            recorded_at: Some(at(-30)),
        }),
        ..item(plan::v1::ItemKind::Goal, "goal-1", "Tage bussen alene")
    };
    let action = plan::v1::Item {
        status: "planned".into(),
        starts_on: "2027-02-01".into(),
        ends_on: "2027-07-31".into(),
        section: "interventions".into(),
        links: vec![
            link(plan::v1::LinkRole::Serves, "goal-1"),
            link(plan::v1::LinkRole::TakenFrom, "plan-1"),
        ],
        provision: "servicelov-85".into(),
        contact: Some(plan::v1::Contact {
            name: "Bo Lund".into(),
            place: "Center Nord".into(),
            phone: "72 00 00 00".into(),
        }),
        provider: "Bostøtten".into(),
        expected: "P6M".into(),
        granted: Some(plan::v1::Grant { decided_on: "2027-01-04".into(), binds_until: "2027-12-31".into() }),
        ..item(plan::v1::ItemKind::Action, ITEM, "Støtte til transport")
    };
    let home = plan::v1::Item {
        status: "planned".into(),
        starts_on: String::new(),
        section: "interventions".into(),
        ready_when: "lejligheden er fundet".into(),
        waits_for_readiness: true,
        ..item(plan::v1::ItemKind::Action, "home-1", "Hjælp til at flytte")
    };
    plan::v1::Plan {
        case_id: CASE.into(),
        name: "Åse Ærøe".into(),
        cpr_masked: "610181-****".into(),
        protected: false,
        test_data: true,
        caseworker: "anna".into(),
        unit: "Familie".into(),
        hold: plan::v1::Hold::Active.into(),
        counterpart: String::new(),
        version: 7,
        epoch: 2,
        items: [goal, action, home, wish(), joined()]
            .into_iter()
            .chain(beside_goals())
            .chain(coordinated())
            .collect(),
        bases: vec![plan::v1::BasisSummary {
            basis_id: BASIS.into(),
            kind: "consent".into(),
            recipient: "0219".into(),
            sections: vec!["social/goals".into(), "social/interventions".into()],
            valid_until: "2027-06-30".into(),
            withdrawn_at: None,
            provision: String::new(),
        }],
        received_from: "0217".into(),
        received_at: Some(at(-600)),
        left_out: vec!["notes".into()],
        closed: String::new(),
        findings: vec!["CITIZEN_HAS_ANOTHER_PLAN".into()],
        confirmed: true,
        address: "Søvej 3, 3200 Helsinge".into(),
        address_protected: false,
        deadlines: deadlines().to_vec(),
        as_of: String::new(),
        acting: "0270".into(),
        residence: Some(plan::v1::Residence {
            place: "0219".into(),
            masked: false,
            since: "2026-12-01".into(),
            kept_reason: "in-hospital".into(),
            kept_text: "Borgeren er indlagt i den anden kommune (retssikkerhedsloven § 9)".into(),
            waits: false,
        }),
        merged_into: String::new(),
        cooperation: Some(cooperation()),
        statements_to_decide: 2,
        carried_over: Some(plan::v1::CarriedOver {
            obligations: vec![ITEM.into()],
            exemptions_not_adopted: vec![ITEM.into()],
        }),
        incoherences: findings().findings,
        unread_notes: vec!["note-1".into()],
    }
}

fn coordinated() -> [plan::v1::Item; 4] {
    let participant =
        |name: &str, relation: plan::v1::Voice, attendance: plan::v1::Attendance| plan::v1::Participant {
            name: name.into(),
            relation: relation.into(),
            represents: String::new(),
            invited: true,
            attendance: attendance.into(),
        };
    let meeting = plan::v1::Item {
        section: "meetings".into(),
        status: "ended".into(),
        starts_on: "2027-01-11".into(),
        outcome: "Enige om, at boligen kommer først".into(),
        meeting: Some(plan::v1::Meeting {
            at: "14:00".into(),
            place: "Rådhuset".into(),
            participants: vec![
                participant("", plan::v1::Voice::Citizen, plan::v1::Attendance::Came),
                participant("Bo Lund", plan::v1::Voice::Professional, plan::v1::Attendance::Absent),
            ],
            agenda: agenda().points,
        }),
        in_force: false,
        ..item(plan::v1::ItemKind::NetworkMeeting, "meeting-1", "")
    };
    let decision = plan::v1::Item {
        section: "meetings".into(),
        starts_on: "2027-01-11".into(),
        ends_on: "2027-02-01".into(),
        doer: "Bo Lund".into(),
        links: vec![
            link(plan::v1::LinkRole::DecidedAt, "meeting-1"),
            link(plan::v1::LinkRole::Outcome, "home-1"),
        ],
        ..item(plan::v1::ItemKind::Decision, "decision-1", "Hjælp til at flytte")
    };
    let evaluation = plan::v1::Item {
        section: "follow_ups".into(),
        status: "ended".into(),
        starts_on: String::new(),
        recorded_on: "2027-01-04".into(),
        reach: plan::v1::Reach::Closer.into(),
        links: vec![link(plan::v1::LinkRole::Focus, "goal-1")],
        in_force: false,
        ..item(plan::v1::ItemKind::Evaluation, "evaluation-1", "Tager bussen med sin søster")
    };
    let note = plan::v1::Item {
        section: "notes".into(),
        sector: "unsorted".into(),
        note_to: "anna".into(),
        provenance: Some(plan::v1::Provenance {
            municipality: "0270".into(),
            source: "bo".into(),
            recorded_at: Some(at(-30)),
        }),
        ..item(plan::v1::ItemKind::Note, "note-1", "Ring helst om formiddagen")
    };
    [meeting, decision, evaluation, note]
}

/// Who cooperates, as a report says it.
fn cooperation() -> plan::v1::Cooperation {
    let role = plan::v1::CooperationRole {
        role: "samarbejdende-myndighed".into(),
        text: "Samarbejdende myndighed".into(),
        organisation: "Ungeenheden".into(),
        contact: "Studievejleder TESTDATA Sussi".into(),
        phone: "72 00 00 01".into(),
        team: "CareTeam/t".into(),
    };
    plan::v1::Cooperation { acting: "0219".into(), roles: vec![role] }
}

pub(super) fn beside_goals() -> [plan::v1::Item; 4] {
    let barrier = plan::v1::Item {
        section: "situation".into(),
        said_by: plan::v1::Voice::Relative.into(),
        area: "mobility".into(),
        ..item(plan::v1::ItemKind::Barrier, "barrier-1", "Tør ikke køre alene")
    };
    let follow_up = plan::v1::Item {
        section: "follow_ups".into(),
        status: "planned".into(),
        starts_on: "2027-03-01".into(),
        ..item(plan::v1::ItemKind::FollowUp, "follow-up-1", "Hvordan går det med bussen?")
    };
    let source_plan = plan::v1::Item {
        section: "source_plans".into(),
        status: "ended".into(),
        starts_on: String::new(),
        plan_kind: "section-141".into(),
        recorded_on: "2026-01-15".into(),
        in_force: false,
        ..item(plan::v1::ItemKind::SourcePlan, "plan-1", "Center Nord")
    };
    let brother = plan::v1::Item {
        section: "relations".into(),
        relation: Some(plan::v1::Relation {
            kinship: plan::v1::Kinship::Sibling.into(),
            name: "Ib Ærøe".into(),
            cpr_masked: "620384-****".into(),
            provision: "databeskyttelsesloven-11".into(),
            ..plan::v1::Relation::default()
        }),
        ..item(plan::v1::ItemKind::Relation, "relation-1", "Søskende")
    };
    [barrier, follow_up, source_plan, brother]
}

pub(crate) fn history() -> plan::v1::GetHistoryResponse {
    let change = |number, minutes, event: &str, text: &str, items: &[&str]| plan::v1::Change {
        number,
        at: Some(at(minutes)),
        by: "anna".into(),
        event: event.into(),
        text: text.into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    };
    plan::v1::GetHistoryResponse {
        changes: vec![
            change(2, 5, "item_recorded.v1", "Mål tilføjet: Tage bussen alene", &["Goal/goal-1"]),
            change(1, 0, "citizen_registered.v1", "Planen blev oprettet", &[]),
        ],
        version: 2,
    }
}

pub(crate) fn catalogue() -> plan::v1::ListCatalogueResponse {
    let entry = |id: &str, name: &str| plan::v1::CatalogueEntry { id: id.into(), name: name.into() };
    let exemption = |id: &str, name: &str, adopted| plan::v1::Exemption {
        id: id.into(),
        name: name.into(),
        valid_from: "2017-10-01".into(),
        valid_until: "2020-07-01".into(),
        adopted,
    };
    plan::v1::ListCatalogueResponse {
        on: "2019-06-30".into(),
        version: 2,
        sectors: vec![entry("social", "Social indsats for voksne"), entry("employment", "Beskæftigelse")],
        areas_of_life: vec![entry("economy", "Økonomi")],
        plan_kinds: vec![entry("min-plan", "Min Plan")],
        provisions: vec![plan::v1::Provision {
            id: "servicelov-85".into(),
            citation: "serviceloven § 85, socialpædagogisk støtte".into(),
            uses: vec![plan::v1::ProvisionUse::Intervention.into()],
        }],
        exemptions: vec![
            exemption("frikommune-31", "§ 31: opfølgningssamtaler tilrettelægges fleksibelt", false),
            exemption("frikommune-33", "§ 33: ret- og pligttilbud sættes i bero", true),
        ],
        target_groups: vec![plan::v1::TargetGroup {
            id: "gribskov-families".into(),
            name: "Familier med sager i flere centre".into(),
            criteria: vec![
                plan::v1::Criterion {
                    id: "family".into(),
                    name: "Er en familie med børn".into(),
                    answered_by_the_number: false,
                },
                plan::v1::Criterion {
                    id: "several-centres".into(),
                    name: "Har sager i flere af kommunens centre".into(),
                    answered_by_the_number: false,
                },
            ],
            valid_from: "2017-10-01".into(),
            valid_until: String::new(),
            decision: "Gribskovs valg af målgrupper for forsøget".into(),
        }],
    }
}
