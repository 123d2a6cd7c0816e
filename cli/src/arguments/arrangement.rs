//! How help is laid out: what the command does, examples, then usage and options, with Danish headings.

use clap::Command;

const TEMPLATE: &str = "\
{about-with-newline}
{before-help}Brug: {usage}

{all-args}{after-help}";

/// Gives a command and everything below it the same layout.
pub(crate) fn arranged(command: Command) -> Command {
    command
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("Kommandoer")
        .subcommand_value_name("KOMMANDO")
        .mut_args(|argument| {
            let argument = match (argument.get_help_heading(), argument.is_positional()) {
                (Some(_), _) => argument,
                (None, true) => argument.help_heading("Argumenter"),
                (None, false) => argument.help_heading("Tilvalg"),
            };
            // What clap itself would add to the text is in English; the texts name values and defaults themselves.
            if argument.get_action().takes_values() {
                argument.hide_possible_values(true).hide_default_value(true).hide_env(true)
            } else {
                argument
            }
        })
        .mut_subcommands(arranged)
}
