//! What can't be done: a typed refusal that says what to do, and nothing changed by it.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::fs;
use std::thread;

use enplan_tests::casework::{FAR_AWAY, text};
use enplan_tests::{Citizen, HILLEROED, Network, Person};
use serde_json::{Value, json};

const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// How many plans somebody sees: what a refusal must not change.
fn plans(person: &Person<'_>) -> usize {
    person.does(&["plan", "list", "--all"])["plans"].as_array().unwrap().len()
}

/// A report that a node takes, about this citizen.
fn report(citizen: &Citizen) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/demo/testborger-gribskov.json");
    let bundle = fs::read_to_string(path).unwrap();
    assert!(bundle.contains("\"6803900048\""));
    bundle.replace("6803900048", &citizen.cpr)
}

#[test]
fn what_is_not_a_citizens_number_registers_nobody() {
    // A caseworker whose list no other test fills.
    let fredensborg = Network::shared().caseworker("fredensborg");
    let before = plans(&fredensborg);
    for number in
        ["", "123456789", "6113801234", "6132801234", "0000000000", "61018012345", "tolv cifre", "610180x234"]
    {
        let register = ["plan", "register", "--cpr", "-", "--name", "TESTDATA Ingen"];
        let refusal = fredensborg.tries_with(&register, number).is_refused(2, "NOT_A_CPR");
        assert!(number.is_empty() || !refusal.message.contains(number), "{}", refusal.message);
        fredensborg.tries_with(&["plan", "show", "--cpr", "-"], number).is_refused(2, "NOT_A_CPR");
    }
    // Where a case's id belongs, a number is refused and not repeated.
    let refusal = fredensborg.tries(&["plan", "show", "6101801234"]).is_refused(2, "USAGE");
    assert!(!refusal.message.contains("6101801234"), "{}", refusal.message);
    assert_eq!(plans(&fredensborg), before);
}

#[test]
fn a_file_that_is_no_report_about_one_citizen_begins_no_plan() {
    let helsingoer = Network::shared().caseworker("helsingoer");
    let before = plans(&helsingoer);
    let good = report(&Citizen::new());
    let changed = |change: fn(&mut Value)| {
        let mut bundle: Value = serde_json::from_str(&good).unwrap();
        change(&mut bundle);
        bundle.to_string()
    };
    let cases = [
        ("NOT_JSON", "Kære kollega, hermed planen.".to_owned()),
        ("NOT_JSON", String::new()),
        ("TRUNCATED", good[..good.len() / 2].to_owned()),
        ("NOT_A_BUNDLE", json!({ "resourceType": "Patient", "id": "p" }).to_string()),
        ("NOT_A_BUNDLE", "[]".to_owned()),
        ("NOT_A_COLLECTION", changed(|bundle| bundle["type"] = json!("transaction"))),
        ("BAD_TIMESTAMP", changed(|bundle| bundle["timestamp"] = json!("i går"))),
        ("FROM_THE_FUTURE", changed(|bundle| bundle["timestamp"] = json!("2199-01-01T00:00:00Z"))),
        ("NO_PATIENT", changed(|bundle| drop(bundle["entry"].as_array_mut().unwrap().remove(0)))),
        (
            "SEVERAL_PATIENTS",
            changed(|bundle| {
                let mut other = bundle["entry"][0].clone();
                other["fullUrl"] = json!("Patient/another");
                other["resource"]["id"] = json!("another");
                other["resource"]["identifier"][0]["value"] = json!("6101801234");
                bundle["entry"].as_array_mut().unwrap().push(other);
            }),
        ),
        (
            "MALFORMED_CPR",
            changed(|bundle| bundle["entry"][0]["resource"]["identifier"][0]["value"] = json!("6113801234")),
        ),
        (
            "NO_CPR",
            changed(|bundle| {
                bundle["entry"][0]["resource"].as_object_mut().unwrap().remove("identifier");
            }),
        ),
    ];
    for (code, bundle) in cases {
        helsingoer.tries_with(&["plan", "import", "-"], &bundle).is_refused(1, &format!("BUNDLE_{code}"));
    }
    assert_eq!(plans(&helsingoer), before);
    // What was taken from the good one is what the refusals refused.
    helsingoer.tries_with(&["plan", "import", "-"], &good).done();
    assert_eq!(plans(&helsingoer), before + 1);
}

