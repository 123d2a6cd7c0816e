//! What a caseworker waits for: the work list, and one plan, each look durably audited before the answer: `cargo bench -p
//! enplan-tests --bench read`.
//!
//! A plan of 10 KB is read as it was begun, and again after a thousand changes: a snapshot is opened, not the history.
//! Beside it, in the same minutes, a bare service that gives 10 KB back from memory, and one that syncs a file before it
//! answers: a look is audited, so it costs a sync too.

#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use enplan_proto::plan::v1::change_item_request::Change;
use enplan_proto::plan::v1::plan_service_client::PlanServiceClient;
use enplan_proto::plan::v1::{
    ChangeItemRequest, GetPlanRequest, ListPlansRequest, RewordItem, get_plan_request,
};
use support::bare::{BYTES, Bare, BareClient};
use support::caller::{CASEWORKER, Caller, Session};
use support::load::{Measured, load};
use support::network::{self, Network, Node};
use support::options::Options;
use support::rounds::{Round, measure, median};
use support::table::{Table, milliseconds, rate, ratio, seconds};
use support::{goal_text, say};

const CLIENTS: [usize; 2] = [1, 16];
/// Cases on the work list, beside the demo's own.
const CASES: usize = 500;
const GOALS: usize = 5;
/// Events of the plan that was changed often.
const EVENTS: usize = 1_000;

/// What one round measures.
#[derive(Debug, Clone, Copy)]
struct Figures {
    fetched: [Measured; 2],
    synced: [Measured; 2],
    young: [Looks; 2],
    old: [Looks; 2],
    list: Looks,
}

/// Looks, and what they cost the node.
#[derive(Debug, Clone, Copy)]
struct Looks {
    measured: Measured,
    /// Of the node's processor time, in seconds, for each.
    processor: f64,
}

fn main() -> anyhow::Result<()> {
    let Some(options) = Options::read()? else {
        say("run it with: cargo bench -p enplan-tests --bench read");
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
    let caller = caseworker.connect()?;
    say("writing plans ..");
    let young = plan(&caller, 0).await?;
    let old = plan(&caller, EVENTS - GOALS - 1).await?;
    caller.register_citizens(CASES).await?;
    let cases = list(caller.clone()).await?;
    let bare = Bare::start(folder.path()).await?;

    let round = async || {
        let fetch = |client: BareClient| client.send(0, 1);
        let sync = |client: BareClient| client.send(BYTES, 1);
        let plan = async |case: &String, clients| {
            let case = case.clone();
            let turn = move |client: Caller| look(client, case.clone());
            looks(&node, connections(&caseworker, clients)?, options, turn).await
        };
        Ok(Figures {
            fetched: [
                load(bare.clients(CLIENTS[0])?, options.lasting, fetch).await?,
                load(bare.clients(CLIENTS[1])?, options.lasting, fetch).await?,
            ],
            synced: [
                load(bare.clients(CLIENTS[0])?, options.lasting, sync).await?,
                load(bare.clients(CLIENTS[1])?, options.lasting, sync).await?,
            ],
            young: [plan(&young, CLIENTS[0]).await?, plan(&young, CLIENTS[1]).await?],
            old: [plan(&old, CLIENTS[0]).await?, plan(&old, CLIENTS[1]).await?],
            list: looks(&node, connections(&caseworker, 1)?, options, async |client| {
                list(client).await.map(drop)
            })
            .await?,
        })
    };
    let rounds = measure(options, folder.path(), round).await?;
    say(format!("the work list has {cases} cases"));
    say(table(&rounds));
    say(goals(&rounds));
    let resident = node.process().resident_megabytes()?;
    say(format!("resident memory of the node: {resident:.0} MB after all of it"));
    bare.stop()?;
    network.stop().await
}

fn connections(caseworker: &Session, count: usize) -> anyhow::Result<Vec<Caller>> {
    (0..count).map(|_| caseworker.connect()).collect()
}

/// So many caseworkers at once, each over a connection of their own.
async fn looks<F: Future<Output = anyhow::Result<()>> + Send>(
    node: &Node,
    clients: Vec<Caller>,
    options: Options,
    turn: impl Fn(Caller) -> F + Clone + Send + 'static,
) -> anyhow::Result<Looks> {
    let done = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&done);
    let before = node.process().processor_time()?;
    let measured = load(clients, options.lasting, move |client| {
        done.fetch_add(1, Ordering::Relaxed);
        turn(client)
    });
    let measured = measured.await?;
    let spent = node.process().processor_time()?.saturating_sub(before);
    Ok(Looks { measured, processor: spent.as_secs_f64() / f64::from(counted.load(Ordering::Relaxed).max(1)) })
}

