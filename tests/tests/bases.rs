//! The legal basis in the caseworker's hands: read, limited, withdrawn with its effect said first, and sent along.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use enplan_tests::casework::{FAR_AWAY, text};
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person, items};
use serde_json::{Value, json};

fn count(log: &[Value], action: &str) -> usize {
    log.iter().filter(|access| access["action"] == action).count()
}

#[test]
fn a_consent_is_read_in_plain_danish_and_each_look_is_in_the_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let basis = gribskov.records_consent(&case, HILLEROED);
    let before = count(&network.log("gribskov", &case), "see-basis");

    let shown = gribskov.does(&["basis", "show", &case, &basis]);
    let said = text(&shown, "text");
    for sentence in [
        "Borgeren giver Gribskov Kommune lov til at sende oplysninger fra planen til Hillerød Kommune.",
        "TESTDATA fortsat støtte",
        "- Beskæftigelse: Mål og delmål\n",
        "- Social indsats for voksne: Mål og delmål, Indsatser\n",
        "Samtykket er givet skriftligt, af borgeren selv.",
        "til og med den 31. december 2099.",
        "Samtykket kan når som helst trækkes tilbage",
    ] {
        assert!(said.contains(sentence), "»{sentence}« in {said}");
    }
    assert_eq!((&shown["standing"], &shown["giver"]), (&json!("in_force"), &json!("citizen")));
    let listed = gribskov.does(&["basis", "list", &case]);
    assert_eq!(listed["bases"], json!([shown]));
    gribskov.tries(&["basis", "show", &case, &case]).is_refused(1, "BASIS_NOT_FOUND");
    gribskov.tries(&["consent", "withdraw", &case, &case, "--preview"]).is_refused(1, "BASIS_NOT_FOUND");
    // Who may not see the plan may not see what it may be sent under.
    network.person("gribskov", "koordinator").tries(&["basis", "list", &case]).is_refused(3, "ACCESS_ROLE");

    let log = network.log("gribskov", &case);
    assert_eq!(count(&log, "see-basis"), before + 3);
    assert!(log.iter().any(|access| access["outcome"] == "refused: ACCESS_ROLE"), "{log:?}");

    gribskov.does(&["consent", "withdraw", &case, &basis, "--yes"]);
    let withdrawn = gribskov.does(&["basis", "show", &case, &basis]);
    assert_eq!(withdrawn["standing"], "withdrawn");
    assert!(text(&withdrawn, "text").contains("Samtykket er trukket tilbage den"));
}

#[test]
fn a_consent_says_what_it_does_not_cover_of_the_plan() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let all = gribskov.tries_consent(&case, HILLEROED, FAR_AWAY, &[]).done();
    assert_eq!(all["not_covered"], json!([]));
    let some = gribskov.tries_consent(&case, HILLEROED, FAR_AWAY, &["social/goals"]).done();
    assert_eq!(some["not_covered"], json!(["employment/goals", "social/interventions"]));
}

/// What is said that a withdrawal would do.
#[track_caller]
fn told_of(person: &Person<'_>, case: &str, basis: &str) -> String {
    person.tries(&["consent", "withdraw", case, basis]).is_refused(2, "CONFIRMATION_NEEDED");
    text(&person.does(&["consent", "withdraw", case, basis, "--preview"]), "text")
}

#[test]
fn a_consent_that_nothing_rests_on_is_withdrawn_and_stops_what_would_be_sent() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let basis = gribskov.records_consent(&case, HILLEROED);
    let told = told_of(&gribskov, &case, &basis);
    assert!(told.contains("Ingen overdragelse hviler på samtykket nu."), "{told}");
    // Saying what it would do has done nothing.
    assert_eq!(gribskov.does(&["basis", "show", &case, &basis])["standing"], "in_force");
    let done = gribskov.does(&["consent", "withdraw", &case, &basis, "--yes"]);
    assert_eq!((&done["effect"], &done["transfer_id"]), (&json!("stops_sending"), &Value::Null));
    gribskov.tries_offer(&case, HILLEROED, &basis).is_refused(1, "BASIS_WITHDRAWN");
    assert!(told_of(&gribskov, &case, &basis).contains("allerede trukket tilbage"));
}

