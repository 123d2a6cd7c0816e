//! The rules of KL's profiles that matter to a plan: how often an element must be there, and what must hold between them.
//!
//! Written from the guides, not generated: KL-dk 1.2.0, FFB reporting 1.0.0, and of FFB messaging 0.1.0 what is about people,
//! consents and who acts. Two of their invariants do not test what
//! they say (`intervention-goal-2` looks for an extension under a wrong URL, `care-plan-2` compares a number with a text
//! and cannot fail); here they are the rule that was meant.

mod rules;

use super::bundle::Entry;
use super::terms;
use crate::plan::ItemKind;

pub(super) use rules::broken;
pub use rules::{Broken, Rule};

/// A profile of one of KL's guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// KL-dk: a plan granted.
    CarePlan,
    /// KL-dk: an intervention.
    PlannedIntervention,
    /// KL-dk: a goal, a sub-goal or the citizen's own wish.
    Goal,
    /// KL-dk: what an effort is for.
    Purpose,
    /// KL-dk: a goal of an intervention, as FFB has it.
    FfbGoal,
    /// KL-dk: a condition.
    Condition,
    /// KL-dk: a target group.
    FocusCondition,
    /// KL-dk: a meeting.
    Encounter,
    /// KL-dk: an evaluation, such as of the need for support.
    Evaluation,
    /// KL-dk: an assessment.
    InformationGathering,
    /// KL-dk: who provides.
    ServicePerformer,
    /// FFB reporting: a plan granted.
    FfbCarePlan,
    /// FFB reporting: an intervention.
    FfbIntervention,
    /// FFB reporting: a goal.
    FfbInterventionGoal,
    /// FFB reporting: a condition.
    FfbCondition,
    /// FFB reporting: a target group.
    FfbTargetGroup,
    /// FFB reporting: a follow-up to come.
    FfbFollowUpEncounter,
    /// FFB reporting: what a follow-up came to.
    FfbFollowUp,
    /// FFB reporting: the need for support.
    FfbCareEvaluation,
    /// FFB reporting: an assessment.
    FfbInformationGathering,
    /// FFB reporting: who provides.
    FfbServicePerformer,
    /// FFB reporting: the request that a case began with.
    FfbServiceRequest,
    /// FFB messaging: a consent that somebody may know.
    MessagingConsent,
    /// FFB messaging: who somebody is to the citizen.
    MessagingRelatedPerson,
    /// FFB messaging: a guardian.
    MessagingGuardian,
    /// FFB messaging: who provides, and who cooperates.
    MessagingServicePerformer,
    /// FFB messaging: a plan that is ordered.
    MessagingOrderCarePlan,
    /// FFB messaging: another plan of the citizen's.
    MessagingRelatedCarePlan,
}

const ALL: [Profile; 28] = [
    Profile::CarePlan,
    Profile::PlannedIntervention,
    Profile::Goal,
    Profile::Purpose,
    Profile::FfbGoal,
    Profile::Condition,
    Profile::FocusCondition,
    Profile::Encounter,
    Profile::Evaluation,
    Profile::InformationGathering,
    Profile::ServicePerformer,
    Profile::FfbCarePlan,
    Profile::FfbIntervention,
    Profile::FfbInterventionGoal,
    Profile::FfbCondition,
    Profile::FfbTargetGroup,
    Profile::FfbFollowUpEncounter,
    Profile::FfbFollowUp,
    Profile::FfbCareEvaluation,
    Profile::FfbInformationGathering,
    Profile::FfbServicePerformer,
    Profile::FfbServiceRequest,
    Profile::MessagingConsent,
    Profile::MessagingRelatedPerson,
    Profile::MessagingGuardian,
    Profile::MessagingServicePerformer,
    Profile::MessagingOrderCarePlan,
    Profile::MessagingRelatedCarePlan,
];

