//! A citizen moves: what the registry of persons tells, who acts, asking for a plan, and talking about it.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::time::SystemTime;

use enplan_tests::casework::text;
use enplan_tests::patience::LONG;
use enplan_tests::{Citizen, HILLEROED, Network, Person, eventually};
use serde_json::{Value, json};

/// An id that no other test of this process gives to a move.
fn event() -> String {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("test-{since}")
}

/// An extract with these lines.
fn extract(lines: &[String]) -> String {
    format!("event_id,cpr,moved_on,from,to\n{}\n", lines.join("\n"))
}

/// Takes an extract in, as somebody does who may know who has a plan here.
fn imports(network: &Network, lines: &[String]) -> enplan_tests::Answer {
    network.person("gribskov", "teamleder").tries_with(&["relocation", "import", "-"], &extract(lines))
}

/// Asks Gribskov for a citizen's plan.
fn asks(person: &Person<'_>, citizen: &Citizen, moved_on: &str, why: &str) -> enplan_tests::Answer {
    let words = ["handover", "request", "--cpr", "-", "--from", "Gribskov"];
    let more = ["--moved-on", moved_on, "--reason", why];
    person.tries_with(&[&words[..], &more].concat(), &citizen.cpr)
}

/// What somebody has asked for, by the request's id.
fn requested(person: &Person<'_>, id: &str) -> Option<Value> {
    let requests = person.does(&["handover", "requests"]);
    requests["requests"].as_array().unwrap().iter().find(|one| one["request_id"] == id).cloned()
}

fn log(network: &Network, case: &str) -> Vec<Value> {
    let answer = network.person("gribskov", "dpo").does(&["audit", "citizen", case]);
    answer["accesses"].as_array().unwrap().clone()
}

fn listed(person: &Person<'_>, case: &str) -> Option<Value> {
    let listed = person.does(&["relocation", "list"]);
    listed["cases"].as_array().unwrap().iter().find(|listed| listed["case_id"] == case).cloned()
}

#[test]
fn a_move_waits_on_the_list_until_it_is_decided_and_an_older_one_opens_nothing() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (citizen, stranger) = (Citizen::new(), Citizen::new());
    let case = gribskov.registers_with_plan(&citizen);
    let (first, older) = (event(), event());
    let moves = format!("{first},{},2026-05-01,0270,0219", citizen.cpr);
    let unknown = format!("{},{},2026-05-01,0101,0270", event(), stranger.cpr);
    let done = imports(network, &[moves.clone(), unknown]).done();
    assert_eq!((&done["waiting"], &done["unknown"]), (&json!(1), &json!(1)));
    assert_eq!(done["unknown_moved_here"], json!([3]), "a line that may be asked for, and no name");
    assert_eq!(imports(network, &[moves]).done()["duplicates"], 1);

    let waiting = listed(&gribskov, &case).unwrap();
    assert_eq!(waiting["acting"]["code"], "0270");
    assert_eq!(waiting["relocations"][0]["to"]["code"], "0219");
    let plan = gribskov.sees(&case);
    assert_eq!(
        (&plan["residence"]["place"]["code"], &plan["acting"]["code"]),
        (&json!("0219"), &json!("0270"))
    );
    let lines = gribskov.does(&["plan", "list"]);
    let line = lines["plans"].as_array().unwrap().iter().find(|line| line["case_id"] == case).cloned();
    assert_eq!(line.unwrap()["relocation_waits"], true);

    // retssikkerhedsloven § 9: a reason from the catalogue, and what it rests on.
    let keep = |reason: &str| {
        gribskov.tries(&["relocation", "decide", &case, "--keep", reason, "--note", "TESTDATA botilbud"])
    };
    keep("nemmest").is_refused(1, "UNKNOWN_KEEP_REASON");
    gribskov.tries(&["relocation", "decide", &case, "--not-in-trial"]).is_refused(1, "IN_THE_NETWORK");
    gribskov
        .tries(&["relocation", "decide", &case, "--decline", "--note", "TESTDATA nej"])
        .is_refused(1, "NOBODY_ASKED");
    let seen = waiting["version"].to_string();
    keep("helped-into-residence").done();
    assert_eq!(listed(&gribskov, &case), None);
    gribskov
        .tries(&["relocation", "decide", &case, "--hand-over", "--seen", &seen])
        .is_refused(1, "RELOCATION_CHANGED");
    gribskov.tries(&["relocation", "decide", &case, "--hand-over"]).is_refused(1, "NO_RELOCATION_WAITS");
    let kept = text(&gribskov.sees(&case)["residence"], "kept_text");
    assert!(kept.contains("retssikkerhedsloven § 9"), "{kept}");

    let older = format!("{older},{},2025-01-01,0101,0270", citizen.cpr);
    assert_eq!(imports(network, &[older]).done()["out_of_order"], 1);
    assert_eq!(listed(&gribskov, &case), None);
    let all = gribskov.does(&["relocation", "show", &case]);
    let days: Vec<_> =
        all["relocations"].as_array().unwrap().iter().map(|one| text(one, "moved_on")).collect();
    assert_eq!(days, ["2025-01-01", "2026-05-01"]);
    let actions: Vec<_> = log(network, &case).iter().map(|access| text(access, "action")).collect();
    for action in ["import-relocations", "see-relocations", "decide-relocation"] {
        assert!(actions.iter().any(|done| done == action), "{action} in {actions:?}");
    }
}

