//! What needs no node: help, completions, manual pages.

use std::path::PathBuf;

use clap_complete::Shell;

use crate::arguments::command;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Writes a shell's completion script.
pub(crate) fn completions(shell: Shell, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "enplan", &mut script);
    terminal.write(&script)
}

/// Writes the manual page, or all of them into a folder.
pub(crate) fn manual(folder: Option<PathBuf>, terminal: &mut Terminal) -> Result<(), Failure> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(for_manual(command())).render(&mut page);
        rendered.map_err(|cause| {
            Failure::usage("OUTPUT_UNWRITABLE", "Manualsiden kan ikke skrives.").because(&cause)
        })?;
        return terminal.write(&page);
    };
    std::fs::create_dir_all(&folder)
        .and_then(|()| clap_mangen::generate_to(for_manual(command()), &folder))
        .map_err(|cause| {
            let message = format!("Manualsiderne kan ikke skrives i {}.", folder.display());
            Failure::usage("OUTPUT_UNWRITABLE", message).because(&cause)
        })?;
    terminal.tell(&format!("Manualsiderne ligger i {}.", folder.display()));
    Ok(())
}

/// Manual pages have no place for text before the rest: their readers look for examples at the end.
fn for_manual(command: clap::Command) -> clap::Command {
    let examples = command.get_before_help().cloned();
    let command = match examples {
        Some(examples) => command.after_help(examples),
        None => command,
    };
    command.mut_subcommands(for_manual)
}

/// Shows a command's help.
pub(crate) fn help(words: &[String], terminal: &mut Terminal) -> Result<(), Failure> {
    let mut whole = command();
    whole.build();
    let mut shown = &mut whole;
    for word in words {
        shown = shown.find_subcommand_mut(word).ok_or_else(|| {
            Failure::usage(
                "USAGE",
                format!("Kommandoen »{}« findes ikke. Se enplan --help.", words.join(" ")),
            )
        })?;
    }
    let text = shown.render_help();
    terminal.help(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Format;
    use crate::terminal::rehearsal::terminal;

    #[test]
    fn completions_know_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (mut terminal, out, _) = terminal(Format::Human, None);
            completions(shell, &mut terminal).unwrap();
            assert!(out.text().contains("handover") && out.text().contains("cpr-file"), "{shell}");
        }
    }

    #[test]
    fn every_command_gets_a_manual_page() {
        let folder = tempfile::tempdir().unwrap();
        let (mut terminal, _, _) = terminal(Format::Human, None);
        manual(Some(folder.path().join("man1")), &mut terminal).unwrap();
        for page in ["enplan.1", "enplan-handover-accept.1", "enplan-plan-import.1"] {
            let text = std::fs::read_to_string(folder.path().join("man1").join(page)).unwrap();
            assert!(text.contains("Eksempler"), "{page}");
        }
    }

    #[test]
    fn help_is_found_by_a_command_s_words() {
        let (mut terminal, out, _) = terminal(Format::Human, None);
        help(&["handover".to_owned(), "accept".to_owned()], &mut terminal).unwrap();
        assert!(out.text().contains("enplan handover accept"), "{}", out.text());
        assert_eq!(
            help(&["handover".to_owned(), "acept".to_owned()], &mut terminal).unwrap_err().code,
            "USAGE"
        );
    }
}
