//! What may be done to a plan.

use std::collections::BTreeSet;

use jiff::civil::Time;
use uuid::Uuid;

use super::agreement::{Agreement, Grant};
use super::assessing::{Score, TargetGroupAssessment};
use super::evaluation::Evaluation;
use super::findings::FindingCode;
use super::item::Code;
use super::key::ItemKey;
use super::meeting::{Held, NewMeeting};
use super::merging::MergeDecision;
use super::provenance::Voice;
use super::relation::Relation;
use super::section::{SectionKind, Sector};
use super::when::When;
use super::{Citizen, CloseReason, Plan};
use crate::basis::BasisDraft;
use crate::{BasisId, CaseId, Cpr, Epoch, Kommunekode, Narrative, TransferId, UserName};

/// What somebody asks of a plan. Ids of new things come with the command, so that the same one sent twice is done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanCommand {
    /// Begin a plan.
    Register {
        /// Whose.
        citizen: Citizen,
        /// The coordinating caseworker.
        caseworker: UserName,
    },
    /// Take over a plan that a committed handover brought.
    Receive {
        /// From whom.
        from: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
        /// The new owner's epoch.
        epoch: Epoch,
        /// The kinds of information that the legal basis did not cover.
        left_out: BTreeSet<SectionKind>,
        /// The coordinating caseworker here.
        caseworker: UserName,
        /// The plan as it was sent.
        plan: Box<Plan>,
    },
    /// Put the plan away: another municipality has it.
    HandOver {
        /// Who.
        to: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
    },
    /// Set or correct the citizen's name.
    SetName {
        /// The name.
        name: Narrative,
    },
    /// The citizen has another number.
    ChangeCpr {
        /// The new one.
        cpr: Cpr,
    },
    /// Begin or end name and address protection, or ask for it anew when it is about to lapse.
    SetProtected {
        /// Whether the citizen is protected from now on.
        protected: bool,
    },
    /// Give the plan another coordinating caseworker.
    ChangeCaseworker {
        /// The new one.
        caseworker: UserName,
        /// The id of the note.
        id: Uuid,
        /// What the new one has to know.
        note: Narrative,
    },
    /// Set or correct where the citizen lives.
    SetAddress {
        /// The address; empty where there is none.
        address: Narrative,
    },
    /// Write something new into the plan.
    Add {
        /// Its id.
        id: Uuid,
        /// What.
        item: Box<NewItem>,
    },
    /// Write something that siblings share into this plan, one of theirs. Whether they may, [`crate::household::may_share`]
    /// says.
    Share {
        /// Its id, the same in each plan.
        id: Uuid,
        /// What: a goal or an action.
        item: Box<NewItem>,
        /// The cases whose plans share it.
        with: BTreeSet<CaseId>,
    },
    /// Say of something shared what [`PlanCommand::Change`] says of what is the plan's own.
    ChangeShared {
        /// What.
        item: ItemKey,
        /// How.
        change: ItemChange,
    },
    /// Say how far something in the plan has come, or word it otherwise.
    Change {
        /// What.
        item: ItemKey,
        /// How.
        change: ItemChange,
    },
    /// Plan a network meeting, or record one that was held and nobody had planned.
    Convene {
        /// Its id.
        id: Uuid,
        /// The meeting.
        meeting: Box<NewMeeting>,
        /// What became of it, where it has been.
        held: Option<Box<Held>>,
    },
    /// Hold a network meeting that was planned.
    HoldMeeting {
        /// Which.
        meeting: ItemKey,
        /// On which day.
        on: When,
        /// What became of it.
        held: Box<Held>,
    },
    /// Hold a follow-up, and say how far the goals are.
    HoldFollowUp {
        /// Which.
        follow_up: ItemKey,
        /// On which day.
        on: When,
        /// What it found.
        outcome: Narrative,
        /// Of each goal that it looked at, how far it is.
        evaluations: Vec<Evaluation>,
    },
    /// Say why a finding is as it should be.
    Acknowledge {
        /// The id of the note that says so.
        id: Uuid,
        /// The finding.
        code: FindingCode,
        /// What it concerns.
        items: Vec<ItemKey>,
        /// Why.
        reason: Narrative,
    },
    /// Say that two things pull against each other.
    Oppose {
        /// The id of the note that says so.
        id: Uuid,
        /// The two.
        between: [ItemKey; 2],
        /// How.
        how: Narrative,
    },
    /// Decide what two or more say of the same thing: all of these, or none.
    Merge {
        /// What is decided, in order.
        decisions: Vec<MergeDecision>,
    },
    /// Take something out again that was joined to something else: the two are not the same.
    Separate {
        /// The id of the note that says so.
        id: Uuid,
        /// What.
        item: ItemKey,
        /// Why; may be empty.
        reason: Narrative,
    },
    /// Take in the citizen's other plan here.
    TakeIn {
        /// Its case.
        from: CaseId,
        /// The plan.
        plan: Box<Plan>,
    },
    /// End this plan, because the citizen's other plan here takes it in.
    MergeInto {
        /// The other plan's case.
        into: CaseId,
    },
    /// Record a legal basis.
    RecordBasis(Box<BasisDraft>),
    /// Withdraw a consent.
    WithdrawBasis {
        /// Which.
        id: BasisId,
    },
    /// End the plan.
    Close {
        /// Why.
        reason: CloseReason,
        /// In words; may be empty.
        note: Narrative,
    },
}

