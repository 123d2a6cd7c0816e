//! How much a node takes, and that it says so before it is harmed.

use enplan_tests::{Citizen, Network};
use serde_json::{Value, json};

#[test]
fn a_report_that_is_too_large_too_long_or_too_deep_is_refused_and_the_node_goes_on() {
    let network = Network::shared();
    let ballerup = network.caseworker("ballerup");
    let plans = || ballerup.does(&["plan", "list", "--all"])["plans"].as_array().unwrap().len();
    let before = plans();
    let import = |bundle: &str| ballerup.tries_with(&["plan", "import", "-"], bundle);
    let bundle = |entries: Vec<Value>| json!({ "resourceType": "Bundle", "type": "collection", "timestamp": "2026-01-01T00:00:00Z", "entry": entries });
    let goal =
        |number: usize| json!({ "resource": { "resourceType": "Goal", "id": format!("goal-{number}") } });

    import(&"x".repeat(10_000_000)).is_refused(2, "FILE_TOO_LARGE");
    import(&bundle((0..10_000).map(goal).collect()).to_string()).is_refused(1, "BUNDLE_TOO_MANY_ENTRIES");
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    import(&bundle(vec![json!("deep")]).to_string().replace("\"deep\"", &deep))
        .is_refused(1, "BUNDLE_TOO_DEEP");

    assert_eq!(plans(), before);
    assert_eq!(network.status("ballerup")["ready"], true);
}

#[test]
fn words_that_are_too_long_are_refused_and_the_plan_stays_as_it_was() {
    let network = Network::shared();
    let halsnaes = network.caseworker("halsnaes");
    let case = halsnaes.registers_with_plan(&Citizen::new());
    let before = halsnaes.sees(&case);
    let words = ["plan", "add-goal", &case, "--text", "-", "--sector", "social"];
    halsnaes.tries_with(&words, &"å".repeat(1_000_000)).is_refused(1, "TEXT_TOO_LONG");
    halsnaes.tries_with(&words, "  ").is_refused(1, "TEXT_EMPTY");
    halsnaes.adds_goal(&case, "Et mål", "trolddom").is_refused(1, "SECTOR_UNKNOWN");
    assert_eq!(halsnaes.sees(&case), before);
}
