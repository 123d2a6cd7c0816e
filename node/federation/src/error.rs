//! Why a handover's step was refused, each with a stable code and what to do.

use enplan_domain::Kommunekode;
use enplan_domain::handover::{
    Ending, ThreadRefusal, destination::DestinationRefusal, source::SourceRefusal,
};
use enplan_domain::household::leaving::LeavingRefusal;
use enplan_domain::plan::PlanRefusal;
use enplan_domain::relocation::RelocationRefusal;
use enplan_vault::{VaultError, WriteError};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// No handover of this id here.
    #[error("this municipality knows no such handover")]
    NoSuchHandover,
    /// No case of this id here.
    #[error("this municipality has no such case")]
    NoSuchCase,
    /// Another municipality owns the plan.
    #[error("another municipality owns the plan")]
    NotOurs {
        /// Which, where it is known.
        owner: Option<Kommunekode>,
    },
    /// The case already has a handover under way.
    #[error("the plan already has a handover under way")]
    AlreadyUnderWay,
    /// To itself.
    #[error("a plan can't be handed over to the municipality that owns it")]
    ToItself,
    /// The receiver is not a member.
    #[error("the receiver is not a member of the federation")]
    NotAMember,
    /// No legal basis of this id on the plan.
    #[error("the plan has no such legal basis")]
    NoSuchBasis,
    /// The legal basis does not carry this handover.
    #[error("the legal basis does not carry the handover: {code}")]
    Basis {
        /// The stable code of what is wrong with it.
        code: &'static str,
        /// In Danish, what to do.
        what_to_do: String,
    },
    /// The deadline is not ahead of now.
    #[error("the deadline must lie ahead")]
    DeadlinePassed,
    /// The preview is not the one that was looked at.
    #[error("the preview has changed since it was looked at")]
    PreviewChanged,
    /// Answered before.
    #[error("the handover has been answered or has ended")]
    AlreadyAnswered,
    /// Committed.
    #[error("it is too late: the handover is committed")]
    TooLate,
    /// Only the side that it was offered to can answer, only the side that offered it can take it back.
    #[error("that is for the other side of the handover to do")]
    WrongSide,
    /// No such reason in the catalogue.
    #[error("the catalogue has no such reason for a rejection")]
    UnknownReason,
    /// The registry has not yet confirmed what this node owns.
    #[error("the registry has not confirmed what this node owns since it started")]
    NotConfirmed,
    /// This machine's clock is far from the other nodes'.
    #[error("this machine's clock differs from the other nodes' clocks")]
    ClockWrong,
    /// This case is not served.
    #[error("the case is not served until an alarm is cleared: {code}")]
    NotServed {
        /// The alarm.
        code: &'static str,
    },
    /// No family move of this id here, or none that the caller may follow.
    #[error("this municipality knows no such family move")]
    NoSuchFamily,
    /// More than one sender uses this id.
    #[error("more than one sender uses this id for a family move")]
    FamilyAmbiguous,
    /// The handover is not one of that family's.
    #[error("the handover does not belong to that family move")]
    NotOfFamilyMove,
    /// What was asked for a family can't be meant.
    #[error("what was asked for the family can't be meant")]
    Leaving(#[from] LeavingRefusal),
    /// What the rules of moves say.
    #[error("the citizen's moves refuse it")]
    Relocation(#[from] RelocationRefusal),
    /// What the rules of a thread say.
    #[error("the handover's thread refuses it")]
    Thread(#[from] ThreadRefusal),
    /// Too many requests for plans from one municipality.
    #[error("too many requests for plans in an hour")]
    TooManyRequests,
    /// What the plan's own rules say.
    #[error("the plan refuses it")]
    Plan(#[from] PlanRefusal),
    /// Others changed the case over and over meanwhile.
    #[error("others are changing the case at the same moment")]
    Busy,
    /// What is stored can't be read as what it should be.
    #[error("a stored handover or plan can't be read")]
    Unreadable,
    /// The plan is too large for a package.
    #[error("the plan is too large for a package")]
    TooLarge,
    /// The vault could not read.
    #[error("the vault could not be read")]
    Vault(#[from] VaultError),
    /// The vault could not write.
    #[error("the vault could not be written")]
    Write(#[from] WriteError),
    /// A package could not be sealed or opened.
    #[error("the package could not be sealed or opened")]
    Package(#[from] enplan_vault::PackageError),
}

impl From<SourceRefusal> for HandoverError {
    fn from(refusal: SourceRefusal) -> Self {
        match refusal {
            SourceRefusal::NotYetOffered => Self::NotConfirmed,
            SourceRefusal::PreviewChanged => Self::PreviewChanged,
            SourceRefusal::TooLate => Self::TooLate,
        }
    }
}

impl From<DestinationRefusal> for HandoverError {
    fn from(refusal: DestinationRefusal) -> Self {
        match refusal {
            DestinationRefusal::PreviewChanged => Self::PreviewChanged,
            DestinationRefusal::AlreadyAnswered | DestinationRefusal::NotAwaited => Self::AlreadyAnswered,
            DestinationRefusal::TooLate => Self::TooLate,
        }
    }
}

impl HandoverError {
    /// Whether what is stored is damaged: then nothing but that one thing is.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Unreadable | Self::Vault(VaultError::Tampered(_) | VaultError::KeyOfCaseMissing { .. })
        )
    }

    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchHandover => "NO_SUCH_HANDOVER",
            Self::NoSuchCase => "NO_SUCH_CASE",
            Self::NotOurs { .. } => "NOT_OURS",
            Self::AlreadyUnderWay => "HANDOVER_UNDER_WAY",
            Self::ToItself => "HANDOVER_TO_ITSELF",
            Self::NotAMember => "RECEIVER_NOT_A_MEMBER",
            Self::NoSuchBasis => "NO_SUCH_BASIS",
            Self::Basis { code, .. } | Self::NotServed { code } => code,
            Self::DeadlinePassed => "DEADLINE_PASSED",
            Self::PreviewChanged => "PREVIEW_CHANGED",
            Self::AlreadyAnswered => "ALREADY_ANSWERED",
            Self::TooLate => "TOO_LATE",
            Self::WrongSide => "WRONG_SIDE",
            Self::UnknownReason => "UNKNOWN_REASON",
            Self::NotConfirmed => "NOT_CONFIRMED",
            Self::ClockWrong => "CLOCK_WRONG",
            Self::NoSuchFamily => "NO_SUCH_FAMILY_MOVE",
            Self::FamilyAmbiguous => "FAMILY_MOVE_AMBIGUOUS",
            Self::NotOfFamilyMove => "NOT_OF_FAMILY_MOVE",
            Self::Leaving(refusal) => refusal.code(),
            Self::Relocation(refusal) => refusal.code(),
            Self::Thread(refusal) => refusal.code(),
            Self::TooManyRequests => "TOO_MANY_REQUESTS",
            Self::Plan(refusal) => refusal.code(),
            Self::Busy => "BUSY",
            Self::TooLarge => "PLAN_TOO_LARGE",
            Self::Write(WriteError::DiskFull) => "DISK_FULL",
            Self::Unreadable | Self::Vault(_) | Self::Write(_) | Self::Package(_) => "NODE_FAILED",
        }
    }

    /// What to do about it, in Danish.
    pub fn what_to_do(&self) -> String {
        match self {
            Self::NoSuchHandover => "Overdragelsen findes ikke her. Se `enplan handover list --all`.".into(),
            Self::NoSuchCase => "Sagen findes ikke her. Se `enplan plan list`.".into(),
            Self::NotOurs { owner } => match owner.and_then(Kommunekode::name) {
                Some(name) => format!("Planen hører nu til hos {name} Kommune. Kontakt kommunen."),
                None => "Planen hører til hos en anden kommune.".into(),
            },
            Self::AlreadyUnderWay => {
                "Planen er allerede ved at blive overdraget. Se `enplan handover list`, og træk den tilbage først."
                    .into()
            }
            Self::ToItself => "Planen er allerede jeres. Vælg en anden kommune som modtager.".into(),
            Self::NotAMember => "Kommunen er ikke med i netværket. Vælg en af netværkets kommuner.".into(),
            Self::NoSuchBasis => {
                "Grundlaget findes ikke på planen. Se planens grundlag med `enplan plan show`.".into()
            }
            Self::Basis { what_to_do, .. } => what_to_do.clone(),
            Self::DeadlinePassed => "Fristen er passeret. Vælg en senere frist.".into(),
            Self::PreviewChanged => "Forhåndsvisningen er ændret. Se den igen, før I svarer.".into(),
            Self::AlreadyAnswered => "Overdragelsen er allerede besvaret eller afsluttet.".into(),
            Self::TooLate => {
                "Det er for sent: planen er overdraget. Skal den tilbage, så bed modtageren om en ny overdragelse."
                    .into()
            }
            Self::WrongSide => {
                "Det er den anden kommune, der kan gøre dette: modtageren svarer, afsenderen trækker tilbage.".into()
            }
            Self::UnknownReason => "Begrundelsen findes ikke i kataloget. Vælg en af katalogets.".into(),
            Self::NotConfirmed => {
                "Noden venter på flertal i netværkets register. Prøv igen om lidt, eller spørg driften.".into()
            }
            Self::ClockWrong => {
                "Nodens ur går forkert i forhold til de andre kommuners noder, så frister og samtykker kan ikke \
                 bedømmes. Bed driften om at rette uret."
                    .into()
            }
            Self::NotServed { .. } => "Sagen er spærret, til driften har set på noden.".into(),
            Self::NoSuchFamily => "Familieflytningen findes ikke her. Se `enplan handover list --all`.".into(),
            Self::FamilyAmbiguous => {
                "Flere kommuner bruger det id. Skriv med --from, hvilken kommune familien kommer fra.".into()
            }
            Self::NotOfFamilyMove => {
                "Overdragelsen hører ikke til familieflytningen. Se `enplan handover family show`.".into()
            }
            Self::Leaving(refusal) => refusal.what_to_do().into(),
            Self::Relocation(refusal) => refusal.what_to_do().into(),
            Self::Thread(refusal) => refusal.what_to_do().into(),
            Self::TooManyRequests => "Der er bedt om for mange planer på en time. Prøv igen senere.".into(),
            Self::Plan(refusal) => refusal.what_to_do(),
            Self::Busy => "Andre ændrer sagen lige nu. Prøv igen.".into(),
            Self::TooLarge => "Planen er for stor til at blive overdraget samlet. Spørg driften.".into(),
            Self::Write(WriteError::DiskFull) => {
                "Nodens disk er fuld. Intet er ændret. Bed driften om at skaffe plads, og prøv igen.".into()
            }
            Self::Unreadable | Self::Vault(_) | Self::Write(_) | Self::Package(_) => {
                "Noden kunne ikke gennemføre det. Intet er ændret. Kontakt driften.".into()
            }
        }
    }
}

/// Why a basis that no longer carries a handover ends it.
pub(crate) fn ending_of(error: &HandoverError) -> Ending {
    match error {
        HandoverError::Basis { code: "BASIS_WITHDRAWN", .. } => Ending::BasisWithdrawn,
        // Closed since the offer: what was previewed is not there to be sent.
        HandoverError::Plan(_) => Ending::PreviewChanged,
        _ => Ending::BasisLapsed,
    }
}

impl HandoverError {
    /// Whether somebody else wrote first: what is stored by now decides anew.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Write(
                WriteError::Conflict { .. }
                    | WriteError::TransferConflict { .. }
                    | WriteError::TransferExists { .. }
                    | WriteError::CaseExists { .. }
            )
        )
    }
}
