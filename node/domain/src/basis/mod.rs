//! The legal basis of a disclosure: typed, not a flag, and recorded with author and time.
//!
//! Two things are recorded of each: the guarantee of procedure (a consent, a duty, a named provision) and the basis
//! under the General Data Protection Regulation, which normally is *not* the consent. What is too general to lean on
//! can't be made: [`LegalBasis::record`] refuses it, and so does reading one from bytes.

mod coverage;
mod family;
mod refusal;
mod withdrawal;
mod wording;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

pub use coverage::BasisProblem;
pub use family::Say;
pub use refusal::{BasisRefusal, WhoConsents};
pub use withdrawal::WithdrawalEffect;
pub use wording::{Part, Wording};

use crate::plan::{ItemKey, Section};
use crate::{BasisId, CaseHandle, Context, Cpr, Kommunekode, Narrative, Stamp, catalogue, danish_day};

/// How a consent was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentForm {
    /// On paper.
    Written,
    /// With a digital signature.
    Digital,
    /// Orally, noted by the caseworker.
    OrallyNoted,
}

/// Who gave a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentGiver {
    /// The citizen, of age.
    Citizen,
    /// The guardian of somebody of age (værge).
    Guardian,
    /// The holder of custody over a child.
    CustodyHolder,
    /// All who share custody over a child, together.
    CustodyHolders,
    /// A young person, at an age at which the provision gives them the say.
    YoungPerson,
}

/// What a disclosure rests on in social law: the guarantee of procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// The citizen consents.
    Consent {
        /// For which purpose.
        purpose: Narrative,
        /// How it was given.
        form: ConsentForm,
        /// By whom.
        given_by: ConsentGiver,
    },
    /// The law demands it, without consent: barnets lov § 132.
    StatutoryDuty {
        /// The finding that special support is needed.
        assessment: Narrative,
        /// The mandatory summary of the relevant assessments.
        summary: Narrative,
        /// The necessary material, item by item.
        material: BTreeSet<ItemKey>,
    },
    /// Another provision allows it.
    OtherStatute {
        /// Why it applies.
        reason: Narrative,
    },
}

/// Article 6 of the General Data Protection Regulation: why the data may be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Article6 {
    /// Art. 6(1)(c): a legal obligation.
    #[serde(rename = "6(1)(c)")]
    LegalObligation,
    /// Art. 6(1)(e): a task in the public interest or in the exercise of official authority. The normal one.
    #[serde(rename = "6(1)(e)")]
    PublicTask,
}

/// Article 9 of the General Data Protection Regulation: why sensitive data may be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Article9 {
    /// Art. 9(2)(f): legal claims.
    #[serde(rename = "9(2)(f)")]
    LegalClaims,
    /// Art. 9(2)(g): substantial public interest.
    #[serde(rename = "9(2)(g)")]
    SubstantialPublicInterest,
}

/// The basis under the General Data Protection Regulation, with national law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataProtectionBasis {
    /// For personal data.
    pub article_6: Article6,
    /// For sensitive data.
    pub article_9: Article9,
}

impl Article6 {
    /// Its citation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LegalObligation => "6(1)(c)",
            Self::PublicTask => "6(1)(e)",
        }
    }
}

impl Article9 {
    /// Its citation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LegalClaims => "9(2)(f)",
            Self::SubstantialPublicInterest => "9(2)(g)",
        }
    }
}

impl DataProtectionBasis {
    /// What a municipality's casework normally rests on: art. 6(1)(e) and 9(2)(f).
    pub const NORMAL: Self = Self { article_6: Article6::PublicTask, article_9: Article9::LegalClaims };
}

/// A legal basis as somebody fills it in, before it is known to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisDraft {
    /// Its id.
    pub id: BasisId,
    /// For which case.
    pub case: CaseHandle,
    /// From whom.
    pub from: Kommunekode,
    /// To whom.
    pub to: Option<Kommunekode>,
    /// What: kinds of information in sectors.
    pub sections: BTreeSet<Section>,
    /// The provision in the catalogue that it leans on.
    pub provision: String,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when, that instant not included. A consent must have an end.
    pub until: Option<Timestamp>,
    /// The basis under the General Data Protection Regulation.
    pub data_protection: DataProtectionBasis,
    /// What it rests on.
    pub ground: Ground,
}

/// A legal basis, recorded. What it says never changes; a withdrawal is added to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct LegalBasis {
    draft: BasisDraft,
    to: Kommunekode,
    recorded: Stamp,
    withdrawal: Option<Stamp>,
}

/// A legal basis as it is stored and sent.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "basis")]
    draft: BasisDraft,
    recorded: Stamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawal: Option<Stamp>,
}