#[test]
fn a_bad_line_is_named_by_its_number_and_nothing_of_the_file_is_taken() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let good = format!("{},{},2026-05-01,0270,0219", event(), citizen.cpr);
    let bad = format!("{},{},i maj,0270,0219", event(), citizen.cpr);
    let refusal = imports(network, &[good.clone(), bad.clone()]).is_refused(1, "EXTRACT_LINES_BAD");
    assert!(
        refusal.message.contains("linje 3") && !refusal.message.contains(&citizen.cpr),
        "{}",
        refusal.message
    );
    assert_eq!(listed(&gribskov, &case), None);
    let drift = network.person("gribskov", "teamleder");
    let file =
        format!("event_id;cpr;moved_on;from;to\n{}\n{}\n", good.replace(',', ";"), bad.replace(',', ";"));
    let skipped = drift.tries_with(&["relocation", "import", "-", "--skip-bad-lines"], &file).done();
    assert_eq!((&skipped["waiting"], &skipped["bad_lines"][0]["line"]), (&json!(1), &json!(3)));
    drift
        .tries_with(&["relocation", "import", "-"], "event_id,cpr,moved_on,from,to,adresse\n")
        .is_refused(1, "EXTRACT_COLUMN_NOT_ASKED_FOR");
    gribskov.tries_with(&["relocation", "import", "-"], &file).is_refused(3, "ACCESS_ROLE");
}

#[test]
fn a_move_far_ahead_is_refused_at_every_door_and_a_mistake_is_taken_back() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let adds =
        |on: &str, to: &str| gribskov.tries(&["relocation", "add", &case, "--moved-on", on, "--to", to]);
    adds("2062-05-01", HILLEROED).is_refused(1, "DAY_TOO_FAR_AHEAD");
    asks(&hilleroed, &citizen, "2062-05-01", "TESTDATA").is_refused(1, "DAY_TOO_FAR_AHEAD");
    let line = format!("{},{},2062-05-01,0270,0219", event(), citizen.cpr);
    let refusal = imports(network, &[line]).is_refused(1, "EXTRACT_LINES_BAD");
    assert!(refusal.message.contains("60 dage"), "{}", refusal.message);
    assert_eq!(gribskov.does(&["relocation", "show", &case])["relocations"], json!([]));

    adds("2026-05-01", HILLEROED).done();
    let added = adds("2026-05-20", "Halsnæs").done();
    let mistake = text(&added["relocations"][1], "event_id");
    let note = ["--note", "TESTDATA botilbud"];
    gribskov.does(&[&["relocation", "decide", &case, "--keep", "helped-into-residence"][..], &note].concat());
    assert_eq!(listed(&gribskov, &case), None);
    gribskov.tries(&["relocation", "withdraw", &case, "no-such"]).is_refused(1, "NO_SUCH_MOVE");
    let shown = gribskov.does(&["relocation", "withdraw", &case, &mistake]);
    let standings: Vec<_> =
        shown["relocations"].as_array().unwrap().iter().map(|one| text(one, "standing")).collect();
    assert_eq!(standings, ["waiting", "withdrawn"]);
    assert_eq!(shown["relocations"][1]["withdrawn_by"], "sagsbehandler");
    assert_eq!(listed(&gribskov, &case).unwrap()["relocations"][0]["to"]["code"], "0219");
    let plan = gribskov.sees(&case);
    assert_eq!(
        (&plan["residence"]["place"]["code"], &plan["residence"]["kept_text"]),
        (&json!("0219"), &Value::Null)
    );
    let withdrawn = log(network, &case).iter().any(|access| access["action"] == "withdraw-relocation");
    assert!(withdrawn);
}

