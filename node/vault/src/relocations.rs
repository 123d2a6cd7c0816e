//! Where citizens have moved, and what other municipalities were asked for. What a record says, the vault does not know.

use std::collections::HashSet;
use std::fmt;

use enplan_domain::{CaseId, RequestId, Timestamp};

use crate::Vault;
use crate::error::VaultError;
use crate::prepare::places;
use crate::seal::SealingKey;
use crate::tables::beside::{self, Beside, SealedBeside};
use crate::tables::plan_requests::{self, SealedRequest};
use crate::write::Expected;

/// A change of what is known of a citizen's moves.
#[derive(Clone)]
pub struct MovesWrite {
    /// The case. It is there already.
    pub case: CaseId,
    /// What the writer believes is stored.
    pub expected: Expected,
    /// Whether somebody must decide something.
    pub is_waiting: bool,
    /// The moves. Sealed by the vault under the case's key.
    pub moves: Vec<u8>,
}

impl fmt::Debug for MovesWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MovesWrite")
            .field("case", &self.case)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// What is known of a citizen's moves, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredMoves {
    /// The case.
    pub case: CaseId,
    /// Whether somebody must decide something.
    pub is_waiting: bool,
    /// Its version, for the next write.
    pub version: u64,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// The moves, as they were written.
    pub moves: Vec<u8>,
}

impl fmt::Debug for StoredMoves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredMoves")
            .field("case", &self.case)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A change of what another municipality was asked for.
#[derive(Clone)]
pub enum PlanRequestWrite {
    /// Keep it, or its next state.
    Put {
        /// Which.
        request: RequestId,
        /// Its version, from 1.
        version: u64,
        /// What it says. Sealed by the vault under the node's key.
        content: Vec<u8>,
    },
    /// Forget it: nothing of the citizen stays.
    Remove {
        /// Which.
        request: RequestId,
    },
}

impl fmt::Debug for PlanRequestWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { request, version, .. } => write!(f, "Put({request}, {version})"),
            Self::Remove { request } => write!(f, "Remove({request})"),
        }
    }
}

/// What another municipality was asked for, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPlanRequest {
    /// Which.
    pub request: RequestId,
    /// Its version.
    pub version: u64,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// What it says, as it was written.
    pub content: Vec<u8>,
}

impl fmt::Debug for StoredPlanRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredPlanRequest({}, {})", self.request, self.version)
    }
}

impl Vault {
    /// What is known of the moves of a case's citizen, for the rules: whoever shows it records the look.
    pub async fn moves_of(&self, case: CaseId) -> Result<Option<StoredMoves>, VaultError> {
        let Some(sealed) = beside::of_case(&self.inner.readers, Beside::Moves, case).await? else {
            return Ok(None);
        };
        Ok(Some(opened(&*self.inner.keys.of_case(case).await?, sealed)?))
    }

    /// The cases with moves that are known; those alone where something waits, if asked so.
    pub async fn cases_with_moves(&self, waiting_only: bool) -> Result<HashSet<CaseId>, VaultError> {
        Ok(beside::cases(&self.inner.readers, Beside::Moves, waiting_only).await?)
    }

    /// The moves of every citizen where something waits for a decision: as many statements as for one.
    pub async fn waiting_moves(&self) -> Result<Vec<StoredMoves>, VaultError> {
        let sealed = beside::waiting(&self.inner.readers, Beside::Moves).await?;
        let keys = self.inner.keys.of_cases(sealed.iter().map(|sealed| sealed.case)).await?;
        let opened = sealed.into_iter().map(|sealed| {
            let key = keys.get(&sealed.case).ok_or(VaultError::KeyOfCaseMissing { case: sealed.case })?;
            opened(key, sealed)
        });
        opened.collect()
    }

    /// What others were asked for, the oldest first.
    pub async fn plan_requests(&self) -> Result<Vec<StoredPlanRequest>, VaultError> {
        let sealed = plan_requests::requests(&self.inner.readers).await?;
        sealed.into_iter().map(|sealed| self.open_request(sealed)).collect()
    }

    /// One thing that another was asked for.
    pub async fn plan_request(&self, request: RequestId) -> Result<Option<StoredPlanRequest>, VaultError> {
        let sealed = plan_requests::request(&self.inner.readers, request).await?;
        sealed.map(|sealed| self.open_request(sealed)).transpose()
    }

    fn open_request(&self, sealed: SealedRequest) -> Result<StoredPlanRequest, VaultError> {
        let SealedRequest { request, version, updated_at, request_sealed } = sealed;
        let id = request.to_bytes();
        let place = places::plan_request(&id, version);
        let content = self.inner.keys.node().open(place, &request_sealed)?;
        Ok(StoredPlanRequest { request, version, updated_at, content })
    }
}

fn opened(key: &SealingKey, sealed: SealedBeside) -> Result<StoredMoves, VaultError> {
    let SealedBeside { case, is_waiting, version, updated_at, sealed } = sealed;
    let moves = key.open(Beside::Moves.place(&case.to_bytes(), version), &sealed)?;
    Ok(StoredMoves { case, is_waiting, version, updated_at, moves })
}
