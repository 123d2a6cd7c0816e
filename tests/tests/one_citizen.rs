//! One citizen, whatever their number and however many plans: an old number leads to them, and protection is theirs.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::fs;

use enplan_tests::casework::text;
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person};
use serde_json::{Value, json};

/// A report of a source that knows the citizen by this number.
fn report(cpr: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/demo/testborger-gribskov.json");
    let bundle = fs::read_to_string(path).unwrap();
    assert!(bundle.contains("\"6803900048\""));
    bundle.replace("6803900048", cpr)
}

fn imports(person: &Person<'_>, cpr: &str) -> Answer {
    person.tries_with(&["plan", "import", "-"], &report(cpr))
}

/// The same, with the label that says that the citizen is protected.
fn imports_protected(person: &Person<'_>, cpr: &str) -> Answer {
    let mut bundle: Value = serde_json::from_str(&report(cpr)).unwrap();
    let patient = &mut bundle["entry"][0]["resource"];
    assert_eq!(patient["resourceType"], "Patient");
    let system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    patient["meta"]["security"] = json!([{ "system": system, "code": "R" }]);
    person.tries_with(&["plan", "import", "-"], &bundle.to_string())
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
    let renumbered = Citizen::new();
    let (old, new) = (&citizen.cpr, &renumbered.cpr);
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
    let log = network.log_of("gribskov", &renumbered);
    let registered = log.iter().filter(|access| access["action"] == "register-citizen");
    assert_eq!(registered.filter(|access| access["outcome"] == "done").count(), 2, "{log:#?}");

    // Who asks by the number and may not is in the log of each of their plans.
    network.person("gribskov", "drift").looks_up(&renumbered).is_refused(3, "ACCESS_ROLE");
    gribskov.tries_with(&["audit", "citizen", "--cpr", "-"], new).is_refused(3, "ACCESS_ROLE");
    for case in [&case, &next] {
        let log = network.log("gribskov", case);
        let refused = |action: &str| {
            let is_it =
                |access: &&Value| access["action"] == action && access["outcome"] == "refused: ACCESS_ROLE";
            log.iter().filter(is_it).count()
        };
        assert_eq!((refused("look-up-citizen"), refused("read-audit")), (1, 1), "{case}: {log:#?}");
    }
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

#[test]
fn a_first_report_that_says_so_protects_the_plans_that_were_closed_before() {
    let gribskov = Network::shared().caseworker("gribskov");
    let citizen = Citizen::new();
    let closed = gribskov.registers(&citizen);
    gribskov.does(&["plan", "close", &closed, "--reason", "finished"]);
    assert_eq!(gribskov.sees(&closed)["protected"], json!(false));
    let imported = text(&imports_protected(&gribskov, &citizen.cpr).done(), "case_id");
    assert_protected(&gribskov, &imported);
    assert_eq!(gribskov.sees(&closed)["protected"], json!(true));
}

#[test]
fn a_new_number_joins_a_plan_to_the_protection_of_those_that_were_closed_under_it() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (first, second) = (Citizen::new(), Citizen::new());
    // Whoever is registered under a number of their own, and turns out to be known here under another.
    let closed = gribskov.registers(&first);
    gribskov.does(&["plan", "protect", &closed, "--on"]);
    gribskov.does(&["plan", "close", &closed, "--reason", "finished"]);
    let open = gribskov.registers(&second);
    assert_eq!(gribskov.sees(&open)["protected"], json!(false));
    renumbers(&gribskov, &open, &first.cpr).done();
    assert_protected(&gribskov, &open);
    // And the other way around: the plan that was closed learns it from the one that has its number now.
    let (first, second) = (Citizen::new(), Citizen::new());
    let closed = gribskov.registers(&first);
    gribskov.does(&["plan", "close", &closed, "--reason", "finished"]);
    let open = gribskov.registers(&second);
    gribskov.does(&["plan", "protect", &open, "--on"]);
    renumbers(&gribskov, &open, &first.cpr).done();
    assert_eq!(gribskov.sees(&closed)["protected"], json!(true));
}

#[test]
fn a_plan_that_returns_under_a_new_number_is_protected_as_the_citizen_was_under_the_old_one() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let sent = gribskov.registers_with_plan(&citizen);
    let transfer = gribskov.offers(&sent, HILLEROED);
    hilleroed.accepts(&transfer);
    let away = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    gribskov.awaits(&transfer, "completed");
    // While it is away the citizen has another plan here, and is protected in it.
    let here = gribskov.registers(&citizen);
    gribskov.does(&["plan", "protect", &here, "--on"]);
    gribskov.does(&["plan", "close", &here, "--reason", "finished"]);

    renumbers(&hilleroed, &away, &Citizen::new().cpr).done();
    let back = hilleroed.offers(&away, "Gribskov");
    gribskov.accepts(&back);
    gribskov.awaits(&back, "completed");
    assert_protected(&gribskov, &sent);
}
