//! What a receiver sees before it answers: no narrative, name, number or address.

use enplan_domain::basis::{Ground, LegalBasis};
use enplan_domain::handover::PreviewVersion;
use enplan_domain::plan::{Plan, PlanDocument};
use enplan_domain::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// The preview of a handover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Sectors with something in them.
    pub sectors: Vec<String>,
    /// Goals in force.
    pub goals: u32,
    /// Actions in force.
    pub actions: u32,
    /// What will be sent, as sector/kind.
    pub sections: Vec<String>,
    /// Kinds of information that will not be sent.
    pub left_out: Vec<String>,
    /// `consent`, `statutory_duty` or `other_statute`.
    pub basis_kind: String,
    /// The provision.
    pub provision: String,
    /// The sender's contact.
    pub contact: String,
    /// When the offer runs out.
    pub deadline: Timestamp,
}

/// A basis' kind, as messages name it.
pub fn basis_kind(basis: &LegalBasis) -> &'static str {
    match basis.ground() {
        Ground::Consent { .. } => "consent",
        Ground::StatutoryDuty { .. } => "statutory_duty",
        Ground::OtherStatute { .. } => "other_statute",
    }
}

/// What is sent under a basis, and the preview of it.
pub(crate) fn preview(
    plan: &Plan,
    basis: &LegalBasis,
    contact: &str,
    deadline: Timestamp,
    today: Date,
) -> (PlanDocument, Preview) {
    let document = PlanDocument::new(plan, basis);
    let counts = document.plan.counts(today);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let preview = Preview {
        sectors: counts.sectors.iter().map(ToString::to_string).collect(),
        goals: count(counts.goals),
        actions: count(counts.actions),
        sections: document.plan.sections().iter().map(ToString::to_string).collect(),
        left_out: document.left_out.iter().map(|kind| kind.as_str().to_owned()).collect(),
        basis_kind: basis_kind(basis).to_owned(),
        provision: basis.draft().provision.clone(),
        contact: contact.to_owned(),
        deadline,
    };
    (document, preview)
}

/// Names what the receiver must have seen when it answers: the sections, the legal basis and the citizen's protection.
/// Other edits of the plan don't change it.
pub(crate) fn version(document: &PlanDocument) -> PreviewVersion {
    let sections: Vec<String> = document.plan.sections().iter().map(ToString::to_string).collect();
    let left_out: Vec<&str> = document.left_out.iter().map(|kind| kind.as_str()).collect();
    let terms = serde_json::json!({
        "sections": sections,
        "left_out": left_out,
        "basis": document.basis.id().to_string(),
        "withdrawn": document.basis.withdrawal().is_some(),
        "protected": document.plan.citizen.protected,
    });
    let mut digest = [0; 32];
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, terms.to_string().as_bytes());
    digest.copy_from_slice(hash.as_ref());
    PreviewVersion(digest)
}

impl Preview {
    /// What is known of a handover that this vault, restored from an older copy, has forgotten.
    pub(crate) fn unknown(now: Timestamp) -> Self {
        Self {
            sectors: Vec::new(),
            goals: 0,
            actions: 0,
            sections: Vec::new(),
            left_out: Vec::new(),
            basis_kind: String::new(),
            provision: String::new(),
            contact: String::new(),
            deadline: now,
        }
    }
}
