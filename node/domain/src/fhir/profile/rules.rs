//! The rules themselves, and which of them a resource breaks.

use serde_json::{Map, Value};

use super::Profile;
use crate::fhir::terms;

/// A kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An element is not there, or too often.
    Cardinality,
    /// An element that the profile has no room for. FFB reporting takes no words of anybody's.
    Closed,
    /// Another code or word than the one that the profile asks for.
    Fixed,
    /// A plan granted serves exactly one purpose.
    OnePurpose,
    /// A plan granted has at most one primary target group: what `care-plan-2` means. A goal has exactly one primary
    /// condition: what `intervention-goal-2` means.
    OnePrimary,
    /// Each target group of a plan granted is ranked, and no lower than second.
    Ranked,
    /// A code of a list that the profile binds an element to: the forms of guardianship, the roles in a team, the official
    /// codes of municipalities.
    Bound,
    /// What is ordered and not completed has a follow-up (`care-plan-1`), an evaluation (`care-plan-4`) and target groups
    /// (`care-plan-5`).
    Ordered,
}

impl Rule {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cardinality => "PROFILE_CARDINALITY",
            Self::Closed => "PROFILE_CLOSED",
            Self::Fixed => "PROFILE_FIXED",
            Self::OnePurpose => "PROFILE_ONE_PURPOSE",
            Self::OnePrimary => "PROFILE_ONE_PRIMARY",
            Self::Ranked => "PROFILE_RANKED",
            Self::Bound => "PROFILE_BOUND",
            Self::Ordered => "PROFILE_ORDERED",
        }
    }
}

/// A rule that a resource breaks, of a profile that it claims.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Broken {
    /// Whose rule.
    pub profile: Profile,
    /// Which.
    pub rule: Rule,
    /// The element that it is about.
    pub element: String,
}

/// What one profile asks for.
#[derive(Default)]
struct Asked {
    /// Elements that must be there, at least once.
    required: &'static [&'static str],
    /// Elements that may be there once at most.
    once: &'static [&'static str],
    /// Beside what every resource has, the elements that there is room for; all, where none are named.
    room_for: &'static [&'static str],
    /// Elements, and the codes of which each must have one.
    fixed: &'static [(&'static str, &'static [&'static str])],
}

/// What every resource of a plan has.
const EVERYWHERE: [&str; 5] = ["resourceType", "id", "meta", "subject", "status"];

