//! What others are to the citizen: who may be named, who holds custody, who consents, and that nobody else travels.

use std::collections::BTreeSet;

use crate::sample::{CITIZEN, add, after, consent, context, sections, text};
use enplan_domain::basis::{BasisDraft, BasisRefusal, ConsentForm, ConsentGiver, Ground, LegalBasis};
use enplan_domain::plan::{
    Citizen, Custody, ItemChange, Kinship, NewItem, PersonGround, Plan, PlanCommand, PlanDocument,
    PlanRefusal, RelatedPerson, Relation, SectionKind, When, decide,
};
use enplan_domain::{Context, Cpr, Date};
use proptest::prelude::*;

/// Born 1 January 2014: twelve years old in June 2026.
const CHILD: &str = "6101144000";
const MOTHER: &str = "6202851002";
const FATHER: &str = "6303831003";

fn plan_of(number: &str) -> Plan {
    let citizen = Citizen::new(number.parse().unwrap());
    let register = PlanCommand::Register { citizen, caseworker: "anne.jensen".parse().unwrap() };
    Plan::from_events(&decide(None, register, &context()).unwrap()).unwrap()
}

fn by_law() -> PersonGround {
    PersonGround::Provision { provision: "databeskyttelsesloven-11".to_owned() }
}

fn person(number: &str, ground: PersonGround) -> RelatedPerson {
    RelatedPerson { cpr: Some(number.parse().unwrap()), name: text("TESTDATA Nogen"), ground }
}

fn related(kinship: Kinship, custody: Option<Custody>, number: &str) -> Relation {
    Relation { kinship, custody, person: Some(person(number, by_law())) }
}

fn nameless(kinship: Kinship, custody: Option<Custody>) -> Relation {
    Relation { kinship, custody, person: None }
}

fn new(relation: Relation) -> NewItem {
    NewItem::Relation { sector: "children".parse().unwrap(), relation, starts: None, ends: None }
}

fn between(relation: Relation, starts: &str, ends: &str) -> NewItem {
    let day = |text: &str| Some(When::Day(text.parse().unwrap()));
    NewItem::Relation { sector: "children".parse().unwrap(), relation, starts: day(starts), ends: day(ends) }
}

fn heard(on: &str) -> NewItem {
    let sector = "children".parse().unwrap();
    NewItem::Hearing { sector, on: on.parse().unwrap(), text: text("Jeg vil bo hos min mor") }
}

fn refused(plan: &Plan, item: NewItem) -> PlanRefusal {
    decide(Some(plan), add(99, item), &context()).unwrap_err()
}

fn consent_of(given_by: ConsentGiver, provision: &str) -> PlanCommand {
    PlanCommand::RecordBasis(Box::new(BasisDraft {
        provision: provision.to_owned(),
        ground: Ground::Consent { purpose: text("x"), form: ConsentForm::Written, given_by },
        ..consent()
    }))
}

/// What comes of a consent under retssikkerhedsloven § 11 a.
fn consents(plan: &Plan, given_by: ConsentGiver) -> Result<(), BasisRefusal> {
    consents_under(plan, given_by, "retssikkerhedsloven-11-a")
}

