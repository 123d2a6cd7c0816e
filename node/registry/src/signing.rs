//! Keys, and the signed envelope that every command travels in.
//!
//! A leader can delay a command but never forge one: the bytes that a municipality signed are the bytes that every
//! node verifies when it applies them.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use enplan_domain::handover::Signature;
use enplan_domain::{Kommunekode, RequestId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::command::{Command, Rejected};

/// Signed before every command, so that no other signature of the same key can pass for one.
const COMMAND_CONTEXT: &[u8] = b"enplan registry command v1\0";

/// The newest form of a command that this federation has agreed on. A command above it is refused on every node alike.
pub(crate) const AGREED_VERSION: u16 = 1;

/// No command of a case comes near this; a leader takes nothing larger into the log.
pub(crate) const LARGEST_COMMAND: usize = 64 * 1024;

/// What was given is not an Ed25519 key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// Not a private key in PKCS#8.
    #[error("not an Ed25519 private key in PKCS#8 DER (RFC 8410): make one with the certificate commands")]
    Private,
    /// Not a public key.
    #[error("not an Ed25519 public key: expected 64 hexadecimal digits")]
    Public,
    /// The operating system gave no randomness, or the library refused.
    #[error("no key could be made: the system's random generator did not answer")]
    NotGenerated,
}

/// A municipality's Ed25519 key (RFC 8032), with which it signs commands and receipts.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    public: VerifyingKey,
}

impl SigningKey {
    /// The key in these PKCS#8 DER bytes, as a key file holds them.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, NotAKey> {
        Self::of(Ed25519KeyPair::from_pkcs8(der).map_err(|_| NotAKey::Private)?)
    }

    /// A new random key.
    pub fn generate() -> Result<Self, NotAKey> {
        Self::of(Ed25519KeyPair::generate().map_err(|_| NotAKey::NotGenerated)?)
    }

    fn of(pair: Ed25519KeyPair) -> Result<Self, NotAKey> {
        let public = pair.public_key().as_ref().try_into().map_err(|_| NotAKey::Private)?;
        Ok(Self { pair: Arc::new(pair), public: VerifyingKey(public) })
    }

    /// The key as PKCS#8 DER, wiped from memory when dropped.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, NotAKey> {
        let document = self.pair.to_pkcs8().map_err(|_| NotAKey::NotGenerated)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The half that everybody may know.
    pub fn public(&self) -> VerifyingKey {
        self.public
    }

    /// Signs these bytes. What is signed begins with a context of its own, so that no signature passes for another's.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.pair.sign(message).as_ref().to_vec())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {:?})", self.public)
    }
}

/// The public half of a municipality's signing key. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// The key of these 32 bytes. Whether they are a point on the curve shows when a signature is verified.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Whether this key made this signature over this message.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, &signature.0).is_ok()
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}..)", to_hex(&self.0[..4]))
    }
}

impl From<VerifyingKey> for String {
    fn from(key: VerifyingKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for VerifyingKey {
    type Error = NotAKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = from_hex(&text).ok_or(NotAKey::Public)?;
        bytes.try_into().map(Self).map_err(|_| NotAKey::Public)
    }
}

/// Lower-case hexadecimal digits, two to a byte.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of [`to_hex`], or nothing if it is not that.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// A command as its proposer signed it. The statement stays in the bytes that were signed, so that nothing is encoded
/// again before it is verified, and a node that does not know a later form still agrees with the others to refuse it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignedCommand {
    statement: Vec<u8>,
    signature: Signature,
}

/// What is signed, after [`COMMAND_CONTEXT`], in postcard's encoding.
#[derive(Serialize, Deserialize)]
struct Statement {
    version: u16,
    federation: String,
    request: RequestId,
    by: Kommunekode,
    command: Vec<u8>,
}

/// A command whose signature has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    pub(crate) request: RequestId,
    pub(crate) by: Kommunekode,
    pub(crate) command: Command,
}

impl SignedCommand {
    /// Signs a command for this federation and no other.
    pub(crate) fn sign(
        federation: &str,
        request: RequestId,
        by: Kommunekode,
        command: &Command,
        key: &SigningKey,
    ) -> Result<Self, postcard::Error> {
        let statement = postcard::to_stdvec(&Statement {
            version: AGREED_VERSION,
            federation: federation.to_owned(),
            request,
            by,
            command: postcard::to_stdvec(command)?,
        })?;
        let signature = key.sign(&signed_bytes(&statement));
        Ok(Self { statement, signature })
    }

