//! Invented citizens of nine municipalities, and the releases about them: shared by the attacks and the figures of use.

pub(crate) mod people;
pub(crate) mod synthetic;

use std::collections::BTreeMap;

use enplan_statistics::cube::{Cell, Cube};
use enplan_statistics::input::CellInput;
use enplan_statistics::manifest::{Manifest, first};
use enplan_statistics::noise::{NoiseKey, Version};
use enplan_statistics::reference::{Gates, release};
use enplan_statistics::release::{CellStatus, Epoch, TableRelease};

pub(crate) use people::{Citizen, citizens, next_quarter};

pub(crate) use synthetic::MUNICIPALITIES as NODES;

/// The quarter after so many.
pub(crate) fn quarter(after: usize) -> Epoch {
    Epoch::new(2026 + i16::try_from(after / 4).unwrap(), i8::try_from(after % 4 + 1).unwrap()).unwrap()
}

/// A table's last version: of which quarter and of whom it is, and what it says.
type Published = (Epoch, Vec<Citizen>, Vec<CellStatus>);

/// The federation from one quarter to the next: what it has published, and of whom.
pub(crate) struct Federation {
    pub(crate) manifest: Manifest,
    pub(crate) cube: Cube,
    keys: Vec<NoiseKey>,
    quarters: usize,
    /// Of each table the version that is read now.
    pub(crate) tables: Vec<Option<Published>>,
}

impl Federation {
    /// Before its first quarter, with the first manifest.
    pub(crate) fn new(seed: u64) -> Self {
        let manifest = first();
        let cube = Cube::of(&manifest).unwrap();
        let mut chance = fastrand::Rng::with_seed(seed);
        let keys = (0..NODES).map(|_| NoiseKey::new(&std::array::from_fn(|_| chance.u8(..)))).collect();
        let tables = vec![None; cube.tables().len()];
        Self { manifest, cube, keys, quarters: 0, tables }
    }

    /// What the nodes bring in the coming quarter.
    pub(crate) fn inputs(&self, citizens: &[Citizen]) -> Vec<Vec<CellInput>> {
        let version = Version { manifest: self.manifest.version, epoch: quarter(self.quarters) };
        let mut nodes = vec![vec![CellInput::default(); self.cube.len()]; NODES];
        for (inputs, key) in nodes.iter_mut().zip(&self.keys) {
            for (cell, input) in inputs.iter_mut().enumerate() {
                input.noise = key.part(version, Cell(cell), u32::try_from(NODES).unwrap());
            }
        }
        for citizen in citizens {
            for cell in self.cube.cells_of(&citizen.bins).flatten() {
                nodes[citizen.node][cell.0].count += 1;
            }
        }
        for at in 0..self.cube.tables().len() {
            let before = self.tables[at].as_ref().map_or(&[][..], |(_, citizens, _)| citizens);
            let stood: BTreeMap<u64, Option<Cell>> =
                before.iter().map(|citizen| (citizen.id, cell_in(&self.cube, at, citizen))).collect();
            let stands: BTreeMap<u64, Option<Cell>> =
                citizens.iter().map(|citizen| (citizen.id, cell_in(&self.cube, at, citizen))).collect();
            let node: BTreeMap<u64, usize> =
                before.iter().chain(citizens).map(|citizen| (citizen.id, citizen.node)).collect();
            for (id, node) in node {
                let (old, new) = (stood.get(&id).copied().flatten(), stands.get(&id).copied().flatten());
                if old != new {
                    for cell in old.into_iter().chain(new) {
                        nodes[node][cell.0].changed += 1;
                    }
                }
            }
        }
        nodes
    }

    /// The coming quarter's release of what the nodes bring.
    pub(crate) fn publish(&mut self, citizens: &[Citizen], inputs: &[Vec<CellInput>]) -> Vec<TableRelease> {
        let former: Vec<Option<Epoch>> =
            self.tables.iter().map(|table| table.as_ref().map(|(epoch, ..)| *epoch)).collect();
        let gates = Gates { manifest: &self.manifest, nodes: inputs };
        let released = release(gates, &self.cube, &former);
        for (table, release) in self.tables.iter_mut().zip(&released) {
            if let TableRelease::Published(cells) = release {
                *table = Some((quarter(self.quarters), citizens.to_vec(), cells.clone()));
            }
        }
        self.quarters += 1;
        released
    }

    /// What a reader sees of each cell now: a table that was never published, or dropped, shows nothing.
    pub(crate) fn seen(&self) -> Vec<CellStatus> {
        let mut seen = vec![CellStatus::Suppressed; self.cube.len()];
        for (table, published) in self.cube.tables().iter().zip(&self.tables) {
            if let Some((.., cells)) = published {
                seen[table.cells.clone()].copy_from_slice(cells);
            }
            for cell in &table.impossible {
                seen[cell.0] = CellStatus::Impossible;
            }
        }
        seen
    }
}

fn cell_in(cube: &Cube, table: usize, citizen: &Citizen) -> Option<Cell> {
    cube.cells_of(&citizen.bins).nth(table).flatten()
}

/// How many people of all nodes stand in each cell.
pub(crate) fn totals(nodes: &[Vec<CellInput>]) -> Vec<u32> {
    let cells = nodes.first().map_or(0, Vec::len);
    (0..cells).map(|cell| nodes.iter().map(|inputs| u32::from(inputs[cell].count)).sum()).collect()
}

/// A number to reckon with.
pub(crate) fn real(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

/// How often to repeat: a few times in the ordinary run, as often as `ENPLAN_ATTACK_ROUNDS` says for the figures.
pub(crate) fn rounds(ordinarily: usize) -> usize {
    std::env::var("ENPLAN_ATTACK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ordinarily)
}
