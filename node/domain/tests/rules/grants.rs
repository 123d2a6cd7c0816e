//! What is decided of an action: who provides it, how long it is to last, and until when the municipality is bound.

use enplan_domain::plan::{
    Agreement, Grant, ItemChange, ItemKey, Lasting, NewItem, Plan, PlanCommand, PlanRefusal, Status, decide,
    history,
};
use jiff::civil::{Date, date};

use crate::sample::{add, after, context, empty_plan, new_action, new_goal, text};

fn action(agreed: Agreement) -> NewItem {
    let NewItem::Action { sector, text, .. } = new_action("social", "Støtte i hjemmet", None) else {
        unreachable!("an action")
    };
    NewItem::Action { sector, text, starts: None, ends: None, goal: None, taken_from: None, agreed }
}

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", uuid::Uuid::from_u128(n)).parse().unwrap()
}

fn granted(decided: Date, binds_until: Option<Date>, provision: &str) -> Agreement {
    let provision = Some(provision.to_owned()).filter(|id| !id.is_empty());
    Agreement { provision, granted: Some(Grant { decided, binds_until }), ..Agreement::default() }
}

fn grant(decided: Date, provision: Option<&str>) -> PlanCommand {
    let grant = Grant { decided, binds_until: None };
    let change = ItemChange::Grant { grant, provision: provision.map(str::to_owned) };
    PlanCommand::Change { item: key("CarePlan", 1), change }
}

fn refused(plan: &Plan, command: PlanCommand) -> PlanRefusal {
    decide(Some(plan), command, &context()).unwrap_err()
}

#[test]
fn an_action_keeps_who_provides_it_and_how_long_it_is_to_last() {
    let agreed = Agreement {
        provider: text("Bostøtten"),
        expected: Some(Lasting::months(6).unwrap()),
        ..granted(date(2026, 6, 1), Some(date(2026, 12, 31)), "servicelov-85")
    };
    let plan = after(empty_plan(), add(1, action(agreed.clone())));
    let there = &plan.items[&key("CarePlan", 1)];
    assert_eq!(there.agreed, agreed);
    let stored = serde_json::to_string(there).unwrap();
    assert_eq!(serde_json::from_str::<enplan_domain::plan::Item>(&stored).unwrap(), *there);
}

/// Forvaltningsloven § 24: a decision names the provision that it rests on.
#[test]
fn a_decision_names_its_provision_and_is_of_a_day_that_has_come() {
    let no = |agreed| refused(&empty_plan(), add(1, action(agreed)));
    assert_eq!(no(granted(date(2026, 6, 1), None, "")), PlanRefusal::GrantWithoutProvision);
    assert_eq!(no(granted(date(2026, 6, 2), None, "servicelov-85")), PlanRefusal::DayNotCome);
    let backwards = granted(date(2026, 6, 1), Some(date(2026, 5, 31)), "servicelov-85");
    assert_eq!(no(backwards), PlanRefusal::EndsBeforeItBegins);
    let endless = granted(date(2026, 6, 1), Some(date(2999, 1, 1)), "servicelov-85");
    assert_eq!(no(endless), PlanRefusal::DayOutOfRange);
}

#[test]
fn what_the_law_said_on_the_day_of_the_decision_decides() {
    let of = |decided| {
        decide(Some(&empty_plan()), add(1, action(granted(decided, None, "servicelov-52"))), &context())
    };
    assert!(of(date(2023, 12, 31)).is_ok());
    assert_eq!(of(date(2024, 1, 1)), Err(PlanRefusal::UnknownProvision));
}

#[test]
fn an_action_can_be_granted_later_and_the_history_says_so() {
    let plan = after(empty_plan(), add(1, action(Agreement::default())));
    assert_eq!(refused(&plan, grant(date(2026, 6, 1), None)), PlanRefusal::GrantWithoutProvision);
    let command = grant(date(2026, 6, 1), Some("servicelov-85"));
    let events = decide(Some(&plan), command.clone(), &context()).unwrap();
    let before: Vec<_> = decide(None, register(), &context()).unwrap();
    let added = decide(Some(&empty_plan()), add(1, action(Agreement::default())), &context()).unwrap();
    let told = history(before.iter().chain(&added).chain(&events)).unwrap();
    assert_eq!(told.last().unwrap().text.reveal(), "Indsats bevilget: Støtte i hjemmet");

    let plan = events.iter().fold(plan, Plan::apply);
    let there = &plan.items[&key("CarePlan", 1)];
    assert_eq!(there.agreed.provision.as_deref(), Some("servicelov-85"));
    assert_eq!(there.status, Status::Active, "a grant alone neither begins nor ends what is under way");
    assert_eq!(decide(Some(&plan), command, &context()).unwrap(), [], "the same once more changes nothing");
    // Decided anew, it leans on the provision agreed already.
    let plan = after(plan, grant(date(2026, 5, 1), None));
    assert_eq!(plan.items[&key("CarePlan", 1)].agreed.provision.as_deref(), Some("servicelov-85"));
}

#[test]
fn a_goal_is_not_granted() {
    let plan = after(empty_plan(), add(1, new_goal("social", "Bo selv")));
    let grant = Grant { decided: date(2026, 6, 1), binds_until: None };
    let change = ItemChange::Grant { grant, provision: Some("servicelov-85".to_owned()) };
    let command = PlanCommand::Change { item: key("Goal", 1), change };
    assert_eq!(refused(&plan, command), PlanRefusal::NotForThisKind);
}

fn register() -> PlanCommand {
    let citizen = enplan_domain::plan::Citizen::new(crate::sample::CITIZEN.parse().unwrap());
    PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() }
}
