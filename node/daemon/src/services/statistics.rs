//! Statistics: what is counted, agreeing to it, counting, and reading what was released.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::handover::Digest;
use enplan_domain::{Kommunekode, municipality::THE_NINE};
use enplan_proto::statistics::v1 as proto;
use enplan_proto::statistics::v1::statistics_service_server::StatisticsService;
use enplan_statistics::Epoch;
use enplan_statistics::cube::Cube;
use enplan_statistics::ledger::{Command, EpochRecord, Ledger, ManifestRecord};
use enplan_statistics::manifest;
use enplan_statistics::release::{CellStatus, EpochRelease, TableRelease};
use enplan_vault::{AuditEntry, Write};
use tonic::{Code, Request, Response, Status};

use super::Desk;
use super::field::optional;
use crate::failure::Failure;
use crate::sessions::Caller;

pub(super) struct Statistics(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl StatisticsService for Statistics {
    async fn list_manifests(
        &self,
        request: Request<proto::ListManifestsRequest>,
    ) -> Result<Response<proto::ListManifestsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeStatistics).await?;
        let (ledger, in_force) = self.agreed().await;
        let manifests =
            ledger.manifests().map(|(version, record)| self.summary(version, record, in_force)).collect();
        Ok(Response::new(proto::ListManifestsResponse { manifests }))
    }

    async fn get_manifest(
        &self,
        request: Request<proto::GetManifestRequest>,
    ) -> Result<Response<proto::GetManifestResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeStatistics).await?;
        let (ledger, in_force) = self.agreed().await;
        let version = match request.into_inner().version {
            0 => in_force.ok_or_else(no_manifest)?,
            version => version,
        };
        let record = ledger.manifest(version).ok_or_else(no_manifest)?;
        Ok(Response::new(whole(record)))
    }

    async fn propose_manifest(
        &self,
        request: Request<proto::ProposeManifestRequest>,
    ) -> Result<Response<proto::ProposeManifestResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::AgreeToManifest).await?;
        let manifest = manifest::first();
        let version = manifest.version;
        self.agree(&caller, version, Command::Propose(Box::new(manifest))).await?;
        Ok(Response::new(proto::ProposeManifestResponse { manifest: self.summary_of(version).await }))
    }

    async fn approve_manifest(
        &self,
        request: Request<proto::ApproveManifestRequest>,
    ) -> Result<Response<proto::ApproveManifestResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::AgreeToManifest).await?;
        let proto::ApproveManifestRequest { version, digest } = request.into_inner();
        let digest = digest.as_slice().try_into().map_err(|_| {
            let danish = "Angiv aftalens fingeraftryk, som `enplan statistics manifest show` viser det.";
            Failure::field("digest", "NOT_A_DIGEST", "a digest is 32 bytes", danish)
        })?;
        self.agree(&caller, version, Command::Approve { version, digest: Digest(digest) }).await?;
        Ok(Response::new(proto::ApproveManifestResponse { manifest: self.summary_of(version).await }))
    }

    async fn list_epochs(
        &self,
        request: Request<proto::ListEpochsRequest>,
    ) -> Result<Response<proto::ListEpochsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeStatistics).await?;
        let ledger = self.0.registry.statistics().await;
        let epochs = ledger.epochs().map(|(epoch, record)| self.epoch(&ledger, epoch, record)).collect();
        Ok(Response::new(proto::ListEpochsResponse { epochs }))
    }

    async fn get_release(
        &self,
        request: Request<proto::GetReleaseRequest>,
    ) -> Result<Response<proto::GetReleaseResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeStatistics).await?;
        let ledger = self.0.registry.statistics().await;
        let release = released(&ledger, epoch_asked(&request.into_inner().epoch)?)?;
        Ok(Response::new(self.release(&ledger, release)?))
    }

    async fn get_own_figures(
        &self,
        request: Request<proto::GetOwnFiguresRequest>,
    ) -> Result<Response<proto::GetOwnFiguresResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeOwnFigures).await?;
        let ledger = self.0.registry.statistics().await;
        let release = released(&ledger, epoch_asked(&request.into_inner().epoch)?)?;
        // Whoever looks is on record before they see it: a small figure is a few citizens.
        let action = Action::SeeOwnFigures.as_str();
        let entry = AuditEntry::done(caller.actor.clone(), action, Vec::new());
        self.0
            .vault
            .write(Write::of(entry.saying(release.epoch.to_string())))
            .await
            .map_err(Failure::from)?;
        let frozen = self.0.counting.frozen(release.epoch).await.map_err(Failure::from)?;
        let frozen =
            frozen.filter(|frozen| frozen.manifest() == release.manifest).ok_or_else(not_counted_here)?;
        let record = ledger.manifest(release.manifest).ok_or_else(no_manifest)?;
        let cube = Cube::of(&record.manifest).map_err(|error| Failure::inside(&error))?;
        let counts = frozen.counts(&cube);
        let tables = record.manifest.tables.iter().zip(cube.tables()).map(|(table, cells)| proto::OwnTable {
            name: table.name.clone(),
            counts: counts[cells.cells.clone()].iter().map(|count| u32::from(*count)).collect(),
        });
        Ok(Response::new(proto::GetOwnFiguresResponse {
            epoch: release.epoch.to_string(),
            tables: tables.collect(),
        }))
    }

    async fn run_epoch(
        &self,
        request: Request<proto::RunEpochRequest>,
    ) -> Result<Response<proto::RunEpochResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::RunStatistics).await?;
        let epoch =
            epoch_asked(&request.into_inner().epoch)?.ok_or_else(|| super::field::missing("epoch"))?;
        // Before it is done: that somebody set it going is on record whatever comes of it.
        let entry = AuditEntry::done(caller.actor.clone(), Action::RunStatistics.as_str(), Vec::new());
        self.0.vault.write(Write::of(entry.saying(epoch.to_string()))).await.map_err(Failure::from)?;
        let counting = self.0.counting.clone();
        // A task of its own: a caller who hangs up must not leave the others waiting in the middle of it.
        let counted = tokio::spawn(async move { counting.run_epoch(epoch).await });
        let counted = counted.await.map_err(|error| Failure::inside(&error))?.map_err(Failure::from)?;
        let ledger = self.0.registry.statistics().await;
        Ok(Response::new(proto::RunEpochResponse {
            epoch: ledger.epoch(epoch).map(|record| self.epoch(&ledger, epoch, record)),
            attempts: counted.attempts,
            milliseconds: u64::try_from(counted.took.as_millis()).unwrap_or(u64::MAX),
            bytes_sent: counted.bytes_sent,
        }))
    }
}

