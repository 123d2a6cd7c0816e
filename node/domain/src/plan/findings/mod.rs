//! What does not hang together in a plan, found by comparing what is in it: pure, and explained in a sentence each.
//!
//! A finding is no error and stops nothing. Whoever coordinates the plan changes it, takes it up at a network meeting, or
//! says why it is as it should be ([`Acknowledgement`]); that holds until what it concerns changes.

mod acknowledgement;
mod actions;
mod goals;
pub(in crate::plan) mod wording;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use acknowledgement::Acknowledgement;
pub(in crate::plan) use acknowledgement::mark_of;
pub(in crate::plan) use actions::normalised;

use super::item::{Item, ItemKind};
use super::key::ItemKey;
use super::merging::{Likeness, proposals};
use super::provenance::Source;
use super::{Life, Plan};
use crate::catalogue::Adopted;
use crate::{Narrative, UserName};

/// What was found, by a stable code. Conflicts come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingCode {
    /// Actions at the same time that each take the citizen's day, or the citizen's home.
    OverlappingActions,
    /// Aims that pull against each other: by their coded types, or in somebody's judgement.
    OpposingAims,
    /// Two sectors do the same at the same time.
    DoubleEffort,
    /// More contact persons than need be.
    TooManyContacts,
    /// A goal that nobody acts on.
    GoalWithoutAction,
    /// An action that serves no goal.
    ActionWithoutGoal,
    /// An action that leans on an exemption which does not carry it any more.
    ExemptionOver,
    /// Two sources say the same, or it is written twice: for somebody to join, or to keep apart.
    SameThing,
}

impl FindingCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::OverlappingActions,
        Self::OpposingAims,
        Self::DoubleEffort,
        Self::TooManyContacts,
        Self::GoalWithoutAction,
        Self::ActionWithoutGoal,
        Self::ExemptionOver,
        Self::SameThing,
    ];

    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OverlappingActions => "OVERLAPPING_ACTIONS",
            Self::OpposingAims => "OPPOSING_AIMS",
            Self::DoubleEffort => "DOUBLE_EFFORT",
            Self::TooManyContacts => "TOO_MANY_CONTACTS",
            Self::GoalWithoutAction => "GOAL_WITHOUT_ACTION",
            Self::ActionWithoutGoal => "ACTION_WITHOUT_GOAL",
            Self::ExemptionOver => "EXEMPTION_OVER",
            Self::SameThing => "SAME_THING",
        }
    }

    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::OverlappingActions => "Indsatser på samme tid",
            Self::OpposingAims => "Mål, der trækker hver sin vej",
            Self::DoubleEffort => "Dobbelt indsats",
            Self::TooManyContacts => "Mange kontaktpersoner",
            Self::GoalWithoutAction => "Mål uden indsats",
            Self::ActionWithoutGoal => "Indsats uden mål",
            Self::ExemptionOver => "Fritagelsen gælder ikke mere",
            Self::SameThing => "Måske det samme",
        }
    }

    /// Whether efforts stand in each other's way.
    pub fn is_conflict(self) -> bool {
        matches!(
            self,
            Self::OverlappingActions | Self::OpposingAims | Self::DoubleEffort | Self::TooManyContacts
        )
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// What it concerns.
    pub items: BTreeSet<ItemKey>,
    /// By what they look like the same, where that is what was found.
    pub alike: BTreeSet<Likeness>,
    /// Who has said that it is as it should be, of the items as they are now.
    pub acknowledged: Option<Acknowledged>,
}

/// Who has seen to a finding, and why it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The note that says so.
    pub note: ItemKey,
    /// Who; nobody where it came in a report.
    pub by: Option<UserName>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Narrative,
}

impl Finding {
    fn of(code: FindingCode, items: impl IntoIterator<Item = ItemKey>) -> Self {
        let (items, alike) = (items.into_iter().collect(), BTreeSet::new());
        Self { code, items, alike, acknowledged: None }
    }
}

/// What does not hang together in a plan on a day, conflicts first; nothing in one that nobody changes any more. What was
/// joined is one thing here. `adopted` is what the municipality has adopted.
pub fn findings(plan: &Plan, today: Date, adopted: &Adopted) -> Vec<Finding> {
    if plan.life != Life::Open {
        return Vec::new();
    }
    let same = proposals(plan, today).into_iter().map(|proposal| Finding {
        alike: proposal.why,
        ..Finding::of(FindingCode::SameThing, proposal.items)
    });
    let plan = &*plan.joined();
    let mut found: Vec<Finding> = actions::conflicts(plan, today)
        .chain(goals::opposing(plan, today))
        .chain(goals::without_action(plan, today))
        .chain(actions::without_goal(plan, today))
        .chain(actions::exemption_over(plan, today, adopted))
        .collect();
    found.sort_by(|one, other| (one.code, &one.items).cmp(&(other.code, &other.items)));
    found.dedup_by(|one, other| (one.code, &one.items) == (other.code, &other.items));
    // Of what is done twice nobody needs to be told that it is at the same time.
    let twice: BTreeSet<_> = found
        .iter()
        .filter(|finding| finding.code == FindingCode::DoubleEffort)
        .map(|finding| finding.items.clone())
        .collect();
    found
        .retain(|finding| finding.code != FindingCode::OverlappingActions || !twice.contains(&finding.items));
    for finding in &mut found {
        finding.acknowledged = plan.acknowledged(finding);
    }
    // What was decided to be two is not found again, so there is nobody to say so of these.
    found.extend(same);
    found
}

impl Plan {
    fn acknowledged(&self, finding: &Finding) -> Option<Acknowledged> {
        let says_so = |note: &&Item| note.acknowledges_now(finding, self);
        let note = self.items_of(ItemKind::Note).filter(says_so).max_by_key(|note| note.provenance.as_of)?;
        let by = match &note.provenance.source {
            Source::Staff { by } => Some(by.clone()),
            Source::Report { .. } => None,
        };
        Some(Acknowledged {
            note: note.key.clone(),
            by,
            at: note.provenance.as_of,
            reason: note.text.clone(),
        })
    }

    /// The interventions that are decided and not over on a day.
    fn running_actions(&self, day: Date) -> impl Iterator<Item = &Item> {
        self.items_of(ItemKind::Intervention).filter(move |item| item.is_running(day))
    }
}
