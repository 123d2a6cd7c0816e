//! Attacks on the statistics: each is first shown to break publishers that do less, then turned on ours.
//!
//! `cargo test -p enplan-statistics --test attacks -- --nocapture` prints the figures; `ENPLAN_ATTACK_ROUNDS=200` before
//! it repeats each attack that often. What is attacked is [`enplan_statistics::reference`], which the computation in secret is held to.
//! What the messages of that computation say is attacked where they are sent.

#![expect(clippy::unwrap_used, reason = "these are the tests' own helpers, outside test functions")]

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod difference;
mod joiner;
mod malicious;
mod membership;
mod naive;
mod reconstruction;
mod rules;
