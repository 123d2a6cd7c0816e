use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use enplan_domain::{Clock, Timestamp};

use super::*;
use crate::arguments::{AuthorityCreate, AuthoritySign, FederationCreate, FederationSign, IdentityCreate};
use crate::commands::{authority, federation, identity};

const WHOLE: &str = r#"
municipality = "0270"
federation = "nord"
data_dir = "data"
contact = "Gribskov Kommune"
[listen]
api = "127.0.0.1:7400"
peer = "127.0.0.1:7500"
[tls]
certificate = "certificate.pem"
key = "node-key.pem"
authority = "authority.pem"
[keys]
signing = "signing-key.der"
key_encryption = "key-encryption-key"
[registry]
members = "federation.json"
founding_key = "founding-key.pub"
"#;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }
}

fn parse(text: &str) -> Result<Config, ConfigProblems> {
    Config::parse(text, Path::new("/etc/enplan/enplan.toml"), None)
}

fn problems(text: &str) -> Vec<String> {
    parse(text).unwrap_err().each().to_vec()
}

#[test]
fn a_whole_configuration_is_read_with_its_paths_beside_it_and_the_defaults() {
    let config = parse(WHOLE).unwrap();
    assert_eq!(config.municipality.name(), Some("Gribskov"));
    assert_eq!(config.tls.certificate, Path::new("/etc/enplan/certificate.pem"));
    assert_eq!(config.tls.revocations, None);
    assert_eq!(config.sessions.lifetime_minutes, 60);
    assert_eq!(config.log, Log { format: LogFormat::Text, filter: "info,openraft=warn".into() });
    assert_eq!(config.timing().heartbeat, Timing::lan().heartbeat);
    assert_eq!(config.timing().election_to, Timing::lan().election_to);
}

#[test]
fn a_misspelt_key_is_an_error_that_suggests_the_right_one() {
    let misspelt = WHOLE.replace("key_encryption =", "key_encription =");
    assert_eq!(
        problems(&misspelt),
        [
            "`key_encryption` is missing in [keys]: give the key that seals all others",
            "line 15: unknown key `key_encription` in [keys]; did you mean `key_encryption`?",
        ]
    );
    let misspelt = WHOLE.replace("[registry]", "[regisrty]");
    assert!(problems(&misspelt).iter().any(|problem| problem.ends_with("did you mean `registry`?")));
}

#[test]
fn a_key_like_no_other_is_an_error_that_names_those_there_are() {
    let unknown = WHOLE.replace("[keys]", "[keys]\nxyzzy = 1");
    assert_eq!(
        problems(&unknown),
        ["line 14: unknown key `xyzzy` in [keys]; known here are signing, key_encryption"]
    );
}

#[test]
fn several_problems_are_told_together_each_with_its_line() {
    let wrong = WHOLE
        .replace("\"0270\"", "\"27\"")
        .replace("127.0.0.1:7400", "localhost")
        .replace("[registry]", "[registry]\nheartbeat_ms = 9999999")
        .replace("contact = \"Gribskov Kommune\"\n", "");
    let problems = problems(&wrong);
    assert_eq!(problems.len(), 4, "{problems:#?}");
    assert!(problems[0].starts_with("line 2: `municipality`: a municipality code has"));
    assert_eq!(problems[1], "`contact` is missing: give whom receivers of a handover may call");
    assert!(problems[2].starts_with("line 6: `api` in [listen]: expected an address and a port"));
    assert_eq!(problems[3], "line 16: `heartbeat_ms` in [registry]: expected a whole number from 50 to 5000");
}

#[test]
fn a_value_of_the_wrong_kind_is_told_as_such() {
    let wrong = WHOLE
        .replace("\"0270\"", "270")
        .replace("[listen]", "[log]\nfilter = \"a=b=c\"\nformat = \"xml\"\n[listen]");
    let problems = problems(&wrong);
    assert_eq!(problems[0], "line 2: `municipality`: expected text in quotes, found integer");
    assert!(problems[1].contains("`format` in [log]: expected \"text\" or \"json\""), "{problems:#?}");
    assert!(problems[2].contains("`filter` in [log]"), "{problems:#?}");
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    assert!(problems("municipality = \"0270\"\nfederation =\n")[0].starts_with("line 2: "));
}

#[test]
fn a_file_that_is_missing_is_told_with_its_path() {
    let error = Config::load(Path::new("/nowhere/enplan.toml")).unwrap_err();
    assert!(
        error.to_string().contains("/nowhere/enplan.toml has 1 problem:\n  - it cannot be read"),
        "{error}"
    );
}

