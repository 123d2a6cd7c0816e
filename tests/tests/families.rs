//! Families: who may be named, who consents, plans side by side, and what siblings share: through both programs.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::time::SystemTime;

use enplan_tests::casework::text;
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person};
use serde_json::{Value, json};

const BY_LAW: [&str; 2] = ["--provision", "databeskyttelsesloven-11"];

/// Tries to write that somebody is this to the citizen of a case, by number.
fn tries_relation(person: &Person<'_>, case: &str, kinship: &str, other: &Citizen, more: &[&str]) -> Answer {
    let words = ["plan", "add-relation", case, "--sector", "children", "--kinship", kinship, "--cpr", "-"];
    let name = ["--name", &other.name];
    person.tries_with(&[&words[..], &name, more].concat(), &other.cpr)
}

#[track_caller]
fn relates(person: &Person<'_>, case: &str, kinship: &str, other: &Citizen, more: &[&str]) -> String {
    text(&tries_relation(person, case, kinship, other, &[&BY_LAW, more].concat()).done(), "item_id")
}

/// A mother and two children in her and nobody's else custody, recorded as siblings.
struct Family {
    mother: String,
    sister: String,
    brother: String,
    people: [Citizen; 3],
}

fn family(person: &Person<'_>, custody: &str) -> Family {
    let people = [Citizen::new(), Citizen::aged(12), Citizen::aged(9)];
    let [mother, sister, brother] = people.each_ref().map(|citizen| person.registers(citizen));
    for (child, sibling) in [(&sister, &people[2]), (&brother, &people[1])] {
        relates(person, child, "parent", &people[0], &["--custody", custody]);
        relates(person, child, "sibling", sibling, &[]);
    }
    for child in &people[1..] {
        relates(person, &mother, "child", child, &[]);
    }
    Family { mother, sister, brother, people }
}

#[test]
fn whom_a_number_leads_to_has_it_in_their_log_that_somebody_wrote_it() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (own, other) = (Citizen::new(), Citizen::new());
    let (case, theirs) = (gribskov.registers(&own), gribskov.registers(&other));
    let looks = || {
        let log = network.person("gribskov", "dpo").does(&["audit", "citizen", &theirs]);
        log["accesses"].as_array().unwrap().iter().filter(|one| one["action"] == "look-up-citizen").count()
    };
    assert_eq!(looks(), 0);
    relates(&gribskov, &case, "shares-home", &other, &[]);
    assert_eq!(looks(), 1);
    network
        .person("gribskov", "sagsbehandler2")
        .tries(&["plan", "show", &case])
        .is_refused(3, "ACCESS_NEED_TO_KNOW");
    let stranger = network.person("gribskov", "sagsbehandler2");
    tries_relation(&stranger, &case, "shares-home", &other, &BY_LAW).is_refused(3, "ACCESS_NEED_TO_KNOW");
    assert_eq!(looks(), 1, "whoever may not write the plan learns nothing of the number");
}

fn items<'a>(plan: &'a Value, kind: &str) -> Vec<&'a Value> {
    plan["items"].as_array().unwrap().iter().filter(|item| item["kind"] == kind).collect()
}

/// The year by this machine's clock, which the nodes go by.
fn this_year() -> u64 {
    1970 + SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 31_556_952
}

fn consent(person: &Person<'_>, case: &str, giver: &str) -> Answer {
    let what = ["consent", "record", case, "--to", HILLEROED, "--purpose", "TESTDATA", "--all-sections"];
    let until = format!("{}-12-31", this_year());
    person.tries(&[&what[..], &["--until", &until, "--form", "written", "--giver", giver]].concat())
}

/// The actions in a case's log.
fn log(network: &Network, case: &str) -> Vec<(String, String)> {
    let log = network.person("gribskov", "dpo").does(&["audit", "citizen", case]);
    let accesses = log["accesses"].as_array().unwrap();
    accesses.iter().map(|access| (text(access, "action"), text(access, "outcome"))).collect()
}

