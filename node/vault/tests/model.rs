//! Any sequence of writes does to the vault what it does to a model of it in a few lines, across restarts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;

use enplan_domain::Epoch;
use enplan_vault::{CaseWrite, Expected, Hold, Under, Vault};
use proptest::prelude::*;
use support::{Place, case_id, change, transfer_id, write};

#[derive(Debug, Clone)]
struct Step {
    /// How far the writer's belief is from the stored version; none for a new case.
    behind: Option<u64>,
    under: Under,
    hold: Hold,
    events: u8,
    snapshot: bool,
}

#[derive(Debug, Clone)]
enum Input {
    /// Sent at once, each about another case, so that they may share a transaction.
    Together(BTreeMap<u8, Step>),
    Reopen,
}

#[derive(Debug, Clone, PartialEq)]
struct Case {
    version: u64,
    hold: Hold,
    events: Vec<Vec<u8>>,
}

fn a_step() -> impl Strategy<Value = Step> {
    let under =
        prop_oneof![Just(Under::Caseworker), Just(Under::ProtectedDespiteFreeze), Just(Under::Handover)];
    let hold = prop_oneof![
        4 => Just(Hold::Active),
        1 => Just(Hold::Frozen(transfer_id(1))),
        1 => Just(Hold::Pending(transfer_id(1))),
    ];
    let behind = prop_oneof![1 => Just(None), 4 => Just(Some(0)), 1 => Just(Some(1))];
    (behind, under, hold, 0..3_u8, any::<bool>()).prop_map(|(behind, under, hold, events, snapshot)| Step {
        behind,
        under,
        hold,
        events,
        snapshot,
    })
}

fn an_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        8 => prop::collection::btree_map(0..4_u8, a_step(), 1..4).prop_map(Input::Together),
        1 => Just(Input::Reopen),
    ]
}

/// What the vault should do with a write, in the words of its promises.
fn allowed(stored: Option<&Case>, step: &Step, expected: Expected) -> bool {
    match (stored, expected) {
        (None, Expected::New) => step.under == Under::Handover || step.hold == Hold::Active,
        (Some(stored), Expected::Version(version)) if stored.version == version => match step.under {
            Under::Handover => true,
            Under::Caseworker => stored.hold == Hold::Active && step.hold == stored.hold,
            Under::ProtectedDespiteFreeze => {
                matches!(stored.hold, Hold::Active | Hold::Frozen(_)) && step.hold == stored.hold
            }
        },
        _ => false,
    }
}

async fn run(inputs: Vec<Input>) {
    let place = Place::new();
    let mut vault = place.open().await;
    let mut model = BTreeMap::<u8, Case>::new();
    let mut leaves = 0;
    for input in inputs {
        let steps = match input {
            Input::Reopen => {
                vault.close().await;
                vault = place.open().await;
                check(&vault, &model, leaves).await;
                continue;
            }
            Input::Together(steps) => steps,
        };
        let mut sent = Vec::new();
        for (n, step) in steps {
            let version = model.get(&n).map_or(0, |case| case.version);
            let expected = match step.behind {
                None => Expected::New,
                Some(behind) => Expected::Version(version.saturating_sub(behind)),
            };
            let events: Vec<_> = (0..step.events).map(|event| vec![n, event, step.events]).collect();
            let plain: Vec<&[u8]> = events.iter().map(Vec::as_slice).collect();
            let case = CaseWrite {
                under: step.under,
                hold: step.hold,
                epoch: Epoch::FIRST,
                snapshot: step.snapshot.then(|| vec![n]),
                ..change(n, expected, &plain)
            };
            let vault = vault.clone();
            let answer = tokio::spawn(async move { vault.write(write(case)).await });
            sent.push((n, step, expected, events, answer));
        }
        for (n, step, expected, events, answer) in sent {
            let (outcome, stored) = (answer.await.unwrap(), model.get(&n));
            assert_eq!(
                outcome.is_ok(),
                allowed(stored, &step, expected),
                "{step:?} on {stored:?}: {outcome:?}"
            );
            if let Ok(written) = outcome {
                let case = model.entry(n).or_insert(Case { version: 0, hold: step.hold, events: vec![] });
                case.version += 1;
                case.hold = step.hold;
                case.events.extend(events);
                leaves += 1;
                assert_eq!(
                    (written.version, written.last_seq),
                    (Some(case.version), Some(case.events.len() as u64))
                );
            }
        }
        check(&vault, &model, leaves).await;
    }
}

async fn check(vault: &Vault, model: &BTreeMap<u8, Case>, leaves: u64) {
    assert_eq!(vault.verify_audit().await.unwrap().size, leaves);
    assert_eq!(vault.holdings().await.unwrap().len(), model.len());
    for (n, expected) in model {
        let found = vault.case_for_protocol(case_id(*n)).await.unwrap().unwrap();
        let events = vault.events_for_protocol(case_id(*n), 1).await.unwrap();
        let events = events.into_iter().map(|event| event.event).collect();
        assert_eq!(&Case { version: found.row.version, hold: found.row.hold, events }, expected);
        let after = found.snapshot.map_or(0, |(seq, _)| seq);
        assert_eq!(found.events_after.len() as u64, found.row.last_seq - after);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_sequence_of_writes_does_what_the_promises_say(inputs in prop::collection::vec(an_input(), 1..24)) {
        tokio::runtime::Runtime::new().unwrap().block_on(run(inputs));
    }
}
