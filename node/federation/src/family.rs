//! A family that moves together: several offers in one act of a caseworker's, and what both sides see of them as one.
//!
//! Each plan's offer is a transaction of its own, as each commit is: what keeps one of them from going keeps nobody else,
//! and a change of one plan at the same moment is decided anew for that plan alone. A stop in between leaves some offered;
//! asked for again, the rest joins them, since what is offered already is found and not offered twice.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::handover::family::{self, Part, Tally};
use enplan_domain::handover::{Direction, FamilyKey, FamilyMove, Progress};
use enplan_domain::{BasisId, CaseId, FamilyMoveId, Kommunekode, Timestamp, TransferId};
use enplan_vault::{Actor, Expected, TransferFilter};

use crate::desk::Offer;
use crate::engine::{Change, Handovers, Inner, retrying};
use crate::error::HandoverError;
use crate::record::{HandoverRecord, Machine};

/// A family, as it is offered.
#[derive(Debug, Clone)]
pub struct FamilyOffer {
    /// To whom.
    pub to: Kommunekode,
    /// Those who go, each on a legal basis of their own.
    pub going: Vec<(CaseId, BasisId)>,
    /// Those of the family who cannot go yet.
    pub waiting: BTreeSet<CaseId>,
    /// All of the family whom the caseworker saw: of nobody else is it said anew whether they wait.
    pub seen: BTreeSet<CaseId>,
    /// Until when; each offer's own usual time where not said.
    pub deadline: Option<Timestamp>,
}

/// What came of it.
#[derive(Debug)]
pub struct FamilyOffered {
    /// The family move; none where nobody of the family is offered.
    pub id: Option<FamilyMoveId>,
    /// What came of each who was to go.
    pub offers: Vec<(CaseId, Result<HandoverRecord, HandoverError>)>,
}

/// Every family that moves together, or has, to or from this municipality.
#[derive(Debug, Clone, Default)]
pub struct Families {
    records: BTreeMap<FamilyKey, Vec<HandoverRecord>>,
    parts: BTreeMap<FamilyKey, Vec<Part>>,
}

impl HandoverRecord {
    /// The family that it belongs to, if it belongs to one.
    pub fn family_key(&self) -> Option<FamilyKey> {
        let direction = match self.machine {
            Machine::Source(_) => Direction::Leaving,
            Machine::Destination(_) => Direction::Arriving,
        };
        self.family.as_ref().map(|family| FamilyKey {
            direction,
            counterpart: self.counterpart(),
            id: family.id,
        })
    }

    /// How far it has come, for whoever follows a family.
    pub fn progress(&self) -> Progress {
        match &self.machine {
            Machine::Source(source) => source.progress(),
            Machine::Destination(destination) => destination.progress(),
        }
    }

    /// What it is of its family's, if it belongs to one.
    pub fn part(&self) -> Option<Part> {
        Some(Part {
            key: self.family_key()?,
            handle: self.handle(),
            transfer: self.transfer(),
            began: self.began_at,
            deadline: self.preview.deadline,
            progress: self.progress(),
            announced: self.family.as_ref().map(|family| family.announced).unwrap_or_default(),
        })
    }
}

impl Families {
    /// Of these handovers.
    pub fn of(records: Vec<HandoverRecord>) -> Self {
        let parts = family::families(records.iter().filter_map(HandoverRecord::part));
        let mut families = Self { parts, records: BTreeMap::new() };
        for record in records {
            if let Some(key) = record.family_key() {
                families.records.entry(key).or_default().push(record);
            }
        }
        families
    }

    /// The families with this id. More than one where a sender uses an id that another uses.
    pub fn with_id(&self, id: FamilyMoveId) -> impl Iterator<Item = FamilyKey> {
        self.keys().filter(move |key| key.id == id)
    }

    /// Every one of them.
    pub fn keys(&self) -> impl Iterator<Item = FamilyKey> {
        self.parts.keys().copied()
    }

    /// A family's handovers counted: of each case the newest.
    pub fn tally(&self, key: FamilyKey) -> Tally {
        Tally::of(self.parts.get(&key).map(Vec::as_slice).unwrap_or_default())
    }

    /// A family's handovers, of each case the newest, in the order that they began.
    pub fn newest(&self, key: FamilyKey) -> impl Iterator<Item = &HandoverRecord> {
        let parts = self.parts.get(&key).map(Vec::as_slice).unwrap_or_default();
        parts
            .iter()
            .filter_map(move |part| self.records(key).iter().find(|one| one.transfer() == part.transfer))
    }

    fn records(&self, key: FamilyKey) -> &[HandoverRecord] {
        self.records.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The cases here of a family's handovers.
    pub fn cases(&self, key: FamilyKey) -> BTreeSet<CaseId> {
        self.records(key).iter().filter_map(|record| record.case).collect()
    }

    /// Who of a family that leaves cannot go yet.
    pub fn waiting(&self, key: FamilyKey) -> BTreeSet<CaseId> {
        let written = self.records(key).iter().filter_map(|record| {
            record.family.as_ref().map(|family| (record.began_at, record.transfer(), &family.waiting))
        });
        family::still_waiting(written, &self.cases(key))
    }

    /// The family move to this receiver that these cases are of, or wait for: the newest that is not settled.
    pub fn joinable(&self, to: Kommunekode, cases: &BTreeSet<CaseId>) -> Option<FamilyKey> {
        let is_theirs = |key: &FamilyKey| {
            let leaves = key.direction == Direction::Leaving && key.counterpart == to;
            let goes_on = !self.tally(*key).is_over() && !self.cases(*key).is_disjoint(cases);
            leaves && (goes_on || !self.waiting(*key).is_disjoint(cases))
        };
        let began = |key: &FamilyKey| self.records(*key).iter().map(|record| record.began_at).max();
        self.keys().filter(is_theirs).max_by_key(began)
    }
}

impl Handovers {
    /// Every family that moves together, or has.
    pub async fn families(&self) -> Result<Families, HandoverError> {
        let stored = self.inner.handovers(TransferFilter::All).await?.readable;
        Ok(Families::of(stored.into_iter().map(|stored| stored.record).collect()))
    }

