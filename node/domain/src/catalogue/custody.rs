//! Custody as the law counts it: until which age, and when all who share it decide together.

use jiff::civil::Date;

use super::provision;

/// The provision that custody follows: those who share it agree on what matters in the child's life.
const SHARED_CUSTODY: &str = "foraeldreansvarsloven-3";

/// The provisions under which a consent for a child is such a matter, so that all who share custody give it. The others
/// take the consent of the one who asks.
const ALL_HOLDERS: &[&str] =
    &["retssikkerhedsloven-11", "retssikkerhedsloven-11-a", "helhedsorienteret-plan-2018"];

/// Whether somebody of this age is under custody on a day (forældreansvarsloven).
pub fn is_under_custody(age: i16, day: Date) -> bool {
    provision(SHARED_CUSTODY, day).is_some_and(|act| age < act.ages.of_age)
}

/// Whether all who share custody must consent under this provision on a day.
pub fn all_holders_consent(id: &str, day: Date) -> bool {
    provision(SHARED_CUSTODY, day).is_some() && provision(id, day).is_some() && ALL_HOLDERS.contains(&id)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_provision_that_asks_all_holders_can_carry_a_consent() {
        for id in ALL_HOLDERS {
            let found = provision(id, date(2026, 6, 1)).unwrap();
            assert!(found.uses.contains(&crate::catalogue::Use::Consent), "{id}");
        }
    }

    #[test]
    fn custody_ends_at_eighteen_and_is_known_from_the_acts_first_day() {
        assert!(is_under_custody(17, date(2026, 6, 1)));
        assert!(!is_under_custody(18, date(2026, 6, 1)));
        assert!(!is_under_custody(17, date(2007, 9, 30)));
    }
}
