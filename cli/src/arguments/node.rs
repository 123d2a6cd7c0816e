//! `node ..`, `account ..` and `audit ..`: for operators and data protection officers.

use clap::{Args, Subcommand, ValueEnum};

use super::{Input, Which};

pub(crate) const ACCOUNT_EXAMPLES: &str = "\
Eksempler:
  enplan account put bo --name \"Bo Holm\" --role caseworker --unit Familie --password-file kode.txt
  enplan account put bo --name \"Bo Holm\" --role caseworker --role team-lead --unit Familie";

pub(crate) const AUDIT_EXAMPLES: &str = "\
Eksempler:
  enplan audit citizen SAG
  enplan audit citizen --cpr-file cpr.txt --json";

pub(crate) const COMPLETIONS_EXAMPLES: &str = "\
Eksempler:
  enplan completions bash > ~/.local/share/bash-completion/completions/enplan
  enplan completions fish > ~/.config/fish/completions/enplan.fish";

/// What can be asked of the node.
#[derive(Debug, Subcommand)]
pub(crate) enum NodeVerb {
    /// Vis hvordan noden har det
    #[command(before_help = "Eksempler:\n  enplan node status\n  enplan node status --json")]
    Status,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountVerb {
    /// Opret eller ret en lokal konto
    #[command(before_help = ACCOUNT_EXAMPLES)]
    Put(PutAccountArguments),
}

/// What can be asked of the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditVerb {
    /// Vis hvem der har set eller ændret en borgers sag
    #[command(before_help = AUDIT_EXAMPLES)]
    Citizen(Which),
}

/// An account.
#[derive(Debug, Args)]
pub(crate) struct PutAccountArguments {
    /// Brugernavn
    #[arg(value_name = "BRUGER")]
    pub(crate) user: String,
    /// Navn, der vises
    #[arg(long, value_name = "NAVN")]
    pub(crate) name: String,
    /// Rolle: caseworker, team-lead, reviewer, coordinator, operator eller dpo; kan gentages
    #[arg(long = "role", value_name = "ROLLE", required = true)]
    pub(crate) roles: Vec<Role>,
    /// Enhed
    #[arg(long, value_name = "ENHED")]
    pub(crate) unit: String,
    /// Fil med adgangskoden, mindst 12 tegn; - for stdin [ellers: den hidtidige beholdes]
    #[arg(long, value_name = "FIL")]
    pub(crate) password_file: Option<Input>,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Works with citizens.
    Caseworker,
    /// Leads a unit.
    TeamLead,
    /// Reviews practice notes.
    Reviewer,
    /// Sees statistics.
    Coordinator,
    /// Runs the node.
    Operator,
    /// Data protection officer.
    Dpo,
}

impl Role {
    /// Its name on the wire.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::TeamLead => "team-lead",
            Self::Reviewer => "reviewer",
            Self::Coordinator => "coordinator",
            Self::Operator => "operator",
            Self::Dpo => "dpo",
        }
    }
}
