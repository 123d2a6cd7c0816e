//! What is wrong with a node rather than with what it is asked: configuration, a second process, no majority, the clock.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::fs;
use std::path::Path;
use std::process::Command;

use enplan_tests::casework::{FAR_AWAY, text};
use enplan_tests::patience::LONG;
use enplan_tests::programs::Programs;
use enplan_tests::{Citizen, HILLEROED, Network, Person, eventually};
use serde_json::json;

/// No case's, nor any basis'.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[test]
fn a_misspelt_key_is_named_with_the_right_one_and_nothing_starts() {
    let node = Network::shared().node("alleroed");
    let wrong = node.folder().join("wrong.toml");
    let text = fs::read_to_string(node.config()).unwrap();
    assert!(text.contains("data_dir ="));
    fs::write(&wrong, text.replace("data_dir =", "data_dri =")).unwrap();
    for words in
        [&["config", "check", "--config"][..], &["serve", "--config"], &["config", "show", "--config"]]
    {
        let (ended_well, said) = enplan_node(words, &wrong);
        assert!(!ended_well, "{words:?}");
        assert!(said.contains("data_dri") && said.contains("data_dir"), "{said}");
    }
    let (ended_well, said) = enplan_node(&["config", "check", "--config"], &node.config());
    assert!(ended_well, "{said}");
}

#[test]
fn a_second_process_on_one_data_directory_is_refused() {
    let node = Network::shared().node("alleroed");
    let (ended_well, said) = enplan_node(&["serve", "--config"], &node.config());
    assert!(!ended_well);
    assert!(said.contains("data"), "{said}");
    assert!(!said.contains("can't be listened on"), "refused for its address, not for the data: {said}");
    assert_eq!(Network::shared().status("alleroed")["ready"], true);
}

