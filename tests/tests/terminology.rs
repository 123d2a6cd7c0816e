//! Code systems, from outside: loaded by an operator, seen by a caseworker.
use std::path::{Path, PathBuf};

use enplan_tests::casework::text;
use enplan_tests::{Citizen, Network, items};
use serde_json::{Value, json};

const URL: &str = "http://example.org/TESTDATA/CodeSystem/ydelser";
const OID: &str = "urn:oid:2.999.1";
const FFB: &str = "urn:oid:1.2.208.176.2.22";

/// Example reports and code systems of the Danish guides, where they are at hand: they are not this repository's to
/// publish.
fn published(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    Some(folder.join(name)).filter(|file| file.is_file())
}

fn code_system(version: &str, words: &str) -> String {
    let concept =
        json!([{ "code": "1", "display": "Ydelse", "concept": [{ "code": "1.1", "display": words }] }]);
    json!({
        "resourceType": "CodeSystem", "url": URL, "version": version, "title": "TESTDATA ydelser",
        "identifier": [{ "system": "urn:ietf:rfc:3986", "value": OID }],
        "content": "complete", "concept": concept
    })
    .to_string()
}

/// A report with one action for each of these codes.
fn report(citizen: &Citizen, codes: &[Value]) -> String {
    let patient = json!({ "resource": { "resourceType": "Patient", "id": format!("p-{}", citizen.cpr),
        "identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": citizen.cpr }] } });
    let actions = codes.iter().enumerate().map(|(n, code)| {
        let activity = json!([{ "detail": { "status": "in-progress", "code": { "coding": [code] } } }]);
        json!({ "resource": { "resourceType": "CarePlan", "id": format!("c-{}-{n}", citizen.cpr),
            "status": "active", "intent": "order", "activity": activity,
            "basedOn": [{ "reference": format!("CarePlan/c-{}-0", citizen.cpr) }] } })
    });
    let entries: Vec<_> = std::iter::once(patient).chain(actions).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "timestamp": "2026-01-01T00:00:00Z", "entry": entries })
        .to_string()
}

/// An item's line, and the words of its first code.
fn shown(plan: &Value) -> Vec<(String, Value)> {
    items(plan).iter().map(|item| (text(item, "title"), item["codes"][0]["display"].clone())).collect()
}

#[test]
fn an_ffb_report_is_shown_with_danish_words_once_the_operator_has_loaded_ffb() {
    let (Some(ffb), Some(sixth)) = (
        published("terminology/CodeSystem-FFB.json"),
        published("fhir/ffb-reporting_borge-mogensen_6th-encounter_2021-06-18.json"),
    ) else {
        println!("skipped: the guides' examples are not here");
        return;
    };
    let network = Network::shared();
    let (operator, caseworker) = (network.person("gribskov", "drift"), network.caseworker("gribskov"));
    let loaded = operator.does(&["terminology", "import", ffb.to_str().unwrap()]);
    assert_eq!((&loaded["outcome"], &loaded["code_system"]["codes"]), (&json!("added"), &json!(220)));

    let imported = caseworker.does(&["plan", "import", sixth.to_str().unwrap()]);
    let titles: Vec<_> = imported["taken"].as_array().unwrap().iter().map(|taken| &taken["title"]).collect();
    assert!(titles.contains(&&json!("Kompetenceudviklende aktivitet")), "{titles:?}");
    let plan = caseworker.sees(&text(&imported, "case_id"));
    let mut ffb_codes = 0;
    for item in items(&plan) {
        for code in item["codes"].as_array().unwrap().iter().filter(|code| code["system"] == FFB) {
            let display = text(code, "display");
            assert!(text(&item, "title").contains(&display), "{item}");
            ffb_codes += 1;
        }
    }
    assert!(ffb_codes > 20, "{plan}");
}

#[test]
fn a_code_has_its_source_s_words_or_else_the_system_s_and_an_unknown_one_stays_as_it_is() {
    let network = Network::shared();
    let (operator, caseworker) = (network.person("furesoe", "drift"), network.caseworker("furesoe"));
    let citizen = Citizen::new();
    let codes = [
        json!({ "system": OID, "code": "1.1" }),
        json!({ "system": URL, "code": "1.1" }),
        json!({ "system": URL, "code": "1.1", "display": "Kildens ord" }),
        json!({ "system": URL, "code": "9.9" }),
    ];
    let imported = caseworker.tries_with(&["plan", "import", "-"], &report(&citizen, &codes)).done();
    let case = text(&imported, "case_id");
    let unknown = |code: &str| (code.to_owned(), Value::Null);
    let known = |words: &str| (words.to_owned(), json!(words));
    let before = [unknown("1.1"), unknown("1.1"), known("Kildens ord"), unknown("9.9")];
    assert_eq!(shown(&caseworker.sees(&case)), before);

    operator.tries_with(&["terminology", "import", "-"], &code_system("1", "Afklaring")).done();
    let after = [known("Afklaring"), known("Afklaring"), known("Kildens ord"), unknown("9.9")];
    assert_eq!(shown(&caseworker.sees(&case)), after);

    // What an import says of the same resources is in the same words.
    let other = Citizen::new();
    let imported = caseworker.tries_with(&["plan", "import", "-"], &report(&other, &codes)).done();
    let titles: Vec<_> =
        imported["taken"].as_array().unwrap().iter().map(|taken| text(taken, "title")).collect();
    assert_eq!(titles, ["Afklaring", "Afklaring", "Kildens ord", "9.9"]);
}