#[test]
fn who_moves_away_and_back_with_the_plan_lives_here_again() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    gribskov.does(&["relocation", "add", &case, "--moved-on", "2026-05-01", "--to", HILLEROED]);
    gribskov.does(&["relocation", "decide", &case, "--hand-over"]);
    let hands_over = |from: &Person<'_>, case: &str, to: (&Person<'_>, &str)| {
        let transfer = from.offers(case, to.1);
        to.0.accepts(&transfer);
        let there = text(&to.0.awaits(&transfer, "completed"), "case_id");
        from.awaits(&transfer, "completed");
        there
    };
    let there = hands_over(&gribskov, &case, (&hilleroed, HILLEROED));
    assert_eq!(hands_over(&hilleroed, &there, (&gribskov, "Gribskov")), case);
    let plan = gribskov.sees(&case);
    assert_eq!(
        (&plan["residence"]["place"]["code"], &plan["residence"]["waits"]),
        (&json!("0270"), &json!(false))
    );
    let then = gribskov.does(&["relocation", "show", &case]);
    assert_eq!(then["relocations"][0]["decision"], "hand_over", "what was decided is kept");
}

#[test]
fn a_request_that_comes_after_a_decision_stands_on_the_list_until_it_is_answered() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    gribskov.does(&["relocation", "add", &case, "--moved-on", "2026-05-01", "--to", HILLEROED]);
    let decide = |words: &[&str]| gribskov.does(&[&["relocation", "decide", &case], words].concat());
    decide(&["--keep", "helped-into-residence", "--note", "TESTDATA botilbud"]);
    // Later, and from before the move that was decided.
    gribskov.does(&["relocation", "add", &case, "--moved-on", "2026-05-20", "--to", "Halsnæs"]);
    decide(&["--keep", "helped-into-residence", "--note", "TESTDATA botilbud"]);
    assert_eq!(listed(&gribskov, &case), None);
    asks(&hilleroed, &citizen, "2026-05-02", "TESTDATA har søgt støtte").done();
    let waiting = eventually("the request is on the list", LONG, || listed(&gribskov, &case));
    let moves = waiting["relocations"].as_array().unwrap();
    let asked: Vec<_> = moves.iter().map(|one| (&one["to"]["code"], &one["asked_waits"])).collect();
    assert_eq!(asked, [(&json!("0219"), &json!(true)), (&json!("0260"), &json!(false))]);
    decide(&["--decline", "--note", "TESTDATA fortsat handlekommune"]);
    assert_eq!(listed(&gribskov, &case), None);
    assert!(
        gribskov.sees(&case)["residence"]["kept_text"].is_string(),
        "the decision on the last move stands"
    );
}

#[test]
fn whoever_asks_second_is_in_the_log_and_has_the_request_too_and_a_closed_plan_has_not_come() {
    let network = Network::shared();
    let (first, second) = (network.caseworker("hilleroed"), network.person("hilleroed", "sagsbehandler2"));
    let citizen = Citizen::new();
    let case = first.registers(&citizen);
    first.does(&["plan", "close", &case, "--reason", "finished"]);
    let ask = |who: &Person<'_>| text(&asks(who, &citizen, "2026-05-01", "TESTDATA").done(), "request_id");
    let id = ask(&first);
    assert_eq!(requested(&second, &id), None);
    assert_eq!((ask(&second), ask(&second)), (id.clone(), id.clone()));
    for who in [&first, &second] {
        assert_eq!(requested(who, &id).unwrap()["case_id"], Value::Null);
    }
    let log = network.person("hilleroed", "dpo").does(&["audit", "citizen", &case]);
    let asked = log["accesses"].as_array().unwrap().iter().filter(|one| one["action"] == "ask-for-plan");
    let by: Vec<_> = asked.map(|one| text(one, "actor")).collect();
    assert_eq!(by, ["sagsbehandler", "sagsbehandler2", "sagsbehandler2"]);
}

