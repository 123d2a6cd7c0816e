//! The registry's rules for one case: what holds for any commands in any order, and every refusal by its name.

use std::collections::BTreeSet;

use enplan_domain::handover::ledger::{self, Effect, Federation, Refused};
use enplan_domain::handover::{
    CaseRecord, Command, CommittedPackage, Digest, Outcome, Receipt, Signature, WrappedKey,
};
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{CaseHandle, Epoch, Incarnation, Kommunekode, TransferId};
use proptest::prelude::*;

const HANDLE: CaseHandle = CaseHandle::from_bytes([7; 16]);
/// The newest life of every member.
const NEWEST: Incarnation = Incarnation(2);

/// Three municipalities, of which the last is no member.
fn municipality(index: usize) -> Kommunekode {
    THE_NINE[index].0
}

fn transfer(number: u8) -> TransferId {
    TransferId::from_bytes([number; 16])
}

fn package(number: u8) -> CommittedPackage {
    CommittedPackage { digest: Digest([number; 32]), wrapped_key: WrappedKey(vec![number]) }
}

fn sign(by: Kommunekode, receipt: &Receipt) -> Signature {
    let mut bytes = receipt.signed_bytes();
    bytes.extend(by.number().to_be_bytes());
    Signature(bytes)
}

struct Members;

impl Federation for Members {
    fn is_member(&self, of: Kommunekode) -> bool {
        of != municipality(2)
    }

    fn newest_incarnation(&self, _: Kommunekode) -> Incarnation {
        NEWEST
    }

    fn is_genuine(&self, by: Kommunekode, receipt: &Receipt, signature: &Signature) -> bool {
        *signature == sign(by, receipt)
    }
}

/// One command as somebody proposes it.
#[derive(Debug, Clone)]
struct Proposed {
    by: Kommunekode,
    transfer: TransferId,
    command: Command,
}

fn apply(record: Option<&CaseRecord>, proposed: &Proposed) -> Result<(CaseRecord, Effect), Refused> {
    ledger::apply(record, HANDLE, proposed.transfer, proposed.by, &proposed.command, &Members)
}

fn commit(number: u8, epoch: u64, incarnation: u64, contents: u8, signer: Kommunekode) -> Command {
    let (epoch, package) = (Epoch(epoch), package(contents));
    let receipt = Receipt { handle: HANDLE, transfer: transfer(number), epoch, digest: package.digest };
    let receipt = sign(signer, &receipt);
    Command::Commit { epoch, incarnation: Incarnation(incarnation), package, receipt }
}

/// Mostly what somebody might say in earnest, so that a good part of the commands change something.
fn proposed() -> impl Strategy<Value = Proposed> {
    let command = (0..10_u8, 1..4_u8, 1..4_u64, 1..3_u64, 0..2_u8, 0..3_usize);
    (0..2_usize, command).prop_map(|(by, (kind, number, epoch, incarnation, contents, other))| {
        let command = match kind {
            0..=2 => Command::Offer { to: municipality(other), epoch: Epoch(epoch) },
            3..=5 => commit(number, epoch, incarnation, contents, municipality(other)),
            6 => Command::Abort,
            7 | 8 => Command::Activated,
            _ => Command::Retired,
        };
        Proposed { by: municipality(by), transfer: transfer(number), command }
    })
}

