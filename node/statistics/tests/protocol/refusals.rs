//! Messages that are not taken, and what they leave behind: nothing.

use enplan_statistics::cube::Cell;
use enplan_statistics::protocol::{Letter, NotASetup, NotNow, Party, Progress, Refused, Round, Setup};
use proptest::prelude::*;

use crate::network::{Network, Seeded, inputs, setup};
use crate::oracle;

const HEADER: usize = 48;

fn seeded(seed: u64) -> Seeded {
    Seeded(fastrand::Rng::with_seed(seed))
}

/// One node, and the first message of each other to it.
fn begun(setup: &Setup) -> (Party, Vec<(usize, Letter)>) {
    let inputs = inputs(setup, 1);
    let mut to_first = Vec::new();
    let mut first = None;
    for (node, input) in inputs.iter().enumerate() {
        let (party, letters) =
            Party::start(setup.clone().into(), node, input, &mut seeded(node as u64)).unwrap();
        to_first.extend(letters.into_iter().filter(|letter| letter.to == 0).map(|letter| (node, letter)));
        first.get_or_insert(party);
    }
    (first.unwrap(), to_first)
}

#[test]
fn a_message_that_comes_again_changes_nothing_and_another_one_in_its_place_is_refused() {
    let (mut party, letters) = begun(&setup(5, 5));
    let (from, letter) = &letters[0];
    assert_eq!(party.receive(*from, letter.round, &letter.bytes), Ok(()));
    assert_eq!(party.receive(*from, letter.round, &letter.bytes), Ok(()));
    let (mut again, others) = begun(&setup(5, 5));
    let (_, same_node_other_shares) = {
        let inputs = inputs(&setup(5, 5), 1);
        let (_, letters) = Party::start(setup(5, 5).into(), *from, &inputs[*from], &mut seeded(77)).unwrap();
        (from, letters.into_iter().find(|letter| letter.to == 0).unwrap())
    };
    assert_eq!(
        party.receive(*from, letter.round, &same_node_other_shares.bytes),
        Err(Refused::Equivocates(*from))
    );
    assert_eq!(again.receive(*from, others[0].1.round, &same_node_other_shares.bytes), Ok(()));
}

#[test]
fn a_message_of_another_computation_is_refused() {
    let (mut party, _) = begun(&setup(5, 5));
    let mut before = setup(5, 5);
    before.run[0] ^= 1;
    let (_, letters) = begun(&before);
    let (from, letter) = &letters[0];
    assert_eq!(party.receive(*from, letter.round, &letter.bytes), Err(Refused::AnotherRun));
}

#[test]
fn a_message_of_the_same_name_under_other_terms_is_not_computed_with() {
    let (mut party, _) = begun(&setup(5, 5));
    let mut other = setup(5, 5);
    other.threshold = 1;
    let (_, letters) = begun(&other);
    for (from, letter) in &letters {
        assert_eq!(party.receive(*from, letter.round, &letter.bytes), Ok(()));
    }
    assert!(party.advance(&mut seeded(1)).is_err());
}

#[test]
fn messages_longer_or_shorter_than_those_of_their_round_are_refused_in_every_round_and_do_no_harm() {
    let setup = setup(5, 5);
    let inputs = inputs(&setup, 1);
    let mut network = Network::new(&setup, &inputs, 1);
    network.lie = Box::new(|_, letters| {
        let mut all = Vec::new();
        for letter in letters {
            let mut longer = letter.clone();
            longer.bytes.push(0);
            let mut shorter = letter.clone();
            shorter.bytes.pop();
            all.extend([longer, shorter, letter]);
        }
        all
    });
    // In the order in which they were sent, so that the wrong ones come when the right ones are expected.
    network.in_order = true;
    network.run();
    assert_eq!(network.outcome(), oracle::outcome(&setup, &inputs));
    let refused = network.refused.iter().filter(|(_, refused)| *refused == Refused::Length).count();
    assert!(refused > 500, "only {refused} were refused");
}

