//! The two sides of a handover under any inputs in any order, sensible or not.

use std::collections::BTreeMap;

use enplan_domain::handover::ledger::{OpenTransfer, Refused};
use enplan_domain::handover::{
    CaseRecord, Command, CommittedPackage, Destination, DestinationInput, DestinationPhase, DestinationWant,
    Digest, Ending, Hold, Outcome, PreviewVersion, Receipt, Rejection, Signature, Source, SourceInput,
    SourcePhase, SourceWant, Stage, WrappedKey,
};
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{CaseHandle, Epoch, Incarnation, Kommunekode, Narrative, Timestamp, TransferId};
use jiff::SignedDuration;
use proptest::prelude::*;

const HANDLE: CaseHandle = CaseHandle::from_bytes([7; 16]);
const TRANSFER: TransferId = TransferId::from_bytes([1; 16]);
const ANOTHER: TransferId = TransferId::from_bytes([2; 16]);
const PREVIEW: PreviewVersion = PreviewVersion([1; 32]);
const OTHER_PREVIEW: PreviewVersion = PreviewVersion([2; 32]);

fn sender() -> Kommunekode {
    THE_NINE[0].0
}

fn receiver() -> Kommunekode {
    THE_NINE[1].0
}

fn package(number: u8) -> CommittedPackage {
    CommittedPackage { digest: Digest([number; 32]), wrapped_key: WrappedKey(vec![number]) }
}

fn source() -> Source {
    let deadline = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(10_000);
    Source::offer(TRANSFER, HANDLE, Epoch::FIRST, receiver(), PREVIEW, deadline)
}

fn destination() -> Destination {
    Destination::previewed(TRANSFER, HANDLE, Epoch::FIRST, sender(), PREVIEW)
}

fn rejection() -> Rejection {
    Rejection { reason: "not-resident".to_owned(), comment: Narrative::default() }
}

fn record(owner: Kommunekode, epoch: u64) -> CaseRecord {
    CaseRecord { owner, epoch: Epoch(epoch), open: None, outcomes: BTreeMap::new() }
}

fn open(transfer: TransferId) -> CaseRecord {
    let (from, to, epoch, stage) = (sender(), receiver(), Epoch::FIRST, Stage::Offered);
    CaseRecord { open: Some(OpenTransfer { transfer, from, to, epoch, stage }), ..record(from, 1) }
}

fn aborted() -> CaseRecord {
    CaseRecord { outcomes: BTreeMap::from([(TRANSFER, Outcome::Aborted)]), ..record(sender(), 1) }
}

fn committed(number: u8) -> CaseRecord {
    let stage = Stage::Committed(package(number));
    let (transfer, from, to, epoch) = (TRANSFER, sender(), receiver(), Epoch::FIRST);
    CaseRecord { open: Some(OpenTransfer { transfer, from, to, epoch, stage }), ..record(to, 2) }
}

fn handed_over(number: u8, retired: bool) -> CaseRecord {
    let (from, to, epoch, package) = (sender(), receiver(), Epoch(2), package(number));
    let outcome = Outcome::HandedOver { from, to, epoch, package, retired };
    CaseRecord { outcomes: BTreeMap::from([(TRANSFER, outcome)]), ..record(to, 2) }
}

fn given_on() -> CaseRecord {
    CaseRecord { owner: sender(), epoch: Epoch(3), ..handed_over(1, true) }
}

fn any_record() -> impl Strategy<Value = CaseRecord> {
    prop_oneof![
        Just(record(sender(), 1)),
        Just(open(TRANSFER)),
        Just(open(ANOTHER)),
        Just(aborted()),
        (1..3_u8).prop_map(committed),
        (1..3_u8, any::<bool>()).prop_map(|(number, retired)| handed_over(number, retired)),
        Just(given_on()),
    ]
}

fn any_ending() -> impl Strategy<Value = Ending> {
    prop_oneof![
        Just(Ending::Revoked),
        Just(Ending::BasisWithdrawn),
        Just(Ending::Rejected(rejection())),
        Just(Ending::ByTheOther),
    ]
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (0..20_000_i64).prop_map(|second| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second))
}

fn any_version() -> impl Strategy<Value = PreviewVersion> {
    prop_oneof![4 => Just(PREVIEW), 1 => Just(OTHER_PREVIEW)]
}

