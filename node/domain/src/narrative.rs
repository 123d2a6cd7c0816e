//! Text that somebody wrote about a citizen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most characters one text may hold; a longer one is refused at the edge.
pub const LONGEST: usize = 20_000;

/// The most characters of a title.
const TITLE: usize = 200;

/// Text about a citizen: a name, a wish, a reason. `Debug` shows only its length, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Narrative(String);

/// The text is longer than [`LONGEST`] characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has {characters} characters; at most {LONGEST} are taken")]
pub struct TooLong {
    /// How many it has.
    pub characters: usize,
}

impl Narrative {
    /// Takes text as it was written, less white space at its ends.
    pub fn parse(text: &str) -> Result<Self, TooLong> {
        let text = text.trim();
        let characters = text.chars().count();
        if characters > LONGEST { Err(TooLong { characters }) } else { Ok(Self(text.to_owned())) }
    }

    /// The text itself, for the screen of somebody who may read it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its first line, as much of it as a line of a list has room for.
    #[must_use]
    pub fn title(&self) -> Self {
        let line = self.0.lines().next().unwrap_or_default();
        Self(match line.char_indices().nth(TITLE) {
            Some((end, _)) => format!("{} ..", line[..end].trim_end()),
            None => line.to_owned(),
        })
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Narrative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Narrative({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_shows_itself_in_debug() {
        let text = Narrative::parse("Hun bor hos sin søster").unwrap();
        assert_eq!(format!("{text:?}"), "Narrative(22 characters)");
    }

    #[test]
    fn a_text_of_a_megabyte_is_refused() {
        assert_eq!(Narrative::parse(&"å".repeat(1_000_000)), Err(TooLong { characters: 1_000_000 }));
    }
}
