//! The one place where a handover's state changes: load, step, write, and wake whoever sends.

use std::sync::Arc;

use enplan_domain::catalogue::Adopted;
use enplan_domain::handover::{
    Destination, DestinationInput, DestinationPhase, Hold, Source, SourceInput, SourcePhase,
};
use enplan_domain::plan::{Plan, PlanCommand, decide};
use enplan_domain::{
    CaseId, Clock, Context, Incarnation, Kommunekode, Timestamp, TransferId, UserName, after,
};
use enplan_registry::{Registry, SigningKey};
use enplan_vault::plans::PlanChange;
use enplan_vault::{
    Actor, AuditEntry, CaseWrite, Expected, MovesWrite, PackageWrite, StoredCase, TransferFilter, Under,
    Vault, Write,
};
use tokio::sync::{Mutex, MutexGuard, Notify};

use crate::error::HandoverError;
use crate::fence::Fence;
use crate::peers::Peers;
use crate::record::{HandoverRecord, Machine, Stored, StoredHandovers};
use crate::requesting::RequestLimits;

/// How often a step is decided anew because somebody else changed the case meanwhile.
pub(crate) const TRIES: usize = 16;

/// Decides again, from what is stored by then, while others change the same rows.
macro_rules! retrying {
    ($decide:block) => {{
        let mut tries = 0;
        loop {
            let decided: Result<_, $crate::HandoverError> = async { $decide }.await;
            match decided {
                Err(error) if error.is_conflict() => {
                    tries += 1;
                    if tries == $crate::engine::TRIES {
                        break Err($crate::HandoverError::Busy);
                    }
                    tokio::task::yield_now().await;
                }
                decided => break decided,
            }
        }
    }};
}
pub(crate) use retrying;

/// Locks for handovers, by a few bits of their ids: two steps of one handover never race for its version.
const STRIPES: usize = 64;

/// What a node needs to hand plans over.
pub struct HandoversOptions {
    /// Whose node.
    pub me: Kommunekode,
    /// Its citizens.
    pub vault: Vault,
    /// What all agree on.
    pub registry: Registry,
    /// Its signing key.
    pub signer: Arc<SigningKey>,
    /// The other nodes.
    pub peers: Peers,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whom a receiver may call, as previews show it.
    pub contact: String,
    /// The unit that plans arrive in, until somebody there gives them to another.
    pub arrival_unit: Option<String>,
}

/// Hands plans over: what people ask for, what peers send, what the registry says. A cheap handle.
#[derive(Clone)]
pub struct Handovers {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) me: Kommunekode,
    pub(crate) vault: Vault,
    pub(crate) registry: Registry,
    pub(crate) signer: Arc<SigningKey>,
    pub(crate) peers: Peers,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) contact: String,
    pub(crate) arrival_unit: Option<String>,
    pub(crate) fence: Fence,
    pub(crate) wake: Notify,
    pub(crate) asking: RequestLimits,
    /// Held while a family is offered, so that two acts at once make one family move of it and not two.
    pub(crate) families: Mutex<()>,
    /// Held from the look whether another was asked for a plan to the writing that it was.
    pub(crate) requesting: Mutex<()>,
    /// When the last plan was handed over, once it is known. Held until that is written: whoever reads them in their order
    /// has read all that came before.
    last_handed_over: Mutex<Option<Timestamp>>,
    locks: Vec<Mutex<()>>,
}

/// One change of one handover, to be written whole.
pub(crate) struct Change {
    pub(crate) record: HandoverRecord,
    pub(crate) case: Option<CaseWrite>,
    pub(crate) moves: Vec<MovesWrite>,
    pub(crate) packages: Vec<PackageWrite>,
}

/// What a source sealed, and the case that it was sealed from: one changed meanwhile must be sealed again.
pub(crate) struct SealedFrom {
    pub(crate) case: StoredCase,
    pub(crate) packages: Vec<PackageWrite>,
}

impl Change {
    pub(crate) fn of(record: HandoverRecord) -> Self {
        Self { record, case: None, moves: Vec::new(), packages: Vec::new() }
    }
}

