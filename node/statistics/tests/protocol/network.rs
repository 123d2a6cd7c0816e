//! A network that delivers in any order, twice at times, and from some nodes not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use enplan_statistics::Randomness;
use enplan_statistics::cube::Cell;
use enplan_statistics::input::CellInput;
use enplan_statistics::protocol::{
    Aborted, Letter, Outcome, Party, Progress, Refused, Round, Setup, TableGate,
};

/// Randomness that comes again for the same seed.
pub(crate) struct Seeded(pub(crate) fastrand::Rng);

impl Randomness for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// What one node does to its own messages: gives what it sends instead.
pub(crate) type Lie = Box<dyn FnMut(usize, Vec<Letter>) -> Vec<Letter>>;

/// A message that was sent, for whoever looks at the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sent {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) round: u32,
    pub(crate) length: usize,
}

pub(crate) struct Network {
    pub(crate) setup: Arc<Setup>,
    pub(crate) parties: Vec<Party>,
    /// What each node has ended with.
    pub(crate) done: BTreeMap<usize, Outcome>,
    /// Why each node could not go on.
    pub(crate) aborted: BTreeMap<usize, Aborted>,
    pub(crate) refused: Vec<(usize, Refused)>,
    pub(crate) away: BTreeSet<usize>,
    pub(crate) sent: Vec<Sent>,
    /// What each node has heard: from whom, in which round, and what.
    pub(crate) heard: BTreeMap<usize, Vec<(usize, u32, Vec<u8>)>>,
    /// The nodes that go away: when they have sent so many batches, the last of them in part.
    pub(crate) goes_away: BTreeMap<usize, usize>,
    pub(crate) lie: Lie,
    /// The tables that each node finds to say too much.
    pub(crate) vetoes: BTreeMap<usize, Vec<bool>>,
    /// Whether messages come in the order in which they were sent.
    pub(crate) in_order: bool,
    /// Whether nobody decides what follows after the first gate.
    pub(crate) stop_at_gate: bool,
    /// What the first gate has told each node.
    gates: BTreeMap<usize, (Vec<bool>, Vec<bool>)>,
    batches: Vec<usize>,
    under_way: Vec<(usize, Letter)>,
    /// All that was ever sent.
    letters: Vec<(usize, Letter)>,
    chance: fastrand::Rng,
    randomness: Vec<Seeded>,
    attempt: u8,
    inputs: Vec<Vec<CellInput>>,
}

impl Network {
    pub(crate) fn new(setup: &Setup, inputs: &[Vec<CellInput>], seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        Self {
            setup: Arc::new(setup.clone()),
            parties: Vec::new(),
            done: BTreeMap::new(),
            aborted: BTreeMap::new(),
            refused: Vec::new(),
            away: BTreeSet::new(),
            sent: Vec::new(),
            heard: BTreeMap::new(),
            goes_away: BTreeMap::new(),
            lie: Box::new(|_, letters| letters),
            vetoes: BTreeMap::new(),
            in_order: false,
            stop_at_gate: false,
            gates: BTreeMap::new(),
            batches: vec![0; setup.dealers],
            under_way: Vec::new(),
            letters: Vec::new(),
            randomness: (0..setup.dealers).map(|_| Seeded(chance.fork())).collect(),
            chance,
            attempt: 0,
            inputs: inputs.to_vec(),
        }
    }

    /// Runs until nobody can go on; begins anew without those that have gone away, while enough are left.
    pub(crate) fn run(&mut self) {
        self.share();
        while self.deliver_all() {}
    }

    /// Everybody's first messages are under way.
    pub(crate) fn share(&mut self) {
        for node in 0..self.setup.dealers {
            let randomness = &mut self.randomness[node];
            let started = Party::start(self.setup.clone(), node, &self.inputs[node], randomness);
            let (party, letters) = started.unwrap();
            self.parties.push(party);
            self.post(node, letters);
        }
    }

