//! Everything that is wrong with a configuration, told at once.

use std::fmt;
use std::path::{Path, PathBuf};

/// A configuration cannot be used. Each problem is a line that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigProblems {
    file: PathBuf,
    problems: Vec<String>,
}

impl ConfigProblems {
    /// Nothing wrong yet.
    pub(super) fn none(file: &Path) -> Self {
        Self { file: file.to_owned(), problems: Vec::new() }
    }

    /// One thing wrong with the whole file.
    pub(super) fn one(file: &Path, problem: String) -> Self {
        Self { file: file.to_owned(), problems: vec![problem] }
    }

    /// One more.
    pub(super) fn add(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// One more, in an error and all that caused it.
    pub(super) fn add_error(&mut self, key: &str, error: &dyn std::error::Error) {
        let mut problem = format!("{key}: {error}");
        let mut next = error.source();
        while let Some(cause) = next {
            problem.push_str(": ");
            problem.push_str(&cause.to_string());
            next = cause.source();
        }
        self.problems.push(problem);
    }

    /// The value, if there was nothing wrong after all.
    pub(super) fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(self),
        }
    }

    /// Each problem.
    #[cfg(test)]
    pub(super) fn each(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let plural = if count == 1 { "problem" } else { "problems" };
        write!(f, "the configuration {} has {count} {plural}:", self.file.display())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for ConfigProblems {}
