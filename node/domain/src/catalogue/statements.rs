//! How long what a report says about others is kept before somebody has decided what it means.

/// How long a statement waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementRetention {
    /// How many days after it was first heard it is dropped.
    pub days: i64,
}

/// No law names the days: the General Data Protection Regulation art. 5(1)(c) and (e) asks that they be no more than it
/// takes to decide.
pub const STATEMENT_RETENTION: StatementRetention = StatementRetention { days: 60 };
