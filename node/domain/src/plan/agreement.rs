//! What was agreed of an intervention: on which provision, who provides it and who the citizen can turn to, when it can
//! begin, how long it is to last, and what was decided.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::Narrative;

/// Whom the citizen turns to about an intervention (kontaktperson).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The person's name.
    pub name: Narrative,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub place: Narrative,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub phone: Narrative,
}

/// How long an intervention is expected to last: whole weeks or whole months, as decisions say it. Written as ISO 8601
/// writes it: `P13W`, `P6M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lasting {
    /// So many weeks, 1 to 520.
    Weeks(u16),
    /// So many months, 1 to 120.
    Months(u16),
}

/// Not a number of weeks or months within ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 520 weeks such as P13W, or 1 to 120 months such as P6M")]
pub struct NotALasting;

impl Lasting {
    /// So many weeks.
    ///
    /// # Errors
    /// [`NotALasting`]: none, or more than ten years.
    pub fn weeks(number: u16) -> Result<Self, NotALasting> {
        if (1..=520).contains(&number) { Ok(Self::Weeks(number)) } else { Err(NotALasting) }
    }

    /// So many months.
    ///
    /// # Errors
    /// [`NotALasting`]: none, or more than ten years.
    pub fn months(number: u16) -> Result<Self, NotALasting> {
        if (1..=120).contains(&number) { Ok(Self::Months(number)) } else { Err(NotALasting) }
    }

    /// The last day of what begins on a day: a week from a Monday ends on the Sunday.
    pub fn last_day(self, first: Date) -> Date {
        first.checked_add(self.span()).and_then(Date::yesterday).unwrap_or(Date::MAX)
    }

    /// In words.
    pub fn danish(self) -> String {
        match self {
            Self::Weeks(1) => "1 uge".to_owned(),
            Self::Weeks(number) => format!("{number} uger"),
            Self::Months(1) => "1 måned".to_owned(),
            Self::Months(number) => format!("{number} måneder"),
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Weeks(number) => i64::from(number).weeks(),
            Self::Months(number) => i64::from(number).months(),
        }
    }
}

impl FromStr for Lasting {
    type Err = NotALasting;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix('P').ok_or(NotALasting)?;
        let (number, unit) = number.split_at_checked(number.len().saturating_sub(1)).ok_or(NotALasting)?;
        if number.starts_with('+') {
            return Err(NotALasting);
        }
        let number = number.parse().map_err(|_| NotALasting)?;
        match unit {
            "W" => Self::weeks(number),
            "M" => Self::months(number),
            _ => Err(NotALasting),
        }
    }
}

impl TryFrom<String> for Lasting {
    type Error = NotALasting;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Lasting> for String {
    fn from(lasting: Lasting) -> Self {
        lasting.to_string()
    }
}

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weeks(number) => write!(f, "P{number}W"),
            Self::Months(number) => write!(f, "P{number}M"),
        }
    }
}

/// The decision that grants an intervention. The municipality is bound by it: so is the one that the citizen moves to,
/// until it has decided anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The day of the decision.
    pub decided: Date,
    /// The last day that it binds, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binds_until: Option<Date>,
}

impl Grant {
    /// Whether it binds on a day.
    pub fn binds_on(self, day: Date) -> bool {
        self.decided <= day && self.binds_until.is_none_or(|until| day <= until)
    }
}

/// What was agreed of an intervention, beside what it is and its dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The provision that it is granted under, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision: Option<String>,
    /// The exemption (paragraffritagelse) that it leans on, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<String>,
    /// Whom the citizen turns to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What must be so before it begins, where that and not a day decides: "a placement starts when the citizen is ready
    /// and the match is found". Kept when it has begun.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub ready_when: Narrative,
    /// Who provides it: an organisation or a place, by its name. Where a report says it, it is a link to the provider.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub provider: Narrative,
    /// How long it is expected to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Lasting>,
    /// The decision that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Grant>,
}

impl Agreement {
    /// Whether nothing was agreed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn how_long_something_lasts_is_read_as_it_is_written() {
        for text in ["P1W", "P520W", "P1M", "P120M"] {
            assert_eq!(text.parse::<Lasting>().unwrap().to_string(), text);
        }
        for text in
            ["", "P", "W", "P0W", "P521W", "P0M", "P121M", "P6Y", "6M", "P-1M", "P+1M", "P1.5M", "P6å"]
        {
            assert_eq!(text.parse::<Lasting>(), Err(NotALasting), "{text}");
        }
    }

    #[test]
    fn a_week_from_a_monday_ends_on_the_sunday_and_a_month_on_the_day_before() {
        assert_eq!(Lasting::Weeks(1).last_day(date(2026, 6, 1)), date(2026, 6, 7));
        assert_eq!(Lasting::Months(1).last_day(date(2026, 6, 1)), date(2026, 6, 30));
        assert_eq!(Lasting::Months(1).last_day(date(2026, 1, 31)), date(2026, 2, 27));
    }

    #[test]
    fn a_grant_binds_from_its_day_through_its_last() {
        let grant = Grant { decided: date(2026, 6, 1), binds_until: Some(date(2026, 6, 30)) };
        let days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)];
        assert_eq!(days.map(|day| grant.binds_on(day)), [false, true, true, false]);
        assert!(Grant { binds_until: None, ..grant }.binds_on(date(2056, 1, 1)));
    }
}
