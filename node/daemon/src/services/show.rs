//! Plans as messages show them.

use std::collections::{BTreeSet, HashSet};

use enplan_domain::deadlines::{Urgency, deadlines};
use enplan_domain::fhir::{ImportReport, NotUnderstood};
use enplan_domain::handover::Hold;
use enplan_domain::plan::{
    Address, Aspect, CloseReason, Code, Item, ItemKey, ItemKind, Life, LinkRole, Plan, Source, Status,
    arrival,
};
use enplan_domain::statements::{Heard, Received, Statement};
use enplan_domain::terminology::Terminology;
use enplan_domain::{CaseId, Cpr, Date, danish_day};
use enplan_federation::basis_kind;
use enplan_federation::wire::proto_time;
use enplan_proto::plan::v1 as proto;
use enplan_vault::CaseSummary;

use super::casework::Case;
use super::masking::Masking;
use super::relocation::reason_text;
use super::{Desk, assessing, relation, show_coordination, show_deadline, statement, voice};
use crate::failure::Failure;

/// A plan; as of a day where the case is as it was then.
pub(super) async fn plan(desk: &Desk, case: &Case, as_of: Option<Date>) -> Result<proto::Plan, Failure> {
    let Case { stored, plan, .. } = case;
    let row = &stored.row;
    let day = as_of.unwrap_or_else(|| danish_day(desk.clock.now()));
    let terminology = desk.code_systems.loaded();
    let arrival = plan.arrivals.last();
    let protected = relation::protected_among(desk, plan).await?;
    let joined = plan.joined();
    let as_read = |item: &Item| {
        let leading = &plan.leading(item).key;
        joined.items.get(&item.key).unwrap_or(item).clone().joining(leading)
    };
    let masking = Masking::of(desk.municipality, case.hides_destination);
    // What was said is kept as it is now alone.
    let said = match as_of {
        None => desk.statements(row.case).await?.received,
        Some(_) => Received::default(),
    };
    Ok(proto::Plan {
        case_id: row.case.to_string(),
        name: plan.citizen.name.reveal().to_owned(),
        cpr_masked: plan.citizen.cpr.masked(),
        protected: plan.citizen.protected,
        test_data: plan.citizen.cpr.is_replacement(),
        caseworker: plan.caseworker.to_string(),
        unit: row.unit.clone().unwrap_or_default(),
        hold: hold(row.hold).into(),
        counterpart: counterpart(desk, case, masking).await?,
        version: row.version,
        epoch: row.epoch.0,
        items: plan
            .live_items()
            .map(|item| proto::Item {
                meeting: show_coordination::meeting(plan, item, &terminology),
                ..self::item(&as_read(item), day, &terminology, &protected)
            })
            .collect(),
        bases: plan.bases.values().map(|one| basis(one, masking)).collect(),
        received_from: arrival.map(|arrival| arrival.from.to_string()).unwrap_or_default(),
        received_at: arrival.map(|arrival| proto_time(arrival.at)),
        left_out: arrival
            .map(|arrival| arrival.left_out.iter().map(|kind| kind.as_str().to_owned()).collect())
            .unwrap_or_default(),
        closed: match &plan.life {
            Life::Closed { reason, .. } => close_reason(*reason).to_owned(),
            Life::Open | Life::HandedOver { .. } => String::new(),
        },
        findings: findings(desk, case).await?,
        confirmed: desk.handovers.fence().is_confirmed(),
        address: match plan.citizen.address() {
            Address::Known(address) => address.reveal().to_owned(),
            Address::Unknown | Address::Protected => String::new(),
        },
        address_protected: plan.citizen.address() == Address::Protected,
        as_of: as_of.map(|day| day.to_string()).unwrap_or_default(),
        deadlines: match as_of {
            None => show_deadline::all(&deadlines(plan), day, &desk.adopted),
            Some(_) => Vec::new(),
        },
        incoherences: show_coordination::findings(desk, plan, day, &terminology),
        unread_notes: plan.unread_notes().map(|note| note.key.to_string()).collect(),
        residence: residence(desk, case, day).await?,
        acting: plan.municipality.to_string(),
        carried_over: Some(carried_over(desk, plan, day)),
        merged_into: plan.merged_into.map(|case| case.to_string()).unwrap_or_default(),
        cooperation: Some(statement::cooperation(&said)),
        statements_to_decide: u32::try_from(said.to_decide()).unwrap_or(u32::MAX),
    })
}

