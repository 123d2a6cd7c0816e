//! Nodes that go away after they have shared, at any time, in the middle of what they say.

use proptest::prelude::*;

use crate::network::{Network, inputs, setup};
use crate::oracle;

/// More batches than any node sends.
const BATCHES: usize = 40;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn two_nodes_that_go_away_at_any_time_after_sharing_change_nothing(
        computers in prop::sample::select(vec![5_usize, 6, 7, 9]),
        others in 0_usize..=2,
        first in (0_usize..5, 2..BATCHES),
        second in (0_usize..5, 2..BATCHES),
        seed: u64,
    ) {
        let setup = setup(computers + others, computers);
        let inputs = inputs(&setup, seed);
        let mut network = Network::new(&setup, &inputs, seed);
        network.goes_away.extend([first, second]);
        network.run();
        prop_assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
    }

    #[test]
    fn when_three_of_nine_go_away_before_the_gate_nothing_is_opened(
        at in prop::array::uniform3(2_usize..8),
        seed: u64,
    ) {
        let setup = setup(9, 9);
        let mut network = Network::new(&setup, &inputs(&setup, seed), seed);
        network.goes_away.extend([0, 4, 8].into_iter().zip(at));
        network.run();
        prop_assert!(network.done.is_empty() && network.aborted.is_empty());
        prop_assert!(!network.came_to(3), "something was opened");
    }
}

#[test]
fn a_node_that_goes_away_at_each_round_in_turn_changes_nothing() {
    let setup = setup(5, 5);
    let inputs = inputs(&setup, 5);
    let mut went = 0;
    for batch in 2..BATCHES {
        let mut network = Network::new(&setup, &inputs, 5);
        network.goes_away.insert(0, batch);
        network.run();
        assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs), "gone at {batch}");
        went += network.away.len();
    }
    assert!(went > 15, "only {went} rounds were there to go away in");
}

#[test]
fn a_node_that_brings_counts_and_does_not_compute_may_go_away_when_it_has_shared() {
    let setup = setup(8, 5);
    let inputs = inputs(&setup, 6);
    let mut network = Network::new(&setup, &inputs, 6);
    network.goes_away.extend([(5, 2), (6, 2), (7, 2)]);
    network.run();
    assert_eq!(network.away.len(), 3);
    assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
}
