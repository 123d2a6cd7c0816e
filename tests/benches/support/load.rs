//! The driver: so many clients at once, each one request after the other, for so long.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// Connections are made and caches filled before anything counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// What a measurement gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Done a second.
    pub(crate) rate: f64,
    /// Half took at most so long.
    pub(crate) median: Duration,
    /// Nine of ten took at most so long.
    pub(crate) ninetieth: Duration,
    /// All but one of a hundred took at most so long.
    pub(crate) ninety_ninth: Duration,
}

impl Measured {
    /// What these took, done within this time.
    pub(crate) fn of(mut took: Vec<Duration>, within: Duration) -> Self {
        took.sort_unstable();
        let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 are done in a measurement")]
        let rate = took.len() as f64 / within.as_secs_f64();
        Self { rate, median: at(50), ninetieth: at(90), ninety_ninth: at(99) }
    }
}

/// Lets each client take turns for so long. Only turns that begin and end within it count.
pub(crate) async fn load<C, F>(
    clients: impl IntoIterator<Item = C>,
    lasting: Duration,
    turn: impl Fn(C) -> F + Clone + Send + 'static,
) -> anyhow::Result<Measured>
where
    C: Clone + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let from = Instant::now() + WARM_UP;
    let until = from + lasting;
    let mut tasks = JoinSet::new();
    for client in clients {
        let turn = turn.clone();
        tasks.spawn(async move {
            let mut took = Vec::new();
            loop {
                let begin = Instant::now();
                turn(client.clone()).await?;
                let end = Instant::now();
                if end > until {
                    return anyhow::Ok(took);
                }
                if begin >= from {
                    took.push(end - begin);
                }
            }
        });
    }
    let mut all = Vec::new();
    while let Some(took) = tasks.join_next().await {
        all.extend(took??);
    }
    Ok(Measured::of(all, lasting))
}