/// Where the citizen lives, and why the municipality acts all the same: two facts (retssikkerhedsloven § 9).
async fn residence(desk: &Desk, case: &Case, day: Date) -> Result<Option<proto::Residence>, Failure> {
    let known = desk.handovers.moves(case.stored.row.case).await?;
    let Some(residence) = known.docket.residence(day) else { return Ok(None) };
    let masking = Masking::of(desk.municipality, case.hides_destination);
    let kept = known.docket.kept(day);
    let waits = known.docket.waiting().is_some_and(|waiting| danish_day(waiting.heard_at) <= day);
    Ok(Some(proto::Residence {
        place: masking.place(residence.place),
        masked: masking.is_on(),
        since: residence.since.to_string(),
        kept_reason: kept.map(|(reason, _)| reason.to_owned()).unwrap_or_default(),
        kept_text: kept.map(|(reason, _)| reason_text(reason, day)).unwrap_or_default(),
        waits,
    }))
}

/// What came with the plan and wants looking at (BEK 2006/2020 § 135).
fn carried_over(desk: &Desk, plan: &Plan, day: Date) -> proto::CarriedOver {
    let me = desk.municipality;
    let obligations = arrival::obligations(plan, me, day);
    let not_adopted = arrival::not_adopted(plan, me, &desk.adopted, day);
    proto::CarriedOver {
        obligations: obligations.iter().map(|item| item.key.to_string()).collect(),
        exemptions_not_adopted: not_adopted.iter().map(ToString::to_string).collect(),
    }
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Finished => "finished",
        CloseReason::CitizenDeclined => "citizen_declined",
        CloseReason::MovedAway => "moved_away",
        CloseReason::Died => "died",
        CloseReason::Merged => "merged",
    }
}

/// What a caseworker must act on.
async fn findings(desk: &Desk, case: &Case) -> Result<Vec<String>, Failure> {
    let open = desk.handovers.open_cases(&case.stored.cpr).await?;
    let others = open.iter().filter(|(row, _)| row.case != case.stored.row.case);
    Ok(others.map(|_| "CITIZEN_HAS_ANOTHER_PLAN".to_owned()).collect())
}

async fn counterpart(desk: &Desk, case: &Case, masking: Masking) -> Result<String, Failure> {
    let row = &case.stored.row;
    let Some(transfer) = row.hold.transfer() else { return Ok(String::new()) };
    Ok(match desk.handovers.find(transfer).await {
        // Where somebody goes whom a protected person goes with is where that person goes.
        Ok(record) if record.family.is_some() && desk.handovers.moves_with_protected(row.case).await? => {
            String::new()
        }
        Ok(record) => masking.municipality(record.counterpart()),
        Err(_) => String::new(),
    })
}

/// A line of a work list. `waiting` are the cases where a move waits for a decision.
pub(super) fn summary(
    desk: &Desk,
    case: &CaseSummary,
    waiting: &HashSet<CaseId>,
) -> Result<proto::PlanSummary, Failure> {
    let summary = case.plan_summary()?;
    let row = &case.row;
    // Another municipality's now: the list says where the case went, and of the citizen nothing any more.
    let served = row.hold.is_readable();
    let masked = if served { summary.masked_cpr.reveal().to_owned() } else { String::new() };
    let today = danish_day(desk.clock.now());
    let kept = summary.deadlines.filter(|_| served).unwrap_or_default();
    let due: Vec<_> = kept.iter().filter_map(|deadline| deadline.standing(today, &desk.adopted)).collect();
    let overdue = due.iter().filter(|standing| standing.urgency == Urgency::Overdue).count();
    let next_due = due.iter().map(|standing| standing.due).min();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(proto::PlanSummary {
        case_id: row.case.to_string(),
        name: if served { summary.name.reveal().to_owned() } else { String::new() },
        test_data: masked.as_bytes().first().is_some_and(|first| *first >= b'6'),
        cpr_masked: masked,
        protected: summary.protected,
        caseworker: summary.caseworker.to_string(),
        unit: row.unit.clone().unwrap_or_default(),
        hold: hold(row.hold).into(),
        goals: count(summary.counts.goals),
        actions: count(summary.counts.actions),
        updated_at: Some(proto_time(summary.changed_at.unwrap_or(row.updated_at))),
        next_due_on: next_due.map(|day| day.to_string()).unwrap_or_default(),
        overdue: count(overdue),
        note_waits: served && summary.note_waits,
        relocation_waits: served && waiting.contains(&row.case),
    })
}

