//! What is counted of a plan: one function for each dimension, with its definition beside it.
//!
//! Each says of one citizen what their plan tells as of the end of an epoch. What nobody here knows is said to be unknown:
//! a plan that came from another municipality brings no history from before, and not what its legal basis left out.
//!
//! Whether a citizen is in the trial is no measure and never will be: whoever knows who is in it would know more of them.

mod cooperation;
mod course;
mod extent;
mod goals;
mod pace;
mod who;

use std::fmt;

pub use course::Course;

use crate::manifest::{Dimension, Manifest};

/// Something that is counted of every citizen.
#[derive(Debug)]
pub struct Measure {
    /// The dimension's name in a manifest.
    pub name: &'static str,
    /// What it says, exactly, in Danish. A manifest that says otherwise is of another measure, and refused.
    pub definition_danish: &'static str,
    /// What it says, exactly, in English.
    pub definition_english: &'static str,
    /// Whether it can say a number.
    pub is_number: bool,
    /// What else it can say: the names of the bins that are no numbers.
    pub kinds: &'static [&'static str],
    of: fn(&Course<'_>) -> Answer,
}

/// What a measure says of a citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A number, which lies in one of the bins that are numbers.
    Number(u32),
    /// The name of a bin that is no number.
    Kind(&'static str),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Kind(kind) => kind.fmt(f),
        }
    }
}

/// Where nobody here knows.
const UNKNOWN: Answer = Answer::Kind("unknown");

/// Everything that this program can count.
pub const MEASURES: [&Measure; 18] = [
    &who::AGE_BAND,
    &who::TARGET_GROUP,
    &who::FAMILY_OR_YOUNG,
    &extent::SECTORS,
    &extent::SOURCE_PLANS,
    &pace::DAYS_TO_PLAN,
    &pace::DAYS_TO_FIRST_ACTION,
    &goals::GOALS,
    &goals::GOALS_REACHED,
    &goals::GOALS_ADJUSTED,
    &goals::GOALS_DROPPED,
    &goals::OUTCOME,
    &cooperation::SELF_ASSESSMENT,
    &cooperation::NETWORK_MEETINGS,
    &cooperation::CASEWORKERS,
    &extent::EXEMPTIONS,
    &pace::HANDOVERS,
    &pace::HANDOVER_DAYS,
];

/// Why a manifest can't be counted by here. Nothing of it is: what is unknown must not look like a count of zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMeasured {
    /// The program has no such measure.
    #[error(
        "this program does not know how to count {0:?}: install the version that does, or sign another manifest"
    )]
    Unknown(String),
    /// The manifest says otherwise of it than the program does.
    #[error("the manifest defines {0:?} otherwise than this program counts it: they must be the same")]
    DefinedOtherwise(String),
    /// Its bins don't take all that can be said, or one takes nothing.
    #[error("the bins of {dimension:?} do not fit what is counted: {bin:?} is missing, or one too many")]
    Bins {
        /// The dimension.
        dimension: String,
        /// The bin.
        bin: String,
    },
}

/// The measures that a manifest asks for, in the order of its dimensions.
#[derive(Debug, Clone)]
pub struct Measures(Vec<(&'static Measure, Dimension)>);

impl Measures {
    /// The measures of a manifest.
    ///
    /// # Errors
    /// [`NotMeasured`] where one of its dimensions is not what this program counts.
    pub fn of(manifest: &Manifest) -> Result<Self, NotMeasured> {
        manifest.dimensions.iter().map(chosen).collect::<Result<_, _>>().map(Self)
    }

    /// The position of the citizen's bin in each dimension.
    ///
    /// # Errors
    /// [`NotMeasured`] where a measure says what it did not name: the program is wrong, and counts nobody.
    pub fn bins(&self, course: &Course<'_>) -> Result<Vec<usize>, NotMeasured> {
        let bin = |(measure, dimension): &(&Measure, Dimension)| {
            let answer = measure.of(course);
            dimension.bin_of(answer).ok_or_else(|| misfit(dimension, &answer.to_string()))
        };
        self.0.iter().map(bin).collect()
    }
}

impl Measure {
    /// What it says of a citizen.
    pub fn of(&self, course: &Course<'_>) -> Answer {
        (self.of)(course)
    }
}

fn chosen(dimension: &Dimension) -> Result<(&'static Measure, Dimension), NotMeasured> {
    let name = || dimension.name.clone();
    let measure = MEASURES.into_iter().find(|measure| measure.name == dimension.name);
    let measure = measure.ok_or_else(|| NotMeasured::Unknown(name()))?;
    let as_defined = dimension.definition_danish == measure.definition_danish
        && dimension.definition_english == measure.definition_english;
    if !as_defined {
        return Err(NotMeasured::DefinedOtherwise(name()));
    }
    for bin in &dimension.bins {
        let fits = match bin.from {
            Some(_) => measure.is_number,
            None => measure.kinds.contains(&bin.name.as_str()),
        };
        if !fits {
            return Err(misfit(dimension, &bin.name));
        }
    }
    let kinds = measure.kinds.iter().map(|kind| Answer::Kind(kind));
    for answer in kinds.chain(measure.is_number.then_some(Answer::Number(0))) {
        dimension.bin_of(answer).ok_or_else(|| misfit(dimension, &answer.to_string()))?;
    }
    Ok((measure, dimension.clone()))
}

fn misfit(dimension: &Dimension, bin: &str) -> NotMeasured {
    NotMeasured::Bins { dimension: dimension.name.clone(), bin: bin.to_owned() }
}

impl Dimension {
    /// The position of the bin that takes an answer; none where the dimension is of another measure.
    pub fn bin_of(&self, answer: Answer) -> Option<usize> {
        match answer {
            // They grow, so the last that it reaches is its own.
            Answer::Number(number) => {
                self.bins.iter().rposition(|bin| bin.from.is_some_and(|from| from <= number))
            }
            Answer::Kind(kind) => self.bins.iter().position(|bin| bin.from.is_none() && bin.name == kind),
        }
    }
}
