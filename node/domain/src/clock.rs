//! Time, as it comes in from the outside.

use jiff::Timestamp;

/// Tells the time. Only the daemon's implementation reads the wall clock; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}
