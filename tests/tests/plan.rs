//! Writing in a plan, looking back on it, and the catalogue that it is written with: through both programs.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::thread;

use enplan_tests::casework::text;
use enplan_tests::{Citizen, HILLEROED, Network, Person, items};
use serde_json::{Value, json};

/// Adds something in the social sector, and returns its id.
#[track_caller]
fn adds(person: &Person<'_>, verb: &str, case: &str, more: &[&str]) -> String {
    text(&person.does(&[&["plan", verb, case, "--sector", "social"], more].concat()), "item_id")
}

/// An item of a plan.
#[track_caller]
fn item(plan: &Value, id: &str) -> Value {
    let items = plan["items"].as_array().unwrap();
    items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}: {plan}")).clone()
}

fn version(plan: &Value) -> String {
    plan["version"].to_string()
}

/// What a plan's history says, the newest first.
fn history(person: &Person<'_>, case: &str) -> Vec<String> {
    let history = person.does(&["plan", "history", case]);
    history["changes"].as_array().unwrap().iter().map(|change| text(change, "text")).collect()
}

#[test]
fn a_plan_is_written_from_the_citizens_wish_to_the_action_that_waits_for_them_to_be_ready() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let wish = adds(&gribskov, "add-wish", &case, &["--text", "Bo for mig selv"]);
    let barrier = ["--barrier", "--area", "economy", "--said-by", "relative", "--text", "Gæld"];
    let barrier = adds(&gribskov, "add-situation", &case, &barrier);
    let source =
        adds(&gribskov, "add-source-plan", &case, &["--kind", "section-141", "--made", "2026-01-15"]);
    let purpose = adds(&gribskov, "add-purpose", &case, &["--text", "Egen bolig", "--wish", &wish]);
    let goal = adds(&gribskov, "add-goal", &case, &["--text", "Bo selv", "--part-of", &purpose]);
    let part = ["--text", "Lave mad", "--part-of", &goal, "--taken-from", &source];
    let part = adds(&gribskov, "add-goal", &case, &part);
    let action = ["--text", "Støtte i hjemmet", "--goal", &part, "--ready-when", "boligen er fundet"];
    let agreed = ["--provision", "servicelov-85", "--contact", "Bo Lund", "--contact-phone", "72 00 00 00"];
    let action = adds(&gribskov, "add-action", &case, &[&action[..], &agreed].concat());
    let follow_up = adds(&gribskov, "add-follow-up", &case, &["--on", "2027-03-01"]);
    adds(&gribskov, "add-note", &case, &["--text", "Ringede"]);

    let plan = gribskov.sees(&case);
    assert_eq!(item(&plan, &wish)["said_by"], "citizen");
    assert_eq!(item(&plan, &barrier)["area"], "economy");
    assert_eq!(item(&plan, &part)["kind"], "sub_goal");
    let roles: Vec<_> =
        item(&plan, &part)["links"].as_array().unwrap().iter().map(|link| text(link, "role")).collect();
    assert_eq!(roles, ["based_on", "taken_from"]);
    let waiting = item(&plan, &action);
    assert_eq!((&waiting["status"], &waiting["waits_for_readiness"]), (&json!("planned"), &json!(true)));
    assert_eq!(waiting["contact"]["name"], "Bo Lund");

    gribskov.does(&["plan", "begin", &case, &action]);
    gribskov.does(&["plan", "reword", &case, &goal, "--text", "Bo i egen lejlighed"]);
    gribskov.does(&["plan", "finish", &case, &barrier, "--outcome", "Gælden er betalt"]);
    gribskov.does(&["plan", "drop", &case, &part, "--reason", "Hun kan det"]);
    gribskov.tries(&["plan", "withdraw", &case, &wish]).is_refused(2, "CONFIRMATION_NEEDED");
    gribskov.does(&["plan", "withdraw", &case, &wish, "--yes"]);
    let held = ["plan", "hold", &case, &follow_up, "--outcome", "Det går godt"];
    gribskov.does(&held);
    let plan = gribskov.sees(&case);
    assert_eq!(item(&plan, &action)["status"], "active");
    assert_eq!(item(&plan, &goal)["title"], "Bo i egen lejlighed");
    assert_eq!(item(&plan, &part)["outcome"], "Hun kan det");
    assert!(plan["items"].as_array().unwrap().iter().all(|item| item["id"] != json!(wish)));

    let told = history(&gribskov, &case);
    assert_eq!(told.first().unwrap(), "Opfølgning holdt");
    assert_eq!(told.last().unwrap(), "Planen blev oprettet");
    assert!(told.contains(&"Ønske taget ud som fejlregistreret".to_owned()), "{told:?}");
    // What was entered in error is read by nobody again: in no history, and on no day.
    let today = text(&gribskov.does(&["catalogue"]), "on");
    for words in [&["plan", "history", &case][..], &["plan", "show", &case, "--on", &today]] {
        let answer = gribskov.tries(words);
        answer.done();
        assert!(!answer.stdout.contains("Bo for mig selv"), "{words:?}: {}", answer.stdout);
    }
    // A page at a time, and nothing twice.
    let page = |before: &str| {
        let page = gribskov.does(&["plan", "history", &case, "--limit", "4", "--before", before]);
        page["changes"].as_array().unwrap().iter().map(|change| text(change, "text")).collect::<Vec<_>>()
    };
    let numbers = told.len();
    assert_eq!(page("0"), told[..4]);
    assert_eq!(page(&(numbers - 3).to_string()), told[4..8]);
    assert_eq!(page("1"), [""; 0]);
}

