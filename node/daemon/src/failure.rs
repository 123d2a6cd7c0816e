//! The one place where a refusal becomes a gRPC status: a stable code, what to do in Danish, and nothing of the inside.

use enplan_domain::access::Denied;
use enplan_domain::basis::BasisRefusal;
use enplan_domain::catalogue::ExemptionProblem;
use enplan_domain::danish_time;
use enplan_domain::fhir::BundleRefusal;
use enplan_domain::handover::ThreadRefusal;
use enplan_domain::household::leaving::LeavingRefusal;
use enplan_domain::plan::{Change, MergeRefusal, PlanRefusal};
use enplan_domain::relocation::RelocationRefusal;
use enplan_domain::statements::StatementRefusal;
use enplan_domain::terminology::CodeSystemRefusal;
use enplan_federation::{CountingError, HandoverError};
use enplan_vault::plans::NotAPlan;
use enplan_vault::{VaultError, WriteError};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Whose codes they are.
const DOMAIN: &str = "enplan";

/// How much of a plan's own words a refusal quotes: it travels in a header.
const LONGEST_QUOTE: usize = 200;

/// A refusal, as users' programs and users get it.
#[derive(Debug)]
pub(crate) struct Failure {
    grpc: Code,
    code: &'static str,
    english: String,
    danish: String,
    field: Option<&'static str>,
}

impl Failure {
    pub(crate) fn new(
        grpc: Code,
        code: &'static str,
        english: impl Into<String>,
        danish: impl Into<String>,
    ) -> Self {
        Self { grpc, code, english: english.into(), danish: danish.into(), field: None }
    }

    /// Its stable code.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// What to do, in Danish.
    pub(crate) fn danish(&self) -> &str {
        &self.danish
    }

    /// A field of the request can't be used.
    pub(crate) fn field(
        field: &'static str,
        code: &'static str,
        english: impl Into<String>,
        danish: impl Into<String>,
    ) -> Self {
        Self { field: Some(field), ..Self::new(Code::InvalidArgument, code, english, danish) }
    }

    /// Not logged in, or not any more.
    pub(crate) fn not_logged_in() -> Self {
        Self::new(
            Code::Unauthenticated,
            "NOT_LOGGED_IN",
            "no valid session",
            "Du er ikke logget ind, eller din session er udløbet. Log ind med `enplan login`.",
        )
    }

    /// Something inside failed; what, is in the node's log.
    pub(crate) fn inside(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed inside the node");
        Self::new(
            Code::Internal,
            "NODE_FAILED",
            "the node failed; nothing was changed",
            "Noden kunne ikke gennemføre det. Intet er ændret. Kontakt driften.",
        )
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        let mut details = ErrorDetails::new();
        details.set_error_info(failure.code, DOMAIN, [] as [(String, String); 0]);
        details.set_localized_message("da", failure.danish.clone());
        if let Some(field) = failure.field {
            details.add_bad_request_violation(field, failure.english.clone());
        }
        Self::with_error_details(failure.grpc, failure.english, details)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::new(Code::PermissionDenied, denied.code(), denied.to_string(), denied.what_to_do())
    }
}

impl From<CountingError> for Failure {
    fn from(error: CountingError) -> Self {
        let grpc = match &error {
            CountingError::Vault(_) | CountingError::Write(_) => return Self::inside(&error),
            CountingError::Registry(_)
            | CountingError::Away(_)
            | CountingError::Slow
            | CountingError::NotServed => Code::Unavailable,
            _ => Code::FailedPrecondition,
        };
        Self::new(grpc, error.code(), error.to_string(), error.what_to_do())
    }
}

