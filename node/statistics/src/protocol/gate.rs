//! Asking, of numbers that nobody sees, whether they are large enough: a product that is zero when they are not, masked by a
//! number that all drew together, is the only thing that is opened.

use prio::field::FieldElement;

use super::dealing::{CellShares, Held};
use super::setup::{Digest, Setup};
use crate::sharing::{Element, small};

/// What is asked. Cells are given by their place among the possible ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// Of each of these sets of cells: do enough people stand in it, at enough nodes?
    pub(super) levels: Vec<Vec<usize>>,
    /// Of each of these lists of cells: did anything change, and each of them by enough people or not at all?
    pub(super) changes: Vec<Vec<usize>>,
}

impl Question {
    /// How many answers there are: one for each set and list.
    pub(super) fn answers(&self) -> usize {
        self.levels.len() + self.changes.len()
    }

    /// How many elements go from one node to another in each step: the masks, the products, the answers.
    pub(super) fn lengths(&self, setup: &Setup) -> Vec<usize> {
        let mut lengths = vec![self.answers()];
        for mut sizes in self.stages(setup) {
            while sizes.iter().any(|size| *size > 1) {
                lengths.push(sizes.iter().map(|size| size / 2).sum());
                for size in &mut sizes {
                    *size = size.div_ceil(2);
                }
            }
        }
        lengths.push(self.answers());
        lengths
    }

    /// Adds it to what is agreed.
    pub(super) fn describe(&self, digest: &mut Digest) {
        for cells in self.levels.iter().chain(&self.changes) {
            digest.numbers(cells.iter().copied());
        }
        digest.numbers([self.levels.len()]);
    }

    /// How many factors each product of each stage has. A stage needs the products of the stage before.
    fn stages(&self, setup: &Setup) -> [Vec<usize>; 3] {
        let people = setup.dealers * usize::from(setup.threshold) + usize::from(setup.present) + 1;
        let changed = setup.dealers * usize::from(setup.changed);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for cells in &self.levels {
            if cells.len() == 1 {
                first.push(people);
            } else {
                first.extend(vec![cells.len(); setup.dealers]);
                second.push(people);
            }
        }
        for cells in &self.changes {
            first.extend([setup.dealers, changed].repeat(cells.len()));
            second.extend(vec![2; cells.len()]);
        }
        second.extend(self.changes.iter().map(Vec::len));
        [first, second, self.changes.iter().map(|cells| cells.len() + 2).collect()]
    }
}

/// Many products at once, each halved in every step.
#[derive(Default)]
struct Products {
    factors: Vec<Element>,
    sizes: Vec<usize>,
}

impl Products {
    fn push(&mut self, factors: impl IntoIterator<Item = Element>) {
        let before = self.factors.len();
        self.factors.extend(factors);
        self.sizes.push(self.factors.len() - before);
    }

    fn is_done(&self) -> bool {
        self.sizes.iter().all(|size| *size == 1)
    }

    /// This node's part of the products of neighbours.
    fn of_neighbours(&self) -> Vec<Element> {
        let mut products = Vec::with_capacity(self.factors.len() / 2);
        let mut rest = self.factors.as_slice();
        for size in &self.sizes {
            let (group, others) = rest.split_at(*size);
            products.extend(group.as_chunks::<2>().0.iter().map(|[one, other]| *one * *other));
            rest = others;
        }
        products
    }

    /// The same products, of half as many factors.
    fn halve(&mut self, products: &[Element]) {
        let mut halved = Vec::with_capacity(products.len() + self.sizes.len());
        let mut rest = self.factors.as_slice();
        let mut products = products.iter().copied();
        for size in &mut self.sizes {
            let (group, others) = rest.split_at(*size);
            halved.extend(products.by_ref().take(*size / 2));
            halved.extend(group.as_chunks::<2>().1);
            rest = others;
            *size = size.div_ceil(2);
        }
        self.factors = halved;
    }
}

/// What a computing node has of the answers, while they are computed.
pub(super) struct Gate {
    masks: Vec<Element>,
    products: Products,
    stage: usize,
    /// Of each cell in the lists: whether nothing changed; then, also whether enough did.
    unchanged: Vec<Element>,
    answers: Vec<Element>,
}

