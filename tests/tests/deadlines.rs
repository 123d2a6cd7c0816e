//! What is due: the work list of it, who sees which line, what was granted, and the citizen's own copy.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use enplan_tests::casework::text;
use enplan_tests::patience::{LONG, eventually};
use enplan_tests::{Citizen, HILLEROED, Network, Person};
use serde_json::Value;

/// The lines of a case on somebody's work list: what kind, and how urgent.
#[track_caller]
fn lines(person: &Person<'_>, case: &str, filters: &[&str]) -> Vec<(String, String)> {
    let worklist = person.does(&[&["worklist"], filters].concat());
    let lines = worklist["lines"].as_array().unwrap().iter().filter(|line| line["case_id"] == case);
    lines.map(|line| (text(line, "kind"), text(line, "urgency"))).collect()
}

fn kinds(lines: &[(String, String)]) -> Vec<&str> {
    lines.iter().map(|(kind, _)| kind.as_str()).collect()
}

fn adds(person: &Person<'_>, verb: &str, case: &str, more: &[&str]) -> String {
    text(&person.does(&[&["plan", verb, case, "--sector", "social"], more].concat()), "item_id")
}

#[test]
fn the_work_list_has_what_is_overdue_first_and_goes_no_further_than_asked() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers(&citizen);
    let follow_up = adds(&gribskov, "add-follow-up", &case, &["--on", "2020-03-02", "--text", "Om boligen"]);
    let far = ["--text", "Praktik", "--from", "2060-01-05", "--provider", "Bageriet"];
    adds(&gribskov, "add-action", &case, &far);

    let near = lines(&gribskov, &case, &[]);
    assert_eq!(near, [("follow-up".to_owned(), "overdue".to_owned())]);
    let all = lines(&gribskov, &case, &["--until", "2060-12-31"]);
    assert_eq!(kinds(&all), ["follow-up", "action-begins"]);
    assert_eq!(kinds(&lines(&gribskov, &case, &["--until", "2060-12-31", "--overdue"])), ["follow-up"]);
    assert_eq!(lines(&gribskov, &case, &["--unit", "Findes ikke"]), []);
    let plan = gribskov.sees(&case);
    let due: Vec<_> =
        plan["deadlines"].as_array().unwrap().iter().map(|due| text(due, "waits_for")).collect();
    assert_eq!(due, ["caseworker", "provider"]);
    let listed = gribskov.does(&["plan", "list"]);
    let listed =
        listed["plans"].as_array().unwrap().iter().find(|plan| plan["case_id"] == case.as_str()).unwrap();
    assert_eq!((&listed["overdue"], text(listed, "next_due_on")), (&Value::from(1), "2020-03-02".to_owned()));

    gribskov.does(&["plan", "hold", &case, &follow_up, "--outcome", "Det går godt"]);
    assert_eq!(lines(&gribskov, &case, &[]), []);
    gribskov.tries(&["worklist", "--until", "i morgen"]).is_refused(2, "USAGE");
}

#[test]
fn nobody_sees_a_line_whose_case_they_may_not_see_and_who_is_shown_is_in_the_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let (shown, not_due) = (Citizen::new(), Citizen::new());
    let case = gribskov.registers(&shown);
    gribskov.registers_with_plan(&not_due);
    adds(&gribskov, "add-follow-up", &case, &["--on", "2020-03-02"]);
    assert_eq!(kinds(&lines(&gribskov, &case, &["--overdue"])), ["follow-up"]);
    assert_eq!(lines(&network.person("gribskov", "sagsbehandler2"), &case, &[]), []);
    network.person("gribskov", "drift").tries(&["worklist"]).is_refused(3, "ACCESS_ROLE");
    let looked = |citizen: &Citizen| {
        let log = network.log_of("gribskov", citizen);
        log.iter().filter(|access| access["action"] == "list-plans" && access["outcome"] == "done").count()
    };
    let before = (looked(&shown), looked(&not_due));
    gribskov.does(&["worklist", "--overdue"]);
    assert!(looked(&shown) > before.0, "who is on the list is in the log");
}

