//! Handovers and their previews.

use enplan_proto::handover::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::family::{self, FamilyMove};
use super::layout::{Align, Column, Page};
use super::relocation::place_name;
use super::thread::{self, Message};
use super::words::{
    Municipality, Side, State, basis_kind, ending, instant, list, or_empty, section, section_kind, sector,
    some, time,
};
use crate::terminal::View;

/// Several handovers.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Handovers {
    handovers: Vec<Handover>,
    families: Vec<FamilyMove>,
}

/// A handover, as this side knows it.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Handover {
    transfer_id: Option<String>,
    side: Side,
    counterpart: Option<Municipality>,
    state: State,
    phase: Option<String>,
    ending: Option<String>,
    comment: Option<String>,
    preview_version: Option<String>,
    preview: Option<Preview>,
    case_id: Option<String>,
    began_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    waiting_for: Option<String>,
    thread: Vec<Message>,
    escalated: bool,
    counterpart_masked: bool,
    family_id: Option<String>,
}

/// What the receiver sees before it answers.
#[derive(Debug, PartialEq, Serialize)]
struct Preview {
    sectors: Vec<String>,
    goals: u32,
    actions: u32,
    sections: Vec<String>,
    left_out: Vec<String>,
    basis_kind: String,
    provision: Option<String>,
    contact: Option<String>,
    deadline: Option<Timestamp>,
}

impl From<v1::Handover> for Handover {
    fn from(handover: v1::Handover) -> Self {
        let preview = |preview: v1::Preview| Preview {
            sectors: preview.sectors,
            goals: preview.goals,
            actions: preview.actions,
            sections: preview.sections,
            left_out: preview.left_out,
            basis_kind: preview.basis_kind,
            provision: some(preview.provision),
            contact: some(preview.contact),
            deadline: instant(preview.deadline),
        };
        Self {
            transfer_id: some(handover.transfer_id),
            side: Side::of(handover.side),
            counterpart: Municipality::of(handover.counterpart),
            state: State::of(handover.state),
            phase: some(handover.phase),
            ending: some(handover.ending),
            comment: some(handover.comment),
            preview_version: some(handover.preview_version),
            preview: handover.preview.map(preview),
            case_id: some(handover.case_id),
            began_at: instant(handover.began_at),
            updated_at: instant(handover.updated_at),
            waiting_for: some(handover.waiting_for),
            thread: handover.thread.into_iter().map(Message::from).collect(),
            escalated: handover.escalated,
            counterpart_masked: handover.counterpart_masked,
            family_id: some(handover.family_id),
        }
    }
}

impl From<v1::ListHandoversResponse> for Handovers {
    fn from(answer: v1::ListHandoversResponse) -> Self {
        Self {
            handovers: answer.handovers.into_iter().map(Handover::from).collect(),
            families: answer.families.into_iter().map(FamilyMove::from).collect(),
        }
    }
}

impl Handover {
    /// Its id; none where only a preview was asked for.
    pub(crate) fn transfer_id(&self) -> Option<&str> {
        self.transfer_id.as_deref()
    }

    /// The case here, where there is one.
    pub(crate) fn case_id(&self) -> Option<&str> {
        self.case_id.as_deref()
    }

    /// The preview's version, in hexadecimal.
    pub(crate) fn preview_version(&self) -> Option<&str> {
        self.preview_version.as_deref()
    }

    /// How far it has come.
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Whether it was offered here: then its preview has come.
    pub(crate) fn is_offered_here(&self) -> bool {
        self.side == Side::Destination
    }

    /// Whether somebody here must answer it.
    pub(crate) fn awaits_answer(&self) -> bool {
        self.side == Side::Destination && self.state == State::Received
    }

    /// When the offer runs out.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.preview.as_ref().and_then(|preview| preview.deadline)
    }

    /// What keeps it waiting.
    pub(super) fn waiting_for(&self) -> Option<&String> {
        self.waiting_for.as_ref()
    }

    /// What its preview says is sent, and what is not, in a few words.
    pub(super) fn contents(&self) -> String {
        let Some(preview) = &self.preview else { return String::new() };
        let left_out = match preview.left_out.as_slice() {
            [] => String::new(),
            kinds => format!("; ikke {}", list(kinds, section_kind).to_lowercase()),
        };
        format!("{} mål, {} indsatser{left_out}", preview.goals, preview.actions)
    }

    /// How far it has come, in one line.
    pub(crate) fn progress(&self) -> String {
        match &self.waiting_for {
            Some(waiting) => format!("{}: {waiting}", self.state.danish()),
            None => self.state.danish().to_owned(),
        }
    }
}

const LIST: &[Column] = &[
    ("OVERDRAGELSE", Align::Left),
    ("SIDE", Align::Left),
    ("KOMMUNE", Align::Left),
    ("TILSTAND", Align::Left),
    ("FRIST", Align::Left),
    ("ÆNDRET", Align::Left),
    ("VENTER PÅ", Align::Left),
];

