//! A network meeting is planned, moved, held: what it decided, and the actions that became of it, in one go.

use std::collections::BTreeSet;

use jiff::civil::Time;
use uuid::Uuid;

use super::agreement::Agreement;
use super::command::NewItem;
use super::coordination::agenda;
use super::item::{Item, ItemKind, Link, LinkRole, Status};
use super::key::ItemKey;
use super::meeting::{Held, Meeting, NewDecision, NewMeeting, Participant};
use super::provenance::Voice;
use super::when::When;
use super::writing::{check_day, check_held, here, new_item, required};
use super::{Plan, PlanEvent, PlanRefusal};
use crate::{Context, Narrative};

/// The most people at one meeting, and the most decisions of it.
const MOST: usize = 100;

impl Plan {
    /// Plans a meeting; with `held` one that has been, which nobody had planned.
    pub(super) fn convene(
        &self,
        id: Uuid,
        new: NewMeeting,
        held: Option<Held>,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let NewMeeting { sector, on, at, place, text, participants } = new;
        let mut item = new_item(("Encounter", id), ItemKind::NetworkMeeting, sector, context)?;
        item.status = Status::Planned;
        item.starts = Some(on);
        item.text = text;
        let participants: Vec<_> =
            participants.into_iter().map(|one| Participant { came: None, ..one }).collect();
        check_participants(&participants)?;
        item.meeting = Some(Box::new(Meeting { at, place, participants, agenda: Vec::new() }));
        match held {
            None => self.record_new(item, context),
            Some(held) => {
                check_day(on, context)?;
                self.held(item, on, held, context)
            }
        }
    }

    /// Holds a meeting that was planned.
    pub(super) fn hold_meeting(
        &self,
        key: &ItemKey,
        on: When,
        held: Held,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let there = self.items.get(key).ok_or(PlanRefusal::NoSuchItem)?;
        match (there.kind, there.status) {
            (ItemKind::NetworkMeeting, Status::Planned) => self.held(there.clone(), on, held, context),
            (ItemKind::NetworkMeeting, _) => Err(PlanRefusal::ItemIsOver),
            _ => Err(PlanRefusal::NotForThisKind),
        }
    }

    /// The meeting as it was held, with the agenda that the plan made then, what it decided, and what became of that.
    fn held(
        &self,
        mut item: Item,
        on: When,
        held: Held,
        context: &Context,
    ) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let Held { minutes, absent, also, decisions } = held;
        check_held(on, context)?;
        let mut meeting = item.meeting.take().unwrap_or_default();
        if absent.iter().any(|number| !(1..=meeting.participants.len()).contains(number)) {
            return Err(PlanRefusal::NoSuchParticipant);
        }
        for (number, participant) in (1..).zip(&mut meeting.participants) {
            participant.came = Some(!absent.contains(&number));
        }
        let also = also.into_iter().map(|one| Participant { invited: false, came: Some(true), ..one });
        meeting.participants.extend(also);
        check_participants(&meeting.participants)?;
        if decisions.len() > MOST {
            return Err(PlanRefusal::TooManyAtAMeeting);
        }
        meeting.agenda = agenda(self, context.today(), &context.adopted);
        item.meeting = Some(meeting);
        item.status = Status::Ended;
        item.starts = Some(on);
        item.outcome = required(minutes)?;

        let mut ids = BTreeSet::new();
        let mut events = Vec::new();
        let (key, sector) = (item.key.clone(), item.sector.clone());
        events.extend(self.record_meeting(item, context)?);
        for decision in decisions {
            for id in
                [Some(decision.id), decision.action.as_ref().map(|action| action.id)].into_iter().flatten()
            {
                if !ids.insert(id) {
                    return Err(PlanRefusal::IdInUse);
                }
            }
            if decision.by.day() < on.day() {
                return Err(PlanRefusal::DecisionBeforeMeeting);
            }
            let mut item = new_item(("Task", decision.id), ItemKind::Decision, sector.clone(), context)?;
            item.status = Status::Active;
            item.text = required(decision.text.clone())?;
            if decision.doer.is_empty() {
                return Err(PlanRefusal::DecisionWithoutDoer);
            }
            item.doer = decision.doer.clone();
            item.starts = Some(on);
            item.ends = Some(decision.by);
            item.links.insert(link(LinkRole::DecidedAt, key.clone()));
            let action = self.decided_action(&decision, &key, context)?;
            item.links.extend(action.as_ref().map(|action| link(LinkRole::Outcome, action.key.clone())));
            events.extend(
                action.map(|action| self.record_new(action, context)).transpose()?.into_iter().flatten(),
            );
            events.extend(self.record_new(item, context)?);
        }
        Ok(events)
    }

    /// A meeting that is there already is changed, and a new one is new.
    fn record_meeting(&self, item: Item, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let planned = self.items.get(&item.key).is_some_and(|there| there.status == Status::Planned);
        if planned { Ok(vec![recorded(item, context)]) } else { self.record_new(item, context) }
    }

    fn decided_action(
        &self,
        decision: &NewDecision,
        meeting: &ItemKey,
        context: &Context,
    ) -> Result<Option<Item>, PlanRefusal> {
        let Some(action) = &decision.action else { return Ok(None) };
        let new = NewItem::Action {
            sector: action.sector.clone(),
            text: decision.text.clone(),
            starts: None,
            ends: None,
            goal: action.goal.clone(),
            taken_from: None,
            agreed: Agreement::default(),
        };
        let mut item = self.made_of(action.id, new, context)?;
        item.doer = decision.doer.clone();
        item.links.insert(link(LinkRole::DecidedAt, meeting.clone()));
        Ok(Some(item))
    }
}

/// Another day, time or place for a meeting that is planned. A place that is empty stays as it was.
pub(super) fn moved(
    item: &mut Item,
    on: When,
    at: Option<Time>,
    place: Narrative,
    context: &Context,
) -> Result<(), PlanRefusal> {
    check_day(on, context)?;
    item.starts = Some(on);
    if let Some(meeting) = &mut item.meeting {
        meeting.at = at;
        if !place.is_empty() {
            meeting.place = place;
        }
    }
    Ok(())
}

fn recorded(item: Item, context: &Context) -> PlanEvent {
    let item = Item { provenance: here(context), ..item };
    PlanEvent::ItemRecorded { stamp: context.stamp(), item: Box::new(item) }
}

fn link(role: LinkRole, target: ItemKey) -> Link {
    Link { role, target, rank: None }
}

fn check_participants(participants: &[Participant]) -> Result<(), PlanRefusal> {
    let nameless = |one: &Participant| one.name.is_empty() && one.relation == Voice::Professional;
    if participants.len() > MOST {
        Err(PlanRefusal::TooManyAtAMeeting)
    } else if participants.iter().any(nameless) {
        Err(PlanRefusal::ParticipantWithoutName)
    } else {
        Ok(())
    }
}
