//! The code systems that a node has loaded, and what a code means.

use enplan_proto::terminology::v1;
use enplan_proto::terminology::v1::Outcome as WireOutcome;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{instant, or_empty, some, time, word};
use crate::terminal::View;

/// A code system that is loaded.
#[derive(Debug, PartialEq, Serialize)]
struct CodeSystem {
    url: String,
    identifiers: Vec<String>,
    name: String,
    version: Option<String>,
    codes: u32,
    loaded_at: Option<Timestamp>,
    loaded_by: Option<String>,
}

impl From<v1::CodeSystem> for CodeSystem {
    fn from(system: v1::CodeSystem) -> Self {
        Self {
            url: system.url,
            identifiers: system.identifiers,
            name: system.name,
            version: some(system.version),
            codes: system.codes,
            loaded_at: instant(system.loaded_at),
            loaded_by: some(system.loaded_by),
        }
    }
}

/// Those that are loaded.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CodeSystems {
    code_systems: Vec<CodeSystem>,
}

impl From<v1::ListCodeSystemsResponse> for CodeSystems {
    fn from(answer: v1::ListCodeSystemsResponse) -> Self {
        Self { code_systems: answer.code_systems.into_iter().map(CodeSystem::from).collect() }
    }
}

const LIST: &[Column] = &[
    ("NAVN", Align::Left),
    ("VERSION", Align::Left),
    ("KODER", Align::Right),
    ("INDLÆST", Align::Left),
    ("AF", Align::Left),
    ("URL", Align::Left),
];

impl View for CodeSystems {
    fn page(&self) -> Page {
        if self.code_systems.is_empty() {
            return Page::new().line("Der er ikke indlæst noget kodesystem: koder vises, som de er.");
        }
        let rows = self.code_systems.iter().map(|system| {
            vec![
                system.name.clone(),
                or_empty(system.version.as_ref()),
                system.codes.to_string(),
                time(system.loaded_at),
                or_empty(system.loaded_by.as_ref()),
                system.url.clone(),
            ]
        });
        Page::new().table(LIST, rows.collect())
    }
}

word! {
    /// What loading a code system did.
    Outcome from WireOutcome {
        Added = "Indlæst",
        Replaced = "Indlæst i stedet for det hidtidige",
        Unchanged = "Uændret: det var indlæst i forvejen",
    }
}

/// A code system was loaded, or was loaded already.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CodeSystemImported {
    outcome: Outcome,
    replaced_version: Option<String>,
    code_system: CodeSystem,
}

impl CodeSystemImported {
    /// What was done, if the answer says to what.
    pub(crate) fn of(answer: v1::ImportCodeSystemResponse) -> Option<Self> {
        Some(Self {
            outcome: Outcome::of(answer.outcome),
            replaced_version: some(answer.replaced_version),
            code_system: answer.code_system?.into(),
        })
    }
}

impl View for CodeSystemImported {
    fn page(&self) -> Page {
        let system = &self.code_system;
        Page::new().fields([
            ("Kodesystem", system.name.clone()),
            ("Resultat", self.outcome.danish().to_owned()),
            ("Version", or_empty(system.version.as_ref())),
            ("Hidtidig version", or_empty(self.replaced_version.as_ref())),
            ("Koder", system.codes.to_string()),
            ("Url", system.url.clone()),
            ("Kendes også som", system.identifiers.join(", ")),
        ])
    }
}

/// What one code means.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Concept {
    system: String,
    code: String,
    display: Option<String>,
    definition: Option<String>,
    above: Vec<String>,
}

impl From<v1::GetConceptResponse> for Concept {
    fn from(concept: v1::GetConceptResponse) -> Self {
        Self {
            system: concept.system,
            code: concept.code,
            display: some(concept.display),
            definition: some(concept.definition),
            above: concept.above,
        }
    }
}

impl View for Concept {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Betyder", or_empty(self.display.as_ref())),
            ("Hører under", self.above.join(" › ")),
            ("Definition", or_empty(self.definition.as_ref())),
            ("Kode", self.code.clone()),
            ("Kodesystem", self.system.clone()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn the_code_systems_that_are_loaded_are_listed() {
        let systems = CodeSystems::from(samples::code_systems());
        insta::assert_snapshot!("terminology_list_screen", systems.page().human(false));
        insta::assert_json_snapshot!("terminology_list_json", systems);
    }

    #[test]
    fn where_none_is_loaded_the_list_says_what_that_means() {
        let none = CodeSystems::from(v1::ListCodeSystemsResponse::default());
        assert!(none.page().human(false).contains("koder vises, som de er"));
        assert_eq!(none.page().plain(), "");
    }

    #[test]
    fn a_code_system_that_was_loaded_says_what_it_replaced() {
        let imported = CodeSystemImported::of(samples::code_system_imported()).unwrap();
        insta::assert_snapshot!("terminology_import_screen", imported.page().human(false));
        insta::assert_json_snapshot!("terminology_import_json", imported);
    }

    #[test]
    fn a_code_system_that_was_loaded_already_says_so() {
        let again = v1::ImportCodeSystemResponse {
            outcome: v1::Outcome::Unchanged.into(),
            replaced_version: String::new(),
            ..samples::code_system_imported()
        };
        let text = CodeSystemImported::of(again).unwrap().page().human(false);
        assert!(text.contains("Uændret") && !text.contains("Hidtidig"), "{text}");
    }

    #[test]
    fn a_concept_is_shown_with_what_it_stands_under() {
        let concept = Concept::from(samples::concept());
        insta::assert_snapshot!("terminology_show_screen", concept.page().human(false));
        insta::assert_json_snapshot!("terminology_show_json", concept);
    }
}
