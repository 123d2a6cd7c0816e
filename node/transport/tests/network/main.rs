//! Nodes, users' programs and impostors, talking over real sockets with certificates of their own.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may fail the test, too")]

mod authority;
mod credentials;
mod dialed;
mod limits;
mod listened;
mod support;
