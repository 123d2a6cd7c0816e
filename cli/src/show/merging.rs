//! What looks like the same in a plan, and what comes of laying one plan into another.

use enplan_proto::plan::v1;
use serde::Serialize;

use super::basis::Basis;
use super::layout::{Align, Column, Page};
use super::words::{ItemKind, Municipality, Voice, place, sector, some, status};
use crate::terminal::View;

/// Something that could be joined.
#[derive(Debug, PartialEq, Serialize)]
struct Candidate {
    id: String,
    kind: ItemKind,
    title: String,
    said_by: Option<Voice>,
    source: Option<String>,
    sector: Option<String>,
    status: Option<String>,
}

const CANDIDATES: &[Column] = &[
    ("ORD", Align::Left),
    ("SAGT AF", Align::Left),
    ("KOMMER FRA", Align::Left),
    ("SEKTOR", Align::Left),
    ("STATUS", Align::Left),
    ("ID", Align::Left),
];

impl From<v1::Candidate> for Candidate {
    fn from(candidate: v1::Candidate) -> Self {
        let item = candidate.item.unwrap_or_default();
        Self {
            id: item.id,
            kind: ItemKind::of(item.kind),
            title: item.title,
            said_by: (item.said_by != 0).then(|| Voice::of(item.said_by)),
            source: some(candidate.source),
            sector: some(item.sector),
            status: some(item.status),
        }
    }
}

impl Candidate {
    fn row(&self) -> Vec<String> {
        let words = if self.title.is_empty() { self.kind.danish().to_owned() } else { self.title.clone() };
        vec![
            words,
            self.said_by.map(|voice| voice.danish().to_owned()).unwrap_or_default(),
            self.source.clone().unwrap_or_default(),
            self.sector.as_deref().map(sector).unwrap_or_default(),
            self.status.as_deref().map(status).unwrap_or_default(),
            self.id.clone(),
        ]
    }
}

fn candidates(candidates: Vec<v1::Candidate>) -> Vec<Candidate> {
    candidates.into_iter().map(Candidate::from).collect()
}

fn rows(candidates: &[Candidate]) -> Vec<Vec<String>> {
    candidates.iter().map(Candidate::row).collect()
}

/// Things that look like the same.
#[derive(Debug, PartialEq, Serialize)]
struct Proposal {
    why: Vec<String>,
    text: String,
    items: Vec<Candidate>,
}

impl From<v1::MergeProposal> for Proposal {
    fn from(proposal: v1::MergeProposal) -> Self {
        Self { why: proposal.why, text: proposal.text, items: candidates(proposal.items) }
    }
}

/// The page with each, numbered.
fn proposed(page: Page, proposals: &[Proposal]) -> Page {
    (1..).zip(proposals).fold(page, |page, (number, proposal): (usize, &Proposal)| {
        let kind = proposal.items.first().map(|first| first.kind.danish()).unwrap_or_default();
        page.titled_table(&format!("{number}. {kind}: {}", proposal.text), CANDIDATES, rows(&proposal.items))
    })
}

/// What looks like the same in a plan.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct MergeProposals {
    case_id: String,
    version: u64,
    proposals: Vec<Proposal>,
}

impl MergeProposals {
    /// What a node proposes of a case.
    pub(crate) fn of(case_id: String, answer: v1::ListMergeProposalsResponse) -> Self {
        let proposals = answer.proposals.into_iter().map(Proposal::from).collect();
        Self { case_id, version: answer.version, proposals }
    }

    /// What can be done about the first.
    pub(crate) fn next(&self) -> Vec<String> {
        let Some(first) = self.proposals.first() else { return Vec::new() };
        let ids = first.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>().join(" ");
        vec![
            format!("plan merge {} --join \"{ids}\"", self.case_id),
            format!("plan keep-apart {} {ids}", self.case_id),
        ]
    }
}

impl View for MergeProposals {
    fn page(&self) -> Page {
        if self.proposals.is_empty() {
            return Page::new().line("Der er intet, der ser ud til at være det samme.");
        }
        proposed(Page::new(), &self.proposals)
    }
}

/// What was decided.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Merged {
    case_id: String,
    note_ids: Vec<String>,
    version: u64,
}

impl Merged {
    /// What a node has written of a case.
    pub(crate) fn of(case_id: String, answer: v1::DecideMergeResponse) -> Self {
        Self { case_id, note_ids: answer.note_ids, version: answer.version }
    }
}

impl View for Merged {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Ændret", self.case_id.clone()),
            ("Holdt hver for sig", self.note_ids.join(" ")),
            ("Planens version", self.version.to_string()),
        ])
    }
}

/// What would come of laying a plan into another.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct MergePreview {
    case_id: String,
    into_case_id: String,
    came_from: Option<Municipality>,
    protects: bool,
    taken: Vec<Candidate>,
    newer: Vec<Candidate>,
    kept: Vec<Candidate>,
    relations: Vec<String>,
    bases_that_stay: Vec<Basis>,
    proposals: Vec<Proposal>,
    version: u64,
    into_version: u64,
}

