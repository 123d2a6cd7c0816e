//! `meeting ..`.

use enplan_domain::CaseId;
use enplan_proto::plan::v1::change_item_request::Change;
use enplan_proto::plan::v1::{self, GetAgendaRequest, HoldMeetingRequest, PlanMeetingRequest};

use super::plan::not_changed;
use super::{lines, writing};
use crate::arguments::{HeldMeeting, MeetingVerb, PlannedMeeting, WhichMeeting, Words};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{Agenda, MeetingWritten};
use crate::terminal::Terminal;

/// Carries out what can be done with network meetings.
pub(crate) async fn run(verb: MeetingVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        MeetingVerb::Agenda { case } => agenda(case, node, terminal).await,
        MeetingVerb::Plan(meeting) => plan(*meeting, None, node, terminal).await,
        MeetingVerb::Record { meeting, held } => plan(*meeting, Some(held), node, terminal).await,
        MeetingVerb::Hold { which, day, held } => {
            let on = day.on.map(|day| day.to_string()).unwrap_or_default();
            hold(which, on, held, node, terminal).await
        }
        MeetingVerb::Move { which, on, at, place } => {
            let (at, place) = (at.unwrap_or_default(), optional(place.as_ref())?);
            let to = v1::MoveMeeting { on: on.to_string(), at, place };
            writing::tell((which.case, which.item, which.seen), Change::Move(to), node, terminal).await
        }
        MeetingVerb::Cancel { which, reason } => {
            let drop = v1::DropItem { reason: input::words(&reason)? };
            writing::tell((which.case, which.item, which.seen), Change::Drop(drop), node, terminal).await
        }
        MeetingVerb::Correct { which, minutes } => {
            let correct = v1::CorrectMinutes { minutes: input::words(&minutes)? };
            writing::tell((which.case, which.item, which.seen), Change::Correct(correct), node, terminal)
                .await
        }
    }
}

async fn agenda(case: CaseId, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = GetAgendaRequest { case_id: case.to_string() };
    let answer = node.coordination().get_agenda(request).await?.into_inner();
    terminal.show(&Agenda::of(case.to_string(), answer))?;
    terminal.suggest(&[format!("meeting plan {case} --sector SEKTOR --on DAG --invite citizen")]);
    Ok(())
}

async fn plan(
    meeting: PlannedMeeting,
    held: Option<HeldMeeting>,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let case = meeting.item.case;
    let was_held = held.is_some();
    let request = PlanMeetingRequest {
        case_id: case.to_string(),
        version: meeting.item.seen.version,
        sector: meeting.item.sector,
        on: meeting.on.to_string(),
        at: meeting.at.unwrap_or_default(),
        place: optional(meeting.place.as_ref())?,
        text: optional(meeting.about.as_ref())?,
        participants: lines::of(&meeting.invite, lines::participant)?,
        held: held.map(|held| self::held(&held)).transpose()?,
    };
    let answer = node.coordination().plan_meeting(request).await;
    let answer = answer.map_err(|status| not_changed(status, case))?.into_inner();
    let next = if was_held {
        format!("plan show {case}")
    } else {
        format!("meeting hold {case} {} --minutes @FIL", answer.item_id)
    };
    terminal.show(&MeetingWritten::of(case, answer.item_id, answer.decisions, answer.version))?;
    terminal.suggest(&[next]);
    Ok(())
}

async fn hold(
    which: WhichMeeting,
    on: String,
    held: HeldMeeting,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let WhichMeeting { case, item, seen } = which;
    let request = HoldMeetingRequest {
        case_id: case.to_string(),
        version: seen.version,
        item_id: item.clone(),
        on,
        held: Some(self::held(&held)?),
    };
    let answer = node.coordination().hold_meeting(request).await;
    let answer = answer.map_err(|status| not_changed(status, case))?.into_inner();
    terminal.show(&MeetingWritten::of(case, item, answer.decisions, answer.version))?;
    terminal.suggest(&[format!("plan show {case}")]);
    Ok(())
}

fn held(held: &HeldMeeting) -> Result<v1::HeldMeeting, Failure> {
    Ok(v1::HeldMeeting {
        minutes: input::words(&held.minutes)?,
        absent: held.absent.clone(),
        also: lines::of(&held.also, lines::participant)?,
        decisions: lines::of(&held.decision, lines::decision)?,
    })
}

fn optional(words: Option<&Words>) -> Result<String, Failure> {
    Ok(words.map(input::words).transpose()?.unwrap_or_default())
}
