//! What the system knows of a node's process, and of its own processors (Linux: proc(5)).

use std::time::Duration;

use anyhow::Context;

/// The length of a clock tick as /proc counts them: Linux shows a hundred to the second, whatever the kernel runs at.
const TICK: Duration = Duration::from_millis(10);

/// A process by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// Resident memory (`VmRSS`), in megabytes.
    pub(crate) fn resident_megabytes(self) -> anyhow::Result<f64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.trim().strip_suffix(" kB")).context("no resident memory is told")?;
        Ok(kilobytes.trim().parse::<f64>()? / 1_024.0)
    }

    /// The time that it has spent on processors.
    pub(crate) fn processor_time(self) -> anyhow::Result<Duration> {
        let stat = self.read("stat")?;
        // The name stands in parentheses and may hold anything; user and system time are the 14th and 15th field.
        let fields = stat.rsplit_once(')').context("no times are told")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
        Ok(TICK * ticks.sum::<Result<u32, _>>()?)
    }

    fn read(self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    }
}

/// How the processors have spent their time since the system started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Processors {
    all: f64,
    stolen: f64,
}

impl Processors {
    /// As it is now.
    pub(crate) fn now() -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string("/proc/stat").context("/proc/stat cannot be read")?;
        let line =
            stat.lines().next().and_then(|line| line.strip_prefix("cpu ")).context("no times are told")?;
        let times: Vec<f64> = line
            .split_whitespace()
            .take(8)
            .map(str::parse)
            .collect::<Result<_, _>>()
            .context("no times are told")?;
        // User, nice, system, idle, waiting, interrupts, soft interrupts, and then what the host gave to others.
        Ok(Self { all: times.iter().sum(), stolen: times.get(7).copied().unwrap_or_default() })
    }

    /// The share of the time since then that a virtual machine's host gave to other machines, in percent.
    pub(crate) fn stolen_since(self, before: Self) -> f64 {
        100.0 * (self.stolen - before.stolen) / (self.all - before.all).max(1.0)
    }
}