impl From<PlanRefusal> for Failure {
    fn from(refusal: PlanRefusal) -> Self {
        let grpc = match refusal {
            PlanRefusal::NoPlan
            | PlanRefusal::NoSuchBasis
            | PlanRefusal::NoSuchGoal
            | PlanRefusal::NoSuchItem
            | PlanRefusal::NoSuchFinding
            | PlanRefusal::NoSuchWish
            | PlanRefusal::NoSuchSourcePlan => Code::NotFound,
            PlanRefusal::AlreadyHere | PlanRefusal::IdInUse | PlanRefusal::RelationAlreadyThere => {
                Code::AlreadyExists
            }
            PlanRefusal::EmptyText
            | PlanRefusal::UnknownSector
            | PlanRefusal::UnknownArea
            | PlanRefusal::UnknownPlanKind
            | PlanRefusal::UnknownProvision
            | PlanRefusal::Exemption(ExemptionProblem::Unknown)
            | PlanRefusal::ContactWithoutName
            | PlanRefusal::OpposesItself
            | PlanRefusal::EvaluatedTwice
            | PlanRefusal::ParticipantWithoutName
            | PlanRefusal::NoSuchParticipant
            | PlanRefusal::TooManyAtAMeeting
            | PlanRefusal::DecisionWithoutDoer
            | PlanRefusal::DecisionBeforeMeeting
            | PlanRefusal::DayOutOfRange
            | PlanRefusal::DayNotCome
            | PlanRefusal::EndsBeforeItBegins
            | PlanRefusal::CustodyNotTheirs
            | PlanRefusal::CustodyOverAnAdult
            | PlanRefusal::NoGroundForThirdPerson
            | PlanRefusal::NobodyNamed
            | PlanRefusal::RelatedToOneself
            | PlanRefusal::NotSiblings
            | PlanRefusal::Merge(
                MergeRefusal::NothingToMerge | MergeRefusal::KindsDiffer | MergeRefusal::NotTheirPlan,
            )
            | PlanRefusal::SharedPlanOfAnAdult
            | PlanRefusal::Basis(_) => Code::InvalidArgument,
            _ => Code::FailedPrecondition,
        };
        Self::new(grpc, refusal.code(), refusal.to_string(), refusal.what_to_do())
    }
}

impl From<BasisRefusal> for Failure {
    fn from(refusal: BasisRefusal) -> Self {
        PlanRefusal::from(refusal).into()
    }
}

impl From<BundleRefusal> for Failure {
    fn from(refusal: BundleRefusal) -> Self {
        match refusal {
            BundleRefusal::Plan(refusal) => refusal.into(),
            refusal => {
                let danish = refusal.what_to_do();
                Self::field("bundle", refusal.code(), refusal.to_string(), danish)
            }
        }
    }
}

impl From<CodeSystemRefusal> for Failure {
    fn from(refusal: CodeSystemRefusal) -> Self {
        let (code, english, danish) = (refusal.code(), refusal.to_string(), refusal.what_to_do());
        match refusal {
            CodeSystemRefusal::NotNewer { .. } | CodeSystemRefusal::NameTaken { .. } => {
                Self::new(Code::FailedPrecondition, code, english, danish)
            }
            _ => Self::field("code_system", code, english, danish),
        }
    }
}

impl From<HandoverError> for Failure {
    fn from(error: HandoverError) -> Self {
        let grpc = match &error {
            HandoverError::NoSuchHandover
            | HandoverError::NoSuchFamily
            | HandoverError::NoSuchCase
            | HandoverError::NoSuchBasis
            | HandoverError::Leaving(LeavingRefusal::NobodysBasis) => Code::NotFound,
            HandoverError::UnknownReason
            | HandoverError::NotAMember
            | HandoverError::ToItself
            | HandoverError::FamilyAmbiguous
            | HandoverError::Leaving(
                LeavingRefusal::TwoBases | LeavingRefusal::NotOfTheFamily | LeavingRefusal::StaysAndGoes,
            )
            | HandoverError::Thread(
                ThreadRefusal::Empty | ThreadRefusal::TooLong | ThreadRefusal::HoldsANumber,
            ) => Code::InvalidArgument,
            HandoverError::Relocation(refusal) => relocation_code(*refusal),
            HandoverError::NotConfirmed | HandoverError::NotServed { .. } | HandoverError::ClockWrong => {
                Code::Unavailable
            }
            HandoverError::Busy => Code::Aborted,
            HandoverError::Plan(_) => {
                let HandoverError::Plan(refusal) = error else { return Self::inside(&error) };
                return refusal.into();
            }
            HandoverError::Write(WriteError::DiskFull) => Code::ResourceExhausted,
            HandoverError::Vault(_)
            | HandoverError::Write(_)
            | HandoverError::Unreadable
            | HandoverError::Package(_) => return Self::inside(&error),
            _ => Code::FailedPrecondition,
        };
        Self::new(grpc, error.code(), error.to_string(), error.what_to_do())
    }
}

