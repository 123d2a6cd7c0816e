//! A person and a case: see it, or change it. Access, audit, fence and the plan's rules, in this order, on every path.

use enplan_domain::access::{Action, Resource};
use enplan_domain::handover::Hold;
use enplan_domain::plan::{Citizen, Plan, PlanCommand, PlanEvent, decide};
use enplan_domain::{CaseId, Context, Cpr};
use enplan_federation::HandoverError;
use enplan_vault::plans::{PlanChange, read_event};
use enplan_vault::{AuditEntry, CaseRow, Look, StatementsWrite, StoredCase, Under, Write, WriteError};

use super::Desk;
use super::statement::Known;
use crate::failure::Failure;
use crate::sessions::Caller;

const TWO_PLANS: &str = "CITIZEN_HAS_TWO_PLANS";

/// How often a change that named no version is decided anew because somebody else was first.
pub(super) const TRIES: usize = 32;

/// A case that a caller may see, and its plan.
pub(super) struct Case {
    pub(super) stored: StoredCase,
    pub(super) plan: Plan,
    /// Whether nobody is told in passing where the plan went: the citizen is protected, or somebody who moved along.
    pub(super) hides_destination: bool,
}

/// A change that was written.
pub(super) struct Changed {
    pub(super) version: u64,
}

impl Desk {
    /// What the rules decide by.
    pub(super) fn context(&self, caller: &Caller, row: Option<&CaseRow>) -> Context {
        Context {
            now: self.clock.now(),
            actor: caller.user.name.clone(),
            municipality: self.municipality,
            frozen: row.is_some_and(|row| !row.hold.is_writable()),
            adopted: self.adopted.clone(),
        }
    }

    /// A case, for somebody who may do this to it. Nothing is recorded but a refusal: who shows the case records that.
    pub(super) async fn open_case(
        &self,
        caller: &Caller,
        action: Action,
        id: CaseId,
    ) -> Result<Case, Failure> {
        let Some(stored) = self.vault.case_for_protocol(id).await? else {
            // The same answer to everybody, and recorded: somebody tries ids.
            let entry = AuditEntry::refused(caller.actor.clone(), action.as_str(), vec![id], "NO_SUCH_CASE");
            self.vault.write(Write::of(entry)).await?;
            return Err(Failure::no_such_case());
        };
        self.allow(caller, action, &resource(&stored.row)?, &[id], None).await?;
        let plan = stored.plan()?;
        let hides_destination = plan.citizen.protected
            || (!stored.row.hold.is_readable() && self.handovers.moves_with_protected(id).await?);
        Ok(Case { stored, plan, hides_destination })
    }

    /// Shows a case: the look is in the audit log before the case leaves.
    pub(super) async fn see_case(&self, caller: &Caller, id: CaseId) -> Result<Case, Failure> {
        self.see_of_case(caller, Action::SeePlan.as_str(), id).await
    }

    /// Shows a part of a case, to whoever may see it all. The look is in the audit log under a name of its own.
    pub(super) async fn see_of_case(
        &self,
        caller: &Caller,
        look: &'static str,
        id: CaseId,
    ) -> Result<Case, Failure> {
        let case = self.open_case(caller, Action::SeePlan, id).await?;
        let entry = AuditEntry::done(caller.actor.clone(), look, vec![id]);
        self.vault.write(Write::of(entry)).await?;
        self.may_show(&case)?;
        Ok(case)
    }

    /// Shows a case with all that happened to it: a look like any other.
    pub(super) async fn see_events(
        &self,
        caller: &Caller,
        id: CaseId,
    ) -> Result<(Case, Vec<PlanEvent>), Failure> {
        let case = self.open_case(caller, Action::SeePlan, id).await?;
        let look = Look {
            actor: caller.actor.clone(),
            action: Action::SeePlan.as_str().to_owned(),
            purpose: String::new(),
        };
        let stored = self.vault.events(id, 1, look).await?;
        self.may_show(&case)?;
        let events = stored.iter().map(|stored| read_event(&stored.event));
        Ok((case, events.collect::<Result<_, _>>()?))
    }

