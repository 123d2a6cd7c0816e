//! What is counted of a plan, held from outside: histories are made by the domain's own decisions.

#![expect(clippy::unwrap_used, reason = "these are the tests' own helpers, outside test functions")]

mod cooperation;
mod extent;
mod goals;
mod handovers;
mod histories;
mod manifests;
mod memberships;
mod pace;
mod pen;
mod populations;
mod properties;
#[path = "../support/synthetic.rs"]
mod synthetic;
mod synthetic_people;
mod who;
