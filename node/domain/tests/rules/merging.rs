//! Several plans become one: what looks like the same is proposed and explained, a person decides, and nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use enplan_domain::basis::LegalBasis;
use enplan_domain::catalogue::Adopted;
use enplan_domain::fhir::{Exporting, Import, Limits, export, import, read_bundle};
use enplan_domain::plan::findings::findings;
use enplan_domain::plan::merging::{proposals, taken_in};
use enplan_domain::plan::{
    Agreement, Arrival, Bearing, Citizen, CloseReason, Custody, FindingCode, Item, ItemChange, ItemKey,
    ItemKind, Kinship, Life, Likeness, LinkRole, MergeDecision, MergeRefusal, NewItem, PersonGround, Plan,
    PlanCommand, PlanDocument, PlanEvent, PlanRefusal, Proposal, RelatedPerson, Relation, Status, Voice,
    When, decide, history,
};
use enplan_domain::statements::Received;
use enplan_domain::terminology::Terminology;
use enplan_domain::{CaseId, Date, Epoch, TransferId};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::sample::{
    CITIZEN, add, after, bundle, consent, context, empty_plan, goal, new_action, new_goal, patient, text,
};

const TODAY: Date = date(2026, 6, 1);

fn key(kind: &str, n: u128) -> ItemKey {
    format!("{kind}/{}", Uuid::from_u128(n)).parse().unwrap()
}

fn keys<const N: usize>(keys: [&ItemKey; N]) -> BTreeSet<ItemKey> {
    keys.into_iter().cloned().collect()
}

fn join(leading: &ItemKey, others: BTreeSet<ItemKey>) -> MergeDecision {
    MergeDecision::Join { leading: leading.clone(), others, text: None }
}

fn apart(id: u128, items: BTreeSet<ItemKey>) -> MergeDecision {
    MergeDecision::Apart { id: Uuid::from_u128(id), items, reason: text("") }
}

fn merge(decisions: impl IntoIterator<Item = MergeDecision>) -> PlanCommand {
    PlanCommand::Merge { decisions: decisions.into_iter().collect() }
}

fn separate(id: u128, item: &ItemKey) -> PlanCommand {
    PlanCommand::Separate { id: Uuid::from_u128(id), item: item.clone(), reason: text("To forskellige") }
}

fn refused(plan: &Plan, command: PlanCommand) -> PlanRefusal {
    decide(Some(plan), command, &context()).unwrap_err()
}

fn source_plan(sector: &str, kind: &str) -> NewItem {
    NewItem::SourcePlan {
        sector: sector.parse().unwrap(),
        plan_kind: kind.to_owned(),
        made: Some(When::Day(date(2026, 3, 2))),
        text: text(""),
    }
}

fn gathered_goal(sector: &str, words: &str, taken_from: &ItemKey) -> NewItem {
    NewItem::Goal {
        sector: sector.parse().unwrap(),
        text: text(words),
        part_of: None,
        taken_from: Some(taken_from.clone()),
    }
}

fn under(sector: &str, words: &str, provision: &str, days: (Date, Option<Date>)) -> NewItem {
    NewItem::Action {
        sector: sector.parse().unwrap(),
        text: text(words),
        starts: Some(When::Day(days.0)),
        ends: days.1.map(When::Day),
        goal: None,
        taken_from: None,
        agreed: Agreement { provision: Some(provision.to_owned()), ..Agreement::default() },
    }
}

/// A plan gathered from Min Plan (1) and the rehabilitation plan (2), each with the goal of moving more (3, 4), and an action
/// for the second (5).
fn gathered() -> Plan {
    let plan = after(empty_plan(), add(1, source_plan("employment", "min-plan")));
    let plan = after(plan, add(2, source_plan("health", "rehabilitation")));
    let (min_plan, rehabilitation) = (key("CarePlan", 1), key("CarePlan", 2));
    let plan = after(plan, add(3, gathered_goal("employment", "At gå tre kilometer om dagen", &min_plan)));
    let plan = after(plan, add(4, gathered_goal("health", "At gå tre kilometer om dagen.", &rehabilitation)));
    after(plan, add(5, new_action("health", "Gåhold", Some(key("Goal", 4)))))
}

fn proposed(plan: &Plan) -> Vec<Proposal> {
    proposals(plan, TODAY)
}

