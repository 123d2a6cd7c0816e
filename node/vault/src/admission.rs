//! Which writes of a batch may be made: each is checked against what is stored and against those before it.

use std::collections::{HashMap, HashSet};

use enplan_domain::{CaseHandle, CaseId, Kommunekode, RequestId, TransferId};
use sqlx::SqliteConnection;

use crate::audit::AuditHead;
use crate::error::{StorageError, WriteError};
use crate::prepare::{Change, PreparedBeside, PreparedCase, PreparedTransfer, PreparedWrite};
use crate::tables::beside::{self, Beside};
use crate::tables::cases::{self, CaseState};
use crate::tables::{accounts, inbox, transfers};
use crate::write::{Expected, Hold, Under, Written};

/// What is stored of everything that a batch touches, and what it will be after the writes admitted so far.
pub(crate) struct Admission {
    cases: HashMap<CaseId, CaseState>,
    handles: HashMap<CaseHandle, CaseId>,
    transfers: HashMap<TransferId, u64>,
    beside: HashMap<(Beside, CaseId), u64>,
    received: HashSet<(Kommunekode, RequestId)>,
    accounts: HashSet<String>,
    /// The audit log after the last admitted write.
    pub(crate) head: AuditHead,
    /// Whether the vault is in quarantine after the last admitted write.
    pub(crate) quarantined: bool,
}

impl Admission {
    /// Reads what a batch touches: one query per kind of thing, whatever the number of writes.
    pub(crate) async fn load(
        connection: &mut SqliteConnection,
        writes: &[&PreparedWrite],
        head: AuditHead,
        quarantined: bool,
    ) -> Result<Self, StorageError> {
        let touched: HashSet<CaseId> =
            writes.iter().flat_map(|write| write.cases()).map(|case| case.case).collect();
        let new_handles: HashSet<CaseHandle> = writes
            .iter()
            .flat_map(|write| write.cases())
            .filter(|case| case.expected == Expected::New)
            .map(|case| case.handle)
            .collect();
        let moved: HashSet<TransferId> =
            writes.iter().flat_map(|write| &write.transfers).map(|transfer| transfer.transfer).collect();
        let mut beside = HashMap::new();
        for which in Beside::ALL {
            let records = writes.iter().flat_map(|write| &write.beside);
            let told: HashSet<CaseId> =
                records.filter(|record| record.which == which).map(|record| record.case).collect();
            let told: Vec<_> = told.into_iter().collect();
            let stored = beside::versions(connection, which, &told).await?;
            beside.extend(stored.into_iter().map(|(case, version)| ((which, case), version)));
        }
        let touched: Vec<_> = touched.into_iter().collect();
        let new_handles: Vec<_> = new_handles.into_iter().collect();
        let moved: Vec<_> = moved.into_iter().collect();
        let mut admission = Self {
            cases: cases::states(connection, &touched).await?.into_iter().collect(),
            handles: cases::owners_of_handles(connection, &new_handles).await?.into_iter().collect(),
            transfers: transfers::versions(connection, &moved).await?.into_iter().collect(),
            beside,
            received: HashSet::new(),
            accounts: HashSet::new(),
            head,
            quarantined,
        };
        for mark in writes.iter().filter_map(|write| write.inbox.as_ref()) {
            if inbox::is_there(connection, mark.from, mark.request).await? {
                admission.received.insert((mark.from, mark.request));
            }
        }
        for change in writes.iter().flat_map(|write| &write.changes) {
            if let Change::FailedLogin { username, .. } = change
                && accounts::is_there(connection, username).await?
            {
                admission.accounts.insert(username.clone());
            }
            if let Change::StartSession { session, .. } = change
                && accounts::is_there(connection, &session.username).await?
            {
                admission.accounts.insert(session.username.clone());
            }
        }
        Ok(admission)
    }

    /// Admits a write, or says why not. Refused, it leaves no trace.
    pub(crate) fn admit(&mut self, write: &PreparedWrite) -> Result<Written, WriteError> {
        let mut cases = HashSet::new();
        for case in write.cases() {
            if !cases.insert(case.case) {
                return Err(WriteError::Contradiction("it changes one case twice"));
            }
            self.check_case(case)?;
        }
        let mut transfers = HashSet::new();
        for transfer in &write.transfers {
            if !transfers.insert(transfer.transfer) {
                return Err(WriteError::Contradiction("it changes one handover twice"));
            }
            self.check_transfer(transfer)?;
        }
        let mut told = HashSet::new();
        for record in &write.beside {
            if !told.insert((record.which, record.case)) {
                return Err(WriteError::Contradiction("it changes one record beside a plan twice"));
            }
            self.check_beside(record)?;
        }
        if let Some(mark) = &write.inbox
            && self.received.contains(&(mark.from, mark.request))
        {
            return Err(WriteError::AlreadyReceived);
        }
        for change in &write.changes {
            self.check_change(change)?;
        }
        Ok(self.take(write))
    }

