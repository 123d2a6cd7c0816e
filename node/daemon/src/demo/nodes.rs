//! The nine processes: started together, ready together, stopped together.

use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::child::{self, News, SocketFolder};
use super::network::DemoNode;
use super::place::Place;
use super::progress::Progress;

/// So long nine nodes may take to find each other, on a machine that has much else to do.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// So many lines of a log are shown when its node ends before it served.
const LINES_SHOWN: usize = 20;

/// The nine processes.
#[derive(Debug)]
pub(super) struct Nodes {
    described: Vec<DemoNode>,
    pids: Vec<u32>,
    log_from: Vec<u64>,
    news: mpsc::UnboundedReceiver<(usize, News)>,
    stop: watch::Sender<bool>,
    attending: JoinSet<()>,
    _sockets: SocketFolder,
}

impl Nodes {
    /// Starts them all at once: this executable, nine times.
    pub(super) fn start(nodes: Vec<DemoNode>, place: &Place) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program's own file cannot be found")?;
        let sockets = SocketFolder::create()?;
        let (told, news) = mpsc::unbounded_channel();
        let stop = watch::Sender::new(false);
        let (mut attending, mut pids, mut log_from) = (JoinSet::new(), Vec::new(), Vec::new());
        for (index, node) in nodes.iter().enumerate() {
            let started = child::start(&program, node, &sockets, place.nodes_lock()?)
                .with_context(|| format!("the node of {} could not be started", node.name))?;
            pids.push(started.pid);
            log_from.push(started.log_from);
            attending.spawn(child::attend(started, index, stop.subscribe(), told.clone()));
        }
        Ok(Self { described: nodes, pids, log_from, news, stop, attending, _sockets: sockets })
    }

    /// Each node, and its process.
    pub(super) fn each(&self) -> impl Iterator<Item = (&DemoNode, u32)> {
        self.described.iter().zip(self.pids.iter().copied())
    }

    /// Waits until all of them serve.
    pub(super) async fn all_ready(&mut self, progress: &mut Progress) -> anyhow::Result<()> {
        let mut ready = vec![false; self.described.len()];
        let waiting = async {
            while ready.contains(&false) {
                let Some((index, news)) = self.news.recv().await else {
                    bail!("no node is left to wait for");
                };
                let node = &self.described[index];
                match news {
                    News::Status(words) => progress.status(node.name, &words),
                    News::Ready => {
                        ready[index] = true;
                        progress.ready(node.name);
                    }
                    News::Ended(status) => bail!(
                        "the node of {} ended before it served ({status}). The end of its log, {}:\n{}",
                        node.name,
                        node.log().display(),
                        child::last_lines(&node.log(), self.log_from[index], LINES_SHOWN)
                    ),
                    News::Lost(error) => {
                        return Err(error)
                            .with_context(|| format!("the node of {} cannot be watched", node.name));
                    }
                }
            }
            Ok(())
        };
        if let Ok(result) = timeout(READY_WITHIN, waiting).await {
            return result;
        }
        let missing = self.described.iter().zip(&ready).filter(|(_, ready)| !**ready);
        let missing: Vec<_> = missing.map(|(node, _)| node.name).collect();
        bail!(
            "not ready within {} seconds: {}. Look into node.log in their folders",
            READY_WITHIN.as_secs(),
            missing.join(", ")
        )
    }

    /// The next node whose process has ended, and how, where that is known; nothing when none is left.
    pub(super) async fn next_ended(&mut self) -> Option<(&DemoNode, Option<ExitStatus>)> {
        loop {
            let (index, status) = match self.news.recv().await? {
                (index, News::Ended(status)) => (index, Some(status)),
                (index, News::Lost(_)) => (index, None),
                (_, News::Status(_) | News::Ready) => continue,
            };
            return Some((&self.described[index], status));
        }
    }

    /// Stops those that still run, all at once, and waits until they have ended.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.attending.join_next().await.is_some() {}
    }
}
