//! What people ask: offer, accept, reject, revoke, withdraw a consent. Who may is decided before it comes here.

use enplan_domain::basis::{LegalBasis, WithdrawalEffect};
use enplan_domain::handover::{
    DestinationInput, DestinationPhase, Ending, FamilyMove, Hold, PreviewVersion, Rejection, Source,
    SourceInput, SourcePhase, Thread,
};
use enplan_domain::plan::{Plan, PlanCommand, PlanRefusal, decide};
use enplan_domain::{
    BasisId, CaseId, Context, Kommunekode, Timestamp, TransferId, UserName, catalogue, danish_day,
};
use enplan_vault::plans::PlanChange;
use enplan_vault::{Actor, AuditEntry, Expected, StoredCase, TransferFilter, Under, Write};

use crate::engine::{Change, Handovers, Inner, retrying};
use crate::error::HandoverError;
use crate::preview::{self, Preview};
use crate::record::{HandoverRecord, Machine, Stored, StoredHandovers};

/// How long an offer stands where nobody says otherwise.
pub const OFFER_STANDS: jiff::SignedDuration = jiff::SignedDuration::from_hours(14 * 24);

/// An offer, as somebody asks for it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Of which case.
    pub case: CaseId,
    /// To whom.
    pub to: Kommunekode,
    /// Resting on which legal basis of the plan.
    pub basis: BasisId,
    /// Until when; [`OFFER_STANDS`] from now where not said.
    pub deadline: Option<Timestamp>,
    /// With which family, where it moves with one.
    pub family: Option<FamilyMove>,
}

impl Handovers {
    /// What an offer would show its receiver. Nothing is offered.
    pub async fn preview(&self, offer: &Offer) -> Result<(Preview, PreviewVersion), HandoverError> {
        let stored = self.inner.case(offer.case).await?;
        let (preview, version) = self.inner.offerable(&stored, offer)?;
        Ok((preview, version))
    }

    /// Offers a case to another municipality.
    pub async fn offer(&self, offer: &Offer, actor: Actor) -> Result<HandoverRecord, HandoverError> {
        let inner = &self.inner;
        let transfer = TransferId::from(uuid::Uuid::new_v4());
        let record = retrying!({
            let stored = inner.case(offer.case).await?;
            inner.fence.may_write(stored.row.handle)?;
            let (preview, version) = inner.offerable(&stored, offer)?;
            if inner.under_way(offer.case).await?.is_some() {
                return Err(HandoverError::AlreadyUnderWay);
            }
            let now = inner.clock.now();
            let source = Source::offer(
                transfer,
                stored.row.handle,
                stored.row.epoch,
                offer.to,
                version,
                preview.deadline,
            );
            let record = HandoverRecord {
                machine: Machine::Source(source),
                case: Some(offer.case),
                preview,
                basis: Some(offer.basis.to_string()),
                public_key: None,
                sealed_events: None,
                caseworker: None,
                unit: None,
                thread: Thread::default(),
                family: offer.family.clone(),
                handed_over_at: None,
                began_at: now,
                updated_at: now,
            };
            // The case's version is named and grows, so that of two offers at once one finds the other.
            let case = inner.hold_case(&stored, Hold::Active, transfer, offer.to)?;
            let change = Change { case: Some(case), ..Change::of(record) };
            inner.save(Expected::New, change, actor.clone(), "handover.offer").await
        })?;
        Ok(record)
    }

    /// Whether no handover of a case is under way: what is to end here is nobody's to be offered meanwhile.
    ///
    /// # Errors
    /// [`HandoverError::AlreadyUnderWay`] where one is.
    pub async fn check_none_under_way(&self, case: CaseId) -> Result<(), HandoverError> {
        match self.inner.under_way(case).await? {
            None => Ok(()),
            Some(_) => Err(HandoverError::AlreadyUnderWay),
        }
    }

    /// Accepts an offered case, as it was previewed.
    pub async fn accept(
        &self,
        transfer: TransferId,
        version: PreviewVersion,
        caseworker: &UserName,
        unit: Option<String>,
        actor: Actor,
    ) -> Result<HandoverRecord, HandoverError> {
        if !self.inner.fence.is_confirmed() {
            return Err(HandoverError::NotConfirmed);
        }
        self.answerable(transfer).await?;
        // Made before the acceptance is written, and the same when asked again.
        let public_key = self.inner.vault.create_transfer_key(transfer).await?;
        let input = DestinationInput::Accept(version);
        let accepted = self
            .inner
            .step_destination(transfer, input, actor, "handover.accept", |record| {
                record.public_key = Some(public_key.clone());
                record.caseworker = Some(caseworker.to_string());
                record.unit.clone_from(&unit);
            })
            .await?;
        // What the log said before the answer is heard again: the offer may have ended meanwhile.
        self.inner.heard(transfer).await?;
        Ok(accepted)
    }

