use enplan_domain::municipality::THE_NINE;

use super::*;
use crate::manifest::{Bin, Dimension, Table};

/// Nine members, each of whose signatures is its code and the message.
struct Nine;

impl Members for Nine {
    fn all(&self) -> BTreeSet<Kommunekode> {
        THE_NINE.iter().map(|(code, _)| *code).collect()
    }

    fn has_signed(&self, by: Kommunekode, message: &[u8], signature: &Signature) -> bool {
        *signature == sign(by, message)
    }
}

fn sign(by: Kommunekode, message: &[u8]) -> Signature {
    Signature([by.to_string().as_bytes(), message].concat())
}

fn member(at: usize) -> Kommunekode {
    THE_NINE[at].0
}

/// The epoch that most tests are about.
fn epoch() -> Epoch {
    quarter("2019-Q3")
}

fn quarter(text: &str) -> Epoch {
    text.parse().unwrap()
}

fn manifest(version: u32) -> Manifest {
    let bin = |name: &str| Bin { name: name.to_owned(), danish: name.to_owned(), from: None };
    let table = |name: &str, dimensions: &[&str]| Table {
        name: name.to_owned(),
        danish: name.to_owned(),
        dimensions: dimensions.iter().map(|name| (*name).to_owned()).collect(),
        impossible: Vec::new(),
    };
    Manifest {
        version,
        threshold: 5,
        present: 3,
        changed: 3,
        dimensions: vec![Dimension {
            name: "colour".to_owned(),
            danish: "Farve".to_owned(),
            definition_danish: "Farven".to_owned(),
            definition_english: "The colour".to_owned(),
            bins: vec![bin("red"), bin("blue")],
        }],
        tables: vec![table("everybody", &[]), table("colour", &["colour"])],
    }
}

fn in_force() -> Ledger {
    let mut ledger = Ledger::default();
    ledger.apply(member(0), Command::Propose(Box::new(manifest(1))), &Nine).unwrap();
    for at in 1..9 {
        ledger.apply(member(at), approve(1), &Nine).unwrap();
    }
    ledger
}

fn approve(version: u32) -> Command {
    Command::Approve { version, digest: manifest(version).digest().unwrap() }
}

fn commit(epoch: Epoch, at: usize) -> Command {
    Command::Commit { epoch, manifest: 1, commitment: [u8::try_from(at).unwrap(); 32] }
}

fn started(committed: usize) -> Ledger {
    let mut ledger = in_force();
    for at in 0..committed {
        ledger.apply(member(at), commit(epoch(), at), &Nine).unwrap();
    }
    ledger.apply(member(0), Command::Start { epoch: epoch() }, &Nine).unwrap();
    ledger
}

fn a_release(ledger: &Ledger, count: i32) -> EpochRelease {
    EpochRelease {
        epoch: epoch(),
        manifest: 1,
        participants: ledger.epoch(epoch()).unwrap().participants.clone(),
        tables: vec![
            TableRelease::Published(vec![CellStatus::Published(count)]),
            TableRelease::Published(vec![CellStatus::Suppressed, CellStatus::Suppressed]),
        ],
    }
}

fn signed(release: EpochRelease, by: usize) -> Command {
    let message = release.signed_bytes();
    let signatures =
        release.participants.iter().take(by).map(|code| (*code, sign(*code, &message))).collect();
    Command::Release { release: Box::new(release), signatures }
}

#[test]
fn a_manifest_holds_only_when_every_member_has_agreed_to_what_it_says() {
    let mut ledger = Ledger::default();
    ledger.apply(member(0), Command::Propose(Box::new(manifest(1))), &Nine).unwrap();
    for at in 1..9 {
        assert!(ledger.in_force(&Nine).is_none(), "{at} have agreed");
        let other = Command::Approve { version: 1, digest: Digest([0; 32]) };
        assert_eq!(ledger.apply(member(at), other, &Nine), Err(Refused::NoSuchManifest(1)));
        ledger.apply(member(at), approve(1), &Nine).unwrap();
    }
    assert_eq!(ledger.in_force(&Nine).unwrap().0, 1);
}

#[test]
fn a_manifest_that_protects_nobody_is_refused_and_none_takes_anothers_place() {
    let mut ledger = in_force();
    let weak = Manifest { threshold: 1, version: 2, ..manifest(2) };
    assert!(matches!(
        ledger.apply(member(0), Command::Propose(Box::new(weak)), &Nine),
        Err(Refused::NotACube(_))
    ));
    let other = Manifest { threshold: 10, ..manifest(1) };
    assert_eq!(
        ledger.apply(member(0), Command::Propose(Box::new(other)), &Nine),
        Err(Refused::NotTheNext { next: 2 })
    );
    ledger.apply(member(3), Command::Propose(Box::new(manifest(2))), &Nine).unwrap();
    assert_eq!(ledger.in_force(&Nine).unwrap().0, 1, "one member alone changes nothing");
}

#[test]
fn an_epoch_waits_until_all_but_two_have_committed() {
    let mut ledger = in_force();
    for at in 0..7 {
        let refused = ledger.apply(member(0), Command::Start { epoch: epoch() }, &Nine).unwrap_err();
        assert_eq!(refused, Refused::TooFew { epoch: epoch(), have: at, need: 7 });
        ledger.apply(member(at), commit(epoch(), at), &Nine).unwrap();
    }
    ledger.apply(member(0), Command::Start { epoch: epoch() }, &Nine).unwrap();
    assert_eq!(ledger.epoch(epoch()).unwrap().participants.len(), 7);
}

