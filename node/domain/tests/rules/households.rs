//! A family's plans side by side: who is in it, who is masked, what siblings share, and where plans overlap.

use std::collections::BTreeSet;

use crate::sample::{add, after, context, new_action, new_goal, text};
use enplan_domain::household::{Household, Overlap, Seen, may_share, of};
use enplan_domain::plan::{
    Citizen, Custody, ItemChange, ItemKey, Kinship, NewItem, PersonGround, Plan, PlanCommand, PlanRefusal,
    RelatedPerson, Relation, decide,
};
use enplan_domain::{CaseId, Date};
use proptest::prelude::*;

const MOTHER: &str = "6202851002";
const FATHER: &str = "6303831003";
/// Born in 2014 and in 2017.
const SISTER: &str = "6101144000";
const BROTHER: &str = "6304174001";

fn case(n: u8) -> CaseId {
    CaseId::from_bytes([n; 16])
}

fn today() -> Date {
    context().today()
}

fn plan_of(number: &str, caseworker: &str) -> Plan {
    let citizen = Citizen::new(number.parse().unwrap());
    let register = PlanCommand::Register { citizen, caseworker: caseworker.parse().unwrap() };
    Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap()
}

fn related(n: u128, kinship: Kinship, custody: Option<Custody>, number: &str) -> PlanCommand {
    let ground = PersonGround::Provision { provision: "databeskyttelsesloven-11".to_owned() };
    let person = RelatedPerson { cpr: Some(number.parse().unwrap()), name: text("TESTDATA Nogen"), ground };
    let relation = Relation { kinship, custody, person: Some(person) };
    let sector = "children".parse().unwrap();
    add(n, NewItem::Relation { sector, relation, starts: None, ends: None })
}

fn mother() -> Plan {
    let plan = after(plan_of(MOTHER, "anne.jensen"), related(1, Kinship::Partner, None, FATHER));
    after(after(plan, related(2, Kinship::Child, None, SISTER)), related(3, Kinship::Child, None, BROTHER))
}

fn child(number: &str, sibling: &str) -> Plan {
    let shared = Some(Custody::Shared);
    let plan = after(plan_of(number, "anne.jensen"), related(1, Kinship::Parent, shared, MOTHER));
    let plan = after(plan, related(2, Kinship::Parent, shared, FATHER));
    after(plan, related(3, Kinship::Sibling, None, sibling))
}

fn sister() -> Plan {
    child(SISTER, BROTHER)
}

fn brother() -> Plan {
    child(BROTHER, SISTER)
}

fn share(n: u128, item: NewItem) -> PlanCommand {
    let with = BTreeSet::from([case(2), case(3)]);
    PlanCommand::Share { id: uuid::Uuid::from_u128(n), item: Box::new(item), with }
}

fn key(n: u128) -> ItemKey {
    format!("Goal/{}", uuid::Uuid::from_u128(n)).parse().unwrap()
}

fn seen(n: u8, plan: &Plan) -> Seen<'_> {
    Seen { case: case(n), plan }
}

fn titles<'p>(household: &Household<'p>, member: usize) -> Vec<&'p str> {
    household.members[member].items.iter().map(|item| item.text.reveal()).collect()
}

#[test]
fn a_family_stands_side_by_side_with_whoever_it_is_seen_from_first() {
    let (mother, sister, brother) = (mother(), sister(), brother());
    let sister = after(sister, add(9, new_goal("children", "At trives i skolen")));
    let family = of(seen(1, &mother), &[seen(3, &brother), seen(2, &sister)], 1, today());
    assert_eq!(
        family.members.iter().map(|member| member.case).collect::<Vec<_>>(),
        [case(1), case(2), case(3)]
    );
    assert_eq!(family.members[0].kinship, BTreeSet::new());
    assert_eq!(family.members[1].kinship, BTreeSet::from([Kinship::Child]));
    assert_eq!(titles(&family, 1), ["At trives i skolen"]);
    assert_eq!(family.hidden, 1);
    let custody: Vec<_> =
        family.members[1].custody.iter().map(|holder| (holder.case, holder.custody)).collect();
    assert!(custody.contains(&(Some(case(1)), Custody::Shared)), "{custody:?}");
    assert!(custody.contains(&(None, Custody::Shared)), "the father's plan is not seen here");
    // The father has no plan that is seen: his relation still says that there is one.
    assert_eq!(family.without_plan.len(), 1);
    assert!(family.overlaps.is_empty());
}

#[test]
fn somebody_protected_is_masked_towards_the_others_and_not_when_their_own_plan_is_asked_for() {
    let sister = after(sister(), add(9, new_goal("children", "At bo hemmeligt")));
    let sister = after(sister, PlanCommand::SetProtected { protected: true });
    let brother = brother();
    let family = of(seen(3, &brother), &[seen(2, &sister)], 0, today());
    assert!(family.members[1].is_masked);
    assert!(family.members[1].items.is_empty() && family.members[1].custody.is_empty());
    let family = of(seen(2, &sister), &[seen(3, &brother)], 0, today());
    assert!(!family.members[0].is_masked);
    assert_eq!(titles(&family, 0), ["At bo hemmeligt"]);
}