#[test]
fn a_credential_lies_where_systemd_puts_it_and_nowhere_else() {
    let text = WHOLE.replace("\"node-key.pem\"", "\"credential:node-key.pem\"");
    let folder = Some(Path::new("/run/credentials/enplan"));
    let config = Config::parse(&text, Path::new("enplan.toml"), folder).unwrap();
    assert_eq!(config.tls.key, Path::new("/run/credentials/enplan/node-key.pem"));
    assert!(problems(&text)[0].contains("$CREDENTIALS_DIRECTORY"));
    let outside = WHOLE.replace("\"node-key.pem\"", "\"credential:../node-key.pem\"");
    assert!(Config::parse(&outside, Path::new("enplan.toml"), folder).is_err());
}

#[test]
fn elections_that_would_come_before_the_next_heartbeat_are_refused() {
    let hasty = format!("{WHOLE}heartbeat_ms = 500\nelection_ms = 700\n");
    assert!(problems(&hasty)[0].contains("less than two heartbeats"));
}

#[test]
fn the_example_with_every_key_is_a_configuration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/enplan.toml");
    let text = fs::read_to_string(&path).unwrap().replace("# revocations =", "revocations =");
    let config = Config::parse(&text, &path, Some(Path::new("/run/credentials/enplan"))).unwrap();
    assert!(config.tls.revocations.is_some());
    // What the example says are the defaults are the defaults.
    let defaults = parse(WHOLE).unwrap();
    assert_eq!((config.sessions, config.log), (defaults.sessions, defaults.log));
    assert_eq!(config.registry.election_ms, defaults.registry.election_ms);
    assert_eq!(config.registry.heartbeat_ms, defaults.registry.heartbeat_ms);
}

/// Makes a node's folder with the commands, and returns its configuration's file.
pub(crate) fn node(folder: &Path) -> PathBuf {
    let municipality = "0270".parse().unwrap();
    let at = |name: &str| folder.join(name);
    let files = identity::create(&IdentityCreate {
        municipality,
        peer_address: "127.0.0.1:7500".into(),
        dir: folder.to_owned(),
    })
    .unwrap();
    authority::create(&AuthorityCreate { federation: "nord".into(), dir: folder.into(), days: 30 }, &Noon)
        .unwrap();
    let sign = AuthoritySign {
        dir: folder.to_owned(),
        request: files.request,
        municipality,
        out: at("certificate.pem"),
        dns: vec!["localhost".into()],
        ip: Vec::new(),
        days: 10,
    };
    authority::sign(&sign, &Noon).unwrap();
    federation::create(&FederationCreate { name: "nord".into(), dir: folder.to_owned() }).unwrap();
    let members = vec![files.member];
    federation::sign(&FederationSign { dir: folder.to_owned(), members, out: at("federation.json") })
        .unwrap();
    let file = at("enplan.toml");
    fs::write(&file, WHOLE).unwrap();
    file
}

fn check(file: &Path) -> Result<(), ConfigProblems> {
    enplan_transport::install_crypto_provider();
    let clock: Arc<dyn Clock> = Arc::new(Noon);
    Config::load(file).unwrap().check(file, &clock)
}

#[test]
fn what_the_commands_made_is_a_configuration_that_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    check(&node(folder.path())).unwrap();
}

#[test]
fn files_that_are_missing_open_to_others_or_another_nodes_are_told_together() {
    let folder = tempfile::tempdir().unwrap();
    let file = node(folder.path());
    let at = |name: &str| folder.path().join(name);
    fs::remove_file(at("certificate.pem")).unwrap();
    fs::set_permissions(at("key-encryption-key"), fs::Permissions::from_mode(0o644)).unwrap();
    let other = tempfile::tempdir().unwrap();
    node(other.path());
    fs::copy(other.path().join("signing-key.der"), at("signing-key.der")).unwrap();
    fs::create_dir(at("data")).unwrap();
    fs::set_permissions(at("data"), fs::Permissions::from_mode(0o755)).unwrap();

    let told = check(&file).unwrap_err().to_string();
    for part in [
        "4 problems",
        "chmod 700",
        "certificate.pem",
        "[keys] key_encryption",
        "[keys] signing: the others know another key",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
}

#[test]
fn a_certificate_of_another_municipality_or_federation_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = node(folder.path());
    fs::write(&file, WHOLE.replace("0270", "0219")).unwrap();
    let told = check(&file).unwrap_err().to_string();
    assert!(told.contains("it is for municipality 0270, and this node is 0219"), "{told}");
    assert!(told.contains("municipality 0219 is not among them"), "{told}");
    fs::write(&file, WHOLE.replace("\"nord\"", "\"syd\"")).unwrap();
    let told = check(&file).unwrap_err().to_string();
    assert!(told.contains("[tls]") && told.contains("they founded \"nord\""), "{told}");
}

