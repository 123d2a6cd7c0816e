//! `plan ..`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use enplan_domain::{CaseId, Date};

use super::assessing::AssessVerb;
use super::coordination::CoordinationVerb;
use super::merging::MergeVerb;
use super::values::{case, day, only_standard_input};
use super::writing::{AddVerb, ChangeVerb, Seen};
use super::{Input, Words};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan plan list
  enplan plan show --cpr-file cpr.txt
  enplan plan import bundle.json
  enplan plan add-goal SAG --text @maal.txt --sector social";

/// What can be done with plans.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanVerb {
    /// Vis planerne på din eller enhedens arbejdsliste
    #[command(before_help = "Eksempler:\n  enplan plan list\n  enplan plan list --all --json")]
    List {
        /// Vis også dem, der er overdraget til andre kommuner
        #[arg(long)]
        all: bool,
    },
    /// Vis én plan, som den er eller var på en dag
    #[command(before_help = SHOW_EXAMPLES)]
    Show {
        #[command(flatten)]
        which: Which,
        /// Vis planen, som den var ved dagens slutning, ÅÅÅÅ-MM-DD [ellers: nu]
        #[arg(long, value_name = "DAG", value_parser = day)]
        on: Option<Date>,
    },
    /// Vis hvem der har ændret hvad i planen, nyeste først
    #[command(before_help = HISTORY_EXAMPLES)]
    History {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Kun det, der kom før dette nummer
        #[arg(long, value_name = "NUMMER", default_value = "0")]
        before: u64,
        /// Højst så mange, 1-500 [ellers: 50]
        #[arg(long, value_name = "ANTAL", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// Skriv borgerens eget eksemplar, Min plan: en HTML-fil til A4, som kun du kan læse
    #[command(before_help = PRINT_EXAMPLES)]
    Print {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Filen, der skrives; en, der findes, røres ikke
        #[arg(long, value_name = "FIL")]
        file: PathBuf,
    },
    /// Opret en plan til en borger, der ikke har en her
    #[command(before_help = REGISTER_EXAMPLES)]
    Register {
        #[command(flatten)]
        number: CitizenNumber,
        /// Borgerens navn, eller @FIL. Et navn på kommandolinjen bliver i skallens historik
        #[arg(long, value_name = "NAVN")]
        name: Option<Words>,
    },
    /// Indlæs en FHIR R4 Bundle i borgerens plan
    #[command(before_help = IMPORT_EXAMPLES)]
    Import {
        /// Filen, JSON på højst 8 MiB; - for stdin
        #[arg(value_name = "FIL")]
        file: Input,
        /// Filen handler om flere borgere: hver får sit i sin egen plan, helt eller slet ikke
        #[arg(long)]
        several: bool,
    },
    /// Gem planen som en FHIR R4 Bundle, der kan indlæses igen
    #[command(before_help = EXPORT_EXAMPLES)]
    Export {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// En ny fil at gemme i; den må ikke findes [ellers: stdout]
        #[arg(long, value_name = "FIL")]
        file: Option<PathBuf>,
    },
    #[command(flatten)]
    Add(AddVerb),
    #[command(flatten)]
    Assess(AssessVerb),
    #[command(flatten)]
    Change(ChangeVerb),
    #[command(flatten)]
    Coordinate(CoordinationVerb),
    #[command(flatten)]
    Merge(MergeVerb),
    /// Skriv eller ret borgerens navn
    #[command(before_help = "Eksempler:\n  enplan plan name SAG @navn.txt")]
    Name {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Navnet, @FIL, eller - for stdin. Et navn på kommandolinjen bliver i skallens historik
        #[arg(value_name = "NAVN", allow_hyphen_values = true)]
        name: Words,
        #[command(flatten)]
        seen: Seen,
    },
    /// Skriv eller ret borgerens adresse
    #[command(
        before_help = "Eksempler:\n  enplan plan address SAG @adresse.txt\n  enplan plan address SAG \"\""
    )]
    Address {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Adressen, @FIL, eller - for stdin; "" hvor der ingen er mere. En adresse på kommandolinjen bliver i skallens historik
        #[arg(value_name = "ADRESSE", allow_hyphen_values = true)]
        address: Words,
        #[command(flatten)]
        seen: Seen,
    },
    /// Borgeren har fået et nyt CPR-nummer
    #[command(
        before_help = "Eksempler:\n  enplan plan new-cpr SAG --cpr-file cpr.txt\n  enplan plan new-cpr SAG --cpr -"
    )]
    NewCpr {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        #[command(flatten)]
        number: CitizenNumber,
        #[command(flatten)]
        seen: Seen,
    },
    /// Beskyt borgerens navn og adresse, eller ophæv beskyttelsen
    #[command(before_help = PROTECT_EXAMPLES)]
    Protect {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        #[command(flatten)]
        protection: Protection,
    },
    /// Giv planen til en anden koordinerende sagsbehandler, med en overlevering
    #[command(before_help = "Eksempler:\n  enplan plan assign SAG bo --note @overlevering.txt")]
    Assign {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Brugernavn i kommunen
        #[arg(value_name = "BRUGER")]
        caseworker: String,
        /// Hvad den nye skal vide: teksten selv, @FIL, eller - for stdin. Står på planen, til den er læst
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        note: Words,
    },
    /// Afslut planen
    #[command(before_help = "Eksempler:\n  enplan plan close SAG --reason finished")]
    Close {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        #[arg(long, value_name = "ÅRSAG", help = "Årsag: finished, citizen_declined, moved_away eller died")]
        reason: CloseReason,
    },
}