#[test]
fn of_two_people_at_once_the_second_is_told_what_the_first_did() {
    let network = Network::shared();
    let (first, second) = (network.caseworker("gribskov"), network.person("gribskov", "teamleder"));
    let case = first.registers_with_plan(&Citizen::new());
    let seen = version(&second.sees(&case));
    let goal = |person: &Person<'_>, words: &str, seen: &str| {
        person.tries(&["plan", "add-goal", &case, "--text", words, "--sector", "social", "--seen", seen])
    };
    let goal_id = text(&goal(&first, "Bo selv", &seen).done(), "item_id");
    let between = first.sees(&case);

    let refused = goal(&second, "Cykle", &seen);
    let refusal = refused.is_refused(1, "PLAN_CHANGED");
    assert!(refusal.message.contains("af sagsbehandler: Mål tilføjet: Bo selv"), "{}", refusal.message);
    for words in [
        &["plan", "finish", &case, &goal_id, "--seen", &seen][..],
        &["plan", "address", &case, "Søvej 3", "--seen", &seen],
    ] {
        second.tries(words).is_refused(1, "PLAN_CHANGED");
    }
    assert_eq!(first.sees(&case), between);
    goal(&second, "Cykle", &version(&between)).done();

    // Truly at once, exactly one of them stands.
    let seen = version(&first.sees(&case));
    let answers: Vec<_> = thread::scope(|scope| {
        let tries =
            [&first, &second, &first, &second].map(|person| scope.spawn(|| goal(person, "Svømme", &seen)));
        tries.into_iter().map(|tried| tried.join().unwrap()).collect()
    });
    let (stand, fall): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.exit == 0);
    assert_eq!(stand.len(), 1, "{answers:?}");
    for refused in fall {
        refused.is_refused(1, "PLAN_CHANGED");
    }
}

