//! `enplan`: the command line for caseworkers, operators and scripts.
//!
//! It asks one municipality's node, over gRPC and TLS, for what a person asked for, and shows the answer. No rule lives
//! here: the node decides what may be seen and done, and says why not. In come words on the command line, files and
//! standard input ([`arguments`], [`input`]) and a private profile ([`profile`]); out go data on standard output,
//! messages on standard error ([`terminal`]) and a documented exit code ([`failure`]).
//!
//! - [`command`]: what each verb does, with a [`connection::Node`] and a [`terminal::Terminal`].
//! - [`show`]: pure functions from the wire's messages to screens and to JSON, which is a promise to scripts.
//! - [`usage`]: a command line that can't be understood, told in Danish.
//!
//! A CPR number, a password or a token is never an argument or an environment variable, and no message repeats one.

mod arguments;
mod command;
mod connection;
mod export;
mod failure;
mod input;
mod profile;
mod show;
mod terminal;
mod usage;

use std::process::ExitCode;

use clap::FromArgMatches;

use arguments::{Arguments, Common};
use failure::Failure;
use profile::Profiles;
use terminal::{Format, Terminal};

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let parsed = arguments::command()
        .try_get_matches_from(&words)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            return usage::explain(
                &error,
                &mut Terminal::standard(usage::format(&words), true, program(None)),
            );
        }
    };
    let mut terminal = terminal_for(&arguments.common);
    match run(arguments, &mut terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.fail(&failure);
            failure.exit.into()
        }
    }
}

fn run(arguments: Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let profiles = Profiles::new(arguments.common.config_dir, arguments.common.profile)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|cause| {
        Failure::usage("SYSTEM", "Systemet har ikke plads til at begynde.").because(&cause)
    })?;
    runtime.block_on(command::run(arguments.verb, &profiles, terminal))
}

fn terminal_for(common: &Common) -> Terminal {
    let format = match (common.json, common.plain) {
        (true, _) => Format::Json,
        (false, true) => Format::Plain,
        (false, false) => Format::Human,
    };
    Terminal::standard(format, common.no_input, program(Some(common)))
}

/// What a suggested command begins with.
fn program(common: Option<&Common>) -> String {
    match common {
        Some(common) if !common.profile.is_default() => {
            format!("enplan --profile {}", common.profile.as_str())
        }
        _ => "enplan".to_owned(),
    }
}
