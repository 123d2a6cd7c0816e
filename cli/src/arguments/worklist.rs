//! `worklist`.

use clap::Args;
use enplan_domain::Date;

use super::values::day;

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan worklist
  enplan worklist --overdue
  enplan worklist --until 2027-06-30 --unit Familieafdelingen
  enplan worklist --json";

/// What to list.
#[derive(Debug, Args)]
pub(crate) struct WorklistArguments {
    /// Kun det, hvis dag er gået
    #[arg(long)]
    pub(crate) overdue: bool,
    /// Til og med den dag, ÅÅÅÅ-MM-DD [ellers: 30 dage frem]
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) until: Option<Date>,
    /// Kun den enheds planer [ellers: dine og din enheds]
    #[arg(long, value_name = "ENHED")]
    pub(crate) unit: Option<String>,
}