#[expect(clippy::too_many_lines, reason = "a table: a row for each profile")]
fn asked(profile: Profile) -> Asked {
    let nothing = Asked::default();
    match profile {
        Profile::CarePlan => {
            Asked { required: &["category", "created", "goal", "subject"], once: &["category"], ..nothing }
        }
        Profile::PlannedIntervention => {
            Asked { required: &["activity", "created", "subject"], once: &["activity"], ..nothing }
        }
        Profile::Goal => Asked {
            required: &["category", "description", "subject", "lifecycleStatus"],
            once: &["category"],
            ..nothing
        },
        Profile::Purpose => Asked {
            required: &["category", "description", "subject"],
            once: &["category"],
            fixed: &[("category.coding.code", &[terms::PURPOSE])],
            ..nothing
        },
        Profile::FfbGoal => Asked {
            required: &["category", "description", "subject"],
            once: &["category"],
            fixed: &[("category.coding.code", &[terms::GOALS[0]])],
            ..nothing
        },
        Profile::Condition => Asked { required: &["clinicalStatus", "code", "subject"], ..nothing },
        Profile::FocusCondition => Asked { required: &["subject"], ..nothing },
        Profile::Encounter => Asked { required: &["period.start", "status", "class"], ..nothing },
        Profile::Evaluation => Asked {
            required: &["code.coding", "effectiveDateTime", "status"],
            fixed: &[("code.coding.system", &[terms::CARE_SOCIAL])],
            ..nothing
        },
        Profile::InformationGathering => Asked { required: &["status", "subject"], ..nothing },
        Profile::ServicePerformer => nothing,
        Profile::FfbCarePlan => Asked {
            required: &["extension", "intent", "subject", "period.start"],
            once: &["activity"],
            room_for: &["extension", "intent", "period", "careTeam", "addresses", "goal", "activity"],
            ..nothing
        },
        Profile::FfbIntervention => Asked {
            required: &[
                "basedOn",
                "intent",
                "subject",
                "period.start",
                "created",
                "activity.detail.code.coding",
            ],
            once: &["activity.detail.code.coding"],
            room_for: &["basedOn", "intent", "period", "created", "activity"],
            ..nothing
        },
        Profile::FfbInterventionGoal => Asked {
            required: &[
                "lifecycleStatus",
                "category",
                "description.coding",
                "subject",
                "addresses",
                "target",
            ],
            once: &["category"],
            room_for: &["lifecycleStatus", "category", "description", "target", "addresses"],
            fixed: &[
                ("category.coding.code", &[terms::GOALS[0]]),
                ("description.coding.code", &[terms::GOAL]),
                ("target.measure.coding.code", &[terms::GOAL_TYPE]),
                ("target.measure.coding.code", &[terms::FUNCTIONING]),
            ],
        },
        Profile::FfbCondition => Asked {
            required: &["clinicalStatus", "code.coding", "subject", "recordedDate"],
            room_for: &[
                "extension",
                "clinicalStatus",
                "verificationStatus",
                "severity",
                "code",
                "recordedDate",
            ],
            ..nothing
        },
        Profile::FfbTargetGroup => Asked {
            required: &["code.coding", "subject", "recordedDate"],
            room_for: &["clinicalStatus", "verificationStatus", "code", "recordedDate"],
            ..nothing
        },
        Profile::FfbFollowUpEncounter => Asked {
            required: &["class", "type.coding", "subject", "period.start"],
            once: &["type"],
            room_for: &["class", "type", "period"],
            fixed: &[
                ("type.coding.code", &[terms::FOLLOW_UP]),
                ("class.code", &["HH"]),
                ("status", &["planned"]),
            ],
        },
        Profile::FfbFollowUp => Asked {
            required: &[
                "code.coding",
                "subject",
                "focus",
                "effectiveDateTime",
                "valueCodeableConcept.coding",
            ],
            room_for: &["code", "focus", "effectiveDateTime", "valueCodeableConcept"],
            fixed: &[("status", &["final", "entered-in-error"])],
            ..nothing
        },
        Profile::FfbCareEvaluation => Asked {
            required: &["code.coding", "subject", "effectiveDateTime", "valueCodeableConcept.coding"],
            once: &["code.coding"],
            room_for: &["code", "effectiveDateTime", "valueCodeableConcept"],
            fixed: &[("code.coding.code", &[terms::SUPPORT_NEED])],
        },
        Profile::FfbInformationGathering => Asked {
            required: &["extension", "status", "subject", "effectiveDateTime"],
            once: &["investigation"],
            room_for: &["extension", "effectiveDateTime", "finding", "investigation"],
            ..nothing
        },
        Profile::FfbServicePerformer => {
            let category = &["category"];
            Asked { required: &["category.coding", "subject"], once: category, room_for: category, ..nothing }
        }
        Profile::FfbServiceRequest => Asked {
            required: &["extension", "status", "intent", "subject"],
            room_for: &["extension", "intent"],
            fixed: &[("intent", &["proposal"])],
            ..nothing
        },
        Profile::MessagingConsent => Asked {
            required: &["status", "scope", "category", "patient", "dateTime", "performer"],
            ..nothing
        },
        Profile::MessagingRelatedPerson => Asked { required: &["patient", "relationship"], ..nothing },
        Profile::MessagingGuardian => Asked {
            required: &["patient", "relationship"],
            fixed: &[("relationship.coding.code", &["GUARD"])],
            ..nothing
        },
        Profile::MessagingServicePerformer => Asked { required: &["subject", "participant"], ..nothing },
        Profile::MessagingOrderCarePlan => Asked {
            required: &["category", "created", "goal", "subject", "author", "addresses"],
            once: &["category"],
            ..nothing
        },
        Profile::MessagingRelatedCarePlan => {
            Asked { required: &["status", "intent", "subject", "careTeam"], ..nothing }
        }
    }
}

