//! The federation's certificate authority.
//!
//! A demo network and a real one use the same: a node makes its key and a request ([`NodeKey`]), and only the request
//! travels. The authority decides every name in the certificate; what the request asks for is ignored.

mod error;
mod request;
mod validity;

use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use enplan_domain::{Kommunekode, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PublicKeyData, RevocationReason, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, DnsName, pem::PemObject};
use x509_parser::extensions::GeneralName;
use zeroize::Zeroizing;

pub use error::AuthorityError;
pub use request::NodeKey;
pub use validity::Validity;

use crate::files::{self, Readers};
use crate::identity::{INTERNAL_DOMAIN, PeerIdentity, is_federation_name};

/// The file with the authority's certificate, in its folder: what every node gets.
pub const CERTIFICATE_FILE: &str = "authority.pem";
/// The file with the authority's key, in its folder: what no node gets.
pub const KEY_FILE: &str = "authority-key.pem";

/// A private certificate authority for one federation.
pub struct Authority {
    federation: String,
    certificate_pem: String,
    validity: Validity,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority with a new key, valid from now on for so many days.
    pub fn create(federation: &str, validity_days: u32, now: Timestamp) -> Result<Self, AuthorityError> {
        if !is_federation_name(federation) {
            return Err(AuthorityError::FederationName);
        }
        let validity = Validity::days(now, validity_days);
        let mut params = valid_during(validity)?;
        params.serial_number = Some(random_serial_number()?);
        params.distinguished_name = named(&format!("enplan authority of {federation}"));
        params.subject_alt_names = vec![SanType::URI(format!("spiffe://{federation}").try_into()?)];
        // It signs nodes' certificates and lists of revoked ones, and no further authority.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate_pem = params.self_signed(&key)?.pem();
        Ok(Self {
            federation: federation.to_owned(),
            certificate_pem,
            validity,
            issuer: Issuer::new(params, key),
        })
    }

