//! A family that moves together: who can go today, what ties the handovers of those who do, and who still waits.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::basis::{BasisDraft, BasisProblem, LegalBasis};
use enplan_domain::handover::family::{Part, Tally, families, still_waiting};
use enplan_domain::handover::{Direction, FamilyKey, Progress};
use enplan_domain::household::leaving::{Asked, Candidate, LeavingRefusal, Standing, UnderWay};
use enplan_domain::plan::{Plan, PlanCommand};
use enplan_domain::relocation::{Decision, Docket, Move};
use enplan_domain::{BasisId, CaseHandle, CaseId, FamilyMoveId, Kommunekode, Timestamp, TransferId};
use proptest::prelude::*;

use crate::sample::{CITIZEN, after, case, consent, context, empty_plan, gribskov, hilleroed, text};

fn halsnaes() -> Kommunekode {
    "0260".parse().unwrap()
}

/// In the middle of the month that the sample's consent is for.
fn now() -> Timestamp {
    "2026-06-15T10:00:00Z".parse().unwrap()
}

fn case_id(n: u8) -> CaseId {
    CaseId::from_bytes([n; 16])
}

fn transfer(n: u8) -> TransferId {
    TransferId::from_bytes([n; 16])
}

/// A basis that is recorded for somebody, and how good it is by [`now`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Covers,
    Withdrawn,
    Expired,
    OtherRecipient,
}

fn recorded() -> impl Strategy<Value = Recorded> {
    prop_oneof![
        3 => Just(Recorded::Covers),
        1 => Just(Recorded::Withdrawn),
        1 => Just(Recorded::Expired),
        2 => Just(Recorded::OtherRecipient),
    ]
}