impl Statistics {
    async fn agreed(&self) -> (Ledger, Option<u32>) {
        let in_force = self.0.registry.manifest_in_force().await.map(|(version, _)| version);
        (self.0.registry.statistics().await, in_force)
    }

    async fn agree(&self, caller: &Caller, version: u32, command: Command) -> Result<(), Failure> {
        let entry = AuditEntry::done(caller.actor.clone(), Action::AgreeToManifest.as_str(), Vec::new());
        self.0.vault.write(Write::of(entry.saying(format!("manifest {version}")))).await?;
        let agreed = self.0.registry.propose_statistics(command).await;
        let agreed = agreed.map_err(enplan_federation::CountingError::from)?;
        Ok(agreed.map_err(enplan_federation::CountingError::from)?)
    }

    async fn summary_of(&self, version: u32) -> Option<proto::ManifestSummary> {
        let (ledger, in_force) = self.agreed().await;
        ledger.manifest(version).map(|record| self.summary(version, record, in_force))
    }

    fn summary(
        &self,
        version: u32,
        record: &ManifestRecord,
        in_force: Option<u32>,
    ) -> proto::ManifestSummary {
        proto::ManifestSummary {
            version,
            digest: record.digest.0.to_vec(),
            approved_by: in_danish_order(record.approved_by.iter().copied()),
            awaits: self.members_but(&record.approved_by),
            in_force: in_force == Some(version),
        }
    }

    fn epoch(&self, ledger: &Ledger, epoch: Epoch, record: &EpochRecord) -> proto::EpochSummary {
        let is_started = |record: &EpochRecord| !record.participants.is_empty();
        let overtaken = ledger.epochs().any(|(later, record)| later > epoch && is_started(record));
        let state = match record {
            EpochRecord { release: Some(_), .. } => proto::EpochState::Released,
            _ if overtaken => proto::EpochState::Passed,
            record if is_started(record) => proto::EpochState::Started,
            _ => proto::EpochState::Frozen,
        };
        let participants: BTreeSet<Kommunekode> = if is_started(record) {
            record.participants.iter().copied().collect()
        } else {
            record.commitments.keys().copied().collect()
        };
        proto::EpochSummary {
            epoch: epoch.to_string(),
            manifest: record.manifest,
            state: state.into(),
            absent: self.members_but(&participants),
            participants: in_danish_order(participants),
        }
    }

    fn release(&self, ledger: &Ledger, release: &EpochRelease) -> Result<proto::GetReleaseResponse, Failure> {
        let record = ledger.manifest(release.manifest).ok_or_else(no_manifest)?;
        let participants: BTreeSet<Kommunekode> = release.participants.iter().copied().collect();
        let tables = record.manifest.tables.iter().zip(&release.tables).enumerate();
        let tables = tables.map(|(at, (table, released))| {
            let (state, published, cells) = match released {
                TableRelease::Published(cells) => {
                    (proto::TableState::Published, release.epoch.to_string(), cells.as_slice())
                }
                TableRelease::Unchanged(since) => {
                    (proto::TableState::Unchanged, since.to_string(), published_in(ledger, *since, at))
                }
                TableRelease::Dropped => (proto::TableState::Dropped, String::new(), [].as_slice()),
            };
            proto::ReleasedTable {
                name: table.name.clone(),
                state: state.into(),
                published,
                cells: cells.iter().copied().map(cell).collect(),
            }
        });
        Ok(proto::GetReleaseResponse {
            epoch: release.epoch.to_string(),
            as_of: release.epoch.last_day().to_string(),
            manifest: release.manifest,
            absent: self.members_but(&participants),
            participants: in_danish_order(participants),
            tables: tables.collect(),
        })
    }

