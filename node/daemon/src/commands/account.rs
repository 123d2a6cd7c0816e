//! Local accounts of a node that is stopped: above all its first operator's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use enplan_domain::access::{NotAUnit, Role, Unit};
use enplan_domain::{Clock, Kommunekode, UserName};
use enplan_vault::{Actor, ActorKind, AuditEntry, AuditOutcome, Vault, VaultError, VaultOptions, WriteError};
use zeroize::Zeroizing;

use crate::arguments::AccountPut;
use crate::config::{Config, ConfigProblems, MaterialError};
use crate::files::{self, FileError};
use crate::password::{self, PasswordRefused};

/// An account could not be put.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigProblems),
    /// A key that the configuration names.
    #[error(transparent)]
    Material(#[from] MaterialError),
    /// The password's file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The password's file holds no text.
    #[error("{} holds no password: write it in the first line", .0.display())]
    NoPassword(PathBuf),
    /// The password.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The unit.
    #[error(transparent)]
    Unit(#[from] NotAUnit),
    /// The node runs, and its vault is its own.
    #[error(
        "the node of {0} is running: put the account with `enplan account put`, logged in as an operator, or stop the node first"
    )]
    Running(Kommunekode),
    /// The vault could not be opened.
    #[error(transparent)]
    Vault(VaultError),
    /// The vault refused.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// One account, ready to be put.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The name to log in with.
    pub(crate) username: UserName,
    /// The name to show.
    pub(crate) display_name: String,
    /// What they are.
    pub(crate) roles: Vec<Role>,
    /// The unit.
    pub(crate) unit: Unit,
}

/// Puts the account that the arguments describe, with the password in their file.
pub(crate) async fn put(arguments: &AccountPut, clock: &Arc<dyn Clock>) -> Result<(), AccountError> {
    let config = Config::load(&arguments.config.file)?;
    let password = read_password(&arguments.password_file)?;
    let account = Account {
        username: arguments.username.clone(),
        display_name: arguments.display_name.clone(),
        roles: arguments.roles.clone(),
        unit: arguments.unit.parse()?,
    };
    put_all(&config, &[account], &password::hash(&password)?, clock).await
}

/// Puts accounts, all with the password of this hash, into the vault of a node that is stopped.
async fn put_all(
    config: &Config,
    accounts: &[Account],
    password_hash: &str,
    clock: &Arc<dyn Clock>,
) -> Result<(), AccountError> {
    let vault = open(config, clock).await?;
    let result = put_into(&vault, config.municipality, accounts, password_hash).await;
    vault.close().await;
    result
}

/// Opens the vault of a node that is stopped.
pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<Vault, AccountError> {
    let options = VaultOptions {
        dir: config.vault_dir(),
        municipality: config.municipality,
        key_encryption_key: config.key_encryption_key()?,
        clock: clock.clone(),
    };
    Vault::open(options).await.map_err(|error| match error {
        VaultError::InUse { .. } => AccountError::Running(config.municipality),
        other => AccountError::Vault(other),
    })
}

/// Puts accounts, all with the password of this hash, into a vault that is open.
pub(crate) async fn put_into(
    vault: &Vault,
    municipality: Kommunekode,
    accounts: &[Account],
    password_hash: &str,
) -> Result<(), AccountError> {
    for account in accounts {
        put_one(vault, municipality, account, password_hash).await?;
    }
    Ok(())
}

/// Whoever can run a command on the node's machine: known to that machine, not to the node.
pub(crate) fn whoever_runs_this(municipality: Kommunekode) -> Actor {
    Actor { kind: ActorKind::System, name: "enplan-node".into(), municipality }
}

async fn put_one(
    vault: &Vault,
    municipality: Kommunekode,
    account: &Account,
    password_hash: &str,
) -> Result<(), AccountError> {
    let username = account.username.as_str();
    let audit = |action: &str| AuditEntry {
        actor: whoever_runs_this(municipality),
        action: action.into(),
        cases: Vec::new(),
        transfer: None,
        detail: username.to_owned(),
        outcome: AuditOutcome::Done,
    };
    let is_known = vault.account(username).await.map_err(AccountError::Vault)?.is_some();
    let stored = enplan_vault::Account {
        username: username.to_owned(),
        display_name: account.display_name.clone(),
        roles: account.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        unit: Some(account.unit.as_str().to_owned()),
        password_hash: password_hash.to_owned(),
        failed_logins: 0,
        locked_until: None,
    };
    vault.put_account(stored, audit("account.put")).await?;
    if is_known {
        // Whoever was logged in with the former password and roles is no longer.
        vault.end_sessions_of(username, audit("session.end-all")).await?;
    }
    Ok(())
}

fn read_password(path: &Path) -> Result<Zeroizing<String>, AccountError> {
    let bytes = files::read_private(path)?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.lines().next()).unwrap_or_default();
    if text.is_empty() {
        return Err(AccountError::NoPassword(path.to_owned()));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::arguments::ConfigFile;
    use crate::clock::SystemClock;
    use crate::config::tests::node;
    use crate::files::Readers;

    fn arguments(folder: &Path, password: &str) -> AccountPut {
        let password_file = folder.join("password");
        let _ = fs::remove_file(&password_file);
        files::write_new(&password_file, password.as_bytes(), Readers::Owner).unwrap();
        AccountPut {
            config: ConfigFile { file: folder.join("enplan.toml") },
            username: "drift".parse().unwrap(),
            display_name: "Dorthe Drift".into(),
            roles: vec![Role::Operator],
            unit: "IT".into(),
            password_file,
        }
    }

    async fn opened(config: &Config) -> Vault {
        open(config, &clock()).await.unwrap()
    }

    fn clock() -> Arc<dyn Clock> {
        Arc::new(SystemClock::exact())
    }

    #[tokio::test]
    async fn an_account_that_was_put_has_its_roles_and_the_newest_password() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::load(&node(folder.path())).unwrap();
        put(&arguments(folder.path(), "et langt kodeord\n"), &clock()).await.unwrap();
        put(&arguments(folder.path(), "et andet kodeord\nanden linje"), &clock()).await.unwrap();
        let vault = opened(&config).await;
        let account = vault.account("drift").await.unwrap().unwrap();
        assert_eq!(account.roles, ["operator"]);
        assert!(password::verify("et andet kodeord", &account.password_hash));
        assert!(!password::verify("et langt kodeord", &account.password_hash));
    }

    #[tokio::test]
    async fn a_running_node_is_pointed_out_with_the_command_that_it_takes() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::load(&node(folder.path())).unwrap();
        let running = opened(&config).await;
        let error = put(&arguments(folder.path(), "et langt kodeord"), &clock()).await.unwrap_err();
        assert!(matches!(error, AccountError::Running(code) if code == config.municipality));
        assert!(error.to_string().contains("`enplan account put`"));
        running.close().await;
        put(&arguments(folder.path(), "et langt kodeord"), &clock()).await.unwrap();
    }

    #[tokio::test]
    async fn a_password_that_is_short_or_missing_puts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::load(&node(folder.path())).unwrap();
        let put_with = async |password| put(&arguments(folder.path(), password), &clock()).await.unwrap_err();
        assert!(matches!(put_with("kort").await, AccountError::Password(PasswordRefused::TooShort)));
        assert!(matches!(put_with("\n").await, AccountError::NoPassword(_)));
        assert!(opened(&config).await.accounts().await.unwrap().is_empty());
    }
}
