//! Where each cell of each table lies in one list of cells, and which cells add up to which.

use std::ops::Range;

use crate::manifest::{Dimension, Manifest, Table};

/// A cell's place in the list of all cells: tables in the manifest's order, rows before columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(pub usize);

/// The cells of a manifest's tables, in one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cube {
    tables: Vec<CubeTable>,
    equations: Vec<Equation>,
    cells: usize,
}

/// One table in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeTable {
    /// The place of each dimension in the manifest, with its number of bins.
    pub dimensions: Vec<(usize, usize)>,
    /// Where the table's cells lie in the list.
    pub cells: Range<usize>,
    /// The cells that nobody can stand in.
    pub impossible: Vec<Cell>,
}

/// Cells whose counts add up to another cell's: whoever knows all but one of them knows all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equation {
    /// The sum.
    pub margin: Cell,
    /// What it is the sum of; impossible cells are not among them.
    pub parts: Vec<Cell>,
}

/// Why a manifest can't be counted by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACube {
    /// A dimension or a table is there twice, or a name is empty.
    #[error("{0:?} is there twice or has no name: give each dimension, bin and table a name of its own")]
    Name(String),
    /// A table names a dimension that is not there.
    #[error("table {table:?} names dimension {dimension:?}, which the manifest does not have")]
    NoSuchDimension {
        /// The table.
        table: String,
        /// What it names.
        dimension: String,
    },
    /// A table of more than two dimensions, or of the same one twice.
    #[error("table {0:?} must have at most two dimensions, each once")]
    Dimensions(String),
    /// Without its margins a table's suppressed cells can't be kept from being found out.
    #[error("table {table:?} needs the table of {margin:?} alone: add it")]
    NoMargin {
        /// The table.
        table: String,
        /// The margin that is missing.
        margin: String,
    },
    /// The thresholds protect nobody.
    #[error("a cell needs a threshold of at least 3 people, 2 municipalities and 3 changed")]
    Thresholds,
    /// Bins of a number must begin at 0 and grow.
    #[error("the bins of {0:?} that are numbers must begin at 0 and grow")]
    Bins(String),
    /// An impossible cell that is not in its table.
    #[error("table {0:?} says of a cell that it does not have that it is impossible")]
    Impossible(String),
    /// More cells than a computation takes.
    #[error("the tables have {0} cells; at most {MOST_CELLS} can be computed together")]
    TooLarge(usize),
}

/// The most cells that a manifest may have: bounds every message of a computation.
pub const MOST_CELLS: usize = 4096;

