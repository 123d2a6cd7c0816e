//! One table of the file: whoever reads it names each key, and what nobody named is unknown.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problems::ConfigProblems;

/// So alike must two words be for one to be suggested for the other; 1 is the same word.
const ALIKE: f64 = 0.8;

/// One table, read key by key.
pub(super) struct Section<'a> {
    name: Option<&'static str>,
    text: &'a str,
    left: BTreeMap<String, (usize, DeValue<'a>)>,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn whole(text: &'a str, table: DeTable<'a>) -> Self {
        Self::of(None, text, table)
    }

    fn of(name: Option<&'static str>, text: &'a str, table: DeTable<'a>) -> Self {
        let left = table.into_iter().map(|(key, value): (Spanned<_>, Spanned<_>)| {
            let at = key.span().start;
            (key.into_inner().into_owned(), (at, value.into_inner()))
        });
        Self { name, text, left: left.collect(), known: Vec::new() }
    }

    /// The table of this name within this one; an empty one if it is not there.
    pub(super) fn section(&mut self, name: &'static str, problems: &mut ConfigProblems) -> Self {
        let table = match self.take(name) {
            Some((_, DeValue::Table(table))) => table,
            Some((at, other)) => {
                let (line, found) = (self.line(at), other.type_str());
                problems.add(format!(
                    "line {line}: `{name}` is a section, not a {found}: begin it with [{name}]"
                ));
                DeTable::new()
            }
            None => DeTable::new(),
        };
        Self::of(Some(name), self.text, table)
    }

    /// A text that must be there, parsed.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        what: &str,
        problems: &mut ConfigProblems,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.left.contains_key(key) {
            self.known.push(key);
            problems.add(format!("`{key}` is missing{}: give {what}", self.place()));
            return None;
        }
        self.optional(key, problems, parse)
    }

    /// A text that may be there, parsed.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        problems: &mut ConfigProblems,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (at, value) = self.take(key)?;
        let parsed = match &value {
            DeValue::String(text) => parse(text),
            other => Err(format!("expected text in quotes, found {}", other.type_str())),
        };
        parsed.map_err(|problem| self.wrong(at, key, &problem, problems)).ok()
    }

    /// A whole number that may be there, within bounds.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<u64>,
        otherwise: u64,
        problems: &mut ConfigProblems,
    ) -> u64 {
        let Some((at, value)) = self.take(key) else { return otherwise };
        let number = match &value {
            DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        };
        number.filter(|number| bounds.contains(number)).unwrap_or_else(|| {
            let problem = format!("expected a whole number from {} to {}", bounds.start(), bounds.end());
            self.wrong(at, key, &problem, problems);
            otherwise
        })
    }

    /// Whatever is left has been asked for by nobody.
    pub(super) fn finish(self, problems: &mut ConfigProblems) {
        for (key, (at, _)) in &self.left {
            let suggestion = self.suggestion(key).map_or_else(
                || format!("known here are {}", self.known.join(", ")),
                |known| format!("did you mean `{known}`?"),
            );
            let place = self.place();
            problems.add(format!("line {}: unknown key `{key}`{place}; {suggestion}", self.line(*at)));
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(usize, DeValue<'a>)> {
        self.known.push(key);
        self.left.remove(key)
    }

    fn wrong(&self, at: usize, key: &str, problem: &str, problems: &mut ConfigProblems) {
        problems.add(format!("line {}: `{key}`{}: {problem}", self.line(at), self.place()));
    }

    fn place(&self) -> String {
        self.name.map(|name| format!(" in [{name}]")).unwrap_or_default()
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn suggestion(&self, key: &str) -> Option<&'static str> {
        let alike = |known: &&'static str| strsim::jaro_winkler(key, known);
        let best = self.known.iter().copied().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
        (alike(&best) >= ALIKE).then_some(best)
    }
}
