//! The code systems that a node has loaded.

use std::collections::{BTreeMap, HashMap};

use super::code_system::{CodeSystem, Concept};
use super::refusal::{CodeSystemRefusal, NotChosen};
use super::version::is_newer;
use crate::Stamp;
use crate::plan::{Code, Item};

/// A code system, and who loaded it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The system.
    pub system: CodeSystem,
    /// Who loaded it, and when.
    pub stamp: Stamp,
}

/// What loading a code system would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It is new here.
    New,
    /// It takes the place of the version that is loaded.
    Replaces {
        /// That version, where it has one.
        version: Option<String>,
    },
    /// It is loaded already, word for word.
    Unchanged,
}

/// The code systems that a node has loaded, each once.
#[derive(Debug, Clone, Default)]
pub struct Terminology {
    systems: BTreeMap<String, Loaded>,
    /// From every URI that a system goes by to its canonical one.
    names: HashMap<String, String>,
}

impl Terminology {
    /// Those in order of their URIs.
    pub fn systems(&self) -> impl Iterator<Item = &Loaded> {
        self.systems.values()
    }

    /// The system that goes by this URI, canonical or not.
    pub fn system(&self, name: &str) -> Option<&Loaded> {
        self.systems.get(self.names.get(name)?)
    }

    /// Loads a system, in place of the one of the same canonical URI.
    pub fn load(&mut self, loaded: Loaded) {
        let url = loaded.system.url.clone();
        self.names.retain(|_, canonical| *canonical != url);
        self.names.extend(loaded.system.names().map(|name| (name.to_owned(), url.clone())));
        self.systems.insert(url, loaded);
    }

    /// Decides what loading this would do. What is not newer than what is loaded takes its place only where that is asked
    /// for: an old file found in a drawer must not quietly take words away.
    ///
    /// # Errors
    /// [`CodeSystemRefusal`]: it is not newer, or another system has one of its names.
    pub fn admit(&self, offered: &CodeSystem, replace: bool) -> Result<Admission, CodeSystemRefusal> {
        if let Some(by) =
            offered.names().filter_map(|name| self.names.get(name)).find(|by| **by != offered.url)
        {
            return Err(CodeSystemRefusal::NameTaken { by: by.clone() });
        }
        let Some(Loaded { system: loaded, .. }) = self.systems.get(&offered.url) else {
            return Ok(Admission::New);
        };
        if loaded == offered {
            return Ok(Admission::Unchanged);
        }
        if replace || is_newer(offered.version.as_deref(), loaded.version.as_deref()) {
            return Ok(Admission::Replaces { version: loaded.version.clone() });
        }
        let (loaded, offered) = (loaded.version.clone(), offered.version.clone());
        Err(CodeSystemRefusal::NotNewer { loaded, offered })
    }

    /// What a code means, if its system is loaded and has it.
    pub fn concept(&self, system: &str, code: &str) -> Option<&Concept> {
        self.system(system)?.system.concepts.get(code)
    }

    /// A code that somebody chose, under its system's canonical name. Its words are the system's: they are not copied.
    ///
    /// # Errors
    /// [`NotChosen`]: nobody could say what it means.
    pub fn chosen(&self, system: &str, code: &str) -> Result<Code, NotChosen> {
        let Loaded { system, .. } = self.system(system).ok_or(NotChosen::SystemNotLoaded)?;
        if !system.concepts.contains_key(code) {
            return Err(NotChosen::UnknownCode);
        }
        Ok(Code { system: system.url.clone(), code: code.to_owned(), display: None })
    }

    /// A code's words: those that its source gave, or else those that its system has for it.
    pub fn words<'a>(&'a self, code: &'a Code) -> Option<&'a str> {
        let given = code.display.as_deref().filter(|given| !given.trim().is_empty());
        given.or_else(|| self.concept(&code.system, &code.code)?.display.as_deref())
    }

    /// A line that says what an item is: what somebody wrote, or else what its codes mean. A code without words stands for
    /// itself.
    pub fn title(&self, item: &Item) -> String {
        if !item.text.is_empty() {
            return item.text.reveal().to_owned();
        }
        let mut words: Vec<&str> = Vec::with_capacity(item.codes.len());
        for code in &item.codes {
            let these = self.words(code).unwrap_or(&code.code);
            // Two systems may have the same words for the same thing.
            if !words.contains(&these) {
                words.push(these);
            }
        }
        words.join(", ")
    }
}
