use enplan_domain::handover::ledger::{self, Effect, Refused};
use enplan_domain::handover::{CommittedPackage, Digest, WrappedKey};
use enplan_domain::{Epoch, TransferId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::command::Rejected;
use crate::founding::Member;
use crate::signing::SigningKey;

struct Federates {
    founding: Founding,
    keys: Vec<(Kommunekode, SigningKey)>,
}

impl Federates {
    fn new(count: usize) -> Self {
        let nine = enplan_domain::municipality::THE_NINE;
        let keys: Vec<_> =
            nine.iter().take(count).map(|(code, _)| (*code, SigningKey::generate().unwrap())).collect();
        let members = keys.iter().zip(1..).map(|((municipality, key), raft_id)| Member {
            municipality: *municipality,
            raft_id,
            key: key.public(),
            address: format!("host:{}", 7000 + raft_id),
        });
        Self { founding: Founding::new("nord", members.collect()).unwrap(), keys }
    }

    fn code(&self, member: usize) -> Kommunekode {
        self.keys[member].0
    }

    fn sign(&self, member: usize, request: u128, command: &Command) -> SignedCommand {
        let (code, key) = &self.keys[member];
        SignedCommand::sign("nord", RequestId::from(Uuid::from_u128(request)), *code, command, key).unwrap()
    }

    fn commit(&self, from: usize, to: usize, incarnation: u64) -> Command {
        let package = CommittedPackage { digest: Digest([7; 32]), wrapped_key: WrappedKey(vec![1, 2, 3]) };
        let claim =
            Receipt { handle: handle(1), transfer: transfer(1), epoch: Epoch(1), digest: package.digest };
        let receipt = self.keys[to].1.sign(&claim.signed_bytes());
        assert_ne!(from, to);
        let incarnation = Incarnation(incarnation);
        case(ledger::Command::Commit { epoch: Epoch(1), incarnation, package, receipt })
    }

    fn offer(&self, to: usize) -> Command {
        case(ledger::Command::Offer { to: self.code(to), epoch: Epoch(1) })
    }
}

fn handle(number: u128) -> CaseHandle {
    CaseHandle::from(Uuid::from_u128(number))
}

fn transfer(number: u128) -> TransferId {
    TransferId::from(Uuid::from_u128(number))
}

fn case(command: ledger::Command) -> Command {
    Command::Case { handle: handle(1), transfer: transfer(1), command }
}

fn apply_one(state: &mut State, signed: SignedCommand) -> Verdict {
    let (Verdicts(mut verdicts), _) = state.apply(&Batch(vec![signed]));
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

#[test]
fn each_command_of_a_batch_is_applied_or_refused_alone() {
    let federates = Federates::new(3);
    let mut state = State::founded(&federates.founding);
    let stranger = Federates::new(3);
    let batch = Batch(vec![
        federates.sign(0, 1, &federates.offer(1)),
        stranger.sign(0, 2, &case(ledger::Command::Abort)),
        federates.sign(2, 3, &case(ledger::Command::Abort)),
        federates.sign(2, 4, &Command::Started(Incarnation(1))),
    ]);
    let (Verdicts(verdicts), changed) = state.apply(&batch);
    assert_eq!(
        verdicts,
        [
            Verdict::Case(Ok(Effect::Changed)),
            Verdict::Rejected(Rejected::FalseSignature),
            Verdict::Case(Err(Refused::NotAParty)),
            Verdict::Started(Ok(())),
        ]
    );
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), [handle(1)]);
    assert!(state.case(handle(1)).unwrap().open.is_some());
}

#[test]
fn what_is_forged_or_of_another_federation_changes_nothing() {
    let federates = Federates::new(2);
    let mut state = State::founded(&federates.founding);
    let before = state.clone();
    let (code, key) = &federates.keys[0];
    let foreign =
        SignedCommand::sign("syd", RequestId::from(Uuid::from_u128(1)), *code, &federates.offer(1), key)
            .unwrap();
    assert_eq!(apply_one(&mut state, foreign), Verdict::Rejected(Rejected::AnotherFederation));
    let of_another = SignedCommand::sign(
        "nord",
        RequestId::from(Uuid::from_u128(1)),
        federates.code(1),
        &federates.offer(1),
        key,
    );
    assert_eq!(apply_one(&mut state, of_another.unwrap()), Verdict::Rejected(Rejected::FalseSignature));
    let outsider = SignedCommand::sign(
        "nord",
        RequestId::from(Uuid::from_u128(1)),
        "0999".parse().unwrap(),
        &federates.offer(1),
        key,
    );
    assert_eq!(apply_one(&mut state, outsider.unwrap()), Verdict::Rejected(Rejected::NotAMember));
    assert_eq!(state, before);
}

