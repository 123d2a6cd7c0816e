//! Who may do what: the one place where it is decided, for every path into the node.
//!
//! The question has the shape that a policy engine asks: a principal ([`User`]), an [`Action`] and a [`Resource`]. The
//! answer comes from the table in `rules`, written so that policy files can take its place without a change here. The
//! whole matrix is rendered to a file that a person reviews.

pub mod deeds;
mod rules;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use rules::decide;

use crate::UserName;

/// What somebody is in the municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Works with citizens: those assigned to them or to their unit.
    Caseworker,
    /// Leads a unit: sees its citizens, assigns, accepts and rejects.
    TeamLead,
    /// Reviews practice notes before they are published. Sees no citizens.
    Reviewer,
    /// Sees the network's statistics. Sees no citizens.
    Coordinator,
    /// Runs the node. Sees no citizens.
    Operator,
    /// The data protection officer: reads the audit log.
    Dpo,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Caseworker, Self::TeamLead, Self::Reviewer, Self::Coordinator, Self::Operator, Self::Dpo];

    /// Its name in accounts and tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::TeamLead => "team-lead",
            Self::Reviewer => "reviewer",
            Self::Coordinator => "coordinator",
            Self::Operator => "operator",
            Self::Dpo => "dpo",
        }
    }
}

/// There is no such role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of caseworker, team-lead, reviewer, coordinator, operator and dpo")]
pub struct NotARole;

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NotARole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A unit of the municipality's organisation: 1 to 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit(String);

/// What was given is not a unit's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a unit's name has 1 to 100 characters and no control character")]
pub struct NotAUnit;

impl Unit {
    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Unit {
    type Err = NotAUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAUnit) }
    }
}

impl TryFrom<String> for Unit {
    type Error = NotAUnit;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.0
    }
}