    /// Says no to an offered case, with a reason from the catalogue.
    pub async fn reject(
        &self,
        transfer: TransferId,
        rejection: Rejection,
        actor: Actor,
    ) -> Result<HandoverRecord, HandoverError> {
        self.may_reject(&rejection)?;
        let input = DestinationInput::Reject(rejection);
        self.inner.step_destination(transfer, input, actor, "handover.reject", |_| {}).await
    }

    /// Refuses a no for a reason that is not in the catalogue.
    pub fn may_reject(&self, rejection: &Rejection) -> Result<(), HandoverError> {
        let today = danish_day(self.inner.clock.now());
        let reason = catalogue::rejection_reason(&rejection.reason, today);
        reason.map(|_| ()).ok_or(HandoverError::UnknownReason)
    }

    /// Takes an offer back, unless it is too late.
    pub async fn revoke(&self, transfer: TransferId, actor: Actor) -> Result<HandoverRecord, HandoverError> {
        let input = SourceInput::End(Ending::Revoked);
        self.inner.step_source(transfer, input, actor, "handover.revoke").await
    }

    /// What recording a withdrawal would do now. Nothing is changed. What would be refused is refused here too, but for one
    /// that comes too late: that is an effect to tell of.
    pub async fn preview_withdrawal(
        &self,
        case: CaseId,
        basis: BasisId,
        user: &UserName,
    ) -> Result<WithdrawalEffect, HandoverError> {
        let stored = self.inner.case(case).await?;
        let resting = self.inner.resting_on(case, basis).await?;
        let effect = self.inner.withdrawal_effect(&stored, basis, resting.as_ref())?;
        if effect != WithdrawalEffect::TooLate {
            self.inner.withdrawal(&stored, basis, user)?;
        }
        Ok(effect)
    }

    /// Records that a consent was withdrawn, and returns what that did. In the same transaction a handover that rests on
    /// it is stopped, and its intent to commit with it; a commit already sent may still win, and the log decides.
    pub async fn withdraw_consent(
        &self,
        case: CaseId,
        basis: BasisId,
        actor: Actor,
        user: &UserName,
    ) -> Result<WithdrawalEffect, HandoverError> {
        let inner = &self.inner;
        retrying!({
            // The case first: an offer made after that has written a newer version of it, and this is decided again.
            let before = inner.case(case).await?;
            let Some(resting) = inner.resting_on(case, basis).await? else {
                let effect = inner.withdrawal_effect(&before, basis, None)?;
                if effect == WithdrawalEffect::TooLate {
                    return Err(HandoverError::TooLate);
                }
                let write = inner.withdrawal(&before, basis, user)?;
                let audit = AuditEntry::done(actor.clone(), "basis.withdraw", vec![case]);
                inner.vault.write(Write { case: Some(write), ..Write::of(audit) }).await?;
                return Ok(effect);
            };
            let transfer = resting.transfer;
            let _lock = inner.lock(transfer).await;
            let stored = inner.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let Machine::Source(source) = &stored.record.machine else {
                return Err(HandoverError::WrongSide);
            };
            let now = inner.case(case).await?;
            let effect = inner.withdrawal_effect(&now, basis, Some(source))?;
            let next = source.step(SourceInput::End(Ending::BasisWithdrawn))?;
            let write = inner.withdrawal(&now, basis, user)?;
            let record = HandoverRecord { machine: Machine::Source(next), ..stored.record };
            let change = Change { case: Some(write), ..Change::of(record) };
            inner.save(Expected::Version(stored.version), change, actor.clone(), "basis.withdraw").await?;
            Ok(effect)
        })
    }

    /// One handover, as this side knows it.
    pub async fn find(&self, transfer: TransferId) -> Result<HandoverRecord, HandoverError> {
        Ok(self.inner.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?.record)
    }

    /// The handovers of this municipality, newest change first.
    pub async fn list(&self, include_ended: bool) -> Result<Vec<HandoverRecord>, HandoverError> {
        // What is not over is open; what is open may be over, with something still to be sent.
        let filter = if include_ended { TransferFilter::All } else { TransferFilter::Open };
        let stored = self.inner.handovers(filter).await?;
        let mut records: Vec<_> = stored.readable.into_iter().map(|stored| stored.record).collect();
        records.retain(|record| include_ended || !record.is_over());
        records.sort_by_key(|record| std::cmp::Reverse(record.updated_at));
        Ok(records)
    }

    async fn answerable(&self, transfer: TransferId) -> Result<(), HandoverError> {
        match self.find(transfer).await?.machine {
            Machine::Source(_) => Err(HandoverError::WrongSide),
            Machine::Destination(destination) => match destination.phase {
                DestinationPhase::Previewed => Ok(()),
                _ => Err(HandoverError::AlreadyAnswered),
            },
        }
    }
}

impl HandoverRecord {
    /// Whether people need not follow it any more.
    pub fn is_over(&self) -> bool {
        match &self.machine {
            Machine::Source(source) => {
                matches!(source.phase, SourcePhase::HandedOver { .. } | SourcePhase::Aborted { .. })
            }
            Machine::Destination(destination) => destination.has_ended(),
        }
    }
}

