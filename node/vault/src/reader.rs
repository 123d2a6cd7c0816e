//! Reading. A person's look is recorded durably before anything is returned; the handover's driver shows nobody
//! anything, and what it does is recorded when it writes.

use std::fmt;

use enplan_domain::{CaseHandle, CaseId, Cpr, Epoch, Timestamp};

use crate::Vault;
use crate::audit::{Actor, AuditEntry, AuditOutcome};
use crate::error::{Tampered, VaultError};
use crate::prepare::{PreparedWrite, places};
use crate::seal::SealingKey;
use crate::tables::cases::{self, SealedCase};
use crate::write::Hold;

/// A person's look at a citizen's record.
#[derive(Clone)]
pub struct Look {
    /// Who looks.
    pub actor: Actor,
    /// What they do: a fixed name such as `plan.show`.
    pub action: String,
    /// Why they need to.
    pub purpose: String,
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").field("action", &self.action).finish_non_exhaustive()
    }
}

/// What is stored of a case in the clear: nothing of the citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Its handle in the registry.
    pub handle: CaseHandle,
    /// Its epoch, as far as this node knows.
    pub epoch: Epoch,
    /// Where it stands.
    pub hold: Hold,
    /// Its version, for the next write.
    pub version: u64,
    /// The number of its last event; zero if there is none.
    pub last_seq: u64,
    /// The unit that works with it.
    pub unit: Option<String>,
    /// The caseworker, by username.
    pub caseworker: Option<String>,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A case, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// What is stored in the clear.
    pub row: CaseRow,
    /// The citizen.
    pub cpr: Cpr,
    /// What a list shows of it.
    pub summary: Vec<u8>,
    /// The newest snapshot, and the number of the event that it follows.
    pub snapshot: Option<(u64, Vec<u8>)>,
    /// The events after the snapshot, numbered; all of them if there is none.
    pub events_after: Vec<(u64, Vec<u8>)>,
}

impl fmt::Debug for StoredCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCase").field("row", &self.row).finish_non_exhaustive()
    }
}

/// One event, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// The event, as it was written.
    pub event: Vec<u8>,
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredEvent({})", self.seq)
    }
}

/// A case as a list shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseSummary {
    /// What is stored in the clear.
    pub row: CaseRow,
    /// What a list shows of it, as it was written.
    pub summary: Vec<u8>,
}

impl fmt::Debug for CaseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseSummary").field("row", &self.row).finish_non_exhaustive()
    }
}

/// Which cases a list shows: the unit's and the caseworker's, where either is named. They come by id; the next page is
/// after the last one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFilter {
    /// Those of this unit.
    pub unit: Option<String>,
    /// Those of this caseworker.
    pub caseworker: Option<String>,
    /// Those that another municipality has now, too.
    pub handed_over_too: bool,
    /// After this one.
    pub after: Option<CaseId>,
    /// At most so many.
    pub limit: u32,
}

impl Default for CaseFilter {
    /// The first 500 that are not handed over.
    fn default() -> Self {
        Self { unit: None, caseworker: None, handed_over_too: false, after: None, limit: 500 }
    }
}

/// A case that this node believes to hold: what the boot fence compares with the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The case.
    pub case: CaseId,
    /// Its handle in the registry.
    pub handle: CaseHandle,
    /// Its epoch, as far as this node knows.
    pub epoch: Epoch,
    /// Where it stands.
    pub hold: Hold,
}

impl Vault {
    /// A person looks at a case. The look is recorded durably before the case is returned, and is recorded too when
    /// there is no such case.
    pub async fn look(&self, case: CaseId, look: Look) -> Result<Option<StoredCase>, VaultError> {
        let found = self.case_for_protocol(case).await?;
        match found {
            Some(_) => self.record_look(look, vec![case]).await?,
            None => self.record_miss(look, vec![case]).await?,
        }
        Ok(found)
    }

