//! Where the two programs are: beside the tests, as Cargo put them, and no older than their sources. `cargo test
//! --workspace` builds them and leaves no list of what they were made of, so the sources themselves are looked at.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// A folder with other programs to test instead: an installed package's, for example.
const INSTEAD: &str = "ENPLAN_PROGRAMS";

/// The two programs.
#[derive(Debug)]
pub struct Programs {
    /// The municipality's node.
    pub node: PathBuf,
    /// The command line.
    pub command_line: PathBuf,
}

impl Programs {
    /// The programs to test. `cargo test --workspace` has built them; where only this package is tested, they are built
    /// here.
    pub fn find() -> &'static Self {
        static FOUND: OnceLock<Programs> = OnceLock::new();
        FOUND.get_or_init(|| {
            let given = env::var_os(INSTEAD).map(PathBuf::from);
            let folder = given.clone().unwrap_or_else(build_folder);
            let programs = Self { node: folder.join("enplan-node"), command_line: folder.join("enplan") };
            if given.is_none() && ![&programs.node, &programs.command_line].into_iter().all(|p| is_fresh(p)) {
                build(&folder);
            }
            for program in [&programs.node, &programs.command_line] {
                assert!(
                    program.is_file(),
                    "{} is missing: run `cargo build --workspace --bins` first",
                    program.display()
                );
            }
            programs
        })
    }
}

/// `target/<profile>`: this test is in its `deps`.
pub(crate) fn build_folder() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    test.ancestors().nth(2).expect("a test is in Cargo's folder").to_owned()
}

/// What the programs are made of.
const SOURCES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "cli", "node", "proto"];

/// Whether none of the programs' sources has changed since this one was built.
fn is_fresh(program: &Path) -> bool {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Some(built) = changed(program) else { return false };
    SOURCES.iter().all(|source| is_no_newer(&workspace.join(source), built))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

/// Whether this file, or each of this folder's but the tests' and what they approved, is from before that time.
fn is_no_newer(path: &Path, built: SystemTime) -> bool {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().all(|entry| {
            let is_tests = ["tests", "examples", "snapshots"].iter().any(|name| entry.file_name() == *name);
            is_tests || is_no_newer(&entry.path(), built)
        }),
        Err(_) => changed(path).is_some_and(|time| time <= built),
    }
}

fn build(folder: &Path) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or("debug");
    let profile = if name == "debug" { "dev" } else { name };
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "enplan-node",
            "--package",
            "enplan-cli",
            "--profile",
            profile,
        ])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.parent().expect("Cargo's folder has a parent"))
        .output()
        .expect("Cargo can be run");
    assert!(
        output.status.success(),
        "the programs could not be built:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
