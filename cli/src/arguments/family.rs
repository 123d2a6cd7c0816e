//! `handover family ..`.

use clap::{Args, Subcommand};
use enplan_domain::{BasisId, CaseId, FamilyMoveId, Kommunekode, TransferId};

use super::values::{basis, case, deadline, family, municipality, seconds, seen_preview};
use super::{Deadline, Words};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan handover family offer SAG --to Hillerød
  enplan handover family show FAMILIEFLYTNING
  enplan handover family accept FAMILIEFLYTNING";

const OFFER_EXAMPLES: &str = "\
Eksempler:
  enplan handover family offer SAG --to Hillerød --preview
  enplan handover family offer SAG --to Hillerød
  enplan handover family offer SAG --to Hillerød --stays SAG --basis GRUNDLAG";

const ACCEPT_EXAMPLES: &str = "\
Eksempler:
  enplan handover family accept FAMILIEFLYTNING
  enplan handover family accept FAMILIEFLYTNING --caseworker bo --yes";

const REJECT_EXAMPLES: &str = "\
Eksempler:
  enplan handover family reject FAMILIEFLYTNING --reason not-moved-here --comment \"Flytningen er udsat\"";

const WATCH_EXAMPLES: &str = "\
Eksempler:
  enplan handover family watch FAMILIEFLYTNING
  enplan handover family watch FAMILIEFLYTNING --preview";

/// What can be done with a family that moves together.
#[derive(Debug, Subcommand)]
pub(crate) enum FamilyVerb {
    /// Tilbyd planerne for dem i familien, der har et grundlag, og se, hvem der venter
    #[command(before_help = OFFER_EXAMPLES)]
    Offer(FamilyOfferArguments),
    /// Vis familien, der flytter: hvor langt hver plan er, og hvad der venter på hvem
    #[command(before_help = "Eksempler:\n  enplan handover family show FAMILIEFLYTNING")]
    Show(WhichFamily),
    /// Accepter de planer i familien, der venter på svar, som forhåndsvisningerne viser dem
    #[command(before_help = ACCEPT_EXAMPLES)]
    Accept(FamilyAcceptArguments),
    /// Afvis de planer i familien, der venter på svar, med én begrundelse
    #[command(before_help = REJECT_EXAMPLES)]
    Reject {
        #[command(flatten)]
        family: WhichFamily,
        /// Årsag: not-moved-here, former-still-acts, basis-insufficient, already-has-plan, not-in-target-group,
        /// wrong-recipient eller other
        #[arg(long, value_name = "ÅRSAG")]
        reason: String,
        /// Hvad afsenderen skal vide: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        comment: Words,
    },
    /// Vent til alle familiens overdragelser er afgjort
    #[command(before_help = WATCH_EXAMPLES)]
    Watch(FamilyWatchArguments),
}

/// Which family.
#[derive(Debug, Args)]
pub(crate) struct WhichFamily {
    /// Familieflytningens id
    #[arg(value_name = "FAMILIEFLYTNING", value_parser = family)]
    pub(crate) family: FamilyMoveId,
    /// Kommunen, familien kommer fra, hvis flere bruger samme id
    #[arg(long, value_name = "KOMMUNE", value_parser = municipality)]
    pub(crate) from: Option<Kommunekode>,
}

/// An offer for a family.
#[derive(Debug, Args)]
pub(crate) struct FamilyOfferArguments {
    /// Sagens id: familien ses fra denne sag
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Den kommune, planerne tilbydes: navn eller kommunekode
    #[arg(long, value_name = "KOMMUNE", value_parser = municipality)]
    pub(crate) to: Kommunekode,
    /// Et grundlag, der skal bruges: for den, der har flere eller er beskyttet. Kan gentages, ét for hver person
    #[arg(long, value_name = "GRUNDLAG", value_parser = basis)]
    pub(crate) basis: Vec<BasisId>,
    /// Sagen for en, der ikke flytter med. Kan gentages
    #[arg(long, value_name = "SAG", value_parser = case)]
    pub(crate) stays: Vec<CaseId>,
    /// Frist for svar: ÅÅÅÅ-MM-DD, dagen med, eller et tidspunkt i UTC [ellers: 14 dage]
    #[arg(long, value_name = "DAG", value_parser = deadline)]
    pub(crate) deadline: Option<Deadline>,
    /// Vis hvem der kan tilbydes, og hvad der ville blive sendt; tilbyd intet
    #[arg(long)]
    pub(crate) preview: bool,
}

/// An acceptance of a family.
#[derive(Debug, Args)]
pub(crate) struct FamilyAcceptArguments {
    #[command(flatten)]
    pub(crate) family: WhichFamily,
    /// Koordinerende sagsbehandler for alle planerne [ellers: dig selv]
    #[arg(long, value_name = "BRUGER")]
    pub(crate) caseworker: Option<String>,
    /// Accepter kun det, du har set: OVERDRAGELSE=VERSION. Kan gentages; resten står åbent
    #[arg(long, value_name = "OVERDRAGELSE=HEX", value_parser = seen_preview, conflicts_with = "yes")]
    pub(crate) seen: Vec<(TransferId, String)>,
    /// Spørg ikke: accepter de forhåndsvisninger, der gælder nu
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// How long to watch a family.
#[derive(Debug, Args)]
pub(crate) struct FamilyWatchArguments {
    #[command(flatten)]
    pub(crate) family: WhichFamily,
    /// Vent kun til alle de forhåndsvisninger, afsenderen har meldt, er kommet hertil: hos modtageren
    #[arg(long)]
    pub(crate) preview: bool,
    /// Vent højst så mange sekunder [ellers: 600]
    #[arg(long, value_name = "SEKUNDER", value_parser = seconds, default_value = "600")]
    pub(crate) timeout: u64,
}
