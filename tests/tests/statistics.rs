//! Counting together: what comes of a quarter that nine municipalities count, who may see what of it, and what happens when
//! some of them are away.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::collections::BTreeSet;

use enplan_tests::casework::text;
use enplan_tests::{Network, Person};
use serde_json::Value;

const EPOCH: &str = "2019-Q4";

/// A table of a release, as somebody sees it.
fn table(person: &Person<'_>, name: &str, more: &[&str]) -> Value {
    person.does(&[&["statistics", "table", name], more].concat())
}

fn cells(table: &Value) -> &Vec<Value> {
    table["cells"].as_array().unwrap()
}

/// The only cell of the table that counts everybody.
fn everybody(person: &Person<'_>) -> i64 {
    cells(&table(person, "citizens", &[]))[0]["value"].as_i64().unwrap()
}

#[test]
fn a_quarter_is_counted_once_by_all_and_no_small_figure_is_shown() {
    let network = Network::own();
    let coordinator = network.person("helsingoer", "koordinator");
    coordinator.tries(&["statistics", "table", "citizens"]).is_refused(1, "NOT_RELEASED");
    let run = coordinator.does(&["statistics", "epoch", "run", EPOCH]);
    assert_eq!(run["epoch"]["state"], "released");
    assert_eq!(run["epoch"]["participants"].as_array().unwrap().len(), 9);
    coordinator.tries(&["statistics", "epoch", "run", EPOCH]).is_refused(1, "EPOCH_RELEASED");
    coordinator.tries(&["statistics", "epoch", "run", "2019-Q3"]).is_refused(1, "EPOCH_PASSED");
    coordinator.tries(&["statistics", "epoch", "run", "2999-Q4"]).is_refused(1, "EPOCH_NOT_ENDED");
    coordinator.tries(&["statistics", "epoch", "run", "2019"]).is_refused(1, "NOT_AN_EPOCH");

    // The same on every node, whoever reads it.
    let tables = coordinator.does(&["statistics", "list"]);
    let names: Vec<String> =
        tables["tables"].as_array().unwrap().iter().map(|table| text(table, "table")).collect();
    let others = network.caseworker("ballerup");
    let mut hidden = 0;
    for name in &names {
        let here = table(&coordinator, name, &[]);
        assert_eq!(here, table(&others, name, &[]), "{name}");
        for cell in cells(&here) {
            let shown = cell["status"] == "published";
            assert_eq!(cell["value"].is_i64(), shown, "a figure that is not shown has no value: {cell}");
            hidden += usize::from(cell["status"] == "suppressed");
        }
    }
    assert!(hidden > 0, "tables this small always have something to hide");

    // Of some two hundred citizens, give or take a few for noise, and the municipality's own figures beside them.
    let all = everybody(&coordinator);
    assert!((100..300).contains(&all), "{all}");
    let leader = network.person("gribskov", "teamleder");
    let own = cells(&table(&leader, "citizens", &["--own"]))[0]["own"].as_i64().unwrap();
    assert!(0 < own && own < all, "{own} of {all}");
    for (profile, user) in [("gribskov", "sagsbehandler"), ("helsingoer", "koordinator")] {
        let person = network.person(profile, user);
        person.tries(&["statistics", "table", "citizens", "--own"]).is_refused(3, "ACCESS_ROLE");
    }
    let caseworker = network.caseworker("gribskov");
    caseworker.tries(&["statistics", "epoch", "run", EPOCH]).is_refused(3, "ACCESS_ROLE");

    // In a citizen's log: that they were counted, by the node and nobody.
    let case = caseworker.does(&["plan", "list"])["plans"][0]["case_id"].as_str().unwrap().to_owned();
    let log = network.log("gribskov", &case);
    let counted: Vec<_> = log.iter().filter(|access| access["action"] == "statistics.freeze").collect();
    assert!(counted.iter().all(|access| access["actor_kind"] == "system") && !counted.is_empty());
}