    /// A person looks a citizen up by number, a former one too. Of several cases, the one that is most alive: active before frozen before
    /// pending before handed over, and of equals the last written.
    pub async fn look_by_cpr(&self, cpr: &Cpr, look: Look) -> Result<Option<StoredCase>, VaultError> {
        let Some(row) = self.cases_of_citizen(cpr).await?.into_iter().next() else {
            self.record_miss(look, Vec::new()).await?;
            return Ok(None);
        };
        self.look(row.case, look).await
    }

    /// A person looks at a list. One leaf names every case that is shown.
    pub async fn list(&self, filter: CaseFilter, look: Look) -> Result<Vec<CaseSummary>, VaultError> {
        self.list_where(filter, look, |_| true).await
    }

    /// [`Vault::list`], of the cases alone that the caller's rules of access let this person see.
    pub async fn list_where(
        &self,
        filter: CaseFilter,
        look: Look,
        may_see: impl Fn(&CaseRow) -> bool,
    ) -> Result<Vec<CaseSummary>, VaultError> {
        let shown = self.list_shown(filter, look, may_see, |_| Some(())).await?;
        Ok(shown.into_iter().map(|(case, ())| case).collect())
    }

    /// [`Vault::list_where`], of the cases alone that the list shows, each with what it shows of it: the others are opened, seen
    /// by nobody, and in nobody's log.
    pub async fn list_shown<T>(
        &self,
        filter: CaseFilter,
        look: Look,
        may_see: impl Fn(&CaseRow) -> bool,
        shown: impl Fn(&CaseSummary) -> Option<T>,
    ) -> Result<Vec<(CaseSummary, T)>, VaultError> {
        let opened = self.summaries(filter, may_see).await?;
        let listed: Vec<_> =
            opened.into_iter().filter_map(|case| shown(&case).map(|shown| (case, shown))).collect();
        self.record_look(look, listed.iter().map(|(case, _)| case.row.case).collect()).await?;
        Ok(listed)
    }

    /// What lists show of every case that is not handed over, for the node itself: no person sees them.
    pub async fn summaries_for_protocol(&self) -> Result<Vec<CaseSummary>, VaultError> {
        self.summaries(CaseFilter { limit: u32::MAX, ..CaseFilter::default() }, |_| true).await
    }

    async fn summaries(
        &self,
        filter: CaseFilter,
        wanted: impl Fn(&CaseRow) -> bool,
    ) -> Result<Vec<CaseSummary>, VaultError> {
        let mut rows = cases::list(&self.inner.readers, &filter).await?;
        rows.retain(|(row, _)| wanted(row));
        let keys = self.inner.keys.of_cases(rows.iter().map(|(row, _)| row.case)).await?;
        let opened = rows.into_iter().map(|(row, sealed)| {
            let key = keys.get(&row.case).ok_or(VaultError::KeyOfCaseMissing { case: row.case })?;
            let summary = key.open(places::summary(&row.case.to_bytes(), row.version), &sealed)?;
            Ok(CaseSummary { row, summary })
        });
        opened.collect()
    }

    /// A person looks at a case's history: its events from this number on. The look is recorded durably before they are
    /// returned.
    pub async fn events(
        &self,
        case: CaseId,
        from_seq: u64,
        look: Look,
    ) -> Result<Vec<StoredEvent>, VaultError> {
        let events = self.events_for_protocol(case, from_seq).await?;
        self.record_look(look, vec![case]).await?;
        Ok(events)
    }

    /// A case's events from this number on, for the handover's driver: no person sees them.
    pub async fn events_for_protocol(
        &self,
        case: CaseId,
        from_seq: u64,
    ) -> Result<Vec<StoredEvent>, VaultError> {
        let Some((_, last_seq)) = cases::position(&self.inner.readers, case).await? else {
            return Ok(Vec::new());
        };
        let key = self.inner.keys.of_case(case).await?;
        self.open_events(&key, case, from_seq.saturating_sub(1), last_seq).await
    }