/// Something that a caseworker writes into a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewItem {
    /// What the citizen wishes for, in the words of whoever said it.
    Wish {
        /// Whose sector it is nearest to.
        sector: Sector,
        /// The words.
        text: Narrative,
        /// Whose words.
        said_by: Voice,
    },
    /// Something in the citizen's life that stands in the way, or to build on.
    Situation {
        /// Who knows it.
        sector: Sector,
        /// The area of life, by its id in the catalogue.
        area: String,
        /// Which of the two.
        bearing: Bearing,
        /// What.
        text: Narrative,
        /// The same as a code, where somebody chose one.
        code: Option<Code>,
        /// Who said so.
        said_by: Voice,
    },
    /// How the citizen sees an area of their life.
    SelfAssessment {
        /// Who asked.
        sector: Sector,
        /// The area of life, by its id in the catalogue.
        area: String,
        /// How.
        score: Score,
        /// When it was said.
        on: When,
        /// In words; may be empty.
        text: Narrative,
        /// Who said so: the citizen, or somebody for them.
        said_by: Voice,
    },
    /// Whether the citizen belongs to a target group.
    TargetGroup {
        /// Who assessed it.
        sector: Sector,
        /// When.
        on: When,
        /// What was found. What is not answered is unclear.
        assessment: TargetGroupAssessment,
        /// In words; may be empty.
        text: Narrative,
    },
    /// One of the plans that are gathered into this one.
    SourcePlan {
        /// Whose plan it was.
        sector: Sector,
        /// Its kind, by its id in the catalogue.
        plan_kind: String,
        /// When it was made, where known.
        made: Option<When>,
        /// Where it lies, in words: the department, the case number.
        text: Narrative,
    },
    /// What an effort is for.
    Purpose {
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
        /// The wish that it comes from.
        wish: Option<ItemKey>,
    },
    /// A goal; a sub-goal where it is part of another goal.
    Goal {
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
        /// The wish, purpose or goal that it is part of.
        part_of: Option<ItemKey>,
        /// The plan that it was in before.
        taken_from: Option<ItemKey>,
    },
    /// What somebody does.
    Action {
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
        /// From when, where a day decides it.
        starts: Option<When>,
        /// The last day, where it has one.
        ends: Option<When>,
        /// The goal that it serves.
        goal: Option<ItemKey>,
        /// The plan that it was in before.
        taken_from: Option<ItemKey>,
        /// Provision, exemption, provider, contact person, readiness, how long, and the decision.
        agreed: Agreement,
    },
    /// A follow-up to come.
    FollowUp {
        /// Whose.
        sector: Sector,
        /// When.
        on: When,
        /// What about; may be empty.
        text: Narrative,
    },
    /// A note.
    Note {
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
    },
    /// What somebody else is to the citizen.
    Relation {
        /// Who knows it.
        sector: Sector,
        /// What, and who.
        relation: Relation,
        /// Since when, where known.
        starts: Option<When>,
        /// Until when, where it has ended or will.
        ends: Option<When>,
    },
    /// A child was heard.
    Hearing {
        /// By whom.
        sector: Sector,
        /// When.
        on: When,
        /// What it thinks.
        text: Narrative,
    },
}

