//! What the words mean.
//!
//! Everything a municipality's node decides is decided here, by functions over values: no I/O, no async, no clock
//! and no randomness. Time and new ids come in from the caller; events, messages and refusals go out. Whatever is
//! proved about these functions (property tests, the `stateright` model of the handover) is therefore proved about
//! the code that runs in the node.
//!
//! A person's data is masked by type: `Debug` of [`Cpr`] and [`Narrative`] shows no digit and no word.

pub mod access;
pub mod basis;
pub mod calendar;
pub mod catalogue;
pub mod clock;
pub mod cpr;
pub mod deadlines;
pub mod fhir;
mod fingerprint;
pub mod handover;
pub mod household;
pub mod ids;
pub mod municipality;
pub mod narrative;
pub mod plan;
pub mod relocation;
pub mod stamp;
pub mod statements;
pub mod terminology;

pub use clock::Clock;
pub use cpr::Cpr;
pub use ids::{BasisId, CaseHandle, CaseId, Epoch, FamilyMoveId, Incarnation, RequestId, TransferId};
pub use municipality::Kommunekode;
pub use narrative::Narrative;
pub use stamp::{Context, Stamp, UserName, after, danish_day, danish_midnight, danish_time};

/// An instant in UTC. Stored as whole milliseconds since 1970 wherever it is stored.
pub use jiff::Timestamp;
/// A day in the calendar, without a time or a zone.
pub use jiff::civil::Date;
