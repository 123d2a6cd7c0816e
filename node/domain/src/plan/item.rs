//! One thing in a plan: a goal, an intervention, a condition, a follow-up ..

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::agreement::Agreement;
use super::assessing::{Score, TargetGroupAssessment};
use super::evaluation::Reach;
use super::findings::Acknowledgement;
use super::key::ItemKey;
use super::meeting::Meeting;
use super::provenance::{Provenance, Source, Voice};
use super::relation::Relation;
use super::section::{Section, SectionKind, Sector};
use super::when::When;
use crate::{CaseId, Narrative, UserName};

/// A code from a code system. `Debug` is masked: a code alone can say what ails somebody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code system's URI; empty where the source gave none.
    pub system: String,
    /// The code.
    pub code: String,
    /// Its words, where the source gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(masked)")
    }
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// The citizen's own wish (borgerens mål og ønsker).
    Wish,
    /// What an effort is for (indsatsformål).
    Purpose,
    /// A goal (mål).
    Goal,
    /// A part of a goal (delmål).
    SubGoal,
    /// A granted plan that interventions hang on (indsats in FFB's words).
    GrantedPlan,
    /// What somebody does: an action across all sectors (ydelse in FFB's words).
    Intervention,
    /// Who provides it, by type of offer (tilbud).
    Provider,
    /// A target group (målgruppe).
    TargetGroup,
    /// A condition.
    Condition,
    /// A follow-up, planned or held.
    FollowUp,
    /// What a follow-up came to.
    FollowUpResult,
    /// The request that the case began with.
    Request,
    /// An assessment (udredning).
    Assessment,
    /// How much support an assessment found that the citizen needs.
    SupportNeed,
    /// A caseworker's note.
    Note,
    /// Something in the citizen's life that stands in the way (barriere).
    Barrier,
    /// Something in the citizen's life to build on (ressource).
    Resource,
    /// One of the plans that were gathered into this one; what was in it names it.
    SourcePlan,
    /// What somebody else is to the citizen.
    Relation,
    /// The child was heard: what it thinks of its own case.
    Hearing,
    /// A network meeting (netværksmøde), planned or held.
    NetworkMeeting,
    /// What a network meeting decided that somebody does.
    Decision,
    /// How the citizen sees an area of their life (borgerens egen vurdering).
    SelfAssessment,
    /// An assessment of whether the citizen belongs to a target group (målgruppevurdering).
    TargetGroupAssessment,
}

impl ItemKind {
    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::Wish => "Ønske",
            Self::Purpose => "Indsatsformål",
            Self::Goal => "Mål",
            Self::SubGoal => "Delmål",
            Self::GrantedPlan => "Bevilget plan",
            Self::Intervention => "Indsats",
            Self::Provider => "Tilbud",
            Self::TargetGroup => "Målgruppe",
            Self::Condition => "Tilstand",
            Self::FollowUp => "Opfølgning",
            Self::FollowUpResult => "Opfølgningens resultat",
            Self::Request => "Henvendelse",
            Self::Assessment => "Udredning",
            Self::SupportNeed => "Støttebehov",
            Self::Note => "Notat",
            Self::Barrier => "Barriere",
            Self::Resource => "Ressource",
            Self::SourcePlan => "Samlet plan",
            Self::Relation => "Relation",
            Self::Hearing => "Høring af barnet",
            Self::NetworkMeeting => "Netværksmøde",
            Self::Decision => "Beslutning",
            Self::SelfAssessment => "Borgerens egen vurdering",
            Self::TargetGroupAssessment => "Målgruppevurdering",
        }
    }

    /// The kind of information that it is.
    pub fn section_kind(self) -> SectionKind {
        match self {
            Self::Wish => SectionKind::Wishes,
            Self::Purpose | Self::Goal | Self::SubGoal => SectionKind::Goals,
            Self::GrantedPlan | Self::Intervention | Self::Provider => SectionKind::Interventions,
            Self::TargetGroup | Self::TargetGroupAssessment => SectionKind::TargetGroups,
            Self::Condition => SectionKind::Conditions,
            Self::FollowUp | Self::FollowUpResult => SectionKind::FollowUps,
            Self::Request | Self::Assessment | Self::SupportNeed | Self::Hearing => SectionKind::Assessments,
            Self::Note => SectionKind::Notes,
            Self::Barrier | Self::Resource | Self::SelfAssessment => SectionKind::Situation,
            Self::SourcePlan => SectionKind::SourcePlans,
            Self::Relation => SectionKind::Relations,
            Self::NetworkMeeting | Self::Decision => SectionKind::Meetings,
        }
    }
}

