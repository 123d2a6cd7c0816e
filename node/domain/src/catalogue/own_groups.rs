//! The target groups that a municipality adds by itself, without a new version of enplan: what they must be, and which of all
//! there are for a municipality on a day.
//!
//! An entry is ended, never changed: a group whose criteria change is written once more under the same id from its first day
//! on, so that an assessment always reads with the criteria of its own day.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Adopted, Criterion, TARGET_GROUPS, TargetGroup, Validity};
use crate::Kommunekode;

/// The most characters of a name, of a criterion's words and of what a group rests on.
const LONGEST: usize = 300;

/// The most criteria of a group, and the most groups of a municipality.
const MOST: usize = 50;

/// Why a target group is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotATargetGroup {
    /// An id that programs could not use.
    #[error("an id has 1 to 64 small letters a-z, digits and hyphens, such as \"unge-uden-bolig\"")]
    NotAnId,
    /// The catalogue's own is the same everywhere.
    #[error("the catalogue has a target group of this id: choose another")]
    OfTheCatalogue,
    /// Nothing to show.
    #[error("a target group, and each of its criteria, needs a name of at most {LONGEST} characters")]
    NoName,
    /// Nobody could find out who chose it.
    #[error("say what it rests on: the decision or the document, in at most {LONGEST} characters")]
    NoDecision,
    /// It would include everybody.
    #[error("a target group has 1 to {MOST} criteria, and on each of its days at least one")]
    NoCriteria,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// A criterion's days are not within its group's.
    #[error("a criterion holds only on days on which its target group does")]
    OutsideTheGroup,
    /// No age lies between them.
    #[error("an age is from 0 to 130, and the youngest is not older than the oldest")]
    NotAges,
    /// One id for two things on the same day.
    #[error(
        "the same id stands for two things on the same day: end the one on the day before the other begins"
    )]
    SameDay,
    /// More than anybody could choose from.
    #[error("a municipality has at most {MOST} target groups of its own")]
    TooMany,
}

impl Criterion {
    /// Something that must hold of a citizen, and is asked about; with ages, what the number answers.
    ///
    /// # Errors
    /// [`NotATargetGroup`].
    pub fn own(
        id: &str,
        danish: &str,
        validity: Validity,
        ages: Option<(i16, i16)>,
    ) -> Result<Self, NotATargetGroup> {
        if ages.is_some_and(|(youngest, oldest)| youngest < 0 || oldest > 130 || oldest < youngest) {
            return Err(NotATargetGroup::NotAges);
        }
        Ok(Self {
            id: id_of(id)?,
            danish: words(danish, NotATargetGroup::NoName)?,
            validity: ordered(validity)?,
            ages,
        })
    }
}

impl TargetGroup {
    /// A municipality's own target group, which rests on a decision of its.
    ///
    /// # Errors
    /// [`NotATargetGroup`].
    pub fn own(
        id: &str,
        danish: &str,
        validity: Validity,
        decision: &str,
        criteria: Vec<Criterion>,
    ) -> Result<Self, NotATargetGroup> {
        let id = id_of(id)?;
        if TARGET_GROUPS.iter().any(|known| known.id == id) {
            return Err(NotATargetGroup::OfTheCatalogue);
        }
        let validity = ordered(validity)?;
        // The first days of the criteria and the days after their last are all on which what holds can change.
        let after = |criterion: &Criterion| criterion.validity.until.and_then(|until| until.tomorrow().ok());
        let mut days: BTreeSet<Date> = criteria.iter().map(|criterion| criterion.validity.from).collect();
        days.extend(criteria.iter().filter_map(after));
        days.insert(validity.from);
        let has_none = |day: &Date| !criteria.iter().any(|criterion| criterion.validity.holds_on(*day));
        if criteria.iter().any(|criterion| !contains(validity, criterion.validity)) {
            return Err(NotATargetGroup::OutsideTheGroup);
        }
        if criteria.len() > MOST || days.iter().filter(|day| validity.holds_on(**day)).any(has_none) {
            return Err(NotATargetGroup::NoCriteria);
        }
        if criteria.iter().any(|criterion| criterion.id == id)
            || overlaps(&criteria, |one| (&one.id, one.validity))
        {
            return Err(NotATargetGroup::SameDay);
        }
        Ok(Self {
            id,
            danish: words(danish, NotATargetGroup::NoName)?,
            validity,
            municipality: None,
            decision: words(decision, NotATargetGroup::NoDecision)?,
            criteria: Cow::Owned(criteria),
        })
    }
}

impl Adopted {
    /// The same, and these target groups of the municipality's own.
    ///
    /// # Errors
    /// [`NotATargetGroup`].
    pub fn with_target_groups(mut self, own: Vec<TargetGroup>) -> Result<Self, NotATargetGroup> {
        if own.len() > MOST {
            return Err(NotATargetGroup::TooMany);
        }
        if overlaps(&own, |one| (&one.id, one.validity)) {
            return Err(NotATargetGroup::SameDay);
        }
        self.own_groups = own.into();
        Ok(self)
    }

    /// Every target group that a municipality assesses citizens for on a day: the catalogue's, and its own.
    pub fn target_groups(&self, municipality: Kommunekode, day: Date) -> impl Iterator<Item = &TargetGroup> {
        let everybodys = TARGET_GROUPS.iter().filter(move |group| group.is_of(municipality));
        everybodys.chain(&*self.own_groups).filter(move |group| group.validity.holds_on(day))
    }
}

fn id_of(id: &str) -> Result<Cow<'static, str>, NotATargetGroup> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=64).contains(&id.len()) && id.bytes().all(fits) {
        Ok(Cow::Owned(id.to_owned()))
    } else {
        Err(NotATargetGroup::NotAnId)
    }
}

fn words(text: &str, otherwise: NotATargetGroup) -> Result<Cow<'static, str>, NotATargetGroup> {
    let text = text.trim();
    let is_line = !text.chars().any(char::is_control);
    if !text.is_empty() && text.chars().count() <= LONGEST && is_line {
        Ok(Cow::Owned(text.to_owned()))
    } else {
        Err(otherwise)
    }
}

fn ordered(validity: Validity) -> Result<Validity, NotATargetGroup> {
    let ends_before = validity.until.is_some_and(|until| until < validity.from);
    if ends_before { Err(NotATargetGroup::EndsBeforeItBegins) } else { Ok(validity) }
}

fn contains(outer: Validity, inner: Validity) -> bool {
    outer.holds_on(inner.from) && inner.until.map_or(outer.until.is_none(), |until| outer.holds_on(until))
}

/// Whether two of these have one id on the same day: then one of the two begins while the other holds.
fn overlaps<T>(entries: &[T], named: impl Fn(&T) -> (&Cow<'static, str>, Validity)) -> bool {
    entries.iter().enumerate().any(|(n, one)| {
        let (id, validity) = named(one);
        entries[..n].iter().map(&named).any(|(other_id, other)| {
            id == other_id && (validity.holds_on(other.from) || other.holds_on(validity.from))
        })
    })
}