#[test]
fn a_commit_of_an_earlier_life_is_refused() {
    let federates = Federates::new(2);
    let mut state = State::founded(&federates.founding);
    for (request, life) in [(1, 1), (2, 2)] {
        let started = federates.sign(0, request, &Command::Started(Incarnation(life)));
        assert_eq!(apply_one(&mut state, started), Verdict::Started(Ok(())));
    }
    apply_one(&mut state, federates.sign(0, 3, &federates.offer(1)));
    let old = federates.sign(0, 4, &federates.commit(0, 1, 1));
    assert_eq!(apply_one(&mut state, old), Verdict::Case(Err(Refused::OldIncarnation)));
    let new = federates.sign(0, 5, &federates.commit(0, 1, 2));
    assert_eq!(apply_one(&mut state, new), Verdict::Case(Ok(Effect::Changed)));
    assert_eq!(state.case(handle(1)).unwrap().owner, federates.code(1));
}

#[test]
fn a_life_follows_on_the_newest_and_a_repeated_request_is_answered_alike() {
    let federates = Federates::new(2);
    let mut state = State::founded(&federates.founding);
    let first = federates.sign(0, 1, &Command::Started(Incarnation(1)));
    assert_eq!(apply_one(&mut state, first.clone()), Verdict::Started(Ok(())));
    assert_eq!(apply_one(&mut state, first), Verdict::Started(Ok(())));
    let newest = Incarnation(1);
    for life in [0, 1, 3] {
        let other = federates.sign(0, 10 + u128::from(life), &Command::Started(Incarnation(life)));
        assert_eq!(apply_one(&mut state, other), Verdict::Started(Err(NotTheNext { newest })));
    }
    assert_eq!(state.member(federates.code(0)).unwrap().incarnation, newest);
    assert_eq!(state.member(federates.code(1)).unwrap().incarnation, Incarnation(0));
}

#[test]
fn an_audit_log_that_shrinks_or_forks_is_refused() {
    let federates = Federates::new(1);
    let mut state = State::founded(&federates.founding);
    let mut request = 0;
    let mut head = |size, byte| {
        request += 1;
        let head = AuditHead { size, head: [byte; 32] };
        apply_one(&mut state, federates.sign(0, request, &Command::AuditHead(head)))
    };
    assert_eq!(head(5, 1), Verdict::AuditHead(Ok(())));
    assert_eq!(head(5, 1), Verdict::AuditHead(Ok(())));
    assert_eq!(head(5, 2), Verdict::AuditHead(Err(HeadRefused::Forked { size: 5 })));
    assert_eq!(head(4, 1), Verdict::AuditHead(Err(HeadRefused::Shrunk { recorded: 5 })));
    assert_eq!(head(6, 2), Verdict::AuditHead(Ok(())));
    let recorded = state.member(federates.code(0)).unwrap().audit_head;
    assert_eq!(recorded, Some(AuditHead { size: 6, head: [2; 32] }));
}

#[test]
fn the_table_of_requests_stays_bounded() {
    let federates = Federates::new(1);
    let mut state = State::founded(&federates.founding);
    for request in 0..200 {
        let head = AuditHead { size: u64::try_from(request).unwrap(), head: [0; 32] };
        apply_one(&mut state, federates.sign(0, request, &Command::AuditHead(head)));
    }
    assert_eq!(state.members[&federates.code(0)].remembered.len(), REMEMBERED_REQUESTS);
}

#[test]
fn a_municipality_is_concerned_by_what_it_owns_gives_or_has_given() {
    let federates = Federates::new(4);
    let mut state = State::founded(&federates.founding);
    apply_one(&mut state, federates.sign(0, 1, &Command::Started(Incarnation(1))));
    apply_one(&mut state, federates.sign(0, 2, &federates.offer(1)));
    assert_eq!(state.concerning(federates.code(0)).len(), 1);
    assert_eq!(state.concerning(federates.code(1)).len(), 1);
    apply_one(&mut state, federates.sign(0, 3, &federates.commit(0, 1, 1)));
    apply_one(&mut state, federates.sign(1, 4, &case(ledger::Command::Activated)));
    assert_eq!(state.concerning(federates.code(0)).len(), 1, "it has given the case away");
    assert_eq!(state.concerning(federates.code(1)).len(), 1, "it owns the case");
    assert!(state.concerning(federates.code(2)).is_empty());
}

