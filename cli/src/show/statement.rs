//! What reports say of others, and what became of it.

use enplan_proto::plan::v1 as plan;
use enplan_proto::statement::v1;
use enplan_proto::statement::v1::{StatementKind as WireKind, StatementStanding as WireStanding};
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Kinship, Municipality, day, instant, or_empty, place, some, time, word};
use crate::terminal::View;

word! {
    /// What a statement is about.
    Kind from WireKind {
        Relation = "Pårørende",
        Consent = "Samtykke",
        Cooperation = "Samarbejde",
        Acting = "Handlekommune",
    }
}

word! {
    /// How a statement stands.
    Standing from WireStanding {
        Waiting = "Venter",
        TakenOver = "Taget over",
        Dismissed = "Afvist",
        TakenBack = "Trukket tilbage af kilden",
    }
}

/// One statement.
#[derive(Debug, PartialEq, Serialize)]
struct Said {
    statement_id: String,
    kind: Option<Kind>,
    standing: Standing,
    text: Option<String>,
    name: Option<String>,
    cpr_masked: Option<String>,
    protected: bool,
    kinship: Option<Kinship>,
    over: bool,
    problem: Option<String>,
    problem_text: Option<String>,
    source: Option<String>,
    as_of: Option<Timestamp>,
    until: Option<String>,
    taken_over_as: Option<String>,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
}

/// What reports have said in a case.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Statements {
    case_id: String,
    statements: Vec<Said>,
}

impl From<v1::Statement> for Said {
    fn from(statement: v1::Statement) -> Self {
        Self {
            statement_id: statement.statement_id,
            kind: (statement.kind != 0).then(|| Kind::of(statement.kind)),
            standing: Standing::of(statement.standing),
            text: some(statement.text),
            name: some(statement.name),
            cpr_masked: some(statement.cpr_masked),
            protected: statement.protected,
            kinship: (statement.kinship != 0).then(|| Kinship::of(statement.kinship)),
            over: statement.over,
            problem: some(statement.problem),
            problem_text: some(statement.problem_text),
            source: some(statement.source),
            as_of: instant(statement.as_of),
            until: some(statement.until),
            taken_over_as: some(statement.taken_over_as),
            reason: some(statement.reason),
            decided_by: some(statement.decided_by),
            decided_at: instant(statement.decided_at),
        }
    }
}

impl Said {
    fn must_be_decided(&self) -> bool {
        self.standing == Standing::Waiting && self.until.is_some()
    }

    /// Who it is about, as far as it is shown.
    fn who(&self) -> String {
        if self.protected {
            return "(beskyttet)".to_owned();
        }
        let parts = [self.name.as_deref(), self.cpr_masked.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn waiting(&self) -> Vec<String> {
        vec![
            self.kind.map(|kind| kind.danish().to_owned()).unwrap_or_default(),
            or_empty(self.text.as_ref()),
            self.who(),
            day(self.until.as_ref()),
            or_empty(self.problem_text.as_ref()),
            self.statement_id.clone(),
        ]
    }

    fn informs(&self) -> Vec<String> {
        vec![
            self.kind.map(|kind| kind.danish().to_owned()).unwrap_or_default(),
            or_empty(self.text.as_ref()),
            time(self.as_of),
            self.statement_id.clone(),
        ]
    }

    fn settled(&self) -> Vec<String> {
        let what = self.taken_over_as.as_ref().or(self.reason.as_ref());
        vec![
            self.standing.danish().to_owned(),
            or_empty(what),
            or_empty(self.decided_by.as_ref()),
            time(self.decided_at),
            self.statement_id.clone(),
        ]
    }
}

const WAITING: &[Column] = &[
    ("ART", Align::Left),
    ("RAPPORTEN SIGER", Align::Left),
    ("HVEM", Align::Left),
    ("SLETTES EFTER", Align::Left),
    ("KAN IKKE TAGES OVER", Align::Left),
    ("ID", Align::Left),
];

const INFORMS: &[Column] =
    &[("ART", Align::Left), ("RAPPORTEN SIGER", Align::Left), ("HVORNÅR", Align::Left), ("ID", Align::Left)];

const SETTLED: &[Column] = &[
    ("HVAD", Align::Left),
    ("SOM ELLER FORDI", Align::Left),
    ("AF", Align::Left),
    ("HVORNÅR", Align::Left),
    ("ID", Align::Left),
];

impl Statements {
    /// What the node answered of a case.
    pub(crate) fn of(case_id: String, answer: v1::ListStatementsResponse) -> Self {
        Self { case_id, statements: answer.statements.into_iter().map(Said::from).collect() }
    }

    /// The first that somebody has to decide about.
    pub(crate) fn first_open(&self) -> Option<&str> {
        let open = self.statements.iter().find(|one| one.must_be_decided());
        open.map(|one| one.statement_id.as_str())
    }
}

impl View for Statements {
    fn page(&self) -> Page {
        if self.statements.is_empty() {
            return Page::new().line("Ingen rapport siger noget om andre, som ikke er afgjort.");
        }
        let rows = |wanted: &dyn Fn(&Said) -> bool, row: &dyn Fn(&Said) -> Vec<String>| {
            self.statements.iter().filter(|one| wanted(one)).map(row).collect::<Vec<_>>()
        };
        let waiting = |one: &Said| one.standing == Standing::Waiting;
        Page::new()
            .titled_table("Venter på dig", WAITING, rows(&|one| one.must_be_decided(), &Said::waiting))
            .titled_table(
                "Til orientering",
                INFORMS,
                rows(&|one| waiting(one) && !one.must_be_decided(), &Said::informs),
            )
            .titled_table("Afgjort", SETTLED, rows(&|one| !waiting(one), &Said::settled))
    }
}

/// A statement was taken over.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct StatementTaken {
    pub(crate) case_id: String,
    pub(crate) statement_id: String,
    pub(crate) taken_over_as: String,
    pub(crate) version: u64,
}

impl View for StatementTaken {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Taget over", self.statement_id.clone()),
            ("Står nu som", self.taken_over_as.clone()),
            ("Planens version", self.version.to_string()),
        ])
    }
}