#[test]
fn a_handover_that_rests_on_a_consent_is_said_to_stop_and_stops() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let other = gribskov.records_consent(&case, "Halsnæs");
    let basis = gribskov.records_consent(&case, HILLEROED);
    let transfer = text(&gribskov.tries_offer(&case, HILLEROED, &basis).done(), "transfer_id");
    hilleroed.awaits_offer(&transfer);
    let told = told_of(&gribskov, &case, &basis);
    assert!(told.contains("stoppes overdragelsen, og planen bliver i kommunen"), "{told}");
    // Another consent's withdrawal is none of the handover's business.
    assert!(told_of(&gribskov, &case, &other).contains("Ingen overdragelse hviler"));
    let done = gribskov.does(&["consent", "withdraw", &case, &other, "--yes"]);
    assert_eq!(done["effect"], "stops_sending");

    let done = gribskov.does(&["consent", "withdraw", &case, &basis, "--yes"]);
    assert_eq!((&done["effect"], &done["transfer_id"]), (&json!("stops_handover"), &json!(transfer)));
    gribskov.awaits(&transfer, "revoked");
    hilleroed.awaits(&transfer, "revoked");
    assert!(gribskov.owns(&citizen) && !hilleroed.owns(&citizen));
}

#[test]
fn a_consent_withdrawn_while_the_plan_is_sealed_does_what_the_answer_says() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let basis = gribskov.records_consent(&case, HILLEROED);
    let transfer = text(&gribskov.tries_offer(&case, HILLEROED, &basis).done(), "transfer_id");
    hilleroed.accepts(&transfer);
    gribskov.lets_run_until(&transfer, "frozen");
    let answer = gribskov.tries(&["consent", "withdraw", &case, &basis, "--yes"]);
    let effect = if answer.exit == 0 { text(&answer.json(), "effect") } else { too_late(&answer) };
    let over = gribskov.tries(&["handover", "watch", &transfer, "--timeout", "60"]);
    match effect.as_str() {
        "stops_handover" => assert_eq!(over.is_refused(1, "HANDOVER_NOT_COMPLETED").exit, 1),
        "too_late" => assert_eq!(over.done()["state"], "completed"),
        // The log has decided: either is as it was said.
        other => assert_eq!(other, "races_commit"),
    }
    let completed = over.exit == 0;
    hilleroed.awaits(&transfer, if completed { "completed" } else { "revoked" });
    assert_eq!((gribskov.owns(&citizen), hilleroed.owns(&citizen)), (!completed, completed));
}

#[track_caller]
fn too_late(answer: &Answer) -> String {
    answer.is_refused(1, "TOO_LATE");
    "too_late".to_owned()
}

#[test]
fn a_consent_to_what_was_handed_over_is_said_to_be_withdrawn_too_late() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let basis = gribskov.records_consent(&case, HILLEROED);
    let transfer = text(&gribskov.tries_offer(&case, HILLEROED, &basis).done(), "transfer_id");
    hilleroed.accepts(&transfer);
    gribskov.awaits(&transfer, "completed");
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");
    // Asked first or not, at the sender or at the receiver, the answer is the same.
    for (person, case) in [(&gribskov, &case), (&hilleroed, &arrived)] {
        let told = told_of(person, case, &basis);
        assert!(told.starts_with("Det er for sent") && told.contains("er en ny overdragelse"), "{told}");
        person.tries(&["consent", "withdraw", case, &basis, "--yes"]).is_refused(1, "TOO_LATE");
    }
    // That the citizen asked is on record, although it came too late.
    let late =
        |access: &&Value| access["action"] == "withdraw-basis" && access["outcome"] == "refused: TOO_LATE";
    assert_eq!(network.log("gribskov", &case).iter().filter(late).count(), 1);
    // The receiver reads what it was given, and under what.
    let shown = hilleroed.does(&["basis", "show", &arrived, &basis]);
    assert_eq!((&shown["standing"], &shown["sender"]["name"]), (&json!("used"), &json!("Gribskov")));
    assert!(text(&shown, "text").contains("Samtykket er brugt"), "{shown}");
    assert!(hilleroed.owns(&citizen) && !gribskov.owns(&citizen));
}

