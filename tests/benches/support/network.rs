//! The network under test: nine nodes as real processes, started as a person would start them, and stopped again.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use enplan_domain::{Clock, Timestamp};
use enplan_tests::programs::Programs;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tonic::transport::Channel;

use super::process::Process;

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// This machine's clock: what certificates' days are held against.
#[derive(Debug)]
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program reads the wall clock in one place, and this is the one"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A folder for a run's data, on the disk that the build is on: a temporary folder is often in memory, where making
/// something durable costs nothing.
pub(crate) fn folder() -> anyhow::Result<TempDir> {
    let executable = std::env::current_exe()?;
    let target = executable.parent().context("this program lies in no folder")?;
    Ok(tempfile::Builder::new().prefix("benchmark-").tempdir_in(target)?)
}

/// Nine nodes that run until this is stopped. Dropped, they stop too, less gently.
pub(crate) struct Network {
    /// All nine.
    pub(crate) nodes: Vec<Node>,
    process: Child,
    password: String,
}

/// One of them.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Node {
    /// The municipality's name.
    pub(crate) name: String,
    api: String,
    pid: u32,
    ca: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Ready {
    nodes: Vec<Node>,
    users: Vec<User>,
}

#[derive(Debug, Deserialize)]
struct User {
    password_file: PathBuf,
}

impl Network {
    /// Starts a new one in this folder and waits until all nine serve.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        // Built anew where the sources have changed: figures of an older build would say nothing.
        let program = &Programs::find().node;
        let (ready_file, log) = (folder.join("ready.json"), folder.join("demo.log"));
        let mut process = Command::new(program)
            .arg("demo")
            .arg("--dir")
            .arg(folder.join("network"))
            .arg("--ready-file")
            .arg(&ready_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let begin = Instant::now();
        while !ready_file.exists() {
            if let Some(status) = process.try_wait()? {
                bail!("the network did not start ({status}):\n{}", std::fs::read_to_string(&log)?);
            }
            if begin.elapsed() > READY_WITHIN {
                bail!("the network was not ready in time:\n{}", std::fs::read_to_string(&log)?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let ready: Ready = serde_json::from_slice(&std::fs::read(&ready_file)?)?;
        let user = ready.users.first().context("the network has no users")?;
        let password = std::fs::read_to_string(&user.password_file)?.trim().to_owned();
        Ok(Self { process, nodes: ready.nodes, password })
    }

    /// The node of a municipality.
    pub(crate) fn node(&self, name: &str) -> anyhow::Result<&Node> {
        self.nodes.iter().find(|node| node.name == name).with_context(|| format!("{name} has no node"))
    }

    /// Every user's password.
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// Stops all nine, as Ctrl-C does.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.process.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        kill_process(pid.context("the network has stopped by itself")?, Signal::TERM)?;
        tokio::time::timeout(STOPPED_WITHIN, self.process.wait())
            .await
            .context("the network did not stop")??;
        Ok(())
    }
}

impl Node {
    /// Its process.
    pub(crate) fn process(&self) -> Process {
        Process(self.pid)
    }

    /// A connection of its own to the users' listener.
    pub(crate) fn channel(&self) -> anyhow::Result<Channel> {
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        Ok(enplan_transport::user_channel(&std::fs::read(&self.ca)?, &self.api, &clock)?)
    }
}