#[test]
fn a_plan_is_offered_only_to_another_member_and_on_a_basis_that_carries_it() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let other = gribskov.registers_with_plan(&Citizen::new());
    let basis = gribskov.records_consent(&case, HILLEROED);
    let others = gribskov.records_consent(&other, HILLEROED);
    let abroad = gribskov.records_consent(&case, "0101");
    let withdrawn = gribskov.records_consent(&case, HILLEROED);
    gribskov.does(&["consent", "withdraw", &case, &withdrawn, "--yes"]);
    let before = gribskov.sees(&case);

    for (to, basis, exit, code) in [
        ("Gribskov", &*basis, 1, "HANDOVER_TO_ITSELF"),
        ("0101", &*abroad, 1, "RECEIVER_NOT_A_MEMBER"),
        ("København", &*abroad, 2, "USAGE"),
        ("Hillerod", "samtykket", 2, "USAGE"),
        ("Halsnæs", &*basis, 1, "BASIS_OTHER_RECIPIENT"),
        (HILLEROED, &*withdrawn, 1, "BASIS_WITHDRAWN"),
        (HILLEROED, &*others, 1, "NO_SUCH_BASIS"),
        (HILLEROED, NOBODY, 1, "NO_SUCH_BASIS"),
    ] {
        gribskov.tries_offer(&case, to, basis).is_refused(exit, code);
    }
    gribskov.tries_offer(NOBODY, HILLEROED, &basis).is_refused(1, "NO_SUCH_CASE");
    let past = ["handover", "offer", &case, "--to", HILLEROED, "--basis", &basis, "--deadline", "2020-01-01"];
    gribskov.tries(&past).is_refused(1, "DEADLINE_PASSED");

    assert_eq!(gribskov.sees(&case), before);
    let open = gribskov.does(&["handover", "list"]);
    let of_case = |handover: &&Value| handover["case_id"] == json!(case);
    assert_eq!(open["handovers"].as_array().unwrap().iter().filter(of_case).count(), 0);
}

#[test]
fn a_consent_that_is_general_endless_or_over_is_not_recorded() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let empty = gribskov.registers(&Citizen::new());
    let before = gribskov.sees(&case);
    gribskov.tries_consent(&empty, HILLEROED, FAR_AWAY, &[]).is_refused(1, "BASIS_NO_SECTIONS");
    gribskov.tries_consent(&case, HILLEROED, FAR_AWAY, &["alt"]).is_refused(1, "NOT_A_SECTION");
    gribskov
        .tries_consent(&case, HILLEROED, FAR_AWAY, &["trolddom/goals"])
        .is_refused(1, "BASIS_UNKNOWN_SECTOR");
    gribskov.tries_consent(&case, "Gribskov", FAR_AWAY, &[]).is_refused(1, "BASIS_TO_ITSELF");
    gribskov.tries_consent(&case, "Atlantis", FAR_AWAY, &[]).is_refused(2, "USAGE");
    gribskov.tries_consent(&case, HILLEROED, "2020-01-01", &[]).is_refused(1, "BASIS_ENDS_BEFORE_IT_BEGINS");
    gribskov.tries_consent(&case, HILLEROED, "snart", &[]).is_refused(2, "USAGE");
    let without_purpose =
        ["consent", "record", &case, "--to", HILLEROED, "--purpose", " ", "--until", FAR_AWAY];
    let how = ["--all-sections", "--form", "oral", "--giver", "citizen"];
    gribskov.tries(&[&without_purpose[..], &how].concat()).is_refused(1, "BASIS_NO_PURPOSE");
    assert_eq!(gribskov.sees(&case), before);
}

#[test]
fn of_several_offers_at_once_exactly_one_stands() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let receivers = [HILLEROED, "Halsnæs", HILLEROED, "Furesø"];
    let bases = receivers.map(|to| gribskov.records_consent(&case, to));
    let answers: Vec<_> = thread::scope(|scope| {
        let offers = receivers
            .iter()
            .zip(&bases)
            .map(|(to, basis)| scope.spawn(|| gribskov.tries_offer(&case, to, basis)));
        offers.collect::<Vec<_>>().into_iter().map(|offer| offer.join().unwrap()).collect()
    });
    let (stand, fall): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.exit == 0);
    assert_eq!(stand.len(), 1, "{answers:?}");
    for refused in fall {
        refused.is_refused(1, "HANDOVER_UNDER_WAY");
    }
    let transfer = text(&stand[0].json(), "transfer_id");
    gribskov.tries_offer(&case, HILLEROED, &bases[0]).is_refused(1, "HANDOVER_UNDER_WAY");
    gribskov.does(&["handover", "revoke", &transfer, "--yes"]);
    gribskov.awaits(&transfer, "revoked");
    // And when it has ended, the next one stands.
    gribskov.tries_offer(&case, HILLEROED, &bases[0]).done();
}

