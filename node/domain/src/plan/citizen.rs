//! Whose plan it is.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::key::ItemKey;
use crate::catalogue::terms::PROTECTION;
use crate::{Cpr, Narrative};

/// The citizen that a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citizen {
    /// The civil registration number.
    pub cpr: Cpr,
    /// The name; empty where no source told it (FFB reporting doesn't).
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub name: Narrative,
    /// Whether name and address are protected.
    #[serde(default)]
    pub protected: bool,
    /// Since when: the protection began, or was asked for anew, that day. Nothing where nobody here was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_since: Option<Date>,
    /// When a protection was heard of that began some other day, nobody here knows which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection_heard_of: Option<Date>,
    /// Where the citizen lives. Read it with [`Citizen::address`].
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    address: Narrative,
    /// Numbers that the citizen had before.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub former_numbers: BTreeSet<Cpr>,
    /// What names the citizen in source systems.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub known_as: BTreeSet<ItemKey>,
}

impl Citizen {
    /// A citizen of whom nothing but the number is known.
    pub fn new(cpr: Cpr) -> Self {
        Self {
            cpr,
            name: Narrative::default(),
            protected: false,
            protected_since: None,
            protection_heard_of: None,
            address: Narrative::default(),
            former_numbers: BTreeSet::new(),
            known_as: BTreeSet::new(),
        }
    }

    /// Whether this is, or was, the citizen's number.
    pub fn has_number(&self, cpr: &Cpr) -> bool {
        self.cpr == *cpr || self.former_numbers.contains(cpr)
    }

    /// What a package says of the citizen: the number, the name, the protection and since when, for the new municipality
    /// goes on with it. No basis names the rest, and it can tell where somebody in hiding lives, or of another legal gender.
    #[must_use]
    pub fn as_sent(self) -> Self {
        let Self { name, protected, protected_since, .. } = self;
        Self { name, protected, protected_since, ..Self::new(self.cpr) }
    }

    /// The same citizen, with what this municipality knew before the plan came back: numbers, and names in its systems.
    #[must_use]
    pub(super) fn known_before_as(mut self, before: Self) -> Self {
        self.former_numbers.extend(before.former_numbers);
        self.former_numbers.insert(before.cpr);
        self.former_numbers.remove(&self.cpr);
        self.known_as.extend(before.known_as);
        self
    }

    /// The same citizen, with what another plan of theirs here knows and this one doesn't. Whether they are protected is a
    /// decision of its own.
    #[must_use]
    pub(super) fn joined_by(mut self, other: Self) -> Self {
        if self.name.is_empty() {
            self.name = other.name.clone();
        }
        if self.address.is_empty() {
            self.address = other.address.clone();
        }
        self.known_before_as(other)
    }

    /// The same citizen, living there.
    #[must_use]
    pub fn living_at(self, address: Narrative) -> Self {
        Self { address, ..self }
    }

    /// The same citizen, protected since a day, or no longer.
    #[must_use]
    pub(super) fn protected_from(self, day: Date, protected: bool) -> Self {
        Self { protected, protected_since: protected.then_some(day), protection_heard_of: None, ..self }
    }

    /// The same citizen, of whom a report or another municipality told on a day that they are protected, and perhaps since
    /// when.
    #[must_use]
    pub(super) fn heard_of_on(self, day: Date) -> Self {
        let protected_since = self.protected_since.filter(|_| self.protected);
        let protection_heard_of = Some(day).filter(|_| self.protected && protected_since.is_none());
        Self { protected_since, protection_heard_of, ..self }
    }

    /// Whether it is time to ask for the protection anew, or was it: in the last month before it lapses, and from then on; at
    /// once where nobody knows when that is.
    pub(super) fn is_protection_due(&self, today: Date) -> bool {
        let lapses = self.protected_since.filter(|_| self.protected).map(|since| PROTECTION.last_day(since));
        let is_unknown = self.protected && lapses.is_none();
        is_unknown
            || lapses.and_then(|lapses| lapses.checked_sub(1.month()).ok()).is_some_and(|from| from <= today)
    }

    /// Whether that is the address.
    pub fn lives_at(&self, address: &Narrative) -> bool {
        self.address == *address
    }

    /// Where the citizen lives, as far as a screen may show it.
    pub fn address(&self) -> Address<'_> {
        match () {
            () if self.address.is_empty() => Address::Unknown,
            () if self.protected => Address::Protected,
            () => Address::Known(&self.address),
        }
    }
}

/// An address as far as a screen may show it. There is no other way to the text, so a protected one cannot be shown by
/// mistake; and it stays when the plan is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address<'a> {
    /// None is known.
    Unknown,
    /// There is one, and it is protected.
    Protected,
    /// It can be shown.
    Known(&'a Narrative),
}
