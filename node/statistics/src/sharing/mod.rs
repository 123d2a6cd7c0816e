//! Shamir's secret sharing: a number is the value at zero of a random polynomial, and each node holds its value elsewhere.
//!
//! As many shares as the polynomial's degree say nothing of the number; one more says it whole; more than that finds, and
//! names, wrong ones among them.

mod correction;
mod element;
mod shamir;

pub use element::{Draws, ELEMENT_BYTES, Element, decode, encode, from_signed, signed, small};
pub use shamir::{Recombination, Recombined, point, share};
