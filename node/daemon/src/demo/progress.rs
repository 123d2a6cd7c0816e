//! What is seen while the network starts: one line that changes in a terminal, a line for each node elsewhere.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

/// Shows how far the network is.
#[derive(Debug)]
pub(super) struct Progress {
    of: usize,
    ready: usize,
    doing: BTreeMap<String, String>,
    in_place: bool,
}

impl Progress {
    /// On standard error, for so many nodes.
    pub(super) fn of(nodes: usize) -> Self {
        Self { of: nodes, ready: 0, doing: BTreeMap::new(), in_place: io::stderr().is_terminal() }
    }

    /// A step of the whole network.
    pub(super) fn step(&mut self, words: &str) {
        self.show(&format!("{words} .."), true);
    }

    /// What one node is doing.
    pub(super) fn status(&mut self, name: &str, words: &str) {
        self.doing.insert(name.to_owned(), words.to_owned());
        // Elsewhere than in a terminal, nine nodes' steps would be a flood.
        self.show(&self.summary(), false);
    }

    /// One node serves.
    pub(super) fn ready(&mut self, name: &str) {
        self.ready += 1;
        self.doing.remove(name);
        let line = if self.in_place {
            self.summary()
        } else {
            format!("{name} is ready ({} of {})", self.ready, self.of)
        };
        self.show(&line, true);
    }

    /// Nothing more to show here.
    pub(super) fn done(&mut self) {
        if self.in_place {
            write("\r\x1b[2K");
        }
    }

    fn summary(&self) -> String {
        let others =
            self.doing.iter().next().map(|(name, words)| format!(" · {name}: {words}")).unwrap_or_default();
        format!("{} of {} nodes are ready{others}", self.ready, self.of)
    }

    fn show(&self, line: &str, everywhere: bool) {
        if self.in_place {
            // A line that the terminal wraps could not be written over.
            let line: String = line.chars().take(78).collect();
            write(&format!("\r\x1b[2K{line}"));
        } else if everywhere {
            write(&format!("{line}\n"));
        }
    }
}

/// To standard error. Where nobody looks, nothing is lost.
pub(super) fn write(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