    /// Delivers all that is under way, and what follows from it. True if a phase was begun anew, so that there is more.
    pub(crate) fn deliver_all(&mut self) -> bool {
        while !self.under_way.is_empty() {
            let at = if self.in_order { 0 } else { self.chance.usize(..self.under_way.len()) };
            let twice = self.chance.u8(..) < 20;
            let (from, letter) = match twice {
                true => self.under_way[at].clone(),
                false if self.in_order => self.under_way.remove(0),
                false => self.under_way.swap_remove(at),
            };
            self.deliver(from, &letter);
        }
        let here: Vec<usize> = (0..self.setup.dealers).filter(|node| !self.away.contains(node)).collect();
        let over = here.iter().all(|node| self.done.contains_key(node));
        let computing = here.iter().filter(|node| **node < self.setup.computers).count();
        if over || self.away.is_empty() || computing < self.setup.needed() || !self.aborted.is_empty() {
            return false;
        }
        let phase = here.iter().map(|node| self.parties[*node].phase()).min().unwrap_or(0);
        self.begin_anew(phase, &here)
    }

    /// Begins a phase anew with these nodes. False if that could not be done.
    pub(crate) fn begin_anew(&mut self, phase: u16, quorum: &[usize]) -> bool {
        self.attempt += 1;
        self.aborted.clear();
        let mut in_turn = quorum.to_vec();
        self.chance.shuffle(&mut in_turn);
        for node in in_turn {
            self.done.remove(&node);
            let begun = self.parties[node].restart(phase, self.attempt, quorum, &mut self.randomness[node]);
            let Ok(letters) = begun else { return false };
            self.post(node, letters);
            self.go_on(node);
            // Some hear of it from the others before they are told, and what was said before comes again.
            for _ in 0..5 {
                let old = self.chance.usize(..self.letters.len());
                self.under_way.push(self.letters[old].clone());
                let new = self.chance.usize(..self.under_way.len());
                let (from, letter) = self.under_way.swap_remove(new);
                self.deliver(from, &letter);
            }
        }
        true
    }

    pub(crate) fn deliver(&mut self, from: usize, letter: &Letter) {
        let to = letter.to;
        if self.away.contains(&to) {
            return;
        }
        self.heard.entry(to).or_default().push((from, letter.round, letter.bytes.clone()));
        match self.parties[to].receive(from, letter.round, &letter.bytes) {
            Ok(()) => self.go_on(to),
            Err(refused) => self.refused.push((to, refused)),
        }
    }

    fn go_on(&mut self, node: usize) {
        while !self.away.contains(&node) {
            let randomness = &mut self.randomness[node];
            let party = &mut self.parties[node];
            let progress = match party.advance(randomness) {
                Ok(progress) => progress,
                Err(aborted) => {
                    self.aborted.insert(node, aborted);
                    return;
                }
            };
            let letters = match progress {
                Progress::Waiting(_) => return,
                Progress::Done(outcome) => {
                    self.done.insert(node, outcome);
                    return;
                }
                Progress::Send(letters) => letters,
                Progress::Cells { .. } if self.stop_at_gate => return,
                Progress::Cells { passed, unchanged } => {
                    let sums = hidden(&self.setup, &passed);
                    let cells = to_open(&self.setup, &passed, &unchanged, &[]);
                    self.gates.insert(node, (passed, unchanged));
                    if sums.is_empty() {
                        party.open(&cells, randomness).unwrap()
                    } else {
                        party.gate_sums(&sums, randomness).unwrap()
                    }
                }
                Progress::Sums(answers) => {
                    let (passed, unchanged) = &self.gates[&node];
                    let cells = to_open(&self.setup, passed, unchanged, &answers);
                    party.open(&cells, randomness).unwrap()
                }
                Progress::Candidate(_) => {
                    let all_may_be_known = vec![false; self.setup.tables.len()];
                    let votes = self.vetoes.get(&node).unwrap_or(&all_may_be_known);
                    party.vote(votes, randomness).unwrap()
                }
            };
            self.post(node, letters);
        }
    }

    fn post(&mut self, from: usize, letters: Vec<Letter>) {
        if letters.is_empty() {
            return;
        }
        self.batches[from] += 1;
        let mut letters = (self.lie)(from, letters);
        if self.goes_away.get(&from) == Some(&self.batches[from]) {
            self.away.insert(from);
            letters.retain(|_| self.chance.bool());
        }
        for letter in letters {
            let Letter { to, round, ref bytes } = letter;
            self.sent.push(Sent { from, to, round, length: bytes.len() });
            self.letters.push((from, letter.clone()));
            self.under_way.push((from, letter));
        }
    }

