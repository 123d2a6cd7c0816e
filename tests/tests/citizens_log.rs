//! Who has looked: the log that a citizen may be given, at every municipality that the plan has been at.

use enplan_tests::casework::text;
use enplan_tests::{Citizen, HILLEROED, Network};
use serde_json::{Value, json};

/// That a log names this deed of this actor, with this outcome.
#[track_caller]
fn assert_in(log: &[Value], actor: &str, action: &str, outcome: &str) {
    let found = log
        .iter()
        .any(|access| access["actor"] == actor && access["action"] == action && access["outcome"] == outcome);
    assert!(found, "{actor} {action} {outcome} in {log:#?}");
}

/// That a log is for people: everything in words, and everybody of the municipality with their unit.
#[track_caller]
fn assert_readable(log: &[Value]) {
    for access in log {
        assert_ne!(access["what"], access["action"], "{access}");
        let outcome = text(access, "outcome_text");
        assert!(outcome == "Udført" || outcome.starts_with("Afvist: "), "in words, not a code: {access}");
        if access["actor_kind"] == "user" {
            assert!(access["unit"].is_string() && access["actor_name"].is_string(), "{access}");
        }
    }
}

#[test]
fn each_kind_of_look_at_a_citizen_is_in_their_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let basis = gribskov.records_consent(&case, HILLEROED);
    gribskov.does(&["plan", "list"]);
    gribskov.sees(&case);
    gribskov.looks_up(&citizen).done();
    gribskov.does(&["basis", "show", &case, &basis]);
    gribskov.does(&["handover", "offer", &case, "--to", HILLEROED, "--basis", &basis, "--preview"]);
    gribskov.does(&["consent", "withdraw", &case, &basis, "--preview"]);
    // A colleague who may, and others who may not.
    network.person("gribskov", "teamleder").sees(&case);
    let elsewhere = network.person("gribskov", "sagsbehandler2");
    elsewhere.tries(&["plan", "show", &case]).is_refused(3, "ACCESS_NEED_TO_KNOW");
    let operator = network.person("gribskov", "drift");
    operator.looks_up(&citizen).is_refused(3, "ACCESS_ROLE");
    operator.tries(&["plan", "show", &case]).is_refused(3, "ACCESS_ROLE");
    gribskov.tries(&["audit", "citizen", &case]).is_refused(3, "ACCESS_ROLE");
    network.person("gribskov", "teamleder").tries(&["audit", "citizen", &case]).is_refused(3, "ACCESS_ROLE");

    let log = network.log_of("gribskov", &citizen);
    for action in [
        "register-citizen",
        "edit-plan",
        "record-basis",
        "list-plans",
        "see-plan",
        "look-up-citizen",
        "see-basis",
        "preview-handover",
        "preview-withdrawal",
    ] {
        assert_in(&log, "sagsbehandler", action, "done");
    }
    assert_in(&log, "teamleder", "see-plan", "done");
    assert_in(&log, "sagsbehandler2", "see-plan", "refused: ACCESS_NEED_TO_KNOW");
    assert_in(&log, "drift", "look-up-citizen", "refused: ACCESS_ROLE");
    assert_in(&log, "drift", "see-plan", "refused: ACCESS_ROLE");
    assert_in(&log, "sagsbehandler", "read-audit", "refused: ACCESS_ROLE");
    assert_in(&log, "teamleder", "read-audit", "refused: ACCESS_ROLE");
    assert_in(&log, "dpo", "read-audit", "done");
    assert_readable(&log);
    let sequences: Vec<_> = log.iter().map(|access| access["sequence"].as_u64().unwrap()).collect();
    assert!(sequences.is_sorted_by(|one, next| one < next), "oldest first, each once: {sequences:?}");
}

#[test]
fn a_handover_is_in_the_log_of_both_municipalities_from_the_first_look_at_the_offer() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.awaits_offer(&transfer);
    let colleague = network.person("hilleroed", "sagsbehandler2");
    colleague.does(&["handover", "list"]);
    let no_role = network.person("hilleroed", "dpo");
    let accept = ["handover", "accept", &transfer, "--version", &"0".repeat(64)];
    no_role.tries(&accept).is_refused(3, "ACCESS_ROLE");
    hilleroed.accepts(&transfer);
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    gribskov.awaits(&transfer, "completed");
    gribskov.tries(&["plan", "show", &case]).is_refused(1, "NOT_OURS");

    let sent = network.log("gribskov", &case);
    assert_in(&sent, "sagsbehandler", "handover.offer", "done");
    assert_in(&sent, "sagsbehandler", "list-handovers", "done");
    assert_in(&sent, "node of 0219", "handover.accepted", "done");
    assert_in(&sent, "node of 0219", "handover.receipt", "done");
    let receipt = sent.iter().find(|access| access["action"] == "handover.receipt").unwrap();
    assert_eq!(
        (&receipt["actor_name"], &receipt["transfer_id"]),
        (&json!("Noden i Hillerød"), &json!(transfer))
    );
    assert_readable(&sent);

    let received = network.log("hilleroed", &arrived);
    assert_in(&received, "node of 0270", "handover.preview", "done");
    assert_in(&received, "sagsbehandler", "list-handovers", "done");
    assert_in(&received, "sagsbehandler2", "list-handovers", "done");
    assert_in(&received, "sagsbehandler", "handover.accept", "done");
    assert_in(&received, "dpo", "accept-handover", "refused: ACCESS_ROLE");
    let opened = |access: &Value| access["action"] == "handover.imported";
    let opened = received.iter().position(opened).unwrap();
    let first_look = received.iter().position(|access| access["action"] == "list-handovers").unwrap();
    assert!(first_look < opened, "the looks at the offer came before the plan did");
    assert_readable(&received);
}
