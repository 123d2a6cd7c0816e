//! The operator's commands. The demo network uses the same functions as a real one would.

pub(crate) mod account;
pub(crate) mod authority;
pub(crate) mod federation;
pub(crate) mod identity;
