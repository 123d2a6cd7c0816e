//! Coordination, through both programs: what does not hang together, network meetings, follow-ups that evaluate, and a plan
//! that changes hands.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use enplan_tests::casework::text;
use enplan_tests::{Citizen, Network, Person};
use serde_json::{Value, json};

/// Adds something in a sector, and returns its id.
#[track_caller]
fn adds(person: &Person<'_>, verb: &str, case: &str, sector: &str, more: &[&str]) -> String {
    text(&person.does(&[&["plan", verb, case, "--sector", sector], more].concat()), "item_id")
}

/// An item of a plan.
#[track_caller]
fn item(plan: &Value, id: &str) -> Value {
    let items = plan["items"].as_array().unwrap();
    items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}: {plan}")).clone()
}

/// What was found, by code.
fn found(person: &Person<'_>, case: &str) -> Vec<String> {
    let found = person.does(&["plan", "findings", case]);
    found["findings"].as_array().unwrap().iter().map(|finding| text(finding, "code")).collect()
}

fn topics(person: &Person<'_>, case: &str) -> Vec<String> {
    let agenda = person.does(&["meeting", "agenda", case]);
    agenda["points"].as_array().unwrap().iter().map(|point| text(point, "topic")).collect()
}

#[test]
fn a_network_meeting_with_one_decision_is_recorded_in_one_command_and_becomes_an_action() {
    let gribskov = Network::shared().caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers(&citizen);
    adds(&gribskov, "add-wish", &case, "housing", &["--text", "Et sted at bo"]);
    let goal = adds(&gribskov, "add-goal", &case, "housing", &["--text", "Egen bolig"]);
    assert_eq!(found(&gribskov, &case), ["GOAL_WITHOUT_ACTION"]);
    assert_eq!(topics(&gribskov, &case), ["wish", "goal_without_action"]);

    let decision = format!("Søge bolig | Bo Lund | 2060-03-01 | housing | {goal}");
    let record = ["meeting", "record", &case, "--sector", "social", "--on", "2026-01-15", "--at", "14:00"];
    let who = ["--invite", "citizen", "--invite", "professional | Bo Lund | Boligrådgivningen"];
    let what = ["--absent", "1", "--minutes", "Enige om boligen", "--decision", &decision];
    let written = gribskov.does(&[&record[..], &who, &what].concat());
    let meeting = text(&written, "item_id");
    let decided = &written["decisions"][0];
    let plan = gribskov.sees(&case);
    let held = item(&plan, &meeting);
    assert_eq!((&held["status"], &held["outcome"]), (&json!("ended"), &json!("Enige om boligen")));
    assert_eq!(held["meeting"]["participants"][0]["attendance"], "absent");
    assert_eq!(held["meeting"]["participants"][1]["attendance"], "came");
    let kept: Vec<_> =
        held["meeting"]["agenda"].as_array().unwrap().iter().map(|point| text(point, "topic")).collect();
    assert_eq!(kept, ["wish", "goal_without_action"]);
    let action = item(&plan, &text(decided, "action_id"));
    assert_eq!((&action["doer"], &action["sector"]), (&json!("Bo Lund"), &json!("housing")));
    let roles: Vec<_> = action["links"].as_array().unwrap().iter().map(|link| text(link, "role")).collect();
    assert_eq!(roles, ["serves", "decided_at"]);
    assert_eq!(found(&gribskov, &case), [""; 0]);
    assert_eq!(topics(&gribskov, &case), ["wish", "decision_not_done"]);

    gribskov.does(&["plan", "finish", &case, &text(decided, "action_id"), "--outcome", "Lejlighed fundet"]);
    assert_eq!(topics(&gribskov, &case), ["wish", "goal_without_action"]);
    let log = Network::shared().log_of("gribskov", &citizen);
    for look in ["see-findings", "see-agenda"] {
        assert!(log.iter().any(|access| access["action"] == look), "{look} in {log:#?}");
    }
}

