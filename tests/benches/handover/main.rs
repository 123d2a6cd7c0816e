//! Handovers from acceptance to active, in a network of nine voters on this machine: `cargo bench -p enplan-tests --bench
//! handover`.
//!
//! The time runs from the moment that the destination's caseworker sends the acceptance until the destination writes that
//! the plan is active and its own: package sealed and sent, receipt, commit and activation in the registry's log. Beside it, in the same
//! minutes, the least that it could cost: three requests in a row to a bare service, each with one fsync.

mod staging;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use anyhow::Context;
use enplan_domain::Clock;
use staging::{Accepted, Ends, Offered};
use support::bare::{BYTES, Bare, BareClient};
use support::caller::{CASEWORKER, Session};
use support::load::{Measured, load};
use support::network::{MachineClock, Network};
use support::options::Options;
use support::rounds::{Round, measure, median};
use support::table::{Table, milliseconds, rate, ratio, seconds};
use support::{network, say};
use tokio::task::JoinSet;

const FROM: &str = "Gribskov";
const TO: &str = "Hillerød";
const OPERATOR: &str = "drift";
/// Handovers in each round, one after the other.
const ONE_BY_ONE: usize = 40;
/// Handovers in each round, so many of them at once.
const TOGETHER: usize = 128;
const IN_FLIGHT: usize = 16;
/// Commits in a row, the least a handover can do: accepted, received, committed.
const COMMITS: usize = 3;
/// How often the destination is asked whether it has come to its end; the time itself is read from what it wrote.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
/// How long a network that has just started is left alone before it counts as idle.
const IDLE: Duration = Duration::from_secs(5);
/// A handover that takes so long is stuck.
const STUCK: Duration = Duration::from_mins(1);

/// What one round measures.
#[derive(Debug, Clone)]
struct Figures {
    bare: [Measured; 2],
    one: Handed,
    many: Handed,
}

/// Handovers, and what they cost.
#[derive(Debug, Clone, Copy)]
struct Handed {
    measured: Measured,
    /// Of all nine nodes' processor time, in seconds, for each.
    processor: f64,
}

fn main() -> anyhow::Result<()> {
    let Some(options) = Options::read()? else {
        say("run it with: cargo bench -p enplan-tests --bench handover");
        return Ok(());
    };
    enplan_transport::install_crypto_provider();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(options))
}

async fn run(options: Options) -> anyhow::Result<()> {
    let folder = network::folder()?;
    say("starting nine nodes ..");
    let network = Network::start(folder.path()).await?;
    let idle = idle_memory(&network).await?;
    let (from, to) = (network.node(FROM)?, network.node(TO)?);
    let ends = Ends {
        source: Session::log_in(&network, from, CASEWORKER).await?.connect()?,
        destination: Session::log_in(&network, to, CASEWORKER).await?.connect()?,
        to: to.name.clone(),
        source_operator: Session::log_in(&network, from, OPERATOR).await?.connect()?,
        destination_operator: Session::log_in(&network, to, OPERATOR).await?.connect()?,
    };
    let bare = Bare::start(folder.path()).await?;

    let round = async || figures(options, &network, &bare, &ends).await;
    let rounds = measure(options, folder.path(), round).await?;
    say(table(&rounds));
    say(goals(&rounds, idle));
    bare.stop()?;
    network.stop().await
}

/// The largest node's resident memory, with nothing to do but the registry's heartbeat.
async fn idle_memory(network: &Network) -> anyhow::Result<f64> {
    tokio::time::sleep(IDLE).await;
    let each = network.nodes.iter().map(|node| node.process().resident_megabytes());
    let each = each.collect::<Result<Vec<_>, _>>()?;
    let shown: Vec<_> = each.iter().map(|megabytes| format!("{megabytes:.0}")).collect();
    say(format!("resident memory of the idle nodes, MB: {}", shown.join(" ")));
    Ok(each.into_iter().fold(0.0, f64::max))
}

async fn figures(options: Options, network: &Network, bare: &Bare, ends: &Ends) -> anyhow::Result<Figures> {
    let in_a_row = |client: BareClient| client.send(BYTES, COMMITS);
    Ok(Figures {
        bare: [
            load(bare.clients(1)?, options.lasting, in_a_row).await?,
            load(bare.clients(IN_FLIGHT)?, options.lasting, in_a_row).await?,
        ],
        one: {
            let offered = ends.offer(ONE_BY_ONE).await?;
            costing(network, ONE_BY_ONE, one_by_one(ends, offered)).await?
        },
        many: {
            let offered = ends.offer(TOGETHER).await?;
            costing(network, TOGETHER, together(ends, offered)).await?
        },
    })
}

async fn costing(
    network: &Network,
    count: usize,
    handing: impl Future<Output = anyhow::Result<Measured>>,
) -> anyhow::Result<Handed> {
    let processor_time = || -> anyhow::Result<Duration> {
        network.nodes.iter().map(|node| node.process().processor_time()).sum()
    };
    let before = processor_time()?;
    let measured = handing.await?;
    let spent = processor_time()?.saturating_sub(before);
    Ok(Handed { measured, processor: spent.as_secs_f64() / f64::from(u32::try_from(count)?) })
}

