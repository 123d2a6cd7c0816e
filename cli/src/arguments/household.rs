//! `household ..`.

use clap::Subcommand;
use enplan_domain::CaseId;

use super::values::case;

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan household show SAG
  enplan household show SAG --json";

/// What can be seen of a family.
#[derive(Debug, Subcommand)]
pub(crate) enum HouseholdVerb {
    /// Vis familiens planer side om side, set fra en af dem
    #[command(before_help = EXAMPLES)]
    Show {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
}
