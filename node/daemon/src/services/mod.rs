//! What users ask of the node. Each service parses a request at the edge, asks [`Desk`] whether the caller may, lets the
//! rules decide, and answers; each refusal is recorded too.

mod administration;
mod answering;
mod assessing;
mod basis;
mod casework;
mod catalogue;
mod citizen;
mod coordination;
mod exchange;
mod extract;
mod family;
mod field;
mod handover;
mod history;
mod household;
mod masking;
mod meeting;
mod merging;
mod plan;
mod printing;
mod relation;
mod relocation;
mod session;
mod sharing;
mod show;
mod show_basis;
mod show_coordination;
mod show_deadline;
mod show_merging;
mod statement;
mod statistics;
mod subscriptions;
mod terminology;
mod voice;
mod worklist;
mod writing;

use std::sync::Arc;

use enplan_domain::access::{self, Action, Resource};
use enplan_domain::catalogue::Adopted;
use enplan_domain::{CaseId, Clock, Kommunekode, TransferId};
use enplan_federation::{Counting, Handovers};
use enplan_registry::Registry;
use enplan_transport::CredentialStore;
use enplan_vault::{AuditEntry, Vault, Write};
use tonic::Request;
use tonic::service::Routes;

use crate::failure::Failure;
use crate::sessions::{Caller, Sessions};
use crate::terminology::CodeSystems;

/// The largest file that is taken in, and some room for the message around it.
const IMPORT_BYTES: usize = 9 * 1024 * 1024;

/// What every service needs.
pub(crate) struct Desk {
    pub(crate) municipality: Kommunekode,
    pub(crate) vault: Vault,
    pub(crate) registry: Registry,
    pub(crate) handovers: Handovers,
    pub(crate) counting: Counting,
    pub(crate) sessions: Sessions,
    pub(crate) code_systems: CodeSystems,
    pub(crate) credentials: CredentialStore,
    pub(crate) clock: Arc<dyn Clock>,
    /// The exemptions that the municipality has adopted.
    pub(crate) adopted: Adopted,
    /// Held from the look whether a citizen has a plan to the writing of a new one, so that nobody gets two at once.
    pub(crate) beginning: tokio::sync::Mutex<()>,
}

impl Desk {
    /// Who is calling.
    pub(crate) async fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Failure> {
        self.sessions.caller_of(request).await
    }

    /// Whether the caller may: the one place, for every service. A refusal is in the audit log, of each of these cases, before
    /// it is given.
    pub(crate) async fn allow(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        cases: &[CaseId],
        transfer: Option<TransferId>,
    ) -> Result<(), Failure> {
        let Err(denied) = access::decide(&caller.user, action, resource) else {
            return Ok(());
        };
        let actor = caller.actor.clone();
        let entry = AuditEntry::refused(actor, action.as_str(), cases.to_vec(), denied.code());
        let entry = AuditEntry { transfer, ..entry };
        self.vault.write(Write::of(entry)).await?;
        Err(denied.into())
    }

    /// [`Desk::allow`], for what concerns the node as a whole.
    pub(crate) async fn allow_here(&self, caller: &Caller, action: Action) -> Result<(), Failure> {
        self.allow(caller, action, &Resource::Node, &[], None).await
    }
}

/// The users' services.
pub(crate) fn routes(desk: Arc<Desk>, message_bytes: usize) -> Routes {
    use enplan_proto::administration::v1::administration_service_server::AdministrationServiceServer;
    use enplan_proto::basis::v1::basis_service_server::BasisServiceServer;
    use enplan_proto::exchange::v1::exchange_service_server::ExchangeServiceServer;
    use enplan_proto::handover::v1::handover_service_server::HandoverServiceServer;
    use enplan_proto::household::v1::household_service_server::HouseholdServiceServer;
    use enplan_proto::plan::v1::coordination_service_server::CoordinationServiceServer;
    use enplan_proto::plan::v1::merging_service_server::MergingServiceServer;
    use enplan_proto::plan::v1::plan_service_server::PlanServiceServer;
    use enplan_proto::print::v1::print_service_server::PrintServiceServer;
    use enplan_proto::relocation::v1::relocation_service_server::RelocationServiceServer;
    use enplan_proto::session::v1::session_service_server::SessionServiceServer;
    use enplan_proto::statement::v1::statement_service_server::StatementServiceServer;
    use enplan_proto::statistics::v1::statistics_service_server::StatisticsServiceServer;
    use enplan_proto::terminology::v1::terminology_service_server::TerminologyServiceServer;
    use enplan_proto::worklist::v1::worklist_service_server::WorklistServiceServer;

    let printer = PrintServiceServer::new(printing::Printer(Arc::clone(&desk)));
    let worklist = WorklistServiceServer::new(worklist::Worklist(Arc::clone(&desk)));
    let plans = PlanServiceServer::new(plan::Plans(Arc::clone(&desk)));
    let coordination = CoordinationServiceServer::new(coordination::Coordination(Arc::clone(&desk)));
    let merging = MergingServiceServer::new(merging::Merging(Arc::clone(&desk)));
    let bases = BasisServiceServer::new(basis::Bases(Arc::clone(&desk)));
    let exchange = ExchangeServiceServer::new(exchange::Exchange(Arc::clone(&desk)));
    let handovers = HandoverServiceServer::new(handover::Exchange(Arc::clone(&desk)));
    let households = HouseholdServiceServer::new(household::Households(Arc::clone(&desk)));
    let relocations = RelocationServiceServer::new(relocation::Relocations(Arc::clone(&desk)));
    let sessions = SessionServiceServer::new(session::Logins(Arc::clone(&desk)));
    let statements = StatementServiceServer::new(statement::Statements(Arc::clone(&desk)));
    let statistics = StatisticsServiceServer::new(statistics::Statistics(Arc::clone(&desk)));
    let terminology = TerminologyServiceServer::new(terminology::Words(Arc::clone(&desk)));
    let administration = AdministrationServiceServer::new(administration::Administration(desk));
    Routes::new(plans.max_decoding_message_size(IMPORT_BYTES).max_encoding_message_size(4 * IMPORT_BYTES))
        .add_service(
            coordination.max_decoding_message_size(message_bytes).max_encoding_message_size(4 * IMPORT_BYTES),
        )
        .add_service(
            merging.max_decoding_message_size(message_bytes).max_encoding_message_size(4 * IMPORT_BYTES),
        )
        .add_service(bases.max_decoding_message_size(message_bytes))
        .add_service(handovers.max_decoding_message_size(message_bytes))
        .add_service(
            exchange.max_decoding_message_size(IMPORT_BYTES).max_encoding_message_size(4 * IMPORT_BYTES),
        )
        .add_service(
            households.max_decoding_message_size(message_bytes).max_encoding_message_size(4 * IMPORT_BYTES),
        )
        .add_service(relocations.max_decoding_message_size(IMPORT_BYTES))
        .add_service(statements.max_decoding_message_size(message_bytes))
        .add_service(terminology.max_decoding_message_size(IMPORT_BYTES))
        .add_service(
            printer.max_decoding_message_size(message_bytes).max_encoding_message_size(4 * IMPORT_BYTES),
        )
        .add_service(worklist.max_decoding_message_size(message_bytes))
        .add_service(statistics.max_decoding_message_size(message_bytes))
        .add_service(sessions.max_decoding_message_size(message_bytes))
        .add_service(administration.max_decoding_message_size(message_bytes))
}
