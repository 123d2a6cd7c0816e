//! What comes in besides the command line: files, standard input, CPR numbers and passwords.
//!
//! A CPR number or a password is never an argument: every user of the machine can read another's arguments (`ps`), and
//! the shell keeps them in its history.

use std::fmt;
use std::io::{self, IsTerminal, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use enplan_domain::Cpr;

use crate::arguments::{CitizenNumber, Input, Words};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Larger than anything that is read here: the largest bundle that a node takes.
pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Something that `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(masked)")
    }
}

/// All of a file or of standard input, at most [`MAX_BYTES`].
pub(crate) fn bytes(input: &Input) -> Result<Vec<u8>, Failure> {
    // Whoever reads it first gets all of it: a second would be empty, and nobody would see that it is.
    static STANDARD_IS_READ: AtomicBool = AtomicBool::new(false);
    if *input == Input::Standard && STANDARD_IS_READ.swap(true, Ordering::Relaxed) {
        return Err(Failure::usage(
            "STDIN_TWICE",
            "Stdin (-) kan kun bruges til én ting ad gangen. Brug en fil til det andet.",
        ));
    }
    let read = |reader: &mut dyn Read| {
        let mut contents = Vec::new();
        reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut contents).map(|_| contents)
    };
    let contents = match input {
        Input::Standard => read(&mut io::stdin().lock()),
        Input::File(path) => std::fs::File::open(path).and_then(|mut file| read(&mut file)),
    };
    let contents = contents.map_err(|cause| {
        Failure::usage("FILE_UNREADABLE", format!("{} kan ikke læses.", name(input))).because(&cause)
    })?;
    if contents.len() > MAX_BYTES {
        return Err(Failure::usage("FILE_TOO_LARGE", format!("{} er større end 8 MiB.", name(input))));
    }
    Ok(contents)
}

/// All of a file or of standard input as text, without white space around it.
pub(crate) fn text(input: &Input) -> Result<String, Failure> {
    let text = String::from_utf8(bytes(input)?)
        .map_err(|_| Failure::usage("FILE_NOT_TEXT", format!("{} er ikke tekst i UTF-8.", name(input))))?;
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}

fn name(input: &Input) -> String {
    match input {
        Input::Standard => "Stdin".to_owned(),
        Input::File(path) => format!("Filen {}", path.display()),
    }
}

/// Words about a citizen.
pub(crate) fn words(words: &Words) -> Result<String, Failure> {
    match words {
        Words::Given(given) => Ok(given.clone()),
        Words::From(input) => text(input),
    }
}

/// A citizen's CPR number, from wherever it was said to be.
pub(crate) fn citizen_number(from: &CitizenNumber, terminal: &mut Terminal) -> Result<Cpr, Failure> {
    // The command line has one of the two.
    let input = from.cpr_file.as_ref().or(from.cpr.as_ref()).unwrap_or(&Input::Standard);
    let given = if *input == Input::Standard && io::stdin().is_terminal() {
        terminal.ask("CPR-nummer:")?
    } else {
        text(input)?
    };
    given.parse().map_err(|_| {
        Failure::usage(
            "NOT_A_CPR",
            "Det læste er ikke et CPR-nummer: ti cifre, gerne med bindestreg efter det sjette, og intet andet.",
        )
    })
}

/// A password: from a file, or asked for without showing it.
pub(crate) fn password(file: Option<&Input>, terminal: &Terminal) -> Result<Secret, Failure> {
    let unreadable =
        |cause: io::Error| Failure::usage("INPUT_UNREADABLE", "Adgangskoden kan ikke læses.").because(&cause);
    match file {
        Some(input) => password_of(bytes(input)?),
        None if terminal.asks() => {
            rpassword::prompt_password("Adgangskode: ").map(Secret).map_err(unreadable)
        }
        None => Err(Failure::usage(
            "INPUT_NEEDED",
            "Der mangler en adgangskode, og her kan der ikke spørges. Brug --password-file FIL, eller - for stdin.",
        )),
    }
}

/// A file's password is its first and only line: an editor's last line feed is no part of it, but spaces are.
fn password_of(contents: Vec<u8>) -> Result<Secret, Failure> {
    let text = String::from_utf8(contents)
        .map_err(|_| Failure::usage("FILE_NOT_TEXT", "Filen med adgangskoden er ikke tekst i UTF-8."))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains('\n') {
        return Err(Failure::usage("PASSWORD_MISSING", "Filen med adgangskoden skal have én linje."));
    }
    Ok(Secret(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::terminal::Format;
    use crate::terminal::rehearsal::terminal;

    fn file(contents: &[u8]) -> (tempfile::NamedTempFile, Input) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(contents).unwrap();
        let input = Input::File(file.path().to_owned());
        (file, input)
    }

    #[test]
    fn a_password_keeps_its_spaces_and_loses_the_editor_s_line_feed() {
        for contents in ["to ord \n", "to ord \r\n", "to ord "] {
            assert_eq!(password_of(contents.into()).unwrap(), Secret("to ord ".to_owned()), "{contents:?}");
        }
        for contents in ["", "\n", "to\nlinjer\n"] {
            assert_eq!(password_of(contents.into()).unwrap_err().code, "PASSWORD_MISSING", "{contents:?}");
        }
    }

    #[test]
    fn a_cpr_number_is_read_from_a_file_whatever_the_editor_put_around_it() {
        let (mut terminal, _, _) = terminal(Format::Human, None);
        let (_kept, input) = file("\u{feff}610181-1001\r\n".as_bytes());
        let number = CitizenNumber { cpr_file: Some(input), cpr: None };
        assert_eq!(citizen_number(&number, &mut terminal).unwrap().reveal(), "6101811001");
    }

    #[test]
    fn what_is_not_a_cpr_number_is_refused_without_being_repeated() {
        let (mut terminal, _, _) = terminal(Format::Human, None);
        let (_kept, input) = file(b"6101811001 Jens");
        let number = CitizenNumber { cpr_file: Some(input), cpr: None };
        let failure = citizen_number(&number, &mut terminal).unwrap_err();
        assert_eq!(failure.code, "NOT_A_CPR");
        assert!(!failure.text().contains("610181") && !failure.text().contains("Jens"));
    }

    #[test]
    fn a_file_larger_than_a_bundle_may_be_is_refused_before_it_is_sent() {
        let (_kept, input) = file(&vec![b' '; MAX_BYTES + 1]);
        assert_eq!(bytes(&input).unwrap_err().code, "FILE_TOO_LARGE");
    }

    #[test]
    fn a_missing_file_is_named() {
        let failure = bytes(&Input::File("/no/such/file".into())).unwrap_err();
        assert!(failure.text().starts_with("Filen /no/such/file kan ikke læses."), "{}", failure.text());
    }
}
