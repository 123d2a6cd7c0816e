//! What an operator can ask of the node's program.

use std::net::IpAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use enplan_domain::access::Role;
use enplan_domain::{Kommunekode, UserName};

/// Examples come before everything else: they are what people look for.
const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The node of one municipality in an enplan federation.
#[derive(Debug, Parser)]
#[command(
    name = "enplan-node",
    version,
    help_template = TEMPLATE,
    before_help = "Examples:
  enplan-node demo                                               a whole network of nine, to try
  enplan-node config check --config /etc/enplan/enplan.toml      says what is wrong, all at once
  enplan-node serve --config /etc/enplan/enplan.toml",
    after_help = "Setting up a real network, in order: authority create, identity create on each node, authority sign, \
federation create and sign, account put, config check, serve.",
    disable_help_subcommand = true,
    max_term_width = 120
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the node until it is told to stop
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node serve --config /etc/enplan/enplan.toml")]
    Serve(Serve),
    /// Check the configuration, or show what takes effect
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Run a federation's certificate authority
    #[command(subcommand)]
    Authority(AuthorityCommand),
    /// Make a node's keys
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Found a federation
    #[command(subcommand)]
    Federation(FederationCommand),
    /// Local accounts of a node that is stopped
    #[command(subcommand)]
    Account(AccountCommand),
    /// Run a network of nine nodes on this machine, with test data
    #[command(help_template = TEMPLATE, before_help = "Examples:
  enplan-node demo                            in ./demo-network; Ctrl-C stops it, and it keeps its data
  enplan-node demo --fresh                    begin anew
  enplan-node demo --dir /tmp/net --ready-file /tmp/net.json")]
    Demo(Demo),
}

/// Which configuration.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The node's configuration
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Running the node.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The node's configuration.
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// Stop when standard input ends: whoever started the node holds its other end.
    #[arg(long, hide = true)]
    pub(crate) stop_on_stdin_eof: bool,
    /// Let the node believe that it is so many seconds later. For tests of a clock that is wrong.
    #[arg(long, hide = true, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) clock_offset_seconds: i32,
}

/// About the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say everything that is wrong with a configuration, and with the files that it names
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node config check --config /etc/enplan/enplan.toml")]
    Check(ConfigFile),
    /// Show the configuration as it takes effect: defaults filled in, paths resolved, no secrets
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node config show --config /etc/enplan/enplan.toml")]
    Show(ConfigFile),
}

/// About the certificate authority.
#[derive(Debug, Subcommand)]
pub(crate) enum AuthorityCommand {
    /// Make a new authority: once per federation, on a machine that nobody else uses
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node authority create --federation enplan.example --dir authority")]
    Create(AuthorityCreate),
    /// Certify a node's key as a municipality's
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node authority sign --dir authority --request request.pem --municipality 0270 \\
    --dns enplan.gribskov.example --out certificate.pem")]
    Sign(AuthoritySign),
}

/// Making an authority.
#[derive(Debug, Args)]
pub(crate) struct AuthorityCreate {
    /// The federation's name: lowercase letters, digits, dots and hyphens
    #[arg(long, value_name = "NAME")]
    pub(crate) federation: String,
    /// The folder for the authority's certificate and key
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// How many days it is valid
    #[arg(long, value_name = "N", default_value_t = 3650)]
    pub(crate) days: u32,
}

/// Certifying a key.
#[derive(Debug, Args)]
pub(crate) struct AuthoritySign {
    /// The authority's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The node's request; be sure from whom you have it
    #[arg(long, value_name = "FILE")]
    pub(crate) request: PathBuf,
    /// Whose node it is
    #[arg(long, value_name = "CODE", value_parser = municipality)]
    pub(crate) municipality: Kommunekode,
    /// Where to write the certificate
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// A DNS name by which users call the node
    #[arg(long, value_name = "NAME")]
    pub(crate) dns: Vec<String>,
    /// An address by which users call the node
    #[arg(long, value_name = "IP")]
    pub(crate) ip: Vec<IpAddr>,
    /// How many days it is valid
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub(crate) days: u32,
}

/// About a node's keys.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// Make a node's keys, and what to send to the federation's authority. Nothing is overwritten
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node identity create --municipality 0270 --peer-address enplan.gribskov.example:7500 --dir /etc/enplan")]
    Create(IdentityCreate),
}

