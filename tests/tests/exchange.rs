//! Plans as files: one out and in again at another node, several citizens from one file, and who may.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use enplan_tests::casework::text;
use enplan_tests::{Citizen, Network};
use serde_json::{Value, json};

/// What a plan holds, without what names it in one node.
fn told(plan: &Value) -> Vec<(Value, Value, Value, Value)> {
    let items = plan["items"].as_array().unwrap();
    let mut told: Vec<_> = items
        .iter()
        .map(|item| (item["id"].clone(), item["kind"].clone(), item["title"].clone(), item["status"].clone()))
        .collect();
    told.sort_by_key(|(id, ..)| id.to_string());
    told
}

fn patient(id: &str, citizen: &Citizen) -> Value {
    json!({ "resource": {
        "resourceType": "Patient", "id": id, "name": [{ "text": citizen.name }],
        "identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": citizen.cpr }],
    } })
}

fn goal(id: &str, patient: &str) -> Value {
    json!({ "resource": {
        "resourceType": "Goal", "id": id, "lifecycleStatus": "active", "description": { "text": "TESTDATA mål" },
        "subject": { "reference": format!("Patient/{patient}") },
    } })
}

#[test]
fn a_plan_that_is_saved_in_one_municipality_is_the_same_plan_where_it_is_read_in() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    gribskov.does(&["plan", "add-wish", &case, "--sector", "social", "--text", "Bo tæt på min søster"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json").display().to_string();
    let saved = gribskov.does(&["plan", "export", &case, "--file", &file]);
    assert_eq!(saved["resources"], 5, "the citizen, a wish, two goals and an action: {saved}");
    gribskov.tries(&["plan", "export", &case, "--file", &file]).is_refused(2, "FILE_EXISTS");

    let taken = hilleroed.does(&["plan", "import", &file]);
    assert_eq!(taken["created"], true);
    let [remark] = &taken["listed"].as_array().unwrap()[..] else { panic!("one remark: {taken}") };
    assert!(text(remark, "text").contains("Gribskov"), "whose the plan is, is told: {remark}");
    let there = hilleroed.sees(&text(&taken, "case_id"));
    assert_eq!(told(&there), told(&gribskov.sees(&case)));
    let again = hilleroed.does(&["plan", "import", &file]);
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(false), &json!(4)));

    let log = network.person("gribskov", "dpo").does(&["audit", "citizen", &case]);
    assert!(log.to_string().contains("export-plan"), "{log}");
}

#[test]
fn only_who_may_see_a_plan_saves_it_and_nobody_writes_over_a_file() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    network.caseworker("hilleroed").tries(&["plan", "export", &case]).is_refused(1, "NO_SUCH_CASE");
    network.person("gribskov", "drift").tries(&["plan", "export", &case]).is_refused(3, "ACCESS_ROLE");
}

#[test]
fn a_file_about_several_citizens_gives_each_their_own_and_refuses_one_without_the_others() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (first, second) = (Citizen::new(), Citizen::new());
    let nobody = json!({ "resource": { "resourceType": "Patient", "id": "c" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        patient("a", &first), patient("b", &second), nobody, goal("ga", "a"), goal("gb", "b"), goal("gx", "x"),
    ] });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("several.json").display().to_string();
    std::fs::write(&file, bundle.to_string()).unwrap();
    gribskov.tries(&["plan", "import", &file]).is_refused(1, "BUNDLE_SEVERAL_PATIENTS");
    let taken = gribskov.does(&["plan", "import", &file, "--several"]);
    let [one, other, refused] = &taken["citizens"].as_array().unwrap()[..] else { panic!("three: {taken}") };
    assert_eq!(refused["refused"]["code"], "BUNDLE_NO_CPR");
    assert_eq!(taken["rest"][0]["code"], "NOBODYS_ALONE");
    for (citizen, id) in [(one, "Goal/ga"), (other, "Goal/gb")] {
        let plan = gribskov.sees(&text(&citizen["taken"], "case_id"));
        let ids: Vec<_> = plan["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(ids, [id]);
    }
}
