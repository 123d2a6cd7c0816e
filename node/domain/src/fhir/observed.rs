//! What was found and when it is looked at again: conditions, assessments, results, follow-ups.

use super::element::Elements;
use super::report::Reason;
use super::resource::{
    Profiles, status, take_concept, take_detail, take_links, take_period, take_status, take_text,
};
use super::{own, terms};
use crate::plan::{Aspect, Detail, Item, ItemKind, Link, LinkRole, Status};

/// A condition, or by its profile a target group. A target group has no clinical status and holds until it is
/// withdrawn.
pub(super) fn condition(elements: &mut Elements<'_>, profiles: &Profiles, item: &mut Item) -> ItemKind {
    item.status = Status::Active;
    if let Some(clinical) = take_detail(elements, "clinicalStatus", Aspect::ReportedStatus, item).first() {
        item.status = status(&clinical.code).unwrap_or_else(|| {
            elements.note(Reason::UnknownCode);
            Status::Unknown
        });
    }
    let verification = take_detail(elements, "verificationStatus", Aspect::Verification, item);
    if verification.iter().any(|code| code.code == "entered-in-error") {
        item.status = Status::Withdrawn;
    }
    item.codes = take_concept(elements, "code", item);
    take_detail(elements, "severity", Aspect::Severity, item);
    item.starts = elements.when("onsetDateTime");
    item.ends = elements.when("abatementDateTime");
    item.recorded = elements.when("recordedDate");
    if profiles.claim("-targetGroup") || profiles.claim("SocialFocusCondition") {
        ItemKind::TargetGroup
    } else {
        ItemKind::Condition
    }
}

/// The need for support that an assessment found, or what a follow-up came to; any other has no place yet.
pub(super) fn observation(elements: &mut Elements<'_>, item: &mut Item) -> Option<ItemKind> {
    item.codes = elements.codes("code");
    let kind = item.codes.iter().find_map(|code| match (code.system.as_str(), code.code.as_str()) {
        (terms::CARE_SOCIAL, terms::SUPPORT_NEED) => Some(ItemKind::SupportNeed),
        (terms::SNOMED, terms::FOLLOW_UP_RESULT) => Some(ItemKind::FollowUpResult),
        _ => None,
    })?;
    take_status(elements, "status", item);
    let values = take_concept(elements, "valueCodeableConcept", item);
    item.details.extend(values.into_iter().map(|code| Detail { aspect: Aspect::Value, code }));
    item.recorded = elements.when("effectiveDateTime");
    take_links(elements, "focus", LinkRole::Focus, item);
    Some(kind)
}

/// An assessment: its findings are conditions, its conclusions observations.
pub(super) fn clinical_impression(elements: &mut Elements<'_>, item: &mut Item) -> ItemKind {
    take_status(elements, "status", item);
    item.codes = elements.codes("code");
    item.starts = elements.when("effectiveDateTime");
    item.recorded = elements.when("date");
    take_text(elements, "summary", item);
    for mut finding in elements.children("finding") {
        if let Some(reference) = finding.child("itemReference") {
            take_one_link(reference, LinkRole::Finding, item);
        }
        let codes = finding.codes("itemCodeableConcept");
        item.details.extend(codes.into_iter().map(|code| Detail { aspect: Aspect::Value, code }));
    }
    for mut investigation in elements.children("investigation") {
        let codes = investigation.codes("code");
        if codes.iter().any(|code| code.system != terms::CARE_SOCIAL || code.code != terms::SUPPORT_NEED) {
            investigation.note(Reason::UnknownCode);
        }
        take_links(&mut investigation, "item", LinkRole::Outcome, item);
    }
    ItemKind::Assessment
}

fn take_one_link(mut reference: Elements<'_>, role: LinkRole, item: &mut Item) {
    if let Some(target) = reference.reference() {
        item.links.insert(Link { role, target, rank: None });
    }
}

/// A follow-up, planned or held; any other meeting has no place yet.
pub(super) fn encounter(
    elements: &mut Elements<'_>,
    profiles: &Profiles,
    item: &mut Item,
) -> Option<ItemKind> {
    item.codes = elements.lists_of_codes("type");
    let coded =
        item.codes.iter().any(|code| code.system == terms::CARE_SOCIAL && code.code == terms::FOLLOW_UP);
    if !coded && !profiles.claim("-followUpEncounter") {
        return None;
    }
    take_status(elements, "status", item);
    if let Some(code) = elements.child("class").and_then(Elements::coding) {
        item.details.push(Detail { aspect: Aspect::ContactClass, code });
    }
    for mut reason in elements.children("reasonCode") {
        take_text(&mut reason, "text", item);
    }
    take_period(elements, item);
    Some(ItemKind::FollowUp)
}

/// A note: words, and nothing that they were sent in answer to.
pub(super) fn communication(elements: &mut Elements<'_>, item: &mut Item) -> ItemKind {
    take_status(elements, "status", item);
    for mut payload in elements.children("payload") {
        take_text(&mut payload, "contentString", item);
    }
    item.recorded = elements.when("sent");
    ItemKind::Note
}

/// What FHIR has no type for. What it is, enplan's own code tells.
pub(super) fn basic(elements: &mut Elements<'_>, item: &mut Item) -> Option<ItemKind> {
    let kind = elements.codes("code").into_iter().find(|code| code.system == own::uri(own::KIND))?;
    item.recorded = elements.when("created");
    serde_json::from_value(kind.code.into()).ok()
}
