//! A plan gets another coordinating caseworker: never without a word to the new one.

use uuid::Uuid;

use super::command::ItemChange;
use super::item::{Item, ItemKind, Status};
use super::section::Sector;
use super::writing::new_note;
use super::{Plan, PlanEvent, PlanRefusal};
use crate::{Context, Narrative, UserName};

impl Plan {
    /// Gives the plan to another caseworker with a note, which stands on the plan until the one who has it then says that it
    /// is read.
    pub(super) fn hand_on(
        &self,
        id: Uuid,
        caseworker: UserName,
        note: Narrative,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if self.caseworker == caseworker {
            return Ok(Vec::new());
        }
        // What is said of a whole plan belongs to no one sector.
        let mut item = new_note(id, Sector::known("unsorted"), note, context)?;
        item.status = Status::Active;
        item.note_to = Some(caseworker.clone());
        let mut events = vec![PlanEvent::CaseworkerChanged { stamp: context.stamp(), caseworker }];
        events.extend(self.record_new(item, context)?);
        Ok(events)
    }

    /// What former caseworkers wrote to the one who has the plan now, and nobody has said is read: by key.
    pub fn unread_notes(&self) -> impl Iterator<Item = &Item> {
        self.items_of(ItemKind::Note).filter(|note| note.note_to.is_some() && note.status == Status::Active)
    }

    /// Only who has the plan can say that they have read what was written to them.
    pub(super) fn check_reader(
        &self,
        note: &Item,
        change: &ItemChange,
        context: &Context,
    ) -> Result<(), PlanRefusal> {
        let is_read = note.note_to.is_some() && matches!(change, ItemChange::Finish { .. });
        if is_read && self.caseworker != context.actor {
            return Err(PlanRefusal::NotTheirNote);
        }
        Ok(())
    }
}