#[test]
fn what_is_granted_binds_can_be_complained_of_and_names_its_provision() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let action = adds(&gribskov, "add-action", &case, &["--text", "Støtte i hjemmet"]);
    let grant = |more: &[&str]| gribskov.tries(&[&["plan", "grant", &case, &action], more].concat());
    grant(&["--on", "2026-01-05"]).is_refused(1, "GRANT_WITHOUT_PROVISION");
    grant(&["--on", "2060-01-05", "--provision", "servicelov-85"]).is_refused(1, "DAY_NOT_COME");
    grant(&["--on", "2026-01-05", "--provision", "straffeloven-1"]).is_refused(1, "PROVISION_UNKNOWN");
    let before_it = ["--on", "2026-01-05", "--binds-until", "2026-01-04", "--provision", "servicelov-85"];
    grant(&before_it).is_refused(1, "ENDS_BEFORE_IT_BEGINS");
    grant(&["--on", "2026-01-05", "--binds-until", "2060-12-30", "--provision", "servicelov-85"]).done();
    let plan = gribskov.sees(&case);
    let there = plan["items"].as_array().unwrap().iter().find(|item| item["id"] == action.as_str()).unwrap();
    assert_eq!(text(&there["granted"], "binds_until"), "2060-12-30");
    assert_eq!(kinds(&lines(&gribskov, &case, &["--until", "2060-12-31"])), ["grant-ends"]);
    let history = gribskov.does(&["plan", "history", &case]);
    assert_eq!(text(&history["changes"][0], "text"), "Indsats bevilget: Støtte i hjemmet");
}

#[test]
fn an_offer_waits_on_the_work_list_for_the_other_municipality() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let transfer = gribskov.offers(&case, HILLEROED);
    let worklist = gribskov.does(&["worklist", "--until", "2099-12-31"]);
    let offered =
        worklist["lines"].as_array().unwrap().iter().find(|line| line["transfer_id"] == transfer.as_str());
    let offered = offered.unwrap_or_else(|| panic!("no {transfer}: {worklist}"));
    assert_eq!((text(offered, "case_id"), text(offered, "waits_for")), (case, "municipality".to_owned()));
}

#[test]
fn an_offer_that_came_in_waits_for_whoever_may_answer_and_showing_it_is_in_the_log() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.awaits_offer(&transfer);
    let of_offer = |person: &Person<'_>| {
        let worklist = person.does(&["worklist", "--until", "2099-12-31"]);
        let lines = worklist["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["transfer_id"] == transfer.as_str())
    };
    let line = of_offer(&hilleroed).unwrap();
    assert_eq!((text(&line, "kind"), text(&line, "waits_for")), ("handover-offered".into(), "staff".into()));
    assert_eq!((&line["case_id"], &line["name"]), (&Value::Null, &Value::Null), "nothing of the citizen");
    assert_eq!(text(&line, "text"), "Gribskov");
    network.person("hilleroed", "drift").tries(&["worklist"]).is_refused(3, "ACCESS_ROLE");

    // A question turns it round: the offer waits for us.
    hilleroed.does(&["handover", "ask", &transfer, "--text", "Hvem er kontaktpersonen?"]);
    eventually("the question has come", LONG, || {
        of_offer(&gribskov).filter(|line| text(line, "kind") == "handover-question").map(|_| ())
    });
    assert_eq!(text(&of_offer(&gribskov).unwrap(), "waits_for"), "caseworker");

    hilleroed.accepts(&transfer);
    hilleroed.lets_run_until(&transfer, "active");
    assert_eq!(of_offer(&hilleroed), None);
    let log = network.log_of("hilleroed", &citizen);
    assert!(log.iter().any(|access| access["action"] == "list-handovers"), "{log:#?}");
}

