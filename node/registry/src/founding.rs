//! The first configuration: who founds the federation, under which raft ids and keys.
//!
//! It is a file, `federation.json`, made once, signed with the founding key and given to every node. Raft ids are fixed
//! here and never used again for another node.

use std::collections::BTreeSet;

use enplan_domain::Kommunekode;
use enplan_domain::handover::Signature;
use serde::{Deserialize, Serialize};

use crate::signing::{SigningKey, VerifyingKey, from_hex, to_hex};

const FOUNDING_CONTEXT: &[u8] = b"enplan founding v1\0";

/// A federation is founded by at most this many voters; whoever comes later is a learner first.
pub const MOST_FOUNDERS: u64 = 9;

/// One municipality's place in the federation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Which municipality.
    pub municipality: Kommunekode,
    /// Its node's raft id, 1 to [`MOST_FOUNDERS`], fixed for good.
    pub raft_id: u64,
    /// The key its commands and receipts are verified with.
    pub key: VerifyingKey,
    /// Where its node listens for peers, `host:port`. Not a part of its identity: it may move.
    pub address: String,
}

/// Why a list of founders is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// The federation's name.
    #[error("a federation's name has 1 to 64 of the characters a-z, 0-9, hyphen and dot: {0:?} has not")]
    Name(String),
    /// Nobody.
    #[error("a federation needs at least one member")]
    Nobody,
    /// An id outside the founders'.
    #[error("{municipality} has raft id {raft_id}: a founder's is 1 to 9")]
    RaftId {
        /// Whose.
        municipality: Kommunekode,
        /// Which.
        raft_id: u64,
    },
    /// Two of one kind.
    #[error("{municipality} is listed twice, or has the raft id, key or address of another member")]
    Duplicate {
        /// The second of the two.
        municipality: Kommunekode,
    },
    /// Not an address.
    #[error("{municipality} has the address {address:?}: expected host:port")]
    Address {
        /// Whose.
        municipality: Kommunekode,
        /// What it says.
        address: String,
    },
    /// Not signed by the founding key.
    #[error("the list of founders is not signed with the founding key: ask for the file again")]
    FalseSignature,
    /// The list can't be put in the form that is signed.
    #[error("the list of founders can't be encoded")]
    Unencodable(#[source] postcard::Error),
}

/// A list of founders that holds together: no two share a code, an id, a key or an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedFounding")]
pub struct Founding {
    federation: String,
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedFounding {
    federation: String,
    members: Vec<Member>,
}

impl TryFrom<UncheckedFounding> for Founding {
    type Error = FoundingError;

    fn try_from(unchecked: UncheckedFounding) -> Result<Self, Self::Error> {
        Self::new(unchecked.federation, unchecked.members)
    }
}

impl Founding {
    /// Checks the list and puts it in the order of raft ids.
    pub fn new(federation: impl Into<String>, mut members: Vec<Member>) -> Result<Self, FoundingError> {
        let federation = federation.into();
        let is_named = (1..=64).contains(&federation.len())
            && federation.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
        if !is_named {
            return Err(FoundingError::Name(federation));
        }
        if members.is_empty() {
            return Err(FoundingError::Nobody);
        }
        let (mut codes, mut ids) = (BTreeSet::new(), BTreeSet::new());
        let (mut keys, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for Member { municipality, raft_id, key, address } in &members {
            if !(1..=MOST_FOUNDERS).contains(raft_id) {
                return Err(FoundingError::RaftId { municipality: *municipality, raft_id: *raft_id });
            }
            if !is_address(address) {
                let address = address.clone();
                return Err(FoundingError::Address { municipality: *municipality, address });
            }
            let is_new = codes.insert(*municipality)
                && ids.insert(*raft_id)
                && keys.insert(*key)
                && addresses.insert(address.as_str());
            if !is_new {
                return Err(FoundingError::Duplicate { municipality: *municipality });
            }
        }
        members.sort_by_key(|member| member.raft_id);
        Ok(Self { federation, members })
    }

    /// The federation's name, the trust domain of its certificates.
    pub fn federation(&self) -> &str {
        &self.federation
    }

    /// The founders in the order of their raft ids.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// One municipality's place, if it is a founder.
    pub fn member(&self, municipality: Kommunekode) -> Option<&Member> {
        self.members.iter().find(|member| member.municipality == municipality)
    }

    /// Whose raft id this is.
    pub(crate) fn municipality(&self, raft_id: u64) -> Option<Kommunekode> {
        self.members.iter().find(|member| member.raft_id == raft_id).map(|member| member.municipality)
    }

    fn signed_bytes(&self) -> Result<Vec<u8>, FoundingError> {
        let mut bytes = FOUNDING_CONTEXT.to_vec();
        bytes.extend(postcard::to_stdvec(self).map_err(FoundingError::Unencodable)?);
        Ok(bytes)
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty()
            && !host.contains(char::is_whitespace)
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}

/// A list of founders as it is handed round: nothing in it counts before [`SignedFounding::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedFounding {
    founding: Founding,
    signature: String,
}

impl SignedFounding {
    /// Signs a list with the founding key.
    pub fn sign(founding: Founding, key: &SigningKey) -> Result<Self, FoundingError> {
        let signature = to_hex(&key.sign(&founding.signed_bytes()?).0);
        Ok(Self { founding, signature })
    }

