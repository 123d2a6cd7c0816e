//! Moves, and what was decided of them.

use enplan_proto::relocation::v1;
use enplan_proto::relocation::v1::{Decision as WireDecision, Standing as WireStanding};
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Municipality, day, instant, or_empty, place, some, word};
use crate::terminal::View;

word! {
    /// What a move means for the case.
    Decision from WireDecision {
        HandOver = "Overdrages",
        Keep = "Kommunen forbliver handlekommune",
        NotInTrial = "Ikke med i netværket",
        Decline = "Tilbydes ikke",
    }
}

word! {
    /// How a move stands.
    Standing from WireStanding {
        Waiting = "Afventer afgørelse",
        Decided = "Afgjort",
        Passed = "Intet at afgøre",
        Withdrawn = "Taget tilbage",
    }
}

/// What an import did.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct RelocationsImported {
    lines: u32,
    waiting: Option<u32>,
    home: Option<u32>,
    out_of_order: Option<u32>,
    duplicates: Option<u32>,
    unknown: Option<u32>,
    unknown_moved_here: Option<Vec<u32>>,
    bad_lines: Vec<BadLine>,
}

/// A line that could not be read.
#[derive(Debug, PartialEq, Serialize)]
struct BadLine {
    line: u32,
    text: String,
}

impl From<v1::ImportRelocationsResponse> for RelocationsImported {
    fn from(answer: v1::ImportRelocationsResponse) -> Self {
        let told = |number: u32| answer.counted.then_some(number);
        let bad = answer.bad_lines.into_iter().map(|bad| BadLine { line: bad.line, text: bad.text });
        Self {
            lines: answer.lines,
            waiting: told(answer.waiting),
            home: told(answer.home),
            out_of_order: told(answer.out_of_order),
            duplicates: told(answer.duplicates),
            unknown: told(answer.unknown),
            unknown_moved_here: answer.counted.then_some(answer.unknown_moved_here),
            bad_lines: bad.collect(),
        }
    }
}

const BAD_LINES: &[Column] = &[("LINJE", Align::Right), ("HVAD DER SKAL RETTES", Align::Left)];

impl View for RelocationsImported {
    fn page(&self) -> Page {
        let here = self.unknown_moved_here.iter().flatten();
        let here: Vec<_> = here.map(ToString::to_string).collect();
        let count = |told: Option<u32>| told.map(|number| number.to_string()).unwrap_or_default();
        let page = Page::new().title("Udtrækket er taget ind").fields([
            ("Linjer", self.lines.to_string()),
            ("Afventer afgørelse", count(self.waiting)),
            ("Flyttet hertil, plan her", count(self.home)),
            ("Ældre end det kendte", count(self.out_of_order)),
            ("Kendt i forvejen", count(self.duplicates)),
            ("Ingen plan her, ikke gemt", count(self.unknown)),
            ("Heraf flyttet hertil, linje", here.join(", ")),
        ]);
        let page = match self.waiting {
            Some(_) => page,
            None => page.line(
                "Hvem i udtrækket der har en plan her, ser de, der har sagerne, på `enplan relocation list`.",
            ),
        };
        let rows = self.bad_lines.iter().map(|bad| vec![bad.line.to_string(), bad.text.clone()]);
        page.titled_table("Linjer, der ikke er taget ind", BAD_LINES, rows.collect())
    }
}

/// One move.
#[derive(Debug, PartialEq, Serialize)]
struct Relocation {
    moved_on: String,
    event_id: String,
    from: Option<Municipality>,
    to: Option<Municipality>,
    to_masked: bool,
    heard_at: Option<Timestamp>,
    standing: Standing,
    decision: Option<Decision>,
    reason: Option<String>,
    reason_text: Option<String>,
    note: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    asked: bool,
    asked_reason: Option<String>,
    asked_contact: Option<String>,
    asked_waits: bool,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<Timestamp>,
}

/// A case, and its citizen's moves.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CaseRelocations {
    case_id: String,
    name: Option<String>,
    cpr_masked: String,
    protected: bool,
    caseworker: Option<String>,
    acting: Option<Municipality>,
    relocations: Vec<Relocation>,
    version: u64,
}

impl From<v1::Relocation> for Relocation {
    fn from(relocation: v1::Relocation) -> Self {
        Self {
            moved_on: relocation.moved_on,
            event_id: relocation.event_id,
            from: Municipality::of(relocation.from),
            to: Municipality::of(relocation.to),
            to_masked: relocation.to_masked,
            heard_at: instant(relocation.heard_at),
            standing: Standing::of(relocation.standing),
            decision: (relocation.decision != 0).then(|| Decision::of(relocation.decision)),
            reason: some(relocation.reason),
            reason_text: some(relocation.reason_text),
            note: some(relocation.note),
            decided_by: some(relocation.decided_by),
            decided_at: instant(relocation.decided_at),
            asked: relocation.asked,
            asked_reason: some(relocation.asked_reason),
            asked_contact: some(relocation.asked_contact),
            asked_waits: relocation.asked_waits,
            withdrawn_by: some(relocation.withdrawn_by),
            withdrawn_at: instant(relocation.withdrawn_at),
        }
    }
}

