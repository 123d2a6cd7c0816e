//! What is due, as messages show it.

use enplan_domain::Date;
use enplan_domain::catalogue::Adopted;
use enplan_domain::deadlines::{Deadline, Standing, Urgency, WaitsFor};
use enplan_proto::plan::v1 as proto;

/// What is due on a day, the most urgent first.
pub(super) fn all(deadlines: &[Deadline], today: Date, adopted: &Adopted) -> Vec<proto::Deadline> {
    let standing = |deadline| Some((Deadline::standing(deadline, today, adopted)?, deadline));
    let mut standing: Vec<_> = deadlines.iter().filter_map(standing).collect();
    standing.sort_by_key(|(standing, _)| *standing);
    standing.into_iter().map(|(standing, deadline)| shown(deadline, standing)).collect()
}

/// One of them, as it stands.
pub(super) fn shown(deadline: &Deadline, standing: Standing) -> proto::Deadline {
    proto::Deadline {
        kind: deadline.kind.as_str().to_owned(),
        due_on: standing.due.to_string(),
        urgency: urgency(standing.urgency).into(),
        waits_for: waits_for(deadline.waits_for).into(),
        item_id: deadline.item.as_ref().map(ToString::to_string).unwrap_or_default(),
        sector: deadline.sector.as_ref().map(ToString::to_string).unwrap_or_default(),
        text: deadline.text.reveal().to_owned(),
        provision: deadline.kind.citation().unwrap_or_default().to_owned(),
        basis_id: deadline.basis.map(|basis| basis.to_string()).unwrap_or_default(),
        whom: deadline.whom.reveal().to_owned(),
        ..proto::Deadline::default()
    }
}

fn urgency(urgency: Urgency) -> proto::Urgency {
    match urgency {
        Urgency::Overdue => proto::Urgency::Overdue,
        Urgency::Due => proto::Urgency::Due,
        Urgency::Upcoming => proto::Urgency::Upcoming,
    }
}

fn waits_for(waits_for: WaitsFor) -> proto::WaitsFor {
    match waits_for {
        WaitsFor::Caseworker => proto::WaitsFor::Caseworker,
        WaitsFor::Citizen => proto::WaitsFor::Citizen,
        WaitsFor::Provider => proto::WaitsFor::Provider,
        WaitsFor::Municipality => proto::WaitsFor::Municipality,
        WaitsFor::Doer => proto::WaitsFor::Doer,
        WaitsFor::Staff => proto::WaitsFor::Staff,
    }
}
