//! One node's process: started, listened to, and stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::UnixDatagram;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::network::DemoNode;
use crate::notify;

/// So long a node may take to close everything, once it is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The longest path of a socket, with room for the names in it.
const LONGEST_SOCKET_FOLDER: usize = 80;

/// What is heard of a node.
#[derive(Debug)]
pub(super) enum News {
    /// What it is doing, in words.
    Status(String),
    /// It serves.
    Ready,
    /// Its process has ended.
    Ended(ExitStatus),
    /// Its process can no longer be watched.
    Lost(io::Error),
}

/// A folder for the sockets on which nodes tell how they are. A socket's path can be only 108 bytes long, and the
/// network's folder may lie anywhere.
#[derive(Debug)]
pub(super) struct SocketFolder(PathBuf);

impl SocketFolder {
    /// A new one, for this user alone.
    pub(super) fn create() -> anyhow::Result<Self> {
        let name = format!("enplan-{}", uuid::Uuid::new_v4().simple());
        let usual = std::env::temp_dir().join(&name);
        let path = if usual.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
            usual
        } else {
            Path::new("/tmp").join(name)
        };
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("no folder for sockets could be made at {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        // In the system's own folder for what is temporary: if it stays, it does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A node that was started.
#[derive(Debug)]
pub(super) struct Started {
    /// Its process.
    pub(super) pid: u32,
    /// Where in its log this life begins.
    pub(super) log_from: u64,
    process: Child,
    socket: UnixDatagram,
    /// Held open for as long as the node is to run. Waiting for a process closes its standard input, unless it is taken
    /// out of its hands.
    _lifeline: Option<ChildStdin>,
}

/// Starts a node's process. It stops when this process is gone, however that came about.
pub(super) fn start(
    program: &Path,
    node: &DemoNode,
    sockets: &SocketFolder,
    nodes_lock: File,
) -> anyhow::Result<Started> {
    let socket_path = sockets.0.join(node.municipality.to_string());
    let socket = UnixDatagram::bind(&socket_path).context("no socket could be made to hear from the node")?;
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(node.log())
        .with_context(|| format!("the log {} could not be opened", node.log().display()))?;
    let log_from = log.metadata()?.len();
    let mut process = Command::new(program)
        .args(["serve", "--stop-on-stdin-eof", "--config"])
        .arg(node.config())
        .env(notify::SOCKET_VARIABLE, &socket_path)
        .stdin(Stdio::piped())
        // A node says nothing there; what it holds by it is the lock on the network's folder.
        .stdout(nodes_lock)
        .stderr(log)
        // Ctrl-C in the terminal is for the demo, which then stops its nodes one and all.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let pid = process.id().context("the node ended before it could be watched")?;
    let lifeline = process.stdin.take();
    Ok(Started { pid, log_from, process, socket, _lifeline: lifeline })
}

/// Tells what is heard of a node until its process has ended; ends it when told to.
pub(super) async fn attend(
    mut started: Started,
    index: usize,
    mut stop: watch::Receiver<bool>,
    news: mpsc::UnboundedSender<(usize, News)>,
) {
    // Whoever no longer listens is about to drop this task.
    let tell = |what| drop(news.send((index, what)));
    let mut message = [0; 1024];
    loop {
        tokio::select! {
            ended = started.process.wait() => return tell(ended.map_or_else(News::Lost, News::Ended)),
            heard = started.socket.recv(&mut message) => match heard {
                Ok(length) => heard_words(&message[..length]).for_each(tell),
                Err(error) => return tell(News::Lost(error)),
            },
            // An error means that whoever could say so is gone, which says it too.
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    let ended = end(&mut started.process, started.pid).await;
    tell(ended.map_or_else(News::Lost, News::Ended));
}

/// What a node has said: one message holds one assignment a line.
fn heard_words(message: &[u8]) -> impl Iterator<Item = News> {
    let text = String::from_utf8_lossy(message).into_owned();
    let news = |line: &str| match line {
        notify::READY => Some(News::Ready),
        other => other.strip_prefix(notify::STATUS).map(|words| News::Status(words.to_owned())),
    };
    text.lines().filter_map(news).collect::<Vec<_>>().into_iter()
}

/// Lets a process close everything, and ends it if it does not.
async fn end(process: &mut Child, pid: u32) -> io::Result<ExitStatus> {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It has not been waited for, so that the number is still its own; it may have ended all the same.
        let _ = kill_process(pid, Signal::TERM);
    }
    if let Ok(ended) = timeout(GRACE, process.wait()).await {
        return ended;
    }
    process.start_kill()?;
    process.wait().await
}

/// The last lines of a node's log, from where this life begins.
pub(super) fn last_lines(log: &Path, from: u64, count: usize) -> String {
    const MOST_BYTES: u64 = 64 * 1024;
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(from.max(length.saturating_sub(MOST_BYTES))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let text = match read() {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return format!("  (its log cannot be read: {error})"),
    };
    let lines: Vec<_> = text.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(count)).map(|line| format!("  {line}"));
    last.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn said(message: &[u8]) -> Vec<String> {
        heard_words(message).map(|news| format!("{news:?}")).collect()
    }

    #[test]
    fn what_a_node_says_is_heard_line_by_line_and_the_rest_passed_over() {
        assert_eq!(said(b"READY=1"), ["Ready"]);
        assert_eq!(said(b"STATUS=waiting\nREADY=1\nMAINPID=7"), ["Status(\"waiting\")", "Ready"]);
        assert!(said(b"READY=10\n\xff").is_empty());
    }

    #[test]
    fn the_last_lines_are_of_this_life_only() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("node.log");
        fs::write(&log, "former life\none\ntwo\nthree\n").unwrap();
        assert_eq!(last_lines(&log, 12, 2), "  two\n  three");
        assert_eq!(last_lines(&log, 12, 9), "  one\n  two\n  three");
        assert!(last_lines(&folder.path().join("none"), 0, 2).contains("cannot be read"));
    }

    #[tokio::test]
    async fn a_node_that_would_stop_with_its_input_runs_until_it_is_told_to_stop() {
        let folder = tempfile::tempdir().unwrap();
        let socket_path = folder.path().join("socket");
        let socket = UnixDatagram::bind(&socket_path).unwrap();
        let mut process = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (pid, lifeline) = (process.id().unwrap(), process.stdin.take());
        let started = Started { pid, log_from: 0, process, socket, _lifeline: lifeline };
        let (stop, stopped) = watch::channel(false);
        let (told, mut news) = mpsc::unbounded_channel();
        let attending = tokio::spawn(attend(started, 3, stopped, told));

        let node = UnixDatagram::unbound().unwrap();
        node.send_to(b"READY=1", &socket_path).await.unwrap();
        assert!(matches!(news.recv().await, Some((3, News::Ready))));
        stop.send_replace(true);
        let Some((3, News::Ended(status))) = news.recv().await else { panic!("the node did not end") };
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
        attending.await.unwrap();
    }

    #[tokio::test]
    async fn a_process_that_can_stop_is_asked_to() {
        let mut process = Command::new("sleep").arg("600").spawn().unwrap();
        let pid = process.id().unwrap();
        let ended = end(&mut process, pid).await.unwrap();
        assert_eq!(ended.signal(), Some(Signal::TERM.as_raw()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_does_not_stop_is_ended_after_the_grace() {
        let mut process = Command::new("sh")
            .args(["-c", "trap '' TERM; echo ready; exec sleep 600"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Not before it has closed its ears.
        let mut line = String::new();
        let out = tokio::io::BufReader::new(process.stdout.take().unwrap());
        tokio::io::AsyncBufReadExt::read_line(&mut { out }, &mut line).await.unwrap();
        assert_eq!(line, "ready\n");
        let pid = process.id().unwrap();
        let ended = end(&mut process, pid).await.unwrap();
        assert_eq!(ended.signal(), Some(Signal::KILL.as_raw()));
    }
}
