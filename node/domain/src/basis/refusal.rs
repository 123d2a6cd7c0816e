//! Why a legal basis is not recorded.

use jiff::civil::Date;

use super::ConsentGiver;
use crate::catalogue::Ages;

/// Whose a consent is to give, by the citizen's age and the provision's ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhoConsents {
    /// A child: the holder of custody.
    CustodyHolder,
    /// A young person with a say of their own, or the holder of custody.
    YoungPersonOrCustodyHolder,
    /// Of age: the citizen, or a guardian.
    CitizenOrGuardian,
}

impl WhoConsents {
    /// Who gives it for a citizen of this age.
    pub fn at(age: i16, ages: Ages) -> Self {
        if age >= ages.of_age {
            Self::CitizenOrGuardian
        } else if age >= ages.consents {
            Self::YoungPersonOrCustodyHolder
        } else {
            Self::CustodyHolder
        }
    }

    /// Whether this giver is among them.
    pub fn may(self, giver: ConsentGiver) -> bool {
        match giver {
            ConsentGiver::Citizen | ConsentGiver::Guardian => self == Self::CitizenOrGuardian,
            ConsentGiver::CustodyHolder | ConsentGiver::CustodyHolders => self != Self::CitizenOrGuardian,
            ConsentGiver::YoungPerson => self == Self::YoungPersonOrCustodyHolder,
        }
    }
}

/// What keeps a legal basis from being recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum BasisRefusal {
    /// To whom?
    #[error("the basis names no recipient")]
    NoRecipient,
    /// The sender is the recipient.
    #[error("the basis names its sender as the recipient")]
    ToItself,
    /// The sender is another municipality.
    #[error("the basis names another municipality as the sender")]
    ForeignSender,
    /// What? A general consent is none.
    #[error("the basis names no sections of the plan")]
    NoSections,
    /// A sector that the catalogue doesn't have today.
    #[error("the basis names a sector that the catalogue doesn't have today")]
    UnknownSector,
    /// What for? A general consent is none.
    #[error("the consent names no purpose")]
    NoPurpose,
    /// Until when? A consent without an end is general.
    #[error("the consent has no end")]
    NoEnd,
    /// Its end is not after its beginning.
    #[error("the basis ends before it begins")]
    EndsBeforeItBegins,
    /// Its end has passed.
    #[error("the basis is over already")]
    OverAlready,
    /// No finding of a need for special support.
    #[error("the duty needs the assessment that it follows from")]
    NoAssessment,
    /// No summary.
    #[error("the duty needs a summary of the relevant assessments")]
    NoSummary,
    /// Nothing named as necessary.
    #[error("the duty names no material, item by item")]
    NoMaterial,
    /// Something named as necessary is not in the plan, or not in the sections named.
    #[error("the duty names material that is not in the plan's sections named")]
    MaterialNotThere,
    /// No reason.
    #[error("the basis gives no reason why the provision applies")]
    NoReason,
    /// No provision.
    #[error("the basis names no provision")]
    NoProvision,
    /// A provision that the catalogue doesn't have today.
    #[error("the catalogue has no such provision today")]
    UnknownProvision,
    /// The provision can't carry a basis of this kind.
    #[error("the provision can't carry a basis of this kind")]
    ProvisionOfAnotherKind,
    /// By the provision's ages, another person gives the consent.
    #[error("at the citizen's age, the consent is another person's to give")]
    NotTheirsToGive(WhoConsents),
    /// The plan records the family, and nobody in it who holds custody.
    #[error("the plan records nobody who holds custody over the citizen")]
    NoCustodyRecorded,
    /// Custody is shared, and the provision asks all who share it.
    #[error("custody is shared, and all who share it give this consent")]
    AllHoldersNeeded,
    /// The plan records the family, and no guardian.
    #[error("the plan records no guardian of the citizen")]
    NoGuardianRecorded,
    /// Others consent for a child who is party to the case, and it was not heard.
    #[error("the child is party to the case and was not heard lately as one")]
    ChildNotHeard,
    /// Custody ends before the consent does: from then on, the consent is the citizen's own to give.
    #[error("the consent outlasts the custody of whoever gave it")]
    OutlastsCustody {
        /// The last day that it can have.
        last: Date,
    },
}

