//! A computing node that says what it does not hold.

use enplan_statistics::protocol::{Aborted, Letter, Outcome, Round};
use enplan_statistics::sharing::{Element, decode, encode, small};

use crate::network::{Network, Seeded, inputs, setup};
use crate::oracle;

const HEADER: usize = 48;

/// Changes the elements of the messages in which the node says something of a kind.
fn saying(
    liars: &'static [usize],
    when: impl Fn(Round, usize) -> bool + 'static,
    change: impl Fn(&mut [Element]) + 'static,
) -> impl FnMut(usize, Vec<Letter>) -> Vec<Letter> + 'static {
    move |from, mut letters| {
        for letter in &mut letters {
            if liars.contains(&from) && when(Round::from(letter.round), letter.to) {
                let mut elements = decode(&letter.bytes[HEADER..]).unwrap();
                change(&mut elements);
                letter.bytes.truncate(HEADER);
                encode(&elements, &mut letter.bytes);
            }
        }
        letters
    }
}

fn add_one(elements: &mut [Element]) {
    for element in elements {
        *element += small(1);
    }
}

/// Nine nodes, whose counts lead through all phases: the check, the gate, the gate of sums, the opening, the vote.
fn network() -> (Network, Outcome) {
    let setup = setup(9, 9);
    let through_all = |seed: &u64| {
        let outcome = oracle::outcome(&setup, &inputs(&setup, *seed));
        (1..17).contains(&outcome.opened.len()) && outcome.unchanged == [false; 3]
    };
    let inputs = inputs(&setup, (0..1000).find(through_all).unwrap());
    (Network::new(&setup, &inputs, 1), oracle::outcome(&setup, &inputs))
}

const OPENING: u16 = 4;

/// The step of the first gate in which the answers are told.
fn answers_of_the_gate() -> u8 {
    let (mut network, _) = network();
    network.run();
    let rounds = network.sent.iter().map(|sent| Round::from(sent.round));
    rounds.filter(|round| round.phase == 2).map(|round| round.step).max().unwrap()
}

#[test]
fn false_shares_of_what_is_opened_are_set_right_and_whose_they_are_is_proved() {
    let (mut network, mut expected) = network();
    network.lie = Box::new(saying(&[3, 5], |round, _| round.phase == OPENING, add_one));
    network.run();
    // Who lies knows its own share, and finds what the others find.
    expected.wrong = vec![3, 5];
    for node in [0, 1, 2, 4, 6, 7, 8] {
        assert_eq!(network.done[&node], expected);
    }
}

#[test]
fn too_many_false_shares_of_what_is_opened_open_nothing_and_blame_nobody() {
    let (mut network, _) = network();
    network.lie = Box::new(saying(&[3, 5, 6], |round, _| round.phase == OPENING, add_one));
    network.run();
    for node in [0, 1, 2, 4, 7, 8] {
        assert_eq!(network.aborted[&node], Aborted::Unreadable);
    }
    assert!(network.done.is_empty());
}

#[test]
fn false_shares_of_a_gates_answers_are_set_right() {
    let answers = answers_of_the_gate();
    let (mut network, expected) = network();
    network.lie = Box::new(saying(&[0], move |round, _| round.phase == 2 && round.step == answers, add_one));
    network.run();
    assert_eq!(network.outcome(), expected);
}

#[test]
fn a_false_statement_in_the_check_ends_it_and_without_the_liar_it_ends_as_it_would_have() {
    let (mut network, expected) = network();
    network.lie = Box::new(saying(&[4], |round, _| round.phase == 1 && round.step == 2, add_one));
    network.run();
    assert!(!network.came_to(2) || network.done.is_empty());
    assert_eq!(network.aborted[&0], Aborted::Either { dealer: 0, computers: vec![4] });
    network.away.insert(4);
    assert!(network.begin_anew(1, &[0, 1, 2, 3, 5, 6, 7, 8]));
    network.deliver_all();
    assert_eq!(network.outcome(), expected);
}

#[test]
fn a_node_that_changes_its_part_of_the_coin_is_named() {
    let (mut network, _) = network();
    network.lie = Box::new(|from, mut letters| {
        let round = Round::from(letters[0].round);
        if from == 6 && round.phase == 1 && round.step == 1 {
            for letter in &mut letters {
                letter.bytes[HEADER] ^= 1;
            }
        }
        letters
    });
    network.run();
    assert_eq!(network.aborted[&0], Aborted::Coin { node: 6 });
    assert_eq!(network.aborted[&0].proved(), Some(6));
    assert!(!network.came_to(2));
}

#[test]
fn shares_of_a_product_that_do_not_belong_together_do_not_change_what_is_opened() {
    let (mut network, expected) = network();
    network.lie = Box::new(saying(&[2], |round, to| round.phase == 2 && round.step == 3 && to == 7, add_one));
    network.run();
    assert_eq!(network.outcome(), expected);
}

#[test]
fn a_vote_that_only_some_are_told_of_counts_for_all() {
    let (mut network, _) = network();
    network.lie = Box::new(|from, mut letters| {
        let round = Round::from(letters[0].round);
        if from == 8 && round.phase == OPENING + 1 && round.step == 0 {
            letters[3].bytes[HEADER + 1] = 1;
        }
        letters
    });
    network.run();
    assert_eq!(network.outcome().vetoed, [false, true, false]);
}

#[test]
fn nodes_that_are_told_of_different_nodes_that_are_left_do_not_compute_together() {
    let (mut network, _) = network();
    network.stop_at_gate = true;
    network.run();
    network.stop_at_gate = false;
    let mut randomness = Seeded(fastrand::Rng::with_seed(9));
    let quorums = [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 7]];
    let mut letters = Vec::new();
    for node in 0..8 {
        let begun = network.parties[node].restart(2, 1, &quorums[node % 2], &mut randomness);
        letters.extend(begun.unwrap().into_iter().map(|letter| (node, letter)));
    }
    for (from, letter) in letters.iter().filter(|(_, letter)| letter.to < 8) {
        network.deliver(*from, letter);
    }
    network.deliver_all();
    let disagree = |node| matches!(network.aborted.get(&node), Some(Aborted::Disagreement { .. }));
    assert!((0..6).all(disagree), "somebody goes on: {:?}", network.aborted);
    assert!(network.done.is_empty() && !network.came_to(3));
}