#[test]
fn two_plans_with_the_same_goal_give_one_proposal_that_explains_itself() {
    let plan = gathered();
    let [proposal] = &proposed(&plan)[..] else { panic!("{:?}", proposed(&plan)) };
    assert_eq!(proposal.items, [key("Goal", 3), key("Goal", 4)]);
    assert_eq!(proposal.why, BTreeSet::from([Likeness::SameWords]));
    let found = findings(&plan, TODAY, &Adopted::default());
    let found = found.iter().find(|finding| finding.code == FindingCode::SameThing).unwrap();
    assert_eq!(
        found.in_danish(&plan, TODAY, &Terminology::default()),
        "»At gå tre kilometer om dagen« og »At gå tre kilometer om dagen.« ser ud til at være det samme: samme ord. Læg dem \
         sammen, eller sig, at de er hver sit."
    );
}

#[test]
fn what_is_of_two_kinds_or_two_times_or_says_the_contrary_is_not_proposed() {
    let two =
        |one: NewItem, other: NewItem| proposed(&after(after(empty_plan(), add(1, one)), add(2, other)));
    let wish = |sector: &str, words: &str| NewItem::Wish {
        sector: sector.parse().unwrap(),
        text: text(words),
        said_by: Voice::Citizen,
    };
    assert_eq!(two(new_goal("social", "Bo alene"), wish("health", "Bo alene")), []);
    assert_eq!(
        two(wish("social", "Jeg vil gerne arbejde"), wish("employment", "Jeg vil ikke gerne arbejde")),
        []
    );
    assert_eq!(two(new_goal("social", "At klare 2 timer"), new_goal("employment", "At klare 3 timer")), []);
    let spring = (date(2026, 3, 1), Some(date(2026, 5, 31)));
    let summer = (date(2026, 6, 1), None);
    assert_eq!(
        two(under("social", "Mentor", "lab-167", spring), under("employment", "Mentor", "lab-167", summer)),
        []
    );
    let barrier = |sector: &str, area: &str| NewItem::Situation {
        sector: sector.parse().unwrap(),
        area: area.to_owned(),
        bearing: Bearing::Barrier,
        text: text("Har mistet modet"),
        code: None,
        said_by: Voice::Citizen,
    };
    assert_eq!(two(barrier("social", "work"), barrier("employment", "home")), []);
    assert_eq!(two(barrier("social", "work"), barrier("employment", "work")).len(), 1);
}

#[test]
fn near_words_and_one_provision_in_one_sector_are_proposed_and_one_plan_knows_its_own() {
    let two =
        |one: NewItem, other: NewItem| proposed(&after(after(empty_plan(), add(1, one)), add(2, other)));
    let why = |found: Vec<Proposal>| found.into_iter().flat_map(|one| one.why).collect::<Vec<_>>();
    let near = two(
        new_goal("social", "At kunne arbejde femten timer om ugen"),
        new_goal("employment", "Kunne arbejde femten timer om ugen!"),
    );
    assert_eq!(why(near), [Likeness::NearWords]);
    // By hand, in one sector: only what is written twice, letter for letter.
    assert_eq!(two(new_goal("social", "Bo for sig selv"), new_goal("social", "At bo for sig selv")), []);
    assert_eq!(
        why(two(new_goal("social", "Bo alene"), new_goal("social", "Bo alene"))),
        [Likeness::SameWords]
    );

    let plan = after(empty_plan(), add(1, source_plan("employment", "min-plan")));
    let from_plan = |words: &str| {
        let NewItem::Action { sector, text: words, starts, ends, goal, agreed, .. } =
            under("employment", words, "lab-57", (TODAY, None))
        else {
            unreachable!("an action")
        };
        NewItem::Action {
            sector,
            text: words,
            starts,
            ends,
            goal,
            agreed,
            taken_from: Some(key("CarePlan", 1)),
        }
    };
    let by_hand = under("employment", "Praktik", "lab-57", (TODAY, None));
    let plan = after(after(plan, add(2, from_plan("Virksomhed"))), add(3, by_hand));
    assert_eq!(why(proposed(&plan)), [Likeness::SameProvision, Likeness::SameTime]);
    // Two of one plan are two.
    let plan = after(plan, add(4, from_plan("En anden virksomhed")));
    assert!(
        proposed(&plan).iter().all(|one| one.items.contains(&key("CarePlan", 3))),
        "{:?}",
        proposed(&plan)
    );
}

