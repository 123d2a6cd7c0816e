//! The outbox: whatever a handover wants is sent until it is done, with growing pauses, and after a crash again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use enplan_domain::handover::ledger::{Command, Refused};
use enplan_domain::handover::{
    DestinationInput, DestinationWant, Digest, Ending, Receipt, SourceInput, SourceWant,
};
use enplan_domain::plan::PlanDocument;
use enplan_domain::{Kommunekode, TransferId};
use enplan_proto::handover::v1 as proto;
use enplan_vault::{OutboxRow, OutboxWrite, Write};
use tokio::task::{self, JoinSet};
use tonic::Code;

use crate::engine::Inner;
use crate::error::HandoverError;
use crate::peers::NoSuchPeer;
use crate::record::{HandoverRecord, Machine, Want, proposal_kind};
use crate::requesting::PLAN_REQUEST;
use crate::wire;

/// How much is sent at once.
const AT_ONCE: usize = 32;

/// How long one attempt may take: a package of 32 MB on a slow line included.
const ATTEMPT: Duration = Duration::from_mins(2);

/// The pause after the first failed attempt; doubled with each, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Why something was not sent. It will be tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSent {
    /// Nobody to call.
    #[error("the peer can't be called")]
    Peer(#[from] NoSuchPeer),
    /// The peer did not take it.
    #[error("the peer answered {}", .0.code())]
    Answer(#[from] tonic::Status),
    /// The registry could not be reached.
    #[error("the registry could not be reached")]
    Registry(#[from] enplan_registry::Unavailable),
    /// The registry refused what should follow from its own log.
    #[error("the registry refused")]
    Refused(#[from] Refused),
    /// Something here.
    #[error("a step failed here")]
    Here(#[from] HandoverError),
    /// The package is not here: it was asked for.
    #[error("the package is not here, and was asked for")]
    Awaiting,
    /// It took too long.
    #[error("no answer in time")]
    Slow,
}

impl Inner {
    /// Sends what the outbox holds, for as long as the node runs.
    pub(crate) async fn deliver(self: Arc<Self>) {
        let mut under_way: HashMap<task::Id, (TransferId, String)> = HashMap::new();
        let mut attempts = JoinSet::new();
        let mut latest = self.clock.now();
        loop {
            let now = self.clock.now();
            if now + LONGEST_PAUSE < latest {
                // The clock was set back: what was postponed by the old time would wait for it to come again.
                if let Err(error) = self.want_again().await {
                    tracing::error!(%error, "what waits to be sent could not be taken up by the new time");
                }
            }
            latest = now;
            match self.vault.due(now, 256).await {
                Ok(rows) => {
                    for row in rows {
                        let key = (row.transfer, row.kind.clone());
                        if under_way.len() < AT_ONCE && under_way.values().all(|other| *other != key) {
                            let this = Arc::clone(&self);
                            let attempt = attempts.spawn(async move { this.attempt(row).await });
                            under_way.insert(attempt.id(), key);
                        }
                    }
                }
                Err(error) => tracing::error!(%error, "the outbox can't be read"),
            }
            tokio::select! {
                () = self.wake.notified() => {}
                Some(ended) = attempts.join_next_with_id(), if !attempts.is_empty() => {
                    // One that panicked is no longer under way either.
                    under_way.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
                }
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
            }
        }
    }

    async fn attempt(self: &Arc<Self>, row: OutboxRow) {
        let OutboxRow { transfer, kind, attempts, .. } = row;
        let sent = match tokio::time::timeout(ATTEMPT, self.send(transfer, &kind)).await {
            Ok(sent) => sent,
            Err(_) => Err(NotSent::Slow),
        };
        let outcome = match sent {
            Ok(()) => {
                let audit = if kind == PLAN_REQUEST {
                    enplan_vault::AuditEntry::done(self.node(), "relocation.request-sent", Vec::new())
                } else {
                    enplan_vault::AuditEntry::done(self.node(), "handover.sent", Vec::new())
                        .of_transfer(transfer)
                        .saying(&kind)
                };
                let outbox = vec![OutboxWrite::Remove { transfer, kind }];
                self.vault.write(Write { outbox, ..Write::of(audit) }).await.map(|_| ())
            }
            Err(error) => {
                tracing::debug!(%transfer, %kind, attempts, error = &error as &dyn std::error::Error, "not sent");
                let until = self.clock.now() + pause(attempts, transfer);
                if let Err(error) = self.vault.postpone(transfer, &kind, until).await {
                    tracing::error!(%error, "the outbox can't be written");
                }
                Ok(())
            }
        };
        if let Err(error) = outcome {
            tracing::error!(%error, "the outbox can't be written");
        }
    }

    /// Sends one thing, if the handover still wants it.
    async fn send(self: &Arc<Self>, transfer: TransferId, kind: &str) -> Result<(), NotSent> {
        if kind == PLAN_REQUEST {
            return self.send_plan_request(transfer).await;
        }
        let Some(stored) = self.load(transfer).await? else { return Ok(()) };
        let record = stored.record;
        let wanted = record.wants(self.incarnation()).into_iter().find(|want| want.kind() == kind);
        let to = record.counterpart();
        match wanted {
            None => Ok(()),
            Some(Want::Source(SourceWant::Propose(command))) => self.propose(&record, command).await,
            Some(Want::Source(SourceWant::SendPreview)) => self.send_preview(&record).await,
            Some(Want::Source(SourceWant::SendPackage(digest))) => {
                self.send_package(to, transfer, digest).await
            }
            Some(Want::Source(SourceWant::SendEnding(ending))) => {
                self.say_ending(to, transfer, &ending).await?;
                self.step_source(transfer, SourceInput::Told, self.node(), "handover.told").await?;
                Ok(())
            }
            Some(Want::Destination(DestinationWant::Propose(command))) => {
                self.propose(&record, command).await
            }
            Some(Want::Destination(DestinationWant::SendAcceptance)) => self.send_acceptance(&record).await,
            Some(Want::Destination(DestinationWant::SendReceipt(receipt))) => {
                self.send_receipt(to, receipt).await
            }
            Some(Want::Destination(DestinationWant::SendRejection(rejection))) => {
                let ending = Ending::Rejected(rejection);
                self.say_ending(to, transfer, &ending).await?;
                let told = DestinationInput::Told;
                self.step_destination(transfer, told, self.node(), "handover.told", |_| {}).await?;
                Ok(())
            }
            Some(Want::Destination(DestinationWant::Open(package))) => self.open(&record, &package).await,
            Some(Want::Message(id)) => self.send_message(&record, id).await,
        }
    }

    /// Tells the other side why it ended. A node that knows no such handover needs no telling: the offer never reached
    /// it, or it was restored from before.
    async fn say_ending(
        &self,
        to: Kommunekode,
        transfer: TransferId,
        ending: &Ending,
    ) -> Result<(), NotSent> {
        match self.peers.handover(to)?.say_ending(wire::say_ending(transfer, ending)).await {
            Err(status) if status.code() != Code::NotFound => Err(status.into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn propose(&self, record: &HandoverRecord, command: Command) -> Result<(), NotSent> {
        if let Command::Commit { .. } = command {
            self.fence.may_write(record.handle())?;
            // The intent may be days old: a partition, or a node that was down.
            if let Err(why) = self.terms_still_hold(record).await? {
                let input = SourceInput::End(why);
                self.step_source(record.transfer(), input, self.node(), "handover.terms").await?;
                return Ok(());
            }
        }
        let is_offer = matches!(command, Command::Offer { .. });
        let is_abort = command == Command::Abort && matches!(record.machine, Machine::Source(_));
        let transfer = record.transfer();
        let kind = proposal_kind(&command);
        let is_commit = matches!(command, Command::Commit { .. });
        match self.registry.propose(record.handle(), transfer, command).await? {
            Ok(_) => {}
            Err(refused) if is_offer => {
                let input = SourceInput::OfferRefused(refused);
                self.step_source(transfer, input, self.node(), "handover.refused").await?;
                return Ok(());
            }
            // The case has gone another way: what is not open and not ours can't be committed any more.
            Err(refused @ Refused::UnknownTransfer) if is_abort => {
                let input = SourceInput::OfferRefused(refused);
                self.step_source(transfer, input, self.node(), "handover.refused").await?;
                return Ok(());
            }
            // The log knows better what came of it: it is read, and the handover goes on from there. What it wants even
            // so is proposed again: the refusal may have been of an earlier life of this node.
            Err(refused) => {
                tracing::info!(%transfer, %refused, "the registry refused a proposal");
                let heard = self.heard(transfer).await?;
                let wanted = heard.is_some_and(|record| {
                    record.wants(self.incarnation()).iter().any(|want| want.kind() == kind)
                });
                return if wanted { Err(refused.into()) } else { Ok(()) };
            }
        }
        // What it wanted is in the log; if the log has not come here yet, the watch on the registry will see it.
        self.heard(transfer).await?;
        if is_commit {
            // So that a vault put back to before it gave the plan away is known for one, however soon.
            self.record_audit_head().await;
        }
        Ok(())
    }

    async fn send_preview(&self, record: &HandoverRecord) -> Result<(), NotSent> {
        let request = proto::ShowPreviewRequest {
            transfer: record.transfer().to_bytes().to_vec(),
            handle: record.handle().to_bytes().to_vec(),
            epoch: record.epoch().0,
            version: record.version().0.to_vec(),
            content: Some((&record.preview).into()),
            family: record.family.as_ref().map(|family| family.id.to_bytes().to_vec()).unwrap_or_default(),
            family_announced: record.family.as_ref().map(|family| family.announced).unwrap_or_default(),
        };
        self.peers.handover(record.counterpart())?.show_preview(request).await?;
        Ok(())
    }

    async fn send_acceptance(&self, record: &HandoverRecord) -> Result<(), NotSent> {
        let mut request = proto::AcceptPreviewRequest {
            transfer: record.transfer().to_bytes().to_vec(),
            version: record.version().0.to_vec(),
            public_key: record.public_key.clone().unwrap_or_default(),
            schema: PlanDocument::SCHEMA,
            signature: Vec::new(),
        };
        request.signature = self.signer.sign(&wire::acceptance_bytes(&request)).0;
        self.peers.handover(record.counterpart())?.accept_preview(request).await?;
        Ok(())
    }

    async fn send_receipt(&self, to: Kommunekode, receipt: Receipt) -> Result<(), NotSent> {
        let request = proto::SendReceiptRequest {
            transfer: receipt.transfer.to_bytes().to_vec(),
            handle: receipt.handle.to_bytes().to_vec(),
            epoch: receipt.epoch.0,
            digest: receipt.digest.0.to_vec(),
            signature: self.signer.sign(&receipt.signed_bytes()).0,
        };
        self.peers.handover(to)?.send_receipt(request).await?;
        Ok(())
    }

    /// Streams a package from where the receiver has got to. At no time is more of it in memory than a few pieces.
    pub(crate) async fn send_package(
        self: &Arc<Self>,
        to: Kommunekode,
        transfer: TransferId,
        digest: Digest,
    ) -> Result<(), NotSent> {
        let mut peer = self.peers.handover(to)?;
        let (transfer_bytes, digest_bytes) = (transfer.to_bytes().to_vec(), digest.0.to_vec());
        let ask =
            proto::AskPackageOffsetRequest { transfer: transfer_bytes.clone(), digest: digest_bytes.clone() };
        let begin = peer.ask_package_offset(ask).await?.into_inner().offset;
        let length = self.vault.package_len(transfer, digest).await.map_err(HandoverError::from)?;
        let (pieces, stream) = tokio::sync::mpsc::channel(4);
        let vault = self.vault.clone();
        let reading = async move {
            let mut offset = begin;
            loop {
                let piece = vault.package_read(transfer, digest, offset, wire::PIECE).await?;
                let (here, done) = (offset, offset + piece.len() as u64 >= length || piece.is_empty());
                offset += piece.len() as u64;
                let message = proto::SendPackageRequest {
                    transfer: transfer_bytes.clone(),
                    digest: digest_bytes.clone(),
                    length,
                    offset: here,
                    piece,
                };
                if pieces.send(message).await.is_err() || done {
                    return Ok::<(), HandoverError>(());
                }
            }
        };
        let sending = peer.send_package(tokio_stream::wrappers::ReceiverStream::new(stream));
        let (read, sent) = tokio::join!(reading, sending);
        read?;
        sent?;
        Ok(())
    }

    /// Asks the other side for whatever it wants to send. Best effort: what is missing is asked for again.
    pub(crate) async fn ask_again(&self, from: Kommunekode, transfer: TransferId) {
        let request = proto::AskAgainRequest { transfer: transfer.to_bytes().to_vec() };
        let asked = match self.peers.handover(from) {
            Ok(mut peer) => peer.ask_again(request).await.map(|_| ()).map_err(NotSent::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = asked {
            tracing::debug!(%transfer, %error, "could not ask the other side again");
        }
    }
}

/// Doubles with each attempt, with a jitter from the handover's own random id, so that a returning node is not met by
/// everybody at the same moment.
fn pause(attempts: u64, transfer: TransferId) -> Duration {
    let base = FIRST_PAUSE.saturating_mul(1 << attempts.min(10) as u32).min(LONGEST_PAUSE);
    let jitter = u32::from(transfer.to_bytes()[(attempts % 16) as usize]);
    base.mul_f64(0.75) + base.mul_f64(0.5) * jitter / 255
}
