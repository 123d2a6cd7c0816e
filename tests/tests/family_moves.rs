//! A family moves together: offered with one command, answered with one, and each plan on a basis of its own.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use enplan_domain::{Clock, FamilyMoveId, Timestamp, TransferId};
use enplan_proto::handover::v1::handover_peer_service_client::HandoverPeerServiceClient;
use enplan_proto::handover::v1::{PreviewContent, ShowPreviewRequest};
use enplan_tests::casework::text;
use enplan_tests::patience::LONG;
use enplan_tests::{Answer, Citizen, HILLEROED, Network, Person, eventually};
use enplan_transport::{CredentialFiles, CredentialStore, Dialer, Limits};
use serde_json::{Value, json};
use tonic::Code;

/// Writes that somebody is this to the citizen of a case, by number.
#[track_caller]
fn relates(person: &Person<'_>, case: &str, kinship: &str, other: &Citizen, more: &[&str]) {
    let words = ["plan", "add-relation", case, "--sector", "children", "--kinship", kinship, "--cpr", "-"];
    let ground = ["--name", &other.name, "--provision", "databeskyttelsesloven-11"];
    person.tries_with(&[&words[..], &ground, more].concat(), &other.cpr).done();
}

/// Two parents who share custody over two children, each with a plan and recorded in the others'.
struct Family {
    people: [Citizen; 4],
    cases: [String; 4],
}

fn family(person: &Person<'_>) -> Family {
    let people = [Citizen::new(), Citizen::new(), Citizen::aged(9), Citizen::aged(8)];
    let cases = people.each_ref().map(|citizen| person.registers_with_plan(citizen));
    for (parent, partner) in [(0, 1), (1, 0)] {
        relates(person, &cases[parent], "partner", &people[partner], &[]);
        for child in [2, 3] {
            relates(person, &cases[parent], "child", &people[child], &[]);
            relates(person, &cases[child], "parent", &people[parent], &["--custody", "shared"]);
        }
    }
    relates(person, &cases[2], "sibling", &people[3], &[]);
    relates(person, &cases[3], "sibling", &people[2], &[]);
    Family { people, cases }
}

impl Family {
    /// A consent for one of them, by whoever may give it.
    #[track_caller]
    fn consents(&self, person: &Person<'_>, nth: usize) -> String {
        let giver = if nth < 2 { "citizen" } else { "custody-holders" };
        let what = ["consent", "record", &self.cases[nth], "--to", HILLEROED, "--purpose", "TESTDATA"];
        let how = ["--until", &year_end(), "--form", "written", "--giver", giver, "--all-sections"];
        text(&person.does(&[&what[..], &how].concat()), "basis_id")
    }

    /// Offers those who can go.
    fn offers(&self, person: &Person<'_>, more: &[&str]) -> Answer {
        offers(person, &self.cases[0], HILLEROED, more)
    }
}

fn offers(person: &Person<'_>, case: &str, to: &str, more: &[&str]) -> Answer {
    person.tries(&[&["handover", "family", "offer", case, "--to", to][..], more].concat())
}

/// The last day of the year by this machine's clock: before any child of the tests is of age.
fn year_end() -> String {
    format!("{}-12-31", 1970 + SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 31_556_952)
}

/// How each case of an answer stands, in the order asked.
fn standings(answer: &Value, cases: &[String]) -> Vec<String> {
    cases.iter().map(|case| text(of(answer, case), "standing")).collect()
}

#[track_caller]
fn of<'a>(answer: &'a Value, case: &str) -> &'a Value {
    let members = answer["members"].as_array().unwrap();
    members.iter().find(|member| member["case_id"] == case).unwrap_or_else(|| panic!("no {case}: {answer}"))
}

fn transfer(answer: &Value, case: &str) -> String {
    text(&of(answer, case)["handover"], "transfer_id")
}

fn shows(person: &Person<'_>, family: &str) -> Value {
    person.does(&["handover", "family", "show", family])
}

/// Waits until so many of a family's plans have come here to be answered.
fn awaits_plans(person: &Person<'_>, family: &str, plans: u32) -> Value {
    eventually("the family's previews have come", LONG, || {
        let answer = person.tries(&["handover", "family", "show", family]);
        (answer.exit == 0).then(|| answer.json()).filter(|shown| shown["family"]["awaiting_answer"] == plans)
    })
}

