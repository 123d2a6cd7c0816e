//! A command line that can't be understood: what is wrong with it and what was probably meant, in Danish.

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use enplan_domain::Cpr;

use crate::arguments;
use crate::failure::{Exit, Failure};
use crate::terminal::{Format, Terminal};

/// Which format was asked for, where the command line as a whole could not be read.
pub(crate) fn format(words: &[OsString]) -> Format {
    let before_end = words.iter().take_while(|word| *word != "--");
    if before_end.into_iter().any(|word| word == "--json") { Format::Json } else { Format::Human }
}

/// Shows the help that was asked for, or what is wrong.
pub(crate) fn explain(error: &Error, terminal: &mut Terminal) -> ExitCode {
    let shown = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => terminal.help(&error.render()),
        ErrorKind::MissingSubcommand if terminal.format == Format::Human => {
            // What can follow is the best answer to a word too few, but it is not what was asked for.
            terminal.tell(&below(error).to_string());
            return Exit::Usage.into();
        }
        _ => Err(Failure::usage("USAGE", message(error))),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.fail(&failure);
            failure.exit.into()
        }
    }
}

/// The help of the command that stopped too early, or of the whole program.
fn below(error: &Error) -> StyledStr {
    let stopped_at = error.get(ContextKind::InvalidSubcommand).map(texts).unwrap_or_default().concat();
    let mut whole = arguments::command();
    whole.build();
    let found = stopped_at
        .split_whitespace()
        .skip(1)
        .try_fold(&mut whole, |command, word| command.find_subcommand_mut(word));
    found.map_or_else(|| arguments::command().render_help(), clap::Command::render_help)
}

fn message(error: &Error) -> String {
    let mut lines = vec![what_is_wrong(error)];
    let suggested =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
            .into_iter()
            .filter_map(|kind| error.get(kind))
            .flat_map(texts)
            .map(|suggestion| format!("»{suggestion}«"))
            .collect::<Vec<_>>();
    if !suggested.is_empty() {
        lines.push(format!("Mente du {}?", suggested.join(" eller ")));
    }
    let mut lines = vec![lines.join(" ")];
    if let Some(usage) = error.get(ContextKind::Usage).map(texts) {
        let usage = usage.concat();
        lines.push(format!("Brug: {}", usage.trim_start_matches("Usage:").trim()));
    }
    lines.join("\n")
}

fn what_is_wrong(error: &Error) -> String {
    let argument = named(error, ContextKind::InvalidArg);
    let value = named(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("Kommandoen {} findes ikke.", named(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("{argument} kan ikke bruges her."),
        ErrorKind::MissingRequiredArgument => format!("Der mangler {argument}."),
        ErrorKind::MissingSubcommand => "Der mangler en kommando. Se enplan --help.".to_owned(),
        ErrorKind::InvalidValue => {
            let possible = error.get(ContextKind::ValidValue).map(texts).unwrap_or_default();
            match (possible.is_empty(), value.as_str()) {
                (true, _) => format!("Der mangler en værdi til {argument}."),
                (false, "»«") => format!("Der mangler en værdi til {argument}: {}.", possible.join(", ")),
                (false, _) => {
                    format!("{value} kan ikke bruges til {argument}. Brug {}.", possible.join(", "))
                }
            }
        }
        // Our own parsers' words. They don't repeat the value, and neither does this.
        ErrorKind::ValueValidation => match error.source() {
            Some(reason) => format!("{argument}: {reason}"),
            None => format!("Værdien kan ikke bruges til {argument}."),
        },
        ErrorKind::ArgumentConflict => match named(error, ContextKind::PriorArg) {
            prior if prior == argument => format!("{argument} kan kun bruges én gang."),
            prior => format!("{argument} kan ikke bruges sammen med {prior}."),
        },
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("Der mangler en værdi til {argument}.")
        }
        ErrorKind::TooManyValues => format!("Der er for mange værdier til {argument}."),
        ErrorKind::InvalidUtf8 => "Kommandolinjen er ikke tekst i UTF-8.".to_owned(),
        _ => "Kommandolinjen kan ikke forstås. Se enplan --help.".to_owned(),
    }
}

/// What the error names, quoted; a CPR number is not repeated.
fn named(error: &Error, kind: ContextKind) -> String {
    let names = error.get(kind).map(texts).unwrap_or_default();
    let names: Vec<_> = names.into_iter().map(|name| format!("»{}«", without_cpr(name))).collect();
    names.join(", ")
}

fn without_cpr(text: String) -> String {
    if text.parse::<Cpr>().is_ok() { "(CPR-nummer)".to_owned() } else { text }
}

fn texts(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect(),
        ContextValue::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::command;

    fn refused(line: &str) -> String {
        let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
        message(&error)
    }

    #[test]
    fn what_is_wrong_is_said_in_danish_with_what_was_probably_meant() {
        let lines = [
            "enplan plna list",
            "enplan plan lits",
            "enplan plan list --jsno",
            "enplan plan list --json --plain",
            "enplan plan show",
            "enplan plan show x",
            "enplan plan show 6101811001",
            "enplan plan show --cpr 6101811001",
            "enplan plan list 6101811001",
            "enplan plan protect 01890a5d-ac96-774b-bcce-b302099a8057",
            "enplan plan close 01890a5d-ac96-774b-bcce-b302099a8057 --reason finish",
            "enplan handover offer 01890a5d-ac96-774b-bcce-b302099a8057 --to Hilerød",
            "enplan handover offer 01890a5d-ac96-774b-bcce-b302099a8057 --to",
            "enplan handover accept x",
            "enplan login --password hemmelig",
            "enplan login --password=hemmelig",
            "enplan --profile ../x whoami",
        ];
        let told: Vec<_> = lines.iter().map(|line| format!("$ {line}\n{}\n", refused(line))).collect();
        insta::assert_snapshot!("usage", told.join("\n"));
    }

    #[test]
    fn no_refusal_repeats_a_cpr_number_or_a_password() {
        for line in [
            "enplan plan show 6101811001",
            "enplan plan show --cpr 610181-1001",
            "enplan plan show --cpr=6101811001",
            "enplan plan list 610181-1001",
            "enplan 6101811001",
            "enplan login --password hemmelig",
            "enplan login --password=hemmelig",
        ] {
            let told = refused(line);
            assert!(!told.contains("1001") && !told.contains("hemmelig"), "{line}: {told}");
        }
    }

    #[test]
    fn json_is_understood_even_where_the_rest_is_not() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(format(&words("enplan plna --json")), Format::Json);
        assert_eq!(format(&words("enplan plna -- --json")), Format::Human);
    }
}