#[test]
fn ids_are_allocated_above_the_highest_ever() {
    let federates = Federates::new(3);
    assert_eq!(State::founded(&federates.founding).highest_raft_id, 3);
}

fn any_command(members: usize) -> impl Strategy<Value = (usize, u128, Command)> {
    let any_case = (0_u128..3, 0_u128..4, 0..members, 1_u64..3, 0_usize..5, 1_u64..4).prop_map(
        move |(case, number, to, epoch, kind, life)| {
            let to = enplan_domain::municipality::THE_NINE[to].0;
            let package = CommittedPackage { digest: Digest([9; 32]), wrapped_key: WrappedKey(vec![]) };
            let command = match kind {
                0 => ledger::Command::Offer { to, epoch: Epoch(epoch) },
                1 => ledger::Command::Commit {
                    epoch: Epoch(epoch),
                    incarnation: Incarnation(life),
                    package,
                    receipt: Signature(vec![0; 64]),
                },
                2 => ledger::Command::Abort,
                3 => ledger::Command::Activated,
                _ => ledger::Command::Retired,
            };
            Command::Case { handle: handle(case), transfer: transfer(number), command }
        },
    );
    let any = prop_oneof![
        6 => any_case,
        1 => (1_u64..5).prop_map(|life| Command::Started(Incarnation(life))),
        1 => (0_u64..5, 0_u8..2).prop_map(|(size, byte)| {
            Command::AuditHead(AuditHead { size, head: [byte; 32] })
        }),
    ];
    (0..members, 0_u128..50, any)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn how_commands_are_batched_changes_neither_the_state_nor_the_verdicts(
        commands in prop::collection::vec(any_command(3), 1..40),
        cut in 1_usize..10,
    ) {
        let federates = Federates::new(3);
        let signed: Vec<_> =
            commands.iter().map(|(member, request, command)| federates.sign(*member, *request, command)).collect();
        let mut alone = State::founded(&federates.founding);
        let one_by_one: Vec<_> = signed.iter().map(|one| apply_one(&mut alone, one.clone())).collect();
        let mut batched = State::founded(&federates.founding);
        let mut in_batches = Vec::new();
        for batch in signed.chunks(cut) {
            in_batches.extend(batched.apply(&Batch(batch.to_vec())).0.0);
        }
        prop_assert_eq!(one_by_one, in_batches);
        prop_assert_eq!(alone, batched);
    }

    #[test]
    fn a_state_survives_its_encoding_and_commands_sent_again_change_nothing(
        commands in prop::collection::vec(any_command(3), 1..30),
    ) {
        let federates = Federates::new(3);
        let mut state = State::founded(&federates.founding);
        for (request, (member, _, command)) in (0..).zip(&commands) {
            let signed = federates.sign(*member, request, command);
            apply_one(&mut state, signed.clone());
            let once = state.clone();
            apply_one(&mut state, signed);
            prop_assert_eq!(&once, &state);
        }
        let bytes = postcard::to_stdvec(&state).unwrap();
        prop_assert_eq!(postcard::from_bytes::<State>(&bytes).unwrap(), state);
    }
}

#[test]
fn a_manifest_of_every_member_holds_and_survives_a_snapshot() {
    use enplan_statistics::ledger::Command as Statistics;
    use enplan_statistics::manifest::{Manifest, Table};

    let federates = Federates::new(3);
    let mut state = State::founded(&federates.founding);
    let table =
        Table { name: "all".into(), danish: "Alle".into(), dimensions: Vec::new(), impossible: Vec::new() };
    let manifest = Manifest {
        version: 1,
        threshold: 5,
        present: 3,
        changed: 3,
        dimensions: Vec::new(),
        tables: vec![table],
    };
    let digest = manifest.digest().unwrap();
    let propose = Command::Statistics(Statistics::Propose(Box::new(manifest)));
    apply_one(&mut state, federates.sign(0, 1, &propose));
    for member in 0..3 {
        assert!(state.manifest_in_force().is_none(), "{member} have agreed");
        let approve = Command::Statistics(Statistics::Approve { version: 1, digest });
        let verdict = apply_one(&mut state, federates.sign(member, 2 + member as u128, &approve));
        assert_eq!(verdict, Verdict::Statistics(Ok(())));
    }
    assert_eq!(state.manifest_in_force().map(|(version, _)| version), Some(1));
    let bytes = postcard::to_stdvec(&state).unwrap();
    assert_eq!(postcard::from_bytes::<State>(&bytes).unwrap(), state);
}
