//! Shamir's sharing: what shares say together, and what too few of them do not.

use enplan_statistics::Randomness;
use enplan_statistics::sharing::{
    Draws, Element, Recombination, decode, encode, from_signed, point, share, signed, small,
};
use proptest::prelude::*;

struct Seeded(fastrand::Rng);

impl Randomness for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

fn shared(secret: Element, degree: usize, computers: usize, seed: u64) -> Vec<Element> {
    let mut randomness = Seeded(fastrand::Rng::with_seed(seed));
    let shares = share(&[secret], degree, computers, &mut Draws::from(&mut randomness));
    shares.into_iter().map(|of_one| of_one[0]).collect()
}

/// What the polynomial through these values is at another point: Lagrange, written out.
fn value_at(at: Element, known: &[(Element, Element)]) -> Element {
    known.iter().fold(small(0), |sum, (point, value)| {
        let others = known.iter().filter(|(other, _)| other != point);
        sum + others.fold(*value, |product, (other, _)| product * (at - *other) / (*point - *other))
    })
}

fn nodes() -> impl Strategy<Value = (usize, usize)> {
    (3_usize..=20).prop_flat_map(|computers| (Just(computers), 1..computers))
}

proptest! {
    #[test]
    fn one_share_more_than_the_degree_gives_the_secret(
        (computers, degree) in nodes(), number in any::<i32>(), seed: u64,
    ) {
        let shares = shared(from_signed(number.into()), degree, computers, seed);
        let mut nodes: Vec<usize> = (0..computers).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut nodes);
        nodes.truncate(degree + 1);
        let theirs: Vec<Element> = nodes.iter().map(|node| shares[*node]).collect();
        let found = Recombination::of(&nodes, degree).unwrap().recombine(&theirs).unwrap();
        prop_assert_eq!(signed(found.secret), i64::from(number));
        prop_assert!(Recombination::of(&nodes[1..], degree).is_none());
    }

    #[test]
    fn as_many_shares_as_the_degree_fit_every_secret_by_exactly_one_polynomial(
        (computers, degree) in nodes(), secret: u32, other: u32, seed: u64,
    ) {
        let shares = shared(Element::from(u64::from(secret)), degree, computers, seed);
        let mut nodes: Vec<usize> = (0..computers).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut nodes);
        let seen = &nodes[..degree];
        // With any secret at zero, what they see fixes one polynomial of the degree: as likely as the one that was drawn.
        let mut known: Vec<(Element, Element)> = seen.iter().map(|node| (point(*node), shares[*node])).collect();
        known.push((small(0), Element::from(u64::from(other))));
        let would: Vec<Element> = (0..computers).map(|node| value_at(point(node), &known)).collect();
        prop_assert!(seen.iter().all(|node| would[*node] == shares[*node]));
        let all: Vec<usize> = (0..computers).collect();
        let found = Recombination::of(&all, degree).unwrap().recombine(&would).unwrap();
        prop_assert_eq!(found.secret, Element::from(u64::from(other)));
        prop_assert!(found.wrong.is_empty());
    }

    #[test]
    fn half_of_the_shares_that_are_not_needed_may_be_wrong_and_are_named(
        (computers, degree) in nodes(), secret: u32, fewer in 0_usize..4, by in 1_u64..1000, seed: u64,
    ) {
        let mut shares = shared(Element::from(u64::from(secret)), degree, computers, seed);
        let all: Vec<usize> = (0..computers).collect();
        let recombination = Recombination::of(&all, degree).unwrap();
        let mut wrong = all.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut wrong);
        wrong.truncate(recombination.correctable().saturating_sub(fewer));
        wrong.sort_unstable();
        for node in &wrong {
            shares[*node] += Element::from(by + *node as u64 * 7);
        }
        let found = recombination.recombine(&shares).unwrap();
        prop_assert_eq!(found.secret, Element::from(u64::from(secret)));
        prop_assert_eq!(found.wrong, wrong);
    }

    #[test]
    fn one_wrong_share_more_is_never_taken_for_right(
        (computers, degree) in nodes(), secret: u32, seed: u64,
    ) {
        let mut shares = shared(Element::from(u64::from(secret)), degree, computers, seed);
        let all: Vec<usize> = (0..computers).collect();
        let recombination = Recombination::of(&all, degree).unwrap();
        prop_assume!(degree + 1 < computers);
        let wrong = recombination.correctable() + 1;
        let mut chance = fastrand::Rng::with_seed(seed);
        for share in shares.iter_mut().take(wrong) {
            *share += Element::from(chance.u64(1..1 << 60));
        }
        prop_assert!(recombination.recombine(&shares).is_none_or(|found| !found.wrong.is_empty()));
    }

    #[test]
    fn elements_read_as_they_were_written_and_other_bytes_are_none(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let is_readable = bytes.len() % 8 == 0
            && bytes.chunks(8).all(|number| u64::from_le_bytes(number.try_into().unwrap()) < 0xffff_ffff_0000_0001);
        let elements = decode(&bytes);
        prop_assert_eq!(elements.is_some(), is_readable);
        if let Some(elements) = elements {
            let mut written = Vec::new();
            encode(&elements, &mut written);
            prop_assert_eq!(written, bytes);
        }
    }

    #[test]
    fn numbers_below_zero_come_back(number in -(1_i64 << 62)..1_i64 << 62) {
        prop_assert_eq!(signed(from_signed(number)), number);
    }
}
