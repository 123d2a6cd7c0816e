//! Legal bases.

use enplan_proto::{basis, plan};
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::relocation::place_name;
use super::words::{
    Municipality, basis_kind, day, instant, list, or_empty, place, section, some, standing, time,
};
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
            place_name(self.recipient.as_ref(), self.recipient.is_none()),
            day(self.valid_until.as_ref()),
            time(self.withdrawn_at),
            or_empty(self.provision.as_ref()),
            self.basis_id.clone(),
            list(&self.sections, section),
        ]
    }
}

/// A legal basis with all that was recorded of it, and in plain Danish.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct BasisShown {
    basis_id: String,
    kind: String,
    standing: String,
    sender: Option<Municipality>,
    recipient: Option<Municipality>,
    sections: Vec<String>,
    provision: String,
    citation: String,
    valid_from: String,
    valid_until: Option<String>,
    recorded_at: Option<Timestamp>,
    recorded_by: String,
    withdrawn_at: Option<Timestamp>,
    withdrawn_by: Option<String>,
    purpose: Option<String>,
    form: Option<&'static str>,
    giver: Option<&'static str>,
    assessment: Option<String>,
    summary: Option<String>,
    material: Vec<String>,
    reason: Option<String>,
    article_6: String,
    article_9: String,
    text: String,
}

impl From<basis::v1::Basis> for BasisShown {
    fn from(basis: basis::v1::Basis) -> Self {
        Self {
            form: form(basis.form()),
            giver: giver(basis.giver()),
            basis_id: basis.basis_id,
            kind: basis.kind,
            standing: basis.standing,
            sender: Municipality::of(basis.sender),
            recipient: Municipality::of(basis.recipient),
            sections: basis.sections,
            provision: basis.provision,
            citation: basis.citation,
            valid_from: basis.valid_from,
            valid_until: some(basis.valid_until),
            recorded_at: instant(basis.recorded_at),
            recorded_by: basis.recorded_by,
            withdrawn_at: instant(basis.withdrawn_at),
            withdrawn_by: some(basis.withdrawn_by),
            purpose: some(basis.purpose),
            assessment: some(basis.assessment),
            summary: some(basis.summary),
            material: basis.material,
            reason: some(basis.reason),
            article_6: basis.article_6,
            article_9: basis.article_9,
            text: basis.text,
        }
    }
}

fn form(form: basis::v1::ConsentForm) -> Option<&'static str> {
    match form {
        basis::v1::ConsentForm::Unspecified => None,
        basis::v1::ConsentForm::Written => Some("written"),
        basis::v1::ConsentForm::Digital => Some("digital"),
        basis::v1::ConsentForm::OralNoted => Some("oral"),
    }
}

fn giver(giver: basis::v1::ConsentGiver) -> Option<&'static str> {
    match giver {
        basis::v1::ConsentGiver::Unspecified => None,
        basis::v1::ConsentGiver::Citizen => Some("citizen"),
        basis::v1::ConsentGiver::Guardian => Some("guardian"),
        basis::v1::ConsentGiver::CustodyHolder => Some("custody_holder"),
        basis::v1::ConsentGiver::CustodyHolders => Some("custody-holders"),
        basis::v1::ConsentGiver::YoungPerson => Some("young_person"),
    }
}

impl View for BasisShown {
    fn page(&self) -> Page {
        let page = match self.recipient {
            None => Page::new()
                .line("Hvem det er givet til, er skjult: borgeren er beskyttet. Vis det med --reveal."),
            Some(_) => Page::new().text(&self.text),
        };
        page.fields([
            ("Grundlag", self.basis_id.clone()),
            ("Art", basis_kind(&self.kind)),
            ("Tilstand", standing(&self.standing)),
            ("Bestemmelse", self.citation.clone()),
        ])
    }
}

/// A plan's legal bases.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Bases {
    bases: Vec<BasisShown>,
}

impl From<basis::v1::ListBasesResponse> for Bases {
    fn from(answer: basis::v1::ListBasesResponse) -> Self {
        Self { bases: answer.bases.into_iter().map(BasisShown::from).collect() }
    }
}

impl Bases {
    /// The id of the newest.
    pub(crate) fn first(&self) -> Option<&str> {
        self.bases.first().map(|basis| basis.basis_id.as_str())
    }
}

const BASES: &[Column] = &[
    ("GRUNDLAG", Align::Left),
    ("ART", Align::Left),
    ("TILSTAND", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("GÆLDER TIL", Align::Left),
    ("REGISTRERET", Align::Left),
    ("AF", Align::Left),
    ("DÆKKER", Align::Left),
];

impl View for Bases {
    fn page(&self) -> Page {
        if self.bases.is_empty() {
            return Page::new()
                .line("Der er ikke registreret noget grundlag for at sende planens oplysninger.");
        }
        let rows = self.bases.iter().map(|basis| {
            vec![
                basis.basis_id.clone(),
                basis_kind(&basis.kind),
                standing(&basis.standing),
                place(basis.sender.as_ref()),
                place_name(basis.recipient.as_ref(), basis.recipient.is_none()),
                day(basis.valid_until.as_ref()),
                time(basis.recorded_at),
                basis.recorded_by.clone(),
                list(&basis.sections, section),
            ]
        });
        Page::new().table(BASES, rows.collect())
    }
}

/// A basis was recorded.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Recorded {
    pub(crate) case_id: String,
    pub(crate) basis_id: String,
    /// What it covers.
    pub(crate) sections: Vec<String>,
    /// What the plan holds now outside of it.
    pub(crate) not_covered: Vec<String>,
}

