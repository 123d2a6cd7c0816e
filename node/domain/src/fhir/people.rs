//! Third persons: who they are is in no bundle that leaves, and comes into a plan by none that is read.

use crate::plan::{Item, Voice};

/// Takes out who third persons are, and says whether anybody was named: in a relation, or as somebody who is at a meeting for
/// the citizen's sake and not for work.
pub(super) fn forget_third_persons(item: &mut Item) -> bool {
    let mut named = false;
    if let Some(relation) = &mut item.relation {
        named |= relation.person.take().is_some();
    }
    if let Some(meeting) = &mut item.meeting {
        for one in meeting.participants.iter_mut().filter(|one| one.relation != Voice::Professional) {
            named |= !std::mem::take(&mut one.name).is_empty();
        }
    }
    named
}
