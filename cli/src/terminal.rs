//! The one place that writes and asks: data to standard output, everything else to standard error.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::show::{Page, printable};

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people: aligned, with headings.
    Human,
    /// For `grep` and `cut`: tabulators, no headings.
    Plain,
    /// For scripts.
    Json,
}

/// An answer: its JSON is its `Serialize`, documented and stable; its page is for people.
pub(crate) trait View: Serialize {
    /// As people read it.
    fn page(&self) -> Page;
}

/// Where this program writes and whom it asks.
pub(crate) struct Terminal {
    pub(crate) format: Format,
    /// Whether somebody is there who may be asked.
    asks: bool,
    colour_out: bool,
    colour_messages: bool,
    /// `enplan`, with the profile where it is not the default one: what a suggested command begins with.
    program: String,
    out: Box<dyn Write>,
    messages: Box<dyn Write>,
    answers: Box<dyn BufRead>,
}

impl Terminal {
    /// The process's own standard streams.
    pub(crate) fn standard(format: Format, no_input: bool, program: String) -> Self {
        let coloured = |terminal: bool| {
            let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            terminal && format == Format::Human && !set("NO_COLOR") && !dumb
        };
        Self {
            format,
            asks: !no_input && io::stdin().is_terminal(),
            colour_out: coloured(io::stdout().is_terminal()),
            colour_messages: coloured(io::stderr().is_terminal()),
            program,
            out: Box::new(io::stdout()),
            messages: Box::new(io::stderr()),
            answers: Box::new(io::BufReader::new(io::stdin())),
        }
    }

    /// Whether somebody is there who may be asked.
    pub(crate) fn asks(&self) -> bool {
        self.asks
    }

    /// Writes an answer to standard output.
    pub(crate) fn show(&mut self, view: &impl View) -> Result<(), Failure> {
        let text = match self.format {
            Format::Human => view.page().human(self.colour_out),
            Format::Plain => view.page().plain(),
            Format::Json => {
                let json = serde_json::to_string_pretty(view);
                json.map_err(|cause| unwritable().because(&cause))? + "\n"
            }
        };
        self.write(text.as_bytes())
    }

    /// Writes text that is not an answer to a question about data (help, scripts, manual pages) to standard output.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self.out.write_all(bytes).and_then(|()| self.out.flush()) {
            // Whoever read has seen enough (`| head`).
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|cause| unwritable().because(&cause)),
        }
    }

    /// Help, as `clap` styled it.
    pub(crate) fn help(&mut self, help: &clap::builder::StyledStr) -> Result<(), Failure> {
        let text = if self.colour_out { help.ansi().to_string() } else { help.to_string() };
        self.write(text.as_bytes())
    }

    /// Tells something that is not data. Nothing more can be done where even that fails.
    pub(crate) fn tell(&mut self, text: &str) {
        let _ = writeln!(self.messages, "{}", text.trim_end()).and_then(|()| self.messages.flush());
    }

    /// Shows something to decide upon, whatever the format of the answer.
    pub(crate) fn present(&mut self, page: &Page) {
        let text = page.human(self.colour_messages);
        self.tell(&text);
    }

    /// Suggests what to do next; people only.
    pub(crate) fn suggest(&mut self, commands: &[String]) {
        if self.format != Format::Human || commands.is_empty() {
            return;
        }
        let lines: Vec<_> = commands.iter().map(|command| format!("  {} {command}", self.program)).collect();
        self.tell(&format!("\nNæste:\n{}", lines.join("\n")));
    }

    /// Tells what went wrong.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        if self.format == Format::Json {
            return self.tell(&failure.json().to_string());
        }
        let (bold, plain) = if self.colour_messages { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
        let text: Vec<_> = failure.text().lines().map(printable).collect();
        self.tell(&format!("{bold}Fejl:{plain} {}", text.join("\n")));
        if failure.exit == Exit::Denied && failure.code != "DENIED" {
            self.suggest(&["login".to_owned()]);
        }
        if let Some(next) = &failure.next {
            self.suggest(&[next.to_string()]);
        }
    }

    /// Asks for a line; refuses where nobody can be asked.
    pub(crate) fn ask(&mut self, question: &str) -> Result<String, Failure> {
        if !self.asks {
            return Err(Failure::usage("INPUT_NEEDED", format!("Der mangler et svar: {question}")));
        }
        let asked = write!(self.messages, "{question} ").and_then(|()| self.messages.flush());
        let mut line = String::new();
        asked
            .and_then(|()| self.answers.read_line(&mut line))
            .map_err(|cause| Failure::usage("INPUT_UNREADABLE", "Svaret kan ikke læses.").because(&cause))?;
        Ok(line.trim().to_owned())
    }

    /// Asks yes or no; anything but a clear yes is a no. `instead` names the flags that make the question unnecessary.
    pub(crate) fn confirm(&mut self, question: &str, instead: &str) -> Result<bool, Failure> {
        if !self.asks {
            return Err(Failure::usage(
                "CONFIRMATION_NEEDED",
                format!("Det skal bekræftes, og her kan der ikke spørges. Brug {instead}."),
            ));
        }
        let answer = self.ask(&format!("{question} [j/N]"))?;
        Ok(matches!(answer.to_lowercase().as_str(), "j" | "ja" | "y" | "yes"))
    }
}