#[test]
fn a_meeting_is_planned_moved_held_and_corrected_and_another_is_called_off() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let plans = |on: &str| {
        let words = ["meeting", "plan", &case, "--sector", "social", "--on", on, "--invite", "citizen"];
        text(&gribskov.does(&words), "item_id")
    };
    let meeting = plans("2027-02-01");
    gribskov.does(&["meeting", "move", &case, &meeting, "--on", "2027-02-08", "--at", "10:00"]);
    let moved = item(&gribskov.sees(&case), &meeting);
    assert_eq!((&moved["starts_on"], &moved["meeting"]["at"]), (&json!("2027-02-08"), &json!("10:00")));
    let hold = ["meeting", "hold", &case, &meeting, "--on", "2026-02-01", "--minutes", "Alle kom"];
    gribskov.does(&[&hold[..], &["--also", "relative | | Søsteren"]].concat());
    gribskov.tries(&hold).is_refused(1, "ITEM_IS_OVER");
    gribskov.does(&["meeting", "correct", &case, &meeting, "--minutes", "Næsten alle kom"]);
    assert_eq!(item(&gribskov.sees(&case), &meeting)["outcome"], "Næsten alle kom");

    let other = plans("2027-03-01");
    gribskov.does(&["meeting", "cancel", &case, &other, "--reason", "Sygdom"]);
    assert_eq!(item(&gribskov.sees(&case), &other)["status"], "cancelled");
    let history = gribskov.does(&["plan", "history", &case]);
    let told: Vec<_> =
        history["changes"].as_array().unwrap().iter().map(|change| text(change, "text")).collect();
    assert_eq!(
        told[..6],
        [
            "Netværksmøde aflyst",
            "Netværksmøde planlagt",
            "Netværksmøde ændret",
            "Netværksmøde holdt",
            "Netværksmøde ændret",
            "Netværksmøde planlagt",
        ]
    );
}

#[test]
fn a_meeting_that_can_not_have_been_so_is_refused_by_name_and_nothing_of_it_is_kept() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let before = gribskov.sees(&case);
    let record =
        ["meeting", "record", &case, "--sector", "social", "--on", "2026-01-15", "--invite", "citizen"];
    let refused: &[(&[&str], i32, &str)] = &[
        (&["--minutes", " "], 1, "TEXT_EMPTY"),
        (&["--minutes", "x", "--absent", "2"], 1, "PARTICIPANT_NOT_FOUND"),
        (&["--minutes", "x", "--also", "professional"], 1, "PARTICIPANT_WITHOUT_NAME"),
        (&["--minutes", "x", "--decision", "Ringe | | 2027-01-01"], 1, "DECISION_WITHOUT_DOER"),
        (&["--minutes", "x", "--decision", "Ringe | Bo | 2026-01-14"], 1, "DECISION_BEFORE_MEETING"),
        (&["--minutes", "x", "--decision", "Ringe | Bo | 2027-01-01 | rummet"], 1, "SECTOR_UNKNOWN"),
        (&["--minutes", "x", "--decision", "Ringe | Bo | 2027-01-01 | social | Goal/x"], 1, "GOAL_NOT_FOUND"),
        (&["--minutes", "x", "--decision", "Ringe | Bo"], 2, "USAGE"),
        (&["--minutes", "x", "--at", "kl. to"], 2, "USAGE"),
        (&["--minutes", "x", "--also", "nabo | Bo"], 2, "USAGE"),
    ];
    for (more, exit, code) in refused {
        gribskov.tries(&[&record[..], more].concat()).is_refused(*exit, code);
    }
    let late = ["meeting", "record", &case, "--sector", "social", "--on", "2059-01-01", "--minutes", "x"];
    gribskov.tries(&late).is_refused(1, "DAY_NOT_COME");
    assert_eq!(gribskov.sees(&case), before);
    let colleague = Network::shared().person("gribskov", "sagsbehandler2");
    colleague.tries(&["meeting", "agenda", &case]).is_refused(3, "ACCESS_NEED_TO_KNOW");
    colleague.tries(&["plan", "findings", &case]).is_refused(3, "ACCESS_NEED_TO_KNOW");
}

