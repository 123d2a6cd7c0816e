//! Chance that falls the same way every time: `SplitMix64`, whose next number is a function of how many were drawn.

use std::ops::RangeInclusive;

use uuid::Uuid;

/// A seeded source of chance. Not for anything secret.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice that fall as this seed says.
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of these.
    pub(super) fn number(&mut self, of: RangeInclusive<i16>) -> i16 {
        let count = u64::from(of.end().abs_diff(*of.start())) + 1;
        of.start().saturating_add(i16::try_from(self.next() % count).unwrap_or_default())
    }

    /// One of these; `otherwise` where there are none.
    pub(super) fn one<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let count = of.len().max(1) as u64;
        usize::try_from(self.next() % count).ok().and_then(|at| of.get(at)).copied().unwrap_or(otherwise)
    }

    /// Whether it happens, once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }

    /// So many of these, in their order; all where there are no more.
    pub(super) fn some<'a, T>(&mut self, of: &'a [T], most: usize) -> Vec<&'a T> {
        let mut kept: Vec<&T> = of.iter().collect();
        while kept.len() > most {
            let at = usize::try_from(self.next() % kept.len() as u64).unwrap_or_default();
            kept.remove(at);
        }
        kept
    }

    /// An id of something in a plan.
    pub(super) fn id(&mut self) -> Uuid {
        let bytes = (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way_and_another_does_not() {
        let ids = |seed| {
            let mut dice = Dice::seeded(seed);
            [dice.id(), dice.id(), dice.id()]
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }

    #[test]
    fn a_number_is_within_its_bounds_and_both_are_met() {
        let mut dice = Dice::seeded(1);
        let drawn: Vec<_> = (0..100).map(|_| dice.number(-2..=2)).collect();
        assert!(drawn.iter().all(|number| (-2..=2).contains(number)));
        assert!(drawn.contains(&-2) && drawn.contains(&2));
    }

    #[test]
    fn some_of_many_keep_their_order() {
        let mut dice = Dice::seeded(1);
        let some = dice.some(&[1, 2, 3, 4, 5], 3);
        assert_eq!(some.len(), 3);
        assert!(some.is_sorted());
        assert_eq!(dice.some(&[1, 2], 3), [&1, &2]);
    }
}