impl Profile {
    /// Its name in its guide.
    pub fn name(self) -> &'static str {
        match self {
            Self::CarePlan => "KLCommonCareSocialCarePlan",
            Self::PlannedIntervention => "KLCommonCareSocialPlannedIntervention",
            Self::Goal => "KLCommonCareSocialGoal",
            Self::Purpose => "KLCommonCareSocialPurpose",
            Self::FfbGoal => "KLCommonCareSocialFFBGoal",
            Self::Condition => "KLCommonCareSocialCondition",
            Self::FocusCondition => "KLCommonCareSocialFocusCondition",
            Self::Encounter => "KLCommonCareSocialEncounter",
            Self::Evaluation => "KLCommonCareSocialEvaluation",
            Self::InformationGathering => "KLCommonCareSocialInformationGathering",
            Self::ServicePerformer => "KLCommonServicePerformer",
            Self::FfbCarePlan => "kl-reporting-ffb-carePlan",
            Self::FfbIntervention => "kl-reporting-ffb-intervention",
            Self::FfbInterventionGoal => "kl-reporting-ffb-interventionGoal",
            Self::FfbCondition => "kl-reporting-ffb-condition",
            Self::FfbTargetGroup => "kl-reporting-ffb-targetGroup",
            Self::FfbFollowUpEncounter => "kl-reporting-ffb-followUpEncounter",
            Self::FfbFollowUp => "kl-reporting-ffb-followUp",
            Self::FfbCareEvaluation => "kl-reporting-ffb-careEvaluation",
            Self::FfbInformationGathering => "kl-reporting-ffb-informationGathering",
            Self::FfbServicePerformer => "kl-reporting-ffb-servicePerformer",
            Self::FfbServiceRequest => "kl-reporting-ffb-serviceRequest",
            Self::MessagingConsent => "kl-messaging-ffb-consent",
            Self::MessagingRelatedPerson => "kl-messaging-ffb-relatedPerson",
            Self::MessagingGuardian => "kl-messaging-ffb-guardian",
            Self::MessagingServicePerformer => "kl-messaging-ffb-servicePerformer",
            Self::MessagingOrderCarePlan => "kl-messaging-ffb-orderCarePlan",
            Self::MessagingRelatedCarePlan => "kl-messaging-ffb-relatedCarePlan",
        }
    }

    /// Whether it is one of FFB reporting's, which take nothing beyond what they name.
    pub fn is_reporting(self) -> bool {
        self.name().starts_with("kl-reporting-ffb")
    }

    /// Its canonical URL.
    pub fn url(self) -> String {
        match self.name() {
            name if self.is_reporting() => terms::ffb(name),
            name if name.starts_with("kl-messaging-ffb") => terms::messaging(name),
            name => terms::core(name),
        }
    }

    /// The profile of this URL, under any of the bases that it is or was published under.
    pub(super) fn of_url(url: &str) -> Option<Self> {
        let name = terms::name_in_guides(url)?;
        ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// The profiles that a resource of this kind might keep, the narrowest first.
pub(super) fn candidates(kind: ItemKind, entry: &Entry) -> Vec<Profile> {
    match (entry.resource_type.as_str(), kind) {
        ("Goal", ItemKind::Purpose) => vec![Profile::Purpose],
        ("Goal", ItemKind::Goal) => vec![Profile::FfbInterventionGoal, Profile::FfbGoal, Profile::Goal],
        ("Goal", ItemKind::SubGoal | ItemKind::Wish) => vec![Profile::Goal],
        ("CarePlan", ItemKind::GrantedPlan) => vec![Profile::FfbCarePlan, Profile::CarePlan],
        ("CarePlan", ItemKind::Intervention) => vec![Profile::FfbIntervention, Profile::PlannedIntervention],
        ("Condition", ItemKind::Condition) => vec![Profile::FfbCondition, Profile::Condition],
        ("Condition", ItemKind::TargetGroup) => vec![Profile::FfbTargetGroup, Profile::FocusCondition],
        ("Condition", ItemKind::Barrier | ItemKind::Resource) => vec![Profile::Condition],
        ("Encounter", ItemKind::FollowUp) => vec![Profile::FfbFollowUpEncounter, Profile::Encounter],
        ("Observation", ItemKind::FollowUpResult) => vec![Profile::FfbFollowUp],
        ("Observation", ItemKind::SupportNeed) => vec![Profile::FfbCareEvaluation, Profile::Evaluation],
        ("ClinicalImpression", ItemKind::Assessment) => {
            vec![Profile::FfbInformationGathering, Profile::InformationGathering]
        }
        ("CareTeam", ItemKind::Provider) => vec![Profile::FfbServicePerformer, Profile::ServicePerformer],
        ("ServiceRequest", ItemKind::Request) => vec![Profile::FfbServiceRequest],
        _ => Vec::new(),
    }
}