#[test]
fn joined_goals_read_as_one_with_what_leans_on_them_and_both_stay_as_they_were() {
    let before = gathered();
    let (one, other) = (key("Goal", 3), key("Goal", 4));
    let plan = after(before.clone(), merge([join(&one, keys([&other]))]));
    assert_eq!(proposed(&plan), []);
    let read = plan.joined();
    assert!(!read.items.contains_key(&other));
    let served: Vec<_> = read.items[&key("CarePlan", 5)].links_to(LinkRole::Serves).collect();
    assert_eq!(served, [&one]);
    let origins: Vec<_> = read.items[&one].links_to(LinkRole::TakenFrom).collect();
    assert_eq!(origins, [&key("CarePlan", 1), &key("CarePlan", 2)]);
    // The goal has an action now, by way of its part.
    let codes: Vec<_> =
        findings(&plan, TODAY, &Adopted::default()).into_iter().map(|finding| finding.code).collect();
    assert_eq!(codes, []);
    assert_eq!(plan.counts(TODAY).goals, 1);
    assert_eq!(plan.items[&other].text, before.items[&other].text);
    assert_eq!(plan.items[&other].provenance, before.items[&other].provenance);
}

#[test]
fn what_is_joined_is_changed_at_what_leads_it_and_comes_apart_as_it_was() {
    let before = gathered();
    let (one, other) = (key("Goal", 3), key("Goal", 4));
    let plan = after(before.clone(), merge([join(&one, keys([&other]))]));
    let finish = |item: &ItemKey| PlanCommand::Change {
        item: item.clone(),
        change: ItemChange::Finish { on: When::Day(TODAY), outcome: text("") },
    };
    assert_eq!(refused(&plan, finish(&other)), PlanRefusal::Merge(MergeRefusal::JoinedToAnother));
    assert!(decide(Some(&plan), finish(&one), &context()).is_ok());
    assert_eq!(refused(&plan, separate(9, &one)), PlanRefusal::Merge(MergeRefusal::NotJoined));
    let back = after(plan, separate(9, &other));
    assert_eq!(back.items[&other], before.items[&other]);
    assert_eq!(proposed(&back), [], "whoever takes two apart is not asked about them again");
    let reworded = PlanCommand::Change {
        item: one,
        change: ItemChange::Reword { text: text("At gå tre kilometer om dagen igen") },
    };
    assert_eq!(proposed(&after(back, reworded)).len(), 1, "but when one of them says something else");
}

#[test]
fn what_can_not_be_one_is_refused_by_name_and_nothing_of_the_rest_is_done() {
    let plan =
        after(gathered(), add(6, NewItem::Note { sector: "social".parse().unwrap(), text: text("Ring") }));
    let plan = after(plan, add(7, new_goal("social", "At gå tre kilometer om dagen")));
    let over = PlanCommand::Change { item: key("Goal", 7), change: ItemChange::Drop { reason: text("Nej") } };
    let plan = after(plan, over);
    let (one, other) = (key("Goal", 3), key("Goal", 4));
    let good = || join(&one, keys([&other]));
    let wrong = [
        (join(&one, keys([&one])), PlanRefusal::Merge(MergeRefusal::NothingToMerge)),
        (join(&one, keys([])), PlanRefusal::Merge(MergeRefusal::NothingToMerge)),
        (join(&one, keys([&key("CarePlan", 5)])), PlanRefusal::Merge(MergeRefusal::KindsDiffer)),
        (join(&one, keys([&key("Goal", 99)])), PlanRefusal::NoSuchItem),
        (join(&one, keys([&key("Goal", 7)])), PlanRefusal::ItemIsOver),
        (apart(8, keys([&one])), PlanRefusal::Merge(MergeRefusal::NothingToMerge)),
        (apart(8, keys([&one, &key("CarePlan", 5)])), PlanRefusal::Merge(MergeRefusal::KindsDiffer)),
        // Those two are one by then.
        (apart(8, keys([&one, &other])), PlanRefusal::Merge(MergeRefusal::NothingToMerge)),
    ];
    for (decision, refusal) in wrong {
        assert_eq!(refused(&plan, merge([good(), decision])), refusal);
    }
    let note = key("Communication", 6);
    let twice =
        after(plan.clone(), add(10, NewItem::Note { sector: "social".parse().unwrap(), text: text("Ring") }));
    assert_eq!(
        refused(&twice, merge([join(&note, keys([&key("Communication", 10)]))])),
        PlanRefusal::NotForThisKind
    );
    assert_eq!(refused(&plan, merge([])), PlanRefusal::Merge(MergeRefusal::NothingToMerge));
}

