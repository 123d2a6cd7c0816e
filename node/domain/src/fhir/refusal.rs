//! Why a bundle is not taken at all.

use crate::cpr::NotACpr;
use crate::plan::PlanRefusal;

/// Why nothing of a bundle was taken. Never quotes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleRefusal {
    /// Too many bytes.
    #[error("the bundle has more than {limit} bytes")]
    TooLarge {
        /// How many are taken.
        limit: usize,
    },
    /// Objects in objects in objects.
    #[error("the bundle is nested more than {limit} levels deep")]
    TooDeep {
        /// How many are taken.
        limit: usize,
    },
    /// Too many entries.
    #[error("the bundle has more than {limit} entries")]
    TooManyEntries {
        /// How many are taken.
        limit: usize,
    },
    /// It ends in the middle.
    #[error("the bundle ends in the middle, at line {line}")]
    Truncated {
        /// Where.
        line: usize,
    },
    /// Not JSON.
    #[error("the file is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// JSON, but no FHIR bundle.
    #[error("the file is JSON but not a FHIR Bundle")]
    NotABundle,
    /// A transaction, a search result ..
    #[error("the bundle is neither a collection nor a message")]
    NotACollection,
    /// Its time has no offset, or is none.
    #[error("the bundle's timestamp is not an instant")]
    BadTimestamp,
    /// Nobody will report today what happens the day after tomorrow.
    #[error("the bundle's timestamp is more than a day ahead of this node's clock")]
    FromTheFuture,
    /// Whose plan?
    #[error("the bundle has no Patient, and the plan doesn't know whom it speaks of")]
    NoPatient,
    /// One plan at a time.
    #[error("the bundle has several Patients")]
    SeveralPatients,
    /// The Patient has no number.
    #[error("the Patient has no CPR number (identifier system urn:oid:1.2.208.176.1.2)")]
    NoCpr,
    /// The Patient has two numbers of the same kind.
    #[error("the Patient has several CPR numbers")]
    SeveralNumbers,
    /// The number is none.
    #[error("the Patient's CPR number is malformed")]
    MalformedCpr(#[source] NotACpr),
    /// Another citizen's.
    #[error("the bundle is about another citizen than the plan")]
    OtherCitizen,
    /// Nobody begins a plan with somebody who has died.
    #[error("the citizen has died and has no plan here")]
    Deceased,
    /// The plan can't be changed now.
    #[error("the plan can't take a report")]
    Plan(#[from] PlanRefusal),
}

impl BundleRefusal {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "BUNDLE_TOO_LARGE",
            Self::TooDeep { .. } => "BUNDLE_TOO_DEEP",
            Self::TooManyEntries { .. } => "BUNDLE_TOO_MANY_ENTRIES",
            Self::Truncated { .. } => "BUNDLE_TRUNCATED",
            Self::NotJson { .. } => "BUNDLE_NOT_JSON",
            Self::NotABundle => "BUNDLE_NOT_A_BUNDLE",
            Self::NotACollection => "BUNDLE_NOT_A_COLLECTION",
            Self::BadTimestamp => "BUNDLE_BAD_TIMESTAMP",
            Self::FromTheFuture => "BUNDLE_FROM_THE_FUTURE",
            Self::NoPatient => "BUNDLE_NO_PATIENT",
            Self::SeveralPatients => "BUNDLE_SEVERAL_PATIENTS",
            Self::NoCpr => "BUNDLE_NO_CPR",
            Self::SeveralNumbers => "BUNDLE_SEVERAL_NUMBERS",
            Self::MalformedCpr(_) => "BUNDLE_MALFORMED_CPR",
            Self::OtherCitizen => "BUNDLE_OTHER_CITIZEN",
            Self::Deceased => "BUNDLE_CITIZEN_DIED",
            Self::Plan(refusal) => refusal.code(),
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(&self) -> String {
        match self {
            Self::TooLarge { .. } | Self::TooDeep { .. } | Self::TooManyEntries { .. } => {
                "Filen er for stor. Bed fagsystemet om at sende den delt."
            }
            Self::Truncated { .. } => "Filen er ikke hel. Hent den igen fra fagsystemet.",
            Self::NotJson { .. } | Self::NotABundle | Self::NotACollection => {
                "Filen er ikke en FHIR-rapport. Vælg en JSON-fil med en Bundle af typen collection eller message."
            }
            Self::BadTimestamp | Self::FromTheFuture => {
                "Rapportens tidspunkt kan ikke passe. Kontrollér uret i fagsystemet og på noden."
            }
            Self::NoPatient | Self::NoCpr => "Rapporten siger ikke, hvem den handler om. Kontakt afsenderen.",
            Self::SeveralPatients => "Rapporten handler om flere borgere. Indlæs den med --several, så får hver sin egen plan.",
            Self::SeveralNumbers | Self::MalformedCpr(_) => {
                "Borgerens CPR-nummer i rapporten er forkert. Kontakt afsenderen."
            }
            Self::OtherCitizen => "Rapporten handler om en anden borger. Vælg den rigtige plan.",
            Self::Deceased => "Borgeren er død og har ingen plan her. Der oprettes ingen.",
            Self::Plan(refusal) => return refusal.what_to_do(),
        }
        .to_owned()
    }
}