fn listed(person: &Person<'_>, family: &str) -> Option<Value> {
    let listed = person.does(&["handover", "list"]);
    listed["families"].as_array().unwrap().iter().find(|one| one["family_id"] == family).cloned()
}

#[test]
fn a_family_of_four_is_offered_with_one_command_and_accepted_with_one() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let family = family(&gribskov);
    let nobody = family.offers(&gribskov, &[]);
    nobody.is_refused(1, "NOBODY_TO_OFFER");
    let seen = family.offers(&gribskov, &["--preview"]).done();
    assert_eq!(standings(&seen, &family.cases), ["needs-basis"; 4]);
    let child = of(&seen, &family.cases[2]);
    assert_eq!((&child["consents"], &child["all_holders_consent"]), (&json!("custody-holder"), &json!(true)));

    // Three can go; the fourth is shown to wait, and goes along later under the same id.
    for nth in 0..3 {
        family.consents(&gribskov, nth);
    }
    let seen = family.offers(&gribskov, &["--preview"]).done();
    assert_eq!(standings(&seen, &family.cases), ["goes", "goes", "goes", "needs-basis"]);
    assert_eq!(of(&seen, &family.cases[0])["handover"]["preview"]["goals"], 2);
    let offered = family.offers(&gribskov, &[]).done();
    let id = text(&offered, "family_id");
    assert_eq!(standings(&offered, &family.cases), ["offered", "offered", "offered", "needs-basis"]);
    let line = listed(&gribskov, &id).unwrap();
    assert_eq!(
        (&line["plans"], &line["awaiting_answer"], &line["waiting"]),
        (&json!(3), &json!(3), &json!(1))
    );
    let again = family.offers(&gribskov, &[]).done();
    assert_eq!(text(&again, "family_id"), id, "asked for again, it is the same");
    for case in &family.cases[..3] {
        assert_eq!(transfer(&again, case), transfer(&offered, case));
    }
    family.consents(&gribskov, 3);
    assert_eq!(of(&shows(&gribskov, &id), &family.cases[3])["standing"], "goes");
    let whole = family.offers(&gribskov, &[]).done();
    assert_eq!(
        (text(&whole, "family_id"), standings(&whole, &family.cases)),
        (id.clone(), vec!["offered".into(); 4])
    );
    assert_eq!(listed(&gribskov, &id).unwrap()["waiting"], 0);

    // The receiver sees one thing: counts, and nobody's name or number, or who is whose.
    hilleroed.does(&["handover", "family", "watch", &id, "--preview"]);
    let seen = awaits_plans(&hilleroed, &id, 4);
    assert_eq!((&seen["family"]["plans"], &seen["family"]["not_come"]), (&json!(4), &json!(0)));
    let line = listed(&hilleroed, &id).unwrap();
    assert_eq!((&line["awaiting_answer"], &line["counterpart"]["code"]), (&json!(4), &json!("0270")));
    for shown in [seen.to_string(), line.to_string()] {
        for (citizen, case) in family.people.iter().zip(&family.cases) {
            assert!(
                !shown.contains(&citizen.name) && !shown.contains(&citizen.cpr[..6]) && !shown.contains(case)
            );
        }
        assert!(!shown.contains("custody") || shown.contains("\"all_holders_consent\":false"), "{shown}");
    }
    let accepted = hilleroed.does(&["handover", "family", "accept", &id, "--yes"]);
    assert!(accepted["members"].as_array().unwrap().iter().all(|one| one["refusal"].is_null()), "{accepted}");
    let there = hilleroed.does(&["handover", "family", "watch", &id]);
    assert_eq!(there["family"]["completed"], 4);
    let here = gribskov.does(&["handover", "family", "watch", &id]);
    assert_eq!(here["family"]["completed"], 4);
    assert!(family.people.iter().all(|citizen| hilleroed.owns(citizen) && !gribskov.owns(citizen)));

    // They came together, and who they are to each other is the receiver's to write: no relation travels.
    let arrived: BTreeSet<_> =
        there["members"].as_array().unwrap().iter().map(|one| text(one, "case_id")).collect();
    let first = arrived.first().unwrap();
    let household = hilleroed.does(&["household", "show", first]);
    assert_eq!(household["members"].as_array().unwrap().len(), 1);
    let together = household["arrived_together"].as_array().unwrap();
    let others: BTreeSet<_> = together.iter().map(|one| text(one, "case_id")).collect();
    assert_eq!(others, arrived.iter().skip(1).cloned().collect());
    assert!(together.iter().all(|one| text(one, "name").starts_with("TESTDATA")));
    let mother = hilleroed.looks_up(&family.people[0]).done();
    let child = hilleroed.looks_up(&family.people[2]).done();
    let (mother, child) = (text(&mother, "case_id"), text(&child, "case_id"));
    relates(&hilleroed, &mother, "child", &family.people[2], &[]);
    let household = hilleroed.does(&["household", "show", &mother]);
    assert_eq!(household["members"][1]["case_id"], child);
    let still = household["arrived_together"].as_array().unwrap();
    assert!(still.len() == 2 && still.iter().all(|one| one["case_id"] != child), "{household}");

    // Each has a log of their own, with their own handover alone.
    for case in &family.cases {
        let log = network.log("gribskov", case);
        let named: BTreeSet<_> = log.iter().filter_map(|access| access["transfer_id"].as_str()).collect();
        assert_eq!(named, BTreeSet::from([transfer(&whole, case).as_str()]));
        for action in ["see-family-move", "handover.offer", "preview-handover"] {
            let shown = log.iter().any(|access| access["action"] == action && access["outcome"] == "done");
            assert!(
                shown || (action == "preview-handover" && *case == family.cases[3]),
                "{action}: {log:#?}"
            );
        }
    }

    // All nine see that each of them was handed over, and none of the other seven that they belong together.
    let one: TransferId = transfer(&whole, &family.cases[0]).parse().unwrap();
    let id: FamilyMoveId = id.parse().unwrap();
    for node in network.nodes() {
        let registry = node.data_dir().join("registry");
        assert!(holds(&registry, &one.to_bytes(), &one.to_string()), "the registry knows the handover");
        assert!(!holds(&registry, &id.to_bytes(), &id.to_string()), "and no family at {}", node.name);
    }
}

