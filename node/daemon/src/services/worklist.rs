//! The work list: what is due in the plans of the caller and their unit, and what waits beside them: moves, offers from
//! either side, requests. No plan is opened for it: each summary keeps what is due in its plan, and how that stands is found
//! when it is read.

use std::collections::HashMap;
use std::sync::Arc;

use enplan_domain::access::{self, Action, Resource};
use enplan_domain::catalogue::Adopted;
use enplan_domain::deadlines::{self, Deadline, Standing, Urgency};
use enplan_domain::handover::{Destination, DestinationPhase, SourcePhase};
use enplan_domain::plan::{Life, PlanSummary, When};
use enplan_domain::{CaseId, Date, RequestId, TransferId, danish_day};
use enplan_federation::{HandoverRecord, Machine};
use enplan_proto::worklist::v1 as proto;
use enplan_proto::worklist::v1::worklist_service_server::WorklistService;
use enplan_vault::{AuditEntry, CaseFilter, CaseRow, CaseSummary, Look, Write};
use futures::future::try_join_all;
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

/// A line, with what it is sorted by.
type Listed = (Standing, proto::Line);

/// A deadline, and the handover or the request that it is of, where it is one's.
struct Due {
    deadline: Deadline,
    transfer: Option<TransferId>,
    request: Option<RequestId>,
}

impl Due {
    fn of(deadline: Deadline) -> Self {
        Self { deadline, transfer: None, request: None }
    }
}

/// What somebody asked to see, and the day that it is.
struct Asked<'a> {
    today: Date,
    until: Date,
    overdue_only: bool,
    unit: Option<&'a str>,
    adopted: &'a Adopted,
}

