//! The work list: what is due in the plans of the caller and their unit. No plan is opened for it: each summary keeps what
//! is due in its plan, and how that stands is found when it is read.

use std::collections::HashMap;
use std::sync::Arc;

use enplan_domain::access::{self, Action};
use enplan_domain::deadlines::{Deadline, DeadlineKind, Urgency, WaitsFor, deadlines};
use enplan_domain::handover::SourcePhase;
use enplan_domain::plan::When;
use enplan_domain::{CaseId, Date, Narrative, TransferId, danish_day};
use enplan_federation::Machine;
use enplan_proto::worklist::v1 as proto;
use enplan_proto::worklist::v1::worklist_service_server::WorklistService;
use enplan_vault::{CaseFilter, CaseRow, CaseSummary, Look};
use jiff::ToSpan;
use tonic::{Request, Response, Status};

use super::casework::resource;
use super::field::{day, optional};
use super::{Desk, show_deadline};
use crate::failure::Failure;
use crate::sessions::Caller;

/// How many cases one list holds.
const LONGEST_LIST: u32 = 2_000;

/// So many days ahead are listed where nobody says.
const DAYS_AHEAD: i64 = 30;

pub(super) struct Worklist(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl WorklistService for Worklist {
    async fn list_deadlines(
        &self,
        request: Request<proto::ListDeadlinesRequest>,
    ) -> Result<Response<proto::ListDeadlinesResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ListPlans).await?;
        Ok(Response::new(self.list(&caller, request.get_ref()).await?))
    }
}

impl Worklist {
    async fn list(
        &self,
        caller: &Caller,
        request: &proto::ListDeadlinesRequest,
    ) -> Result<proto::ListDeadlinesResponse, Failure> {
        let today = danish_day(self.0.clock.now());
        let ahead = today.checked_add(DAYS_AHEAD.days()).unwrap_or(Date::MAX);
        let until = day("until", &request.until)?.map_or(ahead, When::day);
        let unit = optional(&request.unit);
        let offers = offers(&self.0).await?;
        let is_listed = |due: &Due| {
            let standing = due.deadline.standing(today, &self.0.adopted);
            standing.is_some_and(|standing| {
                standing.due <= until && (!request.overdue_only || standing.urgency == Urgency::Overdue)
            })
        };
        let is_shown = |case: &CaseSummary| {
            let is_of_unit = unit.is_none_or(|unit| case.row.unit.as_deref() == Some(unit));
            // What an older version wrote is shown until it has been looked into.
            is_of_unit && kept(case, &offers).is_none_or(|due| due.iter().any(is_listed))
        };
        let mut lines = Vec::new();
        for case in cases(&self.0, caller, false, is_shown).await? {
            let due = match kept(&case, &offers) {
                Some(due) => due,
                None => self.looked_up(case.row.case, &offers).await?,
            };
            for due in due.iter().filter(|due| is_listed(due)) {
                if let Some(standing) = due.deadline.standing(today, &self.0.adopted) {
                    lines.push((
                        standing,
                        line(&case, show_deadline::shown(&due.deadline, standing, due.transfer))?,
                    ));
                }
            }
        }
        lines.sort_by(|(one, left), (other, right)| one.cmp(other).then_with(|| left.name.cmp(&right.name)));
        Ok(proto::ListDeadlinesResponse {
            today: today.to_string(),
            until: until.to_string(),
            lines: lines.into_iter().map(|(_, line)| line).collect(),
        })
    }

    /// What is due in a case whose summary does not say so.
    async fn looked_up(&self, case: CaseId, offers: &Offers) -> Result<Vec<Due>, Failure> {
        let Some(stored) = self.0.vault.case_for_protocol(case).await? else { return Ok(Vec::new()) };
        Ok(with_offer(deadlines(&stored.plan()?), case, offers))
    }
}

/// A deadline, and the handover that it is of, where it is one's.
struct Due {
    deadline: Deadline,
    transfer: Option<TransferId>,
}

/// The offers that wait for another municipality's answer, by case.
type Offers = HashMap<CaseId, (TransferId, Date)>;

async fn offers(desk: &Desk) -> Result<Offers, Failure> {
    let waiting = |record: enplan_federation::HandoverRecord| {
        let Machine::Source(source) = &record.machine else { return None };
        let is_unanswered = matches!(source.phase, SourcePhase::Offered { .. });
        let case = record.case.filter(|_| is_unanswered)?;
        Some((case, (record.transfer(), danish_day(record.preview.deadline))))
    };
    Ok(desk.handovers.list(false).await?.into_iter().filter_map(waiting).collect())
}

/// What a case's summary keeps of what is due; nothing where it was written by a version that did not.
fn kept(case: &CaseSummary, offers: &Offers) -> Option<Vec<Due>> {
    // What can't be read is told of when it is shown.
    let kept = case.plan_summary().ok()?.deadlines?;
    Some(with_offer(kept, case.row.case, offers))
}

fn with_offer(kept: Vec<Deadline>, case: CaseId, offers: &Offers) -> Vec<Due> {
    let offer = offers.get(&case).map(|(transfer, until)| Due {
        deadline: Deadline {
            kind: DeadlineKind::HandoverAnswer,
            due: *until,
            waits_for: WaitsFor::Municipality,
            item: None,
            sector: None,
            basis: None,
            exemption: None,
            last_day: None,
            text: Narrative::default(),
        },
        transfer: Some(*transfer),
    });
    kept.into_iter().map(|deadline| Due { deadline, transfer: None }).chain(offer).collect()
}

fn line(case: &CaseSummary, deadline: enplan_proto::plan::v1::Deadline) -> Result<proto::Line, Failure> {
    let summary = case.plan_summary()?;
    let masked = summary.masked_cpr.reveal();
    Ok(proto::Line {
        case_id: case.row.case.to_string(),
        name: summary.name.reveal().to_owned(),
        cpr_masked: masked.to_owned(),
        protected: summary.protected,
        test_data: masked.as_bytes().first().is_some_and(|first| *first >= b'6'),
        caseworker: summary.caseworker.to_string(),
        unit: case.row.unit.clone().unwrap_or_default(),
        deadline: Some(deadline),
    })
}

/// The caller's cases and their unit's, of those that a list shows. One audit leaf names every one of them.
pub(super) async fn cases(
    desk: &Desk,
    caller: &Caller,
    handed_over_too: bool,
    is_shown: impl Fn(&CaseSummary) -> bool,
) -> Result<Vec<CaseSummary>, Failure> {
    let look = Look {
        actor: caller.actor.clone(),
        action: Action::ListPlans.as_str().to_owned(),
        purpose: String::new(),
    };
    let filter = CaseFilter {
        unit: caller.user.unit.as_ref().map(|unit| unit.as_str().to_owned()),
        caseworker: Some(caller.user.name.to_string()),
        handed_over_too,
        limit: LONGEST_LIST,
        after: None,
    };
    let may_see = |row: &CaseRow| {
        let is_served = desk.handovers.fence().may_read(row.handle).is_ok();
        is_served
            && resource(row)
                .is_ok_and(|resource| access::decide(&caller.user, Action::SeePlan, &resource).is_ok())
    };
    Ok(desk.vault.list_shown(filter, look, may_see, is_shown).await?)
}
