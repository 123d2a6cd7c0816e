//! What a network that is ready tells: a table for people, a file for scripts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::network::DemoNode;
use super::people::well_known::WELL_KNOWN;
use super::profiles;
use super::staff::STAFF;
use crate::files::{self, FileError, Readers};

/// The file for scripts: everything that is needed to use the network.
#[derive(Debug, Serialize)]
struct Ready<'a> {
    network_dir: &'a Path,
    nodes: Vec<ReadyNode<'a>>,
    users: Vec<ReadyUser<'a>>,
}

#[derive(Debug, Serialize)]
struct ReadyNode<'a> {
    name: &'a str,
    code: String,
    api: String,
    peer: String,
    pid: u32,
    data_dir: PathBuf,
    config: PathBuf,
    ca: PathBuf,
    log: PathBuf,
}

#[derive(Debug, Serialize)]
struct ReadyUser<'a> {
    municipality: String,
    username: &'a str,
    role: &'a str,
    unit: &'a str,
    profile: String,
    password_file: &'a Path,
}

/// Writes the file for scripts, whole: whoever sees it sees all of it, and all nodes are ready.
pub(super) fn write_ready_file(
    path: &Path,
    network_dir: &Path,
    password_file: &Path,
    nodes: &[(&DemoNode, u32)],
) -> Result<(), ReadyFileError> {
    let node = |(node, pid): &(&DemoNode, u32)| ReadyNode {
        name: node.name,
        code: node.municipality.to_string(),
        api: node.url(),
        peer: node.ports.peer_address().to_string(),
        pid: *pid,
        data_dir: node.data_dir(),
        config: node.config(),
        ca: node.authority(),
        log: node.log(),
    };
    let users = nodes.iter().flat_map(|(node, _)| {
        STAFF.iter().map(|staff| ReadyUser {
            municipality: node.municipality.to_string(),
            username: staff.username,
            role: staff.role.as_str(),
            unit: staff.unit,
            profile: profiles::name(node, staff.username),
            password_file,
        })
    });
    let ready = Ready { network_dir, nodes: nodes.iter().map(node).collect(), users: users.collect() };
    let text = serde_json::to_vec_pretty(&ready)?;
    Ok(files::replace(path, &text, Readers::Everyone)?)
}

/// The file for scripts could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadyFileError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A path that is no text.
    #[error("the ready file cannot be written: a folder's name is no text")]
    Json(#[from] serde_json::Error),
}

/// What a person sees when all nine are ready. Paths are shown from the folder in which the person is.
pub(super) fn table(
    here: &Path,
    password_file: &Path,
    profiles: &Path,
    nodes: &[&DemoNode],
    program: &str,
) -> String {
    let mut text = format!("\n{} municipalities are ready, with test data only.\n\n", nodes.len());
    let mut row = |name: &str, code: &str, address: &str, profile: &str| {
        // Padded by what it takes on the screen, not by its bytes.
        let name = format!("{name}{}", " ".repeat(15_usize.saturating_sub(name.width())));
        let line = format!("  {name}{code:<6}{address:<26}{profile}");
        let _ = writeln!(text, "{}", line.trim_end());
    };
    row("Municipality", "Code", "Address", "Profile");
    for node in nodes {
        row(node.name, &node.municipality.to_string(), &node.url(), &node.profile);
    }
    text.push_str("\nUsers, the same in each:\n");
    for staff in STAFF {
        let line = format!("  {:<15}{:<13}{}", staff.username, staff.role.as_str(), staff.unit);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(text, "Their password is in {}", from(here, password_file));
    text.push_str("\nAmong 240 citizens who do not exist:\n");
    for known in WELL_KNOWN {
        let name = format!("{}{}", known.name, " ".repeat(27_usize.saturating_sub(known.name.width())));
        let _ = writeln!(text, "  {name}{:<14}{}", known.municipality, known.shows);
    }
    if let Some(node) = nodes.iter().find(|node| node.profile == "gribskov") {
        let _ = writeln!(
            text,
            "\nTry next, in another terminal:\n  export ENPLAN_CONFIG_DIR={}\n  {program} --profile {profile} login --password-file {}\n  {program} --profile {profile} plan list",
            profiles.display(),
            from(here, password_file),
            profile = node.profile,
        );
    }
    text.push_str("\nCtrl-C stops the network; it keeps its data.\n");
    text
}

/// A path as short as it can be said from here.
pub(super) fn from(here: &Path, path: &Path) -> String {
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::demo::ports::Ports;

    fn nodes() -> Vec<DemoNode> {
        let node = |code: &str, profile: &str, offset: u16| {
            let municipality: enplan_domain::Kommunekode = code.parse().unwrap();
            DemoNode {
                municipality,
                name: municipality.name().unwrap(),
                profile: profile.into(),
                ports: Ports { api: 7400 + offset, peer: 7500 + offset },
                folder: Path::new("/home/me/demo-network").join(profile),
            }
        };
        vec![node("0190", "furesoe", 0), node("0270", "gribskov", 1)]
    }

    #[test]
    fn the_table_says_where_the_nodes_are_who_can_log_in_and_what_to_try() {
        let nodes = nodes();
        let password = Path::new("/home/me/demo-network/password");
        insta::assert_snapshot!(table(
            Path::new("/home/me"),
            password,
            Path::new("/home/me/demo-network/profiles"),
            &nodes.iter().collect::<Vec<_>>(),
            "enplan"
        ));
    }

    #[test]
    fn the_file_for_scripts_holds_every_node_and_every_user() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready.json");
        let nodes = nodes();
        let with_processes: Vec<_> = nodes.iter().zip([11, 12]).collect();
        let network = Path::new("/home/me/demo-network");
        write_ready_file(&path, network, &network.join("password"), &with_processes).unwrap();
        let ready: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(ready["users"].as_array().unwrap().len(), 12);
        insta::assert_json_snapshot!((&ready["network_dir"], &ready["nodes"], &ready["users"][6]));
    }
}