    /// The cases that a number leads to, for somebody who may look numbers up: in each of their logs, before anything of it
    /// is shown. A plan that names the number shows whether its holder is protected here.
    pub(super) async fn look_up(&self, caller: &Caller, cpr: &Cpr) -> Result<Vec<CaseId>, Failure> {
        let rows = self.vault.cases_of_citizen(cpr).await?;
        let found: Vec<CaseId> = rows.iter().map(|row| row.case).collect();
        // A refusal is in the citizen's log too.
        self.allow(caller, Action::LookUpCitizen, &Resource::Node, &found, None).await?;
        let entry = AuditEntry::done(caller.actor.clone(), Action::LookUpCitizen.as_str(), found.clone());
        self.vault.write(Write::of(entry)).await?;
        Ok(found)
    }

    /// Whether this municipality shows the plan as its own now.
    pub(super) fn may_show(&self, case: &Case) -> Result<(), Failure> {
        self.handovers.fence().may_read(case.stored.row.handle)?;
        if !case.stored.row.hold.is_readable() {
            return Err(elsewhere(case).into());
        }
        Ok(())
    }

    /// Changes a plan by one command. Names the version that the caller saw, or 0 for whatever it is now.
    pub(super) async fn change_case(
        &self,
        caller: &Caller,
        action: Action,
        id: CaseId,
        version: u64,
        mut command: impl FnMut(&Case, &Context) -> Result<PlanCommand, Failure>,
    ) -> Result<Changed, Failure> {
        for _ in 0..TRIES {
            let case = self.open_case(caller, action, id).await?;
            if version != 0 && case.stored.row.version != version {
                return Err(self.changed_meanwhile(caller, id).await);
            }
            let context = self.context(caller, Some(&case.stored.row));
            let command = command(&case, &context)?;
            let despite_freeze = command.is_taken_while_frozen();
            self.may_change(&case, despite_freeze)?;
            let events = decide(Some(&case.plan), command, &context)?;
            let under = if despite_freeze { Under::ProtectedDespiteFreeze } else { Under::Caseworker };
            match self.write_events(caller, action, &case, &events, under, &context).await {
                Err(WriteError::Conflict { .. }) if version == 0 => tokio::task::yield_now().await,
                Err(WriteError::Conflict { .. }) => return Err(self.changed_meanwhile(caller, id).await),
                Err(error) => return Err(error.into()),
                Ok(version) => return Ok(Changed { version }),
            }
        }
        Err(HandoverError::Busy.into())
    }

    /// Whether this municipality may change the plan now.
    pub(super) fn may_change(&self, case: &Case, despite_freeze: bool) -> Result<(), Failure> {
        self.handovers.fence().may_write(case.stored.row.handle)?;
        match case.stored.row.hold {
            Hold::Pending(_) | Hold::HandedOver(_) => Err(elsewhere(case).into()),
            Hold::Frozen(_) if !despite_freeze => {
                Err(enplan_domain::plan::PlanRefusal::HandoverUnderWay.into())
            }
            Hold::Active | Hold::Frozen(_) => Ok(()),
        }
    }

    pub(super) async fn write_events(
        &self,
        caller: &Caller,
        action: Action,
        case: &Case,
        events: &[PlanEvent],
        under: Under,
        context: &Context,
    ) -> Result<u64, WriteError> {
        self.write_with(caller, action, case, events, None, under, context).await
    }

    /// [`Desk::write_events`], with what is kept beside the plan of what reports said.
    #[expect(clippy::too_many_arguments, reason = "one write, told whole")]
    pub(super) async fn write_with(
        &self,
        caller: &Caller,
        action: Action,
        case: &Case,
        events: &[PlanEvent],
        statements: Option<StatementsWrite>,
        under: Under,
        context: &Context,
    ) -> Result<u64, WriteError> {
        let row = &case.stored.row;
        let entry = AuditEntry::done(caller.actor.clone(), action.as_str(), vec![row.case]);
        if events.is_empty() {
            let statements = statements.into_iter().collect();
            self.vault.write(Write { statements, ..Write::of(entry) }).await?;
            return Ok(row.version);
        }
        let plan = events.iter().fold(case.plan.clone(), Plan::apply);
        let change = PlanChange::of(row, &plan, events, under, context.today());
        let unit = self.unit_after(events, row).await?;
        self.commit(entry, &PlanChange { unit, ..change }, statements).await
    }

    /// The unit that works with a plan after these events: it goes with the caseworker, so that those who see the plan are
    /// those who work with it. A caseworker of no unit takes it out of none.
    async fn unit_after(&self, events: &[PlanEvent], row: &CaseRow) -> Result<Option<String>, WriteError> {
        let mut unit = row.unit.clone();
        for event in events {
            if let PlanEvent::CaseworkerChanged { caseworker, .. } = event {
                let account = self.vault.account(caseworker.as_str()).await?;
                unit = account.and_then(|account| account.unit).or(unit);
            }
        }
        Ok(unit)
    }

