//! Running the node, and giving a citizen the log of who looked.

use std::collections::BTreeMap;
use std::sync::Arc;

use enplan_domain::access::{Action, Resource, Role, deeds};
use enplan_domain::handover::Hold;
use enplan_domain::{CaseId, Cpr, Kommunekode, UserName};
use enplan_federation::wire::proto_time;
use enplan_proto::administration::v1 as proto;
use enplan_proto::administration::v1::administration_service_server::AdministrationService;
use enplan_vault::{Account, ActorKind, AuditEntry, AuditLeaf, AuditOutcome, Look, TransferFilter, Write};
use tonic::{Code, Request, Response, Status};

use super::Desk;
use crate::failure::Failure;
use crate::sessions::Caller;

pub(super) struct Administration(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl AdministrationService for Administration {
    async fn get_node_status(
        &self,
        request: Request<proto::GetNodeStatusRequest>,
    ) -> Result<Response<proto::GetNodeStatusResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::SeeNodeStatus).await?;
        Ok(Response::new(self.status().await?))
    }

    async fn put_account(
        &self,
        request: Request<proto::PutAccountRequest>,
    ) -> Result<Response<proto::PutAccountResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        self.0.allow_here(&caller, Action::ManageAccounts).await?;
        let account = self.account(&caller, request.into_inner()).await?;
        self.0.sessions.put_account(account, &caller).await?;
        Ok(Response::new(proto::PutAccountResponse {}))
    }

    async fn list_accesses(
        &self,
        request: Request<proto::ListAccessesRequest>,
    ) -> Result<Response<proto::ListAccessesResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let cases = self.cases(request.into_inner()).await?;
        // A refusal is in the citizen's log too.
        self.0.allow(&caller, Action::ReadAudit, &Resource::Node, &cases, None).await?;
        if cases.is_empty() {
            // That somebody asked about a citizen is on record, whatever the answer.
            let entry = AuditEntry::refused(
                caller.actor.clone(),
                Action::ReadAudit.as_str(),
                Vec::new(),
                "NO_SUCH_CASE",
            );
            self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
        }
        // A leaf may name two cases of the citizen, and is shown once.
        let mut leaves = BTreeMap::new();
        let mut masked = false;
        for case in cases {
            masked |= self.is_protected(case).await;
            let look = Look {
                actor: caller.actor.clone(),
                action: Action::ReadAudit.as_str().to_owned(),
                purpose: String::new(),
            };
            let of_case = self.0.vault.audit_of_case(case, look).await.map_err(Failure::from)?;
            leaves.extend(of_case.into_iter().map(|leaf| (leaf.position, leaf)));
        }
        Ok(Response::new(proto::ListAccessesResponse { accesses: self.in_words(leaves, masked).await? }))
    }
}

impl Administration {
    async fn status(&self) -> Result<proto::GetNodeStatusResponse, Failure> {
        let desk = &self.0;
        let registry = desk.registry.status();
        let fence = desk.handovers.fence();
        let mut holds = [0_u64; 4];
        for holding in desk.vault.holdings().await? {
            holds[match holding.hold {
                Hold::Active => 0,
                Hold::Frozen(_) => 1,
                Hold::Pending(_) => 2,
                Hold::HandedOver(_) => 3,
            }] += 1;
        }
        let open = desk.vault.transfers(TransferFilter::Open).await?;
        let waiting = desk.vault.due(enplan_domain::Timestamp::MAX, 10_000).await?;
        let alarms = fence.alarms().into_iter().map(|(alarm, cases)| proto::Alarm {
            code: alarm.code().to_owned(),
            cases,
            what_to_do: alarm.what_to_do().to_owned(),
        });
        Ok(proto::GetNodeStatusResponse {
            municipality: desk.municipality.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ready: fence.is_confirmed(),
            not_ready_because: if fence.is_confirmed() {
                String::new()
            } else {
                "Registret har endnu ikke bekræftet, hvad noden ejer. Den venter på et flertal af kommunernes noder."
                    .to_owned()
            },
            incarnation: desk.registry.incarnation().unwrap_or_default().0,
            leader: registry.leader.map(|leader| leader.to_string()).unwrap_or_default(),
            registry_applied: registry.last_applied.unwrap_or_default(),
            members: u32::try_from(desk.registry.members().len()).unwrap_or(u32::MAX),
            active: holds[0],
            frozen: holds[1],
            pending: holds[2],
            handed_over: holds[3],
            open_handovers: (open.readable.len() + open.unreadable.len()) as u64,
            outbox: waiting.len() as u64,
            audit_size: desk.vault.audit_head().await?.size,
            certificate_not_after: Some(proto_time(desk.credentials.newest().not_after())),
            alarms: alarms.collect(),
        })
    }

    /// Whether where this case's citizen came from and went is masked. One that can't be read may be.
    async fn is_protected(&self, case: CaseId) -> bool {
        match self.0.vault.case_for_protocol(case).await {
            Ok(Some(stored)) if stored.plan().map_or(true, |plan| plan.citizen.protected) => true,
            // Where somebody goes whom a protected person goes with is where that person goes.
            Ok(Some(_)) => self.0.handovers.moves_with_protected(case).await.unwrap_or(true),
            Ok(None) => false,
            Err(_) => true,
        }
    }

