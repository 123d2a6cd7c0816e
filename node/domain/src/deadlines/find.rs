//! The deadlines of a plan, kind by kind.

use jiff::civil::Date;

use super::{Deadline, DeadlineKind, WaitsFor, exemption_ends};
use crate::catalogue::{self, terms};
use crate::plan::{Item, ItemKind, Life, LinkRole, Plan, Source, Status};

/// Everything that is due in a plan, in no order: an open plan's alone.
pub fn deadlines(plan: &Plan) -> Vec<Deadline> {
    if plan.life != Life::Open {
        return Vec::new();
    }
    let follow_ups = plan.items_of(ItemKind::FollowUp).filter_map(follow_up);
    let actions = plan.items_of(ItemKind::Intervention).filter(|item| !is_over(item)).flat_map(of_action);
    let complaints = plan.items_of(ItemKind::Intervention).filter_map(complaint);
    let meetings = plan.items_of(ItemKind::NetworkMeeting).filter_map(meeting);
    let decisions = plan.items_of(ItemKind::Decision).filter_map(|decided| decision(plan, decided));
    let due = follow_ups
        .chain(meetings)
        .chain(decisions)
        .chain(actions)
        .chain(complaints)
        .chain(bases(plan))
        .chain(child_hearing(plan))
        .chain(child_plan(plan))
        .chain(youth_plan(plan))
        .chain(protection(plan));
    of_what_is_joined(plan, due.collect())
}

/// What is joined is one thing, so what both have is due once, of the one that leads. Each decision keeps the days that run
/// from it, and of what is over, only the citizen's.
fn of_what_is_joined(plan: &Plan, due: Vec<Deadline>) -> Vec<Deadline> {
    let part = |deadline: &Deadline| {
        let item = plan.items.get(deadline.item.as_ref()?)?;
        plan.is_part(item).then(|| plan.leading(item))
    };
    let (parts, mut due): (Vec<_>, Vec<_>) = due.into_iter().partition(|deadline| part(deadline).is_some());
    for deadline in parts {
        let Some(leading) = part(&deadline) else { continue };
        let moved = Deadline { item: Some(leading.key.clone()), ..deadline };
        let same =
            |there: &Deadline| (there.kind, there.due, &there.item) == (moved.kind, moved.due, &moved.item);
        let holds = !is_over(leading) || moved.kind == DeadlineKind::Complaint;
        if holds && !due.iter().any(same) {
            due.push(moved);
        }
    }
    due
}

fn about(item: &Item, kind: DeadlineKind, due: Date, waits_for: WaitsFor) -> Deadline {
    let (item_key, sector) = (Some(item.key.clone()), Some(item.sector.clone()));
    Deadline {
        item: item_key,
        sector,
        text: item.text.title(),
        last_day: last_day(item),
        ..Deadline::new(kind, due, waits_for)
    }
}

fn is_over(item: &Item) -> bool {
    matches!(item.status, Status::Ended | Status::Cancelled | Status::Withdrawn)
}

/// The last day on which [`Item::status_on`] does not find an item over by its end.
fn last_day(item: &Item) -> Option<Date> {
    let ends = item.ends.filter(|_| item.kind != ItemKind::FollowUp)?.day();
    match item.provenance.source {
        Source::Staff { .. } => Some(ends),
        Source::Report { .. } => ends.yesterday().ok(),
    }
}

fn follow_up(item: &Item) -> Option<Deadline> {
    let on = item.starts.filter(|_| item.status == Status::Planned)?.day();
    Some(about(item, DeadlineKind::FollowUp, on, WaitsFor::Caseworker))
}

/// One that is planned: a meeting is held by recording its minutes, so one whose day has passed waits for them.
fn meeting(item: &Item) -> Option<Deadline> {
    let on = item.starts.filter(|_| item.status == Status::Planned)?.day();
    Some(about(item, DeadlineKind::NetworkMeeting, on, WaitsFor::Caseworker))
}

/// What somebody promised at a meeting. What became of the action that it turned into is read from the plan as it is: an action
/// that ends by its day alone is still asked about until somebody says that the decision is done.
fn decision(plan: &Plan, item: &Item) -> Option<Deadline> {
    let by = item.ends?.day();
    let is_done = plan.is_carried_out(item, item.starts.map_or(by, crate::plan::When::day));
    let due = about(item, DeadlineKind::Decision, by, WaitsFor::Doer);
    (!is_done).then(|| Deadline { whom: item.doer.clone(), last_day: None, ..due })
}

