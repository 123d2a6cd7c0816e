//! What can be asked of a benchmark: `cargo bench -p enplan-tests --bench append -- --rounds 5 --seconds 10`.

use std::time::Duration;

use anyhow::{Context, bail};

/// How long and how often to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// Rounds to keep; each measures everything once.
    pub(crate) rounds: usize,
    /// How long each rate is measured.
    pub(crate) lasting: Duration,
}

impl Options {
    /// The program's arguments; nothing where it was not started as a benchmark (`cargo test --all-targets` starts it too).
    pub(crate) fn read() -> anyhow::Result<Option<Self>> {
        let mut options = Self { rounds: 3, lasting: Duration::from_secs(3) };
        let mut benchmark = false;
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || -> anyhow::Result<u64> {
                let text = arguments.next().with_context(|| format!("{argument} needs a number"))?;
                text.parse().with_context(|| format!("{argument} takes a whole number, not {text}"))
            };
            match argument.as_str() {
                "--bench" => benchmark = true,
                "--rounds" => options.rounds = usize::try_from(number()?)?.max(1),
                "--seconds" => options.lasting = Duration::from_secs(number()?.max(1)),
                other => bail!("unknown argument {other}: --rounds N and --seconds N are taken"),
            }
        }
        Ok(benchmark.then_some(options))
    }
}
