//! The Danish civil registration number.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A civil registration number (CPR), parsed: ten characters, day, month, year and four more.
///
/// Modulus 11 is *not* checked: it has not been valid as a check since 2007. Replacement numbers are taken in the
/// forms that [`Form`] names. `Debug` shows only that there is one; [`Cpr::masked`] shows the birth date's six digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cpr(String);

/// Which kind of number it is, as its form tells.
///
/// The electronic forms are taken only as DK Core's invariants `x-ecpr` and `d-ecpr` write them: an ordinary day, a
/// seventh digit of their own, two capital letters (A-Z) and a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Ten digits, an ordinary day: what the civil registry gives.
    Ordinary,
    /// Ten digits, the day written plus 60: a local replacement number (erstatningspersonnummer).
    Replacement,
    /// X-eCPR, from the national service (`urn:oid:1.2.208.176.1.6.1.1`): seventh digit 1 or 7, such as `070392-1VJ4`.
    NationalElectronic,
    /// D-eCPR, from a region (`urn:oid:1.2.208.176.1.6.1.3`): seventh digit 0, 5 or 6, such as `120655-0VK9`.
    RegionalElectronic,
}

/// The gender that the last digit tells: odd for a man, even for a woman.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// An even last digit.
    Female,
    /// An odd last digit.
    Male,
}

