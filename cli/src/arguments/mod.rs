//! What can be written after `enplan`: command words in English, help and errors in Danish, examples first.

mod arrangement;
mod assessing;
mod basis;
mod coordination;
mod family;
mod handover;
mod household;
mod meeting;
mod merging;
mod node;
mod plan;
mod relocation;
mod session;
mod statement;
mod statistics;
mod terminology;
mod values;
mod worklist;
mod writing;

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use enplan_domain::Date;

pub(crate) use assessing::{AssessVerb, Assessed, TargetGroup};
pub(crate) use basis::{BasisVerb, ConsentVerb, DutyVerb, Recipient, StatuteVerb};
pub(crate) use coordination::CoordinationVerb;
pub(crate) use family::{
    FamilyAcceptArguments, FamilyOfferArguments, FamilyVerb, FamilyWatchArguments, WhichFamily,
};
pub(crate) use handover::{AcceptArguments, HandoverVerb, OfferArguments, SayArguments, WatchArguments};
pub(crate) use household::HouseholdVerb;
pub(crate) use meeting::{HeldMeeting, MeetingVerb, PlannedMeeting, WhichMeeting};
pub(crate) use merging::MergeVerb;
pub(crate) use node::{AccountVerb, AuditVerb, NodeVerb};
pub(crate) use plan::{CitizenNumber, PlanVerb, Which};
pub(crate) use relocation::{DecideRelocation, RelocationVerb, RequestArguments, SubscriptionVerb};
pub(crate) use session::LogInArguments;
pub(crate) use statement::{StatementVerb, TakeOverStatement};
pub(crate) use statistics::{
    EpochVerb, ExportArguments, ExportFormat, ManifestVerb, StatisticsVerb, TableArguments,
};
pub(crate) use terminology::TerminologyVerb;
pub(crate) use values::{Deadline, Finding, Input, ProfileName, Words};
pub(crate) use worklist::WorklistArguments;
pub(crate) use writing::{
    AddVerb, ChangeVerb, Custody, Happened, Kinship, NewAction, NewItem, NewRelation, OptionalText, Seen,
    Voice,
};

const EXAMPLES: &str = "\
Eksempler:
  enplan login --node https://localhost:7401 --ca ca.pem --user anna
  enplan worklist
  enplan plan list
  enplan plan show SAG
  enplan handover list --json";

