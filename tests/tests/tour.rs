//! The tour of the README, as a newcomer walks it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use enplan_tests::eventually;
use enplan_tests::patience::LONG;
use enplan_tests::programs::Programs;

const BEGIN: &str = "<!-- tour -->";
const END: &str = "<!-- /tour -->";

/// What stands in the ```` ```sh ```` blocks of the tour.
fn tour(readme: &str) -> String {
    let (_, rest) = readme.split_once(BEGIN).unwrap_or_else(|| panic!("the README has no {BEGIN}"));
    let (tour, _) = rest.split_once(END).unwrap_or_else(|| panic!("the README's tour has no {END}"));
    let blocks: Vec<_> =
        tour.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap_or_default()).collect();
    assert!(!blocks.is_empty(), "the README's tour has nothing to type");
    blocks.concat()
}

/// The demo network of the tour, stopped with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // Its nodes notice that it is gone, and stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_tour_of_the_readme_can_be_walked_as_it_is_printed() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let tour = tour(&fs::read_to_string(repository.join("README.md")).unwrap());
    // A folder that looks like the repository to whoever types the tour, with the programs built.
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs::find();
    symlink(repository.join("deploy"), folder.path().join("deploy")).unwrap();
    fs::create_dir_all(folder.path().join("target/release")).unwrap();
    symlink(&programs.command_line, folder.path().join("target/release/enplan")).unwrap();
    symlink(&programs.node, folder.path().join("target/release/enplan-node")).unwrap();

    let ready = folder.path().join("ready.json");
    let mut demo = Command::new(&programs.node);
    demo.args(["demo", "--dir"]).arg(folder.path().join("demo-network")).arg("--ready-file").arg(&ready);
    let demo = demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut demo = Demo(demo);
    eventually("the demo network is ready", LONG, || {
        assert!(demo.0.try_wait().unwrap().is_none(), "the demo network ended before it was ready");
        ready.exists().then_some(())
    });

    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(format!("cargo() {{ case $1 in build|demo) ;; *) return 1 ;; esac }}\n{tour}"))
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{told}");
    for seen in [
        // The gathered plans, what they both said, the import, the handover and where the plan came from.
        "Røllike",
        "lagt sammen med »",
        "listen går til og med",
        "Skrevet",
        "Jeg vil bo tæt på min søster",
        // What nobody acted on, and the agenda that the plan made of it.
        "Ingen gør noget for målet »At bo tæt på min søster«",
        "Mål uden indsats",
        "Gennemført",
        "Modtaget fra",
        // The rejection's reason at the sender, the summary of the notification at the receiver.
        "Flytningen er udsat til maj",
        "Sammenfatning af de relevante vurderinger",
        // Who of the family waits for a basis, and that they go together.
        "Mangler grundlag",
        "En familie flytter hertil fra Gribskov",
    ] {
        assert!(said.contains(seen), "{seen} was not seen:\n{said}\n{told}");
    }
    for refusal in ["NOT_OURS", "Hillerød", "HANDOVER_NOT_COMPLETED"] {
        assert!(told.contains(refusal), "{refusal} was not told:\n{said}\n{told}");
    }
}

#[test]
fn only_what_is_to_be_typed_is_taken_from_the_tour() {
    let readme = "a ```sh\nno\n``` <!-- tour -->\n```sh\none\n```\nwords\n```text\nno\n```\n```sh\ntwo\n```\n<!-- /tour -->\n```sh\nno\n```";
    assert_eq!(tour(readme), "one\ntwo\n");
}