impl Handovers {
    /// Nothing is served and nothing is sent before [`Handovers::run`] has passed the boot fence.
    pub fn new(options: HandoversOptions) -> Self {
        let HandoversOptions { me, vault, registry, signer, peers, clock, contact, arrival_unit } = options;
        let inner = Inner {
            me,
            vault,
            registry,
            signer,
            peers,
            clock,
            contact,
            arrival_unit,
            fence: Fence::default(),
            wake: Notify::new(),
            asking: RequestLimits::default(),
            families: Mutex::new(()),
            requesting: Mutex::new(()),
            last_handed_over: Mutex::new(None),
            locks: (0..STRIPES).map(|_| Mutex::new(())).collect(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What keeps cases from being served.
    pub fn fence(&self) -> &Fence {
        &self.inner.fence
    }
}

impl Inner {
    pub(crate) async fn lock(&self, transfer: TransferId) -> MutexGuard<'_, ()> {
        let stripe = usize::from(transfer.to_bytes()[15]) % STRIPES;
        self.locks[stripe].lock().await
    }

    pub(crate) fn incarnation(&self) -> Incarnation {
        self.registry.incarnation().unwrap_or_default()
    }

    pub(crate) fn node(&self) -> Actor {
        Actor::system("handovers", self.me)
    }

    /// The handovers here.
    pub(crate) async fn handovers(&self, filter: TransferFilter) -> Result<StoredHandovers, HandoverError> {
        Ok(self.vault.transfers(filter).await?.into())
    }

    pub(crate) async fn load(&self, transfer: TransferId) -> Result<Option<Stored>, HandoverError> {
        self.vault.transfer(transfer).await?.as_ref().map(Stored::try_from).transpose()
    }

    pub(crate) async fn case(&self, case: CaseId) -> Result<StoredCase, HandoverError> {
        self.vault.case_for_protocol(case).await?.ok_or(HandoverError::NoSuchCase)
    }

    /// The rules' view of the world, for an event that the protocol writes.
    pub(crate) fn context(&self, actor: UserName) -> Context {
        // A handover writes no action, so no exemption is asked for.
        let adopted = Adopted::default();
        Context { now: self.clock.now(), actor, municipality: self.me, frozen: false, adopted }
    }

    /// Steps a source that exists.
    pub(crate) async fn step_source(
        &self,
        transfer: TransferId,
        input: SourceInput,
        actor: Actor,
        action: &str,
    ) -> Result<HandoverRecord, HandoverError> {
        let _lock = self.lock(transfer).await;
        self.step_locked_source(transfer, input, actor, action).await
    }

    async fn step_locked_source(
        &self,
        transfer: TransferId,
        input: SourceInput,
        actor: Actor,
        action: &str,
    ) -> Result<HandoverRecord, HandoverError> {
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let Machine::Source(source) = &stored.record.machine else {
                return Err(HandoverError::WrongSide);
            };
            let next = source.step(input.clone())?;
            self.write_source(&stored, source, next, None, actor.clone(), action).await
        })
    }

    /// Writes a source's next state, with the hold on its case where that changes or the case was sealed: so an edit
    /// that came between the sealing and this write is a conflict, and never missing from the package.
    pub(crate) async fn write_source(
        &self,
        stored: &Stored,
        before: &Source,
        next: Source,
        sealed: Option<SealedFrom>,
        actor: Actor,
        action: &str,
    ) -> Result<HandoverRecord, HandoverError> {
        if *before == next && sealed.is_none() {
            return Ok(stored.record.clone());
        }
        let (hold, to) = (next.hold(), next.to);
        let is_aborted = |source: &Source| matches!(source.phase, SourcePhase::Aborted { .. });
        let came_to_nothing = is_aborted(&next) && !is_aborted(before);
        let is_handed_over = matches!(next.phase, SourcePhase::HandedOver { .. });
        let is_held_anew = before.hold() != hold || sealed.is_some();
        let mut record = stored.record.clone();
        record.machine = Machine::Source(next);
        let mut last = None;
        if is_handed_over && record.handed_over_at.is_none() {
            let known = self.last_handed_over.lock().await;
            let at = match *known {
                Some(at) => Some(at),
                None => self.last_handed_over().await?,
            };
            record.handed_over_at = Some(after(at, self.clock.now()));
            last = Some(known);
        }
        let (sealed_from, mut packages) = match sealed {
            Some(SealedFrom { case, packages }) => (Some(case), packages),
            None => (None, Vec::new()),
        };
        let case = match (is_held_anew, record.case) {
            (true, Some(case)) => {
                let stored = match sealed_from {
                    Some(sealed_from) => sealed_from,
                    None => self.case(case).await?,
                };
                // A row that has moved on since is another handover's to hold.
                if stored.row.epoch == before.epoch {
                    Some(self.hold_case(&stored, hold, record.transfer(), to)?)
                } else {
                    None
                }
            }
            _ => None,
        };
        let transfer = record.transfer();
        if came_to_nothing {
            packages.push(PackageWrite::DeleteAll { transfer });
        }
        let change = Change { case, packages, ..Change::of(record) };
        let record = self.save(Expected::Version(stored.version), change, actor, action).await?;
        if let Some(mut last) = last {
            *last = record.handed_over_at;
        }
        if came_to_nothing {
            // After the log has said that it never will be committed, nobody will ask for the package again.
            self.vault.discard_escrow(transfer).await?;
        }
        Ok(record)
    }

    /// When the last plan was handed over, of all that this vault knows of.
    async fn last_handed_over(&self) -> Result<Option<Timestamp>, HandoverError> {
        let known = self.handovers(TransferFilter::All).await?.readable;
        Ok(known.iter().filter_map(|stored| stored.record.handed_over_at).max())
    }

