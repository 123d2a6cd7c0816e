//! Legal bases.

use enplan_proto::{basis, plan};
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Municipality, basis_kind, day, instant, list, or_empty, place, section, some, time};
use crate::terminal::View;

/// A legal basis, as it stands on a plan.
#[derive(Debug, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "scripts know the id by the same name wherever it stands")]
pub(crate) struct Basis {
    basis_id: String,
    kind: String,
    recipient: Option<Municipality>,
    sections: Vec<String>,
    valid_until: Option<String>,
    withdrawn_at: Option<Timestamp>,
    provision: Option<String>,
}

impl From<plan::v1::BasisSummary> for Basis {
    fn from(basis: plan::v1::BasisSummary) -> Self {
        Self {
            basis_id: basis.basis_id,
            kind: basis.kind,
            recipient: Municipality::of(basis.recipient),
            sections: basis.sections,
            valid_until: some(basis.valid_until),
            withdrawn_at: instant(basis.withdrawn_at),
            provision: some(basis.provision),
        }
    }
}

impl Basis {
    /// What a table of them says.
    pub(crate) const COLUMNS: &'static [Column] = &[
        ("ART", Align::Left),
        ("MODTAGER", Align::Left),
        ("GÆLDER TIL", Align::Left),
        ("TRUKKET TILBAGE", Align::Left),
        ("BESTEMMELSE", Align::Left),
        ("ID", Align::Left),
        ("DÆKKER", Align::Left),
    ];

    /// Its row in such a table.
    pub(crate) fn row(&self) -> Vec<String> {
        vec![
            basis_kind(&self.kind),
            place(self.recipient.as_ref()),
            day(self.valid_until.as_ref()),
            time(self.withdrawn_at),
            or_empty(self.provision.as_ref()),
            self.basis_id.clone(),
            list(&self.sections, section),
        ]
    }
}

/// A basis was recorded.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Recorded {
    pub(crate) case_id: String,
    pub(crate) basis_id: String,
    /// What it covers.
    pub(crate) sections: Vec<String>,
}

impl View for Recorded {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Registreret", self.basis_id.clone()),
            ("Sag", self.case_id.clone()),
            ("Dækker", list(&self.sections, section)),
        ])
    }
}

/// A consent was withdrawn.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct ConsentWithdrawn {
    case_id: String,
    basis_id: String,
    transfer_id: Option<String>,
    too_late: bool,
}

impl ConsentWithdrawn {
    /// What the withdrawal of a basis on a case set in motion.
    pub(crate) fn new(case_id: String, basis_id: String, answer: basis::v1::WithdrawConsentResponse) -> Self {
        Self { case_id, basis_id, transfer_id: some(answer.transfer_id), too_late: answer.too_late }
    }

    /// The handover that rested on it.
    pub(crate) fn transfer_id(&self) -> Option<&str> {
        self.transfer_id.as_deref()
    }
}

impl View for ConsentWithdrawn {
    fn page(&self) -> Page {
        let page = Page::new().fields([
            ("Trukket tilbage", self.basis_id.clone()),
            ("Overdragelse", or_empty(self.transfer_id.as_ref())),
        ]);
        match (&self.transfer_id, self.too_late) {
            (None, _) => page.line("Ingen overdragelse hvilede på samtykket."),
            (Some(_), false) => page.line("Overdragelsen stoppes. Den er først stoppet, når registret har sagt det."),
            (Some(_), true) => page.line(
                "Det var for sent at stoppe overdragelsen: planen er den anden kommunes. At få den tilbage er en ny \
                 overdragelse.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_recorded_basis_is_shown() {
        let recorded = Recorded {
            case_id: samples::CASE.into(),
            basis_id: samples::BASIS.into(),
            sections: vec!["social/goals".into(), "social/interventions".into()],
        };
        insta::assert_snapshot!("basis_recorded_screen", recorded.page().human(false));
        insta::assert_json_snapshot!("basis_recorded_json", recorded);
    }

    #[test]
    fn a_withdrawal_says_honestly_what_became_of_the_handover() {
        let withdrawn = |transfer_id: &str, too_late| {
            let answer = basis::v1::WithdrawConsentResponse { transfer_id: transfer_id.into(), too_late };
            ConsentWithdrawn::new(samples::CASE.into(), samples::BASIS.into(), answer)
        };
        let text = |withdrawn: ConsentWithdrawn| withdrawn.page().human(false);
        assert!(text(withdrawn("", false)).contains("Ingen overdragelse"));
        assert!(text(withdrawn(samples::TRANSFER, true)).contains("for sent"));
        insta::assert_snapshot!("consent_withdrawn_screen", text(withdrawn(samples::TRANSFER, false)));
        insta::assert_json_snapshot!("consent_withdrawn_json", withdrawn(samples::TRANSFER, false));
    }
}