/// A plan of some 10 KB: a few goals, reworded so many times.
async fn plan(caller: &Caller, rewordings: usize) -> anyhow::Result<String> {
    let case = caller.register_citizen().await?;
    let text = |number: usize| format!("{number}: {}", goal_text());
    for goal in 0..GOALS {
        caller.add_goal(case.clone(), text(goal)).await?;
    }
    let plan = see(caller.clone(), case.clone()).await?;
    for number in 0..rewordings {
        let goal = plan.items.get(number % GOALS).context("the plan has its goals")?;
        let request = ChangeItemRequest {
            case_id: case.clone(),
            version: 0,
            item_id: goal.id.clone(),
            change: Some(Change::Reword(RewordItem { text: text(number + GOALS) })),
        };
        PlanServiceClient::new(caller.channel()).change_item(request).await?;
    }
    Ok(case)
}

async fn see(caller: Caller, case: String) -> anyhow::Result<enplan_proto::plan::v1::Plan> {
    let which = Some(get_plan_request::Which::CaseId(case));
    let request = GetPlanRequest { which, ..GetPlanRequest::default() };
    let answer = PlanServiceClient::new(caller.channel()).get_plan(request).await?.into_inner();
    answer.plan.context("the node showed no plan")
}

async fn look(caller: Caller, case: String) -> anyhow::Result<()> {
    see(caller, case).await.map(drop)
}

/// The work list; how many cases it has.
async fn list(caller: Caller) -> anyhow::Result<usize> {
    let request = ListPlansRequest { include_handed_over: false };
    Ok(PlanServiceClient::new(caller.channel()).list_plans(request).await?.into_inner().plans.len())
}

fn table(rounds: &[Round<Figures>]) -> Table {
    let head = [
        "medians of the rounds",
        "clients",
        "a second",
        "p50",
        "p90",
        "p99",
        "of the bare fetch",
        "of the bare sync",
        "node's CPU each",
    ];
    let mut table = Table::new(head);
    let yardstick = median(rounds, |round| round.yardstick);
    table.row(["append 4 KiB to a file, durable".into(), "1".into(), rate(yardstick)]);
    let mut row = |name: &str, at: usize, looks: &dyn Fn(&Figures) -> Looks| {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds, |round| figure(&round.figures));
        let measured = |figures: &Figures| looks(figures).measured;
        let processor = of(&|figures| looks(figures).processor);
        table.row([
            name.to_owned(),
            CLIENTS[at].to_string(),
            rate(of(&|figures| measured(figures).rate)),
            milliseconds(of(&|figures| seconds(measured(figures).median))),
            milliseconds(of(&|figures| seconds(measured(figures).ninetieth))),
            milliseconds(of(&|figures| seconds(measured(figures).ninety_ninth))),
            ratio(of(&|figures| measured(figures).rate / figures.fetched[at].rate)),
            ratio(of(&|figures| measured(figures).rate / figures.synced[at].rate)),
            if processor > 0.0 { milliseconds(processor) } else { String::new() },
        ]);
    };
    let bare = |measured| Looks { measured, processor: 0.0 };
    for at in 0..CLIENTS.len() {
        row("bare gRPC, mutual TLS, 10 KB from memory", at, &|figures| bare(figures.fetched[at]));
        row("bare gRPC, mutual TLS, 10 KB, one fsync", at, &|figures| bare(figures.synced[at]));
        row("a plan of 10 KB, 6 events, audited", at, &|figures| figures.young[at]);
        row("a plan of 10 KB, 1,000 events, audited", at, &|figures| figures.old[at]);
    }
    row("the work list, audited", 0, &|figures| figures.list);
    table
}

fn goals(rounds: &[Round<Figures>]) -> Table {
    let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds, |round| figure(&round.figures));
    let mut table = Table::new(["in the same round, median", "goal", "measured"]);
    let mut row = |what: &str, goal: &str, figure: String| {
        table.row([what.to_owned(), goal.to_owned(), figure]);
    };
    let of_fetch = of(&|figures| figures.old[1].measured.rate / figures.fetched[1].rate);
    row("plan of 1,000 events, 16 clients: rate, of the bare fetch", ">= 0.4 x", ratio(of_fetch));
    let grown =
        of(&|figures| seconds(figures.old[0].measured.median) / seconds(figures.young[0].measured.median));
    row("plan of 1,000 events: p50, of one with 6", "<= 1.5 x", ratio(grown));
    row(
        "work list: p99",
        "<= 10 ms",
        milliseconds(of(&|figures| seconds(figures.list.measured.ninety_ninth))),
    );
    table
}