fn enplan_node(words: &[&str], config: &Path) -> (bool, String) {
    let output = Command::new(&Programs::find().node).args(words).arg(config).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_node_alone_shows_what_it_has_as_unconfirmed_and_changes_nothing() {
    let network = Network::own_stopped();
    let gribskov = network.node("gribskov");
    gribskov.launch(&[]);
    let person = network.person_logged_out("gribskov", "sagsbehandler");
    let log_in = || (person.log_in_with(&network.password_file()).exit == 0).then_some(());
    eventually("a node alone lets people log in", LONG, log_in);
    let status = network.status("gribskov");
    assert_eq!(status["ready"], false);
    assert!(text(&status, "not_ready_because").contains("flertal"), "{status}");

    let plans = person.does(&["plan", "list"]);
    let case = text(&plans["plans"][0], "case_id");
    let plan = person.sees(&case);
    assert_eq!(plan["confirmed"], false);
    let register = ["plan", "register", "--cpr", "-", "--name", "TESTDATA"];
    for refused in [
        person.adds_goal(&case, "Et mål", "social"),
        person.tries_with(&register, &Citizen::new().cpr),
        person.tries_consent(&case, HILLEROED, FAR_AWAY, &[]),
        person.tries_offer(&case, HILLEROED, NOBODY),
    ] {
        refused.is_refused(5, "NOT_CONFIRMED");
    }
    assert!(!gribskov.is_ready());
    assert_eq!(person.sees(&case)["version"], plan["version"]);

    // Four more make a majority.
    let more = ["hilleroed", "halsnaes", "alleroed", "furesoe"].map(|profile| network.node(profile));
    network.start_some(&more);
    gribskov.await_ready();
    assert_eq!(person.sees(&case)["confirmed"], true);
    person.adds_goal(&case, "Et mål", "social").done();
}

#[test]
fn a_clock_that_is_a_day_wrong_is_an_alarm_and_nothing_is_judged_by_it() {
    let network = Network::own();
    let gribskov = network.node("gribskov");
    let person = network.caseworker("gribskov");
    let case = person.registers_with_plan(&Citizen::new());
    let transfer = person.offers(&case, HILLEROED);
    gribskov.stop();
    gribskov.launch(&["--clock-offset-seconds", "86400"]);
    gribskov.await_ready();
    person.log_in();
    network.person_logged_out("gribskov", "drift").log_in();
    eventually("the wrong clock is an alarm", LONG, || {
        let status = network.status("gribskov");
        status["alarms"].as_array()?.iter().any(|alarm| alarm["code"] == "CLOCK_WRONG").then_some(())
    });
    person.adds_goal(&case, "Et mål", "social").is_refused(5, "CLOCK_WRONG");
    person.tries_consent(&case, HILLEROED, FAR_AWAY, &[]).is_refused(5, "CLOCK_WRONG");
    let moved = ["--moved-on", "2026-05-01"];
    let add = ["relocation", "add", &case, "--to", HILLEROED];
    person.tries(&[&add[..], &moved].concat()).is_refused(5, "CLOCK_WRONG");
    let extract = "event_id,cpr,moved_on,from,to\ne1,6101811001,2026-05-01,0270,0219\n";
    let import = ["relocation", "import", "-"];
    network.person("gribskov", "drift").tries_with(&import, extract).is_refused(5, "CLOCK_WRONG");
    let ask = ["handover", "request", "--cpr", "-", "--from", HILLEROED, "--reason", "TESTDATA"];
    person.tries_with(&[&ask[..], &moved].concat(), &Citizen::new().cpr).is_refused(5, "CLOCK_WRONG");
    person.tries(&["handover", "ask", &transfer, "--text", "Hvornår?"]).is_refused(5, "CLOCK_WRONG");
    // Nobody else's clock is called wrong because of it.
    assert_eq!(network.status("hilleroed")["alarms"], json!([]));

    // A day behind, the node's own certificate is not valid yet: it does not start, and says what to look at.
    gribskov.stop();
    gribskov.launch(&["--clock-offset-seconds", "-86400"]);
    assert!(!gribskov.await_end().success());
    let log = gribskov.log();
    assert!(log.lines().last().is_some_and(|line| line.contains("clock")), "{log}");

    gribskov.start();
    person.log_in();
    network.person_logged_out("gribskov", "drift").log_in();
    assert_eq!(network.status("gribskov")["alarms"], json!([]));
    person.adds_goal(&case, "Et mål", "social").done();
}

#[test]
fn the_feed_of_ended_subscriptions_goes_on_from_where_it_was_read_although_the_clock_was_set_back() {
    let network = Network::own();
    let gribskov = network.node("gribskov");
    let (person, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let leader = network.person_logged_out("gribskov", "teamleder");
    let hands_over = || {
        let transfer = person.offers(&person.registers_with_plan(&Citizen::new()), HILLEROED);
        hilleroed.accepts(&transfer);
        person.awaits(&transfer, "completed");
        transfer
    };
    gribskov.stop();
    gribskov.launch(&["--clock-offset-seconds", "200"]);
    gribskov.await_ready();
    person.log_in();
    let first = hands_over();
    gribskov.stop();
    gribskov.start();
    person.log_in();
    leader.log_in();
    let second = hands_over();
    let after = leader.does(&["subscription", "list", "--after", &first]);
    let cursors: Vec<_> =
        after["subscriptions"].as_array().unwrap().iter().map(|one| text(one, "cursor")).collect();
    assert_eq!(cursors, [second]);
}

#[test]
fn a_consent_that_runs_out_before_the_plan_is_sealed_stops_the_handover() {
    let network = Network::own();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let (soon, late) = (day_in(&gribskov, 30), day_in(&gribskov, 300));
    let consent = gribskov.tries_consent(&case, HILLEROED, &soon, &[]).done();
    let basis = text(&consent, "basis_id");
    let offer = ["handover", "offer", &case, "--to", HILLEROED, "--basis", &basis, "--deadline", &late];
    let transfer = text(&gribskov.does(&offer), "transfer_id");
    let version = text(&hilleroed.awaits_offer(&transfer), "preview_version");
    network.node("gribskov").stop();
    hilleroed.does(&["handover", "accept", &transfer, "--version", &version]);

    // A hundred days later, by everybody's clock.
    network.stop_all();
    network.nodes().iter().for_each(|node| node.launch(&["--clock-offset-seconds", "8640000"]));
    network.start_all();
    gribskov.log_in();
    hilleroed.log_in();
    gribskov.awaits(&transfer, "ended");
    hilleroed.awaits(&transfer, "ended");
    assert!(gribskov.owns(&citizen) && !hilleroed.owns(&citizen));
    gribskov.tries_offer(&case, HILLEROED, &basis).is_refused(1, "BASIS_EXPIRED");
}

/// The day so many days from now, by the node's clock.
fn day_in(person: &Person<'_>, days: usize) -> String {
    let about_now = text(&person.does(&["whoami"]), "expires_at");
    let mut day: enplan_domain::Date = about_now[..10].parse().unwrap();
    for _ in 0..days {
        day = day.tomorrow().unwrap();
    }
    day.to_string()
}