    /// What all that are left have ended with, the same for each.
    pub(crate) fn outcome(&self) -> Outcome {
        let here: Vec<usize> = (0..self.setup.dealers).filter(|node| !self.away.contains(node)).collect();
        let ended: Vec<&Outcome> = here.iter().filter_map(|node| self.done.get(node)).collect();
        assert_eq!(ended.len(), here.len(), "not all ended: {:?} {:?}", self.aborted, self.parties);
        assert!(ended.iter().all(|outcome| *outcome == ended[0]), "they ended differently");
        ended[0].clone()
    }

    /// Whether anything of this phase or a later one was ever sent.
    pub(crate) fn came_to(&self, phase: u16) -> bool {
        self.sent.iter().any(|sent| Round::from(sent.round).phase >= phase)
    }
}

/// For each table, its cells that did not pass: what follows from its sum and the open ones. The least that a suppression
/// does, so that the gate on sums is used.
pub(crate) fn hidden(setup: &Setup, passed: &[bool]) -> Vec<Vec<Cell>> {
    let of_table = |table: &TableGate| -> Vec<Cell> {
        let cells = table.cells.clone().map(Cell);
        cells.filter(|cell| !passed[cell.0] && !setup.impossible.contains(cell)).collect()
    };
    setup.tables.iter().map(of_table).filter(|cells| !cells.is_empty()).collect()
}

/// The cells that passed, of tables that changed and whose hidden cells may be known together.
pub(crate) fn to_open(setup: &Setup, passed: &[bool], unchanged: &[bool], answers: &[bool]) -> Vec<Cell> {
    let mut answers = answers.iter();
    let mut cells = Vec::new();
    for (table, unchanged) in setup.tables.iter().zip(unchanged) {
        let hides =
            table.cells.clone().map(Cell).any(|cell| !passed[cell.0] && !setup.impossible.contains(&cell));
        let may = !hides || answers.next().copied().unwrap_or(false);
        if may && !unchanged {
            cells.extend(table.cells.clone().filter(|cell| passed[*cell]).map(Cell));
        }
    }
    cells
}

/// Three tables of six cells, one of them impossible; the last two were published before.
pub(crate) fn setup(dealers: usize, computers: usize) -> Setup {
    let table = |start: usize, compared| TableGate { cells: start..start + 6, compared };
    Setup {
        run: [7; 32],
        dealers,
        computers,
        cells: 18,
        impossible: vec![Cell(8)],
        tables: vec![table(0, false), table(6, true), table(12, true)],
        threshold: 5,
        present: 3,
        changed: 3,
    }
}

/// Counts of everybody in which every kind of cell and table is likely: empty cells, small ones, one node's and large ones,
/// tables that hardly change.
pub(crate) fn inputs(setup: &Setup, seed: u64) -> Vec<Vec<CellInput>> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut inputs = vec![vec![CellInput::default(); setup.cells]; setup.dealers];
    for table in &setup.tables {
        let sizes: &[u16] = if chance.bool() { &[40, 400, 4095] } else { &[0, 1, 2, 3, 40, 40] };
        let changes: &[u16] = if chance.bool() { &[0, 400] } else { &[0, 0, 1, 3, 30] };
        for cell in table.cells.clone().filter(|cell| !setup.impossible.contains(&Cell(*cell))) {
            let most = sizes[chance.usize(..sizes.len())];
            let most_changed = changes[chance.usize(..changes.len())];
            let alone = (chance.u8(..) < 12).then(|| chance.usize(..setup.dealers));
            for (dealer, input) in inputs.iter_mut().enumerate() {
                let counts = alone.is_none_or(|alone| alone == dealer);
                input[cell] = CellInput {
                    count: if counts { chance.u16(..=most) } else { 0 },
                    changed: chance.u16(..=most_changed),
                    noise: chance.i8(-16..=15),
                };
            }
        }
    }
    inputs
}
