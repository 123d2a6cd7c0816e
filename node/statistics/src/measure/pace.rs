//! How soon things happen: from contact to plan, from plan to action, and from one municipality to the next.

use enplan_domain::plan::{Item, ItemKind, PlanEvent, SectionKind, Status, When};
use enplan_domain::{Date, danish_day};

use super::course::days_between;
use super::{Answer, Course, Measure, UNKNOWN};

pub(super) const DAYS_TO_PLAN: Measure = Measure {
    name: "days-to-plan",
    definition_danish: "Dage fra den tidligste kontakt, som planen daterer, til planen blev oprettet: en henvendelse, en \
        udredning eller vurdering, en afgørelse, en indsats' begyndelse, et møde eller en opfølgning, der er holdt, en \
        tidligere plan eller en registrering i et fagsystem. Ukendt: intet af det er dateret til senest den dag, eller \
        planen blev oprettet i en anden kommune.",
    definition_english: "Days from the earliest contact that the plan dates to the day it was made: a request, an \
        assessment, a decision, an action's beginning, a meeting or follow-up held, a former plan, or a record in a sector \
        system. Unknown: none is dated by then, or the plan was made in another municipality.",
    is_number: true,
    kinds: &["unknown"],
    of: days_to_plan,
};

pub(super) const DAYS_TO_FIRST_ACTION: Measure = Measure {
    name: "days-to-first-action",
    definition_danish: "Dage fra planen blev oprettet, til den første indsats i den begyndte samme dag eller senere. Indsatser, \
        der var i gang i forvejen, tæller ikke. Uden dato regnes fra den dag, kommunen først skrev den som begyndt. Ikke \
        begyndt: ingen indsats er begyndt ved kvartalets slutning. Ukendt: planen blev oprettet i en anden kommune, eller \
        en overdragelse udelod indsatser.",
    definition_english: "Days from the day the plan was made to the beginning of the first action in it, on that day or \
        after. Actions already under way do not count. Without a date, the day on which the municipality first recorded it \
        as begun. Not begun: no action has begun by the quarter's end. Unknown: the plan was made in another municipality, \
        or a handover left actions out.",
    is_number: true,
    kinds: &["not-begun", "unknown"],
    of: days_to_first_action,
};

pub(super) const HANDOVERS: Measure = Measure {
    name: "handovers",
    definition_danish: "Om planen er kommet fra en anden kommune: aldrig, i dette kvartal eller tidligere, efter den \
        seneste overdragelse. Hvorfra og hvortil tælles ikke.",
    definition_english: "Whether the plan came from another municipality: never, in this quarter, or earlier, by the last \
        handover. From where and to where is not counted.",
    is_number: false,
    kinds: &["never", "this-quarter", "earlier"],
    of: |course| {
        let last = course.plan.arrivals.last().map(|arrival| danish_day(arrival.at));
        Answer::Kind(match last {
            None => "never",
            Some(day) if day >= course.epoch.first_day() => "this-quarter",
            Some(_) => "earlier",
        })
    },
};

pub(super) const HANDOVER_DAYS: Measure = Measure {
    name: "handover-days",
    definition_danish: "Dage fra grundlaget for den seneste overdragelse blev registreret, til planen var åbnet i den nye \
        kommune. Aldrig: planen er ikke overdraget. Ukendt: grundlaget er her ikke.",
    definition_english: "Days from the recording of the legal basis of the last handover until the plan was open in the new \
        municipality. Never: it was not handed over. Unknown: the basis is not here.",
    is_number: true,
    kinds: &["never", "unknown"],
    of: handover_days,
};

fn days_to_plan(course: &Course<'_>) -> Answer {
    let Some(began) = course.began() else { return UNKNOWN };
    let dated = course.plan.live_items().filter_map(first_contact);
    match dated.min().filter(|day| *day <= began) {
        Some(day) => Answer::Number(days_between(day, began)),
        None => UNKNOWN,
    }
}

/// The earliest day on which an item shows that the municipality met the citizen. When a condition, a relation or a goal
/// began says nothing of that.
fn first_contact(item: &Item) -> Option<Date> {
    let is_contact = match item.kind {
        ItemKind::FollowUp | ItemKind::NetworkMeeting => item.status == Status::Ended,
        ItemKind::Request
        | ItemKind::Assessment
        | ItemKind::GrantedPlan
        | ItemKind::Intervention
        | ItemKind::SelfAssessment
        | ItemKind::TargetGroupAssessment
        | ItemKind::Hearing => true,
        _ => false,
    };
    let starts = item.starts.filter(|_| is_contact).map(When::day);
    let decided = item.agreed.granted.map(|grant| grant.decided);
    [item.recorded.map(When::day), starts, decided].into_iter().flatten().min()
}

fn days_to_first_action(course: &Course<'_>) -> Answer {
    let made = course.began().filter(|_| course.is_whole(SectionKind::Interventions));
    let Some(made) = made else { return UNKNOWN };
    let begun = course.items(ItemKind::Intervention).filter_map(|action| course.begun(action));
    match begun.filter(|day| *day >= made).min() {
        Some(day) => Answer::Number(days_between(made, day)),
        None => Answer::Kind("not-begun"),
    }
}

fn handover_days(course: &Course<'_>) -> Answer {
    let received = course.events.iter().rev().find_map(|event| match event {
        PlanEvent::Received { municipality, arrival, plan, .. } => Some((municipality, arrival, plan)),
        _ => None,
    });
    let Some((municipality, arrival, plan)) = received else { return Answer::Kind("never") };
    // A package holds the basis that it was sent under, and no other.
    let sent_under = plan.bases.values().filter(|basis| basis.recipient() == *municipality);
    match sent_under.map(|basis| danish_day(basis.recorded().at)).max() {
        Some(recorded) => Answer::Number(days_between(recorded, danish_day(arrival.at))),
        None => UNKNOWN,
    }
}