    fn check_case(&self, case: &PreparedCase) -> Result<(), WriteError> {
        if self.quarantined && case.under != Under::Handover {
            return Err(WriteError::Quarantined);
        }
        let stored = self.cases.get(&case.case);
        let stored = match (case.expected, stored) {
            (Expected::New, None) => return self.check_new_case(case),
            (Expected::New, Some(_)) => return Err(WriteError::CaseExists { case: case.case }),
            (Expected::Version(version), Some(stored)) if stored.version == version => stored,
            (Expected::Version(_), stored) => {
                let found = stored.map(|stored| stored.version);
                return Err(WriteError::Conflict { case: case.case, found });
            }
        };
        if stored.handle != case.handle {
            return Err(WriteError::Contradiction("a case's handle never changes"));
        }
        // The events were sealed under these numbers.
        if stored.last_seq + case.events_sealed.len() as u64 != case.last_seq {
            return Err(WriteError::Conflict { case: case.case, found: Some(stored.version) });
        }
        match (case.under, stored.hold) {
            (Under::Handover, _) if case.epoch < stored.epoch => {
                Err(WriteError::Contradiction("an epoch never falls"))
            }
            (Under::Handover, _) => Ok(()),
            (Under::Caseworker, Hold::Active)
            | (Under::ProtectedDespiteFreeze, Hold::Active | Hold::Frozen(_)) => {
                if case.hold == stored.hold && case.epoch == stored.epoch {
                    Ok(())
                } else {
                    Err(WriteError::Contradiction("only the handover protocol moves a case's hold and epoch"))
                }
            }
            (Under::Caseworker | Under::ProtectedDespiteFreeze, hold) => Err(WriteError::Held { hold }),
        }
    }

    fn check_new_case(&self, case: &PreparedCase) -> Result<(), WriteError> {
        if let Some(&by) = self.handles.get(&case.handle) {
            return Err(WriteError::HandleTaken { by });
        }
        if case.under != Under::Handover && case.hold != Hold::Active {
            return Err(WriteError::Contradiction(
                "only the handover protocol moves a case's hold and epoch",
            ));
        }
        Ok(())
    }

    fn check_transfer(&self, write: &PreparedTransfer) -> Result<(), WriteError> {
        let transfer = write.transfer;
        match (write.expected, self.transfers.get(&transfer)) {
            (Expected::New, None) => Ok(()),
            (Expected::New, Some(_)) => Err(WriteError::TransferExists { transfer }),
            (Expected::Version(version), Some(&stored)) if stored == version => Ok(()),
            (Expected::Version(_), stored) => {
                Err(WriteError::TransferConflict { transfer, found: stored.copied() })
            }
        }
    }

    fn check_beside(&self, write: &PreparedBeside) -> Result<(), WriteError> {
        let found = self.beside.get(&(write.which, write.case)).copied();
        match (write.expected, found) {
            (Expected::New, None) => Ok(()),
            (Expected::Version(version), Some(stored)) if stored == version => Ok(()),
            _ => Err(WriteError::Conflict { case: write.case, found }),
        }
    }

    fn check_change(&self, change: &Change) -> Result<(), WriteError> {
        let username = match change {
            Change::FailedLogin { username, .. } => username,
            Change::StartSession { session, .. } => &session.username,
            _ => return Ok(()),
        };
        if self.accounts.contains(username) { Ok(()) } else { Err(WriteError::UnknownAccount) }
    }

    /// What is stored after an admitted write.
    fn take(&mut self, write: &PreparedWrite) -> Written {
        if let Some(leaf) = &write.leaf {
            self.head = self.head.after(&leaf.sealed);
        }
        for case in write.cases() {
            let PreparedCase { handle, epoch, hold, version, last_seq, .. } = *case;
            self.cases.insert(case.case, CaseState { handle, epoch, hold, version, last_seq });
            self.handles.insert(handle, case.case);
        }
        for transfer in &write.transfers {
            self.transfers.insert(transfer.transfer, transfer.expected.next());
        }
        for record in &write.beside {
            self.beside.insert((record.which, record.case), record.expected.next());
        }
        if let Some(mark) = &write.inbox {
            self.received.insert((mark.from, mark.request));
        }
        for change in &write.changes {
            match change {
                Change::PutAccount(account) => drop(self.accounts.insert(account.username.clone())),
                Change::Quarantine { .. } => self.quarantined = true,
                Change::EndQuarantine => self.quarantined = false,
                _ => {}
            }
        }
        Written {
            version: write.case.as_ref().map(|case| case.version),
            last_seq: write.case.as_ref().map(|case| case.last_seq),
            other_case: write.other_case.as_ref().map(|case| (case.version, case.last_seq)),
            audit: self.head,
        }
    }
}
