//! Chance that falls the same way every time.

use std::ops::RangeInclusive;

use uuid::Uuid;

/// A seeded source of chance. Not for anything secret.
#[derive(Debug, Clone)]
pub(super) struct Dice(fastrand::Rng);

impl Dice {
    /// Dice that fall as this seed says.
    pub(super) fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number of these.
    pub(super) fn number(&mut self, of: RangeInclusive<i16>) -> i16 {
        self.0.i16(of)
    }

    /// One of these; `otherwise` where there are none.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T], otherwise: &'a T) -> &'a T {
        self.0.choice(of).unwrap_or(otherwise)
    }

    /// Whether it happens, once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.0.u64(..times) == 0
    }

    /// So many of these, in their order; all where there are no more.
    pub(super) fn some<'a, T>(&mut self, of: &'a [T], most: usize) -> Vec<&'a T> {
        let mut kept: Vec<&T> = of.iter().collect();
        while kept.len() > most {
            kept.remove(self.0.usize(..kept.len()));
        }
        kept
    }

    /// An id of something in a plan.
    pub(super) fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.u128(..).to_be_bytes()).into_uuid()
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