    /// Refuses a family that can be offered to nobody at all: this receiver, or by this deadline.
    pub fn may_offer_to(&self, to: Kommunekode, deadline: Option<Timestamp>) -> Result<(), HandoverError> {
        self.inner.stands_until(to, deadline, self.inner.clock.now()).map(|_| ())
    }

    /// Offers those of a family who can go, each by a handover of its own, and notes who waits.
    pub async fn offer_family(
        &self,
        family: &FamilyOffer,
        actor: &Actor,
    ) -> Result<FamilyOffered, HandoverError> {
        let _alone = self.inner.families.lock().await;
        let families = self.families().await?;
        let mut cases: BTreeSet<_> = family.going.iter().map(|(case, _)| *case).collect();
        let known = families.joinable(family.to, &family.seen);
        cases.extend(known.map(|key| families.cases(key)).unwrap_or_default());
        let noted = known.map(|key| families.waiting(key)).unwrap_or_default();
        let waiting: BTreeSet<_> = noted.difference(&family.seen).chain(&family.waiting).copied().collect();
        let together = FamilyMove {
            id: known.map_or_else(|| FamilyMoveId::from(uuid::Uuid::new_v4()), |key| key.id),
            announced: u32::try_from(cases.len()).unwrap_or(u32::MAX).min(family::MOST),
            waiting: waiting.clone(),
        };
        let mut offers = Vec::with_capacity(family.going.len());
        for (case, basis) in &family.going {
            let (case, basis, to) = (*case, *basis, family.to);
            let offer = Offer { case, to, basis, deadline: family.deadline, family: Some(together.clone()) };
            offers.push((case, self.offer(&offer, actor.clone()).await));
        }
        let is_offered = offers.iter().any(|(_, offered)| offered.is_ok());
        if let (Some(key), false) = (known, is_offered)
            && noted != waiting
            && let Some(newest) =
                families.records(key).iter().max_by_key(|one| (one.began_at, one.transfer()))
        {
            self.inner.note_waiting(newest.transfer(), &waiting, actor).await?;
        }
        Ok(FamilyOffered { id: (is_offered || known.is_some()).then_some(together.id), offers })
    }

    /// Whether where a case goes, or has gone, is masked: somebody who moves with it is protected, and lives in the same
    /// place. One whose plan can't be read may be.
    pub async fn moves_with_protected(&self, case: CaseId) -> Result<bool, HandoverError> {
        let families = self.families().await?;
        for key in families.keys().filter(|key| key.direction == Direction::Leaving) {
            if families.cases(key).contains(&case) && !self.protected_among(&families, key).await?.is_empty()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Those of a family that leaves who are protected, or may be: where they go is where the others go.
    pub async fn protected_among(
        &self,
        families: &Families,
        key: FamilyKey,
    ) -> Result<BTreeSet<CaseId>, HandoverError> {
        let mut protected = BTreeSet::new();
        if key.direction == Direction::Arriving {
            return Ok(protected);
        }
        for case in families.cases(key).into_iter().chain(families.waiting(key)) {
            let stored = self.inner.case(case).await;
            match stored.and_then(|stored| stored.plan().map_err(|_| HandoverError::Unreadable)) {
                Ok(plan) if !plan.citizen.protected => {}
                Err(error) if !error.is_damage() => return Err(error),
                Ok(_) | Err(_) => {
                    protected.insert(case);
                }
            }
        }
        Ok(protected)
    }

    /// The other cases here that arrived in one family move with this handover's.
    pub async fn arrived_with(&self, transfer: TransferId) -> Result<BTreeSet<CaseId>, HandoverError> {
        let record = self.inner.load(transfer).await?.map(|stored| stored.record);
        let Some(key) = record.and_then(|record| record.family_key()) else { return Ok(BTreeSet::new()) };
        let families = self.families().await?;
        let arrived = families
            .records(key)
            .iter()
            .filter(|record| record.transfer() != transfer && record.progress() == Progress::Done);
        Ok(arrived.filter_map(|record| record.case).collect())
    }
}

impl Inner {
    /// Notes who of a family cannot go yet, where nobody is offered meanwhile.
    async fn note_waiting(
        &self,
        transfer: TransferId,
        waiting: &BTreeSet<CaseId>,
        actor: &Actor,
    ) -> Result<(), HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let mut record = stored.record;
            if let Some(family) = &mut record.family {
                family.waiting.clone_from(waiting);
            }
            let change = Change::of(record);
            self.save(Expected::Version(stored.version), change, actor.clone(), "handover.waiting").await?;
            Ok(())
        })
    }
}