impl View for Handovers {
    fn page(&self) -> Page {
        if self.handovers.is_empty() && self.families.is_empty() {
            return Page::new().line("Der er ingen overdragelser på listen.");
        }
        // A family is one line, and its handovers stand in `handover family show`.
        let alone = self.handovers.iter().filter(|handover| handover.family_id.is_none());
        let rows = alone.map(|handover| {
            vec![
                or_empty(handover.transfer_id.as_ref()),
                handover.side.danish().to_owned(),
                place_name(handover.counterpart.as_ref(), handover.counterpart_masked),
                handover.state.danish().to_owned(),
                time(handover.preview.as_ref().and_then(|preview| preview.deadline)),
                time(handover.updated_at),
                or_empty(handover.waiting_for.as_ref()),
            ]
        });
        family::listed(Page::new().table(LIST, rows.collect()), &self.families)
    }
}

impl Handovers {
    /// The first that somebody here must answer by itself.
    pub(crate) fn first_to_answer(&self) -> Option<&str> {
        let alone = |handover: &&Handover| handover.awaits_answer() && handover.family_id.is_none();
        self.handovers.iter().find(alone).and_then(Handover::transfer_id)
    }

    /// The first family that somebody here must answer.
    pub(crate) fn first_family_to_answer(&self) -> Option<&str> {
        self.families.iter().find_map(FamilyMove::to_answer)
    }

    /// The first on the list.
    pub(crate) fn first(&self) -> Option<&str> {
        self.handovers.first().and_then(Handover::transfer_id)
    }
}

impl View for Handover {
    fn page(&self) -> Page {
        let other = place_name(self.counterpart.as_ref(), self.counterpart_masked);
        let title = match (&self.transfer_id, self.side) {
            (None, _) => format!("Forhåndsvisning til {other}: intet er sendt"),
            (Some(_), Side::Destination) => format!("Overdragelse fra {other}"),
            (Some(_), _) => format!("Overdragelse til {other}"),
        };
        let state = if self.transfer_id.is_some() { self.state.danish() } else { "" };
        let page = Page::new().title(title).fields([
            ("Overdragelse", or_empty(self.transfer_id.as_ref())),
            ("Tilstand", state.to_owned()),
            ("Venter på", or_empty(self.waiting_for.as_ref())),
            ("Årsag", self.ending.as_deref().map(ending).unwrap_or_default()),
            ("Svar fra modtageren", or_empty(self.comment.as_ref())),
            ("Sag", or_empty(self.case_id.as_ref())),
            ("Familieflytning", or_empty(self.family_id.as_ref())),
            ("Begyndt", time(self.began_at)),
            ("Ændret", time(self.updated_at)),
        ]);
        let page = thread::of(page, &self.thread);
        let Some(preview) = &self.preview else { return page };
        let left_out = match preview.left_out.as_slice() {
            [] => "Intet".to_owned(),
            kinds => list(kinds, section_kind),
        };
        page.title("Forhåndsvisning").fields([
            ("Sektorer", list(&preview.sectors, sector)),
            ("Mål", preview.goals.to_string()),
            ("Indsatser", preview.actions.to_string()),
            ("Sendes", list(&preview.sections, section)),
            ("Sendes ikke", left_out),
            ("Grundlag", basis_kind(&preview.basis_kind)),
            ("Bestemmelse", or_empty(preview.provision.as_ref())),
            ("Kontakt hos afsenderen", or_empty(preview.contact.as_ref())),
            ("Frist", time(preview.deadline)),
            ("Version", or_empty(self.preview_version.as_ref())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn handovers_are_listed() {
        let handovers = Handovers::from(samples::handovers());
        insta::assert_snapshot!("handover_list_screen", handovers.page().human(false));
        insta::assert_json_snapshot!("handover_list_json", handovers);
        assert_eq!(handovers.first_to_answer(), Some(samples::TRANSFER));
    }

    #[test]
    fn a_handover_is_shown_with_what_is_left_out_said_plainly() {
        let handover = Handover::from(samples::handover());
        insta::assert_snapshot!("handover_show_screen", handover.page().human(false));
        insta::assert_json_snapshot!("handover_show_json", handover);
    }

    #[test]
    fn a_preview_that_was_not_sent_says_so() {
        let preview = v1::Handover { transfer_id: String::new(), ..samples::handover() };
        let text = Handover::from(preview).page().human(false);
        assert!(text.starts_with("Forhåndsvisning til Gribskov: intet er sendt\n"), "{text}");
        assert!(!text.contains("Tilstand"), "{text}");
    }

    #[test]
    fn a_rejection_shows_the_receiver_s_reason() {
        let rejected = v1::Handover {
            side: v1::Side::Source.into(),
            state: v1::State::Rejected.into(),
            ending: "REJECTED".to_owned(),
            comment: "Borgeren er ikke flyttet hertil: Flytningen er udsat".to_owned(),
            ..samples::handover()
        };
        let text = Handover::from(rejected).page().human(false);
        assert!(text.contains("Afvist") && text.contains("Flytningen er udsat"), "{text}");
    }

    #[test]
    fn only_the_receiver_has_to_answer() {
        let sent = v1::Handover { side: v1::Side::Source.into(), ..samples::handover() };
        assert!(Handover::from(samples::handover()).awaits_answer());
        assert!(!Handover::from(sent).awaits_answer());
    }
}