    /// A case, for the handover's driver: no person sees it.
    pub async fn case_for_protocol(&self, case: CaseId) -> Result<Option<StoredCase>, VaultError> {
        let Some(sealed) = cases::sealed(&self.inner.readers, case).await? else { return Ok(None) };
        let SealedCase { row, cpr_sealed, summary_sealed, snapshot } = sealed;
        let key = self.inner.keys.of_case(case).await?;
        let id = case.to_bytes();
        let cpr = key.open(places::cpr(&id, row.version), &cpr_sealed)?;
        let tampered = Tampered { table: "cases", column: "cpr_sealed" };
        let cpr = String::from_utf8(cpr).ok().and_then(|text| text.parse().ok()).ok_or(tampered)?;
        let summary = key.open(places::summary(&id, row.version), &summary_sealed)?;
        let snapshot = match snapshot {
            Some((seq, sealed)) => Some((seq, key.open(places::snapshot(&id, seq), &sealed)?)),
            None => None,
        };
        let after = snapshot.as_ref().map_or(0, |(seq, _)| *seq);
        // Events stay, so that those up to this version's last are the same whatever was written meanwhile.
        let events = self.open_events(&key, case, after, row.last_seq).await?;
        let events_after = events.into_iter().map(|event| (event.seq, event.event)).collect();
        Ok(Some(StoredCase { row, cpr, summary, snapshot, events_after }))
    }

    /// The case of this handle, without anything of the citizen.
    pub async fn case_by_handle(&self, handle: CaseHandle) -> Result<Option<CaseRow>, VaultError> {
        Ok(cases::by_handle(&self.inner.readers, handle).await?)
    }

    /// The citizen's cases here, whatever number each has them under, the most alive first, without anything of the
    /// citizen: for deciding whether a plan may be received or made, and who may look.
    pub async fn cases_of_citizen(&self, cpr: &Cpr) -> Result<Vec<CaseRow>, VaultError> {
        let mut rows = cases::by_cpr(&self.inner.readers, self.inner.keys.index_of(cpr)).await?;
        rows.sort_by_key(|row| (liveliness(row.hold), std::cmp::Reverse(row.updated_at), row.case));
        Ok(rows)
    }

    /// Every case here, for the boot fence.
    pub async fn holdings(&self) -> Result<Vec<Holding>, VaultError> {
        Ok(cases::holdings(&self.inner.readers).await?)
    }

    /// Records a look that shows these cases.
    pub(crate) async fn record_look(&self, look: Look, shown: Vec<CaseId>) -> Result<(), VaultError> {
        self.record(look, shown, AuditOutcome::Done).await
    }

    async fn record_miss(&self, look: Look, asked: Vec<CaseId>) -> Result<(), VaultError> {
        self.record(look, asked, AuditOutcome::Refused("not-found".to_owned())).await
    }

    async fn record(&self, look: Look, cases: Vec<CaseId>, outcome: AuditOutcome) -> Result<(), VaultError> {
        let Look { actor, action, purpose } = look;
        let entry = AuditEntry { actor, action, cases, transfer: None, detail: purpose, outcome };
        let leaf = self.inner.prepare_leaf(entry, self.inner.clock.now())?;
        let write = PreparedWrite { leaf: Some(leaf), ..PreparedWrite::default() };
        self.inner.writes.submit(write).await.map_err(VaultError::LookNotRecorded)?;
        Ok(())
    }

    async fn open_events(
        &self,
        key: &SealingKey,
        case: CaseId,
        after: u64,
        to: u64,
    ) -> Result<Vec<StoredEvent>, VaultError> {
        if after >= to {
            return Ok(Vec::new());
        }
        let id = case.to_bytes();
        let sealed = cases::events(&self.inner.readers, case, after, to).await?;
        // A row that is missing is a change too.
        if sealed.len() as u64 != to - after {
            return Err(Tampered { table: "events", column: "sealed" }.into());
        }
        sealed
            .into_iter()
            .map(|(seq, recorded_at, sealed)| {
                let event = key.open(places::event(&id, seq), &sealed)?;
                Ok(StoredEvent { seq, recorded_at, event })
            })
            .collect()
    }
}

fn liveliness(hold: Hold) -> u8 {
    match hold {
        Hold::Active => 0,
        Hold::Frozen(_) => 1,
        Hold::Pending(_) => 2,
        Hold::HandedOver(_) => 3,
    }
}