    /// The command, if a member signed it for this federation in a form that has been agreed on.
    ///
    /// # Errors
    /// [`Rejected`], the same on every node.
    pub(crate) fn verify(
        &self,
        federation: &str,
        key_of: impl FnOnce(Kommunekode) -> Option<VerifyingKey>,
    ) -> Result<Verified, Rejected> {
        let (version, _) =
            postcard::take_from_bytes::<u16>(&self.statement).map_err(|_| Rejected::Malformed)?;
        if version > AGREED_VERSION {
            return Err(Rejected::NotYetAgreed);
        }
        let statement: Statement = postcard::from_bytes(&self.statement).map_err(|_| Rejected::Malformed)?;
        if statement.federation != federation {
            return Err(Rejected::AnotherFederation);
        }
        let key = key_of(statement.by).ok_or(Rejected::NotAMember)?;
        if !key.verify(&signed_bytes(&self.statement), &self.signature) {
            return Err(Rejected::FalseSignature);
        }
        let command = postcard::from_bytes(&statement.command).map_err(|_| Rejected::Malformed)?;
        Ok(Verified { request: statement.request, by: statement.by, command })
    }

    /// How many bytes it takes in the log, nearly.
    pub(crate) fn size(&self) -> usize {
        self.statement.len() + self.signature.0.len()
    }
}

impl fmt::Debug for SignedCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedCommand({} bytes)", self.size())
    }
}

fn signed_bytes(statement: &[u8]) -> Vec<u8> {
    [COMMAND_CONTEXT, statement].concat()
}

#[cfg(test)]
mod tests {
    use enplan_domain::Incarnation;
    use uuid::Uuid;

    use super::*;

    fn command() -> Command {
        Command::Started(Incarnation(1))
    }

    fn signed(federation: &str, key: &SigningKey) -> SignedCommand {
        let gribskov = Kommunekode::find("Gribskov").unwrap();
        let request = RequestId::from(Uuid::from_u128(7));
        SignedCommand::sign(federation, request, gribskov, &command(), key).unwrap()
    }

    #[test]
    fn a_key_survives_its_file_and_signs_the_same() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(again.sign(b"x"), key.sign(b"x"));
        assert_eq!(SigningKey::from_pkcs8(b"not a key").unwrap_err(), NotAKey::Private);
    }

    #[test]
    fn a_public_key_survives_its_text() {
        let key = SigningKey::generate().unwrap().public();
        assert_eq!(VerifyingKey::try_from(key.to_string()), Ok(key));
        for text in ["", "00", "zz", &"é".repeat(32)] {
            assert_eq!(VerifyingKey::try_from(text.to_owned()), Err(NotAKey::Public), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_private_key() {
        let key = SigningKey::generate().unwrap();
        let secret = key.to_pkcs8().unwrap();
        assert!(!format!("{key:?}").contains(&to_hex(&secret[16..24])));
        assert!(format!("{key:?}").starts_with("SigningKey(of VerifyingKey("));
    }

    #[test]
    fn a_command_is_its_proposers_only_with_its_key_and_for_its_federation() {
        let key = SigningKey::generate().unwrap();
        let other = SigningKey::generate().unwrap();
        let signed = signed("nord", &key);
        assert_eq!(signed.verify("nord", |_| Some(key.public())).unwrap().command, command());
        assert_eq!(signed.verify("syd", |_| Some(key.public())), Err(Rejected::AnotherFederation));
        assert_eq!(signed.verify("nord", |_| Some(other.public())), Err(Rejected::FalseSignature));
        assert_eq!(signed.verify("nord", |_| None), Err(Rejected::NotAMember));
    }

    #[test]
    fn a_command_with_any_bit_changed_is_rejected() {
        let key = SigningKey::generate().unwrap();
        let signed = signed("nord", &key);
        for bit in 0..signed.statement.len() * 8 {
            let mut changed = signed.clone();
            changed.statement[bit / 8] ^= 1 << (bit % 8);
            assert!(changed.verify("nord", |_| Some(key.public())).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_signature_over_the_bare_statement_is_not_a_signature_of_a_command() {
        let key = SigningKey::generate().unwrap();
        let mut signed = signed("nord", &key);
        signed.signature = key.sign(&signed.statement);
        assert_eq!(signed.verify("nord", |_| Some(key.public())), Err(Rejected::FalseSignature));
    }

    #[test]
    fn a_form_that_is_not_agreed_on_is_refused_whatever_follows_it() {
        let key = SigningKey::generate().unwrap();
        let mut statement = postcard::to_stdvec(&(AGREED_VERSION + 1)).unwrap();
        statement.extend(b"what a later version will say");
        let signature = key.sign(&signed_bytes(&statement));
        let later = SignedCommand { statement, signature };
        assert_eq!(later.verify("nord", |_| Some(key.public())), Err(Rejected::NotYetAgreed));
    }
}
