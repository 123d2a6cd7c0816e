//! How many stand in each cell, and by how many people a table has changed.

use std::collections::BTreeMap;

use enplan_domain::CaseId;
use enplan_statistics::cube::Cube;
use enplan_statistics::input::MOST_PEOPLE;
use enplan_statistics::manifest::{Manifest, first};
use enplan_statistics::membership::{Membership, NotPlaced, memberships};
use enplan_statistics::population::Population;
use proptest::prelude::*;

/// Three dimensions of the first manifest, which no combination of bins is impossible in.
fn manifest() -> Manifest {
    let mut manifest = first();
    let kept = ["outcome", "source-plans", "exemptions"];
    manifest.dimensions.retain(|dimension| kept.contains(&dimension.name.as_str()));
    manifest.tables.retain(|table| table.dimensions.iter().all(|name| kept.contains(&name.as_str())));
    manifest
}

fn person(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

fn populations() -> impl Strategy<Value = BTreeMap<u8, Vec<usize>>> {
    let sizes: Vec<_> = manifest().dimensions.iter().map(|dimension| 0..dimension.bins.len()).collect();
    prop::collection::btree_map(0_u8..30, sizes, 0..30)
}

fn placed(cube: &Cube, people: &BTreeMap<u8, Vec<usize>>) -> Vec<Membership> {
    let people = people.iter().map(|(number, bins)| (person(*number), bins.clone()));
    memberships(cube, &people.collect()).unwrap()
}

proptest! {
    #[test]
    fn each_table_counts_everybody_and_its_margins_agree(people in populations()) {
        let cube = Cube::of(&manifest()).unwrap();
        let counts: Vec<u16> = cube
            .tables()
            .iter()
            .zip(placed(&cube, &people))
            .flat_map(|(table, membership)| membership.counts(table))
            .collect();
        prop_assert_eq!(counts.len(), cube.len());
        for table in cube.tables() {
            let sum: u16 = counts[table.cells.clone()].iter().sum();
            prop_assert_eq!(usize::from(sum), people.len());
        }
        for equation in cube.equations() {
            let sum: u16 = equation.parts.iter().map(|cell| counts[cell.0]).sum();
            prop_assert_eq!(counts[equation.margin.0], sum);
        }
    }

    #[test]
    fn a_cell_is_changed_by_those_in_one_and_not_in_the_other(former in populations(), current in populations()) {
        let cube = Cube::of(&manifest()).unwrap();
        let (before, after) = (placed(&cube, &former), placed(&cube, &current));
        for (at, table) in cube.tables().iter().enumerate() {
            let stands_in = |people: &BTreeMap<u8, Vec<usize>>, number: u8, cell: usize| {
                people.get(&number).is_some_and(|bins| {
                    table.cell(table.dimensions.iter().map(|(dimension, _)| bins[*dimension])).0 == cell
                })
            };
            let expected: Vec<u16> = table
                .cells
                .clone()
                .map(|cell| {
                    let differs = |number: &u8| {
                        stands_in(&former, *number, cell) != stands_in(&current, *number, cell)
                    };
                    u16::try_from((0..30).filter(differs).count()).unwrap()
                })
                .collect();
            prop_assert_eq!(after[at].changed_since(&before[at], table), &expected[..]);
            prop_assert_eq!(before[at].changed_since(&after[at], table), expected);
        }
    }

    #[test]
    fn what_is_kept_of_a_version_is_read_as_it_was(people in populations()) {
        let cube = Cube::of(&manifest()).unwrap();
        for membership in placed(&cube, &people) {
            let bytes = serde_json::to_vec(&membership).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Membership>(&bytes).unwrap(), membership);
        }
    }
}

#[test]
fn who_moves_from_one_cell_to_another_changes_both_and_no_third() {
    let cube = Cube::of(&manifest()).unwrap();
    let former = placed(&cube, &BTreeMap::from([(1, vec![0, 0, 0]), (2, vec![0, 0, 0])]));
    let current = placed(&cube, &BTreeMap::from([(1, vec![0, 0, 0]), (2, vec![2, 0, 0])]));
    let of = |name: &str| {
        let at = manifest().tables.iter().position(|table| table.name == name).unwrap();
        current[at].changed_since(&former[at], &cube.tables()[at])
    };
    let dimension = manifest().dimensions[0].name.clone();
    assert_eq!(of("citizens"), [0]);
    let changed = of(&dimension);
    assert_eq!((changed[0], changed[2], changed.iter().sum::<u16>()), (1, 1, 2));
}

#[test]
fn a_table_that_was_never_published_is_changed_by_everybody_in_it() {
    let cube = Cube::of(&manifest()).unwrap();
    let current = placed(&cube, &BTreeMap::from([(1, vec![0, 0, 0]), (2, vec![1, 1, 1])]));
    for (table, membership) in cube.tables().iter().zip(&current) {
        assert_eq!(membership.changed_since(&Membership::default(), table), membership.counts(table));
        assert_eq!(membership.changed_since(membership, table), vec![0; table.cells.len()]);
    }
}

#[test]
fn nobody_is_left_out_of_a_count_in_silence() {
    let manifest = first();
    let cube = Cube::of(&manifest).unwrap();
    let mut bins = vec![0; manifest.dimensions.len()];
    let place = |name: &str| manifest.dimensions.iter().position(|one| one.name == name).unwrap();
    bins[place("family-or-young")] = manifest.dimensions[place("family-or-young")]
        .bins
        .iter()
        .position(|bin| bin.name == "young")
        .unwrap();
    let of = |bins: Vec<usize>| memberships(&cube, &Population::from_iter([(person(1), bins)]));
    let table = manifest.tables.iter().position(|table| table.name == "age-band-by-family-or-young").unwrap();
    assert_eq!(of(bins.clone()), Err(NotPlaced::Impossible { table }));
    bins[place("age-band")] = 1;
    assert!(of(bins.clone()).is_ok());
    bins[place("goals")] = 5;
    assert_eq!(of(bins.clone()), Err(NotPlaced::AnotherManifest));
    assert_eq!(of(vec![0]), Err(NotPlaced::AnotherManifest));
}

#[test]
fn more_people_than_a_count_has_bits_for_are_refused_and_more_changes_are_as_many_as_it_has() {
    let cube = Cube::of(&manifest()).unwrap();
    let many = |from: u32, to: u32| -> Population {
        (from..to).map(|n| (CaseId::from_bytes(u128::from(n).to_be_bytes()), vec![0, 0, 0])).collect()
    };
    let most = u32::from(MOST_PEOPLE);
    assert_eq!(memberships(&cube, &many(0, most + 1)), Err(NotPlaced::TooMany(usize::from(MOST_PEOPLE) + 1)));
    let former = memberships(&cube, &many(0, most)).unwrap();
    let current = memberships(&cube, &many(most, 2 * most)).unwrap();
    assert_eq!(current[0].counts(&cube.tables()[0]), [MOST_PEOPLE]);
    assert_eq!(current[0].changed_since(&former[0], &cube.tables()[0]), [MOST_PEOPLE]);
}

#[test]
fn a_membership_shows_nobody_in_debug() {
    assert_eq!(format!("{:?}", Membership::default()), "Membership(masked)");
}
