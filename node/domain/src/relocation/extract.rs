//! The daily extract from the registry of persons: CSV (RFC 4180) or JSON, five columns and no more.
//!
//! | column | what |
//! |---|---|
//! | `event_id` | names the move: the same id again is the same move |
//! | `cpr` | the citizen's number |
//! | `moved_on` | the day, ISO 8601 |
//! | `from`, `to` | a municipality's code of four digits, or `abroad` |
//!
//! A column more is refused: an extract that holds addresses or names is not for this system. Text is UTF-8.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{Move, RelocationRefusal};
use crate::Cpr;

/// The columns, as a CSV file's first line and a JSON object's names have them, in any order.
pub const COLUMNS: [&str; 5] = ["event_id", "cpr", "moved_on", "from", "to"];

/// The most moves in one extract.
pub const MOST_LINES: usize = 50_000;

/// One line that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number: a CSV file's heading is line 1; a JSON list's first object is 1.
    pub number: u32,
    /// Whose move.
    pub cpr: Cpr,
    /// The move.
    pub moved: Move,
}

/// One line that could not. Says which and why, and repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLine {
    /// Its number.
    pub number: u32,
    /// Why.
    pub problem: LineProblem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
    /// Fields are missing, or there are too many.
    #[error("the line has not the five fields of the heading")]
    Fields,
    /// The event's id.
    #[error("event_id is no id")]
    EventId,
    /// The citizen's number.
    #[error("cpr is no CPR number")]
    Cpr,
    /// The day.
    #[error("moved_on is no day")]
    Day,
    /// Where from.
    #[error("from is no municipality's code")]
    From,
    /// Where to.
    #[error("to is no municipality's code")]
    To,
    /// What all of it says.
    #[error("the move can't be: {0}")]
    Move(#[from] RelocationRefusal),
    /// The same id stands for two moves in this file.
    #[error("the same event_id stands for another move in the file")]
    EventIdTwice,
}

impl LineProblem {
    /// What to do about it, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::Fields => "linjen har ikke de fem felter, som overskriften nævner",
            Self::EventId => {
                "event_id skal være 1-100 tegn: bogstaver, cifre og -_.:/, og ikke et CPR-nummer"
            }
            Self::Cpr => "cpr er ikke et CPR-nummer",
            Self::Day => "moved_on skal skrives som ÅÅÅÅ-MM-DD",
            Self::From => "from skal være en kommunekode med fire cifre eller abroad",
            Self::To => "to skal være en kommunekode med fire cifre eller abroad",
            Self::Move(RelocationRefusal::NotAMove) => "flytningen er fra og til samme sted",
            Self::Move(RelocationRefusal::EventIdInUse) => {
                "event_id er brugt om en anden flytning for borgeren"
            }
            Self::Move(RelocationRefusal::DayTooFarAhead) => "flyttedagen ligger mere end 60 dage frem",
            Self::Move(_) => "flyttedagen skal ligge efter 1999",
            Self::EventIdTwice => "samme event_id står om to forskellige flytninger i filen",
        }
    }
}

/// What an extract holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extract {
    /// The lines that could be read, in the file's order.
    pub lines: Vec<Line>,
    /// Those that could not.
    pub bad: Vec<BadLine>,
}

/// Why a file is no extract at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractRefusal {
    /// Not text in UTF-8: Windows-1252 or UTF-16, perhaps.
    #[error("the file is not text in UTF-8: line {line} is the first that is not")]
    NotUtf8 {
        /// The first line that is not.
        line: usize,
    },
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A column is missing.
    #[error("the column {column} is missing")]
    ColumnMissing {
        /// Which.
        column: &'static str,
    },
    /// A column too many, or twice.
    #[error("column {number} is not one of those asked for")]
    ColumnNotAskedFor {
        /// Which, from 1.
        number: usize,
    },
    /// Neither a CSV file nor a list in JSON.
    #[error("the file is not a list of objects in JSON")]
    NotJson,
    /// Too many moves.
    #[error("the file has more than {MOST_LINES} moves")]
    TooLong,
}

impl ExtractRefusal {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "EXTRACT_NOT_UTF8",
            Self::Empty => "EXTRACT_EMPTY",
            Self::ColumnMissing { .. } => "EXTRACT_COLUMN_MISSING",
            Self::ColumnNotAskedFor { .. } => "EXTRACT_COLUMN_NOT_ASKED_FOR",
            Self::NotJson => "EXTRACT_NOT_JSON",
            Self::TooLong => "EXTRACT_TOO_LONG",
        }
    }

    /// What to do about it, in Danish.
    pub fn what_to_do(&self) -> String {
        match self {
            Self::NotUtf8 { line } => format!(
                "Filen er ikke tekst i UTF-8 (første gang i linje {line}). Er den i Windows-1252, så gem den som UTF-8, \
                 og prøv igen."
            ),
            Self::Empty => "Filen er tom. Vælg et andet udtræk.".into(),
            Self::ColumnMissing { column } => {
                format!("Kolonnen {column} mangler. Udtrækket skal have kolonnerne {}.", COLUMNS.join(", "))
            }
            Self::ColumnNotAskedFor { number } => format!(
                "Kolonne {number} er en, der ikke er bedt om, eller står der to gange. Tag den ud af udtrækket: kun {} må \
                 være der.",
                COLUMNS.join(", ")
            ),
            Self::NotJson => "Filen er ikke en liste af objekter i JSON. Ret den, eller brug CSV.".into(),
            Self::TooLong => format!("Filen har flere end {MOST_LINES} flytninger. Del den i flere."),
        }
    }
}

