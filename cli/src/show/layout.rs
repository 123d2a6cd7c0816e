//! Pages of text: titles, fields and tables, aligned for people or one record a line.

use unicode_width::UnicodeWidthStr;

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column's heading and how it stands.
pub(crate) type Column = (&'static str, Align);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Title(String),
    Fields(Vec<(&'static str, String)>),
    Table { columns: &'static [Column], rows: Vec<Vec<String>> },
    Tree(Vec<Branch>),
    Line(String),
    Text(Vec<String>),
}

/// One thing in a tree, after what it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    /// How deep it stands; 0 for a root.
    pub(crate) depth: usize,
    /// What it is.
    pub(crate) head: String,
    /// What else there is to say of it, a line each; people only.
    pub(crate) notes: Vec<String>,
    /// The same for programs: one record, which says by itself what it is.
    pub(crate) record: Vec<String>,
}

/// What is shown, from top to bottom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page(Vec<Block>);

impl Page {
    /// An empty page.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A heading; people only.
    #[must_use]
    pub(crate) fn title(mut self, text: impl Into<String>) -> Self {
        self.0.push(Block::Title(text.into()));
        self
    }

    /// Names and values, one a line. What has no value is left out.
    #[must_use]
    pub(crate) fn fields<const N: usize>(mut self, fields: [(&'static str, String); N]) -> Self {
        self.0.push(Block::Fields(fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()));
        self
    }

    /// A table; nothing where it has no rows.
    #[must_use]
    pub(crate) fn table(mut self, columns: &'static [Column], rows: Vec<Vec<String>>) -> Self {
        if !rows.is_empty() {
            self.0.push(Block::Table { columns, rows });
        }
        self
    }

    /// A table with a heading; neither where it has no rows.
    #[must_use]
    pub(crate) fn titled_table(
        self,
        title: &str,
        columns: &'static [Column],
        rows: Vec<Vec<String>>,
    ) -> Self {
        if rows.is_empty() { self } else { self.title(title).table(columns, rows) }
    }

    /// A tree; nothing where it has no branches.
    #[must_use]
    pub(crate) fn tree(mut self, branches: Vec<Branch>) -> Self {
        if !branches.is_empty() {
            self.0.push(Block::Tree(branches));
        }
        self
    }

    /// A sentence; people only.
    #[must_use]
    pub(crate) fn line(mut self, text: impl Into<String>) -> Self {
        self.0.push(Block::Line(text.into()));
        self
    }

    /// A text of several lines, as it is; people only. Each of its lines stays one.
    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.push(Block::Text(text.trim_end().lines().map(str::to_owned).collect()));
        self
    }

    /// The page, aligned by display width.
    pub(crate) fn human(&self, colour: bool) -> String {
        let bold = |text: &str| if colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() };
        let mut lines = Vec::new();
        let mut after_title = true;
        for block in &self.0 {
            // A blank line between parts, none between a title and what it is the title of.
            if !after_title {
                lines.push(String::new());
            }
            after_title = matches!(block, Block::Title(_));
            match block {
                Block::Title(title) => lines.push(bold(&printable(title))),
                Block::Line(line) => lines.push(printable(line)),
                Block::Text(text) => lines.extend(text.iter().map(|line| printable(line))),
                Block::Fields(fields) => {
                    let width = fields.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
                    lines.extend(fields.iter().map(|(name, value)| {
                        format!("{}  {}", padded(name, width, Align::Left), printable(value))
                    }));
                }
                Block::Table { columns, rows } => lines.extend(table(columns, rows, bold)),
                Block::Tree(branches) => lines.extend(branches.iter().flat_map(|branch| {
                    let indent = "  ".repeat(branch.depth);
                    let notes = branch.notes.iter().map(|note| format!("{indent}    {}", printable(note)));
                    std::iter::once(format!("{indent}{}", printable(&branch.head)))
                        .chain(notes)
                        .collect::<Vec<_>>()
                })),
            }
        }
        whole(&lines)
    }

    /// The page for `grep`, `cut` and `awk`: fields as name and value, tables without headings, tabulators between. A row
    /// of a table with a title begins with it, since a row must say by itself what it is.
    pub(crate) fn plain(&self) -> String {
        let mut lines = Vec::new();
        let mut above = None;
        for block in &self.0 {
            let title = std::mem::take(&mut above);
            match block {
                Block::Title(next) => above = Some(next),
                Block::Tree(branches) => lines.extend(branches.iter().map(|branch| {
                    branch.record.iter().map(|cell| printable(cell)).collect::<Vec<_>>().join("\t")
                })),
                Block::Line(_) | Block::Text(_) => {}
                Block::Fields(fields) => {
                    lines.extend(fields.iter().map(|(name, value)| format!("{name}\t{}", printable(value))));
                }
                Block::Table { rows, .. } => lines.extend(rows.iter().map(|row| {
                    let cells: Vec<_> = title.into_iter().chain(row).map(|cell| printable(cell)).collect();
                    cells.join("\t")
                })),
            }
        }
        whole(&lines)
    }
}

/// Lines, each with its end.
fn whole(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn table(columns: &[Column], rows: &[Vec<String>], bold: impl Fn(&str) -> String) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, (heading, _))| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
            cells.chain([heading.width()]).max().unwrap_or_default()
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<_> = cells
            .zip(columns)
            .zip(&widths)
            .map(|((cell, (_, align)), width)| padded(cell, *width, *align))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let headings = bold(&line(&mut columns.iter().map(|(heading, _)| *heading)));
    let rows = rows.iter().map(|row| line(&mut row.iter().map(String::as_str)));
    std::iter::once(headings).chain(rows).collect()
}

fn padded(text: &str, width: usize, align: Align) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => format!("{text}{space}"),
        Align::Right => format!("{space}{text}"),
    }
}