impl NewItem {
    /// The FHIR resource type that its key begins with.
    pub fn resource_type(&self) -> &'static str {
        match self {
            Self::Wish { .. } | Self::Purpose { .. } | Self::Goal { .. } => "Goal",
            Self::Situation { .. } => "Condition",
            Self::SourcePlan { .. } | Self::Action { .. } => "CarePlan",
            Self::FollowUp { .. } | Self::Hearing { .. } => "Encounter",
            Self::Note { .. } => "Communication",
            Self::Relation { .. } => "RelatedPerson",
            Self::SelfAssessment { .. } => "Observation",
            Self::TargetGroup { .. } => "QuestionnaireResponse",
        }
    }
}

/// How something in the citizen's life bears on the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// It stands in the way.
    Barrier,
    /// It is something to build on.
    Resource,
}

/// What becomes of something that a caseworker wrote. What a report brought is changed by the next report alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange {
    /// It is worded otherwise; what it said before stays in the history.
    Reword {
        /// The new words.
        text: Narrative,
    },
    /// An intervention has begun: the citizen is ready, or the day has come.
    Begin {
        /// On which day.
        on: When,
    },
    /// An intervention is granted: it was decided after it was written down, or decided anew.
    Grant {
        /// The decision.
        grant: Grant,
        /// The provision that it leans on; the one agreed already where none is named.
        provision: Option<String>,
    },
    /// It is done: a goal or wish reached, an intervention over, a barrier gone, a decision carried out, a note read.
    Finish {
        /// On which day.
        on: When,
        /// What came of it; may be empty.
        outcome: Narrative,
    },
    /// A follow-up was held.
    Hold {
        /// On which day.
        on: When,
        /// What it found.
        outcome: Narrative,
    },
    /// It was given up.
    Drop {
        /// Why.
        reason: Narrative,
    },
    /// A goal is worded otherwise, because something has changed.
    Adjust {
        /// The new words.
        text: Narrative,
        /// What has changed.
        reason: Narrative,
    },
    /// A network meeting that is planned has another day, time or place.
    Move {
        /// The day.
        on: When,
        /// The time of day, where it is agreed.
        at: Option<Time>,
        /// Where; empty where it is the same place.
        place: Narrative,
    },
    /// What was written of a meeting or a follow-up was not right; what stood there stays in the history.
    CorrectMinutes {
        /// The right minutes.
        minutes: Narrative,
    },
    /// It was never right: its content is taken away, and that there was something stays.
    Withdraw,
}

impl PlanCommand {
    /// Whether it is the citizen's to have done whatever state the plan is in, closed or frozen: what protects them, and
    /// what the registry of persons says.
    pub fn protects_the_citizen(&self) -> bool {
        matches!(self, Self::WithdrawBasis { .. } | Self::SetProtected { .. } | Self::ChangeCpr { .. })
    }

    /// Whether it may be done while a handover has the plan frozen: that, a death, and the handover's own end.
    pub fn is_taken_while_frozen(&self) -> bool {
        match self {
            Self::HandOver { .. } => true,
            Self::Close { reason, .. } => *reason == CloseReason::Died,
            command => command.protects_the_citizen(),
        }
    }
}