#[test]
fn a_code_system_is_loaded_once_replaced_by_a_newer_one_and_there_after_a_restart() {
    let network = Network::own();
    let operator = network.person("halsnaes", "drift");
    let import = |file: &str, more: &[&str]| {
        operator.tries_with(&[&["terminology", "import", "-"], more].concat(), file)
    };
    assert_eq!(operator.does(&["terminology", "list"])["code_systems"], json!([]));
    let first = import(&code_system("2", "Afklaring"), &[]).done();
    assert_eq!((&first["outcome"], &first["replaced_version"]), (&json!("added"), &Value::Null));
    assert_eq!(import(&code_system("2", "Afklaring"), &[]).done()["outcome"], "unchanged");
    let list = || operator.does(&["terminology", "list"]);
    assert_eq!(list()["code_systems"], json!([first["code_system"]]));
    assert_eq!(first["code_system"]["loaded_by"], "drift");

    for not_newer in [code_system("1", "Afklaring"), code_system("2", "Afdækning")] {
        let refusal = import(&not_newer, &[]).is_refused(1, "CODE_SYSTEM_NOT_NEWER");
        assert!(refusal.message.contains("--replace"), "{}", refusal.message);
    }
    assert_eq!(list()["code_systems"], json!([first["code_system"]]));
    let newer = import(&code_system("3", "Afdækning"), &[]).done();
    assert_eq!((&newer["outcome"], &newer["replaced_version"]), (&json!("replaced"), &json!("2")));
    let older = import(&code_system("1", "Udredning"), &["--replace"]).done();
    assert_eq!((&older["outcome"], &older["replaced_version"]), (&json!("replaced"), &json!("3")));

    let node = network.node("halsnaes");
    node.stop();
    network.start_some(&[node]);
    assert_eq!(list()["code_systems"], json!([older["code_system"]]));
    for system in [URL, OID] {
        let concept = operator.does(&["terminology", "show", system, "1.1"]);
        assert_eq!((&concept["display"], &concept["above"]), (&json!("Udredning"), &json!(["Ydelse"])));
    }
    operator.tries(&["terminology", "show", URL, "9.9"]).is_refused(1, "NO_SUCH_CODE");
    operator.tries(&["terminology", "show", "urn:oid:2.999.9", "1"]).is_refused(1, "NO_SUCH_CODE_SYSTEM");
}

#[test]
fn a_file_that_is_no_whole_code_system_loads_nothing() {
    let network = Network::shared();
    let operator = network.person("alleroed", "drift");
    let import = |file: &str| operator.tries_with(&["terminology", "import", "-"], file);
    let whole = code_system("1", "Afklaring");
    import("code;display").is_refused(1, "CODE_SYSTEM_NOT_JSON");
    import("{}").is_refused(1, "CODE_SYSTEM_NOT_A_CODE_SYSTEM");
    import(&whole[..whole.len() - 9]).is_refused(1, "CODE_SYSTEM_TRUNCATED");
    import(&whole.replace("complete", "fragment")).is_refused(1, "CODE_SYSTEM_NOT_COMPLETE");
    import(&whole.replace("\"1.1\"", "\"1\"")).is_refused(1, "CODE_SYSTEM_DUPLICATE_CODE");
    import(&" ".repeat(9 << 20)).is_refused(2, "FILE_TOO_LARGE");
    assert_eq!(operator.does(&["terminology", "list"])["code_systems"], json!([]));
}

#[test]
fn all_staff_see_what_is_loaded_and_only_the_operator_loads() {
    let network = Network::shared();
    let file = code_system("1", "Afklaring");
    for user in ["sagsbehandler", "teamleder", "dpo", "koordinator"] {
        let person = network.person("ballerup", user);
        person.does(&["terminology", "list"]);
        person.tries_with(&["terminology", "import", "-"], &file).is_refused(3, "ACCESS_ROLE");
    }
    assert_eq!(network.caseworker("ballerup").does(&["terminology", "list"])["code_systems"], json!([]));
}
