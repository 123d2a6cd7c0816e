//! A5: was this person counted? Two worlds that differ in one person are told apart by the best linear test.
//!
//! The attacker knows the target's attributes, how many are counted, and how attributes go together among the people they
//! are drawn from, but no other record: it weighs every shown count by how unlikely it is without the target.

use std::ops::Range;

use enplan_statistics::cube::Cube;
use enplan_statistics::reference::{Candidate, Gates};
use enplan_statistics::release::CellStatus;

use super::naive;
use super::support::{Citizen, Federation, citizens, real, rounds};

/// How many people are counted.
const COUNTED: usize = 236;

/// What the attacker knows of the people the counted are drawn from.
struct Population {
    mean: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

fn indicator(cube: &Cube, citizen: &Citizen) -> Vec<usize> {
    cube.cells_of(&citizen.bins).flatten().map(|cell| cell.0).collect()
}

impl Population {
    fn of(cube: &Cube, people: &[Citizen]) -> Self {
        let mut mean = vec![0.0; cube.len()];
        let mut covariance = vec![vec![0.0; cube.len()]; cube.len()];
        let each = 1.0 / real(people.len());
        for citizen in people {
            let cells = indicator(cube, citizen);
            for one in &cells {
                mean[*one] += each;
                for other in &cells {
                    covariance[*one][*other] += each;
                }
            }
        }
        for one in 0..cube.len() {
            for other in 0..cube.len() {
                covariance[one][other] -= mean[one] * mean[other];
            }
        }
        Self { mean, covariance }
    }

    /// How much more the release looks like one with the target in it, in standard deviations.
    fn suspicion(&self, cube: &Cube, shown: &[CellStatus], target: &Citizen, noise: f64) -> f64 {
        let (score, spread) = self.weighed(cube, shown, target, noise, 0..cube.len());
        (score - spread / 2.0) / spread.max(1e-9).sqrt()
    }

    /// The same by the one table of two dimensions that says most of the target.
    fn by_one_table(&self, cube: &Cube, shown: &[CellStatus], target: &Citizen, noise: f64) -> f64 {
        let pairs = cube.tables().iter().filter(|table| table.dimensions.len() == 2);
        let weighed = pairs.map(|table| self.weighed(cube, shown, target, noise, table.cells.clone()));
        let (score, spread) = weighed.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or_default();
        (score - spread / 2.0) / spread.max(1e-9).sqrt()
    }

    /// What the counts of these cells weigh for the target, and how much they would on average more with it.
    fn weighed(
        &self,
        cube: &Cube,
        shown: &[CellStatus],
        target: &Citizen,
        noise: f64,
        cells: Range<usize>,
    ) -> (f64, f64) {
        let counts: Vec<(usize, f64)> = cells
            .filter_map(|cell| match shown[cell] {
                CellStatus::Published(count) => {
                    Some((cell, f64::from(count) - real(COUNTED) * self.mean[cell]))
                }
                _ => None,
            })
            .collect();
        let stands = indicator(cube, target);
        let shift: Vec<f64> = counts
            .iter()
            .map(|(cell, _)| f64::from(u8::from(stands.contains(cell))) - self.mean[*cell])
            .collect();
        let spread: Vec<Vec<f64>> = counts
            .iter()
            .map(|(one, _)| {
                let with = |other: usize| {
                    real(COUNTED) * self.covariance[*one][other]
                        + f64::from(u8::from(*one == other)) * (noise + 1e-3)
                };
                counts.iter().map(|(other, _)| with(*other)).collect()
            })
            .collect();
        let weights = solved(spread, shift.clone());
        let score: f64 = weights.iter().zip(&counts).map(|(weight, (_, count))| weight * count).sum();
        let spread: f64 = weights.iter().zip(&shift).map(|(weight, shift)| weight * shift).sum();
        (score, spread)
    }
}

/// The solution of a symmetric, positive definite system.
fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for pivot in 0..size {
        let (above, below) = matrix.split_at_mut(pivot + 1);
        let row = &above[pivot];
        for (offset, other) in below.iter_mut().enumerate() {
            let factor = other[pivot] / row[pivot];
            if factor != 0.0 {
                other.iter_mut().zip(row).skip(pivot).for_each(|(entry, above)| *entry -= factor * above);
                right[pivot + 1 + offset] -= factor * right[pivot];
            }
        }
    }
    for pivot in (0..size).rev() {
        let known: f64 = (pivot + 1..size).map(|column| matrix[pivot][column] * right[column]).sum();
        right[pivot] = (right[pivot] - known) / matrix[pivot][pivot];
    }
    right
}