/// Whether a folder's files hold an id, in bytes or in letters.
fn holds(folder: &Path, bytes: &[u8], letters: &str) -> bool {
    let within = |file: &[u8], part: &[u8]| file.windows(part.len()).any(|window| window == part);
    let plain = letters.replace('-', "");
    fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_file()).any(|entry| {
        let file = fs::read(entry.path()).unwrap();
        [bytes, letters.as_bytes(), plain.as_bytes()].iter().any(|part| within(&file, part))
    })
}

#[test]
fn what_stops_one_of_a_family_stops_nobody_else() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let family = family(&gribskov);
    let bases = [0, 1, 2, 3].map(|nth| family.consents(&gribskov, nth));
    // The father's is under a handover of its own already, which runs out unanswered.
    let soon = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() + 20;
    let deadline = Timestamp::from_second(soon.try_into().unwrap()).unwrap().to_string();
    let alone = ["handover", "offer", &family.cases[1], "--to", HILLEROED, "--basis", &bases[1]];
    let alone = text(&gribskov.does(&[&alone[..], &["--deadline", &deadline]].concat()), "transfer_id");
    let offered = family.offers(&gribskov, &[]).done();
    let id = text(&offered, "family_id");
    assert_eq!(standings(&offered, &family.cases), ["offered", "under-way-alone", "offered", "offered"]);
    let seen = awaits_plans(&hilleroed, &id, 3);
    let version = |case: &str| {
        let transfer = transfer(&offered, case);
        let members = seen["members"].as_array().unwrap();
        let one = members.iter().find(|one| one["handover"]["transfer_id"] == transfer).unwrap();
        format!("{transfer}={}", text(&one["handover"], "preview_version"))
    };

    // A consent withdrawn, a rejection by itself, a version that nobody saw, and somebody else's handover.
    gribskov.does(&["consent", "withdraw", &family.cases[0], &bases[0], "--yes"]);
    gribskov.awaits(&transfer(&offered, &family.cases[0]), "revoked");
    hilleroed.awaits(&transfer(&offered, &family.cases[0]), "revoked");
    let rejected = transfer(&offered, &family.cases[2]);
    let why = ["--reason", "not-moved-here", "--comment", "TESTDATA udsat"];
    hilleroed.does(&[&["handover", "reject", &rejected][..], &why].concat());
    gribskov.awaits(&rejected, "rejected");
    let stale = format!("{}={}", transfer(&offered, &family.cases[3]), "0".repeat(64));
    let foreign = format!("{alone}={}", "0".repeat(64));
    let accept = ["handover", "family", "accept", &id];
    let seen = ["--seen", &version(&family.cases[0]), "--seen", &stale, "--seen", &foreign];
    let refused = hilleroed.tries(&[&accept[..], &seen].concat());
    let why: Vec<_> =
        refused.json()["members"].as_array().unwrap().iter().map(|one| text(one, "refusal")).collect();
    assert_eq!(why, ["ALREADY_ANSWERED", "PREVIEW_CHANGED", "NOT_OF_FAMILY_MOVE"]);
    refused.is_refused(1, "FAMILY_ANSWERED_IN_PART");
    hilleroed.does(&[&accept[..], &["--seen", &version(&family.cases[3])]].concat());
    hilleroed.awaits(&transfer(&offered, &family.cases[3]), "completed");
    gribskov.awaits(&transfer(&offered, &family.cases[3]), "completed");

    let shown = shows(&gribskov, &id);
    let states = [0, 2, 3].map(|nth| text(&of(&shown, &family.cases[nth])["handover"], "state"));
    assert_eq!(states, ["revoked", "rejected", "completed"]);
    gribskov.awaits(&alone, "expired");
    let owners = family.people.each_ref().map(|citizen| hilleroed.owns(citizen));
    assert_eq!(owners, [false, false, false, true]);
    // Whoever was stopped can be offered again; that all is over makes it a move of its own.
    let again = family.offers(&gribskov, &["--stays", &family.cases[1]]).done();
    assert_ne!(text(&again, "family_id"), id);
    assert_eq!(standings(&again, &family.cases[..3]), ["needs-basis", "stays", "offered"]);

    // No to all that is open, with one reason, which the sender sees of each.
    let id = text(&again, "family_id");
    awaits_plans(&hilleroed, &id, 1);
    let reject = |reason: &str| {
        let words = ["handover", "family", "reject", &id, "--reason", reason, "--comment", "TESTDATA"];
        hilleroed.tries(&words)
    };
    reject("because").is_refused(1, "UNKNOWN_REASON");
    reject("wrong-recipient").done();
    gribskov.awaits(&transfer(&again, &family.cases[2]), "rejected");
    reject("wrong-recipient").is_refused(1, "NOTHING_TO_ANSWER");
}

