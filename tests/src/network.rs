//! Nine nodes, shared by tests that harm nothing or owned by one that does.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::casework::Citizen;
use crate::node::Node;
use crate::patience::{LONG, eventually};
use crate::person::{Answer, Person};
use crate::programs::{Programs, build_folder};

/// Nine nodes, and whoever is logged in to them.
#[derive(Debug)]
pub struct Network {
    folder: PathBuf,
    nodes: Vec<Node>,
    logged_in: Mutex<BTreeSet<String>>,
}

/// A network of one test's own, to break. Its addresses are those of the last such network, so that there is one at a
/// time in a process.
#[derive(Debug)]
pub struct OwnNetwork {
    network: Network,
    _turn: MutexGuard<'static, ()>,
}

impl Deref for OwnNetwork {
    type Target = Network;

    fn deref(&self) -> &Network {
        &self.network
    }
}

impl Network {
    /// The network that all tests of this process share. Whoever uses it brings citizens of their own and leaves the
    /// nodes alone.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Network> = OnceLock::new();
        SHARED.get_or_init(|| {
            let network = Self::at(make_network());
            network.start_all();
            network
        })
    }

    /// A network of the test's own, all nine ready.
    pub fn own() -> OwnNetwork {
        let own = Self::own_stopped();
        own.start_all();
        own
    }

    /// A network of the test's own, none of its nodes started.
    pub fn own_stopped() -> OwnNetwork {
        static TURN: Mutex<()> = Mutex::new(());
        static FIRST: OnceLock<PathBuf> = OnceLock::new();
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = new_folder();
        copy_folder(FIRST.get_or_init(make_network), &folder);
        OwnNetwork { network: Self::at(folder), _turn: turn }
    }

    fn at(folder: PathBuf) -> Self {
        let ready = fs::read(folder.join("ready.json")).expect("a network says what is in it");
        let ready: Value = serde_json::from_slice(&ready).expect("it says so in JSON");
        let text =
            |value: &Value, key: &str| value[key].as_str().expect("a node's description has it").to_owned();
        let node = |node: &Value| {
            // What the description was written of has been copied to this folder.
            let config = PathBuf::from(text(node, "config"));
            let profile = config.parent().and_then(Path::file_name).expect("a node has a folder");
            let places = (text(node, "api"), text(node, "peer"));
            Node::new(
                text(node, "name"),
                text(node, "code"),
                profile.to_string_lossy().into_owned(),
                places,
                folder.join(profile),
            )
        };
        let nodes = ready["nodes"].as_array().expect("a network has nodes").iter().map(node).collect();
        Self { folder, nodes, logged_in: Mutex::default() }
    }

    /// Starts every node that does not run, and waits until all serve.
    pub fn start_all(&self) {
        self.start_some(&self.nodes.iter().collect::<Vec<_>>());
    }

    /// Starts these nodes, those of them that do not run, and waits until they serve.
    pub fn start_some(&self, nodes: &[&Node]) {
        for node in nodes.iter().filter(|node| !node.runs()) {
            node.launch(&[]);
        }
        for node in nodes {
            node.await_ready();
        }
    }

    /// Stops every node that runs, all at once.
    pub fn stop_all(&self) {
        self.stop_some(&self.nodes.iter().collect::<Vec<_>>());
    }

    /// Stops these nodes, those of them that run, all at once.
    pub fn stop_some(&self, nodes: &[&Node]) {
        thread::scope(|scope| {
            for node in nodes.iter().filter(|node| node.runs()) {
                scope.spawn(|| node.stop());
            }
        });
    }

    /// Stops five of the nine, so that those named here are among four who are no majority. Returns the five.
    pub fn leave_a_minority_with(&self, stay: [&str; 2]) -> Vec<&Node> {
        let mut others: Vec<_> = self.nodes.iter().filter(|node| !stay.contains(&&*node.profile)).collect();
        others.truncate(5);
        self.stop_some(&others);
        others
    }

    /// All nine.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One node, by its profile: `gribskov`, `hilleroed`.
    #[track_caller]
    pub fn node(&self, profile: &str) -> &Node {
        let found = self.nodes.iter().find(|node| node.profile == profile);
        found.unwrap_or_else(|| panic!("the network has no {profile}"))
    }

    /// Somebody who works at a municipality, logged in. Who there is: `sagsbehandler`, `sagsbehandler2`, `teamleder`,
    /// `drift`, `dpo`, `koordinator`.
    pub fn person(&self, profile: &str, user: &str) -> Person<'_> {
        let person = self.person_logged_out(profile, user);
        let mut logged_in = self.logged_in.lock().unwrap_or_else(PoisonError::into_inner);
        if logged_in.insert(person.profile().to_owned()) {
            person.log_in();
        }
        person
    }

    /// Somebody who works at a municipality, and is not logged in.
    pub fn person_logged_out(&self, profile: &str, user: &str) -> Person<'_> {
        Person::new(self.node(profile), user, &self.folder)
    }

    /// A caseworker of a municipality, logged in.
    pub fn caseworker(&self, profile: &str) -> Person<'_> {
        self.person(profile, "sagsbehandler")
    }

    /// What a node says of itself, to its operator.
    #[track_caller]
    pub fn status(&self, profile: &str) -> Value {
        self.person(profile, "drift").does(&["node", "status"])
    }

    /// A case's log, as a municipality's data protection officer reads it.
    #[track_caller]
    pub fn log(&self, profile: &str, case: &str) -> Vec<Value> {
        accesses(&self.person(profile, "dpo").tries(&["audit", "citizen", case]))
    }

    /// The log of a citizen by their number, which is how a citizen asks.
    #[track_caller]
    pub fn log_of(&self, profile: &str, citizen: &Citizen) -> Vec<Value> {
        let words = ["audit", "citizen", "--cpr", "-"];
        accesses(&self.person(profile, "dpo").tries_with(&words, &citizen.cpr))
    }

    /// The node that leads the registry, as this one sees it.
    pub fn leader(&self, seen_by: &str) -> &Node {
        let code = eventually("the registry has a leader", LONG, || {
            self.status(seen_by)["registry"]["leader"]["code"].as_str().map(str::to_owned)
        });
        self.nodes.iter().find(|node| node.code == code).expect("the leader is one of the nine")
    }

    /// The file with everybody's password.
    pub fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }

    /// The network's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[track_caller]
