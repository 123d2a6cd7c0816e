//! What is due, and the work list of it.

use enplan_domain::deadlines::DeadlineKind;
use enplan_proto::plan::v1::{self, Urgency as WireUrgency, WaitsFor as WireWaitsFor};
use enplan_proto::worklist::v1::{Line, ListDeadlinesResponse};
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::plan::{marks, named};
use super::words::{day, or_empty, sector, some, word};
use crate::terminal::View;

word! {
    /// How urgent it is.
    Urgency from WireUrgency {
        Overdue = "Overskredet",
        Due = "Nu",
        Upcoming = "Senere",
    }
}

word! {
    /// Whom it waits for.
    WaitsFor from WireWaitsFor {
        Caseworker = "Sagsbehandleren",
        Citizen = "Borgeren",
        Provider = "Leverandøren",
        Municipality = "Den anden kommune",
        Doer = "Den, der skal gøre det",
        Staff = "En af jer",
    }
}

/// One thing that is due.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Deadline {
    kind: String,
    due_on: String,
    urgency: Urgency,
    waits_for: WaitsFor,
    item_id: Option<String>,
    sector: Option<String>,
    text: Option<String>,
    provision: Option<String>,
    basis_id: Option<String>,
    transfer_id: Option<String>,
    whom: Option<String>,
    request_id: Option<String>,
}

impl From<v1::Deadline> for Deadline {
    fn from(deadline: v1::Deadline) -> Self {
        Self {
            kind: deadline.kind,
            due_on: deadline.due_on,
            urgency: Urgency::of(deadline.urgency),
            waits_for: WaitsFor::of(deadline.waits_for),
            item_id: some(deadline.item_id),
            sector: some(deadline.sector),
            text: some(deadline.text),
            provision: some(deadline.provision),
            basis_id: some(deadline.basis_id),
            transfer_id: some(deadline.transfer_id),
            whom: some(deadline.whom),
            request_id: some(deadline.request_id),
        }
    }
}

impl Deadline {
    /// How its columns are called.
    pub(super) const COLUMNS: &'static [Column] = &[
        ("DAG", Align::Left),
        ("FRIST", Align::Left),
        ("HVAD", Align::Left),
        ("OM", Align::Left),
        ("VENTER PÅ", Align::Left),
        ("EFTER", Align::Left),
        ("ID", Align::Left),
    ];

    /// What is to be done.
    fn what(&self) -> String {
        let known = DeadlineKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        known.map_or_else(|| self.kind.clone(), |kind| kind.danish().to_owned())
    }

    /// What it is about: its words, or else whose it is.
    fn about(&self) -> String {
        let place = || self.sector.as_deref().map(sector).unwrap_or_default();
        self.text.clone().unwrap_or_else(place)
    }

    /// Whom it waits for: by name where the plan has it.
    fn whom(&self) -> String {
        self.whom.clone().unwrap_or_else(|| self.waits_for.danish().to_owned())
    }

    /// Its row in a plan.
    pub(super) fn row(&self) -> Vec<String> {
        let id = self.item_id.as_ref().or(self.basis_id.as_ref());
        vec![
            day(Some(&self.due_on)),
            self.urgency.danish().to_owned(),
            self.what(),
            self.about(),
            self.whom(),
            or_empty(self.provision.as_ref()),
            or_empty(id),
        ]
    }
}

/// What is due in the plans of somebody and their unit.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Worklist {
    today: String,
    until: String,
    lines: Vec<WorklistLine>,
}

/// One line of it.
#[derive(Debug, PartialEq, Serialize)]
struct WorklistLine {
    case_id: Option<String>,
    name: Option<String>,
    cpr_masked: Option<String>,
    protected: bool,
    test_data: bool,
    caseworker: Option<String>,
    unit: Option<String>,
    #[serde(flatten)]
    deadline: Deadline,
}

const LIST: &[Column] = &[
    ("SAG", Align::Left),
    ("DAG", Align::Left),
    ("FRIST", Align::Left),
    ("BORGER", Align::Left),
    ("HVAD", Align::Left),
    ("OM", Align::Left),
    ("VENTER PÅ", Align::Left),
    ("SAGSBEHANDLER", Align::Left),
    ("MÆRKER", Align::Left),
];

impl From<ListDeadlinesResponse> for Worklist {
    fn from(answer: ListDeadlinesResponse) -> Self {
        let line = |line: Line| WorklistLine {
            case_id: some(line.case_id),
            name: some(line.name),
            cpr_masked: some(line.cpr_masked),
            protected: line.protected,
            test_data: line.test_data,
            caseworker: some(line.caseworker),
            unit: some(line.unit),
            deadline: line.deadline.unwrap_or_default().into(),
        };
        Self { today: answer.today, until: answer.until, lines: answer.lines.into_iter().map(line).collect() }
    }
}

impl WorklistLine {
    /// What to name it by in the next command: its case, or else its handover or its request.
    fn id(&self) -> &str {
        let Deadline { transfer_id, request_id, .. } = &self.deadline;
        self.case_id.as_ref().or(transfer_id.as_ref()).or(request_id.as_ref()).map_or("", String::as_str)
    }

    /// Whose it is. An offer tells no name before the plan has come, and of who is asked for, the number is known.
    fn citizen(&self) -> String {
        match self.case_id {
            Some(_) => named(self.name.as_ref(), self.protected),
            None => or_empty(self.cpr_masked.as_ref()),
        }
    }
}

impl Worklist {
    /// What to look at next: the first line.
    pub(crate) fn next_command(&self) -> Option<String> {
        let first = self.lines.first()?;
        Some(match (&first.case_id, &first.deadline.transfer_id) {
            (Some(case), _) => format!("plan show {case}"),
            (None, Some(transfer)) => format!("handover watch {transfer} --preview"),
            (None, None) => "handover requests".to_owned(),
        })
    }
}

impl View for Worklist {
    fn page(&self) -> Page {
        let until = day(Some(&self.until));
        if self.lines.is_empty() {
            return Page::new().line(format!("Intet på arbejdslisten til og med {until}."));
        }
        let row = |line: &WorklistLine| {
            vec![
                line.id().to_owned(),
                day(Some(&line.deadline.due_on)),
                line.deadline.urgency.danish().to_owned(),
                line.citizen(),
                line.deadline.what(),
                line.deadline.about(),
                line.deadline.whom(),
                or_empty(line.caseworker.as_ref()),
                marks(line.protected, line.test_data),
            ]
        };
        let overdue = self.lines.iter().filter(|line| line.deadline.urgency == Urgency::Overdue).count();
        Page::new()
            .table(LIST, self.lines.iter().map(row).collect())
            .line(format!("{overdue} overskredet; listen går til og med {until}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_work_list_is_shown_with_what_is_overdue_first() {
        let worklist = Worklist::from(samples::worklist());
        insta::assert_snapshot!("worklist_screen", worklist.page().human(false));
        insta::assert_json_snapshot!("worklist_json", worklist);
    }

    #[test]
    fn an_empty_work_list_says_how_far_it_looked() {
        let worklist = Worklist::from(ListDeadlinesResponse { lines: Vec::new(), ..samples::worklist() });
        assert_eq!(worklist.page().human(false), "Intet på arbejdslisten til og med 11.02.2027.\n");
        assert_eq!(worklist.page().plain(), "");
    }

    #[test]
    fn what_a_newer_node_says_is_due_is_shown_by_its_code() {
        let deadline = v1::Deadline { kind: "new-moon".to_owned(), ..v1::Deadline::default() };
        assert_eq!(Deadline::from(deadline).row()[2], "new-moon");
    }
}