    /// Writes the first events of a case that is new here. Who was protected here before is protected from the first, and
    /// who is protected from the first is so in their earlier cases too. What reports said is kept from the first as well. The
    /// caller holds `beginning`.
    pub(super) async fn begin_case(
        &self,
        caller: &Caller,
        mut events: Vec<PlanEvent>,
        known: Option<&Known>,
        context: &Context,
    ) -> Result<(CaseId, u64), Failure> {
        self.handovers.fence().may_begin()?;
        let mut plan = Plan::from_events(&events).map_err(|error| Failure::inside(&error))?;
        if self.handovers.is_protected(&plan.citizen).await? {
            let protected = decide(Some(&plan), PlanCommand::SetProtected { protected: true }, context)?;
            plan = protected.iter().fold(plan, Plan::apply);
            events.extend(protected);
        }
        let unit = caller.user.unit.as_ref().map(|unit| unit.as_str().to_owned());
        let change = PlanChange::beginning(&plan, &events, unit, context.today());
        let action = Action::RegisterCitizen.as_str();
        let entry = AuditEntry::done(caller.actor.clone(), action, vec![change.case]);
        let statements = known.map(|known| known.write(change.case)).transpose()?;
        let version = self.commit(entry, &change, statements).await?;
        if plan.citizen.protected {
            // The first report may be the one that says so.
            self.handovers.protect(&plan.citizen, &caller.actor, &caller.user.name).await?;
        }
        Ok((change.case, version))
    }

    /// Protects the citizen in their other cases here too. Waits until whoever begins a case for them has written it: that
    /// one may have been decided before the protection was known.
    pub(super) async fn protect_citizen(&self, caller: &Caller, citizen: &Citizen) -> Result<(), Failure> {
        let _alone = self.beginning.lock().await;
        Ok(self.handovers.protect(citizen, &caller.actor, &caller.user.name).await?)
    }

    async fn commit(
        &self,
        entry: AuditEntry,
        change: &PlanChange<'_>,
        statements: Option<StatementsWrite>,
    ) -> Result<u64, WriteError> {
        let case = change.write().map_err(|_| WriteError::Contradiction("a plan that can't be encoded"))?;
        let statements = statements.into_iter().collect();
        let written = self.vault.write(Write { case: Some(case), statements, ..Write::of(entry) }).await?;
        Ok(written.version.unwrap_or_default())
    }

    /// The citizen's one case that is alive here, if there is one. That there are two is told, and recorded before.
    pub(super) async fn case_of_citizen(
        &self,
        caller: &Caller,
        action: Action,
        cpr: &Cpr,
    ) -> Result<Option<CaseRow>, Failure> {
        let open = self.handovers.open_cases(cpr).await?;
        match open.as_slice() {
            [] => Ok(None),
            [(row, _)] => Ok(Some(row.clone())),
            both => {
                let cases = both.iter().map(|(row, _)| row.case).collect();
                let entry = AuditEntry::refused(caller.actor.clone(), action.as_str(), cases, TWO_PLANS);
                self.vault.write(Write::of(entry)).await?;
                Err(Failure::new(
                    tonic::Code::FailedPrecondition,
                    TWO_PLANS,
                    "the citizen has two open plans here",
                    "Borgeren har to åbne planer her: den ene kom ved en overdragelse. Se dem med `enplan plan list`, \
                     og læg den ene ind i den anden med `enplan plan merge-into`.",
                ))
            }
        }
    }
}

/// What the rules of access see of a case.
pub(super) fn resource(row: &CaseRow) -> Result<Resource, Failure> {
    let caseworker = row.caseworker.as_deref().unwrap_or("ikke-tildelt");
    Ok(Resource::Case {
        caseworker: caseworker.parse().map_err(|error| Failure::inside(&error))?,
        unit: row.unit.as_deref().and_then(|unit| unit.parse().ok()),
    })
}

/// Where the plan went, where that may be told.
pub(super) fn elsewhere(case: &Case) -> HandoverError {
    HandoverError::NotOurs { owner: case.plan.handed_over_to().filter(|_| !case.hides_destination) }
}
