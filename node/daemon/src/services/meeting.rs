//! Network meetings, from messages to what the plan's rules take.

use enplan_domain::plan::{DecidedAction, Held, NewDecision, NewMeeting, Participant, PlanRefusal};
use enplan_proto::plan::v1 as proto;
use jiff::civil::Time;
use uuid::Uuid;

use super::field::{day, item, missing, narrative, optional, sector};
use super::voice;
use crate::failure::Failure;

/// A meeting to plan.
pub(super) fn new(request: &proto::PlanMeetingRequest) -> Result<NewMeeting, Failure> {
    Ok(NewMeeting {
        sector: sector(&request.sector)?,
        on: day("on", &request.on)?.ok_or_else(|| missing("on"))?,
        at: time(&request.at)?,
        place: narrative("place", &request.place)?,
        text: narrative("text", &request.text)?,
        participants: participants(&request.participants, true)?,
    })
}

/// What became of a meeting. The ids of what is new are made here.
pub(super) fn held(held: proto::HeldMeeting) -> Result<Held, Failure> {
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Held {
        minutes: narrative("minutes", &held.minutes)?,
        absent: held.absent.into_iter().map(number).collect(),
        also: participants(&held.also, false)?,
        decisions: held.decisions.iter().map(decision).collect::<Result<_, _>>()?,
    })
}

/// What it decided, by the ids that it was recorded under.
pub(super) fn taken(held: &Held) -> Vec<proto::DecisionTaken> {
    let taken = |decision: &NewDecision| proto::DecisionTaken {
        item_id: format!("Task/{}", decision.id),
        action_id: decision
            .action
            .as_ref()
            .map(|action| format!("CarePlan/{}", action.id))
            .unwrap_or_default(),
    };
    held.decisions.iter().map(taken).collect()
}

/// A time of day; nothing where none is said.
pub(super) fn time(text: &str) -> Result<Option<Time>, Failure> {
    let read = |text: &str| {
        Time::strptime("%H:%M", text).map_err(|_| {
            Failure::field(
                "at",
                "NOT_A_TIME",
                "not a time of day",
                "Skriv klokkeslættet som TT:MM, for eksempel 14:30.",
            )
        })
    };
    optional(text).map(read).transpose()
}

fn participants(participants: &[proto::NewParticipant], invited: bool) -> Result<Vec<Participant>, Failure> {
    let participant = |one: &proto::NewParticipant| {
        Ok(Participant {
            name: narrative("participants.name", &one.name)?,
            relation: voice::read(one.relation)?,
            represents: narrative("participants.represents", &one.represents)?,
            invited,
            came: None,
        })
    };
    participants.iter().map(participant).collect()
}

fn decision(decision: &proto::NewDecision) -> Result<NewDecision, Failure> {
    let action = optional(&decision.action_sector)
        .map(|of| {
            Ok::<_, Failure>(DecidedAction {
                id: Uuid::new_v4(),
                sector: sector(of)?,
                goal: item(&decision.action_goal_id, PlanRefusal::NoSuchGoal)?,
            })
        })
        .transpose()?;
    if action.is_none() && optional(&decision.action_goal_id).is_some() {
        return Err(missing("action_sector"));
    }
    Ok(NewDecision {
        id: Uuid::new_v4(),
        text: narrative("decisions.text", &decision.text)?,
        doer: narrative("decisions.doer", &decision.doer)?,
        by: day("decisions.by", &decision.by)?.ok_or_else(|| missing("decisions.by"))?,
        action,
    })
}