fn source_input() -> impl Strategy<Value = SourceInput> {
    let current = prop_oneof![
        4 => Just(Ok(PREVIEW)),
        1 => Just(Ok(OTHER_PREVIEW)),
        1 => Just(Err(Ending::BasisLapsed)),
    ];
    let accepted = (any_version(), current, 1..3_u8, any_time());
    let basis = prop_oneof![4 => Just(Ok(())), 1 => Just(Err(Ending::BasisLapsed))];
    prop_oneof![
        4 => accepted.prop_map(|(version, current, number, now)| {
            SourceInput::Accepted { version, current, package: package(number), now }
        }),
        4 => (1..3_u8, 1..3_u64, basis).prop_map(|(number, epoch, basis)| {
            let (epoch, digest) = (Epoch(epoch), package(number).digest);
            let receipt = Receipt { handle: HANDLE, transfer: TRANSFER, epoch, digest };
            SourceInput::Received { receipt, signature: Signature(vec![number]), basis }
        }),
        1 => any_ending().prop_map(SourceInput::End),
        2 => any_time().prop_map(SourceInput::Tick),
        4 => any_record().prop_map(SourceInput::Log),
        2 => Just(SourceInput::Log(open(TRANSFER))),
        1 => Just(SourceInput::OfferRefused(Refused::AnotherUnderWay)),
        1 => Just(SourceInput::Told),
    ]
}

fn destination_input() -> impl Strategy<Value = DestinationInput> {
    prop_oneof![
        4 => any_version().prop_map(DestinationInput::Accept),
        1 => Just(DestinationInput::Reject(rejection())),
        1 => Just(DestinationInput::PreviewedAgain),
        4 => (1..3_u8).prop_map(|number| DestinationInput::Staged(package(number).digest)),
        4 => any_record().prop_map(DestinationInput::Log),
        2 => (1..3_u8).prop_map(|number| DestinationInput::Log(committed(number))),
        4 => (1..3_u8).prop_map(|number| DestinationInput::Imported(package(number).digest)),
        1 => any_ending().prop_map(DestinationInput::SenderEnded),
        1 => Just(DestinationInput::Told),
    ]
}

fn proposes(source: &Source, is_meant: impl Fn(&Command) -> bool) -> bool {
    let wants = source.wants(Incarnation(1));
    wants.iter().any(|want| matches!(want, SourceWant::Propose(command) if is_meant(command)))
}

fn is_past_commit(destination: &Destination) -> bool {
    use DestinationPhase::{Active, Imported, Opening};
    matches!(destination.phase, Opening { .. } | Imported | Active)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_source_keeps_its_rules_whatever_comes(inputs in proptest::collection::vec(source_input(), 1..40)) {
        let mut source = source();
        for input in inputs {
            let Ok(after) = source.step(input.clone()) else { continue };
            if source.hold() != Hold::Active && after.hold() == Hold::Active {
                let unfrozen = matches!(&input, SourceInput::Log(record) if record.is_aborted(TRANSFER));
                prop_assert!(unfrozen, "{:?} unfroze {:?}", input, source);
            }
            if matches!(after.hold(), Hold::Pending(_) | Hold::HandedOver(_)) && after != source {
                let told = matches!(&input, SourceInput::Log(record) if record.committed(TRANSFER).is_some());
                let was_over = matches!(source.phase, SourcePhase::HandedOver { .. });
                prop_assert!(told || was_over);
            }
            if let (SourcePhase::Committing { package, .. }, false) = (&after.phase, after == source) {
                let received = matches!(&input, SourceInput::Received { receipt, basis: Ok(()), .. }
                    if receipt.digest == package.digest && receipt.epoch == after.epoch);
                prop_assert!(received, "{:?} made it commit", input);
            }
            if after.has_ended() || matches!(after.phase, SourcePhase::Pending { .. } | SourcePhase::Aborting { .. }) {
                let asks = |command: &Command| matches!(command, Command::Offer { .. } | Command::Commit { .. });
                prop_assert!(!proposes(&after, asks), "{:?} still asks for it", after);
            }
            let again = after.step(input).unwrap_or_else(|_| after.clone());
            prop_assert_eq!(&again, &after, "a repetition changes nothing");
            let written = serde_json::to_string(&after).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Source>(&written).unwrap(), &after);
            source = after;
        }
    }

    #[test]
    fn a_destination_keeps_its_rules_whatever_comes(
        inputs in proptest::collection::vec(destination_input(), 1..40),
    ) {
        let mut destination = destination();
        for input in inputs {
            let Ok(after) = destination.step(input.clone()) else { continue };
            if is_past_commit(&after) && !is_past_commit(&destination) {
                let told = matches!(&input, DestinationInput::Log(record) if record.committed(TRANSFER).is_some());
                prop_assert!(told, "{:?} took it past the commit", input);
            }
            if after.hold() == Some(Hold::Active) && destination.hold() != after.hold() {
                let told = matches!(&input, DestinationInput::Log(record)
                    if record.is_activated(TRANSFER) && record.epoch == after.epoch.next());
                prop_assert!(told, "{:?} had it served", input);
            }
            if is_past_commit(&destination) && !is_past_commit(&after) {
                let moved_on =
                    matches!(&input, DestinationInput::Log(record) if record.epoch > after.epoch.next());
                prop_assert!(moved_on, "{:?} made {:?} give the plan up", input, destination);
            }
            if is_past_commit(&after) {
                let gives_up = after.wants().into_iter().any(|want| {
                    matches!(want, DestinationWant::Propose(Command::Abort) | DestinationWant::SendRejection(_))
                });
                prop_assert!(!gives_up);
            } else {
                prop_assert_eq!(after.hold(), None, "no case before the commit");
                let opens = after.wants().into_iter().any(|want| matches!(want, DestinationWant::Open(_)));
                prop_assert!(!opens, "nothing is opened before the commit");
            }
            let again = after.step(input).unwrap_or_else(|_| after.clone());
            prop_assert_eq!(&again, &after, "a repetition changes nothing");
            let written = serde_json::to_string(&after).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Destination>(&written).unwrap(), &after);
            destination = after;
        }
    }
}

