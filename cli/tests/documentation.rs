//! What `docs/cli.md` shows is what the program writes: every approved screen and JSON shape stands there, word for word.

#![expect(clippy::unwrap_used, reason = "a test stops where something it needs is missing")]

use std::path::Path;

fn snapshots() -> Vec<(String, String)> {
    let show = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/show");
    let folders = ["snapshots", "statistics/snapshots"].map(|folder| show.join(folder));
    let mut found: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            // A snapshot is a header between two lines of dashes, and then what was approved.
            let approved = text.splitn(3, "---\n").nth(2).unwrap().trim_end().to_owned();
            (path.file_stem().unwrap().to_string_lossy().into_owned(), approved)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_approved_screen_and_json_shape_stands_in_the_manual() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let snapshots = snapshots();
    assert!(snapshots.len() >= 20, "{} snapshots", snapshots.len());
    for (name, approved) in snapshots {
        let fence = if name.ends_with("_json") { "json" } else { "text" };
        assert!(
            manual.contains(&format!("```{fence}\n{approved}\n```")),
            "{name} in docs/cli.md is out of date:\n{approved}"
        );
    }
}
