//! What does not hang together in a plan, and the words that see to it.

use clap::Subcommand;
use enplan_domain::CaseId;

use super::Words;
use super::values::{case, item};
use super::writing::{ItemText, Seen};

/// What can be done about what does not hang together.
#[derive(Debug, Subcommand)]
pub(crate) enum CoordinationVerb {
    /// Vis hvad der ikke hænger sammen i planen, og hvad der kan gøres
    #[command(before_help = "Eksempler:\n  enplan plan findings SAG\n  enplan plan findings SAG --json")]
    Findings {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
    /// Et fund er, som det skal være; det gælder, til noget af det ændres
    #[command(before_help = "\
Eksempler:
  enplan plan acknowledge SAG TOO_MANY_CONTACTS --reason @hvorfor.txt
  enplan plan acknowledge SAG GOAL_WITHOUT_ACTION Goal/76b9d91b --reason @hvorfor.txt")]
    Acknowledge {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Fundets kode, som `enplan plan findings` viser den
        #[arg(value_name = "KODE")]
        code: String,
        /// Alt det, fundet handler om; kan udelades, når der kun er ét fund med koden
        #[arg(value_name = "ID", value_parser = item)]
        items: Vec<String>,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
        #[command(flatten)]
        seen: Seen,
    },
    /// To mål, ønsker eller indsatser trækker hver sin vej
    #[command(before_help = "\
Eksempler:
  enplan plan oppose SAG Goal/76b9d91b Goal/0bb3daef --text @hvordan.txt")]
    Oppose {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Det ene
        #[arg(value_name = "ID", value_parser = item)]
        one: String,
        /// Det andet
        #[arg(value_name = "ID", value_parser = item)]
        other: String,
        #[command(flatten)]
        text: ItemText,
        #[command(flatten)]
        seen: Seen,
    },
}
