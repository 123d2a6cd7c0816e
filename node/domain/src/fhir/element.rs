//! Reading a resource so that nothing in it is forgotten.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::report::{NotUnderstood, Reason};
use super::stated::Organisation;
use super::terms;
use crate::Narrative;
use crate::plan::{Code, ItemKey, When};
use crate::statements::Said;

/// The most characters of a code, a system or a display that are taken.
const LONGEST_CODE: usize = 500;

/// One resource's reading: what was not understood in it, and what its references can resolve to.
pub(super) struct Reading<'b> {
    resource_type: String,
    id: String,
    full_urls: &'b HashMap<String, ItemKey>,
    known: &'b HashSet<ItemKey>,
    organisations: &'b HashMap<ItemKey, Organisation>,
    list: RefCell<Vec<NotUnderstood>>,
    said: RefCell<Option<Said>>,
}

impl<'b> Reading<'b> {
    pub(super) fn new(
        resource_type: &str,
        id: &str,
        full_urls: &'b HashMap<String, ItemKey>,
        known: &'b HashSet<ItemKey>,
        organisations: &'b HashMap<ItemKey, Organisation>,
    ) -> Self {
        let (resource_type, id) = (resource_type.to_owned(), id.to_owned());
        let (list, said) = (RefCell::default(), RefCell::default());
        Self { resource_type, id, full_urls, known, organisations, list, said }
    }

    pub(super) fn note(&self, path: &str, reason: Reason) {
        let (resource_type, id) = (self.resource_type.clone(), self.id.clone());
        self.list.borrow_mut().push(NotUnderstood { resource_type, id, path: path.to_owned(), reason });
    }

    /// What the resource says of the people around the citizen and of who acts, beside what is an item's.
    pub(super) fn take_said(&self) -> Option<Said> {
        self.said.take()
    }

    pub(super) fn into_notes(self) -> Vec<NotUnderstood> {
        self.list.into_inner()
    }

    /// The resource that a reference names: by its entry's full URL, or by the last two parts of its own.
    fn resolve(&self, reference: &str) -> Option<ItemKey> {
        if let Some(key) = self.full_urls.get(reference) {
            return Some(key.clone());
        }
        let unversioned = reference.split("/_history/").next()?;
        let mut parts = unversioned.rsplit('/');
        let (id, resource_type) = (parts.next()?, parts.next()?);
        ItemKey::new(resource_type, id).ok()
    }
}

/// The elements of a resource, or of one element in it. What is understood is taken out; when it goes out of scope,
/// what is left is listed.
pub(super) struct Elements<'r> {
    reading: &'r Reading<'r>,
    path: String,
    left: Map<String, Value>,
}

impl Drop for Elements<'_> {
    fn drop(&mut self) {
        for name in self.left.keys() {
            self.reading.note(&format!("{}.{name}", self.path), Reason::UnknownElement);
        }
    }
}

impl<'r> Elements<'r> {
    pub(super) fn new(reading: &'r Reading<'r>, path: String, left: Map<String, Value>) -> Self {
        Self { reading, path, left }
    }

    pub(super) fn note(&self, reason: Reason) {
        self.reading.note(&self.path, reason);
    }

    /// Keeps what the resource says that is no item's.
    pub(super) fn say(&self, said: Said) {
        self.reading.said.replace(Some(said));
    }

