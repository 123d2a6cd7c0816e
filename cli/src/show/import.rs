//! What an import did with a bundle.

use enplan_proto::plan::v1;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{or_empty, some};
use crate::terminal::View;

/// An import's result.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Import {
    case_id: String,
    created: bool,
    taken: Vec<Finding>,
    updated: Vec<Finding>,
    unchanged: u32,
    listed: Vec<Finding>,
    version: u64,
}

/// What became of one resource or element.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Finding {
    resource: String,
    element: Option<String>,
    code: String,
    text: String,
    title: Option<String>,
}

impl From<v1::ImportFinding> for Finding {
    fn from(finding: v1::ImportFinding) -> Self {
        Self {
            resource: finding.resource,
            element: some(finding.element),
            code: finding.code,
            text: finding.text,
            title: some(finding.title),
        }
    }
}

impl From<v1::ImportBundleResponse> for Import {
    fn from(answer: v1::ImportBundleResponse) -> Self {
        let findings = |findings: Vec<v1::ImportFinding>| findings.into_iter().map(Finding::from).collect();
        Self {
            case_id: answer.case_id,
            created: answer.created,
            taken: findings(answer.taken),
            updated: findings(answer.updated),
            unchanged: answer.unchanged,
            listed: findings(answer.listed),
            version: answer.version,
        }
    }
}

pub(super) const FINDINGS: &[Column] = &[
    ("RESSOURCE", Align::Left),
    ("ELEMENT", Align::Left),
    ("KODE", Align::Left),
    ("FORKLARING", Align::Left),
    ("HVAD", Align::Left),
];

impl Import {
    /// The case it went into.
    pub(crate) fn case_id(&self) -> &str {
        &self.case_id
    }

    /// Its cells in a table of several: the case, and how many are new, changed, unchanged and to be looked at.
    pub(super) fn cells(&self) -> [String; 5] {
        let created = if self.created { " (oprettet)" } else { "" };
        let counts = [self.taken.len(), self.updated.len(), self.unchanged as usize, self.listed.len()];
        let [taken, updated, unchanged, listed] = counts.map(|count| count.to_string());
        [format!("{}{created}", self.case_id), taken, updated, unchanged, listed]
    }

    /// What has to be looked at, as rows.
    pub(super) fn listed(&self) -> Vec<Vec<String>> {
        self.listed.iter().map(Finding::row).collect()
    }
}

impl View for Import {
    fn page(&self) -> Page {
        let mut page = Page::new().fields([
            ("Sag", format!("{}{}", self.case_id, if self.created { " (oprettet)" } else { "" })),
            ("Nye", self.taken.len().to_string()),
            ("Ændrede", self.updated.len().to_string()),
            ("Uændrede", self.unchanged.to_string()),
            ("Til gennemsyn", self.listed.len().to_string()),
            ("Planens version", self.version.to_string()),
        ]);
        let parts = [
            ("Nye", &self.taken),
            ("Ændrede", &self.updated),
            ("Ikke forstået, eller skal ses efter", &self.listed),
        ];
        for (title, findings) in parts {
            if !findings.is_empty() {
                page = page.title(title).table(FINDINGS, findings.iter().map(Finding::row).collect());
            }
        }
        page
    }
}

impl Finding {
    pub(super) fn row(&self) -> Vec<String> {
        let (element, title) = (or_empty(self.element.as_ref()), or_empty(self.title.as_ref()));
        vec![self.resource.clone(), element, self.code.clone(), self.text.clone(), title]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn an_import_lists_what_it_did_not_understand() {
        let import = Import::from(samples::import());
        insta::assert_snapshot!("plan_import_screen", import.page().human(false));
        insta::assert_json_snapshot!("plan_import_json", import);
    }
}