/// The rules of a profile that a resource breaks. `others` finds what it refers to; what is not there is not judged.
pub(in crate::fhir) fn broken<'w>(
    profile: Profile,
    resource: &Map<String, Value>,
    others: &impl Fn(&str) -> Option<&'w Map<String, Value>>,
) -> Vec<Broken> {
    let asked = asked(profile);
    let mut broken = Vec::new();
    let mut note = |rule, element: &str| broken.push(Broken { profile, rule, element: element.to_owned() });
    for element in asked.required {
        if reach(resource, element).is_empty() {
            note(Rule::Cardinality, element);
        }
    }
    for element in asked.once {
        if reach(resource, element).len() > 1 {
            note(Rule::Cardinality, element);
        }
    }
    if !asked.room_for.is_empty() {
        let room = |name: &str| EVERYWHERE.contains(&name) || asked.room_for.contains(&name);
        resource.keys().filter(|name| !room(name)).for_each(|name| note(Rule::Closed, name));
        if has_words(resource) {
            note(Rule::Closed, "text");
        }
        let foreign = reach(resource, "extension.url").into_iter().filter_map(Value::as_str);
        foreign
            .filter(|url| terms::name_in_guides(url).is_none())
            .for_each(|_| note(Rule::Closed, "extension"));
    }
    for (element, known) in asked.fixed {
        let found = reach(resource, element).into_iter().filter_map(Value::as_str);
        if !found.into_iter().any(|word| known.contains(&word)) {
            note(Rule::Fixed, element);
        }
    }
    check_ranks(profile, resource, &mut note);
    check_messaging(profile, resource, &mut note);
    let is_plan = matches!(profile, Profile::CarePlan | Profile::MessagingOrderCarePlan);
    if is_plan && !serves_one_purpose(resource, others) {
        note(Rule::OnePurpose, "goal");
    }
    if profile == Profile::FfbCarePlan {
        check_order(resource, &mut note);
    }
    broken
}

/// What a dotted path leads to, through lists.
fn reach<'v>(resource: &'v Map<String, Value>, path: &str) -> Vec<&'v Value> {
    let mut parts = path.split('.');
    let first = parts.next().and_then(|name| resource.get(name));
    let mut reached: Vec<&Value> = first.into_iter().flat_map(each).collect();
    for part in parts {
        reached = reached.into_iter().filter_map(|value| value.get(part)).flat_map(each).collect();
    }
    reached
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        value => vec![value],
    }
}

/// Whether a concept in it is put in words.
fn has_words(resource: &Map<String, Value>) -> bool {
    resource.iter().filter(|(name, _)| *name != "extension").any(|(_, value)| holds_words(value))
}

fn holds_words(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("text") || map.values().any(holds_words),
        Value::Array(list) => list.iter().any(holds_words),
        _ => false,
    }
}

fn ranks(resource: &Map<String, Value>) -> Vec<Option<u64>> {
    let rank = |addressed: &&Value| {
        let extensions = addressed.get("extension").and_then(Value::as_array)?;
        extensions.iter().find_map(|extension| {
            let name = terms::name_in_guides(extension.get("url")?.as_str()?)?;
            (name == terms::CONDITION_RANK).then(|| extension.get("valuePositiveInt")?.as_u64())?
        })
    };
    reach(resource, "addresses").iter().map(rank).collect()
}

fn check_ranks(profile: Profile, resource: &Map<String, Value>, note: &mut impl FnMut(Rule, &str)) {
    let ranks = ranks(resource);
    let primary = ranks.iter().filter(|rank| **rank == Some(1)).count();
    if primary > 1 || primary == 0 && profile == Profile::FfbInterventionGoal {
        note(Rule::OnePrimary, "addresses");
    }
    if profile == Profile::FfbCarePlan && !ranks.iter().all(|rank| matches!(rank, Some(1 | 2))) {
        note(Rule::Ranked, "addresses");
    }
}