#[test]
fn a_file_has_a_status_for_each_cell_and_an_empty_value_where_it_is_hidden() {
    let network = Network::own();
    let coordinator = network.person("furesoe", "koordinator");
    coordinator.does(&["statistics", "epoch", "run", EPOCH]);
    for ending in ["csv", "json", "xlsx"] {
        let file = network.folder().join(format!("tabeller.{ending}"));
        let path = file.to_str().unwrap();
        assert_eq!(coordinator.tries(&["statistics", "export", "--file", path]).exit, 0);
        assert!(file.metadata().unwrap().len() > 1000, "{ending}");
        coordinator.tries(&["statistics", "export", "--file", path]).is_refused(2, "FILE_EXISTS");
    }
    let csv = std::fs::read_to_string(network.folder().join("tabeller.csv")).unwrap();
    let statuses: BTreeSet<&str> = csv.lines().skip(1).map(|line| line.rsplit(';').nth(1).unwrap()).collect();
    assert!(statuses.contains("published") && statuses.contains("suppressed"), "{statuses:?}");
    assert!(csv.lines().filter(|line| line.contains(";suppressed;")).all(|line| line.ends_with(';')));
}

#[test]
fn two_who_are_away_are_left_out_and_said_to_be_and_with_three_away_the_quarter_waits() {
    let network = Network::own();
    let coordinator = network.person("helsingoer", "koordinator");
    let away = [network.node("alleroed"), network.node("ballerup"), network.node("halsnaes")];
    network.stop_some(&away);
    coordinator.tries(&["statistics", "epoch", "run", EPOCH]).is_refused(1, "TOO_FEW_NODES");
    network.start_some(&away[..1]);
    let run = coordinator.does(&["statistics", "epoch", "run", EPOCH]);
    let absent: Vec<String> =
        run["epoch"]["absent"].as_array().unwrap().iter().map(|one| text(one, "code")).collect();
    assert_eq!(absent, ["0151", "0260"]);
    // Who comes back reads what was released, and has no figures of its own in it.
    network.start_all();
    assert_eq!(everybody(&network.caseworker("ballerup")), everybody(&coordinator));
    let leader = network.person("ballerup", "teamleder");
    leader.tries(&["statistics", "table", "citizens", "--own"]).is_refused(1, "NOT_COUNTED_HERE");
}

#[test]
fn a_quarter_in_which_nobody_came_or_went_says_what_it_said_before() {
    let network = Network::own();
    let coordinator = network.person("helsingoer", "koordinator");
    coordinator.does(&["statistics", "epoch", "run", "2023-Q1"]);
    let before = table(&coordinator, "citizens", &[]);
    coordinator.does(&["statistics", "epoch", "run", "2023-Q2"]);
    let after = table(&coordinator, "citizens", &[]);
    assert_eq!(after["state"], "unchanged");
    assert_eq!((&after["published"], &after["cells"]), (&before["published"], &before["cells"]));
    let compared =
        coordinator.does(&["statistics", "compare", "citizens", "--from", "2023-Q1", "--to", "2023-Q2"]);
    assert_eq!(compared["cells"][0]["change"], 0);
}

#[test]
fn what_is_counted_is_agreed_by_every_municipality_and_only_as_it_was_read() {
    let network = Network::shared();
    let officer = network.person("gribskov", "dpo");
    let manifests = officer.does(&["statistics", "manifest", "list"]);
    let manifest = &manifests["manifests"][0];
    assert_eq!((&manifest["in_force"], manifest["approved_by"].as_array().unwrap().len()), (&true.into(), 9));
    officer.does(&["statistics", "manifest", "approve", "1", "--yes"]);
    officer.tries(&["statistics", "manifest", "approve", "2", "--yes"]).is_refused(1, "NO_MANIFEST");
    let leader = network.person("gribskov", "teamleder");
    leader.tries(&["statistics", "manifest", "approve", "1", "--yes"]).is_refused(3, "ACCESS_ROLE");
    let described = leader.does(&["statistics", "describe", "outcome"]);
    assert!(!text(&described["dimensions"][0], "definition").is_empty());
}