impl View for Recorded {
    fn page(&self) -> Page {
        let page = Page::new().fields([
            ("Registreret", self.basis_id.clone()),
            ("Sag", self.case_id.clone()),
            ("Dækker", list(&self.sections, section)),
            ("Dækker ikke", list(&self.not_covered, section)),
        ]);
        if self.not_covered.is_empty() {
            page.line("Alt, hvad planen indeholder nu, er dækket.")
        } else {
            page.line("Det, der ikke er dækket, indeholder planen nu. Det sendes ikke på dette grundlag.")
        }
    }
}

/// A consent was withdrawn.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct ConsentWithdrawn {
    case_id: String,
    basis_id: String,
    transfer_id: Option<String>,
    effect: String,
}

impl ConsentWithdrawn {
    /// What the withdrawal of a basis on a case set in motion.
    pub(crate) fn new(case_id: String, basis_id: String, effect: basis::v1::WithdrawalEffect) -> Self {
        Self { case_id, basis_id, transfer_id: some(effect.transfer_id), effect: effect.code }
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
        match self.effect.as_str() {
            "stops_sending" => page.line("Ingen overdragelse hvilede på samtykket. Der sendes ikke mere på det."),
            "stops_handover" => {
                page.line("Overdragelsen stoppes. Den er først stoppet, når registret har sagt det.")
            }
            "races_commit" => page.line(
                "Overdragelsen forsøges stoppet. Var den besluttet forinden, er planen modtagerens: se forløbet.",
            ),
            "handover_stops_already" => {
                page.line("Overdragelsen var ved at blive stoppet. Der sendes ikke mere på samtykket.")
            }
            "withdrawn_already" => page.line("Samtykket var allerede trukket tilbage."),
            // A newer node's: the handover says what came of it.
            _ => page,
        }
    }
}

/// What withdrawing a consent would do now.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct WithdrawalPreview {
    case_id: String,
    basis_id: String,
    transfer_id: Option<String>,
    effect: String,
    text: String,
}

impl WithdrawalPreview {
    /// The effect that a node tells of withdrawing a basis on a case.
    pub(crate) fn new(case_id: String, basis_id: String, effect: basis::v1::WithdrawalEffect) -> Self {
        let transfer_id = some(effect.transfer_id);
        Self { case_id, basis_id, transfer_id, effect: effect.code, text: effect.text }
    }
}

impl View for WithdrawalPreview {
    fn page(&self) -> Page {
        Page::new().line(&*self.text).fields([
            ("Grundlag", self.basis_id.clone()),
            ("Overdragelse", or_empty(self.transfer_id.as_ref())),
        ])
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
            not_covered: vec!["employment/goals".into()],
        };
        insta::assert_snapshot!("basis_recorded_screen", recorded.page().human(false));
        insta::assert_json_snapshot!("basis_recorded_json", recorded);
        let all = Recorded { not_covered: Vec::new(), ..recorded };
        assert!(all.page().human(false).contains("Alt, hvad planen indeholder nu, er dækket."));
    }

    #[test]
    fn a_basis_is_shown_in_the_words_that_the_node_put_it_in() {
        let shown = BasisShown::from(samples::basis());
        insta::assert_snapshot!("basis_show_screen", shown.page().human(false));
        insta::assert_json_snapshot!("basis_show_json", shown);
    }

    #[test]
    fn whom_a_basis_of_a_protected_citizen_is_for_is_said_to_be_hidden() {
        let masked = basis::v1::Basis { recipient: String::new(), text: String::new(), ..samples::basis() };
        let text = BasisShown::from(masked.clone()).page().human(false);
        assert!(text.contains("--reveal") && text.contains("Samtykke"), "{text}");
        let listed = Bases::from(basis::v1::ListBasesResponse { bases: vec![masked] }).page().human(false);
        assert!(listed.contains("(skjult)"), "{listed}");
    }

    #[test]
    fn what_a_withdrawal_would_do_is_shown() {
        let preview = WithdrawalPreview::new(samples::CASE.into(), samples::BASIS.into(), samples::effect());
        insta::assert_snapshot!("withdrawal_preview_screen", preview.page().human(false));
        insta::assert_json_snapshot!("withdrawal_preview_json", preview);
    }

    #[test]
    fn a_plan_s_bases_are_listed() {
        let bases = Bases::from(samples::bases());
        insta::assert_snapshot!("basis_list_screen", bases.page().human(false));
        insta::assert_json_snapshot!("basis_list_json", bases);
        let none = Bases { bases: Vec::new() };
        assert!(none.page().human(false).contains("ikke registreret noget grundlag"));
    }

    #[test]
    fn a_withdrawal_says_honestly_what_became_of_the_handover() {
        let withdrawn = |code: &str| {
            let effect = basis::v1::WithdrawalEffect { code: code.into(), ..samples::effect() };
            ConsentWithdrawn::new(samples::CASE.into(), samples::BASIS.into(), effect)
        };
        let text = |code: &str| withdrawn(code).page().human(false);
        for (code, words) in [
            ("stops_sending", "Ingen overdragelse hvilede"),
            ("races_commit", "forsøges stoppet"),
            ("handover_stops_already", "var ved at blive stoppet"),
            ("withdrawn_already", "allerede trukket tilbage"),
        ] {
            assert!(text(code).contains(words), "{code}: {}", text(code));
        }
        insta::assert_snapshot!("consent_withdrawn_screen", text("stops_handover"));
        insta::assert_json_snapshot!("consent_withdrawn_json", withdrawn("stops_handover"));
    }
}