    fn members_but(&self, these: &BTreeSet<Kommunekode>) -> Vec<String> {
        let members = self.0.registry.members().iter().map(|member| member.municipality);
        in_danish_order(members.filter(|member| !these.contains(member)))
    }
}

/// The cells of a table in an epoch in which it was published anew.
fn published_in(ledger: &Ledger, epoch: Epoch, table: usize) -> &[CellStatus] {
    let release = ledger.epoch(epoch).and_then(|record| record.release.as_ref());
    match release.and_then(|release| release.tables.get(table)) {
        Some(TableRelease::Published(cells)) => cells,
        _ => &[],
    }
}

fn cell(status: CellStatus) -> proto::Cell {
    let (status, value) = match status {
        CellStatus::Published(value) => (proto::CellStatus::Published, value),
        CellStatus::Suppressed => (proto::CellStatus::Suppressed, 0),
        CellStatus::Impossible => (proto::CellStatus::Impossible, 0),
    };
    proto::Cell { status: status.into(), value }
}

fn whole(record: &ManifestRecord) -> proto::GetManifestResponse {
    let manifest = &record.manifest;
    let dimensions = manifest.dimensions.iter().map(|dimension| proto::Dimension {
        name: dimension.name.clone(),
        danish: dimension.danish.clone(),
        definition_danish: dimension.definition_danish.clone(),
        definition_english: dimension.definition_english.clone(),
        bins: dimension
            .bins
            .iter()
            .map(|bin| proto::Bin { name: bin.name.clone(), danish: bin.danish.clone() })
            .collect(),
    });
    let tables = manifest.tables.iter().map(|table| proto::Table {
        name: table.name.clone(),
        danish: table.danish.clone(),
        dimensions: table.dimensions.clone(),
    });
    proto::GetManifestResponse {
        version: manifest.version,
        digest: record.digest.0.to_vec(),
        threshold: manifest.threshold.into(),
        present: manifest.present.into(),
        changed: manifest.changed.into(),
        dimensions: dimensions.collect(),
        tables: tables.collect(),
    }
}

/// In the fixed order of every list; others than the nine after them, by code.
fn in_danish_order(codes: impl IntoIterator<Item = Kommunekode>) -> Vec<String> {
    let place = |code: &Kommunekode| THE_NINE.iter().position(|(other, _)| other == code);
    let mut codes: Vec<Kommunekode> = codes.into_iter().collect();
    codes.sort_by_key(|code| (place(code).unwrap_or(usize::MAX), *code));
    codes.into_iter().map(|code| code.to_string()).collect()
}

/// The epoch that is asked for; nothing for the latest.
fn epoch_asked(text: &str) -> Result<Option<Epoch>, Failure> {
    let parse = |text: &str| {
        text.parse().map_err(|error: enplan_statistics::epoch::NotAnEpoch| {
            let danish = "Skriv kvartalet som ÅÅÅÅ-Q1 til ÅÅÅÅ-Q4, for eksempel 2019-Q3.";
            Failure::field("epoch", "NOT_AN_EPOCH", error.to_string(), danish)
        })
    };
    optional(text).map(parse).transpose()
}

/// The release of an epoch, or the latest.
fn released(ledger: &Ledger, epoch: Option<Epoch>) -> Result<&EpochRelease, Failure> {
    let release = match epoch {
        Some(epoch) => ledger.epoch(epoch).and_then(|record| record.release.as_ref()),
        None => ledger.epochs().filter_map(|(_, record)| record.release.as_ref()).last(),
    };
    release.ok_or_else(|| {
        Failure::new(
            Code::NotFound,
            "NOT_RELEASED",
            "nothing was released for that epoch",
            "Der er ikke offentliggjort noget for det kvartal. Se med `enplan statistics list`, hvad der er.",
        )
    })
}

fn no_manifest() -> Failure {
    Failure::new(
        Code::NotFound,
        "NO_MANIFEST",
        "there is no such manifest, or none holds yet",
        "Der er ingen sådan aftale om, hvad kommunerne tæller. Se `enplan statistics manifest list`.",
    )
}

fn not_counted_here() -> Failure {
    Failure::new(
        Code::NotFound,
        "NOT_COUNTED_HERE",
        "this municipality took no part in that epoch",
        "Kommunen var ikke med i det kvartal og har ingen egne tal for det.",
    )
}