#[test]
fn the_history_says_what_was_joined_to_what_and_what_was_taken_apart() {
    let first = PlanCommand::Register {
        citizen: Citizen::new(CITIZEN.parse().unwrap()),
        caseworker: "anne.jensen".parse().unwrap(),
    };
    let mut events = decide(None, first, &context()).unwrap();
    let (one, other) = (key("Goal", 1), key("Goal", 2));
    for command in [
        add(1, new_goal("social", "Bo alene")),
        add(2, new_goal("housing", "Bo alene!")),
        merge([join(&one, keys([&other]))]),
        separate(3, &other),
    ] {
        let plan = Plan::from_events(&events).unwrap();
        events.extend(decide(Some(&plan), command, &context()).unwrap());
    }
    let told: Vec<_> =
        history(&events).unwrap().into_iter().map(|change| change.text.reveal().to_owned()).collect();
    assert_eq!(
        told[3..],
        [
            "Mål »Bo alene!« lagt sammen med »Bo alene«",
            "Mål »Bo alene!« skilt fra »Bo alene« igen",
            "Holdt hver for sig tilføjet: To forskellige",
        ]
    );
}

/// The same goal by hand (1) and from a system (`Goal/theirs`), joined, and the bundle that it came in.
fn joined_with_a_report() -> Plan {
    let mut reported = goal("theirs", "active");
    reported["description"] = json!({ "text": "At bo alene" });
    let plan = after(empty_plan(), add(1, new_goal("social", "At bo alene")));
    let plan = taken(&plan, "2026-05-01T08:00:00Z", &[reported]).0;
    let [proposal] = &proposed(&plan)[..] else { panic!("{:?}", proposed(&plan)) };
    assert_eq!(
        proposal.items,
        [key("Goal", 1), "Goal/theirs".parse().unwrap()],
        "what is written here leads"
    );
    after(plan, merge([join(&proposal.items[0], keys([&proposal.items[1]]))]))
}

fn taken(plan: &Plan, at: &str, resources: &[Value]) -> (Plan, enplan_domain::fhir::ImportReport) {
    let resources = [&[patient()], resources].concat();
    let read = read_bundle(&bundle(at, &resources), Limits::default()).unwrap();
    let Import { events, report, .. } = import(Some(plan), &read, &context()).unwrap();
    (events.iter().fold(plan.clone(), Plan::apply), report)
}

#[test]
fn the_next_report_changes_its_own_part_of_what_was_joined_and_brings_no_duplicate() {
    let plan = joined_with_a_report();
    let theirs: ItemKey = "Goal/theirs".parse().unwrap();
    let mut same = goal("theirs", "active");
    same["description"] = json!({ "text": "At bo alene" });
    let (again, report) = taken(&plan, "2026-05-02T08:00:00Z", &[same.clone()]);
    assert_eq!((report.unchanged, report.joined), (vec![theirs.clone()], vec![]));
    assert!(again.is_part(&again.items[&theirs]));

    same["description"] = json!({ "text": "At bo alene uden støtte" });
    let (changed, report) = taken(&again, "2026-05-03T08:00:00Z", &[same]);
    assert_eq!(
        report.joined,
        std::slice::from_ref(&theirs),
        "whoever imports is told that it belongs to something else"
    );
    assert_eq!(changed.items[&theirs].text.reveal(), "At bo alene uden støtte");
    assert!(changed.is_part(&changed.items[&theirs]));
    assert_eq!(changed.items[&key("Goal", 1)], plan.items[&key("Goal", 1)], "and what leads is not touched");
    assert_eq!(changed.joined().items_of(ItemKind::Goal).count(), 1);

    let (withdrawn, _) = taken(&changed, "2026-05-04T08:00:00Z", &[goal("theirs", "entered-in-error")]);
    assert_eq!(withdrawn.items[&theirs].status, Status::Withdrawn);
    assert_eq!(withdrawn.joined().items_of(ItemKind::Goal).count(), 1);
}

#[test]
fn what_led_and_was_entered_in_error_lets_go_of_what_was_joined_to_it() {
    let plan = joined_with_a_report();
    let gone = after(plan, PlanCommand::Change { item: key("Goal", 1), change: ItemChange::Withdraw });
    let read = gone.joined();
    let left: Vec<_> = read.items_of(ItemKind::Goal).map(|goal| goal.key.to_string()).collect();
    assert_eq!(left, ["Goal/theirs"]);
}

