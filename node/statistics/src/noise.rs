//! Each node's part of the noise in a published count, drawn exactly and the same each time.
//!
//! The parts of all nodes add up to Skellam noise: the difference of two Poisson numbers of mean 1, so of variance 2, off by
//! 1.05 on average. Each node's part is the difference of two Poisson numbers of mean `1 / nodes`. A node that knows its own
//! part knows that much less noise: of nine, three who collude leave a variance of 4/3.
//!
//! Only whole numbers are drawn and compared, so the distribution is exact; a floating-point sampler leaks by its rounding
//! (Mironov, "On significance of the least significant bits for differential privacy", CCS 2012). A Poisson number of mean 1
//! comes from uniform whole numbers alone, by Duchon and Duvignau, "Preserving the number of cycles of length k in a growing
//! uniform permutation", Electronic Journal of Combinatorics 23(4), 2016, P4.22, algorithm 1. Each of its events is then kept with
//! a chance of `1 / nodes`, which leaves a Poisson number of that mean.

use std::fmt;

use aws_lc_rs::hmac;

use crate::cube::Cell;
use crate::input::NOISE;
use crate::release::Epoch;

/// A node's secret for noise. Whoever has it can take the node's part out of everything published: it never leaves the node,
/// and it must not be lost while a computation is under way.
#[derive(Clone)]
pub struct NoiseKey(hmac::Key);

impl fmt::Debug for NoiseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoiseKey(masked)")
    }
}

/// What noise is drawn for: the same version of a table always has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version {
    /// The version of the manifest that fixes what the cells are.
    pub manifest: u32,
    /// The epoch in which the table is published anew.
    pub epoch: Epoch,
}

impl NoiseKey {
    /// The key of these 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// This node's part of a cell's noise where so many nodes bring counts.
    ///
    /// A part outside [`NOISE`] is drawn again, which happens less than once in 10^20 draws: by so little is the whole not
    /// quite a Skellam number.
    pub fn part(&self, version: Version, cell: Cell, nodes: u32) -> i8 {
        let mut draws = Draws { key: &self.0, version, cell, block: 0, words: Vec::new() };
        loop {
            let (up, down) = (draws.poisson(nodes), draws.poisson(nodes));
            let part = i8::try_from(i64::from(up) - i64::from(down));
            if let Some(part) = part.ok().filter(|part| NOISE.contains(part)) {
                return part;
            }
        }
    }
}

/// Uniform numbers for one cell of one version: HMAC-SHA-256 of a counter, under the node's key.
struct Draws<'a> {
    key: &'a hmac::Key,
    version: Version,
    cell: Cell,
    block: u64,
    words: Vec<u32>,
}

impl Draws<'_> {
    /// A Poisson number of mean `1 / nodes`.
    fn poisson(&mut self, nodes: u32) -> u32 {
        let events = self.poisson_of_mean_one();
        let mut kept = 0;
        for _ in 0..events {
            kept += u32::from(self.below(nodes.max(1)) == 0);
        }
        kept
    }

    /// Duchon and Duvignau's walk: a permutation grows by one element at a time, and the number of its fixed points settles.
    fn poisson_of_mean_one(&mut self) -> u32 {
        let (mut fixed, mut guard) = (1, 0);
        for size in 1.. {
            let place = self.below(size + 1) + 1;
            if place == size + 1 {
                fixed += 1;
            } else if place > guard {
                fixed -= 1;
                guard = size + 1;
            } else {
                break;
            }
        }
        fixed
    }

    /// A uniform number below `bound`: words that would favour small numbers are thrown away.
    fn below(&mut self, bound: u32) -> u32 {
        let fair = u32::MAX - u32::MAX % bound;
        loop {
            let word = self.word();
            if word < fair {
                return word % bound;
            }
        }
    }

    fn word(&mut self) -> u32 {
        loop {
            if let Some(word) = self.words.pop() {
                return word;
            }
            let mut context = hmac::Context::with_key(self.key);
            context.update(b"enplan statistics noise 1");
            context.update(&self.version.manifest.to_be_bytes());
            context.update(&self.version.epoch.year().to_be_bytes());
            context.update(&self.version.epoch.quarter().to_be_bytes());
            context.update(&u64::try_from(self.cell.0).unwrap_or(u64::MAX).to_be_bytes());
            context.update(&self.block.to_be_bytes());
            self.block += 1;
            let tag = context.sign();
            let words = tag
                .as_ref()
                .chunks_exact(4)
                .map(|bytes| bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)));
            self.words.extend(words);
        }
    }
}

#[cfg(test)]
mod tests;
