//! The ways in which earlier versions of the protocol or of this code failed, step by step.

use enplan_domain::handover::ledger::Refused;
use enplan_domain::handover::{Command, DestinationPhase, SourcePhase};
use enplan_domain::{Epoch, Incarnation, TransferId};
use stateright::Model;

use crate::ONE_FAULT;
use crate::driver::Mutant;
use crate::model::{Action, Bounds, Handover};
use crate::world::{Message, Node, World};

const FIRST: TransferId = TransferId::from_bytes([1; 16]);
const SECOND: TransferId = TransferId::from_bytes([2; 16]);

/// One way through the model.
struct Story {
    model: Handover,
    world: World,
}

impl Story {
    fn begin(mutant: Option<Mutant>) -> Self {
        let model = Handover { bounds: Bounds { offers: 2, ..ONE_FAULT }, mutant };
        let world = World::at_first(ONE_FAULT.faults, ONE_FAULT.edits, true);
        Self { model, world }
    }

    /// Takes the one possible action that is meant; false where it changes nothing.
    fn happens(&mut self, is_meant: impl Fn(&Action) -> bool) -> bool {
        let mut actions = Vec::new();
        self.model.actions(&self.world, &mut actions);
        actions.retain(is_meant);
        assert_eq!(actions.len(), 1, "one action is meant, not {actions:#?}");
        match actions.pop().and_then(|action| self.model.next_state(&self.world, action)) {
            Some(after) => {
                self.world = after;
                true
            }
            None => false,
        }
    }

    fn goes(&mut self, action: &Action) {
        assert!(self.happens(|possible| possible == action), "{action:?} changes nothing");
    }

    fn both_read(&mut self) {
        for node in [Node::A, Node::B] {
            while self.world.node(node).is_up && self.world.node(node).lag > 0 {
                self.goes(&Action::Read(node));
            }
        }
    }

    fn delivers(&mut self, is_meant: impl Fn(&Message) -> bool) -> bool {
        self.happens(|action| matches!(action, Action::Deliver(message) if is_meant(message)))
    }

    fn appends(&mut self, transfer: TransferId, is_meant: impl Fn(&Command) -> bool) -> bool {
        self.happens(|action| {
            matches!(action, Action::Append(proposal)
                if proposal.transfer == transfer && is_meant(&proposal.command))
        })
    }

    /// From the offer until the package lies at the destination.
    fn is_staged(&mut self, from: Node, transfer: TransferId) {
        self.goes(&Action::Offer(from));
        self.is_taken_up(from, transfer);
    }

    /// From the registry's hearing of the offer until the package lies at the destination.
    fn is_taken_up(&mut self, from: Node, transfer: TransferId) {
        assert!(self.appends(transfer, |command| matches!(command, Command::Offer { .. })));
        self.both_read();
        assert!(self.delivers(|message| *message == Message::Preview(transfer)));
        self.goes(&Action::Accept(from.other(), transfer));
        assert!(self.delivers(|message| *message == Message::Acceptance(transfer)));
        assert!(self.delivers(|message| matches!(message, Message::Package(of, _) if *of == transfer)));
    }

    fn is_committed(&mut self, transfer: TransferId) {
        assert!(self.delivers(
            |message| matches!(message, Message::Receipt(receipt) if receipt.transfer == transfer)
        ));
        assert!(self.appends(transfer, |command| matches!(command, Command::Commit { .. })));
        self.both_read();
    }

    fn is_activated(&mut self, to: Node, transfer: TransferId) {
        self.goes(&Action::Open(to, transfer));
        assert!(self.appends(transfer, |command| *command == Command::Activated));
        self.both_read();
    }

    fn is_writable(&self, node: Node) -> bool {
        self.world.node(node).is_writable()
    }

    fn broken(&self) -> Vec<&'static str> {
        let mut properties = self.model.properties();
        properties.retain(|property| property.name.starts_with(['I', 'n']));
        properties.retain(|property| !(property.condition)(&self.model, &self.world));
        properties.iter().map(|property| property.name).collect()
    }
}

/// A restored source knew the offer but not that it had sent a commit; the commit of its old life comes late.
fn an_old_life_commits(mutant: Option<Mutant>) -> (Story, bool) {
    let mut story = Story::begin(mutant);
    story.goes(&Action::Offer(Node::A));
    assert!(story.appends(FIRST, |command| matches!(command, Command::Offer { .. })));
    story.both_read();
    story.goes(&Action::Backup(Node::A));
    assert!(story.delivers(|message| *message == Message::Preview(FIRST)));
    story.goes(&Action::Accept(Node::B, FIRST));
    assert!(story.delivers(|message| *message == Message::Acceptance(FIRST)));
    assert!(story.delivers(|message| matches!(message, Message::Package(..))));
    assert!(story.delivers(|message| matches!(message, Message::Receipt(_))));
    story.goes(&Action::Restore(Node::A));
    story.goes(&Action::Boot(Node::A));
    assert!(story.is_writable(Node::A), "the restored source serves: the offer is open and not committed");
    let took = story.appends(
        FIRST,
        |command| matches!(command, Command::Commit { incarnation, .. } if *incarnation == Incarnation(1)),
    );
    (story, took)
}

