//! Whose certificate is believed.
//!
//! The stock verifiers of `rustls` check the chain, the times, the purpose, the list of revoked certificates and, on a
//! server, the DNS name. Only after that is the URI name read: stock `rustls` does not look at it.

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::server::VerifierBuilderError;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, RootCertStore,
    SignatureScheme,
};

use crate::identity::{IdentityError, PeerIdentity};
use crate::tls::provider;

/// Why a certificate was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateRefusal {
    /// Its time is over, or this machine's clock is ahead.
    #[error("the certificate has expired: renew it; if it should still be valid, check this machine's clock")]
    Expired,
    /// Its time has not come, or this machine's clock is behind.
    #[error("the certificate is not valid yet: check this machine's clock")]
    NotYetValid,
    /// The authority has taken it back.
    #[error("the certificate has been revoked: ask the federation's authority for a new one")]
    Revoked,
    /// The list of revoked certificates has passed its own next date, so it says nothing about today.
    #[error(
        "the list of revoked certificates is out of date: fetch a newer one from the federation's authority; \
         if it should be new, check this machine's clock"
    )]
    RevocationsOutOfDate,
    /// The list of revoked certificates is another authority's.
    #[error(
        "the list of revoked certificates is not the one of this certificate's authority: fetch that one"
    )]
    RevocationsOfAnother,
    /// No authority trusted here has signed it.
    #[error("the certificate comes from an authority that is not trusted here: check the authority's file")]
    UnknownAuthority,
    /// The other end showed none.
    #[error("no certificate was shown: a node must show its own")]
    Missing,
    /// Its DNS name is another's.
    #[error("the certificate is for another name than the one that was called: check the address")]
    OtherName,
    /// It does not say which municipality it speaks for, or says another than it should.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// It is damaged, or was made for another purpose.
    #[error(
        "the certificate cannot be used for this: have the federation's authority issue a new one ({reason})"
    )]
    Unusable {
        /// What the verifier said.
        reason: String,
    },
}

impl CertificateRefusal {
    /// The refusal in an error of `rustls`, if it is one.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        use CertificateError as Certificate;
        match error {
            Error::NoCertificatesPresented => Some(Self::Missing),
            Error::InvalidCertRevocationList(_) => Some(Self::RevocationsOfAnother),
            Error::InvalidCertificate(refused) => Some(match refused {
                Certificate::Expired | Certificate::ExpiredContext { .. } => Self::Expired,
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Self::NotYetValid,
                Certificate::Revoked => Self::Revoked,
                Certificate::ExpiredRevocationList | Certificate::ExpiredRevocationListContext { .. } => {
                    Self::RevocationsOutOfDate
                }
                Certificate::UnknownRevocationStatus => Self::RevocationsOfAnother,
                Certificate::UnknownIssuer | Certificate::BadSignature => Self::UnknownAuthority,
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => Self::OtherName,
                Certificate::Other(OtherError(other)) if other.is::<IdentityError>() => {
                    Self::Identity(other.downcast_ref().cloned().unwrap_or(IdentityError::Unreadable))
                }
                other => Self::Unusable { reason: other.to_string() },
            }),
            _ => None,
        }
    }

    /// The refusal in an error of a handshake, if it is one.
    pub(crate) fn of_handshake(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().and_then(Self::of)
    }
}

fn not_that_peer(error: IdentityError) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(error))))
}

/// The stock verifier of servers, for an authority and its lists of revoked certificates.
pub(crate) fn stock_server_verifier(
    roots: Arc<RootCertStore>,
    revocations: Vec<CertificateRevocationListDer<'static>>,
) -> Result<Arc<WebPkiServerVerifier>, VerifierBuilderError> {
    WebPkiServerVerifier::builder_with_provider(roots, provider().clone())
        .with_crls(revocations)
        .enforce_revocation_expiration()
        .build()
}

/// Believes a client that is a node of this federation.
#[derive(Debug)]
pub(crate) struct NodeOfFederation {
    stock: Arc<dyn ClientCertVerifier>,
    federation: String,
}

impl NodeOfFederation {
    pub(crate) fn new(
        roots: Arc<RootCertStore>,
        revocations: Vec<CertificateRevocationListDer<'static>>,
        federation: &str,
    ) -> Result<Self, VerifierBuilderError> {
        let stock = WebPkiClientVerifier::builder_with_provider(roots, provider().clone())
            .with_crls(revocations)
            .enforce_revocation_expiration()
            .build()?;
        Ok(Self { stock, federation: federation.to_owned() })
    }
}

impl ClientCertVerifier for NodeOfFederation {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.stock.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.stock.verify_client_cert(end_entity, intermediates, now)?;
        PeerIdentity::of_certificate(end_entity)
            .and_then(|identity| identity.expect_federation(&self.federation))
            .map_err(not_that_peer)?;
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.stock.supported_verify_schemes()
    }
}

/// Believes a server that is the node of one municipality of one federation.
#[derive(Debug)]
pub(crate) struct ExactlyThisNode {
    pub(crate) stock: Arc<WebPkiServerVerifier>,
    pub(crate) expected: PeerIdentity,
}

impl ServerCertVerifier for ExactlyThisNode {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.stock.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        PeerIdentity::of_certificate(end_entity)
            .and_then(|identity| identity.expect(&self.expected))
            .map_err(not_that_peer)?;
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.stock.supported_verify_schemes()
    }
}
