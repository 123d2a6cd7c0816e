//! Moves: read whole or refused by line, the same in whatever order they come, and never deciding who acts.

use enplan_domain::relocation::extract::{self, Extract, ExtractRefusal, LineProblem};
use enplan_domain::relocation::{Asked, DAYS_AHEAD, Decision, Docket, Move, Place, RelocationRefusal, Taken};
use enplan_domain::{Kommunekode, RequestId, catalogue};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::sample::{context, gribskov, hilleroed, text};

const PLACES: [&str; 5] = ["0270", "0219", "0260", "0101", "abroad"];

fn moved(event: &str, on: Date, from: &str, to: &str) -> Move {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    Move::new(event.parse().unwrap(), on, from, to, context().today()).unwrap()
}

fn read(bytes: &[u8]) -> Result<Extract, ExtractRefusal> {
    extract::read(bytes, context().today())
}

fn here() -> Place {
    Place::Municipality(gribskov())
}

fn asked(n: u8) -> Asked {
    Asked {
        request: RequestId::from_bytes([n; 16]),
        by: hilleroed(),
        at: context().now,
        reason: text("Borgeren er flyttet hertil"),
        contact: "Modtagelsen".into(),
        answered: None,
    }
}

/// Every order of some moves.
fn orders(moves: &[Move]) -> Vec<Vec<Move>> {
    if moves.is_empty() {
        return vec![Vec::new()];
    }
    let first = |n: usize| {
        let rest = [&moves[..n], &moves[n + 1..]].concat();
        orders(&rest).into_iter().map(move |order| [vec![moves[n].clone()], order].concat())
    };
    (0..moves.len()).flat_map(first).collect()
}

/// Moves of one citizen, each with an id of its own and a day of its own or shared.
fn moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec((0..60_i8, 0..5_usize, 1..5_usize), 1..8).prop_map(|drawn| {
        let with_id = |(n, (day, from, further)): (usize, (i8, usize, usize))| {
            let on = date(2026, 1 + day / 28, 1 + day % 28);
            moved(&format!("e{n}"), on, PLACES[from], PLACES[(from + further) % 5])
        };
        let mut moves: Vec<Move> = drawn.into_iter().enumerate().map(with_id).collect();
        // Two ids for one move are one move, and which of them is kept is whichever came first.
        moves.sort_by_key(|m| (m.on, m.from, m.to, m.event.clone()));
        moves.dedup_by_key(|m| (m.on, m.from, m.to));
        moves
    })
}

fn told(moves: &[Move]) -> Docket {
    let mut docket = Docket::default();
    for one in moves {
        docket.take_in(one.clone(), gribskov(), context().now).unwrap();
    }
    docket
}

fn is_member(code: Kommunekode) -> bool {
    code.name().is_some()
}

fn keep() -> Decision {
    Decision::Keep { reason: "helped-into-residence".into(), note: text("Botilbud siden 2024") }
}

