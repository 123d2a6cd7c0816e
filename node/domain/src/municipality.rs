//! Municipalities by their official codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An official municipality code (kommunekode): four digits, zero-padded when shown; three are accepted on input.
///
/// Any Danish municipality has one; which of them take part is the registry's list of members, not this type's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kommunekode(u16);

/// What was given is not a municipality code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a municipality code has three or four digits from 0101 to 0999, for example 0270")]
pub struct NotAKommunekode;

/// The nine municipalities of the network, in the fixed Danish order that every list uses.
pub const THE_NINE: [(Kommunekode, &str); 9] = [
    (Kommunekode(201), "Allerød"),
    (Kommunekode(151), "Ballerup"),
    (Kommunekode(210), "Fredensborg"),
    (Kommunekode(250), "Frederikssund"),
    (Kommunekode(190), "Furesø"),
    (Kommunekode(270), "Gribskov"),
    (Kommunekode(260), "Halsnæs"),
    (Kommunekode(217), "Helsingør"),
    (Kommunekode(219), "Hillerød"),
];

/// The one whose choice of target groups the documents tell.
pub(crate) const GRIBSKOV: Kommunekode = Kommunekode(270);

impl Kommunekode {
    /// The code as a number, 101 to 999.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The municipality's name, if it is one of [`THE_NINE`].
    pub fn name(self) -> Option<&'static str> {
        THE_NINE.iter().find(|(code, _)| *code == self).map(|(_, name)| *name)
    }

    /// What people call it: its name, or its code where it is none of [`THE_NINE`].
    pub fn called(self) -> String {
        self.name().map_or_else(|| self.to_string(), str::to_owned)
    }

    /// Finds one of [`THE_NINE`] by code or by name, whatever the case, with or without Danish letters.
    pub fn find(text: &str) -> Option<Self> {
        let folded = fold(text);
        text.parse()
            .ok()
            .or_else(|| THE_NINE.iter().find(|(_, name)| fold(name) == folded).map(|(code, _)| *code))
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase().replace('ø', "oe").replace('æ', "ae").replace('å', "aa")
}

impl FromStr for Kommunekode {
    type Err = NotAKommunekode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !matches!(text.len(), 3 | 4) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAKommunekode);
        }
        match text.parse() {
            Ok(number @ 101..=999) => Ok(Self(number)),
            _ => Err(NotAKommunekode),
        }
    }
}

impl TryFrom<String> for Kommunekode {
    type Error = NotAKommunekode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Kommunekode> for String {
    fn from(code: Kommunekode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for Kommunekode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_with_four_digits_and_taken_with_three() {
        assert_eq!("270".parse::<Kommunekode>().unwrap().to_string(), "0270");
        assert_eq!("0270".parse::<Kommunekode>(), "270".parse());
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        for text in ["", "27", "00270", "+270", "27a", "0000", "0100", "1000", "２７０"] {
            assert_eq!(text.parse::<Kommunekode>(), Err(NotAKommunekode), "{text}");
        }
    }

    #[test]
    fn a_municipality_is_found_by_name_with_or_without_danish_letters() {
        assert_eq!(Kommunekode::find("hillerød").unwrap().to_string(), "0219");
        assert_eq!(Kommunekode::find("Hilleroed").unwrap().name(), Some("Hillerød"));
        assert_eq!(Kommunekode::find("0190").unwrap().name(), Some("Furesø"));
        assert_eq!(Kommunekode::find("København"), None);
    }
}
