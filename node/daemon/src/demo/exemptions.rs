//! Which exemptions (paragraffritagelser) each municipality of the demo has adopted. The nine "gennemfører ikke
//! nødvendigvis de samme forsøg", so each has a set of its own; Fredensborg's are those that its council decided on.

use std::fmt::Write as _;

use enplan_domain::catalogue::{Adopted, Adoption, NotAnAdoption, Validity};
use enplan_domain::{Date, Kommunekode};
use jiff::civil::date;

/// The trial's first day, and its last.
pub(super) const TRIAL: (Date, Date) = (date(2017, 10, 1), date(2020, 7, 1));

const GATHERED: [&str; 3] = ["frikommune-25", "frikommune-26", "frikommune-27"];

/// What a municipality has adopted beside the gathering of plans, and from when.
const SETS: [(&str, Date, &[&str]); 9] = [
    ("Allerød", date(2018, 1, 1), &["frikommune-29", "frikommune-31", "frikommune-33"]),
    ("Ballerup", TRIAL.0, &["frikommune-28", "frikommune-32", "frikommune-33", "frikommune-34"]),
    (
        "Fredensborg",
        TRIAL.0,
        &[
            "frikommune-28",
            "frikommune-29",
            "frikommune-31",
            "frikommune-32",
            "frikommune-33",
            "frikommune-34",
        ],
    ),
    ("Frederikssund", TRIAL.0, &["frikommune-28", "frikommune-31", "frikommune-33"]),
    (
        "Furesø",
        TRIAL.0,
        &["frikommune-28", "frikommune-29", "frikommune-31", "frikommune-33", "frikommune-34"],
    ),
    ("Gribskov", TRIAL.0, &["frikommune-29", "frikommune-31", "frikommune-32", "frikommune-33"]),
    ("Halsnæs", date(2018, 3, 1), &["frikommune-31", "frikommune-34"]),
    ("Helsingør", date(2017, 11, 1), &["frikommune-28", "frikommune-29", "frikommune-34"]),
    ("Hillerød", TRIAL.0, &["frikommune-29", "frikommune-32", "frikommune-33"]),
];

/// What a municipality has adopted.
pub(super) fn of(municipality: Kommunekode) -> Result<Adopted, NotAnAdoption> {
    let here = SETS.iter().find(|(name, ..)| municipality.name() == Some(name));
    here.into_iter()
        .flat_map(|(_, from, others)| GATHERED.iter().chain(others.iter()).map(move |id| (*from, *id)))
        .map(|(from, id)| Adoption::new(id, Validity { from, until: Some(TRIAL.1) }))
        .collect()
}

/// The same as a section of a node's configuration.
pub(super) fn section(adopted: &Adopted) -> String {
    let mut text = "[exemptions]\n".to_owned();
    for adoption in adopted.iter() {
        let Validity { from, until } = adoption.validity();
        let until = until.map(|until| format!("/{until}")).unwrap_or_default();
        let _ = writeln!(text, "{} = \"{from}{until}\"", adoption.exemption().id);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use enplan_domain::municipality::THE_NINE;

    use super::*;

    #[test]
    fn no_two_municipalities_have_adopted_the_same() {
        let sets: BTreeSet<String> = THE_NINE.iter().map(|(code, _)| section(&of(*code).unwrap())).collect();
        assert_eq!(sets.len(), THE_NINE.len());
        assert_eq!(of("0210".parse().unwrap()).unwrap().iter().count(), 9);
    }

    #[test]
    fn a_day_after_the_trial_none_can_be_leaned_on() {
        for (code, _) in THE_NINE {
            let adopted = of(code).unwrap();
            for adoption in adopted.iter() {
                let id = adoption.exemption().id;
                assert!(adopted.check(id, TRIAL.1).is_ok());
                assert!(adopted.check(id, TRIAL.1.tomorrow().unwrap()).is_err());
            }
        }
    }
}
