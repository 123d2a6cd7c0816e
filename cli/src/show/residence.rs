//! Where a citizen lives, and what came with the plan from there: on the plan's own page.

use enplan_proto::plan::v1;
use serde::Serialize;

use super::item::Item;
use super::layout::{Align, Column, Page};
use super::relocation::place_name;
use super::words::{Municipality, day, some};

/// Where a citizen lives.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Residence {
    place: Option<Municipality>,
    masked: bool,
    since: String,
    kept_reason: Option<String>,
    kept_text: Option<String>,
    waits: bool,
}

impl From<v1::Residence> for Residence {
    fn from(residence: v1::Residence) -> Self {
        Self {
            place: Municipality::of(residence.place),
            masked: residence.masked,
            since: residence.since,
            kept_reason: some(residence.kept_reason),
            kept_text: some(residence.kept_text),
            waits: residence.waits,
        }
    }
}

impl Residence {
    /// Where, and since when.
    pub(super) fn in_words(&self) -> String {
        let place = place_name(self.place.as_ref(), self.masked);
        let waits = if self.waits { ": flytningen afventer afgørelse" } else { "" };
        format!("{place}, siden {}{waits}", day(Some(&self.since)))
    }

    /// Why the municipality acts all the same.
    pub(super) fn kept(&self) -> String {
        self.kept_text.clone().unwrap_or_default()
    }
}

/// What came with the plan from another municipality.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct CarriedOver {
    obligations: Vec<String>,
    exemptions_not_adopted: Vec<String>,
}

impl From<v1::CarriedOver> for CarriedOver {
    fn from(carried: v1::CarriedOver) -> Self {
        Self { obligations: carried.obligations, exemptions_not_adopted: carried.exemptions_not_adopted }
    }
}

const OBLIGATIONS: &[Column] = &[("TILBUD", Align::Left), ("BEMÆRK", Align::Left), ("ID", Align::Left)];

/// A page with what came with the plan and wants looking at.
pub(super) fn carried_over(page: Page, carried: Option<&CarriedOver>, items: &[Item]) -> Page {
    let Some(carried) = carried else { return page };
    let rows = carried.obligations.iter().map(|id| {
        let title = items.iter().find(|item| item.id == *id).map(Item::name).unwrap_or_default();
        let leans = carried.exemptions_not_adopted.contains(id);
        let remark = if leans { "fritagelsen er ikke vedtaget her" } else { "holdes så vidt muligt" };
        vec![title, remark.to_owned(), id.clone()]
    });
    page.titled_table("Bevilget af en anden kommune", OBLIGATIONS, rows.collect())
}