/// A statement was dismissed.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct StatementDismissed {
    pub(crate) case_id: String,
    pub(crate) statement_id: String,
}

impl View for StatementDismissed {
    fn page(&self) -> Page {
        Page::new()
            .fields([("Afvist", self.statement_id.clone())])
            .line("Det, rapporten sagde, er slettet. Der spørges igen, hvis det siges anderledes.")
    }
}

/// Who acts and who cooperates, as reports say it.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Cooperation {
    acting: Option<Municipality>,
    roles: Vec<Part>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Part {
    role: Option<String>,
    text: Option<String>,
    organisation: String,
    contact: Option<String>,
    phone: Option<String>,
    team: Option<String>,
}

const ROLES: &[Column] =
    &[("ROLLE", Align::Left), ("HVEM", Align::Left), ("KONTAKT", Align::Left), ("TELEFON", Align::Left)];

impl From<plan::Cooperation> for Cooperation {
    fn from(cooperation: plan::Cooperation) -> Self {
        let role = |role: plan::CooperationRole| Part {
            role: some(role.role),
            text: some(role.text),
            organisation: role.organisation,
            contact: some(role.contact),
            phone: some(role.phone),
            team: some(role.team),
        };
        Self {
            acting: Municipality::of(cooperation.acting),
            roles: cooperation.roles.into_iter().map(role).collect(),
        }
    }
}

impl Cooperation {
    /// Another municipality that a report says acts.
    pub(super) fn acting(&self) -> String {
        place(self.acting.as_ref())
    }

    /// The page with who cooperates.
    pub(super) fn of(page: Page, cooperation: Option<&Self>) -> Page {
        let row = |role: &Part| {
            let parts =
                [role.text.as_ref(), Some(&role.organisation), role.contact.as_ref(), role.phone.as_ref()];
            parts.into_iter().map(or_empty).collect()
        };
        let rows = cooperation.map(|all| all.roles.iter().map(row).collect()).unwrap_or_default();
        page.titled_table("Samarbejde, som rapporter siger det", ROLES, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn what_waits_is_shown_apart_from_what_informs_and_what_is_decided() {
        let statements = Statements::of(samples::CASE.to_owned(), samples::statements());
        insta::assert_snapshot!("statement_list_screen", statements.page().human(false));
        insta::assert_json_snapshot!("statement_list_json", statements);
        assert_eq!(statements.first_open(), Some("RelatedPerson/mor"));
        let none = Statements::of(samples::CASE.to_owned(), v1::ListStatementsResponse::default());
        assert_eq!(none.page().human(false), "Ingen rapport siger noget om andre, som ikke er afgjort.\n");
    }

    #[test]
    fn somebody_protected_is_marked_and_not_named() {
        let mut answer = samples::statements();
        answer.statements.truncate(1);
        let one = &mut answer.statements[0];
        (one.protected, one.name, one.cpr_masked) = (true, String::new(), String::new());
        let shown = Statements::of(samples::CASE.to_owned(), answer).page().human(false);
        assert!(shown.contains("(beskyttet)") && !shown.contains("TESTDATA Mor"), "{shown}");
    }

    #[test]
    fn what_was_decided_is_shown() {
        let (case_id, statement_id) = (samples::CASE.to_owned(), "RelatedPerson/mor".to_owned());
        let dismissed = StatementDismissed { case_id: case_id.clone(), statement_id: statement_id.clone() };
        insta::assert_json_snapshot!("statement_dismissed_json", dismissed);
        let taken_over_as = format!("RelatedPerson/{}", samples::ITEM);
        let taken = StatementTaken { case_id, statement_id, taken_over_as, version: 8 };
        insta::assert_json_snapshot!("statement_taken_json", taken);
    }
}
