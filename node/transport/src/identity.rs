//! Who a certificate speaks for.

use std::fmt;
use std::str::FromStr;

use enplan_domain::Kommunekode;
use x509_parser::extensions::GeneralName;

/// The domain of the names that the stock verifier checks; it is not in any public DNS.
pub(crate) const INTERNAL_DOMAIN: &str = "enplan.internal";

/// One municipality in one federation, as its certificate proves it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PeerIdentity {
    /// The federation's name: the SPIFFE trust domain.
    pub federation: String,
    /// The municipality that the certificate speaks for.
    pub municipality: Kommunekode,
}

/// A certificate does not say, or does not say as it should, which municipality it speaks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// It cannot be parsed as an X.509 certificate.
    #[error("this is not a certificate that can be read: have the federation's authority issue a new one")]
    Unreadable,
    /// It holds no URI name.
    #[error(
        "the certificate names no municipality (no spiffe:// name): have the federation's authority issue a new one"
    )]
    Missing,
    /// It holds more than one URI name, so that it cannot be told which one counts.
    #[error("the certificate holds several URI names, and exactly one is taken: have a new one issued")]
    Several,
    /// Its URI name has another form.
    #[error("the name in the certificate has not the form spiffe://<federation>/municipality/<four digits>")]
    Malformed,
    /// It is another federation's.
    #[error("the certificate belongs to the federation {found}, and this is {expected}")]
    OtherFederation {
        /// The federation that was expected.
        expected: String,
        /// The federation that the certificate names.
        found: String,
    },
    /// It is another municipality's.
    #[error("the certificate belongs to municipality {found}, and {expected} was called: check the address")]
    OtherMunicipality {
        /// The municipality that was expected.
        expected: Kommunekode,
        /// The municipality that the certificate names.
        found: Kommunekode,
    },
}

impl PeerIdentity {
    /// The identity in a certificate's one URI name. Says nothing about whether the certificate is to be believed.
    pub fn of_certificate(der: &[u8]) -> Result<Self, IdentityError> {
        let Ok(([], certificate)) = x509_parser::parse_x509_certificate(der) else {
            return Err(IdentityError::Unreadable);
        };
        let names = certificate.subject_alternative_name().map_err(|_| IdentityError::Unreadable)?;
        let mut uris =
            names.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
                GeneralName::URI(uri) => Some(*uri),
                // A name that cannot be read might be a second identity to another reader: never overlook it.
                GeneralName::Invalid(..) => Some(""),
                _ => None,
            });
        match (uris.next(), uris.next()) {
            (None, _) => Err(IdentityError::Missing),
            (Some(uri), None) => uri.parse(),
            (Some(_), Some(_)) => Err(IdentityError::Several),
        }
    }

    /// The URI name of its certificate: `spiffe://<federation>/municipality/0270`.
    pub fn uri(&self) -> String {
        self.to_string()
    }

    /// The DNS name of its certificate, which the stock verifier checks: `m0270.enplan.internal`.
    pub fn dns_name(&self) -> String {
        format!("m{}.{INTERNAL_DOMAIN}", self.municipality)
    }

    /// Nothing if it belongs to this federation.
    pub(crate) fn expect_federation(&self, federation: &str) -> Result<(), IdentityError> {
        if self.federation == federation {
            return Ok(());
        }
        Err(IdentityError::OtherFederation {
            expected: federation.to_owned(),
            found: self.federation.clone(),
        })
    }

    /// Nothing if it is exactly this one.
    pub(crate) fn expect(&self, expected: &Self) -> Result<(), IdentityError> {
        self.expect_federation(&expected.federation)?;
        if self.municipality == expected.municipality {
            return Ok(());
        }
        Err(IdentityError::OtherMunicipality { expected: expected.municipality, found: self.municipality })
    }
}

/// Whether this can be a federation's name: a SPIFFE trust domain (SPIFFE ID standard, section 2.1).
pub(crate) fn is_federation_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'))
}

impl FromStr for PeerIdentity {
    type Err = IdentityError;

    fn from_str(uri: &str) -> Result<Self, Self::Err> {
        let (federation, code) = uri
            .strip_prefix("spiffe://")
            .and_then(|rest| rest.split_once("/municipality/"))
            .ok_or(IdentityError::Malformed)?;
        let municipality: Kommunekode = code.parse().map_err(|_| IdentityError::Malformed)?;
        // One spelling only: two spellings of one name are two names to whoever compares text.
        if !is_federation_name(federation) || municipality.to_string() != code {
            return Err(IdentityError::Malformed);
        }
        Ok(Self { federation: federation.to_owned(), municipality })
    }
}

impl fmt::Display for PeerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spiffe://{}/municipality/{}", self.federation, self.municipality)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_back_from_the_name_it_writes() {
        let identity =
            PeerIdentity { federation: "nord.example".into(), municipality: "270".parse().unwrap() };
        assert_eq!(identity.uri(), "spiffe://nord.example/municipality/0270");
        assert_eq!(identity.dns_name(), "m0270.enplan.internal");
        assert_eq!(identity.uri().parse(), Ok(identity));
    }

    #[test]
    fn a_name_in_any_other_spelling_is_refused() {
        for uri in [
            "",
            "spiffe://nord.example",
            "spiffe://nord.example/municipality/",
            "spiffe://nord.example/municipality/270",
            "spiffe://nord.example/municipality/0270/",
            "spiffe://nord.example/municipality/0270/municipality/0219",
            "spiffe://nord.example/Municipality/0270",
            "spiffe://nord.example:443/municipality/0270",
            "spiffe://user@nord.example/municipality/0270",
            "spiffe://Nord.example/municipality/0270",
            "SPIFFE://nord.example/municipality/0270",
            "spiffe:///municipality/0270",
            "https://nord.example/municipality/0270",
            "spiffe://nord.example/municipality/0270?x",
            " spiffe://nord.example/municipality/0270",
            "spiffe://nord.example/municipality/9999",
        ] {
            assert_eq!(uri.parse::<PeerIdentity>(), Err(IdentityError::Malformed), "{uri}");
        }
    }
}