#[test]
fn what_can_not_be_written_is_refused_by_name_and_leaves_the_plan_as_it_was() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let other = gribskov.registers(&Citizen::new());
    let of_another = adds(&gribskov, "add-goal", &other, &["--text", "Et andet mål"]);
    let note = adds(&gribskov, "add-note", &case, &["--text", "Et notat"]);
    let action =
        adds(&gribskov, "add-action", &case, &["--text", "Støtte", "--ready-when", "boligen er der"]);
    let before = gribskov.sees(&case);

    let action_with: &[(&str, &str, &str)] = &[
        ("--exemption", "frikommune-28", "EXEMPTION_NOT_ADOPTED"),
        ("--exemption", "frikommune-33", "EXEMPTION_OUT_OF_TIME"),
        ("--exemption", "frikommune-99", "EXEMPTION_UNKNOWN"),
        ("--provision", "lab-2014-42", "PROVISION_UNKNOWN"),
        ("--provision", "servicelov-141", "PROVISION_UNKNOWN"),
        ("--goal", &of_another, "GOAL_NOT_FOUND"),
        ("--taken-from", &of_another, "SOURCE_PLAN_NOT_FOUND"),
        ("--from", "1899-12-31", "DAY_OUT_OF_RANGE"),
        ("--until", "2999-01-01", "DAY_OUT_OF_RANGE"),
        ("--contact", " ", "CONTACT_WITHOUT_NAME"),
    ];
    for (flag, value, code) in action_with {
        let words = ["plan", "add-action", &case, "--sector", "social", "--text", "Hjælp", flag, value];
        gribskov.tries(&words).is_refused(1, code);
    }
    let backwards = ["--text", "Hjælp", "--from", "2027-02-01", "--until", "2027-01-01"];
    let words = [&["plan", "add-action", &case, "--sector", "social"][..], &backwards].concat();
    gribskov.tries(&words).is_refused(1, "ENDS_BEFORE_IT_BEGINS");

    let add: &[(&[&str], &str)] = &[
        (&["add-follow-up", &case, "--on", "1899-12-31"], "DAY_OUT_OF_RANGE"),
        (&["add-source-plan", &case, "--kind", "min-plan", "--made", "1899-12-31"], "DAY_OUT_OF_RANGE"),
        (&["add-source-plan", &case, "--kind", "horoskop"], "PLAN_KIND_UNKNOWN"),
        (&["add-source-plan", &case, "--kind", "children-section-140"], "PLAN_KIND_UNKNOWN"),
        (&["add-goal", &case, "--text", "Mål", "--part-of", &of_another], "GOAL_NOT_FOUND"),
        (&["add-purpose", &case, "--text", "Formål", "--wish", &note], "WISH_NOT_FOUND"),
        (&["add-wish", &case, "--text", " "], "TEXT_EMPTY"),
    ];
    for (words, code) in add {
        gribskov.tries(&[&["plan"], *words, &["--sector", "social"]].concat()).is_refused(1, code);
    }
    let space = ["plan", "add-situation", &case, "--sector", "social", "--resource", "--area", "rummet"];
    let space = [&space[..], &["--said-by", "citizen", "--text", "Månen"]].concat();
    gribskov.tries(&space).is_refused(1, "AREA_UNKNOWN");
    for verb in ["add-wish", "add-goal", "add-note"] {
        let words = ["plan", verb, &case, "--sector", "social", "--text", "-"];
        gribskov.tries_with(&words, &"å".repeat(500_000)).is_refused(1, "TEXT_TOO_LONG");
    }

    let change: &[(&[&str], &str)] = &[
        (&["finish", &case, &of_another], "ITEM_NOT_FOUND"),
        (&["finish", &case, &note], "NOT_FOR_THIS_KIND"),
        (&["hold", &case, &action, "--outcome", "Godt"], "NOT_FOR_THIS_KIND"),
        (&["begin", &case, &action, "--on", "2059-01-01"], "DAY_NOT_COME"),
        (&["begin", &case, &action, "--on", "1899-12-31"], "DAY_OUT_OF_RANGE"),
        (&["drop", &case, &action, "--reason", " "], "TEXT_EMPTY"),
        (&["name", &case, ""], "TEXT_EMPTY"),
    ];
    for (words, code) in change {
        gribskov.tries(&[&["plan"], *words].concat()).is_refused(1, code);
    }
    for id in ["målet", "6101801234", ""] {
        let refusal = gribskov.tries(&["plan", "finish", &case, id]).is_refused(2, "USAGE");
        assert!(id.is_empty() || !refusal.message.contains(id), "{}", refusal.message);
    }
    assert_eq!(gribskov.sees(&case), before);
}

