//! The node's one configuration: read, checked as a whole before anything starts, and shown without secrets.
//!
//! It holds no secret itself, only where they lie. Whatever is wrong with it is told at once, each with what to do.

mod check;
mod material;
mod problems;
mod read;
mod section;
mod show;
mod target_groups;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use enplan_domain::Kommunekode;
use enplan_domain::catalogue::Adopted;
use enplan_registry::Timing;
use enplan_transport::CredentialFiles;

pub(crate) use material::{MaterialError, founding, signing_key};
pub(crate) use problems::ConfigProblems;

/// How one municipality's node is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Whose node this is.
    pub(crate) municipality: Kommunekode,
    /// The federation it takes part in.
    pub(crate) federation: String,
    /// Where its databases lie.
    pub(crate) data_dir: PathBuf,
    /// Whom another municipality's staff may call, as shown to the receiver of a handover. No citizen's data.
    pub(crate) contact: String,
    /// Where it listens.
    pub(crate) listen: Listen,
    /// Its certificate and whom it trusts.
    pub(crate) tls: Tls,
    /// Its other keys.
    pub(crate) keys: Keys,
    /// What the municipalities agree on.
    pub(crate) registry: Registry,
    /// Logins.
    pub(crate) sessions: Sessions,
    /// What the municipality has adopted: exemptions (paragraffritagelser) and target groups of its own, each with its days.
    pub(crate) adopted: Adopted,
    /// Where its own target groups stand.
    pub(crate) target_groups: Option<PathBuf>,
    /// What is logged, and how.
    pub(crate) log: Log,
}

/// Where the node listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// For users and their programs.
    pub(crate) api: SocketAddr,
    /// For other municipalities' nodes.
    pub(crate) peer: SocketAddr,
}

/// The node's certificate and whom it trusts, all PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tls {
    /// The certificate that the federation's authority signed.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
    /// The authority's certificate.
    pub(crate) authority: PathBuf,
    /// The authority's list of revoked certificates.
    pub(crate) revocations: Option<PathBuf>,
}

/// The node's other keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// What it signs its commands and receipts with: Ed25519, PKCS#8 DER.
    pub(crate) signing: PathBuf,
    /// What seals every other key in its vault.
    pub(crate) key_encryption: PathBuf,
}

/// What the municipalities agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registry {
    /// The signed list of founders.
    pub(crate) members: PathBuf,
    /// The public key that list is signed with.
    pub(crate) founding_key: PathBuf,
    /// How often a leader says that it is there.
    pub(crate) heartbeat_ms: u64,
    /// The shortest time without a leader before a node stands for election; the longest is twice that.
    pub(crate) election_ms: u64,
}

/// Logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sessions {
    /// How long a login lasts.
    pub(crate) lifetime_minutes: u64,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    /// How a line looks.
    pub(crate) format: LogFormat,
    /// What is logged, as `tracing_subscriber::EnvFilter` reads it.
    pub(crate) filter: String,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Config {
    /// Reads a configuration file. What it names is looked at by [`Config::check`].
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigProblems> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigProblems::one(
                path,
                format!("it cannot be read ({error}): check the path given with --config"),
            )
        })?;
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        Self::parse(&text, path, credentials.as_deref())
    }

    /// Where the vault lies: at the top of the data directory.
    pub(crate) fn vault_dir(&self) -> PathBuf {
        self.data_dir.clone()
    }

    /// Where the registry lies within the data directory.
    pub(crate) fn registry_dir(&self) -> PathBuf {
        self.data_dir.join("registry")
    }

    /// Where the credentials for TLS lie.
    pub(crate) fn credential_files(&self) -> CredentialFiles {
        CredentialFiles {
            certificate: self.tls.certificate.clone(),
            key: self.tls.key.clone(),
            authority: self.tls.authority.clone(),
            revocations: self.tls.revocations.clone(),
        }
    }

    /// How long the registry waits for what.
    pub(crate) fn timing(&self) -> Timing {
        let election = Duration::from_millis(self.registry.election_ms);
        Timing {
            heartbeat: Duration::from_millis(self.registry.heartbeat_ms),
            election_from: election,
            election_to: election * 2,
            leaderless: election * 4,
            ..Timing::lan()
        }
    }

    /// How long a login lasts.
    pub(crate) fn session_lifetime(&self) -> Duration {
        Duration::from_secs(self.sessions.lifetime_minutes * 60)
    }
}

#[cfg(test)]
pub(crate) mod tests;
