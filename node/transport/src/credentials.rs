//! This node's own certificate, key and trust, checked before they are used and reloaded without a restart.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use enplan_domain::{Clock, Kommunekode, Timestamp};
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{ClientConfig, WebPkiServerVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName};
use rustls::server::ServerConfig;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{InconsistentKeys, RootCertStore};
use tokio::sync::watch;

use crate::Cause;
use crate::files::{self, FileError};
use crate::identity::{IdentityError, PeerIdentity};
use crate::tls::{self, ClockTime};
use crate::verify::{CertificateRefusal, ExactlyThisNode, NodeOfFederation, stock_server_verifier};

/// Where this node's credentials lie. All are PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFiles {
    /// The node's certificate, and the ones between it and the authority, if there are any.
    pub certificate: PathBuf,
    /// The node's private key. Nobody but its owner may read the file.
    pub key: PathBuf,
    /// The certificates of the authorities that are trusted: one, or two while the federation changes from one to the other.
    pub authority: PathBuf,
    /// The authorities' lists of revoked certificates: one of each, if there are any.
    pub revocations: Option<PathBuf>,
}

/// Credentials cannot be used. What was used before stays in use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file does not hold what it should.
    #[error("{} holds no {expected} in PEM: check which file the configuration names", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What was looked for in it.
        expected: &'static str,
    },
    /// The key is not the certificate's.
    #[error("the key {} does not belong to the certificate {}: give the two that were made together", key.display(), certificate.display())]
    KeyMismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The node's own certificate would be refused by every peer.
    #[error("this node's own certificate {} cannot be used", path.display())]
    Refused {
        /// The certificate's file.
        path: PathBuf,
        /// Why.
        source: CertificateRefusal,
    },
    /// The certificate is another municipality's than the one this node has been.
    #[error(
        "the new certificate is for municipality {found}, and this node is {expected}: give this node's own"
    )]
    OtherMunicipality {
        /// Whose node this is.
        expected: Kommunekode,
        /// Whose certificate it is.
        found: Kommunekode,
    },
    /// The authority's certificate or the list of revoked ones is damaged.
    #[error("{} cannot be used: fetch it again from the federation's authority", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// What the library said.
        source: Cause,
    },
    /// The key is damaged, or of a kind that is not spoken here.
    #[error("{} cannot be used as a private key: have the node make a new key and request", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What the library said; it holds nothing of the key.
        source: Cause,
    },
}

/// One set of credentials that has been found good.
pub struct Credentials {
    identity: PeerIdentity,
    not_after: Timestamp,
    own: Arc<CertifiedKey>,
    servers: Arc<WebPkiServerVerifier>,
    for_peers: Arc<ServerConfig>,
    for_users: Arc<ServerConfig>,
    clock: Arc<dyn Clock>,
}

impl Credentials {
    /// Reads them and checks all that a peer would: the key is the certificate's, the certificate names one municipality
    /// of this federation, the authority vouches for it, and it is valid now.
    ///
    /// Reads files of some kilobytes without yielding: at the start, or on a thread that may wait.
    pub fn load(
        files: &CredentialFiles,
        federation: &str,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, CredentialsError> {
        let chain = certificates(&files.certificate)?;
        let own = certified_key(&chain, files)?;
        let roots = trusted(&files.authority)?;
        let revocations = match &files.revocations {
            Some(path) => sections::<CertificateRevocationListDer<'static>>(
                &files::read(path)?,
                path,
                "list of revoked certificates",
            )?,
            None => Vec::new(),
        };

        // Lists come from the one file, so they are the culprit if there are any.
        let trust_path = files.revocations.as_ref().unwrap_or(&files.authority);
        let untrusted = |source: rustls::server::VerifierBuilderError| CredentialsError::Trust {
            path: trust_path.clone(),
            source: Box::new(source),
        };
        let servers = stock_server_verifier(roots.clone(), revocations.clone()).map_err(untrusted)?;
        let clients = NodeOfFederation::new(roots, revocations, federation).map_err(untrusted)?;
        let identity = self_check(&chain, &servers, &clients, clock)
            .map_err(|source| CredentialsError::Refused { path: files.certificate.clone(), source })?;

        let settings =
            |source| CredentialsError::Key { path: files.key.clone(), source: Box::new(source) as Cause };
        let clients: Arc<dyn ClientCertVerifier> = Arc::new(clients);
        Ok(Self {
            not_after: end_of(&chain).unwrap_or(Timestamp::MIN),
            for_peers: Arc::new(tls::server_config(own.clone(), Some(clients), clock).map_err(settings)?),
            for_users: Arc::new(tls::server_config(own.clone(), None, clock).map_err(settings)?),
            identity,
            own,
            servers,
            clock: clock.clone(),
        })
    }

    /// Whom this node is to its peers.
    pub fn identity(&self) -> &PeerIdentity {
        &self.identity
    }

    /// When its certificate ends: renew it well before.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How the peers' listener speaks: it asks for a certificate and lets nodes of this federation in.
    pub(crate) fn for_peers(&self) -> Arc<ServerConfig> {
        self.for_peers.clone()
    }

    /// How the users' listener speaks: it asks for no certificate.
    pub(crate) fn for_users(&self) -> Arc<ServerConfig> {
        self.for_users.clone()
    }

