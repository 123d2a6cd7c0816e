//! What the two sides of a handover say to each other while it is open.

use enplan_domain::handover::{DestinationPhase, Message, MessageKind, SourcePhase, Thread};
use enplan_domain::{Kommunekode, Narrative, RequestId, Timestamp, TransferId, UserName};
use enplan_vault::{Actor, Expected};
use tonic::Code;

use crate::deliver::NotSent;
use crate::engine::{Change, Handovers, Inner, retrying};
use crate::error::HandoverError;
use crate::record::{HandoverRecord, Machine};
use crate::wire;

impl Handovers {
    /// Says something to the other side of a handover that is open.
    pub async fn say(
        &self,
        transfer: TransferId,
        kind: MessageKind,
        text: Narrative,
        by: UserName,
        actor: Actor,
    ) -> Result<HandoverRecord, HandoverError> {
        self.inner.fence.may_begin()?;
        if self.find(transfer).await?.is_over() {
            return Err(HandoverError::AlreadyAnswered);
        }
        let (inner, id) = (&self.inner, RequestId::from(uuid::Uuid::new_v4()));
        inner
            .amend_thread(transfer, actor, action(kind), |thread, now| {
                Ok(thread.say(id, inner.me, Some(by.clone()), kind, text.clone(), now)?)
            })
            .await
    }
}

/// What the log calls it.
fn action(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Question | MessageKind::Answer => "handover.said",
        MessageKind::Reminder => "handover.reminded",
        MessageKind::Escalation => "handover.escalated",
    }
}

impl HandoverRecord {
    /// Whether somebody's leader was asked to see to it, and it is not answered yet.
    pub fn is_escalated(&self) -> bool {
        self.is_unanswered() && self.thread.is_escalated()
    }

    /// Whether the receiver has still to say yes or no.
    fn is_unanswered(&self) -> bool {
        match &self.machine {
            Machine::Source(source) => matches!(source.phase, SourcePhase::Offered { .. }),
            Machine::Destination(destination) => matches!(destination.phase, DestinationPhase::Previewed),
        }
    }
}

impl Inner {
    async fn amend_thread(
        &self,
        transfer: TransferId,
        actor: Actor,
        action: &str,
        amend: impl Fn(&mut Thread, Timestamp) -> Result<(), HandoverError>,
    ) -> Result<HandoverRecord, HandoverError> {
        let _lock = self.lock(transfer).await;
        retrying!({
            let stored = self.load(transfer).await?.ok_or(HandoverError::NoSuchHandover)?;
            let mut record = stored.record;
            let before = record.thread.clone();
            amend(&mut record.thread, self.clock.now())?;
            if record.thread == before {
                return Ok(record);
            }
            let expected = Expected::Version(stored.version);
            self.save(expected, Change::of(record), actor.clone(), action).await
        })
    }

    /// Hears what the other side says. It is kept after the end too: what was said before it may come after it.
    pub(crate) async fn hear(
        &self,
        from: Kommunekode,
        transfer: TransferId,
        message: Message,
    ) -> Result<(), HandoverError> {
        self.of_counterpart(from, transfer).await?;
        let amend = |thread: &mut Thread, now| Ok(thread.hear(message.clone(), now)?);
        self.amend_thread(transfer, Actor::node(from), "handover.heard", amend).await?;
        Ok(())
    }

    /// Tells the other side what somebody said here. A node that knows no such handover, or takes no more of it, needs no
    /// telling once it is over.
    pub(crate) async fn send_message(&self, record: &HandoverRecord, id: RequestId) -> Result<(), NotSent> {
        let Some(message) = record.thread.undelivered().find(|message| message.id == id) else {
            return Ok(());
        };
        let transfer = record.transfer();
        let said = wire::say_message(transfer, message);
        match self.peers.handover(record.counterpart())?.say_message(said).await {
            Err(status) if status.code() != Code::NotFound || !record.is_over() => return Err(status.into()),
            Ok(_) | Err(_) => {}
        }
        let told = |thread: &mut Thread, _| {
            thread.delivered(id);
            Ok(())
        };
        self.amend_thread(transfer, self.node(), "handover.told", told).await?;
        Ok(())
    }

    /// An offer nears its deadline unanswered: the receiver is reminded, and then its leader is asked to see to it.
    pub(crate) async fn remind_by_time(
        &self,
        record: &HandoverRecord,
        now: Timestamp,
    ) -> Result<(), HandoverError> {
        let Machine::Source(source) = &record.machine else { return Ok(()) };
        let SourcePhase::Offered { registered: true } = source.phase else { return Ok(()) };
        let due = |thread: &Thread| thread.due(self.me, record.began_at, source.deadline, now);
        let Some(kind) = due(&record.thread) else { return Ok(()) };
        let id = RequestId::from(uuid::Uuid::new_v4());
        let words = match kind {
            MessageKind::Escalation => "Fristen udløber snart, og tilbuddet er ikke besvaret.",
            _ => "",
        };
        let text = Narrative::parse(words).unwrap_or_default();
        let say = |thread: &mut Thread, now| match due(thread) {
            Some(kind) => Ok(thread.say(id, self.me, None, kind, text.clone(), now)?),
            None => Ok(()),
        };
        match self.amend_thread(source.transfer, self.node(), action(kind), say).await {
            // A thread that is full says no more by itself.
            Ok(_) | Err(HandoverError::Thread(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
