//! Local accounts and sessions. The vault keeps them; who may log in, and for how long, is decided elsewhere. A session's
//! token is kept only as its SHA-256, so that whoever reads the database cannot log in.

use std::fmt;

use enplan_domain::Timestamp;

use crate::Vault;
use crate::audit::AuditEntry;
use crate::error::{VaultError, WriteError};
use crate::prepare::Change;
use crate::seal::sha256;
use crate::tables::accounts;

/// Somebody who may log in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The name to log in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// The roles' names.
    pub roles: Vec<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The password's hash, in the PHC string format.
    pub password_hash: String,
    /// Failed logins since the last that succeeded.
    pub failed_logins: u64,
    /// No login before this.
    pub locked_until: Option<Timestamp>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("username", &self.username)
            .field("roles", &self.roles)
            .field("unit", &self.unit)
            .field("failed_logins", &self.failed_logins)
            .field("locked_until", &self.locked_until)
            .finish_non_exhaustive()
    }
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub username: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Vault {
    /// Keeps an account, in place of the one of that name.
    pub async fn put_account(&self, account: Account, audit: AuditEntry) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::PutAccount(account)]).await?;
        Ok(())
    }

    /// The account of this name.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, VaultError> {
        Ok(accounts::one(&self.inner.readers, username).await?)
    }

    /// Every account, by username.
    pub async fn accounts(&self) -> Result<Vec<Account>, VaultError> {
        Ok(accounts::all(&self.inner.readers).await?)
    }

    /// Counts a failed login, and locks the account until then if a time is given.
    pub async fn record_failed_login(
        &self,
        username: &str,
        locked_until: Option<Timestamp>,
        audit: AuditEntry,
    ) -> Result<(), WriteError> {
        let failed = Change::FailedLogin { username: username.to_owned(), locked_until };
        self.change(Some(audit), vec![failed]).await?;
        Ok(())
    }

    /// Starts a session under this token, and forgets the account's failed logins.
    pub async fn start_session(
        &self,
        token: &[u8],
        username: &str,
        expires_at: Timestamp,
        audit: AuditEntry,
    ) -> Result<(), WriteError> {
        let started_at = self.inner.clock.now();
        let session = Session { username: username.to_owned(), started_at, expires_at };
        self.change(Some(audit), vec![Change::StartSession { token_hash: sha256(token), session }]).await?;
        Ok(())
    }

    /// The session of this token, unless it has run out.
    pub async fn session(&self, token: &[u8]) -> Result<Option<Session>, VaultError> {
        let session = accounts::session(&self.inner.readers, sha256(token)).await?;
        let now = self.inner.clock.now();
        Ok(session.filter(|session| now < session.expires_at))
    }

    /// Ends the session of this token.
    pub async fn end_session(&self, token: &[u8], audit: AuditEntry) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::EndSession { token_hash: sha256(token) }]).await?;
        Ok(())
    }

    /// Ends every session of an account: when its password or its roles change.
    pub async fn end_sessions_of(&self, username: &str, audit: AuditEntry) -> Result<(), WriteError> {
        self.change(Some(audit), vec![Change::EndSessionsOf { username: username.to_owned() }]).await?;
        Ok(())
    }
}