fn of_action(item: &Item) -> Vec<Deadline> {
    let (starts, ends) = (item.starts.map(crate::plan::When::day), last_day(item));
    let has_provider =
        !item.agreed.provider.is_empty() || item.links_to(LinkRole::ProvidedBy).next().is_some();
    let provider = if has_provider { WaitsFor::Provider } else { WaitsFor::Caseworker };
    let begins = starts.filter(|_| item.status == Status::Planned);
    let is_under_way = matches!(item.status, Status::Active | Status::OnHold);
    let expected = item.agreed.expected.filter(|_| is_under_way && ends.is_none());
    let readiness = item
        .waits_for_readiness()
        .then(|| terms::READINESS.last_day(crate::danish_day(item.provenance.as_of)));
    let exemption = item.agreed.exemption.as_deref();
    [
        begins.map(|day| {
            let whom = item.agreed.provider.clone();
            Deadline { whom, ..about(item, DeadlineKind::ActionBegins, day, provider) }
        }),
        ends.map(|day| about(item, DeadlineKind::ActionEnds, day, WaitsFor::Caseworker)),
        starts.zip(expected).map(|(starts, expected)| {
            about(item, DeadlineKind::ActionOutlasts, expected.last_day(starts), WaitsFor::Caseworker)
        }),
        readiness.map(|day| about(item, DeadlineKind::Readiness, day, WaitsFor::Citizen)),
        item.agreed
            .granted
            .and_then(|grant| grant.binds_until)
            .map(|until| about(item, DeadlineKind::GrantEnds, until, WaitsFor::Caseworker)),
        exemption.and_then(exemption_ends).map(|day| Deadline {
            exemption: exemption.map(str::to_owned),
            ..about(item, DeadlineKind::ExemptionEnds, day, WaitsFor::Caseworker)
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Of each decision, what became of the action since or not: the citizen's time runs by itself.
fn complaint(item: &Item) -> Option<Deadline> {
    let until = terms::COMPLAINT.last_day(item.agreed.granted?.decided);
    let complaint = about(item, DeadlineKind::Complaint, until, WaitsFor::Citizen);
    Some(Deadline { last_day: Some(until), ..complaint })
}

fn bases(plan: &Plan) -> impl Iterator<Item = Deadline> {
    plan.bases.values().filter(|basis| basis.withdrawal().is_none()).filter_map(|basis| {
        let until = basis.last_day()?;
        let ends = Deadline::new(DeadlineKind::BasisEnds, until, WaitsFor::Citizen);
        Some(Deadline { basis: Some(basis.id()), last_day: Some(until), ..ends })
    })
}

/// Support that a child's plan and a youth plan belong to.
fn child_support(plan: &Plan) -> impl Iterator<Item = &Item> {
    let is_support = |item: &&Item| {
        item.agreed.provision.as_deref().is_some_and(|id| terms::CHILD_SUPPORT.contains(&id))
            && item.status != Status::Cancelled
    };
    plan.items_of(ItemKind::Intervention).filter(is_support)
}

/// Whether the plan holds such a gathered plan, something under the provision that such a plan is made by, or a goal in one of
/// these sectors: then that plan is a part of this one.
fn has_plan(plan: &Plan, plan_kind: &str, provision: &str, sectors: &[&str]) -> bool {
    plan.live_items().any(|item| match item.kind {
        ItemKind::SourcePlan => item.plan_kind.as_deref() == Some(plan_kind),
        ItemKind::Intervention => {
            item.status != Status::Cancelled && item.agreed.provision.as_deref() == Some(provision)
        }
        ItemKind::Goal | ItemKind::SubGoal => {
            item.status != Status::Cancelled && sectors.contains(&item.sector.as_str())
        }
        _ => false,
    })
}

/// When support was decided, or began where no decision is written down.
fn support_since(item: &Item) -> Option<Date> {
    item.agreed.granted.map(|grant| grant.decided).or(item.starts.map(crate::plan::When::day))
}

/// By the day of the decision, for who is party to the case by age and was not heard: late is better than never, so a hearing
/// of any day is one.
fn child_hearing(plan: &Plan) -> Option<Deadline> {
    if plan.items_of(ItemKind::Hearing).next().is_some() {
        return None;
    }
    let heard_on = |item: &Item| {
        let day = support_since(item)?;
        let ages = catalogue::provision(item.agreed.provision.as_deref()?, day)?.ages;
        (ages.party..ages.of_age).contains(&plan.citizen.cpr.age_on(day)).then_some(day)
    };
    let running = child_support(plan).filter(|item| !is_over(item));
    let (day, item) = running.filter_map(|item| Some((heard_on(item)?, item))).min_by_key(|(day, _)| *day)?;
    let last_day = plan.citizen.cpr.birthday(18).yesterday().ok();
    Some(Deadline { last_day, ..about(item, DeadlineKind::ChildHearing, day, WaitsFor::Caseworker) })
}

/// Three months from the decision, or from when the support began where none is written down.
fn child_plan(plan: &Plan) -> Option<Deadline> {
    if has_plan(plan, "child-plan", terms::CHILD_PLAN_PROVISION, &["children"]) {
        return None;
    }
    let first =
        child_support(plan).filter_map(|item| Some((support_since(item)?, item))).min_by_key(|(day, _)| *day);
    let (day, item) = first.filter(|(day, _)| terms::CHILD_PLAN.validity.holds_on(*day))?;
    let last_of_childhood = plan.citizen.cpr.birthday(18).yesterday().ok();
    let due = terms::CHILD_PLAN.last_day(day);
    Some(Deadline {
        last_day: last_of_childhood,
        ..about(item, DeadlineKind::ChildPlan, due, WaitsFor::Caseworker)
    })
}

/// From the sixteenth birthday until the day before the eighteenth, for who has support.
fn youth_plan(plan: &Plan) -> Option<Deadline> {
    let item = child_support(plan).find(|item| !is_over(item))?;
    if has_plan(plan, "youth-plan", terms::YOUTH_PLAN_PROVISION, &["education", "employment", "housing"]) {
        return None;
    }
    let due = plan.citizen.cpr.birthday(terms::YOUTH_PLAN.1);
    let last_day = plan.citizen.cpr.birthday(18).yesterday().ok();
    Some(Deadline { last_day, ..about(item, DeadlineKind::YouthPlan, due, WaitsFor::Caseworker) })
}

/// A year from its beginning; where nobody here knows when that was, it is asked about at once: it may lapse tomorrow.
fn protection(plan: &Plan) -> Option<Deadline> {
    let citizen = Some(&plan.citizen).filter(|citizen| citizen.protected)?;
    let lapses = citizen.protected_since.map(|since| (terms::PROTECTION.last_day(since), WaitsFor::Citizen));
    let unknown = citizen.protection_heard_of.map(|heard_of| (heard_of, WaitsFor::Caseworker));
    let (due, waits_for) = lapses.or(unknown)?;
    Some(Deadline::new(DeadlineKind::Protection, due, waits_for))
}
