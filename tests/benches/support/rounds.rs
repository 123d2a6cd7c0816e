//! Rounds: each measures floors and node side by side, and counts only if the disk stayed the same meanwhile.

use std::path::Path;

use super::disk;
use super::options::Options;
use super::process::Processors;
use super::say;

/// By how much the yardstick may differ between before and after.
const TOLERATED: f64 = 1.3;

/// A round that counts.
#[derive(Debug, Clone)]
pub(crate) struct Round<R> {
    /// Durable appends a second, before and after it, on average.
    pub(crate) yardstick: f64,
    /// What was measured.
    pub(crate) figures: R,
}

/// Measures until enough rounds count, or as many were thrown away.
pub(crate) async fn measure<R>(
    options: Options,
    folder: &Path,
    mut round: impl AsyncFnMut() -> anyhow::Result<R>,
) -> anyhow::Result<Vec<Round<R>>> {
    let mut kept = Vec::new();
    for number in 1..=2 * options.rounds {
        let processors = Processors::now()?;
        let before = disk::durable_appends(folder)?;
        let figures = round().await?;
        let after = disk::durable_appends(folder)?;
        let stolen = Processors::now()?.stolen_since(processors);
        let steady = before.max(after) <= TOLERATED * before.min(after);
        let verdict = if steady { "kept" } else { "thrown away: the disk was not the same throughout" };
        say(format!(
            "round {number}: {before:.0} durable appends a second before, {after:.0} after; {stolen:.0} % of the \
             processors' time went to other machines: {verdict}"
        ));
        if steady {
            kept.push(Round { yardstick: before.midpoint(after), figures });
        }
        if kept.len() == options.rounds {
            break;
        }
    }
    anyhow::ensure!(
        !kept.is_empty(),
        "no round counts: something else uses the disk; try again when it is quiet"
    );
    Ok(kept)
}

/// The median of one figure over the rounds.
pub(crate) fn median<R>(rounds: &[Round<R>], figure: impl Fn(&Round<R>) -> f64) -> f64 {
    let mut figures: Vec<_> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => figures[middle - 1].midpoint(figures[middle]),
        _ => figures[middle],
    }
}
