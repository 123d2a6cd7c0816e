//! What happened to a plan.

use enplan_proto::plan::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{instant, time};
use crate::terminal::View;

/// A page of a plan's history, the newest first.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct History {
    case_id: String,
    version: u64,
    changes: Vec<Change>,
}

/// One thing that happened.
#[derive(Debug, PartialEq, Serialize)]
struct Change {
    number: u64,
    at: Option<Timestamp>,
    by: String,
    event: String,
    text: String,
    items: Vec<String>,
}

const CHANGES: &[Column] = &[
    ("NR.", Align::Right),
    ("HVORNÅR", Align::Left),
    ("HVEM", Align::Left),
    ("HVAD", Align::Left),
    ("ID", Align::Left),
];

impl History {
    /// The history of a case, as the node tells it.
    pub(crate) fn of(case_id: String, answer: v1::GetHistoryResponse) -> Self {
        let changes = answer.changes.into_iter().map(|change| Change {
            number: change.number,
            at: instant(change.at),
            by: change.by,
            event: change.event,
            text: change.text,
            items: change.items,
        });
        Self { case_id, version: answer.version, changes: changes.collect() }
    }

    /// The number before which there is more, if there is more.
    pub(crate) fn older(&self) -> Option<u64> {
        self.changes.last().map(|change| change.number).filter(|number| *number > 1)
    }
}

impl View for History {
    fn page(&self) -> Page {
        if self.changes.is_empty() {
            return Page::new().line("Der er ikke sket mere i planen.");
        }
        let rows = self.changes.iter().map(|change| {
            // One thing can be looked up by its id; a report's many are in the plan.
            let id = match change.items.as_slice() {
                [item] => item.clone(),
                _ => String::new(),
            };
            vec![change.number.to_string(), time(change.at), change.by.clone(), change.text.clone(), id]
        });
        Page::new().table(CHANGES, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_history_is_shown_the_newest_first() {
        let history = History::of(samples::CASE.to_owned(), samples::history());
        insta::assert_snapshot!("plan_history_screen", history.page().human(false));
        insta::assert_json_snapshot!("plan_history_json", history);
    }

    #[test]
    fn a_page_that_ends_with_the_first_change_has_nothing_older() {
        let mut answer = samples::history();
        assert_eq!(History::of(samples::CASE.to_owned(), answer.clone()).older(), None);
        answer.changes.pop();
        assert_eq!(History::of(samples::CASE.to_owned(), answer).older(), Some(2));
    }
}
