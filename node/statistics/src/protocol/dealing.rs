//! What a node shares: each count with its bits, so that it can be checked that it is one without seeing it.

use super::setup::{Digest, NotASetup, Setup};
use crate::input::{CellInput, MOST_PEOPLE, NOISE};
use crate::sharing::{Draws, ELEMENT_BYTES, Element, decode, encode, share, small};

/// Bits of a count.
const COUNT_BITS: usize = 12;
/// Bits of a node's part of the noise, from the least on.
const NOISE_BITS: usize = 5;

/// Where each of them lies among a cell's elements.
const COUNT: usize = 0;
const PRESENT: usize = COUNT + COUNT_BITS;
const CHANGED: usize = PRESENT + 1;
const UNCHANGED: usize = CHANGED + COUNT_BITS;
const NOISE_AT: usize = UNCHANGED + 1;
/// How many elements a cell has.
pub(super) const PER_CELL: usize = NOISE_AT + NOISE_BITS;

/// How often the shares may be checked, each time by sharings that mask that check alone: once, once more for each node
/// that may go away, and once without a node that was found out.
pub(super) const MOST_CHECKS: u8 = 4;

const SALT: usize = 16;
const HASH: usize = 32;

/// What goes to each node: the shares to those that compute, the hash of each one's shares to all.
pub(super) struct Dealing {
    hashes: Vec<u8>,
    shares: Vec<Vec<u8>>,
}

impl Dealing {
    /// Shares what a node brings.
    pub(super) fn of(
        setup: &Setup,
        me: usize,
        input: &[CellInput],
        draws: &mut Draws<'_>,
    ) -> Result<Self, NotASetup> {
        if input.len() != setup.cells || setup.impossible.iter().any(|cell| input[cell.0].count > 0) {
            return Err(NotASetup::Input);
        }
        let mut secrets = Vec::with_capacity(setup.possible().len() * PER_CELL);
        for cell in setup.possible() {
            secrets.extend(elements(input[cell.0]).ok_or(NotASetup::Input)?);
        }
        let (tolerance, checks) = (setup.tolerance(), usize::from(MOST_CHECKS));
        let masks = draws.elements(checks);
        let parts = [
            share(&secrets, tolerance, setup.computers, draws),
            share(&masks, tolerance, setup.computers, draws),
            share(&vec![small(0); checks], 2 * tolerance, setup.computers, draws),
        ];
        let (mut shares, mut hashes) = (Vec::new(), Vec::new());
        for computer in 0..setup.computers {
            let mut bytes = draws.bytes::<SALT>().to_vec();
            for part in &parts {
                encode(&part[computer], &mut bytes);
            }
            hashes.extend(hash(setup, me, computer, &bytes));
            shares.push(bytes);
        }
        Ok(Self { hashes, shares })
    }

    /// What one node is sent.
    pub(super) fn content(&self, to: usize) -> Vec<u8> {
        let mut content = self.hashes.clone();
        content.extend(self.shares.get(to).into_iter().flatten());
        content
    }
}

/// How long what a node is sent is.
pub(super) fn length(setup: &Setup, to: usize) -> usize {
    let elements = setup.possible().len() * PER_CELL + 2 * usize::from(MOST_CHECKS);
    let shares = if to < setup.computers { SALT + elements * ELEMENT_BYTES } else { 0 };
    setup.computers * HASH + shares
}

/// The hashes of everybody's shares, and the node's own shares, of what it was sent by another.
pub(super) fn parts<'a>(setup: &Setup, content: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    content.split_at_checked(setup.computers * HASH)
}

/// Whether the shares are those whose hash is among those that everybody was told.
pub(super) fn is_committed_to(setup: &Setup, dealer: usize, to: usize, content: &[u8]) -> bool {
    let Some((hashes, shares)) = parts(setup, content) else { return false };
    let told = hashes.get(to * HASH..(to + 1) * HASH);
    told == Some(&hash(setup, dealer, to, shares))
}

