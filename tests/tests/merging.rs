//! Several plans become one, through both programs: what two sources say is proposed, a person decides, and a plan that
//! arrived is laid into the one that was here.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use enplan_tests::casework::text;
use enplan_tests::{Citizen, HILLEROED, Network, Person};
use serde_json::{Value, json};

/// Adds something in a sector, and returns its id.
#[track_caller]
fn adds(person: &Person<'_>, verb: &str, case: &str, sector: &str, more: &[&str]) -> String {
    text(&person.does(&[&["plan", verb, case, "--sector", sector], more].concat()), "item_id")
}

fn proposals(person: &Person<'_>, case: &str) -> Vec<Value> {
    person.does(&["plan", "merge-proposals", case])["proposals"].as_array().unwrap().clone()
}

/// The ids of a proposal, the one that could lead first.
fn ids(proposal: &Value) -> Vec<String> {
    proposal["items"].as_array().unwrap().iter().map(|item| text(item, "id")).collect()
}

/// What something is joined to.
fn joined_to(person: &Person<'_>, case: &str, id: &str) -> Option<String> {
    let plan = person.sees(case);
    let item = plan["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap().clone();
    let links = item["links"].as_array().unwrap();
    links.iter().find(|link| link["role"] == "joined_to").map(|link| text(link, "item_id"))
}

/// Two plans gathered into one, each with the same goal, and one of them with an action for it.
struct Gathered {
    case: String,
    goals: [String; 2],
    action: String,
}

impl Gathered {
    fn of(person: &Person<'_>) -> Self {
        let case = person.registers(&Citizen::new());
        let goal = |sector: &str, kind: &str, words: &str| {
            let plan = adds(person, "add-source-plan", &case, sector, &["--kind", kind]);
            adds(person, "add-goal", &case, sector, &["--text", words, "--taken-from", &plan])
        };
        let one = goal("employment", "min-plan", "At gå tre kilometer om dagen");
        let other = goal("health", "rehabilitation", "At gå tre kilometer om dagen.");
        let action = adds(person, "add-action", &case, "health", &["--text", "Gåhold", "--goal", &other]);
        Self { goals: [one, other], action, case }
    }
}

#[test]
fn what_two_plans_both_say_is_proposed_and_joined_and_nothing_of_it_is_lost() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let Gathered { case, goals: [one, other], action } = Gathered::of(&gribskov);
    let open = proposals(&gribskov, &case);
    assert_eq!((open.len(), &open[0]["why"]), (1, &json!(["SAME_WORDS"])));
    assert_eq!(ids(&open[0]), [one.clone(), other.clone()]);
    let sources: Vec<_> =
        open[0]["items"].as_array().unwrap().iter().map(|item| text(item, "source")).collect();
    assert!(sources[0] != sources[1], "{sources:?}");
    let found = gribskov.does(&["plan", "findings", &case]);
    assert!(found["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "SAME_THING"));

    gribskov.does(&[
        "plan",
        "merge",
        &case,
        "--join",
        &format!("{one} {other} | At gå tre kilometer dagligt"),
    ]);
    assert!(proposals(&gribskov, &case).is_empty());
    assert_eq!(joined_to(&gribskov, &case, &other), Some(one.clone()));
    let plan = gribskov.sees(&case);
    let item =
        |id: &str| plan["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap().clone();
    assert_eq!(item(&one)["title"], "At gå tre kilometer dagligt");
    assert_eq!(item(&other)["title"], "At gå tre kilometer om dagen.", "in the words of its own source");
    assert_eq!(
        item(&action)["links"][0]["item_id"],
        json!(one),
        "what leaned on the part leans on what leads"
    );
    let history = gribskov.does(&["plan", "history", &case]);
    let told = history.to_string();
    assert!(told.contains("lagt sammen med »At gå tre kilometer om dagen«"), "{told}");

    gribskov.tries(&["plan", "finish", &case, &other]).is_refused(1, "JOINED_TO_ANOTHER");
    gribskov.does(&["plan", "separate", &case, &other, "--reason", "To forskellige mål"]);
    assert_eq!(joined_to(&gribskov, &case, &other), None);
    assert!(proposals(&gribskov, &case).is_empty(), "who took them apart is not asked again");
    let log = network.log("gribskov", &case);
    assert!(log.iter().any(|access| access["action"] == "see-merge-proposals"), "{log:#?}");
}

#[test]
fn what_is_decided_at_once_is_decided_whole_or_not_at_all() {
    let gribskov = Network::shared().caseworker("gribskov");
    let Gathered { case, goals: [one, other], action } = Gathered::of(&gribskov);
    let version = gribskov.sees(&case)["version"].clone();
    let join = format!("{one} {other}");
    let refused: &[(&[&str], i32, &str)] = &[
        (&["--join", &join, "--apart", &format!("{one} {action}")], 1, "KINDS_DIFFER"),
        (&["--join", &join, "--join", &format!("{one} Goal/nowhere")], 1, "ITEM_NOT_FOUND"),
        (&["--join", &join, "--apart", &join], 1, "MERGE_NEEDS_TWO"),
        (&["--join", &one], 2, "USAGE"),
        (&[], 2, "USAGE"),
    ];
    for (what, exit, code) in refused {
        gribskov.tries(&[&["plan", "merge", &case], *what].concat()).is_refused(*exit, code);
    }
    assert_eq!(gribskov.sees(&case)["version"], version);
    gribskov.does(&["plan", "keep-apart", &case, &one, &other]);
    assert!(proposals(&gribskov, &case).is_empty());
    gribskov.does(&["plan", "reword", &case, &other, "--text", "At gå tre kilometer om dagen igen"]);
    assert_eq!(proposals(&gribskov, &case).len(), 1, "one of them says something else now");
    // Somebody else's plan is nobody's to join anything in.
    let stranger = Network::shared().person("gribskov", "drift");
    stranger.tries(&["plan", "merge", &case, "--join", &join]).is_refused(3, "ACCESS_ROLE");
}

#[test]
fn a_plan_that_arrived_is_laid_into_the_one_that_was_here_and_ends_with_it() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let (sent, here) = (gribskov.registers_with_plan(&citizen), hilleroed.registers(&citizen));
    let mine = adds(&hilleroed, "add-goal", &here, "social", &["--text", "Tage bussen alene"]);
    let transfer = gribskov.offers(&sent, HILLEROED);
    hilleroed.accepts(&transfer);
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    let consent = hilleroed.records_consent(&arrived, "Furesø");
    assert!(hilleroed.sees(&here)["findings"].to_string().contains("CITIZEN_HAS_ANOTHER_PLAN"));

    let preview = hilleroed.does(&["plan", "merge-into", &arrived, &here, "--preview"]);
    assert_eq!(preview["came_from"]["code"], "0270");
    assert!(preview["taken"].as_array().unwrap().len() >= 4, "{preview}");
    assert!(preview["bases_that_stay"].to_string().contains(&consent), "{preview}");
    assert_eq!(preview["proposals"].as_array().unwrap().len(), 1, "{preview}");
    let before = [hilleroed.sees(&arrived), hilleroed.sees(&here)];
    hilleroed.tries(&["plan", "merge-into", &arrived, &here]).is_refused(2, "CONFIRMATION_NEEDED");
    hilleroed.tries(&["plan", "merge-into", &here, &here, "--yes"]).is_refused(1, "MERGE_NEEDS_TWO");
    let others = hilleroed.registers(&Citizen::new());
    hilleroed.tries(&["plan", "merge-into", &arrived, &others, "--yes"]).is_refused(1, "NOT_THEIR_PLAN");
    // What is offered to somebody is not closed meanwhile.
    let offered = text(&hilleroed.tries_offer(&arrived, "Furesø", &consent).done(), "transfer_id");
    hilleroed.tries(&["plan", "merge-into", &arrived, &here, "--yes"]).is_refused(1, "HANDOVER_UNDER_WAY");
    hilleroed.does(&["handover", "revoke", &offered, "--yes"]);
    hilleroed.awaits(&offered, "revoked");
    assert_eq!(
        [hilleroed.sees(&arrived)["items"].clone(), hilleroed.sees(&here)["items"].clone()],
        [before[0]["items"].clone(), before[1]["items"].clone()]
    );

    let merged = hilleroed.does(&["plan", "merge-into", &arrived, &here, "--yes"]);
    let closed = hilleroed.sees(&arrived);
    assert_eq!((&closed["closed"], &closed["merged_into"]), (&json!("merged"), &json!(here)));
    let plan = hilleroed.sees(&here);
    assert_eq!(plan["received_from"]["code"], "0270");
    assert!(!plan["findings"].to_string().contains("CITIZEN_HAS_ANOTHER_PLAN"));
    for item in before[0]["items"].as_array().unwrap() {
        let there = plan["items"].as_array().unwrap().iter().find(|there| there["id"] == item["id"]);
        let there = there.unwrap_or_else(|| panic!("no {item}"));
        assert_eq!((&there["title"], &there["provenance"]), (&item["title"], &item["provenance"]));
    }
    let open = merged["proposals"].as_array().unwrap();
    assert_eq!(ids(&open[0])[0], mine, "{open:?}");
    hilleroed.does(&["plan", "merge", &here, "--join", &ids(&open[0]).join(" ")]);
    assert!(proposals(&hilleroed, &here).is_empty());

    // The consent stays with the case that it was given for, where it can be withdrawn, and covers no other.
    hilleroed.tries_offer(&here, "Furesø", &consent).is_refused(1, "NO_SUCH_BASIS");
    hilleroed.does(&["consent", "withdraw", &arrived, &consent, "--yes"]);
    // And the number leads to the one plan again.
    assert!(hilleroed.owns(&citizen));
    for case in [&arrived, &here] {
        let log = network.log("hilleroed", case);
        assert!(log.iter().any(|access| access["action"] == "merge-plans"), "{case}: {log:#?}");
    }
}
