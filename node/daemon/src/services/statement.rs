//! What reports say of others: listed, taken over into a plan, dismissed, and dropped in time.

use std::sync::Arc;
use std::time::Duration;

use enplan_domain::access::Action;
use enplan_domain::plan::{Citizen, ItemKey, Plan, PlanCommand, PlanEvent, decide};
use enplan_domain::statements::{
    Entry, Heard, Outcome, Received, RelationChoice, Said, Statement, StatementRefusal, Taken, TakingOver,
    Waiting,
};
use enplan_domain::{BasisId, CaseId, Context, Cpr};
use enplan_federation::HandoverError;
use enplan_federation::wire::proto_time;
use enplan_proto::plan::v1 as plan_proto;
use enplan_proto::statement::v1 as proto;
use enplan_proto::statement::v1::statement_service_server::StatementService;
use enplan_vault::{Actor, AuditEntry, Expected, StatementsWrite, Under, Write, WriteError};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::casework::{Case, TRIES};
use super::field::{case_id, narrative, optional, sector};
use super::{Desk, relation};
use crate::failure::Failure;
use crate::sessions::Caller;

/// What a look at what reports have said is called in the audit log, and what dropping it is.
const SEE_STATEMENTS: &str = "see-statements";
const DROP_STATEMENTS: &str = "drop-statements";

/// How often what nobody has decided about is looked through.
const EVERY_HOUR: Duration = Duration::from_hours(1);

/// What reports have said in a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) received: Received,
    version: u64,
}

impl Known {
    /// The write of it.
    pub(super) fn write(&self, case: CaseId) -> Result<StatementsWrite, WriteError> {
        Ok(StatementsWrite {
            case,
            expected: match self.version {
                0 => Expected::New,
                version => Expected::Version(version),
            },
            is_waiting: self.received.waiting().next().is_some(),
            statements: serde_json::to_vec(&self.received)
                .map_err(|_| WriteError::Contradiction("statements that can't be encoded"))?,
        })
    }

    /// Takes in what a report says, with the plan as it is after the report: what somebody has to know of each.
    pub(super) fn take_in(
        &mut self,
        statements: Vec<Statement>,
        plan: &Plan,
        context: &Context,
    ) -> Vec<(Statement, Heard)> {
        let heard = |one: Statement| (one.clone(), self.received.take_in(one, plan, context));
        statements.into_iter().map(heard).collect()
    }
}

impl Desk {
    /// What reports have said in a case. What is past its last day is never shown, whether or not it is dropped yet.
    pub(super) async fn statements(&self, case: CaseId) -> Result<Known, Failure> {
        let Some(stored) = self.vault.statements_of(case).await? else { return Ok(Known::default()) };
        let mut received: Received =
            serde_json::from_slice(&stored.statements).map_err(|_| HandoverError::Unreadable)?;
        received.drop_overdue(enplan_domain::danish_day(self.clock.now()));
        Ok(Known { received, version: stored.version })
    }

    /// Drops, for as long as the node runs, what nobody has decided about in time, and what was said of a plan that is no
    /// longer this municipality's.
    pub(crate) async fn drop_statements_in_time(self: Arc<Self>) {
        loop {
            if let Err(failure) = self.drop_overdue_statements().await {
                tracing::error!(code = failure.code(), "what reports said could not be looked through");
            }
            tokio::time::sleep(EVERY_HOUR).await;
        }
    }

