//! The people around the citizen, and what they agreed to: reported, never taken into a plan by a report. Who a third person
//! is, is theirs too, and a consent given elsewhere is no legal basis here.

use serde_json::Value;

use super::bundle::Entry;
use super::element::{Elements, Reading};
use super::report::Reason;
use crate::plan::{Item, Voice};

/// Lists a resource that has no place in a plan, for what it is.
pub(super) fn note(entry: &Entry, reading: &Reading<'_>) {
    let name = &entry.resource_type;
    match name.as_str() {
        "RelatedPerson" => {
            let codes = relations(entry);
            for code in codes {
                reading.note(name, Reason::Relation { code });
            }
        }
        "Group" => {
            let members = entry.body.get("member").and_then(Value::as_array).map_or(0, Vec::len);
            reading.note(name, Reason::Family { members });
        }
        "Consent" => reading.note(name, Reason::ConsentElsewhere),
        _ => reading.note(name, Reason::UnknownResource),
    }
}

/// The codes of who somebody is to the citizen; one empty code where there is none.
fn relations(entry: &Entry) -> Vec<String> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let concepts = list(entry.body.get("relationship"));
    let codings = concepts.iter().flat_map(|concept| list(concept.get("coding")));
    let codes =
        codings.filter_map(|coding| coding.get("code")?.as_str().map(|code| code.chars().take(50).collect()));
    let mut codes: Vec<String> = codes.collect();
    if codes.is_empty() {
        codes.push(String::new());
    }
    codes
}

/// Lists who takes part in a team, by their roles.
pub(super) fn participants(elements: &mut Elements<'_>) {
    for mut participant in elements.children("participant") {
        let roles = participant.lists_of_codes("role");
        let role =
            roles.into_iter().next().map(|role| role.code.chars().take(50).collect()).unwrap_or_default();
        participant.give_up(Reason::Participant { role });
    }
}

/// Takes out who third persons are, and says whether anybody was named: in a relation, or as somebody who is at a meeting for
/// the citizen's sake and not for work.
pub(super) fn forget_third_persons(item: &mut Item) -> bool {
    let mut named = false;
    if let Some(relation) = &mut item.relation {
        named |= relation.person.take().is_some();
    }
    if let Some(meeting) = &mut item.meeting {
        for one in meeting.participants.iter_mut().filter(|one| one.relation != Voice::Professional) {
            named |= !std::mem::take(&mut one.name).is_empty();
        }
    }
    named
}
