use std::collections::BTreeMap;

use enplan_domain::deadlines::{DeadlineKind, Urgency, deadlines};
use enplan_domain::fhir::{Limits, import, read_bundle};
use enplan_domain::plan::findings::{FindingCode, findings};
use enplan_domain::plan::merging::proposals;
use enplan_domain::plan::{Address, CriterionFinding, Item, ItemKind, LinkRole, Membership};
use enplan_domain::{Context, catalogue};

use super::well_known::WELL_KNOWN;
use super::*;

fn now() -> Timestamp {
    "2026-03-05T09:00:00Z".parse().unwrap()
}

fn today() -> Date {
    danish_day(now())
}

fn named<'a>(residents: &'a [Resident], name: &str) -> &'a Resident {
    residents.iter().find(|resident| resident.plan.citizen.name.reveal() == name).unwrap()
}

fn age(resident: &Resident) -> i16 {
    resident.plan.citizen.cpr.age_on(today())
}

fn items(residents: &[Resident]) -> impl Iterator<Item = (&Resident, &Item)> {
    residents.iter().flat_map(|resident| resident.plan.live_items().map(move |item| (resident, item)))
}

#[test]
fn the_same_people_come_every_time() {
    let (first, second) = (everybody(now()).unwrap(), everybody(now()).unwrap());
    assert_eq!(first.len(), second.len());
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one.events, other.events);
    }
}

#[test]
fn whoever_is_of_age_and_when_the_trial_ran_does_not_depend_on_the_day_it_is() {
    let later = everybody("2026-09-17T09:00:00Z".parse().unwrap()).unwrap();
    for (one, other) in everybody(now()).unwrap().iter().zip(&later) {
        assert_eq!(one.plan.citizen.name, other.plan.citizen.name);
        let is_known = one.plan.citizen.name.reveal() == SEVENTEEN.name;
        assert!(is_known || one.plan.citizen.cpr == other.plan.citizen.cpr);
    }
}

#[test]
fn nobody_is_called_otherwise_next_year() {
    let names = |now: &str| -> Vec<String> {
        let residents = everybody(now.parse().unwrap()).unwrap();
        residents.iter().map(|resident| resident.plan.citizen.name.reveal().to_owned()).collect()
    };
    assert_eq!(names("2026-03-05T09:00:00Z"), names("2027-03-05T09:00:00Z"));
}

#[test]
fn nobody_in_the_demo_can_be_taken_for_somebody_real() {
    let residents = everybody(now()).unwrap();
    let (mut numbers, mut names) = (BTreeSet::new(), BTreeSet::new());
    for resident in &residents {
        let citizen = &resident.plan.citizen;
        assert!(citizen.cpr.is_replacement());
        assert!(numbers.insert(citizen.cpr.reveal()[6..].to_owned()), "a serial is there twice");
        assert!(citizen.name.reveal().starts_with("TESTDATA "), "{}", citizen.name.reveal());
        assert!(names.insert(citizen.name.reveal()), "{}", citizen.name.reveal());
    }
    for (_, item) in items(&residents) {
        let contact = item.agreed.contact.as_ref();
        assert!(contact.is_none_or(|contact| contact.name.reveal().starts_with("TESTDATA ")));
        assert!(contact.is_none_or(|contact| contact.phone.reveal().starts_with("00 00 ")));
    }
}

#[test]
fn there_are_as_many_as_the_municipalities_wrote() {
    let residents = everybody(now()).unwrap();
    let mut counts = BTreeMap::new();
    for resident in &residents {
        *counts.entry(resident.municipality.name().unwrap()).or_insert(0) += 1;
    }
    assert_eq!(counts["Fredensborg"], 23);
    assert_eq!(counts["Gribskov"], FAMILIES.iter().sum::<u16>() + 15);
    assert!(
        counts.iter().all(|(name, count)| *name == "Gribskov" || (15..=25).contains(count)),
        "{counts:?}"
    );
    assert_eq!(residents.len(), 240);
}

