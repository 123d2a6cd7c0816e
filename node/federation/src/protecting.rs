//! Protection is the citizen's, not a case's: what one of their cases here learns of it, the others are told.

use std::collections::BTreeMap;

use enplan_domain::access::Action;
use enplan_domain::handover::Hold;
use enplan_domain::plan::{Citizen, Plan, PlanCommand, decide};
use enplan_domain::{CaseId, UserName, danish_day};
use enplan_vault::plans::PlanChange;
use enplan_vault::{Actor, AuditEntry, CaseRow, Under, Write};

use crate::engine::{Handovers, Inner, retrying};
use crate::error::HandoverError;

impl Handovers {
    /// Whether a case that begins here now must begin protected: one of the citizen's cases here is, or was when it was
    /// handed over.
    pub async fn is_protected(&self, citizen: &Citizen) -> Result<bool, HandoverError> {
        self.inner.is_protected_beside(citizen, None).await
    }

    /// Protects the citizen in each of their cases here.
    pub async fn protect(
        &self,
        citizen: &Citizen,
        actor: &Actor,
        by: &UserName,
    ) -> Result<(), HandoverError> {
        self.inner.protect_beside(citizen, None, Under::ProtectedDespiteFreeze, actor, by).await
    }
}

impl Inner {
    /// Whether one of the citizen's cases here is protected, other than this one. One that can't be read may be.
    pub(crate) async fn is_protected_beside(
        &self,
        citizen: &Citizen,
        this: Option<CaseId>,
    ) -> Result<bool, HandoverError> {
        for row in self.cases_beside(citizen, this).await? {
            match self.plan_of(row.case).await {
                Ok(plan) if !plan.citizen.protected => {}
                Err(error) if !error.is_damage() => return Err(error),
                Ok(_) | Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Protects the citizen in each of their cases here, other than this one. One that is not served shows nothing to
    /// anybody, and is passed over.
    pub(crate) async fn protect_beside(
        &self,
        citizen: &Citizen,
        this: Option<CaseId>,
        under: Under,
        actor: &Actor,
        by: &UserName,
    ) -> Result<(), HandoverError> {
        for row in self.cases_beside(citizen, this).await? {
            if self.fence.may_read(row.handle).is_err() {
                continue;
            }
            match self.protect_case(row.case, under, actor, by).await {
                Err(error) if error.is_damage() => {
                    tracing::error!(%error, "a case of a citizen who is protected now can't be read");
                }
                protected => protected?,
            }
        }
        Ok(())
    }

    async fn protect_case(
        &self,
        case: CaseId,
        under: Under,
        actor: &Actor,
        by: &UserName,
    ) -> Result<(), HandoverError> {
        retrying!({
            let stored = self.case(case).await?;
            let (row, plan) = (&stored.row, stored.plan().map_err(|_| HandoverError::Unreadable)?);
            if !matches!(row.hold, Hold::Active | Hold::Frozen(_)) {
                return Ok(());
            }
            let command = PlanCommand::SetProtected { protected: true };
            let events = decide(Some(&plan), command, &self.context(by.clone()))?;
            if events.is_empty() {
                return Ok(());
            }
            let plan = events.iter().fold(plan, Plan::apply);
            let change = PlanChange::of(row, &plan, &events, under, danish_day(self.clock.now()));
            let case_write = change.write().map_err(|_| HandoverError::Unreadable)?;
            let entry = AuditEntry::done(actor.clone(), Action::SetProtection.as_str(), vec![case]);
            self.vault.write(Write { case: Some(case_write), ..Write::of(entry) }).await?;
            Ok(())
        })
    }

    /// The citizen's cases here under every number that they have or had, other than this one.
    async fn cases_beside(
        &self,
        citizen: &Citizen,
        this: Option<CaseId>,
    ) -> Result<Vec<CaseRow>, HandoverError> {
        let mut rows = BTreeMap::new();
        for cpr in citizen.former_numbers.iter().chain([&citizen.cpr]) {
            rows.extend(self.vault.cases_of_citizen(cpr).await?.into_iter().map(|row| (row.case, row)));
        }
        rows.retain(|case, _| Some(*case) != this);
        Ok(rows.into_values().collect())
    }

    async fn plan_of(&self, case: CaseId) -> Result<Plan, HandoverError> {
        self.case(case).await?.plan().map_err(|_| HandoverError::Unreadable)
    }
}