fn consents_under(plan: &Plan, given_by: ConsentGiver, provision: &str) -> Result<(), BasisRefusal> {
    match decide(Some(plan), consent_of(given_by, provision), &context()) {
        Ok(_) => Ok(()),
        Err(PlanRefusal::Basis(refusal)) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn somebody_else_is_named_on_a_ground_of_their_own_alone() {
    let plan = plan_of(CHILD);
    let named =
        |ground| new(Relation { person: Some(person(MOTHER, ground)), ..nameless(Kinship::Parent, None) });
    for provision in ["lov-om-alt", "servicelov-85", "persondataloven-11"] {
        let ground = PersonGround::Provision { provision: provision.to_owned() };
        assert_eq!(refused(&plan, named(ground)), PlanRefusal::NoGroundForThirdPerson, "{provision}");
    }
    let tomorrow = PersonGround::Consent { given_on: "2026-06-02".parse().unwrap() };
    assert_eq!(refused(&plan, named(tomorrow)), PlanRefusal::DayNotCome);
    let today = PersonGround::Consent { given_on: "2026-06-01".parse().unwrap() };
    after(plan.clone(), add(1, named(today)));
    after(plan.clone(), add(1, named(by_law())));
    after(plan.clone(), add(1, new(nameless(Kinship::Parent, None))));
    let nobody = RelatedPerson { cpr: None, name: text(" "), ground: by_law() };
    let nobody = new(Relation { person: Some(nobody), ..nameless(Kinship::Parent, None) });
    assert_eq!(refused(&plan, nobody), PlanRefusal::NobodyNamed);
    assert_eq!(refused(&plan, new(related(Kinship::Sibling, None, CHILD))), PlanRefusal::RelatedToOneself);
}

#[test]
fn custody_stands_in_the_childs_plan_and_is_one_persons_or_two_peoples() {
    let sole = || new(related(Kinship::Parent, Some(Custody::Sole), MOTHER));
    let shared = |number| new(related(Kinship::Parent, Some(Custody::Shared), number));
    assert_eq!(refused(&plan_of(CITIZEN), sole()), PlanRefusal::CustodyOverAnAdult);
    let child = new(related(Kinship::Child, Some(Custody::Sole), CHILD));
    assert_eq!(refused(&plan_of(MOTHER), child), PlanRefusal::CustodyNotTheirs);

    let alone = after(plan_of(CHILD), add(1, sole()));
    assert_eq!(refused(&alone, sole()), PlanRefusal::RelationAlreadyThere);
    assert_eq!(refused(&alone, shared(FATHER)), PlanRefusal::CustodyHeldByAnother);
    let without = new(related(Kinship::Parent, Some(Custody::Without), FATHER));
    after(alone.clone(), add(2, without));

    let both = after(after(plan_of(CHILD), add(1, shared(MOTHER))), add(2, shared(FATHER)));
    let third = new(nameless(Kinship::CustodyHolder, Some(Custody::Shared)));
    assert_eq!(refused(&both, third), PlanRefusal::CustodyHeldByAnother);
    assert_eq!(both.custody_on(context().today()).len(), 2);
    assert_eq!(both.custody_on("2032-01-01".parse().unwrap()).len(), 0, "the child is of age");
}

#[test]
fn custody_that_has_ended_is_nobodys_and_another_can_have_it() {
    let plan = plan_of(CHILD);
    let first = between(related(Kinship::Parent, Some(Custody::Sole), MOTHER), "2014-01-01", "2020-05-31");
    let plan = after(plan, add(1, first));
    assert!(plan.custody_on(context().today()).is_empty());
    assert_eq!(plan.custody_on("2020-05-31".parse().unwrap()).len(), 1);
    let plan = after(
        plan,
        add(2, between(nameless(Kinship::CustodyHolder, Some(Custody::Sole)), "2020-06-01", "2031-12-31")),
    );
    let key = plan.custody_on(context().today())[0].0.key.clone();
    let on: Date = "2026-05-31".parse().unwrap();
    let change = ItemChange::Finish { on: When::Day(on), outcome: text("") };
    let plan = after(plan, PlanCommand::Change { item: key.clone(), change });
    assert!(plan.custody_on(context().today()).is_empty());
    let reword = PlanCommand::Change { item: key, change: ItemChange::Reword { text: text("x") } };
    assert_eq!(decide(Some(&plan), reword, &context()), Err(PlanRefusal::NotForThisKind));
}

#[test]
fn where_the_family_is_not_recorded_age_alone_decides_who_consents() {
    assert_eq!(consents(&plan_of(CHILD), ConsentGiver::CustodyHolder), Ok(()));
    assert_eq!(consents(&plan_of(CHILD), ConsentGiver::CustodyHolders), Ok(()));
    assert_eq!(consents(&plan_of(CITIZEN), ConsentGiver::Guardian), Ok(()));
}

#[test]
fn where_the_family_is_recorded_whoever_consents_for_the_citizen_stands_in_it() {
    let custody = |custody| after(plan_of(CHILD), add(1, new(nameless(Kinship::Parent, custody))));
    let unknown = consents(&custody(None), ConsentGiver::CustodyHolder);
    assert_eq!(unknown, Err(BasisRefusal::NoCustodyRecorded));
    let without = consents(&custody(Some(Custody::Without)), ConsentGiver::CustodyHolder);
    assert_eq!(without, Err(BasisRefusal::NoCustodyRecorded));
    assert_eq!(consents(&custody(Some(Custody::Sole)), ConsentGiver::CustodyHolder), Ok(()));

    let family = after(plan_of(CITIZEN), add(1, new(nameless(Kinship::Partner, None))));
    assert_eq!(consents(&family, ConsentGiver::Guardian), Err(BasisRefusal::NoGuardianRecorded));
    assert_eq!(consents(&family, ConsentGiver::Citizen), Ok(()));
    let guarded = after(family, add(2, new(nameless(Kinship::Guardian, None))));
    assert_eq!(consents(&guarded, ConsentGiver::Guardian), Ok(()));
}

/// Forældreansvarsloven § 3: those who share custody agree on what matters.
#[test]
fn those_who_share_custody_consent_together_where_the_provision_asks() {
    let shared = |n, number| add(n, new(related(Kinship::Parent, Some(Custody::Shared), number)));
    let plan = after(after(plan_of(CHILD), shared(1, MOTHER)), shared(2, FATHER));
    assert_eq!(consents(&plan, ConsentGiver::CustodyHolder), Err(BasisRefusal::AllHoldersNeeded));
    assert_eq!(consents(&plan, ConsentGiver::CustodyHolders), Ok(()));
    let one = consents_under(&plan, ConsentGiver::CustodyHolder, "forvaltningsloven-28");
    assert_eq!(one, Ok(()), "the provision takes one holder's");
}

#[test]
fn a_young_person_who_is_party_is_heard_before_others_consent_for_them() {
    // Sixteen in June 2026: a party at fifteen by retssikkerhedsloven.
    let plan = plan_of("6101104000");
    let plan = after(plan, add(1, new(nameless(Kinship::Parent, Some(Custody::Sole)))));
    assert_eq!(consents(&plan, ConsentGiver::CustodyHolder), Err(BasisRefusal::ChildNotHeard));
    assert_eq!(consents(&plan, ConsentGiver::YoungPerson), Ok(()), "their own needs no hearing");
    assert_eq!(refused(&plan, heard("2026-06-02")), PlanRefusal::DayNotCome);
    let plan = after(plan, add(2, heard("2026-05-20")));
    assert_eq!(consents(&plan, ConsentGiver::CustodyHolder), Ok(()));
}

#[test]
fn a_child_was_heard_only_as_a_party_and_not_long_ago() {
    // Sixteen in June 2026, and a party since the January of the year before.
    let plan = after(plan_of("6101104000"), add(1, new(nameless(Kinship::Parent, Some(Custody::Sole)))));
    for (on, counts) in
        [("2019-04-01", false), ("2025-11-30", false), ("2025-12-01", true), ("2026-06-01", true)]
    {
        let plan = after(plan.clone(), add(2, heard(on)));
        let expected = if counts { Ok(()) } else { Err(BasisRefusal::ChildNotHeard) };
        assert_eq!(consents(&plan, ConsentGiver::CustodyHolder), expected, "{on}");
    }
    // By barnets lov a party at ten: what was said at nine was said as nobody's party.
    let today = context().today();
    let law = enplan_domain::catalogue::provision("barnets-lov-132", today).unwrap();
    let ten = plan_of("6105164000");
    let say = |on| after(ten.clone(), add(1, heard(on))).say_on(law, today).heard_on;
    assert_eq!((say("2026-04-30"), say("2026-05-01").is_some()), (None, true));
}

#[test]
fn a_consent_for_a_child_says_by_which_hearing() {
    let plan = after(plan_of("6101104000"), add(1, new(nameless(Kinship::Parent, Some(Custody::Sole)))));
    let plan = after(plan, add(2, heard("2026-05-20")));
    let given = after(plan, consent_of(ConsentGiver::CustodyHolder, "retssikkerhedsloven-11-a"));
    let basis = given.bases.values().next().unwrap();
    let words = enplan_domain::terminology::Terminology::default();
    let text = basis.wording(&given, &words, context().now).to_string();
    assert!(text.contains("blev hørt den 20. maj 2026."), "{text}");
}

/// Barnets lov counts a child of ten as a party, retssikkerhedsloven one of fifteen.
#[test]
fn whether_a_child_is_to_be_heard_follows_the_ages_of_each_provision() {
    let today = context().today();
    let plan = after(plan_of(CHILD), add(1, heard("2026-05-20")));
    let say = |id| plan.say_on(enplan_domain::catalogue::provision(id, today).unwrap(), today);
    assert!(say("barnets-lov-132").to_be_heard);
    assert!(!say("retssikkerhedsloven-11-a").to_be_heard);
    assert_eq!(say("barnets-lov-132").heard_on, Some("2026-05-20".parse().unwrap()));
}

fn consent_to_all(plan: &Plan) -> LegalBasis {
    let draft = BasisDraft { sections: plan.sections(), ..consent() };
    LegalBasis::record(draft, &CITIZEN.parse().unwrap(), &context()).unwrap()
}

#[test]
fn a_relation_travels_without_who_it_is_and_the_package_says_so() {
    let plan = after(plan_of(CHILD), add(1, new(related(Kinship::Parent, Some(Custody::Sole), MOTHER))));
    assert_eq!(plan.sections(), sections(&["children/relations"]));
    let document = PlanDocument::new(&plan, &consent_to_all(&plan));
    let (_, sent) = document.plan.relations_on(context().today()).next().unwrap();
    assert_eq!(*sent, nameless(Kinship::Parent, Some(Custody::Sole)));
    assert_eq!(document.left_out, BTreeSet::from([SectionKind::Relations]));
    let (kept, left_out) = plan.restricted_to(&sections(&["social/goals"]));
    assert!(kept.items.is_empty());
    assert_eq!(left_out, BTreeSet::from([SectionKind::Relations]));
}

fn any_kinship() -> impl Strategy<Value = Kinship> {
    use Kinship::{Child, CustodyHolder, Guardian, Parent, Partner, SharesHome, Sibling};
    prop_oneof![
        Just(Parent),
        Just(CustodyHolder),
        Just(Child),
        Just(Sibling),
        Just(Partner),
        Just(Guardian),
        Just(SharesHome)
    ]
}

fn any_custody() -> impl Strategy<Value = Option<Custody>> {
    prop_oneof![
        Just(None),
        Just(Some(Custody::Sole)),
        Just(Some(Custody::Shared)),
        Just(Some(Custody::Without))
    ]
}

fn any_relation() -> impl Strategy<Value = NewItem> {
    (any_kinship(), any_custody(), 0..9, any::<bool>(), 2014_i16..2030, 0_i16..8).prop_map(
        |(kinship, custody, last, named, year, years)| {
            let number = format!("62028510{last:02}");
            let relation =
                if named { related(kinship, custody, &number) } else { nameless(kinship, custody) };
            let day = |year: i16| Some(When::Day(Date::new(year, 6, 1).unwrap()));
            let sector = "children".parse().unwrap();
            NewItem::Relation { sector, relation, starts: day(year), ends: day(year + years) }
        },
    )
}

fn any_family() -> impl Strategy<Value = Plan> {
    proptest::collection::vec(any_relation(), 0..12).prop_map(|relations| {
        relations.into_iter().enumerate().fold(plan_of(CHILD), |plan, (n, relation)| {
            match decide(Some(&plan), add(n as u128, relation), &context()) {
                Ok(events) => events.iter().fold(plan, Plan::apply),
                Err(_) => plan,
            }
        })
    })
}

proptest! {
    #[test]
    fn on_no_day_is_custody_more_than_one_persons_or_two_peoples(plan in any_family(), year in 2014_i16..2034) {
        let custody = plan.custody_on(Date::new(year, 7, 1).unwrap());
        let sole = custody.iter().filter(|(_, custody)| *custody == Custody::Sole).count();
        prop_assert!(custody.len() <= 2 && (sole == 0 || custody.len() == 1), "{}", custody.len());
    }

    #[test]
    fn no_third_persons_name_or_number_is_in_a_package(plan in any_family()) {
        prop_assume!(!plan.sections().is_empty());
        let document = PlanDocument::new(&plan, &consent_to_all(&plan));
        let bytes = String::from_utf8(document.to_bytes().unwrap()).unwrap();
        prop_assert!(!bytes.contains("62028510") && !bytes.contains("Nogen"));
        let named = plan.items.values().any(|item| item.relation.as_ref().is_some_and(|to| to.person.is_some()));
        prop_assert_eq!(document.left_out.contains(&SectionKind::Relations), named);
        prop_assert_eq!(document.plan.items.len(), plan.items.len());
    }

    #[test]
    fn no_third_persons_name_or_number_is_shown_in_debug(plan in any_family()) {
        let shown = format!("{plan:?}");
        prop_assert!(!shown.contains("620285") && !shown.contains("Nogen"));
    }

    #[test]
    fn a_relation_is_read_as_it_was_written(plan in any_family()) {
        let json = serde_json::to_vec(&plan).unwrap();
        prop_assert_eq!(serde_json::from_slice::<Plan>(&json).unwrap(), plan);
    }

    #[test]
    fn no_consent_for_a_child_is_taken_that_its_family_does_not_bear_out(plan in any_family()) {
        let holders = plan.custody_on(context().today()).len();
        let taken = consents(&plan, ConsentGiver::CustodyHolder).is_ok();
        let shared = plan.custody_on(context().today()).iter().any(|(_, custody)| *custody == Custody::Shared);
        prop_assert_eq!(taken, !plan.knows_family() || holders > 0 && !shared);
    }
}

#[test]
fn a_relation_of_the_citizens_own_former_number_is_one_to_oneself() {
    let number: Cpr = "6101144002".parse().unwrap();
    let plan = after(plan_of(CHILD), PlanCommand::ChangeCpr { cpr: number });
    assert_eq!(refused(&plan, new(related(Kinship::Sibling, None, CHILD))), PlanRefusal::RelatedToOneself);
    let frozen = Context { frozen: true, ..context() };
    let mother = add(1, new(related(Kinship::Parent, None, MOTHER)));
    assert_eq!(decide(Some(&plan), mother, &frozen), Err(PlanRefusal::HandoverUnderWay));
}