impl BasisRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoRecipient => "BASIS_NO_RECIPIENT",
            Self::ToItself => "BASIS_TO_ITSELF",
            Self::ForeignSender => "BASIS_FOREIGN_SENDER",
            Self::NoSections => "BASIS_NO_SECTIONS",
            Self::UnknownSector => "BASIS_UNKNOWN_SECTOR",
            Self::NoPurpose => "BASIS_NO_PURPOSE",
            Self::NoEnd => "BASIS_NO_END",
            Self::EndsBeforeItBegins => "BASIS_ENDS_BEFORE_IT_BEGINS",
            Self::OverAlready => "BASIS_OVER_ALREADY",
            Self::NoAssessment => "BASIS_NO_ASSESSMENT",
            Self::NoSummary => "BASIS_NO_SUMMARY",
            Self::NoMaterial => "BASIS_NO_MATERIAL",
            Self::MaterialNotThere => "BASIS_MATERIAL_NOT_THERE",
            Self::NoReason => "BASIS_NO_REASON",
            Self::NoProvision => "BASIS_NO_PROVISION",
            Self::UnknownProvision => "BASIS_UNKNOWN_PROVISION",
            Self::ProvisionOfAnotherKind => "BASIS_PROVISION_OF_ANOTHER_KIND",
            Self::NotTheirsToGive(_) => "BASIS_NOT_THEIRS_TO_GIVE",
            Self::NoCustodyRecorded => "BASIS_NO_CUSTODY_RECORDED",
            Self::AllHoldersNeeded => "BASIS_ALL_HOLDERS_NEEDED",
            Self::NoGuardianRecorded => "BASIS_NO_GUARDIAN_RECORDED",
            Self::ChildNotHeard => "BASIS_CHILD_NOT_HEARD",
            Self::OutlastsCustody { .. } => "BASIS_OUTLASTS_CUSTODY",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> String {
        let text = match self {
            Self::NoRecipient => "Vælg den kommune, der skal modtage oplysningerne.",
            Self::ToItself => "Vælg en anden kommune end jeres egen.",
            Self::ForeignSender => "Grundlaget skal gælde oplysninger fra jeres egen kommune.",
            Self::NoSections => {
                "Vælg de dele af planen, som grundlaget gælder. Et generelt samtykke er ikke gyldigt."
            }
            Self::UnknownSector => "Vælg sektorer fra kataloget.",
            Self::NoPurpose => {
                "Skriv, hvad oplysningerne skal bruges til. Et generelt samtykke er ikke gyldigt."
            }
            Self::NoEnd => "Angiv, hvornår samtykket udløber.",
            Self::EndsBeforeItBegins => "Ret datoerne: grundlaget slutter, før det begynder.",
            Self::OverAlready => "Grundlaget er udløbet. Indhent et nyt.",
            Self::NoAssessment => "Skriv vurderingen af, at der er behov for særlig støtte.",
            Self::NoSummary => "Skriv sammenfatningen af de relevante vurderinger. Den er lovpligtig.",
            Self::NoMaterial => "Vælg det nødvendige materiale, punkt for punkt.",
            Self::MaterialNotThere => {
                "Noget af materialet er ikke i planen, eller ikke i de afsnit, der er valgt. Se det med `enplan plan show`."
            }
            Self::NoReason => "Skriv, hvorfor bestemmelsen kan bruges.",
            Self::NoProvision | Self::UnknownProvision => "Vælg en bestemmelse fra kataloget.",
            Self::ProvisionOfAnotherKind => "Vælg en bestemmelse, der passer til grundlagets art.",
            Self::NotTheirsToGive(WhoConsents::CustodyHolder) => {
                "Borgeren er et barn, der ikke selv kan give samtykke: forældremyndighedens indehaver skal give det."
            }
            Self::NotTheirsToGive(WhoConsents::YoungPersonOrCustodyHolder) => {
                "Borgeren er en ung, der ikke er myndig: den unge selv eller forældremyndighedens indehaver skal give samtykket."
            }
            Self::NotTheirsToGive(WhoConsents::CitizenOrGuardian) => {
                "Borgeren er myndig: borgeren selv, eller en værge, skal give samtykket."
            }
            Self::NoCustodyRecorded => {
                "Familien står i planen, men ingen med forældremyndighed i dag. Skriv den først med `enplan plan add-relation`."
            }
            Self::AllHoldersNeeded => {
                "Forældremyndigheden er fælles, og bestemmelsen kræver samtykke fra begge: brug custody-holders, når begge har \
                 givet det."
            }
            Self::NoGuardianRecorded => {
                "Familien står i planen, men ingen værge i dag. Skriv værgen først med `enplan plan add-relation`."
            }
            Self::ChildNotHeard => {
                "Barnet er part i sagen og skal høres, før andre giver samtykke: efter at barnet blev part, og inden for det \
                 seneste halve år. Skriv høringen med `enplan plan add-hearing`."
            }
            Self::OutlastsCustody { last } => {
                return format!(
                    "Vælg en slutdato senest den {}. Når borgeren fylder 18 år, skal borgeren selv give samtykket.",
                    last.strftime("%-d.%-m.%Y")
                );
            }
        };
        text.to_owned()
    }
}
