//! One plan for one citizen: what is in it, and how events make it.
//!
//! A plan is what its events say: [`Plan::begin`] takes the first, [`Plan::apply`] each later one. What may happen is
//! decided by [`decide`], which changes nothing and returns events or a typed [`PlanRefusal`].

pub mod agreement;
pub mod arrival;
pub mod assessing;
pub mod citizen;
pub mod command;
mod convening;
pub mod coordination;
mod decide;
pub mod document;
pub mod evaluation;
pub mod event;
pub mod findings;
mod handing_on;
pub mod history;
pub mod item;
pub mod key;
pub mod meeting;
pub mod merging;
pub mod provenance;
pub mod refusal;
pub mod relation;
pub mod section;
mod third_persons;
pub mod view;
pub mod when;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use agreement::{Agreement, Contact, Grant, Lasting, NotALasting};
pub use assessing::{
    Answer, AssessmentRefusal, CriterionFinding, Decided, Membership, NotAScore, Score,
    TargetGroupAssessment, Worded,
};
pub use citizen::{Address, Citizen};
pub use command::{Bearing, ItemChange, NewItem, PlanCommand};
pub use decide::decide;
pub use document::{DocumentRefusal, PlanDocument};
pub use evaluation::{Evaluation, Reach};
pub use event::{Confirmed, PlanEvent};
pub use findings::{Acknowledgement, Finding, FindingCode};
pub use history::{Change, history};
pub use item::{Aspect, Code, Detail, Item, ItemKind, Link, LinkRole, Status};
pub use key::{ItemKey, NotAnItemKey};
pub use meeting::{AgendaPoint, DecidedAction, Held, Meeting, NewDecision, NewMeeting, Participant, Topic};
pub use merging::{Likeness, MergeDecision, MergeRefusal, Proposal, TakenIn};
pub use provenance::{Provenance, Source, Voice};
pub use refusal::PlanRefusal;
pub use relation::{Custody, Kinship, PersonGround, RelatedPerson, Relation};
pub use section::{Section, SectionKind, Sector};
pub use view::{PlanCounts, PlanSummary};
pub use when::When;

use crate::basis::LegalBasis;
use crate::{BasisId, CaseId, Epoch, Kommunekode, TransferId, UserName, danish_day};

/// How a plan came here from another municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// From whom.
    pub from: Kommunekode,
    /// Under which handover.
    pub transfer: TransferId,
    /// The epoch since then.
    pub epoch: Epoch,
    /// When it was opened here.
    pub at: Timestamp,
    /// The kinds of information that the legal basis did not cover.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<SectionKind>,
}

/// Why a plan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Its goals are reached, or no more support is needed.
    Finished,
    /// The citizen no longer wants it.
    CitizenDeclined,
    /// The citizen moved where nobody takes it over.
    MovedAway,
    /// The citizen died.
    Died,
    /// It was laid into the citizen's other plan here, which goes on.
    Merged,
}

/// Whether a plan can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Life {
    /// It can.
    Open,
    /// It has ended.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: CloseReason,
    },
    /// Another municipality has it.
    HandedOver {
        /// When.
        at: Timestamp,
        /// Who.
        to: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
    },
}

/// One citizen's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Whose.
    pub citizen: Citizen,
    /// The municipality that owns it.
    pub municipality: Kommunekode,
    /// The one coordinating caseworker (koordinerende sagsbehandler).
    pub caseworker: UserName,
    /// Whether it can be changed.
    pub life: Life,
    /// Everything in it, by key.
    #[serde(serialize_with = "as_list", deserialize_with = "from_list")]
    pub items: BTreeMap<ItemKey, Item>,
    /// The legal bases recorded, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bases: BTreeMap<BasisId, LegalBasis>,
    /// How it came here, each time it did, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrivals: Vec<Arrival>,
    /// The case whose plan it was laid into, where that is why it ended. Never travels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
}

/// The events are not a plan's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenHistory {
    /// There are none.
    #[error("a plan has at least one event")]
    Empty,
    /// The first one doesn't begin a plan.
    #[error("a plan begins with a registration or an arrival, not with {0}")]
    NoBeginning(&'static str),
}

impl Plan {
    /// The plan that this first event begins.
    pub fn begin(event: &PlanEvent) -> Result<Self, BrokenHistory> {
        match event {
            PlanEvent::CitizenRegistered { stamp, municipality, citizen, caseworker } => Ok(Self {
                citizen: citizen.clone().heard_of_on(danish_day(stamp.at)),
                municipality: *municipality,
                caseworker: caseworker.clone(),
                life: Life::Open,
                items: BTreeMap::new(),
                bases: BTreeMap::new(),
                arrivals: Vec::new(),
                merged_into: None,
            }),
            PlanEvent::Received { municipality, arrival, caseworker, plan, .. } => {
                let mut plan = Self::clone(plan);
                plan.citizen = plan.citizen.heard_of_on(danish_day(arrival.at));
                plan.municipality = *municipality;
                plan.caseworker = caseworker.clone();
                plan.arrivals = vec![arrival.clone()];
                plan.life = Life::Open;
                Ok(plan)
            }
            other => Err(BrokenHistory::NoBeginning(other.name())),
        }
    }