#[test]
fn a_move_and_a_request_wait_on_both_work_lists_until_somebody_has_decided() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    gribskov.does(&["plan", "protect", &case, "--on"]);
    gribskov.does(&["relocation", "add", &case, "--to", HILLEROED, "--moved-on", "2026-05-01"]);
    let until = ["--until", "2099-12-31"];
    assert!(kinds(&lines(&gribskov, &case, &until)).contains(&"relocation-undecided"));

    let ask = ["handover", "request", "--cpr", "-", "--from", "Gribskov", "--moved-on", "2026-05-01"];
    let request = hilleroed.tries_with(&[&ask[..], &["--reason", "TESTDATA flyttet"]].concat(), &citizen.cpr);
    let request = text(&request.done(), "request_id");
    let worklist = hilleroed.does(&[&["worklist"], &until[..]].concat());
    let asked =
        worklist["lines"].as_array().unwrap().iter().find(|line| line["request_id"] == request.as_str());
    let asked = asked.unwrap_or_else(|| panic!("no {request}: {worklist}"));
    assert_eq!((text(asked, "kind"), text(asked, "whom")), ("plan-requested".into(), "Gribskov".into()));
    assert!(!worklist.to_string().contains(&citizen.cpr[6..]), "the number is masked");

    eventually("the request has come", LONG, || {
        kinds(&lines(&gribskov, &case, &until)).contains(&"plan-asked-for").then_some(())
    });
    let worklist = gribskov.does(&[&["worklist"], &until[..]].concat());
    let line = worklist["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["kind"] == "plan-asked-for" && line["case_id"] == case.as_str());
    assert!(!line.unwrap().to_string().contains("Hillerød"), "where a protected citizen goes");
    gribskov.does(&["relocation", "decide", &case, "--decline", "--note", "TESTDATA nej"]);
    let left = lines(&gribskov, &case, &until);
    assert!(
        !kinds(&left).iter().any(|kind| ["plan-asked-for", "relocation-undecided"].contains(kind)),
        "{left:?}"
    );
}

#[test]
fn a_meeting_waits_for_its_minutes_and_a_decision_for_whoever_it_was_given_to() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers(&Citizen::new());
    let sector = ["--sector", "social"];
    let planned =
        gribskov.does(&[&["meeting", "plan", &case], &sector[..], &["--on", "2020-03-02"]].concat());
    assert_eq!(lines(&gribskov, &case, &[]), [("network-meeting".to_owned(), "overdue".to_owned())]);
    let meeting = text(&planned, "item_id");
    let decision = "Søge bolig | Bo Lund | 2020-05-01";
    let held = ["meeting", "hold", &case, &meeting, "--minutes", "Enige", "--decision", decision];
    gribskov.does(&[&held[..], &["--on", "2020-03-02"]].concat());
    let worklist = gribskov.does(&["worklist", "--overdue"]);
    let of_case: Vec<_> = worklist["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["case_id"] == case.as_str())
        .collect();
    assert_eq!(of_case.len(), 1, "{of_case:?}");
    assert_eq!((text(of_case[0], "kind"), text(of_case[0], "whom")), ("decision".into(), "Bo Lund".into()));
}

#[test]
fn the_citizens_copy_is_a_private_file_without_the_protected_address_and_its_printing_is_in_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    adds(&gribskov, "add-wish", &case, &["--text", "<script>alert(1)</script> Jeg vil bo for mig selv"]);
    gribskov.does(&["plan", "address", &case, "Ingenvej 7"]);
    gribskov.does(&["plan", "protect", &case, "--on"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("min-plan.html");
    let words = ["plan", "print", &case, "--file", file.to_str().unwrap()];
    gribskov.does(&words);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("Jeg vil bo for mig selv") && page.contains("Tage bussen alene"), "{page}");
    assert!(
        !page.contains("<script") && !page.contains("Ingenvej") && !page.contains(&citizen.cpr[6..]),
        "{page}"
    );
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    gribskov.tries(&words).is_refused(2, "FILE_EXISTS");
    let elsewhere = network.person("gribskov", "sagsbehandler2");
    let other = folder.path().join("other.html");
    let refused = elsewhere.tries(&["plan", "print", &case, "--file", other.to_str().unwrap()]);
    refused.is_refused(3, "ACCESS_NEED_TO_KNOW");
    assert!(!other.exists(), "nothing is left of what was refused");
    let log = network.log_of("gribskov", &citizen);
    assert!(log.iter().any(|access| access["what"] == "Skrev planen ud til borgeren"), "{log:#?}");
}
