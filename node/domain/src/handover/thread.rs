//! What the two sides say to each other about one handover: questions, answers, reminders.
//!
//! Each side keeps the whole thread. Messages come late, twice and in any order, and both sides show them in one order:
//! by their times, where each time is later than all that its writer had seen. Before the commit the receiver knows no
//! name and no number, and a thread must not tell it: what holds a citizen's number is refused.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Cpr, Kommunekode, Narrative, RequestId, UserName, after};

/// The most characters in one message.
pub const LONGEST: usize = 2_000;

/// The most messages in one thread.
pub const MOST: usize = 200;

/// How long before the deadline the receiver is reminded without anybody asking, at the most; and a fourth of the time
/// that the offer stands.
const REMIND_WITHIN: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The same for asking the receiver's leader to see to it; and a tenth of the time.
const ESCALATE_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of this machine's clock a message's time may lie: a message pins all later ones behind it, and nodes'
/// clocks differ by minutes at the most.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// How often one side may remind the other.
const BETWEEN_REMINDERS: SignedDuration = SignedDuration::from_hours(24);

/// One thing that somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Which: the same again is the same.
    pub id: RequestId,
    /// Which side.
    pub from: Kommunekode,
    /// Who there; nobody where the node itself did.
    pub by: Option<UserName>,
    /// When, and after all that its writer had seen.
    pub at: Timestamp,
    /// What it is.
    pub kind: MessageKind,
    /// The words; empty for a reminder.
    pub text: Narrative,
    /// Whether the other side has it.
    pub delivered: bool,
}

/// What somebody said it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// To be answered.
    Question,
    /// An answer.
    Answer,
    /// That it is the other side's turn.
    Reminder,
    /// That the other side's leader should see to it.
    Escalation,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Question, Self::Answer, Self::Reminder, Self::Escalation];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Reminder => "reminder",
            Self::Escalation => "escalation",
        }
    }
}

/// Why something was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ThreadRefusal {
    /// No words.
    #[error("a message needs words")]
    Empty,
    /// Too many words.
    #[error("a message has at most {LONGEST} characters")]
    TooLong,
    /// A citizen's number.
    #[error("a message holds no CPR number")]
    HoldsANumber,
    /// Enough was said.
    #[error("a thread has at most {MOST} messages")]
    TooMany,
    /// It was reminded of lately.
    #[error("the other side was reminded less than a day ago")]
    RemindedLately,
    /// Nothing to answer.
    #[error("the other side has asked nothing")]
    NothingAsked,
    /// From a time that has not come.
    #[error("the message's time has not come")]
    FromTheFuture,
}

impl ThreadRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "MESSAGE_EMPTY",
            Self::TooLong => "MESSAGE_TOO_LONG",
            Self::HoldsANumber => "MESSAGE_HOLDS_A_NUMBER",
            Self::TooMany => "THREAD_FULL",
            Self::RemindedLately => "REMINDED_LATELY",
            Self::NothingAsked => "NOTHING_ASKED",
            Self::FromTheFuture => "MESSAGE_FROM_THE_FUTURE",
        }
    }

    /// What to do about it, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::Empty => "Skriv, hvad der skal spørges om eller svares.",
            Self::TooLong => "Beskeden er for lang: højst 2000 tegn.",
            Self::HoldsANumber => {
                "Beskeden ser ud til at indeholde et CPR-nummer. Skriv ikke personoplysninger: modtageren må først få dem \
                 med planen."
            }
            Self::TooMany => "Tråden er fuld. Ring til kontakten i den anden kommune.",
            Self::RemindedLately => {
                "Den anden kommune er mindet om det inden for det seneste døgn. Vent, eller brug `enplan handover escalate`."
            }
            Self::NothingAsked => "Den anden kommune har ikke spurgt om noget. Brug `enplan handover ask`.",
            Self::FromTheFuture => {
                "Beskeden er fra et tidspunkt, der ikke er kommet. Bed driften om at se på nodens ur."
            }
        }
    }
}

/// All that was said, in the order that both sides show it in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thread(Vec<Message>);

impl Thread {
    /// The messages, the earliest first.
    pub fn messages(&self) -> &[Message] {
        &self.0
    }

    /// Says something here, now, for the other side to be told.
    ///
    /// # Errors
    /// [`ThreadRefusal`]; then nothing was said.
    pub fn say(
        &mut self,
        id: RequestId,
        me: Kommunekode,
        by: Option<UserName>,
        kind: MessageKind,
        text: Narrative,
        now: Timestamp,
    ) -> Result<(), ThreadRefusal> {
        if self.0.len() >= MOST {
            return Err(ThreadRefusal::TooMany);
        }
        check(kind, &text)?;
        let reminded = |message: &Message| {
            message.from == me && message.kind == kind && now.duration_since(message.at) < BETWEEN_REMINDERS
        };
        if kind == MessageKind::Reminder && by.is_some() && self.0.iter().any(reminded) {
            return Err(ThreadRefusal::RemindedLately);
        }
        let asked = |message: &Message| message.from != me && message.kind == MessageKind::Question;
        if kind == MessageKind::Answer && !self.0.iter().any(asked) {
            return Err(ThreadRefusal::NothingAsked);
        }
        // Later than all that its writer has seen, whatever the two clocks say.
        let at = after(self.0.last().map(|last| last.at), now);
        self.0.push(Message { id, from: me, by, at, kind, text, delivered: false });
        Ok(())
    }

