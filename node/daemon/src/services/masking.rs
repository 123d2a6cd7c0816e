//! What a screen keeps back of where a protected citizen goes: which municipality, and what is said there or of it.
//!
//! A threatened person's whereabouts are told by a municipality's code as well as by an address. It is shown only by an act
//! of its own, for a reason, that is in the citizen's log.

use enplan_domain::access::Action;
use enplan_domain::relocation::Place;
use enplan_domain::{CaseId, Kommunekode};
use enplan_vault::{AuditEntry, Write};

use super::Desk;
use super::casework::Case;
use crate::failure::Failure;
use crate::sessions::Caller;

/// Why somebody may be shown where a protected citizen has moved: a word, since no text about a citizen is in the log.
const REVEAL_REASONS: [&str; 3] = ["handover", "contact", "legal-duty"];

/// What one screen shows of other municipalities. Everything there that names one goes through it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Masking {
    me: Kommunekode,
    is_on: bool,
}

impl Masking {
    /// For what a screen shows in passing of a citizen, protected or not, or with somebody who is.
    pub(super) fn of(me: Kommunekode, hides_destination: bool) -> Self {
        Self { me, is_on: hides_destination }
    }

    /// For what nobody's protection is about.
    pub(super) fn off(me: Kommunekode) -> Self {
        Self { me, is_on: false }
    }

    /// The municipality whose screen it is.
    pub(super) fn me(self) -> Kommunekode {
        self.me
    }

    /// Whether anything is kept back.
    pub(super) fn is_on(self) -> bool {
        self.is_on
    }

    /// Whether a municipality is: never the screen's own.
    pub(super) fn hides(self, municipality: Kommunekode) -> bool {
        self.is_on && municipality != self.me
    }

    /// A municipality's code, or nothing.
    pub(super) fn municipality(self, municipality: Kommunekode) -> String {
        if self.hides(municipality) { String::new() } else { municipality.to_string() }
    }

    /// Where somebody moves from or to, or nothing: of two moves, each end tells of the other.
    pub(super) fn place(self, place: Place) -> String {
        if self.is_on { String::new() } else { place.to_string() }
    }

    /// What is said by a municipality or of it, or nothing: nobody there was told not to name a place.
    pub(super) fn words(self, of: Kommunekode, words: &str) -> &str {
        if self.hides(of) { "" } else { words }
    }
}

impl Desk {
    /// What a screen keeps back of a case: nothing where the caller says why they must see it.
    pub(super) async fn masking(
        &self,
        caller: &Caller,
        case: &Case,
        reveal_reason: &str,
    ) -> Result<Masking, Failure> {
        if reveal_reason.is_empty() {
            return Ok(Masking::of(self.municipality, case.hides_destination));
        }
        self.reveal(caller, case.stored.row.case, reveal_reason).await?;
        Ok(Masking::off(self.municipality))
    }

    /// A case, for somebody who is shown where its protected citizen has moved. In the log before it is shown.
    pub(super) async fn reveal(&self, caller: &Caller, id: CaseId, reason: &str) -> Result<Case, Failure> {
        let reason = REVEAL_REASONS.into_iter().find(|known| *known == reason.trim()).ok_or_else(|| {
            Failure::field(
                "reason",
                "UNKNOWN_REVEAL_REASON",
                "no such reason to be shown what is masked",
                "Angiv, hvorfor du skal se det: handover, contact eller legal-duty.",
            )
        })?;
        let action = Action::RevealDestination;
        let case = self.open_case(caller, action, id).await?;
        let entry = AuditEntry::done(caller.actor.clone(), action.as_str(), vec![id]).saying(reason);
        self.vault.write(Write::of(entry)).await?;
        Ok(case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_hides_every_municipality_but_its_own_and_what_is_said_there() {
        let (gribskov, hilleroed) = ("0270".parse().unwrap(), "0219".parse().unwrap());
        let on = Masking { me: gribskov, is_on: true };
        assert_eq!((on.municipality(hilleroed), on.municipality(gribskov)), (String::new(), "0270".into()));
        assert_eq!((on.words(hilleroed, "Hun er her"), on.words(gribskov, "Hvornår?")), ("", "Hvornår?"));
        assert_eq!((on.place("0270".parse().unwrap()), on.place(Place::Abroad)), <_>::default());
        let off = Masking::off(gribskov);
        assert_eq!((off.municipality(hilleroed), off.words(hilleroed, "Ja")), ("0219".into(), "Ja"));
    }
}
