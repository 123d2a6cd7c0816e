//! Plain words for what the program calls otherwise, and texts that hold nothing but what is read.

use enplan_domain::Date;
use enplan_domain::deadlines::DeadlineKind;
use enplan_domain::plan::{Item, Status, Voice};

const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];

/// A day as one writes it in a letter.
pub(super) fn day(day: Date) -> String {
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!("{}. {month} {}", day.day(), day.year())
}

/// A text without what is not read: control characters, and the marks that turn the direction of a line.
pub(super) fn readable(text: &str) -> String {
    let marks_direction = |character| matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_read =
        |character: &char| *character == '\n' || !character.is_control() && !marks_direction(*character);
    text.chars().filter(is_read).collect()
}

/// Whose words something is, said to the citizen; nothing where they are not for the citizen's paper.
pub(super) fn said_by(voice: Option<Voice>) -> Option<&'static str> {
    match voice {
        Some(Voice::Citizen) => Some("dine egne ord"),
        Some(Voice::CustodyHolder) => Some("sagt af den, der har forældremyndigheden"),
        Some(Voice::Guardian) => Some("sagt af din værge"),
        Some(Voice::Professional) | None => Some("skrevet af kommunen"),
        Some(Voice::Relative) => None,
    }
}

/// How far a goal has come.
pub(super) fn goal_status(item: &Item, today: Date) -> &'static str {
    match item.status_on(today) {
        Status::Ended => "Nået",
        Status::OnHold => "Sat på pause",
        Status::Proposed | Status::Planned => "Foreslået",
        _ => "I gang",
    }
}

/// How far an action has come.
pub(super) fn action_status(item: &Item, today: Date) -> String {
    if item.waits_for_readiness() {
        return format!("Begynder, når det her er på plads: {}", readable(item.agreed.ready_when.reveal()));
    }
    match item.status_on(today) {
        Status::Proposed => "Foreslået, ikke besluttet",
        Status::Planned => "Aftalt, ikke begyndt",
        Status::OnHold => "Sat på pause",
        _ => "I gang",
    }
    .to_owned()
}

/// What is due, said to the citizen; nothing where it is the municipality's own, or says more than paper should.
pub(super) fn step(kind: DeadlineKind) -> Option<&'static str> {
    match kind {
        DeadlineKind::FollowUp => Some("Vi følger op sammen med dig"),
        DeadlineKind::NetworkMeeting => Some("Vi holder netværksmøde med dig"),
        DeadlineKind::Decision => Some("Det, vi aftalte på netværksmødet, skal være gjort"),
        DeadlineKind::ChildHearing => Some("Vi skal høre, hvad du mener"),
        DeadlineKind::ActionBegins => Some("Det begynder"),
        DeadlineKind::ActionEnds => Some("Det slutter"),
        DeadlineKind::GrantEnds => {
            Some("Bevillingen udløber. Inden da taler vi med dig om, hvad der så skal ske")
        }
        DeadlineKind::Complaint => Some("Sidste dag, du kan klage over afgørelsen"),
        DeadlineKind::Readiness => Some("Vi taler igen om, hvornår det kan begynde"),
        DeadlineKind::ChildPlan | DeadlineKind::YouthPlan => Some("Planen skal være færdig"),
        _ => None,
    }
}