/// Én plan til én borger: planer, grundlag og overdragelser fra kommandolinjen.
#[derive(Debug, Parser)]
#[command(name = "enplan", version, before_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Profil at bruge, så man kan være logget ind på flere noder på én gang [ellers: default]
    #[arg(long, global = true, value_name = "NAVN", env = "ENPLAN_PROFILE", default_value = "default")]
    #[arg(help_heading = "Fælles tilvalg")]
    pub(crate) profile: ProfileName,
    #[arg(help = "Mappe til profiler [ellers: $XDG_CONFIG_HOME/enplan]")]
    #[arg(
        long,
        global = true,
        value_name = "MAPPE",
        env = "ENPLAN_CONFIG_DIR",
        help_heading = "Fælles tilvalg"
    )]
    pub(crate) config_dir: Option<PathBuf>,
    /// Skriv svaret (og fejl) som JSON
    #[arg(long, global = true, conflicts_with = "plain", help_heading = "Fælles tilvalg")]
    pub(crate) json: bool,
    /// Skriv én post pr. linje, adskilt af tabulator, uden overskrifter og farver
    #[arg(long, global = true, help_heading = "Fælles tilvalg")]
    pub(crate) plain: bool,
    /// Stil ingen spørgsmål; stop hvis der mangler et svar
    #[arg(long, global = true, help_heading = "Fælles tilvalg")]
    pub(crate) no_input: bool,
    /// Vis hjælp
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "Fælles tilvalg")]
    help: Option<bool>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Log ind på en kommunes node
    #[command(before_help = session::LOGIN_EXAMPLES)]
    Login(LogInArguments),
    /// Log ud, og slet sessionen i profilen
    #[command(before_help = "Eksempler:\n  enplan logout\n  enplan --profile gribskov logout")]
    Logout,
    /// Vis hvem du er logget ind som
    #[command(before_help = "Eksempler:\n  enplan whoami\n  enplan --profile gribskov whoami --json")]
    Whoami,
    /// Min arbejdsliste: hvad der skal gøres hvornår, og hvem det venter på
    #[command(before_help = worklist::EXAMPLES)]
    Worklist(WorklistArguments),
    /// Borgernes planer
    #[command(subcommand, before_help = plan::EXAMPLES)]
    Plan(PlanVerb),
    /// Familien: hver persons plan, side om side
    #[command(subcommand, before_help = household::EXAMPLES)]
    Household(HouseholdVerb),
    /// Hvad rapporter siger om pårørende, samtykker og samarbejde, og hvad du gør ved det
    #[command(subcommand, before_help = statement::EXAMPLES)]
    Statement(StatementVerb),
    /// Netværksmøder: dagsorden, fremmøde, referat og beslutninger
    #[command(subcommand, before_help = meeting::EXAMPLES)]
    Meeting(MeetingVerb),
    /// Grundlag for at sende oplysninger, i almindeligt dansk
    #[command(subcommand, before_help = basis::BASIS_EXAMPLES)]
    Basis(BasisVerb),
    /// Kataloget: sektorer, livsområder, plantyper, bestemmelser, fritagelser og målgrupper
    #[command(before_help = "Eksempler:\n  enplan catalogue\n  enplan catalogue --on 2019-06-30 --json")]
    Catalogue {
        /// Vis det, der gjaldt den dag, ÅÅÅÅ-MM-DD [ellers: i dag]
        #[arg(long, value_name = "DAG", value_parser = values::day)]
        on: Option<Date>,
    },
    /// Samtykker
    #[command(subcommand, before_help = basis::CONSENT_EXAMPLES)]
    Consent(ConsentVerb),
    /// Underretningspligt (barnets lov § 132)
    #[command(subcommand, before_help = basis::DUTY_EXAMPLES)]
    Duty(DutyVerb),
    /// Andre bestemmelser i loven
    #[command(subcommand, before_help = basis::STATUTE_EXAMPLES)]
    Statute(StatuteVerb),
    /// Overdragelser til og fra andre kommuner
    #[command(subcommand, before_help = handover::EXAMPLES)]
    Handover(HandoverVerb),
    /// Flytninger: hvem er flyttet, og hvem handler
    #[command(subcommand, before_help = relocation::EXAMPLES)]
    Relocation(RelocationVerb),
    /// CPR-abonnementer, der ophører, når en plan er overdraget
    #[command(subcommand, before_help = relocation::SUBSCRIPTION_EXAMPLES)]
    Subscription(SubscriptionVerb),
    /// Statistik: hvad kommunerne ved sammen, uden at nogen borger kan findes
    #[command(subcommand, before_help = statistics::EXAMPLES)]
    Statistics(StatisticsVerb),
    /// Noden, for driften
    #[command(subcommand, before_help = "Eksempler:\n  enplan node status\n  enplan node status --json")]
    Node(NodeVerb),
    /// Kodesystemer: hvad koder betyder
    #[command(subcommand, before_help = terminology::EXAMPLES)]
    Terminology(TerminologyVerb),
    /// Lokale konti, for driften
    #[command(subcommand, before_help = node::ACCOUNT_EXAMPLES)]
    Account(AccountVerb),
    /// Opslagsloggen: hvem har set eller ændret hvad
    #[command(subcommand, before_help = node::AUDIT_EXAMPLES)]
    Audit(AuditVerb),
    /// Skriv et script til skallen, der fuldfører kommandoer
    #[command(before_help = node::COMPLETIONS_EXAMPLES)]
    Completions {
        /// Skallen: bash, elvish, fish, powershell eller zsh
        #[arg(value_name = "SKAL")]
        shell: Shell,
    },
    /// Skriv manualsiden, eller alle manualsider i en mappe
    #[command(
        before_help = "Eksempler:\n  enplan man | man -l -\n  enplan man --dir ~/.local/share/man/man1"
    )]
    Man {
        /// Mappe til alle manualsider [ellers: hovedsiden på stdout]
        #[arg(long, value_name = "MAPPE")]
        dir: Option<PathBuf>,
    },
    /// Vis hjælp til en kommando
    #[command(before_help = "Eksempler:\n  enplan help plan\n  enplan help handover accept")]
    Help {
        /// Kommandoens ord
        #[arg(value_name = "KOMMANDO")]
        words: Vec<String>,
    },
}