    async fn drop_overdue_statements(&self) -> Result<(), Failure> {
        for case in self.vault.cases_with_statements().await? {
            let Some(stored) = self.vault.statements_of(case).await? else { continue };
            let before: Received =
                serde_json::from_slice(&stored.statements).map_err(|_| HandoverError::Unreadable)?;
            let mut known = self.statements(case).await?;
            let ours = self.vault.case_for_protocol(case).await?;
            if !ours.is_some_and(|stored| stored.row.hold.is_readable()) {
                known.received = Received::default();
            }
            if known.received != before {
                let actor = Actor::system("statements", self.municipality);
                let entry = AuditEntry::done(actor, DROP_STATEMENTS, vec![case]);
                let statements = vec![known.write(case)?];
                match self.vault.write(Write { statements, ..Write::of(entry) }).await {
                    // Somebody was first: the next hour comes.
                    Ok(_) | Err(WriteError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Changes what is kept of what reports have said in a case, and the plan with it where that follows, in one write.
    async fn decide_statement<T>(
        &self,
        caller: &Caller,
        action: Action,
        id: CaseId,
        decision: impl Fn(&Case, &mut Received, &Context) -> Result<(Vec<PlanEvent>, T), Failure>,
    ) -> Result<(T, u64), Failure> {
        for _ in 0..TRIES {
            let case = self.open_case(caller, action, id).await?;
            self.may_change(&case, false)?;
            let context = self.context(caller, Some(&case.stored.row));
            let mut known = self.statements(id).await?;
            let before = known.received.clone();
            let (events, outcome) = decision(&case, &mut known.received, &context)?;
            let statements = (before != known.received).then(|| known.write(id)).transpose()?;
            match self
                .write_with(caller, action, &case, &events, statements, Under::Caseworker, &context)
                .await
            {
                Err(WriteError::Conflict { .. }) => tokio::task::yield_now().await,
                Err(error) => return Err(error.into()),
                Ok(version) => return Ok((outcome, version)),
            }
        }
        Err(HandoverError::Busy.into())
    }
}

pub(super) struct Statements(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl StatementService for Statements {
    async fn list_statements(
        &self,
        request: Request<proto::ListStatementsRequest>,
    ) -> Result<Response<proto::ListStatementsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = case_id(&request.get_ref().case_id)?;
        let case = self.0.see_of_case(&caller, SEE_STATEMENTS, id).await?;
        let received = self.0.statements(id).await?.received;
        let context = self.0.context(&caller, Some(&case.stored.row));
        let mut waiting: Vec<_> = received.waiting().collect();
        waiting.sort_by_key(|one| (one.until.is_none(), one.until, &one.statement.key));
        let mut statements = Vec::new();
        for one in waiting {
            statements.push(self.shown(one, &received, &case, &context).await?);
        }
        if request.get_ref().include_settled {
            statements.extend(received.entries().filter_map(|(key, entry)| settled(key, entry)));
        }
        Ok(Response::new(proto::ListStatementsResponse { statements }))
    }

    async fn take_over_statement(
        &self,
        request: Request<proto::TakeOverStatementRequest>,
    ) -> Result<Response<proto::TakeOverStatementResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (case, key) = (case_id(&request.case_id)?, statement_id(&request.statement_id)?);
        let relation = choice(&request)?;
        let basis = BasisId::from(Uuid::new_v4());
        let known = self.0.statements(case).await?;
        let is_consent = known
            .received
            .waiting()
            .any(|one| one.statement.key == key && matches!(one.statement.said, Said::Consent(_)));
        let action = if is_consent { Action::RecordBasis } else { Action::EditPlan };
        let (taken_over_as, version) = self
            .0
            .decide_statement(&caller, action, case, |case, received, context| {
                let taking = TakingOver { case: case.stored.row.handle, basis, relation: relation.clone() };
                let (events, into) = match received.take_over(&key, &case.plan, &taking, context)? {
                    Taken::Command(command, into) => (decide(Some(&case.plan), command, context)?, into),
                    Taken::Already(into) => (Vec::new(), into),
                };
                received.taken_over(&key, into.clone(), context);
                Ok((events, into))
            })
            .await?;
        Ok(Response::new(proto::TakeOverStatementResponse { taken_over_as, version }))
    }

    async fn dismiss_statement(
        &self,
        request: Request<proto::DismissStatementRequest>,
    ) -> Result<Response<proto::DismissStatementResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (case, key) = (case_id(&request.case_id)?, statement_id(&request.statement_id)?);
        let reason = narrative("reason", &request.reason)?;
        self.0
            .decide_statement(&caller, Action::EditPlan, case, |_, received, context| {
                received.dismiss(&key, reason.clone(), context)?;
                Ok((Vec::new(), ()))
            })
            .await?;
        Ok(Response::new(proto::DismissStatementResponse {}))
    }
}

impl Statements {
    /// A statement that waits. Who it is about is masked where they are protected here.
    async fn shown(
        &self,
        one: Waiting<'_>,
        received: &Received,
        case: &Case,
        context: &Context,
    ) -> Result<proto::Statement, Failure> {
        let Waiting { statement, until, .. } = one;
        let problem = problem(statement, received, case, context);
        let shown = proto::Statement {
            statement_id: statement.key.to_string(),
            kind: kind(&statement.said).into(),
            standing: proto::StatementStanding::Waiting.into(),
            text: text(&statement.said),
            over: statement.is_over,
            problem: problem.as_ref().map(|problem| problem.code().to_owned()).unwrap_or_default(),
            problem_text: problem.map(|problem| problem.danish().to_owned()).unwrap_or_default(),
            source: match &statement.provenance.source {
                enplan_domain::plan::Source::Report { bundle, .. } => bundle.clone().unwrap_or_default(),
                enplan_domain::plan::Source::Staff { by } => by.to_string(),
            },
            as_of: Some(proto_time(statement.provenance.as_of)),
            until: until.map(|day| day.to_string()).unwrap_or_default(),
            ..proto::Statement::default()
        };
        let Said::Relation(stated) = &statement.said else { return Ok(shown) };
        let protected = match &stated.cpr {
            Some(cpr) => self.0.handovers.is_protected(&Citizen::new(cpr.clone())).await?,
            None => false,
        };
        let kinship = stated.kinship(&case.plan.citizen.cpr, context.today());
        let kinship = kinship.map_or(plan_proto::Kinship::Unspecified, relation::shown_kinship);
        let (name, cpr_masked) = if protected {
            Default::default()
        } else {
            let number = stated.cpr.as_ref().map(Cpr::masked);
            (stated.name.reveal().to_owned(), number.unwrap_or_default())
        };
        Ok(proto::Statement { name, cpr_masked, protected, kinship: kinship.into(), ..shown })
    }
}

/// Why a statement can't be taken over as it is; of a relation, what a caseworker has to choose is no problem.
fn problem(statement: &Statement, received: &Received, case: &Case, context: &Context) -> Option<Failure> {
    let relation = RelationChoice {
        id: Uuid::nil(),
        sector: "social".parse().ok()?,
        kinship: None,
        custody: None,
        ground: None,
        without_person: true,
    };
    let basis = BasisId::from(Uuid::nil());
    let taking = TakingOver { case: case.stored.row.handle, basis, relation: Some(relation) };
    match received.take_over(&statement.key, &case.plan, &taking, context) {
        Ok(Taken::Command(command @ PlanCommand::RecordBasis(_), _)) => {
            decide(Some(&case.plan), command, context).err().map(Failure::from)
        }
        Ok(_) | Err(StatementRefusal::Information) => None,
        Err(refusal) => Some(refusal.into()),
    }
}

fn kind(said: &Said) -> proto::StatementKind {
    match said {
        Said::Relation(_) => proto::StatementKind::Relation,
        Said::Consent(_) => proto::StatementKind::Consent,
        Said::Cooperation { .. } => proto::StatementKind::Cooperation,
        Said::Acting { .. } => proto::StatementKind::Acting,
    }
}

/// What is said, in Danish. Who somebody is, is said beside it.
pub(super) fn text(said: &Said) -> String {
    match said {
        Said::Relation(stated) => stated.danish(),
        Said::Consent(stated) => {
            let no = if stated.refuses { "Afslag på samtykke" } else { "Samtykke" };
            let to = stated.to.map(|to| format!(" til {}", to.called())).unwrap_or_default();
            let given = stated.given.map(|given| format!(", givet {}", given.day().strftime("%d.%m.%Y")));
            let words = match stated.words.reveal() {
                "" => stated.purpose.reveal(),
                words => words,
            };
            let words = if words.is_empty() { String::new() } else { format!(": {words}") };
            format!("{no}{to}{}{words}", given.unwrap_or_default())
        }
        Said::Cooperation { roles } => {
            let part = |role: &enplan_domain::statements::StatedRole| match role.danish() {
                "" => role.organisation.reveal().to_owned(),
                danish => format!("{danish}: {}", role.organisation.reveal()),
            };
            roles.iter().map(part).collect::<Vec<_>>().join("; ")
        }
        Said::Acting { municipality } => format!("Handlekommune: {}", municipality.called()),
    }
}

fn settled(key: &ItemKey, entry: &Entry) -> Option<proto::Statement> {
    let Entry::Settled { as_of, outcome, stamp, .. } = entry else { return None };
    let (standing, taken_over_as, reason) = match outcome {
        Outcome::TakenOver { into } => (proto::StatementStanding::TakenOver, into.clone(), String::new()),
        Outcome::Dismissed { reason } => {
            (proto::StatementStanding::Dismissed, String::new(), reason.reveal().to_owned())
        }
        Outcome::TakenBack => (proto::StatementStanding::TakenBack, String::new(), String::new()),
    };
    Some(proto::Statement {
        statement_id: key.to_string(),
        standing: standing.into(),
        as_of: Some(proto_time(*as_of)),
        taken_over_as,
        reason,
        decided_by: stamp.by.to_string(),
        decided_at: Some(proto_time(stamp.at)),
        ..proto::Statement::default()
    })
}

fn statement_id(text: &str) -> Result<ItemKey, Failure> {
    text.parse().map_err(|_| StatementRefusal::NoSuchStatement.into())
}

/// What a caseworker chooses of a relation; nothing where they name no sector.
fn choice(request: &proto::TakeOverStatementRequest) -> Result<Option<RelationChoice>, Failure> {
    let Some(sector) = optional(&request.sector).map(sector).transpose()? else { return Ok(None) };
    let ground = relation::ground(&request.provision, &request.consent_given_on)?;
    if request.without_person && ground.is_some() {
        return Err(Failure::field(
            "without_person",
            "GROUND_FOR_NOBODY",
            "a ground is for naming somebody",
            "Vælg enten et grundlag for at nævne den anden, eller --without-person.",
        ));
    }
    let kinship = match plan_proto::Kinship::try_from(request.kinship) {
        Ok(plan_proto::Kinship::Unspecified) => None,
        _ => Some(relation::kinship(request.kinship)?),
    };
    Ok(Some(RelationChoice {
        id: Uuid::new_v4(),
        sector,
        kinship,
        custody: relation::custody(request.custody),
        ground,
        without_person: request.without_person,
    }))
}

/// Who acts and who cooperates, as reports say it.
pub(super) fn cooperation(received: &Received) -> plan_proto::Cooperation {
    let mut shown = plan_proto::Cooperation::default();
    for Waiting { statement, .. } in received.waiting().filter(|one| !one.statement.is_over) {
        match &statement.said {
            Said::Acting { municipality } => shown.acting = municipality.to_string(),
            Said::Cooperation { roles } => {
                shown.roles.extend(roles.iter().map(|role| plan_proto::CooperationRole {
                    role: role.role.as_ref().map(|role| role.code.clone()).unwrap_or_default(),
                    text: role.danish().to_owned(),
                    organisation: role.organisation.reveal().to_owned(),
                    contact: role.contact.reveal().to_owned(),
                    phone: role.phone.reveal().to_owned(),
                    team: statement.key.to_string(),
                }));
            }
            Said::Relation(_) | Said::Consent(_) => {}
        }
    }
    shown
}
