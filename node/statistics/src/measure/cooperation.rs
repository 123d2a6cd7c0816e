//! How the citizen and those around them work together.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::plan::{Item, ItemKind, PlanEvent, SectionKind, Status, Voice};
use enplan_domain::{Kommunekode, UserName};

use super::extent::number;
use super::who::in_order;
use super::{Answer, Course, Measure, UNKNOWN};

pub(super) const SELF_ASSESSMENT: Measure = Measure {
    name: "self-assessment",
    definition_danish: "Borgerens egen vurdering (1-10), den første mod den seneste ved kvartalets slutning: forskellene lagt \
        sammen over de områder af livet, der er vurderet mindst to gange. Kun én gang: intet område er vurderet to gange. \
        Ingen: borgeren har ikke vurderet noget. Vurderinger af borgeren, en indehaver af forældremyndigheden eller en værge \
        tæller. Ukendt: en overdragelse udelod borgerens situation.",
    definition_english: "The citizen's own assessment (1-10), first against latest by the quarter's end: the differences \
        added up over the areas of life assessed at least twice. Only once: no area is assessed twice. None: nothing is \
        assessed. Assessments by the citizen, a holder of custody or a guardian count. Unknown: a handover left the \
        citizen's situation out.",
    is_number: false,
    kinds: &["better", "same", "worse", "only-once", "none", "unknown"],
    of: self_assessment,
};

pub(super) const NETWORK_MEETINGS: Measure = Measure {
    name: "network-meetings",
    definition_danish: "Antal netværksmøder, der er holdt og skrevet i planen senest ved kvartalets slutning. Ukendt: en \
        overdragelse udelod noget om møderne.",
    definition_english: "The number of network meetings held, and written into the plan, by the quarter's end. Unknown: a \
        handover left something of the meetings out.",
    is_number: true,
    kinds: &["unknown"],
    of: |course| {
        let held = course.items(ItemKind::NetworkMeeting).filter(|one| one.status == Status::Ended);
        if course.is_whole(SectionKind::Meetings) { number(held.count()) } else { UNKNOWN }
    },
};

pub(super) const CASEWORKERS: Measure = Measure {
    name: "caseworkers",
    definition_danish: "Antal forskellige koordinerende sagsbehandlere, som planen, så vidt kommunen ved, har haft ved kvartalets \
        slutning: kommunens egne, og den, der havde planen, da en anden kommune overdrog den. Tidligere sagsbehandlere i \
        andre kommuner kendes ikke.",
    definition_english: "The number of different coordinating caseworkers whom the municipality knows the plan to have had by \
        the quarter's end: its own, and whoever had the plan when another municipality handed it over. Earlier ones \
        elsewhere are not known.",
    is_number: true,
    kinds: &[],
    of: caseworkers,
};

fn self_assessment(course: &Course<'_>) -> Answer {
    if !course.is_whole(SectionKind::Situation) {
        return UNKNOWN;
    }
    let mut assessed: Vec<_> =
        course.items(ItemKind::SelfAssessment).filter(|item| is_the_citizens_own(item)).collect();
    assessed.sort_by_key(|item| in_order(item));
    let mut by_area: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for item in &assessed {
        by_area.entry(&item.area).or_default().extend(item.score.map(|score| i64::from(score.number())));
    }
    let differences: Vec<_> = by_area
        .into_values()
        .filter_map(|scores| match scores.as_slice() {
            [first, .., last] => Some(last - first),
            _ => None,
        })
        .collect();
    Answer::Kind(match differences.iter().sum::<i64>().cmp(&0) {
        _ if assessed.is_empty() => "none",
        _ if differences.is_empty() => "only-once",
        Ordering::Greater => "better",
        Ordering::Equal => "same",
        Ordering::Less => "worse",
    })
}

/// Somebody who speaks for the citizen by law counts; what others think of it is not the citizen's own.
fn is_the_citizens_own(item: &Item) -> bool {
    matches!(item.said_by, Some(Voice::Citizen | Voice::CustodyHolder | Voice::Guardian))
}

fn caseworkers(course: &Course<'_>) -> Answer {
    let mut here = None;
    let mut had: BTreeSet<(Option<Kommunekode>, &UserName)> = BTreeSet::new();
    for event in course.events {
        match event {
            PlanEvent::CitizenRegistered { municipality, caseworker, .. } => {
                here = Some(*municipality);
                had.insert((here, caseworker));
            }
            PlanEvent::Received { municipality, caseworker, plan, .. } => {
                here = Some(*municipality);
                had.insert((Some(plan.municipality), &plan.caseworker));
                had.insert((here, caseworker));
            }
            PlanEvent::CaseworkerChanged { caseworker, .. } => {
                had.insert((here, caseworker));
            }
            _ => {}
        }
    }
    number(had.into_iter().filter(|(_, caseworker)| !caseworker.is_unassigned()).count())
}