/// There is no `Return`: the only way back from a commit is a new handover, which the log shows as a later epoch.
#[test]
fn a_destination_has_no_way_to_give_a_committed_plan_back() {
    let opening = destination().step(DestinationInput::Log(committed(1))).unwrap();
    let imported = opening.step(DestinationInput::Imported(package(1).digest)).unwrap();
    let active = imported.step(DestinationInput::Log(handed_over(1, false))).unwrap();
    assert_eq!(active.phase, DestinationPhase::Active);
    for destination in [opening, imported, active] {
        let inputs = [
            DestinationInput::Accept(PREVIEW),
            DestinationInput::Reject(rejection()),
            DestinationInput::PreviewedAgain,
            DestinationInput::Staged(package(2).digest),
            DestinationInput::Imported(package(2).digest),
            DestinationInput::SenderEnded(Ending::Revoked),
            DestinationInput::Told,
            DestinationInput::Log(aborted()),
            DestinationInput::Log(committed(2)),
        ];
        for input in inputs {
            let after = destination.step(input).unwrap_or_else(|_| destination.clone());
            assert_eq!(after, destination);
        }
    }
}

#[test]
fn each_phase_of_a_source_holds_the_case_as_it_should() {
    let why = Ending::Revoked;
    let (package, receipt, since) = (package(1), Signature(Vec::new()), Timestamp::UNIX_EPOCH);
    let frozen = Hold::Frozen(TRANSFER);
    let phases = [
        (SourcePhase::Offered { registered: false }, Hold::Active),
        (SourcePhase::Offered { registered: true }, Hold::Active),
        (SourcePhase::Frozen { package: package.clone(), since }, frozen),
        (SourcePhase::Committing { package: package.clone(), receipt }, frozen),
        (SourcePhase::Aborting { why: why.clone(), frozen: true }, frozen),
        (SourcePhase::Aborting { why: why.clone(), frozen: false }, Hold::Active),
        (SourcePhase::Aborted { why, told: false }, Hold::Active),
        (SourcePhase::Pending { package }, Hold::Pending(TRANSFER)),
        (SourcePhase::HandedOver { retired: false }, Hold::HandedOver(TRANSFER)),
        (SourcePhase::HandedOver { retired: true }, Hold::HandedOver(TRANSFER)),
    ];
    for (phase, hold) in phases {
        let source = Source { phase, ..source() };
        assert_eq!(source.hold(), hold, "{source:?}");
        assert_eq!(source.hold().is_writable(), hold == Hold::Active);
    }
}

#[test]
fn each_phase_of_a_destination_holds_the_case_as_it_should() {
    let (rejection, digest) = (rejection(), package(1).digest);
    let phases = [
        (DestinationPhase::Previewed, None),
        (DestinationPhase::Accepted, None),
        (DestinationPhase::Staged { digest }, None),
        (DestinationPhase::Opening { package: package(1) }, None),
        (DestinationPhase::Rejecting { rejection, told: false }, None),
        (DestinationPhase::Ended { why: Ending::Revoked, told: true }, None),
        (DestinationPhase::Imported, Some(Hold::Pending(TRANSFER))),
        (DestinationPhase::Active, Some(Hold::Active)),
    ];
    for (phase, hold) in phases {
        let destination = Destination { phase, ..destination() };
        assert_eq!(destination.hold(), hold, "{destination:?}");
    }
}
