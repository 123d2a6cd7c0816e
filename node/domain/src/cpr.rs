//! The Danish civil registration number.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A civil registration number (CPR), parsed: ten characters, day, month, year and four more.
///
/// Modulus 11 is *not* checked: it has not been valid as a check since 2007. Replacement numbers (day + 60) are taken.
/// `Debug` and `Display` show only that there is one; [`Cpr::masked`] shows the birth date's six digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cpr(String);

/// What was given is not a CPR number. Says why, and never repeats what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACpr {
    /// Not ten digits, with or without a hyphen after the sixth.
    #[error("a CPR number has ten digits, with or without a hyphen after the sixth")]
    Form,
    /// The first six digits are no day in the calendar.
    #[error("the first six digits of a CPR number are a day: DDMMYY (day + 60 for a replacement number)")]
    Day,
}

impl Cpr {
    /// The number itself, ten characters: for the vault's index, and for those who may see it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The birth date's digits, the rest masked: `010181-****`.
    pub fn masked(&self) -> String {
        format!("{}-****", &self.0[..6])
    }

    /// Whether it is a replacement number (erstatningspersonnummer), whose day is written plus 60.
    pub fn is_replacement(&self) -> bool {
        self.0.as_bytes()[0] >= b'6'
    }

    /// The day of birth, by the century rule of the seventh digit.
    pub fn birth_date(&self) -> Date {
        // Parsing has shown that there is one.
        birth_date(&self.0).unwrap_or(Date::ZERO)
    }
}

fn birth_date(ten: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| ten.get(range)?.parse::<i16>().ok();
    let (day, month, year, seventh) = (number(0..2)?, number(2..4)?, number(4..6)?, number(6..7)?);
    let day = if day > 60 { day - 60 } else { day };
    let century = match (seventh, year) {
        (4 | 9, 0..=36) | (5..=8, 0..=57) => 2000,
        (5..=8, _) => 1800,
        _ => 1900,
    };
    Date::new(century + year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

impl FromStr for Cpr {
    type Err = NotACpr;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let ten = match text.split_once('-') {
            Some((date, rest)) if date.len() == 6 => format!("{date}{rest}"),
            Some(_) => return Err(NotACpr::Form),
            None => text.to_owned(),
        };
        if ten.len() != 10 || !ten.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACpr::Form);
        }
        birth_date(&ten).ok_or(NotACpr::Day)?;
        Ok(Self(ten))
    }
}

impl TryFrom<String> for Cpr {
    type Error = NotACpr;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cpr> for String {
    fn from(cpr: Cpr) -> Self {
        cpr.0
    }
}

impl fmt::Debug for Cpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cpr(masked)")
    }
}