#[test]
fn somebody_else_is_named_on_a_ground_alone_and_masked_where_they_are_protected() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (mother, child) = (Citizen::new(), Citizen::aged(12));
    let case = gribskov.registers(&child);
    let before = gribskov.sees(&case);
    for (more, code) in [
        (&[][..], "THIRD_PERSON_WITHOUT_GROUND"),
        (&["--provision", "servicelov-85"], "THIRD_PERSON_WITHOUT_GROUND"),
        (&["--consent-given", "2099-01-01"], "DAY_NOT_COME"),
    ] {
        tries_relation(&gribskov, &case, "parent", &mother, more).is_refused(1, code);
    }
    tries_relation(&gribskov, &case, "sibling", &child, &BY_LAW).is_refused(1, "RELATED_TO_ONESELF");
    let custody = [&BY_LAW[..], &["--custody", "sole"]].concat();
    tries_relation(&gribskov, &case, "child", &mother, &custody).is_refused(1, "CUSTODY_NOT_THEIRS");
    assert_eq!(gribskov.sees(&case), before);

    relates(&gribskov, &case, "parent", &mother, &["--custody", "sole"]);
    tries_relation(&gribskov, &case, "parent", &mother, &custody).is_refused(1, "RELATION_ALREADY_THERE");
    let shown = items(&gribskov.sees(&case), "relation")[0]["relation"].clone();
    assert_eq!((&shown["name"], &shown["custody"]), (&json!(mother.name), &json!("sole")));

    let hers = gribskov.registers(&mother);
    gribskov.does(&["plan", "protect", &hers, "--on"]);
    let shown = gribskov.tries(&["plan", "show", &case]).stdout;
    assert!(!shown.contains(&mother.name) && !shown.contains(&mother.cpr[..6]), "{shown}");
    assert_eq!(items(&gribskov.sees(&case), "relation")[0]["relation"]["protected"], true);
}

#[test]
fn a_consent_for_a_child_is_taken_from_those_whom_the_plan_records() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (mother, father) = (Citizen::new(), Citizen::new());
    let case = gribskov.registers_with_plan(&Citizen::aged(15));
    consent(&gribskov, &case, "custody-holder").done();

    let without = relates(&gribskov, &case, "parent", &mother, &["--custody", "without"]);
    consent(&gribskov, &case, "custody-holder").is_refused(1, "BASIS_NO_CUSTODY_RECORDED");
    gribskov.does(&["plan", "withdraw", &case, &without, "--yes"]);
    for parent in [&mother, &father] {
        relates(&gribskov, &case, "parent", parent, &["--custody", "shared"]);
    }
    consent(&gribskov, &case, "custody-holder").is_refused(1, "BASIS_ALL_HOLDERS_NEEDED");
    consent(&gribskov, &case, "custody-holders").is_refused(1, "BASIS_CHILD_NOT_HEARD");
    consent(&gribskov, &case, "young-person").done();
    gribskov.does(&["plan", "add-hearing", &case, "--sector", "children", "--text", "Jeg vil gerne"]);
    let basis = text(&consent(&gribskov, &case, "custody-holders").done(), "basis_id");
    let said = text(&gribskov.does(&["basis", "show", &case, &basis]), "text");
    assert!(said.contains("dem, der har fælles forældremyndighed"), "{said}");
}