fn hold(hold: Hold) -> proto::Hold {
    match hold {
        Hold::Active => proto::Hold::Active,
        Hold::Frozen(_) => proto::Hold::Frozen,
        Hold::Pending(_) => proto::Hold::Pending,
        Hold::HandedOver(_) => proto::Hold::HandedOver,
    }
}

/// An item as of a day. Whoever else it names is masked where they are among the protected.
pub(super) fn item(
    item: &Item,
    day: Date,
    terminology: &Terminology,
    protected: &BTreeSet<Cpr>,
) -> proto::Item {
    let status = item.status_on(day);
    proto::Item {
        kind: kind(item.kind).into(),
        id: item.key.to_string(),
        resource_type: item.key.resource_type().to_owned(),
        title: match &item.relation {
            Some(relation) => relation.kinship.danish().to_owned(),
            None => terminology.title(item),
        },
        codes: item.codes.iter().map(|code| coding(code, terminology)).collect(),
        status: word(status).to_owned(),
        starts_on: item.starts.map(|when| when.day().to_string()).unwrap_or_default(),
        ends_on: item.ends.map(|when| when.day().to_string()).unwrap_or_default(),
        sector: item.sector.to_string(),
        section: item.section().to_string(),
        provenance: Some(proto::Provenance {
            municipality: item.provenance.municipality.to_string(),
            source: match &item.provenance.source {
                Source::Staff { by } => by.to_string(),
                Source::Report { bundle, .. } => bundle.clone().unwrap_or_default(),
            },
            recorded_at: Some(proto_time(item.provenance.as_of)),
        }),
        in_force: matches!(status, Status::Active | Status::Planned | Status::OnHold),
        said_by: voice::shown(item.said_by).into(),
        area: item.area.clone().unwrap_or_default(),
        plan_kind: item.plan_kind.clone().unwrap_or_default(),
        provision: item.agreed.provision.clone().unwrap_or_default(),
        exemption: item.agreed.exemption.clone().unwrap_or_default(),
        contact: item.agreed.contact.as_ref().map(|contact| proto::Contact {
            name: contact.name.reveal().to_owned(),
            place: contact.place.reveal().to_owned(),
            phone: contact.phone.reveal().to_owned(),
        }),
        ready_when: item.agreed.ready_when.reveal().to_owned(),
        waits_for_readiness: item.waits_for_readiness(),
        outcome: item.outcome.reveal().to_owned(),
        links: item
            .links
            .iter()
            .map(|link| proto::Link {
                role: role(link.role).into(),
                item_id: link.target.to_string(),
                rank: link.rank.unwrap_or_default(),
            })
            .collect(),
        recorded_on: item.recorded.map(|when| when.day().to_string()).unwrap_or_default(),
        // What it had before it is in the plan's words.
        meeting: None,
        doer: item.doer.reveal().to_owned(),
        reach: show_coordination::reach(item.reach).into(),
        acknowledges: item
            .acknowledges
            .as_ref()
            .map(|seen| seen.code.as_str().to_owned())
            .unwrap_or_default(),
        note_to: item.note_to.as_ref().map(ToString::to_string).unwrap_or_default(),
        provider: item.agreed.provider.reveal().to_owned(),
        expected: item.agreed.expected.map(|expected| expected.to_string()).unwrap_or_default(),
        granted: item.agreed.granted.map(|grant| proto::Grant {
            decided_on: grant.decided.to_string(),
            binds_until: grant.binds_until.map(|until| until.to_string()).unwrap_or_default(),
        }),
        relation: item.relation.as_deref().map(|relation| relation::shown(relation, protected)),
        shared: !item.shared.is_empty(),
        score: item.score.map(|score| u32::from(score.number())).unwrap_or_default(),
        target_group: item.target_group.as_ref().map(|assessed| assessing::shown(assessed, item.starts)),
        details: item
            .details
            .iter()
            .map(|detail| proto::Detail {
                aspect: aspect(detail.aspect).into(),
                code: Some(coding(&detail.code, terminology)),
            })
            .collect(),
    }
}