proptest! {
    #[test]
    fn the_docket_is_the_same_in_whatever_order_moves_come(
        (moves, shuffled) in moves().prop_flat_map(|moves| (Just(moves.clone()), Just(moves).prop_shuffle()))
    ) {
        let docket = told(&moves);
        prop_assert_eq!(&docket, &told(&shuffled));
        let last = docket.last().unwrap();
        prop_assert_eq!(docket.residence(date(2027, 1, 1)).unwrap().place, last.moved.to);
        let waits = docket.waiting().map(|waiting| &waiting.moved);
        let away = last.moved.to != Place::Municipality(gribskov());
        prop_assert_eq!(waits, Some(&last.moved).filter(|_| away));
    }

    #[test]
    fn told_twice_changes_nothing_and_is_said_to_be_known(moves in moves()) {
        let mut docket = told(&moves);
        let before = docket.clone();
        for one in &moves {
            prop_assert_eq!(docket.take_in(one.clone(), gribskov(), context().now), Ok(Taken::Duplicate));
        }
        prop_assert_eq!(docket, before);
    }

    #[test]
    fn what_was_decided_stays_decided_and_an_older_move_opens_nothing(
        decided in moves(), later in moves(),
    ) {
        let mut docket = told(&decided);
        if docket.decide(keep(), &context(), is_member).is_err() {
            return Ok(());
        }
        let held = docket.last().unwrap().clone();
        for mut one in later {
            one.event = format!("later-{}", one.event.as_str()).parse().unwrap();
            let is_older = one.on < docket.last().unwrap().moved.on;
            let waits = docket.waiting().cloned();
            let taken = docket.take_in(one, gribskov(), context().now).unwrap();
            if is_older {
                prop_assert!(matches!(taken, Taken::OutOfOrder | Taken::Duplicate));
                prop_assert_eq!(docket.waiting().cloned(), waits);
            }
            prop_assert!(docket.relocations().contains(&held));
        }
    }

    #[test]
    fn moves_of_one_day_follow_each_other_whatever_they_are_called_and_in_whatever_order_they_come(
        ids in prop::collection::hash_set("(typed:|asked:|)[a-z]{0,2}[0-9]{1,4}", 4),
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) {
        let way = ["0270", "0219", "0260", "0101", "abroad"];
        let ids: Vec<String> = ids.into_iter().collect();
        let leg = |n: usize| moved(&ids[n], date(2026, 5, 1), way[n], way[n + 1]);
        let docket = told(&order.iter().map(|n| leg(*n)).collect::<Vec<_>>());
        let places: Vec<Place> = docket.relocations().iter().map(|one| one.moved.to).collect();
        prop_assert_eq!(places, way[1..].iter().map(|to| to.parse().unwrap()).collect::<Vec<Place>>());
        prop_assert_eq!(docket.waiting().map(|waiting| waiting.moved.to), Some(Place::Abroad));
    }

    #[test]
    fn a_move_taken_back_leaves_what_the_others_alone_would_say(
        moves in moves(), which in any::<prop::sample::Index>(),
    ) {
        let mut docket = told(&moves);
        let mistake = which.get(&moves).clone();
        docket.withdraw(&mistake.event, &context()).unwrap();
        let others: Vec<Move> = moves.iter().filter(|one| **one != mistake).cloned().collect();
        let without = told(&others);
        let live: Vec<_> = docket.relocations().iter().filter(|one| one.is_live()).cloned().collect();
        prop_assert_eq!(&live[..], without.relocations());
        prop_assert_eq!(docket.waiting(), without.waiting());
        prop_assert_eq!(docket.residence(date(2027, 1, 1)), without.residence(date(2027, 1, 1)));
        prop_assert_eq!(docket.relocations().len(), moves.len(), "kept, with who took it back");
        prop_assert_eq!(docket.take_in(mistake.clone(), gribskov(), context().now), Ok(Taken::Duplicate));
        prop_assert_eq!(docket.withdraw(&mistake.event, &context()), Err(RelocationRefusal::NoSuchMove));
    }

    #[test]
    fn no_bytes_make_the_reader_stop(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn what_is_written_as_csv_or_json_is_read_as_it_was(moves in moves(), semicolons: bool, quoted: bool) {
        let separator = if semicolons { ";" } else { "," };
        let field = |field: String| if quoted { format!("\"{field}\"") } else { field };
        let row = |fields: [String; 5]| fields.map(field).join(separator);
        let heading = row(["to", "from", "cpr", "moved_on", "event_id"].map(str::to_owned));
        let rows = moves.iter().map(|m| row([
            m.to.to_string(), m.from.to_string(), "610181-1001".into(), m.on.to_string(), m.event.as_str().into(),
        ]));
        let csv = std::iter::once(heading).chain(rows).collect::<Vec<_>>().join("\r\n");
        let json = serde_json::json!(moves.iter().map(|m| serde_json::json!({
            "event_id": m.event.as_str(), "cpr": "6101811001", "moved_on": m.on.to_string(),
            "from": m.from.to_string(), "to": m.to.to_string(),
        })).collect::<Vec<_>>());
        for bytes in [csv.into_bytes(), json.to_string().into_bytes()] {
            let extract = read(&bytes).unwrap();
            prop_assert_eq!(&extract.bad, &[]);
            let read: Vec<Move> = extract.lines.into_iter().map(|line| line.moved).collect();
            prop_assert_eq!(&read, &moves);
        }
    }
}

#[test]
fn each_bad_line_is_named_by_its_number_and_nothing_of_it_is_repeated() {
    let file = "event_id,cpr,moved_on,from,to\n\
                e1,6101811001,2026-05-01,0270,0219\n\
                e2,1234,2026-05-01,0270,0219\n\
                \n\
                e3,6101811001,1. maj,0270,0219\n\
                e4,6101811001,2026-05-01,Gribskov,0219\n\
                e5,6101811001,2026-05-01,0270\n\
                e6,6101811001,2026-05-01,0270,0270\n\
                e1,6101811001,2026-05-01,0270,0260\n\
                e1,6101811001,2026-05-01,0270,0219\n\
                e7,6101811001,2062-05-01,0270,0219\n\
                e8,6101811001,1926-05-01,0270,0219\n";
    let extract = read(file.as_bytes()).unwrap();
    let bad: Vec<_> = extract.bad.iter().map(|bad| (bad.number, bad.problem)).collect();
    assert_eq!(
        bad,
        [
            (3, LineProblem::Cpr),
            (5, LineProblem::Day),
            (6, LineProblem::From),
            (7, LineProblem::Fields),
            (8, LineProblem::Move(RelocationRefusal::NotAMove)),
            (9, LineProblem::EventIdTwice),
            (11, LineProblem::Move(RelocationRefusal::DayTooFarAhead)),
            (12, LineProblem::Move(RelocationRefusal::DayOutOfRange)),
        ]
    );
    assert_eq!(extract.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 10]);
}

