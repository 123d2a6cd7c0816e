//! A handover's thread: the same on both sides, however messages come, and without anybody's number.

use enplan_domain::handover::{Message, MessageKind, Thread, ThreadRefusal};
use enplan_domain::{RequestId, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::sample::{gribskov, hilleroed, text};

fn id(n: usize) -> RequestId {
    RequestId::from_bytes((n as u128).to_be_bytes())
}

fn second(n: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + n).unwrap()
}

/// What happens to two threads: a side says something, by a clock that is off; or one of the messages so far arrives, again
/// perhaps.
#[derive(Debug, Clone)]
enum Step {
    Say { source: bool, clock: i64 },
    Arrive { which: prop::sample::Index },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (any::<bool>(), -600..600_i64).prop_map(|(source, clock)| Step::Say { source, clock }),
        any::<prop::sample::Index>().prop_map(|which| Step::Arrive { which }),
    ]
}

fn shown(thread: &Thread) -> Vec<(RequestId, Timestamp)> {
    thread.messages().iter().map(|message| (message.id, message.at)).collect()
}

proptest! {
    #[test]
    fn both_sides_show_one_order_and_an_answer_never_stands_before_what_its_writer_had_seen(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let (mut source, mut destination) = (Thread::default(), Thread::default());
        let mut said: Vec<(Message, Vec<RequestId>)> = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Say { source: at_source, clock } => {
                    let (thread, me) =
                        if at_source { (&mut source, gribskov()) } else { (&mut destination, hilleroed()) };
                    let seen = thread.messages().iter().map(|message| message.id).collect();
                    let now = second(i64::try_from(n).unwrap() + clock);
                    thread.say(id(n), me, None, MessageKind::Question, text("Hvornår?"), now).unwrap();
                    let message = thread.messages().iter().find(|message| message.id == id(n)).unwrap();
                    said.push((message.clone(), seen));
                }
                Step::Arrive { which } if !said.is_empty() => {
                    let (message, _) = &said[which.index(said.len())];
                    let there = if message.from == gribskov() { &mut destination } else { &mut source };
                    there.hear(message.clone(), second(0)).unwrap();
                }
                Step::Arrive { .. } => {}
            }
        }
        // In the end all of it arrives, the last first.
        for (message, _) in said.iter().rev() {
            let there = if message.from == gribskov() { &mut destination } else { &mut source };
            there.hear(message.clone(), second(0)).unwrap();
        }
        prop_assert_eq!(shown(&source), shown(&destination));
        prop_assert_eq!(source.messages().len(), said.len());
        let place = |id: RequestId| source.messages().iter().position(|message| message.id == id);
        for (message, seen) in &said {
            for earlier in seen {
                prop_assert!(place(*earlier) < place(message.id));
            }
        }
    }

    #[test]
    fn the_node_speaks_by_itself_once_of_each_and_only_before_the_deadline(
        stands in 60..40_000_000_i64, looks in prop::collection::vec(0..50_000_000_i64, 1..40)
    ) {
        let (began, deadline) = (second(0), second(stands));
        let mut looks = looks;
        looks.sort_unstable();
        let mut thread = Thread::default();
        for (n, look) in looks.into_iter().enumerate() {
            let now = second(look);
            if let Some(kind) = thread.due(gribskov(), began, deadline, now) {
                prop_assert!(now < deadline);
                thread.say(id(n), gribskov(), None, kind, text("Fristen nærmer sig"), now).unwrap();
            }
        }
        for kind in [MessageKind::Reminder, MessageKind::Escalation] {
            prop_assert!(thread.messages().iter().filter(|message| message.kind == kind).count() <= 1);
        }
    }
}

