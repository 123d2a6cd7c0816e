//! The domain's rules, held from outside: each file is one room of the crate.

#![expect(clippy::unwrap_used, reason = "these are the tests' own helpers, outside test functions")]

mod access;
mod arrivals;
mod assessing;
mod bases;
mod bundles;
mod coordination;
mod deadlines;
mod exports;
mod families;
mod family_moves;
mod findings;
mod grants;
mod households;
mod merging;
mod nothing_lost;
mod plans;
mod profiles;
mod relocations;
mod reports;
mod sample;
mod several;
mod statements;
mod terminology;
mod threads;
mod wording;
mod writing;