fn unwritable() -> Failure {
    Failure::usage("OUTPUT_UNWRITABLE", "Svaret kan ikke skrives.")
}

/// What a test sees of a terminal.
#[cfg(test)]
pub(crate) mod rehearsal {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::{Format, Terminal, Write, io};

    #[derive(Clone, Default)]
    pub(crate) struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Paper {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A terminal with somebody who answers, or nobody, and what it wrote to standard output and standard error.
    pub(crate) fn terminal(format: Format, answers: Option<&'static str>) -> (Terminal, Paper, Paper) {
        let (out, messages) = (Paper::default(), Paper::default());
        let terminal = Terminal {
            format,
            asks: answers.is_some(),
            colour_out: false,
            colour_messages: false,
            program: "enplan".to_owned(),
            out: Box::new(out.clone()),
            messages: Box::new(messages.clone()),
            answers: Box::new(answers.unwrap_or_default().as_bytes()),
        };
        (terminal, out, messages)
    }
}

#[cfg(test)]
mod tests {
    use super::rehearsal::terminal;
    use super::*;

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        for (answer, agreed) in [("ja\n", true), ("J\n", true), ("nej\n", false), ("\n", false), ("", false)]
        {
            let (mut terminal, _, _) = terminal(Format::Human, Some(answer));
            assert_eq!(terminal.confirm("Sikker?", "--yes").unwrap(), agreed, "{answer:?}");
        }
    }

    #[test]
    fn where_nobody_can_be_asked_the_flag_to_use_is_named() {
        let (mut terminal, _, _) = terminal(Format::Json, None);
        let failure = terminal.confirm("Sikker?", "--yes").unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Usage, "CONFIRMATION_NEEDED"));
        assert!(failure.message.contains("--yes"));
    }

    #[test]
    fn a_failure_is_json_where_json_was_asked_for_and_never_on_standard_output() {
        let (mut terminal, out, messages) = terminal(Format::Json, None);
        terminal.fail(&Failure::usage("USAGE", "Skriv noget andet."));
        assert_eq!(messages.text(), "{\"error\":{\"code\":\"USAGE\",\"message\":\"Skriv noget andet.\"}}\n");
        assert_eq!(out.text(), "");
    }

    #[test]
    fn suggestions_are_for_people_only() {
        for (format, suggested) in [(Format::Human, true), (Format::Plain, false), (Format::Json, false)] {
            let (mut terminal, out, messages) = terminal(format, None);
            terminal.suggest(&["plan list".to_owned()]);
            assert_eq!(messages.text().contains("enplan plan list"), suggested, "{format:?}");
            assert_eq!(out.text(), "");
        }
    }

    #[test]
    fn what_a_node_says_can_t_control_the_terminal() {
        let (mut terminal, _, messages) = terminal(Format::Human, None);
        terminal.fail(&Failure::new(Exit::Refused, "X", "rød\x1b[2J skærm"));
        assert!(!messages.text().contains('\x1b'));
    }
}