/// A file with these words, for an argument.
fn file(folder: &Path, name: &str, words: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, words).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_duty_to_notify_brings_its_assessment_and_summary_to_the_receiver_and_the_named_material_alone() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let case = gribskov.registers_with_plan(&Citizen::aged(9));
    let wanted = text(&gribskov.adds_goal(&case, "Trivsel i skolen", "children").done(), "item_id");
    gribskov.adds_goal(&case, "Ikke nødvendigt at sende", "children").done();
    let folder = tempfile::tempdir().unwrap();
    let assessment = file(folder.path(), "vurdering", "TESTDATA behov for særlig støtte\nog hjælp hjemme");
    let summary = file(folder.path(), "sammenfatning", "TESTDATA skolen og kommunen er enige");
    let record = ["duty", "record", &case, "--to", HILLEROED, "--provision", "barnets-lov-132"];
    let with = ["--assessment-file", &assessment, "--summary-file", &summary];
    let recorded =
        gribskov.does(&[&record[..], &with, &["--section", "children/goals", "--item", &wanted]].concat());
    // What lies beside the material is not covered, in its own section too.
    let not_covered = recorded["not_covered"].as_array().unwrap();
    assert!(not_covered.contains(&json!("children/goals")), "{not_covered:?}");
    let basis = text(&recorded, "basis_id");
    // A duty is nobody's to withdraw.
    for how in ["--yes", "--preview"] {
        gribskov.tries(&["consent", "withdraw", &case, &basis, how]).is_refused(1, "BASIS_NOT_A_CONSENT");
    }

    let transfer = text(&gribskov.tries_offer(&case, HILLEROED, &basis).done(), "transfer_id");
    let offered = hilleroed.awaits_offer(&transfer).to_string();
    for words in ["særlig støtte", "skolen", "Trivsel"] {
        assert!(!offered.contains(words), "an offer shows nothing of what it rests on: {offered}");
    }
    hilleroed.accepts(&transfer);
    let arrived = text(&hilleroed.awaits(&transfer, "completed"), "case_id");

    let ids: Vec<_> = items(&hilleroed.sees(&arrived)).iter().map(|item| text(item, "id")).collect();
    assert_eq!(ids, std::slice::from_ref(&wanted));
    assert_eq!(hilleroed.does(&["basis", "list", &arrived])["bases"].as_array().unwrap().len(), 1);
    let shown = hilleroed.does(&["basis", "show", &arrived, &basis]);
    assert_eq!(shown["assessment"], "TESTDATA behov for særlig støtte\nog hjælp hjemme");
    assert_eq!(shown["summary"], "TESTDATA skolen og kommunen er enige");
    assert_eq!((&shown["material"], &shown["purpose"]), (&json!([wanted]), &Value::Null));
    let said = text(&shown, "text");
    for sentence in [
        "Underretning efter barnets lov § 132 fra Gribskov Kommune til Hillerød Kommune",
        "TESTDATA skolen og kommunen er enige",
        "- Mål og delmål: »Trivsel i skolen« (Børn, unge og familie)",
        "Der bliver ikke bedt om samtykke",
        "Forældremyndighedens indehaver skal have at vide",
    ] {
        assert!(said.contains(sentence), "»{sentence}« in {said}");
    }
    gribskov.awaits(&transfer, "completed");
    let sent = network.log("gribskov", &case);
    for action in ["record-basis", "handover.offer", "handover.accepted", "handover.receipt"] {
        assert_eq!(count(&sent, action), 1, "{action} in {sent:?}");
    }
}

