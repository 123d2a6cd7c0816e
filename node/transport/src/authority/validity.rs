//! For how long a certificate is good.

use std::time::Duration;

use enplan_domain::Timestamp;

/// Nine machines' clocks differ by some seconds; a certificate made just now must be good on all of them.
const BACKDATED_SECONDS: i64 = 5 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A span of time, both ends included, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

impl Validity {
    /// From five minutes ago, for clocks that are behind, until so many days from now, or until the end of time.
    pub fn days(now: Timestamp, days: u32) -> Self {
        let now = now.as_second();
        Self {
            not_before: at(now.saturating_sub(BACKDATED_SECONDS)).unwrap_or(Timestamp::MIN),
            not_after: at(now.saturating_add(i64::from(days).saturating_mul(DAY_SECONDS)))
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Both ends since 1970, if that is when it lies and it is not empty.
    pub(super) fn since_epoch(self) -> Option<(Duration, Duration)> {
        let seconds = |at: Timestamp| u64::try_from(at.as_second()).ok().map(Duration::from_secs);
        let (from, until) = (seconds(self.not_before)?, seconds(self.not_after)?);
        (from < until).then_some((from, until))
    }

    pub(super) fn of(validity: &x509_parser::certificate::Validity) -> Option<Self> {
        Some(Self {
            not_before: at(validity.not_before.timestamp())?,
            not_after: at(validity.not_after.timestamp())?,
        })
    }
}

fn at(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}
