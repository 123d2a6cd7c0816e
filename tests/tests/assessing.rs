//! What is assessed again and again: the citizen's own view, the target groups, and the codes of a situation.

use enplan_tests::casework::text;
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person, items};
use serde_json::{Value, json};

fn adds(person: &Person<'_>, verb: &str, case: &str, more: &[&str]) -> Answer {
    person.tries(&[&["plan", verb, case, "--sector", "social"], more].concat())
}

fn of_kind(plan: &Value, kind: &str) -> Vec<Value> {
    items(plan).into_iter().filter(|item| item["kind"] == kind).collect()
}

#[test]
fn the_citizens_own_assessments_stay_and_move_with_the_plan() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    let home = ["--area", "home", "--score"];
    adds(&gribskov, "add-self-assessment", &case, &[&home[..], &["3", "--on", "2026-01-05"]].concat()).done();
    adds(&gribskov, "add-self-assessment", &case, &[&home[..], &["7", "--text", "Ro på"]].concat()).done();
    adds(&gribskov, "add-self-assessment", &case, &["--area", "mood", "--score", "3"])
        .is_refused(1, "AREA_UNKNOWN");
    adds(&gribskov, "add-self-assessment", &case, &[&home[..], &["3", "--on", "2060-01-05"]].concat())
        .is_refused(1, "DAY_NOT_COME");
    adds(&gribskov, "add-self-assessment", &case, &[&home[..], &["11"]].concat()).is_refused(2, "USAGE");

    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.accepts(&transfer);
    let there = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    let mut series: Vec<_> = of_kind(&hilleroed.sees(&there), "self_assessment")
        .iter()
        .map(|item| (item["score"].as_u64().unwrap(), text(item, "said_by"), text(item, "area")))
        .collect();
    series.sort();
    let said = |score| (score, "citizen".to_owned(), "home".to_owned());
    assert_eq!(series, [said(3), said(7)]);
}

#[test]
fn a_target_group_is_assessed_by_its_criteria_and_decided_with_a_reason() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers(&Citizen::aged(22));
    let assess = |more: &[&str]| adds(&gribskov, "add-target-group", &case, more);
    let young = ["--group", "gribskov-young-people"];
    let several = ["--met", "several-centres=Jobcenter og misbrugscenter"];
    assess(&[&young[..], &several].concat()).done();
    let found = of_kind(&gribskov.sees(&case), "target_group_assessment");
    let assessed = &found[0]["target_group"];
    assert_eq!(assessed["membership"], "inside", "the number says 22 years: {assessed}");

    let later = ["--not-met", "several-centres=Sagen i jobcentret er lukket", "--belongs"];
    assess(&[&young[..], &later].concat()).is_refused(1, "DECISION_WITHOUT_REASON");
    assess(&[&young[..], &later, &["--because", "Begge centre følger op endnu"]].concat()).done();
    let found = of_kind(&gribskov.sees(&case), "target_group_assessment");
    assert_eq!(found.len(), 2, "the former one stays");
    assert!(found.iter().any(|item| {
        let assessed = &item["target_group"];
        assessed["conclusion"] == "outside" && assessed["membership"] == "inside"
    }));

    assess(&[&young[..], &["--met", "family=Nej"]].concat()).is_refused(1, "CRITERION_UNKNOWN");
    assess(&[&young[..], &["--met", "aged-15-to-30=Ja"]].concat())
        .is_refused(1, "CRITERION_ANSWERED_BY_THE_NUMBER");
    assess(&[&young[..], &["--met", "several-centres="]].concat()).is_refused(1, "FINDING_WITHOUT_REASON");
    assess(&[&young[..], &several, &several].concat()).is_refused(1, "CRITERION_TWICE");
    let theirs = hilleroed.registers(&Citizen::new());
    adds(&hilleroed, "add-target-group", &theirs, &young).is_refused(1, "TARGET_GROUP_UNKNOWN");
    let known = |person: &Person<'_>| person.does(&["catalogue"])["target_groups"].as_array().unwrap().len();
    assert_eq!((known(&gribskov), known(&hilleroed)), (3, 1));
}

