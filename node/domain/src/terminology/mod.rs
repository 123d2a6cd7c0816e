//! Code systems that a node has loaded, and the Danish words that they have for codes.
//!
//! [`read_code_system`] takes bytes and promises a [`CodeSystem`] that is whole; [`Terminology`] holds those that are
//! loaded, decides whether another may be, and finds a code's words by any name that its system goes by. All of it is pure.
//!
//! A code system is public knowledge: nothing in here is about a citizen. What is not known here stays as it is: a code
//! without words is shown as the code, and never dropped.

mod code_system;
mod loaded;
mod read;
mod refusal;
mod version;

pub use code_system::{CodeSystem, Concept};
pub use loaded::{Admission, Loaded, Terminology};
pub use read::{Limits, read_code_system};
pub use refusal::{CodeSystemRefusal, NotChosen};