#[test]
fn the_same_action_for_two_and_two_caseworkers_are_overlaps() {
    let action = |n, words: &str| add(n, new_action("children", words, None));
    let sister = after(after(sister(), action(8, "Familierådgivning")), action(9, "Svømning"));
    let mother = after(mother(), action(8, " familierådgivning "));
    let mut brother = after(brother(), action(8, "Fodbold"));
    brother.caseworker = "bo.holm".parse().unwrap();
    let family = of(seen(1, &mother), &[seen(2, &sister), seen(3, &brother)], 0, today());
    assert_eq!(
        family.overlaps.iter().map(Overlap::code).collect::<Vec<_>>(),
        ["TWO_CASEWORKERS", "SAME_ACTION"]
    );
    let Overlap::SameAction(same) = &family.overlaps[1] else { panic!("the same action") };
    assert_eq!(same.iter().map(|(case, _)| *case).collect::<Vec<_>>(), [case(1), case(2)]);
}

/// Barnets lov § 91: one plan may be for several children of a family.
#[test]
fn siblings_who_are_recorded_as_such_and_are_children_share_and_nobody_else() {
    let (sister, brother, mother) = (sister(), brother(), mother());
    assert_eq!(may_share(&[&sister, &brother], today()), Ok(()));
    let one_sided = plan_of(BROTHER, "anne.jensen");
    assert_eq!(may_share(&[&one_sided, &sister], today()), Ok(()), "either's plan may say so");
    assert_eq!(
        may_share(&[&one_sided, &plan_of(SISTER, "anne.jensen")], today()),
        Err(PlanRefusal::NotSiblings)
    );
    assert_eq!(may_share(&[&sister, &mother], today()), Err(PlanRefusal::NotSiblings));
    assert_eq!(may_share(&[&sister], today()), Err(PlanRefusal::NotSiblings));
    let later = "2033-01-01".parse().unwrap();
    assert_eq!(may_share(&[&sister, &brother], later), Err(PlanRefusal::SharedPlanOfAnAdult));
    let before = "2023-12-31".parse().unwrap();
    assert_eq!(may_share(&[&sister, &brother], before), Err(PlanRefusal::UnknownProvision));
}

#[test]
fn what_siblings_share_is_shown_once_and_changed_in_no_plan_alone() {
    let goal = || share(9, new_goal("children", "At trives sammen"));
    let (sister, brother) = (after(sister(), goal()), after(brother(), goal()));
    assert_eq!(decide(Some(&sister), goal(), &context()), Ok(vec![]), "sent twice is done once");
    let family = of(seen(2, &sister), &[seen(3, &brother)], 0, today());
    assert_eq!(family.shared.len(), 1);
    assert_eq!(family.shared[0].cases, BTreeSet::from([case(2), case(3)]));
    assert!(family.members.iter().all(|member| member.items.is_empty()), "and not once more at each");

    let words = || ItemChange::Reword { text: text("At trives hver for sig") };
    let alone = PlanCommand::Change { item: key(9), change: words() };
    assert_eq!(decide(Some(&sister), alone, &context()), Err(PlanRefusal::SharedWithSiblings));
    let together =
        |plan: &Plan| after(plan.clone(), PlanCommand::ChangeShared { item: key(9), change: words() });
    let (sister, brother) = (together(&sister), together(&brother));
    assert_eq!(sister.items[&key(9)].text, brother.items[&key(9)].text);
    assert_eq!(sister.items[&key(9)].shared.len(), 2, "they still share it");

    let own = after(sister, add(10, new_goal("children", "Mit eget")));
    let own = decide(Some(&own), PlanCommand::ChangeShared { item: key(10), change: words() }, &context());
    assert_eq!(own, Err(PlanRefusal::NotShared));
    let note = NewItem::Note { sector: "children".parse().unwrap(), text: text("x") };
    let note = decide(Some(&brother), share(11, note), &context());
    assert_eq!(note, Err(PlanRefusal::NotForThisKind));
}

#[test]
fn what_siblings_share_is_the_childs_own_in_a_package() {
    let sister = after(sister(), share(9, new_goal("children", "At trives sammen")));
    let (sent, _) = sister.restricted_to(&sister.sections());
    assert!(sent.items[&key(9)].shared.is_empty());
    let json = serde_json::to_string(&sent).unwrap();
    assert!(!json.contains(&case(2).to_string()) && !json.contains(&case(3).to_string()));
}

proptest! {
    #[test]
    fn nothing_of_a_masked_member_is_in_the_household_beyond_who_coordinates(
        words in "[a-zæøå]{8,20}",
        protected in any::<[bool; 2]>(),
    ) {
        let with = |plan: Plan, protected| {
            let plan = after(plan, add(9, new_goal("children", &words)));
            let plan = after(plan, share(10, new_goal("children", &words)));
            after(plan, PlanCommand::SetProtected { protected })
        };
        let (sister, brother) = (with(sister(), protected[0]), with(brother(), protected[1]));
        let mother = mother();
        let family = of(seen(1, &mother), &[seen(2, &sister), seen(3, &brother)], 0, today());
        for (member, masked) in family.members[1..].iter().zip(protected) {
            prop_assert_eq!(member.is_masked, masked);
            prop_assert_eq!(member.items.is_empty() && member.custody.is_empty(), masked);
            prop_assert!(!masked || family.shared.iter().all(|shared| !shared.cases.contains(&member.case)));
        }
    }
}
