//! Plans and lists of plans.

use enplan_proto::plan::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::basis::Basis;
use super::contents;
use super::coordination::{self, Finding};
use super::deadline::Deadline;
use super::item::Item;
use super::layout::{Align, Column, Page};
use super::residence::{self, CarriedOver, Residence};
use super::statement::Cooperation;
use super::words::{
    Hold, Municipality, close_reason, day, finding, instant, list, or_empty, place, section_kind, some, time,
};
use crate::terminal::View;

/// A work list.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Plans {
    plans: Vec<PlanLine>,
}

/// One line of it.
#[derive(Debug, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the line as it is in JSON, where each is a mark of its own"
)]
struct PlanLine {
    case_id: String,
    name: Option<String>,
    cpr_masked: String,
    protected: bool,
    test_data: bool,
    caseworker: Option<String>,
    unit: Option<String>,
    hold: Hold,
    goals: u32,
    actions: u32,
    updated_at: Option<Timestamp>,
    next_due_on: Option<String>,
    overdue: u32,
    note_waits: bool,
    relocation_waits: bool,
}

const LIST: &[Column] = &[
    ("SAG", Align::Left),
    ("BORGER", Align::Left),
    ("CPR", Align::Left),
    ("TILSTAND", Align::Left),
    ("MÅL", Align::Right),
    ("INDSATSER", Align::Right),
    ("SAGSBEHANDLER", Align::Left),
    ("ÆNDRET", Align::Left),
    ("FRIST", Align::Left),
    ("MÆRKER", Align::Left),
];

impl From<v1::ListPlansResponse> for Plans {
    fn from(answer: v1::ListPlansResponse) -> Self {
        let plans = answer.plans.into_iter().map(|plan| PlanLine {
            case_id: plan.case_id,
            name: some(plan.name),
            cpr_masked: plan.cpr_masked,
            protected: plan.protected,
            test_data: plan.test_data,
            caseworker: some(plan.caseworker),
            unit: some(plan.unit),
            hold: Hold::of(plan.hold),
            goals: plan.goals,
            actions: plan.actions,
            updated_at: instant(plan.updated_at),
            next_due_on: some(plan.next_due_on),
            overdue: plan.overdue,
            note_waits: plan.note_waits,
            relocation_waits: plan.relocation_waits,
        });
        Self { plans: plans.collect() }
    }
}

impl Plans {
    /// The case of the first line.
    pub(crate) fn first_case(&self) -> Option<&str> {
        self.plans.first().map(|plan| plan.case_id.as_str())
    }
}

impl View for Plans {
    fn page(&self) -> Page {
        if self.plans.is_empty() {
            return Page::new().line("Der er ingen planer på listen.");
        }
        let rows = self.plans.iter().map(|plan| {
            let waits = if plan.note_waits { "(overlevering)" } else { "" };
            vec![
                plan.case_id.clone(),
                named(plan.name.as_ref(), plan.protected),
                plan.cpr_masked.clone(),
                plan.hold.danish().to_owned(),
                plan.goals.to_string(),
                plan.actions.to_string(),
                or_empty(plan.caseworker.as_ref()),
                time(plan.updated_at),
                plan.due(),
                [marks_of_line(plan), waits.to_owned()].join(" ").trim().to_owned(),
            ]
        });
        Page::new().table(LIST, rows.collect())
    }
}

impl PlanLine {
    /// How much is overdue, or else when the next thing is due.
    fn due(&self) -> String {
        match self.overdue {
            0 => day(self.next_due_on.as_ref()),
            overdue => format!("{overdue} overskredet"),
        }
    }
}

/// The citizen's name as the node let it be seen.
pub(super) fn named(name: Option<&String>, protected: bool) -> String {
    match (name, protected) {
        (Some(name), _) => name.clone(),
        (None, true) => "(skjult)".to_owned(),
        (None, false) => "(navn ikke oplyst)".to_owned(),
    }
}

pub(super) fn marks(protected: bool, test_data: bool) -> String {
    [(protected, "(beskyttet)"), (test_data, "TESTDATA")]
        .into_iter()
        .filter_map(|(holds, mark)| holds.then_some(mark))
        .collect::<Vec<_>>()
        .join(" ")
}

/// What somebody who goes through the list must see at once.
fn marks_of_line(plan: &PlanLine) -> String {
    let marks = marks(plan.protected, plan.test_data);
    if plan.relocation_waits { format!("FLYTNING {marks}").trim_end().to_owned() } else { marks }
}

/// A citizen's plan.
#[derive(Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own to scripts")]
pub(crate) struct Plan {
    case_id: String,
    name: Option<String>,
    cpr_masked: String,
    protected: bool,
    test_data: bool,
    caseworker: Option<String>,
    unit: Option<String>,
    hold: Hold,
    counterpart: Option<Municipality>,
    version: u64,
    epoch: u64,
    confirmed: bool,
    received_from: Option<Municipality>,
    received_at: Option<Timestamp>,
    left_out: Vec<String>,
    closed: Option<String>,
    merged_into: Option<String>,
    findings: Vec<String>,
    items: Vec<Item>,
    bases: Vec<Basis>,
    address: Option<String>,
    address_protected: bool,
    as_of: Option<String>,
    deadlines: Vec<Deadline>,
    incoherences: Vec<Finding>,
    unread_notes: Vec<String>,
    acting: Option<Municipality>,
    residence: Option<Residence>,
    carried_over: Option<CarriedOver>,
    cooperation: Option<Cooperation>,
    statements_to_decide: u32,
}

