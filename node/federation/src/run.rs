//! The node's life as far as handovers go: pass the fence, send, watch the registry, mind the time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use crate::engine::{Handovers, Inner};

/// How long after a failed attempt the fence is tried again.
const FENCE_PAUSE: Duration = Duration::from_millis(250);

/// How often offers and receipts are checked against the time.
const TICK: Duration = Duration::from_secs(5);

/// How often everything is compared with the registry again, and the audit log's head goes there. A virtual machine
/// rolled back without a restart is found within one such period.
const PERIOD: Duration = Duration::from_mins(1);

impl Handovers {
    /// Runs for as long as the node does; dropped to stop. `passed` is called once, when cases may be served.
    pub async fn run(self, passed: impl FnOnce()) {
        // Before the comparison, so that no change falls between the two.
        let changes = self.inner.registry.changes();
        while let Err(error) = self.inner.pass_fence().await {
            tracing::debug!(%error, "the fence is not passed yet");
            tokio::time::sleep(FENCE_PAUSE).await;
        }
        self.inner.check_clock().await;
        passed();
        if let Err(error) = self.inner.want_again().await {
            tracing::error!(%error, "what was to be sent before the start could not be taken up");
        }
        tokio::join!(
            Arc::clone(&self.inner).deliver(),
            Arc::clone(&self.inner).watch(changes),
            Arc::clone(&self.inner).mind_time(),
            Arc::clone(&self.inner).check_periodically(),
        );
    }
}

impl Inner {
    async fn watch(
        self: Arc<Self>,
        mut changes: tokio::sync::broadcast::Receiver<enplan_domain::CaseHandle>,
    ) {
        loop {
            let compared = match changes.recv().await {
                Ok(handle) => self.examine(handle).await,
                Err(RecvError::Lagged(_)) => self.compare_all().await,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = compared {
                tracing::error!(%error, "a change in the registry could not be acted on; it will be at the next comparison");
            }
        }
    }

    async fn mind_time(self: Arc<Self>) {
        loop {
            tokio::time::sleep(TICK).await;
            if let Err(error) = self.tick().await {
                tracing::error!(%error, "offers and receipts could not be checked against the time");
            }
        }
    }

    async fn check_periodically(self: Arc<Self>) {
        loop {
            self.check_clock().await;
            self.record_audit_head().await;
            tokio::time::sleep(PERIOD).await;
            let checked = async {
                self.registry.confirm().await.map_err(|_| crate::HandoverError::NotConfirmed)?;
                // A log found rolled back stays so until it outgrows what the registry remembers: only the finding begins
                // a new life.
                let known = self.fence.is_audit_rolled_back();
                let rolled_back = !self.check_audit_log().await?;
                if (rolled_back && !known) || !self.fence.is_confirmed() {
                    // Rolled back under a running node: what it knew is gone, and with it the right to serve.
                    self.fence.confirm(false);
                    self.pass_fence().await?;
                }
                self.compare_all().await
            };
            if let Err(error) = checked.await {
                tracing::warn!(%error, "the periodic comparison with the registry did not succeed");
            }
        }
    }

    pub(crate) async fn record_audit_head(&self) {
        let Ok(head) = self.vault.audit_head().await else { return };
        match self.registry.record_audit_head(head.size, head.head).await {
            Ok(Ok(())) => {}
            Ok(Err(refused)) => tracing::error!(%refused, "the registry refused the audit log's head"),
            Err(error) => tracing::debug!(%error, "the audit log's head could not be recorded"),
        }
    }
}
