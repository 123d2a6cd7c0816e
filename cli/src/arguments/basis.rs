//! `consent ..`, `duty ..` and `statute ..`: the legal basis of a handover.

use clap::{Args, Subcommand, ValueEnum};
use enplan_domain::{BasisId, CaseId, Date, Kommunekode};
use enplan_proto::basis::v1;

use super::values::{basis, case, day, municipality};
use super::{Input, Words};

pub(crate) const CONSENT_EXAMPLES: &str = "\
Eksempler:
  enplan consent record SAG --to Hillerød \\
    --purpose \"Fortsat støtte\" --until 2027-06-30 \\
    --all-sections --form written --giver citizen
  enplan consent withdraw SAG GRUNDLAG";

pub(crate) const DUTY_EXAMPLES: &str = "\
Eksempler:
  enplan duty record SAG --to Hillerød --provision barnets-lov-132 \\
    --assessment-file vurdering.txt --summary-file sammenfatning.txt \\
    --section children/goals";

pub(crate) const STATUTE_EXAMPLES: &str = "\
Eksempler:
  enplan statute record SAG --to 0219 --provision retssikkerhedsloven-11-a \\
    --reason @begrundelse.txt --section social/goals";

const WITHDRAW_EXAMPLES: &str = "\
Eksempler:
  enplan consent withdraw SAG GRUNDLAG
  enplan consent withdraw SAG GRUNDLAG --preview
  enplan consent withdraw SAG GRUNDLAG --yes";

const RECORD_EXAMPLES: &str = "\
Eksempler:
  enplan consent record SAG --to Hillerød \\
    --purpose \"Fortsat støtte\" --until 2027-06-30 \\
    --all-sections --form written --giver citizen
  enplan consent record SAG --to 0219 --purpose @formaal.txt --until 2027-06-30 \\
    --section social/goals --section social/interventions \\
    --form digital --giver guardian";

pub(crate) const BASIS_EXAMPLES: &str = "\
Eksempler:
  enplan basis list SAG
  enplan basis show SAG GRUNDLAG";

/// What can be seen of legal bases.
#[derive(Debug, Subcommand)]
pub(crate) enum BasisVerb {
    /// Vis en plans grundlag, det nyeste først
    #[command(before_help = "Eksempler:\n  enplan basis list SAG\n  enplan basis list SAG --json")]
    List {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
    /// Vis et grundlag, som borgeren kan læse det
    #[command(
        before_help = "Eksempler:\n  enplan basis show SAG GRUNDLAG\n  enplan basis show SAG GRUNDLAG --reveal handover"
    )]
    Show {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Grundlagets id
        #[arg(value_name = "GRUNDLAG", value_parser = basis)]
        basis: BasisId,
        /// Vis, hvem det er givet til, også hvor borgeren er beskyttet; det skrives i opslagsloggen: handover, contact
        /// eller legal-duty
        #[arg(long, value_name = "ÅRSAG")]
        reveal: Option<String>,
    },
}

/// What can be done with consents.
#[derive(Debug, Subcommand)]
pub(crate) enum ConsentVerb {
    /// Registrér et samtykke, som det blev givet
    #[command(before_help = RECORD_EXAMPLES)]
    Record {
        #[command(flatten)]
        recipient: Recipient,
        /// Formålet: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        purpose: Words,
        /// Sidste dag, det gælder, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        until: Date,
        #[command(flatten)]
        sections: Sections,
        /// Hvordan det blev givet: written (skriftligt), digital eller oral (mundtligt, noteret)
        #[arg(long, value_name = "FORM")]
        form: ConsentForm,
        /// Hvem der gav det: citizen (borgeren), guardian (værge), custody-holder (forældremyndighed), custody-holders
        /// (alle med fælles forældremyndighed) eller young-person (den unge selv)
        #[arg(long, value_name = "HVEM")]
        giver: ConsentGiver,
        /// Bestemmelsens id i kataloget [ellers: retssikkerhedsloven-11-a]
        #[arg(long, value_name = "ID")]
        provision: Option<String>,
    },
    /// Vis hvad det gør at trække et samtykke tilbage, spørg, og registrér det
    #[command(before_help = WITHDRAW_EXAMPLES)]
    Withdraw {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Samtykkets id
        #[arg(value_name = "GRUNDLAG", value_parser = basis)]
        basis: BasisId,
        /// Vis kun, hvad tilbagetrækningen ville gøre
        #[arg(long, conflicts_with = "yes")]
        preview: bool,
        /// Spørg ikke først
        #[arg(short, long)]
        yes: bool,
    },
}

