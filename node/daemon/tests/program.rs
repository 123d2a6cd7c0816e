//! The program from outside, as far as it goes without a configuration. That it is tested here also has Cargo build it
//! before the tests of the whole network, which run it.

use std::process::Command;

#[test]
fn a_configuration_that_is_not_there_is_named_and_nothing_starts() {
    for words in [&["serve"][..], &["config", "check"], &["config", "show"]] {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("enplan.toml");
        let output = Command::new(env!("CARGO_BIN_EXE_enplan-node"))
            .args(words)
            .arg("--config")
            .arg(&missing)
            .output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("enplan.toml"), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{words:?}");
    }
}