fn accesses(answer: &Answer) -> Vec<Value> {
    let log = answer.done();
    log["accesses"].as_array().unwrap_or_else(|| panic!("no accesses: {log}")).clone()
}

/// Makes a network as people make one to try: with the demo, which is then told to stop.
fn make_network() -> PathBuf {
    let folder = new_folder();
    let output = File::create(folder.with_extension("log")).expect("a log can be written");
    let ready = folder.join("ready.json");
    let mut demo = Command::new(&Programs::find().node)
        .arg("demo")
        .arg("--dir")
        .arg(&folder)
        .arg("--ready-file")
        .arg(&ready)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .expect("the node's program can be run");
    eventually("the demo network is ready", LONG, || {
        if let Some(status) = demo.try_wait().expect("a child can be waited for") {
            let said = fs::read_to_string(folder.with_extension("log")).unwrap_or_default();
            panic!("the demo network ended ({status}):\n{said}");
        }
        ready.exists().then_some(())
    });
    let pid = i32::try_from(demo.id()).ok().and_then(Pid::from_raw).expect("a process has a number");
    kill_process(pid, Signal::TERM).expect("a child can be signalled");
    let status = demo.wait().expect("a child can be waited for");
    assert!(status.success(), "the demo network did not stop well ({status})");
    folder
}

/// A name for a folder that is not there yet, below one that is this process' own.
fn new_folder() -> PathBuf {
    static OWN: OnceLock<(PathBuf, File)> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (own, _) = OWN.get_or_init(|| {
        let all = build_folder().parent().expect("Cargo's folder has a parent").join("tmp/networks");
        remove_leftovers(&all);
        let own = all.join(std::process::id().to_string());
        fs::create_dir_all(&own).expect("a folder can be made");
        let lock = File::create(own.join("lock")).expect("a file can be made");
        lock.lock().expect("a file can be locked");
        (own, lock)
    });
    own.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string())
}

/// Networks of tests that have ended stay until the next run, so that their logs can be read.
fn remove_leftovers(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let is_in_use = File::open(entry.path().join("lock")).is_ok_and(|lock| lock.try_lock().is_err());
        if !is_in_use {
            // Another test process may be removing it too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies a folder with all that is in it, as private as it was.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder can be made");
    let about = fs::metadata(from).expect("a folder can be looked at");
    fs::set_permissions(to, about.permissions()).expect("a folder can be made private");
    for entry in fs::read_dir(from).expect("a folder can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an entry has a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