/// Reads an extract, today. What it holds is JSON if it begins like a list, else CSV with commas or semicolons.
///
/// # Errors
/// [`ExtractRefusal`], where no line of it can be trusted. A line that can't be read is in [`Extract::bad`].
pub fn read(bytes: &[u8], today: Date) -> Result<Extract, ExtractRefusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| ExtractRefusal::NotUtf8 {
        line: bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count(),
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let rows = match text.trim_start().chars().next() {
        None => return Err(ExtractRefusal::Empty),
        Some('[') => json_rows(text)?,
        Some(_) => csv_rows(text)?,
    };
    if rows.len() > MOST_LINES {
        return Err(ExtractRefusal::TooLong);
    }
    let mut extract = Extract::default();
    let mut by_event = std::collections::BTreeMap::new();
    for (number, fields) in rows {
        match fields.ok_or(LineProblem::Fields).and_then(|fields| line(number, &fields, today)) {
            Ok(line) => {
                let first = by_event
                    .entry(line.moved.event.clone())
                    .or_insert_with(|| (line.cpr.clone(), line.moved.clone()));
                if *first == (line.cpr.clone(), line.moved.clone()) {
                    extract.lines.push(line);
                } else {
                    extract.bad.push(BadLine { number, problem: LineProblem::EventIdTwice });
                }
            }
            Err(problem) => extract.bad.push(BadLine { number, problem }),
        }
    }
    Ok(extract)
}

/// Five fields in the order of [`COLUMNS`], or nothing where the line has not those.
type Fields = Option<[String; 5]>;

fn line(number: u32, fields: &[String; 5], today: Date) -> Result<Line, LineProblem> {
    let [event, cpr, on, from, to] = fields.each_ref().map(|field| field.trim());
    let event = event.parse().map_err(|_| LineProblem::EventId)?;
    let cpr = cpr.parse().map_err(|_| LineProblem::Cpr)?;
    let on = on.parse().map_err(|_| LineProblem::Day)?;
    let from = from.parse().map_err(|_| LineProblem::From)?;
    let to = to.parse().map_err(|_| LineProblem::To)?;
    Ok(Line { number, cpr, moved: Move::new(event, on, from, to, today)? })
}

fn json_rows(text: &str) -> Result<Vec<(u32, Fields)>, ExtractRefusal> {
    // The parser's own words would quote the file.
    let objects: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|_| ExtractRefusal::NotJson)?;
    let mut rows = Vec::with_capacity(objects.len());
    for (number, mut object) in (1..).zip(objects) {
        let fields = COLUMNS.map(|column| match object.remove(column) {
            Some(Value::String(field)) => Some(field),
            _ => None,
        });
        if !object.is_empty() {
            return Err(ExtractRefusal::ColumnNotAskedFor { number: COLUMNS.len() + 1 });
        }
        rows.push((number, whole(fields)));
    }
    Ok(rows)
}

fn whole(fields: [Option<String>; 5]) -> Fields {
    let [Some(event), Some(cpr), Some(on), Some(from), Some(to)] = fields else { return None };
    Some([event, cpr, on, from, to])
}

fn csv_rows(text: &str) -> Result<Vec<(u32, Fields)>, ExtractRefusal> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, heading)) = lines.next() else { return Err(ExtractRefusal::Empty) };
    let separator = if heading.contains(';') { ';' } else { ',' };
    let names = split(heading, separator).unwrap_or_default();
    let at = |column: &str| names.iter().position(|name| name.trim() == column);
    let not_asked_for = names
        .iter()
        .enumerate()
        .position(|(index, name)| at(name.trim()) != Some(index) || !COLUMNS.contains(&name.trim()));
    let mut places = [0; 5];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = at(column).ok_or(ExtractRefusal::ColumnMissing { column })?;
    }
    if let Some(index) = not_asked_for {
        return Err(ExtractRefusal::ColumnNotAskedFor { number: index + 1 });
    }
    let fields = |line: &str| {
        let fields = split(line, separator).filter(|fields| fields.len() == COLUMNS.len())?;
        Some(places.map(|place| fields[place].clone()))
    };
    Ok(lines.map(|(number, line)| (number, fields(line))).collect())
}

/// One line's fields. Each line is read by itself, so that a quote without its end spoils no other: no field of an extract
/// has a line feed in it.
fn split(line: &str, separator: char) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(separator).ok()?)
        .has_headers(false)
        .from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}