#[test]
fn numbers_that_are_none_of_the_field_are_refused() {
    let setup = setup(5, 5);
    let mut network = Network::new(&setup, &inputs(&setup, 1), 1);
    network.in_order = true;
    network.lie = Box::new(|from, mut letters| {
        let round = Round::from(letters[0].round);
        if from == 1 && round.phase == 1 && round.step == 2 {
            for letter in &mut letters {
                letter.bytes[HEADER..HEADER + 8].fill(255);
            }
        }
        letters
    });
    network.run();
    assert!(network.refused.iter().all(|(_, refused)| *refused == Refused::Number));
    assert!(!network.refused.is_empty() && network.done.is_empty());
}

#[test]
fn who_does_not_take_part_or_compute_has_nothing_to_say() {
    let (mut party, letters) = begun(&setup(6, 5));
    let bytes = &letters[0].1.bytes;
    assert_eq!(party.receive(0, 0, bytes), Err(Refused::Sender(0)), "itself");
    assert_eq!(party.receive(6, 0, bytes), Err(Refused::Sender(6)), "a stranger");
    for (from, letter) in &letters {
        party.receive(*from, letter.round, &letter.bytes).unwrap();
    }
    let Ok(Progress::Send(sent)) = party.advance(&mut seeded(1)) else { panic!("all have shared") };
    assert_eq!(
        party.receive(5, sent[0].round, &sent[0].bytes),
        Err(Refused::Sender(5)),
        "only brings counts"
    );
}

#[test]
fn what_is_kept_of_messages_to_come_is_bounded() {
    let (mut party, letters) = begun(&setup(5, 5));
    let far: u32 = Round { phase: 2, attempt: 0, step: 0 }.into();
    let next = |step| u32::from(Round { phase: 1, attempt: 0, step });
    let bytes = &letters[0].1.bytes;
    assert_eq!(party.receive(1, far, bytes), Err(Refused::Round));
    assert_eq!(party.receive(1, Round { phase: 1, attempt: 99, step: 0 }.into(), bytes), Err(Refused::Round));
    let refused = (0..=255).find_map(|step| party.receive(1, next(step), bytes).err());
    assert_eq!(refused, Some(Refused::TooMuch(1)));
    assert_eq!(party.receive(1, next(0), &vec![0; 1 << 24]), Err(Refused::Length));
}

#[test]
fn a_phase_begins_anew_only_with_enough_nodes_in_order_and_an_attempt_that_follows() {
    let setup = setup(9, 9);
    let mut network = Network::new(&setup, &inputs(&setup, 1), 1);
    network.goes_away.extend([(0, 5), (1, 5)]);
    network.share();
    let all = [2, 3, 4, 5, 6, 7, 8];
    let mut random = seeded(1);
    let mut restart = |party: &mut Party, phase, attempt, quorum: &[usize]| {
        party.restart(phase, attempt, quorum, &mut random).map(|_| ())
    };
    assert_eq!(restart(&mut network.parties[2], 0, 1, &all), Err(NotNow::Phase(0)), "shares are shared once");
    network.deliver_all();
    let party = &mut network.parties[2];
    let (phase, attempt) = (party.phase(), party.attempt());
    assert_eq!(restart(party, phase, attempt + 1, &all[1..]), Err(NotNow::Quorum(7)), "on a subset");
    assert_eq!(restart(party, phase, attempt + 1, &[2, 2, 3, 4, 5, 6, 7]), Err(NotNow::Quorum(7)));
    assert_eq!(restart(party, phase, attempt + 1, &[2, 3, 4, 5, 6, 7, 9]), Err(NotNow::Quorum(7)));
    assert_eq!(restart(party, phase, attempt, &all), Err(NotNow::Attempt(attempt)));
    assert_eq!(restart(party, phase + 1, attempt + 1, &all), Err(NotNow::Phase(phase)));
}

#[test]
fn shares_are_checked_only_as_often_as_there_are_masks_for_it() {
    let (mut party, letters) = begun(&setup(5, 5));
    for (from, letter) in &letters {
        party.receive(*from, letter.round, &letter.bytes).unwrap();
    }
    let mut random = seeded(1);
    party.advance(&mut random).unwrap();
    let quorum = [0, 1, 2, 3, 4];
    assert_eq!(party.restart(1, 4, &quorum, &mut random), Err(NotNow::Attempt(0)));
    assert!(party.restart(1, 3, &quorum, &mut random).is_ok());
    assert_eq!(party.restart(1, 3, &quorum, &mut random), Err(NotNow::Attempt(3)), "the same mask again");
}