#[test]
fn what_is_joined_in_a_ring_by_a_file_stands_each_by_itself() {
    let mut plan = gathered();
    for (from, to) in [(3, 4), (4, 3)] {
        let target = key("Goal", to);
        let item = plan.items.get_mut(&key("Goal", from)).unwrap();
        item.links.insert(enplan_domain::plan::Link { role: LinkRole::JoinedTo, target, rank: None });
    }
    assert_eq!(plan.joined().items_of(ItemKind::Goal).count(), 2);
}

#[test]
fn a_package_without_what_leads_holds_its_part_alone_and_no_trace_of_the_rest() {
    let plan = gathered();
    let plan = after(plan, merge([join(&key("Goal", 3), keys([&key("Goal", 4)]))]));
    let mut draft = consent();
    draft.sections = crate::sample::sections(&["health/goals"]);
    let basis = LegalBasis::record(draft, &plan.citizen.cpr, &context()).unwrap();
    let sent = PlanDocument::new(&plan, &basis).plan;
    let items: Vec<_> = sent.items.keys().collect();
    assert_eq!(items, [&key("Goal", 4)]);
    assert_eq!(sent.items[&key("Goal", 4)].links, BTreeSet::new());
    assert!(!sent.is_part(&sent.items[&key("Goal", 4)]));
}

#[test]
fn a_joined_plan_that_is_exported_imports_to_a_plan_that_reads_the_same() {
    let plan = joined_with_a_report();
    let exporting = Exporting {
        bundle: Uuid::from_u128(1),
        citizen: Uuid::from_u128(2),
        at: "2026-06-01T09:00:00Z".parse().unwrap(),
    };
    let bytes = serde_json::to_vec(&export(&plan, &Received::default(), &exporting)).unwrap();
    let read = import(None, &read_bundle(&bytes, Limits::default()).unwrap(), &context()).unwrap();
    let read = Plan::from_events(&read.events).unwrap();
    let parts = |plan: &Plan| -> Vec<(ItemKey, ItemKey)> {
        let parts = plan.live_items().map(|item| (item.key.clone(), plan.leading(item).key.clone()));
        parts.collect()
    };
    assert_eq!(parts(&read), parts(&plan));
    assert_eq!(proposed(&read), []);
}

const WORDS: [&str; 5] =
    ["Bo alene", "At bo alene", "Egen bolig", "egen bolig!", "At holde fast i egen bolig"];

/// A plan of goals and actions in the words of several departments, some of them from two gathered plans.
fn any_plan() -> impl Strategy<Value = Plan> {
    let one = (0..WORDS.len(), any::<bool>(), 0..4_usize, proptest::option::of(1..3_u128), 0..3_u128);
    proptest::collection::vec(one, 2..9).prop_map(|items| {
        let plan = after(empty_plan(), add(1, source_plan("employment", "min-plan")));
        let mut plan = after(plan, add(2, source_plan("health", "rehabilitation")));
        for (n, (words, is_goal, sector, taken_from, serves)) in (10..).zip(items) {
            let sector = ["social", "employment", "health", "housing"][sector];
            let taken_from = taken_from.map(|from| key("CarePlan", from));
            let above = Some(key("Goal", 10 + serves)).filter(|goal| plan.items.contains_key(goal));
            let item = if is_goal {
                NewItem::Goal {
                    sector: sector.parse().unwrap(),
                    text: text(WORDS[words]),
                    part_of: above.filter(|_| n % 3 == 0),
                    taken_from,
                }
            } else {
                let NewItem::Action { sector, text, starts, ends, goal, agreed, .. } =
                    new_action(sector, WORDS[words], above)
                else {
                    unreachable!("an action")
                };
                NewItem::Action { sector, text, starts, ends, goal, taken_from, agreed }
            };
            plan = after(plan, add(n, item));
        }
        plan
    })
}

/// What a person could decide of each proposal, the n-th by the n-th of these.
fn decided(proposals: &[Proposal], joins: &[bool], ids: u128) -> Vec<MergeDecision> {
    let decide = |(n, proposal): (usize, &Proposal)| {
        let items: BTreeSet<_> = proposal.items.iter().cloned().collect();
        let others = proposal.items[1..].iter().cloned().collect();
        if joins[n % joins.len()] { join(&proposal.items[0], others) } else { apart(ids + n as u128, items) }
    };
    proposals.iter().enumerate().map(decide).collect()
}