/// Text that can't move the cursor, colour the screen or begin a new record: what a node says may come from another
/// municipality's file. Direction marks go too: they make a line read as something else than it is.
pub(crate) fn printable(text: &str) -> String {
    let marks_direction = |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|character| !marks_direction(*character))
        .map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            control if control.is_control() => '\u{fffd}',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[("NAVN", Align::Left), ("MÅL", Align::Right), ("SAG", Align::Left)];

    fn page() -> Page {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        Page::new()
            .title("Planer")
            .fields([("Kommune", "Gribskov".to_owned()), ("Tom", String::new()), ("År", "2027".to_owned())])
            .table(COLUMNS, vec![row(["Åse Ærø", "2", "x"]), row(["日本", "11", ""])])
            .line("Slut.")
    }

    #[test]
    fn people_get_columns_aligned_by_what_is_seen_not_by_bytes() {
        insta::assert_snapshot!(page().human(false), @r"
        Planer
        Kommune  Gribskov
        År       2027

        NAVN     MÅL  SAG
        Åse Ærø    2  x
        日本      11

        Slut.
        ");
    }

    #[test]
    fn programs_get_one_record_a_line_without_headings() {
        assert_eq!(page().plain(), "Kommune\tGribskov\nÅr\t2027\nÅse Ærø\t2\tx\n日本\t11\t\n");
    }

    #[test]
    fn a_text_keeps_its_lines_and_is_for_people_alone() {
        let page = Page::new().text("Samtykke\n\nFormålet\nStøtte\x1b[2J\n").line("Slut.");
        assert_eq!(page.human(false), "Samtykke\n\nFormålet\nStøtte\u{fffd}[2J\n\nSlut.\n");
        assert_eq!(page.plain(), "");
    }

    #[test]
    fn a_row_under_a_title_says_by_itself_what_it_is() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let page = Page::new().title("Mål").table(COLUMNS, vec![row(["a", "1", "x"]), row(["b", "2", "y"])]);
        assert_eq!(page.plain(), "Mål\ta\t1\tx\nMål\tb\t2\ty\n");
    }

    #[test]
    fn a_tree_is_indented_for_people_and_one_record_a_line_for_programs() {
        let branch = |depth, head: &str, notes: &[&str]| Branch {
            depth,
            head: head.to_owned(),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
            record: vec!["Mål".to_owned(), head.to_owned()],
        };
        let page = Page::new().title("Mål").tree(vec![branch(0, "a", &["x"]), branch(1, "b\tc", &["y"])]);
        assert_eq!(page.human(false), "Mål\na\n    x\n  b c\n      y\n");
        assert_eq!(page.plain(), "Mål\ta\nMål\tb c\n");
    }

    #[test]
    fn colours_are_only_there_where_they_were_asked_for() {
        assert!(page().human(true).contains('\x1b'));
        assert!(!page().human(false).contains('\x1b'));
    }

    #[test]
    fn text_from_elsewhere_can_t_control_the_terminal_or_begin_a_record() {
        assert_eq!(printable("a\tb\nc\x1b[2Jd\u{202e}e\u{9b}f"), "a b c\u{fffd}[2Jde\u{fffd}f");
    }
}
