//! The citizen's own copy of a plan. Printing is a look of its own: who took what out on paper is in the citizen's log.

use std::sync::Arc;

use enplan_domain::danish_day;
use enplan_proto::print::v1::print_service_server::PrintService;
use enplan_proto::print::v1::{PrintPlanRequest, PrintPlanResponse};
use tonic::{Request, Response, Status};

use super::Desk;
use super::field::case_id;
use crate::failure::Failure;
use crate::print::{self, Printing};

/// What printing is called in the audit log.
const PRINT: &str = "print-plan";

pub(super) struct Printer(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl PrintService for Printer {
    async fn print_plan(
        &self,
        request: Request<PrintPlanRequest>,
    ) -> Result<Response<PrintPlanResponse>, Status> {
        let desk = &self.0;
        let caller = desk.caller(&request).await?;
        let case = desk.see_of_case(&caller, PRINT, case_id(&request.get_ref().case_id)?).await?;
        let account = desk.vault.account(case.plan.caseworker.as_str()).await.map_err(Failure::from)?;
        let caseworker =
            account.map_or_else(|| case.plan.caseworker.to_string(), |account| account.display_name);
        let terminology = desk.code_systems.loaded();
        let today = danish_day(desk.clock.now());
        let printing = Printing { today, caseworker: &caseworker, terminology: &terminology };
        let html = print::plan(&case.plan, &printing).map_err(|error| Failure::inside(&error))?;
        Ok(Response::new(PrintPlanResponse { html: html.into_bytes() }))
    }
}