    /// The authority that this certificate and key are, if they are one and belong together.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, AuthorityError> {
        let key = KeyPair::from_pem(key_pem).map_err(|_| AuthorityError::Key)?;
        let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|_| AuthorityError::NotAnAuthority)?;
        let (_, certificate) =
            x509_parser::parse_x509_certificate(&der).map_err(|_| AuthorityError::NotAnAuthority)?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let federation = names
            .and_then(|names| match names.value.general_names.as_slice() {
                [GeneralName::URI(uri)] => uri.strip_prefix("spiffe://"),
                _ => None,
            })
            .filter(|federation| certificate.is_ca() && is_federation_name(federation))
            .ok_or(AuthorityError::NotAnAuthority)?;
        if certificate.public_key().raw != key.subject_public_key_info() {
            return Err(AuthorityError::KeyMismatch);
        }
        Ok(Self {
            federation: federation.to_owned(),
            certificate_pem: certificate_pem.to_owned(),
            validity: Validity::of(certificate.validity()).ok_or(AuthorityError::NotAnAuthority)?,
            issuer: Issuer::from_ca_cert_der(&der, key)?,
        })
    }

    /// The federation whose nodes it certifies.
    pub fn federation(&self) -> &str {
        &self.federation
    }

    /// When it may sign, and how long its certificates may live at most.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// Its certificate, in PEM: every node and every user's program needs it, and it is no secret.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its private key, in PKCS#8 PEM, wiped from memory when dropped. Whoever has it can be any municipality.
    pub fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.issuer.key().serialize_pem())
    }

    /// Writes [`CERTIFICATE_FILE`] and [`KEY_FILE`] (mode 0600) into a folder that is there. Refuses to overwrite either.
    pub fn save(&self, folder: &Path) -> Result<(), AuthorityError> {
        // The key first: it is the file that decides whether there is an authority in this folder.
        files::write_new(&folder.join(KEY_FILE), self.key_pem().as_bytes(), Readers::Owner)?;
        files::write_new(&folder.join(CERTIFICATE_FILE), self.certificate_pem.as_bytes(), Readers::Everyone)?;
        Ok(())
    }

    /// Reads what [`Authority::save`] wrote. Refuses a key that others may read.
    pub fn load(folder: &Path) -> Result<Self, AuthorityError> {
        let key = files::read_private(&folder.join(KEY_FILE))?;
        let certificate = files::read(&folder.join(CERTIFICATE_FILE))?;
        let key_pem = std::str::from_utf8(&key).map_err(|_| AuthorityError::Key)?;
        let certificate_pem =
            std::str::from_utf8(&certificate).map_err(|_| AuthorityError::NotAnAuthority)?;
        Self::from_pem(certificate_pem, key_pem)
    }

    /// Certifies the key in a node's request (PKCS#10, PEM) as this municipality's, and returns the chain to show, in PEM.
    ///
    /// The request's own signature is checked: whoever made it has the key. The names it asks for are ignored. The
    /// certificate names the municipality (URI and `m0270.enplan.internal`), and the extra DNS names and addresses by which
    /// its users call it. Names under `enplan.internal` cannot be extra ones: they are other municipalities'.
    pub fn sign(
        &self,
        request_pem: &str,
        municipality: Kommunekode,
        extra_dns: &[String],
        addresses: &[IpAddr],
        validity: Validity,
    ) -> Result<String, AuthorityError> {
        let key = request::certified_key(request_pem)?;
        let identity = PeerIdentity { federation: self.federation.clone(), municipality };
        // Verifiers do not look at the dates of an authority that they trust: its end holds only if it is kept here.
        if validity.not_after > self.validity.not_after {
            return Err(AuthorityError::Validity);
        }
        let mut names =
            vec![SanType::URI(identity.uri().try_into()?), SanType::DnsName(identity.dns_name().try_into()?)];
        for name in extra_dns {
            names.push(SanType::DnsName(extra_name(name)?.try_into()?));
        }
        names.extend(addresses.iter().copied().map(SanType::IpAddress));

        let mut params = valid_during(validity)?;
        params.serial_number = Some(random_serial_number()?);
        params.distinguished_name = named(&identity.dns_name());
        params.subject_alt_names = names;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        Ok(params.signed_by(&key, &self.issuer)?.pem())
    }

    /// The list of revoked certificates (RFC 5280, section 5), in PEM: these ones, and no others.
    ///
    /// Nodes refuse a list whose `not_after` has passed, so publish the next one well before. A certificate that this
    /// authority has not issued is refused.
    pub fn revocation_list(&self, revoked_pem: &[String], valid: Validity) -> Result<String, AuthorityError> {
        let (from, until) = valid.since_epoch().ok_or(AuthorityError::Validity)?;
        let epoch = date_time_ymd(1970, 1, 1);
        let revoked = |pem: &String| {
            let serial_number = self.serial_number_of(pem)?;
            Ok(RevokedCertParams {
                serial_number,
                revocation_time: epoch + from,
                reason_code: Some(RevocationReason::Unspecified),
                invalidity_date: None,
            })
        };
        let list = CertificateRevocationListParams {
            this_update: epoch + from,
            next_update: epoch + until,
            // Grows with time, as the standard asks, without a counter that could be lost.
            crl_number: SerialNumber::from(from.as_secs()),
            issuing_distribution_point: None,
            revoked_certs: revoked_pem.iter().map(revoked).collect::<Result<_, AuthorityError>>()?,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer)?.pem()?)
    }

    fn serial_number_of(&self, certificate_pem: &str) -> Result<SerialNumber, AuthorityError> {
        let own = CertificateDer::from_pem_slice(self.certificate_pem.as_bytes());
        let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes());
        let (Ok(own), Ok(der)) = (own, der) else { return Err(AuthorityError::NotIssuedHere) };
        let parse = |der| x509_parser::parse_x509_certificate(der).map_err(|_| AuthorityError::NotIssuedHere);
        let ((_, own), (_, certificate)) = (parse(&own)?, parse(&der)?);
        certificate.verify_signature(Some(own.public_key())).map_err(|_| AuthorityError::NotIssuedHere)?;
        Ok(SerialNumber::from_slice(certificate.raw_serial()))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("federation", &self.federation).finish_non_exhaustive()
    }
}

fn valid_during(validity: Validity) -> Result<CertificateParams, AuthorityError> {
    let (from, until) = validity.since_epoch().ok_or(AuthorityError::Validity)?;
    let epoch = date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.not_before = epoch + from;
    params.not_after = epoch + until;
    Ok(params)
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// A name by which users may call the node, if it is a DNS name and not one of the nodes' own.
fn extra_name(name: &str) -> Result<String, AuthorityError> {
    let bad = || AuthorityError::ExtraName { name: name.to_owned() };
    let lower = name.to_ascii_lowercase();
    DnsName::try_from(lower.as_str()).map_err(|_| bad())?;
    let reserved = lower == INTERNAL_DOMAIN || lower.ends_with(&format!(".{INTERNAL_DOMAIN}"));
    if reserved || lower.ends_with('.') { Err(bad()) } else { Ok(lower) }
}

/// 127 random bits, so that a renewed certificate can be told from the one before it in a list of revoked ones.
fn random_serial_number() -> Result<SerialNumber, AuthorityError> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| AuthorityError::Randomness)?;
    // Positive, and never shortened by a leading zero (RFC 5280, section 4.1.2.2).
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}
