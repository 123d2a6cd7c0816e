//! FHIR R4 in and out: a bundle from a sector system becomes events of a plan, and a report of what was not understood;
//! a plan becomes a bundle that says the same.
//!
//! [`read_bundle`] takes bytes and promises a `Bundle` within limits; [`import`] compares it with the plan and decides;
//! [`export`] writes. All are pure. The rules are those of KL's FFB reporting guide: the same type and id later is an
//! update of the same thing; a report holds what is new or changed, so absence is not an end; `entered-in-error` withdraws;
//! an older report never overwrites a newer one, in whichever order they come; the same one again changes nothing.
//!
//! What a report says of the people around the citizen, of consents given elsewhere and of who acts is no part of a plan:
//! it comes out of an import as [`crate::statements`], for a person to decide about.
//!
//! Whatever is not taken in is listed with its place and the reason. An element can't be forgotten: it is
//! taken out of its resource when it is understood, and what is left is listed when the reading ends.

mod apart;
mod bundle;
mod careplan;
mod citizen;
mod consents;
mod element;
mod export;
mod import;
mod json;
mod observed;
mod own;
mod profile;
mod refusal;
mod report;
mod resource;
mod shape;
mod stated;
mod terms;
mod words;

pub use apart::Apart;
pub use bundle::{Bundle, Limits, read_bundle};
pub use consents::is_told as is_consent_told;
pub use export::{Exporting, export};
pub use import::{Import, import};
pub(crate) use json::{NotJson, read_json};
pub use profile::{Broken, Profile, Rule};
pub use refusal::BundleRefusal;
pub use report::{ImportReport, Moved, NotUnderstood, Reason, Remark};
