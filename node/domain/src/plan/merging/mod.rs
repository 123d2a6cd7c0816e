//! Several plans become one: what two sources say of the same thing is proposed, and a person decides.
//!
//! Joining moves nothing. What is joined keeps its own key, its words, its codes and its source, and names what leads it;
//! whoever reads the plan reads one thing ([`Plan::joined`]). So the next report of a source finds its own part and no
//! duplicate comes of it, nobody's words are lost, and what was joined in error comes apart as it was.
//!
//! [`Plan::joined`]: super::Plan::joined

mod decisions;
mod joined;
mod likeness;
mod proposals;
mod refusal;
mod whole;

pub use decisions::MergeDecision;
pub use likeness::Likeness;
pub use proposals::{Proposal, proposals};
pub use refusal::MergeRefusal;
pub use whole::{TakenIn, taken_in};