#[test]
fn who_brings_what_is_fixed_once_the_epoch_is_started() {
    let mut ledger = started(8);
    let before = ledger.clone();
    assert_eq!(ledger.apply(member(8), commit(epoch(), 8), &Nine), Err(Refused::Started(epoch())));
    assert_eq!(ledger.apply(member(0), commit(epoch(), 1), &Nine), Err(Refused::Started(epoch())));
    ledger.apply(member(0), commit(epoch(), 0), &Nine).unwrap();
    ledger.apply(member(4), Command::Start { epoch: epoch() }, &Nine).unwrap();
    assert_eq!(ledger, before, "the same again changes nothing");
}

#[test]
fn an_epoch_before_one_that_was_started_is_never_counted() {
    let mut ledger = started(9);
    let earlier = quarter("2019-Q2");
    assert_eq!(ledger.apply(member(0), commit(earlier, 0), &Nine), Err(Refused::Past(earlier)));
}

#[test]
fn nothing_is_counted_by_a_manifest_that_does_not_hold() {
    let mut ledger = Ledger::default();
    ledger.apply(member(0), Command::Propose(Box::new(manifest(1))), &Nine).unwrap();
    assert_eq!(ledger.apply(member(0), commit(epoch(), 0), &Nine), Err(Refused::NotInForce(1)));
}

#[test]
fn a_release_needs_the_signatures_of_those_whose_shares_a_product_needs() {
    let mut ledger = started(9);
    let release = a_release(&ledger, 40);
    let refused = ledger.apply(member(0), signed(release.clone(), 6), &Nine).unwrap_err();
    assert_eq!(refused, Refused::TooFewSignatures { have: 6, need: 7 });
    ledger.apply(member(0), signed(release.clone(), 7), &Nine).unwrap();
    assert_eq!(ledger.epoch(epoch()).unwrap().release.as_ref(), Some(&release));
    assert_eq!(ledger.times_published(0, 1), 1);
}

#[test]
fn a_forged_signature_counts_for_nothing() {
    let mut ledger = started(9);
    let release = a_release(&ledger, 40);
    let Command::Release { mut signatures, .. } = signed(a_release(&ledger, 41), 9) else { unreachable!() };
    let message = release.signed_bytes();
    signatures.insert(release.participants[0], sign(release.participants[0], &message));
    let command = Command::Release { release: Box::new(release), signatures };
    assert_eq!(ledger.apply(member(0), command, &Nine), Err(Refused::TooFewSignatures { have: 1, need: 7 }));
}

#[test]
fn an_epoch_is_released_once_whatever_is_signed_later() {
    let mut ledger = started(9);
    let (first, second) = (a_release(&ledger, 40), a_release(&ledger, 41));
    ledger.apply(member(0), signed(first.clone(), 9), &Nine).unwrap();
    ledger.apply(member(1), signed(first.clone(), 7), &Nine).unwrap();
    assert_eq!(ledger.apply(member(0), signed(second, 9), &Nine), Err(Refused::Released(epoch())));
    assert_eq!(ledger.epoch(epoch()).unwrap().release.as_ref(), Some(&first));
}

#[test]
fn a_release_of_others_or_in_another_shape_is_refused() {
    let mut ledger = started(9);
    let mut subset = a_release(&ledger, 40);
    subset.participants.pop();
    assert_eq!(ledger.apply(member(0), signed(subset, 8), &Nine), Err(Refused::NotStarted(epoch())));
    let mut short = a_release(&ledger, 40);
    short.tables[1] = TableRelease::Published(vec![CellStatus::Suppressed]);
    assert_eq!(ledger.apply(member(0), signed(short, 9), &Nine), Err(Refused::WrongShape));
    let mut unfounded = a_release(&ledger, 40);
    unfounded.tables[0] = TableRelease::Unchanged(quarter("2019-Q2"));
    assert_eq!(ledger.apply(member(0), signed(unfounded, 9), &Nine), Err(Refused::WrongShape));
}

#[test]
fn who_computes_turns_with_the_epoch_and_is_known_to_all() {
    let ledger = started(9);
    let first = ledger.epoch(epoch()).unwrap().participants.clone();
    let mut next = started(9);
    let later = quarter("2019-Q4");
    for at in 0..9 {
        next.apply(member(at), commit(later, at), &Nine).unwrap();
    }
    next.apply(member(0), Command::Start { epoch: later }, &Nine).unwrap();
    assert_ne!(next.epoch(later).unwrap().participants, first);
    assert_eq!((tolerance(9), fewest_computing(9)), (3, 7));
    assert_eq!((tolerance(7), fewest_computing(7)), (2, 5));
    assert_eq!((tolerance(3), fewest_computing(3)), (1, 3));
}

#[test]
fn an_epoch_that_a_later_one_has_overtaken_is_never_released() {
    let mut ledger = started(9);
    let release = a_release(&ledger, 40);
    let later = quarter("2019-Q4");
    for at in 0..9 {
        ledger.apply(member(at), commit(later, at), &Nine).unwrap();
    }
    ledger.apply(member(0), Command::Start { epoch: later }, &Nine).unwrap();
    assert_eq!(ledger.apply(member(0), signed(release, 9), &Nine), Err(Refused::Past(epoch())));
}

#[test]
fn what_was_frozen_before_a_release_is_frozen_anew_after_it() {
    let mut ledger = started(9);
    let later = quarter("2019-Q4");
    ledger.apply(member(0), commit(later, 0), &Nine).unwrap();
    let release = a_release(&ledger, 40);
    ledger.apply(member(0), signed(release, 9), &Nine).unwrap();
    assert!(ledger.epoch(later).unwrap().commitments.is_empty());
}