fn owner_and_epoch(record: Option<&CaseRecord>) -> Option<(Kommunekode, Epoch)> {
    record.map(|record| (record.owner, record.epoch))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_commands_in_any_order_keep_the_rules(
        commands in proptest::collection::vec(proposed(), 1..60),
    ) {
        let mut record: Option<CaseRecord> = None;
        let mut aborted = BTreeSet::new();
        let mut changed: Vec<Proposed> = Vec::new();
        for proposed in &commands {
            let answer = apply(record.as_ref(), proposed);
            prop_assert_eq!(&answer, &apply(record.as_ref(), proposed), "every node gives the same answer");
            let Ok((after, effect)) = answer else { continue };
            if effect == Effect::Already {
                prop_assert_eq!(Some(&after), record.as_ref(), "what was done before changes nothing");
                continue;
            }
            prop_assert_ne!(Some(&after), record.as_ref(), "a change is one");
            prop_assert_eq!(apply(Some(&after), proposed), Ok((after.clone(), Effect::Already)));
            if let Some((owner, epoch)) = owner_and_epoch(record.as_ref()) {
                if after.owner == owner {
                    prop_assert_eq!(after.epoch, epoch, "the epoch rises with the owner only");
                } else {
                    prop_assert_eq!(after.epoch, epoch.next());
                    let Command::Commit { incarnation, package, receipt, .. } = &proposed.command else {
                        return Err(TestCaseError::fail("only a commit changes the owner"));
                    };
                    let said = Receipt { handle: HANDLE, transfer: proposed.transfer, epoch, digest: package.digest };
                    prop_assert_eq!(proposed.by, owner);
                    prop_assert_eq!(*incarnation, NEWEST);
                    prop_assert_eq!(receipt, &sign(after.owner, &said));
                }
            } else {
                prop_assert_eq!((after.owner, after.epoch), (proposed.by, Epoch::FIRST));
            }
            let ended = after.outcomes.iter().filter(|(_, outcome)| **outcome == Outcome::Aborted);
            aborted.extend(ended.map(|(transfer, _)| *transfer));
            for transfer in &aborted {
                prop_assert!(after.is_aborted(*transfer) && after.committed(*transfer).is_none());
                prop_assert!(after.open.as_ref().is_none_or(|open| open.transfer != *transfer));
            }
            record = Some(after);
            changed.push(proposed.clone());
            for before in &changed {
                if let Ok((_, effect)) = apply(record.as_ref(), before) {
                    prop_assert_eq!(effect, Effect::Already, "nothing is done twice, however late");
                }
            }
        }
    }

    #[test]
    fn a_record_survives_being_written_and_read(commands in proptest::collection::vec(proposed(), 1..40)) {
        let mut record: Option<CaseRecord> = None;
        for proposed in &commands {
            if let Ok((after, _)) = apply(record.as_ref(), proposed) {
                record = Some(after);
            }
        }
        let written = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<CaseRecord>>(&written).unwrap(), record);
    }
}

/// The record after these, each of which must change it.
fn after(history: &[(usize, u8, Command)]) -> Option<CaseRecord> {
    history.iter().fold(None, |record, (by, number, command)| {
        let proposed =
            Proposed { by: municipality(*by), transfer: transfer(*number), command: command.clone() };
        let answer = apply(record.as_ref(), &proposed);
        assert!(matches!(answer, Ok((_, Effect::Changed))), "{proposed:?}: {answer:?}");
        answer.ok().map(|(record, _)| record)
    })
}

const A: usize = 0;
const B: usize = 1;
const STRANGER: usize = 2;

fn offer(to: usize, epoch: u64) -> Command {
    Command::Offer { to: municipality(to), epoch: Epoch(epoch) }
}

fn good_commit() -> Command {
    commit(1, 1, NEWEST.0, 1, municipality(B))
}

/// A case that nobody offered, one offered, one aborted, one committed, one handed over.
fn nothing() -> Option<CaseRecord> {
    None
}

fn offered() -> Option<CaseRecord> {
    after(&[(A, 1, offer(B, 1))])
}

fn aborted() -> Option<CaseRecord> {
    after(&[(A, 1, offer(B, 1)), (B, 1, Command::Abort)])
}

fn committed() -> Option<CaseRecord> {
    after(&[(A, 1, offer(B, 1)), (A, 1, good_commit())])
}

fn handed_over() -> Option<CaseRecord> {
    after(&[(A, 1, offer(B, 1)), (A, 1, good_commit()), (B, 1, Command::Activated)])
}

