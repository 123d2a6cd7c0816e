//! Plans as files for other systems: one plan out, and a file about several citizens in.

use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::basis::LegalBasis;
use enplan_domain::fhir::{self, Exporting, Limits};
use enplan_domain::plan::{Address, Plan};
use enplan_proto::exchange::v1 as proto;
use enplan_proto::exchange::v1::citizen_import::Outcome;
use enplan_proto::exchange::v1::exchange_service_server::ExchangeService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::field::case_id;
use super::plan::Plans;
use super::{Desk, show};
use crate::failure::Failure;

/// An export's name in the audit log: more than a look, since the file leaves the house.
const EXPORT: &str = "export-plan";

pub(super) struct Exchange(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl ExchangeService for Exchange {
    async fn export_plan(
        &self,
        request: Request<proto::ExportPlanRequest>,
    ) -> Result<Response<proto::ExportPlanResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = case_id(&request.get_ref().case_id)?;
        let case = self.0.see_of_case(&caller, EXPORT, id).await?;
        // A case's own id never leaves the municipality; whoever reads the file matches on the number.
        let exporting = Exporting { bundle: Uuid::new_v4(), citizen: Uuid::new_v4(), at: self.0.clock.now() };
        let received = self.0.statements(id).await?.received;
        let bundle = fhir::export(&case.plan, &received, &exporting);
        let resources = bundle["entry"].as_array().map_or(0, Vec::len);
        let bundle = serde_json::to_vec_pretty(&bundle).map_err(|error| Failure::inside(&error))?;
        Ok(Response::new(proto::ExportPlanResponse {
            bundle,
            resources: u32::try_from(resources).unwrap_or(u32::MAX),
            left_out: left_out(&case.plan, received.to_decide() > 0),
            version: case.stored.row.version,
        }))
    }

    async fn import_citizens(
        &self,
        request: Request<proto::ImportCitizensRequest>,
    ) -> Result<Response<proto::ImportCitizensResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::RegisterCitizen).await?;
        let bundle =
            fhir::read_bundle(&request.get_ref().bundle, Limits::default()).map_err(Failure::from)?;
        let apart = bundle.apart();
        if apart.citizens.is_empty() {
            return Err(Failure::from(fhir::BundleRefusal::NoPatient).into());
        }
        let plans = Plans(Arc::clone(&self.0));
        let mut citizens = Vec::with_capacity(apart.citizens.len());
        for part in &apart.citizens {
            let outcome = match plans.import(&caller, part).await {
                Ok(taken) => Outcome::Taken(taken),
                Err(failure) => Outcome::Refused(proto::ImportRefusal {
                    code: failure.code().to_owned(),
                    text: failure.danish().to_owned(),
                }),
            };
            let resource = part.patient().map(|key| key.to_string()).unwrap_or_default();
            citizens.push(proto::CitizenImport { resource, outcome: Some(outcome) });
        }
        let rest = apart.rest.iter().map(|not| show::not_understood(not, String::new())).collect();
        Ok(Response::new(proto::ImportCitizensResponse { citizens, rest }))
    }
}

/// What the plan holds that its bundle does not: said with the file, so that nobody takes it for the whole case.
fn left_out(plan: &Plan, something_waits: bool) -> Vec<String> {
    let untold = |basis: &LegalBasis| plan.citizen.protected || !fhir::is_consent_told(basis);
    let parts = [
        (true, "hvem der har skrevet hvad, og planens historik"),
        (
            plan.bases.values().any(untold),
            "grundlagene for at sende oplysninger, bortset fra borgerens egne samtykker",
        ),
        (something_waits, "det, rapporter siger om andre, og ingen har taget stilling til"),
        (!plan.citizen.former_numbers.is_empty(), "tidligere CPR-numre"),
        (plan.citizen.address() == Address::Protected, "adressen, som er beskyttet"),
        (plan.names_third_persons(), "hvem pårørende og andre private er; kun hvad de er for borgeren"),
        (!plan.arrivals.is_empty(), "hvilken kommune planen kom fra"),
    ];
    parts.into_iter().filter(|(holds, _)| *holds).map(|(_, part)| part.to_owned()).collect()
}