#[test]
fn the_commit_of_an_old_life_of_a_restored_source_is_refused() {
    let (story, took) = an_old_life_commits(None);
    assert!(!took);
    assert_eq!(story.world.owner(), (Node::A, Epoch::FIRST));
    assert_eq!(story.broken(), Vec::<&str>::new());
}

#[test]
fn without_started_the_commit_of_an_old_life_takes_the_plan_from_a_source_that_serves_it() {
    let (story, took) = an_old_life_commits(Some(Mutant::NoStarted));
    assert!(took);
    assert!(story.is_writable(Node::A));
    assert_eq!(story.broken(), ["I2 writable implies registry owner and equal epoch"]);
}

/// A source restored to before its offer and a destination that gave up would leave the plan with nobody. There is no
/// way to give up: the destination finds the package again, and the source learns that it gave the plan away.
#[test]
fn a_committed_plan_reaches_its_destination_although_the_source_was_restored() {
    let mut story = Story::begin(None);
    story.goes(&Action::Backup(Node::A));
    story.goes(&Action::Edit(Node::A));
    story.is_staged(Node::A, FIRST);
    story.is_committed(FIRST);
    story.goes(&Action::Restore(Node::A));
    let mut actions = Vec::new();
    story.model.actions(&story.world, &mut actions);
    assert!(!actions.contains(&Action::Reject(Node::B, FIRST)), "a destination can't say no any more");
    story.goes(&Action::Boot(Node::A));
    assert!(!story.is_writable(Node::A));
    story.is_activated(Node::B, FIRST);
    assert!(story.is_writable(Node::B));
    assert_eq!(story.world.node(Node::B).vault.row.map(|row| row.version), Some(1));
    assert_eq!(story.broken(), Vec::<&str>::new());
}

/// Found by the checker: the destination opened the old package again and served it beside the new owner.
#[test]
fn a_destination_restored_from_before_the_commit_does_not_bring_back_what_it_has_given_on() {
    let mut story = Story::begin(None);
    story.is_staged(Node::A, FIRST);
    story.goes(&Action::Backup(Node::B));
    story.is_committed(FIRST);
    story.is_activated(Node::B, FIRST);
    story.is_staged(Node::B, SECOND);
    story.is_committed(SECOND);
    story.is_activated(Node::A, SECOND);
    story.goes(&Action::Restore(Node::B));
    story.goes(&Action::Boot(Node::B));
    let destination = &story.world.node(Node::B).vault.destinations[&FIRST];
    assert!(matches!(destination.phase, DestinationPhase::Ended { .. }), "{destination:?}");
    assert!(story.is_writable(Node::A));
    assert_eq!(story.broken(), Vec::<&str>::new());
}

/// Found by the checker: once the handover back was known, the row from before the first one was served again.
#[test]
fn a_source_restored_from_before_there_and_back_does_not_serve_its_old_row_meanwhile() {
    let mut story = Story::begin(None);
    story.goes(&Action::Backup(Node::A));
    story.is_staged(Node::A, FIRST);
    story.is_committed(FIRST);
    story.is_activated(Node::B, FIRST);
    story.is_staged(Node::B, SECOND);
    story.is_committed(SECOND);
    story.goes(&Action::Restore(Node::A));
    story.goes(&Action::Boot(Node::A));
    for _ in 0..3 {
        assert!(!story.is_writable(Node::A));
        story.happens(|action| *action == Action::Compare(Node::A));
    }
    assert!(story.delivers(|message| matches!(message, Message::Package(of, _) if *of == SECOND)));
    story.is_activated(Node::A, SECOND);
    assert!(story.is_writable(Node::A));
    assert_eq!(story.broken(), Vec::<&str>::new());
}

/// Found by walking back: the refused offer was appended once more, opened, and nobody wanted it closed.
#[test]
fn an_offer_refused_and_then_taken_late_is_aborted() {
    let mut story = Story::begin(None);
    story.goes(&Action::Backup(Node::A));
    story.goes(&Action::Offer(Node::A));
    story.goes(&Action::Restore(Node::A));
    story.goes(&Action::Boot(Node::A));
    story.goes(&Action::Offer(Node::A));
    assert!(story.appends(FIRST, |command| matches!(command, Command::Offer { .. })));
    assert!(story.appends(SECOND, |command| matches!(command, Command::Offer { .. })), "the refusal is news");
    let refused = Message::OfferRefused(SECOND, Refused::AnotherUnderWay);
    assert!(story.delivers(|message| *message == refused));
    story.both_read();
    assert!(story.appends(FIRST, |command| *command == Command::Abort), "the forgotten offer is aborted");
    assert!(story.appends(SECOND, |command| matches!(command, Command::Offer { .. })), "a late copy opens");
    story.both_read();
    let phase = |story: &Story| story.world.node(Node::A).vault.sources[&SECOND].phase.clone();
    assert!(matches!(phase(&story), SourcePhase::Aborting { .. }));
    assert!(story.appends(SECOND, |command| *command == Command::Abort));
    story.both_read();
    assert!(matches!(phase(&story), SourcePhase::Aborted { .. }));
    assert!(story.is_writable(Node::A));
}