/// Making a node's keys.
#[derive(Debug, Args)]
pub(crate) struct IdentityCreate {
    /// Whose node it is
    #[arg(long, value_name = "CODE", value_parser = municipality)]
    pub(crate) municipality: Kommunekode,
    /// Where the other municipalities' nodes reach it
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) peer_address: String,
    /// The folder for the keys
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// About founding a federation.
#[derive(Debug, Subcommand)]
pub(crate) enum FederationCommand {
    /// Make the key that the first list of members is signed with
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node federation create --name enplan.example --dir founding")]
    Create(FederationCreate),
    /// Sign the first list of members; the order given is the order of their places in the registry
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node federation sign --dir founding --member gribskov.json --member hilleroed.json --out federation.json")]
    Sign(FederationSign),
    /// Check a signed list of members, and show it
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node federation verify --federation federation.json --founding-key founding-key.pub")]
    Verify(FederationVerify),
}

/// Making a founding key.
#[derive(Debug, Args)]
pub(crate) struct FederationCreate {
    /// The federation's name: the same as its authority's
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The folder for the founding key
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// Signing the first list of members.
#[derive(Debug, Args)]
pub(crate) struct FederationSign {
    /// The folder of the founding key
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// A member.json, as `identity create` made it; at most nine
    #[arg(long = "member", value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) members: Vec<PathBuf>,
    /// Where to write the signed list
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Checking a signed list.
#[derive(Debug, Args)]
pub(crate) struct FederationVerify {
    /// The signed list
    #[arg(long, value_name = "FILE")]
    pub(crate) federation: PathBuf,
    /// The public half of the founding key; be sure from whom you have it
    #[arg(long, value_name = "FILE")]
    pub(crate) founding_key: PathBuf,
}

/// About local accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Add or change an account while the node is stopped: the first operator's, for example
    #[command(help_template = TEMPLATE, before_help = "Example:
  enplan-node account put --config /etc/enplan/enplan.toml --user drift --name 'Dorthe Drift' \\
    --role operator --unit IT --password-file password")]
    Put(AccountPut),
}

/// Adding or changing an account.
#[derive(Debug, Args)]
pub(crate) struct AccountPut {
    /// The node's configuration.
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// The name to log in with
    #[arg(long = "user", value_name = "NAME")]
    pub(crate) username: UserName,
    /// The name to show
    #[arg(long = "name", value_name = "TEXT")]
    pub(crate) display_name: String,
    /// caseworker, team-lead, reviewer, coordinator, operator or dpo; several add up
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub(crate) roles: Vec<Role>,
    /// The unit whose citizens a caseworker sees
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: String,
    /// A file, readable by its owner alone, with the password in its first line
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: PathBuf,
}

/// The folder of the demo network where none is given.
pub(crate) const DEMO_FOLDER: &str = "demo-network";

/// Running the demo network.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The network's folder
    #[arg(long, value_name = "DIR", default_value = DEMO_FOLDER)]
    pub(crate) dir: PathBuf,
    /// Remove the network that is there, and begin anew
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Write a JSON file, whole, when all nine nodes are ready
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// The first of nine ports for users; a hundred above it are the nodes' own. Free ones are found otherwise
    #[arg(long, value_name = "N")]
    pub(crate) base_port: Option<NonZeroU16>,
}

/// A municipality by its code or, for the nine, by its name.
fn municipality(text: &str) -> Result<Kommunekode, String> {
    Kommunekode::find(text)
        .ok_or_else(|| "expected a municipality's code, such as 0270, or the name of one of the nine".into())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use clap::CommandFactory;

    use super::*;

    /// The long help of every command, in the order they are listed.
    fn help(command: &mut clap::Command, path: &str, texts: &mut String) {
        let path = format!("{path} {}", command.get_name());
        let path = path.trim();
        writeln!(texts, "===== {path} --help\n{}", command.render_long_help()).unwrap();
        for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
            help(inner, path, texts);
        }
    }

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_help_begins_with_what_it_is_for_and_an_example() {
        let mut command = Arguments::command().term_width(120);
        command.build();
        let mut texts = String::new();
        help(&mut command, "", &mut texts);
        insta::assert_snapshot!(texts);
    }

    #[test]
    fn a_municipality_is_given_by_code_or_by_name() {
        for text in ["0270", "270", "gribskov"] {
            let arguments = Arguments::try_parse_from([
                "enplan-node",
                "identity",
                "create",
                "--municipality",
                text,
                "--peer-address",
                "a:1",
                "--dir",
                "d",
            ])
            .unwrap();
            let Command::Identity(IdentityCommand::Create(create)) = arguments.command else { panic!() };
            assert_eq!(create.municipality.to_string(), "0270");
        }
    }

    #[test]
    fn a_role_that_does_not_exist_is_refused_with_those_that_do() {
        let error = Arguments::try_parse_from([
            "enplan-node",
            "account",
            "put",
            "--config",
            "c",
            "--user",
            "u",
            "--name",
            "n",
            "--role",
            "boss",
            "--unit",
            "x",
            "--password-file",
            "p",
        ])
        .unwrap_err();
        assert!(error.to_string().contains("team-lead"), "{error}");
    }
}
