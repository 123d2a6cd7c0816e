//! Vaults put back to older copies, and one with a flipped bit: what was given away since is not served, what was received
//! comes again by itself, and what cannot be read keeps nothing else from being served.

use enplan_tests::casework::text;
use enplan_tests::{Citizen, Journey, Network};

#[test]
fn a_source_restored_from_before_the_offer_learns_that_it_gave_the_plan_away() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let source = network.node("gribskov");
    let citizen = Citizen::new();
    let case = from.registers_with_plan(&citizen);
    source.stop();
    let copy = source.copy_vault();
    source.start();
    let journey = Journey::offer(&from, &to, citizen, case);
    to.accepts(&journey.transfer);
    journey.to.awaits(&journey.transfer, "completed");
    journey.from.awaits(&journey.transfer, "completed");

    source.stop();
    source.restore_vault(&copy);
    source.start();
    from.log_in();
    network.person_logged_out("gribskov", "drift").log_in();
    journey.has_arrived();
    // It does not hide that it was put back.
    let alarms = network.status("gribskov")["alarms"].clone();
    assert!(
        alarms.as_array().is_some_and(|all| all.iter().any(|a| a["code"] == "AUDIT_ROLLED_BACK")),
        "{alarms}"
    );
}

#[test]
fn a_source_restored_from_before_an_open_offer_takes_it_back_and_can_offer_again() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let source = network.node("gribskov");
    let citizen = Citizen::new();
    let case = from.registers_with_plan(&citizen);
    source.stop();
    let copy = source.copy_vault();
    source.start();
    let forgotten = Journey::offer(&from, &to, citizen, case);
    let version = text(&to.awaits_offer(&forgotten.transfer), "preview_version");

    source.stop();
    source.restore_vault(&copy);
    source.start();
    from.log_in();
    to.awaits(&forgotten.transfer, "ended");
    to.tries(&["handover", "accept", &forgotten.transfer, "--version", &version])
        .is_refused(1, "ALREADY_ANSWERED");
    assert!(from.owns(&forgotten.citizen) && !to.owns(&forgotten.citizen));

    let again = Journey::offer(&from, &to, forgotten.citizen, forgotten.case);
    assert_ne!(again.transfer, forgotten.transfer);
    to.accepts(&again.transfer);
    again.arrives();
}

#[test]
fn a_source_restored_from_between_freeze_and_commit_does_not_serve_what_was_committed() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let source = network.node("gribskov");
    let journey = Journey::begin(&from, &to);
    to.awaits_offer(&journey.transfer);
    let away = network.leave_a_minority_with(["gribskov", "hilleroed"]);
    to.accepts(&journey.transfer);
    from.lets_run_until(&journey.transfer, "committing");
    source.stop();
    let copy = source.copy_vault();
    network.start_some(&[&away[..], &[source]].concat());
    journey.to.awaits(&journey.transfer, "completed");
    journey.from.awaits(&journey.transfer, "completed");

    source.stop();
    source.restore_vault(&copy);
    source.start();
    from.log_in();
    journey.arrives();
}

#[test]
fn a_destination_restored_from_before_the_handover_gets_the_plan_again_by_itself() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let destination = network.node("hilleroed");
    destination.stop();
    let copy = destination.copy_vault();
    destination.start();
    let journey = Journey::begin(&from, &to);
    to.accepts(&journey.transfer);
    journey.to.awaits(&journey.transfer, "completed");
    journey.from.awaits(&journey.transfer, "completed");

    // The keys are kept apart and are newer than the copy: the one that the package was sealed to is among them.
    destination.stop();
    destination.restore_vault(&copy);
    destination.start();
    // Who accepted it is forgotten, and so it is nobody's case: a team lead gives it to somebody.
    let lead = network.person("hilleroed", "teamleder");
    let case = text(&lead.awaits(&journey.transfer, "completed"), "case_id");
    lead.does(&["plan", "assign", &case, "sagsbehandler", "--note", "Genskabt fra kopien"]);
    to.log_in();
    journey.has_arrived();
}

#[test]
fn a_damaged_record_of_a_handover_keeps_its_own_case_from_being_served_and_no_other() {
    let network = Network::own();
    let (from, to) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let source = network.node("gribskov");
    let other = from.registers_with_plan(&Citizen::new());
    let journey = Journey::begin(&from, &to);
    to.awaits_offer(&journey.transfer);

    source.stop();
    let vault = rusqlite::Connection::open(source.data_dir().join("vault.db")).unwrap();
    let damaged = vault.execute("UPDATE transfers SET state_sealed = zeroblob(length(state_sealed))", []);
    assert_eq!(damaged.unwrap(), 1);
    vault.close().unwrap();
    source.start();
    from.log_in();
    network.person_logged_out("gribskov", "drift").log_in();

    from.adds_goal(&other, "Stadig til tjeneste", "social").done();
    from.adds_goal(&journey.case, "Ikke nu", "social").is_refused(5, "HANDOVER_UNREADABLE");
    let alarms = network.status("gribskov")["alarms"].clone();
    let told = |alarm: &serde_json::Value| alarm["code"] == "HANDOVER_UNREADABLE" && alarm["cases"] == 1;
    assert!(alarms.as_array().is_some_and(|all| all.iter().any(told)), "{alarms}");
}