#[test]
fn a_plan_that_changes_after_it_was_seen_ends_alone_and_nothing_that_cannot_be_meant_is_offered() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let family = family(&gribskov);
    let bases = [0, 2].map(|nth| family.consents(&gribskov, nth));
    let stranger = gribskov.registers_with_plan(&Citizen::new());
    let strangers = gribskov.records_consent(&stranger, HILLEROED);
    for (more, code) in [
        (vec!["--basis", &strangers], "NO_SUCH_BASIS"),
        (vec!["--stays", &stranger], "NOT_OF_THE_FAMILY"),
        (vec!["--stays", &family.cases[0], "--basis", &bases[0]], "STAYS_AND_GOES"),
        (vec!["--deadline", "2020-01-01"], "DEADLINE_PASSED"),
    ] {
        family.offers(&gribskov, &more).is_refused(1, code);
    }
    offers(&gribskov, &family.cases[0], "Gribskov", &[]).is_refused(1, "HANDOVER_TO_ITSELF");
    let gone = "01890a5d-ac96-774b-bcce-b302099a8057";
    gribskov.tries(&["handover", "family", "show", gone]).is_refused(1, "NO_SUCH_FAMILY_MOVE");
    assert_eq!(standings(&family.offers(&gribskov, &["--preview"]).done(), &family.cases[..1]), ["goes"]);

    let offered = family.offers(&gribskov, &[]).done();
    let id = text(&offered, "family_id");
    awaits_plans(&hilleroed, &id, 2);
    gribskov.tries(&["handover", "family", "accept", &id, "--yes"]).is_refused(1, "NOTHING_TO_ANSWER");
    gribskov.does(&["plan", "protect", &family.cases[2], "--on"]);
    hilleroed.does(&["handover", "family", "accept", &id, "--yes"]);
    hilleroed.awaits(&transfer(&offered, &family.cases[2]), "ended");
    hilleroed.awaits(&transfer(&offered, &family.cases[0]), "completed");
    hilleroed.tries(&["handover", "family", "watch", &id]).is_refused(1, "HANDOVER_NOT_COMPLETED");
    assert!(gribskov.owns(&family.people[2]) && hilleroed.owns(&family.people[0]));
}

