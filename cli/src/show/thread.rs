//! What the two sides of a handover have said.

use enplan_proto::handover::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Municipality, instant, or_empty, place, some, time};

/// One thing that somebody said.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Message {
    municipality: Option<Municipality>,
    ours: bool,
    by: Option<String>,
    at: Option<Timestamp>,
    kind: String,
    text: Option<String>,
    delivered: bool,
}

impl From<v1::Message> for Message {
    fn from(message: v1::Message) -> Self {
        Self {
            municipality: Municipality::of(message.municipality),
            ours: message.ours,
            by: some(message.by),
            at: instant(message.at),
            kind: message.kind,
            text: some(message.text),
            delivered: message.delivered,
        }
    }
}

const THREAD: &[Column] = &[
    ("HVORNÅR", Align::Left),
    ("KOMMUNE", Align::Left),
    ("AF", Align::Left),
    ("HVAD", Align::Left),
    ("TEKST", Align::Left),
    ("LEVERET", Align::Left),
];

/// What kind of thing was said.
fn kind(name: &str) -> &str {
    match name {
        "question" => "Spørgsmål",
        "answer" => "Svar",
        "reminder" => "Påmindelse",
        "escalation" => "Til lederen",
        other => other,
    }
}

/// A page with what was said.
pub(super) fn of(page: Page, thread: &[Message]) -> Page {
    let rows = thread.iter().map(|message| {
        let masked = message.municipality.is_none();
        let said = |words: String| if masked { "(skjult)".to_owned() } else { words };
        vec![
            time(message.at),
            said(place(message.municipality.as_ref())),
            said(message.by.clone().unwrap_or_else(|| "(noden)".to_owned())),
            kind(&message.kind).to_owned(),
            said(or_empty(message.text.as_ref())),
            if message.delivered { "ja" } else { "undervejs" }.to_owned(),
        ]
    });
    page.titled_table("Tråd", THREAD, rows.collect())
}
