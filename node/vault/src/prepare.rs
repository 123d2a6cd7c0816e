//! What a caller's own task does before the writer's turn: finding keys, sealing, hashing. It runs beside other callers';
//! the writer only checks and inserts.

use enplan_domain::{CaseHandle, CaseId, Epoch, Kommunekode, RequestId, Timestamp, TransferId};

use crate::Inner;
use crate::accounts::{Account, Session};
use crate::audit::{self, AuditEntry, PreparedLeaf};
use crate::code_systems::StoredCodeSystem;
use crate::error::{StorageError, WriteError};
use crate::relocations::{MovesWrite, PlanRequestWrite};
use crate::seal::Place;
use crate::statements::StatementsWrite;
use crate::tables::beside::Beside;
use crate::tables::cases;
use crate::write::{
    CaseWrite, Expected, Hold, InboxMark, OutboxWrite, PackageWrite, Side, TransferWrite, Under, Write,
};

/// A write, sealed and ready.
#[derive(Default)]
pub(crate) struct PreparedWrite {
    pub(crate) leaf: Option<PreparedLeaf>,
    pub(crate) case: Option<PreparedCase>,
    pub(crate) other_case: Option<PreparedCase>,
    pub(crate) transfers: Vec<PreparedTransfer>,
    pub(crate) packages: Vec<PackageWrite>,
    pub(crate) outbox: Vec<OutboxWrite>,
    pub(crate) beside: Vec<PreparedBeside>,
    pub(crate) plan_requests: Vec<PreparedRequest>,
    pub(crate) inbox: Option<PreparedMark>,
    pub(crate) changes: Vec<Change>,
}

impl PreparedWrite {
    /// The cases that it changes.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &PreparedCase> {
        self.case.iter().chain(&self.other_case)
    }
}

/// A case's change, sealed.
pub(crate) struct PreparedCase {
    pub(crate) case: CaseId,
    pub(crate) expected: Expected,
    pub(crate) under: Under,
    pub(crate) handle: CaseHandle,
    pub(crate) epoch: Epoch,
    pub(crate) hold: Hold,
    pub(crate) version: u64,
    pub(crate) last_seq: u64,
    pub(crate) unit: Option<String>,
    pub(crate) caseworker: Option<String>,
    /// Where the citizen is found: by every number that they have or had.
    pub(crate) cpr_indices: Vec<[u8; 32]>,
    pub(crate) cpr_sealed: Vec<u8>,
    pub(crate) summary_sealed: Vec<u8>,
    pub(crate) events_sealed: Vec<Vec<u8>>,
    pub(crate) snapshot_sealed: Option<Vec<u8>>,
    pub(crate) at: Timestamp,
}

/// A handover's change, sealed.
pub(crate) struct PreparedTransfer {
    pub(crate) transfer: TransferId,
    pub(crate) case: Option<CaseId>,
    pub(crate) side: Side,
    pub(crate) open: bool,
    pub(crate) expected: Expected,
    pub(crate) state_sealed: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// A change of a record beside a plan, sealed.
pub(crate) struct PreparedBeside {
    pub(crate) which: Beside,
    pub(crate) case: CaseId,
    pub(crate) expected: Expected,
    pub(crate) is_waiting: bool,
    pub(crate) sealed: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// A change of what another municipality is asked for, sealed.
pub(crate) enum PreparedRequest {
    Put { request: RequestId, version: u64, at: Timestamp, request_sealed: Vec<u8> },
    Remove { request: RequestId },
}

/// An inbox mark, sealed.
pub(crate) struct PreparedMark {
    pub(crate) from: Kommunekode,
    pub(crate) request: RequestId,
    pub(crate) reply_sealed: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// Changes that have functions of their own on the vault.
pub(crate) enum Change {
    PutAccount(Account),
    FailedLogin { username: String, locked_until: Option<Timestamp> },
    StartSession { token_hash: [u8; 32], session: Session },
    EndSession { token_hash: [u8; 32] },
    EndSessionsOf { username: String },
    PutCodeSystem(StoredCodeSystem),
    Freeze { epoch: String, version: u64, at: Timestamp, sealed: Vec<u8> },
    Quarantine { reason: String },
    EndQuarantine,
    Postpone { transfer: TransferId, kind: String, until: Timestamp },
    PutChunk { transfer: TransferId, digest: enplan_domain::handover::Digest, starts_at: u64, bytes: Vec<u8> },
}

/// Where each sealed column of a case lives.
pub(crate) mod places {
    use super::Place;