fn coding(code: &Code, terminology: &Terminology) -> proto::Coding {
    proto::Coding {
        system: code.system.clone(),
        code: code.code.clone(),
        display: terminology.words(code).unwrap_or_default().to_owned(),
    }
}

fn aspect(aspect: Aspect) -> proto::Aspect {
    match aspect {
        Aspect::GoalType => proto::Aspect::GoalType,
        Aspect::TargetLevel => proto::Aspect::TargetLevel,
        Aspect::Severity => proto::Aspect::Severity,
        Aspect::Value => proto::Aspect::Value,
        Aspect::Verification => proto::Aspect::Verification,
        Aspect::Intent => proto::Aspect::Intent,
        Aspect::ReportedStatus => proto::Aspect::ReportedStatus,
        Aspect::ActivityStatus => proto::Aspect::ActivityStatus,
        Aspect::Description => proto::Aspect::Description,
        Aspect::ContactClass => proto::Aspect::ContactClass,
    }
}

fn role(role: LinkRole) -> proto::LinkRole {
    match role {
        LinkRole::Addresses => proto::LinkRole::Addresses,
        LinkRole::BasedOn => proto::LinkRole::BasedOn,
        LinkRole::ProvidedBy => proto::LinkRole::ProvidedBy,
        LinkRole::Finding => proto::LinkRole::Finding,
        LinkRole::Outcome => proto::LinkRole::Outcome,
        LinkRole::Focus => proto::LinkRole::Focus,
        LinkRole::FollowedUpBy => proto::LinkRole::FollowedUpBy,
        LinkRole::Serves => proto::LinkRole::Serves,
        LinkRole::TakenFrom => proto::LinkRole::TakenFrom,
        LinkRole::DecidedAt => proto::LinkRole::DecidedAt,
        LinkRole::Opposes => proto::LinkRole::Opposes,
        LinkRole::JoinedTo => proto::LinkRole::JoinedTo,
    }
}

fn kind(kind: ItemKind) -> proto::ItemKind {
    match kind {
        ItemKind::Wish => proto::ItemKind::Wish,
        ItemKind::Purpose => proto::ItemKind::Purpose,
        ItemKind::Goal => proto::ItemKind::Goal,
        ItemKind::SubGoal => proto::ItemKind::SubGoal,
        ItemKind::GrantedPlan => proto::ItemKind::Grant,
        ItemKind::Intervention => proto::ItemKind::Action,
        ItemKind::Provider => proto::ItemKind::Provider,
        ItemKind::TargetGroup => proto::ItemKind::TargetGroup,
        ItemKind::Condition => proto::ItemKind::Condition,
        ItemKind::FollowUp => proto::ItemKind::FollowUp,
        ItemKind::FollowUpResult => proto::ItemKind::Evaluation,
        ItemKind::Request => proto::ItemKind::Request,
        ItemKind::Assessment => proto::ItemKind::Assessment,
        ItemKind::SupportNeed => proto::ItemKind::SupportNeed,
        ItemKind::Note => proto::ItemKind::Note,
        ItemKind::Barrier => proto::ItemKind::Barrier,
        ItemKind::Resource => proto::ItemKind::Resource,
        ItemKind::SourcePlan => proto::ItemKind::SourcePlan,
        ItemKind::Relation => proto::ItemKind::Relation,
        ItemKind::Hearing => proto::ItemKind::Hearing,
        ItemKind::NetworkMeeting => proto::ItemKind::NetworkMeeting,
        ItemKind::Decision => proto::ItemKind::Decision,
        ItemKind::SelfAssessment => proto::ItemKind::SelfAssessment,
        ItemKind::TargetGroupAssessment => proto::ItemKind::TargetGroupAssessment,
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Proposed => "proposed",
        Status::Planned => "planned",
        Status::Active => "active",
        Status::OnHold => "on-hold",
        Status::Ended => "ended",
        Status::Cancelled => "cancelled",
        Status::Withdrawn => "withdrawn",
        Status::Unknown => "unknown",
    }
}

pub(super) fn basis(basis: &enplan_domain::basis::LegalBasis, masking: Masking) -> proto::BasisSummary {
    proto::BasisSummary {
        basis_id: basis.id().to_string(),
        kind: basis_kind(basis).to_owned(),
        recipient: masking.municipality(basis.recipient()),
        sections: basis.sections().iter().map(ToString::to_string).collect(),
        valid_until: basis.last_day().map(|day| day.to_string()).unwrap_or_default(),
        withdrawn_at: basis.withdrawal().map(|stamp| proto_time(stamp.at)),
        provision: basis.draft().provision.clone(),
    }
}

