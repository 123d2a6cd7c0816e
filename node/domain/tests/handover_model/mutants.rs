//! Drivers that are wrong in one way each. The checker must find every one, by the invariant that it breaks: what is
//! checked is then not true for want of looking.

use stateright::{Checker, HasDiscoveries, Model};

use crate::ONE_FAULT;
use crate::driver::Mutant;
use crate::model::{Bounds, Handover};

/// Asserts that a driver wrong in this way breaks this invariant, among those broken first.
#[expect(clippy::print_stdout, reason = "the test's output says how long the way to the violation is")]
fn assert_found(mutant: Mutant, bounds: Bounds, breaks: &str) {
    let model = Handover { bounds, mutant: Some(mutant) };
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let broken: Vec<_> =
        checker.discoveries().into_keys().filter(|name| *name != "a plan is handed over").collect();
    assert!(broken.iter().any(|name| name.starts_with(breaks)), "{mutant:?} breaks {broken:?}, not {breaks}");
    for name in broken {
        let steps = checker.assert_any_discovery(name).into_actions().len();
        println!("{mutant:?} breaks \"{name}\" in {steps} steps");
    }
}

#[test]
fn a_node_that_serves_a_restored_vault_without_the_fence_is_found() {
    assert_found(Mutant::NoFence, ONE_FAULT, "I2");
}

#[test]
fn a_start_that_does_not_raise_the_incarnation_is_found() {
    assert_found(Mutant::NoStarted, ONE_FAULT, "I2");
}

#[test]
fn unfreezing_by_timer_is_found_without_any_fault() {
    assert_found(Mutant::UnfreezingByTimer, Bounds { faults: 0, ..ONE_FAULT }, "I2");
}

#[test]
fn shredding_the_package_at_commit_is_found() {
    assert_found(Mutant::ShreddingAtCommit, ONE_FAULT, "I3");
}

#[test]
fn committing_without_a_receipt_is_found() {
    assert_found(Mutant::CommitWithoutReceipt, ONE_FAULT, "I3");
}

#[test]
fn importing_before_the_commit_is_found_without_any_fault() {
    assert_found(Mutant::ImportingEarly, Bounds { faults: 0, ..ONE_FAULT }, "I6");
}
