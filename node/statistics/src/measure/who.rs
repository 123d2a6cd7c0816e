//! Who the citizens are.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use enplan_domain::catalogue;
use enplan_domain::plan::{Item, ItemKind, Kinship, Membership, Relation, When};

use super::{Answer, Course, Measure};

/// Gribskov's young people: both years included.
const YOUNG: RangeInclusive<i16> = 15..=30;

/// The groups of the catalogue, and what they are called here: a name of one municipality says nothing to the others.
const GROUPS: [(&str, &str); 3] = [
    ("complex-problems", "complex-problems"),
    ("gribskov-families", "families"),
    ("gribskov-young-people", "young-people"),
];

pub(super) const AGE_BAND: Measure = Measure {
    name: "age-band",
    definition_danish: "Borgerens alder i hele år på kvartalets sidste dag, efter CPR-nummerets fødselsdag.",
    definition_english: "The citizen's age in whole years on the quarter's last day, by the date of birth in the CPR number.",
    is_number: true,
    kinds: &[],
    of: |course| {
        let age = course.plan.citizen.cpr.age_on(course.last_day());
        Answer::Number(u32::try_from(age).unwrap_or_default())
    },
};

pub(super) const TARGET_GROUP: Measure = Measure {
    name: "target-group",
    definition_danish: "Den målgruppe, som borgeren hører til efter den seneste målgruppevurdering for hver gruppe ved \
        kvartalets slutning; hører borgeren til flere, den senest vurderede. Ingen af dem: vurderet, men uden \
        for, uafklaret eller i en gruppe, der er kommunens egen. Ikke vurderet: kommunen kender ingen vurdering.",
    definition_english: "The target group that the citizen belongs to by the latest assessment for each group as of the \
        quarter's end; of several, the one assessed last. None of them: assessed, and outside, \
        unclear or in a group of the municipality's own. Not assessed: the municipality knows of no assessment.",
    is_number: false,
    kinds: &["complex-problems", "families", "young-people", "none-of-them", "not-assessed"],
    of: target_group,
};

pub(super) const FAMILY_OR_YOUNG: Measure = Measure {
    name: "family-or-young",
    definition_danish: "Familie: planen siger på kvartalets sidste dag, at borgeren har et barn, der ikke vides at være \
        fyldt 18, eller at borgeren er under 18 og har en forælder, en indehaver af forældremyndigheden eller søskende. \
        Ung: borgeren er fra 15 til 30 år den dag. Ellers hverken eller, så vidt planen siger.",
    definition_english: "Family: on the quarter's last day the plan says that the citizen has a child not known to be 18, \
        or that the citizen is under 18 and has a parent, a holder of custody or a sibling. Young: the citizen is from 15 \
        to 30 years old that day. Otherwise neither, as far as the plan says.",
    is_number: false,
    kinds: &["family-and-young", "family", "young", "neither"],
    of: family_or_young,
};

fn target_group(course: &Course<'_>) -> Answer {
    let mut assessed: Vec<_> = course
        .items(ItemKind::TargetGroupAssessment)
        .filter_map(|item| item.target_group.as_ref().map(|assessment| (item, assessment)))
        .collect();
    assessed.sort_by_key(|(item, _)| in_order(item));
    if assessed.is_empty() {
        return Answer::Kind("not-assessed");
    }
    let latest: BTreeMap<_, _> =
        (0..).zip(assessed).map(|(nth, (_, found))| (&found.group, (nth, found.membership()))).collect();
    let inside = latest.into_iter().filter(|(_, (_, membership))| *membership == Membership::Inside);
    let group = |(group, (nth, _)): (&String, (usize, Membership))| {
        GROUPS.iter().find(|(id, _)| id == group).map(|(_, name)| (nth, *name))
    };
    inside.filter_map(group).max().map_or(Answer::Kind("none-of-them"), |(_, name)| Answer::Kind(name))
}

/// What was assessed on one day is in the order in which it was written.
pub(super) fn in_order(item: &Item) -> impl Ord + use<> {
    (item.starts.map(When::day), item.provenance.as_of, item.key.clone())
}

fn family_or_young(course: &Course<'_>) -> Answer {
    let day = course.last_day();
    let age = course.plan.citizen.cpr.age_on(day);
    let is_child = |age| catalogue::is_under_custody(age, day);
    let tells_of_family = |relation: &Relation| match relation.kinship {
        Kinship::Child => relation.cpr().is_none_or(|cpr| is_child(cpr.age_on(day))),
        Kinship::Parent | Kinship::CustodyHolder | Kinship::Sibling => is_child(age),
        Kinship::Partner | Kinship::Guardian | Kinship::SharesHome => false,
    };
    let is_family = course.plan.relations_on(day).any(|(_, relation)| tells_of_family(relation));
    Answer::Kind(match (is_family, YOUNG.contains(&age)) {
        (true, true) => "family-and-young",
        (true, false) => "family",
        (false, true) => "young",
        (false, false) => "neither",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_young_are_those_of_the_catalogue_and_every_group_of_it_has_a_name_here() {
        let ages =
            catalogue::TARGET_GROUPS.iter().flat_map(|group| &*group.criteria).find_map(|one| one.ages);
        assert_eq!(ages, Some((*YOUNG.start(), *YOUNG.end())));
        let ids = catalogue::TARGET_GROUPS.iter().map(|group| &*group.id);
        assert!(ids.eq(GROUPS.iter().map(|(id, _)| *id)));
    }
}
