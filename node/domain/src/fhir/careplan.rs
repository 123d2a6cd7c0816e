//! What is wanted and granted: goals, plans, interventions, providers, requests.

use super::element::Elements;
use super::report::Reason;
use super::resource::{
    Profiles, take_concept, take_detail, take_links, take_period, take_status, take_text, take_word,
};
use super::{stated, terms};
use crate::plan::{Aspect, Detail, Item, ItemKind, LinkRole};

/// A goal's kind is its category, in `CareSocialCodes`; one without any is a goal.
pub(super) fn goal(elements: &mut Elements<'_>, item: &mut Item) -> ItemKind {
    take_status(elements, "lifecycleStatus", item);
    item.codes = elements.lists_of_codes("category");
    if let Some(mut description) = elements.child("description") {
        let codes = description.codings();
        item.details.extend(codes.into_iter().map(|code| Detail { aspect: Aspect::Description, code }));
        take_text(&mut description, "text", item);
    }
    for mut target in elements.children("target") {
        let measure = target.codes("measure");
        let aspect = match measure.first() {
            Some(code) if code.system == terms::CARE_SOCIAL && code.code == terms::GOAL_TYPE => {
                Aspect::GoalType
            }
            Some(code) if code.system == terms::CARE_SOCIAL && code.code == terms::FUNCTIONING => {
                Aspect::TargetLevel
            }
            _ => {
                target.give_up(Reason::UnknownCode);
                continue;
            }
        };
        take_detail(&mut target, "detailCodeableConcept", aspect, item);
    }
    for mut outcome in elements.children("outcomeCode") {
        take_outcome(&mut outcome, item);
    }
    item.starts = elements.when("startDate");
    item.recorded = elements.when("statusDate");
    take_links(elements, "addresses", LinkRole::Addresses, item);
    let kinds: Vec<_> = item.codes.iter().filter_map(|code| goal_kind(&code.system, &code.code)).collect();
    if kinds.len() < item.codes.len() {
        elements.note(Reason::UnknownCode);
    }
    kinds.first().copied().unwrap_or(ItemKind::Goal)
}

/// What came of it, in words; a code has no place yet.
fn take_outcome(concept: &mut Elements<'_>, item: &mut Item) {
    let outcome = concept.narrative("text");
    if item.outcome.is_empty() {
        item.outcome = outcome;
    } else if !outcome.is_empty() {
        concept.note(Reason::UnknownElement);
    }
}

fn goal_kind(system: &str, code: &str) -> Option<ItemKind> {
    match code {
        _ if system != terms::CARE_SOCIAL => None,
        terms::PURPOSE => Some(ItemKind::Purpose),
        terms::SUB_GOAL => Some(ItemKind::SubGoal),
        wish if terms::WISHES.contains(&wish) => Some(ItemKind::Wish),
        goal if terms::GOALS.contains(&goal) => Some(ItemKind::Goal),
        _ => None,
    }
}

/// A `CarePlan` is either a plan granted or an intervention under one: its profile tells, or else `basedOn` together
/// with an activity's code.
pub(super) fn care_plan(elements: &mut Elements<'_>, profiles: &Profiles, item: &mut Item) -> ItemKind {
    take_status(elements, "status", item);
    take_word(elements, "intent", Aspect::Intent, item);
    item.codes = elements.lists_of_codes("category");
    take_text(elements, "description", item);
    take_period(elements, item);
    item.recorded = elements.when("created");
    take_links(elements, "basedOn", LinkRole::BasedOn, item);
    take_links(elements, "careTeam", LinkRole::ProvidedBy, item);
    take_links(elements, "addresses", LinkRole::Addresses, item);
    take_links(elements, "goal", LinkRole::Serves, item);
    let mut has_activity = false;
    for mut activity in elements.children("activity") {
        take_links(&mut activity, "outcomeReference", LinkRole::Outcome, item);
        if let Some(mut detail) = activity.child("detail") {
            let codes = detail.codes("code");
            has_activity |= !codes.is_empty();
            item.codes.extend(codes);
            take_word(&mut detail, "status", Aspect::ActivityStatus, item);
        }
    }
    let hangs_on_a_plan = item.links_to(LinkRole::BasedOn).next().is_some();
    let claims = |names: &[&str]| names.iter().any(|name| profiles.claim(name));
    let is_intervention = claims(&["-intervention", "SocialPlannedIntervention"]);
    let is_plan = claims(&["-carePlan", "SocialCarePlan", "-orderCarePlan", "-relatedCarePlan"]);
    let intervention = match (is_intervention, is_plan) {
        (true, false) => true,
        (false, true) => false,
        _ => hangs_on_a_plan && has_activity,
    };
    if intervention { ItemKind::Intervention } else { ItemKind::GrantedPlan }
}

/// Who provides, by type of offer.
pub(super) fn care_team(elements: &mut Elements<'_>, item: &mut Item) -> ItemKind {
    take_status(elements, "status", item);
    item.codes = elements.lists_of_codes("category");
    take_text(elements, "name", item);
    take_period(elements, item);
    stated::participants(elements);
    ItemKind::Provider
}

/// The request that the case began with.
pub(super) fn service_request(elements: &mut Elements<'_>, item: &mut Item) -> ItemKind {
    take_status(elements, "status", item);
    take_word(elements, "intent", Aspect::Intent, item);
    item.codes = elements.lists_of_codes("category");
    let codes = take_concept(elements, "code", item);
    item.codes.extend(codes);
    item.recorded = elements.when("authoredOn");
    ItemKind::Request
}