impl From<v1::Plan> for Plan {
    fn from(plan: v1::Plan) -> Self {
        let mut items: Vec<_> = plan.items.into_iter().map(Item::from).collect();
        // What is joined to something comes after all that can lead.
        items.sort_by_key(|item| item.joined_to().is_some());
        Self {
            case_id: plan.case_id,
            name: some(plan.name),
            cpr_masked: plan.cpr_masked,
            protected: plan.protected,
            test_data: plan.test_data,
            caseworker: some(plan.caseworker),
            unit: some(plan.unit),
            hold: Hold::of(plan.hold),
            counterpart: Municipality::of(plan.counterpart),
            version: plan.version,
            epoch: plan.epoch,
            confirmed: plan.confirmed,
            received_from: Municipality::of(plan.received_from),
            received_at: instant(plan.received_at),
            left_out: plan.left_out,
            closed: some(plan.closed),
            merged_into: some(plan.merged_into),
            findings: plan.findings,
            items,
            bases: plan.bases.into_iter().map(Basis::from).collect(),
            address: some(plan.address),
            address_protected: plan.address_protected,
            as_of: some(plan.as_of),
            deadlines: plan.deadlines.into_iter().map(Deadline::from).collect(),
            incoherences: plan.incoherences.into_iter().map(Finding::from).collect(),
            unread_notes: plan.unread_notes,
            acting: Municipality::of(plan.acting),
            residence: plan.residence.map(Residence::from),
            carried_over: plan.carried_over.map(CarriedOver::from),
            cooperation: plan.cooperation.map(Cooperation::from),
            statements_to_decide: plan.statements_to_decide,
        }
    }
}

impl Plan {
    /// The case.
    pub(crate) fn case_id(&self) -> &str {
        &self.case_id
    }

    /// Whether it can be changed and handed over here.
    pub(crate) fn is_served(&self) -> bool {
        self.hold == Hold::Active && self.closed.is_none()
    }

    fn received(&self) -> String {
        let from = place(self.received_from.as_ref());
        match (from.is_empty(), self.received_at) {
            (true, _) => String::new(),
            (false, None) => from,
            (false, at) => format!("{from}, {}", time(at)),
        }
    }

    /// What former caseworkers wrote to the one who has the plan.
    fn unread(&self) -> Vec<Vec<String>> {
        let notes = self.items.iter().filter(|item| self.unread_notes.contains(&item.id));
        let row = |note: &Item| {
            let [by, at] = note.written();
            vec![note.title.clone(), by, at, note.id.clone()]
        };
        notes.map(row).collect()
    }

    fn said_of_others(&self) -> String {
        match self.statements_to_decide {
            0 => String::new(),
            count => format!("{count} at tage stilling til: enplan statement list {}", self.case_id),
        }
    }

    fn address(&self) -> String {
        if self.address_protected { "(beskyttet)".to_owned() } else { or_empty(self.address.as_ref()) }
    }

    fn held(&self) -> String {
        match (&self.counterpart, self.hold) {
            (Some(other), Hold::HandedOver) => format!("{} til {other}", self.hold.danish()),
            (Some(other), _) => format!("{} ({other})", self.hold.danish()),
            (None, _) => self.hold.danish().to_owned(),
        }
    }
}

const NOTES: &[Column] =
    &[("OVERLEVERING", Align::Left), ("FRA", Align::Left), ("HVORNÅR", Align::Left), ("ID", Align::Left)];

impl View for Plan {
    fn page(&self) -> Page {
        let heading = [named(self.name.as_ref(), self.protected), marks(self.protected, self.test_data)];
        let heading: Vec<_> = heading.into_iter().filter(|part| !part.is_empty()).collect();
        let mut page = Page::new().title(heading.join("  ")).fields([
            ("CPR", self.cpr_masked.clone()),
            ("Adresse", self.address()),
            ("Sag", self.case_id.clone()),
            ("Handlekommune", place(self.acting.as_ref())),
            ("Bopæl", self.residence.as_ref().map(Residence::in_words).unwrap_or_default()),
            ("Fortsat handlekommune", self.residence.as_ref().map(Residence::kept).unwrap_or_default()),
            ("Koordinerende sagsbehandler", or_empty(self.caseworker.as_ref())),
            ("Enhed", or_empty(self.unit.as_ref())),
            ("Tilstand", self.held()),
            ("Afsluttet", self.closed.as_deref().map(close_reason).unwrap_or_default()),
            ("Lagt ind i sag", or_empty(self.merged_into.as_ref())),
            ("Modtaget fra", self.received()),
            ("Ikke sendt med", list(&self.left_out, section_kind)),
            (
                "Handlekommune i rapport",
                self.cooperation.as_ref().map(Cooperation::acting).unwrap_or_default(),
            ),
            ("Kræver handling", list(&self.findings, finding)),
            ("Rapporter siger om andre", self.said_of_others()),
            ("Version", self.version.to_string()),
            ("Vist som den var", day(self.as_of.as_ref())),
        ]);
        if !self.confirmed {
            page = page.line("Registret har ikke bekræftet, at kommunen ejer planen, siden noden startede: læs med forbehold.");
        }
        page = page.titled_table("Overlevering, der ikke er læst", NOTES, self.unread());
        page = coordination::open(page, &self.incoherences);
        page = residence::carried_over(page, self.carried_over.as_ref(), &self.items);
        page = contents::of(page, &self.items);
        page = Cooperation::of(page, self.cooperation.as_ref());
        page = page.titled_table(
            "Frister",
            Deadline::COLUMNS,
            self.deadlines.iter().map(Deadline::row).collect(),
        );
        if !self.bases.is_empty() {
            page = page.title("Grundlag").table(Basis::COLUMNS, self.bases.iter().map(Basis::row).collect());
        }
        page
    }
}