/// What an import did, as the importer is told. `plan` is the plan after it.
pub(super) fn import(
    desk: &Desk,
    case: CaseId,
    created: bool,
    (version, plan, report, heard): (u64, &Plan, &ImportReport, &[(Statement, Heard)]),
) -> proto::ImportBundleResponse {
    let terminology = desk.code_systems.loaded();
    let title = |key: &ItemKey| plan.items.get(key).map(|item| terminology.title(item)).unwrap_or_default();
    let of = |code: &'static str, text: &'static str| {
        move |key: &ItemKey| finding(key.to_string(), String::new(), code, text).with_title(title(key))
    };
    let updated = report
        .updated
        .iter()
        .map(of("UPDATED", "ændret"))
        .chain(report.withdrawn.iter().map(of("WITHDRAWN", "trukket tilbage: registreret ved en fejl")))
        .chain(report.ended.iter().map(of("ENDED", "afsluttet")));
    let moved = report.moved.iter().map(|moved| &moved.item);
    let moved = moved.map(of("MOVED", "hører nu under en anden plan: se efter i kilden"));
    let joined = report
        .joined
        .iter()
        .map(of("JOINED", "ændret, og lagt sammen med noget andet: se efter, om det stadig er det samme"));
    let kept = report.kept_newer.iter().map(of("KEPT_NEWER", "planen ved noget nyere, som bliver stående"));
    let listed = report.not_understood.iter().map(|not| {
        let key = ItemKey::new(&not.resource_type, &not.id).ok();
        not_understood(not, key.as_ref().map(title).unwrap_or_default())
    });
    let broken = report.broken_rules.iter().map(|(key, broken)| {
        let text = format!("taget ind, men bryder en regel i profilen {}", broken.profile.name());
        finding(key.to_string(), broken.element.clone(), broken.rule.code(), "")
            .with_text(text)
            .with_title(title(key))
    });
    let remarks = report
        .remarks
        .iter()
        .map(|remark| finding("Patient".to_owned(), String::new(), "REMARK", "").with_text(remark.danish()));
    let said = heard.iter().filter_map(|(statement, heard)| {
        let (code, ends) = match (heard, statement.said.must_be_decided()) {
            (Heard::New, true) => ("STATEMENT", "venter på, at du tager det over eller afviser det"),
            (Heard::New, false) => ("STATEMENT", "står på planen, til orientering"),
            (Heard::Changed, _) => ("STATEMENT_CHANGED", "rapporten siger noget andet end før: se efter"),
            (Heard::TakenBack, _) => ("STATEMENT_TAKEN_BACK", "gælder ikke mere, siger kilden"),
            (Heard::Unchanged | Heard::Older | Heard::Known, _) => return None,
        };
        let text = format!("{}: {ends} (enplan statement list)", statement::text(&statement.said));
        Some(finding(statement.key.to_string(), String::new(), code, "").with_text(text))
    });
    proto::ImportBundleResponse {
        case_id: case.to_string(),
        created,
        taken: report.added.iter().map(of("TAKEN", "ny i planen")).collect(),
        updated: updated.collect(),
        unchanged: u32::try_from(report.unchanged.len()).unwrap_or(u32::MAX),
        listed: said
            .chain(listed)
            .chain(broken)
            .chain(moved)
            .chain(joined)
            .chain(kept)
            .chain(remarks)
            .collect(),
        version,
    }
}

fn finding(resource: String, element: String, code: &str, text: &str) -> proto::ImportFinding {
    let (code, text, title) = (code.to_owned(), text.to_owned(), String::new());
    proto::ImportFinding { resource, element, code, text, title }
}

trait Saying {
    fn with_text(self, text: String) -> Self;
    fn with_title(self, title: String) -> Self;
}

impl Saying for proto::ImportFinding {
    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    fn with_title(self, title: String) -> Self {
        Self { title, ..self }
    }
}

/// Something that is not in the plan, as the importer is told.
pub(super) fn not_understood(not: &NotUnderstood, title: String) -> proto::ImportFinding {
    let resource = format!("{}/{}", not.resource_type, not.id);
    finding(resource, not.path.clone(), not.reason.code(), "")
        .with_text(not.reason.danish())
        .with_title(title)
}