#[test]
fn every_refusal_has_its_name() {
    use Refused::{
        AlreadyCommitted, AnotherUnderWay, FalseReceipt, NotAMember, NotAParty, NotTheOwner, OldIncarnation,
        ToItself, TooEarly, UnknownCase, UnknownTransfer, WasAborted, WrongEpoch,
    };
    let forged = commit(1, 1, NEWEST.0, 1, municipality(A));
    let outdated = commit(1, 1, NEWEST.0 - 1, 1, municipality(B));
    let from_the_future = commit(1, 1, NEWEST.0 + 1, 1, municipality(B));
    let another_package = commit(1, 1, NEWEST.0, 2, municipality(B));
    let another_epoch = commit(1, 2, NEWEST.0, 1, municipality(B));
    let another_transfer = commit(2, 1, NEWEST.0, 1, municipality(B));
    let cases = [
        (nothing(), A, 1, good_commit(), UnknownCase),
        (nothing(), B, 1, Command::Activated, UnknownCase),
        (nothing(), A, 1, Command::Retired, UnknownCase),
        (nothing(), A, 1, offer(B, 2), WrongEpoch),
        (nothing(), A, 1, offer(A, 1), ToItself),
        (nothing(), A, 1, offer(STRANGER, 1), NotAMember),
        (aborted(), A, 1, offer(B, 1), WasAborted),
        (aborted(), B, 2, offer(A, 1), NotTheOwner),
        (aborted(), A, 2, offer(B, 2), WrongEpoch),
        (aborted(), A, 2, offer(A, 1), ToItself),
        (offered(), A, 2, offer(B, 1), AnotherUnderWay),
        (offered(), B, 1, offer(B, 1), AnotherUnderWay),
        (committed(), B, 2, offer(A, 2), AnotherUnderWay),
        (handed_over(), B, 1, offer(A, 2), NotAParty),
        (handed_over(), A, 2, offer(B, 1), NotTheOwner),
        (aborted(), A, 1, good_commit(), WasAborted),
        (offered(), A, 2, another_transfer, UnknownTransfer),
        (offered(), B, 1, good_commit(), NotTheOwner),
        (offered(), A, 1, another_epoch, WrongEpoch),
        (offered(), A, 1, outdated, OldIncarnation),
        (offered(), A, 1, from_the_future, OldIncarnation),
        (offered(), A, 1, forged, FalseReceipt),
        (committed(), A, 1, another_package.clone(), AlreadyCommitted),
        (handed_over(), A, 1, another_package, AlreadyCommitted),
        (offered(), STRANGER, 1, Command::Abort, NotAParty),
        (offered(), B, 2, Command::Abort, UnknownTransfer),
        (committed(), A, 1, Command::Abort, AlreadyCommitted),
        (committed(), B, 1, Command::Abort, AlreadyCommitted),
        (handed_over(), B, 1, Command::Abort, AlreadyCommitted),
        (offered(), B, 1, Command::Activated, TooEarly),
        (offered(), B, 2, Command::Activated, UnknownTransfer),
        (aborted(), B, 1, Command::Activated, WasAborted),
        (committed(), A, 1, Command::Activated, NotAParty),
        (handed_over(), A, 1, Command::Activated, NotAParty),
        (offered(), A, 1, Command::Retired, TooEarly),
        (committed(), A, 1, Command::Retired, TooEarly),
        (offered(), A, 2, Command::Retired, UnknownTransfer),
        (aborted(), A, 1, Command::Retired, WasAborted),
        (handed_over(), B, 1, Command::Retired, NotAParty),
    ];
    for (record, by, number, command, refused) in cases {
        let proposed = Proposed { by: municipality(by), transfer: transfer(number), command };
        assert_eq!(apply(record.as_ref(), &proposed), Err(refused), "{proposed:?} after {record:?}");
    }
}

#[test]
fn an_abort_that_overtakes_its_offer_keeps_it_from_ever_opening() {
    let record = after(&[(A, 1, Command::Abort)]);
    let late = Proposed { by: municipality(A), transfer: transfer(1), command: offer(B, 1) };
    assert_eq!(apply(record.as_ref(), &late), Err(Refused::WasAborted));
}

#[test]
fn a_plan_goes_there_and_back() {
    let back = commit(2, 2, NEWEST.0, 3, municipality(A));
    let record = after(&[
        (A, 1, offer(B, 1)),
        (A, 1, good_commit()),
        (B, 1, Command::Activated),
        (B, 2, offer(A, 2)),
        (A, 1, Command::Retired),
        (B, 2, back),
        (A, 2, Command::Activated),
        (B, 2, Command::Retired),
    ]);
    assert_eq!(owner_and_epoch(record.as_ref()), Some((municipality(A), Epoch(3))));
}