/// Something was written into a plan.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct ItemAdded {
    pub(crate) case_id: String,
    pub(crate) item_id: String,
    pub(crate) version: u64,
}

impl View for ItemAdded {
    fn page(&self) -> Page {
        Page::new()
            .fields([("Tilføjet", self.item_id.clone()), ("Planens version", self.version.to_string())])
    }
}

/// The citizen's copy of a plan was written.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlanPrinted {
    pub(crate) case_id: String,
    pub(crate) file: String,
}

impl View for PlanPrinted {
    fn page(&self) -> Page {
        Page::new().fields([("Skrevet", self.file.clone())]).line(
            "Åbn filen i en browser, og skriv den ud på A4. Slet den, når borgeren har fået sit eksemplar.",
        )
    }
}

/// A plan was changed in another way.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlanChanged {
    pub(crate) case_id: String,
    pub(crate) version: u64,
}

impl View for PlanChanged {
    fn page(&self) -> Page {
        Page::new().fields([("Ændret", self.case_id.clone()), ("Planens version", self.version.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_work_list_is_shown() {
        let plans = Plans::from(samples::plans());
        insta::assert_snapshot!("plan_list_screen", plans.page().human(false));
        insta::assert_json_snapshot!("plan_list_json", plans);
    }

    #[test]
    fn an_empty_work_list_says_so() {
        let plans = Plans::from(v1::ListPlansResponse::default());
        assert_eq!(plans.page().human(false), "Der er ingen planer på listen.\n");
        assert_eq!(plans.page().plain(), "");
    }

    #[test]
    fn a_plan_is_shown() {
        let plan = Plan::from(samples::plan());
        insta::assert_snapshot!("plan_show_screen", plan.page().human(false));
        insta::assert_json_snapshot!("plan_show_json", plan);
    }

    #[test]
    fn a_plan_that_was_handed_over_says_to_whom() {
        let plan =
            v1::Plan { hold: v1::Hold::HandedOver.into(), counterpart: "0219".to_owned(), ..samples::plan() };
        assert!(Plan::from(plan).page().human(false).contains("Overdraget til Hillerød"));
    }

    #[test]
    fn a_protected_citizen_without_a_name_is_marked_and_not_unknown() {
        let plan = v1::Plan { name: String::new(), protected: true, ..samples::plan() };
        let text = Plan::from(plan).page().human(false);
        assert!(text.starts_with("(skjult)  (beskyttet) TESTDATA\n"), "{text}");
    }

    #[test]
    fn a_protected_address_is_said_to_be_there_and_not_shown() {
        let plan = v1::Plan { address: String::new(), address_protected: true, ..samples::plan() };
        let text = Plan::from(plan).page().human(false);
        assert!(text.contains("Adresse                      (beskyttet)\n"), "{text}");
    }

    #[test]
    fn a_plan_as_of_a_day_says_which() {
        let plan = v1::Plan { as_of: "2026-06-30".to_owned(), ..samples::plan() };
        let text = Plan::from(plan).page().human(false);
        assert!(text.contains("Vist som den var             30.06.2026\n"), "{text}");
    }

    #[test]
    fn an_unconfirmed_plan_carries_a_warning() {
        let plan = v1::Plan { confirmed: false, ..samples::plan() };
        assert!(Plan::from(plan).page().human(false).contains("læs med forbehold"));
    }

    #[test]
    fn a_change_is_shown_with_the_new_version() {
        let added = ItemAdded { case_id: samples::CASE.into(), item_id: samples::ITEM.into(), version: 8 };
        insta::assert_json_snapshot!("item_added_json", added);
        let printed = PlanPrinted { case_id: samples::CASE.into(), file: "min-plan.html".into() };
        insta::assert_json_snapshot!("plan_printed_json", printed);
        let changed = PlanChanged { case_id: samples::CASE.into(), version: 9 };
        insta::assert_json_snapshot!("plan_changed_json", changed);
    }
}
