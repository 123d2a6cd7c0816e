//! The node of one municipality: the program that its operator runs.
//!
//! This room holds what needs a process: arguments, configuration, the wall clock, the log, the service manager, and the
//! wiring of all the others' rooms. What may enter: an operator's command and a configuration file. What leaves: exit
//! codes, lines for the operator, and nothing of a citizen.
//!
//! - [`config`]: the one configuration, checked as a whole before anything starts.
//! - [`commands`]: what an operator does besides running the node: keys, certificates, founding, accounts.
//! - [`demo`]: nine nodes on one machine, set up with those same commands.
//! - [`serve`]: the node itself.

mod arguments;
mod clock;
mod commands;
mod config;
mod demo;
mod failure;
mod files;
mod logging;
mod notify;
mod password;
mod print;
mod refresh;
mod serve;
mod services;
mod sessions;
mod stop;
mod terminology;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use enplan_domain::Clock;
use jiff::SignedDuration;
use tokio::runtime::Runtime;

use crate::arguments::{
    AccountCommand, Arguments, AuthorityCommand, Command, ConfigCommand, FederationCommand, IdentityCommand,
    Serve,
};
use crate::clock::SystemClock;
use crate::commands::{account, authority, federation, identity};
use crate::config::Config;
use crate::notify::Notify;

fn main() -> ExitCode {
    enplan_transport::install_crypto_provider();
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads what went wrong, the exit code has to do.
            let _ = writeln!(io::stderr(), "enplan-node: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let exact: Arc<dyn Clock> = Arc::new(SystemClock::exact());
    match command {
        Command::Serve(arguments) => serve_node(&arguments),
        Command::Config(command) => show_or_check(&command, &exact),
        Command::Authority(command) => run_authority(&command, &*exact),
        Command::Identity(IdentityCommand::Create(arguments)) => {
            let files = identity::create(&arguments)?;
            say(&format!(
                "The keys of municipality {} are in {}, for their owner alone. Keep a copy of {} in a safe place.\n\
                 Send these two, which hold no secret, to the federation:\n  {}  to its certificate authority\n  {}  \
                 to whoever signs the list of members\n",
                arguments.municipality,
                arguments.dir.display(),
                files.key_encryption_key.display(),
                files.request.display(),
                files.member.display(),
            ))
        }
        Command::Federation(command) => run_federation(&command),
        Command::Account(AccountCommand::Put(arguments)) => {
            Runtime::new()?.block_on(account::put(&arguments, &exact))?;
            say(&format!("The account {} is put.\n", arguments.username))
        }
        Command::Demo(arguments) => Runtime::new()?.block_on(demo::run(&arguments, &exact)),
    }
}

fn serve_node(arguments: &Serve) -> anyhow::Result<()> {
    let file = &arguments.config.file;
    let config = Config::load(file)?;
    let offset = SignedDuration::from_secs(arguments.clock_offset_seconds.into());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::wrong_by(offset));
    config.check(file, &clock)?;
    logging::start(&config.log)?;
    let notify =
        Notify::from_environment().context("whoever started the node cannot be told when it is ready")?;
    let runtime = Runtime::new()?;
    if arguments.stop_on_stdin_eof {
        stop::when_stdin_ends()?;
    }
    runtime.block_on(serve::run(config, clock, notify))
}

fn show_or_check(command: &ConfigCommand, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check(config) => {
            Config::load(&config.file)?.check(&config.file, clock)?;
            say(&format!("The configuration {} is good.\n", config.file.display()))
        }
        ConfigCommand::Show(config) => say(&Config::load(&config.file)?.shown().to_string()),
    }
}

fn run_authority(command: &AuthorityCommand, clock: &dyn Clock) -> anyhow::Result<()> {
    match command {
        AuthorityCommand::Create(arguments) => {
            let certificate = authority::create(arguments, clock)?;
            say(&format!(
                "The authority of {} is made. Give {} to every node and its users; the key beside it stays here.\n",
                arguments.federation,
                certificate.display(),
            ))
        }
        AuthorityCommand::Sign(arguments) => {
            authority::sign(arguments, clock)?;
            let (out, municipality) = (arguments.out.display(), arguments.municipality);
            say(&format!(
                "{out} certifies the key as municipality {municipality}'s, for {} days.\n",
                arguments.days
            ))
        }
    }
}

fn run_federation(command: &FederationCommand) -> anyhow::Result<()> {
    match command {
        FederationCommand::Create(arguments) => {
            let files = federation::create(arguments)?;
            say(&format!(
                "The founding key of {} is made. Give {} to every node; keep {} to yourself.\n",
                arguments.name,
                files.public_key.display(),
                files.key.display(),
            ))
        }
        FederationCommand::Sign(arguments) => {
            let founding = federation::sign(arguments)?;
            say(&format!(
                "{}Give {} to every one of them.\n",
                federation::table(&founding),
                arguments.out.display()
            ))
        }
        FederationCommand::Verify(arguments) => say(&federation::table(&federation::verify(arguments)?)),
    }
}

/// What was asked for, on standard output.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output cannot be written")
}