/// The whole command line as `clap` sees it, with examples first in every help text.
pub(crate) fn command() -> clap::Command {
    arrangement::arranged(
        Arguments::command().disable_version_flag(true).arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("Vis version")
                .help_heading("Fælles tilvalg"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_command(command: &clap::Command, path: &str, visit: &mut impl FnMut(&str, &clap::Command)) {
        visit(path, command);
        for below in command.get_subcommands() {
            every_command(below, &format!("{path} {}", below.get_name()), visit);
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_help_text_reads_as_it_was_approved() {
        let mut command = command().term_width(100);
        command.build();
        let mut texts = Vec::new();
        every_command(&command, "enplan", &mut |path, command| {
            let help = command.clone().render_help().to_string();
            texts.push(format!("$ {path} --help\n{}\n", help.trim_end()));
        });
        insta::assert_snapshot!("help", texts.join("\n\n"));
    }

    #[test]
    fn every_command_shows_an_example_that_can_be_parsed() {
        let mut built = command();
        built.build();
        let mut examples = 0;
        every_command(&built, "enplan", &mut |path, shown| {
            let before = shown.get_before_help().map(ToString::to_string).unwrap_or_default();
            let joined = before.replace("\\\n", " ");
            let lines: Vec<_> = joined.lines().filter(|line| line.starts_with("  enplan ")).collect();
            assert!(!lines.is_empty(), "{path} has no example");
            for line in lines {
                let words = line.split(['|', '<', '>']).next().unwrap_or(line);
                let parsed = command().try_get_matches_from(split(words));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                examples += 1;
            }
        });
        assert!(examples > 30, "{examples}");
    }

    #[test]
    fn every_command_in_the_caseworkers_guide_can_be_typed_as_it_stands() {
        let guide = include_str!("../../../docs/brugervejledning.md").replace("\\\n", " ");
        let blocks = guide.split("```").skip(1).step_by(2).flat_map(str::lines);
        let spans = guide.split('`').filter(|span| !span.contains('\n'));
        let commands: Vec<_> = blocks.chain(spans).filter(|line| line.starts_with("enplan ")).collect();
        for line in &commands {
            let parsed = command().try_get_matches_from(split(&line.replace(" ID", " Goal/76b9d91b")));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
        assert!(commands.len() > 30, "{}", commands.len());
    }

    /// Splits as a shell does, as far as the examples need it: double quotes keep words together. The words that stand
    /// for an id become one.
    fn split(line: &str) -> Vec<String> {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        ["FAMILIEFLYTNING", "OVERDRAGELSE", "GRUNDLAG", "SAG"]
            .iter()
            .fold(line.trim().to_owned(), |line, word| line.replace(word, id))
            .split('"')
            .enumerate()
            .flat_map(|(index, part)| match index % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            })
            .collect()
    }

    #[test]
    fn no_flag_takes_a_password_a_token_or_a_cpr_number() {
        let mut built = command();
        built.build();
        every_command(&built, "enplan", &mut |path, command| {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                assert!(!matches!(name, "password" | "token" | "secret"), "{path} {name}");
                if let Some(variable) = argument.get_env() {
                    assert!(
                        ["ENPLAN_PROFILE", "ENPLAN_CONFIG_DIR"].iter().any(|known| variable == *known),
                        "{path}"
                    );
                }
            }
        });
        for words in [["plan", "show", "--cpr=6101811001"], ["plan", "register", "--cpr=6101811001"]] {
            let refused = command().try_get_matches_from(["enplan"].into_iter().chain(words));
            assert!(refused.is_err(), "{words:?}");
        }
    }
}