impl Inner {
    /// The handover of this case that is under way from here.
    pub(crate) async fn under_way(&self, case: CaseId) -> Result<Option<Stored>, HandoverError> {
        let StoredHandovers { readable, unreadable } = self.handovers(TransferFilter::Open).await?;
        if unreadable.contains(&Some(case)) {
            return Err(HandoverError::Unreadable);
        }
        let is_it = |stored: &Stored| stored.record.case == Some(case) && !stored.record.is_over();
        Ok(readable.into_iter().find(is_it))
    }

    fn offerable(
        &self,
        stored: &StoredCase,
        offer: &Offer,
    ) -> Result<(Preview, PreviewVersion), HandoverError> {
        let plan = stored.plan().map_err(|_| HandoverError::Unreadable)?;
        match stored.row.hold {
            Hold::Active => {}
            Hold::Frozen(_) => return Err(HandoverError::AlreadyUnderWay),
            // Who may be told where it went is for whoever shows the case to say.
            Hold::Pending(_) | Hold::HandedOver(_) => return Err(HandoverError::NotOurs { owner: None }),
        }
        let now = self.clock.now();
        let deadline = self.stands_until(offer.to, offer.deadline, now)?;
        let basis = self.covering(&plan, stored, &offer.basis.to_string(), offer.to)?;
        let (document, preview) = preview::preview(&plan, basis, &self.contact, deadline, danish_day(now));
        let bytes = document.to_bytes().map_err(|_| HandoverError::TooLarge)?;
        if bytes.len() as u64 > crate::wire::LARGEST_PACKAGE / 2 {
            // With room for what is written until it is accepted: a plan that is offered can be sent.
            return Err(HandoverError::TooLarge);
        }
        Ok((preview, preview::version(&document)))
    }

    /// Until when an offer to this receiver stands, if it can be made.
    pub(crate) fn stands_until(
        &self,
        to: Kommunekode,
        deadline: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Timestamp, HandoverError> {
        if to == self.me {
            return Err(HandoverError::ToItself);
        }
        if !self.is_member(to) {
            return Err(HandoverError::NotAMember);
        }
        match deadline {
            Some(deadline) if deadline <= now => Err(HandoverError::DeadlinePassed),
            Some(deadline) => Ok(deadline),
            None => now.checked_add(OFFER_STANDS).map_err(|_| HandoverError::DeadlinePassed),
        }
    }

    /// The plan's legal basis of this id, if it lets the case be sent to this receiver now. A closed plan is sent to nobody:
    /// whoever received it could not open it, and it would be nobody's.
    pub(crate) fn covering<'p>(
        &self,
        plan: &'p Plan,
        stored: &StoredCase,
        basis: &str,
        to: Kommunekode,
    ) -> Result<&'p LegalBasis, HandoverError> {
        if plan.is_closed() {
            return Err(PlanRefusal::Closed.into());
        }
        let id: BasisId = basis.parse().map_err(|_| HandoverError::NoSuchBasis)?;
        let basis = plan.bases.get(&id).ok_or(HandoverError::NoSuchBasis)?;
        basis.covers(stored.row.handle, self.me, to, self.clock.now()).map_err(|problem| {
            HandoverError::Basis { code: problem.code(), what_to_do: problem.what_to_do().to_owned() }
        })?;
        Ok(basis)
    }

    /// The handover under way that rests on this legal basis.
    async fn resting_on(&self, case: CaseId, basis: BasisId) -> Result<Option<Source>, HandoverError> {
        let Some(stored) = self.under_way(case).await? else { return Ok(None) };
        Ok(match stored.record.machine {
            Machine::Source(source) if stored.record.basis == Some(basis.to_string()) => Some(source),
            Machine::Source(_) | Machine::Destination(_) => None,
        })
    }

    fn withdrawal_effect(
        &self,
        stored: &StoredCase,
        basis: BasisId,
        resting: Option<&Source>,
    ) -> Result<WithdrawalEffect, HandoverError> {
        let plan = stored.plan().map_err(|_| HandoverError::Unreadable)?;
        let basis = plan.bases.get(&basis).ok_or(PlanRefusal::NoSuchBasis)?;
        Ok(basis.withdrawal_effect(self.me, stored.row.hold, resting))
    }

    fn withdrawal(
        &self,
        stored: &StoredCase,
        basis: BasisId,
        user: &UserName,
    ) -> Result<enplan_vault::CaseWrite, HandoverError> {
        self.fence.may_write(stored.row.handle)?;
        if !stored.row.hold.is_readable() {
            return Err(HandoverError::TooLate);
        }
        let before = stored.plan().map_err(|_| HandoverError::Unreadable)?;
        let frozen = !stored.row.hold.is_writable();
        let context = Context { frozen, ..self.context(user.clone()) };
        let events = decide(Some(&before), PlanCommand::WithdrawBasis { id: basis }, &context)?;
        let plan = events.iter().fold(before, Plan::apply);
        let change =
            PlanChange::of(&stored.row, &plan, &events, Under::ProtectedDespiteFreeze, context.today());
        change.write().map_err(|_| HandoverError::Unreadable)
    }
}