#[test]
fn a_file_that_is_no_extract_is_refused_whole() {
    let refused = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(refused(b" \n"), ExtractRefusal::Empty);
    assert_eq!(refused(b"event_id,cpr\n\xe5"), ExtractRefusal::NotUtf8 { line: 2 });
    assert_eq!(refused(b"event_id,cpr,moved_on,from\n"), ExtractRefusal::ColumnMissing { column: "to" });
    let more = b"event_id,cpr,moved_on,name,from,to\n";
    assert_eq!(refused(more), ExtractRefusal::ColumnNotAskedFor { number: 4 });
    let twice = b"event_id,cpr,moved_on,from,to,to\n";
    assert_eq!(refused(twice), ExtractRefusal::ColumnNotAskedFor { number: 6 });
    assert_eq!(refused(b"[1]"), ExtractRefusal::NotJson);
    assert_eq!(refused(br#"[{"address": "Vej 3"}]"#), ExtractRefusal::ColumnNotAskedFor { number: 6 });
    assert_eq!(read(b"[]").unwrap().lines, []);
    assert_eq!(read(br#"[{"event_id": "e1"}]"#).unwrap().bad[0].problem, LineProblem::Fields);
}

#[test]
fn an_id_that_was_told_of_another_move_is_refused() {
    let mut docket = told(&[moved("e1", date(2026, 5, 1), "0270", "0219")]);
    let other = moved("e1", date(2026, 5, 2), "0270", "0219");
    assert_eq!(docket.take_in(other, gribskov(), context().now), Err(RelocationRefusal::EventIdInUse));
}

#[test]
fn a_move_that_has_not_come_yet_is_no_residence_yet() {
    let docket = told(&[moved("e1", date(2026, 7, 1), "0270", "0219")]);
    assert_eq!(docket.residence(date(2026, 6, 30)), None);
    assert_eq!(docket.residence(date(2026, 7, 1)).unwrap().place, "0219".parse().unwrap());
}

/// retssikkerhedsloven § 9
#[test]
fn staying_the_acting_municipality_needs_a_reason_from_the_catalogue_and_what_it_rests_on() {
    let mut docket = told(&[moved("e1", date(2026, 5, 1), "0270", "0219")]);
    let no_such = Decision::Keep { reason: "convenience".into(), note: text("Det er nemmest") };
    assert_eq!(docket.decide(no_such, &context(), is_member), Err(RelocationRefusal::UnknownReason));
    let bare = Decision::Keep { reason: "in-hospital".into(), note: text("") };
    assert_eq!(docket.decide(bare, &context(), is_member), Err(RelocationRefusal::NoteMissing));
    docket.decide(keep(), &context(), is_member).unwrap();
    assert_eq!(docket.kept(context().today()).unwrap().0, "helped-into-residence");
    assert_eq!(docket.kept(date(2026, 5, 20)), None, "it was not decided then");
    assert_eq!(docket.decide(keep(), &context(), is_member), Err(RelocationRefusal::NothingToDecide));
    assert!(catalogue::keep_reason("helped-into-residence", date(2026, 5, 1)).is_some());
}

#[test]
fn a_plan_is_handed_over_only_where_somebody_can_take_it_and_called_out_of_the_trial_only_where_nobody_can() {
    for (to, in_network) in [("0219", true), ("0101", false), ("abroad", false)] {
        let docket = told(&[moved("e1", date(2026, 5, 1), "0270", to)]);
        let decide = |decision| docket.clone().decide(decision, &context(), is_member);
        assert_eq!(decide(Decision::HandOver).is_ok(), in_network, "{to}");
        assert_eq!(decide(Decision::NotInTrial).is_ok(), !in_network, "{to}");
        assert_eq!(decide(Decision::Decline { note: text("Nej") }), Err(RelocationRefusal::NobodyAsked));
    }
}

#[test]
fn a_request_comes_to_the_move_that_is_known_or_is_one_more_and_once() {
    let mut known = told(&[moved("e1", date(2026, 5, 1), "0270", "0219")]);
    let claimed = moved("asked-1", date(2026, 5, 3), "0270", "0219");
    assert_eq!(known.take_request(&claimed, asked(1), gribskov()), Ok(Taken::Waits));
    assert_eq!(known.relocations().len(), 1);
    assert_eq!(known.waiting().unwrap().asked, Some(asked(1)));
    assert_eq!(known.take_request(&claimed, asked(1), gribskov()), Ok(Taken::Duplicate));
    known.decide(Decision::Decline { note: text("Fortsat handlekommune") }, &context(), is_member).unwrap();
    assert!(!known.is_waiting());
    assert_eq!(known.take_request(&claimed, asked(1), gribskov()), Ok(Taken::Duplicate));

    let mut unknown = Docket::default();
    assert_eq!(unknown.take_request(&claimed, asked(1), gribskov()), Ok(Taken::Waits));
    assert_eq!(unknown.waiting().unwrap().asked, Some(asked(1)));
}

#[test]
fn a_request_waits_for_an_answer_wherever_its_move_lies() {
    let later = enplan_domain::Context { now: "2026-06-02T10:00:00Z".parse().unwrap(), ..context() };
    let to_hilleroed = moved("e1", date(2026, 5, 1), "0270", "0219");
    let to_halsnaes = moved("e2", date(2026, 5, 20), "0270", "0260");
    let mut kept = told(std::slice::from_ref(&to_hilleroed));
    kept.decide(keep(), &context(), is_member).unwrap();
    // Before the last known move; at one that was decided; and at one that is known and not the last.
    let dockets = [
        (told(std::slice::from_ref(&to_halsnaes)), date(2026, 5, 1)),
        (kept, date(2026, 5, 1)),
        (told(&[to_hilleroed, to_halsnaes]), date(2026, 5, 1)),
    ];
    for (mut docket, on) in dockets {
        let waited = docket.waiting().cloned();
        let asked = Asked { at: later.now, ..asked(1) };
        let claimed = moved("asked:1", on, "0270", "0219");
        docket.take_request(&claimed, asked.clone(), gribskov()).unwrap();
        assert_eq!(docket.waiting().cloned(), waited, "a decision is not opened again");
        let at = docket.relocations().iter().find(|one| one.is_asked_for()).unwrap();
        assert!(at.moved.to == claimed.to && docket.is_waiting(), "{docket:?}");
        let stored = serde_json::to_vec(&docket).unwrap();
        assert_eq!(serde_json::from_slice::<Docket>(&stored).unwrap(), docket);
        docket.decide(Decision::Decline { note: text("Nej") }, &later, is_member).unwrap();
        assert_eq!(docket.relocations().iter().filter(|one| one.is_asked_for()).count(), 0);
        let still_waits = docket.waiting().map(|waiting| waiting.moved.to);
        assert_eq!(
            still_waits,
            waited.map(|waited| waited.moved.to),
            "no answer to Hillerød decides on another"
        );
    }
}

#[test]
fn what_was_asked_for_before_answers_were_kept_is_answered_by_the_decision_on_its_move() {
    let mut docket = told(&[moved("e1", date(2026, 5, 1), "0270", "0219")]);
    docket.take_request(&moved("e2", date(2026, 5, 1), "0270", "0219"), asked(1), gribskov()).unwrap();
    docket.decide(Decision::HandOver, &context(), is_member).unwrap();
    let mut stored = serde_json::to_value(&docket).unwrap();
    stored["relocations"][0]["asked"].as_object_mut().unwrap().remove("answered").unwrap();
    let old: Docket = serde_json::from_value(stored).unwrap();
    assert!(!old.is_waiting());
}

#[test]
fn a_day_far_ahead_is_no_day_of_a_move() {
    let new = |on| {
        let event = "e1".parse().unwrap();
        Move::new(event, on, here(), "0219".parse().unwrap(), context().today()).map(|moved| moved.on)
    };
    let last = context().today().checked_add(DAYS_AHEAD.days()).unwrap();
    assert_eq!(new(last), Ok(last));
    for on in [last.tomorrow().unwrap(), date(2062, 5, 1), Date::MAX] {
        assert_eq!(new(on), Err(RelocationRefusal::DayTooFarAhead), "{on}");
    }
    assert_eq!(new(date(1999, 12, 31)), Err(RelocationRefusal::DayOutOfRange));
}

#[test]
fn a_move_and_its_correction_on_one_day_end_where_the_correction_does() {
    let on = date(2026, 5, 1);
    let corrected = [moved("9", on, "0270", "0219"), moved("10", on, "0219", "0270")];
    for order in orders(&corrected) {
        let docket = told(&order);
        assert_eq!((docket.last().unwrap().moved.to, docket.waiting()), (here(), None));
    }
    // Nothing leads from one to the other: the registry of persons knows better than who typed it.
    let contradicted = [moved("typed:z", on, "0270", "0219"), moved("cpr-1", on, "0270", "0217")];
    for order in orders(&contradicted) {
        assert_eq!(told(&order).waiting().unwrap().moved.event.as_str(), "cpr-1");
    }
}

#[test]
fn a_mistake_taken_back_lets_the_move_before_it_wait_again_and_no_decision_of_it_counts() {
    let (real, mistake) =
        (moved("e1", date(2026, 5, 1), "0270", "0219"), moved("typed:1", date(2026, 5, 20), "0270", "0260"));
    let mut docket = told(&[real.clone(), mistake.clone()]);
    docket.decide(keep(), &context(), is_member).unwrap();
    docket.withdraw(&mistake.event, &context()).unwrap();
    assert_eq!(docket.waiting().unwrap().moved, real);
    assert_eq!(docket.kept(date(2026, 6, 1)), None);
    assert_eq!(docket.residence(date(2026, 6, 1)).unwrap().place, real.to);
}

#[test]
fn a_plan_that_comes_back_brings_the_citizen_home_and_answers_who_asked_for_it() {
    let mut docket = Docket::default();
    let back = moved("arrived:1", date(2026, 6, 1), "0219", "0270");
    docket.come_back(back.clone(), &context()).unwrap();
    assert_eq!(docket, Docket::default(), "where nothing is known, nothing is claimed");

    let away = moved("e1", date(2026, 5, 1), "0270", "0219");
    docket.take_request(&away, asked(1), gribskov()).unwrap();
    docket.come_back(back.clone(), &context()).unwrap();
    assert_eq!(docket.residence(context().today()).unwrap().place, here());
    assert!(!docket.is_waiting());
    let before = docket.clone();
    docket.come_back(moved("arrived:2", date(2026, 6, 1), "0219", "0270"), &context()).unwrap();
    assert_eq!(docket, before);
}
