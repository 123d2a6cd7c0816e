//! This node's own counts of an epoch: counted once, kept, and bound to in the registry before anything is shared.

use enplan_domain::CaseId;
use enplan_domain::handover::Hold;
use enplan_domain::plan::PlanEvent;
use enplan_statistics::Epoch;
use enplan_statistics::cube::Cube;
use enplan_statistics::frozen::{Former, Frozen};
use enplan_statistics::ledger::{Command, Ledger};
use enplan_statistics::manifest::Manifest;
use enplan_statistics::measure::Measures;
use enplan_statistics::membership::memberships;
use enplan_statistics::population::{Census, Population};
use enplan_vault::plans::read_event;
use enplan_vault::{AuditEntry, StoredFreeze};

use super::{Counting, CountingError, Inner, SystemRandomness};

/// The name in the audit log, which names every citizen that was counted.
const FREEZE: &str = "statistics.freeze";

impl Counting {
    /// Freezes this municipality's counts for an epoch and commits to them, unless it has.
    pub async fn freeze(&self, epoch: Epoch) -> Result<(), CountingError> {
        self.inner.freeze(epoch).await
    }

    /// What this municipality froze for an epoch, if it did: its own figures, for its own staff.
    pub async fn frozen(&self, epoch: Epoch) -> Result<Option<Frozen>, CountingError> {
        Ok(self.inner.frozen(epoch).await?.map(|(_, frozen)| frozen))
    }
}

impl Inner {
    pub(super) async fn freeze(&self, epoch: Epoch) -> Result<(), CountingError> {
        if !epoch.has_ended(self.node.clock.now()) {
            return Err(CountingError::NotEnded(epoch));
        }
        let _lock = self.freezing.lock().await;
        self.node.registry.confirm().await?;
        let ledger = self.node.registry.statistics().await;
        // Before anybody is counted: whoever asks for a quarter of long ago makes no work and no line in anybody's log.
        ledger.is_next(epoch)?;
        let committed = ledger.epoch(epoch).and_then(|record| record.commitments.get(&self.node.me));
        let (version, manifest) =
            self.node.registry.manifest_in_force().await.ok_or(CountingError::NoManifest)?;
        let stored = self.frozen(epoch).await?;
        if let (Some(committed), Some((_, frozen))) = (committed, &stored)
            && *committed == frozen.commitment()
        {
            return Ok(());
        }
        if ledger.epoch(epoch).is_some_and(|record| !record.participants.is_empty()) {
            return Err(CountingError::TakesNoPart(epoch));
        }
        let (people, cases) = self.count(epoch, &manifest.manifest).await?;
        let cube = Cube::of(&manifest.manifest).map_err(|_| CountingError::Uncountable)?;
        let memberships = memberships(&cube, &people)?;
        let former = self.former(&ledger, epoch, version, &cube).await?;
        let frozen = Frozen::new(epoch, version, &cube, memberships, &former, &mut SystemRandomness);
        let freeze = StoredFreeze {
            epoch: epoch.to_string(),
            version: stored.map_or(1, |(version, _)| version + 1),
            content: frozen.to_bytes(),
        };
        // On the disk before the registry holds this node to it.
        let audit = AuditEntry::done(self.actor(), FREEZE, cases).saying(epoch.to_string());
        self.node.vault.freeze(&freeze, audit).await?;
        let commit = Command::Commit { epoch, manifest: version, commitment: frozen.commitment() };
        Ok(self.node.registry.propose_statistics(commit).await??)
    }

    /// Everybody whom this municipality counts, and the cases that were read for it.
    async fn count(
        &self,
        epoch: Epoch,
        manifest: &Manifest,
    ) -> Result<(Population, Vec<CaseId>), CountingError> {
        let measures = Measures::of(manifest)?;
        let mut census = Census::new(&measures, epoch);
        let mut cases = Vec::new();
        for holding in self.node.vault.holdings().await? {
            // A case that can't be served may be another's by now: leaving it out would be a wrong number.
            self.node.fence.may_write(holding.handle).map_err(|_| CountingError::NotServed)?;
            if matches!(holding.hold, Hold::Pending(_)) {
                // On its way: the log knows whose it is, and this node soon will.
                return Err(CountingError::NotServed);
            }
            let events = self.events(holding.case).await?;
            census.see(holding.case, &events).map_err(|_| CountingError::Uncountable)?;
            cases.push(holding.case);
        }
        Ok((census.finish(), cases))
    }

    async fn events(&self, case: CaseId) -> Result<Vec<PlanEvent>, CountingError> {
        let stored = self.node.vault.events_for_protocol(case, 1).await?;
        stored
            .iter()
            .map(|stored| read_event(&stored.event).map_err(|_| CountingError::Uncountable))
            .collect()
    }

    /// What each table was when it was last published anew, as this node had frozen it.
    async fn former(
        &self,
        ledger: &Ledger,
        epoch: Epoch,
        manifest: u32,
        cube: &Cube,
    ) -> Result<Vec<Option<Former>>, CountingError> {
        let mut former = Vec::with_capacity(cube.tables().len());
        for table in 0..cube.tables().len() {
            former.push(match ledger.published_before(epoch, table, manifest) {
                Some(published) => Some(Former {
                    epoch: published,
                    // Who took no part then has nobody in what was published: everybody is new in it.
                    membership: self.took_part(ledger, published, table).await?.unwrap_or_default(),
                }),
                None => None,
            });
        }
        Ok(former)
    }

    async fn took_part(
        &self,
        ledger: &Ledger,
        epoch: Epoch,
        table: usize,
    ) -> Result<Option<enplan_statistics::membership::Membership>, CountingError> {
        let Some(record) = ledger.epoch(epoch) else { return Ok(None) };
        if !record.participants.contains(&self.node.me) {
            return Ok(None);
        }
        let Some((_, frozen)) = self.frozen(epoch).await? else {
            return Err(CountingError::AnotherFreeze(epoch));
        };
        if record.commitments.get(&self.node.me) != Some(&frozen.commitment()) {
            return Err(CountingError::AnotherFreeze(epoch));
        }
        Ok(frozen.membership(table).cloned())
    }

    pub(super) async fn frozen(&self, epoch: Epoch) -> Result<Option<(u64, Frozen)>, CountingError> {
        let Some(stored) = self.node.vault.frozen(&epoch.to_string()).await? else { return Ok(None) };
        let frozen = Frozen::from_bytes(&stored.content).map_err(|_| CountingError::Uncountable)?;
        Ok(Some((stored.version, frozen)))
    }
}
