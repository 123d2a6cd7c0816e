//! `statement ..`.

use clap::{Args, Subcommand};
use enplan_domain::{CaseId, Date};

use super::Words;
use super::values::{case, day, item};
use super::writing::{Custody, Kinship};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan statement list SAG
  enplan statement take-over SAG RelatedPerson/mor --sector children --provision databeskyttelsesloven-11
  enplan statement dismiss SAG RelatedPerson/mor --reason \"Hun er farmor\"";

const LIST_EXAMPLES: &str = "\
Eksempler:
  enplan statement list SAG
  enplan statement list SAG --all --json";

const TAKE_OVER_EXAMPLES: &str = "\
Eksempler:
  enplan statement take-over SAG RelatedPerson/mor --sector children --custody shared --provision databeskyttelsesloven-11
  enplan statement take-over SAG RelatedPerson/farmor --sector social --kinship shares-home --without-person
  enplan statement take-over SAG Consent/01890a5d";

const DISMISS_EXAMPLES: &str = "\
Eksempler:
  enplan statement dismiss SAG RelatedPerson/mor --reason @grund.txt";

/// What can be done about what reports say of others.
#[derive(Debug, Subcommand)]
pub(crate) enum StatementVerb {
    /// Vis hvad rapporter siger om pårørende, samtykker og samarbejde, og hvad der venter på dig
    #[command(before_help = LIST_EXAMPLES)]
    List {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Vis også dem, der er taget stilling til
        #[arg(long)]
        all: bool,
    },
    /// Tag en oplysning over i planen: en relation med sit grundlag, eller et samtykke som grundlag
    #[command(before_help = TAKE_OVER_EXAMPLES)]
    TakeOver(Box<TakeOverStatement>),
    /// Afvis en oplysning; der spørges ikke igen, før den siges anderledes
    #[command(before_help = DISMISS_EXAMPLES)]
    Dismiss {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Oplysningens id, som `enplan statement list` viser det
        #[arg(value_name = "OPLYSNING", value_parser = item)]
        statement: String,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
    },
}

/// A statement to take over.
#[derive(Debug, Args)]
pub(crate) struct TakeOverStatement {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Oplysningens id, som `enplan statement list` viser det
    #[arg(value_name = "OPLYSNING", value_parser = item)]
    pub(crate) statement: String,
    /// Relation: sektoren, der kender den: social, employment, health, children, education, housing eller integration
    #[arg(long, value_name = "SEKTOR")]
    pub(crate) sector: Option<String>,
    /// Relation: hvad den anden er, hvis rapporten ikke siger det, eller siger det forkert
    #[arg(long, value_name = "HVAD")]
    pub(crate) kinship: Option<Kinship>,
    /// Relation: om den anden har forældremyndigheden, i barnets plan: sole, shared eller without
    #[arg(long, value_name = "HVORDAN")]
    pub(crate) custody: Option<Custody>,
    /// Relation: den bestemmelse, der lader planen nævne den anden; `enplan catalogue` viser dem
    #[arg(long, value_name = "ID")]
    pub(crate) provision: Option<String>,
    /// Relation: den dag, den anden samtykkede i at blive nævnt, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day, conflicts_with = "provision")]
    pub(crate) consent_given: Option<Date>,
    /// Relation: skriv den uden navn og nummer
    #[arg(long, conflicts_with_all = ["provision", "consent_given"])]
    pub(crate) without_person: bool,
}