#[test]
fn who_runs_the_node_cannot_find_out_by_an_extract_who_has_a_plan() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (citizen, stranger) = (Citizen::new(), Citizen::new());
    let case = gribskov.registers_with_plan(&citizen);
    let drift = network.person("gribskov", "drift");
    let id = event();
    let line = |of: &Citizen, on: &str| format!("{id}-{},{},{on},0270,0219", &of.cpr[6..], of.cpr);
    let answers = |on: &str| {
        [&citizen, &stranger]
            .map(|of| drift.tries_with(&["relocation", "import", "-"], &extract(&[line(of, on)])).done())
    };
    let [of_citizen, of_stranger] = answers("2026-05-01");
    assert_eq!(of_citizen, of_stranger);
    assert_eq!((&of_citizen["lines"], &of_citizen["unknown"]), (&json!(1), &Value::Null));
    assert!(listed(&gribskov, &case).is_some());
    // The same event on another day contradicts what is known, where something is.
    let [of_citizen, of_stranger] = answers("2026-05-02");
    assert_eq!(of_citizen, of_stranger);
    imports(network, &[line(&citizen, "2026-05-02")]).is_refused(1, "EXTRACT_LINES_BAD");
    let refused = log(network, &case).iter().any(|access| access["outcome"] == "refused: EXTRACT_LINES_BAD");
    assert!(refused, "that somebody tried is in the citizen's log");
}

#[test]
fn where_a_protected_citizen_moves_is_masked_until_somebody_asks_and_that_is_in_the_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    gribskov.does(&["plan", "protect", &case, "--on"]);
    gribskov.does(&["relocation", "add", &case, "--moved-on", "2026-05-01", "--to", HILLEROED]);
    for shown in [listed(&gribskov, &case).unwrap(), gribskov.does(&["relocation", "show", &case])] {
        let shown = shown.to_string();
        assert!(!shown.contains("0219") && !shown.contains(HILLEROED), "{shown}");
    }
    let transfer = gribskov.offers(&case, HILLEROED);
    let offered = gribskov.does(&["handover", "show", &transfer]);
    assert_eq!((&offered["counterpart"], &offered["counterpart_masked"]), (&Value::Null, &json!(true)));
    let basis = text(&gribskov.does(&["basis", "list", &case])["bases"][0], "basis_id");

    // What the other municipality says names the place as well as a code does.
    let hilleroed = network.caseworker("hilleroed");
    asks(&hilleroed, &citizen, "2026-05-01", "TESTDATA bor nu i Hillerød").done();
    let asked = eventually("the request has come", LONG, || {
        listed(&gribskov, &case).filter(|listed| listed["relocations"][0]["asked"] == true)
    });
    hilleroed.awaits_offer(&transfer);
    hilleroed.does(&["handover", "ask", &transfer, "--text", "Hvornår kom borgeren til Hillerød?"]);
    hilleroed.does(&[
        "handover",
        "reject",
        &transfer,
        "--reason",
        "not-moved-here",
        "--comment",
        "Ikke i Hillerød",
    ]);
    let ended = gribskov.awaits(&transfer, "rejected");
    assert!(text(&ended, "comment").starts_with("Borgeren"), "{ended}");
    assert_eq!(ended["thread"][0]["text"], Value::Null);
    let screens = [
        asked,
        ended,
        gribskov.does(&["plan", "show", &case]),
        gribskov.does(&["plan", "history", &case]),
        gribskov.does(&["plan", "list"]),
        gribskov.does(&["basis", "list", &case]),
        gribskov.does(&["basis", "show", &case, &basis]),
        gribskov.does(&["relocation", "show", &case]),
        gribskov.does(&["handover", "list", "--all"]),
        gribskov.does(&["worklist"]),
        gribskov.does(&["meeting", "agenda", &case]),
        network.person("gribskov", "dpo").does(&["audit", "citizen", &case]),
    ];
    for screen in screens {
        let of_others = |shown: &Value| shown["case_id"].is_string() && shown["case_id"] != json!(case);
        let shown = without(screen, &of_others).to_string();
        assert!(!shown.contains("0219") && !shown.contains(HILLEROED), "{shown}");
    }
    let shown = gribskov.does(&["basis", "show", &case, &basis, "--reveal", "handover"]);
    assert_eq!(shown["recipient"]["code"], "0219");
    assert!(text(&shown, "text").contains("Hillerød Kommune"), "{shown}");
    let reveal = |reason: &str| gribskov.tries(&["relocation", "reveal", &case, "--reason", reason]);
    reveal("nysgerrighed").is_refused(1, "UNKNOWN_REVEAL_REASON");
    let moved = reveal("handover").done()["relocations"][0].clone();
    assert_eq!(
        (&moved["to"]["code"], &moved["asked_reason"]),
        (&json!("0219"), &json!("TESTDATA bor nu i Hillerød"))
    );
    let shown = gribskov.does(&["handover", "show", &transfer, "--reveal", "contact"]);
    assert_eq!((&shown["counterpart"]["code"], &shown["thread"][0]["ours"]), (&json!("0219"), &json!(false)));
    assert!(shown.to_string().contains("Ikke i Hillerød"), "{shown}");
    let reveals =
        log(network, &case).iter().filter(|access| access["action"] == "reveal-destination").count();
    assert_eq!(reveals, 3);
}

