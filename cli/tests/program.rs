//! The program from outside, as far as it goes without a node: exit codes, and what is written where.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const CASE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn enplan(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enplan"));
    command.args(words).env_clear().env("ENPLAN_CONFIG_DIR", folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// The same, with this on its standard input.
fn enplan_with(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enplan"));
    command.args(words).env_clear().env("ENPLAN_CONFIG_DIR", folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn messages(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn error(output: &Output) -> Value {
    serde_json::from_str::<Value>(&messages(output)).unwrap()["error"].clone()
}

/// An authority's certificate, and a profile that is logged in to a node where nothing answers.
fn logged_in_to_nothing(folder: &Path) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = folder.join("ca.pem");
    std::fs::write(&ca, authority.self_signed(&key).unwrap().pem()).unwrap();

    // Bound and let go of: nothing listens there now.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let node = format!("https://127.0.0.1:{port}");
    let profile = serde_json::json!({
        "node": node, "ca": ca, "user": "anna", "session": { "token": "hemmelig", "expires_at": null },
    });
    let mut file = std::fs::OpenOptions::new();
    let mut file = file.write(true).create_new(true).mode(0o600).open(folder.join("default.json")).unwrap();
    file.write_all(profile.to_string().as_bytes()).unwrap();
    node
}

#[test]
fn a_command_that_does_not_exist_is_a_usage_error_with_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let output = enplan(folder.path(), &["plna", "list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(messages(&output).contains("Mente du »plan«?"), "{}", messages(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_usage_error_is_json_where_json_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let output = enplan(folder.path(), &["plna", "list", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(error(&output)["code"], "USAGE");
}

#[test]
fn whoever_is_not_logged_in_is_told_to_log_in() {
    let folder = tempfile::tempdir().unwrap();
    let output = enplan(folder.path(), &["--profile", "gribskov", "plan", "list"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(messages(&output).contains("enplan --profile gribskov login"), "{}", messages(&output));
    let output = enplan(folder.path(), &["plan", "list", "--json"]);
    assert_eq!(error(&output)["code"], "NOT_LOGGED_IN");
}

#[test]
fn a_node_that_does_not_answer_is_named_and_nothing_else_is_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let node = logged_in_to_nothing(folder.path());
    let output = enplan(folder.path(), &["plan", "show", CASE]);
    assert_eq!(output.status.code(), Some(4), "{}", messages(&output));
    assert!(messages(&output).contains(&format!("Noden på {node} kan ikke nås.")), "{}", messages(&output));
    assert!(!messages(&output).contains("hemmelig"));
    let output = enplan(folder.path(), &["plan", "show", CASE, "--json"]);
    assert_eq!(
        (error(&output)["code"].as_str(), error(&output)["grpc"].as_str()),
        (Some("NODE_UNREACHABLE"), Some("UNAVAILABLE"))
    );
}

#[test]
fn logging_out_forgets_the_session_even_where_the_node_is_away() {
    let folder = tempfile::tempdir().unwrap();
    logged_in_to_nothing(folder.path());
    let output = enplan(folder.path(), &["logout", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", messages(&output));
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["node_told"], false);
    let kept = std::fs::read_to_string(folder.path().join("default.json")).unwrap();
    assert!(kept.contains("anna") && !kept.contains("hemmelig"), "{kept}");
}

#[test]
fn a_question_that_nobody_can_answer_stops_before_the_node_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    logged_in_to_nothing(folder.path());
    for words in [
        &["consent", "withdraw", CASE, CASE, "--json"][..],
        &["handover", "accept", CASE, "--json"][..],
        &["handover", "revoke", CASE, "--json"][..],
    ] {
        let output = enplan(folder.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let told = messages(&output);
        assert!(told.contains("CONFIRMATION_NEEDED"), "{told}");
    }
}

#[test]
fn standard_input_is_read_for_one_thing_alone() {
    let folder = tempfile::tempdir().unwrap();
    logged_in_to_nothing(folder.path());
    let (record, material) = (["duty", "record", CASE, "--to", "Hillerød"], ["--section", "children/goals"]);
    let by = ["--provision", "barnets-lov-132", "--assessment-file", "-", "--summary-file", "-", "--json"];
    let output = enplan_with(folder.path(), &[&record[..], &material, &by].concat(), "TESTDATA\n");
    assert_eq!(output.status.code(), Some(2), "{}", messages(&output));
    assert_eq!(error(&output)["code"], "STDIN_TWICE");
}

#[test]
fn a_cpr_number_comes_from_standard_input_and_a_bad_one_is_refused_before_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    logged_in_to_nothing(folder.path());
    for (number, expected) in [("610181-1001\n", 4), ("123\n", 2)] {
        let output = enplan_with(folder.path(), &["plan", "show", "--cpr", "-"], number);
        assert_eq!(output.status.code(), Some(expected), "{number}: {}", messages(&output));
    }
}

#[test]
fn help_is_data_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let flag = enplan(folder.path(), &["handover", "accept", "--help"]);
    let verb = enplan(folder.path(), &["help", "handover", "accept"]);
    assert_eq!((flag.status.code(), verb.status.code()), (Some(0), Some(0)));
    assert!(flag.stderr.is_empty());
    assert_eq!(String::from_utf8(flag.stdout).unwrap(), String::from_utf8(verb.stdout).unwrap());
}

#[test]
fn a_word_too_few_shows_the_help_and_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = enplan(folder.path(), &["handover"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(messages(&output).contains("Kommandoer:"), "{}", messages(&output));
}