fn relocation_code(refusal: RelocationRefusal) -> Code {
    match refusal {
        RelocationRefusal::Changed => Code::Aborted,
        RelocationRefusal::NotAMove
        | RelocationRefusal::DayOutOfRange
        | RelocationRefusal::UnknownReason
        | RelocationRefusal::NoteMissing => Code::InvalidArgument,
        _ => Code::FailedPrecondition,
    }
}

impl From<RelocationRefusal> for Failure {
    fn from(refusal: RelocationRefusal) -> Self {
        HandoverError::from(refusal).into()
    }
}

impl From<StatementRefusal> for Failure {
    fn from(refusal: StatementRefusal) -> Self {
        let grpc = match refusal {
            StatementRefusal::NoSuchStatement => Code::NotFound,
            StatementRefusal::KinshipMissing
            | StatementRefusal::ReasonMissing
            | StatementRefusal::SectorMissing => Code::InvalidArgument,
            _ => Code::FailedPrecondition,
        };
        Self::new(grpc, refusal.code(), refusal.to_string(), refusal.what_to_do())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            // The audit leaf of a look could not be written: no look.
            VaultError::LookNotRecorded(error) => error.into(),
            error => Self::inside(&error),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match &error {
            WriteError::DiskFull => Self::new(
                Code::ResourceExhausted,
                "DISK_FULL",
                "the node's disk is full; nothing was changed",
                "Nodens disk er fuld. Intet er ændret. Bed driften om at skaffe plads, og prøv igen.",
            ),
            WriteError::Conflict { .. } => Self::changed(),
            WriteError::Quarantined => Self::new(
                Code::Unavailable,
                "QUARANTINED",
                "the node was restored and is in quarantine",
                "Noden er genskabt fra en kopi og er i karantæne. Prøv igen, når driften har frigivet den.",
            ),
            _ => Self::inside(&error),
        }
    }
}

impl From<NotAPlan> for Failure {
    fn from(error: NotAPlan) -> Self {
        Self::inside(&error)
    }
}

impl Failure {
    /// Somebody else changed the plan since the caller saw it.
    pub(crate) fn changed() -> Self {
        Self::new(
            Code::Aborted,
            "PLAN_CHANGED",
            "the plan has changed since it was read",
            "Planen er ændret, siden du så den. Hent den igen, se ændringen, og prøv så igen.",
        )
    }

    /// [`Failure::changed`], to somebody who may see the plan: the newest line of its history.
    pub(crate) fn changed_by(change: &Change) -> Self {
        let at = change.at.to_zoned(danish_time()).strftime("%d.%m.%Y kl. %H.%M").to_string();
        let text: String = change.text.reveal().chars().take(LONGEST_QUOTE).collect();
        let by = &change.by;
        Self {
            danish: format!(
                "Planen er ændret, siden du så den. Senest {at} af {by}: {text}. Se ændringerne med \
                 `enplan plan history`, og prøv så igen."
            ),
            ..Self::changed()
        }
    }

    /// No such case here, or none that the caller may know of.
    pub(crate) fn no_such_case() -> Self {
        HandoverError::NoSuchCase.into()
    }
}
