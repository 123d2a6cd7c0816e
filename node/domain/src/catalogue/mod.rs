//! Sectors, provisions, plan kinds and reasons as data with validity dates: the law changed in 2018 and 2024 and will
//! change again.
//!
//! An entry is looked up by id *and day*; what the law said on the day of a decision is what the decision leans on, so
//! entries are ended, never removed. The provisions were read in third-party copies and want confirming against
//! retsinformation.dk by each municipality's lawyers.

mod arrival;
mod coordination;
mod custody;
mod exemptions;
mod keeping;
mod law;
mod own_groups;
mod statements;
mod target_groups;
pub mod terms;
mod words;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

pub use arrival::{ARRIVAL_REVIEW, ArrivalReview};
pub use coordination::{Aim, GOAL_TYPES, MOST_CONTACTS, OCCUPATIONS, Occupies, aim, occupies};
pub use custody::{all_holders_consent, is_under_custody};
pub use exemptions::{Adopted, Adoption, EXEMPTIONS, ExemptionProblem, NotAnAdoption, TRIAL};
pub use keeping::{KEEP_REASONS, KeepReason};
pub use law::PROVISIONS;
pub use own_groups::NotATargetGroup;
pub use statements::{STATEMENT_RETENTION, StatementRetention};
pub use target_groups::{Criterion, TARGET_GROUPS, TargetGroup};
pub use words::{AREAS_OF_LIFE, PLAN_KINDS, REJECTION_REASONS, SECTORS};

/// The catalogue's version: grows with every change of an entry.
pub const VERSION: u32 = 4;

/// The days on which an entry holds, both included. Written as an ISO 8601 interval, `2017-10-01/2020-07-01`, or as its
/// first day alone where it has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The last day, if it has ended.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether the entry holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// Why a text is no [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the first day and the last, such as \"2017-10-01/2020-07-01\", or the first alone")]
pub struct NotAValidity;

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until {
            Some(until) => write!(f, "{}/{until}", self.from),
            None => self.from.fmt(f),
        }
    }
}

impl FromStr for Validity {
    type Err = NotAValidity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = |text: &str| text.parse().map_err(|_| NotAValidity);
        let (from, until) = match text.split_once('/') {
            Some((from, until)) => (day(from)?, Some(day(until)?)),
            None => (day(text)?, None),
        };
        Ok(Self { from, until })
    }
}

/// A word of the catalogue: a sector, a plan kind, a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What programs call it.
    pub id: &'static str,
    /// What the screen calls it.
    pub danish: &'static str,
    /// When it holds.
    pub validity: Validity,
}

/// What a provision can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// The citizen's consent, as a guarantee of procedure.
    Consent,
    /// A duty to notify, without consent.
    Duty,
    /// Disclosure by its own words, with a reason.
    Disclosure,
    /// A plan, not a disclosure.
    Plan,
    /// An intervention that a plan holds.
    Intervention,
    /// That a plan names somebody else than its citizen.
    ThirdPerson,
}

/// From which age a young person has a say, by one provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// Party to the case, to be heard.
    pub party: i16,
    /// Consents themselves.
    pub consents: i16,
    /// Of age: custody has ended.
    pub of_age: i16,
}

/// A provision of a law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provision {
    /// What programs call it.
    pub id: &'static str,
    /// How it is cited.
    pub citation: &'static str,
    /// What it can carry.
    pub uses: &'static [Use],
    /// The ages that it counts by.
    pub ages: Ages,
    /// When it holds.
    pub validity: Validity,
}

/// The sector of this id, on a day.
pub fn sector(id: &str, day: Date) -> Option<&'static Entry> {
    entry(SECTORS, id, day)
}

/// The kind of plan of this id, on a day.
pub fn plan_kind(id: &str, day: Date) -> Option<&'static Entry> {
    entry(PLAN_KINDS, id, day)
}