#[test]
fn a_municipalitys_own_target_group_needs_no_new_program_and_reads_where_nobody_knows_it() {
    let network = Network::own_stopped();
    let node = network.node("gribskov");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/target-groups.toml");
    std::fs::copy(example, node.folder().join("target-groups.toml")).unwrap();
    let config = std::fs::read_to_string(node.config()).unwrap();
    let more = "\n[target_groups]\nfile = \"target-groups.toml\"\n";
    std::fs::write(node.config(), format!("{config}{more}")).unwrap();
    network.start_all();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let known = gribskov.does(&["catalogue", "--on", "2026-06-01"]);
    let own =
        known["target_groups"].as_array().unwrap().iter().find(|group| group["id"] == "unge-uden-bolig");
    assert_eq!(own.unwrap()["decision"], "Byrådets møde den 15. december 2025, punkt 12");

    let case = gribskov.registers_with_plan(&Citizen::aged(22));
    let group = ["--group", "unge-uden-bolig", "--on", "2026-06-01"];
    let home = ["--met", "no-home=Bor hos venner", "--met", "wants-help=Har bedt om det"];
    adds(&gribskov, "add-target-group", &case, &[&group[..], &home].concat()).done();
    let before_it = ["--group", "unge-uden-bolig", "--on", "2025-12-31"];
    adds(&gribskov, "add-target-group", &case, &before_it).is_refused(1, "TARGET_GROUP_UNKNOWN");

    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.accepts(&transfer);
    let there = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    let found = of_kind(&hilleroed.sees(&there), "target_group_assessment");
    let assessed = &found[0]["target_group"];
    let worded: Vec<_> =
        assessed["answers"].as_array().unwrap().iter().map(|one| text(one, "name")).collect();
    assert_eq!(text(assessed, "name"), "Unge uden egen bolig");
    let criteria = ["Har ikke egen bolig", "Vil gerne have hjælp til at finde en", "Er fra 18 til 25 år"];
    assert_eq!(worded, criteria, "in their order");
    assert_eq!(assessed["membership"], "inside");
    adds(&hilleroed, "add-target-group", &there, &group).is_refused(1, "TARGET_GROUP_UNKNOWN");
}

#[test]
fn a_barrier_has_a_code_beside_its_words_where_the_code_system_is_loaded() {
    const OID: &str = "urn:oid:2.999.7";
    let network = Network::shared();
    let (operator, gribskov) = (network.person("gribskov", "drift"), network.caseworker("gribskov"));
    let case = gribskov.registers(&Citizen::new());
    let barrier = |code: &str| {
        let what =
            ["--barrier", "--area", "mobility", "--said-by", "citizen", "--text", "Tør ikke køre alene"];
        adds(
            &gribskov,
            "add-situation",
            &case,
            &[&what[..], &["--code-system", OID, "--code", code]].concat(),
        )
    };
    barrier("1").is_refused(1, "CODE_SYSTEM_NOT_LOADED");
    let system = json!({
        "resourceType": "CodeSystem", "url": "http://example.org/TESTDATA/CodeSystem/situation", "version": "1",
        "title": "TESTDATA situation", "identifier": [{ "system": "urn:ietf:rfc:3986", "value": OID }],
        "content": "complete", "concept": [{ "code": "1", "display": "Færdes" }]
    });
    operator.tries_with(&["terminology", "import", "-"], &system.to_string()).done();
    barrier("2").is_refused(1, "CODE_UNKNOWN");
    barrier("1").done();
    let plan = gribskov.sees(&case);
    let barrier = &of_kind(&plan, "barrier")[0];
    assert_eq!(
        (&barrier["title"], &barrier["codes"][0]["display"]),
        (&json!("Tør ikke køre alene"), &json!("Færdes"))
    );
}
