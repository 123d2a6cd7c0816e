//! A federation of nine on one machine, to try: nine processes of this executable, each with its own folder, keys,
//! certificate and data.
//!
//! It is set up by the commands that a real network is set up with, and holds test data only. It keeps its data from one
//! start to the next, until it is begun anew.

mod agreement;
mod child;
mod exemptions;
mod login;
mod moves;
mod network;
mod nodes;
mod people;
mod place;
mod ports;
mod profiles;
mod progress;
mod report;
mod seed;
mod staff;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use enplan_domain::Clock;
use enplan_domain::municipality::THE_NINE;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep};

use self::network::DemoNode;
use self::nodes::Nodes;
use self::place::{Place, PlaceError, Remembered};
use self::ports::{Ports, Reserved};
use self::progress::Progress;
use self::seed::Registered;
use crate::arguments::{DEMO_FOLDER, Demo};
use crate::files;

/// Ports that the network in the usual folder takes if they are free, so that addresses in a guide hold for most people.
const USUAL_PORTS: u16 = 7400;
/// Nodes of a demo that was killed need a moment to notice it, and to close what they have open.
const FORMER_NODES_END_WITHIN: Duration = Duration::from_secs(15);
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Runs the network until it is told to stop.
pub(crate) async fn run(arguments: &Demo, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    let mut stop = StopSignals::listen()?;
    if let Some(ready_file) = &arguments.ready_file {
        // One from a former start would say that the network is ready before it is.
        match std::fs::remove_file(ready_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be replaced", ready_file.display()));
            }
            _ => {}
        }
    }
    let mut progress = Progress::of(THE_NINE.len());
    let place = tokio::select! {
        place = open(arguments, &mut progress) => place?,
        () = stop.came() => return Ok(()),
    };
    let prepared = tokio::select! {
        prepared = prepare(arguments, &place, &mut progress, clock) => prepared?,
        () = stop.came() => return Ok(()),
    };
    let mut nodes = Nodes::start(prepared.nodes.clone(), &place)?;
    let result = tokio::select! {
        result = serve(arguments, &place, prepared, &mut nodes, progress, clock) => result,
        () = stop.came() => Ok(()),
    };
    progress::write("\nStopping the nodes ..\n");
    nodes.stop().await;
    result
}

/// Opens the network's folder, once the nodes of a demo that was killed have ended.
async fn open(arguments: &Demo, progress: &mut Progress) -> Result<Place, PlaceError> {
    let until = Instant::now() + FORMER_NODES_END_WITHIN;
    let mut told = false;
    loop {
        match Place::open(&arguments.dir, arguments.fresh) {
            Err(PlaceError::StillEnding(_)) if Instant::now() < until => {
                if !std::mem::replace(&mut told, true) {
                    progress.step("Waiting for the nodes of a former demo to end");
                }
                sleep(BETWEEN_TRIES).await;
            }
            result => return result,
        }
    }
}

/// A network that can be started.
struct Prepared {
    network: Remembered,
    nodes: Vec<DemoNode>,
    /// Who has just been registered, where the network has never been up.
    registered: Option<Vec<Registered>>,
}

/// Makes the network, or remembers it, and sees that its ports are free.
async fn prepare(
    arguments: &Demo,
    place: &Place,
    progress: &mut Progress,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Prepared> {
    let nine = u16::try_from(THE_NINE.len())?;
    let (network, registered) = if let Some(network) = place.remembered()? {
        let places: Vec<_> = network.nodes.iter().map(|node| (node.municipality, node.ports)).collect();
        check_base_port(arguments, &places.iter().map(|(_, ports)| *ports).collect::<Vec<_>>())?;
        drop(Reserved::again(&places)?);
        (network, None)
    } else {
        let reserved = match arguments.base_port {
            Some(base) => Reserved::block(base.get(), nine)?,
            None => Reserved::find((arguments.dir == Path::new(DEMO_FOLDER)).then_some(USUAL_PORTS), nine)?,
        };
        progress.step("Making keys, certificates, accounts and test citizens for nine municipalities");
        let (network, registered) = network::create(place, &reserved.ports, clock).await?;
        (network, Some(registered))
    };
    let nodes = network::nodes(place, &network);
    Ok(Prepared { network, nodes, registered })
}

/// Peers' addresses are signed into the network: it keeps the ports that it was made with.
fn check_base_port(arguments: &Demo, ports: &[Ports]) -> anyhow::Result<()> {
    match (arguments.base_port, ports.first()) {
        (Some(asked), Some(first)) if asked.get() != first.api => bail!(
            "this network has had its ports, from {}, since it was made: leave --base-port out, or begin anew with --fresh",
            first.api
        ),
        _ => Ok(()),
    }
}

/// Waits until all nodes serve, says so, and watches them.
async fn serve(
    arguments: &Demo,
    place: &Place,
    prepared: Prepared,
    nodes: &mut Nodes,
    mut progress: Progress,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<()> {
    let Prepared { network, nodes: described, registered } = prepared;
    progress.step("Starting nine nodes");
    let all_ready = nodes.all_ready(&mut progress).await;
    progress.done();
    all_ready?;

    let password_file = network::password_file(place);
    if let Some(registered) = registered {
        progress.step("Letting a citizen move away and back");
        let password = files::read_private(&password_file)?;
        let password = std::str::from_utf8(&password).context("the demo's password is no text")?;
        profiles::write(place, &described)?;
        moves::make(&described, &registered, password.trim(), clock)
            .await
            .context("the citizen who moves away and back could not")?;
        agreement::make(&described, password.trim(), clock)
            .await
            .context("the municipalities could not agree on what they count")?;
        // Only now is there a network: one that was stopped before is begun anew.
        place.remember(&network)?;
        progress.done();
    }
    if let Some(ready_file) = &arguments.ready_file {
        let processes: Vec<_> = nodes.each().collect();
        report::write_ready_file(ready_file, place.folder(), &password_file, &processes)?;
    }
    let here = std::env::current_dir().unwrap_or_default();
    // Cargo tells the programs that it runs where it is.
    let program = if std::env::var_os("CARGO").is_some() { "cargo enplan" } else { "enplan" };
    let profiles = profiles::folder(place);
    let table =
        report::table(&here, &password_file, &profiles, &described.iter().collect::<Vec<_>>(), program);
    io::stdout().write_all(table.as_bytes()).context("standard output cannot be written")?;

    while let Some((node, status)) = nodes.next_ended().await {
        let how =
            status.map_or_else(|| "it can no longer be watched".to_owned(), |status| status.to_string());
        progress::write(&format!(
            "{} has stopped ({how}). The others go on. Its log is {}; start it again with\n  enplan-node serve --config {}\n",
            node.name,
            report::from(&here, &node.log()),
            report::from(&here, &node.config()),
        ));
    }
    bail!("no node is running any more")
}

/// Ctrl-C, or a service manager's word.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn came(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