#[test]
fn gribskov_has_fifteen_families_of_two_to_four_and_fifteen_young_people() {
    let residents = everybody(now()).unwrap();
    let gribskov: Vec<_> =
        residents.iter().filter(|resident| resident.municipality.name() == Some("Gribskov")).collect();
    let (families, young) = gribskov.split_at(gribskov.len() - 15);
    let mut homes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for resident in families {
        let Address::Known(address) = resident.plan.citizen.address() else { panic!("no address") };
        let surname = resident.plan.citizen.name.reveal().split_whitespace().skip(2).collect::<Vec<_>>();
        homes.entry((address.reveal(), surname)).or_default().push(age(resident));
    }
    assert_eq!(homes.len(), 15);
    for ages in homes.values() {
        assert!((2..=4).contains(&ages.len()), "{ages:?}");
        assert!(ages.iter().any(|age| *age < 18) && ages.iter().any(|age| *age > 30), "{ages:?}");
    }
    let ages: Vec<_> = young.iter().map(|resident| age(resident)).collect();
    assert!(ages.iter().all(|age| (15..=30).contains(age)), "{ages:?}");
}

#[test]
fn everybody_has_a_plan_of_the_years_that_are_told_and_nothing_of_tomorrow() {
    let residents = everybody(now()).unwrap();
    let mut years = BTreeSet::new();
    for resident in &residents {
        assert_eq!(Plan::from_events(&resident.events).unwrap(), resident.plan);
        let at: Vec<_> = resident.events.iter().map(|event| event.stamp().at).collect();
        assert!(at.is_sorted() && at.iter().all(|at| *at < now()));
        years.extend(at.iter().map(|at| danish_day(*at).year()));
        let sections = resident.plan.sections().len();
        assert!(sections >= 5, "{} has {sections} sections", resident.plan.citizen.name.reveal());
    }
    assert!([2017, 2018, 2019, 2020, 2026].iter().all(|year| years.contains(year)), "{years:?}");
}

#[test]
fn an_exemption_is_leaned_on_only_where_and_while_it_was_adopted() {
    let residents = everybody(now()).unwrap();
    let (mut leaning, mut forgotten) = (BTreeSet::new(), 0);
    for (resident, item) in items(&residents) {
        let Some(exemption) = &item.agreed.exemption else { continue };
        let adopted = exemptions::of(resident.municipality).unwrap();
        assert_eq!(adopted.check(exemption, item.starts.unwrap().day()), Ok(()));
        leaning.insert((resident.municipality, exemption.clone()));
        match item.ends {
            Some(ends) => assert!(catalogue::TRIAL.holds_on(ends.day()), "{exemption} goes on"),
            None if resident.plan.is_closed() => {}
            None => {
                // What was forgotten is out of time, and the plan and the work list say so.
                let found = findings(&resident.plan, today(), &adopted);
                assert!(found.iter().any(|one| one.code == FindingCode::ExemptionOver));
                let due = deadlines(&resident.plan);
                assert!(due.iter().any(|due| due.kind == DeadlineKind::ExemptionEnds));
                forgotten += 1;
            }
        }
    }
    assert!(leaning.len() > 15, "{leaning:?}");
    assert!((1..=30).contains(&forgotten), "{forgotten}");
}

#[test]
fn every_provision_held_on_the_day_that_the_action_was_agreed() {
    let residents = everybody(now()).unwrap();
    let mut provisions = BTreeSet::new();
    for resident in &residents {
        for event in &resident.events {
            let PlanEvent::ItemRecorded { stamp, item } = event else { continue };
            let Some(provision) = item.agreed.provision.as_ref().filter(|_| item.ends.is_none()) else {
                continue;
            };
            let is_new = item.provenance.as_of == stamp.at;
            assert!(is_new && catalogue::provision(provision, danish_day(stamp.at)).is_some(), "{provision}");
            provisions.insert(provision.clone());
        }
    }
    for both_acts in ["lab-2014-42", "lab-57", "servicelov-52", "barnets-lov-32"] {
        assert!(provisions.contains(both_acts), "{both_acts} is nowhere");
    }
}

#[test]
fn some_follow_ups_are_due_now_and_some_goals_are_reached_and_some_dropped() {
    use enplan_domain::plan::Status;
    let residents = everybody(now()).unwrap();
    let has = |kind: ItemKind, which: &dyn Fn(&Item) -> bool| {
        items(&residents).filter(|(_, item)| item.kind == kind && which(item)).count()
    };
    let near = |item: &Item| {
        let (first, last) = (today() - 8.days(), today() + 1.day());
        item.status == Status::Planned && item.starts.is_some_and(|on| (first..=last).contains(&on.day()))
    };
    assert!(has(ItemKind::FollowUp, &near) >= 5);
    assert!(has(ItemKind::FollowUp, &|item| item.status == Status::Ended) >= 240);
    assert!(has(ItemKind::Goal, &|item| item.status == Status::Ended) >= 20);
    assert!(has(ItemKind::Goal, &|item| item.status == Status::Cancelled) >= 10);
    assert!(has(ItemKind::Intervention, &Item::waits_for_readiness) >= 20);
    assert!(residents.iter().any(|resident| resident.plan.is_closed()));
}

