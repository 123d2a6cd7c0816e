//! The wall clock: the only place in the house that reads it.

use enplan_domain::{Clock, Timestamp};
use jiff::SignedDuration;

/// This machine's clock, moved by so much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock {
    offset: SignedDuration,
}

impl SystemClock {
    /// The clock as the machine has it.
    pub(crate) const fn exact() -> Self {
        Self::wrong_by(SignedDuration::ZERO)
    }

    /// A clock that is wrong, to try what a node does then.
    pub(crate) const fn wrong_by(offset: SignedDuration) -> Self {
        Self { offset }
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "time has to come in from the outside somewhere, and this is where"
    )]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        // At either end of time there is nowhere further to go.
        now.saturating_add(self.offset).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_by_a_day_is_a_day_from_the_exact_one() {
        let day = SignedDuration::from_hours(24);
        let before = SystemClock::exact().now();
        let moved = SystemClock::wrong_by(day).now();
        let after = SystemClock::exact().now();
        assert!(before + day <= moved && moved <= after + day);
    }
}
