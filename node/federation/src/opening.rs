//! Step 6: a committed package is opened, and the plan in it becomes one of this municipality's own.

use std::sync::Arc;

use enplan_domain::handover::{CommittedPackage, DestinationInput, Digest};
use enplan_domain::plan::{Plan, PlanCommand, PlanDocument, PlanEvent, arrival, decide};
use enplan_domain::relocation::{Move, Place};
use enplan_domain::{CaseId, Kommunekode, TransferId, UserName, danish_day};
use enplan_vault::plans::PlanChange;
use enplan_vault::{Expected, MovesWrite, StoredCase, Under};

use crate::deliver::NotSent;
use crate::engine::{Change, Inner, retrying};
use crate::error::HandoverError;
use crate::fence::Alarm;
use crate::freezing::package_context;
use crate::moving::moves_write;
use crate::record::{HandoverRecord, Machine};

impl Inner {
    /// Step 6: the committed package is opened and written under a key of this municipality's own, in one transaction
    /// with the handover's next state.
    pub(crate) async fn open(
        self: &Arc<Self>,
        record: &HandoverRecord,
        package: &CommittedPackage,
    ) -> Result<(), NotSent> {
        let (transfer, digest) = (record.transfer(), package.digest);
        if !self.vault.package_verify(transfer, digest).await.map_err(HandoverError::from)? {
            tracing::info!(%transfer, "a committed package is not here: the former owner is asked for it");
            self.ask_again(record.counterpart(), transfer).await;
            return Err(NotSent::Awaiting);
        }
        let context = package_context(record, record.counterpart(), self.me);
        let opened = self.vault.open_stored_package(transfer, digest, &context, &package.wrapped_key).await;
        let document = match opened.map(|bytes| PlanDocument::from_bytes(&bytes)) {
            Ok(Ok(document)) => document,
            Ok(Err(error)) => {
                tracing::error!(%transfer, %error, "a committed package holds no plan that this node can read");
                self.fence.block(record.handle(), Alarm::PackageUnreadable);
                return Err(NotSent::Here(HandoverError::Unreadable));
            }
            Err(error) => {
                tracing::error!(%transfer, %error, "a committed package can't be opened");
                self.fence.block(record.handle(), Alarm::PackageUnreadable);
                return Err(NotSent::Here(error.into()));
            }
        };
        let imported = self.import(transfer, digest, document).await;
        if let Err(HandoverError::Plan(_) | HandoverError::Unreadable) = &imported {
            // The rules refuse what the package holds, and will when it is tried again: somebody must look.
            self.fence.block(record.handle(), Alarm::PackageUnreadable);
        }
        imported?;
        self.examine(record.handle()).await?;
        Ok(())
    }

