//! Plan events appended to one node of a running network: `cargo bench -p enplan-tests --bench append`.
//!
//! Each append is a goal of 2 KB that a caseworker adds to a plan, through gRPC and TLS: decided by the rules, sealed under
//! the citizen's key, audited and durable before the answer. Beside it, in the same minutes, what the same disk and the
//! same processors give to SQLite alone and to a bare service that only writes a file.

mod sqlite;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::bare::{BYTES, Bare, BareClient};
use support::caller::{CASEWORKER, Caller, Session};
use support::load::{Measured, load};
use support::network::{Network, Node};
use support::options::Options;
use support::rounds::{Round, measure, median};
use support::table::{Table, milliseconds, rate, ratio, seconds};
use support::{goal_text, network, say};

/// Clients at once.
const CLIENTS: [usize; 3] = [1, 16, 64];
/// Clients at once of the bare service.
const BARE_CLIENTS: [usize; 2] = [1, 16];
/// New citizens for each measurement, so that a plan stays as small as plans are.
const CITIZENS: usize = 1_024;
const GROUP: u32 = 32;

/// What one round measures.
#[derive(Debug, Clone)]
struct Figures {
    alone: Measured,
    grouped: Measured,
    bare: [Measured; 2],
    appends: [Appends; 3],
}

/// Appends to the node, and what they cost it.
#[derive(Debug, Clone, Copy)]
struct Appends {
    measured: Measured,
    /// Of the node's processor time, in seconds, for each.
    processor: f64,
}

fn main() -> anyhow::Result<()> {
    let Some(options) = Options::read()? else {
        say("run it with: cargo bench -p enplan-tests --bench append");
        return Ok(());
    };
    enplan_transport::install_crypto_provider();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(options))
}

async fn run(options: Options) -> anyhow::Result<()> {
    let folder = network::folder()?;
    say("starting nine nodes ..");
    let network = Network::start(folder.path()).await?;
    let node = network.node("Gribskov")?.clone();
    let caseworker = Session::log_in(&network, &node, CASEWORKER).await?;
    let bare = Bare::start(folder.path()).await?;
    let before = node.process().resident_megabytes()?;

    let round = async || figures(options, folder.path(), &bare, &node, &caseworker).await;
    let rounds = measure(options, folder.path(), round).await?;
    say(table(&rounds));
    say(goals(&rounds));
    let after = node.process().resident_megabytes()?;
    say(format!("resident memory of the node: {before:.0} MB before, {after:.0} MB after all of it"));
    bare.stop()?;
    network.stop().await
}

async fn figures(
    options: Options,
    folder: &Path,
    bare: &Bare,
    node: &Node,
    caseworker: &Session,
) -> anyhow::Result<Figures> {
    let lasting = options.lasting;
    let one_request = |client: BareClient| client.send(BYTES, 1);
    Ok(Figures {
        alone: blocking(folder, 1, lasting).await?,
        grouped: blocking(folder, GROUP, lasting).await?,
        bare: [
            load(bare.clients(BARE_CLIENTS[0])?, lasting, one_request).await?,
            load(bare.clients(BARE_CLIENTS[1])?, lasting, one_request).await?,
        ],
        appends: [
            appends(node, caseworker, CLIENTS[0], lasting).await?,
            appends(node, caseworker, CLIENTS[1], lasting).await?,
            appends(node, caseworker, CLIENTS[2], lasting).await?,
        ],
    })
}

async fn blocking(folder: &Path, rows_per_commit: u32, lasting: Duration) -> anyhow::Result<Measured> {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || sqlite::rows(&folder, rows_per_commit, lasting)).await?
}

