//! A node that brings what is no count, or shares it so that it is not one number.

use aws_lc_rs::digest::{Context, SHA256};
use enplan_statistics::cube::Cell;
use enplan_statistics::protocol::{Aborted, Letter, Refused, Round, Setup};
use enplan_statistics::sharing::{Element, decode, encode, point, small};

use crate::network::{Network, inputs, setup};
use crate::oracle;

/// Where the parts of a first message begin: the header, the hashes, a salt, the shares.
const HEADER: usize = 48;
const HASH: usize = 32;
const SALT: usize = 16;

/// Where a cell's elements lie: the bits of the count, presence, the bits of the change, whether there is none, the noise.
const PER_CELL: usize = 31;
const PRESENT: usize = 12;
const CHANGED: usize = 13;
const UNCHANGED: usize = 25;
const NOISE: usize = 26;

/// The hash by which everybody is told of a node's shares.
fn hash(setup: &Setup, dealer: usize, to: usize, shares: &[u8]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let numbers: Vec<u8> = [dealer, to].iter().flat_map(|number| (*number as u64).to_be_bytes()).collect();
    for part in [b"enplan statistics".as_slice(), b"shares", &setup.run, &numbers, shares] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

/// Changes the shares that a node sends at first, each in a way that depends on whose it is, and the hashes with them.
fn resharing(
    setup: &Setup,
    dealer: usize,
    change: impl Fn(usize, &mut Vec<Element>) + 'static,
) -> impl FnMut(usize, Vec<Letter>) -> Vec<Letter> + 'static {
    let setup = setup.clone();
    let shares_at = HEADER + setup.computers * HASH;
    move |from, mut letters| {
        if from != dealer || Round::from(letters[0].round).phase > 0 {
            return letters;
        }
        let mut hashes = letters[0].bytes[HEADER..shares_at].to_vec();
        for letter in letters.iter_mut().filter(|letter| letter.to < setup.computers) {
            let mut elements = decode(&letter.bytes[shares_at + SALT..]).unwrap();
            change(letter.to, &mut elements);
            letter.bytes.truncate(shares_at + SALT);
            encode(&elements, &mut letter.bytes);
            let place = letter.to * HASH;
            hashes[place..place + HASH].copy_from_slice(&hash(
                &setup,
                dealer,
                letter.to,
                &letter.bytes[shares_at..],
            ));
        }
        for letter in &mut letters {
            letter.bytes[HEADER..shares_at].copy_from_slice(&hashes);
        }
        letters
    }
}

/// Begins anew without a node. The one that lies does not hear its own lie, so it cannot follow either.
fn without(network: &mut Network, node: usize) {
    network.away.insert(node);
    let left: Vec<usize> = (0..10).filter(|node| !network.away.contains(node)).collect();
    let phase = left.iter().map(|node| network.parties[*node].phase()).min().unwrap();
    assert!(network.begin_anew(phase, &left));
    while network.deliver_all() {}
}

/// Nine nodes compute; the tenth, which only brings counts, changes its shares.
fn abort_of(change: impl Fn(usize, &mut Vec<Element>) + 'static) -> Vec<Aborted> {
    let setup = setup(10, 9);
    let mut inputs = inputs(&setup, 4);
    inputs[9][0].count = 5;
    inputs[9][0].changed = 3;
    inputs[9][1].count = 0;
    inputs[9][1].changed = 0;
    let mut network = Network::new(&setup, &inputs, 4);
    network.lie = Box::new(resharing(&setup, 9, change));
    network.run();
    assert!(network.done.is_empty() && !network.came_to(2), "something was computed of it");
    network.aborted.into_values().collect()
}

/// What becomes of a change of one number that is shared.
fn abort_when_added(at: usize, more: Element) -> Vec<Aborted> {
    abort_of(move |_, elements| elements[at] += more)
}

#[test]
fn shares_that_are_only_shared_anew_are_taken() {
    let setup = setup(10, 9);
    let inputs = inputs(&setup, 4);
    let mut network = Network::new(&setup, &inputs, 4);
    // A polynomial that is zero at zero.
    network.lie = Box::new(resharing(&setup, 9, |to, elements| elements[3] += point(to) * small(77)));
    network.run();
    without(&mut network, 9);
    assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
}

#[test]
fn a_bit_of_a_count_or_change_or_noise_that_is_no_bit_is_found_out() {
    for at in [0, 11, CHANGED, CHANGED + 11, NOISE, NOISE + 4, 16 * PER_CELL + 5] {
        assert_eq!(abort_when_added(at, small(4095)), vec![Aborted::Range { node: 9 }; 9], "element {at}");
        assert_eq!(abort_when_added(at, -small(2)), vec![Aborted::Range { node: 9 }; 9], "element {at}");
    }
}

#[test]
fn people_at_a_node_that_says_it_is_not_present_are_found_out() {
    assert_eq!(abort_when_added(PRESENT, -small(1)), vec![Aborted::Range { node: 9 }; 9]);
}

#[test]
fn a_presence_that_counts_for_more_than_one_node_is_found_out() {
    assert_eq!(abort_when_added(PER_CELL + PRESENT, small(3)), vec![Aborted::Range { node: 9 }; 9]);
}