/// An item without what a person decided of it.
fn bare(item: &Item) -> Item {
    let links = item.links.iter().filter(|link| link.role != LinkRole::JoinedTo).cloned().collect();
    Item { links, ..item.clone() }
}

proptest! {
    #[test]
    fn a_proposal_is_of_one_kind_explained_and_the_same_whatever_came_first(plan in any_plan()) {
        for proposal in proposed(&plan) {
            prop_assert!(proposal.items.len() > 1 && !proposal.why.is_empty());
            let kinds: BTreeSet<_> = proposal.items.iter().map(|key| plan.items[key].kind).collect();
            prop_assert_eq!(kinds.len(), 1);
        }
        let backwards = plan.items.values().rev().fold(empty_plan(), |mut plan, item| {
            plan.items.insert(item.key.clone(), item.clone());
            plan
        });
        prop_assert_eq!(proposed(&backwards), proposed(&plan));
    }

    #[test]
    fn joining_loses_no_word_no_code_no_link_and_no_origin(
        plan in any_plan(), joins in proptest::collection::vec(any::<bool>(), 1..5),
    ) {
        let decisions: Vec<_> = decided(&proposed(&plan), &joins, 1000)
            .into_iter()
            .filter(|decision| matches!(decision, MergeDecision::Join { .. }))
            .collect();
        prop_assume!(!decisions.is_empty());
        let merged = after(plan.clone(), merge(decisions));
        let items = |plan: &Plan| plan.items.values().map(bare).collect::<Vec<_>>();
        prop_assert_eq!(items(&merged), items(&plan));
        // And as it is read, whatever led somewhere leads to what leads that, unless that is itself.
        let read = merged.joined();
        for item in plan.live_items() {
            let leading = merged.leading(&merged.items[&item.key]);
            for link in &item.links {
                let target = &merged.leading(&merged.items[&link.target]).key;
                let is_there = read.items[&leading.key].links_to(link.role).any(|key| key == target);
                prop_assert!(is_there || *target == leading.key, "{:?} of {}", link.role, item.key);
            }
        }
    }

    #[test]
    fn whoever_decides_all_that_is_proposed_is_soon_asked_nothing_and_never_the_same_twice(
        mut plan in any_plan(), joins in proptest::collection::vec(any::<bool>(), 1..5),
    ) {
        let mut asked = BTreeSet::new();
        for round in 0..20_u128 {
            let open = proposed(&plan);
            if open.is_empty() {
                return Ok(());
            }
            // One at a time: what is decided of one can answer another.
            let decision = decided(&open[..1], &joins, 1000 + round);
            prop_assert!(asked.insert(open[0].items.clone()), "asked again of {:?}", open[0]);
            plan = after(plan, merge(decision));
        }
        prop_assert!(false, "still asked after twenty decisions");
    }

    #[test]
    fn in_whichever_order_it_is_decided_the_plan_reads_the_same(
        plan in any_plan(), joins in proptest::collection::vec(any::<bool>(), 1..5),
    ) {
        let mut seen = BTreeSet::new();
        let alone = proposed(&plan).into_iter().filter(|one| one.items.iter().all(|key| seen.insert(key.clone())));
        let decisions = decided(&alone.collect::<Vec<_>>(), &joins, 1000);
        prop_assume!(!decisions.is_empty());
        let forwards = after(plan.clone(), merge(decisions.clone()));
        let backwards = after(plan, merge(decisions.into_iter().rev()));
        prop_assert_eq!(forwards, backwards);
    }

    #[test]
    fn joins_that_hang_together_give_one_thing_in_whichever_order(order in Just([0, 1, 2]).prop_shuffle()) {
        let plan = ["social", "health", "housing", "employment"].iter().zip(1..).fold(empty_plan(), |plan, (sector, n)| {
            after(plan, add(n, new_goal(sector, "Bo alene")))
        });
        let goal = |n| key("Goal", n);
        let joins = [
            join(&goal(1), keys([&goal(2)])), join(&goal(2), keys([&goal(3)])), join(&goal(3), keys([&goal(4)])),
        ];
        let merged = after(plan, merge(order.map(|n| joins[n].clone())));
        let parts: Vec<_> = merged.parts_of(&merged.items[&goal(1)]).map(|part| part.key.clone()).collect();
        prop_assert_eq!(parts, [goal(2), goal(3), goal(4)]);
        for part in [2, 3, 4] {
            prop_assert_eq!(merged.items[&goal(part)].links_to(LinkRole::JoinedTo).collect::<Vec<_>>(), [&goal(1)]);
        }
    }

    #[test]
    fn a_plan_that_takes_another_in_has_everything_of_both(one in any_plan(), other in any_plan()) {
        let other = renumbered(&other);
        let merged = after(one.clone(), take_in(&other));
        for plan in [&one, &other] {
            for (key, item) in &plan.items {
                prop_assert_eq!(&merged.items[key], item);
            }
        }
        prop_assert_eq!(merged.items.len(), one.items.len() + other.items.len());
        prop_assert_eq!(&merged.bases, &one.bases);
        // Taken in once more, nothing more comes of it.
        let again = taken_in(&merged, &other, &context()).unwrap();
        prop_assert_eq!((again.new, again.newer), (vec![], vec![]));
    }
}