/// How far an item has come, in words that all kinds share. The source's own word is kept in [`Item::details`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Thought of, not decided.
    Proposed,
    /// Decided, not begun.
    Planned,
    /// Under way.
    Active,
    /// Put on hold.
    OnHold,
    /// Done, held, reached or otherwise over.
    Ended,
    /// Given up before its end.
    Cancelled,
    /// Entered in error: the key is kept so that an older report can't bring it back; its content is gone.
    Withdrawn,
    /// The source didn't say, or said something unknown.
    Unknown,
}

/// What a detail tells of its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// A goal's type: develop, keep, or limit a loss (måltype).
    GoalType,
    /// The level of functioning that a goal aims at.
    TargetLevel,
    /// How severe a condition is, or the level of functioning today.
    Severity,
    /// What an observation found.
    Value,
    /// How sure a condition is.
    Verification,
    /// Whether a plan is proposed, planned or ordered.
    Intent,
    /// The source's own word for the status.
    ReportedStatus,
    /// The source's own word for the status of an intervention's activity.
    ActivityStatus,
    /// What a goal's description is coded as.
    Description,
    /// How the citizen is met: at home, on a screen ..
    ContactClass,
}

/// One coded thing told of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// What it tells.
    pub aspect: Aspect,
    /// What it says.
    pub code: Code,
}

/// How an item leans on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRole {
    /// The condition or target group that it is about.
    Addresses,
    /// What it is a part of: a sub-goal of its goal, a goal of its purpose, an intervention of its plan or request.
    BasedOn,
    /// Its provider.
    ProvidedBy,
    /// What an assessment found.
    Finding,
    /// What was concluded of it.
    Outcome,
    /// What a result is about.
    Focus,
    /// When it is followed up.
    FollowedUpBy,
    /// The goal that it serves.
    Serves,
    /// The plan that it was in before the plans were gathered.
    TakenFrom,
    /// The network meeting that decided it.
    DecidedAt,
    /// One of two that pull against each other, in somebody's judgement.
    Opposes,
    /// What it is joined to: somebody decided that both say the same thing, and that the other leads.
    JoinedTo,
}

/// A link from one item to another. The other may be missing: reports refer to things that come later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// How.
    pub role: LinkRole,
    /// To which.
    pub target: ItemKey,
    /// 1 for the primary one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
}

/// One thing in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What names it.
    pub key: ItemKey,
    /// What it is.
    pub kind: ItemKind,
    /// Whose it is.
    pub sector: Sector,
    /// How far its source says that it has come; [`Item::status_on`] also minds its end date.
    pub status: Status,
    /// What it is, coded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// What else is told of it, coded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// What it is, in words.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub text: Narrative,
    /// The municipality's case number.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub case_number: Narrative,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<When>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<When>,
    /// When it was recorded at its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<When>,
    /// When somebody last confirmed that it still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_asserted: Option<When>,
    /// What it leans on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<Link>,
    /// Whose words it is, where somebody wrote that down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_by: Option<Voice>,
    /// The area of life that a barrier, a resource or the citizen's own assessment is of, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The kind of plan that a source plan was, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_kind: Option<String>,
    /// What was agreed of an intervention, beside what and when.
    #[serde(default, skip_serializing_if = "Agreement::is_empty")]
    pub agreed: Agreement,
    /// What came of it: how a goal was reached, why an intervention was given up, what a follow-up or a meeting came to. Of
    /// a goal still in force, why it was adjusted last.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub outcome: Narrative,
    /// What somebody else is to the citizen, where it is a relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Box<Relation>>,
    /// The cases here whose plans share it, this one among them; empty where it is this plan's own. Never travels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shared: BTreeSet<CaseId>,
    /// What there is to a network meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Box<Meeting>>,
    /// Who does it, where a network meeting said so.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub doer: Narrative,
    /// How far a follow-up found the goal to be that it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// The finding that a note says has been seen to, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledges: Option<Acknowledgement>,
    /// The coordinating caseworker whom a note hands the plan on to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_to: Option<UserName>,
    /// How the citizen sees the area of life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Whether the citizen was found to belong to a target group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group: Option<TargetGroupAssessment>,
    /// Where its present state comes from.
    pub provenance: Provenance,
}

