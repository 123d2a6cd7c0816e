//! Lives as the municipalities' own documents tell them: citizens with complex problems, met by several sectors at once.
//!
//! A life is data: what was gathered, wished for, in the way and to build on, the goals and what is done for them. What
//! of it a citizen has, and when what happened, is the story's to say.

mod adults;
mod children;
mod later;
mod work;
mod young;

use enplan_domain::plan::{Bearing, Voice};

pub(super) use adults::{ADULTS, PARENTS};
pub(super) use children::CHILDREN;
pub(super) use later::LATER;
pub(super) use work::{SICK_LISTED, WORKERS};
pub(super) use young::{SEVENTEEN, YOUNG};

/// Provisions, the older before the newer: an action is granted under the first that holds on its day.
type Law = &'static [&'static str];

const INTERNSHIP: Law = &["lab-2014-42", "lab-57"];
const MENTOR: Law = &["lab-2014-31-b", "lab-167"];
const GUIDANCE: Law = &["lab-2014-32", "lab-91"];
const RESOURCE_COURSE: Law = &["lab-2014-68-a", "lab-112"];
const SUPPORT_AT_HOME: Law = &["servicelov-85"];
const CONTACT_PERSON: Law = &["servicelov-99"];
const DRUGS: Law = &["servicelov-101"];
const ACTIVITY: Law = &["servicelov-104"];
const ALCOHOL: Law = &["sundhedsloven-141"];
const CHILD_SUPPORT: Law = &["servicelov-52", "barnets-lov-32"];

/// A life.
#[derive(Debug)]
pub(super) struct Life {
    /// The plans that became one.
    pub(super) sources: &'static [Gathered],
    /// What the citizen wishes for.
    pub(super) wishes: &'static [Wish],
    /// What stands in the way, and what there is to build on.
    pub(super) situation: &'static [Side],
    /// What the effort is for.
    pub(super) purpose: (&'static str, &'static str),
    /// The goals.
    pub(super) goals: &'static [Goal],
}

/// A plan that was gathered.
#[derive(Debug)]
pub(super) struct Gathered {
    /// Whose it was.
    pub(super) sector: &'static str,
    /// Its kind, by its id in the catalogue.
    pub(super) kind: &'static str,
    /// Where it lies.
    pub(super) place: &'static str,
}

/// A wish.
#[derive(Debug)]
pub(super) struct Wish {
    /// The sector that it is nearest to.
    pub(super) sector: &'static str,
    /// The words.
    pub(super) text: &'static str,
    /// Whose words.
    pub(super) said_by: Voice,
}

/// A side of the situation.
#[derive(Debug)]
pub(super) struct Side {
    /// Who knows it.
    pub(super) sector: &'static str,
    /// The area of life.
    pub(super) area: &'static str,
    /// How it bears on the plan.
    pub(super) bearing: Bearing,
    /// What.
    pub(super) text: &'static str,
    /// Who said so.
    pub(super) said_by: Voice,
}

/// A goal.
#[derive(Debug)]
pub(super) struct Goal {
    /// Whose.
    pub(super) sector: &'static str,
    /// What.
    pub(super) text: &'static str,
    /// Its sub-goals.
    pub(super) parts: &'static [&'static str],
    /// What is done for it.
    pub(super) actions: &'static [Action],
    /// Which of the gathered plans it was in.
    pub(super) from: Option<usize>,
}

/// An action.
#[derive(Debug, Clone, Copy)]
pub(super) struct Action {
    /// Whose.
    pub(super) sector: &'static str,
    /// What.
    pub(super) text: &'static str,
    /// Under which provision; none where it needs none.
    pub(super) law: Law,
    /// The exemption that it leans on: where it isn't adopted, there is no such action.
    pub(super) exemption: Option<&'static str>,
    /// What it waits for; empty where it begins at once.
    pub(super) ready_when: &'static str,
    /// Where the contact person works; empty where there is none.
    pub(super) contact: &'static str,
    /// Which of the gathered plans it was in.
    pub(super) from: Option<usize>,
}

impl Action {
    const fn under(self, law: Law) -> Self {
        Self { law, ..self }
    }

    const fn leaning_on(self, exemption: &'static str) -> Self {
        Self { exemption: Some(exemption), ..self }
    }

    const fn when(self, ready_when: &'static str) -> Self {
        Self { ready_when, ..self }
    }

    const fn with(self, contact: &'static str) -> Self {
        Self { contact, ..self }
    }

    const fn from(self, source: usize) -> Self {
        Self { from: Some(source), ..self }
    }
}

const fn gathered(sector: &'static str, kind: &'static str, place: &'static str) -> Gathered {
    Gathered { sector, kind, place }
}

const fn wish(sector: &'static str, text: &'static str) -> Wish {
    Wish { sector, text, said_by: Voice::Citizen }
}

const fn wish_of_parents(sector: &'static str, text: &'static str) -> Wish {
    Wish { sector, text, said_by: Voice::CustodyHolder }
}

/// As somebody who works with the citizen sees it.
const fn barrier(sector: &'static str, area: &'static str, text: &'static str) -> Side {
    Side { sector, area, bearing: Bearing::Barrier, text, said_by: Voice::Professional }
}

/// As the citizen says it.
const fn resource(sector: &'static str, area: &'static str, text: &'static str) -> Side {
    Side { sector, area, bearing: Bearing::Resource, text, said_by: Voice::Citizen }
}

const fn goal(
    sector: &'static str,
    text: &'static str,
    parts: &'static [&'static str],
    actions: &'static [Action],
) -> Goal {
    Goal { sector, text, parts, actions, from: None }
}

const fn goal_from(
    source: usize,
    sector: &'static str,
    text: &'static str,
    parts: &'static [&'static str],
    actions: &'static [Action],
) -> Goal {
    Goal { sector, text, parts, actions, from: Some(source) }
}

const fn action(sector: &'static str, text: &'static str) -> Action {
    Action { sector, text, law: &[], exemption: None, ready_when: "", contact: "", from: None }
}