/// What a screen says, but for what it says of others.
fn without(screen: Value, of_others: &impl Fn(&Value) -> bool) -> Value {
    match screen {
        Value::Array(all) => {
            let kept = all.into_iter().filter(|one| !of_others(one));
            kept.map(|one| without(one, of_others)).collect()
        }
        Value::Object(fields) => {
            fields.into_iter().map(|(name, field)| (name, without(field, of_others))).collect()
        }
        other => other,
    }
}

#[test]
fn a_new_municipality_asks_and_learns_nothing_until_the_plan_is_offered() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let (citizen, stranger) = (Citizen::new(), Citizen::new());
    let case = gribskov.registers_with_plan(&citizen);
    let ask = |of: &Citizen| {
        text(&asks(&hilleroed, of, "2026-05-01", "TESTDATA har søgt støtte").done(), "request_id")
    };
    let (of_citizen, of_stranger) = (ask(&citizen), ask(&stranger));
    assert_eq!(ask(&citizen), of_citizen, "asked again, it is the same request");
    // Both are received, and neither says more than that.
    let received = |id: &str| requested(&hilleroed, id).filter(|one| !one["received_at"].is_null());
    for id in [&of_citizen, &of_stranger] {
        let one = eventually("a request is received", LONG, || received(id));
        assert_eq!(one["case_id"], Value::Null);
    }
    let waiting = eventually("the request is on the list", LONG, || listed(&gribskov, &case));
    assert_eq!(waiting["relocations"][0]["asked_reason"], "TESTDATA har søgt støtte");
    let asked = log(network, &case);
    assert!(asked.iter().any(|access| access["action"] == "relocation.asked"), "{asked:?}");

    gribskov.does(&["relocation", "decide", &case, "--hand-over"]);
    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.accepts(&transfer);
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    assert_eq!(received(&of_citizen).unwrap()["case_id"], arrived);
    asks(&hilleroed, &citizen, "2026-05-01", "x").is_refused(1, "CITIZEN_ALREADY_HERE");

    // What came is gone through with the citizen (BEK 2006/2020 § 135), and what was granted is an obligation.
    let plan = hilleroed.sees(&arrived);
    let reviews = plan["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "follow_up").count();
    assert_eq!(reviews, 1);
    assert_eq!(plan["carried_over"]["obligations"].as_array().unwrap().len(), 1);

    // The former municipality's subscription to the citizen's data ends.
    gribskov.awaits(&transfer, "completed");
    let ended = |who: &Person<'_>| {
        let feed = who.does(&["subscription", "list", "--limit", "500"]);
        feed["subscriptions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["cursor"] == transfer)
            .cloned()
            .unwrap()
    };
    let (leader, dpo) = (network.person("gribskov", "teamleder"), network.person("gribskov", "dpo"));
    assert_eq!((&ended(&leader)["cpr"], &ended(&leader)["resumed"]), (&json!(citizen.cpr), &json!(false)));
    assert_eq!(ended(&dpo)["masked"], true);
    assert!(!ended(&dpo).to_string().contains(&citizen.cpr));
    gribskov.tries(&["subscription", "list"]).is_refused(3, "ACCESS_ROLE");
    let after = leader.does(&["subscription", "list", "--after", &transfer]);
    assert!(!after.to_string().contains(&citizen.cpr));
}

