//! A citizen who is handed over is counted by one municipality, or on the way by none; never by two.

use enplan_domain::Timestamp;
use enplan_domain::plan::CloseReason;
use enplan_statistics::Epoch;
use enplan_statistics::measure::Course;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::pen::{FURESOE, GRIBSKOV, Pen, hand_over};

fn is_counted(pen: &Pen, epoch: Epoch) -> bool {
    Course::of(&pen.events, epoch).unwrap().is_some()
}

fn counted_in(pen: &Pen, epochs: [&str; 3]) -> [bool; 3] {
    epochs.map(|epoch| is_counted(pen, epoch.parse().unwrap()))
}

const AROUND: [&str; 3] = ["2018-Q4", "2019-Q1", "2019-Q2"];

#[test]
fn a_plan_is_counted_from_the_epoch_in_which_it_begins_until_the_one_in_which_it_ends() {
    let mut pen = Pen::begun("2019-01-07");
    assert_eq!(counted_in(&pen, AROUND), [false, true, true]);
    pen.on("2019-03-31").closes(CloseReason::Finished);
    assert_eq!(counted_in(&pen, AROUND), [false, true, false]);
}

#[test]
fn a_plan_handed_over_within_an_epoch_is_counted_where_it_came_to() {
    let (mut from, mut to) = (Pen::begun("2019-01-07"), Pen::of(GRIBSKOV));
    hand_over(&mut from, &mut to, "2019-02-04", &[]);
    assert_eq!(counted_in(&from, AROUND), [false, false, false]);
    assert_eq!(counted_in(&to, AROUND), [false, true, true]);
}

#[test]
fn a_plan_that_came_back_within_the_epoch_is_counted_where_it_came_from() {
    let (mut from, mut to) = (Pen::begun("2019-01-07"), Pen::of(GRIBSKOV));
    hand_over(&mut from, &mut to, "2019-02-04", &[]);
    hand_over(&mut to, &mut from, "2019-03-04", &[]);
    assert_eq!(counted_in(&from, AROUND), [false, true, true]);
    assert_eq!(counted_in(&to, AROUND), [false, false, false]);
}

#[test]
fn a_sender_who_learns_of_it_in_the_next_epoch_does_not_count_it_in_the_one_before() {
    let (mut from, mut to) = (Pen::begun("2019-01-07"), Pen::of(GRIBSKOV));
    let package = from.package(&[]);
    to.on("2019-03-31").receives(&from, package);
    from.on("2019-04-02").hands_over(&to);
    assert_eq!(counted_in(&from, AROUND), [false, false, false]);
    assert_eq!(counted_in(&to, AROUND), [false, true, true]);
}

#[test]
fn a_plan_on_the_way_over_the_end_of_an_epoch_is_counted_by_nobody_in_it() {
    let (mut from, mut to) = (Pen::begun("2019-01-07"), Pen::of(GRIBSKOV));
    let package = from.package(&[]);
    from.on("2019-03-31").hands_over(&to);
    to.on("2019-04-02").receives(&from, package);
    assert_eq!(counted_in(&from, AROUND), [false, false, false]);
    assert_eq!(counted_in(&to, AROUND), [false, false, true]);
}

#[derive(Debug, Clone)]
struct Hop {
    to: usize,
    after: i64,
    sender_learns: i64,
    receiver_opens: i64,
}

fn hop() -> impl Strategy<Value = Hop> {
    (0_usize..3, 0_i64..24 * 120, 0_i64..24 * 40, 0_i64..24 * 40).prop_map(
        |(to, after, sender_learns, receiver_opens)| Hop { to, after, sender_learns, receiver_opens },
    )
}

fn at(now: Timestamp, hours: i64) -> Timestamp {
    now + SignedDuration::from_hours(hours)
}

proptest! {
    #[test]
    fn nobody_is_counted_twice_however_late_either_side_learns_of_a_handover(
        hops in prop::collection::vec(hop(), 0..6)
    ) {
        let mut pens = [Pen::begun_by(FURESOE, crate::pen::CITIZEN, "2018-01-02"), Pen::of(GRIBSKOV), Pen::of("0219")];
        let (mut owner, mut now) = (0, pens[0].context.now);
        for Hop { to, after, sender_learns, receiver_opens } in hops.into_iter().filter(|hop| hop.to < 3) {
            if to == owner {
                continue;
            }
            let committed = at(now, after);
            let package = pens[owner].package(&[]);
            let receiver = pens[to].clone();
            pens[owner].context.now = at(committed, sender_learns);
            pens[owner].hands_over(&receiver);
            pens[to].context.now = at(committed, receiver_opens);
            let sender = pens[owner].clone();
            pens[to].receives(&sender, package);
            owner = to;
            now = at(committed, sender_learns.max(receiver_opens));
        }
        let last = Epoch::of(enplan_domain::danish_day(now)).unwrap();
        let mut epoch = Epoch::new(2018, 1).unwrap();
        while epoch <= last {
            let counted = pens.iter().filter(|pen| is_counted(pen, epoch)).count();
            prop_assert!(counted <= 1, "{counted} municipalities count the citizen in {epoch}");
            epoch = epoch.next().unwrap();
        }
        prop_assert!(is_counted(&pens[owner], last));
    }
}
