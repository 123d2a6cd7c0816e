//! What both benchmarks stand on: a network of real processes, the bare floors, and figures taken in rounds.
//!
//! Floors and node are measured in the same run, on the same disk, by the same driver: absolute figures drift from hour to
//! hour, their ratios much less.

pub(crate) mod bare;
pub(crate) mod caller;
pub(crate) mod disk;
pub(crate) mod load;
pub(crate) mod network;
pub(crate) mod options;
pub(crate) mod process;
pub(crate) mod rounds;
pub(crate) mod table;

/// How much text one goal holds: about 2 KB, as a social worker's page does.
const GOAL_BYTES: usize = 2_000;

/// A goal in words, about nobody.
pub(crate) fn goal_text() -> String {
    let mut text = "TESTDATA Borgeren vil gerne holde fast i sin bolig og komme i arbejde igen. ".repeat(32);
    text.truncate(GOAL_BYTES);
    text
}

/// Says a line to whoever runs the benchmark.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
