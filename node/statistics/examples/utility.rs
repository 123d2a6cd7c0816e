//! How much of the people the statistics keep, step by step: `cargo run -p enplan-statistics --example utility`.
//!
//! For each number of citizens: the share of them who stand in a cell that is shown, on average over all tables of one
//! dimension and over those of two, after each step; and what the second quarter's change gate leaves of the tables.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "figures for a person to read, of invented people"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use enplan_statistics::cube::Cube;
use enplan_statistics::reference::Gates;
use enplan_statistics::release::{CellStatus, TableRelease};
use enplan_statistics::suppression::{Shown, Suppression};
use support::{Federation, citizens, next_quarter, real, rounds, totals};

const STEPS: [&str; 6] = [
    "at least 5 people",
    "and at 3 municipalities",
    "and leaving out any one",
    "and not by subtraction",
    "and enough in what is left",
    "and not vetoed",
];

fn main() {
    for (how_many, repeated) in [(236, rounds(5)), (1_000, rounds(3)), (10_000, rounds(1))] {
        let mut kept = vec![[0.0; 2]; STEPS.len()];
        let (mut error, mut shown, mut questions) = (0.0, 0.0, 0);
        let (mut anew, mut tables) = (0, 0);
        for seed in 0..repeated {
            let mut federation = Federation::new(seed as u64);
            let mut chance = fastrand::Rng::with_seed(1_000 + seed as u64);
            let people = citizens(&federation.manifest, how_many, &mut chance);
            let inputs = federation.inputs(&people);
            let gates = Gates { manifest: &federation.manifest, nodes: &inputs };
            let (patterns, asked) = patterns(gates, &federation.cube);
            questions += asked;
            let totals = totals(&inputs);
            for (kept, pattern) in kept.iter_mut().zip(&patterns) {
                add(kept, &federation.cube, &totals, |cell| pattern[cell]);
            }
            federation.publish(&people, &inputs);
            let seen = federation.seen();
            add(&mut kept[STEPS.len() - 1], &federation.cube, &totals, |cell| {
                matches!(seen[cell], CellStatus::Published(_))
            });
            for (status, total) in seen.iter().zip(&totals) {
                if let CellStatus::Published(count) = status {
                    error += (f64::from(*count) - f64::from(*total)).abs();
                    shown += 1.0;
                }
            }
            let later = next_quarter(&federation.manifest, &people, &mut chance);
            let inputs = federation.inputs(&later);
            let released = federation.publish(&later, &inputs);
            anew += released.iter().filter(|table| matches!(table, TableRelease::Published(_))).count();
            tables += released.len();
        }
        println!("\n{how_many} citizens, {repeated} times; share of the people shown in");
        println!("{:<30} {:>16} {:>16}", "", "one dimension", "two dimensions");
        for (step, kept) in STEPS.iter().zip(&kept) {
            let [one, two] = kept.map(|kept| 100.0 * kept / real(repeated));
            println!("{step:<30} {one:>14.1} % {two:>14.1} %");
        }
        println!("error of a shown count, on average: {:.2}", error / shown);
        println!("sums tested in secret, on average: {}", questions / repeated);
        println!("tables that a quarter's changes publish anew: {anew} of {tables}");
    }
}

/// What is shown after each step but the last, and how many sums were tested.
fn patterns(gates: Gates<'_>, cube: &Cube) -> (Vec<Vec<bool>>, usize) {
    let cell = |cell: usize| gates.nodes.iter().map(|inputs| inputs[cell].count).collect::<Vec<_>>();
    let enough = |at: usize| cell(at).iter().sum::<u16>() >= gates.manifest.threshold;
    let present = |at: usize| {
        cell(at).iter().filter(|count| **count > 0).count() >= usize::from(gates.manifest.present)
    };
    let level = gates.levels(cube);
    let all = 0..cube.len();
    let mut patterns = vec![
        all.clone().map(enough).collect(),
        all.clone().map(|at| enough(at) && present(at)).collect(),
        level.clone(),
    ];
    let open = |pattern: Vec<Shown>| pattern.iter().map(|shown| *shown == Shown::Open).collect();
    let mut by_rank = Suppression::begin(cube, &level);
    while by_rank.pattern().is_none() {
        let all_pass = vec![true; by_rank.residuals().len()];
        by_rank = by_rank.heard(&all_pass);
    }
    patterns.push(open(by_rank.pattern().unwrap_or_default()));
    let mut asked = 0;
    let mut suppression = Suppression::begin(cube, &level);
    while suppression.pattern().is_none() {
        asked += suppression.residuals().len();
        let answers: Vec<bool> = suppression.residuals().iter().map(|cells| gates.level(cells)).collect();
        suppression = suppression.heard(&answers);
    }
    patterns.push(open(suppression.pattern().unwrap_or_default()));
    (patterns, asked)
}

/// Adds the share of people whose cell is shown, on average over the tables of one and of two dimensions.
fn add(kept: &mut [f64; 2], cube: &Cube, totals: &[u32], shown: impl Fn(usize) -> bool) {
    for (dimensions, kept) in kept.iter_mut().enumerate() {
        let tables: Vec<_> =
            cube.tables().iter().filter(|table| table.dimensions.len() == dimensions + 1).collect();
        let share = |cells: std::ops::Range<usize>| {
            let people: u32 = cells.clone().map(|cell| totals[cell]).sum();
            let shown: u32 = cells.filter(|cell| shown(*cell)).map(|cell| totals[cell]).sum();
            f64::from(shown) / f64::from(people.max(1))
        };
        *kept += tables.iter().map(|table| share(table.cells.clone())).sum::<f64>() / real(tables.len());
    }
}
