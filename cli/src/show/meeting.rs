//! Network meetings and what they decided.

use enplan_domain::CaseId;
use enplan_proto::plan::v1;
use serde::Serialize;

use super::coordination::AgendaPoint;
use super::item::Item;
use super::layout::{Align, Column, Page};
use super::words::{Attendance, ItemKind, LinkRole, Voice, day, or_empty, some};
use crate::terminal::View;

/// What there is to a network meeting.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Meeting {
    at: Option<String>,
    place: Option<String>,
    participants: Vec<Participant>,
    agenda: Vec<AgendaPoint>,
}

/// Somebody at it.
#[derive(Debug, PartialEq, Serialize)]
struct Participant {
    name: Option<String>,
    relation: Voice,
    represents: Option<String>,
    invited: bool,
    attendance: Option<Attendance>,
}

impl From<v1::Meeting> for Meeting {
    fn from(meeting: v1::Meeting) -> Self {
        let participant = |one: v1::Participant| Participant {
            name: some(one.name),
            relation: Voice::of(one.relation),
            represents: some(one.represents),
            invited: one.invited,
            attendance: (one.attendance != 0).then(|| Attendance::of(one.attendance)),
        };
        Self {
            at: some(meeting.at),
            place: some(meeting.place),
            participants: meeting.participants.into_iter().map(participant).collect(),
            agenda: meeting.agenda.into_iter().map(AgendaPoint::from).collect(),
        }
    }
}

impl Participant {
    fn named(&self) -> String {
        let who = self.name.clone().unwrap_or_else(|| self.relation.danish().to_owned());
        let mut about = vec![];
        if self.name.is_some() {
            about.push(self.relation.danish().to_lowercase());
        }
        about.extend(self.represents.clone());
        if !self.invited {
            about.push("ikke indbudt".to_owned());
        }
        let absent = self.attendance.filter(|attendance| *attendance == Attendance::Absent);
        about.extend(absent.map(|absent| absent.danish().to_owned()));
        if about.is_empty() { who } else { format!("{who} ({})", about.join(", ")) }
    }
}

const MEETINGS: &[Column] = &[
    ("DAG", Align::Left),
    ("STATUS", Align::Left),
    ("HVOR", Align::Left),
    ("DELTAGERE", Align::Left),
    ("DAGSORDEN", Align::Left),
    ("REFERAT", Align::Left),
    ("ID", Align::Left),
];

const DECISIONS: &[Column] = &[
    ("BESLUTNING", Align::Left),
    ("HVEM", Align::Left),
    ("SENEST", Align::Left),
    ("STATUS", Align::Left),
    ("BLEV TIL", Align::Left),
    ("ID", Align::Left),
];

const EVALUATIONS: &[Column] = &[
    ("DAG", Align::Left),
    ("MÅL", Align::Left),
    ("HVOR LANGT", Align::Left),
    ("ORD", Align::Left),
    ("ID", Align::Left),
];

/// The page with the meetings, what they decided, and how far follow-ups found the goals to be.
pub(super) fn of(page: Page, items: &[Item]) -> Page {
    let named = |id: &str| items.iter().find(|item| item.id == id).map(Item::name).unwrap_or_default();
    let of_kind = |kind| {
        let mut these: Vec<_> = items.iter().filter(|item| item.kind == kind).collect();
        these.sort_by_key(|item| (item.starts_on.clone(), item.recorded_on.clone(), item.id.clone()));
        these
    };
    let evaluated = of_kind(ItemKind::Evaluation).into_iter().filter_map(|item| {
        let goals: Vec<_> = item.links_to(LinkRole::Focus).map(named).collect();
        Some(vec![
            day(item.recorded_on.as_ref()),
            goals.join("; "),
            item.reach?.danish().to_owned(),
            item.title.clone(),
            item.id.clone(),
        ])
    });
    let decided = of_kind(ItemKind::Decision).into_iter().map(|item| {
        let became: Vec<_> = item.links_to(LinkRole::Outcome).collect();
        vec![
            item.title.clone(),
            or_empty(item.doer.as_ref()),
            day(item.ends_on.as_ref()),
            item.status(),
            became.join(" "),
            item.id.clone(),
        ]
    });
    page.titled_table("Vurderinger af mål", EVALUATIONS, evaluated.collect())
        .titled_table(
            "Netværksmøder",
            MEETINGS,
            of_kind(ItemKind::NetworkMeeting).iter().map(|item| row(item)).collect(),
        )
        .titled_table("Beslutninger", DECISIONS, decided.collect())
}