/// Somebody who has logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their name.
    pub name: UserName,
    /// What they are; several roles add up.
    pub roles: BTreeSet<Role>,
    /// Where they work, if in a unit.
    pub unit: Option<Unit>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Begin a citizen's plan, or import the first report.
    RegisterCitizen,
    /// List one's citizens: the list holds only those that may be seen.
    ListPlans,
    /// See a plan.
    SeePlan,
    /// Look a citizen up by number.
    LookUpCitizen,
    /// Take a report into a plan.
    ImportReport,
    /// Change a plan.
    EditPlan,
    /// Begin or end name and address protection.
    SetProtection,
    /// Give a plan another coordinating caseworker.
    AssignCaseworker,
    /// Record a legal basis.
    RecordBasis,
    /// Record that a consent was withdrawn.
    WithdrawBasis,
    /// Offer a plan to another municipality.
    OfferHandover,
    /// Take an offer back.
    RevokeHandover,
    /// Accept a plan that is offered here.
    AcceptHandover,
    /// Say no to a plan that is offered here.
    RejectHandover,
    /// List handovers: previews hold nobody's identity.
    ListHandovers,
    /// Take in an extract of the registry of persons.
    ImportRelocations,
    /// Be told how many of an extract's citizens have a plan here: of a file with one number, whether its holder has.
    CountRelocations,
    /// Record that a case's citizen has moved.
    RecordRelocation,
    /// Decide what a citizen's move means for their case.
    DecideRelocation,
    /// See where a protected citizen has moved to.
    RevealDestination,
    /// Ask another municipality for the plan of a citizen who has moved here.
    AskForPlan,
    /// See which subscriptions to citizens' data end, numbers masked.
    SeeEndedSubscriptions,
    /// See the numbers too.
    EndSubscriptions,
    /// Read the audit log.
    ReadAudit,
    /// Make and change accounts.
    ManageAccounts,
    /// Load the code systems that give codes their words.
    ManageTerminology,
    /// See which code systems are loaded, and what a code means: nothing of a citizen.
    SeeTerminology,
    /// See what the municipalities have counted together: nothing of a citizen.
    SeeStatistics,
    /// See the municipality's own figures, however small.
    SeeOwnFigures,
    /// Count an epoch together with the other municipalities.
    RunStatistics,
    /// Agree for the municipality to what is counted.
    AgreeToManifest,
    /// See how the node does.
    SeeNodeStatus,
    /// Stop, restore and override the node.
    OperateNode,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 33] = [
        Self::RegisterCitizen,
        Self::ListPlans,
        Self::SeePlan,
        Self::LookUpCitizen,
        Self::ImportReport,
        Self::EditPlan,
        Self::SetProtection,
        Self::AssignCaseworker,
        Self::RecordBasis,
        Self::WithdrawBasis,
        Self::OfferHandover,
        Self::RevokeHandover,
        Self::AcceptHandover,
        Self::RejectHandover,
        Self::ListHandovers,
        Self::ImportRelocations,
        Self::CountRelocations,
        Self::RecordRelocation,
        Self::DecideRelocation,
        Self::RevealDestination,
        Self::AskForPlan,
        Self::SeeEndedSubscriptions,
        Self::EndSubscriptions,
        Self::ReadAudit,
        Self::ManageAccounts,
        Self::ManageTerminology,
        Self::SeeTerminology,
        Self::SeeStatistics,
        Self::SeeOwnFigures,
        Self::RunStatistics,
        Self::AgreeToManifest,
        Self::SeeNodeStatus,
        Self::OperateNode,
    ];

    /// Its name in the audit log and in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RegisterCitizen => "register-citizen",
            Self::ListPlans => "list-plans",
            Self::SeePlan => "see-plan",
            Self::LookUpCitizen => "look-up-citizen",
            Self::ImportReport => "import-report",
            Self::EditPlan => "edit-plan",
            Self::SetProtection => "set-protection",
            Self::AssignCaseworker => "assign-caseworker",
            Self::RecordBasis => "record-basis",
            Self::WithdrawBasis => "withdraw-basis",
            Self::OfferHandover => "offer-handover",
            Self::RevokeHandover => "revoke-handover",
            Self::AcceptHandover => "accept-handover",
            Self::RejectHandover => "reject-handover",
            Self::ListHandovers => "list-handovers",
            Self::ImportRelocations => "import-relocations",
            Self::CountRelocations => "count-relocations",
            Self::RecordRelocation => "record-relocation",
            Self::DecideRelocation => "decide-relocation",
            Self::RevealDestination => "reveal-destination",
            Self::AskForPlan => "ask-for-plan",
            Self::SeeEndedSubscriptions => "see-ended-subscriptions",
            Self::EndSubscriptions => "end-subscriptions",
            Self::ReadAudit => "read-audit",
            Self::ManageAccounts => "manage-accounts",
            Self::ManageTerminology => "manage-terminology",
            Self::SeeTerminology => "see-terminology",
            Self::SeeStatistics => "see-statistics",
            Self::SeeOwnFigures => "see-own-figures",
            Self::RunStatistics => "run-statistics",
            Self::AgreeToManifest => "agree-to-manifest",
            Self::SeeNodeStatus => "see-node-status",
            Self::OperateNode => "operate-node",
        }
    }
}

/// What an action is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A citizen's case here.
    Case {
        /// Its coordinating caseworker.
        caseworker: UserName,
        /// The unit that has it.
        unit: Option<Unit>,
    },
    /// A handover offered to this municipality, and to a unit if it is sorted already.
    IncomingHandover {
        /// Whose desk it lies on.
        unit: Option<Unit>,
    },
    /// The municipality or its node as a whole.
    Node,
}

/// No, and what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Denied {
    /// None of the user's roles may do it to anything.
    #[error("none of the user's roles may do this")]
    RoleMayNot,
    /// A role may, but not to this case: need-to-know.
    #[error("the case is neither the user's nor their unit's")]
    NotTheirs,
    /// The action isn't one that can be done to such a thing.
    #[error("the action doesn't apply to such a thing")]
    DoesNotApply,
}

impl Denied {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::RoleMayNot => "ACCESS_ROLE",
            Self::NotTheirs => "ACCESS_NEED_TO_KNOW",
            Self::DoesNotApply => "ACCESS_DOES_NOT_APPLY",
        }
    }

    /// What the user can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::RoleMayNot => "Din rolle giver ikke adgang hertil. Spørg din teamleder.",
            Self::NotTheirs => "Sagen er hverken din eller din enheds. Bed teamlederen tildele dig den.",
            Self::DoesNotApply => "Handlingen kan ikke bruges her.",
        }
    }
}