#[test]
fn where_a_family_goes_is_masked_for_all_of_it_where_one_is_protected() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let family = family(&gribskov);
    let bases = [0, 2].map(|nth| family.consents(&gribskov, nth));
    gribskov.does(&["plan", "protect", &family.cases[2], "--on"]);
    // Trying receivers tells nothing of where the child goes, and the child goes on a basis that is named alone.
    for to in [HILLEROED, "Halsnæs", "Helsingør"] {
        let tried = offers(&gribskov, &family.cases[0], to, &["--preview"]).done();
        let child = of(&tried, &family.cases[2]);
        assert_eq!((&child["standing"], &child["masked"]), (&json!("to-be-named"), &json!(true)));
        assert!(child["basis_id"].is_null() && child["consents"].is_null() && child["name"].is_null());
    }
    let offered = family.offers(&gribskov, &["--basis", &bases[1]]).done();
    assert_eq!(standings(&offered, &family.cases), ["offered", "needs-basis", "offered", "needs-basis"]);
    let id = text(&offered, "family_id");
    let mother = transfer(&offered, &family.cases[0]);
    let hides = |shown: &str| assert!(!shown.contains("0219") && !shown.contains(HILLEROED), "{shown}");
    let handover = gribskov.does(&["handover", "show", &mother]);
    assert_eq!((&handover["counterpart"], &handover["counterpart_masked"]), (&Value::Null, &json!(true)));
    for shown in [handover, listed(&gribskov, &id).unwrap(), shows(&gribskov, &id), offered.clone()] {
        hides(&shown.to_string());
    }
    // Shown of the mother, it is shown of the child, and is in the child's log.
    let shown = gribskov.does(&["handover", "show", &mother, "--reveal", "contact"]);
    assert_eq!(shown["counterpart"]["code"], "0219");
    let reveals = |case: &str| {
        network.log("gribskov", case).iter().filter(|one| one["action"] == "reveal-destination").count()
    };
    assert_eq!((reveals(&family.cases[0]), reveals(&family.cases[2])), (1, 1));

    awaits_plans(&hilleroed, &id, 2);
    hilleroed.does(&["handover", "family", "accept", &id, "--yes"]);
    gribskov.does(&["handover", "family", "watch", &id]);
    for nth in [0, 2] {
        let goal = gribskov.adds_goal(&family.cases[nth], "For sent", "social");
        let refusal = goal.is_refused(1, "NOT_OURS");
        hides(&refusal.message);
        let offer = ["handover", "offer", &family.cases[nth], "--to", HILLEROED, "--basis", &bases[nth / 2]];
        hides(&gribskov.tries(&offer).is_refused(1, "NOT_OURS").message);
        let log = network.log("gribskov", &family.cases[nth]);
        hides(&log.iter().map(ToString::to_string).collect::<String>());
    }
    // There, the child stays protected: they came together, and the name is shown by opening the plan alone.
    let arrived = text(&hilleroed.looks_up(&family.people[0]).done(), "case_id");
    let household = hilleroed.does(&["household", "show", &arrived]);
    let child = &household["arrived_together"][0];
    assert_eq!((&child["masked"], &child["name"]), (&json!(true), &Value::Null));
}

#[test]
fn of_somebody_whom_the_caller_may_not_see_nothing_is_shown_or_offered() {
    let network = Network::shared();
    let (gribskov, other) = (network.caseworker("gribskov"), network.person("gribskov", "sagsbehandler2"));
    let hilleroed = network.caseworker("hilleroed");
    let family = family(&gribskov);
    let outsider = Citizen::new();
    let theirs = other.registers_with_plan(&outsider);
    other.records_consent(&theirs, HILLEROED);
    relates(&gribskov, &family.cases[0], "child", &outsider, &[]);
    family.consents(&gribskov, 0);
    let offered = family.offers(&gribskov, &[]).done();
    assert_eq!((&offered["hidden"], offered["members"].as_array().unwrap().len()), (&json!(1), 4));
    let id = text(&offered, "family_id");
    for shown in [offered.clone(), shows(&gribskov, &id), listed(&gribskov, &id).unwrap()] {
        assert!(
            !shown.to_string().contains(&theirs) && !shown.to_string().contains(&outsider.name),
            "{shown}"
        );
    }
    assert_eq!(awaits_plans(&hilleroed, &id, 1)["family"]["plans"], 1);
    let handovers = other.does(&["handover", "list", "--all"]);
    assert!(!handovers.to_string().contains(&id), "nor is the family shown to whoever sees nobody of it");
    other.tries(&["handover", "family", "show", &id]).is_refused(1, "NO_SUCH_FAMILY_MOVE");
    offers(&other, &family.cases[0], HILLEROED, &[]).is_refused(3, "ACCESS_NEED_TO_KNOW");
    let refused = ("see-plan", "refused: ACCESS_NEED_TO_KNOW");
    let log = network.log("gribskov", &theirs);
    assert!(log.iter().any(|one| (text(one, "action").as_str(), text(one, "outcome").as_str()) == refused));
    let rejected = ["handover", "family", "reject", &id, "--reason", "other", "--comment", "TESTDATA"];
    hilleroed.does(&rejected);
}

