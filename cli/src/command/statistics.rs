//! `statistics ..`.

use enplan_proto::statistics::v1::{
    ApproveManifestRequest, GetManifestRequest, GetManifestResponse, GetOwnFiguresRequest, GetReleaseRequest,
    GetReleaseResponse, ListEpochsRequest, ListManifestsRequest, ProposeManifestRequest, RunEpochRequest,
};
use tonic::Code;

use crate::arguments::{EpochVerb, ExportArguments, ManifestVerb, StatisticsVerb, TableArguments};
use crate::connection::Node;
use crate::export;
use crate::failure::Failure;
use crate::show::{
    Comparison, Described, EpochRun, Epochs, Manifest, ManifestChanged, Manifests, StatisticsTable,
    StatisticsTables,
};
use crate::terminal::{Terminal, View};

/// Carries out what can be done with statistics.
pub(crate) async fn run(verb: StatisticsVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        StatisticsVerb::List => list(node, terminal).await,
        StatisticsVerb::Describe { name } => {
            let manifest = manifest(node, 0).await?;
            let described = Described::of(&manifest, name.as_deref()).ok_or_else(no_such_table)?;
            terminal.show(&described)
        }
        StatisticsVerb::Table(arguments) => table(arguments, node, terminal).await,
        StatisticsVerb::Compare { table, from, to } => {
            let (from, to) = (released(node, &from).await?, released(node, &to).await?);
            let [from, to] = [of(&table, &from, None)?, of(&table, &to, None)?];
            let comparison = Comparison::of(&from, &to).ok_or_else(|| {
                let message = "De to kvartaler er talt efter forskellige aftaler og kan ikke sammenlignes.";
                Failure::usage("NOT_COMPARABLE", message)
            })?;
            terminal.show(&comparison)
        }
        StatisticsVerb::Export(arguments) => save(arguments, node, terminal).await,
        StatisticsVerb::Epoch(verb) => epoch(verb, node, terminal).await,
        StatisticsVerb::Manifest(verb) => agreement(verb, node, terminal).await,
    }
}

/// A release, and the manifest that it was counted by.
struct Released {
    manifest: GetManifestResponse,
    release: GetReleaseResponse,
}

async fn manifest(node: &Node, version: u32) -> Result<GetManifestResponse, Failure> {
    Ok(node.statistics().get_manifest(GetManifestRequest { version }).await?.into_inner())
}

async fn released(node: &Node, epoch: &str) -> Result<Released, Failure> {
    let request = GetReleaseRequest { epoch: epoch.to_owned() };
    let release = node.statistics().get_release(request).await?.into_inner();
    Ok(Released { manifest: manifest(node, release.manifest).await?, release })
}

fn of(
    name: &str,
    released: &Released,
    own: Option<&enplan_proto::statistics::v1::GetOwnFiguresResponse>,
) -> Result<StatisticsTable, Failure> {
    StatisticsTable::of(name, &released.manifest, &released.release, own).ok_or_else(no_such_table)
}

async fn list(node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let latest = match node.statistics().get_release(GetReleaseRequest::default()).await {
        Ok(release) => Some(release.into_inner()),
        Err(status) if status.code() == Code::NotFound => None,
        Err(status) => return Err(status.into()),
    };
    let version = latest.as_ref().map_or(0, |release| release.manifest);
    let manifest = manifest(node, version).await?;
    terminal.show(&StatisticsTables::of(&manifest, latest.as_ref()))?;
    let next = match (&latest, manifest.tables.last()) {
        (Some(_), Some(table)) => format!("statistics table {}", table.name),
        _ => "statistics epoch list".to_owned(),
    };
    terminal.suggest(&[next]);
    Ok(())
}

async fn table(arguments: TableArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let TableArguments { table, epoch, own } = arguments;
    let released = released(node, &epoch).await?;
    let figures = if own {
        let request = GetOwnFiguresRequest { epoch: released.release.epoch.clone() };
        Some(node.statistics().get_own_figures(request).await?.into_inner())
    } else {
        None
    };
    terminal.show(&of(&table, &released, figures.as_ref())?)
}

async fn save(arguments: ExportArguments, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let ExportArguments { table, epoch, file, format } = arguments;
    let format = export::format(&file, format)?;
    let released = released(node, &epoch).await?;
    let names = released.release.tables.iter().map(|table| table.name.clone());
    let names: Vec<String> = table.map_or_else(|| names.collect(), |table| vec![table]);
    let tables: Vec<StatisticsTable> =
        names.iter().map(|name| of(name, &released, None)).collect::<Result<_, _>>()?;
    export::write(&file, &export::encode(format, &tables)?)?;
    terminal.tell(&format!("{} tabeller er gemt i {}.", tables.len(), file.display()));
    Ok(())
}

async fn epoch(verb: EpochVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        EpochVerb::List => {
            let epochs = node.statistics().list_epochs(ListEpochsRequest {}).await?.into_inner();
            terminal.show(&Epochs::from(epochs))
        }
        EpochVerb::Run { epoch } => {
            terminal.tell("Tæller sammen med de andre kommuner. Det tager nogle sekunder.");
            let answer = node.statistics().run_epoch(RunEpochRequest { epoch }).await?.into_inner();
            let run = EpochRun::of(answer).ok_or_else(Failure::incomplete_answer)?;
            terminal.show(&run)?;
            terminal.suggest(&["statistics list".to_owned()]);
            Ok(())
        }
    }
}

async fn agreement(verb: ManifestVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut statistics = node.statistics();
    let changed = match verb {
        ManifestVerb::List => {
            let manifests = statistics.list_manifests(ListManifestsRequest {}).await?.into_inner();
            return terminal.show(&Manifests::from(manifests));
        }
        ManifestVerb::Show { version } => {
            return terminal.show(&Manifest::from(&manifest(node, version).await?));
        }
        ManifestVerb::Propose => {
            statistics.propose_manifest(ProposeManifestRequest {}).await?.into_inner().manifest
        }
        ManifestVerb::Approve { version, yes } => {
            let read = manifest(node, version).await?;
            // What is agreed to is what was shown, by its digest, whatever is put forward meanwhile.
            if !yes {
                terminal.present(&Manifest::from(&read).page());
                if !terminal.confirm("Sig ja til den på kommunens vegne?", "--yes")? {
                    return Err(Failure::usage("NOT_CONFIRMED", "Der er ikke sagt ja. Intet er ændret."));
                }
            }
            let request = ApproveManifestRequest { version: read.version, digest: read.digest };
            statistics.approve_manifest(request).await?.into_inner().manifest
        }
    };
    terminal.show(&ManifestChanged::of(changed).ok_or_else(Failure::incomplete_answer)?)?;
    terminal.suggest(&["statistics manifest list".to_owned()]);
    Ok(())
}

fn no_such_table() -> Failure {
    let message = "Der er ingen tabel eller intet spørgsmål af det navn. Se dem med enplan statistics list.";
    Failure::usage("NO_SUCH_TABLE", message)
}