/// The area of life of this id, on a day.
pub fn area_of_life(id: &str, day: Date) -> Option<&'static Entry> {
    entry(AREAS_OF_LIFE, id, day)
}

/// The reason of this id for rejecting a handover, on a day.
pub fn rejection_reason(id: &str, day: Date) -> Option<&'static Entry> {
    entry(REJECTION_REASONS, id, day)
}

/// The reason of this id for staying the acting municipality, on a day.
pub fn keep_reason(id: &str, day: Date) -> Option<&'static KeepReason> {
    KEEP_REASONS.iter().find(|reason| reason.id == id && reason.validity.holds_on(day))
}

/// The target group of this id that the documents name, on a day.
pub fn target_group(id: &str, day: Date) -> Option<&'static TargetGroup> {
    TARGET_GROUPS.iter().find(|group| group.id == id && group.validity.holds_on(day))
}

/// The provision of this id, on a day.
pub fn provision(id: &str, day: Date) -> Option<&'static Provision> {
    PROVISIONS.iter().find(|provision| provision.id == id && provision.validity.holds_on(day))
}

fn entry(entries: &'static [Entry], id: &str, day: Date) -> Option<&'static Entry> {
    entries.iter().find(|entry| entry.id == id && entry.validity.holds_on(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_provision_is_found_only_while_it_holds() {
        assert!(provision("barnets-lov-132", date(2023, 12, 31)).is_none());
        assert!(provision("barnets-lov-132", date(2024, 1, 1)).is_some());
        assert!(provision("servicelov-152", date(2023, 12, 31)).is_some());
        assert!(provision("servicelov-152", date(2024, 1, 1)).is_none());
        assert!(provision("no-such-law", date(2024, 1, 1)).is_none());
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        for text in ["2017-10-01/2020-07-01", "2018-01-01"] {
            assert_eq!(text.parse::<Validity>().unwrap().to_string(), text);
        }
        assert_eq!("2018-01-01".parse(), Ok(Validity { from: date(2018, 1, 1), until: None }));
        for text in
            ["", "/", "2018-01-01/", "/2018-01-01", "2018-01-01/i dag", "2018-01-01/2019-01-01/2020-01-01"]
        {
            assert_eq!(text.parse::<Validity>(), Err(NotAValidity), "{text}");
        }
    }

    #[test]
    fn no_id_stands_for_two_things_on_the_same_day() {
        for entries in [SECTORS, PLAN_KINDS, AREAS_OF_LIFE, REJECTION_REASONS, EXEMPTIONS] {
            for (n, entry) in entries.iter().enumerate() {
                let same = entries[..n].iter().filter(|other| other.id == entry.id);
                assert!(
                    same.clone().all(|other| !other.validity.holds_on(entry.validity.from)),
                    "{}",
                    entry.id
                );
            }
        }
        for (n, provision) in PROVISIONS.iter().enumerate() {
            let mut same = PROVISIONS[..n].iter().filter(|other| other.id == provision.id);
            assert!(same.all(|other| !other.validity.holds_on(provision.validity.from)), "{}", provision.id);
        }
    }

    #[test]
    fn every_reason_to_stay_the_acting_municipality_rests_on_a_provision_that_holds() {
        for reason in KEEP_REASONS {
            assert!(provision(reason.provision, reason.validity.from).is_some(), "{}", reason.id);
            assert!(keep_reason(reason.id, date(2026, 1, 1)).is_some(), "{}", reason.id);
        }
    }

    #[test]
    fn the_review_of_an_arrived_plan_rests_on_a_provision_that_holds() {
        assert!(provision(ARRIVAL_REVIEW.provision, date(2026, 1, 1)).is_some());
    }

    #[test]
    fn every_sector_can_be_written_as_a_section() {
        for entry in SECTORS {
            assert!(entry.id.parse::<crate::plan::Sector>().is_ok(), "{}", entry.id);
        }
    }
}
