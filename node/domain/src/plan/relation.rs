//! What somebody is to the citizen, and who that is where a ground of its own lets the plan say so.
//!
//! A relation belongs to the citizen's own plan: a child's parents stand in the child's plan, and the child in the
//! parent's. Custody is told in the child's plan alone, so that there is one place where it is true.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::item::{Item, ItemKind, Status};
use super::{Plan, PlanRefusal};
use crate::{Context, Cpr, Narrative, catalogue};

/// What somebody is to the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// A parent (forælder).
    Parent,
    /// Somebody else who holds custody over the citizen, a child.
    CustodyHolder,
    /// A child of the citizen's (barn).
    Child,
    /// A brother or a sister (søskende).
    Sibling,
    /// Married to the citizen, or living as if (ægtefælle, samlever).
    Partner,
    /// The guardian of a citizen of age (værge).
    Guardian,
    /// Somebody who lives in the same home.
    SharesHome,
}

impl Kinship {
    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::Parent => "Forælder",
            Self::CustodyHolder => "Anden indehaver af forældremyndigheden",
            Self::Child => "Barn",
            Self::Sibling => "Søskende",
            Self::Partner => "Ægtefælle eller samlever",
            Self::Guardian => "Værge",
            Self::SharesHome => "Bor sammen med borgeren",
        }
    }

    /// Whether whoever it is can hold custody over the citizen.
    fn can_hold_custody(self) -> bool {
        matches!(self, Self::Parent | Self::CustodyHolder)
    }
}

/// Whether a parent holds custody over the citizen (forældremyndighed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Custody {
    /// Alone.
    Sole,
    /// Together with another.
    Shared,
    /// Not.
    Without,
}

impl Custody {
    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::Sole => "forældremyndighed alene",
            Self::Shared => "fælles forældremyndighed",
            Self::Without => "uden forældremyndighed",
        }
    }
}

/// Why the plan may name somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonGround {
    /// A provision of the catalogue.
    Provision {
        /// Its id.
        provision: String,
    },
    /// That person's own consent.
    Consent {
        /// When it was given.
        given_on: Date,
    },
}

/// Somebody else, named in the citizen's plan. There is none without a ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelatedPerson {
    /// The number, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpr: Option<Cpr>,
    /// The name, where it is known.
    #[serde(default, skip_serializing_if = "Narrative::is_empty")]
    pub name: Narrative,
    /// Why the plan may say so.
    pub ground: PersonGround,
}

/// A relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What the other is to the citizen.
    pub kinship: Kinship,
    /// Whether the other holds custody over the citizen, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// Who it is, where the plan may say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RelatedPerson>,
}

impl Relation {
    /// The other's number, where the plan names it.
    pub fn cpr(&self) -> Option<&Cpr> {
        self.person.as_ref().and_then(|person| person.cpr.as_ref())
    }

    fn check(&self, citizen: &Cpr, day: Date, context: &Context) -> Result<(), PlanRefusal> {
        if self.custody.is_some() && !self.kinship.can_hold_custody() {
            return Err(PlanRefusal::CustodyNotTheirs);
        }
        if self.custody.is_some_and(|custody| custody != Custody::Without)
            && !catalogue::is_under_custody(citizen.age_on(day), day)
        {
            return Err(PlanRefusal::CustodyOverAnAdult);
        }
        let Some(person) = &self.person else { return Ok(()) };
        if person.cpr.is_none() && person.name.is_empty() {
            return Err(PlanRefusal::NobodyNamed);
        }
        if person.cpr.as_ref() == Some(citizen) {
            return Err(PlanRefusal::RelatedToOneself);
        }
        match &person.ground {
            PersonGround::Provision { provision } => {
                let found = catalogue::provision(provision, context.today());
                let carries = found.is_some_and(|found| found.uses.contains(&catalogue::Use::ThirdPerson));
                if carries { Ok(()) } else { Err(PlanRefusal::NoGroundForThirdPerson) }
            }
            PersonGround::Consent { given_on } if *given_on > context.today() => Err(PlanRefusal::DayNotCome),
            PersonGround::Consent { .. } => Ok(()),
        }
    }
}

impl Item {
    /// Whether it holds on a day, by its own days and status.
    pub fn holds_on(&self, day: Date) -> bool {
        let begun = self.starts.is_none_or(|starts| starts.day() <= day);
        let over = self.ends.is_some_and(|ends| ends.day() < day);
        begun && !over && !matches!(self.status, Status::Withdrawn | Status::Cancelled)
    }

    /// Whether two items hold on a day in common.
    fn overlaps(&self, other: &Self) -> bool {
        let first = |item: &Self| item.starts.map_or(Date::MIN, super::When::day);
        let last = |item: &Self| item.ends.map_or(Date::MAX, super::When::day);
        first(self) <= last(other) && first(other) <= last(self)
    }
}

impl Plan {
    /// The citizen's relations that hold on a day.
    pub fn relations_on(&self, day: Date) -> impl Iterator<Item = (&Item, &Relation)> {
        self.items_of(ItemKind::Relation)
            .filter(move |item| item.holds_on(day) && !self.is_part(item))
            .filter_map(|item| item.relation.as_deref().map(|relation| (item, relation)))
    }

    /// Whether anything is recorded of the citizen's family: from then on, what is said of it is held against that.
    pub fn knows_family(&self) -> bool {
        self.items_of(ItemKind::Relation).next().is_some()
    }

    /// Those who hold custody over the citizen on a day; nobody does over somebody of age.
    pub fn custody_on(&self, day: Date) -> Vec<(&Item, Custody)> {
        if !catalogue::is_under_custody(self.citizen.cpr.age_on(day), day) {
            return Vec::new();
        }
        let custody = |relation: &Relation| relation.custody.filter(|custody| *custody != Custody::Without);
        self.relations_on(day)
            .filter_map(|(item, relation)| custody(relation).map(|custody| (item, custody)))
            .collect()
    }

    /// Refuses a relation that makes no sense by itself, or beside those that are there.
    pub(super) fn check_relation(&self, item: &Item, context: &Context) -> Result<(), PlanRefusal> {
        let Some(relation) = &item.relation else { return Ok(()) };
        let begins = item.starts.map_or(context.today(), super::When::day);
        relation.check(&self.citizen.cpr, begins, context)?;
        if relation.cpr().is_some_and(|cpr| self.citizen.has_number(cpr)) {
            return Err(PlanRefusal::RelatedToOneself);
        }
        let others = self.items_of(ItemKind::Relation).filter(|there| there.key != item.key);
        let beside: Vec<&Relation> = others
            .filter(|there| there.overlaps(item))
            .filter_map(|there| there.relation.as_deref())
            .collect();
        let same = |there: &&&Relation| there.kinship == relation.kinship && there.cpr() == relation.cpr();
        if relation.cpr().is_some() && beside.iter().any(|there| same(&there)) {
            return Err(PlanRefusal::RelationAlreadyThere);
        }
        let holding = |there: &&&Relation| matches!(there.custody, Some(Custody::Sole | Custody::Shared));
        let holders: Vec<_> = beside.iter().filter(holding).collect();
        let fits = match relation.custody {
            Some(Custody::Sole) => holders.is_empty(),
            // Forældreansvarsloven knows custody shared by two.
            Some(Custody::Shared) => {
                holders.len() < 2 && holders.iter().all(|there| there.custody == Some(Custody::Shared))
            }
            Some(Custody::Without) | None => true,
        };
        if fits { Ok(()) } else { Err(PlanRefusal::CustodyHeldByAnother) }
    }
}