/// What can be done with a duty to notify.
#[derive(Debug, Subcommand)]
pub(crate) enum DutyVerb {
    /// Registrér en underretningspligt med vurdering og sammenfatning
    #[command(before_help = DUTY_EXAMPLES)]
    Record {
        #[command(flatten)]
        recipient: Recipient,
        /// Bestemmelsens id i kataloget, for eksempel barnets-lov-132
        #[arg(long, value_name = "ID")]
        provision: String,
        /// Fil med vurderingen af, at der er behov for særlig støtte; - for stdin
        #[arg(long, value_name = "FIL")]
        assessment_file: Input,
        /// Fil med sammenfatningen af relevante vurderinger; - for stdin
        #[arg(long, value_name = "FIL")]
        summary_file: Input,
        /// Det nødvendige, som sektor/art, for eksempel children/goals; kan gentages
        #[arg(long = "section", value_name = "SEKTOR/ART", required = true)]
        sections: Vec<String>,
        /// Det nødvendige, punkt for punkt, som id i planen; kan gentages [ellers: alt i afsnittene]
        #[arg(long = "item", value_name = "ID")]
        material: Vec<String>,
    },
}

/// What can be done with another provision.
#[derive(Debug, Subcommand)]
pub(crate) enum StatuteVerb {
    /// Registrér en bestemmelse med begrundelse
    #[command(before_help = STATUTE_EXAMPLES)]
    Record {
        #[command(flatten)]
        recipient: Recipient,
        /// Bestemmelsens id i kataloget
        #[arg(long, value_name = "ID")]
        provision: String,
        /// Begrundelsen: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
        /// Hvad der må sendes, som sektor/art, for eksempel social/goals; kan gentages
        #[arg(long = "section", value_name = "SEKTOR/ART", required = true)]
        sections: Vec<String>,
    },
}

/// Whose plan, and who may receive it.
#[derive(Debug, Args)]
pub(crate) struct Recipient {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Den kommune, der må modtage: navn eller kommunekode
    #[arg(long, value_name = "KOMMUNE", value_parser = municipality)]
    pub(crate) to: Kommunekode,
}

/// What a consent covers.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Sections {
    /// Hvad der må sendes, som sektor/art, for eksempel social/goals; kan gentages
    #[arg(long = "section", value_name = "SEKTOR/ART")]
    pub(crate) section: Vec<String>,
    /// Alt, hvad planen indeholder i dag; noden nævner afsnittene ét for ét
    #[arg(long)]
    pub(crate) all_sections: bool,
}

/// How a consent was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConsentForm {
    /// On paper.
    Written,
    /// By a digital signature.
    Digital,
    /// Said, and noted by the caseworker.
    Oral,
}

impl From<ConsentForm> for v1::ConsentForm {
    fn from(form: ConsentForm) -> Self {
        match form {
            ConsentForm::Written => Self::Written,
            ConsentForm::Digital => Self::Digital,
            ConsentForm::Oral => Self::OralNoted,
        }
    }
}

/// Who gave a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConsentGiver {
    /// The citizen.
    Citizen,
    /// A guardian.
    Guardian,
    /// A custody holder.
    CustodyHolder,
    /// All who share custody, together.
    CustodyHolders,
    /// A young person who may consent alone.
    YoungPerson,
}

impl From<ConsentGiver> for v1::ConsentGiver {
    fn from(giver: ConsentGiver) -> Self {
        match giver {
            ConsentGiver::Citizen => Self::Citizen,
            ConsentGiver::Guardian => Self::Guardian,
            ConsentGiver::CustodyHolder => Self::CustodyHolder,
            ConsentGiver::CustodyHolders => Self::CustodyHolders,
            ConsentGiver::YoungPerson => Self::YoungPerson,
        }
    }
}
