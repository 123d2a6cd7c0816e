//! The target groups that a citizen can be assessed for, each with its criteria.
//!
//! The six criteria are Fredensborg's delimitation of its trial ("Målgruppen for forsøget"); Gribskov chose families and
//! young people "fordi de har sager i flere af kommunens centre". The trial's end ended the exemptions and not the question
//! whom one plan helps, so the criteria are open; where resource courses end, so do the two that name them. A municipality
//! adds its own by itself ([`super::own_groups`]).

use std::borrow::Cow;

use jiff::civil::{Date, date};

use super::Validity;
use crate::Kommunekode;
use crate::municipality::GRIBSKOV;

const SINCE_THE_TRIAL: Validity = Validity { from: date(2017, 10, 1), until: None };

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// What programs call it.
    pub id: Cow<'static, str>,
    /// What the screen calls it.
    pub danish: Cow<'static, str>,
    /// When it holds.
    pub validity: Validity,
    /// The municipality whose own it is; all of them where none is named.
    pub municipality: Option<Kommunekode>,
    /// What it rests on: a decision, or a document.
    pub decision: Cow<'static, str>,
    /// What must hold of a citizen: all of it.
    pub criteria: Cow<'static, [Criterion]>,
}

/// One thing that must hold of a citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// What programs call it.
    pub id: Cow<'static, str>,
    /// Its words.
    pub danish: Cow<'static, str>,
    /// When it holds.
    pub validity: Validity,
    /// The youngest and the oldest, where it is an age: the number answers that, and nobody is asked.
    pub ages: Option<(i16, i16)>,
}

impl TargetGroup {
    /// The criteria that hold on a day.
    pub fn criteria_on(&self, day: Date) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.validity.holds_on(day))
    }

    /// Whether a municipality assesses citizens for it.
    pub fn is_of(&self, municipality: Kommunekode) -> bool {
        self.municipality.is_none_or(|whose| municipality == whose)
    }
}

const fn group(
    id: &'static str,
    danish: &'static str,
    municipality: Option<Kommunekode>,
    decision: &'static str,
    criteria: &'static [Criterion],
) -> TargetGroup {
    TargetGroup {
        id: Cow::Borrowed(id),
        danish: Cow::Borrowed(danish),
        validity: SINCE_THE_TRIAL,
        municipality,
        decision: Cow::Borrowed(decision),
        criteria: Cow::Borrowed(criteria),
    }
}

const fn criterion(id: &'static str, danish: &'static str) -> Criterion {
    aged(id, danish, None)
}

const fn aged(id: &'static str, danish: &'static str, ages: Option<(i16, i16)>) -> Criterion {
    Criterion { id: Cow::Borrowed(id), danish: Cow::Borrowed(danish), validity: SINCE_THE_TRIAL, ages }
}

const SEVERAL_CENTRES: Criterion = criterion("several-centres", "Har sager i flere af kommunens centre");

const THE_SIX: &[Criterion] = &[
    criterion("complex", "Har komplekse problemstillinger ud over ledighed"),
    criterion("can-develop", "Kan efter en faglig vurdering udvikle sig"),
    criterion("motivated", "Har efter en faglig vurdering en vis grad af motivation og samarbejdsvilje"),
    criterion(
        "activity-ready",
        "Er aktivitetsparat og på uddannelses- eller kontanthjælp, eller i ressourceforløb",
    ),
    criterion("resource-course", "Er i målgruppen for et ressourceforløb"),
    criterion(
        "supplementary",
        "Er berettiget til supplerende tilbud efter serviceloven, sundhedsloven eller rehabiliterende træning",
    ),
];

const FAMILIES: &[Criterion] = &[criterion("family", "Er en familie med børn"), SEVERAL_CENTRES];

const YOUNG_PEOPLE: &[Criterion] =
    &[aged("aged-15-to-30", "Er fra 15 til 30 år", Some((15, 30))), SEVERAL_CENTRES];

const GRIBSKOVS_CHOICE: &str = "Gribskovs valg af målgrupper for forsøget";

/// Every target group that the documents name, by id.
pub const TARGET_GROUPS: &[TargetGroup] = &[
    group(
        "complex-problems",
        "Borgere med svære og komplekse problemer",
        None,
        "Målgruppen for forsøget, Fredensborg",
        THE_SIX,
    ),
    group(
        "gribskov-families",
        "Familier med sager i flere centre",
        Some(GRIBSKOV),
        GRIBSKOVS_CHOICE,
        FAMILIES,
    ),
    group("gribskov-young-people", "Unge fra 15 til 30 år", Some(GRIBSKOV), GRIBSKOVS_CHOICE, YOUNG_PEOPLE),
];