    /// Hears what the other side said. Heard before, it changes nothing.
    ///
    /// # Errors
    /// [`ThreadRefusal`], where the other side's node should have refused it.
    pub fn hear(&mut self, message: Message, now: Timestamp) -> Result<(), ThreadRefusal> {
        if self.0.iter().any(|known| known.id == message.id) {
            return Ok(());
        }
        if self.0.len() >= MOST {
            return Err(ThreadRefusal::TooMany);
        }
        check(message.kind, &message.text)?;
        if message.at.duration_since(now) > AHEAD {
            return Err(ThreadRefusal::FromTheFuture);
        }
        let place = self.0.partition_point(|known| order(known) < order(&message));
        self.0.insert(place, Message { delivered: true, ..message });
        Ok(())
    }

    /// Notes that the other side has a message.
    pub fn delivered(&mut self, id: RequestId) {
        if let Some(message) = self.0.iter_mut().find(|message| message.id == id) {
            message.delivered = true;
        }
    }

    /// What the other side has not been told yet.
    pub fn undelivered(&self) -> impl Iterator<Item = &Message> {
        self.0.iter().filter(|message| !message.delivered)
    }

    /// Whether somebody's leader was asked to see to it.
    pub fn is_escalated(&self) -> bool {
        self.0.iter().any(|message| message.kind == MessageKind::Escalation)
    }

    /// Whether the last that was said is a question from the other side.
    pub fn awaits_answer_of(&self, me: Kommunekode) -> bool {
        let said = self
            .0
            .iter()
            .rfind(|message| matches!(message.kind, MessageKind::Question | MessageKind::Answer));
        said.is_some_and(|last| last.from != me && last.kind == MessageKind::Question)
    }

    /// What the source's node says by itself when an offer nears its deadline unanswered, each once: a reminder, and then
    /// that the receiver's leader should see to it. The deadline itself only lets the source propose to abort.
    pub fn due(
        &self,
        me: Kommunekode,
        began: Timestamp,
        deadline: Timestamp,
        now: Timestamp,
    ) -> Option<MessageKind> {
        let stands = deadline.duration_since(began);
        let left = deadline.duration_since(now);
        let said = |kind| self.0.iter().any(|m: &Message| m.from == me && m.by.is_none() && m.kind == kind);
        if left <= SignedDuration::ZERO {
            None
        } else if left <= ESCALATE_WITHIN.min(stands / 10) && !said(MessageKind::Escalation) {
            Some(MessageKind::Escalation)
        } else if left <= REMIND_WITHIN.min(stands / 4) && !said(MessageKind::Reminder) {
            Some(MessageKind::Reminder).filter(|_| !said(MessageKind::Escalation))
        } else {
            None
        }
    }
}

/// One order for both sides.
fn order(message: &Message) -> (Timestamp, Kommunekode, RequestId) {
    (message.at, message.from, message.id)
}

fn check(kind: MessageKind, text: &Narrative) -> Result<(), ThreadRefusal> {
    let words = text.reveal();
    if words.is_empty() && kind != MessageKind::Reminder {
        return Err(ThreadRefusal::Empty);
    }
    if words.chars().count() > LONGEST {
        return Err(ThreadRefusal::TooLong);
    }
    if holds_a_number(words) { Err(ThreadRefusal::HoldsANumber) } else { Ok(()) }
}

/// Whether something in a text reads as a citizen's number: with a hyphen, a space or nothing after the sixth digit.
fn holds_a_number(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (0..characters.len()).any(|start| {
        let begins = start == 0 || !characters[start - 1].is_ascii_alphanumeric();
        begins
            && [0, 1, 3].iter().any(|between| {
                let end = start + 10 + between;
                let ends = characters.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
                let Some(span) = characters.get(start..end).filter(|_| ends) else { return false };
                let gap = &span[6..6 + between];
                let plain = gap.iter().all(|c| c.is_whitespace() || "-–".contains(*c));
                let ten: String = span[..6].iter().chain(&span[6 + between..]).collect();
                plain && ten.parse::<Cpr>().is_ok()
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in ["6101811001", "Hun er 610181-1001.", "610181 1001", "nr. 610181 - 1001!", "070392-1VJ4"]
        {
            assert!(holds_a_number(text), "{text}");
        }
        for text in ["", "Ring på 12345678", "sag 1234567890123", "999999-9999", "aftalt 2026-05-01, kl. 10"]
        {
            assert!(!holds_a_number(text), "{text}");
        }
    }
}
