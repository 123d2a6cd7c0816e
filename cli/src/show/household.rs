//! A family's plans side by side.

use enplan_proto::household::v1;
use serde::Serialize;

use super::item::Item;
use super::layout::{Align, Column, Page};
use super::words::{Custody, Kinship, day, giver, list, or_empty, some};
use crate::terminal::View;

/// A family.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Household {
    members: Vec<Member>,
    hidden: u32,
    without_plan: Vec<Item>,
    shared: Vec<Shared>,
    overlaps: Vec<Overlap>,
    arrived_together: Vec<Arrived>,
}

/// Somebody who came here in the same family move.
#[derive(Debug, PartialEq, Serialize)]
struct Arrived {
    case_id: String,
    name: Option<String>,
    masked: bool,
}

#[derive(Debug, PartialEq, Serialize)]
struct Member {
    case_id: String,
    name: Option<String>,
    cpr_masked: Option<String>,
    age: Option<u32>,
    masked: bool,
    kinship: Vec<Kinship>,
    caseworker: Option<String>,
    unit: Option<String>,
    custody: Vec<Holder>,
    consents: Option<String>,
    all_holders_consent: bool,
    to_be_heard: bool,
    heard_on: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Holder {
    kinship: Kinship,
    custody: Custody,
    case_id: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Shared {
    item: Option<Item>,
    case_ids: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Overlap {
    code: String,
    text: String,
    case_ids: Vec<String>,
    item_ids: Vec<String>,
}

const ITEMS: &[Column] = &[
    ("ART", Align::Left),
    ("TITEL", Align::Left),
    ("STATUS", Align::Left),
    ("FRA", Align::Left),
    ("SEKTOR", Align::Left),
    ("ID", Align::Left),
];

const SHARED: &[Column] =
    &[("ART", Align::Left), ("TITEL", Align::Left), ("FÆLLES FOR", Align::Left), ("ID", Align::Left)];

const ARRIVED: &[Column] = &[("NAVN", Align::Left), ("SAG", Align::Left)];

const WITHOUT_PLAN: &[Column] =
    &[("RELATION", Align::Left), ("NAVN", Align::Left), ("FORÆLDREMYNDIGHED", Align::Left)];

impl From<v1::GetHouseholdResponse> for Household {
    fn from(answer: v1::GetHouseholdResponse) -> Self {
        let overlap = |overlap: v1::Overlap| Overlap {
            code: overlap.code,
            text: overlap.text,
            case_ids: overlap.case_ids,
            item_ids: overlap.item_ids,
        };
        let arrived = |arrived: v1::ArrivedTogether| Arrived {
            case_id: arrived.case_id,
            name: some(arrived.name),
            masked: arrived.masked,
        };
        let shared =
            |shared: v1::SharedItem| Shared { item: shared.item.map(Item::from), case_ids: shared.case_ids };
        Self {
            members: answer.members.into_iter().map(Member::from).collect(),
            hidden: answer.hidden,
            without_plan: answer.without_plan.into_iter().map(Item::from).collect(),
            shared: answer.shared.into_iter().map(shared).collect(),
            overlaps: answer.overlaps.into_iter().map(overlap).collect(),
            arrived_together: answer.arrived_together.into_iter().map(arrived).collect(),
        }
    }
}

impl From<v1::Member> for Member {
    fn from(member: v1::Member) -> Self {
        let holder = |holder: v1::Holder| Holder {
            kinship: Kinship::of(holder.kinship),
            custody: Custody::of(holder.custody),
            case_id: some(holder.case_id),
        };
        Self {
            case_id: member.case_id,
            name: some(member.name),
            cpr_masked: some(member.cpr_masked),
            age: (!member.masked).then_some(member.age),
            masked: member.masked,
            kinship: member.kinship.into_iter().map(Kinship::of).collect(),
            caseworker: some(member.caseworker),
            unit: some(member.unit),
            custody: member.custody.into_iter().map(holder).collect(),
            consents: some(member.consents),
            all_holders_consent: member.all_holders_consent,
            to_be_heard: member.to_be_heard,
            heard_on: some(member.heard_on),
            items: member.items.into_iter().map(Item::from).collect(),
        }
    }
}

/// Somebody's name, as far as it is shown.
fn named(name: Option<&String>, masked: bool) -> String {
    match (name, masked) {
        (_, true) => "(beskyttet)".to_owned(),
        (Some(name), false) => name.clone(),
        (None, false) => "(navn ikke oplyst)".to_owned(),
    }
}

impl Member {
    fn name(&self) -> String {
        named(self.name.as_ref(), self.masked)
    }

    fn consents(&self) -> String {
        let who = self.consents.as_deref().map(giver).unwrap_or_default();
        if self.all_holders_consent { format!("{who}, alle med fælles forældremyndighed") } else { who }
    }

    fn heard(&self) -> String {
        match (self.to_be_heard, day(self.heard_on.as_ref())) {
            (true, heard) if heard.is_empty() => "skal høres, og det er ikke skrevet".to_owned(),
            (_, heard) => heard,
        }
    }
}

impl Household {
    fn name_of(&self, case: &str) -> String {
        self.members.iter().find(|member| member.case_id == case).map(Member::name).unwrap_or_default()
    }

    fn custody(&self, member: &Member) -> String {
        let held = |holder: &Holder| {
            let who = match &holder.case_id {
                Some(case) => self.name_of(case),
                None => holder.kinship.danish().to_owned(),
            };
            format!("{who} ({})", holder.custody.danish().to_lowercase())
        };
        member.custody.iter().map(held).collect::<Vec<_>>().join(", ")
    }
}

impl View for Household {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for member in &self.members {
            let kinship: Vec<_> = member.kinship.iter().map(|kinship| kinship.danish().to_owned()).collect();
            page = page.title(member.name()).fields([
                ("Relation", kinship.join(", ")),
                ("CPR", or_empty(member.cpr_masked.as_ref())),
                ("Alder", member.age.map(|age| format!("{age} år")).unwrap_or_default()),
                ("Sag", member.case_id.clone()),
                ("Koordinerende sagsbehandler", or_empty(member.caseworker.as_ref())),
                ("Enhed", or_empty(member.unit.as_ref())),
                ("Forældremyndighed", self.custody(member)),
                ("Samtykke gives af", member.consents()),
                ("Hørt", member.heard()),
            ]);
            let row = |item: &Item| {
                vec![
                    item.kind.danish().to_owned(),
                    item.title.clone(),
                    item.status(),
                    day(item.starts_on.as_ref()),
                    item.sector(),
                    item.id.clone(),
                ]
            };
            if !member.items.is_empty() {
                page = page.table(ITEMS, member.items.iter().map(row).collect());
            }
        }
        let shared = self.shared.iter().filter_map(|shared| {
            let item = shared.item.as_ref()?;
            let names = list(&shared.case_ids, |case| self.name_of(case));
            Some(vec![item.kind.danish().to_owned(), item.title.clone(), names, item.id.clone()])
        });
        let without = self.without_plan.iter().filter_map(|item| {
            let relation = item.relation.as_ref()?;
            Some(vec![relation.kinship.danish().to_owned(), relation.who(), relation.custody()])
        });
        page = page.titled_table("Fælles for søskende", SHARED, shared.collect()).titled_table(
            "Uden plan her",
            WITHOUT_PLAN,
            without.collect(),
        );
        let arrived = self.arrived_together.iter();
        let arrived = arrived.map(|one| vec![named(one.name.as_ref(), one.masked), one.case_id.clone()]);
        page = page.titled_table("Kom hertil sammen, relationen er ikke skrevet", ARRIVED, arrived.collect());
        for _ in 0..self.hidden {
            page = page.line("En person, du ikke har adgang til.");
        }
        if !self.overlaps.is_empty() {
            page = page.title("Kræver opmærksomhed");
            for overlap in &self.overlaps {
                page = page.line(overlap.text.clone());
            }
        }
        page
    }
}

/// Something was written into the plans of siblings.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct SharedWritten {
    item_id: String,
    plans: Vec<Written>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Written {
    case_id: String,
    version: Option<u64>,
    refusal: Option<String>,
    message: Option<String>,
}

const WRITTEN: &[Column] = &[("SAG", Align::Left), ("VERSION", Align::Right), ("IKKE SKREVET", Align::Left)];

impl SharedWritten {
    /// What was written where.
    pub(crate) fn of(item_id: String, plans: Vec<v1::PlanWritten>) -> Self {
        let written = |plan: v1::PlanWritten| Written {
            case_id: plan.case_id,
            version: (plan.version != 0).then_some(plan.version),
            refusal: some(plan.refusal),
            message: some(plan.message),
        };
        Self { item_id, plans: plans.into_iter().map(written).collect() }
    }

    /// A case whose plan does not have it, if there is one.
    pub(crate) fn not_written(&self) -> Option<&str> {
        self.plans.iter().find(|plan| plan.refusal.is_some()).map(|plan| plan.case_id.as_str())
    }

    /// The first of the cases.
    pub(crate) fn first_case(&self) -> Option<&str> {
        self.plans.first().map(|plan| plan.case_id.as_str())
    }
}

impl View for SharedWritten {
    fn page(&self) -> Page {
        let row = |plan: &Written| {
            let version = plan.version.map(|version| version.to_string()).unwrap_or_default();
            vec![plan.case_id.clone(), version, or_empty(plan.message.as_ref())]
        };
        Page::new()
            .fields([("Fælles", self.item_id.clone())])
            .table(WRITTEN, self.plans.iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_family_is_shown() {
        let household = Household::from(samples::household());
        insta::assert_snapshot!("household_show_screen", household.page().human(false));
        insta::assert_json_snapshot!("household_show_json", household);
    }

    #[test]
    fn nothing_of_somebody_masked_stands_on_the_screen() {
        let mut family = samples::household();
        family.members.retain(|member| member.masked);
        let text = Household::from(family).page().human(false);
        assert!(text.starts_with("(beskyttet)\n"), "{text}");
        assert!(!text.contains("Alder") && !text.contains("CPR"), "{text}");
    }

    #[test]
    fn what_was_written_for_siblings_is_shown_plan_by_plan() {
        let written = SharedWritten::of(samples::ITEM.to_owned(), samples::shared());
        assert_eq!(written.not_written(), Some(samples::BASIS));
        insta::assert_snapshot!("shared_written_screen", written.page().human(false));
        insta::assert_json_snapshot!("shared_written_json", written);
    }
}
