//! Values that everybody may know, put together from the shares that each computing node tells all others.

use std::collections::BTreeSet;

use super::progress::Aborted;
use crate::sharing::{Element, Recombination};

/// What was opened.
pub(super) struct Opened {
    pub(super) values: Vec<Element>,
    /// The nodes whose shares did not fit.
    pub(super) wrong: BTreeSet<usize>,
}

/// Puts together the values of which these nodes told their shares, in their order.
pub(super) fn opened(computers: &[usize], degree: usize, shares: &[Vec<Element>]) -> Result<Opened, Aborted> {
    let recombination = Recombination::of(computers, degree).ok_or(Aborted::Unreadable)?;
    let count = shares.iter().map(Vec::len).min().unwrap_or(0);
    let mut opened = Opened { values: Vec::with_capacity(count), wrong: BTreeSet::new() };
    let mut of_one = Vec::with_capacity(shares.len());
    for at in 0..count {
        of_one.clear();
        of_one.extend(shares.iter().map(|shares| shares[at]));
        let found = recombination.recombine(&of_one).ok_or(Aborted::Unreadable)?;
        opened.values.push(found.secret);
        opened.wrong.extend(found.wrong);
    }
    Ok(opened)
}
