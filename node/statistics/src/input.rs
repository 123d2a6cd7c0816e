//! What one node brings to a computation: its own counts, which never leave it but in shares.

use std::fmt;

/// One node's part in one cell. `Debug` is masked: a count of a single municipality is nobody else's to read.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct CellInput {
    /// How many of the node's citizens stand in it: at most [`MOST_PEOPLE`].
    pub count: u16,
    /// How many came or went since the table was last published; all of them if it never was.
    pub changed: u16,
    /// The node's part of the noise: within [`NOISE`].
    pub noise: i8,
}

/// The most people of one municipality in one cell: twelve bits.
pub const MOST_PEOPLE: u16 = 4095;

/// The noise that one node can bring: five bits. Less than one draw in 10^20 of a part's distribution lies outside.
pub const NOISE: std::ops::RangeInclusive<i8> = -16..=15;

impl fmt::Debug for CellInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CellInput(masked)")
    }
}
