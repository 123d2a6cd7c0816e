//! Moves: read whole or refused by line, the same in whatever order they come, and never deciding who acts.

use enplan_domain::relocation::extract::{ExtractRefusal, LineProblem, read};
use enplan_domain::relocation::{Asked, Decision, Docket, Move, Place, RelocationRefusal, Standing, Taken};
use enplan_domain::{Kommunekode, RequestId, catalogue};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::sample::{context, gribskov, hilleroed, text};

const PLACES: [&str; 5] = ["0270", "0219", "0260", "0101", "abroad"];

fn moved(event: &str, on: Date, from: &str, to: &str) -> Move {
    Move::new(event.parse().unwrap(), on, from.parse().unwrap(), to.parse().unwrap()).unwrap()
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
        moves.sort_by_key(|m| (m.on, m.from, m.to));
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
            let is_older = one < docket.last().unwrap().moved;
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
                e1,6101811001,2026-05-01,0270,0219\n";
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
    assert_eq!(docket.kept().unwrap().0, "helped-into-residence");
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
    let asked = |n: u8| Asked {
        request: RequestId::from_bytes([n; 16]),
        by: hilleroed(),
        at: context().now,
        reason: text("Borgeren er flyttet hertil"),
        contact: "Modtagelsen".into(),
    };
    let mut known = told(&[moved("e1", date(2026, 5, 1), "0270", "0219")]);
    let claimed = moved("asked-1", date(2026, 5, 3), "0270", "0219");
    assert_eq!(known.take_request(claimed.clone(), asked(1), gribskov()), Ok(Taken::Waits));
    assert_eq!(known.relocations().len(), 1);
    assert_eq!(known.waiting().unwrap().asked, Some(asked(1)));
    assert_eq!(known.take_request(claimed.clone(), asked(1), gribskov()), Ok(Taken::Duplicate));
    known.decide(Decision::Decline { note: text("Fortsat handlekommune") }, &context(), is_member).unwrap();
    known.take_request(claimed.clone(), asked(2), gribskov()).unwrap();
    assert!(matches!(known.last().unwrap().standing, Standing::Decided(_)), "a decision is not opened again");

    let mut unknown = Docket::default();
    assert_eq!(unknown.take_request(claimed, asked(1), gribskov()), Ok(Taken::Waits));
    assert_eq!(unknown.waiting().unwrap().asked, Some(asked(1)));
}
