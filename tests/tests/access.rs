//! Who may do what: roles, need to know, sessions, and who may speak to a node at all.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::error::Error as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use enplan_domain::{Clock, Kommunekode, Timestamp};
use enplan_proto::plan::v1::ListPlansRequest;
use enplan_proto::plan::v1::plan_service_client::PlanServiceClient;
use enplan_proto::registry::v1::TellTimeRequest;
use enplan_proto::registry::v1::registry_peer_service_client::RegistryPeerServiceClient;
use enplan_tests::casework::text;
use enplan_tests::{Citizen, HILLEROED, Network, Node};
use enplan_transport::authority::{Authority, NodeKey, Validity};
use enplan_transport::{CredentialFiles, CredentialStore, Dialer, Limits, user_channel};
use serde_json::{Value, json};
use tonic::transport::Channel;
use tonic::{Code, Status};

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

#[test]
fn a_case_of_another_unit_is_not_shown_and_the_attempt_is_in_the_citizens_log() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let case = gribskov.registers_with_plan(&Citizen::new());
    let password = network.password_file();
    let account =
        ["account", "put", "nabo", "--name", "Nanna Nabo", "--role", "caseworker", "--unit", "Anden enhed"];
    let with_password = ["--password-file", password.to_str().unwrap()];
    network.person("gribskov", "drift").does(&[&account[..], &with_password].concat());
    let neighbour = network.person("gribskov", "nabo");

    for refused in [
        neighbour.tries(&["plan", "show", &case]),
        neighbour.adds_goal(&case, "Et mål", "social"),
        neighbour.tries_consent(&case, HILLEROED, "2099-12-31", &[]),
        neighbour.tries(&["plan", "protect", &case, "--on"]),
    ] {
        refused.is_refused(3, "ACCESS_NEED_TO_KNOW");
    }
    let listed = neighbour.does(&["plan", "list", "--all"]);
    assert!(listed["plans"].as_array().unwrap().iter().all(|plan| plan["case_id"] != json!(case)));

    let log = network.log("gribskov", &case);
    let refused: Vec<_> = log.iter().filter(|access| access["actor"] == "nabo").collect();
    assert_eq!(refused.len(), 4, "{log:?}");
    assert!(refused.iter().all(|access| access["outcome"] == "refused: ACCESS_NEED_TO_KNOW"), "{refused:?}");
    // Nor may the colleague of the demo's other unit; whoever leads the same unit may.
    network
        .person("gribskov", "sagsbehandler2")
        .tries(&["plan", "show", &case])
        .is_refused(3, "ACCESS_NEED_TO_KNOW");
    network.person("gribskov", "teamleder").sees(&case);
}

#[test]
fn whoever_looked_is_in_the_log_that_the_data_protection_officer_reads() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let looks = |log: &[Value]| {
        let look = |access: &&Value| access["action"] == "see-plan" && access["actor"] == "sagsbehandler";
        log.iter().filter(look).count()
    };
    let before = looks(&network.log("gribskov", &case));
    gribskov.sees(&case);
    gribskov.looks_up(&citizen).done();
    let log = network.log("gribskov", &case);
    assert_eq!(looks(&log), before + 2);
    let order: Vec<_> = log.iter().map(|access| access["sequence"].as_u64().unwrap()).collect();
    assert!(order.is_sorted(), "{order:?}");
    // The officer's own look is in it, the next time.
    assert!(network.log("gribskov", &case).iter().any(|access| access["actor"] == "dpo"));
    assert!(log.iter().any(|access| access["action"] == "register-citizen"));
    // By the citizen's number too, which is how a citizen asks.
    assert!(network.log_of("gribskov", &citizen).len() >= log.len());
}

#[test]
fn a_role_may_do_what_is_its_own_and_nothing_else() {
    let network = Network::shared();
    let gribskov = network.caseworker("gribskov");
    let citizen = Citizen::new();
    let case = gribskov.registers_with_plan(&citizen);
    let plans: [&[&str]; 5] = [
        &["plan", "list"],
        &["plan", "show", &case],
        &["plan", "add-goal", &case, "--text", "Et mål", "--sector", "social"],
        &["plan", "close", &case, "--reason", "finished"],
        &["handover", "list"],
    ];
    for user in ["drift", "dpo", "koordinator"] {
        let person = network.person("gribskov", user);
        for words in plans {
            person.tries(words).is_refused(3, "ACCESS_ROLE");
        }
        person.looks_up(&citizen).is_refused(3, "ACCESS_ROLE");
    }
    let password = network.password_file();
    let account =
        ["account", "put", "jeg", "--name", "J", "--role", "operator", "--unit", "IT", "--password-file"];
    let account = [&account[..], &[password.to_str().unwrap()]].concat();
    for words in [&["node", "status"][..], &["audit", "citizen", &case], &account] {
        gribskov.tries(words).is_refused(3, "ACCESS_ROLE");
    }
    network.person("gribskov", "drift").tries(&["audit", "citizen", &case]).is_refused(3, "ACCESS_ROLE");
    assert_eq!(gribskov.sees(&case)["closed"], Value::Null);
}

