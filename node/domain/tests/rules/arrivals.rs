//! A plan that came from another municipality: reviewed with the citizen, and what was granted kept in sight.

use enplan_domain::catalogue::Adopted;
use enplan_domain::plan::arrival::{not_adopted, obligations, review};
use enplan_domain::plan::{Citizen, ItemKind, Plan, PlanCommand, decide};
use enplan_domain::{Context, Epoch, TransferId};
use jiff::civil::date;

use crate::sample::{CITIZEN, add, context, gribskov, hilleroed, new_action, new_goal};

const TRANSFER: TransferId = TransferId::from_bytes([7; 16]);

fn apply(plan: Option<Plan>, command: PlanCommand, context: &Context) -> Plan {
    let events = decide(plan.as_ref(), command, context).unwrap();
    match plan {
        Some(plan) => events.iter().fold(plan, Plan::apply),
        None => Plan::from_events(&events).unwrap(),
    }
}

/// Hillerød, an hour later.
fn there() -> Context {
    Context { municipality: hilleroed(), now: "2026-06-01T11:00:00Z".parse().unwrap(), ..context() }
}

/// A goal and an action of Gribskov's, received by Hillerød.
fn arrived() -> Plan {
    let register = PlanCommand::Register {
        citizen: Citizen::new(CITIZEN.parse().unwrap()),
        caseworker: context().actor,
    };
    let plan = apply(None, register, &context());
    let plan = apply(Some(plan), add(1, new_goal("social", "Tage bussen")), &context());
    let plan = apply(Some(plan), add(2, new_action("social", "Støtte", None)), &context());
    let receive = PlanCommand::Receive {
        from: gribskov(),
        transfer: TRANSFER,
        epoch: Epoch(2),
        left_out: [].into(),
        caseworker: context().actor,
        plan: Box::new(plan),
    };
    apply(None, receive, &there())
}

/// BEK 2006/2020 § 135
#[test]
fn an_arrived_plan_gets_one_review_with_a_day_however_often_it_is_planned() {
    let plan = arrived();
    let command = review(TRANSFER, date(2026, 6, 1)).unwrap();
    let plan = apply(Some(plan), command.clone(), &there());
    let follow_ups: Vec<_> = plan.live_items().filter(|item| item.kind == ItemKind::FollowUp).collect();
    assert_eq!(follow_ups.len(), 1);
    assert_eq!(follow_ups[0].starts.unwrap().day(), date(2026, 7, 1));
    assert_eq!(decide(Some(&plan), command, &there()).unwrap(), []);
    assert!(review(TRANSFER, date(2020, 1, 1)).is_none(), "the order did not hold yet");
}

/// BEK 2006/2020 § 135
#[test]
fn what_another_municipality_granted_is_an_obligation_until_it_is_decided_otherwise() {
    let plan = arrived();
    let day = date(2026, 6, 2);
    let kinds =
        |plan: &Plan| obligations(plan, hilleroed(), day).iter().map(|item| item.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&plan), [ItemKind::Intervention]);
    let own = apply(Some(plan.clone()), add(3, new_action("social", "Nyt tilbud", None)), &there());
    assert_eq!(kinds(&own), [ItemKind::Intervention], "what is granted here is no obligation from elsewhere");
    let mut before = plan.clone();
    before.arrivals.clear();
    assert_eq!(kinds(&before), []);
}

#[test]
fn an_action_that_leans_on_an_exemption_which_is_not_adopted_here_is_named() {
    let mut plan = arrived();
    let day = date(2026, 6, 2);
    assert!(not_adopted(&plan, hilleroed(), &Adopted::default(), day).is_empty());
    let action = plan.items.values_mut().find(|item| item.kind == ItemKind::Intervention).unwrap();
    action.agreed.exemption = Some("frikommune-33".into());
    let key = action.key.clone();
    assert_eq!(not_adopted(&plan, hilleroed(), &Adopted::default(), day), [&key]);
}