impl LegalBasis {
    /// Records a basis: refuses one that is general, incomplete, out of time, or given by somebody who can't by the
    /// catalogue's ages on the day that it is valid from.
    ///
    /// # Errors
    /// [`BasisRefusal`]: what is missing.
    pub fn record(draft: BasisDraft, citizen: &Cpr, context: &Context) -> Result<Self, BasisRefusal> {
        let today = context.today();
        if draft.sections.iter().any(|section| catalogue::sector(section.sector.as_str(), today).is_none()) {
            // Before what would follow from it: a sector that is misspelt holds no material.
            return Err(BasisRefusal::UnknownSector);
        }
        let to = draft.check()?;
        if draft.from != context.municipality {
            return Err(BasisRefusal::ForeignSender);
        }
        if draft.until.is_some_and(|until| until <= context.now) {
            return Err(BasisRefusal::OverAlready);
        }
        draft.check_against_catalogue(citizen, today)?;
        Ok(Self { draft, to, recorded: context.stamp(), withdrawal: None })
    }

    /// The same basis, withdrawn. The first withdrawal stands.
    #[must_use]
    pub fn withdrawn(mut self, stamp: Stamp) -> Self {
        self.withdrawal.get_or_insert(stamp);
        self
    }

    /// Its id.
    pub fn id(&self) -> BasisId {
        self.draft.id
    }

    /// What was filled in.
    pub fn draft(&self) -> &BasisDraft {
        &self.draft
    }

    /// What it rests on.
    pub fn ground(&self) -> &Ground {
        &self.draft.ground
    }

    /// To whom.
    pub fn recipient(&self) -> Kommunekode {
        self.to
    }

    /// The sections that it names, whether or not it holds now: [`LegalBasis::covers`] is what to ask before sending.
    pub fn sections(&self) -> &BTreeSet<Section> {
        &self.draft.sections
    }

    /// Who recorded it, and when.
    pub fn recorded(&self) -> &Stamp {
        &self.recorded
    }

    /// Who recorded its withdrawal, and when.
    pub fn withdrawal(&self) -> Option<&Stamp> {
        self.withdrawal.as_ref()
    }
}

impl BasisDraft {
    /// Whether it is complete and not general, by itself; its recipient then.
    fn check(&self) -> Result<Kommunekode, BasisRefusal> {
        let to = self.to.ok_or(BasisRefusal::NoRecipient)?;
        if to == self.from {
            return Err(BasisRefusal::ToItself);
        }
        if self.sections.is_empty() {
            return Err(BasisRefusal::NoSections);
        }
        if self.provision.trim().is_empty() {
            return Err(BasisRefusal::NoProvision);
        }
        if self.until.is_some_and(|until| until <= self.valid_from) {
            return Err(BasisRefusal::EndsBeforeItBegins);
        }
        match &self.ground {
            Ground::Consent { purpose, .. } if purpose.is_empty() => Err(BasisRefusal::NoPurpose),
            Ground::Consent { .. } if self.until.is_none() => Err(BasisRefusal::NoEnd),
            Ground::StatutoryDuty { assessment, .. } if assessment.is_empty() => {
                Err(BasisRefusal::NoAssessment)
            }
            Ground::StatutoryDuty { summary, .. } if summary.is_empty() => Err(BasisRefusal::NoSummary),
            Ground::StatutoryDuty { material, .. } if material.is_empty() => Err(BasisRefusal::NoMaterial),
            Ground::OtherStatute { reason } if reason.is_empty() => Err(BasisRefusal::NoReason),
            _ => Ok(to),
        }
    }

    fn check_against_catalogue(&self, citizen: &Cpr, today: Date) -> Result<(), BasisRefusal> {
        let provision = catalogue::provision(&self.provision, today).ok_or(BasisRefusal::UnknownProvision)?;
        let needed = match &self.ground {
            Ground::Consent { .. } => catalogue::Use::Consent,
            Ground::StatutoryDuty { .. } => catalogue::Use::Duty,
            Ground::OtherStatute { .. } => catalogue::Use::Disclosure,
        };
        if !provision.uses.contains(&needed) {
            return Err(BasisRefusal::ProvisionOfAnotherKind);
        }
        if let Ground::Consent { given_by, .. } = &self.ground {
            let who = WhoConsents::at(citizen.age_on(today), provision.ages);
            if !who.may(*given_by) {
                return Err(BasisRefusal::NotTheirsToGive(who));
            }
            let comes_of_age = citizen.birthday(provision.ages.of_age);
            // The end is not included, so it may be the very beginning of the birthday.
            let last_moment = self.until.and_then(|until| until.checked_sub(1.nanosecond()).ok());
            if matches!(given_by, ConsentGiver::CustodyHolder | ConsentGiver::CustodyHolders)
                && last_moment.is_some_and(|last| danish_day(last) >= comes_of_age)
            {
                let last = comes_of_age.yesterday().unwrap_or(Date::MIN);
                return Err(BasisRefusal::OutlastsCustody { last });
            }
        }
        Ok(())
    }
}

impl TryFrom<Written> for LegalBasis {
    type Error = BasisRefusal;

    fn try_from(Written { draft, recorded, withdrawal }: Written) -> Result<Self, BasisRefusal> {
        let to = draft.check()?;
        Ok(Self { draft, to, recorded, withdrawal })
    }
}

impl From<LegalBasis> for Written {
    fn from(LegalBasis { draft, recorded, withdrawal, .. }: LegalBasis) -> Self {
        Self { draft, recorded, withdrawal }
    }
}
