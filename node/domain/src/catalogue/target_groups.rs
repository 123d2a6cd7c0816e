//! The target groups that a citizen can be assessed for, each with its criteria.
//!
//! The six criteria are Fredensborg's delimitation of its trial ("Målgruppen for forsøget"); Gribskov chose families and
//! young people "fordi de har sager i flere af kommunens centre". The trial's end ended the exemptions and not the question
//! whom one plan helps, so the criteria are open; where resource courses end, so do the two that name them.

use jiff::civil::{Date, date};

use super::{Entry, Validity};
use crate::Kommunekode;

const SINCE_THE_TRIAL: Validity = Validity { from: date(2017, 10, 1), until: None };

/// A target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its id, its name and when it holds.
    pub entry: Entry,
    /// The municipality whose own it is; all of them where none is named.
    pub municipality: Option<&'static str>,
    /// What must hold of a citizen: all of it.
    pub criteria: &'static [Criterion],
}

/// One thing that must hold of a citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// Its id, its words and when it holds.
    pub entry: Entry,
    /// The youngest and the oldest, where it is an age: the number answers that, and nobody is asked.
    pub ages: Option<(i16, i16)>,
}

impl TargetGroup {
    /// The criteria that hold on a day.
    pub fn criteria_on(&self, day: Date) -> impl Iterator<Item = &'static Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.entry.validity.holds_on(day))
    }

    /// Whether a municipality assesses citizens for it.
    pub fn is_of(&self, municipality: Kommunekode) -> bool {
        self.municipality.is_none_or(|whose| municipality.to_string() == whose)
    }
}

const fn group(
    id: &'static str,
    danish: &'static str,
    municipality: Option<&'static str>,
    criteria: &'static [Criterion],
) -> TargetGroup {
    TargetGroup { entry: Entry { id, danish, validity: SINCE_THE_TRIAL }, municipality, criteria }
}

const fn criterion(id: &'static str, danish: &'static str) -> Criterion {
    Criterion { entry: Entry { id, danish, validity: SINCE_THE_TRIAL }, ages: None }
}

const SEVERAL_CENTRES: Criterion = criterion("several-centres", "Har sager i flere af kommunens centre");

/// Every target group, by id.
pub const TARGET_GROUPS: &[TargetGroup] = &[
    group(
        "complex-problems",
        "Borgere med svære og komplekse problemer",
        None,
        &[
            criterion("complex", "Har komplekse problemstillinger ud over ledighed"),
            criterion("can-develop", "Kan efter en faglig vurdering udvikle sig"),
            criterion(
                "motivated",
                "Har efter en faglig vurdering en vis grad af motivation og samarbejdsvilje",
            ),
            criterion(
                "activity-ready",
                "Er aktivitetsparat og på uddannelses- eller kontanthjælp, eller i ressourceforløb",
            ),
            criterion("resource-course", "Er i målgruppen for et ressourceforløb"),
            criterion(
                "supplementary",
                "Er berettiget til supplerende tilbud efter serviceloven, sundhedsloven eller rehabiliterende træning",
            ),
        ],
    ),
    group(
        "gribskov-families",
        "Familier med sager i flere centre",
        Some("0270"),
        &[criterion("family", "Er en familie med børn"), SEVERAL_CENTRES],
    ),
    group(
        "gribskov-young-people",
        "Unge fra 15 til 30 år",
        Some("0270"),
        &[
            Criterion { ages: Some((15, 30)), ..criterion("aged-15-to-30", "Er fra 15 til 30 år") },
            SEVERAL_CENTRES,
        ],
    ),
];
