//! Step 3 at the destination: a package comes in pieces, each durable, and may be interrupted and gone on with.

use enplan_domain::handover::{DestinationInput, DestinationPhase};
use enplan_domain::{Kommunekode, TransferId};
use enplan_proto::handover::v1 as proto;
use enplan_vault::{Actor, AuditEntry, PackageWrite, Write};
use tonic::{Status, Streaming};

use crate::engine::Inner;
use crate::error::HandoverError;
use crate::inbound::status;
use crate::record::Machine;
use crate::wire;

impl Inner {
    /// Step 3 at the receiver: pieces in order, each durable, and at the end the whole under its digest.
    pub(crate) async fn receive_package(
        &self,
        from: Kommunekode,
        mut pieces: Streaming<proto::SendPackageRequest>,
    ) -> Result<(), Status> {
        let first = pieces.message().await?.ok_or_else(|| Status::invalid_argument("no piece"))?;
        let (transfer, digest) = (wire::transfer(&first.transfer)?, wire::digest(&first.digest)?);
        let length = first.length;
        if length == 0 || length > wire::LARGEST_PACKAGE {
            return Err(Status::invalid_argument("the package has no acceptable length"));
        }
        let awaited = self.awaited_from(from, transfer).await.map_err(status)?;
        if let Machine::Destination(destination) = &awaited.record.machine
            && let DestinationPhase::Opening { package } = &destination.phase
            && package.digest != digest
        {
            return Err(Status::failed_precondition("another package was committed"));
        }
        let mut offset = self.vault.package_len(transfer, digest).await.map_err(|e| status(e.into()))?;
        let mut next = Some(first);
        while let Some(piece) = next {
            if piece.piece.len() > wire::PIECE || piece.offset > offset {
                return Err(Status::invalid_argument("a piece is too large or leaves a gap"));
            }
            let end = piece.offset + piece.piece.len() as u64;
            if end > length {
                return Err(Status::invalid_argument("the package is longer than it was said to be"));
            }
            if piece.offset == offset && end > offset {
                self.vault
                    .package_put_chunk(transfer, digest, offset, &piece.piece)
                    .await
                    .map_err(|e| status(e.into()))?;
                offset = end;
            }
            next = pieces.message().await?;
        }
        if offset < length {
            return Err(Status::aborted("the package has not come whole: send the rest"));
        }
        if !self.vault.package_verify(transfer, digest).await.map_err(|e| status(e.into()))? {
            self.drop_package(transfer).await.map_err(status)?;
            return Err(Status::data_loss(
                "the package does not have the digest it was sent under: send it again",
            ));
        }
        let input = DestinationInput::Staged(digest);
        let stepped =
            self.step_destination(transfer, input, Actor::node(from), "handover.staged", |_| {}).await;
        let record = stepped.map_err(status)?;
        // Waited for by the opening, where the package was asked for again.
        if matches!(&record.machine, Machine::Destination(d) if matches!(d.phase, DestinationPhase::Opening { .. }))
        {
            self.resend(transfer).await.map_err(status)?;
        }
        Ok(())
    }

    /// Bytes that are not what they were sent as must not stand in the way of those that are.
    async fn drop_package(&self, transfer: TransferId) -> Result<(), HandoverError> {
        let entry = AuditEntry::refused(self.node(), "handover.package", Vec::new(), "WRONG_DIGEST");
        let packages = vec![PackageWrite::DeleteAll { transfer }];
        self.vault.write(Write { packages, ..Write::of(entry.of_transfer(transfer)) }).await?;
        Ok(())
    }
}
