//! What looks like the same in a plan, and what somebody decides of it.

use clap::Subcommand;
use enplan_domain::CaseId;

use super::Words;
use super::values::{case, item};
use super::writing::Seen;

/// What can be done where several plans become one.
#[derive(Debug, Subcommand)]
pub(crate) enum MergeVerb {
    /// Vis hvad der ser ud til at være det samme i planen, hvorfor, og hvor det kommer fra
    #[command(
        before_help = "Eksempler:\n  enplan plan merge-proposals SAG\n  enplan plan merge-proposals SAG --json"
    )]
    MergeProposals {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
    /// Læg det sammen, der er det samme, og hold det hver for sig, der ikke er: det hele på én gang
    #[command(before_help = MERGE_EXAMPLES)]
    Merge {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// »ID ID ..« eller »ID ID .. | TEKST«: det første bliver det ledende; teksten bliver dets nye ordlyd. Eller @FIL med en linje
        /// til hver
        #[arg(long, value_name = "SAMME")]
        join: Vec<Words>,
        /// »ID ID ..« eller »ID ID .. | HVORFOR«: de er ikke det samme. Eller @FIL med en linje til hver
        #[arg(long, value_name = "HVER FOR SIG")]
        apart: Vec<Words>,
        #[command(flatten)]
        seen: Seen,
    },
    /// De er ikke det samme; de foreslås ikke igen, før et af dem siger noget andet
    #[command(before_help = "\
Eksempler:
  enplan plan keep-apart SAG Goal/76b9d91b Goal/0bb3daef
  enplan plan keep-apart SAG Goal/76b9d91b Goal/0bb3daef --reason @hvorfor.txt")]
    KeepApart {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// To eller flere
        #[arg(value_name = "ID", value_parser = item, num_args = 2.., required = true)]
        items: Vec<String>,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Option<Words>,
        #[command(flatten)]
        seen: Seen,
    },
    /// Skil noget ud igen, der er lagt sammen med noget andet: de er ikke det samme
    #[command(before_help = "\
Eksempler:
  enplan plan separate SAG Goal/0bb3daef
  enplan plan separate SAG Goal/0bb3daef --reason @hvorfor.txt")]
    Separate {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Det, der skilles ud
        #[arg(value_name = "ID", value_parser = item)]
        item: String,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Option<Words>,
        #[command(flatten)]
        seen: Seen,
    },
    /// Læg planen ind i borgerens anden åbne plan her, og afslut den: begge dele eller ingen
    #[command(before_help = "\
Eksempler:
  enplan plan merge-into SAG SAG --preview
  enplan plan merge-into SAG SAG")]
    MergeInto {
        /// Den plan, der lægges ind i den anden og afsluttes
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Den plan, der fortsætter
        #[arg(value_name = "IND I", value_parser = case)]
        into: CaseId,
        /// Vis kun, hvad det gør
        #[arg(long, conflicts_with = "yes")]
        preview: bool,
        /// Vis intet først, og spørg ikke
        #[arg(long)]
        yes: bool,
    },
}

const MERGE_EXAMPLES: &str = "\
Eksempler:
  enplan plan merge SAG --join \"Goal/76b9d91b Goal/0bb3daef\"
  enplan plan merge SAG --join \"Goal/76b9d91b Goal/0bb3daef | At bo alene\" --apart \"Condition/1f9 Condition/2c4\"
  enplan plan merge SAG --join @samme.txt --apart @hver-for-sig.txt";
