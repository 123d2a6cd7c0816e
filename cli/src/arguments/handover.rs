//! `handover ..`.

use clap::{Args, Subcommand};
use enplan_domain::{BasisId, CaseId, Kommunekode, TransferId};

use super::values::{basis, case, deadline, municipality, preview_version, seconds, transfer};
use super::{Deadline, FamilyVerb, RequestArguments, Words};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan handover offer SAG --to Hillerød --basis GRUNDLAG
  enplan handover list
  enplan handover accept OVERDRAGELSE
  enplan handover watch OVERDRAGELSE";

const OFFER_EXAMPLES: &str = "\
Eksempler:
  enplan handover offer SAG --to Hillerød --basis GRUNDLAG --preview
  enplan handover offer SAG --to 0219 --basis GRUNDLAG --deadline 2027-01-31";

const ACCEPT_EXAMPLES: &str = "\
Eksempler:
  enplan handover accept OVERDRAGELSE
  enplan handover accept OVERDRAGELSE --caseworker bo --yes
  enplan handover accept OVERDRAGELSE \\
    --version 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const REJECT_EXAMPLES: &str = "\
Eksempler:
  enplan handover reject OVERDRAGELSE --reason not-moved-here --comment \"Flytningen er udsat\"
  enplan handover reject OVERDRAGELSE --reason basis-insufficient --comment @svar.txt";

const WATCH_EXAMPLES: &str = "\
Eksempler:
  enplan handover watch OVERDRAGELSE
  enplan handover watch OVERDRAGELSE --preview
  enplan handover watch OVERDRAGELSE --timeout 60 --json";

/// What can be done with handovers.
#[derive(Debug, Subcommand)]
pub(crate) enum HandoverVerb {
    /// Tilbyd en plan til en anden kommune
    #[command(before_help = OFFER_EXAMPLES)]
    Offer(OfferArguments),
    /// Vis overdragelser, der er i gang
    #[command(before_help = "Eksempler:\n  enplan handover list\n  enplan handover list --all --json")]
    List {
        /// Vis også dem, der er slut
        #[arg(long)]
        all: bool,
    },
    /// Vis én overdragelse, dens forhåndsvisning og tråd
    #[command(
        before_help = "Eksempler:\n  enplan handover show OVERDRAGELSE\n  enplan handover show OVERDRAGELSE --reveal contact"
    )]
    Show {
        /// Overdragelsens id
        #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
        transfer: TransferId,
        /// Vis, hvor en beskyttet borger er flyttet til; det skrives i opslagsloggen: handover, contact eller legal-duty
        #[arg(long, value_name = "ÅRSAG")]
        reveal: Option<String>,
    },
    /// Bed en anden kommune om planen til en borger, der er flyttet hertil
    #[command(before_help = super::relocation::REQUEST_EXAMPLES)]
    Request(RequestArguments),
    /// Vis, hvad der er bedt andre kommuner om
    #[command(before_help = "Eksempler:\n  enplan handover requests\n  enplan handover requests --json")]
    Requests,
    /// Spørg den anden kommune om noget; skriv ikke personoplysninger
    #[command(
        before_help = "Eksempler:\n  enplan handover ask OVERDRAGELSE --text \"Hvornår flyttede borgeren?\""
    )]
    Ask(SayArguments),
    /// Svar på det, den anden kommune spurgte om; skriv ikke personoplysninger
    #[command(before_help = "Eksempler:\n  enplan handover answer OVERDRAGELSE --text \"Den 1. maj\"")]
    Answer(SayArguments),
    /// Mind den anden kommune om overdragelsen
    #[command(before_help = "Eksempler:\n  enplan handover remind OVERDRAGELSE")]
    Remind {
        /// Overdragelsens id
        #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
        transfer: TransferId,
    },
    /// Bed den anden kommunes leder se på overdragelsen; skriv ikke personoplysninger
    #[command(
        before_help = "Eksempler:\n  enplan handover escalate OVERDRAGELSE --text \"Vi har rykket to gange\""
    )]
    Escalate(SayArguments),
    /// Accepter en plan, som forhåndsvisningen viser den
    #[command(before_help = ACCEPT_EXAMPLES)]
    Accept(AcceptArguments),
    /// Afvis en plan med en begrundelse
    #[command(before_help = REJECT_EXAMPLES)]
    Reject {
        /// Overdragelsens id
        #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
        transfer: TransferId,
        /// Årsag: not-moved-here, former-still-acts, basis-insufficient, already-has-plan, not-in-target-group,
        /// wrong-recipient eller other
        #[arg(long, value_name = "ÅRSAG")]
        reason: String,
        /// Hvad afsenderen skal vide: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        comment: Words,
    },
    /// Kald et tilbud tilbage
    #[command(before_help = "Eksempler:\n  enplan handover revoke OVERDRAGELSE")]
    Revoke {
        /// Overdragelsens id
        #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
        transfer: TransferId,
        /// Spørg ikke først
        #[arg(short, long)]
        yes: bool,
    },
    /// En familie, der flytter sammen: hver plan for sig, i én handling
    #[command(subcommand, before_help = super::family::EXAMPLES)]
    Family(FamilyVerb),
    /// Vent til overdragelsen er afgjort
    #[command(before_help = WATCH_EXAMPLES)]
    Watch(WatchArguments),
}

/// An offer.
#[derive(Debug, Args)]
pub(crate) struct OfferArguments {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Den kommune, planen tilbydes: navn eller kommunekode
    #[arg(long, value_name = "KOMMUNE", value_parser = municipality)]
    pub(crate) to: Kommunekode,
    /// Det grundlag, overdragelsen hviler på
    #[arg(long, value_name = "GRUNDLAG", value_parser = basis)]
    pub(crate) basis: BasisId,
    /// Frist for svar: ÅÅÅÅ-MM-DD, dagen med, eller et tidspunkt i UTC [ellers: 14 dage]
    #[arg(long, value_name = "DAG", value_parser = deadline)]
    pub(crate) deadline: Option<Deadline>,
    /// Vis hvad der ville blive sendt, og tilbyd intet
    #[arg(long)]
    pub(crate) preview: bool,
}

/// An acceptance.
#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// Overdragelsens id
    #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
    pub(crate) transfer: TransferId,
    /// Den version af forhåndsvisningen, du har set [ellers: den vises, og der spørges]
    #[arg(long, value_name = "HEX", value_parser = preview_version)]
    pub(crate) version: Option<String>,
    /// Koordinerende sagsbehandler [ellers: dig selv]
    #[arg(long, value_name = "BRUGER")]
    pub(crate) caseworker: Option<String>,
    /// Spørg ikke: accepter den forhåndsvisning, der gælder nu
    #[arg(short, long, conflicts_with = "version")]
    pub(crate) yes: bool,
}

/// What to say.
#[derive(Debug, Args)]
pub(crate) struct SayArguments {
    /// Overdragelsens id
    #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
    pub(crate) transfer: TransferId,
    /// Teksten selv, @FIL, eller - for stdin. Modtageren kender hverken navn eller nummer: skriv dem ikke
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) text: Words,
}

/// How long to watch.
#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// Overdragelsens id
    #[arg(value_name = "OVERDRAGELSE", value_parser = transfer)]
    pub(crate) transfer: TransferId,
    /// Vent kun til forhåndsvisningen er kommet hertil: hos modtageren
    #[arg(long)]
    pub(crate) preview: bool,
    /// Vent højst så mange sekunder [ellers: 600]
    #[arg(long, value_name = "SEKUNDER", value_parser = seconds, default_value = "600")]
    pub(crate) timeout: u64,
}
