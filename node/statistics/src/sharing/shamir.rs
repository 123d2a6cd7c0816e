//! Sharing numbers, and putting them together again.

use prio::field::FieldElement;

use super::correction::corrected;
use super::{Draws, Element, small};

/// Where a computing node's share lies on every polynomial. Nobody's lies at zero, where the secret is.
pub fn point(computer: usize) -> Element {
    small(computer + 1)
}

/// Shares each of the secrets by a random polynomial of this degree: for each computing node its shares, in the order of
/// the secrets.
pub fn share(
    secrets: &[Element],
    degree: usize,
    computers: usize,
    draws: &mut Draws<'_>,
) -> Vec<Vec<Element>> {
    let points: Vec<Element> = (0..computers).map(point).collect();
    let mut shares: Vec<Vec<Element>> = points.iter().map(|_| Vec::with_capacity(secrets.len())).collect();
    let mut above = vec![Element::zero(); degree];
    for secret in secrets {
        above.fill_with(|| draws.element());
        for (shares, point) in shares.iter_mut().zip(&points) {
            let rest = above.iter().fold(Element::zero(), |sum, coefficient| (sum + *coefficient) * *point);
            shares.push(rest + *secret);
        }
    }
    shares
}

/// How the shares of some nodes are put together: computed once, for as many secrets as there are.
#[derive(Debug, Clone)]
pub struct Recombination {
    computers: Vec<usize>,
    points: Vec<Element>,
    degree: usize,
    at_zero: Vec<Element>,
    /// For each share more than is needed, what it must be by those that are.
    further: Vec<Vec<Element>>,
}

/// A secret that was put together.
#[derive(Clone, PartialEq, Eq)]
pub struct Recombined {
    /// The secret.
    pub secret: Element,
    /// The nodes whose shares do not lie on the polynomial of all others.
    pub wrong: Vec<usize>,
}

impl Recombination {
    /// Of the shares of these nodes, by polynomials of this degree; nothing if they are too few.
    pub fn of(computers: &[usize], degree: usize) -> Option<Self> {
        let points: Vec<Element> = computers.iter().map(|computer| point(*computer)).collect();
        let (needed, more) = points.split_at_checked(degree + 1)?;
        Some(Self {
            computers: computers.to_vec(),
            degree,
            at_zero: coefficients(needed, Element::zero()),
            further: more.iter().map(|point| coefficients(needed, *point)).collect(),
            points,
        })
    }

    /// How many wrong shares are found and set right.
    pub fn correctable(&self) -> usize {
        self.further.len() / 2
    }

    /// How many nodes would have to lie together for a false secret to look right: one more than the shares that are not
    /// needed.
    pub fn liars_to_deceive(&self) -> usize {
        self.further.len() + 1
    }

    /// What each needed share counts for in the secret.
    pub fn at_zero(&self) -> &[Element] {
        &self.at_zero
    }

    /// The secret of these shares, in the order of the nodes. Nothing if more are wrong than can be set right.
    pub fn recombine(&self, shares: &[Element]) -> Option<Recombined> {
        if shares.len() != self.computers.len() {
            return None;
        }
        let further = shares[self.degree + 1..].iter();
        if self.further.iter().zip(further).all(|(row, share)| weighed(row, shares) == *share) {
            return Some(Recombined { secret: weighed(&self.at_zero, shares), wrong: Vec::new() });
        }
        let polynomial = corrected(&self.points, shares, self.degree)?;
        let wrong = self.computers.iter().zip(self.points.iter().zip(shares));
        let wrong = wrong.filter(|(_, (point, share))| polynomial.at(**point) != **share);
        Some(Recombined {
            secret: polynomial.at(Element::zero()),
            wrong: wrong.map(|(computer, _)| *computer).collect(),
        })
    }
}

/// The sum of the first shares, each by its weight.
fn weighed(weights: &[Element], shares: &[Element]) -> Element {
    weights.iter().zip(shares).fold(Element::zero(), |sum, (weight, share)| sum + *weight * *share)
}

/// Lagrange's coefficients: what the value at each of the points counts for in the value at another.
fn coefficients(points: &[Element], at: Element) -> Vec<Element> {
    let one = |this: &Element| {
        let others = points.iter().filter(|other| *other != this);
        let (above, below) = others.fold((Element::one(), Element::one()), |(above, below), other| {
            (above * (at - *other), below * (*this - *other))
        });
        above * below.inv()
    };
    points.iter().map(one).collect()
}

impl std::fmt::Debug for Recombined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recombined").field("wrong", &self.wrong).finish_non_exhaustive()
    }
}