#[test]
fn a_change_at_a_node_that_says_nothing_changed_is_found_out() {
    assert_eq!(abort_when_added(UNCHANGED, small(1)), vec![Aborted::Range { node: 9 }; 9]);
    assert_eq!(abort_when_added(PER_CELL + UNCHANGED, small(1)), vec![Aborted::Range { node: 9 }; 9]);
}

#[test]
fn a_mask_that_is_to_hide_what_is_out_of_range_is_found_out() {
    let zero_mask = 17 * PER_CELL + 4;
    let of_both = move |_: usize, elements: &mut Vec<Element>| {
        elements[0] += small(2);
        elements[zero_mask] -= small(2);
    };
    assert_eq!(abort_of(of_both), vec![Aborted::Range { node: 9 }; 9]);
}

#[test]
fn a_polynomial_of_too_high_a_degree_is_found_out() {
    let power = |to: usize| point(to) * point(to) * point(to) * point(to);
    assert_eq!(abort_of(move |to, elements| elements[40] += power(to)), vec![Aborted::Degree { node: 9 }; 9]);
}

#[test]
fn a_share_that_does_not_lie_with_the_others_ends_the_check_and_either_of_the_two_may_be_at_fault() {
    let alone = |to: usize, elements: &mut Vec<Element>| {
        if to == 2 {
            elements[7] += small(1);
        }
    };
    assert_eq!(abort_of(alone), vec![Aborted::Either { dealer: 9, computers: vec![2] }; 9]);
}

#[test]
fn without_the_node_that_got_such_a_share_the_computation_ends_as_it_would_have() {
    let setup = setup(10, 9);
    let inputs = inputs(&setup, 4);
    let mut network = Network::new(&setup, &inputs, 4);
    network.lie = Box::new(resharing(&setup, 9, |to, elements| elements[7] += small(usize::from(to == 2))));
    network.run();
    assert!(network.done.is_empty());
    network.away.insert(9);
    without(&mut network, 2);
    assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
}

#[test]
fn with_only_as_many_nodes_as_are_needed_nobody_is_blamed_for_what_is_out_of_range() {
    let setup = setup(4, 3);
    let mut network = Network::new(&setup, &inputs(&setup, 4), 4);
    network.lie = Box::new(resharing(&setup, 3, |_, elements| elements[0] += small(4)));
    network.run();
    assert_eq!(network.aborted.len(), 3);
    assert!(network.aborted.values().all(|aborted| aborted.proved().is_none()));
}

#[test]
fn a_node_that_tells_others_different_hashes_is_found_before_anything_is_computed() {
    for deceived in [0, 4, 8] {
        let setup = setup(10, 9);
        let mut network = Network::new(&setup, &inputs(&setup, 4), 4);
        network.lie = Box::new(move |from, mut letters| {
            if from == 9 && Round::from(letters[0].round).phase == 0 {
                // Of the share of another than the one who is told.
                letters[deceived].bytes[HEADER + (deceived + 1) % 9 * HASH] ^= 1;
            }
            letters
        });
        network.run();
        assert!(network.done.is_empty() && !network.came_to(2));
        assert!(matches!(network.aborted[&deceived], Aborted::Disagreement { .. }));
        assert!(network.aborted.len() == 9, "somebody goes on: {:?}", network.aborted);
    }
}

#[test]
fn shares_whose_hash_was_not_told_are_refused() {
    let setup = setup(10, 9);
    let mut network = Network::new(&setup, &inputs(&setup, 4), 4);
    network.lie = Box::new(move |from, mut letters| {
        if from == 9 && Round::from(letters[0].round).phase == 0 {
            let last = letters[5].bytes.len() - 1;
            letters[5].bytes[last] ^= 1;
        }
        letters
    });
    network.run();
    assert!(network.refused.iter().all(|refused| *refused == (5, Refused::NotCommittedTo(9))));
    assert!(!network.refused.is_empty() && network.done.is_empty() && !network.came_to(2));
}

#[test]
fn nobody_can_bring_what_is_out_of_range_or_stands_in_an_impossible_cell() {
    use enplan_statistics::protocol::{NotASetup, Party};

    use crate::network::Seeded;

    let setup = setup(5, 5);
    let refused = |change: &dyn Fn(&mut Vec<_>)| {
        let mut input = inputs(&setup, 4)[0].clone();
        change(&mut input);
        let mut randomness = Seeded(fastrand::Rng::with_seed(1));
        Party::start(setup.clone().into(), 0, &input, &mut randomness).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(&|input| input[0].count = 4096), NotASetup::Input);
    assert_eq!(refused(&|input| input[0].changed = 4096), NotASetup::Input);
    assert_eq!(refused(&|input| input[0].noise = 16), NotASetup::Input);
    assert_eq!(refused(&|input| input[setup.impossible[0].0].count = 1), NotASetup::Input);
    assert_eq!(refused(&|input| input.truncate(17)), NotASetup::Input);
    assert_eq!(setup.impossible, [Cell(8)]);
}
