//! Messages as a node could send them. Everyone in them is invented: the numbers are replacement numbers.

use enplan_proto::worklist::v1::ListDeadlinesResponse;
use enplan_proto::{
    administration, basis, exchange, handover, household, plan, relocation, session, statement, statistics,
    terminology, worklist,
};
use prost_types::Timestamp;

pub(crate) const CASE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
pub(crate) const BASIS: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
pub(crate) const TRANSFER: &str = "01890a5d-ac96-774b-bcce-b302099a8059";
pub(crate) const ITEM: &str = "01890a5d-ac96-774b-bcce-b302099a805a";
pub(crate) const VERSION: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
pub(crate) const FAMILY: &str = "01890a5d-ac96-774b-bcce-b302099a805b";

/// 12 January 2027, so many minutes after noon in UTC.
fn at(minutes: i64) -> Timestamp {
    Timestamp { seconds: 1_799_755_200 + minutes * 60, nanos: 0 }
}

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

fn item(kind: plan::v1::ItemKind, id: &str, title: &str) -> plan::v1::Item {
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

fn candidate(id: &str, title: &str, sector: &str, source: &str) -> plan::v1::Candidate {
    let item = item(plan::v1::ItemKind::Goal, id, title);
    plan::v1::Candidate {
        item: Some(plan::v1::Item { sector: sector.into(), ..item }),
        source: source.into(),
    }
}

pub(crate) fn merge_proposals() -> plan::v1::ListMergeProposalsResponse {
    let proposal = plan::v1::MergeProposal {
        items: vec![
            candidate("Goal/a", "At gå tre kilometer om dagen", "employment", "Min Plan"),
            candidate("Goal/b", "Gå tre kilometer om dagen", "health", "rapport a1b2, Hillerød"),
        ],
        why: vec!["NEAR_WORDS".into(), "SAME_TIME".into()],
        text: "næsten samme ord, samme tid".into(),
    };
    plan::v1::ListMergeProposalsResponse { proposals: vec![proposal], version: 7 }
}

pub(crate) fn merge_preview() -> plan::v1::PreviewMergeIntoResponse {
    plan::v1::PreviewMergeIntoResponse {
        taken: vec![candidate("Goal/b", "Gå tre kilometer om dagen", "health", "rapport a1b2, Hillerød")],
        newer: vec![candidate("Goal/c", "Bo alene med støtte", "housing", "anna")],
        kept: vec![candidate("Goal/d", "Komme i arbejde", "employment", "bo")],
        relations: vec!["RelatedPerson/e".into()],
        bases_that_stay: plan().bases,
        protects: true,
        came_from: "0219".into(),
        proposals: merge_proposals().proposals,
        version: 4,
        into_version: 11,
    }
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

pub(crate) fn statements() -> statement::v1::ListStatementsResponse {
    use statement::v1::{Statement, StatementKind as Kind, StatementStanding as Standing};
    let mother = Statement {
        statement_id: "RelatedPerson/mor".into(),
        kind: Kind::Relation.into(),
        standing: Standing::Waiting.into(),
        text: "mor".into(),
        name: "TESTDATA Mor".into(),
        cpr_masked: "620255-****".into(),
        kinship: plan::v1::Kinship::Parent.into(),
        source: "bundle-7".into(),
        as_of: Some(at(-30)),
        until: "2027-03-13".into(),
        ..Statement::default()
    };
    let consent = Statement {
        statement_id: "Consent/c".into(),
        kind: Kind::Consent.into(),
        text: "Samtykke, givet 07.01.2027: Hans mor må få alt at vide".into(),
        name: String::new(),
        cpr_masked: String::new(),
        kinship: 0,
        problem: "STATED_CONSENT_WITHOUT_GIVER".into(),
        problem_text: "Rapporten siger ikke, hvem der har givet samtykket.".into(),
        ..mother.clone()
    };
    let acting = Statement {
        statement_id: "CarePlan/p".into(),
        kind: Kind::Acting.into(),
        standing: Standing::Waiting.into(),
        text: "Handlekommune: Hillerød".into(),
        source: "bundle-7".into(),
        as_of: Some(at(-30)),
        ..Statement::default()
    };
    let dismissed = Statement {
        statement_id: "RelatedPerson/far".into(),
        standing: Standing::Dismissed.into(),
        as_of: Some(at(-90)),
        reason: "Han er stedfar".into(),
        decided_by: "anna".into(),
        decided_at: Some(at(-60)),
        ..Statement::default()
    };
    statement::v1::ListStatementsResponse { statements: vec![mother, consent, acting, dismissed] }
}

pub(crate) fn findings() -> plan::v1::ListFindingsResponse {
    let finding = |code: &str, title: &str, text: &str, items: &[&str]| plan::v1::Finding {
        code: code.into(),
        title: title.into(),
        text: text.into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        conflict: code == "TOO_MANY_CONTACTS",
        acknowledged: None,
    };
    let idle = |goal: &str, id: &str| {
        let text =
            format!("Ingen gør noget for målet »{goal}«. Tilføj en indsats, eller opgiv målet med en grund.");
        finding("GOAL_WITHOUT_ACTION", "Mål uden indsats", &text, &[id])
    };
    let contacts = plan::v1::Finding {
        acknowledged: Some(plan::v1::Acknowledgement {
            by: "anna".into(),
            at: Some(at(-20)),
            reason: "Aftalt med borgeren".into(),
            item_id: "Communication/note-2".into(),
        }),
        ..finding(
            "TOO_MANY_CONTACTS",
            "Mange kontaktpersoner",
            "Borgeren har 4 kontaktpersoner: Bo Lund, Ida Dam, Jens Holm og Mia Ege. Aftal, om den med den nærmeste \
             relation kan tage flere opgaver.",
            &["CarePlan/a", "CarePlan/b"],
        )
    };
    let findings = vec![contacts, idle("Komme i arbejde", "Goal/a"), idle("Cykle", "Goal/b")];
    plan::v1::ListFindingsResponse { findings, version: 7 }
}

pub(crate) fn agenda() -> plan::v1::GetAgendaResponse {
    let point = |topic: plan::v1::Topic, finding: &str, text: &str, item: &str| plan::v1::AgendaPoint {
        topic: topic.into(),
        finding: finding.into(),
        text: text.into(),
        items: vec![item.to_owned()],
    };
    let conflict = "Mål, der trækker hver sin vej: »Ro på« og »Fuld tid«";
    let wish = "»Jeg vil gerne kunne besøge min søster«";
    plan::v1::GetAgendaResponse {
        points: vec![
            point(plan::v1::Topic::Conflict, "OPPOSING_AIMS", conflict, "Goal/a"),
            point(plan::v1::Topic::Wish, "", wish, "wish-1"),
        ],
        version: 7,
    }
}

fn beside_goals() -> [plan::v1::Item; 4] {
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

pub(crate) fn import() -> plan::v1::ImportBundleResponse {
    let finding = |resource: &str, element: &str, code: &str, text: &str| plan::v1::ImportFinding {
        resource: resource.into(),
        element: element.into(),
        code: code.into(),
        text: text.into(),
        title: "Tage bussen alene".into(),
    };
    plan::v1::ImportBundleResponse {
        case_id: CASE.into(),
        created: true,
        taken: vec![finding("Goal/goal-1", "", "GOAL_TAKEN", "Taget ind som mål.")],
        updated: vec![],
        unchanged: 3,
        listed: vec![finding(
            "Goal/goal-1",
            "extension[0]",
            "EXTENSION_UNKNOWN",
            "Udvidelsen er ikke forstået.",
        )],
        version: 1,
    }
}

pub(crate) fn citizens_imported() -> exchange::v1::ImportCitizensResponse {
    use exchange::v1::citizen_import::Outcome;
    let one = |resource: &str, outcome| exchange::v1::CitizenImport {
        resource: resource.into(),
        outcome: Some(outcome),
    };
    let refused = exchange::v1::ImportRefusal {
        code: "BUNDLE_CITIZEN_DIED".into(),
        text: "Borgeren er død og har ingen plan her. Der oprettes ingen.".into(),
    };
    let family = plan::v1::ImportFinding {
        resource: "Group/familie".into(),
        element: "Group".into(),
        code: "FAMILY".into(),
        text: "en familie på 2: hver har sin egen plan".into(),
        title: String::new(),
    };
    exchange::v1::ImportCitizensResponse {
        citizens: vec![
            one("Patient/1", Outcome::Taken(import())),
            one("Patient/2", Outcome::Refused(refused)),
        ],
        rest: vec![family],
    }
}

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

/// Two dimensions and three tables.
pub(crate) fn manifest() -> statistics::v1::GetManifestResponse {
    let bin = |name: &str, danish: &str| statistics::v1::Bin { name: name.into(), danish: danish.into() };
    let dimension = |name: &str, danish: &str, definition: [&str; 2], bins| statistics::v1::Dimension {
        name: name.into(),
        danish: danish.into(),
        definition_danish: definition[0].into(),
        definition_english: definition[1].into(),
        bins,
    };
    let table = |name: &str, danish: &str, dimensions: &[&str]| statistics::v1::Table {
        name: name.into(),
        danish: danish.into(),
        dimensions: dimensions.iter().map(|name| (*name).to_owned()).collect(),
    };
    let years = ["Borgerens alder den sidste dag i kvartalet.", "The citizen's age on the epoch's last day."];
    let came_of_it = ["Hvad borgeren har nået.", "What the citizen has reached."];
    statistics::v1::GetManifestResponse {
        version: 1,
        digest: vec![7; 32],
        threshold: 5,
        present: 3,
        changed: 3,
        dimensions: vec![
            dimension(
                "age-band",
                "Alder",
                years,
                vec![bin("0-29", "Under 30 år"), bin("30-", "30 år og over")],
            ),
            dimension(
                "outcome",
                "Resultat",
                came_of_it,
                vec![bin("work", "Arbejde"), bin("none", "Intet endnu")],
            ),
        ],
        tables: vec![
            table("citizens", "Borgere med én plan", &[]),
            table("age-band", "Alder", &["age-band"]),
            table("outcome-by-age", "Resultat efter alder", &["outcome", "age-band"]),
        ],
    }
}

/// The third quarter of 2019: one cell is hidden, and another with it; one can't be.
pub(crate) fn release() -> statistics::v1::GetReleaseResponse {
    use statistics::v1::{Cell, CellStatus, ReleasedTable, TableState};
    let shown = |value| Cell { status: CellStatus::Published.into(), value };
    let hidden = Cell { status: CellStatus::Suppressed.into(), value: 0 };
    let impossible = Cell { status: CellStatus::Impossible.into(), value: 0 };
    let table = |name: &str, state: TableState, published: &str, cells| ReleasedTable {
        name: name.into(),
        state: state.into(),
        published: published.into(),
        cells,
    };
    statistics::v1::GetReleaseResponse {
        epoch: "2019-Q3".into(),
        as_of: "2019-09-30".into(),
        manifest: 1,
        participants: ["0201", "0151", "0210", "0250", "0190", "0270", "0260", "0217"]
            .map(str::to_owned)
            .into(),
        absent: vec!["0219".into()],
        tables: vec![
            table("citizens", TableState::Published, "2019-Q3", vec![shown(211)]),
            table("age-band", TableState::Unchanged, "2019-Q2", vec![shown(90), shown(119)]),
            table(
                "outcome-by-age",
                TableState::Published,
                "2019-Q3",
                vec![shown(31), hidden, shown(58), impossible],
            ),
        ],
    }
}

/// What the municipality itself counted.
pub(crate) fn own_figures() -> statistics::v1::GetOwnFiguresResponse {
    let table = |name: &str, counts| statistics::v1::OwnTable { name: name.into(), counts };
    statistics::v1::GetOwnFiguresResponse {
        epoch: "2019-Q3".into(),
        tables: vec![
            table("citizens", vec![23]),
            table("age-band", vec![9, 14]),
            table("outcome-by-age", vec![3, 1, 6, 0]),
        ],
    }
}

/// One manifest that holds, and one that waits for two.
pub(crate) fn manifests() -> statistics::v1::ListManifestsResponse {
    let manifest = |version, awaits: &[&str], in_force| statistics::v1::ManifestSummary {
        version,
        digest: vec![7; 32],
        approved_by: vec!["0201".into()],
        awaits: awaits.iter().map(|code| (*code).to_owned()).collect(),
        in_force,
    };
    statistics::v1::ListManifestsResponse {
        manifests: vec![manifest(1, &[], true), manifest(2, &["0270", "0219"], false)],
    }
}

/// One epoch that was released, and one that is under way.
pub(crate) fn epochs() -> statistics::v1::ListEpochsResponse {
    let epoch = |epoch: &str, state: statistics::v1::EpochState| statistics::v1::EpochSummary {
        epoch: epoch.into(),
        manifest: 1,
        state: state.into(),
        participants: vec!["0201".into(), "0151".into(), "0210".into()],
        absent: vec!["0219".into()],
    };
    statistics::v1::ListEpochsResponse {
        epochs: vec![
            epoch("2019-Q3", statistics::v1::EpochState::Released),
            epoch("2019-Q4", statistics::v1::EpochState::Started),
        ],
    }
}
