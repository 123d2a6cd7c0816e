//! Who did something, and when.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Kommunekode;
use crate::catalogue::Adopted;

/// The most characters in a user's name.
const LONGEST: usize = 100;

/// Danish standard time, all the year.
const STANDARD: Offset = Offset::constant(1);

/// The name that a member of staff logs in with, as their municipality's own login names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// What was given is not a user's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a user's name has 1 to 100 characters, none of them a space or a control character")]
pub struct NotAUserName;

impl UserName {
    /// What stands for a caseworker where there is none yet.
    const UNASSIGNED: &'static str = "ikke-tildelt";

    /// Nobody yet: a team lead must assign the plan.
    pub fn unassigned() -> Self {
        Self(Self::UNASSIGNED.to_owned())
    }

    /// Whether it stands for nobody.
    pub fn is_unassigned(&self) -> bool {
        self.0 == Self::UNASSIGNED
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = NotAUserName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let whole = !text.is_empty() && text.chars().count() <= LONGEST;
        if whole && !text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAUserName)
        }
    }
}

impl TryFrom<String> for UserName {
    type Error = NotAUserName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who, in the municipality that owned the plan then.
    pub by: UserName,
}

/// What a decision must know of the world outside the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Now.
    pub now: Timestamp,
    /// Who asks.
    pub actor: UserName,
    /// Whose node decides.
    pub municipality: Kommunekode,
    /// Whether the case is frozen by a handover: edits are refused, withdrawal of consent and protection are not.
    pub frozen: bool,
    /// The exemptions that the municipality has adopted.
    pub adopted: Adopted,
}

impl Context {
    /// Who asks, now.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.now, by: self.actor.clone() }
    }

    /// The day that it is in Denmark.
    pub fn today(&self) -> Date {
        danish_day(self.now)
    }
}

/// Now, but after the last: a clock can be set back, and what is put in order by times never comes before what was there.
pub fn after(last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let next = |last: Timestamp| last.saturating_add(SignedDuration::from_millis(1)).unwrap_or(last);
    last.map_or(now, |last| next(last).max(now))
}

/// Denmark's time, summer and winter, by the rule that has held since 1996: no time zone database has to be installed. For
/// what people read; what ends on a day ends by [`danish_day`].
pub fn danish_time() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC)
}

/// The day of an instant by Danish standard time, all the year: in summer the new day comes an hour late, so nothing
/// that ends on a day is over before that day is.
pub fn danish_day(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::fixed(STANDARD)).date()
}

/// The instant at which a day begins, as [`danish_day`] counts days; nothing for a day that no clock shows.
pub fn danish_midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::fixed(STANDARD)).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_space_or_without_a_letter_is_refused() {
        for text in ["", "  ", "anne marie", "a\nb", &"x".repeat(101)] {
            assert_eq!(text.parse::<UserName>(), Err(NotAUserName));
        }
        assert_eq!("åse.berg@gribskov".parse::<UserName>().unwrap().as_str(), "åse.berg@gribskov");
    }

    #[test]
    fn what_comes_after_is_later_whatever_the_clock_says() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let (noon, before) = (time("2026-06-01T12:00:00Z"), time("2026-06-01T11:56:00Z"));
        assert_eq!((after(None, noon), after(Some(before), noon)), (noon, noon));
        assert!(after(Some(noon), before) > noon);
        assert_eq!(after(Some(Timestamp::MAX), noon), Timestamp::MAX);
    }

    #[test]
    fn the_danish_day_begins_at_eleven_in_the_evening_utc() {
        let day = |text: &str| danish_day(text.parse().unwrap());
        assert_eq!(day("2021-01-01T22:59:59Z"), jiff::civil::date(2021, 1, 1));
        assert_eq!(day("2021-01-01T23:00:00Z"), jiff::civil::date(2021, 1, 2));
        assert_eq!(danish_midnight(jiff::civil::date(2021, 1, 2)), "2021-01-01T23:00:00Z".parse().ok());
    }
}