impl MergePreview {
    /// What a node says of two cases.
    pub(crate) fn of(case_id: String, into_case_id: String, answer: v1::PreviewMergeIntoResponse) -> Self {
        Self {
            case_id,
            into_case_id,
            came_from: Municipality::of(answer.came_from),
            protects: answer.protects,
            taken: candidates(answer.taken),
            newer: candidates(answer.newer),
            kept: candidates(answer.kept),
            relations: answer.relations,
            bases_that_stay: answer.bases_that_stay.into_iter().map(Basis::from).collect(),
            proposals: answer.proposals.into_iter().map(Proposal::from).collect(),
            version: answer.version,
            into_version: answer.into_version,
        }
    }

    /// The versions of the two plans that it was said of.
    pub(crate) fn versions(&self) -> (u64, u64) {
        (self.version, self.into_version)
    }
}

impl View for MergePreview {
    fn page(&self) -> Page {
        let protects = if self.protects { "begynder også i den plan, der fortsætter" } else { "" };
        let bases = self.bases_that_stay.iter().map(Basis::row).collect();
        let mut page = Page::new()
            .fields([
                ("Lægges ind og afsluttes", self.case_id.clone()),
                ("Fortsætter", self.into_case_id.clone()),
                ("Kom fra", place(self.came_from.as_ref())),
                ("Beskyttelsen", protects.to_owned()),
                ("Samme person, lægges sammen", self.relations.join(" ")),
            ])
            .titled_table("Kommer ind", CANDIDATES, rows(&self.taken))
            .titled_table("Står i begge; den nyere kommer ind", CANDIDATES, rows(&self.newer))
            .titled_table("Står i begge, og bliver, som det er", CANDIDATES, rows(&self.kept))
            .titled_table("Grundlag, der bliver på den afsluttede sag", Basis::COLUMNS, bases);
        if !self.proposals.is_empty() {
            page = page.line("Bagefter ser dette ud til at være det samme; det afgøres for sig:");
        }
        proposed(page, &self.proposals)
    }
}

/// A plan was laid into another.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlansMerged {
    case_id: String,
    version: u64,
    into_case_id: String,
    into_version: u64,
    taken: u32,
    proposals: Vec<Proposal>,
}

impl PlansMerged {
    /// What a node has written of two cases.
    pub(crate) fn of(case_id: String, into_case_id: String, answer: v1::MergeIntoResponse) -> Self {
        Self {
            case_id,
            version: answer.version,
            into_case_id,
            into_version: answer.into_version,
            taken: answer.taken,
            proposals: answer.proposals.into_iter().map(Proposal::from).collect(),
        }
    }
}

impl View for PlansMerged {
    fn page(&self) -> Page {
        let page = Page::new().fields([
            ("Afsluttet", self.case_id.clone()),
            ("Lagt ind i", self.into_case_id.clone()),
            ("Kom ind", self.taken.to_string()),
            ("Planens version", self.into_version.to_string()),
        ]);
        proposed(page, &self.proposals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn what_looks_like_the_same_is_shown_with_why_and_where_it_comes_from() {
        let proposals = MergeProposals::of(samples::CASE.into(), samples::merge_proposals());
        insta::assert_snapshot!("merge_proposals_screen", proposals.page().human(false));
        insta::assert_json_snapshot!("merge_proposals_json", proposals);
        let next = proposals.next();
        assert!(
            next[0].ends_with("--join \"Goal/a Goal/b\"") && next[1].ends_with("Goal/a Goal/b"),
            "{next:?}"
        );
    }

    #[test]
    fn a_plan_without_duplicates_says_so() {
        let none = MergeProposals::of(samples::CASE.into(), v1::ListMergeProposalsResponse::default());
        assert!(none.page().human(false).contains("intet, der ser ud"));
        assert_eq!((none.page().plain(), none.next()), (String::new(), vec![]));
    }

    #[test]
    fn what_was_decided_is_shown() {
        let answer = v1::DecideMergeResponse { note_ids: vec!["Communication/note-3".into()], version: 9 };
        let merged = Merged::of(samples::CASE.into(), answer);
        insta::assert_snapshot!("plan_merged_screen", merged.page().human(false));
        insta::assert_json_snapshot!("plan_merged_json", merged);
    }

    #[test]
    fn a_merge_of_two_plans_is_shown_before_and_after() {
        let (case, into) = (samples::CASE.to_owned(), samples::ITEM.to_owned());
        let preview = MergePreview::of(case.clone(), into.clone(), samples::merge_preview());
        insta::assert_snapshot!("merge_preview_screen", preview.page().human(false));
        insta::assert_json_snapshot!("merge_preview_json", preview);
        let proposals = samples::merge_proposals().proposals;
        let answer = v1::MergeIntoResponse { taken: 2, version: 5, into_version: 12, proposals };
        let merged = PlansMerged::of(case, into, answer);
        insta::assert_snapshot!("plans_merged_screen", merged.page().human(false));
        insta::assert_json_snapshot!("plans_merged_json", merged);
    }
}
