//! What is due in a plan: the work list's lines.
//!
//! [`deadlines`] finds them in a plan and needs no clock: a list keeps what it found when the plan was written, and opens no
//! plan. How a deadline stands on a day (overdue, due, upcoming, or no longer one) is [`Deadline::standing`]'s to say, each
//! time it is read: nothing has to happen in a plan for something to become overdue. What is due beside a plan (a move that
//! nobody has decided on, an offer, a request) is made of what is kept of that.

mod beside;
mod find;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use beside::{asked_elsewhere, of_moves, offered_away, offered_here};
pub use find::deadlines;

use crate::catalogue::terms::{self, Term};
use crate::catalogue::{Adopted, EXEMPTIONS};
use crate::plan::{ItemKey, Sector};
use crate::{BasisId, Narrative, calendar};

/// The version of the rules by which [`deadlines`] finds what is due: grows with every change of them. What a list keeps that
/// was found by another is found anew.
pub const RULES: u32 = 1;

/// What is due within so many working days is due now.
const SOON: usize = 5;

/// What kind of deadline it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// A follow-up is planned.
    FollowUp,
    /// An action should begin.
    ActionBegins,
    /// An action has its last day.
    ActionEnds,
    /// An action has lasted as long as it was expected to.
    ActionOutlasts,
    /// An action has waited for readiness as long as is usual.
    Readiness,
    /// What was granted binds no longer.
    GrantEnds,
    /// The citizen can complain of a decision until then.
    Complaint,
    /// The exemption that an action leans on runs out.
    ExemptionEnds,
    /// A consent or another legal basis runs out.
    BasisEnds,
    /// A child's plan is to be there.
    ChildPlan,
    /// A young person's plan is to be there.
    YouthPlan,
    /// Name and address protection lapses, unless it is asked for anew.
    Protection,
    /// A plan was offered to another municipality, which has not answered.
    HandoverAnswer,
    /// A network meeting is planned; after its day, its minutes are missing.
    NetworkMeeting,
    /// What a network meeting decided is to be done.
    Decision,
    /// A child is to be heard before what is decided of it.
    ChildHearing,
    /// Another municipality, offered a plan, has asked something.
    HandoverQuestion,
    /// Another municipality has offered a plan.
    HandoverOffered,
    /// Another municipality was asked for a plan and has not offered it.
    PlanRequested,
    /// Another municipality asks for a plan.
    PlanAskedFor,
    /// The citizen has moved, and nobody has decided what that means for the case.
    RelocationUndecided,
}

/// Whom a deadline waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// The coordinating caseworker.
    Caseworker,
    /// The citizen.
    Citizen,
    /// Who provides an action.
    Provider,
    /// Another municipality.
    Municipality,
    /// Whoever a network meeting gave it to.
    Doer,
    /// Anybody here who may answer: it is nobody's case yet.
    Staff,
}

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// What kind of thing.
    pub kind: DeadlineKind,
    /// The day; of an exemption the last that the catalogue knows, which the municipality's own may be before.
    pub due: Date,
    /// Whom it waits for.
    pub waits_for: WaitsFor,
    /// What it is about, where that is something in the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemKey>,
    /// Whose that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<Sector>,
    /// The legal basis that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<BasisId>,
    /// The exemption that runs out, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<String>,
    /// The last day on which it is one at all: after it, there is nothing left to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// What it is about, in the plan's words; empty where they are codes.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub text: Narrative,
    /// Whom it waits for, by the name that the plan has; empty where it has none.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub whom: Narrative,
}

/// How urgent a deadline is on a day. In the order that a work list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Its day has passed.
    Overdue,
    /// Its day is today or within five working days.
    Due,
    /// It is later.
    Upcoming,
}

/// How a deadline stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// How urgent it is.
    pub urgency: Urgency,
    /// Its day, as this municipality's exemptions make it.
    pub due: Date,
}