    /// The organisation that this reference names, where the bundle says anything of it.
    pub(super) fn organisation(&mut self) -> Option<&'r Organisation> {
        let key = self.reading.resolve(&self.text("reference")?)?;
        let found = self.reading.organisations.get(&key);
        if found.is_none() {
            self.note(Reason::UnresolvedReference);
        }
        found
    }

    /// Lists the whole of it under one reason, instead of its parts.
    pub(super) fn give_up(mut self, reason: Reason) {
        self.left.clear();
        self.note(reason);
    }

    /// Takes elements that say nothing to the plan which it doesn't know already.
    pub(super) fn skip(&mut self, names: &[&str]) {
        for name in names {
            self.left.remove(*name);
        }
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.left.remove(name)? {
            Value::String(text) => Some(text),
            _ => self.wrong(name),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.left.remove(name) else { return Vec::new() };
        serde_json::from_value(value).ok().or_else(|| self.wrong(name)).unwrap_or_default()
    }

    pub(super) fn narrative(&mut self, name: &str) -> Narrative {
        let Some(text) = self.text(name) else { return Narrative::default() };
        Narrative::parse(&text).ok().or_else(|| self.wrong(name)).unwrap_or_default()
    }

    /// Whether there is such an element, which stays where it is.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// A text that stays where it is.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        self.left.get(name)?.as_str()
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.left.remove(name)?;
        value.as_bool().or_else(|| self.wrong(name))
    }

    /// Takes an element as it is, whatever it holds.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    pub(super) fn number(&mut self, name: &str) -> Option<u64> {
        let value = self.left.remove(name)?;
        value.as_u64().or_else(|| self.wrong(name))
    }

    pub(super) fn when(&mut self, name: &str) -> Option<When> {
        let text = self.text(name)?;
        text.parse().ok().or_else(|| self.wrong(name))
    }

    pub(super) fn child(&mut self, name: &str) -> Option<Elements<'r>> {
        match self.left.remove(name)? {
            Value::Object(map) => Some(Elements::new(self.reading, format!("{}.{name}", self.path), map)),
            _ => self.wrong(name),
        }
    }

    pub(super) fn children(&mut self, name: &str) -> Vec<Elements<'r>> {
        let list = match self.left.remove(name) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => return self.wrong(name).unwrap_or_default(),
        };
        let mut children = Vec::with_capacity(list.len());
        for (n, value) in list.into_iter().enumerate() {
            match value {
                Value::Object(map) => {
                    children.push(Elements::new(self.reading, format!("{}.{name}[{n}]", self.path), map));
                }
                _ => self.reading.note(&format!("{}.{name}[{n}]", self.path), Reason::WrongForm),
            }
        }
        children
    }

    /// The codings of a `CodeableConcept`.
    pub(super) fn codes(&mut self, name: &str) -> Vec<Code> {
        self.child(name).map(|mut concept| concept.codings()).unwrap_or_default()
    }

    /// The codings of a list of `CodeableConcept`s.
    pub(super) fn lists_of_codes(&mut self, name: &str) -> Vec<Code> {
        self.children(name).into_iter().flat_map(|mut concept| concept.codings()).collect()
    }

    /// The codings of this `CodeableConcept`.
    pub(super) fn codings(&mut self) -> Vec<Code> {
        self.children("coding").into_iter().filter_map(Elements::coding).collect()
    }

    /// This `Coding`.
    pub(super) fn coding(mut self) -> Option<Code> {
        let system = terms::present_system(self.text("system").unwrap_or_default());
        let display = self.text("display");
        let Some(code) = self.text("code") else {
            self.give_up(Reason::WrongForm);
            return None;
        };
        let lengths = [system.len(), code.len(), display.as_deref().map_or(0, str::len)];
        if lengths.into_iter().any(|length| length > LONGEST_CODE) {
            self.give_up(Reason::WrongForm);
            return None;
        }
        Some(Code { system, code, display })
    }

    /// What a list of references names, with what else each entry says.
    pub(super) fn references(&mut self, name: &str) -> Vec<(ItemKey, Elements<'r>)> {
        let entries = self.children(name);
        entries.into_iter().filter_map(|mut entry| Some((entry.reference()?, entry))).collect()
    }

    /// What this reference names. Listed where that is nowhere to be found.
    pub(super) fn reference(&mut self) -> Option<ItemKey> {
        let Some(text) = self.text("reference") else {
            self.note(Reason::UnresolvedReference);
            return None;
        };
        let key = self.reading.resolve(&text);
        if !key.as_ref().is_some_and(|key| self.reading.known.contains(key)) {
            self.note(Reason::UnresolvedReference);
        }
        key
    }

    /// Takes the extensions that `understand` knows, by their name in the guides or else by their whole URL; the others
    /// are listed with it.
    pub(super) fn extensions(&mut self, mut understand: impl FnMut(&str, &mut Elements<'r>) -> bool) {
        for mut extension in self.children("extension") {
            let url = extension.text("url").unwrap_or_default();
            let understood = understand(terms::name_in_guides(&url).unwrap_or(&url), &mut extension);
            if !understood {
                let url = url.chars().take(200).collect();
                extension.give_up(Reason::UnknownExtension { url });
            }
        }
    }

    fn wrong<T>(&self, name: &str) -> Option<T> {
        self.reading.note(&format!("{}.{name}", self.path), Reason::WrongForm);
        None
    }
}