fn id(person: u8, n: usize) -> BasisId {
    BasisId::from_bytes([person, u8::try_from(n).unwrap(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
}

fn with_bases(person: u8, recorded: &[Recorded], protected: bool) -> Plan {
    let mut plan = empty_plan();
    for (n, kind) in recorded.iter().enumerate() {
        let id = id(person, n);
        let mut draft = BasisDraft { id, ..consent() };
        match kind {
            Recorded::Covers | Recorded::Withdrawn => {}
            Recorded::Expired => draft.until = Some("2026-06-10T00:00:00Z".parse().unwrap()),
            Recorded::OtherRecipient => draft.to = Some(halsnaes()),
        }
        let basis = LegalBasis::record(draft, &CITIZEN.parse().unwrap(), &context()).unwrap();
        plan.bases.insert(id, basis);
        if *kind == Recorded::Withdrawn {
            plan = after(plan, PlanCommand::WithdrawBasis { id });
        }
    }
    plan.citizen.protected = protected;
    plan
}

fn candidate<'p>(person: u8, plan: &'p Plan, docket: &'p Docket) -> Candidate<'p> {
    Candidate { case: case_id(person), handle: case(), plan, docket, under_way: None }
}

fn asks(candidates: &[Candidate<'_>], to: Kommunekode, bases: &[BasisId]) -> Result<Asked, LeavingRefusal> {
    Asked::new(candidates, (gribskov(), to, now()), bases, BTreeSet::new())
}

fn stands(one: &Candidate<'_>, to: Kommunekode) -> Standing {
    asks(&[*one], to, &[]).unwrap().standing(one)
}

#[derive(Debug, Clone)]
struct Person {
    bases: Vec<Recorded>,
    protected: bool,
    stays: bool,
    under_way: Option<bool>,
}

fn person() -> impl Strategy<Value = Person> {
    let bases = prop::collection::vec(recorded(), 0..4);
    (bases, prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::option::weighted(0.2, any::<bool>()))
        .prop_map(|(bases, protected, stays, under_way)| Person { bases, protected, stays, under_way })
}

proptest! {
    /// A basis per person: TRANSFER 1. Nobody goes on another's, on one that does not hold, or because the others go.
    #[test]
    fn each_goes_on_the_one_basis_of_their_own_that_covers_and_as_they_would_alone(
        people in prop::collection::vec(person(), 1..6)
    ) {
        let docket = Docket::default();
        let plans: Vec<_> = (0..).zip(&people).map(|(n, one)| with_bases(n, &one.bases, one.protected)).collect();
        let candidates: Vec<_> = (0..).zip(plans.iter().zip(&people)).map(|(n, (plan, one))| Candidate {
            under_way: one.under_way.map(|together| UnderWay { transfer: transfer(n), together }),
            ..candidate(n, plan, &docket)
        }).collect();
        let stays = (0..).zip(&people).filter(|(_, one)| one.stays).map(|(n, _)| case_id(n)).collect::<BTreeSet<_>>();
        let terms = (gribskov(), hilleroed(), now());
        let asked = Asked::new(&candidates, terms, &[], stays.clone()).unwrap();
        for (n, (candidate, one)) in (0..).zip(candidates.iter().zip(&people)) {
            let standing = asked.standing(candidate);
            let alone = stays.iter().filter(|case| **case == candidate.case).copied().collect();
            prop_assert_eq!(standing, Asked::new(&[*candidate], terms, &[], alone).unwrap().standing(candidate));
            let covering: Vec<_> = (0..one.bases.len()).filter(|n| one.bases[*n] == Recorded::Covers).collect();
            let expected = match (one.under_way, one.stays, one.protected, covering.as_slice()) {
                (Some(true), ..) => Standing::Offered(transfer(n)),
                (Some(false), ..) => Standing::UnderWayAlone(transfer(n)),
                (None, true, ..) => Standing::Stays,
                (None, _, true, _) => Standing::ToBeNamed,
                (None, _, _, [only]) => Standing::Goes(id(n, *only)),
                (None, _, _, []) => {
                    prop_assert!(matches!(standing, Standing::NeedsBasis(_)), "{:?}", standing);
                    standing
                }
                (None, _, _, _) => Standing::SeveralBases,
            };
            prop_assert_eq!(standing, expected);
            if let Standing::Goes(basis) = standing {
                let basis = &candidate.plan.bases[&basis];
                prop_assert!(basis.covers(candidate.handle, gribskov(), hilleroed(), now()).is_ok());
            }
        }
    }

    /// Where somebody protected goes is not found out by trying one municipality after the other.
    #[test]
    fn how_somebody_protected_stands_is_the_same_towards_every_receiver(
        one in person(), moved in prop::option::of(prop_oneof![Just("0219"), Just("0260"), Just("0101")])
    ) {
        let mut docket = Docket::default();
        if let Some(to) = moved {
            docket.take_in(moved_to(to), gribskov(), context().now).unwrap();
        }
        let plan = with_bases(1, &one.bases, true);
        let under_way = one.under_way.map(|together| UnderWay { transfer: transfer(1), together });
        let candidate = Candidate { under_way, ..candidate(1, &plan, &docket) };
        prop_assert_eq!(stands(&candidate, hilleroed()), stands(&candidate, halsnaes()));
    }

    #[test]
    fn a_family_holds_each_case_once_by_its_newest_handover_and_no_other_sender_s(
        (parts, shuffled) in prop::collection::vec(part(), 0..24)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle()))
    ) {
        let found = families(parts.clone());
        prop_assert_eq!(&found, &families(shuffled));
        for (key, family) in &found {
            let handles: BTreeSet<_> = family.iter().map(|part| part.handle).collect();
            prop_assert_eq!(handles.len(), family.len());
            for member in family {
                prop_assert_eq!(member.key, *key, "of this sender and this id alone");
                let of_it = parts.iter().filter(|part| part.key == *key && part.handle == member.handle);
                prop_assert_eq!(of_it.map(|part| (part.began, part.transfer)).max(), Some((member.began, member.transfer)));
            }
            let tally = Tally::of(family);
            let sum = tally.awaiting_answer + tally.under_way + tally.done + tally.came_to_nothing;
            prop_assert_eq!((tally.plans, sum), (u32::try_from(family.len()).unwrap(), tally.plans));
            prop_assert_eq!(tally.deadline.is_some(), tally.awaiting_answer > 0);
            prop_assert_eq!(tally.is_over(), tally.done + tally.came_to_nothing == tally.plans);
        }
        let cases: BTreeSet<_> = parts.iter().map(|part| (part.key, part.handle)).collect();
        prop_assert_eq!(found.values().map(Vec::len).sum::<usize>(), cases.len(), "nobody is lost");
    }

    #[test]
    fn who_waits_is_what_was_last_said_less_those_who_are_offered(
        written in prop::collection::btree_map(0..20_i64, prop::collection::btree_set(0..6_u8, 0..5), 0..5),
        offered in prop::collection::btree_set(0..6_u8, 0..4),
    ) {
        let cases = |set: &BTreeSet<u8>| set.iter().map(|n| case_id(*n)).collect::<BTreeSet<_>>();
        let said: BTreeMap<_, _> = written.iter().map(|(at, set)| (*at, cases(set))).collect();
        let records = said.iter().rev().map(|(at, set)| (second(*at), transfer(1), set));
        let waiting = still_waiting(records, &cases(&offered));
        let last = written.values().next_back().cloned().unwrap_or_default();
        prop_assert_eq!(waiting, cases(&last.difference(&offered).copied().collect()));
    }
}

fn second(n: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + n).unwrap()
}

fn part() -> impl Strategy<Value = Part> {
    let key = (any::<bool>(), any::<bool>(), 0..2_u8).prop_map(|(leaving, near, id)| FamilyKey {
        direction: if leaving { Direction::Leaving } else { Direction::Arriving },
        counterpart: if near { hilleroed() } else { halsnaes() },
        id: FamilyMoveId::from_bytes([id; 16]),
    });
    let progress = prop_oneof![
        Just(Progress::AwaitsAnswer),
        Just(Progress::UnderWay),
        Just(Progress::Done),
        Just(Progress::CameToNothing),
    ];
    (key, 0..4_u8, any::<[u8; 16]>(), 0..50_i64, progress, 0..5_u32).prop_map(
        |(key, handle, transfer, began, progress, announced)| Part {
            key,
            handle: CaseHandle::from_bytes([handle; 16]),
            transfer: TransferId::from_bytes(transfer),
            began: second(began),
            deadline: second(began + 1_000),
            progress,
            announced,
        },
    )
}

fn moved_to(to: &str) -> Move {
    let on = "2026-05-01".parse().unwrap();
    Move::new(
        "flyt-1".parse().unwrap(),
        on,
        "0270".parse().unwrap(),
        to.parse().unwrap(),
        "2026-06-01".parse().unwrap(),
    )
    .unwrap()
}

#[test]
fn a_basis_that_does_not_hold_says_why_and_the_last_one_recorded_counts() {
    let docket = Docket::default();
    for (recorded, why) in [
        (Recorded::Withdrawn, BasisProblem::Withdrawn),
        (Recorded::Expired, BasisProblem::Expired),
        (Recorded::OtherRecipient, BasisProblem::OtherRecipient),
    ] {
        let plan = with_bases(1, &[recorded], false);
        let standing = stands(&candidate(1, &plan, &docket), hilleroed());
        assert_eq!(standing, Standing::NeedsBasis(Some(why)));
        assert!(standing.waits() && standing.what_to_do() == why.what_to_do());
    }
    let plan = with_bases(1, &[], false);
    assert_eq!(stands(&candidate(1, &plan, &docket), hilleroed()), Standing::NeedsBasis(None));
}

/// Moving is not handing over (retssikkerhedsloven § 9): who stays another municipality's, or this one's, goes only where
/// the caseworker says so.
#[test]
fn somebody_who_lives_elsewhere_or_is_kept_goes_only_on_a_basis_that_is_named() {
    let plan = with_bases(1, &[Recorded::Covers], false);
    let mut docket = Docket::default();
    docket.take_in(moved_to("0101"), gribskov(), context().now).unwrap();
    let one = candidate(1, &plan, &docket);
    assert_eq!(stands(&one, hilleroed()), Standing::LivesElsewhere);
    let named = asks(&[one], hilleroed(), &[id(1, 0)]).unwrap();
    assert_eq!(named.standing(&one), Standing::Goes(id(1, 0)));

    let mut docket = Docket::default();
    docket.take_in(moved_to("0219"), gribskov(), context().now).unwrap();
    assert_eq!(stands(&candidate(1, &plan, &docket), hilleroed()), Standing::Goes(id(1, 0)));
    let keep = Decision::Keep { reason: "helped-into-residence".into(), note: text("Botilbud") };
    docket.decide(keep, &context(), |_| true).unwrap();
    assert_eq!(stands(&candidate(1, &plan, &docket), hilleroed()), Standing::Kept);
}

#[test]
fn somebody_protected_and_somebody_with_two_bases_go_on_the_one_that_is_named() {
    let docket = Docket::default();
    let protected = with_bases(1, &[Recorded::Covers], true);
    let twice = with_bases(2, &[Recorded::Covers, Recorded::Covers], false);
    let family = [candidate(1, &protected, &docket), candidate(2, &twice, &docket)];
    let asked = asks(&family, hilleroed(), &[id(1, 0), id(2, 1)]).unwrap();
    assert_eq!(asked.standing(&family[0]), Standing::Goes(id(1, 0)));
    assert_eq!(asked.standing(&family[1]), Standing::Goes(id(2, 1)));
}

#[test]
fn what_cannot_be_meant_offers_nobody() {
    let docket = Docket::default();
    let plan = with_bases(1, &[Recorded::Covers, Recorded::Withdrawn, Recorded::Covers], false);
    let family = [candidate(1, &plan, &docket)];
    let refusal = |bases: &[BasisId]| asks(&family, hilleroed(), bases).unwrap_err();
    assert_eq!(refusal(&[id(9, 0)]), LeavingRefusal::NobodysBasis);
    assert_eq!(refusal(&[id(1, 1)]), LeavingRefusal::Basis(BasisProblem::Withdrawn));
    assert_eq!(refusal(&[id(1, 0), id(1, 2)]), LeavingRefusal::TwoBases);
    let stays = |case: u8, bases: &[BasisId]| {
        let terms = (gribskov(), hilleroed(), now());
        Asked::new(&family, terms, bases, BTreeSet::from([case_id(case)])).unwrap_err()
    };
    assert_eq!(stays(9, &[]), LeavingRefusal::NotOfTheFamily);
    assert_eq!(stays(1, &[id(1, 0)]), LeavingRefusal::StaysAndGoes);
    // Asked for again when they are on their way, a basis that was withdrawn since changes nothing.
    let under_way = Some(UnderWay { transfer: transfer(1), together: true });
    let family = [Candidate { under_way, ..family[0] }];
    let asked = asks(&family, hilleroed(), &[id(1, 1)]).unwrap();
    assert_eq!(asked.standing(&family[0]), Standing::Offered(transfer(1)));
}
