//! Code systems: loading them, and seeing what is loaded.

use std::sync::Arc;

use enplan_domain::Stamp;
use enplan_domain::access::Action;
use enplan_domain::terminology::{
    Admission, CodeSystem, CodeSystemRefusal, Limits, Loaded, read_code_system,
};
use enplan_federation::wire::proto_time;
use enplan_proto::terminology::v1 as proto;
use enplan_proto::terminology::v1::terminology_service_server::TerminologyService;
use enplan_vault::{AuditEntry, Write};
use tonic::{Code, Request, Response, Status};

use super::Desk;
use crate::failure::Failure;
use crate::sessions::Caller;
use crate::terminology::ImportError;

pub(super) struct Words(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl TerminologyService for Words {
    async fn import_code_system(
        &self,
        request: Request<proto::ImportCodeSystemRequest>,
    ) -> Result<Response<proto::ImportCodeSystemResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ManageTerminology).await?;
        let request = request.into_inner();
        let system = match read_code_system(&request.code_system, Limits::default()) {
            Ok(system) => system,
            Err(refusal) => return Err(self.refuse(&caller, refusal).await.into()),
        };
        Ok(Response::new(self.import(&caller, system, request.replace).await?))
    }

    async fn list_code_systems(
        &self,
        request: Request<proto::ListCodeSystemsRequest>,
    ) -> Result<Response<proto::ListCodeSystemsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeTerminology).await?;
        let code_systems = self.0.code_systems.loaded().systems().map(code_system).collect();
        Ok(Response::new(proto::ListCodeSystemsResponse { code_systems }))
    }

    async fn get_concept(
        &self,
        request: Request<proto::GetConceptRequest>,
    ) -> Result<Response<proto::GetConceptResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeTerminology).await?;
        let proto::GetConceptRequest { system, code } = request.into_inner();
        let terminology = self.0.code_systems.loaded();
        let system = &terminology.system(&system).ok_or_else(no_such_system)?.system;
        let concept = system.concepts.get(&code).ok_or_else(no_such_code)?;
        let above = system.above(&code).into_iter();
        Ok(Response::new(proto::GetConceptResponse {
            system: system.url.clone(),
            display: concept.display.clone().unwrap_or_default(),
            definition: concept.definition.clone().unwrap_or_default(),
            above: above.map(|(code, wider)| wider.display.as_deref().unwrap_or(code).to_owned()).collect(),
            code,
        }))
    }
}

impl Words {
    async fn import(
        &self,
        caller: &Caller,
        system: CodeSystem,
        replace: bool,
    ) -> Result<proto::ImportCodeSystemResponse, Failure> {
        let url = system.url.clone();
        // Named in the log by what it says of itself, which is public.
        let named = format!("{url} {}", system.version.as_deref().unwrap_or("-"));
        let entry = AuditEntry::done(caller.actor.clone(), Action::ManageTerminology.as_str(), Vec::new());
        let stamp = Stamp { at: self.0.clock.now(), by: caller.user.name.clone() };
        let desk = Arc::clone(&self.0);
        // A task of its own: a caller who hangs up in between must not leave the vault and the memory apart.
        let imported = tokio::spawn(async move {
            desk.code_systems.import(system, replace, stamp, entry.saying(named)).await
        });
        let admission = match imported.await.map_err(|error| Failure::inside(&error))? {
            Ok(admission) => admission,
            Err(ImportError::Refused(refusal)) => return Err(self.refuse(caller, refusal).await),
            Err(ImportError::Failed(failure)) => return Err(failure),
        };
        let (outcome, replaced_version) = match admission {
            Admission::New => (proto::Outcome::Added, None),
            Admission::Replaces { version } => (proto::Outcome::Replaced, version),
            Admission::Unchanged => (proto::Outcome::Unchanged, None),
        };
        Ok(proto::ImportCodeSystemResponse {
            code_system: self.0.code_systems.loaded().system(&url).map(code_system),
            outcome: outcome.into(),
            replaced_version: replaced_version.unwrap_or_default(),
        })
    }

    /// The refusal of a file, when it is in the audit log.
    async fn refuse(&self, caller: &Caller, refusal: CodeSystemRefusal) -> Failure {
        let action = Action::ManageTerminology.as_str();
        let entry = AuditEntry::refused(caller.actor.clone(), action, Vec::new(), refusal.code());
        match self.0.vault.write(Write::of(entry)).await {
            Ok(_) => refusal.into(),
            Err(error) => error.into(),
        }
    }
}

fn code_system(loaded: &Loaded) -> proto::CodeSystem {
    let Loaded { system, stamp } = loaded;
    proto::CodeSystem {
        url: system.url.clone(),
        identifiers: system.names().skip(1).map(str::to_owned).collect(),
        name: system.name.clone(),
        version: system.version.clone().unwrap_or_default(),
        codes: u32::try_from(system.concepts.len()).unwrap_or(u32::MAX),
        loaded_at: Some(proto_time(stamp.at)),
        loaded_by: stamp.by.to_string(),
    }
}

fn no_such_system() -> Failure {
    Failure::new(
        Code::NotFound,
        "NO_SUCH_CODE_SYSTEM",
        "no code system of that name is loaded",
        "Kodesystemet er ikke indlæst. Se med `enplan terminology list`, hvad der er.",
    )
}

fn no_such_code() -> Failure {
    Failure::new(
        Code::NotFound,
        "NO_SUCH_CODE",
        "the code system has no such code",
        "Kodesystemet har ikke den kode. Se efter, om en nyere version skal indlæses.",
    )
}