#[test]
fn what_is_shown_takes_effect_the_same_and_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = node(folder.path());
    let config = Config::load(&file).unwrap();
    let shown = config.shown().to_string();
    assert_eq!(Config::parse(&shown, &file, None).unwrap(), config);
    let secret = fs::read_to_string(folder.path().join("key-encryption-key")).unwrap();
    assert!(!shown.contains(secret.trim()) && !shown.contains("PRIVATE"));
    assert_eq!(shown.matches("the file's contents are not shown").count(), 3);
}

#[test]
fn an_exemption_is_adopted_within_the_trial_and_under_its_own_name() {
    let with =
        |line: &str| Config::parse(&format!("{WHOLE}\n[exemptions]\n{line}\n"), Path::new("e.toml"), None);
    let config = with("frikommune-33 = \"2018-01-01/2019-12-31\"").unwrap();
    assert!(config.adopted.check("frikommune-33", jiff::civil::date(2019, 12, 31)).is_ok());
    assert!(config.shown().to_string().contains("frikommune-33 = \"2018-01-01/2019-12-31\""));
    for (line, said) in [
        ("frikommune-33 = \"2016-01-01\"", "an exemption can be adopted only within 2017-10-01/2020-07-01"),
        ("frikommune-33 = \"fra i dag\"", "expected the first day"),
        ("frikommune-3 = \"2018-01-01\"", "did you mean `frikommune-3"),
    ] {
        let problems = with(line).unwrap_err().to_string();
        assert!(problems.contains(said), "{problems}");
    }
}

fn with_target_groups(text: &str) -> Result<Config, ConfigProblems> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groups.toml"), text).unwrap();
    let whole = format!("{WHOLE}\n[target_groups]\nfile = \"groups.toml\"\n");
    Config::parse(&whole, &folder.path().join("enplan.toml"), None)
}

#[test]
fn the_example_of_target_groups_is_taken_in_and_shown() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/target-groups.toml");
    let config = with_target_groups(&fs::read_to_string(path).unwrap()).unwrap();
    let criteria = |day: jiff::civil::Date| {
        let mut groups = config.adopted.target_groups(config.municipality, day);
        groups.find(|group| group.id == "unge-uden-bolig").map(|group| group.criteria_on(day).count())
    };
    let days = [(2025, 12, 31), (2026, 1, 1), (2027, 1, 1)].map(|(y, m, d)| jiff::civil::date(y, m, d));
    assert_eq!(days.map(criteria), [None, Some(3), Some(2)]);
    assert!(config.shown().to_string().contains("[target_groups]\nfile = "));
}

#[test]
fn what_is_wrong_with_a_target_group_is_told_by_its_file_and_its_name_and_all_at_once() {
    let group = |id: &str, rest: &str| {
        format!(
            "[[target_group]]\nid = \"{id}\"\nname = \"Unge\"\nvalid = \"2026-01-01\"\ndecision = \"Byrådet\"\n{rest}"
        )
    };
    let criterion = "[[target_group.criterion]]\nid = \"home\"\nname = \"Bolig\"\n";
    let wrong = [group("gribskov-families", criterion), group("ingen", ""), group("Æ", criterion)].concat();
    let told = with_target_groups(&wrong).unwrap_err().each().join("\n");
    for part in [
        "the catalogue has a target group",
        "target group \"ingen\": a target group has 1 to",
        "\"Æ\": an id has",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
    let misspelt = group("unge", &criterion.replace("name", "navn"));
    assert!(with_target_groups(&misspelt).unwrap_err().each()[0].contains("line 8: unknown field `navn`"));
    let days = group("unge", &format!("{criterion}valid = \"fra i dag\"\n"));
    assert!(
        with_target_groups(&days).unwrap_err().each()[0]
            .contains("criterion \"home\": expected the first day")
    );
    let missing = format!("{WHOLE}\n[target_groups]\nfile = \"/nowhere/groups.toml\"\n");
    assert!(problems(&missing)[0].starts_with("[target_groups] file: /nowhere/groups.toml cannot be read"));
}