    pub(crate) const fn cpr(case: &[u8; 16], version: u64) -> Place<'_> {
        Place { table: "cases", column: "cpr_sealed", row: case, version }
    }

    pub(crate) const fn summary(case: &[u8; 16], version: u64) -> Place<'_> {
        Place { table: "cases", column: "summary_sealed", row: case, version }
    }

    pub(crate) const fn event(case: &[u8; 16], seq: u64) -> Place<'_> {
        Place { table: "events", column: "sealed", row: case, version: seq }
    }

    pub(crate) const fn snapshot(case: &[u8; 16], seq: u64) -> Place<'_> {
        Place { table: "snapshots", column: "sealed", row: case, version: seq }
    }

    pub(crate) const fn transfer(transfer: &[u8; 16], version: u64) -> Place<'_> {
        Place { table: "transfers", column: "state_sealed", row: transfer, version }
    }

    pub(crate) const fn plan_request(request: &[u8; 16], version: u64) -> Place<'_> {
        Place { table: "plan_requests", column: "request_sealed", row: request, version }
    }

    pub(crate) const fn freeze(epoch: &[u8], version: u64) -> Place<'_> {
        Place { table: "statistics", column: "frozen_sealed", row: epoch, version }
    }

    pub(crate) const fn reply(sender_and_request: &[u8]) -> Place<'_> {
        Place { table: "inbox", column: "reply_sealed", row: sender_and_request, version: 1 }
    }
}

/// The row of a message in the inbox.
pub(crate) fn inbox_row(from: Kommunekode, request: RequestId) -> Vec<u8> {
    let mut row = from.number().to_be_bytes().to_vec();
    row.extend(request.to_bytes());
    row
}

impl Inner {
    /// Seals a whole write.
    pub(crate) async fn prepare(&self, write: Write) -> Result<PreparedWrite, WriteError> {
        let Write {
            audit,
            case,
            other_case,
            transfers,
            packages,
            outbox,
            moves,
            statements,
            plan_requests,
            inbox,
        } = write;
        let now = self.clock.now();
        let case = match case {
            Some(case) => Some(self.prepare_case(case, now).await?),
            None => None,
        };
        let other_case = match other_case {
            Some(case) => Some(self.prepare_case(case, now).await?),
            None => None,
        };
        let transfers = transfers.into_iter().map(|transfer| self.prepare_transfer(transfer, now));
        let mut beside = Vec::with_capacity(moves.len() + statements.len());
        for MovesWrite { case, expected, is_waiting, moves } in moves {
            let change = (case, expected, is_waiting, moves);
            beside.push(self.prepare_beside(Beside::Moves, change, now).await?);
        }
        for StatementsWrite { case, expected, is_waiting, statements } in statements {
            let change = (case, expected, is_waiting, statements);
            beside.push(self.prepare_beside(Beside::Statements, change, now).await?);
        }
        let plan_requests = plan_requests.into_iter().map(|write| self.prepare_request(write, now));
        Ok(PreparedWrite {
            leaf: Some(self.prepare_leaf(audit, now)?),
            case,
            other_case,
            transfers: transfers.collect::<Result<_, _>>()?,
            packages,
            outbox,
            beside,
            plan_requests: plan_requests.collect::<Result<_, _>>()?,
            inbox: inbox.map(|mark| self.prepare_mark(mark, now)).transpose()?,
            changes: Vec::new(),
        })
    }

    /// Seals an audit leaf.
    pub(crate) fn prepare_leaf(
        &self,
        entry: AuditEntry,
        now: Timestamp,
    ) -> Result<PreparedLeaf, StorageError> {
        audit::prepare(self.keys.node(), entry, now)
    }

