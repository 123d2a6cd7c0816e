//! The citizens that one municipality counts in an epoch, each once, with their bins.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use enplan_domain::plan::{BrokenHistory, Plan, PlanEvent};
use enplan_domain::{CaseId, Cpr, Timestamp};

use crate::Epoch;
use crate::measure::{Course, Measures, NotMeasured};

/// The citizens, each under one id of this municipality's own, with the position of their bin in each dimension. The id is
/// that of the first case that the citizen ever had here, so that it stays theirs when a plan is closed and another begun.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Population(BTreeMap<CaseId, Vec<usize>>);

/// Why nobody is counted: a part of the citizens would be a wrong number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCounted {
    /// What is stored of a case is no plan.
    #[error("case {case} has no history that makes a plan: {why}")]
    History {
        /// Which.
        case: CaseId,
        /// Why.
        why: BrokenHistory,
    },
    /// A measure and the manifest do not fit.
    #[error(transparent)]
    Measure(#[from] NotMeasured),
}

/// A municipality's cases, one after another, on the way to its [`Population`]. Every case must be seen, also those that
/// are closed or handed over: they tell which cases are the same citizen's.
pub struct Census<'m> {
    measures: &'m Measures,
    epoch: Epoch,
    seen: Vec<Seen>,
}

struct Seen {
    case: CaseId,
    begun: Timestamp,
    numbers: BTreeSet<Cpr>,
    counted: Option<Counted>,
}

/// Of a citizen's several plans in one epoch the open one counts, or else the one begun last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    is_open: bool,
    begun: Timestamp,
    case: CaseId,
    bins: Vec<usize>,
}

impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Population(masked)")
    }
}

impl fmt::Debug for Census<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Census(masked)")
    }
}

impl<'m> Census<'m> {
    /// Nobody yet.
    pub fn new(measures: &'m Measures, epoch: Epoch) -> Self {
        Self { measures, epoch, seen: Vec::new() }
    }

    /// Sees one case, whole: all its events, also those after the epoch.
    ///
    /// # Errors
    /// [`NotCounted`]; then there is no population.
    pub fn see(&mut self, case: CaseId, events: &[PlanEvent]) -> Result<(), NotCounted> {
        let broken = |why| NotCounted::History { case, why };
        let begun = events.first().ok_or(broken(BrokenHistory::Empty))?.stamp().at;
        let citizen = Plan::from_events(events).map_err(broken)?.citizen;
        let counted = match Course::of(events, self.epoch).map_err(broken)? {
            Some(course) => {
                let (is_open, bins) = (course.is_open(), self.measures.bins(&course)?);
                Some(Counted { is_open, begun, case, bins })
            }
            None => None,
        };
        let mut numbers = citizen.former_numbers;
        numbers.insert(citizen.cpr);
        self.seen.push(Seen { case, begun, numbers, counted });
        Ok(())
    }

    /// The citizens counted, each once whatever numbers and cases they have had here.
    pub fn finish(mut self) -> Population {
        self.seen.sort_by_key(|seen| (seen.begun, seen.case));
        let people = one_for_each(&self.seen.iter().map(|seen| &seen.numbers).collect::<Vec<_>>());
        let mut population: BTreeMap<CaseId, Counted> = BTreeMap::new();
        let firsts: Vec<CaseId> = people.into_iter().map(|first| self.seen[first].case).collect();
        for (first, seen) in firsts.into_iter().zip(self.seen) {
            let Some(counted) = seen.counted else { continue };
            if population.get(&first).is_none_or(|there| *there < counted) {
                population.insert(first, counted);
            }
        }
        Population(population.into_iter().map(|(first, counted)| (first, counted.bins)).collect())
    }
}

/// For each set of numbers the place of the first one that is the same person's: they share a number, or another's does.
fn one_for_each(numbers: &[&BTreeSet<Cpr>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..numbers.len()).collect();
    let mut known: BTreeMap<&Cpr, usize> = BTreeMap::new();
    for (at, numbers) in numbers.iter().enumerate() {
        for number in *numbers {
            let there = *known.entry(number).or_insert(at);
            let (one, other) = (root(&first, there), root(&first, at));
            first[one.max(other)] = one.min(other);
        }
    }
    (0..first.len()).map(|at| root(&first, at)).collect()
}

fn root(first: &[usize], mut at: usize) -> usize {
    while first[at] != at {
        at = first[at];
    }
    at
}

impl Population {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each citizen, with the position of their bin in each dimension.
    pub fn iter(&self) -> impl Iterator<Item = (CaseId, &[usize])> {
        self.0.iter().map(|(person, bins)| (*person, bins.as_slice()))
    }
}

impl FromIterator<(CaseId, Vec<usize>)> for Population {
    fn from_iter<I: IntoIterator<Item = (CaseId, Vec<usize>)>>(people: I) -> Self {
        Self(people.into_iter().collect())
    }
}