impl Gate {
    /// Begins, with a share of a common random number for each answer.
    pub(super) fn start(setup: &Setup, question: &Question, held: &[Held], masks: Vec<Element>) -> Self {
        let mut products = Products::default();
        for (cells, mask) in question.levels.iter().zip(&masks) {
            if let [cell] = cells.as_slice() {
                let present = held.iter().fold(small(0), |sum, held| sum + held.cells()[*cell].present);
                products.push(level(setup, cells, held, present, *mask));
            } else {
                for held in held {
                    products.push(cells.iter().map(|cell| small(1) - held.cells()[*cell].present));
                }
            }
        }
        for cell in question.changes.iter().flatten() {
            products.push(held.iter().map(|held| held.cells()[*cell].unchanged));
            let of_each: Vec<Element> = held.iter().map(|held| held.cells()[*cell].changed).collect();
            products.push(without_each(&of_each, setup.changed));
        }
        let answers = vec![small(0); question.answers()];
        let mut gate = Self { masks, products, stage: 0, unchanged: Vec::new(), answers };
        gate.settle(setup, question, held);
        gate
    }

    /// This node's part of the next products, to be shared anew; nothing when the answers are there.
    pub(super) fn next(&self) -> Option<Vec<Element>> {
        (self.stage < 3).then(|| self.products.of_neighbours())
    }

    /// Goes on with shares of those products.
    pub(super) fn go_on(&mut self, setup: &Setup, question: &Question, held: &[Held], products: &[Element]) {
        self.products.halve(products);
        self.settle(setup, question, held);
    }

    /// Shares of the answers, in the order of the question.
    pub(super) fn answers(&self) -> &[Element] {
        &self.answers
    }

    fn settle(&mut self, setup: &Setup, question: &Question, held: &[Held]) {
        while self.stage < 3 && self.products.is_done() {
            let done = std::mem::take(&mut self.products).factors;
            match self.stage {
                0 => self.second(setup, question, held, &done),
                1 => self.third(question, &done),
                _ => self.answers[question.levels.len()..].copy_from_slice(&done),
            }
            self.stage += 1;
        }
    }

    /// After the single cells are done, and it is known at how many nodes nobody stands in each larger set.
    fn second(&mut self, setup: &Setup, question: &Question, held: &[Held], done: &[Element]) {
        let mut done = done.iter().copied();
        for (at, cells) in question.levels.iter().enumerate() {
            if cells.len() == 1 {
                self.answers[at] = done.next().unwrap_or_default();
            } else {
                let absent = done.by_ref().take(setup.dealers).fold(small(0), |sum, absent| sum + absent);
                let present = small(setup.dealers) - absent;
                self.products.push(level(setup, cells, held, present, self.masks[at]));
            }
        }
        for _ in question.changes.iter().flatten() {
            let unchanged = done.next().unwrap_or_default();
            self.products.push([small(1) - unchanged, done.next().unwrap_or_default()]);
            self.unchanged.push(unchanged);
        }
        let mut unchanged = self.unchanged.iter().copied();
        for cells in &question.changes {
            self.products.push(unchanged.by_ref().take(cells.len()));
        }
    }

    /// After the larger sets are done, and it is known of each cell whether enough people changed where anything did, and of
    /// each list whether nothing did.
    fn third(&mut self, question: &Question, done: &[Element]) {
        let mut done = done.iter().copied();
        for (answer, cells) in self.answers.iter_mut().zip(&question.levels) {
            if cells.len() > 1 {
                *answer = done.next().unwrap_or_default();
            }
        }
        let enough: Vec<Element> = done.by_ref().take(self.unchanged.len()).collect();
        let mut each = self.unchanged.iter().zip(enough).map(|(unchanged, enough)| *unchanged + enough);
        let masks = &self.masks[question.levels.len()..];
        for ((cells, mask), nothing_changed) in question.changes.iter().zip(masks).zip(done) {
            self.products.push(each.by_ref().take(cells.len()).chain([small(1) - nothing_changed, *mask]));
        }
    }
}

/// Factors of which one is zero unless enough people stand in the cells together, whoever's are left out, at enough nodes;
/// and the mask.
fn level(setup: &Setup, cells: &[usize], held: &[Held], present: Element, mask: Element) -> Vec<Element> {
    let count = |held: &Held| sum(cells, held, |cell| cell.count);
    let of_each: Vec<Element> = held.iter().map(count).collect();
    let mut factors = without_each(&of_each, setup.threshold);
    factors.extend(below(present, setup.present));
    factors.push(mask);
    factors
}

fn sum(cells: &[usize], held: &Held, which: impl Fn(&CellShares) -> Element) -> Element {
    cells.iter().fold(small(0), |sum, cell| sum + which(&held.cells()[*cell]))
}

/// Factors of which one is zero unless the sum is at least this much, whichever part is left out.
fn without_each(parts: &[Element], least: u16) -> Vec<Element> {
    let all = parts.iter().fold(Element::zero(), |sum, part| sum + *part);
    parts.iter().flat_map(|part| below(all - *part, least)).collect()
}

/// Factors of which one is zero unless the number is at least this much.
fn below(number: Element, least: u16) -> impl Iterator<Item = Element> {
    (0..usize::from(least)).map(move |value| number - small(value))
}
