//! The time that a fetch may take, however many hosts it leads to.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::limits::FetchLimits;
use super::trouble::FetchTrouble;
use super::turns::Turns;

/// The time that is left for a fetch.
pub(super) struct Budget {
    total: Duration,
    left: Duration,
    /// How much longer it may wait for its turns.
    patience: Duration,
}

impl Budget {
    /// All of it is left.
    pub(super) const fn new(limits: &FetchLimits) -> Self {
        Self {
            total: limits.total,
            left: limits.total,
            patience: limits.patience,
        }
    }

    /// The time that was needed so far.
    pub(super) const fn spent(&self) -> Duration {
        self.total.saturating_sub(self.left)
    }

    /// Waits for a turn at a host. Time that passes here is not the host's
    /// doing, so it is counted apart.
    pub(super) async fn wait(
        &mut self,
        turns: &Turns,
        host: &str,
        gap: Duration,
    ) -> Result<(), FetchTrouble> {
        let turn = turns.take(host, gap, self.patience);
        let wait = turn.map_err(|after| FetchTrouble::TryLater {
            host: host.to_owned(),
            after,
        })?;
        self.patience = self.patience.saturating_sub(wait);
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(())
    }

    /// Does something that a host may draw out, for as long as there is time.
    pub(super) async fn within<T>(
        &mut self,
        host: &str,
        work: impl Future<Output = Result<T, FetchTrouble>>,
    ) -> Result<T, FetchTrouble> {
        let start = Instant::now();
        let done = timeout(self.left, work).await;
        self.left = self.left.saturating_sub(start.elapsed());
        done.unwrap_or_else(|_| {
            Err(FetchTrouble::Slow {
                host: host.to_owned(),
                within: self.total,
            })
        })
    }
}
