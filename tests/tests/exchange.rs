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

/// A citizen, a mother who is said to be theirs, and a consent that is too general for a legal basis.
fn family_report(child: &Citizen, mother: &Citizen) -> Value {
    json!({ "resourceType": "Bundle", "type": "collection", "timestamp": "2026-05-01T10:00:00Z", "entry": [
        patient("barn", child),
        { "resource": {
            "resourceType": "RelatedPerson", "id": "mor", "patient": { "reference": "Patient/barn" },
            "identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": mother.cpr }],
            "name": [{ "text": mother.name }],
            "relationship": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH" }] }],
        } },
        { "resource": {
            "resourceType": "Consent", "id": "c", "status": "active", "patient": { "reference": "Patient/barn" },
            "dateTime": "2026-01-07", "category": [{ "text": "Hans mor må få alt at vide" }],
        } },
        { "resource": {
            "resourceType": "CareTeam", "id": "t", "status": "active", "subject": { "reference": "Patient/barn" },
            "name": "Netværket", "participant": [{
                "role": [{ "coding": [{
                    "system": "http://ffb/messaging/kl.dk/1.0/CodeSystem/kl-messaging-ffb-participantRoleCodes",
                    "code": "koordinerende-myndighed" }] }],
                "member": { "display": "Socialrådgivergruppe B" },
            }],
        } },
    ] })
}

fn saved(folder: &tempfile::TempDir, name: &str, bundle: &Value) -> String {
    let file = folder.path().join(name).display().to_string();
    std::fs::write(&file, bundle.to_string()).unwrap();
    file
}

fn ids(statements: &Value) -> Vec<String> {
    statements["statements"].as_array().unwrap().iter().map(|one| text(one, "statement_id")).collect()
}

#[test]
fn what_a_report_says_of_others_waits_beside_the_plan_until_a_caseworker_takes_it_over_or_dismisses_it() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (child, mother) = (Citizen::aged(12), Citizen::new());
    let folder = tempfile::tempdir().unwrap();
    let file = saved(&folder, "familie.json", &family_report(&child, &mother));
    let taken = gribskov.does(&["plan", "import", &file]);
    let case = text(&taken, "case_id");
    let codes: Vec<_> = taken["listed"].as_array().unwrap().iter().map(|one| text(one, "code")).collect();
    assert_eq!(codes.iter().filter(|code| *code == "STATEMENT").count(), 3, "{taken}");

    // Nobody else is in the plan, and it says that somebody has to decide.
    let plan = gribskov.sees(&case);
    assert!(!plan.to_string().contains(&mother.name), "{plan}");
    assert_eq!(plan["statements_to_decide"], 2);
    assert_eq!(plan["cooperation"]["roles"][0]["organisation"], "Socialrådgivergruppe B");
    let listed = gribskov.does(&["statement", "list", &case]);
    assert_eq!(ids(&listed), ["Consent/c", "RelatedPerson/mor", "CareTeam/t"]);
    assert_eq!(listed["statements"][0]["problem"], "STATED_CONSENT_WITHOUT_GIVER");
    assert_eq!(listed["statements"][1]["name"], json!(mother.name));
    assert!(!listed.to_string().contains(&mother.cpr[6..]), "the number is masked: {listed}");
    network.caseworker("hilleroed").tries(&["statement", "list", &case]).is_refused(1, "NO_SUCH_CASE");

    // A consent that is not specific is no legal basis; a relation needs its ground.
    let take_over =
        |id: &str, more: &[&str]| gribskov.tries(&[&["statement", "take-over", &case, id], more].concat());
    take_over("Consent/c", &[]).is_refused(1, "STATED_CONSENT_WITHOUT_GIVER");
    take_over("CareTeam/t", &["--sector", "social"]).is_refused(1, "STATEMENT_IS_INFORMATION");
    take_over("RelatedPerson/mor", &[]).is_refused(1, "STATEMENT_SECTOR_MISSING");
    take_over("RelatedPerson/mor", &["--sector", "children"]).is_refused(1, "THIRD_PERSON_WITHOUT_GROUND");
    assert_eq!(gribskov.sees(&case), plan, "nothing is half done");

    let by_law = ["--sector", "children", "--custody", "sole", "--provision", "databeskyttelsesloven-11"];
    let done = take_over("RelatedPerson/mor", &by_law).done();
    let again = take_over("RelatedPerson/mor", &by_law).done();
    assert_eq!(done["taken_over_as"], again["taken_over_as"], "taken over twice, it is there once");
    let hers = gribskov.registers(&mother);
    let household = gribskov.does(&["household", "show", &case]);
    let members: Vec<_> =
        household["members"].as_array().unwrap().iter().map(|one| text(one, "case_id")).collect();
    assert_eq!(members, [case.clone(), hers.clone()]);

    let refused = gribskov.tries(&["statement", "dismiss", &case, "Consent/c", "--reason", ""]);
    refused.is_refused(1, "STATEMENT_REASON_MISSING");
    gribskov.does(&["statement", "dismiss", &case, "Consent/c", "--reason", "For generelt"]);
    gribskov.does(&["plan", "import", &file]);
    assert_eq!(ids(&gribskov.does(&["statement", "list", &case])), ["CareTeam/t"], "nothing is asked again");
    let all = gribskov.does(&["statement", "list", &case, "--all"]);
    assert_eq!(all["statements"].as_array().unwrap().len(), 3);
    assert!(!all.to_string().contains("Hans mor"), "what is decided is gone: {all}");
    let log = network.person("gribskov", "dpo").does(&["audit", "citizen", &case]);
    assert!(log.to_string().contains("see-statements"), "{log}");
}

