//! One node's process and data directory: killed, stopped, started, put back to an older copy.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::patience::{LONG, eventually};
use crate::programs::Programs;

/// Between two looks whether a node that says nothing still runs.
const LISTEN: Duration = Duration::from_millis(100);

/// One municipality's node.
#[derive(Debug)]
pub struct Node {
    /// The municipality's name.
    pub name: String,
    /// Its code, four digits.
    pub code: String,
    /// Its name in ASCII lower case, as the command line's profiles and the network's folders have it.
    pub profile: String,
    /// The URL for users.
    pub api: String,
    /// The address for other nodes.
    pub peer: String,
    pub(crate) folder: PathBuf,
    process: Mutex<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    told: UnixDatagram,
    is_ready: bool,
    /// When this end is gone, because the test process is, the node stops.
    _lifeline: Option<ChildStdin>,
}

/// A copy of a vault's database, as a backup holds it: without the keys, which are kept apart.
#[derive(Debug)]
pub struct VaultCopy(TempDir);

impl Node {
    pub(crate) fn new(
        name: String,
        code: String,
        profile: String,
        places: (String, String),
        folder: PathBuf,
    ) -> Self {
        let (api, peer) = places;
        Self { name, code, profile, api, peer, folder, process: Mutex::default() }
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.folder.join("enplan.toml")
    }

    /// Its data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The certificate of the authority that users trust.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Its folder, with its keys.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All that it has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("node.log")
    }

    /// Starts its process, and does not wait for it. More arguments of `serve` may be given.
    pub fn launch(&self, more: &[&str]) {
        let mut process = self.process();
        assert!(process.is_none(), "{} runs already", self.name);
        *process = Some(self.spawn(more));
    }

    /// Starts its process, and waits until it serves.
    pub fn start(&self) {
        self.launch(&[]);
        self.await_ready();
    }

    /// Waits until the node has said that it serves.
    pub fn await_ready(&self) {
        let end = Instant::now() + LONG;
        while !self.is_ready() {
            assert!(Instant::now() < end, "{} does not serve; see {}", self.name, self.log_file().display());
            let ended = self.with_process(|process| process.child.try_wait().ok().flatten());
            if let Some(status) = ended {
                panic!("{} ended before it served ({status}):\n{}", self.name, self.last_lines());
            }
        }
    }

    /// Whether the node has said, since it was started, that it serves. Listens for a moment.
    pub fn is_ready(&self) -> bool {
        self.with_process(|process| {
            let mut message = [0; 1024];
            while !process.is_ready {
                match process.told.recv(&mut message) {
                    Ok(length) => {
                        process.is_ready =
                            String::from_utf8_lossy(&message[..length]).lines().any(|line| line == "READY=1");
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                        break;
                    }
                    Err(error) => panic!("{} can't be heard: {error}", self.name),
                }
            }
            process.is_ready
        })
    }

    /// Ends its process at once, as a power cut would: it can do nothing about it.
    pub fn kill(&self) {
        let mut process = self.process().take().unwrap_or_else(|| panic!("{} does not run", self.name));
        process.child.kill().expect("a child can be killed");
        process.child.wait().expect("a child can be waited for");
    }

    /// Asks its process to stop, and waits until it has.
    pub fn stop(&self) {
        self.signal(Signal::TERM);
        let status = self.await_end();
        assert!(status.success(), "{} did not stop well ({status}):\n{}", self.name, self.last_lines());
    }

    /// Sends its process a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = self.with_process(|process| process.child.id());
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process has a number");
        kill_process(pid, signal).expect("a child that was not waited for can be signalled");
    }

    /// Waits until its process has ended by itself, and says how.
    pub fn await_end(&self) -> ExitStatus {
        let what = format!("{} ends", self.name);
        let status =
            eventually(&what, LONG, || self.with_process(|process| process.child.try_wait().ok().flatten()));
        *self.process() = None;
        status
    }

    /// Whether its process was started and not seen to end.
    pub fn runs(&self) -> bool {
        self.process().is_some()
    }

    /// Copies the vault's database. Only of a node that is stopped.
    pub fn copy_vault(&self) -> VaultCopy {
        assert!(!self.runs(), "{} must be stopped for a copy", self.name);
        let copy = tempfile::tempdir().expect("a temporary folder can be made");
        for file in self.vault_files() {
            let name = file.file_name().expect("a file has a name");
            fs::copy(&file, copy.path().join(name)).expect("the vault can be copied");
        }
        VaultCopy(copy)
    }

    /// Puts an older copy of the vault's database in place of the present one; keys and registry stay as they are.
    pub fn restore_vault(&self, copy: &VaultCopy) {
        assert!(!self.runs(), "{} must be stopped to be restored", self.name);
        for file in self.vault_files() {
            fs::remove_file(file).expect("the vault can be replaced");
        }
        for entry in fs::read_dir(copy.0.path()).expect("a copy can be read").flatten() {
            fs::copy(entry.path(), self.data_dir().join(entry.file_name())).expect("a copy can be put back");
        }
    }

    /// The database, and what SQLite keeps beside it.
    fn vault_files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.data_dir()).expect("the data directory can be read").flatten();
        let is_vault = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vault.db"))
        };
        files.map(|entry| entry.path()).filter(is_vault).collect()
    }

    fn spawn(&self, more: &[&str]) -> Process {
        let (name, told) = listening();
        let log =
            OpenOptions::new().append(true).create(true).open(self.log_file()).expect("a log can be written");
        let mut child = Command::new(&Programs::find().node)
            .args(["serve", "--stop-on-stdin-eof", "--config"])
            .arg(self.config())
            .args(more)
            .env("NOTIFY_SOCKET", format!("@{name}"))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a log can be written"))
            .stderr(log)
            .spawn()
            .expect("the node's program can be run");
        let lifeline = child.stdin.take();
        Process { child, told, is_ready: false, _lifeline: lifeline }
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_process<T>(&self, look: impl FnOnce(&mut Process) -> T) -> T {
        look(self.process().as_mut().unwrap_or_else(|| panic!("{} does not run", self.name)))
    }

    fn last_lines(&self) -> String {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already, in most cases.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A socket on which one process tells how it is. Its name is in no folder, so that nothing is left behind.
fn listening() -> (String, UnixDatagram) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("enplan-tests-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let address = SocketAddr::from_abstract_name(&name).expect("a socket can be named");
    let socket = UnixDatagram::bind_addr(&address).expect("a socket can be bound");
    socket.set_read_timeout(Some(LISTEN)).expect("a socket can be told to wait");
    (name, socket)
}