impl Asked<'_> {
    /// How this stands, where it is on the list.
    fn lists(&self, due: &Due) -> Option<Standing> {
        let standing = due.deadline.standing(self.today, self.adopted)?;
        let is_listed =
            standing.due <= self.until && (!self.overdue_only || standing.urgency == Urgency::Overdue);
        is_listed.then_some(standing)
    }

    fn is_of_unit(&self, unit: Option<&str>) -> bool {
        self.unit.is_none_or(|asked| unit == Some(asked))
    }

    /// The lines of this, each under what is known of whose it is.
    fn lines(&self, due: impl IntoIterator<Item = Due>, whose: &proto::Line) -> Vec<Listed> {
        let line = |due: Due| {
            let standing = self.lists(&due)?;
            let id = |id: Option<String>| id.unwrap_or_default();
            let deadline = enplan_proto::plan::v1::Deadline {
                transfer_id: id(due.transfer.map(|transfer| transfer.to_string())),
                request_id: id(due.request.map(|request| request.to_string())),
                ..show_deadline::shown(&due.deadline, standing)
            };
            Some((standing, proto::Line { deadline: Some(deadline), ..whose.clone() }))
        };
        due.into_iter().filter_map(line).collect()
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
        let asked = Asked {
            today,
            until: day("until", &request.until)?.map_or(ahead, When::day),
            overdue_only: request.overdue_only,
            unit: optional(&request.unit),
            adopted: &self.0.adopted,
        };
        let handovers = self.0.handovers.list(false).await?;
        let mut lines = self.of_cases(caller, &asked, &handovers).await?;
        lines.extend(self.of_offers(caller, &asked, &handovers).await?);
        lines.extend(self.of_requests(caller, &asked).await?);
        lines.sort_by(|(one, left), (other, right)| one.cmp(other).then_with(|| left.name.cmp(&right.name)));
        Ok(proto::ListDeadlinesResponse {
            today: today.to_string(),
            until: asked.until.to_string(),
            lines: lines.into_iter().map(|(_, line)| line).collect(),
        })
    }

    /// What is due in the plans, and beside them: their moves, and offers of them that stand.
    async fn of_cases(
        &self,
        caller: &Caller,
        asked: &Asked<'_>,
        handovers: &[HandoverRecord],
    ) -> Result<Vec<Listed>, Failure> {
        let moves = self.0.handovers.waiting_moves().await?;
        let moves: HashMap<_, _> =
            moves.iter().filter_map(|(case, docket)| Some((*case, deadlines::of_moves(docket)?))).collect();
        let offers: HashMap<_, _> = handovers.iter().filter_map(|record| self.offered_away(record)).collect();
        let due = |kept: &[Deadline], case: CaseId| -> Vec<Due> {
            let of_case = kept.iter().chain(moves.get(&case)).cloned().map(Due::of);
            let offer = offers
                .get(&case)
                .map(|(transfer, deadline)| Due { transfer: Some(*transfer), ..Due::of(deadline.clone()) });
            of_case.chain(offer).collect()
        };
        let shown = |case: &CaseSummary| {
            if !asked.is_of_unit(case.row.unit.as_deref()) {
                return None;
            }
            let read = case.plan_summary().map(|summary| {
                let is_over = summary.life != Life::Open;
                let kept = summary.due().filter(|_| !is_over).map(|kept| due(kept, case.row.case));
                (summary, if is_over { Some(Vec::new()) } else { kept })
            });
            // What can't be read is told of, and what other rules found is shown until the plan has been looked into.
            let is_shown = read.as_ref().ok().and_then(|(_, due)| due.as_ref());
            is_shown.is_none_or(|due| due.iter().any(|due| asked.lists(due).is_some())).then_some(read)
        };
        let mut lines = Vec::new();
        for (case, read) in cases(&self.0, caller, false, shown).await? {
            let (summary, kept) = read?;
            let due = match kept {
                Some(due) => due,
                None => due(&self.looked_up(case.row.case).await?, case.row.case),
            };
            lines.extend(asked.lines(due, &whose(&case, &summary)));
        }
        Ok(lines)
    }

    /// What is due in a plan whose summary does not say so by today's rules.
    async fn looked_up(&self, case: CaseId) -> Result<Vec<Deadline>, Failure> {
        let Some(stored) = self.0.vault.case_for_protocol(case).await? else { return Ok(Vec::new()) };
        Ok(deadlines::deadlines(&stored.plan()?))
    }

    /// An offer of a case here that waits: for the other municipality, or for an answer to what it asks.
    fn offered_away(&self, record: &HandoverRecord) -> Option<(CaseId, (TransferId, Deadline))> {
        let Machine::Source(source) = &record.machine else { return None };
        let is_unanswered = matches!(source.phase, SourcePhase::Offered { .. });
        let case = record.case.filter(|_| is_unanswered)?;
        let asks_us = record.thread.awaits_answer_of(self.0.municipality);
        let deadline = deadlines::offered_away(danish_day(record.preview.deadline), asks_us);
        Some((case, (record.transfer(), deadline)))
    }

    /// What others have offered and nobody here has answered: for whoever may. It has no case here, so that each is in the log
    /// by its handover, as when handovers are listed.
    async fn of_offers(
        &self,
        caller: &Caller,
        asked: &Asked<'_>,
        handovers: &[HandoverRecord],
    ) -> Result<Vec<Listed>, Failure> {
        let (mut lines, mut looks) = (Vec::new(), Vec::new());
        for record in handovers {
            let Machine::Destination(Destination { phase: DestinationPhase::Previewed, .. }) =
                &record.machine
            else {
                continue;
            };
            let unit = record.unit.as_deref();
            let incoming = Resource::IncomingHandover { unit: unit.and_then(|unit| unit.parse().ok()) };
            let may_answer = access::decide(&caller.user, Action::AcceptHandover, &incoming).is_ok();
            if !may_answer || !asked.is_of_unit(unit) {
                continue;
            }
            let until = danish_day(record.preview.deadline);
            let due = Due {
                transfer: Some(record.transfer()),
                ..Due::of(deadlines::offered_here(until, record.counterpart()))
            };
            let whose = proto::Line { unit: unit.unwrap_or_default().to_owned(), ..proto::Line::default() };
            let listed = asked.lines([due], &whose);
            if !listed.is_empty() {
                let action = Action::ListHandovers.as_str();
                let look = AuditEntry::done(caller.actor.clone(), action, Vec::new());
                looks.push(self.0.vault.write(Write::of(look.of_transfer(record.transfer()))));
            }
            lines.extend(listed);
        }
        try_join_all(looks).await?;
        Ok(lines)
    }

    /// What the caller and their unit have asked other municipalities for, and has not come.
    async fn of_requests(&self, caller: &Caller, asked: &Asked<'_>) -> Result<Vec<Listed>, Failure> {
        if access::decide(&caller.user, Action::AskForPlan, &Resource::Node).is_err() {
            return Ok(Vec::new());
        }
        let mut lines = Vec::new();
        for (id, request, arrived) in self.0.plan_requests(caller).await? {
            if arrived.is_some() || !asked.is_of_unit(request.unit.as_deref()) {
                continue;
            }
            let until = danish_day(request.lapses_at());
            let due = Due { request: Some(id), ..Due::of(deadlines::asked_elsewhere(until, request.from)) };
            let masked = request.cpr.masked();
            let whose = proto::Line {
                test_data: is_test_data(&masked),
                cpr_masked: masked,
                caseworker: request.asked_by.to_string(),
                unit: request.unit.unwrap_or_default(),
                ..proto::Line::default()
            };
            lines.extend(asked.lines([due], &whose));
        }
        if !lines.is_empty() {
            let look = AuditEntry::done(caller.actor.clone(), "see-plan-requests", Vec::new());
            self.0.vault.write(Write::of(look)).await?;
        }
        Ok(lines)
    }
}

/// Whose case it is.
fn whose(case: &CaseSummary, summary: &PlanSummary) -> proto::Line {
    let masked = summary.masked_cpr.reveal();
    proto::Line {
        case_id: case.row.case.to_string(),
        name: summary.name.reveal().to_owned(),
        cpr_masked: masked.to_owned(),
        protected: summary.protected,
        test_data: is_test_data(masked),
        caseworker: summary.caseworker.to_string(),
        unit: case.row.unit.clone().unwrap_or_default(),
        deadline: None,
    }
}

/// Replacement numbers: the day and sixty.
fn is_test_data(masked: &str) -> bool {
    masked.as_bytes().first().is_some_and(|first| *first >= b'6')
}

/// The caller's cases and their unit's, of those that a list shows, each with what it shows. One audit leaf names every one
/// of them.
pub(super) async fn cases<T>(
    desk: &Desk,
    caller: &Caller,
    handed_over_too: bool,
    shown: impl Fn(&CaseSummary) -> Option<T>,
) -> Result<Vec<(CaseSummary, T)>, Failure> {
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
    Ok(desk.vault.list_shown(filter, look, may_see, shown).await?)
}
