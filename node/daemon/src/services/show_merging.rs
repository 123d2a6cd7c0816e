//! What looks like the same, as messages show it: each with where it comes from.

use std::collections::BTreeSet;

use enplan_domain::catalogue::PLAN_KINDS;
use enplan_domain::plan::merging::proposals;
use enplan_domain::plan::{Item, ItemKey, LinkRole, Plan, Proposal, Source};
use enplan_domain::terminology::Terminology;
use enplan_domain::{Cpr, Date};
use enplan_proto::plan::v1 as proto;

use super::show;

/// What showing something of a plan needs beside it.
pub(super) struct Shown<'p> {
    pub(super) plan: &'p Plan,
    pub(super) day: Date,
    pub(super) words: &'p Terminology,
    /// Who is among the protected.
    pub(super) protected: BTreeSet<Cpr>,
}

impl Shown<'_> {
    /// What looks like the same in the plan.
    pub(super) fn proposals(&self) -> Vec<proto::MergeProposal> {
        proposals(self.plan, self.day).iter().map(|proposal| self.proposal(proposal)).collect()
    }

    fn proposal(&self, proposal: &Proposal) -> proto::MergeProposal {
        let why = proposal.why.iter();
        proto::MergeProposal {
            items: self.candidates(&proposal.items),
            why: why.clone().map(|likeness| likeness.as_str().to_owned()).collect(),
            text: why.map(|likeness| likeness.danish()).collect::<Vec<_>>().join(", "),
        }
    }

    /// Things of the plan; those that are gone are passed over.
    pub(super) fn candidates(&self, keys: &[ItemKey]) -> Vec<proto::Candidate> {
        let there = keys.iter().filter_map(|key| self.plan.items.get(key));
        there
            .map(|item| proto::Candidate {
                item: Some(show::item(item, self.day, self.words, &self.protected)),
                source: self.source(item),
            })
            .collect()
    }

    fn source(&self, item: &Item) -> String {
        let gathered = item.links_to(LinkRole::TakenFrom).find_map(|key| self.plan.items.get(key));
        let kind = gathered.and_then(|plan| plan.plan_kind.as_deref());
        if let Some(kind) = kind {
            let known = PLAN_KINDS.iter().find(|entry| entry.id == kind);
            return known.map_or_else(|| kind.to_owned(), |entry| entry.danish.to_owned());
        }
        let from = item.provenance.municipality;
        let elsewhere =
            if from == self.plan.municipality { String::new() } else { format!(", {}", from.called()) };
        match &item.provenance.source {
            Source::Staff { by } => format!("{by}{elsewhere}"),
            Source::Report { bundle, organisation } => {
                let system = organisation.as_deref().or(bundle.as_deref()).unwrap_or_default();
                format!("rapport {system}{elsewhere}").replace(" ,", ",")
            }
        }
    }
}
