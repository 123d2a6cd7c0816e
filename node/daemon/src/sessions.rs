//! Logging in, and who is calling. A token is 32 random bytes; the vault keeps only its hash.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use enplan_domain::access::{Role, User};
use enplan_domain::{Clock, Kommunekode, Timestamp};
use enplan_vault::{Account, Actor, AuditEntry, Vault, Write};
use tokio::sync::Semaphore;
use tonic::{Code, Request};

use crate::failure::Failure;
use crate::password;

/// Failed logins before an account is locked, and for how long.
const MOST_FAILURES: u64 = 5;
const LOCKED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// Password hashes computed at once: each takes memory and time on purpose.
const HASHES_AT_ONCE: usize = 2;

/// Sessions remembered in memory, so that a request needs no look into the database.
const REMEMBERED: usize = 10_000;

/// A PHC string of no password, for a user that does not exist: both answers take as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                      yf0hT3mXYO4bgsvYVHrXcCVgmcnCLoJbVKLSaAB1kNk";

/// Who is calling.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// As the rules of access know them.
    pub(crate) user: User,
    /// As the audit log knows them.
    pub(crate) actor: Actor,
    /// The name to show.
    pub(crate) display_name: String,
    /// When the session ends.
    pub(crate) expires_at: Timestamp,
}

/// A session that was started.
pub(crate) struct Started {
    /// Sent with each request, as `authorization: Bearer ..`.
    pub(crate) token: String,
    /// Who logged in.
    pub(crate) caller: Caller,
}

/// Sessions of local accounts.
pub(crate) struct Sessions {
    vault: Vault,
    clock: Arc<dyn Clock>,
    municipality: Kommunekode,
    lifetime: Duration,
    hashing: Semaphore,
    remembered: RwLock<HashMap<String, Caller>>,
}

impl Sessions {
    pub(crate) fn new(
        vault: Vault,
        clock: Arc<dyn Clock>,
        municipality: Kommunekode,
        lifetime: Duration,
    ) -> Self {
        let (hashing, remembered) = (Semaphore::new(HASHES_AT_ONCE), RwLock::default());
        Self { vault, clock, municipality, lifetime, hashing, remembered }
    }

    /// Exchanges a password for a token.
    pub(crate) async fn log_in(&self, username: &str, password: String) -> Result<Started, Failure> {
        let account = self.vault.account(username).await?;
        let now = self.clock.now();
        let actor = Actor::user(username.chars().take(100).collect::<String>(), self.municipality);
        if let Some(until) =
            account.as_ref().and_then(|account| account.locked_until).filter(|until| now < *until)
        {
            let entry = AuditEntry::refused(actor, "session.log-in", Vec::new(), "ACCOUNT_LOCKED");
            self.vault.write(Write::of(entry)).await?;
            return Err(locked(until, now));
        }
        let stored = account.as_ref().map_or_else(|| NOBODY.to_owned(), |a| a.password_hash.clone());
        let matches = self.verify(password, stored).await?;
        let Some(account) = account.filter(|_| matches) else {
            return Err(self.failed(username, actor, now).await);
        };
        let token = random_token()?;
        let expires_at = now + self.lifetime;
        let caller = self.caller(&account, expires_at)?;
        let entry = AuditEntry::done(actor, "session.log-in", Vec::new());
        self.vault.start_session(token.as_bytes(), username, expires_at, entry).await?;
        Ok(Started { token, caller })
    }

    /// Ends the caller's session.
    pub(crate) async fn log_out<T>(&self, request: &Request<T>) -> Result<(), Failure> {
        let caller = self.caller_of(request).await?;
        let token = bearer(request).ok_or_else(Failure::not_logged_in)?.to_owned();
        let entry = AuditEntry::done(caller.actor, "session.log-out", Vec::new());
        self.vault.end_session(token.as_bytes(), entry).await?;
        self.forget();
        Ok(())
    }