    /// The write that puts a case in or out of a handover's hold. A plan given away is marked so in its own history.
    pub(crate) fn hold_case(
        &self,
        stored: &StoredCase,
        hold: Hold,
        transfer: TransferId,
        to: Kommunekode,
    ) -> Result<CaseWrite, HandoverError> {
        let mut plan = stored.plan().map_err(|_| HandoverError::Unreadable)?;
        let mut events = Vec::new();
        if matches!(hold, Hold::Pending(_) | Hold::HandedOver(_)) {
            let context = self.context(plan.caseworker.clone());
            if let Ok(given_away) = decide(Some(&plan), PlanCommand::HandOver { to, transfer }, &context) {
                plan = given_away.iter().fold(plan, Plan::apply);
                events = given_away;
            }
        }
        let today = enplan_domain::danish_day(self.clock.now());
        let change =
            PlanChange { hold, ..PlanChange::of(&stored.row, &plan, &events, Under::Handover, today) };
        change.write().map_err(|_| HandoverError::Unreadable)
    }

    /// Steps a destination that exists.
    pub(crate) async fn step_destination(
        &self,
        transfer: TransferId,
        input: DestinationInput,
        actor: Actor,
        action: &str,
        amend: impl Fn(&mut HandoverRecord),
    ) -> Result<HandoverRecord, HandoverError> {
        let _lock = self.lock(transfer).await;
        self.step_locked_destination(transfer, input, actor, action, amend).await
    }

    async fn step_locked_destination(
        &self,
        transfer: TransferId,
        input: DestinationInput,
        actor: Actor,
        action: &str,
        amend: impl Fn(&mut HandoverRecord),
    ) -> Result<HandoverRecord, HandoverError> {
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let Machine::Destination(destination) = &stored.record.machine else {
                return Err(HandoverError::WrongSide);
            };
            let next = destination.step(input.clone())?;
            if next == *destination {
                return Ok(stored.record.clone());
            }
            let (record, case, packages) = self.destination_after(&stored, destination, next).await?;
            let mut change = Change { case, packages, ..Change::of(record) };
            amend(&mut change.record);
            let came_to_nothing = has_come_to_nothing(&change.record);
            let record = self.save(Expected::Version(stored.version), change, actor.clone(), action).await?;
            if came_to_nothing {
                // Whatever package was sent, it will never be readable here.
                self.vault.destroy_transfer_key(transfer).await?;
            }
            Ok(record)
        })
    }

    async fn destination_after(
        &self,
        stored: &Stored,
        before: &Destination,
        next: Destination,
    ) -> Result<(HandoverRecord, Option<CaseWrite>, Vec<PackageWrite>), HandoverError> {
        let transfer = next.transfer;
        let mut packages = Vec::new();
        if next.has_ended() && next.hold().is_none() {
            // Nothing of the citizen is kept of a handover that came to nothing.
            packages.push(PackageWrite::DeleteAll { transfer });
        }
        let case = match (before.hold(), next.hold(), stored.record.case) {
            (Some(was), Some(hold), Some(case)) if was != hold => {
                let case = self.case(case).await?;
                Some(self.hold_case(&case, hold, transfer, next.from)?)
            }
            _ => None,
        };
        let mut record = stored.record.clone();
        record.machine = Machine::Destination(next);
        Ok((record, case, packages))
    }

    /// Writes one change with its audit leaf and its outbox, and wakes the sender.
    pub(crate) async fn save(
        &self,
        expected: Expected,
        mut change: Change,
        actor: Actor,
        action: &str,
    ) -> Result<HandoverRecord, HandoverError> {
        let now = self.clock.now();
        change.record.updated_at = now;
        let record = change.record;
        let audit = AuditEntry::done(actor, action, record.case.into_iter().collect())
            .of_transfer(record.transfer())
            .saying(record.phase());
        let write = Write {
            case: change.case,
            moves: change.moves,
            transfers: vec![record.write(expected)?],
            packages: change.packages,
            outbox: record.outbox(now),
            ..Write::of(audit)
        };
        self.vault.write(write).await?;
        if !record.wants(Incarnation::default()).is_empty() {
            self.wake.notify_one();
        }
        Ok(record)
    }

    /// Tells a handover what the registry says of its case, and returns what it is then; nothing where this node knows
    /// no such handover. The registry is read under the handover's lock, so that what it said before never comes after
    /// what it says now.
    pub(crate) async fn heard(&self, transfer: TransferId) -> Result<Option<HandoverRecord>, HandoverError> {
        let _lock = self.lock(transfer).await;
        let Some(stored) = self.load(transfer).await? else {
            return Ok(None);
        };
        let Some(record) = self.registry.local(stored.record.handle()).await else {
            return Ok(Some(stored.record));
        };
        let (actor, action) = (self.node(), "handover.log");
        let heard = match stored.record.machine {
            Machine::Source(_) => {
                self.step_locked_source(transfer, SourceInput::Log(record), actor, action).await?
            }
            Machine::Destination(_) => {
                let input = DestinationInput::Log(record);
                self.step_locked_destination(transfer, input, actor, action, |_| {}).await?
            }
        };
        Ok(Some(heard))
    }
}

/// Whether this municipality will never receive the case by this handover.
fn has_come_to_nothing(record: &HandoverRecord) -> bool {
    matches!(&record.machine, Machine::Destination(Destination { phase: DestinationPhase::Ended { .. }, .. }))
}