#[test]
fn there_are_meetings_held_and_to_come_decisions_that_became_actions_conflicts_and_plans_that_changed_hands()
{
    use enplan_domain::plan::Status;
    let residents = everybody(now()).unwrap();
    let meetings = |status: Status| {
        let of =
            |(_, item): &(&Resident, &Item)| item.kind == ItemKind::NetworkMeeting && item.status == status;
        items(&residents).filter(of).count()
    };
    assert!(meetings(Status::Ended) >= 100 && meetings(Status::Planned) >= 20);
    let decided = items(&residents).filter(|(_, item)| item.kind == ItemKind::Intervention);
    assert!(decided.filter(|(_, item)| item.links_to(LinkRole::DecidedAt).next().is_some()).count() >= 20);
    let unread = residents.iter().filter(|resident| resident.plan.unread_notes().next().is_some()).count();
    let handed_on = items(&residents).filter(|(_, item)| item.note_to.is_some()).count();
    assert!(unread >= 1 && handed_on > unread, "{unread} of {handed_on}");
    let in_conflict = residents.iter().filter(|resident| {
        let adopted = exemptions::of(resident.municipality).unwrap();
        findings(&resident.plan, today(), &adopted).iter().any(|finding| finding.code.is_conflict())
    });
    let in_conflict = in_conflict.count();
    assert!((5..120).contains(&in_conflict), "{in_conflict}");
}

#[test]
fn the_citizens_own_assessments_are_a_series_and_the_target_group_is_assessed_again_with_another_outcome() {
    let residents = everybody(now()).unwrap();
    let mut longest = 0;
    let mut changed = 0;
    for resident in &residents {
        let mut by_area: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut memberships = Vec::new();
        for item in resident.plan.live_items() {
            if let Some(area) = item.area.as_ref().filter(|_| item.kind == ItemKind::SelfAssessment) {
                by_area.entry(area).or_default().insert(item.starts.unwrap().day());
            }
            if let Some(assessed) = &item.target_group {
                let answers = assessed.answers.values();
                let unclear = |finding| finding == CriterionFinding::Unclear;
                assert!(answers.clone().all(|answer| unclear(answer.finding) == answer.reason.is_empty()));
                assert_eq!(assessed.wording.len(), answers.len() + 1);
                memberships.push((item.starts.unwrap().day(), assessed.membership()));
            }
        }
        assert!(!by_area.is_empty() && !memberships.is_empty());
        longest = longest.max(by_area.values().map(BTreeSet::len).max().unwrap_or(0));
        memberships.sort();
        changed += usize::from(memberships.windows(2).any(|pair| pair[0].1 != pair[1].1));
        if resident.plan.citizen.name.reveal() == GATHERED.name {
            let found: Vec<_> = memberships.iter().map(|(_, found)| *found).collect();
            assert_eq!(found, [Membership::Unclear, Membership::Inside]);
        }
    }
    assert!(longest >= 4 && changed >= 20, "{longest} {changed}");
}

#[test]
fn work_lists_have_meetings_to_come_complaints_to_expect_children_to_hear_and_what_is_overdue() {
    let residents = everybody(now()).unwrap();
    let mut standing: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for resident in &residents {
        let adopted = exemptions::of(resident.municipality).unwrap();
        for due in deadlines(&resident.plan) {
            if let Some(stands) = due.standing(today(), &adopted) {
                standing.entry(due.kind).or_default().insert(stands.urgency);
            }
        }
    }
    let has = |kind, urgency| standing.get(&kind).is_some_and(|there| there.contains(&urgency));
    assert!(has(DeadlineKind::NetworkMeeting, Urgency::Upcoming), "{standing:?}");
    assert!(
        standing.contains_key(&DeadlineKind::Complaint) && standing.contains_key(&DeadlineKind::ChildHearing)
    );
    assert!(
        has(DeadlineKind::FollowUp, Urgency::Overdue) && has(DeadlineKind::ExemptionEnds, Urgency::Overdue)
    );
    assert!(has(DeadlineKind::Decision, Urgency::Upcoming) && has(DeadlineKind::Decision, Urgency::Overdue));
    // What is overdue is of late, or it would hide what matters: but for exemptions that somebody forgot.
    let stale = residents.iter().flat_map(|resident| deadlines(&resident.plan));
    let stale = stale.filter(|due| due.kind == DeadlineKind::Decision && due.due < today() - 365.days());
    assert!(stale.count() <= 10);
}