    /// The plan after one more event. A registration or an arrival begins it anew: a plan that comes back is what its
    /// last owner sent, and what was here before it left lies in the earlier events. Only the citizen's numbers, names in
    /// systems and arrivals here are this municipality's own, and stay.
    #[must_use]
    pub fn apply(mut self, event: &PlanEvent) -> Self {
        match event {
            PlanEvent::CitizenRegistered { .. } => return Self::begin(event).unwrap_or(self),
            PlanEvent::Received { .. } => {
                let Ok(mut received) = Self::begin(event) else { return self };
                received.citizen = received.citizen.known_before_as(self.citizen);
                received.arrivals.splice(..0, self.arrivals);
                return received;
            }
            PlanEvent::CitizenNamed { name, .. } => self.citizen.name = name.clone(),
            PlanEvent::CprChanged { cpr, .. } => {
                let former = std::mem::replace(&mut self.citizen.cpr, cpr.clone());
                self.citizen.former_numbers.insert(former);
                self.citizen.former_numbers.remove(cpr);
            }
            PlanEvent::ProtectionChanged { stamp, protected, told_by_report } => {
                let day = danish_day(stamp.at);
                self.citizen = if *told_by_report {
                    self.citizen.protected = *protected;
                    self.citizen.heard_of_on(day)
                } else {
                    self.citizen.protected_from(day, *protected)
                };
            }
            PlanEvent::AddressChanged { address, .. } => {
                self.citizen = self.citizen.living_at(address.clone());
            }
            PlanEvent::CaseworkerChanged { caseworker, .. } => self.caseworker = caseworker.clone(),
            PlanEvent::ItemRecorded { item, .. } => {
                self.items.insert(item.key.clone(), Item::clone(item));
            }
            PlanEvent::ReportImported { citizen, recorded, confirmed, .. } => {
                self.citizen.known_as.extend(citizen.clone());
                self.items.extend(recorded.iter().map(|item| (item.key.clone(), item.clone())));
                for Confirmed { key, provenance } in confirmed {
                    if let Some(item) = self.items.get_mut(key) {
                        item.provenance = provenance.clone();
                    }
                }
            }
            PlanEvent::BasisRecorded { basis } => {
                self.bases.insert(basis.id(), LegalBasis::clone(basis));
            }
            PlanEvent::BasisWithdrawn { stamp, basis } => {
                if let Some(basis) = self.bases.get_mut(basis) {
                    *basis = basis.clone().withdrawn(stamp.clone());
                }
            }
            PlanEvent::Closed { stamp, reason, .. } => {
                self.life = Life::Closed { at: stamp.at, reason: *reason };
            }
            PlanEvent::TakenIn { citizen, arrivals, recorded, .. } => {
                self.citizen = self.citizen.joined_by(Citizen::clone(citizen));
                self.arrivals.extend(arrivals.iter().cloned());
                self.arrivals.sort_by_key(|arrival| arrival.at);
                self.items.extend(recorded.iter().map(|item| (item.key.clone(), item.clone())));
            }
            PlanEvent::MergedInto { stamp, into } => {
                self.life = Life::Closed { at: stamp.at, reason: CloseReason::Merged };
                self.merged_into = Some(*into);
            }
            PlanEvent::HandedOver { stamp, to, transfer } => {
                self.life = Life::HandedOver { at: stamp.at, to: *to, transfer: *transfer };
            }
        }
        self
    }

    /// The plan that these events make, the oldest first.
    pub fn from_events<'e>(events: impl IntoIterator<Item = &'e PlanEvent>) -> Result<Self, BrokenHistory> {
        let mut events = events.into_iter();
        let first = events.next().ok_or(BrokenHistory::Empty)?;
        Ok(events.fold(Self::begin(first)?, Self::apply))
    }
}

/// Each item carries its key, so the list alone is enough.
fn as_list<S: Serializer>(items: &BTreeMap<ItemKey, Item>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(items.values())
}

fn from_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<ItemKey, Item>, D::Error> {
    let mut items = BTreeMap::new();
    for item in Vec::<Item>::deserialize(deserializer)? {
        if items.insert(item.key.clone(), item).is_some() {
            return Err(serde::de::Error::custom("the same item is there twice"));
        }
    }
    Ok(items)
}