impl From<v1::CaseRelocations> for CaseRelocations {
    fn from(case: v1::CaseRelocations) -> Self {
        Self {
            case_id: case.case_id,
            name: some(case.name),
            cpr_masked: case.cpr_masked,
            protected: case.protected,
            caseworker: some(case.caseworker),
            acting: Municipality::of(case.acting),
            relocations: case.relocations.into_iter().map(Relocation::from).collect(),
            version: case.version,
        }
    }
}

/// A place's name; `abroad` is no municipality's.
pub(super) fn place_name(of: Option<&Municipality>, masked: bool) -> String {
    match place(of) {
        _ if masked => "(skjult)".to_owned(),
        code if code == "abroad" => "Udlandet".to_owned(),
        name => name,
    }
}

impl Relocation {
    /// What the other municipality says, or that it is masked.
    fn said(&self, words: Option<&String>) -> String {
        match words {
            None if self.to_masked => "(skjult)".to_owned(),
            words => or_empty(words),
        }
    }

    fn decided(&self) -> String {
        match (self.decision, &self.reason_text) {
            _ if self.withdrawn_by.is_some() => self.standing.danish().to_owned(),
            _ if self.asked_waits => "Afventer svar: kommunen beder om planen".to_owned(),
            (None, _) => self.standing.danish().to_owned(),
            (Some(decision), Some(reason)) => format!("{}: {reason}", decision.danish()),
            (Some(decision), None) => decision.danish().to_owned(),
        }
    }
}

const MOVES: &[Column] = &[
    ("FLYTTET", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("TILSTAND", Align::Left),
    ("BEGRUNDELSE", Align::Left),
    ("AF", Align::Left),
    ("ID", Align::Left),
];

impl View for CaseRelocations {
    fn page(&self) -> Page {
        let waits = self.relocations.iter().rfind(|relocation| relocation.asked_waits);
        let asked = waits.or_else(|| self.relocations.iter().rfind(|relocation| relocation.asked));
        let rows = self.relocations.iter().map(|one| {
            vec![
                day(Some(&one.moved_on)),
                place_name(one.from.as_ref(), one.to_masked),
                place_name(one.to.as_ref(), one.to_masked),
                one.decided(),
                or_empty(one.note.as_ref()),
                or_empty(one.withdrawn_by.as_ref().or(one.decided_by.as_ref())),
                one.event_id.clone(),
            ]
        });
        let page = Page::new().title(or_empty(self.name.as_ref())).fields([
            ("CPR", self.cpr_masked.clone()),
            ("Sag", self.case_id.clone()),
            ("Handlekommune", place(self.acting.as_ref())),
            (
                "Kommunen spørger",
                asked.map(|asked| asked.said(asked.asked_reason.as_ref())).unwrap_or_default(),
            ),
            ("Kontakt der", asked.map(|asked| asked.said(asked.asked_contact.as_ref())).unwrap_or_default()),
            ("Version", self.version.to_string()),
        ]);
        if self.relocations.is_empty() {
            return page.line("Der kendes ingen flytninger.");
        }
        page.title("Flytninger").table(MOVES, rows.collect())
    }
}

impl CaseRelocations {
    /// What can be done next.
    pub(crate) fn next(&self) -> Vec<String> {
        let case = &self.case_id;
        match self.relocations.iter().rfind(|one| one.withdrawn_by.is_none()) {
            _ if self.relocations.iter().any(|one| one.asked_waits) => vec![
                format!("relocation decide {case} --hand-over"),
                format!("relocation decide {case} --decline --note TEKST"),
            ],
            Some(last) if last.standing == Standing::Waiting => vec![
                format!("relocation decide {case} --hand-over"),
                format!("relocation decide {case} --keep GRUND --note TEKST"),
            ],
            Some(last) if last.decision == Some(Decision::HandOver) => {
                let to = last.to.as_ref().map_or_else(|| "KOMMUNE".to_owned(), ToString::to_string);
                vec![format!("plan show {case}"), format!("handover offer {case} --to {to} --basis GRUNDLAG")]
            }
            _ => vec![format!("plan show {case}")],
        }
    }
}

/// The cases where a move waits.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Relocations {
    cases: Vec<CaseRelocations>,
}

impl From<v1::ListRelocationsResponse> for Relocations {
    fn from(answer: v1::ListRelocationsResponse) -> Self {
        Self { cases: answer.cases.into_iter().map(CaseRelocations::from).collect() }
    }
}

const LIST: &[Column] = &[
    ("SAG", Align::Left),
    ("BORGER", Align::Left),
    ("CPR", Align::Left),
    ("FLYTTET", Align::Left),
    ("BOPÆL", Align::Left),
    ("HANDLEKOMMUNE", Align::Left),
    ("TILSTAND", Align::Left),
    ("SAGSBEHANDLER", Align::Left),
];

