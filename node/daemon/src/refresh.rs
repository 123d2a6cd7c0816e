//! What lists keep of plans, found anew where another version of the rules found it: when the node starts, before it serves.

use anyhow::Context as _;
use enplan_domain::handover::Hold;
use enplan_domain::plan::{Life, PlanSummary};
use enplan_domain::{Clock, danish_day};
use enplan_vault::plans::PlanChange;
use enplan_vault::{Actor, AuditEntry, CaseSummary, Under, Vault, Write};
use futures::StreamExt as _;

/// How many plans are looked into at once: the vault writes what comes together in one commit.
const AT_ONCE: usize = 32;

/// Finds what is due by today's rules wherever other rules found it. What cannot be written, as in a vault in quarantine, is
/// looked into each time that it is listed.
pub(crate) async fn deadlines(vault: &Vault, clock: &dyn Clock) -> anyhow::Result<()> {
    let cases = vault.summaries_for_protocol().await?;
    let outdated = cases.into_iter().filter_map(|case| {
        let summary = case.plan_summary().ok()?;
        let is_held = matches!(case.row.hold, Hold::Active | Hold::Frozen(_));
        let is_outdated = is_held && summary.life == Life::Open && summary.due().is_none();
        is_outdated.then_some((case, summary))
    });
    let outdated: Vec<_> = outdated.collect();
    if outdated.is_empty() {
        return Ok(());
    }
    let number = outdated.len();
    let found = futures::stream::iter(outdated)
        .map(async |(case, summary)| anew(vault, clock, &case, &summary).await)
        .buffer_unordered(AT_ONCE);
    let failed = found.filter_map(async |found| found.err()).collect::<Vec<_>>().await;
    tracing::info!(plans = number, failed = failed.len(), "what is due was found anew");
    for error in failed {
        tracing::warn!("what is due in a plan could not be found anew: {error:#}");
    }
    Ok(())
}

async fn anew(
    vault: &Vault,
    clock: &dyn Clock,
    case: &CaseSummary,
    before: &PlanSummary,
) -> anyhow::Result<()> {
    let stored = vault.case_for_protocol(case.row.case).await?.context("the case is gone")?;
    let (plan, today) = (stored.plan()?, danish_day(clock.now()));
    // Nothing happened in the plan: it was changed when it was changed.
    let summary =
        PlanSummary { changed_at: before.changed_at.or(Some(case.row.updated_at)), ..plan.summary(today) };
    let mut write = PlanChange::of(&stored.row, &plan, &[], Under::ProtectedDespiteFreeze, today).write()?;
    write.summary = serde_json::to_vec(&summary)?;
    let actor = Actor::system("deadlines", plan.municipality);
    let audit = AuditEntry::done(actor, "plan.due-found", vec![case.row.case]);
    vault.write(Write { case: Some(write), ..Write::of(audit) }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use enplan_domain::plan::{Citizen, Plan, PlanCommand, decide};
    use enplan_domain::{Context, Timestamp};
    use enplan_vault::{KeyEncryptionKey, VaultOptions};

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            "2026-06-01T12:00:00Z".parse().unwrap()
        }
    }

    #[tokio::test]
    async fn what_other_rules_found_is_found_anew_once_and_nothing_else_of_the_case_changes() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(VaultOptions {
            dir: folder.path().to_owned(),
            municipality: "0270".parse().unwrap(),
            key_encryption_key: KeyEncryptionKey::generate().unwrap(),
            clock: Arc::new(Noon),
        })
        .await
        .unwrap();
        let context = Context {
            now: Noon.now(),
            actor: "anna".parse().unwrap(),
            municipality: "0270".parse().unwrap(),
            frozen: false,
            adopted: enplan_domain::catalogue::Adopted::default(),
        };
        let citizen = Citizen::new("6101811001".parse().unwrap());
        let register = PlanCommand::Register { citizen, caseworker: "anna".parse().unwrap() };
        let mut events = decide(None, register, &context).unwrap();
        let plan = Plan::from_events(&events).unwrap();
        events.extend(decide(Some(&plan), PlanCommand::SetProtected { protected: true }, &context).unwrap());
        let plan = Plan::from_events(&events).unwrap();
        let change = PlanChange::beginning(&plan, &events, Some("Familie".into()), context.today());
        let mut write = change.write().unwrap();
        // As an older version wrote it.
        let older = PlanSummary { deadlines: Some(Vec::new()), found_by: 0, ..plan.summary(context.today()) };
        write.summary = serde_json::to_vec(&older).unwrap();
        let audit = AuditEntry::done(Actor::system("test", context.municipality), "edit-plan", Vec::new());
        vault.write(Write { case: Some(write), ..Write::of(audit) }).await.unwrap();

        let read = async || {
            let case = vault.summaries_for_protocol().await.unwrap().remove(0);
            (case.plan_summary().unwrap(), case.row)
        };
        let (_, before) = read().await;
        deadlines(&vault, &Noon).await.unwrap();
        let (summary, after) = read().await;
        assert_eq!(summary.due(), Some(&*enplan_domain::deadlines::deadlines(&plan)));
        assert_eq!(summary.due().unwrap().len(), 1, "the protection");
        assert_eq!(summary.changed_at, Some(before.updated_at));
        assert_eq!((after.last_seq, after.version), (before.last_seq, before.version + 1));
        assert_eq!((after.hold, after.unit.as_deref()), (before.hold, Some("Familie")));
        assert_eq!(vault.case_for_protocol(after.case).await.unwrap().unwrap().plan().unwrap(), plan);

        deadlines(&vault, &Noon).await.unwrap();
        assert_eq!(read().await.1.version, after.version, "and then no more");
        vault.close().await;
    }
}