fn other_case() -> CaseId {
    CaseId::from_bytes([9; 16])
}

fn take_in(plan: &Plan) -> PlanCommand {
    PlanCommand::TakeIn { from: other_case(), plan: Box::new(plan.clone()) }
}

/// The same plan under other ids.
fn renumbered(plan: &Plan) -> Plan {
    let renamed = |key: &ItemKey| ItemKey::new(key.resource_type(), &format!("there-{}", key.id())).unwrap();
    let mut other = empty_plan();
    other.items = plan
        .items
        .values()
        .map(|item| {
            let links = item.links.iter().cloned().map(|mut link| {
                link.target = renamed(&link.target);
                link
            });
            let (key, links) = (renamed(&item.key), links.collect());
            (key.clone(), Item { key, links, ..item.clone() })
        })
        .collect::<BTreeMap<_, _>>();
    other
}

#[test]
fn a_plan_that_arrived_is_laid_into_the_one_that_was_here_with_protection_and_where_it_came_from() {
    let here = after(empty_plan(), add(1, new_goal("social", "Bo alene")));
    let arrival = Arrival {
        from: crate::sample::hilleroed(),
        transfer: TransferId::from_bytes([3; 16]),
        epoch: Epoch(2),
        at: "2026-05-31T10:00:00Z".parse().unwrap(),
        left_out: BTreeSet::new(),
    };
    let mut arrived = renumbered(&after(empty_plan(), add(2, new_goal("social", "bo alene."))));
    arrived.items.values_mut().for_each(|item| item.provenance.municipality = crate::sample::hilleroed());
    arrived.arrivals = vec![arrival.clone()];
    arrived.citizen.protected = true;
    arrived.citizen.name = text("TESTDATA Borger");
    arrived.citizen.known_as.insert("Patient/theirs".parse().unwrap());
    let basis = LegalBasis::record(consent(), &arrived.citizen.cpr, &context()).unwrap();
    arrived.bases.insert(basis.id(), basis);

    let merged = after(here, take_in(&arrived));
    assert!(merged.citizen.protected);
    assert_eq!(merged.citizen.name, arrived.citizen.name);
    assert!(merged.citizen.known_as.contains(&"Patient/theirs".parse().unwrap()));
    assert_eq!(merged.arrivals, [arrival]);
    assert!(merged.bases.is_empty(), "a consent covers the case that it names");
    let [proposal] = &proposed(&merged)[..] else { panic!("{:?}", proposed(&merged)) };
    assert_eq!(proposal.items.len(), 2, "one sector, and two municipalities");

    let gone = after(arrived, PlanCommand::MergeInto { into: other_case() });
    assert!(matches!(gone.life, Life::Closed { reason: CloseReason::Merged, .. }));
    assert_eq!(gone.merged_into, Some(other_case()));
    assert_eq!(refused(&gone, add(5, new_goal("social", "For sent"))), PlanRefusal::Closed);
    let withdraw = PlanCommand::WithdrawBasis { id: consent().id };
    assert_eq!(
        decide(Some(&gone), withdraw, &context()).unwrap().len(),
        1,
        "a consent can be withdrawn still"
    );
}

