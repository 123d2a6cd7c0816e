//! Exemptions (paragraffritagelser): what a free-municipality trial lets a municipality do otherwise, and which of them
//! this municipality has adopted.
//!
//! The paragraphs are those of the order on the second free-municipality trial in employment and sick-pay matters
//! (bekendtgørelse om frikommuneforsøg II på beskæftigelses- og sygedagpengeområdet). The trial ran from 1 October 2017
//! to 1 July 2020: an action of today cannot lean on one of them.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{Entry, TargetGroup, Validity};

/// The trial's days.
pub const TRIAL: Validity = Validity { from: date(2017, 10, 1), until: Some(date(2020, 7, 1)) };

const fn exemption(id: &'static str, danish: &'static str) -> Entry {
    Entry { id, danish, validity: TRIAL }
}

/// Every exemption of the trial.
pub const EXEMPTIONS: &[Entry] = &[
    exemption("frikommune-25", "§ 25: beskæftigelsesrettede planer samles i borgerens ene plan"),
    exemption("frikommune-26", "§ 26: planen for sygedagpengeopfølgning samles i borgerens ene plan"),
    exemption("frikommune-27", "§ 27: rehabiliteringsplanens indsatsdel samles i borgerens ene plan"),
    exemption("frikommune-28", "§ 28: andre enheder end jobcentret træffer afgørelse"),
    exemption("frikommune-29", "§ 29: proceskrav i det individuelle kontaktforløb fraviges"),
    exemption("frikommune-31", "§ 31: opfølgningssamtaler tilrettelægges fleksibelt"),
    exemption("frikommune-32", "§ 32: jobsamtalers indhold og hyppighed fraviges"),
    exemption("frikommune-33", "§ 33: ret- og pligttilbud sættes i bero"),
    exemption("frikommune-34", "§ 34: mentorplanen sættes ind i Min Plan"),
];

/// One exemption that a municipality has adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    exemption: &'static Entry,
    validity: Validity,
}

/// Why an adoption is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAdoption {
    /// The catalogue has no such exemption.
    #[error("the catalogue has no such exemption")]
    UnknownExemption,
    /// Its days are not within the exemption's own.
    #[error("an exemption can be adopted only within {TRIAL}")]
    OutsideTheTrial,
    /// It ends before it begins.
    #[error("the adoption ends before it begins")]
    EndsBeforeItBegins,
}

/// Why an action cannot lean on an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExemptionProblem {
    /// The catalogue has none of that name.
    #[error("the catalogue has no such exemption")]
    Unknown,
    /// This municipality never adopted it.
    #[error("this municipality has not adopted the exemption")]
    NotAdopted,
    /// It did, but not for that day.
    #[error("the exemption is not in force on that day")]
    OutOfTime,
}

impl Adoption {
    /// An exemption adopted from one day to another, both included.
    ///
    /// # Errors
    /// [`NotAnAdoption`].
    pub fn new(exemption: &str, validity: Validity) -> Result<Self, NotAnAdoption> {
        let exemption =
            EXEMPTIONS.iter().find(|entry| entry.id == exemption).ok_or(NotAnAdoption::UnknownExemption)?;
        let Validity { from, until } = validity;
        if until.is_some_and(|until| until < from) {
            return Err(NotAnAdoption::EndsBeforeItBegins);
        }
        let until = until.or(exemption.validity.until);
        if !exemption.validity.holds_on(from) || !until.is_none_or(|until| exemption.validity.holds_on(until))
        {
            return Err(NotAnAdoption::OutsideTheTrial);
        }
        Ok(Self { exemption, validity: Validity { from, until } })
    }

    /// Which.
    pub fn exemption(&self) -> &'static Entry {
        self.exemption
    }

    /// On which days.
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

/// Everything that this municipality has adopted: exemptions, and target groups of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Adopted {
    exemptions: Arc<[Adoption]>,
    pub(super) own_groups: Arc<[TargetGroup]>,
}

impl Adopted {
    /// Whether an action can lean on this exemption on a day.
    ///
    /// # Errors
    /// [`ExemptionProblem`]: it cannot, and why.
    pub fn check(&self, exemption: &str, day: Date) -> Result<(), ExemptionProblem> {
        if !EXEMPTIONS.iter().any(|entry| entry.id == exemption) {
            return Err(ExemptionProblem::Unknown);
        }
        let mut adoptions =
            self.exemptions.iter().filter(|adoption| adoption.exemption.id == exemption).peekable();
        if adoptions.peek().is_none() {
            Err(ExemptionProblem::NotAdopted)
        } else if adoptions.any(|adoption| adoption.validity.holds_on(day)) {
            Ok(())
        } else {
            Err(ExemptionProblem::OutOfTime)
        }
    }

    /// The last day on which an action can lean on this exemption here; none where it was never adopted.
    pub fn last_day(&self, exemption: &str) -> Option<Date> {
        let adoptions = self.exemptions.iter().filter(|adoption| adoption.exemption.id == exemption);
        adoptions.filter_map(|adoption| adoption.validity.until).max()
    }

    /// Each exemption.
    pub fn iter(&self) -> impl Iterator<Item = &Adoption> {
        self.exemptions.iter()
    }
}

impl FromIterator<Adoption> for Adopted {
    fn from_iter<I: IntoIterator<Item = Adoption>>(adoptions: I) -> Self {
        Self { exemptions: adoptions.into_iter().collect(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adopted(from: Date, until: Option<Date>) -> Result<Adoption, NotAnAdoption> {
        Adoption::new("frikommune-33", Validity { from, until })
    }

    #[test]
    fn an_exemption_carries_only_where_it_was_adopted_and_only_on_its_days() {
        let here: Adopted = [adopted(date(2018, 1, 1), None).unwrap()].into_iter().collect();
        assert_eq!(here.check("frikommune-33", date(2018, 1, 1)), Ok(()));
        assert_eq!(here.check("frikommune-33", date(2020, 7, 1)), Ok(()));
        assert_eq!(here.check("frikommune-33", date(2017, 12, 31)), Err(ExemptionProblem::OutOfTime));
        assert_eq!(here.check("frikommune-33", date(2020, 7, 2)), Err(ExemptionProblem::OutOfTime));
        assert_eq!(here.check("frikommune-29", date(2018, 1, 1)), Err(ExemptionProblem::NotAdopted));
        assert_eq!(here.check("frikommune-99", date(2018, 1, 1)), Err(ExemptionProblem::Unknown));
    }

    #[test]
    fn nothing_is_adopted_outside_the_trial() {
        assert_eq!(adopted(date(2017, 9, 30), None), Err(NotAnAdoption::OutsideTheTrial));
        assert_eq!(adopted(date(2018, 1, 1), Some(date(2020, 7, 2))), Err(NotAnAdoption::OutsideTheTrial));
        assert_eq!(adopted(date(2019, 1, 1), Some(date(2018, 1, 1))), Err(NotAnAdoption::EndsBeforeItBegins));
        let validity = Validity { from: date(2018, 1, 1), until: None };
        assert_eq!(Adoption::new("frikommune-99", validity), Err(NotAnAdoption::UnknownExemption));
    }
}