/// So many caseworkers at once, each over a connection of their own, one plan after the other.
async fn appends(
    node: &Node,
    caseworker: &Session,
    clients: usize,
    lasting: Duration,
) -> anyhow::Result<Appends> {
    let cases: Arc<[String]> = caseworker.connect()?.register_citizens(CITIZENS).await?.into();
    let clients = (0..clients).map(|_| caseworker.connect()).collect::<Result<Vec<_>, _>>()?;
    let (turns, text) = (Arc::new(AtomicUsize::new(0)), goal_text());
    let counted = Arc::clone(&turns);
    let before = node.process().processor_time()?;
    let measured = load(clients, lasting, move |client: Caller| {
        let case = cases[turns.fetch_add(1, Ordering::Relaxed) % cases.len()].clone();
        let text = text.clone();
        async move { client.add_goal(case, text).await }
    });
    let measured = measured.await?;
    let spent = node.process().processor_time()?.saturating_sub(before);
    let turns = u32::try_from(counted.load(Ordering::Relaxed))?.max(1);
    Ok(Appends { measured, processor: spent.as_secs_f64() / f64::from(turns) })
}

fn table(rounds: &[Round<Figures>]) -> Table {
    let mut table = Table::new([
        "medians of the rounds",
        "clients",
        "a second",
        "p50",
        "p90",
        "p99",
        "of the yardstick",
        "of the bare service",
        "node's CPU each",
    ]);
    let yardstick = median(rounds, |round| round.yardstick);
    table.row(["append 4 KiB to a file, durable".into(), "1".into(), rate(yardstick)]);
    let mut row = |name: &str, clients: usize, measured: &dyn Fn(&Figures) -> Measured, more: [String; 2]| {
        let of = |figure: &dyn Fn(&Round<Figures>) -> f64| median(rounds, figure);
        let cells = [
            name.to_owned(),
            clients.to_string(),
            rate(of(&|round| measured(&round.figures).rate)),
            milliseconds(of(&|round| seconds(measured(&round.figures).median))),
            milliseconds(of(&|round| seconds(measured(&round.figures).ninetieth))),
            milliseconds(of(&|round| seconds(measured(&round.figures).ninety_ninth))),
            ratio(of(&|round| measured(&round.figures).rate / round.yardstick)),
        ];
        table.row(cells.into_iter().chain(more));
    };
    let none = || [String::new(), String::new()];
    row("SQLite, one 2 KB row a commit", 1, &|figures| figures.alone, none());
    row("SQLite, 32 rows a commit (rows; times of commits)", 1, &|figures| figures.grouped, none());
    for (at, clients) in BARE_CLIENTS.into_iter().enumerate() {
        row("bare gRPC, mutual TLS, 10 KB, one fsync", clients, &|figures| figures.bare[at], none());
    }
    for (at, clients) in CLIENTS.into_iter().enumerate() {
        let of_bare = median(rounds, |round| {
            round.figures.appends[at].measured.rate / round.figures.bare[at.min(1)].rate
        });
        let processor = median(rounds, |round| round.figures.appends[at].processor);
        let more = [ratio(of_bare), milliseconds(processor)];
        row("plan event, sealed, audited, durable", clients, &|figures| figures.appends[at].measured, more);
    }
    table
}

fn goals(rounds: &[Round<Figures>]) -> Table {
    let mut table = Table::new(["ratios in the same round, median", "goal", "measured"]);
    let mut row = |what: &str, goal: &str, figure: &dyn Fn(&Figures) -> f64| {
        table.row([what.to_owned(), goal.to_owned(), ratio(median(rounds, |round| figure(&round.figures)))]);
    };
    row("16 clients: rate, of the bare service's", ">= 1.0 x", &|figures| {
        figures.appends[1].measured.rate / figures.bare[1].rate
    });
    row("1 client: p50, of the bare service's", "<= 2 x", &|figures| {
        seconds(figures.appends[0].measured.median) / seconds(figures.bare[0].median)
    });
    row("64 clients: rate, of SQLite's with 32 rows a commit", ">= 0.35 x", &|figures| {
        figures.appends[2].measured.rate / figures.grouped.rate
    });
    table
}
