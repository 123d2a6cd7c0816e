//! A8: the attacker knows that one person joined, and guesses what they are like.

use std::ops::Range;

use enplan_statistics::release::CellStatus;

use super::difference::with_newcomer;
use super::naive;
use super::support::{Citizen, Federation, citizens, next_quarter, real, rounds};

/// The bin of one dimension that the newcomer is guessed to stand in: what grew more than it tends to, by how common it is.
/// `spread` is how much a cell is reckoned to change by itself, in people.
fn guess(
    cells: Range<usize>,
    before: &[CellStatus],
    after: &[CellStatus],
    own: &[i32],
    spread: f64,
) -> usize {
    let count = |status: CellStatus| match status {
        CellStatus::Published(count) => f64::from(count.max(1)),
        _ => 2.0,
    };
    let all: f64 = cells.clone().map(|cell| count(before[cell])).sum();
    let weight = |cell: usize| {
        let (before, after) = (count(before[cell]), count(after[cell]) - f64::from(own[cell]));
        let share = before / all;
        let variance = 0.05 + spread * share;
        share.ln()
            + (if spread > 0.0 || (after - before).abs() >= 1.0 { (after - before) / variance } else { 0.0 })
    };
    let start = cells.start;
    cells.max_by(|one, other| weight(*one).total_cmp(&weight(*other))).map_or(0, |cell| cell - start)
}

/// How many of the target's attributes are guessed.
fn guessed(
    federation: &Federation,
    target: &Citizen,
    before: &[CellStatus],
    after: &[CellStatus],
    own: &[i32],
    spread: f64,
) -> usize {
    let tables = federation.cube.tables().iter().filter(|table| table.dimensions.len() == 1);
    let nobody = vec![0; own.len()];
    let right = tables.filter(|table| {
        // A table that says what it said is told to be one, so nothing was added to it.
        let same = before[table.cells.clone()] == after[table.cells.clone()];
        let own = if same { nobody.as_slice() } else { own };
        guess(table.cells.clone(), before, after, own, spread) == target.bins[table.dimensions[0].0]
    });
    right.count()
}

#[test]
fn a_single_joiners_attributes_are_guessed_no_better_than_without_the_release() {
    let (mut naive_right, mut ours, mut baseline, mut all) = (0, 0, 0, 0);
    let (mut busy, mut busy_baseline, mut busy_naive) = (0, 0, 0);
    for seed in 0..rounds(6) {
        let mut chance = fastrand::Rng::with_seed(seed as u64);
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut chance);
        let first = federation.inputs(&people);
        let nobody = vec![0; federation.cube.len()];
        federation.publish(&people, &first);
        let before = federation.seen();
        let exact_before = naive::exact(&federation.cube, &first);
        all += federation.manifest.dimensions.len();

        // Nobody but the target, and two of the attacker's own, come or change.
        let (later, target, own) = with_newcomer(&federation, &people, &mut chance);
        let second = federation.inputs(&later);
        let exact_after = naive::exact(&federation.cube, &second);
        naive_right += guessed(&federation, &target, &exact_before, &exact_after, &own, 0.0);
        baseline += guessed(&federation, &target, &before, &before, &nobody, 0.0);
        let others = federation.tables.clone();
        federation.publish(&later, &second);
        ours += guessed(&federation, &target, &before, &federation.seen(), &own, 0.0);
        federation.tables = others;

        // An ordinary quarter, in which others come, go and change too.
        let mut later = next_quarter(&federation.manifest, &people, &mut chance);
        let target = later.last().cloned().unwrap();
        later.retain(|citizen| citizen.id != target.id);
        later.push(target.clone());
        let second = federation.inputs(&later);
        let exact_after = naive::exact(&federation.cube, &second);
        busy_naive += guessed(&federation, &target, &exact_before, &exact_after, &nobody, 60.0);
        busy_baseline += guessed(&federation, &target, &before, &before, &nobody, 0.0);
        federation.publish(&later, &second);
        busy += guessed(&federation, &target, &before, &federation.seen(), &nobody, 60.0);
    }
    let percent = |right: usize| 100.0 * real(right) / real(all);
    println!(
        "A8 joiner: attributes guessed: without the release {:.1} %, exact sums {:.1} %, ours {:.1} %; in an ordinary quarter \
         {:.1} %, {:.1} %, {:.1} %",
        percent(baseline),
        percent(naive_right),
        percent(ours),
        percent(busy_baseline),
        percent(busy_naive),
        percent(busy)
    );
    assert!(naive_right > baseline + all / 5);
    assert!(percent(ours) <= percent(baseline) + 2.0);
}