#[test]
fn cells_that_did_not_pass_are_opened_for_nobody() {
    let setup = setup(5, 5);
    let inputs = inputs(&setup, 1);
    let mut network = Network::new(&setup, &inputs, 1);
    network.stop_at_gate = true;
    network.run();
    let party = &mut network.parties[0];
    let Ok(Progress::Cells { passed, unchanged }) = party.advance(&mut seeded(1)) else { panic!("no gate") };
    let hidden = passed.iter().position(|passed| !passed).unwrap();
    let shown = passed.iter().position(|passed| *passed).unwrap();
    for cells in [vec![Cell(hidden)], vec![Cell(shown), Cell(shown)], vec![Cell(8)], vec![Cell(18)]] {
        assert_eq!(party.open(&cells, &mut seeded(1)), Err(NotNow::Cells));
    }
    let stays = setup.tables.iter().zip(&unchanged).filter(|(_, unchanged)| **unchanged);
    for cell in stays.flat_map(|(table, _)| table.cells.clone()) {
        assert_eq!(party.open(&[Cell(cell)], &mut seeded(1)), Err(NotNow::Cells));
    }
    assert_eq!(party.gate_sums(&[vec![Cell(8)]], &mut seeded(1)), Err(NotNow::Cells), "impossible");
    assert_eq!(party.gate_sums(&[vec![]], &mut seeded(1)), Err(NotNow::Cells));
    assert_eq!(party.gate_sums(&[], &mut seeded(1)), Err(NotNow::Cells));
    assert_eq!(party.vote(&[false; 3], &mut seeded(1)), Err(NotNow::Phase(2)));
}

#[test]
fn terms_that_protect_nobody_or_cost_too_much_are_refused() {
    let refused = |change: &dyn Fn(&mut Setup)| {
        let mut setup = setup(5, 5);
        change(&mut setup);
        let inputs = vec![enplan_statistics::input::CellInput::default(); setup.cells];
        Party::start(setup.into(), 0, &inputs, &mut seeded(1)).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(&|setup| setup.computers = 2), NotASetup::Nodes);
    assert_eq!(refused(&|setup| setup.dealers = 4), NotASetup::Nodes);
    assert_eq!(refused(&|setup| setup.threshold = 0), NotASetup::Thresholds);
    assert_eq!(refused(&|setup| setup.changed = 1000), NotASetup::Thresholds);
    assert_eq!(refused(&|setup| setup.cells = 0), NotASetup::Cells);
    assert_eq!(refused(&|setup| setup.tables[2].cells.end = 19), NotASetup::Cells);
}

#[test]
fn nothing_that_a_node_holds_is_in_what_is_written_of_it() {
    let setup = setup(5, 5);
    let (party, letters) = begun(&setup);
    assert_eq!(format!("{party:?}"), "Party { me: 0, phase: 0, attempt: 0, .. }");
    let length = letters[0].1.bytes.len();
    assert_eq!(
        format!("{:?}", letters[0].1),
        format!("Letter {{ to: 0, round: Round {{ phase: 0, attempt: 0, step: 0 }}, length: {length} }}")
    );
}

proptest! {
    #[test]
    fn no_bytes_whatever_stop_a_node(
        messages in prop::collection::vec((0_usize..7, 0_u16..4, 0_u8..3, 0_u8..6, any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)), 0..30),
    ) {
        let setup = setup(5, 5);
        let (mut party, letters) = begun(&setup);
        let mut random = seeded(1);
        for (at, (from, phase, attempt, step, is_of_run, bytes)) in messages.into_iter().enumerate() {
            let bytes = if is_of_run { [&setup.run[..16], &bytes].concat() } else { bytes };
            let _ = party.receive(from, Round { phase, attempt, step }.into(), &bytes);
            if let Some((from, letter)) = letters.get(at / 2) {
                let _ = party.receive(*from, letter.round, &letter.bytes);
            }
            let _ = party.advance(&mut random);
        }
    }
}