#[test]
fn the_receiver_is_reminded_three_days_before_and_its_leader_one_day_before() {
    let (began, day) = (second(0), SignedDuration::from_hours(24));
    let deadline = began + day * 14;
    let mut thread = Thread::default();
    let due = |thread: &Thread, now| thread.due(gribskov(), began, deadline, now);
    assert_eq!(due(&thread, began + day * 10), None);
    assert_eq!(due(&thread, began + day * 11), Some(MessageKind::Reminder));
    thread.say(id(1), gribskov(), None, MessageKind::Reminder, text(""), began + day * 11).unwrap();
    assert_eq!(due(&thread, began + day * 12), None);
    assert_eq!(due(&thread, began + day * 13), Some(MessageKind::Escalation));
}

#[test]
fn somebody_reminds_once_a_day_and_answers_only_what_was_asked() {
    let mut thread = Thread::default();
    let anna = || Some("anna".parse().unwrap());
    let mut say = |n, kind, words, at| thread.say(id(n), gribskov(), anna(), kind, text(words), at);
    assert_eq!(say(1, MessageKind::Answer, "Ja", second(0)), Err(ThreadRefusal::NothingAsked));
    assert_eq!(say(2, MessageKind::Question, " ", second(0)), Err(ThreadRefusal::Empty));
    let long = "å".repeat(2_001);
    assert_eq!(say(3, MessageKind::Question, &long, second(0)), Err(ThreadRefusal::TooLong));
    let number = "Er det 610181-1001?";
    assert_eq!(say(4, MessageKind::Question, number, second(0)), Err(ThreadRefusal::HoldsANumber));
    say(5, MessageKind::Reminder, "", second(0)).unwrap();
    assert_eq!(say(6, MessageKind::Reminder, "", second(80_000)), Err(ThreadRefusal::RemindedLately));
    say(7, MessageKind::Reminder, "", second(90_000)).unwrap();
    assert!(!thread.awaits_answer_of(gribskov()));
}

#[test]
fn what_the_other_sides_node_should_have_refused_is_refused_here_too() {
    let mut thread = Thread::default();
    let message = |n, words: &str| Message {
        id: id(n),
        from: hilleroed(),
        by: None,
        at: second(0),
        kind: MessageKind::Question,
        text: text(words),
        delivered: false,
    };
    let number = message(1, "610181-1001");
    assert_eq!(thread.hear(number, second(0)), Err(ThreadRefusal::HoldsANumber));
    thread.hear(message(2, "Hvornår flyttede borgeren?"), second(0)).unwrap();
    assert!(thread.awaits_answer_of(gribskov()));
    assert_eq!(thread.undelivered().count(), 0, "what came from there is there");
}

#[test]
fn a_message_from_the_end_of_time_is_refused_and_one_that_was_kept_stops_nobody() {
    let message = |n, at| Message {
        id: id(n),
        from: hilleroed(),
        by: None,
        at,
        kind: MessageKind::Reminder,
        text: text(""),
        delivered: false,
    };
    let mut thread = Thread::default();
    for (n, at) in [(1, second(3_601)), (2, second(86_400 * 365 * 174)), (3, Timestamp::MAX)] {
        assert_eq!(thread.hear(message(n, at), second(0)), Err(ThreadRefusal::FromTheFuture));
    }
    thread.hear(message(4, second(3_600)), second(0)).unwrap();

    // Kept before it was refused.
    let mut kept: Thread = serde_json::from_value(serde_json::json!([message(5, Timestamp::MAX)])).unwrap();
    kept.say(id(6), gribskov(), Some("anna".parse().unwrap()), MessageKind::Reminder, text(""), second(0))
        .unwrap();
    assert_eq!(kept.messages().len(), 2);
    let reminded = kept.say(
        id(7),
        gribskov(),
        Some("anna".parse().unwrap()),
        MessageKind::Reminder,
        text(""),
        second(9),
    );
    assert_eq!(reminded, Err(ThreadRefusal::RemindedLately));
    let (began, deadline) = (second(0), second(86_400));
    assert_eq!(kept.due(gribskov(), began, deadline, second(86_000)), Some(MessageKind::Escalation));
}
