//! A3: what do two releases say that each alone does not?

use enplan_statistics::cube::Cube;
use enplan_statistics::release::CellStatus;

use super::naive;
use super::support::{Citizen, Federation, NODES, citizens, rounds};

/// In each table of one dimension the only cell that grew by more than the attacker's own node added, where nothing else
/// changed: there the newcomer stands.
pub(crate) fn newcomer(
    cube: &Cube,
    before: &[CellStatus],
    after: &[CellStatus],
    own: &[i32],
) -> Vec<Option<usize>> {
    let tables = cube.tables().iter().filter(|table| table.dimensions.len() == 1);
    let grew = |cell: usize| match (before[cell], after[cell]) {
        (CellStatus::Published(before), CellStatus::Published(after)) => after - before - own[cell],
        _ => 0,
    };
    tables
        .map(|table| {
            let changed: Vec<usize> = table.cells.clone().filter(|cell| grew(*cell) != 0).collect();
            match changed.as_slice() {
                [cell] if grew(*cell) > 0 => Some(cell - table.cells.start),
                _ => None,
            }
        })
        .collect()
}

/// The citizens with one newcomer, and two more at the attacker's own node, the last; and what those two add to each cell.
pub(crate) fn with_newcomer(
    federation: &Federation,
    people: &[Citizen],
    chance: &mut fastrand::Rng,
) -> (Vec<Citizen>, Citizen, Vec<i32>) {
    let cube = &federation.cube;
    let first = people.len() as u64;
    let others = citizens(&federation.manifest, people.len(), chance);
    let mut drawn = |id, node| Citizen { id, node, ..others[chance.usize(..others.len())].clone() };
    let target = drawn(first, others[0].node);
    let mut next = people.to_vec();
    next.push(target.clone());
    let mut own = vec![0; cube.len()];
    for at in 1..3 {
        let ally = drawn(first + at, NODES - 1);
        for cell in cube.cells_of(&ally.bins).flatten() {
            own[cell.0] += 1;
        }
        next.push(ally);
    }
    (next, target, own)
}

fn score(cube: &Cube, target: &Citizen, found: &[Option<usize>]) -> (usize, usize) {
    let dimensions = cube.tables().iter().filter_map(|table| match table.dimensions.as_slice() {
        [(dimension, _)] => Some(*dimension),
        _ => None,
    });
    let claims = found.iter().zip(dimensions).filter_map(|(found, dimension)| Some(((*found)?, dimension)));
    claims.fold((0, 0), |(all, right), (bin, dimension)| {
        (all + 1, right + usize::from(target.bins[dimension] == bin))
    })
}

#[test]
fn two_releases_do_not_say_where_the_one_who_joined_between_them_stands() {
    let (mut exact, mut sticky, mut rounded, mut ours, mut dimensions) = ((0, 0), (0, 0), (0, 0), (0, 0), 0);
    for seed in 0..rounds(4) {
        let mut chance = fastrand::Rng::with_seed(seed as u64);
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut chance);
        let (later, target, own) = with_newcomer(&federation, &people, &mut chance);
        let (first, second) = (federation.inputs(&people), federation.inputs(&later));
        let cube = federation.cube.clone();
        let add_less =
            |own: &[i32], sum: &mut (usize, usize), before: &[CellStatus], after: &[CellStatus]| {
                let (all, right) = score(&cube, &target, &newcomer(&cube, before, after, own));
                *sum = (sum.0 + all, sum.1 + right);
            };
        let add =
            |sum: &mut _, before: &[CellStatus], after: &[CellStatus]| add_less(&own, sum, before, after);
        let plain = naive::threshold_of_the_sum;
        add(&mut exact, &plain(&cube, &first), &plain(&cube, &second));
        add(&mut sticky, &naive::sticky_noise(&cube, &first), &naive::sticky_noise(&cube, &second));
        let alone = federation.inputs(&later[..=people.len()]);
        let five = naive::rounded_to_five;
        add_less(&vec![0; cube.len()], &mut rounded, &five(&cube, &first), &five(&cube, &alone));
        federation.publish(&people, &first);
        let before = federation.seen();
        federation.publish(&later, &federation.inputs(&later));
        add(&mut ours, &before, &federation.seen());
        assert_eq!(before, federation.seen(), "every table says what it said, to the byte");
        dimensions += federation.manifest.dimensions.len();
    }
    println!(
        "A3 difference: of {dimensions} attributes exact sums give {} away ({} rightly), sticky noise {} ({}), \
         rounding to five {} ({}), ours {}",
        exact.0, exact.1, sticky.0, sticky.1, rounded.0, rounded.1, ours.0
    );
    assert!(exact.1 * 2 > dimensions && sticky.1 * 2 > dimensions);
    assert!(rounded.1 > 0 && rounded.0 == rounded.1, "seldom, but then for certain");
    assert_eq!(ours.0, 0);
}

#[test]
fn a_run_on_all_but_one_node_would_give_that_nodes_counts_away() {
    let federation = Federation::new(1);
    let people = citizens(&federation.manifest, 236, &mut fastrand::Rng::with_seed(1));
    let inputs = federation.inputs(&people);
    let cube = &federation.cube;
    let all = naive::threshold_of_the_sum(cube, &inputs);
    let but_one = naive::threshold_of_the_sum(cube, &inputs[1..]);
    let found = all.iter().zip(&but_one).enumerate().filter_map(|(cell, pair)| match pair {
        (CellStatus::Published(all), CellStatus::Published(rest)) => Some((cell, all - rest)),
        _ => None,
    });
    let (mut claims, mut right) = (0, 0);
    for (cell, count) in found {
        claims += 1;
        right += usize::from(count == i32::from(inputs[0][cell].count));
    }
    println!("A3 rerun on a subset: {right} of {claims} counts of the node left out; ours has no such run");
    assert!(claims > 0 && claims == right);
}