#[test]
fn the_catalogue_says_which_exemptions_the_municipality_had_adopted_on_a_day() {
    let gribskov = Network::shared().caseworker("gribskov");
    let adopted = |on: &str| {
        let catalogue = gribskov.does(&["catalogue", "--on", on]);
        let exemptions = catalogue["exemptions"].as_array().unwrap();
        let adopted = exemptions.iter().filter(|exemption| exemption["adopted"] == true);
        adopted.map(|exemption| text(exemption, "id")).collect::<Vec<_>>()
    };
    let there = adopted("2019-06-30");
    assert!(there.contains(&"frikommune-33".to_owned()), "{there:?}");
    assert!(!there.contains(&"frikommune-28".to_owned()), "{there:?}");
    assert_eq!(adopted("2017-09-30"), [""; 0]);
    assert_eq!(adopted("2020-07-02"), [""; 0]);
    gribskov.tries(&["catalogue", "--on", "i går"]).is_refused(2, "USAGE");
}

#[test]
fn a_number_that_a_citizen_here_has_is_given_to_nobody_else() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (one, other, new) = (Citizen::new(), Citizen::new(), Citizen::new());
    let cases = [gribskov.registers(&one), gribskov.registers(&other)];
    let before = gribskov.sees(&cases[0]);
    let change =
        |case: &str, number: &str| gribskov.tries_with(&["plan", "new-cpr", case, "--cpr", "-"], number);
    let refusal = change(&cases[0], &other.cpr).is_refused(1, "CITIZEN_ALREADY_HERE");
    assert!(!refusal.message.contains(&other.cpr), "{}", refusal.message);
    change(&cases[0], "6113801234").is_refused(2, "NOT_A_CPR");
    assert_eq!(gribskov.sees(&cases[0]), before);

    // Both to the same new number at once: one of them has it then.
    let answers = thread::scope(|scope| {
        let tries = [&cases[0], &cases[1]].map(|case| scope.spawn(|| change(case, &new.cpr)));
        tries.map(|tried| tried.join().unwrap())
    });
    assert_eq!(answers.iter().filter(|answer| answer.exit == 0).count(), 1, "{answers:?}");
    let refused = answers.iter().find(|answer| answer.exit != 0).unwrap();
    refused.is_refused(1, "CITIZEN_ALREADY_HERE");
    let found = text(&gribskov.looks_up(&new).done(), "case_id");
    let winner = usize::from(found == cases[1]);
    assert_eq!(found, cases[winner]);
    let former = gribskov.looks_up([&one, &other][winner]).done();
    assert_eq!(
        former["case_id"],
        json!(cases[winner]),
        "who has a new number is found by the former one too"
    );
    assert_eq!(gribskov.looks_up([&other, &one][winner]).done()["case_id"], json!(cases[1 - winner]));
}

#[test]
fn a_citizen_who_dies_while_a_handover_is_under_way_is_not_handed_over() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let transfer = gribskov.offers(&case, HILLEROED);
    let preview = text(&hilleroed.awaits_offer(&transfer), "preview_version");
    gribskov.does(&["plan", "close", &case, "--reason", "died"]);
    let closed = gribskov.sees(&case);
    gribskov.adds_goal(&case, "Et mål", "social").is_refused(1, "PLAN_CLOSED");
    gribskov.tries(&["plan", "address", &case, "Søvej 3"]).is_refused(1, "PLAN_CLOSED");
    assert_eq!(version(&gribskov.sees(&case)), version(&closed));

    hilleroed.tries(&["handover", "accept", &transfer, "--version", &preview]);
    hilleroed
        .tries(&["handover", "watch", &transfer, "--timeout", "60"])
        .is_refused(1, "HANDOVER_NOT_COMPLETED");
    gribskov.awaits(&transfer, "ended");
    assert!(!hilleroed.owns(&citizen));
    assert_eq!(gribskov.sees(&case)["closed"], "died");
    // Nor is what is closed offered again.
    let basis = text(&closed["bases"][0], "basis_id");
    gribskov.tries_offer(&case, HILLEROED, &basis).is_refused(1, "PLAN_CLOSED");
}