#[test]
fn what_conflicts_is_explained_and_acknowledged_until_it_changes() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let work = adds(&gribskov, "add-goal", &case, "employment", &["--text", "Fuld tid"]);
    let calm = adds(&gribskov, "add-goal", &case, "social", &["--text", "Ro på"]);
    let granted = |sector: &str, goal: &str, words: &str, provision: &str| {
        let more = ["--text", words, "--goal", goal, "--provision", provision];
        adds(&gribskov, "add-action", &case, sector, &more)
    };
    let practice = granted("employment", &work, "Praktik på lageret", "lab-57");
    granted("social", &calm, "Behandling", "servicelov-101");
    let finding = &gribskov.does(&["plan", "findings", &case])["findings"][0];
    assert_eq!(finding["code"], "OVERLAPPING_ACTIONS");
    assert!(
        text(finding, "text").ends_with("tager borgerens dag på samme tid. Aftal, hvad der går forud."),
        "{finding}"
    );

    let acknowledge = ["plan", "acknowledge", &case, "OVERLAPPING_ACTIONS", "--reason"];
    gribskov.tries(&[&acknowledge[..], &[" "]].concat()).is_refused(1, "TEXT_EMPTY");
    gribskov
        .tries(&["plan", "acknowledge", &case, "DOUBLE_EFFORT", "--reason", "x"])
        .is_refused(2, "FINDING_NOT_FOUND");
    gribskov.does(&[&acknowledge[..], &["Behandlingen er om aftenen"]].concat());
    let seen = |plan: &Value| plan["incoherences"][0]["acknowledged"].clone();
    let plan = gribskov.sees(&case);
    assert_eq!(seen(&plan)["reason"], "Behandlingen er om aftenen");
    assert_eq!(seen(&plan)["by"], "sagsbehandler");
    assert!(!topics(&gribskov, &case).contains(&"conflict".to_owned()));
    gribskov.does(&["plan", "reword", &case, &practice, "--text", "Praktik i butik"]);
    assert_eq!(seen(&gribskov.sees(&case)), Value::Null);

    let opposed = gribskov.does(&["plan", "oppose", &case, &work, &calm, "--text", "Fuld tid giver ikke ro"]);
    assert!(found(&gribskov, &case).contains(&"OPPOSING_AIMS".to_owned()));
    gribskov.tries(&["plan", "oppose", &case, &work, &work, "--text", "x"]).is_refused(1, "OPPOSES_ITSELF");
    gribskov.does(&["plan", "finish", &case, &text(&opposed, "item_id"), "--outcome", "Halv tid"]);
    assert!(!found(&gribskov, &case).contains(&"OPPOSING_AIMS".to_owned()));
}

#[test]
fn a_follow_up_says_how_far_each_goal_is_and_a_goal_is_adjusted_with_its_reason() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let bus = adds(&gribskov, "add-goal", &case, "social", &["--text", "Tage bussen"]);
    let work = adds(&gribskov, "add-goal", &case, "employment", &["--text", "Fuld tid"]);
    let follow_up = adds(&gribskov, "add-follow-up", &case, "social", &["--on", "2026-01-15"]);
    let hold = |evaluations: &[&str]| {
        let words = ["plan", "hold", &case, &follow_up, "--outcome", "God samtale"];
        let goals = evaluations.iter().flat_map(|evaluation| ["--goal", evaluation]);
        gribskov.tries(&words.into_iter().chain(goals).collect::<Vec<_>>())
    };
    let before = gribskov.sees(&case);
    hold(&[&format!("{bus} | closer"), &format!("{bus} | reached")]).is_refused(1, "EVALUATED_TWICE");
    hold(&["Goal/x | closer"]).is_refused(1, "GOAL_NOT_FOUND");
    hold(&[&format!("{bus} | næsten")]).is_refused(2, "USAGE");
    assert_eq!(gribskov.sees(&case), before);
    hold(&[&format!("{bus} | reached | Kører alene"), &format!("{work} | further-away")]).done();
    gribskov.does(&[
        "plan",
        "adjust",
        &case,
        &work,
        "--text",
        "Halv tid",
        "--reason",
        "Lægen fraråder fuld tid",
    ]);
    let plan = gribskov.sees(&case);
    assert_eq!(item(&plan, &bus)["status"], "ended");
    assert_eq!(item(&plan, &work)["outcome"], "Lægen fraråder fuld tid");
    let reaches: Vec<_> = plan["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["kind"] == "evaluation")
        .map(|item| text(item, "reach"))
        .collect();
    assert_eq!(reaches.len(), 2);
    assert!(reaches.contains(&"further_away".to_owned()), "{reaches:?}");
    gribskov
        .tries(&["plan", "adjust", &case, &bus, "--text", "x", "--reason", "y"])
        .is_refused(1, "ITEM_IS_OVER");
}

