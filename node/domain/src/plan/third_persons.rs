//! Who third persons are. It is in nothing that leaves, a package or a file: what they are to the citizen goes, and no name,
//! number or word of them. One place, so that what leaves by one door does not leave by another.

use std::collections::BTreeSet;

use super::{Item, Plan, Voice};
use crate::Narrative;

impl Plan {
    /// Whose names may be told of who does something: of those who come to a meeting for work, the caseworker and the citizen.
    pub(crate) fn tellable_doers(&self) -> BTreeSet<String> {
        let meetings = self.items.values().filter_map(|item| item.meeting.as_ref());
        let at_work = meetings
            .flat_map(|meeting| &meeting.participants)
            .filter(|participant| participant.relation == Voice::Professional)
            .map(|participant| &participant.name);
        let names = at_work.chain([&self.citizen.name]).map(folded);
        names.chain([self.caseworker.to_string().to_lowercase()]).filter(|name| !name.is_empty()).collect()
    }

    /// Whether anybody is named in it who would not be in what leaves.
    pub fn names_third_persons(&self) -> bool {
        let tellable = self.tellable_doers();
        let names = |item: &Item| {
            let mut item = item.clone();
            item.forget_third_persons() | item.forget_doer_but(&tellable)
        };
        self.live_items().any(names)
    }
}

impl Item {
    /// Lets go of who third persons are: in a relation, and as somebody who is at a meeting for the citizen's sake and not for
    /// work. Says whether there were any.
    pub(crate) fn forget_third_persons(&mut self) -> bool {
        let mut named = false;
        if let Some(relation) = &mut self.relation {
            named |= relation.person.take().is_some();
        }
        if let Some(meeting) = &mut self.meeting {
            for one in meeting.participants.iter_mut().filter(|one| one.relation != Voice::Professional) {
                named |= !std::mem::take(&mut one.name).is_empty();
                named |= !std::mem::take(&mut one.represents).is_empty();
            }
        }
        named
    }

    /// Lets go of who does it, unless it is one of these, and says whether it was somebody else.
    pub(crate) fn forget_doer_but(&mut self, tellable: &BTreeSet<String>) -> bool {
        let is_told = self.doer.is_empty() || tellable.contains(&folded(&self.doer));
        if !is_told {
            self.doer = Narrative::default();
        }
        !is_told
    }

    /// The same, with what this one tells of third persons and of siblings' cases, and no file does.
    #[must_use]
    pub(crate) fn with_third_persons_of(mut self, before: &Self) -> Self {
        if let (Some(relation), Some(known)) = (&mut self.relation, &before.relation)
            && relation.person.is_none()
        {
            relation.person.clone_from(&known.person);
        }
        if let (Some(meeting), Some(known)) = (&mut self.meeting, &before.meeting) {
            for (one, known) in meeting.participants.iter_mut().zip(&known.participants) {
                if one.relation == known.relation && one.name.is_empty() {
                    one.name = known.name.clone();
                    one.represents = known.represents.clone();
                }
            }
        }
        if self.doer.is_empty() {
            self.doer = before.doer.clone();
        }
        self.shared.clone_from(&before.shared);
        self
    }
}

fn folded(name: &Narrative) -> String {
    name.reveal().trim().to_lowercase()
}