/// What FFB messaging asks of the people and of who acts beside how often an element is there.
fn check_messaging(profile: Profile, resource: &Map<String, Value>, note: &mut impl FnMut(Rule, &str)) {
    let codes =
        |path: &str| -> Vec<&str> { reach(resource, path).into_iter().filter_map(Value::as_str).collect() };
    match profile {
        Profile::MessagingGuardian => {
            let forms = codings(resource, terms::GUARDIANSHIP_FORM);
            if forms.len() != 1 {
                note(Rule::Cardinality, "extension");
            } else if !forms.iter().all(|(_, form)| terms::GUARDIANSHIP_FORMS.contains(form)) {
                note(Rule::Bound, "extension");
            }
        }
        Profile::MessagingServicePerformer => {
            let roles = codes("participant.role.coding.code");
            if !roles.iter().all(|role| terms::PARTICIPANT_ROLES.contains(role)) {
                note(Rule::Bound, "participant.role");
            }
        }
        Profile::MessagingOrderCarePlan | Profile::CarePlan => {
            let acting = codings(resource, terms::ACTING_MUNICIPALITY);
            if acting.len() > 1 {
                note(Rule::Cardinality, "extension");
            }
            let official = |(system, code): &(&str, &str)| {
                *system == terms::MUNICIPALITIES && code.parse::<crate::Kommunekode>().is_ok()
            };
            if !acting.iter().all(official) {
                note(Rule::Bound, "extension");
            }
        }
        _ => {}
    }
    if matches!(profile, Profile::MessagingRelatedPerson | Profile::MessagingGuardian) {
        // Where there is an address, it is whole.
        let there = reach(resource, "address").len();
        for part in ["address.line", "address.postalCode", "address.city"] {
            if reach(resource, part).len() < there {
                note(Rule::Cardinality, part);
            }
        }
    }
}

/// The systems and codes that one of the guides' extensions of a resource holds.
fn codings<'v>(resource: &'v Map<String, Value>, name: &str) -> Vec<(&'v str, &'v str)> {
    let named = |extension: &&Value| {
        let url = extension.get("url").and_then(Value::as_str);
        url.and_then(terms::name_in_guides) == Some(name)
    };
    let text = |coding: &'v Value, name: &str| coding.get(name).and_then(Value::as_str).unwrap_or_default();
    let extensions = reach(resource, "extension").into_iter().filter(named);
    let codings = extensions.filter_map(|extension| extension.get("valueCoding"));
    codings.map(|coding| (text(coding, "system"), text(coding, "code"))).collect()
}

fn serves_one_purpose<'w>(
    resource: &Map<String, Value>,
    others: &impl Fn(&str) -> Option<&'w Map<String, Value>>,
) -> bool {
    let goals = reach(resource, "goal.reference");
    let goals: Vec<_> = goals.into_iter().filter_map(Value::as_str).map(others).collect();
    let is_purpose = |goal: &&Map<String, Value>| {
        reach(goal, "category.coding.code").into_iter().any(|code| code == terms::PURPOSE)
    };
    let purposes = goals.iter().flatten().filter(|goal| is_purpose(goal)).count();
    purposes == 1 || purposes == 0 && goals.iter().any(Option::is_none)
}

fn check_order(resource: &Map<String, Value>, note: &mut impl FnMut(Rule, &str)) {
    let word = |name: &str| resource.get(name).and_then(Value::as_str);
    if word("intent") != Some("order") || word("status") == Some("completed") {
        return;
    }
    let urls = reach(resource, "extension.url").into_iter().filter_map(Value::as_str);
    if !urls.filter_map(terms::name_in_guides).any(|name| name == terms::FOLLOW_UP_DATE) {
        note(Rule::Ordered, "extension");
    }
    for element in ["activity.outcomeReference", "addresses"] {
        if reach(resource, element).is_empty() {
            note(Rule::Ordered, element);
        }
    }
}
