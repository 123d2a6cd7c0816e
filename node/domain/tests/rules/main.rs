//! The domain's rules, held from outside: each file is one room of the crate.

mod access;
mod bases;
mod bundles;
mod plans;
mod reports;
mod sample;