    async fn prepare_case(&self, write: CaseWrite, now: Timestamp) -> Result<PreparedCase, WriteError> {
        let (key, before) = match write.expected {
            Expected::New => (self.keys.of_new_case(write.case, now).await?, 0),
            Expected::Version(version) => {
                let before = self.last_seq_at(write.case, version).await?;
                (self.keys.of_case(write.case).await?, before)
            }
        };
        let version = write.expected.next();
        let last_seq = before + write.events.len() as u64;
        let case = write.case.to_bytes();
        let snapshot = write.snapshot.as_deref();
        let events = (before + 1..).zip(&write.events);
        let numbers = std::iter::once(&write.cpr).chain(&write.former_numbers);
        Ok(PreparedCase {
            version,
            last_seq,
            cpr_indices: numbers.map(|number| self.keys.index_of(number)).collect(),
            cpr_sealed: key.seal(places::cpr(&case, version), write.cpr.reveal().as_bytes())?,
            summary_sealed: key.seal(places::summary(&case, version), &write.summary)?,
            events_sealed: events
                .map(|(seq, event)| key.seal(places::event(&case, seq), event))
                .collect::<Result<_, _>>()?,
            snapshot_sealed: snapshot
                .map(|snapshot| key.seal(places::snapshot(&case, last_seq), snapshot))
                .transpose()?,
            case: write.case,
            expected: write.expected,
            under: write.under,
            handle: write.handle,
            epoch: write.epoch,
            hold: write.hold,
            unit: write.unit,
            caseworker: write.caseworker,
            at: now,
        })
    }

    /// The number of the case's last event at this version: events are sealed under their numbers. Refused at once if
    /// the case is at another version; the writer checks again.
    async fn last_seq_at(&self, case: CaseId, expected: u64) -> Result<u64, WriteError> {
        if let Some((version, last_seq)) = self.position(case)
            && version == expected
        {
            return Ok(last_seq);
        }
        match cases::position(&self.readers, case).await? {
            Some((version, last_seq)) if version == expected => Ok(last_seq),
            found => Err(WriteError::Conflict { case, found: found.map(|(version, _)| version) }),
        }
    }

    fn prepare_transfer(
        &self,
        write: TransferWrite,
        at: Timestamp,
    ) -> Result<PreparedTransfer, StorageError> {
        let TransferWrite { transfer, case, side, open, state, expected } = write;
        let id = transfer.to_bytes();
        let state_sealed = self.keys.node().seal(places::transfer(&id, expected.next()), &state)?;
        Ok(PreparedTransfer { transfer, case, side, open, expected, state_sealed, at })
    }

    async fn prepare_beside(
        &self,
        which: Beside,
        (case, expected, is_waiting, content): (CaseId, Expected, bool, Vec<u8>),
        at: Timestamp,
    ) -> Result<PreparedBeside, WriteError> {
        let key = self.keys.of_case(case).await?;
        let sealed = key.seal(which.place(&case.to_bytes(), expected.next()), &content)?;
        Ok(PreparedBeside { which, case, expected, is_waiting, sealed, at })
    }

    fn prepare_request(
        &self,
        write: PlanRequestWrite,
        at: Timestamp,
    ) -> Result<PreparedRequest, StorageError> {
        Ok(match write {
            PlanRequestWrite::Put { request, version, content } => {
                let id = request.to_bytes();
                let request_sealed = self.keys.node().seal(places::plan_request(&id, version), &content)?;
                PreparedRequest::Put { request, version, at, request_sealed }
            }
            PlanRequestWrite::Remove { request } => PreparedRequest::Remove { request },
        })
    }

    fn prepare_mark(&self, mark: InboxMark, at: Timestamp) -> Result<PreparedMark, StorageError> {
        let InboxMark { from, request, reply } = mark;
        let reply_sealed = self.keys.node().seal(places::reply(&inbox_row(from, request)), &reply)?;
        Ok(PreparedMark { from, request, reply_sealed, at })
    }
}
