//! What becomes known of where citizens live: each citizen's moves are written with the audit leaf, in one transaction.

use std::collections::BTreeMap;

use enplan_domain::plan::Plan;
use enplan_domain::relocation::extract::{BadLine, Line, LineProblem};
use enplan_domain::relocation::{Docket, Place, RelocationRefusal, Taken};
use enplan_domain::{CaseId, Cpr, Kommunekode};
use enplan_vault::{Actor, AuditEntry, CaseRow, Expected, MovesWrite, StoredMoves, Write};

use crate::engine::{Handovers, Inner, retrying};
use crate::error::HandoverError;

/// The code of the refusal of an extract with lines that can't be taken in.
pub const EXTRACT_LINES_BAD: &str = "EXTRACT_LINES_BAD";

/// What is known of a citizen's moves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownMoves {
    /// The moves.
    pub docket: Docket,
    /// Names what is known; 0 where nothing is.
    pub version: u64,
}

/// What an extract did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Moves that wait for a decision.
    pub waiting: u32,
    /// Moves to this municipality.
    pub home: u32,
    /// Moves before others that were known.
    pub out_of_order: u32,
    /// Moves that were known.
    pub duplicates: u32,
    /// Moves of citizens without an open plan here: counted, and nothing of them is kept.
    pub unknown: u32,
    /// The lines among those that are moves to this municipality.
    pub unknown_moved_here: Vec<u32>,
    /// Lines that contradict what is known.
    pub bad: Vec<BadLine>,
}

impl Imported {
    fn count(&mut self, taken: Taken) {
        match taken {
            Taken::Waits => self.waiting += 1,
            Taken::Home => self.home += 1,
            Taken::OutOfOrder => self.out_of_order += 1,
            Taken::Duplicate => self.duplicates += 1,
        }
    }
}

impl Handovers {
    /// What is known of the moves of a case's citizen.
    pub async fn moves(&self, case: CaseId) -> Result<KnownMoves, HandoverError> {
        self.inner.moves(case).await
    }

    /// The citizen's cases that are this municipality's, with a plan that is not closed.
    pub async fn open_cases(&self, cpr: &Cpr) -> Result<Vec<(CaseRow, Plan)>, HandoverError> {
        self.inner.open_cases(cpr).await
    }

    /// What is known of the moves of each citizen where something waits for a decision.
    pub async fn waiting_moves(&self) -> Result<Vec<(CaseId, Docket)>, HandoverError> {
        let stored = self.inner.vault.waiting_moves().await?;
        stored.iter().map(|stored| Ok((stored.case, docket(stored)?))).collect()
    }

    /// Whether a municipality is a member of the network.
    pub fn is_member(&self, municipality: Kommunekode) -> bool {
        self.inner.is_member(municipality)
    }

