//! Typed ids. Each is opaque: it holds nothing of a citizen.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was given is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {kind}: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct NotAnId {
    kind: &'static str,
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id made of these 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Its 16 bytes.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }

            /// The id in 16 bytes from a message, if it is that long.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, NotAnId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| NotAnId { kind: $kind })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| NotAnId { kind: $kind })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

typed_id! {
    /// A citizen's case in one municipality's vault. Never leaves the municipality.
    CaseId, "a case id"
}
typed_id! {
    /// A case's random 128-bit handle, made locally with the case: the only name the registry knows a case by. Never a
    /// hash of a CPR number.
    CaseHandle, "a case handle"
}
typed_id! {
    /// One handover, from its offer to its outcome.
    TransferId, "a handover id"
}
typed_id! {
    /// A family that moves together, as its sender and its receiver know it. Made at random, never derived, and told to
    /// nobody else: the registry never learns which handovers belong together.
    FamilyMoveId, "a family move's id"
}
typed_id! {
    /// One recorded legal basis.
    BasisId, "a legal basis id"
}
typed_id! {
    /// One request, for idempotency: the same id sent twice is done once.
    RequestId, "a request id"
}

/// How many times a case has changed owner, plus one. Grows by exactly one with each committed handover (invariant I8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The epoch of a case that was never handed over.
    pub const FIRST: Self = Self(1);

    /// The epoch after one more change of owner.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which life of a node this is: each start writes one above the registry's newest (TRANSFER: `Started(node, n)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Incarnation(pub u64);

impl Incarnation {
    /// The incarnation after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Incarnation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
