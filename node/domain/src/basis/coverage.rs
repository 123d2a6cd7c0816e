//! Whether a recorded basis carries a disclosure now.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{BasisDraft, BasisRefusal, Ground, LegalBasis};
use crate::plan::{Item, Plan, Section};
use crate::{CaseHandle, Kommunekode};

/// Why a basis doesn't carry a disclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum BasisProblem {
    /// It was withdrawn.
    #[error("the legal basis was withdrawn")]
    Withdrawn,
    /// Its end has passed.
    #[error("the legal basis has expired")]
    Expired,
    /// Its beginning hasn't come.
    #[error("the legal basis is not valid yet")]
    NotYetValid,
    /// It is for somebody else.
    #[error("the legal basis is for another recipient")]
    OtherRecipient,
    /// It is somebody else's.
    #[error("the legal basis is another sender's")]
    OtherSender,
    /// It is for another case.
    #[error("the legal basis is for another case")]
    OtherCase,
}

impl BasisProblem {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Withdrawn => "BASIS_WITHDRAWN",
            Self::Expired => "BASIS_EXPIRED",
            Self::NotYetValid => "BASIS_NOT_YET_VALID",
            Self::OtherRecipient => "BASIS_OTHER_RECIPIENT",
            Self::OtherSender => "BASIS_OTHER_SENDER",
            Self::OtherCase => "BASIS_OTHER_CASE",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::Withdrawn => {
                "Samtykket er trukket tilbage. Tal med borgeren, eller brug et andet grundlag."
            }
            Self::Expired => "Grundlaget er udløbet. Indhent et nyt, før planen overdrages.",
            Self::NotYetValid => "Grundlaget gælder ikke endnu. Vent til det gælder, eller ret datoen.",
            Self::OtherRecipient => "Grundlaget gælder en anden kommune. Indhent et, der nævner modtageren.",
            Self::OtherSender => "Grundlaget gælder oplysninger fra en anden kommune. Registrer jeres eget.",
            Self::OtherCase => "Grundlaget hører til en anden sag. Vælg et, der gælder denne sag.",
        }
    }
}

impl BasisDraft {
    /// Whether it names an item: by its section, and a statutory duty by the item itself, too.
    pub fn names(&self, item: &Item) -> bool {
        let named = match &self.ground {
            Ground::StatutoryDuty { material, .. } => material.contains(&item.key),
            Ground::Consent { .. } | Ground::OtherStatute { .. } => true,
        };
        named && self.sections.contains(&item.section())
    }

    /// Refuses material that would not be sent: what the plan does not hold, or holds outside the sections named.
    pub(crate) fn check_material(&self, plan: &Plan) -> Result<(), BasisRefusal> {
        let Ground::StatutoryDuty { material, .. } = &self.ground else { return Ok(()) };
        let there: BTreeSet<_> =
            plan.live_items().filter(|item| self.names(item)).map(|item| &item.key).collect();
        if material.iter().all(|key| there.contains(key)) {
            Ok(())
        } else {
            Err(BasisRefusal::MaterialNotThere)
        }
    }

    /// The sections with something in the plan that it does not name.
    pub fn not_covered(&self, plan: &Plan) -> BTreeSet<Section> {
        plan.live_items().filter(|item| !self.names(item)).map(Item::section).collect()
    }
}

impl LegalBasis {
    /// What keeps it from holding now, whatever is to be sent to whom. Withdrawal comes first, so that nobody waits for
    /// a date in vain.
    pub fn standing(&self, now: Timestamp) -> Option<BasisProblem> {
        if self.withdrawal.is_some() {
            Some(BasisProblem::Withdrawn)
        } else if self.draft.until.is_some_and(|until| until <= now) {
            Some(BasisProblem::Expired)
        } else if now < self.draft.valid_from {
            Some(BasisProblem::NotYetValid)
        } else {
            None
        }
    }

    /// Whether the plan was sent on it: it lies with a plan that is not its sender's any more.
    pub fn is_used(&self, plan: &Plan) -> bool {
        plan.municipality != self.draft.from
    }

    /// The sections that may be sent of this case, from one municipality to another, now.
    ///
    /// # Errors
    /// [`BasisProblem`]: why nothing may. Withdrawal comes first, so that nobody waits for a date in vain.
    pub fn covers(
        &self,
        case: CaseHandle,
        from: Kommunekode,
        to: Kommunekode,
        now: Timestamp,
    ) -> Result<&BTreeSet<Section>, BasisProblem> {
        if self.withdrawal.is_some() {
            Err(BasisProblem::Withdrawn)
        } else if self.draft.case != case {
            Err(BasisProblem::OtherCase)
        } else if self.draft.from != from {
            Err(BasisProblem::OtherSender)
        } else if self.to != to {
            Err(BasisProblem::OtherRecipient)
        } else {
            self.standing(now).map_or(Ok(&self.draft.sections), Err)
        }
    }
}