#[test]
fn both_sides_ask_and_answer_in_one_order_and_nobody_writes_a_number() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.awaits_offer(&transfer);
    let say = |who: &Person<'_>, verb: &str, words: &str| {
        who.tries(&["handover", verb, &transfer, "--text", words])
    };
    say(&hilleroed, "ask", "Er det 610181-1001?").is_refused(1, "MESSAGE_HOLDS_A_NUMBER");
    say(&gribskov, "answer", "Ja").is_refused(1, "NOTHING_ASKED");
    say(&hilleroed, "ask", "Hvornår flyttede borgeren?").done();
    let thread = |who: &Person<'_>, length: usize| {
        eventually("the thread has come", LONG, || {
            let thread = who.does(&["handover", "show", &transfer])["thread"].as_array().unwrap().clone();
            (thread.len() == length).then_some(thread)
        })
    };
    thread(&gribskov, 1);
    say(&gribskov, "answer", "Den 1. maj").done();
    gribskov.does(&["handover", "remind", &transfer]);
    gribskov.tries(&["handover", "remind", &transfer]).is_refused(1, "REMINDED_LATELY");
    say(&gribskov, "escalate", "Vi hører ikke fra jer").done();
    let words = |thread: &[Value]| {
        thread.iter().map(|one| (one["kind"].clone(), one["text"].clone())).collect::<Vec<_>>()
    };
    let (here, there) = (thread(&gribskov, 4), thread(&hilleroed, 4));
    assert_eq!(words(&here), words(&there));
    assert_eq!(here[1]["text"], "Den 1. maj");
    let leader = network.person("hilleroed", "teamleder");
    let first = leader.does(&["handover", "list"])["handovers"][0].clone();
    assert_eq!((&first["escalated"], &first["state"]), (&json!(true), &json!("received")));

    hilleroed.does(&[
        "handover",
        "reject",
        &transfer,
        "--reason",
        "not-moved-here",
        "--comment",
        "TESTDATA udsat",
    ]);
    gribskov.awaits(&transfer, "rejected");
    assert_eq!(words(&thread(&gribskov, 4)), words(&there), "what was said stays with each");
    say(&gribskov, "ask", "Hvorfor?").is_refused(1, "ALREADY_ANSWERED");
}

#[test]
fn an_offer_that_nobody_answers_is_reminded_of_and_expires_and_the_plan_stays() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let basis = gribskov.records_consent(&case, HILLEROED);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let deadline = utc(now + 40);
    let offer = ["handover", "offer", &case, "--to", HILLEROED, "--basis", &basis, "--deadline", &deadline];
    let transfer = text(&gribskov.does(&offer), "transfer_id");
    hilleroed.awaits_offer(&transfer);
    let reminded = eventually("the node reminds the receiver", LONG, || {
        let shown = hilleroed.does(&["handover", "show", &transfer]);
        shown["thread"].as_array().unwrap().iter().find(|said| said["kind"] == "reminder").cloned()
    });
    assert_eq!((&reminded["by"], &reminded["municipality"]["code"]), (&Value::Null, &json!("0270")));
    gribskov.awaits(&transfer, "expired");
    assert!(gribskov.owns(&citizen) && !hilleroed.owns(&citizen));
}

/// A time of day in UTC, as the command line takes it.
fn utc(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The civil calendar from a count of days (Hinnant, "chrono-compatible low-level date algorithms").
    let era_day = days + 719_468;
    let (era, day_of_era) = (era_day / 146_097, era_day % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}