/// This machine's clock: what certificates' days are held against.
struct MachineClock;

impl Clock for MachineClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program reads the wall clock in one place, and this is the one"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[tokio::test]
async fn another_municipality_cannot_put_a_plan_into_somebody_elses_family() {
    let network = Network::shared();
    let (gribskov, hilleroed) = (network.caseworker("gribskov"), network.caseworker("hilleroed"));
    let halsnaes = network.caseworker("halsnaes");
    let family = family(&gribskov);
    family.consents(&gribskov, 0);
    let offered = family.offers(&gribskov, &[]).done();
    let id = text(&offered, "family_id");
    awaits_plans(&hilleroed, &id, 1);
    let case = halsnaes.registers_with_plan(&Citizen::new());
    let own = halsnaes.offers(&case, HILLEROED);
    hilleroed.awaits_offer(&own);

    // Halsnæs names Gribskov's family for an offer of its own, for Gribskov's offer, and for one that nobody made.
    let (from, to) = (network.node("halsnaes"), network.node("hilleroed"));
    let files = CredentialFiles {
        certificate: from.folder().join("certificate.pem"),
        key: from.folder().join("node-key.pem"),
        authority: from.authority(),
        revocations: None,
    };
    let store = CredentialStore::open(files, "enplan-demo", Arc::new(MachineClock)).unwrap();
    let channel = Dialer::new(store, Limits::peers()).peer(to.code.parse().unwrap(), &to.peer);
    let mut peer = HandoverPeerServiceClient::new(channel);
    let forged = |transfer: TransferId, family: &[u8], announced| ShowPreviewRequest {
        transfer: transfer.to_bytes().to_vec(),
        handle: vec![7; 16],
        epoch: 1,
        version: vec![0; 32],
        content: Some(PreviewContent {
            deadline: Some(SystemTime::UNIX_EPOCH.into()),
            ..PreviewContent::default()
        }),
        family: family.to_vec(),
        family_announced: announced,
    };
    let theirs = id.parse::<FamilyMoveId>().unwrap().to_bytes();
    let own_offer: TransferId = own.parse().unwrap();
    peer.show_preview(forged(own_offer, &theirs, 9)).await.unwrap();
    let gribskovs: TransferId = transfer(&offered, &family.cases[0]).parse().unwrap();
    for made_up in [gribskovs, TransferId::from_bytes([9; 16])] {
        let refused = peer.show_preview(forged(made_up, &theirs, 9)).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }
    for (family, announced) in [(&theirs[..3], 1), (&theirs[..], 51)] {
        let refused = peer.show_preview(forged(own_offer, family, announced)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    let shown = shows(&hilleroed, &id);
    let line = &shown["family"];
    assert_eq!(
        (&line["plans"], &line["not_come"], &line["counterpart"]["code"]),
        (&json!(1), &json!(0), &json!("0270"))
    );
    assert_eq!(hilleroed.does(&["handover", "show", &own])["family_id"], Value::Null);
    let by_sender = |name: &str| hilleroed.tries(&["handover", "family", "show", &id, "--from", name]);
    by_sender("Halsnæs").is_refused(1, "NO_SUCH_FAMILY_MOVE");
    by_sender("Gribskov").done();
    for transfer in [own, gribskovs.to_string()] {
        let why = ["--reason", "other", "--comment", "TESTDATA"];
        hilleroed.does(&[&["handover", "reject", &transfer][..], &why].concat());
    }
}
