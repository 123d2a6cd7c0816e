//! What reports have said in a case of others and of who acts. What a record says, the vault does not know.

use std::collections::HashSet;
use std::fmt;

use enplan_domain::CaseId;

use crate::Vault;
use crate::error::VaultError;
use crate::tables::beside::{self, Beside};
use crate::write::Expected;

/// A change of what reports have said in a case: what was said before is written over, and gone.
#[derive(Clone)]
pub struct StatementsWrite {
    /// The case. It is there already, or begins in the same write.
    pub case: CaseId,
    /// What the writer believes is stored.
    pub expected: Expected,
    /// Whether something must be decided, or dropped in time.
    pub is_waiting: bool,
    /// What was said. Sealed by the vault under the case's key.
    pub statements: Vec<u8>,
}

impl fmt::Debug for StatementsWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatementsWrite({}, {:?})", self.case, self.expected)
    }
}

/// What reports have said in a case, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredStatements {
    /// Its version, for the next write.
    pub version: u64,
    /// What was said, as it was written.
    pub statements: Vec<u8>,
}

impl fmt::Debug for StoredStatements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredStatements({})", self.version)
    }
}

impl Vault {
    /// What reports have said in a case, for the rules: whoever shows it records the look.
    pub async fn statements_of(&self, case: CaseId) -> Result<Option<StoredStatements>, VaultError> {
        let Some(sealed) = beside::of_case(&self.inner.readers, Beside::Statements, case).await? else {
            return Ok(None);
        };
        let key = self.inner.keys.of_case(case).await?;
        let statements =
            key.open(Beside::Statements.place(&case.to_bytes(), sealed.version), &sealed.sealed)?;
        Ok(Some(StoredStatements { version: sealed.version, statements }))
    }

    /// The cases where something that was said must be decided, or dropped in time.
    pub async fn cases_with_statements(&self) -> Result<HashSet<CaseId>, VaultError> {
        Ok(beside::cases(&self.inner.readers, Beside::Statements, true).await?)
    }
}
