//! What does not hang together in a plan, and the agenda that a meeting takes it up by.

use enplan_proto::plan::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Topic, instant, some, time};
use crate::failure::Failure;
use crate::terminal::View;

/// Something that does not hang together.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Finding {
    code: String,
    title: String,
    text: String,
    items: Vec<String>,
    conflict: bool,
    acknowledged: Option<Acknowledgement>,
}

/// Who has seen to it.
#[derive(Debug, PartialEq, Serialize)]
struct Acknowledgement {
    by: Option<String>,
    at: Option<Timestamp>,
    reason: String,
    item_id: String,
}

const OPEN: &[Column] = &[("HVAD", Align::Left), ("FORKLARING", Align::Left), ("KODE", Align::Left)];

const ALL: &[Column] =
    &[("KODE", Align::Left), ("FORKLARING", Align::Left), ("KVITTERET", Align::Left), ("ID", Align::Left)];

impl From<v1::Finding> for Finding {
    fn from(finding: v1::Finding) -> Self {
        Self {
            code: finding.code,
            title: finding.title,
            text: finding.text,
            items: finding.items,
            conflict: finding.conflict,
            acknowledged: finding.acknowledged.map(|seen| Acknowledgement {
                by: some(seen.by),
                at: instant(seen.at),
                reason: seen.reason,
                item_id: seen.item_id,
            }),
        }
    }
}

impl Finding {
    fn is_open(&self) -> bool {
        self.acknowledged.is_none()
    }

    fn row(&self) -> Vec<String> {
        let seen = self.acknowledged.as_ref().map(|seen| {
            let by = seen.by.as_deref().unwrap_or_default();
            format!("{} {by}: {}", time(seen.at), seen.reason)
        });
        vec![self.code.clone(), self.text.clone(), seen.unwrap_or_default(), self.items.join(" ")]
    }
}

/// The page with those that nobody has seen to.
pub(super) fn open(page: Page, findings: &[Finding]) -> Page {
    let row = |finding: &Finding| vec![finding.title.clone(), finding.text.clone(), finding.code.clone()];
    let rows = findings.iter().filter(|finding| finding.is_open()).map(row).collect();
    page.titled_table("Hænger ikke sammen", OPEN, rows)
}

/// All that was found in a plan.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CaseFindings {
    case_id: String,
    version: u64,
    findings: Vec<Finding>,
}

impl CaseFindings {
    /// What a node found in a case.
    pub(crate) fn of(case_id: String, answer: v1::ListFindingsResponse) -> Self {
        let findings = answer.findings.into_iter().map(Finding::from).collect();
        Self { case_id, version: answer.version, findings }
    }

    /// The code of the first that nobody has seen to.
    pub(crate) fn first_open(&self) -> Option<&str> {
        self.findings.iter().find(|finding| finding.is_open()).map(|finding| finding.code.as_str())
    }

    /// What the one finding of a code concerns.
    pub(crate) fn the_only(self, code: &str) -> Result<Vec<String>, Failure> {
        let mut these = self.findings.into_iter().filter(|finding| finding.code == code);
        match (these.next(), these.next()) {
            (Some(finding), None) => Ok(finding.items),
            (None, _) => Err(Failure::usage(
                "FINDING_NOT_FOUND",
                "Planen har intet fund med den kode nu. Se dem med enplan plan findings.",
            )),
            (Some(_), Some(_)) => Err(Failure::usage(
                "FINDING_NOT_NAMED",
                "Planen har flere fund med den kode. Skriv id'erne på det, fundet handler om: enplan plan findings viser dem.",
            )),
        }
    }
}

impl View for CaseFindings {
    fn page(&self) -> Page {
        if self.findings.is_empty() {
            return Page::new().line("Der er ikke fundet noget, der ikke hænger sammen.");
        }
        Page::new().table(ALL, self.findings.iter().map(Finding::row).collect())
    }
}

/// Something that a meeting is to talk about.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct AgendaPoint {
    topic: Topic,
    finding: Option<String>,
    text: String,
    items: Vec<String>,
}

impl AgendaPoint {
    /// Why and what, in a line.
    pub(super) fn line(&self) -> String {
        format!("{}: {}", self.topic.danish(), self.text)
    }
}

impl From<v1::AgendaPoint> for AgendaPoint {
    fn from(point: v1::AgendaPoint) -> Self {
        Self {
            topic: Topic::of(point.topic),
            finding: some(point.finding),
            text: point.text,
            items: point.items,
        }
    }
}

/// The agenda that a plan makes.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Agenda {
    case_id: String,
    version: u64,
    points: Vec<AgendaPoint>,
}

const POINTS: &[Column] =
    &[("NR.", Align::Right), ("EMNE", Align::Left), ("PUNKT", Align::Left), ("ID", Align::Left)];

impl Agenda {
    /// The agenda of a case.
    pub(crate) fn of(case_id: String, answer: v1::GetAgendaResponse) -> Self {
        let points = answer.points.into_iter().map(AgendaPoint::from).collect();
        Self { case_id, version: answer.version, points }
    }
}

impl View for Agenda {
    fn page(&self) -> Page {
        if self.points.is_empty() {
            return Page::new().line("Planen giver ingen punkter til en dagsorden.");
        }
        let row = |(number, point): (usize, &AgendaPoint)| {
            let topic = point.topic.danish().to_owned();
            vec![number.to_string(), topic, point.text.clone(), point.items.join(" ")]
        };
        Page::new().table(POINTS, (1..).zip(&self.points).map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn what_was_found_is_shown_with_who_has_seen_to_it() {
        let findings = CaseFindings::of(samples::CASE.into(), samples::findings());
        insta::assert_snapshot!("plan_findings_screen", findings.page().human(false));
        insta::assert_json_snapshot!("plan_findings_json", findings);
    }

    #[test]
    fn a_finding_is_named_by_its_code_alone_only_where_there_is_one_of_it() {
        let findings = || CaseFindings::of(samples::CASE.into(), samples::findings());
        assert_eq!(findings().the_only("TOO_MANY_CONTACTS").unwrap(), ["CarePlan/a", "CarePlan/b"]);
        assert_eq!(findings().the_only("GOAL_WITHOUT_ACTION").unwrap_err().code, "FINDING_NOT_NAMED");
        assert_eq!(findings().the_only("DOUBLE_EFFORT").unwrap_err().code, "FINDING_NOT_FOUND");
        assert_eq!(findings().first_open(), Some("GOAL_WITHOUT_ACTION"));
    }

    #[test]
    fn an_agenda_is_shown_in_order() {
        let agenda = Agenda::of(samples::CASE.into(), samples::agenda());
        insta::assert_snapshot!("meeting_agenda_screen", agenda.page().human(false));
        insta::assert_json_snapshot!("meeting_agenda_json", agenda);
    }

    #[test]
    fn a_plan_that_hangs_together_says_so() {
        let nothing = CaseFindings::of(samples::CASE.into(), v1::ListFindingsResponse::default());
        assert!(nothing.page().human(false).contains("ikke fundet noget"));
        assert_eq!(nothing.page().plain(), "");
    }
}
