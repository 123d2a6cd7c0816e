//! The handover of one plan between two municipalities, checked state by state on the code that runs.
//!
//! `world` is what there is, `driver` how a node acts with the state machines and the ways to get that wrong, `model`
//! what can happen, `properties` what must be true, `graph` what only the whole graph can show (I9, I11). The checks
//! are here and in `mutants`; `traces` replays the ways in which earlier versions failed.
//!
//! `ENPLAN_MODEL_FAULTS=2 cargo test -p enplan-domain --test handover_model -- --nocapture` is the soak: two faults,
//! and there and back with edits.

mod driver;
mod graph;
mod model;
mod mutants;
mod properties;
mod traces;
mod world;

use model::{Bounds, Handover};
use stateright::{Checker, Model};

/// One handover, everybody free to refuse, withdraw and wait, with one crash or restore.
pub(crate) const ONE_FAULT: Bounds =
    Bounds { faults: 1, offers: 1, edits: 1, restores: true, willing: false };

/// Checks every property on every state, then the whole graph. Returns a line of figures.
fn check(bounds: Bounds) -> String {
    let model = Handover { bounds, mutant: None };
    let checker = model.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    let found = graph::explore(model);
    assert_eq!(checker.unique_state_count(), found.states, "both walks see the same states");
    assert!(found.settled > 0, "some states are settled");
    assert_eq!(found.left_over, 0, "I9: no way to one settled owner after {:#?}", found.way_to_left_over);
    assert_eq!(
        found.changed_by_a_repetition, 0,
        "I11: a repetition changed something after {:#?}",
        found.way_to_repetition
    );
    let lost = found.lost_to_two_faults;
    assert!(bounds.faults > 1 || lost == 0, "one fault loses nothing");
    format!(
        "{bounds:?}: {} states, {} edges, {} settled, 0 left over, {lost} robbed of the plan by two restores",
        found.states, found.edges, found.settled
    )
}

#[test]
fn one_handover_without_faults_keeps_every_invariant() {
    println!("{}", check(Bounds { faults: 0, ..ONE_FAULT }));
}

#[test]
fn one_handover_with_any_one_crash_or_restore_keeps_every_invariant() {
    println!("{}", check(ONE_FAULT));
}

#[test]
fn two_offers_of_the_willing_keep_every_invariant() {
    println!("{}", check(Bounds { faults: 0, offers: 2, willing: true, ..ONE_FAULT }));
}

#[test]
fn there_and_back_with_any_one_crash_or_restore_keeps_every_invariant() {
    println!("{}", check(Bounds { offers: 2, edits: 0, willing: true, ..ONE_FAULT }));
}

#[test]
fn the_soak_with_two_faults_and_edits_there_and_back_keeps_every_invariant() {
    let Some(faults) = std::env::var("ENPLAN_MODEL_FAULTS").ok().and_then(|text| text.parse().ok()) else {
        println!("the soak runs where ENPLAN_MODEL_FAULTS says how many faults there may be");
        return;
    };
    println!("{}", check(Bounds { faults, ..ONE_FAULT }));
    println!("{}", check(Bounds { offers: 2, willing: true, ..ONE_FAULT }));
    println!("{}", check(Bounds { faults: 0, offers: 2, edits: 0, ..ONE_FAULT }));
}
