//! Step 3 at the source: the plan is sealed for the receiver as it is now, and frozen, in one transaction.

use enplan_domain::handover::{
    CommittedPackage, Digest, Ending, PreviewVersion, SourceInput, SourcePhase, WrappedKey,
};
use enplan_domain::plan::PlanDocument;
use enplan_domain::{Kommunekode, TransferId, danish_day};
use enplan_vault::{Actor, Expected, PackageContext, PackageWrite};

use crate::engine::{Change, Inner, SealedFrom, retrying};
use crate::error::{HandoverError, ending_of};
use crate::record::{HandoverRecord, Machine};
use crate::{preview, wire};

/// The plan as a preview made now would show it, its package, and what is to be kept of both.
type Sealed = (Result<PreviewVersion, Ending>, CommittedPackage, SealedFrom);

impl Inner {
    /// Step 3: the receiver accepted. The plan is sealed as it is now and frozen, in one transaction with whatever that
    /// shows; or the handover is ended, where basis, sections or protection have changed.
    pub(crate) async fn freeze(
        &self,
        from: Kommunekode,
        transfer: TransferId,
        version: PreviewVersion,
        public_key: Vec<u8>,
    ) -> Result<(), HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let stored = self.of_counterpart(from, transfer).await?;
            let Machine::Source(source) = &stored.record.machine else {
                return Err(HandoverError::WrongSide);
            };
            self.fence.may_write(source.handle)?;
            let same_key = stored.record.public_key.as_ref() == Some(&public_key);
            if same_key && matches!(source.phase, SourcePhase::Frozen { .. } | SourcePhase::Committing { .. })
            {
                // Heard before: what was sent then is sent again.
                let change = Change::of(stored.record.clone());
                self.save(Expected::Version(stored.version), change, Actor::node(from), "handover.accepted")
                    .await?;
                return Ok(());
            }
            let mut stored = stored;
            let (current, package, kept) = self.seal_now(&stored.record, &public_key).await?;
            let Machine::Source(source) = stored.record.machine.clone() else {
                return Err(HandoverError::WrongSide);
            };
            let input = SourceInput::Accepted { version, current, package, now: self.clock.now() };
            let next = source.step(input)?;
            stored.record.public_key = Some(public_key.clone());
            stored.record.sealed_events = Some(kept.case.row.last_seq);
            let kept = matches!(next.phase, SourcePhase::Frozen { .. }).then_some(kept);
            self.write_source(&stored, &source, next, kept, Actor::node(from), "handover.accepted").await?;
            Ok(())
        })
    }

    async fn seal_now(&self, record: &HandoverRecord, public_key: &[u8]) -> Result<Sealed, HandoverError> {
        let case = self.case(record.case.ok_or(HandoverError::NoSuchCase)?).await?;
        let plan = case.plan().map_err(|_| HandoverError::Unreadable)?;
        let to = record.counterpart();
        let basis = match self.covering(&plan, &case, record.basis.as_deref().unwrap_or_default(), to) {
            Ok(basis) => basis,
            Err(error) => {
                let none = CommittedPackage { digest: Digest([0; 32]), wrapped_key: WrappedKey(Vec::new()) };
                return Ok((Err(ending_of(&error)), none, SealedFrom { case, packages: Vec::new() }));
            }
        };
        let today = danish_day(self.clock.now());
        let (document, _) = preview::preview(&plan, basis, &self.contact, record.preview.deadline, today);
        let bytes = document.to_bytes().map_err(|_| HandoverError::TooLarge)?;
        let context = package_context(record, self.me, to);
        let sealed = self.vault.seal_package(&bytes, &context, public_key).await?;
        if sealed.ciphertext.len() as u64 > wire::LARGEST_PACKAGE {
            return Err(HandoverError::TooLarge);
        }
        let transfer = record.transfer();
        let packages = vec![
            PackageWrite::Put { transfer, digest: sealed.digest, bytes: sealed.ciphertext },
            PackageWrite::DeleteOthers { transfer, keep: sealed.digest },
        ];
        let package = CommittedPackage { digest: sealed.digest, wrapped_key: sealed.wrapped_key };
        Ok((Ok(preview::version(&document)), package, SealedFrom { case, packages }))
    }
}

/// What a package is sealed to, beside its key: one of another handover, epoch, municipality or form doesn't open.
pub(crate) fn package_context(record: &HandoverRecord, from: Kommunekode, to: Kommunekode) -> PackageContext {
    PackageContext {
        handle: record.handle(),
        transfer: record.transfer(),
        epoch: record.epoch(),
        from,
        to,
        schema: PlanDocument::SCHEMA,
    }
}