    /// Who sent this request.
    pub(crate) async fn caller_of<T>(&self, request: &Request<T>) -> Result<Caller, Failure> {
        let token = bearer(request).ok_or_else(Failure::not_logged_in)?;
        let now = self.clock.now();
        let known = self.remembered.read().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        if let Some(caller) = known.filter(|caller| now < caller.expires_at) {
            return Ok(caller);
        }
        let session = self.vault.session(token.as_bytes()).await?.ok_or_else(Failure::not_logged_in)?;
        let account = self.vault.account(&session.username).await?.ok_or_else(Failure::not_logged_in)?;
        let caller = self.caller(&account, session.expires_at)?;
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.to_owned(), caller.clone());
        Ok(caller)
    }

    /// Makes or changes an account, and ends its sessions.
    pub(crate) async fn put_account(&self, account: Account, by: &Caller) -> Result<(), Failure> {
        let username = account.username.clone();
        let entry = AuditEntry::done(by.actor.clone(), "account.put", Vec::new()).saying(&username);
        self.vault.put_account(account, entry.clone()).await?;
        self.vault.end_sessions_of(&username, entry).await?;
        self.forget();
        Ok(())
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Failure> {
        let _place = self.hashing.acquire().await.map_err(|error| Failure::inside(&error))?;
        tokio::task::spawn_blocking(move || password::hash(&password))
            .await
            .map_err(|error| Failure::inside(&error))?
            .map_err(|refused| {
                let danish = format!("Adgangskoden skal have mindst {} tegn.", password::FEWEST_CHARACTERS);
                Failure::field("password", "PASSWORD_REFUSED", refused.to_string(), danish)
            })
    }

    async fn verify(&self, password: String, stored: String) -> Result<bool, Failure> {
        let _place = self.hashing.acquire().await.map_err(|error| Failure::inside(&error))?;
        tokio::task::spawn_blocking(move || password::verify(&password, &stored))
            .await
            .map_err(|error| Failure::inside(&error))
    }

    async fn failed(&self, username: &str, actor: Actor, now: Timestamp) -> Failure {
        let entry = AuditEntry::refused(actor, "session.log-in", Vec::new(), "WRONG_LOGIN");
        let failures = match self.vault.account(username).await {
            Ok(account) => account.map(|account| account.failed_logins + 1),
            Err(error) => return error.into(),
        };
        let recorded = match failures {
            Some(failures) => {
                let until = (failures % MOST_FAILURES == 0).then(|| now + LOCKED_FOR);
                self.vault.record_failed_login(username, until, entry).await
            }
            None => self.vault.write(Write::of(entry)).await.map(|_| ()),
        };
        match recorded {
            Ok(()) => Failure::new(
                Code::Unauthenticated,
                "WRONG_LOGIN",
                "wrong user name or password",
                "Forkert brugernavn eller adgangskode. Efter fem forkerte forsøg spærres kontoen i 15 minutter.",
            ),
            Err(error) => error.into(),
        }
    }

    fn caller(&self, account: &Account, expires_at: Timestamp) -> Result<Caller, Failure> {
        let roles: Result<_, _> = account.roles.iter().map(|role| role.parse::<Role>()).collect();
        let user = User {
            name: account.username.parse().map_err(|error| Failure::inside(&error))?,
            roles: roles.map_err(|error| Failure::inside(&error))?,
            unit: account.unit.as_deref().and_then(|unit| unit.parse().ok()),
        };
        let actor = Actor::user(account.username.clone(), self.municipality);
        Ok(Caller { user, actor, display_name: account.display_name.clone(), expires_at })
    }

    fn forget(&self) {
        self.remembered.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn locked(until: Timestamp, now: Timestamp) -> Failure {
    let minutes = until.duration_since(now).as_mins() + 1;
    Failure::new(
        Code::ResourceExhausted,
        "ACCOUNT_LOCKED",
        "too many failed logins",
        format!("Kontoen er spærret efter for mange forkerte forsøg. Prøv igen om {minutes} minutter."),
    )
}

fn bearer<T>(request: &Request<T>) -> Option<&str> {
    request.metadata().get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

fn random_token() -> Result<String, Failure> {
    let mut halves = [[0; 16]; 2];
    for half in &mut halves {
        aws_lc_rs::rand::fill(half).map_err(|error| Failure::inside(&error))?;
    }
    Ok(halves.map(|half| uuid::Uuid::from_bytes(half).simple().to_string()).concat())
}
