//! What a node, or as many as may collude, see of the others' counts: nothing.

use enplan_statistics::input::CellInput;
use enplan_statistics::protocol::{Round, Setup};
use enplan_statistics::sharing::decode;
use proptest::prelude::*;

use crate::network::{Network, Sent, setup};
use crate::oracle;

/// Counts by which the same cells pass as by any others that are drawn so: each table has many people in every cell at every
/// node, or also cells with a few people at one node; and it changed much, or not at all.
fn alike(setup: &Setup, seed: u64, world: u64) -> Vec<Vec<CellInput>> {
    let mut public = fastrand::Rng::with_seed(seed);
    let mut secret = fastrand::Rng::with_seed(world);
    let mut inputs = vec![vec![CellInput::default(); setup.cells]; setup.dealers];
    for table in &setup.tables {
        let (has_small, changed) = (public.bool(), public.bool());
        let at = secret.usize(..setup.dealers);
        for cell in table.cells.clone().filter(|cell| *cell != setup.impossible[0].0) {
            let many = !has_small || public.bool();
            for (dealer, input) in inputs.iter_mut().enumerate() {
                let few = if dealer == at { secret.u16(..4) } else { 0 };
                input[cell] = CellInput {
                    count: if many { secret.u16(5..4000) } else { few },
                    changed: if changed { secret.u16(3..4000) } else { 0 },
                    noise: secret.i8(-16..=15),
                };
            }
        }
    }
    inputs
}

fn ended(setup: &Setup, inputs: &[Vec<CellInput>], seed: u64) -> Network {
    let mut network = Network::new(setup, inputs, seed);
    network.run();
    assert_eq!(network.outcome(), oracle::outcome(setup, inputs));
    network
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_node_sends_as_many_messages_as_long_to_the_same_others_whatever_the_counts(
        seed: u64, one: u64, other: u64, others in 0_usize..2,
    ) {
        let setup = setup(5 + others, 5);
        let sent = |world| -> Vec<Sent> {
            let mut sent = ended(&setup, &alike(&setup, seed, world), world).sent;
            sent.sort_unstable();
            sent
        };
        let (one, other) = (sent(one), sent(other));
        prop_assert!(one == other, "{} messages, and {}", one.len(), other.len());
    }
}

/// The highest four bits of every element that these nodes hear from the others before anything is opened to all.
fn heard(network: &Network, colluding: &[usize]) -> [f64; 16] {
    let setup = &network.setup;
    let salt_and_hashes = 48 + setup.computers * 32 + 16;
    let answers = network.sent.iter().map(|sent| Round::from(sent.round)).filter(|round| round.phase == 2);
    let answers = answers.map(|round| round.step).max().unwrap_or(0);
    let mut frequencies = [0.0; 16];
    for node in colluding {
        for (from, round, bytes) in &network.heard[node] {
            let content = match Round::from(*round) {
                Round { phase: 0, .. } => &bytes[salt_and_hashes..],
                Round { phase: 1, step: 2, .. } => &bytes[48..],
                Round { phase: 2, step, .. } if step < answers => &bytes[48..],
                _ => continue,
            };
            if colluding.contains(from) {
                continue;
            }
            for element in decode(content).unwrap() {
                frequencies[usize::try_from(u64::from(element) >> 60).unwrap()] += 1.0;
            }
        }
    }
    frequencies
}

#[test]
fn what_colluding_nodes_hear_is_spread_evenly_whatever_the_counts() {
    let setup = setup(9, 9);
    for world in 0..4 {
        let network = ended(&setup, &alike(&setup, 11, world), world);
        let frequencies = heard(&network, &[1, 4, 7]);
        let all: f64 = frequencies.iter().sum();
        let expected = all / 16.0;
        let distance: f64 = frequencies.iter().map(|seen| (seen - expected).powi(2) / expected).sum();
        assert!(all > 20_000.0, "only {all} elements were heard");
        // Chi squared with fifteen degrees of freedom exceeds this once in ten million.
        assert!(distance < 60.0, "not even: {distance}");
    }
}
