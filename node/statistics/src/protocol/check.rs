//! Whether what everybody brought can be computed with, found out without seeing any of it.

use super::dealing::Held;
use super::progress::Aborted;
use super::setup::{Digest, Setup};
use crate::sharing::{ELEMENT_BYTES, Element, Recombination, decode, small};

/// How long a value of the common random number, and what commits to it, are.
pub(super) const VALUE: usize = 32;

/// What commits a node to its part of the common random number.
pub(super) fn commitment(setup: &Setup, node: usize, attempt: u8, value: &[u8]) -> [u8; VALUE] {
    let mut digest = Digest::of("part of the coin");
    digest.bytes(&setup.run);
    digest.numbers([node, usize::from(attempt)]);
    digest.bytes(value);
    digest.done()
}

/// The number that all have drawn together: nobody could choose it, and nobody knew it when the counts were shared.
pub(super) fn coin<'a>(setup: &Setup, values: impl IntoIterator<Item = &'a [u8]>) -> Element {
    let mut digest = Digest::of("coin");
    digest.bytes(&setup.run);
    values.into_iter().for_each(|value| digest.bytes(value));
    let digest = digest.done();
    let (numbers, _) = digest.as_chunks::<ELEMENT_BYTES>();
    numbers.iter().find_map(|number| decode(number)?.pop()).unwrap_or(small(2))
}

/// What a node says of each sharing: two elements, in the order of those who shared.
pub(super) fn statement(held: &[Held], coin: Element, attempt: u8) -> Vec<Element> {
    let both = |held: &Held| [held.degree_check(coin, attempt), held.range_check(coin, attempt)];
    held.iter().flat_map(both).collect()
}

/// Judges by what these nodes said.
pub(super) fn judge(setup: &Setup, computers: &[usize], statements: &[Vec<Element>]) -> Result<(), Aborted> {
    let tolerance = setup.tolerance();
    let degree = Recombination::of(computers, tolerance).ok_or(Aborted::Unreadable)?;
    let range = Recombination::of(computers, 2 * tolerance).ok_or(Aborted::Unreadable)?;
    for dealer in 0..setup.dealers {
        let said = |which: usize| -> Vec<Element> {
            statements.iter().map(|statement| statement[2 * dealer + which]).collect()
        };
        // The first check has so many shares to spare that those who may lie can't make it fail.
        let mut wrong = degree
            .recombine(&said(0))
            .ok_or_else(|| blamed(&degree, Aborted::Degree { node: dealer }))?
            .wrong;
        let zero =
            range.recombine(&said(1)).ok_or_else(|| blamed(&range, Aborted::Range { node: dealer }))?;
        wrong.extend(zero.wrong);
        if zero.secret != small(0) {
            return Err(if range.liars_to_deceive() > 1 {
                Aborted::Range { node: dealer }
            } else {
                Aborted::Either { dealer, computers: computers.to_vec() }
            });
        }
        if !wrong.is_empty() {
            wrong.sort_unstable();
            wrong.dedup();
            return Err(Aborted::Either { dealer, computers: wrong });
        }
    }
    Ok(())
}

/// A failure is laid to whoever shared where one who lies about it would have been found.
fn blamed(by: &Recombination, proved: Aborted) -> Aborted {
    if by.correctable() > 0 { proved } else { Aborted::Unreadable }
}
