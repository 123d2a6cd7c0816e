//! A6: a node lies about its own citizens to learn of others'.

use enplan_statistics::reference::Gates;
use enplan_statistics::release::CellStatus;

use super::difference::{newcomer, with_newcomer};
use super::naive;
use super::support::{Federation, NODES, citizens, rounds};

/// What the lying node, the last, adds to each of its counts.
const PADDING: u16 = 20;

#[test]
fn a_node_that_pads_its_counts_pushes_nobody_over_the_threshold() {
    let (mut plain, mut ours, mut shown, mut of_one) = (0, 0, 0, 0);
    for seed in 0..rounds(4) {
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut fastrand::Rng::with_seed(seed as u64));
        let threshold = federation.manifest.threshold;
        let mut inputs = federation.inputs(&people);
        inputs[NODES - 1].iter_mut().for_each(|input| input.count += PADDING);
        let others =
            |cell: usize| inputs[..NODES - 1].iter().map(|inputs| inputs[cell].count).collect::<Vec<_>>();
        let few = |cell: &usize| (1..threshold).contains(&others(*cell).iter().sum::<u16>());
        let is_shown = |shown: &[CellStatus], cell: usize| matches!(shown[cell], CellStatus::Published(_));

        let naive = naive::threshold_of_the_sum(&federation.cube, &inputs);
        plain += (0..naive.len()).filter(few).filter(|cell| is_shown(&naive, *cell)).count();
        federation.publish(&people, &inputs);
        let seen = federation.seen();
        ours += (0..seen.len()).filter(few).filter(|cell| is_shown(&seen, *cell)).count();
        shown += (0..seen.len()).filter(|cell| is_shown(&seen, *cell)).count();
        // With a second node that colludes, or knows the largest node's people, fewer than the threshold can be left.
        let but_largest = |cell: usize| {
            let others = others(cell);
            others.iter().sum::<u16>() - others.iter().max().unwrap()
        };
        of_one +=
            (0..seen.len()).filter(|cell| is_shown(&seen, *cell) && but_largest(*cell) < threshold).count();
    }
    println!(
        "A6 padding: the threshold of the sum shows {plain} cells of fewer than 5 others; ours {ours} of {shown}; \
         in {of_one} of them a second node's people are all but fewer than 5 of the rest"
    );
    assert!(plain > 0 && ours == 0);
}

#[test]
fn a_node_that_pads_its_changes_does_not_make_a_newcomer_seen() {
    for seed in 0..rounds(3) {
        let mut chance = fastrand::Rng::with_seed(seed as u64);
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut chance);
        federation.publish(&people, &federation.inputs(&people));
        let before = federation.seen();
        let (later, _, own) = with_newcomer(&federation, &people, &mut chance);
        let mut inputs = federation.inputs(&later);
        inputs[NODES - 1].iter_mut().for_each(|input| input.changed += PADDING);
        assert!(
            !Gates { manifest: &federation.manifest, nodes: &inputs }
                .delta(&[enplan_statistics::cube::Cell(0)])
        );
        federation.publish(&later, &inputs);
        let found = newcomer(&federation.cube, &before, &federation.seen(), &own);
        assert!(found.iter().all(Option::is_none), "seed {seed}");
    }
}