#[test]
fn somebody_who_is_protected_here_is_masked_in_what_reports_say() {
    let gribskov = Network::shared().caseworker("gribskov");
    let (child, mother) = (Citizen::aged(12), Citizen::new());
    let hers = gribskov.registers(&mother);
    gribskov.does(&["plan", "protect", &hers, "--on"]);
    let folder = tempfile::tempdir().unwrap();
    let file = saved(&folder, "familie.json", &family_report(&child, &mother));
    let case = text(&gribskov.does(&["plan", "import", &file]), "case_id");
    let listed = gribskov.does(&["statement", "list", &case]).to_string();
    assert!(!listed.contains(&mother.name) && !listed.contains(&mother.cpr[..6]), "{listed}");
    assert!(listed.contains("\"protected\":true"), "{listed}");
}

#[test]
fn a_consent_goes_out_with_a_plan_and_is_information_to_another_municipality() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    let basis = gribskov.records_consent(&case, enplan_tests::HILLEROED);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json").display().to_string();
    gribskov.does(&["plan", "export", &case, "--file", &file]);
    let exported = std::fs::read_to_string(&file).unwrap();
    assert!(exported.contains(&format!("Consent/{basis}")), "{exported}");

    let there = text(&hilleroed.does(&["plan", "import", &file]), "case_id");
    assert_eq!(hilleroed.sees(&there)["bases"], json!([]));
    let listed = hilleroed.does(&["statement", "list", &there]);
    let consent = &listed["statements"][0];
    assert_eq!(consent["statement_id"], json!(format!("Consent/{basis}")));
    assert_eq!(consent["problem"], "BASIS_FOREIGN_SENDER", "{listed}");
    // Where it comes from, it is no news.
    gribskov.does(&["plan", "import", &file]);
    assert_eq!(gribskov.does(&["statement", "list", &case])["statements"], json!([]));
}

#[test]
fn medcoms_families_come_in_and_stand_side_by_side_once_their_relations_are_taken_over() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/fhir/medcom-test-persons_families.json");
    if !std::path::Path::new(path).exists() {
        println!("MedCom's test persons are not beside the project: nothing is tested");
        return;
    }
    // A municipality of their own: their numbers are few, and official.
    let halsnaes = Network::shared().caseworker("halsnaes");
    let imported = halsnaes.does(&["plan", "import", path, "--several"]);
    let case = |id: &str| {
        let citizens = imported["citizens"].as_array().unwrap();
        let found = citizens.iter().find(|one| one["resource"] == json!(format!("Patient/{id}"))).unwrap();
        text(&found["taken"], "case_id")
    };
    let (mother, child) = (case("MayJune"), case("Sverre"));
    let listed = halsnaes.does(&["statement", "list", &child]);
    assert_eq!(listed["statements"].as_array().unwrap().len(), 3, "mother, father and guardian: {listed}");
    for id in ids(&listed) {
        let ground = ["--sector", "social", "--provision", "databeskyttelsesloven-11"];
        halsnaes.does(&[&["statement", "take-over", &child, &id], &ground[..]].concat());
    }
    let household = halsnaes.does(&["household", "show", &child]);
    let members: Vec<_> =
        household["members"].as_array().unwrap().iter().map(|one| text(one, "case_id")).collect();
    assert_eq!(members.len(), 3, "{household}");
    let may_june =
        household["members"].as_array().unwrap().iter().find(|one| one["case_id"] == json!(mother));
    let kinship = may_june.unwrap()["kinship"].clone();
    assert_eq!(kinship, json!(["parent", "guardian"]), "one person, two roles");
}