#[test]
fn each_units_caseworker_has_citizens_whom_the_other_does_not_see() {
    let residents = everybody(now()).unwrap();
    for (municipality, name) in THE_NINE {
        let here = residents.iter().filter(|resident| resident.municipality == municipality);
        let units: BTreeSet<_> =
            here.map(|resident| (resident.unit, resident.plan.caseworker.to_string())).collect();
        assert_eq!(units.len(), 2, "{name}");
    }
}

#[test]
fn those_who_are_well_known_show_what_they_are_known_for() {
    let residents = everybody(now()).unwrap();
    for known in WELL_KNOWN {
        let resident = named(&residents, known.name);
        assert_eq!(resident.municipality.name(), Some(known.municipality));
        assert_eq!(resident.plan.is_closed(), known.name == ENDED.name, "{}", known.name);
    }
    let gathered = &named(&residents, GATHERED.name).plan;
    let sources: BTreeSet<_> =
        gathered.live_items().flat_map(|item| item.links_to(LinkRole::TakenFrom)).collect();
    let kinds: BTreeSet<_> =
        sources.iter().filter_map(|key| gathered.items[*key].plan_kind.as_deref()).collect();
    assert_eq!(kinds, BTreeSet::from(["min-plan", "sick-pay-follow-up", "rehabilitation"]));
    // What two of them both say waits for somebody to decide.
    let kinds = |plan: &Plan| -> Vec<_> {
        let proposals = proposals(plan, today());
        proposals.iter().map(|proposal| plan.items[&proposal.items[0]].kind).collect()
    };
    let waiting = kinds(gathered);
    for kind in [ItemKind::Barrier, ItemKind::Goal, ItemKind::Intervention] {
        assert!(waiting.contains(&kind), "{waiting:?}");
    }
    // Of the others few are asked about anything: a proposal is no noise.
    let asked = residents.iter().filter(|resident| !kinds(&resident.plan).is_empty()).count();
    assert!(asked < 20, "{asked}");

    let Address::Known(home) = named(&residents, PARENT.name).plan.citizen.address() else {
        panic!("no address")
    };
    for member in FAMILY {
        assert!(named(&residents, member).plan.citizen.lives_at(home), "{member}");
    }
    assert_eq!(named(&residents, PROTECTED.name).plan.citizen.address(), Address::Protected);
    assert_eq!(age(named(&residents, SEVENTEEN.name)), 17);
    assert!(age(named(&residents, MOVED.name)) >= 18);
    let ended = named(&residents, ENDED.name);
    let enplan_domain::plan::Life::Closed { at, .. } = ended.plan.life else { panic!("open still") };
    assert_eq!(danish_day(at), date(2020, 6, 30));
    let leant = ended.plan.live_items().filter(|item| item.agreed.exemption.is_some());
    let leant: Vec<_> = leant.map(|item| item.ends).collect();
    assert!(!leant.is_empty() && leant.iter().all(Option::is_some), "{leant:?}");
}

#[test]
fn the_bundle_of_the_tour_is_understood_whole_and_of_nobody_real() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/demo/testborger-gribskov.json");
    let bytes = std::fs::read(path).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("TESTDATA"));
    let bundle = read_bundle(&bytes, Limits::default()).unwrap();
    let context = Context {
        now: now(),
        actor: "sagsbehandler".parse().unwrap(),
        municipality: "0270".parse().unwrap(),
        frozen: false,
        adopted: catalogue::Adopted::default(),
    };
    let imported = import(None, &bundle, &context).unwrap();
    assert_eq!(imported.report.not_understood, []);
    assert_eq!(imported.report.remarks, []);
    assert_eq!(imported.report.added.len(), 8);
    let plan = Plan::from_events(&imported.events).unwrap();
    assert!(plan.citizen.cpr.is_replacement());
    // Whoever is imported is nobody of the demo's own, and none of them is mistaken for her.
    let residents = everybody(now()).unwrap();
    assert!(residents.iter().all(|resident| resident.plan.citizen.cpr != plan.citizen.cpr));
    assert!(residents.iter().all(|resident| !resident.plan.citizen.name.reveal().contains("Thyra")));
}
