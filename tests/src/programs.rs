//! Where the two programs are: beside the tests, as Cargo put them, and no older than their sources.

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

/// Whether none of a program's sources has changed since it was built, by the list that Cargo wrote beside it.
fn is_fresh(program: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    let (Some(built), Ok(list)) = (changed(program), fs::read_to_string(program.with_extension("d"))) else {
        return false;
    };
    let no_older = |time: SystemTime| time <= built;
    // Make's form: `program: source source ..`, where a space within a path is escaped.
    let sources =
        list.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, sources)| sources);
    sources
        .replace("\\ ", "\0")
        .split_whitespace()
        .all(|source| changed(Path::new(&source.replace('\0', " "))).is_some_and(no_older))
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