/// The chance that a world with the target scores higher than one without.
fn area(with: &[f64], without: &[f64]) -> f64 {
    let wins: f64 = with
        .iter()
        .flat_map(|one| {
            without
                .iter()
                .map(move |other| if one > other { 1.0 } else { f64::from(u8::from(one >= other)) / 2.0 })
        })
        .sum();
    wins / real(with.len() * without.len())
}

/// The counts less those of the others, whom the attacker knows, summed where the target stands.
fn against_known(cube: &Cube, shown: &[CellStatus], others: &[u32], target: &Citizen) -> f64 {
    let cells = indicator(cube, target).into_iter();
    let surplus = cells.filter_map(|cell| match shown[cell] {
        CellStatus::Published(count) => Some(f64::from(count) - f64::from(others[cell]) - 0.5),
        _ => None,
    });
    surplus.sum()
}

#[test]
fn whether_somebody_was_counted_is_hard_to_tell() {
    let template = Federation::new(0);
    let mut chance = fastrand::Rng::with_seed(7);
    let population = Population::of(&template.cube, &citizens(&template.manifest, 20_000, &mut chance));
    let worlds = rounds(30);
    // Of exact sums, of ours, and of ours for one who knows all others: with and without the target.
    let mut scores: [[Vec<f64>; 2]; 5] = Default::default();
    for seed in 0..worlds {
        let pool = citizens(&template.manifest, COUNTED, &mut chance);
        let target = chance.usize(..COUNTED);
        // Somebody else of the same people stands where the target stands in the other world.
        let stranger = citizens(&template.manifest, COUNTED, &mut chance)[chance.usize(..COUNTED)].clone();
        let pool: Vec<Citizen> = pool.into_iter().chain([stranger]).collect();
        let stranger = COUNTED;
        let world = |left_out: usize| -> Vec<Citizen> {
            pool.iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, citizen)| citizen.clone())
                .collect()
        };
        let others: Vec<Citizen> = pool
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != target && *at != stranger)
            .map(|(_, citizen)| citizen.clone())
            .collect();
        let known = super::support::totals(&template.inputs(&others));
        for (which, left_out) in [stranger, target].into_iter().enumerate() {
            let federation = Federation::new(2 * seed as u64 + which as u64);
            let inputs = federation.inputs(&world(left_out));
            let cube = &federation.cube;
            let gates = Gates { manifest: &federation.manifest, nodes: &inputs };
            let ours = Candidate::of(gates, cube, &vec![None; cube.tables().len()]).cells;
            let exact = naive::exact(cube, &inputs);
            let target = &pool[target];
            scores[0][which].push(population.suspicion(cube, &exact, target, 0.0));
            scores[1][which].push(population.suspicion(cube, &ours, target, 2.0));
            scores[2][which].push(against_known(cube, &exact, &known, target));
            scores[4][which].push(population.by_one_table(cube, &ours, target, 2.0));
            scores[3][which].push(against_known(cube, &ours, &known, target));
        }
    }
    let [exact, ours, exact_known, ours_known, one_table] =
        scores.map(|[with, without]| area(&with, &without));
    println!(
        "A5 membership over {worlds} pairs of worlds, area under the curve: exact sums {exact:.3}, ours {ours:.3}, {one_table:.3} by one table of it; for one who \
         knows all others {exact_known:.3} and {ours_known:.3}"
    );
    assert!(exact_known > 0.95, "the attack works where nothing protects");
    assert!(ours < exact_known);
}
