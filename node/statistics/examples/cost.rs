//! What a computation of 300 cells costs, all nodes in one process: `cargo run --release -p enplan-statistics --example cost`.
//! With two nodes down, they have shared and say nothing after that.

use std::collections::{BTreeSet, VecDeque};
use std::error::Error;
use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::rand;
use enplan_statistics::Randomness;
use enplan_statistics::cube::Cell;
use enplan_statistics::input::CellInput;
use enplan_statistics::protocol::{Letter, Party, Progress, Setup, TableGate};

const CELLS: usize = 300;
const TABLE: usize = 25;
/// So many hidden cells are asked about together, each table's on their own.
const HIDDEN: usize = 8;

struct OfTheSystem;

impl Randomness for OfTheSystem {
    fn fill(&mut self, bytes: &mut [u8]) {
        if rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// The nodes, what is under way between them, and what it has cost.
struct Network {
    parties: Vec<Party>,
    down: BTreeSet<usize>,
    under_way: VecDeque<(usize, Letter)>,
    spent: Vec<Duration>,
    sent: Vec<usize>,
    rounds: BTreeSet<u32>,
    done: usize,
}

impl Network {
    fn start(setup: &Setup) -> Result<Self, Box<dyn Error>> {
        let mut network = Self {
            parties: Vec::new(),
            down: BTreeSet::new(),
            under_way: VecDeque::new(),
            spent: vec![Duration::ZERO; setup.dealers],
            sent: vec![0; setup.dealers],
            rounds: BTreeSet::new(),
            done: 0,
        };
        let setup = Arc::new(setup.clone());
        for node in 0..setup.dealers {
            // Two cells of three pass, and as many change.
            let input: Vec<CellInput> = (0..CELLS)
                .map(|cell| {
                    let is_large = cell % 3 > 0;
                    let count = if is_large { 9 } else { u16::from(node == 0) };
                    CellInput { count, changed: if is_large { 9 } else { 0 }, noise: 1 }
                })
                .collect();
            let begun = Instant::now();
            let (party, letters) = Party::start(setup.clone(), node, &input, &mut OfTheSystem)?;
            network.spent[node] += begun.elapsed();
            network.parties.push(party);
            network.post(node, letters);
        }
        Ok(network)
    }

    fn post(&mut self, from: usize, letters: Vec<Letter>) {
        self.sent[from] += letters.iter().map(|letter| letter.bytes.len()).sum::<usize>();
        self.rounds.extend(letters.first().map(|letter| letter.round));
        self.under_way.extend(letters.into_iter().map(|letter| (from, letter)));
    }

    /// Delivers everything that is under way, and all that follows from it.
    fn run(&mut self, goes_on: bool) -> Result<(), Box<dyn Error>> {
        while let Some((from, letter)) = self.under_way.pop_front() {
            let node = letter.to;
            if self.down.contains(&node) {
                continue;
            }
            let begun = Instant::now();
            self.parties[node].receive(from, letter.round, &letter.bytes)?;
            self.spent[node] += begun.elapsed();
            if goes_on {
                self.go_on(node)?;
            }
        }
        Ok(())
    }

    fn go_on(&mut self, node: usize) -> Result<(), Box<dyn Error>> {
        loop {
            let begun = Instant::now();
            let party = &mut self.parties[node];
            let letters = match party.advance(&mut OfTheSystem)? {
                Progress::Waiting(_) => return Ok(()),
                Progress::Done(_) => {
                    self.done += 1;
                    return Ok(());
                }
                Progress::Send(letters) => letters,
                Progress::Cells { passed, .. } => {
                    let table = |start| {
                        let cells = (start..start + TABLE).filter(|cell: &usize| !passed[*cell]).map(Cell);
                        cells.take(HIDDEN).collect()
                    };
                    let sums: Vec<Vec<Cell>> = (0..CELLS).step_by(TABLE).map(table).collect();
                    party.gate_sums(&sums, &mut OfTheSystem)?
                }
                Progress::Sums(_) => {
                    let cells: Vec<Cell> = (0..CELLS).filter(|cell| cell % 3 > 0).map(Cell).collect();
                    party.open(&cells, &mut OfTheSystem)?
                }
                Progress::Candidate(_) => party.vote(&[false; CELLS / TABLE], &mut OfTheSystem)?,
            };
            self.spent[node] += begun.elapsed();
            self.post(node, letters);
        }
    }

    /// The whole of it; with two nodes that are down when all have shared.
    fn compute(&mut self, setup: &Setup, is_two_down: bool) -> Result<(), Box<dyn Error>> {
        self.run(false)?;
        let left: Vec<usize> = (if is_two_down { 2 } else { 0 }..setup.dealers).collect();
        self.down = (0..setup.dealers).filter(|node| !left.contains(node)).collect();
        for node in left.clone() {
            self.go_on(node)?;
        }
        self.run(true)?;
        if is_two_down {
            for node in left.clone() {
                let letters = self.parties[node].restart(1, 1, &left, &mut OfTheSystem)?;
                self.post(node, letters);
            }
            for node in left {
                self.go_on(node)?;
            }
            self.run(true)?;
        }
        Ok(())
    }
}

fn report(line: &str) -> std::io::Result<()> {
    writeln!(stdout(), "{line}")
}

fn main() -> Result<(), Box<dyn Error>> {
    report(
        "bring counts  compute  down  rounds  bytes in all  most of one node  time in all  most of one node",
    )?;
    for (dealers, computers) in [(3, 3), (5, 5), (9, 9), (20, 20), (98, 9)] {
        for is_two_down in [false, true] {
            let tables = (0..CELLS).step_by(TABLE);
            let setup = Setup {
                run: [1; 32],
                dealers,
                computers,
                cells: CELLS,
                impossible: Vec::new(),
                tables: tables
                    .map(|start| TableGate { cells: start..start + TABLE, compared: true })
                    .collect(),
                threshold: 5,
                present: 3,
                changed: 3,
            };
            if is_two_down && computers < setup.needed() + 2 {
                continue;
            }
            let mut network = Network::start(&setup)?;
            network.compute(&setup, is_two_down)?;
            let left = dealers - network.down.len();
            if network.done < left {
                return Err(format!("only {} of {left} nodes ended", network.done).into());
            }
            let millions = |bytes: usize| format!("{}.{:02} MB", bytes / 1_000_000, bytes / 10_000 % 100);
            let most_sent = network.sent.iter().max().copied().unwrap_or(0);
            let longest = network.spent.iter().max().copied().unwrap_or_default();
            report(&format!(
                "{dealers:>12}  {computers:>7}  {:>4}  {:>6}  {:>12}  {:>16}  {:>8} ms  {:>13} ms",
                network.down.len(),
                network.rounds.len(),
                millions(network.sent.iter().sum()),
                millions(most_sent),
                network.spent.iter().sum::<Duration>().as_millis(),
                longest.as_millis(),
            ))?;
        }
    }
    Ok(())
}
