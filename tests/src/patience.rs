//! Waiting for a condition, never for a time.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a node may take to start, and a handover to settle, on a machine that has much else to do.
pub const LONG: Duration = Duration::from_mins(1);
/// Between two looks at a condition: a pause, not what is waited for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Looks until the condition gives something, and returns it. Panics, saying what was waited for, when `within` is over.
#[track_caller]
pub fn eventually<T>(what: &str, within: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + within;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < end, "not within {} seconds: {what}", within.as_secs());
        sleep(BETWEEN_LOOKS);
    }
}