impl DeadlineKind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::FollowUp,
        Self::ActionBegins,
        Self::ActionEnds,
        Self::ActionOutlasts,
        Self::Readiness,
        Self::GrantEnds,
        Self::Complaint,
        Self::ExemptionEnds,
        Self::BasisEnds,
        Self::ChildPlan,
        Self::YouthPlan,
        Self::Protection,
        Self::HandoverAnswer,
        Self::NetworkMeeting,
        Self::Decision,
        Self::ChildHearing,
        Self::HandoverQuestion,
        Self::HandoverOffered,
        Self::PlanRequested,
        Self::PlanAskedFor,
        Self::RelocationUndecided,
    ];

    /// A stable code, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FollowUp => "follow-up",
            Self::ActionBegins => "action-begins",
            Self::ActionEnds => "action-ends",
            Self::ActionOutlasts => "action-outlasts",
            Self::Readiness => "readiness",
            Self::GrantEnds => "grant-ends",
            Self::Complaint => "complaint",
            Self::ExemptionEnds => "exemption-ends",
            Self::BasisEnds => "basis-ends",
            Self::ChildPlan => "child-plan",
            Self::YouthPlan => "youth-plan",
            Self::Protection => "protection",
            Self::HandoverAnswer => "handover-answer",
            Self::NetworkMeeting => "network-meeting",
            Self::Decision => "decision",
            Self::ChildHearing => "child-hearing",
            Self::HandoverQuestion => "handover-question",
            Self::HandoverOffered => "handover-offered",
            Self::PlanRequested => "plan-requested",
            Self::PlanAskedFor => "plan-asked-for",
            Self::RelocationUndecided => "relocation-undecided",
        }
    }

    /// What is to be done, in Danish.
    pub fn danish(self) -> &'static str {
        match self {
            Self::FollowUp => "Hold opfølgningen",
            Self::ActionBegins => "Indsatsen skal begynde",
            Self::ActionEnds => "Indsatsen slutter",
            Self::ActionOutlasts => "Indsatsen har varet så længe, som det var ventet",
            Self::Readiness => "Tal igen om, hvad indsatsen venter på",
            Self::GrantEnds => "Bevillingen udløber",
            Self::Complaint => "Borgerens klagefrist udløber",
            Self::ExemptionEnds => "Fritagelsen udløber",
            Self::BasisEnds => "Samtykket eller grundlaget udløber",
            Self::ChildPlan => "Barnets plan skal være lagt",
            Self::YouthPlan => "Ungeplanen skal være lagt",
            Self::Protection => "Navne- og adressebeskyttelsen udløber, hvis den ikke fornyes",
            Self::HandoverAnswer => "Den anden kommune skal svare på overdragelsen",
            Self::NetworkMeeting => "Hold netværksmødet, og skriv referatet",
            Self::Decision => "Det, netværksmødet besluttede, skal være gjort",
            Self::ChildHearing => "Barnet skal høres om afgørelsen",
            Self::HandoverQuestion => "Svar på den anden kommunes spørgsmål om overdragelsen",
            Self::HandoverOffered => "Svar på tilbuddet om at overtage en plan",
            Self::PlanRequested => "Den anden kommune er bedt om planen",
            Self::PlanAskedFor => "Svar den kommune, der har bedt om planen",
            Self::RelocationUndecided => "Afgør, hvad flytningen betyder for sagen",
        }
    }

    /// The provision that decides the day, where one does.
    pub fn citation(self) -> Option<&'static str> {
        let of = |term: Term| term.citation;
        match self {
            Self::Complaint => of(terms::COMPLAINT),
            Self::ChildPlan => of(terms::CHILD_PLAN),
            Self::YouthPlan => Some(terms::YOUTH_PLAN.0),
            Self::Protection => of(terms::PROTECTION),
            Self::Readiness => of(terms::READINESS),
            Self::ChildHearing => Some(terms::CHILD_HEARING),
            Self::PlanAskedFor | Self::RelocationUndecided => of(terms::RELOCATION),
            _ => None,
        }
    }
}

impl WaitsFor {
    /// A stable code, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::Citizen => "citizen",
            Self::Provider => "provider",
            Self::Municipality => "municipality",
            Self::Doer => "doer",
            Self::Staff => "staff",
        }
    }
}

impl Urgency {
    /// A stable code, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Upcoming => "upcoming",
        }
    }
}

impl Deadline {
    /// Something that is due, with nothing told of it yet.
    fn new(kind: DeadlineKind, due: Date, waits_for: WaitsFor) -> Self {
        Self {
            kind,
            due,
            waits_for,
            item: None,
            sector: None,
            basis: None,
            exemption: None,
            last_day: None,
            text: Narrative::default(),
            whom: Narrative::default(),
        }
    }

    /// How it stands on a day, by the exemptions that the municipality has adopted; none where it is no deadline any more.
    pub fn standing(&self, today: Date, adopted: &Adopted) -> Option<Standing> {
        if self.last_day.is_some_and(|last| last < today) {
            return None;
        }
        let due = self
            .exemption
            .as_ref()
            .and_then(|id| adopted.last_day(id))
            .map_or(self.due, |ends| ends.min(self.due));
        let urgency = match () {
            () if due < today => Urgency::Overdue,
            () if due <= calendar::working_days_after(today, SOON) => Urgency::Due,
            () => Urgency::Upcoming,
        };
        Some(Standing { urgency, due })
    }
}

/// The last day of an exemption by the catalogue.
fn exemption_ends(id: &str) -> Option<Date> {
    EXEMPTIONS.iter().find(|entry| entry.id == id)?.validity.until
}