/// Each begins when the one before has left nothing to do at either end.
async fn one_by_one(ends: &Ends, offered: Vec<Offered>) -> anyhow::Result<Measured> {
    let mut took = Vec::new();
    for handover in offered {
        let accepted = ends.accept(handover).await?;
        let completed = loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            if let Some(completed) = ends.completed(&accepted).await? {
                break completed;
            }
            ensure_not_stuck(&accepted)?;
        };
        took.push(completed.took);
        ends.settled().await?;
    }
    let all = took.iter().sum();
    Ok(Measured::of(took, all))
}

/// So many are always under way, until the last ones.
async fn together(ends: &Ends, offered: Vec<Offered>) -> anyhow::Result<Measured> {
    let count = offered.len();
    let before = ends.active().await?;
    let (mut waiting, mut accepting, mut accepted) = (offered.into_iter(), JoinSet::new(), Vec::new());
    let mut begun = 0;
    loop {
        let done = usize::try_from(ends.active().await? - before)?;
        for handover in waiting.by_ref().take((done + IN_FLIGHT).min(count) - begun) {
            let ends = ends.clone();
            accepting.spawn(async move { ends.accept(handover).await });
            begun += 1;
        }
        if done == count {
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
        while let Some(answered) = accepting.try_join_next() {
            accepted.push(answered??);
        }
        if let Some(newest) = accepted.last() {
            ensure_not_stuck(newest)?;
        }
    }
    while let Some(answered) = accepting.join_next().await {
        accepted.push(answered??);
    }
    ends.settled().await?;

    let (mut took, mut last) = (Vec::new(), None);
    for handover in &accepted {
        let completed =
            ends.completed(handover).await?.context("an active case is of no completed handover")?;
        took.push(completed.took);
        last = last.max(Some(completed.at));
    }
    let first = accepted.iter().map(|handover| handover.at).min();
    let (first, last) = first.zip(last).context("nothing was handed over")?;
    Ok(Measured::of(took, last.duration_since(first).try_into()?))
}

fn ensure_not_stuck(accepted: &Accepted) -> anyhow::Result<()> {
    let waited: Duration = MachineClock.now().duration_since(accepted.at).try_into()?;
    anyhow::ensure!(waited < STUCK, "a handover is stuck");
    Ok(())
}

fn table(rounds: &[Round<Figures>]) -> Table {
    let mut table = Table::new([
        "medians of the rounds",
        "in flight",
        "a second",
        "p50",
        "p90",
        "p99",
        "nine nodes' CPU each",
    ]);
    let yardstick = median(rounds, |round| round.yardstick);
    table.row(["append 4 KiB to a file, durable".into(), "1".into(), rate(yardstick)]);
    let mut row = |name: &str, at_once: usize, measured: &dyn Fn(&Figures) -> Measured, cost: String| {
        let of = |figure: &dyn Fn(Measured) -> f64| median(rounds, |round| figure(measured(&round.figures)));
        table.row([
            name.to_owned(),
            at_once.to_string(),
            rate(of(&|measured| measured.rate)),
            milliseconds(of(&|measured| seconds(measured.median))),
            milliseconds(of(&|measured| seconds(measured.ninetieth))),
            milliseconds(of(&|measured| seconds(measured.ninety_ninth))),
            cost,
        ]);
    };
    let name = "bare gRPC, mutual TLS, three commits in a row";
    row(name, 1, &|figures| figures.bare[0], String::new());
    row(name, IN_FLIGHT, &|figures| figures.bare[1], String::new());
    let name = "handover, from acceptance to active";
    let cost = |of: &dyn Fn(&Figures) -> f64| milliseconds(median(rounds, |round| of(&round.figures)));
    row(name, 1, &|figures| figures.one.measured, cost(&|figures| figures.one.processor));
    row(name, IN_FLIGHT, &|figures| figures.many.measured, cost(&|figures| figures.many.processor));
    table
}

fn goals(rounds: &[Round<Figures>], idle: f64) -> Table {
    let mut table = Table::new(["what", "first bar", "goal", "measured"]);
    let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds, |round| figure(&round.figures));
    let mut row = |what: &str, bar: &str, goal: &str, measured: String| {
        table.row([what.to_owned(), bar.to_owned(), goal.to_owned(), measured]);
    };
    let one = of(&|figures| seconds(figures.one.measured.median));
    row("p50, 1 in flight", "<= 100 ms", "<= 25 ms", milliseconds(one));
    let ratio_of_bare = of(&|figures| seconds(figures.one.measured.median) / seconds(figures.bare[0].median));
    row("p50, 1 in flight, of the bare three commits", "", "<= 25 x", ratio(ratio_of_bare));
    row("a second, 16 in flight", ">= 20", ">= 100", rate(of(&|figures| figures.many.measured.rate)));
    row("resident memory, idle, largest node", "<= 60 MB", "<= 40 MB", format!("{idle:.0} MB"));
    table
}
