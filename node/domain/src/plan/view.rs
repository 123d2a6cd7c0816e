//! What a plan shows: as a row in a list, as a preview's counts, and cut to the sections of a legal basis.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::item::{Item, ItemKind, Status};
use super::section::{Section, SectionKind, Sector};
use super::when::When;
use super::{Life, Plan};
use crate::basis::LegalBasis;
use crate::deadlines::{Deadline, RULES, deadlines};
use crate::{Kommunekode, Narrative, UserName};

/// What a list shows of a plan, to those who may see the citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSummary {
    /// The citizen's name; empty where it isn't known.
    pub name: Narrative,
    /// The number, masked but for the date: `610181-****`. Still the citizen's data: not for a log.
    pub masked_cpr: Narrative,
    /// Whether name and address are protected.
    pub protected: bool,
    /// The owner.
    pub municipality: Kommunekode,
    /// The coordinating caseworker.
    pub caseworker: UserName,
    /// Whether the plan can be changed.
    pub life: Life,
    /// How much is in it.
    pub counts: PlanCounts,
    /// The next follow-up planned, today or later.
    pub next_follow_up: Option<When>,
    /// When the plan was last changed, where the last write of the case changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// What is due in it; none where it was written by a version that did not keep that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadlines: Option<Vec<Deadline>>,
    /// The version of the rules that found it.
    #[serde(default)]
    pub found_by: u32,
    /// Whether a former caseworker's note waits to be read.
    #[serde(default)]
    pub note_waits: bool,
}

/// How much is in a plan: all that a handover's preview says of it. No word, name, number or address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanCounts {
    /// The sectors that it spans.
    pub sectors: BTreeSet<Sector>,
    /// Wishes, purposes, goals and sub-goals that are not over.
    pub goals: usize,
    /// Interventions that are not over.
    pub actions: usize,
    /// Follow-ups planned and not held.
    pub follow_ups: usize,
}

impl PlanSummary {
    /// What is due, as today's rules find it; none where it was found by others, and the plan has to be looked into.
    pub fn due(&self) -> Option<&[Deadline]> {
        self.deadlines.as_deref().filter(|_| self.found_by == RULES)
    }
}

impl Plan {
    /// Whether somebody has closed it.
    pub fn is_closed(&self) -> bool {
        matches!(self.life, Life::Closed { .. })
    }

    /// Who has the plan now, where it was given away.
    pub fn handed_over_to(&self) -> Option<Kommunekode> {
        match self.life {
            Life::HandedOver { to, .. } => Some(to),
            Life::Open | Life::Closed { .. } => None,
        }
    }

    /// Everything in it but what was entered in error.
    pub fn live_items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().filter(|item| item.status != Status::Withdrawn)
    }

    /// What of one kind is in it, entered in error excepted, by key.
    pub fn items_of(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.live_items().filter(move |item| item.kind == kind)
    }

    /// The sections that hold something; what was entered in error is nothing.
    pub fn sections(&self) -> BTreeSet<Section> {
        self.live_items().map(Item::section).collect()
    }

    /// What a list shows, as of a day.
    pub fn summary(&self, today: Date) -> PlanSummary {
        PlanSummary {
            name: self.citizen.name.clone(),
            masked_cpr: Narrative::parse(&self.citizen.cpr.masked()).unwrap_or_default(),
            protected: self.citizen.protected,
            municipality: self.municipality,
            caseworker: self.caseworker.clone(),
            life: self.life.clone(),
            counts: self.counts(today),
            next_follow_up: self
                .items_of(ItemKind::FollowUp)
                .filter(|item| item.status == Status::Planned && !self.is_part(item))
                .filter_map(|item| item.starts)
                .filter(|starts| starts.day() >= today)
                .min_by_key(|starts| starts.day()),
            changed_at: None,
            deadlines: Some(deadlines(self)),
            found_by: RULES,
            note_waits: self.unread_notes().next().is_some(),
        }
    }

    /// How much is in it, as of a day.
    pub fn counts(&self, today: Date) -> PlanCounts {
        let mut counts = PlanCounts::default();
        for item in self.joined().live_items() {
            counts.sectors.insert(item.sector.clone());
            if matches!(item.status_on(today), Status::Ended | Status::Cancelled) {
                continue;
            }
            match item.kind {
                ItemKind::Wish | ItemKind::Purpose | ItemKind::Goal | ItemKind::SubGoal => counts.goals += 1,
                ItemKind::Intervention => counts.actions += 1,
                ItemKind::FollowUp => counts.follow_ups += 1,
                _ => {}
            }
        }
        counts
    }

    /// The plan with these sections alone, and the kinds of information that it left out (invariant I12). Links to what
    /// is left out go with it, and so do all legal bases: a package names the one it is sent under. Where the plan has
    /// been goes too, and of the citizen all but [`super::Citizen::as_sent`].
    pub fn restricted_to(&self, sections: &BTreeSet<Section>) -> (Self, BTreeSet<SectionKind>) {
        self.keep(|item| sections.contains(&item.section()))
    }

    /// The plan as this basis lets it be sent: its sections, and of a statutory duty only the material that it names,
    /// item by item. Whether the basis holds at all is [`LegalBasis::covers`]'s to say.
    pub fn disclosed_under(&self, basis: &LegalBasis) -> (Self, BTreeSet<SectionKind>) {
        self.keep(|item| basis.draft().names(item))
    }

    fn keep(&self, wanted: impl Fn(&Item) -> bool) -> (Self, BTreeSet<SectionKind>) {
        let mut kept = self.clone();
        let mut left_out = BTreeSet::new();
        // What was entered in error says nothing of the citizen: it neither travels nor counts as left out.
        kept.items.retain(|_, item| item.status != Status::Withdrawn);
        kept.items.retain(|_, item| {
            let stays = wanted(item);
            if !stays {
                left_out.insert(item.kind.section_kind());
            }
            stays
        });
        // Cases never leave the municipality, and what siblings share is the citizen's own from here on.
        kept.items.values_mut().for_each(|item| item.shared.clear());
        // Who somebody else is, no basis of the citizen's carries: what they are to each other goes, without name and number.
        // Of a meeting, who the people in the citizen's life are stays here likewise; who came for work is told.
        let tellable = self.tellable_doers();
        for item in kept.items.values_mut() {
            let names = [item.forget_third_persons(), item.forget_doer_but(&tellable)];
            if names.contains(&true) {
                left_out.insert(item.kind.section_kind());
            }
        }
        // A link whose target is unknown may lead to what is left out, so it stays only where nothing is.
        if !left_out.is_empty() {
            let keys: BTreeSet<_> = kept.items.keys().cloned().collect();
            for item in kept.items.values_mut() {
                item.forget_all_but(&keys);
            }
        }
        kept.bases.clear();
        kept.arrivals.clear();
        kept.merged_into = None;
        kept.citizen = kept.citizen.as_sent();
        (kept, left_out)
    }
}
