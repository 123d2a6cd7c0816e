//! What siblings share: barnets lov § 91 lets one plan be for several children of a family.
//!
//! Each child keeps a plan of its own. What is shared stands in each of them under the same key and is changed in all of
//! them at once; what a handover takes along is the child's own from then on.

use jiff::civil::Date;

use crate::catalogue;
use crate::plan::{Kinship, Plan, PlanRefusal};

/// The provision that lets siblings share a plan.
const CHILDS_PLAN: &str = "barnets-lov-91";

/// Whether these plans may share something on a day: all are children's, and each is recorded as a sibling of the first,
/// in either's plan.
///
/// # Errors
/// [`PlanRefusal`]: why not.
pub fn may_share(plans: &[&Plan], day: Date) -> Result<(), PlanRefusal> {
    let provision = catalogue::provision(CHILDS_PLAN, day).ok_or(PlanRefusal::UnknownProvision)?;
    let [first, others @ ..] = plans else { return Err(PlanRefusal::NotSiblings) };
    if others.is_empty() || !others.iter().all(|other| are_siblings(first, other, day)) {
        return Err(PlanRefusal::NotSiblings);
    }
    if plans.iter().any(|plan| plan.citizen.cpr.age_on(day) >= provision.ages.of_age) {
        return Err(PlanRefusal::SharedPlanOfAnAdult);
    }
    Ok(())
}

fn are_siblings(one: &Plan, other: &Plan, day: Date) -> bool {
    let names = |one: &Plan, other: &Plan| {
        one.relations_on(day).any(|(_, relation)| {
            relation.kinship == Kinship::Sibling
                && relation.cpr().is_some_and(|cpr| other.citizen.has_number(cpr))
        })
    };
    names(one, other) || names(other, one)
}
