//! Numbers that nobody has: replacement numbers (day + 60), each with a serial of its own.

use enplan_domain::cpr::{Gender, NotACpr};
use enplan_domain::{Cpr, Date};

/// The first serial; the few below it are for what is written by hand.
const FIRST_SERIAL: u16 = 100;

/// The replacement number of the `nth` citizen. Serials stay below 1000, so that who counts from there is never met.
pub(super) fn replacement(born: Date, gender: Gender, nth: u16) -> Result<Cpr, NotACpr> {
    // The seventh digit tells the century: 0 for the last one, 4 for this one until 2036.
    let century = if born.year() < 2000 { 0 } else { 4 };
    let serial = FIRST_SERIAL + 2 * nth + u16::from(gender == Gender::Male);
    let (day, month, year) = (born.day() + 60, born.month(), born.year() % 100);
    format!("{day:02}{month:02}{year:02}{century}{serial:03}").parse()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_number_tells_birth_and_gender_and_is_a_replacement() {
        for (born, gender) in [
            (date(1961, 12, 31), Gender::Female),
            (date(2000, 2, 29), Gender::Male),
            (date(2015, 6, 1), Gender::Female),
        ] {
            let cpr = replacement(born, gender, 239).unwrap();
            assert!(cpr.is_replacement());
            assert_eq!((cpr.birth_date(), cpr.gender()), (born, gender));
        }
    }
}