impl Item {
    /// An item with nothing told of it yet.
    pub fn new(key: ItemKey, kind: ItemKind, sector: Sector, status: Status, provenance: Provenance) -> Self {
        Self {
            key,
            kind,
            sector,
            status,
            codes: Vec::new(),
            details: Vec::new(),
            text: Narrative::default(),
            case_number: Narrative::default(),
            starts: None,
            ends: None,
            recorded: None,
            last_asserted: None,
            links: BTreeSet::new(),
            said_by: None,
            area: None,
            plan_kind: None,
            agreed: Agreement::default(),
            outcome: Narrative::default(),
            relation: None,
            shared: BTreeSet::new(),
            meeting: None,
            doer: Narrative::default(),
            reach: None,
            acknowledges: None,
            note_to: None,
            score: None,
            target_group: None,
            provenance,
        }
    }

    /// The section that it belongs to.
    pub fn section(&self) -> Section {
        Section { sector: self.sector.clone(), kind: self.kind.section_kind() }
    }

    /// How far it has come on a day. What has passed its last day is over even when its source still says active; and so
    /// is what a report ends, on the end date itself: the FFB reports end interventions so. A follow-up whose day has
    /// passed is not thereby held, nor a decision carried out.
    pub fn status_on(&self, day: Date) -> Status {
        let ended = |end: When| match self.provenance.source {
            Source::Staff { .. } => end.day() < day,
            Source::Report { .. } => end.day() <= day,
        };
        let stays = matches!(self.kind, ItemKind::FollowUp | ItemKind::Decision);
        let over = !stays && self.ends.is_some_and(ended);
        match self.status {
            Status::Active | Status::OnHold | Status::Planned | Status::Unknown if over => Status::Ended,
            status => status,
        }
    }

    /// Whether it waits for the citizen to be ready, and not for a day.
    pub fn waits_for_readiness(&self) -> bool {
        self.status == Status::Planned && self.starts.is_none() && !self.agreed.ready_when.is_empty()
    }

    /// Whether it is decided and not over on a day.
    pub fn is_running(&self, day: Date) -> bool {
        matches!(self.status_on(day), Status::Active | Status::Planned | Status::OnHold)
    }

    /// The codes told of one aspect.
    pub fn detail(&self, aspect: Aspect) -> impl Iterator<Item = &Code> {
        self.details.iter().filter(move |detail| detail.aspect == aspect).map(|detail| &detail.code)
    }

    /// The items that it leans on in one way.
    pub fn links_to(&self, role: LinkRole) -> impl Iterator<Item = &ItemKey> {
        self.links.iter().filter(move |link| link.role == role).map(|link| &link.target)
    }

    /// Lets go of whatever leads to something that is not among these. A note that acknowledges a finding of which a part
    /// is gone acknowledges nothing.
    pub(super) fn forget_all_but(&mut self, keys: &BTreeSet<ItemKey>) {
        let before = self.links.len();
        self.links.retain(|link| keys.contains(&link.target));
        if self.links.len() < before {
            self.acknowledges = None;
        }
        if let Some(meeting) = &mut self.meeting {
            let agenda = std::mem::take(&mut meeting.agenda);
            meeting.agenda = agenda.into_iter().filter_map(|point| point.kept(keys)).collect();
        }
    }

    /// Whether it says the same as another, whoever said it and when.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        Self { provenance: other.provenance.clone(), ..self.clone() } == *other
    }

    /// What is kept of an item entered in error: nothing but that there was one.
    #[must_use]
    pub fn withdrawn(self) -> Self {
        Self::new(self.key, self.kind, self.sector, Status::Withdrawn, self.provenance)
    }
}
