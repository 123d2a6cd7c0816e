//! A network meeting (netværksmøde): who is asked, what it is to talk about, and what it decided.

use std::collections::BTreeSet;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::findings::FindingCode;
use super::key::ItemKey;
use super::provenance::Voice;
use super::section::Sector;
use super::when::When;
use crate::Narrative;

/// What there is to a network meeting, beside its day, its words and its minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// The time of day, in Denmark, where it is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Where, in words.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub place: Narrative,
    /// Who was asked, and who came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// What it was to talk about, as the plan was when it was held. Names what is in the plan and quotes none of it: each
    /// thing travels, or stays, by its own section.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaPoint>,
}

/// Somebody who is asked to a meeting, or came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Their name. Only who is there for work needs one; a private person's stays when the plan is handed over.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub name: Narrative,
    /// What they are to the citizen.
    pub relation: Voice,
    /// Their part, or whom they represent, in words.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub represents: Narrative,
    /// Whether they were asked beforehand.
    pub invited: bool,
    /// Whether they came; nothing before the meeting is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<bool>,
}

/// Something that a meeting is to talk about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaPoint {
    /// Why.
    pub topic: Topic,
    /// Which conflict, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingCode>,
    /// What in the plan it is about.
    pub items: BTreeSet<ItemKey>,
}

/// Why something is on an agenda, in the order in which a meeting takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Efforts that stand in each other's way.
    Conflict,
    /// What is wished for, the citizen's own words first.
    Wish,
    /// A goal that nobody acts on.
    GoalWithoutAction,
    /// An action that waits for the citizen to be ready.
    WaitsForReadiness,
    /// A follow-up whose day has passed.
    OverdueFollowUp,
    /// What a meeting decided and nobody has done.
    DecisionNotDone,
}

/// A meeting to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    /// Who calls it.
    pub sector: Sector,
    /// On which day.
    pub on: When,
    /// At which time of day.
    pub at: Option<Time>,
    /// Where.
    pub place: Narrative,
    /// What it is about; may be empty, since the plan makes the agenda.
    pub text: Narrative,
    /// Who is asked.
    pub participants: Vec<Participant>,
}

/// What became of a meeting that was held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// The minutes.
    pub minutes: Narrative,
    /// Who of those asked did not come, by their number from 1.
    pub absent: BTreeSet<usize>,
    /// Who came without having been asked.
    pub also: Vec<Participant>,
    /// What was decided.
    pub decisions: Vec<NewDecision>,
}

/// Something that a meeting decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Its id.
    pub id: Uuid,
    /// What.
    pub text: Narrative,
    /// Who does it.
    pub doer: Narrative,
    /// By which day.
    pub by: When,
    /// The action that it becomes at once, where it does.
    pub action: Option<DecidedAction>,
}

/// The action that a decision becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedAction {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub sector: Sector,
    /// The goal that it serves.
    pub goal: Option<ItemKey>,
}