    /// Takes the lines of an extract in, all or none: none where one contradicts what is known, unless such lines are to be
    /// skipped. That nothing was taken is in the log of everybody whom a line is about.
    pub async fn import_moves(
        &self,
        lines: &[Line],
        skip_bad: bool,
        actor: Actor,
        action: &str,
    ) -> Result<Imported, HandoverError> {
        let inner = &self.inner;
        inner.fence.may_begin()?;
        retrying!({
            let mut imported = Imported::default();
            let mut cases: BTreeMap<&Cpr, Vec<CaseId>> = BTreeMap::new();
            let mut known: BTreeMap<CaseId, (KnownMoves, bool)> = BTreeMap::new();
            for line in lines {
                if !cases.contains_key(&line.cpr) {
                    let mut open = inner.open_cases(&line.cpr).await?;
                    // A case that is kept back may be another municipality's by now.
                    open.retain(|(row, _)| inner.fence.may_write(row.handle).is_ok());
                    cases.insert(&line.cpr, open.into_iter().map(|(row, _)| row.case).collect());
                }
                let theirs = cases.get(&line.cpr).map(Vec::as_slice).unwrap_or_default();
                if theirs.is_empty() {
                    imported.unknown += 1;
                    if line.moved.to == Place::Municipality(inner.me) {
                        imported.unknown_moved_here.push(line.number);
                    }
                }
                for (n, case) in theirs.iter().enumerate() {
                    if !known.contains_key(case) {
                        known.insert(*case, (inner.moves(*case).await?, false));
                    }
                    let Some((moves, changed)) = known.get_mut(case) else { continue };
                    match moves.docket.take_in(line.moved.clone(), inner.me, inner.clock.now()) {
                        Ok(taken) => {
                            *changed |= taken != Taken::Duplicate;
                            // Of a citizen with two plans, the line is one line.
                            if n == 0 {
                                imported.count(taken);
                            }
                        }
                        Err(refusal) if n == 0 => {
                            let problem = LineProblem::Move(refusal);
                            imported.bad.push(BadLine { number: line.number, problem });
                        }
                        Err(_) => {}
                    }
                }
            }
            if !imported.bad.is_empty() && !skip_bad {
                let about = known.into_keys().collect();
                let refused = AuditEntry::refused(actor.clone(), action, about, EXTRACT_LINES_BAD);
                inner.vault.write(Write::of(refused)).await?;
                return Ok(imported);
            }
            let changed = known.into_iter().filter(|(_, (_, changed))| *changed);
            let changed: Vec<_> = changed.map(|(case, (moves, _))| (case, moves)).collect();
            let audit =
                AuditEntry::done(actor.clone(), action, changed.iter().map(|(case, _)| *case).collect());
            let moves = changed.iter().map(|(case, moves)| moves_write(*case, moves));
            let moves = moves.collect::<Result<_, _>>()?;
            inner.vault.write(Write { moves, ..Write::of(audit) }).await?;
            Ok(imported)
        })
    }

    /// Changes what is known of a case's moves. Names the version that was seen, or 0 for whatever is known now.
    pub async fn change_moves(
        &self,
        case: CaseId,
        version: u64,
        actor: Actor,
        action: &str,
        change: impl Fn(&mut Docket) -> Result<(), RelocationRefusal>,
    ) -> Result<KnownMoves, HandoverError> {
        let inner = &self.inner;
        inner.fence.may_write(inner.case(case).await?.row.handle)?;
        retrying!({
            let mut moves = inner.moves(case).await?;
            if version != 0 && version != moves.version {
                return Err(RelocationRefusal::Changed.into());
            }
            let before = moves.docket.clone();
            change(&mut moves.docket)?;
            let audit = AuditEntry::done(actor.clone(), action, vec![case]);
            let changed = before != moves.docket;
            let writes = if changed { vec![moves_write(case, &moves)?] } else { Vec::new() };
            inner.vault.write(Write { moves: writes, ..Write::of(audit) }).await?;
            Ok(KnownMoves { version: moves.version + u64::from(changed), ..moves })
        })
    }
}

/// The write of what is known now.
pub(crate) fn moves_write(case: CaseId, known: &KnownMoves) -> Result<MovesWrite, HandoverError> {
    Ok(MovesWrite {
        case,
        expected: match known.version {
            0 => Expected::New,
            version => Expected::Version(version),
        },
        is_waiting: known.docket.is_waiting(),
        moves: serde_json::to_vec(&known.docket).map_err(|_| HandoverError::Unreadable)?,
    })
}

fn docket(stored: &StoredMoves) -> Result<Docket, HandoverError> {
    serde_json::from_slice(&stored.moves).map_err(|_| HandoverError::Unreadable)
}

impl Inner {
    pub(crate) async fn moves(&self, case: CaseId) -> Result<KnownMoves, HandoverError> {
        let Some(stored) = self.vault.moves_of(case).await? else { return Ok(KnownMoves::default()) };
        Ok(KnownMoves { docket: docket(&stored)?, version: stored.version })
    }

    pub(crate) fn is_member(&self, municipality: Kommunekode) -> bool {
        self.registry.members().iter().any(|member| member.municipality == municipality)
    }

    pub(crate) async fn open_cases(&self, cpr: &Cpr) -> Result<Vec<(CaseRow, Plan)>, HandoverError> {
        let mut open = Vec::new();
        for row in self.vault.cases_of_citizen(cpr).await? {
            if !row.hold.is_readable() {
                continue;
            }
            let plan = self.case(row.case).await?.plan().map_err(|_| HandoverError::Unreadable)?;
            if !plan.is_closed() {
                open.push((row, plan));
            }
        }
        Ok(open)
    }
}
