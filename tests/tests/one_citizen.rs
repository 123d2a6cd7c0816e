//! One citizen, whatever their number and however many plans: an old number leads to them, and protection is theirs.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::fs;

use enplan_tests::casework::text;
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person};
use serde_json::json;

/// A report of a source that knows the citizen by this number.
fn imports(person: &Person<'_>, cpr: &str) -> Answer {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/demo/testborger-gribskov.json");
    let bundle = fs::read_to_string(path).unwrap();
    assert!(bundle.contains("\"6803900048\""));
    person.tries_with(&["plan", "import", "-"], &bundle.replace("6803900048", cpr))
}

fn renumbers(person: &Person<'_>, case: &str, cpr: &str) -> Answer {
    person.tries_with(&["plan", "new-cpr", case, "--cpr", "-"], cpr)
}

/// That a plan has the citizen as protected, and shows no address although it has one.
#[track_caller]
fn assert_protected(person: &Person<'_>, case: &str) {
    person.does(&["plan", "address", case, "TESTDATA Prøvevej 1"]);
    let plan = person.sees(case);
    assert_eq!(plan["protected"], json!(true), "{case}");
    assert!(!plan.to_string().contains("Prøvevej"), "{case}");
}

#[test]
fn a_former_number_leads_to_the_citizen_and_is_nobody_elses() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (citizen, other) = (Citizen::new(), Citizen::new());
    let (old, new) = (&citizen.cpr, &Citizen::new().cpr);
    let case = gribskov.registers(&citizen);
    renumbers(&gribskov, &case, new).done();

    assert_eq!(text(&gribskov.looks_up(&citizen).done(), "case_id"), case);
    let register = ["plan", "register", "--cpr", "-", "--name", "TESTDATA"];
    gribskov.tries_with(&register, old).is_refused(1, "CITIZEN_ALREADY_HERE");
    let others = gribskov.registers(&other);
    renumbers(&gribskov, &others, old).is_refused(1, "CITIZEN_ALREADY_HERE");
    assert_eq!(text(&imports(&gribskov, old).done(), "case_id"), case);
    // A number that was taken by mistake is given back.
    renumbers(&gribskov, &case, old).done();
    renumbers(&gribskov, &case, new).done();

    // The next plan is the same citizen's: for late reports, and for their log.
    gribskov.does(&["plan", "close", &case, "--reason", "finished"]);
    let next = text(&gribskov.tries_with(&register, new).done(), "case_id");
    assert_eq!(text(&imports(&gribskov, old).done(), "case_id"), next);
    let dpo = network.person("gribskov", "dpo");
    let log = dpo.tries_with(&["audit", "citizen", "--cpr", "-"], new).done();
    let log = log["accesses"].as_array().unwrap();
    let registered = log.iter().filter(|access| access["action"] == "register-citizen");
    assert_eq!(registered.filter(|access| access["outcome"] == "done").count(), 2, "{log:#?}");
}

#[test]
fn who_was_protected_is_protected_in_their_next_plan() {
    let gribskov = Network::shared().caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers(&citizen);
    gribskov.does(&["plan", "protect", &case, "--on"]);
    gribskov.does(&["plan", "close", &case, "--reason", "moved_away"]);
    // The report has no label that says so.
    let imported = text(&imports(&gribskov, &citizen.cpr).done(), "case_id");
    assert_protected(&gribskov, &imported);
    gribskov.does(&["plan", "close", &imported, "--reason", "finished"]);
    let registered = gribskov.registers(&citizen);
    assert_protected(&gribskov, &registered);
}

#[test]
fn who_is_protected_in_one_plan_is_protected_in_the_other() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let arrives = |case: &str| {
        let transfer = gribskov.offers(case, HILLEROED);
        hilleroed.accepts(&transfer);
        text(&hilleroed.awaits(&transfer, "completed"), "case_id")
    };
    // The receiver's own plan learns it from the one that arrives, ...
    let citizen = Citizen::new();
    let (sent, known) = (gribskov.registers_with_plan(&citizen), hilleroed.registers(&citizen));
    gribskov.does(&["plan", "protect", &sent, "--on"]);
    assert_protected(&hilleroed, &arrives(&sent));
    assert_protected(&hilleroed, &known);
    // ... the one that arrives from the receiver's own, ...
    let citizen = Citizen::new();
    let (sent, known) = (gribskov.registers_with_plan(&citizen), hilleroed.registers(&citizen));
    hilleroed.does(&["plan", "protect", &known, "--on"]);
    assert_protected(&hilleroed, &arrives(&sent));
    // ... and one open plan from another.
    let citizen = Citizen::new();
    let (sent, known) = (gribskov.registers_with_plan(&citizen), hilleroed.registers(&citizen));
    let here = arrives(&sent);
    hilleroed.does(&["plan", "protect", &known, "--on"]);
    assert_protected(&hilleroed, &here);
}
