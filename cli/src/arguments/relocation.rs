//! `relocation ..` and `subscription ..`: who has moved, and what follows.

use clap::{Args, Subcommand};
use enplan_domain::{CaseId, Date, Kommunekode};

use super::values::{case, day, municipality};
use super::{CitizenNumber, Input, Words};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan relocation import flytninger.csv
  enplan relocation list
  enplan relocation decide SAG --hand-over";

pub(crate) const SUBSCRIPTION_EXAMPLES: &str = "\
Eksempler:
  enplan subscription list
  enplan subscription list --after 01890a5d-ac96-774b-bcce-b302099a8057 --json";

const IMPORT_EXAMPLES: &str = "\
Eksempler:
  enplan relocation import flytninger.csv
  enplan relocation import flytninger.json --skip-bad-lines";

const ADD_EXAMPLES: &str = "\
Eksempler:
  enplan relocation add SAG --moved-on 2026-05-01 --to Hillerød
  enplan relocation add SAG --moved-on 2026-05-01 --to 0101
  enplan relocation add SAG --moved-on 2026-05-01 --to abroad";

const DECIDE_EXAMPLES: &str = "\
Eksempler:
  enplan relocation decide SAG --hand-over
  enplan relocation decide SAG --keep helped-into-residence --note \"Botilbud efter servicelovens § 107\"
  enplan relocation decide SAG --not-in-trial
  enplan relocation decide SAG --decline --note \"Borgeren samtykker ikke\"";

pub(super) const REQUEST_EXAMPLES: &str = "\
Eksempler:
  enplan handover request --cpr - --from Gribskov --moved-on 2026-05-01 \\
    --reason \"Borgeren har søgt om støtte her\"
  enplan handover request --cpr-file cpr.txt --from 0270 --moved-on 2026-05-01 --reason @hvorfor.txt";

/// What can be done with moves.
#[derive(Debug, Subcommand)]
pub(crate) enum RelocationVerb {
    #[command(
        about = "Tag et udtræk om flytninger ind: CSV eller JSON i UTF-8 med event_id, cpr, moved_on, from og to",
        before_help = IMPORT_EXAMPLES
    )]
    Import {
        /// Filen, højst 8 MiB; - for stdin
        #[arg(value_name = "FIL")]
        file: Input,
        /// Tag de andre linjer ind, hvor nogle ikke kan læses [ellers: intet tages ind]
        #[arg(long)]
        skip_bad_lines: bool,
    },
    /// Registrer, at en borger er flyttet
    #[command(before_help = ADD_EXAMPLES)]
    Add(AddRelocation),
    /// Tag en flytning tilbage, der var registreret ved en fejl
    #[command(
        before_help = "Eksempler:\n  enplan relocation withdraw SAG typed:0f8fad5b-d9cb-469f-a165-70867728950e"
    )]
    Withdraw {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Flytningens id, som enplan relocation show viser det
        #[arg(value_name = "ID")]
        event: String,
        /// Den version af flytningerne, du så; afvises, hvis der er kommet nyt siden [ellers: uanset]
        #[arg(long, value_name = "TAL", default_value = "0")]
        seen: u64,
    },
    /// Vis de flytninger, der venter på en afgørelse
    #[command(before_help = "Eksempler:\n  enplan relocation list\n  enplan relocation list --all --json")]
    List {
        /// Vis også dem, der er afgjort
        #[arg(long)]
        all: bool,
    },
    /// Vis hvad der vides om én borgers flytninger
    #[command(before_help = "Eksempler:\n  enplan relocation show SAG")]
    Show {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
    /// Vis, hvor en beskyttet borger er flyttet til; det skrives i opslagsloggen
    #[command(before_help = "Eksempler:\n  enplan relocation reveal SAG --reason handover")]
    Reveal {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
        /// Hvorfor: handover, contact eller legal-duty
        #[arg(long, value_name = "ÅRSAG")]
        reason: String,
    },
    /// Afgør, hvad flytningen betyder for planen
    #[command(before_help = DECIDE_EXAMPLES)]
    Decide(DecideRelocation),
    /// Vis grundene til at forblive handlekommune (retssikkerhedsloven § 9)
    #[command(before_help = "Eksempler:\n  enplan relocation reasons\n  enplan relocation reasons --json")]
    Reasons,
}

/// A move that somebody here knows of.
#[derive(Debug, Args)]
pub(crate) struct AddRelocation {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Flyttedagen, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) moved_on: Date,
    /// Hvortil: navn, kommunekode, eller abroad for udlandet
    #[arg(long, value_name = "KOMMUNE")]
    pub(crate) to: String,
    /// Hvorfra [ellers: kommunen selv]
    #[arg(long, value_name = "KOMMUNE")]
    pub(crate) from: Option<String>,
}

/// A decision.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("decision").required(true).args(["hand_over", "keep", "not_in_trial", "decline"])))]
pub(crate) struct DecideRelocation {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Planen skal tilbydes tilflytningskommunen
    #[arg(long)]
    pub(crate) hand_over: bool,
    /// Kommunen forbliver handlekommune, af denne grund; se enplan relocation reasons
    #[arg(long, value_name = "GRUND", requires = "note")]
    pub(crate) keep: Option<String>,
    /// Tilflytningskommunen er ikke med i netværket, eller der er ingen
    #[arg(long)]
    pub(crate) not_in_trial: bool,
    /// Planen, der er bedt om, tilbydes ikke
    #[arg(long, requires = "note")]
    pub(crate) decline: bool,
    /// Hvad afgørelsen hviler på: teksten selv, @FIL, eller - for stdin
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) note: Option<Words>,
    /// Den version af flytningerne, du så; afvises, hvis der er kommet nyt siden [ellers: afgør uanset]
    #[arg(long, value_name = "TAL", default_value = "0")]
    pub(crate) seen: u64,
}

/// A request for the plan of somebody who has moved here.
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    #[command(flatten)]
    pub(crate) number: CitizenNumber,
    /// Den kommune, der bedes om planen: navn eller kommunekode
    #[arg(long, value_name = "KOMMUNE", value_parser = municipality)]
    pub(crate) from: Kommunekode,
    /// Dagen, borgeren flyttede hertil, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) moved_on: Date,
    /// Hvorfor, til sagsbehandleren der: teksten selv, @FIL, eller - for stdin
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) reason: Words,
}

/// What can be done with the end of subscriptions.
#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionVerb {
    /// Vis de borgere, hvis CPR-abonnement ophører, fordi planen er overdraget
    #[command(before_help = SUBSCRIPTION_EXAMPLES)]
    List {
        /// Kun dem efter dette sted i listen
        #[arg(long, value_name = "STED")]
        after: Option<String>,
        /// Højst så mange, op til 500 [ellers: 100]
        #[arg(long, value_name = "ANTAL")]
        limit: Option<u32>,
    },
}