#[test]
fn of_what_both_plans_have_under_one_id_the_newer_is_kept_and_the_person_is_told() {
    let here = after(empty_plan(), add(1, new_goal("social", "Bo alene")));
    let mut there = here.clone();
    let item = there.items.get_mut(&key("Goal", 1)).unwrap();
    item.text = text("Bo alene i Hillerød");
    item.provenance.as_of = "2026-06-02T10:00:00Z".parse().unwrap();
    let taken = taken_in(&here, &there, &context()).unwrap();
    assert_eq!((taken.new, taken.newer, taken.kept), (vec![], vec![key("Goal", 1)], vec![]));
    let taken = taken_in(&there, &here, &context()).unwrap();
    assert_eq!((taken.newer, taken.kept), (vec![], vec![key("Goal", 1)]));
    assert_eq!(after(here, take_in(&there)).items, there.items);
}

#[test]
fn two_plans_that_can_not_be_one_are_refused_by_name() {
    let here = empty_plan();
    let mut others = empty_plan();
    others.citizen = Citizen::new("6101811002".parse().unwrap());
    assert_eq!(refused(&here, take_in(&others)), PlanRefusal::Merge(MergeRefusal::NotTheirPlan));
    let closed = after(empty_plan(), PlanCommand::Close { reason: CloseReason::Finished, note: text("") });
    assert_eq!(refused(&here, take_in(&closed)), PlanRefusal::Closed);
    let sharing = PlanCommand::Share {
        id: Uuid::from_u128(4),
        item: Box::new(new_goal("children", "Ro om morgenen")),
        with: BTreeSet::from([CaseId::from_bytes([5; 16]), CaseId::from_bytes([6; 16])]),
    };
    let shared = after(empty_plan(), sharing);
    assert_eq!(refused(&here, take_in(&shared)), PlanRefusal::Merge(MergeRefusal::EndsWhatIsShared));
    assert_eq!(
        refused(&shared, PlanCommand::MergeInto { into: other_case() }),
        PlanRefusal::Merge(MergeRefusal::EndsWhatIsShared)
    );
    // The other way around it goes on.
    assert!(decide(Some(&shared), take_in(&here), &context()).is_ok());
    let frozen = enplan_domain::Context { frozen: true, ..context() };
    assert_eq!(decide(Some(&here), take_in(&empty_plan()), &frozen), Err(PlanRefusal::HandoverUnderWay));
}

#[test]
fn a_relation_that_both_plans_have_is_one_relation_and_two_holders_of_sole_custody_are_refused() {
    let related = |custody, person: Option<&str>, n: u128| {
        let ground = PersonGround::Consent { given_on: date(2026, 5, 1) };
        let person = person.map(|cpr| RelatedPerson { cpr: cpr.parse().ok(), name: text(""), ground });
        let relation = Relation { kinship: Kinship::Parent, custody, person };
        let new =
            NewItem::Relation { sector: "children".parse().unwrap(), relation, starts: None, ends: None };
        let mut child = empty_plan();
        child.citizen = Citizen::new("6101154001".parse().unwrap());
        after(child, add(n, new))
    };
    let mother = related(Some(Custody::Sole), Some("6101811003"), 1);
    let father = related(Some(Custody::Sole), Some("6101811005"), 2);
    assert_eq!(refused(&mother, take_in(&father)), PlanRefusal::CustodyHeldByAnother);
    let somebody = related(Some(Custody::Without), None, 2);
    assert_eq!(after(mother.clone(), take_in(&somebody)).relations_on(TODAY).count(), 2);

    let again = related(Some(Custody::Sole), Some("6101811003"), 2);
    let taken = taken_in(&mother, &again, &context()).unwrap();
    assert_eq!(taken.relations, [key("RelatedPerson", 2)]);
    let merged = after(mother, take_in(&again));
    assert_eq!((merged.items.len(), merged.relations_on(TODAY).count()), (2, 1));
    assert_eq!(merged.custody_on(TODAY).len(), 1);
}

#[test]
fn an_event_of_merging_reads_as_it_was_stored() {
    let here = after(empty_plan(), add(1, new_goal("social", "Bo alene")));
    let there = renumbered(&here);
    for (plan, command) in [(&here, take_in(&there)), (&there, PlanCommand::MergeInto { into: other_case() })]
    {
        for event in decide(Some(plan), command, &context()).unwrap() {
            let stored = serde_json::to_value(&event).unwrap();
            let read: PlanEvent = serde_json::from_value(stored.clone()).unwrap();
            assert_eq!((&read, &stored["type"]), (&event, &json!(event.name())));
        }
    }
}