    /// Leaves of the log as the citizen can read them. A name and a unit are what the account has now.
    async fn in_words(
        &self,
        leaves: BTreeMap<u64, AuditLeaf>,
        masked: bool,
    ) -> Result<Vec<proto::Access>, Failure> {
        let accounts = self.0.vault.accounts().await?;
        let accounts: BTreeMap<&str, &Account> =
            accounts.iter().map(|account| (account.username.as_str(), account)).collect();
        let mut accesses = Vec::with_capacity(leaves.len());
        for AuditLeaf { position, at, entry } in leaves.into_values() {
            let AuditEntry { mut actor, action, transfer, outcome, .. } = entry;
            let is_elsewhere = masked && actor.municipality != self.0.municipality;
            if is_elsewhere {
                "node of another municipality".clone_into(&mut actor.name);
            }
            let is_ours = actor.kind == ActorKind::User && actor.municipality == self.0.municipality;
            let account = accounts.get(actor.name.as_str()).filter(|_| is_ours);
            let refused = match &outcome {
                AuditOutcome::Done => None,
                AuditOutcome::Refused(code) => Some(code.as_str()),
            };
            accesses.push(proto::Access {
                sequence: position,
                at: Some(proto_time(at)),
                actor_kind: match actor.kind {
                    ActorKind::User => "user",
                    ActorKind::Node => "node",
                    ActorKind::System => "system",
                }
                .to_owned(),
                actor_name: match actor.kind {
                    ActorKind::User => {
                        account.map(|account| account.display_name.clone()).unwrap_or_default()
                    }
                    ActorKind::Node | ActorKind::System if is_elsewhere => ANOTHER_NODE.to_owned(),
                    ActorKind::Node | ActorKind::System => node_of(actor.municipality),
                },
                unit: account.and_then(|account| account.unit.clone()).unwrap_or_default(),
                municipality: if is_elsewhere { String::new() } else { actor.municipality.to_string() },
                actor: actor.name,
                what: deeds::deed(&action).unwrap_or(&action).to_owned(),
                action,
                outcome: refused.map_or_else(|| "done".to_owned(), |code| format!("refused: {code}")),
                outcome_text: deeds::outcome(refused),
                transfer_id: transfer.map(|transfer| transfer.to_string()).unwrap_or_default(),
            });
        }
        Ok(accesses)
    }

    async fn account(&self, caller: &Caller, request: proto::PutAccountRequest) -> Result<Account, Failure> {
        let username: UserName =
            request.username.parse().map_err(|error: enplan_domain::stamp::NotAUserName| {
                Failure::field(
                    "username",
                    "NOT_A_USER_NAME",
                    error.to_string(),
                    "Brugernavnet skal have 1-100 tegn uden mellemrum.",
                )
            })?;
        for role in &request.roles {
            role.parse::<Role>().map_err(|error| {
                Failure::field(
                    "roles",
                    "NOT_A_ROLE",
                    error.to_string(),
                    "Rollen findes ikke. Brug caseworker, team-lead, reviewer, coordinator, operator eller dpo.",
                )
            })?;
        }
        let before = self.0.vault.account(username.as_str()).await?;
        let before_roles = before.as_ref().map(|account| account.roles.clone()).unwrap_or_default();
        if username == caller.user.name && request.roles != before_roles {
            return Err(Failure::new(
                Code::PermissionDenied,
                "OWN_ROLES",
                "nobody changes their own roles",
                "Du kan ikke ændre dine egne roller. Bed en anden fra driften om det.",
            ));
        }
        let password_hash = match (request.password.is_empty(), before) {
            (false, _) => self.0.sessions.hash(request.password).await?,
            (true, Some(account)) => account.password_hash,
            (true, None) => {
                return Err(Failure::field(
                    "password",
                    "PASSWORD_MISSING",
                    "a new account needs a password",
                    "En ny konto skal have en adgangskode.",
                ));
            }
        };
        Ok(Account {
            username: username.to_string(),
            display_name: request.display_name,
            roles: request.roles,
            unit: Some(request.unit).filter(|unit| !unit.is_empty()),
            password_hash,
            failed_logins: 0,
            locked_until: None,
        })
    }

    async fn cases(&self, request: proto::ListAccessesRequest) -> Result<Vec<CaseId>, Failure> {
        use proto::list_accesses_request::Which;
        match request.which {
            Some(Which::CaseId(id)) => Ok(vec![super::field::case_id(&id)?]),
            Some(Which::Cpr(cpr)) => {
                let cpr: Cpr = super::field::cpr(&cpr)?;
                let rows = self.0.vault.cases_of_citizen(&cpr).await?;
                Ok(rows.into_iter().map(|row| row.case).collect())
            }
            None => Err(super::field::which_missing()),
        }
    }
}

/// A node of the municipality that a protected citizen came from or went to.
const ANOTHER_NODE: &str = "Noden i en anden kommune";

/// A node, as people call it.
fn node_of(municipality: Kommunekode) -> String {
    municipality.name().map_or_else(|| format!("Noden i {municipality}"), |name| format!("Noden i {name}"))
}