    async fn import(
        &self,
        transfer: TransferId,
        digest: Digest,
        document: PlanDocument,
    ) -> Result<(), HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let Machine::Destination(destination) = &stored.record.machine else {
                return Err(HandoverError::WrongSide);
            };
            let next = destination.step(DestinationInput::Imported(digest))?;
            let (Some(hold), false) = (next.hold(), next == *destination) else { return Ok(()) };
            let here = match self.vault.case_by_handle(next.handle).await? {
                Some(row) => Some(self.case(row.case).await?),
                None => None,
            };
            let case =
                here.as_ref().map_or_else(|| CaseId::from(uuid::Uuid::new_v4()), |stored| stored.row.case);
            let (mut plan, mut events) = self.received(&stored.record, here.as_ref(), &document)?;
            // Gone through with the citizen by a day, as the law asks of whoever receives a plan.
            let context = self.context(plan.caseworker.clone());
            if let Some(review) = arrival::review(transfer, context.today()) {
                let reviewed = decide(Some(&plan), review, &context)?;
                plan = reviewed.iter().fold(plan, Plan::apply);
                events.extend(reviewed);
            }
            let (citizen, by) = (plan.citizen.clone(), plan.caseworker.clone());
            if plan.citizen.protected {
                // Before the arrival, so that it is not forgotten if this node stops in between.
                self.protect_beside(&citizen, Some(case), Under::Handover, &self.node(), &by).await?;
            } else if self.is_protected_beside(&citizen, Some(case)).await? {
                let command = PlanCommand::SetProtected { protected: true };
                let protected = decide(Some(&plan), command, &self.context(by))?;
                plan = protected.iter().fold(plan, Plan::apply);
                events.extend(protected);
            }
            let change = PlanChange {
                before: here.as_ref().map(|stored| &stored.row),
                case,
                handle: next.handle,
                plan: &plan,
                events: &events,
                under: Under::Handover,
                epoch: next.epoch.next(),
                hold,
                unit: stored.record.unit.clone(),
                today: danish_day(self.clock.now()),
            };
            let case_write = change.write().map_err(|_| HandoverError::Unreadable)?;
            let moves = match here {
                Some(_) => self.come_back(case, &plan, stored.record.counterpart(), transfer).await?,
                None => None,
            };
            let record =
                HandoverRecord { machine: Machine::Destination(next), case: Some(case), ..stored.record };
            let moves = moves.into_iter().collect();
            let change = Change { case: Some(case_write), moves, ..Change::of(record) };
            self.save(Expected::Version(stored.version), change, self.node(), "handover.imported").await?;
            Ok(())
        })
    }

    /// What is known of the moves of a citizen whose plan has come back: they live here again, since the day that the plan was
    /// asked for by, or today.
    async fn come_back(
        &self,
        case: CaseId,
        plan: &Plan,
        from: Kommunekode,
        transfer: TransferId,
    ) -> Result<Option<MovesWrite>, HandoverError> {
        let mut known = self.moves(case).await?;
        let before = known.docket.clone();
        let context = self.context(plan.caseworker.clone());
        let last = before.last().map(|last| last.moved.on);
        let asked = self.requests().await?.into_iter().map(|(_, asked)| asked);
        let day = asked
            .filter(|asked| asked.from == from && plan.citizen.has_number(&asked.cpr))
            .map(|asked| asked.moved_on)
            .rfind(|day| last.is_none_or(|last| last < *day))
            .unwrap_or_else(|| context.today());
        let event = format!("arrived:{transfer}").parse().map_err(|_| HandoverError::Unreadable)?;
        let (there, here) = (Place::Municipality(from), Place::Municipality(self.me));
        let moved = Move::new(event, day, there, here, context.today())?;
        known.docket.come_back(moved, &context)?;
        if known.docket == before { Ok(None) } else { moves_write(case, &known).map(Some) }
    }

    fn received(
        &self,
        record: &HandoverRecord,
        here: Option<&StoredCase>,
        document: &PlanDocument,
    ) -> Result<(Plan, Vec<PlanEvent>), HandoverError> {
        let mut plan = match here {
            Some(stored) => Some(stored.plan().map_err(|_| HandoverError::Unreadable)?),
            None => None,
        };
        let caseworker = match &record.caseworker {
            Some(name) => name.parse().map_err(|_| HandoverError::Unreadable)?,
            // It arrived in a vault that had forgotten who accepted it.
            None => UserName::unassigned(),
        };
        let context = self.context(caseworker);
        let mut events = Vec::new();
        let (from, transfer) = (record.counterpart(), record.transfer());
        // A copy restored from before this municipality gave the plan away does not know that it did.
        if let Some(open) = plan.as_ref().filter(|plan| plan.handed_over_to().is_none()) {
            events = decide(Some(open), PlanCommand::HandOver { to: from, transfer }, &context)?;
            plan = Some(events.iter().fold(open.clone(), Plan::apply));
        }
        // What it was sent under goes with it: what a duty's summary says is the receiver's to read.
        let mut sent = document.plan.clone();
        sent.bases.insert(document.basis.id(), document.basis.clone());
        let receive = PlanCommand::Receive {
            from,
            transfer,
            epoch: record.epoch().next(),
            left_out: document.left_out.clone(),
            caseworker: context.actor.clone(),
            plan: Box::new(sent),
        };
        let received = decide(plan.as_ref(), receive, &context)?;
        let plan = match plan {
            Some(plan) => received.iter().fold(plan, Plan::apply),
            None => Plan::from_events(&received).map_err(|_| HandoverError::Unreadable)?,
        };
        events.extend(received);
        Ok((plan, events))
    }
}