    /// The list, if this key signed it.
    pub fn verify(self, founding_key: &VerifyingKey) -> Result<Founding, FoundingError> {
        let signature = from_hex(&self.signature).map(Signature).ok_or(FoundingError::FalseSignature)?;
        if founding_key.verify(&self.founding.signed_bytes()?, &signature) {
            Ok(self.founding)
        } else {
            Err(FoundingError::FalseSignature)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(code: &str, raft_id: u64) -> Member {
        Member {
            municipality: code.parse().unwrap(),
            raft_id,
            key: SigningKey::generate().unwrap().public(),
            address: format!("m{code}.example:70{raft_id:02}"),
        }
    }

    #[test]
    fn a_signed_list_survives_its_file_and_counts_only_with_the_founding_key() {
        let key = SigningKey::generate().unwrap();
        let founding = Founding::new("nord", vec![member("0270", 2), member("0219", 1)]).unwrap();
        let file = serde_json::to_string(&SignedFounding::sign(founding.clone(), &key).unwrap()).unwrap();
        let read: SignedFounding = serde_json::from_str(&file).unwrap();
        assert_eq!(read.clone().verify(&key.public()), Ok(founding));
        let another = SigningKey::generate().unwrap().public();
        assert_eq!(read.verify(&another), Err(FoundingError::FalseSignature));
    }

    #[test]
    fn a_list_changed_after_it_was_signed_does_not_count() {
        let key = SigningKey::generate().unwrap();
        let founding = Founding::new("nord", vec![member("0270", 1), member("0219", 2)]).unwrap();
        let file = serde_json::to_string(&SignedFounding::sign(founding, &key).unwrap()).unwrap();
        let changed: SignedFounding = serde_json::from_str(&file.replace("0219", "0217")).unwrap();
        assert_eq!(changed.verify(&key.public()), Err(FoundingError::FalseSignature));
    }

    #[test]
    fn lists_that_do_not_hold_together_are_refused() {
        let refused = |members: Vec<Member>| Founding::new("nord", members).unwrap_err();
        let [a, b] = [member("0270", 1), member("0219", 2)];
        assert_eq!(refused(vec![]), FoundingError::Nobody);
        let twice = FoundingError::Duplicate { municipality: b.municipality };
        assert_eq!(refused(vec![a.clone(), Member { raft_id: 1, ..b.clone() }]), twice);
        assert_eq!(refused(vec![a.clone(), Member { key: a.key, ..b.clone() }]), twice);
        assert_eq!(refused(vec![a.clone(), Member { address: a.address.clone(), ..b.clone() }]), twice);
        let same_code = Member { municipality: a.municipality, ..b.clone() };
        assert_eq!(
            refused(vec![a.clone(), same_code]),
            FoundingError::Duplicate { municipality: a.municipality }
        );
        for raft_id in [0, 10] {
            assert!(matches!(refused(vec![Member { raft_id, ..a.clone() }]), FoundingError::RaftId { .. }));
        }
        for address in ["", "host", "host:", ":7000", "host:0", "host:70000", "a b:7000"] {
            let address = address.to_owned();
            assert!(matches!(refused(vec![Member { address, ..a.clone() }]), FoundingError::Address { .. }));
        }
        for name in ["", "Nord", "no rd", &"n".repeat(65)] {
            assert!(matches!(Founding::new(name, vec![a.clone()]), Err(FoundingError::Name(_))), "{name}");
        }
    }

    #[test]
    fn a_list_that_does_not_hold_together_is_refused_in_a_file_too() {
        let founding = Founding::new("nord", vec![member("0270", 1), member("0219", 2)]).unwrap();
        let file = serde_json::to_string(&founding).unwrap();
        assert!(serde_json::from_str::<Founding>(&file.replace("0219", "0270")).is_err());
        assert!(serde_json::from_str::<Founding>(&file.replace("\"federation\"", "\"federacion\"")).is_err());
    }
}
