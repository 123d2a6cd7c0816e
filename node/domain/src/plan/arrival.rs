//! What a plan that came from another municipality asks of this one (BEK 2006/2020 § 135): go through it with the citizen,
//! keep what was granted as far as possible, and see what leans on an exemption that is not adopted here.

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Item, ItemKey, ItemKind, NewItem, Plan, PlanCommand, Sector, Status, When};
use crate::catalogue::{self, ARRIVAL_REVIEW, Adopted};
use crate::{Kommunekode, Narrative, TransferId};

/// The command that plans the review of a plan that has just arrived: a follow-up with a day. Done twice, it is done once.
/// Nothing where the catalogue has no such duty on the day.
pub fn review(transfer: TransferId, today: Date) -> Option<PlanCommand> {
    let provision = catalogue::provision(ARRIVAL_REVIEW.provision, today)?;
    let on = today.checked_add(ARRIVAL_REVIEW.days.days()).ok()?;
    let text = format!("{} ({})", ARRIVAL_REVIEW.danish, provision.citation);
    let item = NewItem::FollowUp {
        sector: Sector::known("unsorted"),
        on: When::Day(on),
        text: Narrative::parse(&text).ok()?,
    };
    Some(PlanCommand::Add { id: Uuid::from_bytes(transfer.to_bytes()), item: Box::new(item) })
}

/// The offers that another municipality granted and that are in force: obligations here, until somebody here has decided
/// otherwise.
pub fn obligations(plan: &Plan, me: Kommunekode, day: Date) -> Vec<&Item> {
    let in_force = |item: &&Item| {
        matches!(item.status_on(day), Status::Active | Status::Planned | Status::OnHold)
            && matches!(item.kind, ItemKind::Intervention | ItemKind::GrantedPlan)
            && item.provenance.municipality != me
    };
    if plan.arrivals.is_empty() { Vec::new() } else { plan.live_items().filter(in_force).collect() }
}

/// Those of them that lean on an exemption which this municipality has not adopted on the day.
pub fn not_adopted<'p>(plan: &'p Plan, me: Kommunekode, adopted: &Adopted, day: Date) -> Vec<&'p ItemKey> {
    let leans = |item: &&Item| {
        item.agreed.exemption.as_deref().is_some_and(|exemption| adopted.check(exemption, day).is_err())
    };
    obligations(plan, me, day).into_iter().filter(leans).map(|item| &item.key).collect()
}
