//! What comes of it when everybody keeps to the rules.

use enplan_statistics::cube::{Cell, Cube};
use enplan_statistics::input::CellInput;
use enplan_statistics::manifest::{Bin, Dimension, Manifest, Table};
use enplan_statistics::protocol::{Nodes, Setup};
use proptest::prelude::*;

use crate::network::{Network, inputs, setup};
use crate::oracle;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_outcome_is_that_of_the_rules_on_the_counts_in_any_order_of_delivery(
        computers in 3_usize..=9,
        others in 0_usize..=3,
        seed: u64,
    ) {
        let setup = setup(computers + others, computers);
        let inputs = inputs(&setup, seed);
        let mut network = Network::new(&setup, &inputs, seed);
        network.run();
        prop_assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
        prop_assert!(network.refused.is_empty());
    }
}

#[test]
fn counts_that_are_drawn_open_some_cells_and_hide_others_and_change_some_tables() {
    let setup = setup(5, 5);
    let outcomes: Vec<_> = (0..40).map(|seed| oracle::outcome(&setup, &inputs(&setup, seed))).collect();
    let opened = outcomes.iter().map(|outcome| outcome.opened.len());
    assert!(opened.clone().any(|cells| cells == 0) && opened.clone().any(|cells| cells > 6));
    assert!(
        outcomes.iter().any(|outcome| outcome.unchanged[1])
            && outcomes.iter().any(|outcome| !outcome.unchanged[1])
    );
}

/// What the gates say of one cell when these are the counts of nine nodes.
fn is_opened(counts: [u16; 9]) -> bool {
    let mut setup = setup(9, 9);
    (setup.cells, setup.impossible) = (1, Vec::new());
    setup.tables.truncate(1);
    setup.tables[0].cells = 0..1;
    let input = |count| vec![CellInput { count, changed: 0, noise: 0 }];
    let mut network = Network::new(&setup, &counts.map(input), 3);
    network.run();
    network.outcome().opened == [(Cell(0), i32::from(counts.iter().sum::<u16>()))]
}

#[test]
fn a_cell_is_open_when_five_people_are_left_whoever_is_left_out_at_three_nodes() {
    assert!(is_opened([4, 4, 1, 0, 0, 0, 0, 0, 0]));
    assert!(is_opened([0, 0, 0, 0, 0, 0, 4095, 4095, 4095]));
    assert!(!is_opened([4, 4, 0, 0, 0, 0, 0, 0, 0]), "four are left");
    assert!(!is_opened([4095, 1, 1, 1, 1, 0, 0, 0, 0]), "four are left");
    assert!(!is_opened([0, 0, 0, 0, 0, 4095, 4095, 0, 0]), "two nodes");
    assert!(!is_opened([0; 9]));
}

#[test]
fn the_terms_of_a_computation_are_those_of_the_manifest_and_a_table_is_compared_unless_it_is_new() {
    let bins = |names: &[&str]| -> Vec<Bin> {
        let bin = |name: &&str| Bin { name: (*name).to_owned(), danish: String::new(), from: None };
        names.iter().map(bin).collect()
    };
    let dimension = |name: &str, names: &[&str]| Dimension {
        name: name.to_owned(),
        danish: String::new(),
        definition_danish: String::new(),
        definition_english: String::new(),
        bins: bins(names),
    };
    let table = |name: &str, dimensions: &[&str], impossible: Vec<Vec<u16>>| Table {
        name: name.to_owned(),
        danish: String::new(),
        dimensions: dimensions.iter().map(|name| (*name).to_owned()).collect(),
        impossible,
    };
    let manifest = Manifest {
        version: 1,
        threshold: 6,
        present: 4,
        changed: 3,
        dimensions: vec![dimension("group", &["a", "b"]), dimension("age", &["x", "y", "z"])],
        tables: vec![
            table("everybody", &[], vec![]),
            table("group", &["group"], vec![]),
            table("age", &["age"], vec![]),
            table("both", &["group", "age"], vec![vec![1, 2]]),
        ],
    };
    let cube = Cube::of(&manifest).unwrap();
    let nodes = Nodes { dealers: 9, computers: 9 };
    let setup = Setup::of([1; 32], nodes, &manifest, &cube, &[false, true, false]);
    assert_eq!((setup.cells, setup.impossible.as_slice()), (12, [Cell(11)].as_slice()));
    assert_eq!((setup.threshold, setup.present, setup.changed), (6, 4, 3));
    let compared: Vec<bool> = setup.tables.iter().map(|table| table.compared).collect();
    assert_eq!(compared, [false, true, false, true]);
    assert_eq!((setup.tolerance(), setup.needed()), (3, 7));
}

#[test]
fn ninety_eight_nodes_bring_counts_and_nine_of_them_compute() {
    let setup = setup(98, 9);
    let inputs = inputs(&setup, 98);
    let mut network = Network::new(&setup, &inputs, 98);
    network.run();
    assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
}

#[test]
fn a_table_that_one_node_finds_to_say_too_much_is_vetoed_for_all_and_nobody_else_is() {
    let setup = setup(6, 5);
    let inputs = inputs(&setup, 1);
    for voter in 0..6 {
        let mut network = Network::new(&setup, &inputs, 1);
        network.vetoes.insert(voter, vec![false, true, false]);
        network.run();
        assert_eq!(network.outcome().vetoed, [false, true, false], "the vote of {voter}");
    }
}
