//! Where a citizen lives, and who acts: two facts (retssikkerhedsloven § 9).
//!
//! The registry of persons says that somebody has moved; [`extract`] reads what it says, whole or not at all. What it says
//! of a citizen with a plan here goes to that case's [`Docket`]: the moves in the order of their days, whatever order they
//! came in, and what a caseworker decided of each. Who acts is who owns the plan, and no move changes that: it is decided.

mod docket;
pub mod extract;
mod refusal;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use docket::{Asked, Decided, Decision, Docket, Relocation, Residence, Standing, Taken};
pub use refusal::RelocationRefusal;

use crate::Kommunekode;

/// The most characters in an event's id.
const LONGEST_EVENT_ID: usize = 100;

/// How many days ahead a move can lie: it is told of before it is made, and not long before. What lies further ahead is a slip
/// of the pen, and would stand before every real move until then.
pub const DAYS_AHEAD: i64 = 60;

/// What the registry of persons calls one move: what is sent again under the same id is the same thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId(String);

/// What was given is not an event's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event's id has 1 to {LONGEST_EVENT_ID} letters, digits or any of -_.:/")]
pub struct NotAnEventId;

impl EventId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of two moves on one day was told of first, as far as their ids say: what people told before what the registry of
    /// persons did, and runs of digits as the numbers that they are, since 9 comes before 10.
    fn told_before(&self, other: &Self) -> Ordering {
        let is_the_registrys = |id: &Self| !OURS.iter().any(|ours| id.0.starts_with(ours));
        let by_teller = is_the_registrys(self).cmp(&is_the_registrys(other));
        by_teller.then_with(|| as_counted(&self.0).cmp(&as_counted(&other.0))).then_with(|| self.cmp(other))
    }
}

/// How the ids begin that are made in this network: what a caseworker typed, what another municipality asked for, and that
/// a plan came.
const OURS: [&str; 3] = ["typed:", "asked:", "arrived:"];

/// A text's runs of digits and of others, where the longer of two numbers is the larger.
fn as_counted(text: &str) -> Vec<(usize, &str)> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let runs = text.as_bytes().chunk_by(|one, other| is_digit(one) == is_digit(other));
    let mut begins = 0;
    runs.map(|run| {
        let text = &text[begins..begins + run.len()];
        begins += run.len();
        match text.trim_start_matches('0') {
            number if is_digit(&run[0]) => (number.len(), number),
            _ => (usize::MAX, text),
        }
    })
    .collect()
}

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
        let fits = (1..=LONGEST_EVENT_ID).contains(&text.len()) && text.chars().all(plain);
        // The log and the lists show it: a citizen's number is nobody's name for an event.
        if fits && text.parse::<crate::Cpr>().is_err() {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnEventId)
        }
    }
}

impl TryFrom<String> for EventId {
    type Error = NotAnEventId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

/// Where somebody moves from or to: any of the country's municipalities, or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// A municipality, whether it is in the network or not.
    Municipality(Kommunekode),
    /// Another country.
    Abroad,
}

/// What was given is not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place is a municipality's code of four digits, or abroad")]
pub struct NotAPlace;

impl Place {
    /// The municipality, if it is one.
    pub fn municipality(self) -> Option<Kommunekode> {
        match self {
            Self::Municipality(code) => Some(code),
            Self::Abroad => None,
        }
    }
}

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "abroad" => Ok(Self::Abroad),
            code => code.parse().map(Self::Municipality).map_err(|_| NotAPlace),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = NotAPlace;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Municipality(code) => code.fmt(f),
            Self::Abroad => f.write_str("abroad"),
        }
    }
}

/// One move, as the registry of persons or a caseworker tells it. Whose it is, is said beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The day.
    pub on: Date,
    /// What it is called.
    pub event: EventId,
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
}

impl Move {
    /// A move on a day, from one place to another, as it is told of today.
    ///
    /// # Errors
    /// [`RelocationRefusal::NotAMove`], where the two places are one; [`RelocationRefusal::DayOutOfRange`] and
    /// [`RelocationRefusal::DayTooFarAhead`], where the day is nobody's who moves.
    pub fn new(
        event: EventId,
        on: Date,
        from: Place,
        to: Place,
        today: Date,
    ) -> Result<Self, RelocationRefusal> {
        if on.year() < 2000 {
            return Err(RelocationRefusal::DayOutOfRange);
        }
        if on > today.saturating_add(DAYS_AHEAD.days()) {
            return Err(RelocationRefusal::DayTooFarAhead);
        }
        // From one country to another is no move between municipalities.
        if from == to { Err(RelocationRefusal::NotAMove) } else { Ok(Self { on, event, from, to }) }
    }

    /// Whether another says the same under whatever id.
    fn says_the_same(&self, other: &Self) -> bool {
        (self.on, self.from, self.to) == (other.on, other.from, other.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizens_number_names_no_event() {
        assert!("6101811001".parse::<EventId>().is_err());
        assert!("610181-1001".parse::<EventId>().is_err());
        assert!("cpr-2026-0001".parse::<EventId>().is_ok());
        for text in ["", "a b", "å", "a\tb", &"x".repeat(101)] {
            assert_eq!(text.parse::<EventId>(), Err(NotAnEventId), "{text}");
        }
    }

    #[test]
    fn ids_are_counted_as_a_person_counts_and_the_registrys_come_last() {
        let told = ["typed:9", "asked:10", "cpr-9", "cpr-10", "cpr-10-2", "cpr-010-10"];
        let told: Vec<EventId> = told.iter().map(|id| id.parse().unwrap()).collect();
        let mut sorted = told.clone();
        sorted.reverse();
        sorted.sort_by(EventId::told_before);
        assert_eq!(sorted, [&told[1], &told[0], &told[2], &told[3], &told[4], &told[5]].map(Clone::clone));
    }

    #[test]
    fn a_place_outside_the_network_and_outside_the_country_is_a_place() {
        assert_eq!("0101".parse::<Place>().unwrap().to_string(), "0101");
        assert_eq!("abroad".parse(), Ok(Place::Abroad));
        assert_eq!("Hillerød".parse::<Place>(), Err(NotAPlace));
    }
}