impl View for Relocations {
    fn page(&self) -> Page {
        if self.cases.is_empty() {
            return Page::new().line("Ingen flytninger venter.");
        }
        let rows = self.cases.iter().map(|case| {
            let last = case.relocations.last();
            let waits = case.relocations.iter().rfind(|one| one.asked_waits);
            vec![
                case.case_id.clone(),
                or_empty(case.name.as_ref()),
                case.cpr_masked.clone(),
                last.map(|last| day(Some(&last.moved_on))).unwrap_or_default(),
                last.map(|last| place_name(last.to.as_ref(), last.to_masked)).unwrap_or_default(),
                place(case.acting.as_ref()),
                waits.or(last).map(Relocation::decided).unwrap_or_default(),
                or_empty(case.caseworker.as_ref()),
            ]
        });
        Page::new().table(LIST, rows.collect())
    }
}

impl Relocations {
    /// The first case on the list.
    pub(crate) fn first_case(&self) -> Option<&str> {
        self.cases.first().map(|case| case.case_id.as_str())
    }
}

/// The reasons for staying the acting municipality.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct KeepReasons {
    reasons: Vec<KeepReason>,
}

/// One of them.
#[derive(Debug, PartialEq, Serialize)]
struct KeepReason {
    id: String,
    name: String,
    citation: String,
}

impl From<v1::ListKeepReasonsResponse> for KeepReasons {
    fn from(answer: v1::ListKeepReasonsResponse) -> Self {
        let reasons = answer.reasons.into_iter();
        let reasons = reasons.map(|r| KeepReason { id: r.id, name: r.name, citation: r.citation });
        Self { reasons: reasons.collect() }
    }
}

const REASONS: &[Column] = &[("GRUND", Align::Left), ("BETYDER", Align::Left), ("HJEMMEL", Align::Left)];

impl View for KeepReasons {
    fn page(&self) -> Page {
        let rows = self.reasons.iter();
        let rows = rows.map(|reason| vec![reason.id.clone(), reason.name.clone(), reason.citation.clone()]);
        Page::new().table(REASONS, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn an_import_says_what_it_did_and_which_lines_to_mend() {
        let imported = RelocationsImported::from(samples::relocations_imported());
        insta::assert_snapshot!("relocation_import_screen", imported.page().human(false));
        insta::assert_json_snapshot!("relocation_import_json", imported);
    }

    #[test]
    fn who_may_not_know_who_has_a_plan_is_told_no_counts() {
        let answer = v1::ImportRelocationsResponse { lines: 9, ..v1::ImportRelocationsResponse::default() };
        let imported = RelocationsImported::from(answer);
        assert_eq!((imported.waiting, &imported.unknown_moved_here), (None, &None));
        let text = imported.page().human(false);
        assert!(text.contains("relocation list") && !text.contains("Afventer"), "{text}");
    }

    #[test]
    fn moves_that_wait_are_listed_with_residence_and_acting_municipality_apart() {
        let listed = Relocations::from(samples::relocations());
        insta::assert_snapshot!("relocation_list_screen", listed.page().human(false));
        insta::assert_json_snapshot!("relocation_list_json", listed);
    }

    #[test]
    fn a_case_shows_each_move_and_what_was_decided() {
        let case = CaseRelocations::from(samples::case_relocations());
        insta::assert_snapshot!("relocation_show_screen", case.page().human(false));
        insta::assert_json_snapshot!("relocation_show_json", case);
    }

    #[test]
    fn where_a_protected_citizen_lives_is_not_on_the_screen() {
        let mut case = samples::case_relocations();
        case.protected = true;
        for one in &mut case.relocations {
            (one.from, one.to, one.to_masked) = (String::new(), String::new(), true);
            one.asked_reason.clear();
            one.asked_contact.clear();
        }
        let text = CaseRelocations::from(case).page().human(false);
        assert!(text.contains("Kommunen spørger  (skjult)") && !text.contains("Hillerød"), "{text}");
    }

    #[test]
    fn a_decision_to_hand_over_suggests_the_offer() {
        let mut case = samples::case_relocations();
        let last = case.relocations.last_mut().unwrap();
        (last.standing, last.decision) = (v1::Standing::Decided.into(), v1::Decision::HandOver.into());
        last.asked_waits = false;
        let next = CaseRelocations::from(case).next();
        assert!(next[1].contains("--to Hillerød"), "{next:?}");
    }

    #[test]
    fn a_request_at_an_older_move_stands_in_the_list_and_what_was_taken_back_says_by_whom() {
        let mut case = samples::case_relocations();
        case.relocations.reverse();
        let listed = Relocations::from(v1::ListRelocationsResponse { cases: vec![case.clone()] });
        assert!(listed.page().human(false).contains("Afventer svar"), "{}", listed.page().human(false));
        let last = case.relocations.last_mut().unwrap();
        (last.standing, last.withdrawn_by) = (v1::Standing::Withdrawn.into(), "bo".into());
        let text = CaseRelocations::from(case).page().human(false);
        assert!(text.contains("Taget tilbage") && text.contains("bo "), "{text}");
    }

    #[test]
    fn the_reasons_name_their_provision() {
        let reasons = KeepReasons::from(samples::keep_reasons());
        insta::assert_snapshot!("relocation_reasons_screen", reasons.page().human(false));
        insta::assert_json_snapshot!("relocation_reasons_json", reasons);
    }
}