#[test]
fn a_duty_to_notify_that_lacks_something_is_not_recorded() {
    let gribskov = Network::shared().caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::aged(9));
    let goal = text(&gribskov.adds_goal(&case, "Trivsel i skolen", "children").done(), "item_id");
    let folder = tempfile::tempdir().unwrap();
    let (full, empty) = (file(folder.path(), "fuld", "TESTDATA"), file(folder.path(), "tom", ""));
    let nobodys = "Goal/01890a5d-ac96-774b-bcce-b302099a8057";
    let before = gribskov.sees(&case);
    for (provision, assessment, summary, section, item, code) in [
        ("barnets-lov-132", &full, &empty, "children/goals", &*goal, "BASIS_NO_SUMMARY"),
        ("barnets-lov-132", &empty, &full, "children/goals", &goal, "BASIS_NO_ASSESSMENT"),
        ("barnets-lov-132", &full, &full, "health/goals", "", "BASIS_NO_MATERIAL"),
        ("barnets-lov-132", &full, &full, "children/goals", nobodys, "BASIS_MATERIAL_NOT_THERE"),
        ("barnets-lov-132", &full, &full, "social/goals", &goal, "BASIS_MATERIAL_NOT_THERE"),
        ("barnets-lov-132", &full, &full, "children/goals", "målet", "NOT_AN_ITEM"),
        ("barnets-lov-132", &full, &full, "children/alt", &goal, "NOT_A_SECTION"),
        ("barnets-lov-132", &full, &full, "trolddom/goals", "", "BASIS_UNKNOWN_SECTOR"),
        (
            "retssikkerhedsloven-11-a",
            &full,
            &full,
            "children/goals",
            &goal,
            "BASIS_PROVISION_OF_ANOTHER_KIND",
        ),
        ("servicelov-152", &full, &full, "children/goals", &goal, "BASIS_UNKNOWN_PROVISION"),
    ] {
        let record = ["duty", "record", &case, "--to", HILLEROED, "--provision", provision];
        let with = ["--assessment-file", assessment, "--summary-file", summary, "--section", section];
        let item = if item.is_empty() { vec![] } else { vec!["--item", item] };
        gribskov.tries(&[&record[..], &with, &item].concat()).is_refused(1, code);
    }
    assert_eq!(gribskov.sees(&case), before);
}

#[test]
fn a_consent_is_taken_only_from_those_whose_it_is_to_give() {
    let gribskov = Network::shared().caseworker("gribskov");
    // Somebody of 16 and a half is not of age by then.
    let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let new_year = format!("{}-01-01", 1971 + since_1970 / 31_556_952);
    for (age, may, whose) in [
        (10, &["custody-holder"][..], "forældremyndighedens indehaver"),
        (14, &["custody-holder"], "forældremyndighedens indehaver"),
        (16, &["custody-holder", "young-person"], "den unge selv eller forældremyndighedens indehaver"),
        (40, &["citizen", "guardian"], "borgeren selv, eller en værge"),
    ] {
        let case = gribskov.registers_with_plan(&Citizen::aged(age));
        for giver in ["citizen", "guardian", "custody-holder", "young-person"] {
            let common = ["consent", "record", &case, "--to", HILLEROED, "--purpose", "TESTDATA"];
            let how = ["--form", "oral", "--all-sections", "--giver", giver, "--until"];
            let until = |day| gribskov.tries(&[&common[..], &how, &[day]].concat());
            let answer = until(&new_year);
            if giver == "custody-holder" && may.contains(&giver) {
                until(FAR_AWAY).is_refused(1, "BASIS_OUTLASTS_CUSTODY");
            }
            if may.contains(&giver) {
                answer.done();
            } else {
                let refusal = answer.is_refused(1, "BASIS_NOT_THEIRS_TO_GIVE");
                assert!(refusal.message.contains(whose), "{age}, {giver}: {}", refusal.message);
            }
        }
    }
}
