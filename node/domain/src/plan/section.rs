//! The parts of a plan that a legal basis can name, and that a package holds or leaves out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A sector of the municipality, by its id in the catalogue: `social`, `employment`, `health` ..
///
/// The type promises the form alone; whether the catalogue knows it on a day is [`crate::catalogue::sector`]'s to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sector(String);

/// What was given can't be a sector's or a section's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a section is written sector/kind, for example social/goals")]
pub struct NotASection;

impl Sector {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A sector by an id that this crate itself wrote.
    pub(crate) fn known(id: &'static str) -> Self {
        Self(id.to_owned())
    }
}

impl FromStr for Sector {
    type Err = NotASection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = (1..=40).contains(&text.len());
        if form && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotASection)
        }
    }
}

impl TryFrom<String> for Sector {
    type Error = NotASection;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sector> for String {
    fn from(sector: Sector) -> Self {
        sector.0
    }
}

impl fmt::Display for Sector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A kind of information about the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// The citizen's own wishes and words.
    Wishes,
    /// Purposes, goals and sub-goals.
    Goals,
    /// Plans granted, the interventions under them, and who provides them.
    Interventions,
    /// The target groups that the citizen was found to belong to.
    TargetGroups,
    /// Conditions: health, functioning, surroundings.
    Conditions,
    /// Follow-ups planned and held, with their results.
    FollowUps,
    /// Requests, assessments and the need for support that they found.
    Assessments,
    /// Notes that a caseworker wrote.
    Notes,
    /// The citizen's situation: barriers and resources by area of life, and how the citizen sees each.
    Situation,
    /// The plans that were gathered into this one.
    SourcePlans,
    /// What others are to the citizen. Who they are never travels.
    Relations,
    /// Network meetings: who came, what was said, what was decided.
    Meetings,
}

impl SectionKind {
    /// Every kind, in the order that screens show them.
    pub const ALL: [Self; 12] = [
        Self::Wishes,
        Self::Situation,
        Self::Relations,
        Self::Goals,
        Self::Interventions,
        Self::TargetGroups,
        Self::Conditions,
        Self::FollowUps,
        Self::Meetings,
        Self::Assessments,
        Self::Notes,
        Self::SourcePlans,
    ];

    /// Its name in a section's text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wishes => "wishes",
            Self::Goals => "goals",
            Self::Interventions => "interventions",
            Self::TargetGroups => "target_groups",
            Self::Conditions => "conditions",
            Self::FollowUps => "follow_ups",
            Self::Assessments => "assessments",
            Self::Notes => "notes",
            Self::Situation => "situation",
            Self::SourcePlans => "source_plans",
            Self::Relations => "relations",
            Self::Meetings => "meetings",
        }
    }

    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::Wishes => "Borgerens mål og ønsker",
            Self::Goals => "Mål og delmål",
            Self::Interventions => "Indsatser",
            Self::TargetGroups => "Målgrupper",
            Self::Conditions => "Tilstande",
            Self::FollowUps => "Opfølgninger",
            Self::Assessments => "Udredning og vurderinger",
            Self::Notes => "Notater",
            Self::Situation => "Borgerens situation",
            Self::SourcePlans => "Planer, der er samlet",
            Self::Relations => "Familie og relationer",
            Self::Meetings => "Netværksmøder",
        }
    }
}

/// One kind of information in one sector: the smallest part that a legal basis names. Written `social/goals`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Section {
    /// Whose.
    pub sector: Sector,
    /// What.
    pub kind: SectionKind,
}

impl FromStr for Section {
    type Err = NotASection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sector, name) = text.split_once('/').ok_or(NotASection)?;
        let kind = SectionKind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(NotASection)?;
        Ok(Self { sector: sector.parse()?, kind })
    }
}

impl TryFrom<String> for Section {
    type Error = NotASection;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Section> for String {
    fn from(section: Section) -> Self {
        section.to_string()
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.sector, self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_read_as_it_is_written() {
        for kind in SectionKind::ALL {
            let section = Section { sector: Sector::known("social"), kind };
            assert_eq!(section.to_string().parse(), Ok(section));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn what_is_not_a_section_is_refused() {
        for text in ["", "goals", "social/", "/goals", "social/everything", "Social/goals", "social/goals/x"]
        {
            assert_eq!(text.parse::<Section>(), Err(NotASection), "{text}");
        }
    }
}