#[test]
fn a_plan_is_shown_as_it_was_and_a_protected_address_on_no_day() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    gribskov.does(&["plan", "address", &case, "Søvej 3, 3200 Helsinge"]);
    let now = gribskov.sees(&case);
    assert_eq!(now["address"], "Søvej 3, 3200 Helsinge");
    let today = text(&gribskov.does(&["catalogue"]), "on");
    let on = |day: &str| gribskov.tries(&["plan", "show", &case, "--on", day]);
    let then = on(&today).done();
    assert_eq!((&then["items"], &then["as_of"]), (&now["items"], &json!(today)));
    on("2020-01-01").is_refused(1, "PLAN_NOT_HERE_THEN");
    let refusal = on("2099-01-01").is_refused(1, "DAY_NOT_COME");
    assert!(refusal.message.contains("Vælg i dag eller en tidligere dag"), "{}", refusal.message);
    on("i går").is_refused(2, "USAGE");

    gribskov.does(&["plan", "protect", &case, "--on"]);
    for plan in [gribskov.sees(&case), on(&today).done()] {
        assert_eq!((&plan["address"], &plan["address_protected"]), (&Value::Null, &json!(true)));
    }
    assert!(history(&gribskov, &case).iter().all(|line| !line.contains("Søvej")));
    let answer = gribskov.tries(&["plan", "history", &case]);
    assert!(!answer.stdout.contains("Søvej"), "{}", answer.stdout);
}

#[test]
fn a_plan_of_years_is_shown_as_it_was_during_the_trial() {
    let fredensborg = Network::shared().person("fredensborg", "sagsbehandler2");
    let list = fredensborg.does(&["plan", "list"]);
    let rita = |plan: &&Value| text(plan, "name").contains("Rita Røllike");
    let case = text(list["plans"].as_array().unwrap().iter().find(rita).unwrap(), "case_id");
    let then = fredensborg.does(&["plan", "show", &case, "--on", "2020-03-11"]);
    let now = fredensborg.sees(&case);
    assert_eq!((&then["as_of"], &now["as_of"]), (&json!("2020-03-11"), &Value::Null));
    let (before, after) = (items(&then), items(&now));
    assert!(!before.is_empty() && before.len() < after.len(), "{} and {}", before.len(), after.len());
    for old in &before {
        let recorded = text(&old["provenance"], "recorded_at");
        assert!(*recorded < *"2020-03-12", "{recorded}: {old}");
        assert!(after.iter().any(|new| new["id"] == old["id"]), "{old}");
    }
    // What leaned on an exemption was in force then, and ended with the trial.
    let leaning = |items: &[Value]| {
        let leans = |item: &&Value| item["exemption"].is_string() && item["in_force"] == json!(true);
        items.iter().filter(leans).count()
    };
    assert!(leaning(&before) > 0 && leaning(&after) == 0, "{} and {}", leaning(&before), leaning(&after));
}

#[test]
fn looking_back_is_a_look_and_needs_the_same_access() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let today = text(&gribskov.does(&["catalogue"]), "on");
    let back = [&["plan", "history", &case][..], &["plan", "show", &case, "--on", &today]];
    let looks = || {
        let look = |access: &&Value| access["action"] == "see-plan" && access["outcome"] == "done";
        network.log("gribskov", &case).iter().filter(look).count()
    };
    for words in back {
        let before = looks();
        gribskov.does(words);
        assert_eq!(looks(), before + 1, "{words:?}");
        network.person("gribskov", "drift").tries(words).is_refused(3, "ACCESS_ROLE");
        assert_eq!(looks(), before + 1);
    }
    // A refusal that quotes the history is a look too.
    let seen = version(&gribskov.sees(&case));
    gribskov.adds_goal(&case, "Bo selv", "social").done();
    let before = looks();
    gribskov.tries(&["plan", "name", &case, "TESTDATA Ny", "--seen", &seen]).is_refused(1, "PLAN_CHANGED");
    assert_eq!(looks(), before + 1);
    // The catalogue holds nothing of any citizen, and everybody may read it.
    let catalogue = network.person("gribskov", "drift").does(&["catalogue", "--on", "2019-06-30"]);
    let provisions = catalogue["provisions"].as_array().unwrap();
    assert!(provisions.iter().any(|provision| provision["id"] == "lab-2014-42"));
    assert!(provisions.iter().all(|provision| provision["id"] != "lab-57"));
}
