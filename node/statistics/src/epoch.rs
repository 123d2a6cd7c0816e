//! The quarters that releases are about, by Danish days.

use std::fmt;
use std::str::FromStr;

use enplan_domain::{Date, Timestamp, danish_day};
use jiff::civil::date;
use serde::{Deserialize, Serialize};

/// The years that have epochs: four digits, after any plan's beginning.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2999;

/// A quarter of a year: what one release is about. Written `2019-Q3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Epoch {
    year: i16,
    quarter: i8,
}

/// What was given is not an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an epoch is a year from 2000 to 2999 and a quarter from 1 to 4, such as 2019-Q3")]
pub struct NotAnEpoch;

impl Epoch {
    /// This quarter, from 1 to 4, of this year.
    pub fn new(year: i16, quarter: i8) -> Result<Self, NotAnEpoch> {
        let is_one = YEARS.contains(&year) && (1..=4).contains(&quarter);
        if is_one { Ok(Self { year, quarter }) } else { Err(NotAnEpoch) }
    }

    /// The quarter that a day lies in.
    pub fn of(day: Date) -> Result<Self, NotAnEpoch> {
        Self::new(day.year(), (day.month() + 2) / 3)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The quarter, from 1 to 4.
    pub fn quarter(self) -> i8 {
        self.quarter
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        date(self.year, self.quarter * 3 - 2, 1)
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        date(self.year, self.quarter * 3, 1).last_of_month()
    }

    /// The quarter after it, as long as there are any.
    pub fn next(self) -> Option<Self> {
        match self.quarter {
            4 => Self::new(self.year + 1, 1),
            quarter => Self::new(self.year, quarter + 1),
        }
        .ok()
    }

    /// The quarter before it, as long as there are any.
    pub fn previous(self) -> Option<Self> {
        match self.quarter {
            1 => Self::new(self.year - 1, 4),
            quarter => Self::new(self.year, quarter - 1),
        }
        .ok()
    }

    /// Whether its last day is over in Denmark: before that nobody counts by it.
    pub fn has_ended(self, now: Timestamp) -> bool {
        danish_day(now) > self.last_day()
    }

    /// Its name on the screen.
    pub fn danish(self) -> String {
        format!("{}. kvartal {}", self.quarter, self.year)
    }
}

impl FromStr for Epoch {
    type Err = NotAnEpoch;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, quarter) = text.split_once("-Q").ok_or(NotAnEpoch)?;
        let is_plain = |digits: &str, length| {
            digits.len() == length && digits.bytes().all(|digit| digit.is_ascii_digit())
        };
        if !is_plain(year, 4) || !is_plain(quarter, 1) {
            return Err(NotAnEpoch);
        }
        Self::new(year.parse().map_err(|_| NotAnEpoch)?, quarter.parse().map_err(|_| NotAnEpoch)?)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.quarter)
    }
}

impl TryFrom<String> for Epoch {
    type Error = NotAnEpoch;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Epoch> for String {
    fn from(epoch: Epoch) -> Self {
        epoch.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn epoch(text: &str) -> Epoch {
        text.parse().unwrap()
    }

    #[test]
    fn an_epoch_is_read_as_it_is_written() {
        for text in ["2000-Q1", "2019-Q3", "2999-Q4"] {
            assert_eq!(epoch(text).to_string(), text);
        }
        for text in ["", "2019", "2019-Q", "2019-Q0", "2019-Q5", "2019-q3", "1999-Q4", "3000-Q1", "19-Q3"] {
            assert_eq!(text.parse::<Epoch>(), Err(NotAnEpoch), "{text}");
        }
        for text in ["+201-Q3", "2019-Q+", "2019-Q03", " 2019-Q3", "2019-Q3-Q3", "2019-K3"] {
            assert_eq!(text.parse::<Epoch>(), Err(NotAnEpoch), "{text}");
        }
    }

    #[test]
    fn a_quarter_begins_and_ends_on_the_days_of_the_calendar() {
        assert_eq!(epoch("2020-Q1").first_day(), date(2020, 1, 1));
        assert_eq!(epoch("2020-Q1").last_day(), date(2020, 3, 31));
        assert_eq!(epoch("2020-Q2").last_day(), date(2020, 6, 30));
        assert_eq!(epoch("2020-Q3").last_day(), date(2020, 9, 30));
        assert_eq!(epoch("2020-Q4").last_day(), date(2020, 12, 31));
        assert_eq!(epoch("2019-Q3").danish(), "3. kvartal 2019");
    }

    #[test]
    fn a_quarter_has_ended_when_the_danish_day_is_another() {
        let ended = |now: &str| epoch("2020-Q1").has_ended(now.parse().unwrap());
        assert!(!ended("2020-03-31T22:59:59Z"));
        assert!(ended("2020-03-31T23:00:00Z"));
    }

    #[test]
    fn the_first_and_the_last_have_no_neighbour_outside() {
        assert_eq!(epoch("2000-Q1").previous(), None);
        assert_eq!(epoch("2999-Q4").next(), None);
    }

    proptest! {
        #[test]
        fn every_day_lies_in_exactly_one_epoch_and_the_next_begins_the_day_after(
            year in 2001_i16..=2998, ordinal in 1_i16..=365
        ) {
            let day = date(year, 1, 1).with().day_of_year(ordinal).build().unwrap();
            let epoch = Epoch::of(day).unwrap();
            prop_assert!(epoch.first_day() <= day && day <= epoch.last_day());
            let next = epoch.next().unwrap();
            prop_assert_eq!(next.first_day(), epoch.last_day().tomorrow().unwrap());
            prop_assert_eq!(next.previous(), Some(epoch));
            prop_assert_eq!(epoch.to_string().parse(), Ok(epoch));
        }
    }
}
