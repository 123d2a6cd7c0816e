//! A plan as a file, and what became of a file about several citizens.

use enplan_proto::exchange::v1;
use enplan_proto::exchange::v1::citizen_import::Outcome;
use serde::Serialize;

use super::import::{FINDINGS, Finding, Import};
use super::layout::{Align, Column, Page};
use crate::terminal::View;

/// A plan that was saved.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlanExported {
    case_id: String,
    file: String,
    resources: u32,
    left_out: Vec<String>,
    version: u64,
}

impl PlanExported {
    /// What the node answered, and where it lies.
    pub(crate) fn of(case_id: String, file: String, answer: v1::ExportPlanResponse) -> Self {
        let (resources, left_out, version) = (answer.resources, answer.left_out, answer.version);
        Self { case_id, file, resources, left_out, version }
    }
}

impl View for PlanExported {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Sag", self.case_id.clone()),
            ("Fil", self.file.clone()),
            ("Ressourcer", self.resources.to_string()),
            ("Ikke med", self.left_out.join("; ")),
            ("Planens version", self.version.to_string()),
        ])
    }
}

/// What became of a file about several citizens.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CitizensImported {
    citizens: Vec<Citizen>,
    rest: Vec<Finding>,
}

/// What became of one citizen's part: taken, or refused.
#[derive(Debug, PartialEq, Serialize)]
struct Citizen {
    resource: String,
    taken: Option<Import>,
    refused: Option<Refusal>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Refusal {
    code: String,
    text: String,
}

impl From<v1::CitizenImport> for Citizen {
    fn from(citizen: v1::CitizenImport) -> Self {
        let (taken, refused) = match citizen.outcome {
            Some(Outcome::Taken(taken)) => (Some(Import::from(taken)), None),
            Some(Outcome::Refused(refused)) => {
                (None, Some(Refusal { code: refused.code, text: refused.text }))
            }
            None => (None, None),
        };
        Self { resource: citizen.resource, taken, refused }
    }
}

impl From<v1::ImportCitizensResponse> for CitizensImported {
    fn from(answer: v1::ImportCitizensResponse) -> Self {
        Self {
            citizens: answer.citizens.into_iter().map(Citizen::from).collect(),
            rest: answer.rest.into_iter().map(Finding::from).collect(),
        }
    }
}

const CITIZENS: &[Column] = &[
    ("BORGER", Align::Left),
    ("SAG", Align::Left),
    ("NYE", Align::Right),
    ("ÆNDREDE", Align::Right),
    ("UÆNDREDE", Align::Right),
    ("TIL GENNEMSYN", Align::Right),
    ("FORKLARING", Align::Left),
];

impl Citizen {
    fn row(&self) -> Vec<String> {
        let mut row = vec![self.resource.clone()];
        if let Some(taken) = &self.taken {
            row.extend(taken.cells());
        } else {
            row.extend(["", "", "", "", ""].map(str::to_owned));
        }
        let refused = self.refused.as_ref().map(|refused| format!("{}: {}", refused.code, refused.text));
        row.push(refused.unwrap_or_default());
        row
    }
}

impl View for CitizensImported {
    fn page(&self) -> Page {
        let mut page = Page::new().table(CITIZENS, self.citizens.iter().map(Citizen::row).collect());
        for citizen in &self.citizens {
            let findings = citizen.taken.as_ref().map(Import::listed).unwrap_or_default();
            if !findings.is_empty() {
                page = page.title(&citizen.resource).table(FINDINGS, findings);
            }
        }
        if !self.rest.is_empty() {
            let rows = self.rest.iter().map(Finding::row).collect();
            page = page.title("Ikke én borgers").table(FINDINGS, rows);
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn an_export_says_where_it_lies_and_what_is_not_in_it() {
        let answer = v1::ExportPlanResponse {
            bundle: b"{}".to_vec(),
            resources: 4,
            left_out: vec!["hvem der har skrevet hvad, og planens historik".to_owned()],
            version: 7,
        };
        let exported = PlanExported::of(samples::CASE.to_owned(), "plan.json".to_owned(), answer);
        insta::assert_snapshot!("plan_export_screen", exported.page().human(false));
        insta::assert_json_snapshot!("plan_export_json", exported);
    }

    #[test]
    fn an_import_of_several_says_what_became_of_each_citizen() {
        let imported = CitizensImported::from(samples::citizens_imported());
        insta::assert_snapshot!("plan_import_several_screen", imported.page().human(false));
        insta::assert_json_snapshot!("plan_import_several_json", imported);
    }
}
