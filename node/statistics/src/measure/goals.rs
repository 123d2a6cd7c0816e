//! What came of the goals.

use enplan_domain::plan::{CloseReason, Item, ItemKind, Life, LinkRole, Reach, SectionKind, Status, When};

use super::extent::number;
use super::{Answer, Course, Measure, UNKNOWN};

const SHARES: &[&str] = &["no-goals", "none", "under-half", "half-or-more", "unknown"];

pub(super) const GOALS: Measure = Measure {
    name: "goals",
    definition_danish: "Antal mål, der er sat i planen ved kvartalets slutning, også de nåede og de opgivne. Delmål, mål, \
        der kun er foreslået, og det fejlregistrerede tæller ikke med. Ukendt: en overdragelse udelod mål.",
    definition_english: "The number of goals set in the plan by the quarter's end, those reached and dropped included. \
        Sub-goals, goals only proposed, and what was entered in error do not count. Unknown: a handover left goals out.",
    is_number: true,
    kinds: &["unknown"],
    of: |course| {
        if course.is_whole(SectionKind::Goals) { number(set(course).count()) } else { UNKNOWN }
    },
};

pub(super) const GOALS_REACHED: Measure = Measure {
    name: "goals-reached",
    definition_danish: "Hvor stor en del af planens satte mål der er nået ved kvartalets slutning: afsluttet som nået, eller \
        fundet nået ved den seneste opfølgning, der så på målet. Ukendt: en overdragelse udelod mål.",
    definition_english: "What share of the plan's goals is reached by the quarter's end: finished as reached, or found \
        reached by the latest follow-up that looked at the goal. Unknown: a handover left goals out.",
    is_number: false,
    kinds: SHARES,
    of: |course| share(course, is_reached),
};

pub(super) const GOALS_ADJUSTED: Measure = Measure {
    name: "goals-adjusted",
    definition_danish: "Hvor stor en del af planens satte mål der mindst én gang er justeret med en begrundelse senest ved \
        kvartalets slutning. Ukendt: planen er kommet fra en anden kommune, som har dens historie.",
    definition_english: "What share of the plan's goals was adjusted, for a reason, at least once by the quarter's end. \
        Unknown: the plan came from another municipality, which has its history.",
    is_number: false,
    kinds: SHARES,
    of: |course| {
        let is_all_here = course.plan.arrivals.is_empty();
        if is_all_here { share(course, is_adjusted) } else { UNKNOWN }
    },
};

pub(super) const GOALS_DROPPED: Measure = Measure {
    name: "goals-dropped",
    definition_danish: "Hvor stor en del af planens satte mål der er opgivet ved kvartalets slutning. Ukendt: en \
        overdragelse udelod mål.",
    definition_english: "What share of the plan's goals is dropped by the quarter's end. Unknown: a handover left goals out.",
    is_number: false,
    kinds: SHARES,
    of: |course| share(course, |_, goal| goal.status == Status::Cancelled),
};

pub(super) const OUTCOME: Measure = Measure {
    name: "outcome",
    definition_danish: "Hvad planen siger, at borgeren har nået ved kvartalets slutning, det første af disse: et mål i \
        sektoren beskæftigelse; et mål i sektoren uddannelse; planen er afsluttet, fordi der ikke er brug for mere støtte. \
        Ellers intet af det endnu. En plan siger ikke, om en borger er i arbejde eller afklaret til en ydelse, så det tælles \
        ikke for sig. Ukendt: en overdragelse udelod mål.",
    definition_english: "What the plan says that the citizen has reached by the quarter's end, the first of these: a goal in \
        the employment sector; a goal in the education sector; the plan is closed because no more support is needed. \
        Otherwise none of it yet. A plan does not say whether a citizen has work or is clarified for a benefit, so that is \
        not counted by itself. Unknown: a handover left goals out.",
    is_number: false,
    kinds: &["employment-goal", "education-goal", "finished", "not-yet", "unknown"],
    of: outcome,
};

/// The goals that somebody has decided on.
fn set<'c>(course: &'c Course<'_>) -> impl Iterator<Item = &'c Item> {
    course.items(ItemKind::Goal).filter(|goal| goal.status != Status::Proposed)
}

fn share(course: &Course<'_>, which: impl Fn(&Course<'_>, &Item) -> bool) -> Answer {
    if !course.is_whole(SectionKind::Goals) {
        return UNKNOWN;
    }
    let goals = set(course).count();
    let of_them = set(course).filter(|goal| which(course, goal)).count();
    Answer::Kind(match of_them {
        _ if goals == 0 => "no-goals",
        0 => "none",
        some if 2 * some < goals => "under-half",
        _ => "half-or-more",
    })
}

fn is_reached(course: &Course<'_>, goal: &Item) -> bool {
    match goal.status {
        // Past its date it may be over: it is reached where its source says so.
        Status::Ended => true,
        Status::Cancelled => false,
        // A goal that a report keeps, or siblings share, is finished elsewhere.
        _ => {
            let about = |found: &&Item| found.links_to(LinkRole::Focus).any(|key| *key == goal.key);
            let found = course.items(ItemKind::FollowUpResult).filter(|found| found.reach.is_some());
            let latest = found.filter(about).max_by_key(|found| {
                (found.recorded.map(When::day), found.provenance.as_of, found.key.clone())
            });
            latest.is_some_and(|found| found.reach == Some(Reach::Reached))
        }
    }
}

/// Whether a goal was once worded otherwise together with a reason: a rewording alone is a slip of the pen.
fn is_adjusted(course: &Course<'_>, goal: &Item) -> bool {
    let versions: Vec<_> = course.versions(&goal.key).map(|(_, item)| item).collect();
    versions.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        before.status == after.status && before.text != after.text && before.outcome != after.outcome
    })
}

fn outcome(course: &Course<'_>) -> Answer {
    let is_reached_in =
        |sector: &str| set(course).any(|goal| goal.sector.as_str() == sector && is_reached(course, goal));
    let is_finished = matches!(course.plan.life, Life::Closed { reason: CloseReason::Finished, .. });
    match () {
        () if is_reached_in("employment") => Answer::Kind("employment-goal"),
        () if is_reached_in("education") => Answer::Kind("education-goal"),
        () if is_finished => Answer::Kind("finished"),
        () if course.is_whole(SectionKind::Goals) => Answer::Kind("not-yet"),
        () => UNKNOWN,
    }
}
