//! The one way in which this house speaks TLS: version 1.3, aws-lc-rs, X25519MLKEM768 first, `h2` and nothing else,
//! never resumed.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use enplan_domain::Clock;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::UnixTime;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, ServerConfig};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;

/// The one protocol that is spoken inside TLS. Both ends must agree on it, so that no connection can be mistaken for
/// one of another protocol.
pub(crate) const HTTP2: &[u8] = b"h2";

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()));

/// Makes aws-lc-rs the process's cryptography, for every library that asks `rustls` for the default one.
///
/// Call it first in `main`; calling it again changes nothing. This room itself does not depend on it.
pub fn install_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // It fails only if another thread was faster, and then there is one.
        let _ = CryptoProvider::clone(&PROVIDER).install_default();
    }
}

pub(crate) fn provider() -> &'static Arc<CryptoProvider> {
    &PROVIDER
}

/// Our [`Clock`], as `rustls` wants it.
pub(crate) struct ClockTime(pub(crate) Arc<dyn Clock>);

impl fmt::Debug for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClockTime")
    }
}

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// A server's settings. `clients` decides whom it lets in; without it, anyone is.
pub(crate) fn server_config(
    own: Arc<CertifiedKey>,
    clients: Option<Arc<dyn ClientCertVerifier>>,
    clock: &Arc<dyn Clock>,
) -> Result<ServerConfig, rustls::Error> {
    let time = Arc::new(ClockTime(clock.clone()));
    let builder =
        ServerConfig::builder_with_details(provider().clone(), time).with_protocol_versions(&[&TLS13])?;
    let builder = match clients {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
    config.alpn_protocols = vec![HTTP2.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// A client's settings. `server` decides whom it talks to; `own` is what it shows, if it shows anything.
pub(crate) fn client_config(
    own: Option<Arc<CertifiedKey>>,
    server: Arc<dyn ServerCertVerifier>,
    clock: &Arc<dyn Clock>,
) -> Result<ClientConfig, rustls::Error> {
    let time = Arc::new(ClockTime(clock.clone()));
    let builder = ClientConfig::builder_with_details(provider().clone(), time)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(server);
    let mut config = match own {
        Some(own) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![HTTP2.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use rustls::NamedGroup;

    use super::*;

    #[test]
    fn the_key_exchange_that_a_quantum_computer_does_not_break_comes_first() {
        assert_eq!(provider().kx_groups[0].name(), NamedGroup::X25519MLKEM768);
    }

    #[test]
    fn installing_the_provider_twice_changes_nothing() {
        install_crypto_provider();
        let first = CryptoProvider::get_default().unwrap().clone();
        install_crypto_provider();
        assert!(Arc::ptr_eq(&first, CryptoProvider::get_default().unwrap()));
    }
}