fn row(item: &Item) -> Vec<String> {
    let meeting = item.meeting.as_ref();
    let at = meeting.and_then(|meeting| meeting.at.as_ref());
    let when = [day(item.starts_on.as_ref()), at.map(|at| format!("kl. {at}")).unwrap_or_default()];
    let participants = meeting.map(|meeting| {
        let named = (1..).zip(&meeting.participants).map(|(number, one)| format!("{number} {}", one.named()));
        named.collect::<Vec<_>>().join("; ")
    });
    let agenda =
        meeting.map(|meeting| meeting.agenda.iter().map(AgendaPoint::line).collect::<Vec<_>>().join("; "));
    vec![
        when.join(" ").trim_end().to_owned(),
        item.status(),
        meeting.and_then(|meeting| meeting.place.clone()).unwrap_or_default(),
        participants.unwrap_or_default(),
        agenda.filter(|agenda| !agenda.is_empty()).unwrap_or_else(|| item.title.clone()),
        or_empty(item.outcome.as_ref()),
        item.id.clone(),
    ]
}

/// A meeting was written, with what it decided.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct MeetingWritten {
    case_id: String,
    item_id: String,
    decisions: Vec<DecisionTaken>,
    version: u64,
}

/// A decision as it was recorded.
#[derive(Debug, PartialEq, Serialize)]
struct DecisionTaken {
    item_id: String,
    action_id: Option<String>,
}

impl MeetingWritten {
    /// The node's answer.
    pub(crate) fn of(case: CaseId, item_id: String, taken: Vec<v1::DecisionTaken>, version: u64) -> Self {
        let taken = taken
            .into_iter()
            .map(|decision| DecisionTaken { item_id: decision.item_id, action_id: some(decision.action_id) });
        Self { case_id: case.to_string(), item_id, decisions: taken.collect(), version }
    }
}

impl View for MeetingWritten {
    fn page(&self) -> Page {
        let decided: Vec<_> = self.decisions.iter().map(|decision| decision.item_id.as_str()).collect();
        let actions: Vec<_> =
            self.decisions.iter().filter_map(|decision| decision.action_id.as_deref()).collect();
        Page::new().fields([
            ("Skrevet", self.item_id.clone()),
            ("Beslutninger", decided.join(" ")),
            ("Nye indsatser", actions.join(" ")),
            ("Planens version", self.version.to_string()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_meeting_that_was_written_is_shown_with_what_it_decided() {
        let decision = |item_id: &str, action_id: &str| v1::DecisionTaken {
            item_id: item_id.to_owned(),
            action_id: action_id.to_owned(),
        };
        let taken = vec![decision("Task/a", "CarePlan/b"), decision("Task/c", "")];
        let written = MeetingWritten::of(samples::CASE.parse().unwrap(), "Encounter/1".to_owned(), taken, 8);
        insta::assert_snapshot!("meeting_written_screen", written.page().human(false));
        insta::assert_json_snapshot!("meeting_written_json", written);
    }

    #[test]
    fn who_came_and_who_did_not_is_said_of_each() {
        let one = |name: &str, invited, attendance: v1::Attendance| v1::Participant {
            name: name.to_owned(),
            relation: v1::Voice::Professional.into(),
            represents: "Jobcentret".to_owned(),
            invited,
            attendance: attendance.into(),
        };
        let meeting = Meeting::from(v1::Meeting {
            participants: vec![
                one("", true, v1::Attendance::Came),
                one("Bo Lund", true, v1::Attendance::Absent),
                one("Ida Dam", false, v1::Attendance::Came),
            ],
            ..v1::Meeting::default()
        });
        let named: Vec<_> = meeting.participants.iter().map(Participant::named).collect();
        assert_eq!(
            named,
            [
                "Fagperson (Jobcentret)",
                "Bo Lund (fagperson, Jobcentret, kom ikke)",
                "Ida Dam (fagperson, Jobcentret, ikke indbudt)",
            ]
        );
    }
}