#[test]
fn a_family_stands_side_by_side_and_each_look_is_in_each_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let Family { mother, sister, brother, people } = family(&gribskov, "sole");
    for case in [&sister, &brother] {
        let action = ["plan", "add-action", case, "--text", "Familierådgivning", "--sector", "children"];
        gribskov.does(&action);
    }
    let shown = gribskov.does(&["household", "show", &mother]);
    let members = shown["members"].as_array().unwrap();
    let cases: Vec<_> = members.iter().map(|member| text(member, "case_id")).collect();
    assert_eq!(cases, [mother.clone(), sister.clone(), brother.clone()]);
    assert_eq!((&members[1]["age"], &members[1]["to_be_heard"]), (&json!(12), &json!(true)));
    assert_eq!(members[2]["to_be_heard"], false, "{}", members[2]);
    assert_eq!(members[1]["custody"][0]["case_id"], json!(mother));
    assert_eq!(shown["overlaps"][0]["code"], "SAME_ACTION");
    for case in &cases {
        assert!(log(network, case).contains(&("see-household".into(), "done".into())), "{case}");
    }

    // Somebody protected is masked towards the others, and whoever is another unit's is only counted.
    gribskov.does(&["plan", "protect", &brother, "--on"]);
    let shown = gribskov.does(&["household", "show", &mother]);
    assert_eq!(shown["members"][2]["masked"], true);
    let screen = shown.to_string();
    assert!(!screen.contains(&people[2].name) && !screen.contains(&people[2].cpr[..6]), "{screen}");

    let other = network.person("gribskov", "sagsbehandler2");
    let outsider = Citizen::new();
    let theirs = other.registers(&outsider);
    relates(&gribskov, &mother, "partner", &outsider, &[]);
    let shown = gribskov.does(&["household", "show", &mother]);
    assert_eq!((&shown["hidden"], shown["members"].as_array().unwrap().len()), (&json!(1), 3));
    assert!(!shown.to_string().contains(&theirs));
    let refused = ("see-plan".to_owned(), "refused: ACCESS_NEED_TO_KNOW".to_owned());
    assert!(log(network, &theirs).contains(&refused));
    other.tries(&["household", "show", &mother]).is_refused(3, "ACCESS_NEED_TO_KNOW");
}

#[test]
fn what_siblings_share_stands_in_each_plan_and_changes_in_all_of_them_or_none() {
    let gribskov = Network::shared().caseworker("gribskov");
    let Family { mother, sister, brother, .. } = family(&gribskov, "sole");
    let goal = |first: &str, other: &str| {
        let words = ["plan", "add-goal", first, "--for", other, "--sector", "children"];
        gribskov.tries(&[&words[..], &["--text", "At trives sammen"]].concat())
    };
    goal(&sister, &mother).is_refused(1, "NOT_SIBLINGS");
    let written = goal(&sister, &brother).done();
    let id = text(&written, "item_id");
    let title = |case: &str| {
        let plan = gribskov.sees(case);
        items(&plan, "goal").iter().find(|goal| goal["id"] == json!(id)).map(|goal| text(goal, "title"))
    };
    assert_eq!(title(&sister), title(&brother));
    let shown = gribskov.does(&["household", "show", &mother]);
    assert_eq!(shown["shared"].as_array().unwrap().len(), 1);

    let reword = ["plan", "reword", &brother, &id, "--text", "At trives hver for sig"];
    gribskov.tries(&reword).is_refused(1, "SHARED_WITH_SIBLINGS");
    gribskov.does(&[&reword[..], &["--siblings"]].concat());
    assert_eq!(title(&sister).unwrap(), "At trives hver for sig");
    assert_eq!(title(&brother).unwrap(), "At trives hver for sig");
    let hearing = ["plan", "add-hearing", &sister, "--sector", "children", "--text", "Ja"];
    gribskov.does(&hearing);

    // While one of them is on its way nothing is changed in any; what arrives is the child's own.
    let basis = text(&consent(&gribskov, &sister, "custody-holder").done(), "basis_id");
    let transfer = text(&gribskov.tries_offer(&sister, HILLEROED, &basis).done(), "transfer_id");
    let hilleroed = Network::shared().caseworker("hilleroed");
    hilleroed.accepts(&transfer);
    hilleroed.awaits(&transfer, "completed");
    gribskov.awaits(&transfer, "completed");
    let arrived = text(&hilleroed.does(&["handover", "show", &transfer]), "case_id");
    let plan = hilleroed.sees(&arrived);
    assert_eq!(items(&plan, "goal")[0]["shared"], false);
    let relation = &items(&plan, "relation")[0]["relation"];
    assert_eq!((&relation["name"], &relation["cpr_masked"]), (&json!(null), &json!(null)));
    assert!(plan["left_out"].as_array().unwrap().contains(&json!("relations")), "{plan}");
    hilleroed.does(&["plan", "reword", &arrived, &id, "--text", "At trives i Hillerød"]);
    let drop = ["plan", "drop", &brother, &id, "--siblings", "--reason", "Søsteren er flyttet"];
    let dropped = gribskov.does(&drop);
    assert_eq!(dropped["plans"].as_array().unwrap().len(), 1, "{dropped}");
}
