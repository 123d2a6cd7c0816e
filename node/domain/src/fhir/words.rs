//! The words that FHIR's own lists have for what an item is, by type of resource.

use serde_json::Value;

use super::resource::status as meaning;
use super::shape::coded;
use super::terms;
use crate::plan::{Aspect, Item, ItemKind, Status};

pub(super) const PLAN_INTENTS: [&str; 4] = ["plan", "proposal", "order", "option"];
pub(super) const REQUEST_INTENTS: [&str; 9] = [
    "plan",
    "proposal",
    "directive",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
];
const ACTIVITY: [&str; 9] = [
    "not-started",
    "scheduled",
    "in-progress",
    "on-hold",
    "completed",
    "cancelled",
    "stopped",
    "unknown",
    "entered-in-error",
];
const CLINICAL: [&str; 6] = ["active", "recurrence", "relapse", "inactive", "remission", "resolved"];

/// The words for a type's status, and which of them says each status. FHIR's lists differ by type, and not every one
/// has a word for each: then it is the nearest, and the status itself is told beside it.
struct Words {
    proposed: &'static str,
    planned: &'static str,
    active: &'static str,
    on_hold: &'static str,
    ended: &'static str,
    cancelled: &'static str,
    unknown: &'static str,
    /// What else a source may say.
    others: &'static [&'static str],
}

fn words(resource_type: &str) -> Words {
    let request = Words {
        proposed: "draft",
        planned: "active",
        active: "active",
        on_hold: "on-hold",
        ended: "completed",
        cancelled: "revoked",
        unknown: "unknown",
        others: &[],
    };
    match resource_type {
        "Goal" => Words {
            proposed: "proposed",
            planned: "planned",
            cancelled: "cancelled",
            unknown: "proposed",
            others: &["accepted", "rejected"],
            ..request
        },
        "CareTeam" => Words {
            proposed: "proposed",
            planned: "proposed",
            on_hold: "suspended",
            ended: "inactive",
            cancelled: "inactive",
            unknown: "proposed",
            ..request
        },
        "Observation" => Words {
            proposed: "registered",
            planned: "registered",
            active: "preliminary",
            on_hold: "preliminary",
            ended: "final",
            cancelled: "cancelled",
            others: &["amended", "corrected"],
            ..request
        },
        "ClinicalImpression" => Words {
            proposed: "in-progress",
            planned: "in-progress",
            active: "in-progress",
            on_hold: "in-progress",
            cancelled: "completed",
            unknown: "in-progress",
            ..request
        },
        "Encounter" => Words {
            proposed: "planned",
            planned: "planned",
            active: "in-progress",
            on_hold: "onleave",
            ended: "finished",
            cancelled: "cancelled",
            others: &["arrived", "triaged"],
            ..request
        },
        "Communication" => Words {
            proposed: "preparation",
            planned: "preparation",
            active: "in-progress",
            cancelled: "stopped",
            others: &["not-done"],
            ..request
        },
        _ => request,
    }
}

/// The status of a resource of this type: the source's own word where there is one.
pub(super) fn status<'i>(item: &'i Item, resource_type: &str) -> &'i str {
    let words = words(resource_type);
    let of_the_type = [
        words.proposed,
        words.planned,
        words.active,
        words.on_hold,
        words.ended,
        words.cancelled,
        words.unknown,
    ];
    let fits = |word: &&str| {
        let listed = of_the_type.contains(word) || words.others.contains(word);
        listed && meaning(word) == Some(item.status)
    };
    if let Some(reported) = item.detail(Aspect::ReportedStatus).map(|code| code.code.as_str()).find(fits) {
        return reported;
    }
    match item.status {
        Status::Proposed => words.proposed,
        Status::Planned => words.planned,
        Status::Active => words.active,
        Status::OnHold => words.on_hold,
        Status::Ended => words.ended,
        Status::Cancelled => words.cancelled,
        Status::Withdrawn => "entered-in-error",
        Status::Unknown => words.unknown,
    }
}

/// Whether it is proposed, planned or ordered.
pub(super) fn intent<'i>(item: &'i Item, known: &[&'static str]) -> &'i str {
    let said = item.detail(Aspect::Intent).map(|code| code.code.as_str()).find(|word| known.contains(word));
    said.unwrap_or(known[0])
}

/// How far an intervention's activity has come.
pub(super) fn activity_status(item: &Item) -> &str {
    let mut said = item.detail(Aspect::ActivityStatus).map(|code| code.code.as_str());
    said.find(|word| ACTIVITY.contains(word)).unwrap_or(match item.status {
        Status::Proposed | Status::Planned => "not-started",
        Status::Active => "in-progress",
        Status::OnHold => "on-hold",
        Status::Ended => "completed",
        Status::Cancelled => "cancelled",
        Status::Withdrawn => "entered-in-error",
        Status::Unknown => "unknown",
    })
}

/// A condition's clinical status. What was entered in error has none (FHIR's con-5), nor has a target group, which holds
/// until it is withdrawn.
pub(super) fn clinical_status(item: &Item) -> Option<Value> {
    let said = item
        .detail(Aspect::ReportedStatus)
        .find(|code| CLINICAL.contains(&code.code.as_str()) && meaning(&code.code) == Some(item.status));
    let word = match item.status {
        Status::Withdrawn => return None,
        Status::Active if item.kind == ItemKind::TargetGroup && said.is_none() => return None,
        _ if said.is_some() => said.map(|code| code.code.as_str())?,
        Status::Ended | Status::Cancelled => "inactive",
        _ => "active",
    };
    Some(coded(terms::CLINICAL, word))
}

/// The category that KL's guides give a goal of this kind.
pub(super) fn goal_category(kind: ItemKind) -> Option<&'static str> {
    match kind {
        ItemKind::Wish => Some(terms::WISHES[0]),
        ItemKind::Purpose => Some(terms::PURPOSE),
        ItemKind::SubGoal => Some(terms::SUB_GOAL),
        ItemKind::Goal => Some(terms::GOALS[0]),
        _ => None,
    }
}

/// The category that KL's guides give a plan granted in a sector, where they have one.
pub(super) fn pathway(item: &Item) -> Option<&'static str> {
    let is_social = item.kind == ItemKind::GrantedPlan && item.sector.as_str() == "social";
    is_social.then_some(terms::SOCIAL_PATHWAY)
}

/// What an observation without a code of its own observes.
pub(super) fn observed(kind: ItemKind) -> Value {
    match kind {
        ItemKind::FollowUpResult => coded(terms::SNOMED, terms::FOLLOW_UP_RESULT),
        _ => coded(terms::CARE_SOCIAL, terms::SUPPORT_NEED),
    }
}
