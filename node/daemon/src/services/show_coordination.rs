//! What the coordination of a plan is about, as messages show it: findings, agendas, meetings.

use enplan_domain::Date;
use enplan_domain::plan::findings::{self, Acknowledged};
use enplan_domain::plan::{AgendaPoint, Finding, Item, Plan, Reach, Topic};
use enplan_domain::terminology::Terminology;
use enplan_federation::wire::proto_time;
use enplan_proto::plan::v1 as proto;

use super::{Desk, voice};

/// What does not hang together in a plan on a day.
pub(super) fn findings(desk: &Desk, plan: &Plan, day: Date, words: &Terminology) -> Vec<proto::Finding> {
    let found = findings::findings(plan, day, &desk.adopted);
    found.into_iter().map(|finding| self::finding(plan, finding, day, words)).collect()
}

fn finding(plan: &Plan, finding: Finding, day: Date, words: &Terminology) -> proto::Finding {
    proto::Finding {
        code: finding.code.as_str().to_owned(),
        title: finding.code.danish().to_owned(),
        text: finding.in_danish(plan, day, words),
        items: finding.items.iter().map(ToString::to_string).collect(),
        conflict: finding.code.is_conflict(),
        acknowledged: finding.acknowledged.map(acknowledged),
    }
}

fn acknowledged(seen: Acknowledged) -> proto::Acknowledgement {
    proto::Acknowledgement {
        by: seen.by.map(|by| by.to_string()).unwrap_or_default(),
        at: Some(proto_time(seen.at)),
        reason: seen.reason.reveal().to_owned(),
        item_id: seen.note.to_string(),
    }
}

/// An agenda, with the words that the plan has now. What is gone from it is not shown.
pub(super) fn agenda(plan: &Plan, points: &[AgendaPoint], words: &Terminology) -> Vec<proto::AgendaPoint> {
    let point = |point: &AgendaPoint| {
        Some(proto::AgendaPoint {
            topic: topic(point.topic).into(),
            finding: point.finding.map(|code| code.as_str().to_owned()).unwrap_or_default(),
            text: point.in_danish(plan, words)?,
            items: point.items.iter().map(ToString::to_string).collect(),
        })
    };
    points.iter().filter_map(point).collect()
}

/// What there is to a network meeting; nothing of anything else.
pub(super) fn meeting(plan: &Plan, item: &Item, words: &Terminology) -> Option<proto::Meeting> {
    let meeting = item.meeting.as_deref()?;
    let participants = meeting.participants.iter().map(|participant| proto::Participant {
        name: participant.name.reveal().to_owned(),
        relation: voice::shown(Some(participant.relation)).into(),
        represents: participant.represents.reveal().to_owned(),
        invited: participant.invited,
        attendance: match participant.came {
            None => proto::Attendance::Unspecified,
            Some(true) => proto::Attendance::Came,
            Some(false) => proto::Attendance::Absent,
        }
        .into(),
    });
    Some(proto::Meeting {
        at: meeting.at.map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default(),
        place: meeting.place.reveal().to_owned(),
        participants: participants.collect(),
        agenda: agenda(plan, &meeting.agenda, words),
    })
}

/// How far a goal is.
pub(super) fn reach(reach: Option<Reach>) -> proto::Reach {
    match reach {
        None => proto::Reach::Unspecified,
        Some(Reach::Reached) => proto::Reach::Reached,
        Some(Reach::Closer) => proto::Reach::Closer,
        Some(Reach::Unchanged) => proto::Reach::Unchanged,
        Some(Reach::FurtherAway) => proto::Reach::FurtherAway,
    }
}

fn topic(topic: Topic) -> proto::Topic {
    match topic {
        Topic::Conflict => proto::Topic::Conflict,
        Topic::Wish => proto::Topic::Wish,
        Topic::GoalWithoutAction => proto::Topic::GoalWithoutAction,
        Topic::WaitsForReadiness => proto::Topic::WaitsForReadiness,
        Topic::OverdueFollowUp => proto::Topic::OverdueFollowUp,
        Topic::DecisionNotDone => proto::Topic::DecisionNotDone,
    }
}
