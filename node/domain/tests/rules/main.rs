//! The domain's rules, held from outside: each file is one room of the crate.

#![expect(clippy::unwrap_used, reason = "these are the tests' own helpers, outside test functions")]

mod access;
mod bases;
mod bundles;
mod deadlines;
mod families;
mod grants;
mod plans;
mod reports;
mod sample;
mod terminology;
mod wording;
mod writing;
