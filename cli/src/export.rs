//! Released tables as files: one line a cell, JSON, or a workbook.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::arguments::ExportFormat;
use crate::failure::Failure;
use crate::show::{StatisticsCellStatus, StatisticsTable};

/// A worksheet's name may be no longer.
const LONGEST_SHEET_NAME: usize = 31;

/// The form of a file, as it was asked for or as its name ends.
pub(crate) fn format(file: &Path, asked: Option<ExportFormat>) -> Result<ExportFormat, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match (asked, ending.to_lowercase().as_str()) {
        (Some(format), _) => Ok(format),
        (None, "csv") => Ok(ExportFormat::Csv),
        (None, "json") => Ok(ExportFormat::Json),
        (None, "xlsx") => Ok(ExportFormat::Xlsx),
        (None, _) => {
            let message = "Lad filens navn ende på .csv, .json eller .xlsx, eller vælg med --format.";
            Err(Failure::usage("UNKNOWN_FORMAT", message))
        }
    }
}

/// The tables in a form of file.
pub(crate) fn encode(format: ExportFormat, tables: &[StatisticsTable]) -> Result<Vec<u8>, Failure> {
    let failed = |cause: &dyn std::error::Error| {
        Failure::usage("EXPORT_FAILED", format!("Tabellerne kan ikke skrives i den form: {cause}"))
    };
    match format {
        ExportFormat::Csv => comma_separated(tables).map_err(|cause| failed(&cause)),
        ExportFormat::Json => serde_json::to_vec_pretty(tables).map_err(|cause| failed(&cause)),
        ExportFormat::Xlsx => workbook(tables).map_err(|cause| failed(&cause)),
    }
}

/// Writes a new file, and none in the place of another.
pub(crate) fn write(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let unwritable = |cause: std::io::Error| {
        let (code, message) = match cause.kind() {
            ErrorKind::AlreadyExists => {
                ("FILE_EXISTS", "Filen findes allerede. Vælg et andet navn, eller slet den først.")
            }
            _ => ("FILE_UNWRITABLE", "Filen kan ikke skrives. Vælg en mappe, du kan skrive i."),
        };
        Failure::usage(code, message).because(&cause)
    };
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file).map_err(unwritable)?;
    opened.write_all(content).and_then(|()| opened.sync_all()).map_err(|cause| {
        // Nothing half done. Should it not go away either, the refusal says what there is to look at.
        let _ = std::fs::remove_file(file);
        unwritable(cause)
    })
}

/// The headings of a line or a row: the bins of at most two dimensions.
const HEADINGS: [&str; 8] = ["table", "epoch", "published", "bin_1", "bin_2", "label", "status", "value"];

fn comma_separated(tables: &[StatisticsTable]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(HEADINGS)?;
    for table in tables {
        for cell in &table.cells {
            let bin = |at: usize| cell.bins.get(at).map(String::as_str).unwrap_or_default();
            let value = cell.value.map(|value| value.to_string()).unwrap_or_default();
            let published = table.published.as_deref().unwrap_or_default();
            writer.write_record([
                &table.name,
                &table.epoch,
                published,
                bin(0),
                bin(1),
                &cell.label(),
                status(cell.status),
                &value,
            ])?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn status(status: StatisticsCellStatus) -> &'static str {
    match status {
        StatisticsCellStatus::Published => "published",
        StatisticsCellStatus::Suppressed => "suppressed",
        StatisticsCellStatus::Impossible => "impossible",
        StatisticsCellStatus::Unknown => "unknown",
    }
}

/// A worksheet for each table: its cells, and under them what they say and of when.
fn workbook(tables: &[StatisticsTable]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(table.name.chars().take(LONGEST_SHEET_NAME).collect::<String>())?;
        sheet.write_with_format(0, 0, &table.danish, &bold)?;
        sheet.write(1, 0, format!("Data til og med {}", table.as_of))?;
        sheet.write(2, 0, table.state.danish())?;
        let headings = table.dimensions.iter().map(|dimension| dimension.danish.as_str());
        for (column, heading) in (0..).zip(headings.chain(["Borgere", "Status"])) {
            sheet.write_with_format(4, column, heading, &bold)?;
        }
        let mut row = 5;
        for cell in &table.cells {
            let mut column = 0;
            for label in &cell.labels {
                sheet.write(row, column, label)?;
                column += 1;
            }
            if let Some(value) = cell.value {
                sheet.write(row, column, value)?;
            }
            sheet.write(row, column + 1, cell.status.danish())?;
            row += 1;
        }
        for dimension in &table.dimensions {
            row += 1;
            sheet.write(row, 0, format!("{}: {}", dimension.danish, dimension.definition))?;
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    fn tables() -> Vec<StatisticsTable> {
        let of = |name| StatisticsTable::of(name, &samples::manifest(), &samples::release(), None).unwrap();
        vec![of("age-band"), of("outcome-by-age")]
    }

    #[test]
    fn a_line_has_a_status_and_a_hidden_figure_is_empty_not_zero() {
        let text = String::from_utf8(encode(ExportFormat::Csv, &tables()).unwrap()).unwrap();
        insta::assert_snapshot!("statistics_csv", text);
        let hidden: Vec<&str> = text.lines().filter(|line| line.contains(";suppressed;")).collect();
        assert!(!hidden.is_empty() && hidden.iter().all(|line| line.ends_with(';')), "{text}");
    }

    #[test]
    fn a_workbook_has_a_sheet_for_each_table() {
        let bytes = encode(ExportFormat::Xlsx, &tables()).unwrap();
        // A workbook is a ZIP archive (ECMA-376 part 2).
        assert!(bytes.starts_with(b"PK\x03\x04"));
    }

    #[test]
    fn json_has_every_table() {
        let bytes = encode(ExportFormat::Json, &tables()).unwrap();
        let tables: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(tables.as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn the_form_follows_from_the_name_or_is_asked_for() {
        assert_eq!(format(Path::new("a.XLSX"), None).unwrap(), ExportFormat::Xlsx);
        assert_eq!(format(Path::new("a.txt"), Some(ExportFormat::Csv)).unwrap(), ExportFormat::Csv);
        assert_eq!(format(Path::new("a.txt"), None).unwrap_err().code, "UNKNOWN_FORMAT");
    }

    #[test]
    fn no_file_takes_another_s_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        write(&file, b"one").unwrap();
        assert_eq!(write(&file, b"two").unwrap_err().code, "FILE_EXISTS");
        assert_eq!(std::fs::read(&file).unwrap(), b"one");
    }
}