#[test]
fn what_was_given_away_can_t_be_given_again_nor_answered_by_the_wrong_side() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::new());
    let basis = gribskov.records_consent(&case, HILLEROED);
    let transfer = text(&gribskov.tries_offer(&case, HILLEROED, &basis).done(), "transfer_id");
    let version = text(&hilleroed.awaits_offer(&transfer), "preview_version");
    gribskov.tries(&["handover", "accept", &transfer, "--version", &version]).is_refused(1, "WRONG_SIDE");
    hilleroed.tries(&["handover", "revoke", &transfer, "--yes"]).is_refused(1, "WRONG_SIDE");
    hilleroed.tries(&["handover", "accept", NOBODY, "--version", &version]).is_refused(1, "NO_SUCH_HANDOVER");
    let reject = ["handover", "reject", &transfer, "--comment", "", "--reason"];
    hilleroed.tries(&[&reject[..], &["mandag"]].concat()).is_refused(1, "UNKNOWN_REASON");
    let accept = ["handover", "accept", &transfer, "--version", &version, "--caseworker", "ingen"];
    hilleroed.tries(&accept).is_refused(1, "NO_SUCH_CASEWORKER");
    // A third municipality knows of no such handover.
    let halsnaes = network.caseworker("halsnaes");
    halsnaes
        .tries(&["handover", "accept", &transfer, "--version", &version])
        .is_refused(1, "NO_SUCH_HANDOVER");

    hilleroed.accepts(&transfer);
    gribskov.awaits(&transfer, "completed");
    gribskov.tries_offer(&case, HILLEROED, &basis).is_refused(1, "NOT_OURS");
    gribskov.tries_consent(&case, HILLEROED, FAR_AWAY, &["social/goals"]).is_refused(1, "NOT_OURS");
    hilleroed
        .tries(&["handover", "accept", &transfer, "--version", &version])
        .is_refused(1, "ALREADY_ANSWERED");
    hilleroed.tries(&[&reject[..], &["other"]].concat()).is_refused(1, "TOO_LATE");
}

#[test]
fn a_preview_is_accepted_only_as_it_was_seen() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let transfer = gribskov.offers(&case, HILLEROED);
    let seen = hilleroed.awaits_offer(&transfer);
    let other = "0".repeat(64);
    hilleroed.tries(&["handover", "accept", &transfer, "--version", &other]).is_refused(1, "PREVIEW_CHANGED");
    hilleroed.tries(&["handover", "accept", &transfer, "--version", "den nye"]).is_refused(2, "USAGE");
    assert_eq!(hilleroed.does(&["handover", "show", &transfer])["state"], "received");

    // Protection is asked for in between: what was previewed is not what would be sent.
    gribskov.does(&["plan", "protect", &case, "--on"]);
    let version = text(&seen, "preview_version");
    hilleroed.does(&["handover", "accept", &transfer, "--version", &version]);
    hilleroed
        .tries(&["handover", "watch", &transfer, "--timeout", "60"])
        .is_refused(1, "HANDOVER_NOT_COMPLETED");
    gribskov.awaits(&transfer, "ended");
    assert!(gribskov.owns(&citizen) && !hilleroed.owns(&citizen));
    gribskov.adds_goal(&case, "Et mål til", "social").done();
}

#[test]
fn a_citizen_whom_the_receiver_knows_has_two_plans_until_one_is_closed() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let known = hilleroed.registers_with_plan(&citizen);
    hilleroed
        .tries_with(&["plan", "register", "--cpr", "-", "--name", "TESTDATA"], &citizen.cpr)
        .is_refused(1, "CITIZEN_ALREADY_HERE");
    let transfer = gribskov.offers(&case, HILLEROED);
    hilleroed.accepts(&transfer);
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    assert_ne!(arrived, known);
    for case in [&arrived, &known] {
        let plan = hilleroed.sees(case);
        assert_eq!(plan["hold"], "active");
        let findings = plan["findings"].as_array().unwrap();
        assert!(findings.contains(&json!("CITIZEN_HAS_ANOTHER_PLAN")), "{findings:?}");
    }
    let import = || hilleroed.tries_with(&["plan", "import", "-"], &report(&citizen));
    import().is_refused(1, "CITIZEN_HAS_TWO_PLANS");
    hilleroed.does(&["plan", "close", &known, "--reason", "finished"]);
    assert_eq!(text(&import().done(), "case_id"), arrived);
    assert_eq!(hilleroed.sees(&arrived)["findings"], json!([]));
}

#[test]
fn many_wrong_passwords_lock_the_account_for_the_right_one_too() {
    let network = Network::shared();
    let person = network.person_logged_out("ballerup", "sagsbehandler2");
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("password");
    fs::write(&wrong, "forkert-adgangskode\n").unwrap();
    for _ in 0..5 {
        person.log_in_with(&wrong).is_refused(3, "WRONG_LOGIN");
    }
    let locked = person.log_in_with(&network.password_file()).is_refused(LOCKED, "ACCOUNT_LOCKED");
    assert!(locked.message.contains("minutter"), "{}", locked.message);
    // Nobody else is locked out, and a name that is nobody's is answered as a wrong password is.
    network.person_logged_out("ballerup", "teamleder").log_in();
    network.person_logged_out("ballerup", "ingen").log_in_with(&wrong).is_refused(3, "WRONG_LOGIN");
}

/// The exit code of a locked account: refused, for now.
const LOCKED: i32 = 1;