/// Whether a computing node's shares are elements.
pub(super) fn is_readable(setup: &Setup, content: &[u8]) -> bool {
    parts(setup, content).is_some_and(|(_, shares)| Held::read(shares).is_some())
}

fn hash(setup: &Setup, dealer: usize, to: usize, shares: &[u8]) -> [u8; HASH] {
    let mut digest = Digest::of("shares");
    digest.bytes(&setup.run);
    digest.numbers([dealer, to]);
    digest.bytes(shares);
    digest.done()
}

/// A cell's elements: bits, and whether anybody is there and nothing changed.
fn elements(input: CellInput) -> Option<[Element; PER_CELL]> {
    if input.count > MOST_PEOPLE || input.changed > MOST_PEOPLE || !NOISE.contains(&input.noise) {
        return None;
    }
    let noise = usize::try_from(input.noise - NOISE.start()).ok()?;
    let mut elements = [small(0); PER_CELL];
    write_bits(&mut elements[COUNT..PRESENT], usize::from(input.count));
    elements[PRESENT] = small(usize::from(input.count > 0));
    write_bits(&mut elements[CHANGED..UNCHANGED], usize::from(input.changed));
    elements[UNCHANGED] = small(usize::from(input.changed == 0));
    write_bits(&mut elements[NOISE_AT..], noise);
    Some(elements)
}

fn write_bits(elements: &mut [Element], number: usize) {
    for (at, element) in elements.iter_mut().enumerate() {
        *element = small(number >> at & 1);
    }
}

fn number(bits: &[Element]) -> Element {
    bits.iter().rev().fold(small(0), |number, bit| number + number + *bit)
}

/// What a computing node holds of one that brought counts: a share of each.
pub(super) struct Held {
    elements: Vec<Element>,
    masks: Vec<Element>,
    numbers: Vec<CellShares>,
}

/// A share of each number of a cell.
#[derive(Clone, Copy)]
pub(super) struct CellShares {
    pub(super) count: Element,
    pub(super) present: Element,
    pub(super) changed: Element,
    pub(super) unchanged: Element,
    pub(super) noise: Element,
}

impl Held {
    /// Of a node's own shares as they were sent.
    pub(super) fn read(shares: &[u8]) -> Option<Self> {
        let mut elements = decode(shares.get(SALT..)?)?;
        let masks = elements.split_off(elements.len().checked_sub(2 * usize::from(MOST_CHECKS))?);
        let (cells, _) = elements.as_chunks::<PER_CELL>();
        let least = small(usize::from(NOISE.start().unsigned_abs()));
        let numbers = cells.iter().map(|cell| CellShares {
            count: number(&cell[COUNT..PRESENT]),
            present: cell[PRESENT],
            changed: number(&cell[CHANGED..UNCHANGED]),
            unchanged: cell[UNCHANGED],
            noise: number(&cell[NOISE_AT..]) - least,
        });
        Some(Self { numbers: numbers.collect(), elements, masks })
    }

    /// The numbers of each possible cell.
    pub(super) fn cells(&self) -> &[CellShares] {
        &self.numbers
    }

    /// All that was shared, combined by the powers of a number that was drawn afterwards, and masked: at most of the degree
    /// of a sharing if everything is.
    pub(super) fn degree_check(&self, coin: Element, attempt: u8) -> Element {
        let sum = self.elements.iter().fold(small(0), |sum, element| sum * coin + *element);
        sum * coin + self.masks[usize::from(attempt)]
    }

    /// All that must be zero, combined and masked alike: a share of zero if all of it is.
    pub(super) fn range_check(&self, coin: Element, attempt: u8) -> Element {
        let one = small(1);
        let mut sum = small(0);
        let (cells, _) = self.elements.as_chunks::<PER_CELL>();
        for (bits, cell) in cells.iter().zip(&self.numbers) {
            sum = bits.iter().fold(sum, |sum, bit| sum * coin + *bit * (*bit - one));
            sum = sum * coin + cell.count * (one - cell.present);
            sum = sum * coin + cell.changed * cell.unchanged;
        }
        sum * coin + self.masks[usize::from(MOST_CHECKS) + usize::from(attempt)]
    }
}
