//! A date as registrations give it: a day, or an instant.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::stamp::danish_day;

/// A day, or an instant on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum When {
    /// A whole day.
    Day(Date),
    /// An instant, kept in UTC.
    Instant(Timestamp),
}

/// Neither a whole day nor an instant with its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day such as 2021-05-29, or an instant with its offset such as 2021-05-29T12:13:41Z")]
pub struct NotADay;

impl When {
    /// The day in Denmark.
    pub fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Instant(instant) => danish_day(instant),
        }
    }
}

impl FromStr for When {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() {
            10 => text.parse().map(Self::Day),
            _ => text.parse().map(Self::Instant),
        }
        .map_err(|_| NotADay)
    }
}

impl TryFrom<String> for When {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_an_instant_are_read_as_they_are_written() {
        for text in ["2021-05-29", "2021-05-29T12:13:41Z"] {
            assert_eq!(text.parse::<When>().unwrap().to_string(), text);
        }
        assert_eq!("2021-05-29T01:00:00+02:00".parse::<When>().unwrap().to_string(), "2021-05-28T23:00:00Z");
    }

    #[test]
    fn half_a_date_is_refused() {
        for text in ["", "2021", "2021-05", "2021-13-01", "2021-05-29T12:13:41", "i går"] {
            assert_eq!(text.parse::<When>(), Err(NotADay), "{text}");
        }
    }
}
