//! What nodes do together: handing a plan over, and counting ([`counting`]).
//!
//! The rules are in `enplan-domain`; here they are driven. [`Handovers`] takes three kinds of input: what people ask
//! ([`desk`]), what other nodes send ([`inbound`], with the caller's identity from its certificate) and what the registry
//! says ([`fence`]). Each becomes one step of a state machine and one transaction of the vault: the state, the case's
//! hold, the audit leaf, and the outbox. What the outbox holds is sent until it is done ([`deliver`]).
//!
//! May enter: values parsed at the edge ([`wire`]). Leaves: sealed packages, previews without a name, signed proposals.
//! Nothing here decides who may ask; that is the daemon's.

mod clocks;
mod comparing;
pub mod counting;
pub mod deliver;
pub mod desk;
mod engine;
mod error;
mod family;
pub mod fence;
mod freezing;
pub mod inbound;
mod moving;
mod opening;
pub mod peers;
mod preview;
mod protecting;
mod receiving;
mod record;
mod registry_service;
mod requesting;
mod run;
mod talking;
pub mod wire;

pub use counting::{Counted, Counting, CountingError, CountingPeers};
pub use desk::{OFFER_STANDS, Offer};
pub use engine::{Handovers, HandoversOptions};
pub use error::HandoverError;
pub use family::{Families, FamilyOffer, FamilyOffered};
pub use fence::{Alarm, Fence};
pub use inbound::HandoverPeers;
pub use moving::{EXTRACT_LINES_BAD, Imported, KnownMoves};
pub use peers::{COUNTING_MESSAGE_BYTES, NoSuchPeer, Peers, REGISTRY_MESSAGE_BYTES};
pub use preview::{Preview, basis_kind};
pub use record::{HandoverRecord, Machine};
pub use registry_service::RegistryPeers;
pub use requesting::{PlanRequest, RelocationPeers};