impl Cube {
    /// The cells of a manifest.
    ///
    /// # Errors
    /// [`NotACube`] where the manifest contradicts itself or protects nobody.
    pub fn of(manifest: &Manifest) -> Result<Self, NotACube> {
        if manifest.threshold < 3 || manifest.present < 2 || manifest.changed < 3 {
            return Err(NotACube::Thresholds);
        }
        distinct(manifest.dimensions.iter().map(|dimension| dimension.name.as_str()))?;
        distinct(manifest.tables.iter().map(|table| table.name.as_str()))?;
        for dimension in &manifest.dimensions {
            check_bins(dimension)?;
        }
        let mut cells = 0;
        let mut tables = Vec::with_capacity(manifest.tables.len());
        for table in &manifest.tables {
            let table = cube_table(manifest, table, cells)?;
            cells = table.cells.end;
            if cells > MOST_CELLS {
                return Err(NotACube::TooLarge(cells));
            }
            tables.push(table);
        }
        let mut cube = Self { tables, equations: Vec::new(), cells };
        for (at, table) in manifest.tables.iter().enumerate() {
            let found = cube.equations_of(at, table, &manifest.dimensions)?;
            cube.equations.extend(found);
        }
        Ok(cube)
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// The tables, in the manifest's order.
    pub fn tables(&self) -> &[CubeTable] {
        &self.tables
    }

    /// Which cells add up to which.
    pub fn equations(&self) -> &[Equation] {
        &self.equations
    }

    /// The cell of each table that a citizen stands in, from the position of their bin in each dimension of the manifest.
    /// Nothing for a table where that combination is impossible.
    pub fn cells_of<'a>(&'a self, bins: &'a [usize]) -> impl Iterator<Item = Option<Cell>> + 'a {
        self.tables.iter().map(|table| {
            let cell = table.cell(table.dimensions.iter().map(|(dimension, _)| bins[*dimension]));
            (!table.impossible.contains(&cell)).then_some(cell)
        })
    }

    fn equations_of(
        &self,
        at: usize,
        table: &Table,
        dimensions: &[Dimension],
    ) -> Result<Vec<Equation>, NotACube> {
        let of = &self.tables[at];
        let margins: Vec<Vec<usize>> = match of.dimensions.as_slice() {
            [] => Vec::new(),
            [_] => vec![Vec::new()],
            [(rows, _), (columns, _)] => vec![vec![*rows], vec![*columns]],
            _ => return Err(NotACube::Dimensions(table.name.clone())),
        };
        let mut equations = Vec::new();
        for kept in margins {
            let named = |table: &&CubeTable| {
                table.dimensions.iter().map(|(place, _)| *place).eq(kept.iter().copied())
            };
            let margin = self.tables.iter().find(named).ok_or_else(|| NotACube::NoMargin {
                table: table.name.clone(),
                margin: kept.first().map_or("everybody", |place| dimensions[*place].name.as_str()).to_owned(),
            })?;
            for whole in margin.cells.clone() {
                let bin = whole - margin.cells.start;
                let belongs = |cell: &usize| match kept.first() {
                    None => true,
                    Some(dimension) => of.bin(Cell(*cell), *dimension) == Some(bin),
                };
                let parts = of.cells.clone().filter(belongs).map(Cell);
                let parts = parts.filter(|cell| !of.impossible.contains(cell)).collect();
                equations.push(Equation { margin: Cell(whole), parts });
            }
        }
        Ok(equations)
    }
}

impl CubeTable {
    /// The cell at these positions of bins, in the order of the table's dimensions.
    pub fn cell(&self, bins: impl IntoIterator<Item = usize>) -> Cell {
        let within =
            self.dimensions.iter().zip(bins).fold(0, |within, ((_, count), bin)| within * count + bin);
        Cell(self.cells.start + within)
    }

    /// The position of a cell's bin in a dimension of the manifest, if the table has both.
    pub fn bin(&self, cell: Cell, dimension: usize) -> Option<usize> {
        if !self.cells.contains(&cell.0) {
            return None;
        }
        let mut within = cell.0 - self.cells.start;
        let mut found = None;
        for (place, count) in self.dimensions.iter().rev() {
            if *place == dimension {
                found = Some(within % count);
            }
            within /= count;
        }
        found
    }
}

fn cube_table(manifest: &Manifest, table: &Table, start: usize) -> Result<CubeTable, NotACube> {
    let mut dimensions = Vec::with_capacity(table.dimensions.len());
    for name in &table.dimensions {
        let place =
            manifest.dimensions.iter().position(|dimension| dimension.name == *name).ok_or_else(|| {
                NotACube::NoSuchDimension { table: table.name.clone(), dimension: name.clone() }
            })?;
        dimensions.push((place, manifest.dimensions[place].bins.len()));
    }
    if dimensions.len() > 2 || dimensions.first().is_some_and(|first| dimensions[1..].contains(first)) {
        return Err(NotACube::Dimensions(table.name.clone()));
    }
    let cells = start..start + dimensions.iter().map(|(_, bins)| bins).product::<usize>();
    let mut placed = CubeTable { dimensions, cells, impossible: Vec::new() };
    for bins in &table.impossible {
        let fits = bins.len() == placed.dimensions.len()
            && bins.iter().zip(&placed.dimensions).all(|(bin, (_, count))| usize::from(*bin) < *count);
        if !fits {
            return Err(NotACube::Impossible(table.name.clone()));
        }
        placed.impossible.push(placed.cell(bins.iter().map(|bin| usize::from(*bin))));
    }
    Ok(placed)
}

fn check_bins(dimension: &Dimension) -> Result<(), NotACube> {
    distinct(dimension.bins.iter().map(|bin| bin.name.as_str()))?;
    let numbers: Vec<u32> = dimension.bins.iter().filter_map(|bin| bin.from).collect();
    let grow =
        numbers.first().is_none_or(|first| *first == 0) && numbers.is_sorted_by(|one, next| one < next);
    if dimension.bins.is_empty() || !grow {
        return Err(NotACube::Bins(dimension.name.clone()));
    }
    Ok(())
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), NotACube> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if name.is_empty() || !seen.insert(name) {
            return Err(NotACube::Name(name.to_owned()));
        }
    }
    Ok(())
}
