//! A consent that was given elsewhere, and whether it can be a legal basis here: only where it says by itself all that this
//! program's rules ask of one. Nobody fills in for a citizen what they have not said.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StatementRefusal;
use crate::basis::{BasisDraft, ConsentForm, ConsentGiver, DataProtectionBasis, Ground};
use crate::plan::{ItemKey, Section, When};
use crate::{BasisId, CaseHandle, Kommunekode, Narrative};

/// A consent as a report tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedConsent {
    /// When it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<When>,
    /// Whether it says no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refuses: bool,
    /// Who may send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Kommunekode>,
    /// Who may receive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Kommunekode>,
    /// What.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sections: BTreeSet<Section>,
    /// What for.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub purpose: Narrative,
    /// The provision that it leans on, by its id in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision: Option<String>,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when, that instant not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ConsentForm>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<ConsentGiver>,
    /// What it is in the source's own words.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub words: Narrative,
}

/// The legal basis that a consent's resource would be, where its id can be one.
pub(super) fn basis_id(key: &ItemKey) -> Option<BasisId> {
    (key.resource_type() == "Consent").then(|| key.id().parse().ok())?
}

impl StatedConsent {
    /// What would be recorded: what is missing stays missing, for the rules of legal bases to refuse.
    pub(super) fn draft(
        &self,
        key: &ItemKey,
        case: CaseHandle,
        new: BasisId,
        now: Timestamp,
    ) -> Result<BasisDraft, StatementRefusal> {
        if self.refuses {
            return Err(StatementRefusal::ConsentRefused);
        }
        let given_by = self.given_by.ok_or(StatementRefusal::ConsentWithoutGiver)?;
        let form = self.form.ok_or(StatementRefusal::ConsentWithoutForm)?;
        let given = match self.given {
            Some(When::Instant(at)) => Some(at),
            _ => None,
        };
        Ok(BasisDraft {
            id: basis_id(key).unwrap_or(new),
            case,
            from: self.from.ok_or(StatementRefusal::ConsentWithoutSender)?,
            to: self.to,
            sections: self.sections.clone(),
            provision: self.provision.clone().unwrap_or_default(),
            valid_from: self.valid_from.or(given).unwrap_or(now),
            until: self.until,
            data_protection: DataProtectionBasis::NORMAL,
            ground: Ground::Consent { purpose: self.purpose.clone(), form, given_by },
        })
    }
}
