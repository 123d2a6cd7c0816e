//! Requests for plans, and subscriptions that end.

use enplan_proto::relocation::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{Municipality, day, instant, or_empty, place, some, time};
use crate::terminal::View;

/// What this municipality has asked another for.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlanRequest {
    request_id: String,
    cpr_masked: String,
    from: Option<Municipality>,
    moved_on: String,
    asked_by: String,
    asked_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    lapses_at: Option<Timestamp>,
    case_id: Option<String>,
}

impl From<v1::PlanRequest> for PlanRequest {
    fn from(request: v1::PlanRequest) -> Self {
        Self {
            request_id: request.request_id,
            cpr_masked: request.cpr_masked,
            from: Municipality::of(request.from),
            moved_on: request.moved_on,
            asked_by: request.asked_by,
            asked_at: instant(request.asked_at),
            received_at: instant(request.received_at),
            lapses_at: instant(request.lapses_at),
            case_id: some(request.case_id),
        }
    }
}

impl PlanRequest {
    fn standing(&self) -> &'static str {
        match (&self.case_id, self.received_at) {
            (Some(_), _) => "Planen er kommet",
            (None, Some(_)) => "Modtaget der",
            (None, None) => "Sendes",
        }
    }
}

impl View for PlanRequest {
    fn page(&self) -> Page {
        Page::new()
            .title(format!("Anmodning til {}", place(self.from.as_ref())))
            .fields([
                ("Anmodning", self.request_id.clone()),
                ("CPR", self.cpr_masked.clone()),
                ("Flyttet hertil", day(Some(&self.moved_on))),
                ("Tilstand", self.standing().to_owned()),
                ("Glemmes igen", time(self.lapses_at)),
            ])
            .line(
                "Om kommunen har en plan, siger svaret ikke: har den en, og må den sende den, kommer den som et tilbud på \
                 listen over overdragelser.",
            )
    }
}

/// What was asked for.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PlanRequests {
    requests: Vec<PlanRequest>,
}

impl From<v1::ListPlanRequestsResponse> for PlanRequests {
    fn from(answer: v1::ListPlanRequestsResponse) -> Self {
        Self { requests: answer.requests.into_iter().map(PlanRequest::from).collect() }
    }
}

const REQUESTS: &[Column] = &[
    ("ANMODNING", Align::Left),
    ("KOMMUNE", Align::Left),
    ("CPR", Align::Left),
    ("FLYTTET", Align::Left),
    ("TILSTAND", Align::Left),
    ("GLEMMES", Align::Left),
    ("SAG", Align::Left),
];

impl View for PlanRequests {
    fn page(&self) -> Page {
        if self.requests.is_empty() {
            return Page::new().line("Der er ikke bedt om nogen planer.");
        }
        let rows = self.requests.iter().map(|request| {
            vec![
                request.request_id.clone(),
                place(request.from.as_ref()),
                request.cpr_masked.clone(),
                day(Some(&request.moved_on)),
                request.standing().to_owned(),
                time(request.lapses_at),
                or_empty(request.case_id.as_ref()),
            ]
        });
        Page::new().table(REQUESTS, rows.collect())
    }
}

/// Subscriptions that end.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct EndedSubscriptions {
    subscriptions: Vec<EndedSubscription>,
}

/// One of them.
#[derive(Debug, PartialEq, Serialize)]
struct EndedSubscription {
    cursor: String,
    cpr: String,
    masked: bool,
    ended_at: Option<Timestamp>,
    resumed: bool,
    case_id: String,
}

impl From<v1::ListEndedSubscriptionsResponse> for EndedSubscriptions {
    fn from(answer: v1::ListEndedSubscriptionsResponse) -> Self {
        let subscriptions = answer.subscriptions.into_iter().map(|ended| EndedSubscription {
            cursor: ended.cursor,
            cpr: ended.cpr,
            masked: ended.masked,
            ended_at: instant(ended.ended_at),
            resumed: ended.resumed,
            case_id: ended.case_id,
        });
        Self { subscriptions: subscriptions.collect() }
    }
}

const ENDED: &[Column] = &[
    ("STED", Align::Left),
    ("CPR", Align::Left),
    ("OVERDRAGET", Align::Left),
    ("ABONNEMENT", Align::Left),
    ("SAG", Align::Left),
];

impl View for EndedSubscriptions {
    fn page(&self) -> Page {
        if self.subscriptions.is_empty() {
            return Page::new().line("Ingen abonnementer er ophørt siden.");
        }
        let rows = self.subscriptions.iter().map(|ended| {
            vec![
                ended.cursor.clone(),
                ended.cpr.clone(),
                time(ended.ended_at),
                if ended.resumed { "består: borgeren har igen en plan her" } else { "ophører" }.to_owned(),
                ended.case_id.clone(),
            ]
        });
        Page::new().table(ENDED, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_request_says_that_its_answer_tells_nothing() {
        let request = PlanRequest::from(samples::plan_request());
        insta::assert_snapshot!("handover_request_screen", request.page().human(false));
        insta::assert_json_snapshot!("handover_request_json", request);
    }

    #[test]
    fn requests_are_listed() {
        let requests = PlanRequests::from(samples::plan_requests());
        insta::assert_snapshot!("handover_requests_screen", requests.page().human(false));
        insta::assert_json_snapshot!("handover_requests_json", requests);
    }

    #[test]
    fn subscriptions_that_end_are_a_feed() {
        let ended = EndedSubscriptions::from(samples::ended_subscriptions());
        insta::assert_snapshot!("subscription_list_screen", ended.page().human(false));
        insta::assert_json_snapshot!("subscription_list_json", ended);
    }
}
