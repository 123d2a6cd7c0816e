//! The numbers that are shared: those below 2^64 - 2^32 + 1, a prime.

use prio::field::{Field64, FieldElementWithInteger};
use zeroize::Zeroizing;

use crate::Randomness;

/// A number modulo the prime. Its arithmetic takes the same time whatever the number.
pub type Element = Field64;

/// Each element is so long in a message, whatever it is.
pub const ELEMENT_BYTES: usize = 8;

/// Adds the elements to a message, little end first.
pub fn encode(elements: &[Element], bytes: &mut Vec<u8>) {
    bytes.reserve(elements.len() * ELEMENT_BYTES);
    for element in elements {
        bytes.extend_from_slice(&u64::from(*element).to_le_bytes());
    }
}

/// The elements of a message; nothing where its length or a number in it is none of an element.
pub fn decode(bytes: &[u8]) -> Option<Vec<Element>> {
    let (numbers, rest) = bytes.as_chunks::<ELEMENT_BYTES>();
    if !rest.is_empty() {
        return None;
    }
    numbers.iter().map(|number| element(u64::from_le_bytes(*number))).collect()
}

/// A number that is known to be small.
pub fn small(number: usize) -> Element {
    Element::from(number as u64)
}

/// A number that can be negative.
pub fn from_signed(number: i64) -> Element {
    let size = Element::from(number.unsigned_abs());
    if number < 0 { -size } else { size }
}

/// The number that an element stands for, where it can be negative. For opened values alone: its time depends on it.
pub fn signed(element: Element) -> i64 {
    let number = u64::from(element);
    i64::try_from(number)
        .unwrap_or_else(|_| i64::try_from(Element::modulus() - number).map_or(i64::MIN, |size| -size))
}

/// Random elements, drawn from the source many at a time.
pub struct Draws<'a> {
    source: &'a mut dyn Randomness,
    block: Zeroizing<[u8; 2048]>,
    used: usize,
}

impl<'a> Draws<'a> {
    /// Draws from this source.
    pub fn from(source: &'a mut dyn Randomness) -> Self {
        let block = Zeroizing::new([0; 2048]);
        let used = block.len();
        Self { source, block, used }
    }

    /// An element, each as likely as any other.
    pub fn element(&mut self) -> Element {
        loop {
            if let Some(element) = element(u64::from_le_bytes(self.bytes())) {
                return element;
            }
        }
    }

    /// So many elements.
    pub fn elements(&mut self, count: usize) -> Vec<Element> {
        (0..count).map(|_| self.element()).collect()
    }

    /// Random bytes.
    pub fn bytes<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        for byte in &mut bytes {
            if self.used == self.block.len() {
                self.source.fill(self.block.as_mut_slice());
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
        bytes
    }
}

fn element(number: u64) -> Option<Element> {
    (number < Element::modulus()).then(|| Element::from(number))
}