const SHOW_EXAMPLES: &str = "\
Eksempler:
  enplan plan show SAG
  enplan plan show SAG --on 2026-06-30
  enplan plan show --cpr-file cpr.txt
  enplan plan show --cpr -";

const PRINT_EXAMPLES: &str = "\
Eksempler:
  enplan plan print SAG --file min-plan.html";

const IMPORT_EXAMPLES: &str = "\
Eksempler:
  enplan plan import bundle.json
  enplan plan import - < bundle.json
  enplan plan import familier.json --several";

const EXPORT_EXAMPLES: &str = "\
Eksempler:
  enplan plan export SAG --file plan.json
  enplan plan export SAG > plan.json";

const HISTORY_EXAMPLES: &str = "\
Eksempler:
  enplan plan history SAG
  enplan plan history SAG --before 51 --limit 50";

const REGISTER_EXAMPLES: &str = "\
Eksempler:
  enplan plan register --cpr-file cpr.txt --name @navn.txt
  enplan plan register --cpr -";

const PROTECT_EXAMPLES: &str = "\
Eksempler:
  enplan plan protect SAG --on
  enplan plan protect SAG --off";

/// One case: by its id, or by the citizen's CPR number.
///
/// A CPR number is never an argument: arguments are readable by everyone on the machine (`ps`) and stay in the shell's
/// history.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: Option<CaseId>,
    /// Fil med borgerens CPR-nummer; - for stdin
    #[arg(long, value_name = "FIL")]
    pub(crate) cpr_file: Option<Input>,
    /// Læs CPR-nummeret fra stdin, eller spørg om det (skrives altid som --cpr -)
    #[arg(long, value_name = "-", value_parser = only_standard_input, allow_hyphen_values = true)]
    pub(crate) cpr: Option<Input>,
}

/// A citizen's CPR number, from a file or standard input.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct CitizenNumber {
    /// Fil med borgerens CPR-nummer; - for stdin
    #[arg(long, value_name = "FIL")]
    pub(crate) cpr_file: Option<Input>,
    /// Læs CPR-nummeret fra stdin, eller spørg om det (skrives altid som --cpr -)
    #[arg(long, value_name = "-", value_parser = only_standard_input, allow_hyphen_values = true)]
    pub(crate) cpr: Option<Input>,
}

/// Protection on or off.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Protection {
    /// Beskyt navn og adresse
    #[arg(long)]
    pub(crate) on: bool,
    /// Ophæv beskyttelsen
    #[arg(long)]
    pub(crate) off: bool,
}

/// Why a plan ends, as the catalogue names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum CloseReason {
    /// Its goals are reached.
    Finished,
    /// The citizen no longer wants it.
    CitizenDeclined,
    /// The citizen moved where nobody takes it over.
    MovedAway,
    /// The citizen died.
    Died,
}

impl CloseReason {
    /// Its id in the catalogue.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::CitizenDeclined => "citizen_declined",
            Self::MovedAway => "moved_away",
            Self::Died => "died",
        }
    }
}