#[test]
fn a_plan_that_is_assigned_goes_to_the_new_caseworkers_unit() {
    let network = Network::shared();
    let (first, lead) = (network.caseworker("gribskov"), network.person("gribskov", "teamleder"));
    let second = network.person("gribskov", "sagsbehandler2");
    let case = first.registers_with_plan(&Citizen::new());
    second.tries(&["plan", "show", &case]).is_refused(3, "ACCESS_NEED_TO_KNOW");
    lead.does(&["plan", "assign", &case, "sagsbehandler2", "--note", "Ring om formiddagen"]);
    assert_eq!(second.sees(&case)["unit"], second.does(&["whoami"])["unit"]);
    for old in [&first, &lead] {
        old.tries(&["plan", "show", &case]).is_refused(3, "ACCESS_NEED_TO_KNOW");
    }
}

#[test]
fn a_plan_changes_hands_with_a_note_that_stands_until_the_new_caseworker_has_read_it() {
    let network = Network::shared();
    let (first, lead) = (network.caseworker("gribskov"), network.person("gribskov", "teamleder"));
    let case = first.registers_with_plan(&Citizen::new());
    let assign = |to: &str, note: &str| lead.tries(&["plan", "assign", &case, to, "--note", note]);
    assign("teamleder", " ").is_refused(1, "TEXT_EMPTY");
    assign("drift", "Vær venlig").is_refused(1, "NOT_A_CASEWORKER");
    assign("sagsbehandler.i.hilleroed", "Vær venlig").is_refused(1, "NO_SUCH_CASEWORKER");
    lead.tries(&["plan", "assign", &case, "teamleder"]).is_refused(2, "USAGE");
    assign("teamleder", "Ring om formiddagen").done();

    let plan = lead.sees(&case);
    let note = text(&json!({ "id": plan["unread_notes"][0] }), "id");
    assert_eq!(plan["caseworker"], "teamleder");
    assert_eq!(
        (&item(&plan, &note)["title"], &item(&plan, &note)["note_to"]),
        (&json!("Ring om formiddagen"), &json!("teamleder"))
    );
    let waits = |person: &Person<'_>| {
        let list = person.does(&["plan", "list"]);
        list["plans"].as_array().unwrap().iter().find(|plan| plan["case_id"] == case.as_str()).unwrap()["note_waits"].clone()
    };
    assert_eq!(waits(&lead), json!(true));
    first.tries(&["plan", "finish", &case, &note]).is_refused(1, "NOT_THEIR_NOTE");
    lead.does(&["plan", "finish", &case, &note]);
    assert_eq!((&lead.sees(&case)["unread_notes"], waits(&lead)), (&json!([]), json!(false)));
    let history = lead.does(&["plan", "history", &case]);
    let told: Vec<_> =
        history["changes"].as_array().unwrap().iter().map(|change| text(change, "text")).collect();
    assert_eq!(
        told[..3],
        [
            "Overlevering læst: Ring om formiddagen",
            "Overlevering tilføjet: Ring om formiddagen",
            "teamleder blev koordinerende sagsbehandler",
        ]
    );
}
