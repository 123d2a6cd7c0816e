//! How long the law gives: the numbers that deadlines count with, each with the provision that decides it.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use super::Validity;
use crate::calendar;

/// How long somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Weeks(i64),
    Months(i64),
    Years(i64),
}

/// What happens where a term would end on a day on which no office is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It ends on the next working day: the citizen's terms.
    MovesOn,
    /// It ends that day: what the municipality has to have done by then.
    Stands,
}

/// A term that the law sets, or practice where the law is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// What programs call it.
    pub id: &'static str,
    /// The provision that sets it; none where it is the municipalities' practice.
    pub citation: Option<&'static str>,
    /// When it holds.
    pub validity: Validity,
    length: Length,
    ending: Ending,
}

impl Term {
    /// The last day of the term that begins on a day.
    pub fn last_day(&self, begins: Date) -> Date {
        let span: Span = match self.length {
            Length::Weeks(number) => number.weeks(),
            Length::Months(number) => number.months(),
            Length::Years(number) => number.years(),
        };
        let last = begins.checked_add(span).unwrap_or(Date::MAX);
        match self.ending {
            Ending::MovesOn => calendar::working_day_from(last),
            Ending::Stands => last,
        }
    }
}

const fn since(from: Date) -> Validity {
    Validity { from, until: None }
}

/// A citizen's time to complain of a decision: four weeks from when they had it.
pub const COMPLAINT: Term = Term {
    id: "complaint",
    citation: Some("retssikkerhedsloven § 67"),
    validity: since(date(1998, 7, 1)),
    length: Length::Weeks(4),
    ending: Ending::MovesOn,
};

/// A child's plan is made within three months of the decision to support.
pub const CHILD_PLAN: Term = Term {
    id: "child-plan",
    citation: Some("barnets lov §§ 91-92"),
    validity: since(date(2024, 1, 1)),
    length: Length::Months(3),
    ending: Ending::Stands,
};

/// Name and address protection lapses after a year, unless it is asked for anew.
pub const PROTECTION: Term = Term {
    id: "protection",
    citation: Some("CPR-loven § 28"),
    validity: since(date(2000, 7, 1)),
    length: Length::Years(1),
    ending: Ending::Stands,
};

/// A hearing of a child bears a consent that others give for them so long: what is heard is what the child thinks now. No
/// law says how old it may be; the municipalities' lawyers confirm it.
pub const HEARING: Term = Term {
    id: "hearing",
    citation: None,
    validity: since(date(2000, 1, 1)),
    length: Length::Months(6),
    ending: Ending::Stands,
};

/// What waits for the citizen to be ready is talked about again: no law says when.
pub const READINESS: Term = Term {
    id: "readiness",
    citation: None,
    validity: since(date(2000, 1, 1)),
    length: Length::Months(3),
    ending: Ending::Stands,
};

/// What a move means for the case is decided while the new municipality can still take over well: no law says when.
pub const RELOCATION: Term = Term {
    id: "relocation",
    citation: None,
    validity: since(date(2000, 1, 1)),
    length: Length::Weeks(2),
    ending: Ending::Stands,
};

/// Every term.
pub const TERMS: [Term; 6] = [COMPLAINT, CHILD_PLAN, PROTECTION, HEARING, READINESS, RELOCATION];

/// The provision by which a child has a say before what is decided of it. From which age, the support's own provision says.
pub const CHILD_HEARING: &str = "barnets lov § 5";

/// The provision that a child's plan is made by, by its id.
pub const CHILD_PLAN_PROVISION: &str = "barnets-lov-91";

/// The provision that a youth plan is made by, by its id.
pub const YOUTH_PLAN_PROVISION: &str = "barnets-lov-108";

/// The provision of a youth plan (ungeplan), and the age at which it is to be there.
pub const YOUTH_PLAN: (&str, i16) = ("barnets lov § 108", 16);

/// The provisions of support that a child's plan and a youth plan belong to.
pub const CHILD_SUPPORT: &[&str] = &["barnets-lov-32"];