/// What was given is not a CPR number. Says why, and never repeats what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACpr {
    /// Not ten digits, nor an electronic replacement number, with or without a hyphen after the sixth.
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

    /// Which kind of number it is.
    pub fn form(&self) -> Form {
        let characters = self.0.as_bytes();
        match (characters[7].is_ascii_uppercase(), characters[6]) {
            (true, b'1' | b'7') => Form::NationalElectronic,
            (true, _) => Form::RegionalElectronic,
            (false, _) if self.is_replacement() => Form::Replacement,
            (false, _) => Form::Ordinary,
        }
    }

    /// The gender that the number's last digit tells. Only ever compared and reported: a person's own may be another,
    /// and a replacement number's digit need not mean anything.
    pub fn gender(&self) -> Gender {
        if self.0.as_bytes()[9].is_multiple_of(2) { Gender::Female } else { Gender::Male }
    }

    /// Whether the number tells another gender than this one: for a remark to the caseworker, never a refusal.
    pub fn differs_from_gender(&self, stated: Gender) -> bool {
        self.gender() != stated
    }

    /// How many whole years old the person is on a day; none before the day of birth.
    pub fn age_on(&self, day: Date) -> i16 {
        let born = self.birth_date();
        let before_birthday = (day.month(), day.day()) < (born.month(), born.day());
        (day.year() - born.year() - i16::from(before_birthday)).max(0)
    }

    /// The day that the person turns so many years old.
    pub fn birthday(&self, age: i16) -> Date {
        let born = self.birth_date();
        let first = born.first_of_month().with().year(born.year().saturating_add(age)).build();
        // Who is born on a leap day turns a year older the day after the last of February, as `age_on` counts.
        first.and_then(|first| first.checked_add((i64::from(born.day()) - 1).days())).unwrap_or(Date::MAX)
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

fn is_ten_digits(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Six digits of an ordinary day, a digit of the electronic series, two capital letters, a digit.
fn is_electronic(text: &str) -> bool {
    let [date @ .., seventh, first, second, last] = text.as_bytes() else { return false };
    date.len() == 6
        && date.iter().all(u8::is_ascii_digit)
        && date[0] < b'4'
        && matches!(seventh, b'0' | b'1' | b'5' | b'6' | b'7')
        && first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && last.is_ascii_digit()
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
        if !is_ten_digits(&ten) && !is_electronic(&ten) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cpr(text: &str) -> Cpr {
        text.parse().unwrap()
    }

    #[test]
    fn a_number_is_taken_with_and_without_a_hyphen() {
        assert_eq!(cpr("610181-4321"), cpr(" 6101814321 "));
        assert_eq!(cpr("6101814321").masked(), "610181-****");
    }

    #[test]
    fn modulus_eleven_is_not_a_check() {
        assert!("0101814321".parse::<Cpr>().is_ok());
        assert!("0101814322".parse::<Cpr>().is_ok());
    }

    #[test]
    fn the_seventh_digit_tells_the_century() {
        for (number, year) in [
            ("6101011000", 1901),
            ("6101364000", 2036),
            ("6101374000", 1937),
            ("6101369000", 2036),
            ("6101379000", 1937),
            ("6101575000", 2057),
            ("6101585000", 1858),
            ("6101998000", 1899),
        ] {
            assert_eq!(cpr(number).birth_date().year(), year, "{number}");
        }
    }

    #[test]
    fn a_leap_day_is_a_day_only_in_a_leap_year_of_its_own_century() {
        assert!("2902004000".parse::<Cpr>().is_ok(), "2000 had one");
        assert_eq!("2902001000".parse::<Cpr>(), Err(NotACpr::Day), "1900 had none");
    }

    #[test]
    fn replacement_numbers_are_known_by_their_form() {
        assert_eq!(cpr("0101811000").form(), Form::Ordinary);
        assert_eq!(cpr("6101811000").form(), Form::Replacement);
        assert_eq!(cpr("0703921VJ4").form(), Form::NationalElectronic);
        assert_eq!(cpr("120655-0VK9").form(), Form::RegionalElectronic);
        assert_eq!(cpr("0703921VJ4").birth_date(), jiff::civil::date(1992, 3, 7));
    }

    #[test]
    fn what_is_not_quite_an_electronic_number_is_refused() {
        for text in ["0703922VJ4", "0703921vj4", "0703921V44", "6703921VJ4", "0703921VJX", "0703921ÆJ"] {
            assert_eq!(text.parse::<Cpr>(), Err(NotACpr::Form), "{text}");
        }
        assert_eq!("3202921VJ4".parse::<Cpr>(), Err(NotACpr::Day));
    }

    #[test]
    fn a_gender_that_differs_is_reported_and_never_refused() {
        assert_eq!(cpr("6101811001").gender(), Gender::Male);
        assert!(cpr("6101811001").differs_from_gender(Gender::Female));
        assert!(!cpr("6101811002").differs_from_gender(Gender::Female));
    }

    #[test]
    fn an_age_grows_on_the_birthday_itself() {
        let born_first_of_january_2010 = cpr("6101104000");
        assert_eq!(born_first_of_january_2010.age_on(jiff::civil::date(2024, 12, 31)), 14);
        assert_eq!(born_first_of_january_2010.age_on(jiff::civil::date(2025, 1, 1)), 15);
        assert_eq!(born_first_of_january_2010.age_on(jiff::civil::date(2009, 1, 1)), 0);
    }

    #[test]
    fn whoever_is_born_on_a_leap_day_has_a_birthday_each_year() {
        let born_on_a_leap_day = cpr("8902084000");
        assert_eq!(born_on_a_leap_day.birthday(18), jiff::civil::date(2026, 3, 1));
        assert_eq!(born_on_a_leap_day.age_on(jiff::civil::date(2026, 2, 28)), 17);
        assert_eq!(born_on_a_leap_day.birthday(20), jiff::civil::date(2028, 2, 29));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = text.parse::<Cpr>();
        }

        #[test]
        fn no_text_of_nearly_the_right_form_makes_the_parser_panic(text in "[0-9æ-]{0,7}[0-9A-ZÅ-]{0,6}") {
            let _ = text.parse::<Cpr>();
        }

        #[test]
        fn a_number_survives_being_written_and_read(day in 1..=28, month in 1..=12, year in 0..=99, rest in 0..=9999, plus in any::<bool>()) {
            let day = if plus { day + 60 } else { day };
            let number = cpr(&format!("{day:02}{month:02}{year:02}{rest:04}"));
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Cpr>(&json).unwrap(), &number);
            prop_assert_eq!(number.is_replacement(), plus);
            prop_assert_eq!(i32::from(number.birth_date().day()), if plus { day - 60 } else { day });
        }

        #[test]
        fn debug_shows_no_digit_of_it(rest in 0..=9999) {
            let shown = format!("{:?}", cpr(&format!("610181{rest:04}")));
            prop_assert!(!shown.contains(|c: char| c.is_ascii_digit()));
        }
    }
}
