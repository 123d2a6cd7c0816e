//! Danish working days: what is a holiday, on which days no office is open, and how deadlines count around them.
//!
//! Holidays are data, most of them so many days from Easter; Easter itself is computed. Store bededag was abolished by law
//! from 2024, so the day asked about decides.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use crate::catalogue::Validity;

const ALWAYS: Validity = Validity { from: date(1900, 1, 1), until: None };

/// The holidays that move with Easter: so many days after it.
const FROM_EASTER: [(i64, &str, Validity); 8] = [
    (-3, "Skærtorsdag", ALWAYS),
    (-2, "Langfredag", ALWAYS),
    (0, "Påskedag", ALWAYS),
    (1, "2. påskedag", ALWAYS),
    // Lov om konsekvenser ved afskaffelsen af store bededag.
    (26, "Store bededag", Validity { until: Some(date(2023, 12, 31)), ..ALWAYS }),
    (39, "Kristi himmelfartsdag", ALWAYS),
    (49, "Pinsedag", ALWAYS),
    (50, "2. pinsedag", ALWAYS),
];

/// The holidays of a fixed day: month and day.
const FIXED: [(i8, i8, &str); 3] = [(1, 1, "Nytårsdag"), (12, 25, "Juledag"), (12, 26, "2. juledag")];

/// No holidays by law, and yet no day on which a citizen's deadline ends: month and day.
const CLOSED: [(i8, i8, &str); 3] =
    [(6, 5, "Grundlovsdag"), (12, 24, "Juleaftensdag"), (12, 31, "Nytårsaftensdag")];

/// The holiday that a day is, if it is one.
pub fn holiday(day: Date) -> Option<&'static str> {
    let easter = easter(day.year());
    let from_easter = |(after, name, validity): &(i64, &'static str, Validity)| {
        let moved = easter?.checked_add(after.days()).ok()?;
        (moved == day && validity.holds_on(day)).then_some(*name)
    };
    FROM_EASTER.iter().find_map(from_easter).or_else(|| on_its_day(&FIXED, day))
}

/// Whether offices are open: no weekend, no holiday, and none of the days that are closed by custom.
pub fn is_working_day(day: Date) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    !is_weekend && holiday(day).is_none() && on_its_day(&CLOSED, day).is_none()
}

/// The day itself where it is a working day, or else the next one: where a citizen's deadline ends that would end on it.
pub fn working_day_from(day: Date) -> Date {
    days_from(day).find(|day| is_working_day(*day)).unwrap_or(day)
}

/// The working day that comes so many working days after this day; the day itself where it is none.
pub fn working_days_after(day: Date, number: usize) -> Date {
    match number.checked_sub(1) {
        None => day,
        Some(nth) => days_from(day).skip(1).filter(|day| is_working_day(*day)).nth(nth).unwrap_or(Date::MAX),
    }
}

fn easter(year: i16) -> Option<Date> {
    let easter = computus::gregorian(year.into()).ok()?;
    Date::new(year, easter.month.try_into().ok()?, easter.day.try_into().ok()?).ok()
}

fn days_from(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |day| day.tomorrow().ok())
}

fn on_its_day(days: &[(i8, i8, &'static str)], day: Date) -> Option<&'static str> {
    days.iter()
        .find(|(month, of_month, _)| (*month, *of_month) == (day.month(), day.day()))
        .map(|(.., name)| *name)
}