#[test]
fn a_session_ends_when_its_user_logs_out_wherever_its_token_has_got_to() {
    let network = Network::shared();
    let person = network.person("frederikssund", "teamleder");
    person.does(&["plan", "list"]);
    let profile = person.profiles().join(format!("{}.json", person.profile()));
    let stolen = fs::read(&profile).unwrap();
    person.tries(&["logout"]).done();
    person.tries(&["plan", "list"]).is_refused(3, "NOT_LOGGED_IN");
    private_file(&profile, &stolen);
    let refusal = person.tries(&["plan", "list"]).is_refused(3, "NOT_LOGGED_IN");
    assert!(refusal.message.contains("udløbet"), "not the node's own words: {}", refusal.message);

    let mut forged: Value = serde_json::from_slice(&stolen).unwrap();
    forged["session"]["token"] = json!("0".repeat(64));
    private_file(&profile, forged.to_string().as_bytes());
    person.tries(&["plan", "list"]).is_refused(3, "NOT_LOGGED_IN");
    person.log_in();
    person.does(&["plan", "list"]);
}

fn private_file(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn without_a_token_a_node_answers_nobody() {
    let network = Network::shared();
    let node = network.node("gribskov");
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let authority = fs::read(node.authority()).unwrap();
    let mut plans = PlanServiceClient::new(user_channel(&authority, &node.api, &clock).unwrap());
    let refused = plans.list_plans(ListPlansRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    for header in ["Bearer ", "Bearer 0", "Basic c2FnOmJlaA=="] {
        let mut request = tonic::Request::new(ListPlansRequest::default());
        request.metadata_mut().insert("authorization", header.parse().unwrap());
        let refused = plans.list_plans(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{header}");
    }
}

#[tokio::test]
async fn the_peers_address_answers_nobody_who_is_not_a_member() {
    let network = Network::shared();
    let (node, other) = (network.node("gribskov"), network.node("halsnaes"));
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let folder = tempfile::tempdir().unwrap();

    // A member is answered: whoever is refused below is refused for who they are.
    let member = CredentialFiles {
        certificate: other.folder().join("certificate.pem"),
        key: other.folder().join("node-key.pem"),
        authority: other.authority(),
        revocations: None,
    };
    tell_time(dialed(member, node, &clock)).await.unwrap();

    // No certificate.
    let authority = fs::read(node.authority()).unwrap();
    let nobody = user_channel(&authority, &format!("https://{}", node.peer), &clock).unwrap();
    assert_hung_up_on(&tell_time(nobody).await.unwrap_err());

    // Another authority of the same name, which trusts the network's own.
    let foreign = Authority::create("enplan-demo", 30, clock.now()).unwrap();
    let key = NodeKey::generate().unwrap();
    let files = CredentialFiles {
        certificate: folder.path().join("certificate.pem"),
        key: folder.path().join("key.pem"),
        authority: folder.path().join("authority.pem"),
        revocations: None,
    };
    key.save(&files.key).unwrap();
    let code: Kommunekode = other.code.parse().unwrap();
    let valid = Validity::days(clock.now(), 20);
    let signed = foreign.sign(&key.request_pem().unwrap(), code, &[], &[], valid).unwrap();
    fs::write(&files.certificate, signed).unwrap();
    // Its own chain must be whole for it to be loaded; the network's authority beside it lets it believe the node.
    let both = [foreign.certificate_pem(), &String::from_utf8(authority).unwrap()].concat();
    fs::write(&files.authority, both).unwrap();
    assert_hung_up_on(&tell_time(dialed(files, node, &clock)).await.unwrap_err());
}

/// That the node ended the connection, and answered nothing on it.
fn assert_hung_up_on(status: &Status) {
    // What a node answers has no source: that is this end's own, noticed while connecting or with the first request.
    assert!(status.source().is_some(), "{status:?}");
}

fn dialed(files: CredentialFiles, to: &Node, clock: &Arc<dyn Clock>) -> Channel {
    let store = CredentialStore::open(files, "enplan-demo", Arc::clone(clock)).unwrap();
    Dialer::new(store, Limits::peers()).peer(to.code.parse().unwrap(), &to.peer)
}

async fn tell_time(channel: Channel) -> Result<String, Status> {
    let answer = RegistryPeerServiceClient::new(channel).tell_time(TellTimeRequest {}).await?;
    Ok(text(&json!({ "now": format!("{:?}", answer.into_inner().now) }), "now"))
}
