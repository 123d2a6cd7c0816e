//! The table.

use super::{Action, Denied, Resource, Role, User};

/// How far a role's permission for an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Not at all.
    Nothing,
    /// The user's own cases and their unit's; in a municipality's inbox, what is unsorted or their unit's.
    Theirs,
    /// That, and cases that are no unit's: a vault put back to an older copy gets plans again and knows nobody for them.
    TheirsAndNobodys,
    /// The municipality or its node as a whole.
    Node,
}

/// What a role may do: what isn't granted here is refused, so a new action is nobody's until somebody grants it.
fn reach(role: Role, action: Action) -> Reach {
    match (role, action) {
        // Public knowledge, and what can't be turned back into a citizen; but still nobody's who has no role here.
        (_, Action::SeeTerminology | Action::SeeStatistics)
        | (Role::Coordinator, Action::RunStatistics)
        | (
            Role::Caseworker | Role::TeamLead,
            Action::RegisterCitizen
            | Action::ListPlans
            | Action::LookUpCitizen
            | Action::ListHandovers
            | Action::AskForPlan,
        )
        // An extract is taken in by whoever fetches it. How many have a plan here is not theirs to know: of a file with one
        // number, it tells of a citizen.
        | (
            Role::Operator,
            Action::ManageAccounts
            | Action::ManageTerminology
            | Action::SeeNodeStatus
            | Action::OperateNode
            | Action::ImportRelocations,
        )
        // Whether the municipality's citizens are protected well enough to be counted is not for those to say who want the
        // figures.
        | (
            Role::Dpo,
            Action::ReadAudit
            | Action::SeeNodeStatus
            | Action::SeeEndedSubscriptions
            | Action::AgreeToManifest,
        )
        | (
            Role::TeamLead,
            Action::SeeNodeStatus
            | Action::ImportRelocations
            | Action::CountRelocations
            | Action::SeeEndedSubscriptions
            | Action::EndSubscriptions
            // A small figure of the municipality's own is a few citizens whom its leaders know.
            | Action::SeeOwnFigures,
        ) => Reach::Node,
        (Role::TeamLead, Action::SeePlan | Action::AssignCaseworker) => Reach::TheirsAndNobodys,
        (
            Role::Caseworker | Role::TeamLead,
            Action::SeePlan
            | Action::ImportReport
            | Action::EditPlan
            | Action::SetProtection
            | Action::RecordBasis
            | Action::WithdrawBasis
            | Action::OfferHandover
            | Action::RevokeHandover
            | Action::RecordRelocation
            | Action::DecideRelocation
            | Action::RevealDestination
            | Action::AcceptHandover
            | Action::RejectHandover,
        ) => Reach::Theirs,
        (
            Role::Caseworker
            | Role::TeamLead
            | Role::Reviewer
            | Role::Coordinator
            | Role::Operator
            | Role::Dpo,
            _,
        ) => Reach::Nothing,
    }
}

/// What an action is done to.
fn applies(action: Action, resource: &Resource) -> bool {
    match action {
        Action::SeePlan
        | Action::ImportReport
        | Action::EditPlan
        | Action::SetProtection
        | Action::AssignCaseworker
        | Action::RecordBasis
        | Action::WithdrawBasis
        | Action::OfferHandover
        | Action::RevokeHandover
        | Action::RecordRelocation
        | Action::DecideRelocation
        | Action::RevealDestination => matches!(resource, Resource::Case { .. }),
        Action::AcceptHandover | Action::RejectHandover => {
            matches!(resource, Resource::IncomingHandover { .. })
        }
        Action::RegisterCitizen
        | Action::ListPlans
        | Action::LookUpCitizen
        | Action::ListHandovers
        | Action::ImportRelocations
        | Action::CountRelocations
        | Action::AskForPlan
        | Action::SeeEndedSubscriptions
        | Action::EndSubscriptions
        | Action::ReadAudit
        | Action::ManageAccounts
        | Action::ManageTerminology
        | Action::SeeTerminology
        | Action::SeeStatistics
        | Action::SeeOwnFigures
        | Action::RunStatistics
        | Action::AgreeToManifest
        | Action::SeeNodeStatus
        | Action::OperateNode => matches!(resource, Resource::Node),
    }
}

fn is_theirs(user: &User, resource: &Resource) -> bool {
    match resource {
        Resource::Case { caseworker, unit } => {
            *caseworker == user.name || (unit.is_some() && *unit == user.unit)
        }
        Resource::IncomingHandover { unit } => unit.is_none() || *unit == user.unit,
        Resource::Node => false,
    }
}

fn is_nobodys(resource: &Resource) -> bool {
    matches!(resource, Resource::Case { unit: None, .. })
}

/// Decides whether a user may do something. Every answer is to be audited, a refusal too.
///
/// # Errors
/// [`Denied`]: no, and why.
pub fn decide(user: &User, action: Action, resource: &Resource) -> Result<(), Denied> {
    if !applies(action, resource) {
        return Err(Denied::DoesNotApply);
    }
    match user.roles.iter().map(|role| reach(*role, action)).max().unwrap_or(Reach::Nothing) {
        Reach::Nothing => Err(Denied::RoleMayNot),
        Reach::Theirs if !is_theirs(user, resource) => Err(Denied::NotTheirs),
        Reach::TheirsAndNobodys if !is_theirs(user, resource) && !is_nobodys(resource) => {
            Err(Denied::NotTheirs)
        }
        Reach::Theirs | Reach::TheirsAndNobodys | Reach::Node => Ok(()),
    }
}
