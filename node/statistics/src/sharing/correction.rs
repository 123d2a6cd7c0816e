//! Finding wrong shares among right ones: Welch and Berlekamp's decoding of Reed and Solomon's code (US patent 4,633,470,
//! expired). For a handful of nodes, so that its cubic cost is nothing.

use prio::field::FieldElement;

use super::Element;

/// A polynomial, the constant first.
pub(super) struct Polynomial(Vec<Element>);

impl Polynomial {
    /// Its value at a point.
    pub(super) fn at(&self, point: Element) -> Element {
        self.0.iter().rev().fold(Element::zero(), |sum, coefficient| sum * point + *coefficient)
    }
}

/// The one polynomial of this degree on which all of the values lie but as many as can be set right: half of those that
/// are more than the degree and one. Nothing if there is none.
pub(super) fn corrected(points: &[Element], values: &[Element], degree: usize) -> Option<Polynomial> {
    let errors = points.len().checked_sub(degree + 1)? / 2;
    // An unknown polynomial E, with its first coefficient one, is zero where a value is wrong. N = P * E for the one that is
    // sought, so N(x) = y * E(x) at every point: linear in the coefficients of both.
    let unknown = degree + 2 * errors + 1;
    let mut rows = Vec::with_capacity(points.len());
    for (point, value) in points.iter().zip(values) {
        let mut row = powers(*point).take(degree + errors + 1).collect::<Vec<_>>();
        row.extend(powers(*point).take(errors).map(|power| -(*value * power)));
        row.extend(powers(*point).nth(errors).map(|power| *value * power));
        rows.push(row);
    }
    let solution = solved(rows, unknown)?;
    let (product, locator) = solution.split_at(degree + errors + 1);
    let found = divided(product, locator)?;
    let wrong = points.iter().zip(values).filter(|(point, value)| found.at(**point) != **value).count();
    (wrong <= errors).then_some(found)
}

fn powers(point: Element) -> impl Iterator<Item = Element> {
    std::iter::successors(Some(Element::one()), move |power| Some(*power * point))
}

/// A solution of linear equations, each with its right side last; what they leave open is zero.
fn solved(mut rows: Vec<Vec<Element>>, unknown: usize) -> Option<Vec<Element>> {
    let mut leading = Vec::with_capacity(unknown);
    for column in 0..unknown {
        let done = leading.len();
        let Some(found) = (done..rows.len()).find(|row| rows[*row][column] != Element::zero()) else {
            continue;
        };
        rows.swap(done, found);
        let inverse = rows[done][column].inv();
        rows[done].iter_mut().for_each(|coefficient| *coefficient *= inverse);
        let pivot = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if at != done && factor != Element::zero() {
                row.iter_mut().zip(&pivot).for_each(|(one, other)| *one -= factor * *other);
            }
        }
        leading.push(column);
    }
    if rows[leading.len()..].iter().any(|row| row[unknown] != Element::zero()) {
        return None;
    }
    let mut solution = vec![Element::zero(); unknown];
    for (row, column) in rows.iter().zip(leading) {
        solution[column] = row[unknown];
    }
    Some(solution)
}

/// One polynomial by another, whose leading one is not written. Nothing if anything is left over.
fn divided(product: &[Element], locator: &[Element]) -> Option<Polynomial> {
    let mut rest = product.to_vec();
    let mut quotient = Vec::new();
    while rest.len() > locator.len() {
        let leading = rest.pop()?;
        let start = rest.len() - locator.len();
        rest[start..].iter_mut().zip(locator).for_each(|(one, other)| *one -= leading * *other);
        quotient.push(leading);
    }
    quotient.reverse();
    rest.iter().all(|coefficient| *coefficient == Element::zero()).then_some(Polynomial(quotient))
}