    /// How this node speaks to the node of one municipality, and to no other.
    pub(crate) fn towards(&self, municipality: Kommunekode) -> Result<Arc<ClientConfig>, rustls::Error> {
        let expected = PeerIdentity { federation: self.identity.federation.clone(), municipality };
        let verifier = ExactlyThisNode { stock: self.servers.clone(), expected };
        tls::client_config(Some(self.own.clone()), Arc::new(verifier), &self.clock).map(Arc::new)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("identity", &self.identity)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// The newest good credentials, for whoever accepts or dials a connection. Clones share them.
#[derive(Clone)]
pub struct CredentialStore {
    inner: Arc<Store>,
}

struct Store {
    files: CredentialFiles,
    federation: String,
    clock: Arc<dyn Clock>,
    newest: watch::Sender<Arc<Credentials>>,
}

impl CredentialStore {
    /// Loads the first credentials.
    pub fn open(
        files: CredentialFiles,
        federation: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CredentialsError> {
        let first = Credentials::load(&files, federation, &clock)?;
        let newest = watch::Sender::new(Arc::new(first));
        Ok(Self { inner: Arc::new(Store { files, federation: federation.to_owned(), clock, newest }) })
    }

    /// Loads the files again, and uses them for new connections if they are good. Otherwise nothing changes, and the error
    /// says why.
    pub fn reload(&self) -> Result<(), CredentialsError> {
        let store = &*self.inner;
        let next = Credentials::load(&store.files, &store.federation, &store.clock)?;
        let expected = self.newest().identity.municipality;
        let found = next.identity.municipality;
        if expected != found {
            return Err(CredentialsError::OtherMunicipality { expected, found });
        }
        store.newest.send_replace(Arc::new(next));
        Ok(())
    }

    /// The newest good credentials.
    pub fn newest(&self) -> Arc<Credentials> {
        self.inner.newest.borrow().clone()
    }

    /// Whom this node is to its peers. It never changes.
    pub fn identity(&self) -> PeerIdentity {
        self.newest().identity.clone()
    }
}

impl fmt::Debug for CredentialStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialStore").field("newest", &self.newest()).finish_non_exhaustive()
    }
}

/// Whom the certificate makes this node, if every peer would believe it, as a server and as a client.
fn self_check(
    chain: &[CertificateDer<'static>],
    servers: &WebPkiServerVerifier,
    clients: &NodeOfFederation,
    clock: &Arc<dyn Clock>,
) -> Result<PeerIdentity, CertificateRefusal> {
    let [own, between @ ..] = chain else { return Err(CertificateRefusal::Missing) };
    let identity = PeerIdentity::of_certificate(own)?;
    let refused = |error: rustls::Error| {
        CertificateRefusal::of(&error)
            .unwrap_or_else(|| CertificateRefusal::Unusable { reason: error.to_string() })
    };
    let now = ClockTime(clock.clone()).current_time().ok_or(CertificateRefusal::NotYetValid)?;
    let name = ServerName::try_from(identity.dns_name()).map_err(|_| IdentityError::Malformed)?;
    clients.verify_client_cert(own, between, now).map_err(refused)?;
    servers.verify_server_cert(own, between, &name, &[], now).map_err(refused)?;
    Ok(identity)
}

fn certified_key(
    chain: &[CertificateDer<'static>],
    files: &CredentialFiles,
) -> Result<Arc<CertifiedKey>, CredentialsError> {
    let key = PrivateKeyDer::from_pem_slice(&files::read_private(&files.key)?)
        .map_err(|_| CredentialsError::Empty { path: files.key.clone(), expected: "private key" })?;
    match CertifiedKey::from_der(chain.to_vec(), key, tls::provider()) {
        Ok(own) => Ok(Arc::new(own)),
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(CredentialsError::KeyMismatch {
                certificate: files.certificate.clone(),
                key: files.key.clone(),
            })
        }
        Err(rustls::Error::InvalidCertificate(_)) => Err(CredentialsError::Refused {
            path: files.certificate.clone(),
            source: IdentityError::Unreadable.into(),
        }),
        Err(source) => Err(CredentialsError::Key { path: files.key.clone(), source: Box::new(source) }),
    }
}

fn trusted(path: &Path) -> Result<Arc<RootCertStore>, CredentialsError> {
    roots(certificates(path)?)
        .map_err(|source| CredentialsError::Trust { path: path.to_owned(), source: Box::new(source) })
}

/// The authorities to trust, all of them or none.
pub(crate) fn roots(authorities: Vec<CertificateDer<'static>>) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority)?;
    }
    Ok(Arc::new(roots))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CredentialsError> {
    sections(&files::read(path)?, path, "certificate")
}

/// Every section of one kind. A damaged one is an error: half a list of revoked certificates is not that list.
fn sections<T: PemObject>(
    pem: &[u8],
    path: &Path,
    expected: &'static str,
) -> Result<Vec<T>, CredentialsError> {
    match T::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>() {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(CredentialsError::Empty { path: path.to_owned(), expected }),
    }
}

fn end_of(chain: &[CertificateDer<'static>]) -> Option<Timestamp> {
    let (_, own) = x509_parser::parse_x509_certificate(chain.first()?).ok()?;
    Timestamp::from_second(own.validity().not_after.timestamp()).ok()
}
