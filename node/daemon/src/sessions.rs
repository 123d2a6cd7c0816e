//! Logging in, and who is calling. A token is 32 random bytes; the vault keeps only its hash.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use enplan_domain::access::{Role, User};
use enplan_domain::{Clock, Kommunekode, Timestamp};
use enplan_vault::{Account, Actor, AuditEntry, Vault, Write};
use tokio::sync::{Mutex, Semaphore};
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
    counting: Mutex<()>,
    remembered: RwLock<Remembered>,
}

/// Callers by their tokens, as the vault had them.
#[derive(Default)]
struct Remembered {
    callers: HashMap<String, Caller>,
    /// How often everything was forgotten: what was read from the vault before is not to be remembered after.
    forgotten: u64,
}

impl Remembered {
    fn keep(&mut self, token: &str, caller: Caller, read_after: u64) {
        if read_after != self.forgotten {
            return;
        }
        if self.callers.len() >= REMEMBERED {
            self.callers.clear();
        }
        self.callers.insert(token.to_owned(), caller);
    }

    fn forget(&mut self) {
        self.callers.clear();
        self.forgotten += 1;
    }
}

impl Sessions {
    pub(crate) fn new(
        vault: Vault,
        clock: Arc<dyn Clock>,
        municipality: Kommunekode,
        lifetime: Duration,
    ) -> Self {
        let (hashing, remembered) = (Semaphore::new(HASHES_AT_ONCE), RwLock::default());
        Self { vault, clock, municipality, lifetime, hashing, counting: Mutex::default(), remembered }
    }

    /// Exchanges a password for a token.
    pub(crate) async fn log_in(&self, username: &str, password: String) -> Result<Started, Failure> {
        // Held until a failure is counted: of many attempts at once, those that waited find the account locked.
        let _place = self.hashing.acquire().await.map_err(|error| Failure::inside(&error))?;
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
        let matches = tokio::task::spawn_blocking(move || password::verify(&password, &stored))
            .await
            .map_err(|error| Failure::inside(&error))?;
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
        let (known, forgotten) = {
            let remembered = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
            (remembered.callers.get(token).cloned(), remembered.forgotten)
        };
        if let Some(caller) = known.filter(|caller| now < caller.expires_at) {
            return Ok(caller);
        }
        let session = self.vault.session(token.as_bytes()).await?.ok_or_else(Failure::not_logged_in)?;
        let account = self.vault.account(&session.username).await?.ok_or_else(Failure::not_logged_in)?;
        let caller = self.caller(&account, session.expires_at)?;
        self.remembered.write().unwrap_or_else(PoisonError::into_inner).keep(
            token,
            caller.clone(),
            forgotten,
        );
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

    async fn failed(&self, username: &str, actor: Actor, now: Timestamp) -> Failure {
        let entry = AuditEntry::refused(actor, "session.log-in", Vec::new(), "WRONG_LOGIN");
        // One at a time, so that no number of failures is passed over.
        let _counting = self.counting.lock().await;
        let account = match self.vault.account(username).await {
            Ok(account) => account,
            Err(error) => return error.into(),
        };
        let recorded = match account {
            Some(account) => {
                let is_one_too_many = (account.failed_logins + 1).is_multiple_of(MOST_FAILURES);
                // One that was under way when the account was locked leaves the lock as it is.
                let until = if is_one_too_many { Some(now + LOCKED_FOR) } else { account.locked_until };
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
        self.remembered.write().unwrap_or_else(PoisonError::into_inner).forget();
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

#[cfg(test)]
mod tests {
    use enplan_vault::{KeyEncryptionKey, VaultOptions};

    use super::*;
    use crate::clock::SystemClock;

    const PASSWORD: &str = "korrekt hest batteri";

    async fn sessions(folder: &std::path::Path) -> Arc<Sessions> {
        let (municipality, clock) = (Kommunekode::find("0270").unwrap(), Arc::new(SystemClock::exact()));
        let options = VaultOptions {
            dir: folder.to_owned(),
            municipality,
            key_encryption_key: KeyEncryptionKey::generate().unwrap(),
            clock: clock.clone(),
        };
        let vault = Vault::open(options).await.unwrap();
        let account = Account {
            username: "anna".into(),
            display_name: "Anna".into(),
            roles: vec!["caseworker".into()],
            unit: None,
            password_hash: password::hash(PASSWORD).unwrap(),
            failed_logins: 0,
            locked_until: None,
        };
        let entry = AuditEntry::done(Actor::system("test", municipality), "account.put", Vec::new());
        vault.put_account(account, entry).await.unwrap();
        Arc::new(Sessions::new(vault, clock, municipality, Duration::from_hours(1)))
    }

    fn code(failure: Failure) -> String {
        use tonic_types::StatusExt;
        let status = tonic::Status::from(failure);
        status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
    }

    #[tokio::test]
    async fn of_many_wrong_passwords_at_once_only_a_few_are_tried() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = sessions(folder.path()).await;
        let attempts = (0..20).map(|_| {
            let sessions = Arc::clone(&sessions);
            tokio::spawn(
                async move { sessions.log_in("anna", "forkert hest batteri".into()).await.map(|_| ()) },
            )
        });
        let answers = futures::future::join_all(attempts).await;
        let codes: Vec<_> = answers.into_iter().map(|answer| code(answer.unwrap().unwrap_err())).collect();
        let tried = codes.iter().filter(|code| *code == "WRONG_LOGIN").count();
        let at_most = usize::try_from(MOST_FAILURES).unwrap() + HASHES_AT_ONCE - 1;
        assert!((1..=at_most).contains(&tried), "{codes:?}");
        assert_eq!(codes.iter().filter(|code| *code == "ACCOUNT_LOCKED").count(), 20 - tried, "{codes:?}");
        // The right one is no way round the lock.
        let right = sessions.log_in("anna", PASSWORD.into()).await.map(|_| ()).unwrap_err();
        assert_eq!(code(right), "ACCOUNT_LOCKED");
    }

    #[tokio::test]
    async fn a_session_that_was_ended_is_remembered_by_nobody_who_had_read_it_before() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = sessions(folder.path()).await;
        let caller = sessions.log_in("anna", PASSWORD.into()).await.map(|started| started.caller).unwrap();
        let mut remembered = Remembered::default();
        let read_after = remembered.forgotten;
        remembered.forget();
        remembered.keep("token", caller.clone(), read_after);
        assert!(remembered.callers.is_empty());
        remembered.keep("token", caller, remembered.forgotten);
        assert_eq!(remembered.callers.len(), 1);
    }
}
